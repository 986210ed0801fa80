//! The main job on real recordings: files in, the expected rules' incidents on the desk.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use kakari_e2e::command::{call, finish};
use kakari_e2e::http::Visitor;
use kakari_e2e::office::Office;
use kakari_e2e::shared_data::shared;
use kakari_e2e::{database, html};

use crate::doors::wait_until_read;

#[test]
fn recordings_become_the_incidents_of_the_expected_rules() {
    let (Some(recordings), Some(archive)) =
        (shared("windows/sigma_regression"), shared("sigma/sigmahq-rules-2026-08-05.tar.gz"))
    else {
        return;
    };
    let rules = tempfile::tempdir().unwrap();
    let tar = Command::new("tar").arg("-xzf").arg(&archive).arg("-C").arg(rules.path()).status().unwrap();
    assert!(tar.success());
    let mut office = Office::found_with(&[("KAKARI_WATCH_RULES_DIR", rules.path().to_str().unwrap())]);
    let client = office.admin.add_client("肥後木工所");
    office.admin.add_client("有明水産");

    // Beside the running server, as an operator brings evidence.
    let mut ingest = call(["ingest", "--org", "肥後木工所", "--data-dir"]);
    ingest.arg(office.data()).args(recordings_in(&recordings)).env("KAKARI_WATCH_RULES_DIR", rules.path());
    let ran = finish(ingest, b"");
    assert_eq!(ran.code, Some(0), "{ran:?}");
    wait_until_read(&office.admin);

    let expected = std::fs::read_to_string(recordings.join("expected.tsv")).unwrap();
    let expected: BTreeSet<&str> = expected.lines().filter_map(|line| line.split('\t').next()).collect();
    let fired = database::texts(office.data(), "SELECT DISTINCT rule_id FROM alert");
    let missing: Vec<&&str> =
        expected.iter().filter(|rule| !fired.iter().any(|fired| fired == **rule)).collect();
    println!("{} of {} expected rules fired", expected.len() - missing.len(), expected.len());
    assert!(missing.is_empty(), "{missing:?}");

    // Each incident is in the queue, opens onto alerts, and belongs to the one client that it was brought for.
    let queue = all_rows(&mut office.admin, "/queue");
    let incidents = "SELECT COUNT(*) FROM incident WHERE state <> 'closed'";
    assert_eq!(i64::try_from(queue.len()).unwrap(), database::count(office.data(), incidents));
    for incident in &queue {
        assert!(incident.starts_with(&format!("/c/{client}/incidents/")), "{incident}");
        let page = office.admin.get(incident).expect(200).text();
        let alerts = html::links(&page).into_iter().filter(|link| link.contains("/alerts/")).count();
        assert!(alerts > 0, "{incident}");
    }
    let without =
        "SELECT COUNT(*) FROM alert WHERE incident_id = '' AND level IN ('medium', 'high', 'critical')";
    assert_eq!(database::count(office.data(), without), 0, "alerts without an incident");

    let provider = office.admin.provider();
    let token = office.admin.add_token(&provider, "read");
    let mut program = Visitor::with_token(office.server().address(), &token);
    let signs = program.get(&format!("/api/v1/orgs/{client}/signs")).expect(200).text();
    assert!(signs.contains("incident"), "{signs}");
}

/// Every recording below a folder.
fn recordings_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { recordings_in(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "evtx"))
        .collect()
}

/// The incidents of all pages of a list.
fn all_rows(visitor: &mut Visitor, list: &str) -> BTreeSet<String> {
    let mut rows = BTreeSet::new();
    for page in 1..100 {
        let html = visitor.get(&format!("{list}?page={page}")).expect(200).text();
        let found =
            html::links(&html).into_iter().filter(|link| link.contains("/incidents/") && !link.contains('?'));
        let before = rows.len();
        rows.extend(found);
        if rows.len() == before {
            break;
        }
    }
    rows
}
