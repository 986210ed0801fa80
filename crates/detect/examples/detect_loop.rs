//! Runs events through an engine, for measuring instructions per event.
//!
//! `detect_loop kakari|rsigma DATA EVENTS.ndjson RULE_COUNT EVENT_COUNT`, where DATA is the folder of shared data. Instructions per event are
//! the difference of two runs of different `EVENT_COUNT` under `valgrind --tool=callgrind`, divided by the
//! difference of the counts, so that loading cancels out.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a tool for measuring")]

#[path = "../benches/support/mod.rs"]
mod support;

use std::path::Path;

use kakari_detect::sigma::{Event, RuleMask};

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, engine, data, events, rule_count, event_count] = arguments.as_slice() else {
        println!("usage: detect_loop kakari|rsigma DATA EVENTS.ndjson RULE_COUNT EVENT_COUNT");
        return;
    };
    let files = support::rule_files(&Path::new(data).join(support::ARCHIVE), rule_count.parse().unwrap());
    let text = std::fs::read(events).unwrap();
    let lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
    let events = lines.iter().cycle().take(event_count.parse().unwrap());
    let found: usize = if engine == "rsigma" {
        let mut engine = support::Rsigma::new(&files);
        events.map(|event| engine.detect(event)).sum()
    } else {
        let (engine, mask) = (support::kakari(&files), RuleMask::all());
        events.map(|event| engine.detect(&Event::json(event), &mask).unwrap().len()).sum()
    };
    println!("{} rules, {event_count} events, {found} detections", files.len());
}
