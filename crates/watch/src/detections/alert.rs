//! `/c/{org}/alerts` and `/c/{org}/alerts/{id}`: an alert opens onto its events and its rule.

use axum::extract::{Path, State};
use axum::response::IntoResponse as _;
use axum::routing::get;
use kakari_identity::Permission;
use kakari_identity::web::{Client, WebResult};
use kakari_kernel::Error;
use kakari_ui::{Lang, Listing};
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;

use super::store;
use crate::Watch;

const PER_PAGE: u32 = 50;
const COLUMNS: &[&str] = &["-raised", "-level", "host", "title", "-events"];

pub(super) fn routes() -> OpenApiRouter<Watch> {
    OpenApiRouter::new().route("/c/{org}/alerts", get(list)).route("/c/{org}/alerts/{id}", get(show))
}

async fn list(State(watch): State<Watch>, client: Client) -> WebResult {
    client.signed.must(Permission::ViewFleet)?;
    let listing = Listing::read(&client.page.path, COLUMNS, PER_PAGE);
    let mut conn = watch.app.db.read().await?;
    let (alerts, total) = store::list(&mut conn, &client.scope, &listing).await?;
    drop(conn);
    let data = json!({ "alerts": alerts, "list": listing.links(total), "org": client.org.id });
    let page = kakari_ui::PageContext { dense: true, ..client.page };
    Ok(watch.app.ui.render(&page, "detections/alerts.html", data)?.into_response())
}

async fn show(
    State(watch): State<Watch>,
    client: Client,
    Path((_, id)): Path<(String, String)>,
) -> WebResult {
    client.signed.must(Permission::ViewFleet)?;
    let mut conn = watch.app.db.read().await?;
    let alert = store::get(&mut conn, &client.scope, id.parse()?).await?;
    let ids = store::event_ids(&mut conn, &client.scope, alert.id).await?;
    drop(conn);
    let mut events = Vec::new();
    for id in &ids {
        match watch.events.get(&client.scope, id).await {
            Ok(event) => events.push(event),
            // Older than the time for which events are kept.
            Err(Error::NotFound) => {}
            Err(error) => return Err(error.into()),
        }
    }
    events.sort_by_key(|event| event.at);
    let events: Vec<_> = events.iter().map(crate::events::shorten).collect();
    let loaded = watch.rules.loaded();
    let rule = loaded.rule(&alert.rule_id);
    let advice = rule.and_then(|rule| {
        if client.page.lang == Lang::Ja { rule.advice_ja.as_ref() } else { rule.advice_en.as_ref() }
    });
    let data = json!({
        "alert": alert,
        "events": events,
        "rule": rule,
        "advice": advice,
        "yaml": watch.rules.text_of(&alert.rule_id),
        "org": client.org.id,
    });
    let page = kakari_ui::PageContext { dense: true, ..client.page };
    Ok(watch.app.ui.render(&page, "detections/alert.html", data)?.into_response())
}
