//! The JSON twins of the events' pages: the events as OCSF objects, whole.

use axum::Json;
use axum::extract::{Path, Query, State};
use kakari_identity::Permission;
use kakari_identity::web::{ApiClient, WebResult};
use kakari_kernel::ports::{EventFilter, StoredEvent};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Watch;

pub(super) fn routes() -> OpenApiRouter<Watch> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(show))
}

#[derive(Serialize, ToSchema)]
struct Events {
    /// Newest first.
    #[schema(value_type = Vec<Object>)]
    items: Vec<StoredEvent>,
}

#[derive(Deserialize)]
struct Asked {
    sensor: Option<String>,
    #[serde(default)]
    unreadable: bool,
    limit: Option<u32>,
}

/// The latest events of one client.
#[utoipa::path(get, path = "/api/v1/orgs/{org}/events", tag = "events",
    params(("org" = String, Path), ("sensor" = Option<String>, Query), ("unreadable" = Option<bool>, Query), ("limit" = Option<u32>, Query, description = "at most 1,000")),
    responses((status = 200, body = Events)), security(("api_token" = [])))]
async fn list(
    State(watch): State<Watch>,
    client: ApiClient,
    Query(asked): Query<Asked>,
) -> WebResult<Json<Events>> {
    client.must(Permission::ViewFleet)?;
    let filter = EventFilter {
        sensor_id: asked.sensor,
        only_unreadable: asked.unreadable,
        limit: asked.limit.unwrap_or(100),
    };
    Ok(Json(Events { items: watch.events.latest(&client.scope, &filter).await? }))
}

/// One event.
#[utoipa::path(get, path = "/api/v1/orgs/{org}/events/{id}", tag = "events",
    params(("org" = String, Path), ("id" = String, Path)),
    responses((status = 200, body = Object), (status = 404)), security(("api_token" = [])))]
async fn show(
    State(watch): State<Watch>,
    client: ApiClient,
    Path(path): Path<(String, String)>,
) -> WebResult<Json<StoredEvent>> {
    client.must(Permission::ViewFleet)?;
    Ok(Json(watch.events.get(&client.scope, &path.1).await?))
}
