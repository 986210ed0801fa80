//! The JSON twin of the sensors' page.

use axum::Json;
use axum::extract::State;
use kakari_identity::Permission;
use kakari_identity::web::{ApiClient, WebResult};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::model::{Kind, Sensor};
use super::store;
use crate::Watch;

pub(super) fn routes() -> OpenApiRouter<Watch> {
    OpenApiRouter::new().routes(routes!(list))
}

#[derive(Serialize, ToSchema)]
struct Sensors {
    items: Vec<Heard>,
}

/// A sensor and whether it is heard.
#[derive(Serialize, ToSchema)]
struct Heard {
    id: String,
    name: String,
    kind: Kind,
    zone: String,
    device: String,
    /// When something last arrived; absent when nothing ever did.
    heard_at: Option<String>,
    /// Since when it has been silent for longer than it may be.
    silent_since: Option<String>,
    retired: bool,
    refused: u64,
}

/// The sensors of one client.
#[utoipa::path(get, path = "/api/v1/orgs/{org}/sensors", tag = "sensors", params(("org" = String, Path)),
    responses((status = 200, body = Sensors)), security(("api_token" = [])))]
async fn list(State(watch): State<Watch>, client: ApiClient) -> WebResult<Json<Sensors>> {
    client.must(Permission::ViewFleet)?;
    let now = watch.app.clock.now();
    let mut conn = watch.app.db.read().await?;
    let sensors = store::list(&mut conn, &client.scope).await?;
    let of = |sensor: Sensor| Heard {
        id: sensor.id.to_string(),
        heard_at: sensor.heard_at.map(|at| at.to_string()),
        silent_since: sensor.silent_since(now).map(|at| at.to_string()),
        retired: sensor.retired_at.is_some(),
        name: sensor.name,
        kind: sensor.kind,
        zone: sensor.zone,
        device: sensor.device,
        refused: sensor.refused,
    };
    Ok(Json(Sensors { items: sensors.into_iter().map(of).collect() }))
}
