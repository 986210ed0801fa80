//! rsigma-eval on the same events: every difference is one that `DIFFERENCES.md` explains.

use std::collections::{BTreeMap, BTreeSet};

use kakari_detect::sigma::{Engine, Event, RuleMask};
use serde_json::Value;

use crate::shared;

/// Rules on which the two may differ on the recordings, with the number of its reason in DIFFERENCES.md.
/// A rule that is listed here and does not differ any more fails the test, too.
const EXPLAINED: &[(&str, u32)] = &[];

/// What Sysmon's event 1 calls the fields of 4688, which rsigma-eval leaves to its user.
const NAMES_4688: [(&str, &str); 7] = [
    ("NewProcessName", "Image"),
    ("ParentProcessName", "ParentImage"),
    ("ProcessId", "ParentProcessId"),
    ("NewProcessId", "ProcessId"),
    ("SubjectUserName", "User"),
    ("SubjectLogonId", "LogonId"),
    ("MandatoryLabel", "IntegrityLevel"),
];

fn renamed(record: &Value) -> Value {
    let mut renamed = serde_json::Map::new();
    for (name, value) in record.as_object().unwrap() {
        let name = NAMES_4688.iter().find(|(own, _)| own == name).map_or(name.as_str(), |(_, sysmon)| sysmon);
        renamed.insert(name.to_owned(), value.clone());
    }
    Value::Object(renamed)
}

#[test]
fn every_difference_to_rsigma_is_explained() {
    let Some(folder) = shared::folder() else { return };
    let files = shared::rule_files(&folder);
    let engine = Engine::compile(shared::rules(&folder).0);
    let mut collection = rsigma_parser::SigmaCollection::new();
    for (_, yaml) in &files {
        collection.rules.extend(rsigma_parser::parse_sigma_yaml(std::str::from_utf8(yaml).unwrap()).unwrap().rules);
    }
    let mut other = rsigma_eval::Engine::new();
    other.add_collection(&collection).unwrap();

    let mut differing: BTreeMap<String, String> = BTreeMap::new();
    let (mut records, mut detections) = (0, 0);
    for (name, recording) in shared::recordings(&folder) {
        let step = recording.len() / 800 + 1;
        for record in recording.iter().step_by(step) {
            let event = Event::value(record);
            let ours: BTreeSet<String> = engine
                .detect(&event, &RuleMask::all())
                .unwrap()
                .into_iter()
                .map(|found| found.rule.id.clone())
                .collect();
            let mut theirs = BTreeSet::new();
            for source in engine.sources(&event).unwrap() {
                let is_4688 = source.category.as_deref() == Some("process_creation") && source.service.is_none();
                let view = if is_4688 { renamed(record) } else { record.clone() };
                let source = rsigma_parser::LogSource {
                    product: source.product,
                    category: source.category,
                    service: source.service,
                    ..rsigma_parser::LogSource::default()
                };
                let view = rsigma_eval::event::JsonEvent::borrow(&view);
                let results = other.evaluate_with_logsource(&view, &source);
                theirs.extend(results.into_iter().filter_map(|result| result.header.rule_id));
            }
            records += 1;
            detections += ours.len();
            for rule in ours.symmetric_difference(&theirs) {
                let who = if ours.contains(rule) { "ours" } else { "theirs" };
                differing.entry(rule.clone()).or_insert_with(|| format!("only {who}, {name}: {record}"));
            }
        }
    }
    println!("{records} records, {detections} detections, {} rules differ", differing.len());
    let unexplained: Vec<_> =
        differing.iter().filter(|(rule, _)| EXPLAINED.iter().all(|(known, _)| known != rule)).collect();
    assert!(unexplained.is_empty(), "{unexplained:#?}");
    let gone: Vec<_> = EXPLAINED.iter().filter(|(rule, _)| !differing.contains_key(*rule)).collect();
    assert!(gone.is_empty(), "no longer different: {gone:?}");
}
