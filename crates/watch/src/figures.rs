//! Numbers for health checks and metrics. Counted since the start of the process, over all clients.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::detections::LeftOut;

/// What passed through the doors and the worker.
#[derive(Debug, Default)]
pub struct Figures {
    received: AtomicU64,
    refused: AtomicU64,
    processed: AtomicU64,
    unreadable: AtomicU64,
    dropped: AtomicU64,
    correlation_too_late: AtomicU64,
    correlation_ahead: AtomicU64,
    correlation_no_room: AtomicU64,
    correlations_forgotten: AtomicU64,
}

impl Figures {
    pub(crate) fn received(&self, records: u64) {
        self.received.fetch_add(records, Ordering::Relaxed);
    }

    pub(crate) fn refused(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn processed(&self, events: u64, unreadable: u64) {
        self.processed.fetch_add(events, Ordering::Relaxed);
        self.unreadable.fetch_add(unreadable, Ordering::Relaxed);
    }

    pub(crate) fn dropped(&self, datagrams: u64) {
        self.dropped.fetch_add(datagrams, Ordering::Relaxed);
    }

    /// What correlations could not count.
    pub(crate) fn left_out(&self, left_out: LeftOut) {
        self.correlation_too_late.fetch_add(left_out.too_late, Ordering::Relaxed);
        self.correlation_ahead.fetch_add(left_out.ahead, Ordering::Relaxed);
        self.correlation_no_room.fetch_add(left_out.no_room, Ordering::Relaxed);
    }

    /// The memory of one client's correlations was given up.
    pub(crate) fn correlations_forgotten(&self) {
        self.correlations_forgotten.fetch_add(1, Ordering::Relaxed);
    }

    /// Name and value of each number.
    pub(crate) fn read(&self) -> [(&'static str, u64); 9] {
        let read = |number: &AtomicU64| number.load(Ordering::Relaxed);
        [
            ("received", read(&self.received)),
            ("refused", read(&self.refused)),
            ("processed", read(&self.processed)),
            ("unreadable", read(&self.unreadable)),
            ("dropped", read(&self.dropped)),
            ("correlation_too_late", read(&self.correlation_too_late)),
            ("correlation_ahead", read(&self.correlation_ahead)),
            ("correlation_no_room", read(&self.correlation_no_room)),
            ("correlations_forgotten", read(&self.correlations_forgotten)),
        ]
    }
}
