//! The list of months.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use kakari_identity::App;
use kakari_identity::web::{Client, WebResult};
use kakari_kernel::Month;
use serde_json::json;

/// Two years are kept at hand; older months can still be opened by their address.
const MONTHS_MAX: usize = 24;

pub(crate) async fn show(State(app): State<App>, client: Client) -> WebResult<Response> {
    let zone = &client.page.zone;
    let first = Month::of(client.org.created_at, zone).previous();
    let this_month = Month::of(client.page.now, zone);
    let months: Vec<_> = std::iter::successors(Some(this_month), |month| Some(month.previous()))
        .take(MONTHS_MAX)
        .take_while(|month| *month >= first)
        .map(|month| {
            json!({ "href": format!("/c/{}/reports/{month}", client.org.id), "day": month.first_day(), "running": month == this_month })
        })
        .collect();
    let data = json!({ "months": months });
    Ok(crate::rendered(app.ui.render(&client.page, "reports/months.html", data))?.into_response())
}
