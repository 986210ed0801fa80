//! `/queue`: what is burning, and how long is left.

use axum::extract::{RawQuery, State as AxumState};
use axum::response::IntoResponse as _;
use axum::routing::get;
use kakari_identity::Permission;
use kakari_identity::web::{Staff, WebResult};
use kakari_kernel::to_ms;
use kakari_ui::{Listing, PageContext};
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;

use super::store::{self, Whose};
use crate::Watch;

const PER_PAGE: u32 = 40;
const COLUMNS: &[&str] = &["due", "-severity", "client", "-opened"];

pub(super) fn routes() -> OpenApiRouter<Watch> {
    OpenApiRouter::new().route("/queue", get(show))
}

async fn show(AxumState(watch): AxumState<Watch>, staff: Staff, RawQuery(query): RawQuery) -> WebResult {
    let asked = form_urlencoded::parse(query.as_deref().unwrap_or_default().as_bytes())
        .find(|(key, _)| key == "whose")
        .map_or(String::new(), |(_, value)| value.into_owned());
    let me = staff.signed.person.to_string();
    let (whose, tab) = match asked.as_str() {
        "mine" => (Whose::Of(me.clone()), "/queue?whose=mine"),
        "unassigned" => (Whose::Nobodys, "/queue?whose=unassigned"),
        _ => (Whose::All, "/queue"),
    };
    let listing = Listing::read(&staff.page.path, COLUMNS, PER_PAGE);
    let mut conn = watch.app.db.read().await?;
    let rows = store::queue(&mut conn, &staff.scope, &whose, &listing).await?;
    let counts = store::open_by_assignee(&mut conn, &staff.scope).await?;
    drop(conn);
    let all: u64 = counts.iter().map(|(_, incidents)| incidents).sum();
    let of = |person: &str| {
        counts.iter().find(|(assignee, _)| assignee == person).map_or(0, |(_, incidents)| *incidents)
    };
    let total = match &whose {
        Whose::All => all,
        Whose::Nobodys => of(""),
        Whose::Of(person) => of(person),
    };
    let now = staff.page.now;
    let page = PageContext { live: Some(format!("/queue/events?after={}", to_ms(now))), ..staff.page };
    let data = json!({
        "rows": rows,
        "list": listing.links(total),
        "tab": tab,
        "counts": { "mine": of(&me), "unassigned": of(""), "all": all },
        "may_handle": staff.signed.may(Permission::Handle),
        "is_first_page": listing.offset() == 0,
    });
    Ok(watch.app.ui.render(&page, "incidents/queue.html", data)?.into_response())
}
