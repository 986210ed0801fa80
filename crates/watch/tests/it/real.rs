//! Real recordings and the real rules, end to end. Skipped with a word when the shared data is absent.

use std::path::{Path, PathBuf};

use kakari_watch::sensors::Kind;
use kakari_watch::{Watch, WatchConfig, ingest};

use crate::world::desk;

fn shared() -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "the tests have no configuration to read it from")]
    let named = std::env::var("KAKARI_TEST_DATA").ok().map(PathBuf::from);
    let folder = named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"));
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: shared data absent");
    None
}

fn unpack_rules(data: &Path, folder: &Path) {
    let archive = std::fs::File::open(data.join("sigma/sigmahq-rules-2026-08-05.tar.gz")).unwrap();
    tar::Archive::new(flate2::read::GzDecoder::new(archive)).unpack(folder).unwrap();
}

fn files(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, extension, found);
        } else if path.extension().is_some_and(|ending| ending == extension) {
            found.push(path);
        }
    }
}

#[tokio::test]
async fn the_expected_rule_of_each_recording_becomes_an_alert_in_an_incident() {
    let Some(data) = shared() else { return };
    let desk = desk().await;
    let folder = tempfile::tempdir().unwrap();
    unpack_rules(&data, folder.path());
    let config = WatchConfig { rules_dir: Some(folder.path().into()), ..WatchConfig::default() };
    let watch = Watch::new(desk.world.app.clone(), config);
    let (sensor, _) = desk.sensor(&desk.world.ours, desk.world.ours.client, Kind::Upload).await;
    let mut recordings = Vec::new();
    files(&data.join("windows/sigma_regression"), "evtx", &mut recordings);
    for recording in &recordings {
        ingest::ingest_file(&watch, &desk.ours(), sensor, recording).await.unwrap();
    }
    ingest::drain(&watch).await.unwrap();
    let expected = std::fs::read_to_string(data.join("windows/sigma_regression/expected.tsv")).unwrap();
    let mut missing = Vec::new();
    for rule in expected.lines().filter_map(|line| line.split('\t').next()) {
        let found = desk
            .number(&format!("SELECT COUNT(*) AS n FROM alert a JOIN incident i ON i.incident_id = a.incident_id WHERE a.rule_id = '{rule}'"))
            .await;
        if found == 0 {
            missing.push(rule.to_owned());
        }
    }
    println!(
        "{} recordings, {} alerts, {} incidents, {} expected rules missing: {missing:?}",
        recordings.len(),
        desk.number("SELECT COUNT(*) AS n FROM alert").await,
        desk.number("SELECT COUNT(*) AS n FROM incident").await,
        missing.len()
    );
    assert!(missing.is_empty());
}
