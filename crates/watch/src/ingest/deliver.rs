//! What every door does with what arrived: quota, spool, acknowledgement.

use kakari_kernel::{Error, Id, OrgScope, Result};
use kakari_store::Unaudited;

use super::store::{self, Format};
use crate::{Watch, sensors};

/// A sensor whose batches wait in such a number is too fast for this machine: it is told to wait instead of
/// filling the disk.
const WAITING_MAX: u32 = 2_000;
const WAITING_RETRY_S: u64 = 30;

/// Records on their way onto the spool.
#[derive(Debug)]
pub struct Delivery<'a> {
    pub format: Format,
    pub content: &'a [u8],
    /// How many records the content holds.
    pub records: u64,
    /// The sender's name for this delivery; the same name again is the same delivery.
    pub key: Option<&'a str>,
}

/// What was acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted {
    pub records: u64,
    /// It had been delivered before and was not counted again.
    pub repeated: bool,
}

/// Puts a delivery of a sensor on the spool. When this returns it is on disk.
///
/// # Errors
/// `TooMany` when the sensor is over its quota or too much of it waits; `Unavailable` when the disk is full.
pub async fn accept(
    watch: &Watch,
    scope: &OrgScope,
    sensor: Id,
    delivery: &Delivery<'_>,
) -> Result<Accepted> {
    if let Some(key) = delivery.key {
        let mut conn = watch.app.db.read().await?;
        if let Some(records) = store::delivered(&mut conn, scope, sensor, key).await? {
            return Ok(Accepted { records, repeated: true });
        }
    }
    let size = delivery.content.len() as u64;
    watch.doors.take(sensor, size, watch.app.clock.now())?;
    let mut tx = watch.app.db.begin().await?;
    if store::waiting(&mut tx, scope, sensor, WAITING_MAX).await? >= u64::from(WAITING_MAX) {
        return Err(Error::TooMany { retry_after_s: WAITING_RETRY_S });
    }
    if let Some(key) = delivery.key
        && !store::remember(&mut tx, scope, sensor, key, delivery.records).await?
    {
        return Ok(Accepted { records: delivery.records, repeated: true });
    }
    if delivery.records > 0 {
        store::put(&mut tx, scope, watch.app.ids.id(), sensor, delivery.format, delivery.content).await?;
        sensors::heard(&mut tx, scope, sensor).await?;
    }
    tx.commit_unaudited(Unaudited::Ingest).await?;
    watch.figures.received(delivery.records);
    watch.spooled.notify_one();
    Ok(Accepted { records: delivery.records, repeated: false })
}
