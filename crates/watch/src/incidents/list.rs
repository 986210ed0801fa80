//! `/c/{org}/incidents`: all incidents of one client.

use axum::extract::State as AxumState;
use axum::response::IntoResponse as _;
use axum::routing::get;
use kakari_identity::web::{Client, WebResult};
use kakari_ui::Listing;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;

use super::store;
use crate::{Watch, sensors};

const PER_PAGE: u32 = 50;
const COLUMNS: &[&str] = &["-opened", "-severity", "host", "state"];

pub(super) fn routes() -> OpenApiRouter<Watch> {
    OpenApiRouter::new().route("/c/{org}/incidents", get(list))
}

async fn list(AxumState(watch): AxumState<Watch>, client: Client) -> WebResult {
    let listing = Listing::read(&client.page.path, COLUMNS, PER_PAGE);
    let mut conn = watch.app.db.read().await?;
    let (incidents, total) = store::list(&mut conn, &client.scope, &listing).await?;
    let heard = sensors::ever_heard(&mut conn, &client.scope).await?;
    drop(conn);
    let data = json!({
        "incidents": incidents,
        "list": listing.links(total),
        "heard": heard,
        "is_staff": client.signed.role.is_staff(),
    });
    Ok(watch.app.ui.render(&client.page, "incidents/incidents.html", data)?.into_response())
}
