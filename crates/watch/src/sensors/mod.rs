//! Sensors: what sends a client's events, and what it means when it falls silent.
//!
//! Always holds: a sensor belongs to one client for ever; only a hash of its token is kept, and the token is
//! shown once; silence is noticed after 24 hours at the latest, which nothing can raise, said once, and taken
//! back by itself. A client from whom nothing ever came has no data, which is not the same as all well.
//!
//! Who may: staff see sensors, administrators make and retire them.

mod add;
mod api;
mod credential;
mod model;
mod panel;
mod setup;
mod show;
mod silence;
mod store;

use kakari_ui::SliceAssets;
use utoipa_axum::router::OpenApiRouter;

use crate::Watch;

pub use add::{NewSensor, add};
pub(crate) use credential::{by_id, by_token, note_refusal, note_refusals};
pub use model::{Kind, Sensor};
pub use panel::SensorsPanel;
pub(crate) use silence::tick;
pub(crate) use store::{Came, count, ever_heard, get, heard, heard_within};
pub use store::{list, upload_sensor};

/// Templates and texts.
pub const ASSETS: SliceAssets =
    kakari_ui::slice_assets!("sensors", ["sensors.html", "sensor.html", "token.html", "_setup.html"]);

pub(crate) fn routes() -> OpenApiRouter<Watch> {
    OpenApiRouter::new().merge(add::routes()).merge(show::routes()).merge(api::routes())
}
