//! The JSON twins of the alerts' pages.

use axum::Json;
use axum::extract::{OriginalUri, Path, State};
use kakari_identity::Permission;
use kakari_identity::web::{ApiClient, WebResult};
use kakari_ui::Listing;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::store::{self, Alert};
use crate::Watch;

const PER_PAGE: u32 = 200;
const COLUMNS: &[&str] = &["-raised", "-level", "host", "title", "-events"];

pub(super) fn routes() -> OpenApiRouter<Watch> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(show))
}

#[derive(Serialize, ToSchema)]
struct Alerts {
    items: Vec<Alert>,
    total: u64,
}

/// An alert with the ids of the events that it opens onto.
#[derive(Serialize, ToSchema)]
struct Whole {
    #[serde(flatten)]
    alert: Alert,
    event_ids: Vec<String>,
}

/// Alerts of one client, 200 a page.
#[utoipa::path(get, path = "/api/v1/orgs/{org}/alerts", tag = "alerts",
    params(("org" = String, Path), ("page" = Option<u32>, Query), ("sort" = Option<String>, Query, description = "raised, level, host, title or events; - before it for descending")),
    responses((status = 200, body = Alerts)), security(("api_token" = [])))]
async fn list(
    State(watch): State<Watch>,
    client: ApiClient,
    OriginalUri(uri): OriginalUri,
) -> WebResult<Json<Alerts>> {
    client.must(Permission::ViewFleet)?;
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let listing = Listing::read(path, COLUMNS, PER_PAGE);
    let mut conn = watch.app.db.read().await?;
    let (items, total) = store::list(&mut conn, &client.scope, &listing).await?;
    Ok(Json(Alerts { items, total }))
}

/// One alert with its events.
#[utoipa::path(get, path = "/api/v1/orgs/{org}/alerts/{id}", tag = "alerts",
    params(("org" = String, Path), ("id" = String, Path)),
    responses((status = 200, body = Whole), (status = 404)), security(("api_token" = [])))]
async fn show(
    State(watch): State<Watch>,
    client: ApiClient,
    Path(path): Path<(String, String)>,
) -> WebResult<Json<Whole>> {
    client.must(Permission::ViewFleet)?;
    let mut conn = watch.app.db.read().await?;
    let alert = store::get(&mut conn, &client.scope, path.1.parse()?).await?;
    let event_ids = store::event_ids(&mut conn, &client.scope, alert.id).await?;
    Ok(Json(Whole { alert, event_ids }))
}
