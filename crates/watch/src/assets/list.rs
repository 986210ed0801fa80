//! `/c/{org}/assets`: the machines of a client.

use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::get;
use kakari_identity::Permission;
use kakari_identity::web::{Client, WebResult};
use kakari_ui::Listing;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;

use super::store;
use crate::Watch;

const PER_PAGE: u32 = 50;
const COLUMNS: &[&str] = &["name", "kind", "host", "os", "owner", "-importance"];

pub(super) fn routes() -> OpenApiRouter<Watch> {
    OpenApiRouter::new().route("/c/{org}/assets", get(list))
}

async fn list(State(watch): State<Watch>, client: Client) -> WebResult {
    let listing = Listing::read(&client.page.path, COLUMNS, PER_PAGE);
    let mut conn = watch.app.db.read().await?;
    let (assets, total) = store::list(&mut conn, &client.scope, &listing).await?;
    drop(conn);
    let data = json!({
        "assets": assets,
        "list": listing.links(total),
        "org": client.org.id,
        "may_edit": client.signed.may(Permission::EditRecord),
    });
    Ok(watch.app.ui.render(&client.page, "assets/assets.html", data)?.into_response())
}
