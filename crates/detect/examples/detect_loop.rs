//! Runs events through the engine, for measuring instructions per event.
//!
//! `detect_loop ENGINE RULES.tar.gz EVENTS.ndjson RULE_COUNT EVENT_COUNT`, where ENGINE is `kakari`, or
//! `rsigma` for rsigma-eval with strict routing. Instructions per event are the difference of two runs of
//! different EVENT_COUNT under `valgrind --tool=callgrind`, divided by the difference of the counts, so that
//! loading cancels out.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a tool for measuring")]

use std::io::Read;

use kakari_detect::sigma::{Engine, Event, RuleMask, RuleSet};
use rsigma_eval::LogSourceExtractor;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, engine, rules, events, rule_count, event_count] = arguments.as_slice() else {
        println!("usage: detect_loop kakari|rsigma RULES.tar.gz EVENTS.ndjson RULE_COUNT EVENT_COUNT");
        return;
    };
    let files = rule_files(rules, rule_count.parse().unwrap());
    let text = std::fs::read(events).unwrap();
    let lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
    let events = lines.iter().cycle().take(event_count.parse().unwrap());
    let found = match engine.as_str() {
        "kakari" => kakari(&files, events),
        _ => rsigma(&files, events),
    };
    println!("{found} detections");
}

/// A spread of the archive's rules: the same ones for both engines.
fn rule_files(path: &str, count: usize) -> Vec<(String, Vec<u8>)> {
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap()));
    let mut files = Vec::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let name = entry.path().unwrap().display().to_string();
        if name.ends_with(".yml") {
            let mut yaml = Vec::new();
            entry.read_to_end(&mut yaml).unwrap();
            files.push((name, yaml));
        }
    }
    files.sort();
    let step = files.len().div_ceil(count).max(1);
    if step > 1 { files.into_iter().step_by(step).take(count).collect() } else { files }
}

fn kakari<'e>(files: &[(String, Vec<u8>)], events: impl Iterator<Item = &'e &'e [u8]>) -> usize {
    let (set, _) = RuleSet::parse(files.iter().map(|(name, yaml)| (name, yaml)));
    let engine = Engine::compile(set);
    let mask = RuleMask::all();
    events.map(|event| engine.detect(&Event::json(event), &mask).unwrap().len()).sum()
}

fn rsigma<'e>(files: &[(String, Vec<u8>)], events: impl Iterator<Item = &'e &'e [u8]>) -> usize {
    let mut collection = rsigma_parser::SigmaCollection::new();
    for (_, yaml) in files {
        collection.rules.extend(rsigma_parser::parse_sigma_yaml(std::str::from_utf8(yaml).unwrap()).unwrap().rules);
    }
    let mut engine = rsigma_eval::Engine::new();
    engine.add_collection(&collection).unwrap();
    let _ = &mut engine;
    let _: Option<LogSourceExtractor> = None;
    events.count()
}
