//! How much may come in at once: a quota for each sensor, a bound on uploads in memory.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use kakari_kernel::{Error, Id, Result};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Uploads that are held in memory at the same time. Together with the bound on one of them this bounds the
/// memory of the HTTP door.
const UPLOADS_AT_ONCE: usize = 8;

/// State that the doors share.
#[derive(Debug)]
pub(crate) struct Doors {
    uploads: Arc<Semaphore>,
    bytes_per_minute: u64,
    buckets: Mutex<HashMap<Id, Bucket>>,
}

/// What a sensor may still send, refilled with time.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    left_bytes: u64,
    at: Timestamp,
}

impl Doors {
    pub(crate) fn new(bytes_per_minute: u64) -> Self {
        Self {
            uploads: Arc::new(Semaphore::new(UPLOADS_AT_ONCE)),
            bytes_per_minute: bytes_per_minute.max(1),
            buckets: Mutex::default(),
        }
    }

    /// A place for one upload.
    pub(super) async fn enter(&self) -> Result<OwnedSemaphorePermit> {
        Arc::clone(&self.uploads).acquire_owned().await.map_err(Error::internal)
    }

    /// Takes `bytes` from the sensor's quota. A delivery larger than the whole quota passes when nothing else
    /// was sent for a minute, else it never could.
    ///
    /// # Errors
    /// `TooMany` with the seconds after which it fits.
    pub(super) fn take(&self, sensor: Id, bytes: u64, now: Timestamp) -> Result<()> {
        let full = self.bytes_per_minute;
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = buckets.entry(sensor).or_insert(Bucket { left_bytes: full, at: now });
        let passed_ms = u64::try_from(now.duration_since(bucket.at).as_millis()).unwrap_or(0);
        let refill = u128::from(full) * u128::from(passed_ms) / 60_000;
        bucket.left_bytes = full.min(bucket.left_bytes.saturating_add(u64::try_from(refill).unwrap_or(full)));
        bucket.at = now;
        let asked = bytes.min(full);
        if asked > bucket.left_bytes {
            let missing = asked - bucket.left_bytes;
            let wait_s = u128::from(missing) * 60 / u128::from(full) + 1;
            return Err(Error::TooMany { retry_after_s: u64::try_from(wait_s).unwrap_or(60) });
        }
        bucket.left_bytes -= asked;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn one_sensor_over_its_quota_waits_and_another_does_not() {
        let doors = Doors::new(6_000);
        let (one, other) = (Id::from_parts(1, 1), Id::from_parts(1, 2));
        let now = Timestamp::UNIX_EPOCH;
        doors.take(one, 6_000, now).unwrap();
        let refused = doors.take(one, 3_000, now).unwrap_err();
        assert!(matches!(refused, Error::TooMany { retry_after_s: 31 }), "{refused}");
        doors.take(other, 6_000, now).unwrap();
        doors.take(one, 3_000, now + SignedDuration::from_secs(31)).unwrap();
    }

    #[test]
    fn a_delivery_larger_than_the_quota_passes_after_a_quiet_minute() {
        let doors = Doors::new(100);
        let sensor = Id::from_parts(1, 1);
        doors.take(sensor, 1_000, Timestamp::UNIX_EPOCH).unwrap();
        assert!(doors.take(sensor, 1, Timestamp::UNIX_EPOCH).is_err());
    }

    #[test]
    fn a_clock_that_goes_back_gives_nothing_and_breaks_nothing() {
        let doors = Doors::new(100);
        let sensor = Id::from_parts(1, 1);
        let later = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(1);
        doors.take(sensor, 100, later).unwrap();
        assert!(doors.take(sensor, 100, Timestamp::UNIX_EPOCH).is_err());
    }
}
