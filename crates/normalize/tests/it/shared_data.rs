//! Real logs: nothing lost, everything valid, and the devices that they come from recognised.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Cursor;
use std::path::{Path, PathBuf};

use kakari_normalize::{Event, Trouble, records};

use crate::{normalizer, ocsf, shared_data};

fn check(event: &Event<'_>, place: &str) {
    let mut line = Vec::new();
    event.write_json(&mut line);
    let read: serde_json::Value =
        serde_json::from_slice(&line).unwrap_or_else(|error| panic!("{place}: {error}"));
    assert_eq!(read["raw_data"].as_str(), Some(event.raw()), "{place}");
    assert_eq!(ocsf::complaint(event), None, "{place}: {}", event.raw());
}

/// The sample lines of a decoder test file: `log 1 pass = …`.
fn decoder_lines(file: &Path) -> Vec<String> {
    let text = String::from_utf8_lossy(&fs::read(file).expect("readable")).into_owned();
    let sample = |line: &str| {
        let (head, line) = line.split_once(" = ")?;
        (head.starts_with("log ") && (head.ends_with("pass") || head.ends_with("fail")))
            .then(|| line.to_owned())
    };
    text.lines().filter_map(sample).collect()
}

#[test]
fn lines_of_each_device_are_recognised_as_its() {
    let Some(data) = shared_data() else { return };
    // File, device, share of its lines that carry enough to be told by.
    for (file, device, share) in [
        ("fortigate", "fortigate", 0.98),
        ("SonicWall", "sonicwall", 0.98),
        ("sophos_fw", "sophos", 0.98),
        ("cisco_asa", "cisco", 0.98),
        ("iptables", "iptables", 0.95),
        ("sshd", "sshd", 0.9),
        ("sudo", "sudo", 0.98),
        ("pam", "pam", 0.98),
        ("auditd", "auditd", 0.95),
        ("squid_rules", "squid", 0.98),
        ("postfix", "postfix", 0.98),
        ("named", "bind", 0.75),
        ("office365", "m365", 0.9),
        ("sysmon_eid_1", "windows", 0.98),
        ("sysmon_eid_3", "windows", 0.98),
        ("sysmon_eid_11", "windows", 0.98),
        ("win_event_channel", "windows", 0.98),
    ] {
        let lines = decoder_lines(&data.join(format!("logs/wazuh/{file}.ini")));
        let normalizer = normalizer();
        let mut recognised = 0;
        for line in &lines {
            let event = normalizer.normalize(line.as_bytes());
            check(&event, file);
            recognised += usize::from(event.device() == device);
        }
        println!("{file}: {recognised} of {} as {device}", lines.len());
        assert!(recognised as f64 >= share * lines.len() as f64, "{file}: {recognised} of {}", lines.len());
    }
}

#[test]
fn cloud_audit_records_keep_all_their_fields() {
    let Some(data) = shared_data() else { return };
    let file = fs::read_to_string(data.join("logs/panther_tests.jsonl")).expect("readable");
    let normalizer = normalizer();
    for line in file.lines() {
        let test: serde_json::Value = serde_json::from_str(line).expect("JSON");
        if !test["log"].is_object() {
            continue;
        }
        let log = test["log"].to_string();
        let event = normalizer.normalize(log.as_bytes());
        check(&event, &test["rule"].to_string());
        assert_eq!(event.parse_error(), None, "{log}");
    }
}

#[test]
fn files_are_read_to_their_end_and_nothing_is_lost() {
    let Some(data) = shared_data() else { return };
    let mut files = Vec::new();
    for folder in ["windows", "network", "logs/wazuh"] {
        walk(&data.join(folder), &mut files);
    }
    let mut tally: BTreeMap<&'static str, (u64, u64)> = BTreeMap::new();
    let normalizer = normalizer();
    // Every fifth, so that the whole suite stays quick; the command reads them all.
    for file in files.iter().step_by(5) {
        for record in records(File::open(file).expect("readable")) {
            let event = normalizer.normalize_record(&record);
            check(&event, &file.display().to_string());
            let (lines, read) = tally.entry(event.device()).or_default();
            *lines += 1;
            *read += u64::from(event.parse_error().is_none());
        }
    }
    for (device, (lines, read)) in &tally {
        println!("{device:<18}{lines:>10}{read:>10}");
    }
    assert!(tally.get("windows").is_some_and(|(lines, read)| lines == read && *lines > 10_000));
}

#[test]
fn the_recordings_of_windows_say_the_same_as_their_copies() {
    let Some(data) = shared_data() else { return };
    let mut files = Vec::new();
    walk(&data.join("windows/sigma_regression"), &mut files);
    let normalizer = normalizer();
    let mut compared = 0;
    for evtx in files.iter().filter(|file| file.extension().is_some_and(|kind| kind == "evtx")) {
        let copy = evtx.with_extension("json");
        if !copy.exists() {
            continue;
        }
        let read = |file: &Path| -> Vec<_> {
            records(File::open(file).expect("readable"))
                .map(|record| {
                    assert_eq!(record.trouble, None, "{}", file.display());
                    let event = normalizer.normalize_record(&record);
                    (
                        event.class(),
                        event.time().as_millisecond(),
                        event.record().get("EventRecordID").cloned(),
                    )
                })
                .collect()
        };
        assert_eq!(read(evtx), read(&copy), "{}", evtx.display());
        compared += 1;
    }
    assert!(compared > 50, "{compared}");
}

#[test]
fn a_damaged_recording_yields_what_is_readable_and_names_the_place() {
    let Some(data) = shared_data() else { return };
    let mut files = Vec::new();
    walk(&data.join("windows/sigma_regression"), &mut files);
    let normalizer = normalizer();
    for evtx in files.iter().filter(|file| file.extension().is_some_and(|kind| kind == "evtx")).step_by(4) {
        let bytes = fs::read(evtx).expect("readable");
        let cut = bytes.get(..bytes.len() * 2 / 3).expect("in range").to_vec();
        let mut scratched = bytes.clone();
        for place in (4096 + 512..scratched.len()).step_by(977) {
            scratched[place] ^= 0x5a;
        }
        for damaged in [cut, scratched] {
            let mut named = 0;
            for record in records(Cursor::new(damaged)) {
                check(&normalizer.normalize_record(&record), &evtx.display().to_string());
                named += usize::from(matches!(record.trouble, Some(Trouble::Damaged { .. })));
            }
            assert!(named > 0, "{}", evtx.display());
        }
    }
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).expect("readable").map(|entry| entry.expect("readable").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            walk(&path, files);
        } else if path
            .extension()
            .is_some_and(|kind| ["evtx", "json", "zip", "log", "ini"].iter().any(|known| kind == *known))
        {
            files.push(path);
        }
    }
}
