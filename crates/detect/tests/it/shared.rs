//! The test data that is kept beside the project.

use std::io::Read;
use std::path::{Path, PathBuf};

use kakari_detect::sigma::{Refused, RuleSet};
use serde_json::Value;

/// The folder of shared data; none, with a word, when it is not there.
pub(crate) fn folder() -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "the tests have no configuration to read it from")]
    let named = std::env::var("KAKARI_TEST_DATA").ok().map(PathBuf::from);
    let folder = named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"));
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: shared data absent");
    None
}

/// The files of the rule archive: name and YAML.
pub(crate) fn rule_files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let archive = std::fs::File::open(folder.join("sigma/sigmahq-rules-2026-08-05.tar.gz")).unwrap();
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(archive));
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
    files
}

pub(crate) fn rules(folder: &Path) -> (RuleSet, Vec<Refused>) {
    RuleSet::parse(rule_files(folder))
}

/// The records of a file of JSON values, one after the other.
pub(crate) fn records(json: &[u8]) -> Vec<Value> {
    serde_json::Deserializer::from_slice(json).into_iter().map(Result::unwrap).collect()
}

/// The recorded attack steps: file name and records.
pub(crate) fn recordings(folder: &Path) -> Vec<(String, Vec<Value>)> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder.join("windows")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "zip"));
    paths.sort();
    let mut recordings = Vec::new();
    for path in paths {
        let mut archive = zip::ZipArchive::new(std::fs::File::open(&path).unwrap()).unwrap();
        for number in 0..archive.len() {
            let mut member = archive.by_index(number).unwrap();
            let name = member.name().unwrap().into_owned();
            if !name.ends_with(".json") || name.starts_with("__MACOSX") {
                continue;
            }
            let mut json = Vec::new();
            member.read_to_end(&mut json).unwrap();
            recordings.push((name, records(&json)));
        }
    }
    recordings
}
