//! The doors: how events come in, and the one worker that reads what they acknowledged.
//!
//! Always holds:
//! - Acknowledged means committed to disk. HTTP answers 202 only then; syslog over UDP cannot acknowledge.
//! - The tenant comes from the credential (token, or the listener that is bound to a sensor), never from the
//!   content.
//! - A batch leaves the spool in the transaction that keeps what was made of it: a crash at any moment loses
//!   nothing and counts nothing twice.
//! - Batches of one client are read in order; a batch that cannot be read stops nobody else.

mod deliver;
mod doors;
mod file;
mod framing;
mod post;
mod reading;
mod store;
mod syslog;
mod worker;

use kakari_kernel::Result;
use utoipa_axum::router::OpenApiRouter;

use crate::Watch;

pub use deliver::{Accepted, Delivery, accept};
pub(crate) use doors::Doors;
pub use file::ingest_file;
pub use store::Format;
pub(crate) use store::{aside, retry_aside};
pub(crate) use syslog::listen;
pub use worker::drain;
pub(crate) use worker::{ASIDE_SIGN, tidy, work};

/// The routes of the doors.
pub(crate) fn routes() -> OpenApiRouter<Watch> {
    post::routes()
}

/// What waits in the spool and what was set aside, over all clients.
pub(crate) async fn backlog(watch: &Watch) -> Result<[(&'static str, u64); 2]> {
    let mut conn = watch.app.db.read().await?;
    store::backlog(&mut conn).await
}
