//! SigmaHQ's own recordings: the rule that a recording was made for fires, as often as it says.

use kakari_detect::sigma::{Engine, Event, Match, RuleMask};

use crate::shared;

#[test]
fn every_rule_of_sigmahq_loads_or_is_refused_by_name() {
    let Some(folder) = shared::folder() else { return };
    let files = shared::rule_files(&folder);
    let (set, refused) = shared::rules(&folder);
    for refusal in &refused {
        println!("{}: {}", refusal.file, refusal.reason);
    }
    for note in set.notes() {
        println!("note: {note}");
    }
    assert_eq!(set.len() + refused.len(), files.len());
    assert_eq!(refused, []);
}

/// A recording whose stated count is not what the rule's text says: the three records of this one set
/// three sites to zone 2, and the rule leaves out zones 0 and 1 only.
const MISCOUNTED: (&str, usize) =
    ("rules/windows/registry/registry_set/registry_set_change_security_zones", 3);

#[test]
fn every_recording_is_detected_by_its_rule() {
    let Some(folder) = shared::folder() else { return };
    let engine = Engine::compile(shared::rules(&folder).0);
    let root = folder.join("windows/sigma_regression");
    let expected = std::fs::read_to_string(root.join("expected.tsv")).unwrap();
    let mut wrong = Vec::new();
    let mut checked = 0;
    for line in expected.lines() {
        let (rule_id, path) = line.split_once('\t').unwrap();
        let directory = root.join("regression_data").join(path);
        let info = std::fs::read_to_string(directory.join("info.yml")).unwrap();
        let count = info
            .lines()
            .find_map(|line| line.trim().strip_prefix("match_count:")?.trim().parse::<usize>().ok());
        let recording = std::fs::read_dir(&directory)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .find(|path| path.extension().is_some_and(|extension| extension == "json"))
            .unwrap();
        let records = shared::records(&std::fs::read(recording).unwrap());
        let hits = records
            .iter()
            .filter(|record| {
                let matches = engine.detect(&Event::value(record), &RuleMask::all()).unwrap();
                matches.iter().any(|found| found.rule.id == rule_id)
            })
            .count();
        checked += 1;
        let count = if path == MISCOUNTED.0 { Some(MISCOUNTED.1) } else { count };
        if count.map_or(hits == 0, |count| hits != count) {
            wrong.push(format!("{path}: {hits} of {} records, expected {count:?}", records.len()));
        }
    }
    println!("{checked} recordings");
    assert_eq!(wrong, Vec::<String>::new());
}

/// (record, rule) pairs, to be compared.
fn pairs(found: &[Match]) -> Vec<&str> {
    found.iter().map(|found| found.rule.id.as_str()).collect()
}

#[test]
fn the_fast_matcher_agrees_with_the_slow_one_on_every_recording() {
    let Some(folder) = shared::folder() else { return };
    let engine = Engine::compile(shared::rules(&folder).0);
    let (mut records, mut detections) = (0, 0);
    for (name, recording) in shared::recordings(&folder) {
        // The slow evaluator takes a millisecond and more for an event: a sample of the long recordings.
        let step = recording.len() / 60 + 1;
        for record in recording.iter().step_by(step) {
            let text = serde_json::to_vec(record).unwrap();
            let fast = engine.detect(&Event::json(&text), &RuleMask::all()).unwrap();
            let slow = engine.detect_slowly(&Event::json(&text), &RuleMask::all()).unwrap();
            assert_eq!(pairs(&fast), pairs(&slow), "{name}: {record}");
            assert_eq!(fast, slow);
            records += 1;
            detections += fast.len();
        }
    }
    println!("{records} records, {detections} detections");
    assert_eq!(engine.disagreements(), 0);
    assert!(detections > 0);
}
