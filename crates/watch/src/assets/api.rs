//! The JSON twins of the machines' pages.

use axum::Json;
use axum::extract::{OriginalUri, Path, State};
use kakari_identity::Permission;
use kakari_identity::web::{ApiClient, WebResult};
use kakari_ui::Listing;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::store::{self, Asset, Software};
use crate::Watch;

const PER_PAGE: u32 = 200;
const SOFTWARE_MAX: i64 = 20_000;
const COLUMNS: &[&str] = &["name", "kind", "host", "os", "owner", "-importance"];

pub(super) fn routes() -> OpenApiRouter<Watch> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(show))
}

#[derive(Serialize, ToSchema)]
struct Assets {
    items: Vec<Asset>,
    total: u64,
}

/// A machine with what is installed on it.
#[derive(Serialize, ToSchema)]
struct Whole {
    #[serde(flatten)]
    asset: Asset,
    software: Vec<Software>,
}

/// Machines of one client, 200 a page.
#[utoipa::path(get, path = "/api/v1/orgs/{org}/assets", tag = "assets",
    params(("org" = String, Path), ("page" = Option<u32>, Query), ("sort" = Option<String>, Query, description = "name, kind, host, os, owner or importance; - before it for descending")),
    responses((status = 200, body = Assets)), security(("api_token" = [])))]
async fn list(
    State(watch): State<Watch>,
    client: ApiClient,
    OriginalUri(uri): OriginalUri,
) -> WebResult<Json<Assets>> {
    client.must(Permission::View)?;
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let listing = Listing::read(path, COLUMNS, PER_PAGE);
    let mut conn = watch.app.db.read().await?;
    let (items, total) = store::list(&mut conn, &client.scope, &listing).await?;
    Ok(Json(Assets { items, total }))
}

/// One machine with its software.
#[utoipa::path(get, path = "/api/v1/orgs/{org}/assets/{id}", tag = "assets",
    params(("org" = String, Path), ("id" = String, Path)),
    responses((status = 200, body = Whole), (status = 404)), security(("api_token" = [])))]
async fn show(
    State(watch): State<Watch>,
    client: ApiClient,
    Path(path): Path<(String, String)>,
) -> WebResult<Json<Whole>> {
    client.must(Permission::View)?;
    let mut conn = watch.app.db.read().await?;
    let asset = store::get(&mut conn, &client.scope, path.1.parse()?).await?;
    let (software, _) = store::software_of(&mut conn, &client.scope, asset.id, SOFTWARE_MAX, 0).await?;
    Ok(Json(Whole { asset, software }))
}
