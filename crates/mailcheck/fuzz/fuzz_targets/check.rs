//! Any bytes as a mail. Start from `tests/corpus`: `cargo fuzz run check ../tests/corpus/tuned`.
#![no_main]

use kakari_mailcheck::{Knowledge, check};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(verdict) = check(bytes, &Knowledge::default()) {
        assert_eq!(verdict.score, verdict.signals.iter().map(|signal| signal.weight).sum::<i32>());
    }
});
