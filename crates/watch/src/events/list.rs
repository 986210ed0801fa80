//! `/c/{org}/events`: the latest events of a client, and those that could not be read, with reasons.

use axum::extract::{RawQuery, State};
use axum::response::IntoResponse as _;
use axum::routing::get;
use kakari_identity::Permission;
use kakari_identity::web::{Client, WebResult};
use kakari_kernel::ports::EventFilter;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;

use crate::{Watch, sensors};

const SHOWN: u32 = 100;

pub(super) fn routes() -> OpenApiRouter<Watch> {
    OpenApiRouter::new().route("/c/{org}/events", get(list))
}

async fn list(State(watch): State<Watch>, client: Client, RawQuery(query): RawQuery) -> WebResult {
    client.signed.must(Permission::ViewFleet)?;
    let query: Vec<(String, String)> =
        form_urlencoded::parse(query.as_deref().unwrap_or_default().as_bytes()).into_owned().collect();
    let value = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let only_unreadable = value("only").as_deref() == Some("unreadable");
    let sensor_id = value("sensor").filter(|sensor| !sensor.is_empty());
    let filter = EventFilter { sensor_id, only_unreadable, limit: SHOWN };
    let events = watch.events.latest(&client.scope, &filter).await?;
    let mut conn = watch.app.db.read().await?;
    let heard = sensors::ever_heard(&mut conn, &client.scope).await?;
    drop(conn);
    let org = client.org.id;
    let all = format!("/c/{org}/events");
    let unreadable = format!("/c/{org}/events?only=unreadable");
    let data = json!({
        "events": events.iter().map(super::shorten).collect::<Vec<_>>(),
        "org": org,
        "heard": heard,
        "all_href": all,
        "unreadable_href": unreadable,
        "current": if only_unreadable { &unreadable } else { &all },
        "shown": SHOWN,
    });
    let page = kakari_ui::PageContext { dense: true, ..client.page };
    Ok(watch.app.ui.render(&page, "events/events.html", data)?.into_response())
}
