//! Ports: what one part needs from another that it may not name. Composed in the binary.

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{OrgScope, Period, Result};

/// An event as it is kept: normalised, with the bytes it came from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredEvent {
    /// `batch-position`: the same input always gets the same id.
    pub id: String,
    /// The sensor whose credential it arrived with.
    pub sensor_id: String,
    /// When it happened.
    pub at: Timestamp,
    /// When it was acknowledged.
    pub received_at: Timestamp,
    /// OCSF class, 0 when the line could only be kept.
    pub class_uid: u32,
    /// The device that wrote it, as recognised.
    pub device: String,
    /// The host it is about, empty when unknown.
    pub host: String,
    /// Why it could not be read, empty when it could.
    pub parse_error: String,
    /// The OCSF object, raw and unmapped fields included.
    pub ocsf: serde_json::Value,
}

/// Which events to list, newest first.
#[derive(Debug, Clone, Default)]
pub struct EventFilter {
    pub sensor_id: Option<String>,
    pub only_unreadable: bool,
    /// At most so many; the store caps it at 1,000.
    pub limit: u32,
}

/// How many events of one kind came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventCount {
    pub class_uid: u32,
    pub device: String,
    pub events: u64,
    pub unreadable: u64,
}

/// Events at rest.
#[async_trait]
pub trait EventStore: Send + Sync {
    /// Keeps the events of one batch. Durable when it returns; a second call with the same events changes
    /// nothing, so a batch that was cut off half-way is simply done again.
    async fn append(&self, scope: &OrgScope, events: &[StoredEvent]) -> Result<()>;
    /// # Errors
    /// `NotFound` when the scope has no such event.
    async fn get(&self, scope: &OrgScope, id: &str) -> Result<StoredEvent>;
    async fn latest(&self, scope: &OrgScope, filter: &EventFilter) -> Result<Vec<StoredEvent>>;
    /// Counts by class and device of the events that were received in the period.
    async fn counts(&self, scope: &OrgScope, period: Period) -> Result<Vec<EventCount>>;
}

/// A message to a person: a headline and a link, never a client's content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub to: String,
    pub subject: String,
    pub body: String,
}

/// A way to reach a person.
#[async_trait]
pub trait Notifier: Send + Sync {
    /// # Errors
    /// `Unavailable` when it could not be handed over; the caller's job is tried again later.
    async fn send(&self, message: &Message) -> Result<()>;
}
