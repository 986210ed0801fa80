//! The page.

use axum::extract::{OriginalUri, State};
use axum::response::{IntoResponse as _, Response};
use kakari_identity::web::{Staff, WebResult};
use kakari_identity::{App, Permission};
use kakari_ui::Listing;
use serde_json::json;

use super::store::{self, Order};

const PER_PAGE: u32 = 50;

pub(crate) async fn show(
    State(app): State<App>,
    staff: Staff,
    OriginalUri(uri): OriginalUri,
) -> WebResult<Response> {
    let address = uri.path_and_query().map_or("/round", |path| path.as_str());
    let list = Listing::read(address, &["-urgent", "name", "waiting"], PER_PAGE);
    let order = match (list.sort(), list.is_descending()) {
        ("name", false) => Order::Name,
        ("name", true) => Order::NameBackwards,
        ("waiting", false) => Order::Longest,
        ("waiting", true) => Order::Newest,
        (_, true) => Order::Urgent,
        (_, false) => Order::Lightest,
    };
    let asked = uri.query().and_then(|query| {
        form_urlencoded::parse(query.as_bytes())
            .find(|(key, _)| key == "reason")
            .map(|(_, value)| value.into_owned())
    });
    let now = staff.page.now;
    let lang = staff.page.lang;
    let mut conn = app.db.read().await?;
    let reasons = store::reasons(&mut conn, &staff.scope, now).await?;
    // Only a reason that is there may be asked for, so a link that is out of date shows everything.
    let kind = asked.filter(|asked| reasons.iter().any(|reason| reason.kind == *asked)).unwrap_or_default();
    let visits =
        store::visits(&mut conn, &staff.scope, now, &kind, order, list.limit(), list.offset()).await?;
    let (clients, snoozed) = store::totals(&mut conn, &staff.scope, now).await?;
    let next_return = store::next_return(&mut conn, &staff.scope, now).await?;
    drop(conn);

    let all: u64 = reasons.iter().map(|reason| reason.clients).sum();
    let shown = reasons.iter().find(|reason| reason.kind == kind).map_or(all, |reason| reason.clients);
    let rows: Vec<_> = visits
        .iter()
        .zip(list.offset() + 1..)
        .map(|(visit, place)| {
            json!({
                "place": place,
                "org": visit.top.org,
                "name": visit.name,
                "grade": visit.grade.badge(),
                "sentence": visit.top.sentence(&app.ui, lang),
                "link": visit.top.link,
                "since": visit.top.since,
                "points": visit.points,
                "more": visit.reasons.saturating_sub(1),
            })
        })
        .collect();
    let data = json!({
        "rows": rows,
        "list": list.links(shown),
        "reasons": reasons.iter().map(|reason| json!({
            "kind": reason.kind, "clients": reason.clients,
            "label": app.ui.text(lang, &format!("sign-{}-short", reason.kind), &[]),
        })).collect::<Vec<_>>(),
        "kind": kind,
        "need": all,
        "snoozed": snoozed,
        "quiet": clients.saturating_sub(all).saturating_sub(snoozed),
        "clients": clients,
        "next_return": next_return.map(|(_, at)| at),
        "tomorrow": now.to_zoned(staff.page.zone.clone()).date().tomorrow().ok(),
        "may_handle": staff.signed.may(Permission::Handle),
    });
    Ok(crate::rendered(app.ui.render(&staff.page, "round/round.html", data))?.into_response())
}
