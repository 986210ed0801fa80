//! The JSON twins of the incidents' pages.

use axum::Json;
use axum::extract::{OriginalUri, Path, State as AxumState};
use kakari_identity::Permission;
use kakari_identity::web::{ApiClient, WebResult};
use kakari_kernel::{Error, Id};
use kakari_ui::Listing;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::act::{Change, apply};
use super::model::{Entry, Incident, State, Verdict};
use super::store;
use crate::Watch;

const PER_PAGE: u32 = 200;
const COLUMNS: &[&str] = &["-opened", "-severity", "host", "state"];

pub(super) fn routes() -> OpenApiRouter<Watch> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(show)).routes(routes!(move_on))
}

#[derive(Serialize, ToSchema)]
struct Incidents {
    items: Vec<Incident>,
    total: u64,
}

/// An incident with its story.
#[derive(Serialize, ToSchema)]
struct Whole {
    #[serde(flatten)]
    incident: Incident,
    story: Vec<Entry>,
}

/// A move, and the version of the incident that its author saw.
#[derive(Deserialize, ToSchema)]
struct Move {
    version: i64,
    to: State,
    reason: String,
    verdict: Option<Verdict>,
}

/// Incidents of one client, 200 a page.
#[utoipa::path(get, path = "/api/v1/orgs/{org}/incidents", tag = "incidents",
    params(("org" = String, Path), ("page" = Option<u32>, Query), ("sort" = Option<String>, Query, description = "opened, severity, host or state; - before it for descending")),
    responses((status = 200, body = Incidents)), security(("api_token" = [])))]
async fn list(
    AxumState(watch): AxumState<Watch>,
    client: ApiClient,
    OriginalUri(uri): OriginalUri,
) -> WebResult<Json<Incidents>> {
    client.must(Permission::View)?;
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let listing = Listing::read(path, COLUMNS, PER_PAGE);
    let mut conn = watch.app.db.read().await?;
    let (items, total) = store::list(&mut conn, &client.scope, &listing).await?;
    Ok(Json(Incidents { items, total }))
}

/// One incident with its story.
#[utoipa::path(get, path = "/api/v1/orgs/{org}/incidents/{id}", tag = "incidents",
    params(("org" = String, Path), ("id" = String, Path)),
    responses((status = 200, body = Whole), (status = 404)), security(("api_token" = [])))]
async fn show(
    AxumState(watch): AxumState<Watch>,
    client: ApiClient,
    Path(path): Path<(String, String)>,
) -> WebResult<Json<Whole>> {
    client.must(Permission::View)?;
    let id: Id = path.1.parse()?;
    let mut conn = watch.app.db.read().await?;
    let incident = store::get(&mut conn, &client.scope, id).await?;
    let story = store::entries(&mut conn, &client.scope, id).await?;
    Ok(Json(Whole { incident, story }))
}

/// Moves an incident on. 409 when somebody else changed it since the version that is named.
#[utoipa::path(post, path = "/api/v1/orgs/{org}/incidents/{id}/move", tag = "incidents",
    params(("org" = String, Path), ("id" = String, Path)), request_body = Move,
    responses((status = 200, body = Incident), (status = 404), (status = 409), (status = 422)), security(("api_token" = [])))]
async fn move_on(
    AxumState(watch): AxumState<Watch>,
    client: ApiClient,
    Path(path): Path<(String, String)>,
    Json(asked): Json<Move>,
) -> WebResult<Json<Incident>> {
    client.must(Permission::Handle)?;
    let reason = asked.reason.trim();
    if reason.is_empty() || reason.chars().count() > 1_000 {
        return Err(Error::invalid("reason", "1 to 1,000 letters").into());
    }
    if asked.to == State::Closed && asked.verdict.is_none() {
        return Err(Error::invalid("verdict", "closing needs one: real, harmless or false_positive").into());
    }
    let change = Change::Move { to: asked.to, reason: reason.to_owned(), verdict: asked.verdict };
    let moved = apply(&watch, &client.scope, path.1.parse()?, asked.version, &client.actor, change).await?;
    Ok(Json(moved))
}
