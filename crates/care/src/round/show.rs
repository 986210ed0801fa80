//! The page.

use std::collections::BTreeMap;

use axum::extract::{OriginalUri, State};
use axum::response::{IntoResponse as _, Response};
use kakari_identity::web::{Staff, WebResult};
use kakari_identity::{App, Permission};
use kakari_ui::Listing;
use serde_json::json;

use super::store::{self, Visit};

const PER_PAGE: u32 = 40;

pub(crate) async fn show(
    State(app): State<App>,
    staff: Staff,
    OriginalUri(uri): OriginalUri,
) -> WebResult<Response> {
    let address = uri.path_and_query().map_or("/round", |path| path.as_str());
    let list = Listing::read(address, &["-urgent", "name", "waiting"], PER_PAGE);
    let asked = uri.query().and_then(|query| {
        form_urlencoded::parse(query.as_bytes())
            .find(|(key, _)| key == "reason")
            .map(|(_, value)| value.into_owned())
    });
    let now = staff.page.now;
    let lang = staff.page.lang;
    let mut conn = app.db.read().await?;
    let mut visits = store::visits(&mut conn, &staff.scope, now).await?;
    let (clients, snoozed) = store::totals(&mut conn, &staff.scope, now).await?;
    let next_return = store::next_return(&mut conn, &staff.scope, now).await?;

    let need = visits.len() as u64;
    let reasons = reasons(&visits);
    // Only a reason that is there may be asked for, so a link that is out of date shows everything.
    let kind = asked.filter(|asked| reasons.iter().any(|(kind, _)| kind == asked)).unwrap_or_default();
    visits.retain(|visit| kind.is_empty() || visit.kind == kind);
    sort(&mut visits, list.sort(), list.is_descending());
    let shown = visits.len() as u64;
    let first = usize::try_from(list.offset()).unwrap_or(usize::MAX);
    let mut rows = Vec::new();
    for (visit, place) in visits.iter().skip(first).take(PER_PAGE as usize).zip(list.offset() + 1..) {
        // Cleared between the two statements: it is gone at the next look.
        let Some(top) = store::weightiest(&mut conn, &staff.scope, visit).await? else { continue };
        rows.push(json!({
            "place": place,
            "org": visit.org,
            "name": visit.name,
            "grade": visit.grade.badge(),
            "sentence": top.sentence(&app.ui, lang),
            "link": top.link,
            "since": top.since,
            "points": visit.points,
            "more": visit.reasons.saturating_sub(1),
        }));
    }
    drop(conn);
    let data = json!({
        "rows": rows,
        "list": list.links(shown),
        "reasons": reasons.iter().map(|(kind, clients)| json!({
            "kind": kind, "clients": clients, "label": app.ui.text(lang, &format!("sign-{kind}-short"), &[]),
        })).collect::<Vec<_>>(),
        "kind": kind,
        "need": need,
        "snoozed": snoozed,
        "quiet": clients.saturating_sub(need).saturating_sub(snoozed),
        "clients": clients,
        "next_return": next_return.map(|(_, at)| at),
        "tomorrow": now.to_zoned(staff.page.zone.clone()).date().tomorrow().ok(),
        "may_handle": staff.signed.may(Permission::Handle),
    });
    Ok(crate::rendered(app.ui.render(&staff.page, "round/round.html", data))?.into_response())
}

/// How many clients have each kind of weightiest sign, the most frequent first.
fn reasons(visits: &[Visit]) -> Vec<(String, u64)> {
    let mut counts = BTreeMap::<&str, u64>::new();
    for visit in visits {
        *counts.entry(&visit.kind).or_default() += 1;
    }
    let mut reasons: Vec<_> = counts.into_iter().map(|(kind, clients)| (kind.to_owned(), clients)).collect();
    reasons.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    reasons
}

/// By points, name or the beginning of the weightiest sign; equals by their beginning, then by name.
fn sort(visits: &mut [Visit], by: &str, descending: bool) {
    visits.sort_by(|a, b| {
        let order = match by {
            "name" => a.name.cmp(&b.name),
            "waiting" => a.since.cmp(&b.since),
            _ => a.points.cmp(&b.points),
        };
        let order = if descending { order.reverse() } else { order };
        order
            .then_with(|| a.since.cmp(&b.since))
            .then_with(|| a.name.cmp(&b.name))
            .then_with(|| a.org.cmp(&b.org))
    });
}
