//! Any bytes as an inventory, as a feed, and as both at once: no panic, no component without a version.

#![no_main]

use kakari_exposure::decision::{Circumstances, Policy};
use kakari_exposure::report::Knowledge;
use kakari_exposure::{Feeds, inventory};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // The first line names the file, since names decide between text formats.
    let split = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(0);
    let (name, content) = bytes.split_at(split);
    let name = String::from_utf8_lossy(name);
    let mut feeds = Feeds::default();
    let _ = feeds.add("fuzz", &name, content);
    let knowledge = Knowledge::new(feeds, Policy::default());
    if let Ok(inventory) = inventory::read(&name, content) {
        assert!(inventory.components.iter().all(|component| !component.version.is_empty()));
        let lines = knowledge.lines(&inventory, Circumstances::default());
        let _ = knowledge.last_line(&[inventory], &lines);
    }
});
