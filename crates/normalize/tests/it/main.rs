//! What holds for every record, whatever device wrote it.

#![expect(clippy::expect_used, clippy::panic, reason = "helpers of tests may panic as tests may")]

mod ocsf;
mod properties;
mod shared_data;

use std::path::PathBuf;

use jiff::tz::TimeZone;
use kakari_normalize::{Context, Normalizer};

/// A sensor in Tokyo on 1 February 2026 at noon.
fn normalizer() -> Normalizer {
    let received_at = "2026-02-01T03:00:00Z".parse().expect("a time");
    Normalizer::new(Context::new(received_at, TimeZone::get("Asia/Tokyo").expect("a zone")))
}

/// The folder of real logs, where there is one.
#[expect(clippy::print_stdout, reason = "a skipped test says so")]
fn shared_data() -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "tests have no configuration to read it from")]
    let named = std::env::var("KAKARI_TEST_DATA").ok().map(PathBuf::from);
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let found = named.or(Some(beside)).filter(|folder| folder.is_dir());
    if found.is_none() {
        println!("skipped: shared data absent");
    }
    found
}
