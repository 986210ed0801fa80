//! A clock that walks through the story and then shows the real time.

use std::sync::Mutex;

use jiff::Timestamp;
use kakari_kernel::{Clock, SystemClock};

/// The story's time while it is told.
#[derive(Debug, Default)]
pub(super) struct StoryClock(Mutex<Option<Timestamp>>);

impl StoryClock {
    /// Stands at a moment of the story.
    pub(super) fn at(&self, moment: Timestamp) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(moment);
    }

    /// From now on the real time.
    pub(super) fn real(&self) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = None;
    }
}

impl Clock for StoryClock {
    fn now(&self) -> Timestamp {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).unwrap_or_else(|| SystemClock.now())
    }
}
