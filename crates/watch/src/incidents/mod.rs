//! Incidents: alerts that belong together, the operator's queue, and what people did.
//!
//! Always holds: an incident belongs to one client; it goes through its states one by one and ends with a
//! verdict and a lesson; every change is a line of its story (who, when, from where, with what, did what,
//! how) and an entry of the audit chain; a change is applied only to the version that its author saw; a
//! closed incident takes no further alerts.
//!
//! Who may: staff see everything and, with `Handle`, act; the client's own people see it in plain words.

mod act;
mod api;
mod grouping;
mod list;
mod live;
mod model;
mod open;
mod panel;
mod points;
mod queue;
mod report;
mod show;
mod sla;
mod store;

use kakari_ui::SliceAssets;
use utoipa_axum::router::OpenApiRouter;

use crate::Watch;

pub(crate) use model::Cause;
pub use model::{Clock, Entry, Incident, Severity, State, Verdict};
pub(crate) use open::{place, seen_again, silence_began, silence_ended};
pub use panel::IncidentsPanel;
pub use report::FoundSection;

/// Templates and texts.
pub const ASSETS: SliceAssets = kakari_ui::slice_assets!(
    "incidents",
    ["queue.html", "incident.html", "incident_owner.html", "incidents.html"]
);

pub(crate) fn routes() -> OpenApiRouter<Watch> {
    OpenApiRouter::new()
        .merge(queue::routes())
        .merge(live::routes())
        .merge(list::routes())
        .merge(show::routes())
        .merge(act::routes())
        .merge(api::routes())
}
