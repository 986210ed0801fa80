//! Real Cargo.lock files: the same findings as cargo-audit with the same database, informational ones included.

use std::collections::BTreeSet;

use kakari_exposure::decision::{Circumstances, Policy};
use kakari_exposure::report::Knowledge;
use kakari_exposure::{Feeds, inventory};
use serde_json::Value;

use crate::shared;

type Claim = (String, String, String);

fn theirs(answer: &Value) -> BTreeSet<Claim> {
    let warnings = answer["warnings"].as_object().unwrap().values().flat_map(|list| list.as_array().unwrap());
    let vulnerabilities = answer["vulnerabilities"]["list"].as_array().unwrap().iter();
    vulnerabilities
        .chain(warnings)
        // A yanked crate is a warning without an advisory.
        .filter(|entry| entry["advisory"].is_object())
        .map(|entry| {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            (
                text(&entry["advisory"]["id"]),
                text(&entry["package"]["name"]),
                text(&entry["package"]["version"]),
            )
        })
        .collect()
}

#[test]
fn findings_are_those_of_cargo_audit() {
    let database = "vuln/rustsec-advisory-db-2025-02-24.tar.gz";
    let Some(bytes) = shared::bytes(database) else { return };
    let mut feeds = Feeds::default();
    feeds.add("rustsec", database, &bytes).unwrap();
    assert_eq!(feeds.advisories.len(), 734, "as many as cargo-audit counts");
    let knowledge = Knowledge::new(feeds, Policy::default());
    println!(
        "{:32} {:>8} {:>8} {:>6} {:>10} {:>12}",
        "lock file", "theirs", "ours", "both", "only ours", "only theirs"
    );
    for project in ["atuin-2022-01", "chainsaw-2023-01", "hayabusa-2022-01", "ripgrep-2021-01"] {
        let lock = shared::bytes(&format!("vuln/lockfiles/{project}.Cargo.lock")).unwrap();
        let answer = shared::bytes(&format!("vuln/lockfiles/{project}.cargo-audit.json")).unwrap();
        let theirs = theirs(&serde_json::from_slice(&answer).unwrap());
        let inventory = inventory::read("Cargo.lock", &lock).unwrap();
        let lines = knowledge.lines(&inventory, Circumstances::default());
        let ours: BTreeSet<Claim> =
            lines.into_iter().map(|line| (line.advisory, line.package, line.version)).collect();
        let only_ours: Vec<_> = ours.difference(&theirs).collect();
        let only_theirs: Vec<_> = theirs.difference(&ours).collect();
        println!(
            "{project:32} {:>8} {:>8} {:>6} {:>10} {:>12}",
            theirs.len(),
            ours.len(),
            ours.intersection(&theirs).count(),
            only_ours.len(),
            only_theirs.len()
        );
        assert!(only_ours.is_empty() && only_theirs.is_empty(), "{project}: {only_ours:?} {only_theirs:?}");
    }
}
