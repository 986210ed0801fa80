//! Events at rest, and the pages that show them.
//!
//! Always holds: an event is kept with the bytes it came from and is never changed; one that could not be
//! read is kept with its reason and counted; what attackers wrote is printed as text. Kept for 90 days unless
//! the provider sets another time; the counts of days stay.
//!
//! Who may: staff.

mod api;
mod list;
mod report;
mod show;
mod store;

use jiff::{SignedDuration, Timestamp};
use kakari_kernel::ports::StoredEvent;
use kakari_kernel::{Error, Result};
use kakari_ui::SliceAssets;
use serde_json::{Value as Json, json};
use utoipa_axum::router::OpenApiRouter;

use crate::Watch;

pub use report::ReceivedSection;
pub use store::SqlEvents;

/// Templates and texts.
pub const ASSETS: SliceAssets = kakari_ui::slice_assets!("events", ["events.html", "event.html"]);

/// Letters of a raw record that a list shows.
const SHORT_CHARS: usize = 240;
/// Events that are forgotten in one transaction.
const FORGET_AT_ONCE: u32 = 2_000;

pub(crate) fn routes() -> OpenApiRouter<Watch> {
    OpenApiRouter::new().merge(list::routes()).merge(show::routes()).merge(api::routes())
}

/// An event as a line of a list: the raw record shortened.
pub(crate) fn shorten(event: &StoredEvent) -> Json {
    let raw = event.ocsf.get("raw_data").and_then(Json::as_str).unwrap_or_default();
    let mut short: String = raw.chars().take(SHORT_CHARS).collect();
    if short.len() < raw.len() {
        short.push('…');
    }
    json!({
        "id": event.id,
        "sensor_id": event.sensor_id,
        "at": event.at,
        "received_at": event.received_at,
        "class": class_name(event),
        "device": event.device,
        "host": event.host,
        "parse_error": event.parse_error,
        "raw": short,
    })
}

fn class_name(event: &StoredEvent) -> &str {
    event.ocsf.get("class_name").and_then(Json::as_str).unwrap_or_default()
}

/// Forgets events older than the retention, a bounded number at a time.
pub(crate) async fn forget_old(watch: &Watch, now: Timestamp) -> Result<()> {
    let kept = SignedDuration::from_hours(24 * i64::from(watch.config.retention_days.max(1)));
    let before = now.saturating_sub(kept).map_err(Error::internal)?;
    while store::forget_before(&watch.app.db, before, FORGET_AT_ONCE).await? == u64::from(FORGET_AT_ONCE) {}
    Ok(())
}
