//! From a client's machines to the desk: what comes in, what is found in it, and what people do about it.
//!
//! The flow, one slice after the other: [`ingest`] acknowledges and reads, [`events`] keeps, [`detections`]
//! finds, [`incidents`] groups and shows, [`sensors`] notices silence,
//! [`assets`] knows what a client has.
//!
//! Always holds: what was acknowledged is on disk, is counted exactly once, and belongs to the client whose
//! credential it came with, whatever its text says.

pub mod assets;
pub mod detections;
pub mod events;
mod figures;
pub mod incidents;
pub mod ingest;
pub mod sensors;
mod watch;

pub use figures::Figures;
pub use watch::{
    ASSETS, Listener, Transport, Watch, WatchConfig, Worker, metrics, panels, routes, sections, workers,
};

use jiff::Timestamp;
use kakari_kernel::Result;

/// Everything that happens by the clock alone: silence noticed, old events and deliveries forgotten. May run
/// at any time and twice.
pub async fn tick(watch: &Watch, now: Timestamp) -> Result<()> {
    sensors::tick(watch, now).await?;
    ingest::tidy(watch).await?;
    events::forget_old(watch, now).await
}
