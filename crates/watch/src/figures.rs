//! Numbers for health checks and metrics. Counted since the start of the process, over all clients.

use std::sync::atomic::{AtomicU64, Ordering};

/// What passed through the doors and the worker.
#[derive(Debug, Default)]
pub struct Figures {
    received: AtomicU64,
    refused: AtomicU64,
    processed: AtomicU64,
    unreadable: AtomicU64,
    dropped: AtomicU64,
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

    /// Name and value of each number.
    pub(crate) fn read(&self) -> [(&'static str, u64); 5] {
        let read = |number: &AtomicU64| number.load(Ordering::Relaxed);
        [
            ("received", read(&self.received)),
            ("refused", read(&self.refused)),
            ("processed", read(&self.processed)),
            ("unreadable", read(&self.unreadable)),
            ("dropped", read(&self.dropped)),
        ]
    }
}
