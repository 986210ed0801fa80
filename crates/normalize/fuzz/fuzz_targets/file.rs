//! Any bytes as a file of logs: `cargo fuzz run file`.
#![no_main]

use kakari_normalize::{Context, Normalizer, records};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let normalizer = Normalizer::new(Context::new(jiff::Timestamp::UNIX_EPOCH, jiff::tz::TimeZone::UTC));
    let mut line = Vec::new();
    for record in records(std::io::Cursor::new(bytes.to_vec())).take(10_000) {
        let event = normalizer.normalize_record(&record);
        line.clear();
        event.write_json(&mut line);
        let read: serde_json::Value = serde_json::from_slice(&line).expect("what is written is JSON");
        assert_eq!(read, event.to_json());
    }
});
