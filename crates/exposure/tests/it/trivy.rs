//! Trivy's offline integration cases: its miniature databases through an adapter, its lock files and SBOMs as they
//! are, and its expected findings. Cases that are not about packages are listed in `DIFFERENCES.md`.

use std::collections::BTreeSet;
use std::ops::Bound;
use std::path::{Path, PathBuf};

use kakari_exposure::advisory::{Advisory, Affected, Range, parse_rustsec};
use kakari_exposure::decision::{Circumstances, Policy};
use kakari_exposure::report::Knowledge;
use kakari_exposure::{Ecosystem, Feeds, inventory};
use serde_json::Value;

use crate::shared;

type Claim = (String, String, String);

/// The ecosystem of one of Trivy's buckets.
fn ecosystem(bucket: &str) -> Option<Ecosystem> {
    if let Some((prefix, _)) = bucket.split_once("::") {
        let osv = match prefix {
            "cargo" => "crates.io",
            "cocoapods" => "CocoaPods",
            "composer" => "Packagist",
            "conan" => "ConanCenter",
            "erlang" => "Hex",
            "go" => "Go",
            "k8s" => "Kubernetes",
            "maven" => "Maven",
            "npm" => "npm",
            "nuget" => "NuGet",
            "pip" => "PyPI",
            "pub" => "Pub",
            "rubygems" => "RubyGems",
            "swift" => "SwiftURL",
            other => panic!("bucket {other}"),
        };
        return Some(Ecosystem::from_osv(osv));
    }
    let (id, version) = bucket.rsplit_once(' ')?;
    let id = match id.to_ascii_lowercase().as_str() {
        "amazon linux" => "amzn".to_owned(),
        "oracle linux" => "ol".to_owned(),
        "photon os" => "photon".to_owned(),
        "opensuse leap" | "opensuse" => "opensuse".to_owned(),
        "cbl-mariner" => "mariner".to_owned(),
        other if other.starts_with("suse") => "sles".to_owned(),
        other => other.to_owned(),
    };
    Ecosystem::from_os_release(&id, version)
}

/// `>= 1.0, < 2.0`, `<8.44` and Maven's `[2.9.0,2.9.10.7)`.
fn range(text: &str) -> Range {
    let mut range = Range { lower: Bound::Unbounded, upper: Bound::Unbounded };
    if text.starts_with(['[', '(']) {
        let (lower, upper) = text[1..text.len() - 1].split_once(',').unwrap();
        range.lower = Bound::Included(lower.to_owned());
        range.upper = Bound::Excluded(upper.to_owned());
        return range;
    }
    for part in text.split(',').map(str::trim) {
        let version = part.trim_start_matches(['<', '>', '=', ' ']).to_owned();
        match &part[..part.len() - version.len()].trim() {
            &"<" => range.upper = Bound::Excluded(version),
            &"<=" => range.upper = Bound::Included(version),
            &">" => range.lower = Bound::Excluded(version),
            &">=" if version != "0" => range.lower = Bound::Included(version),
            &">=" => {}
            operator => panic!("{operator} in {text}"),
        }
    }
    range
}

fn strings(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(|text| text.as_str().unwrap().to_owned()).collect()
}

fn advisory(id: &str, affected: Affected) -> Advisory {
    Advisory { id: id.to_owned(), affected: vec![affected], ..Advisory::default() }
}

/// Red Hat's entries name the products by number; 857 is RHEL 6, 869 is RHEL 7 (`cpe.yaml`).
fn red_hat(package: &str, key: &str, value: &Value) -> Vec<Advisory> {
    let mut advisories = Vec::new();
    for entry in value["Entries"].as_array().unwrap() {
        let products: Vec<u64> =
            entry["Affected"].as_array().unwrap().iter().map(|id| id.as_u64().unwrap()).collect();
        for (product, release) in [(857, "6"), (869, "7")] {
            if !products.contains(&product) {
                continue;
            }
            for cve in entry["Cves"].as_array().unwrap() {
                let ecosystem = Ecosystem::from_os_release("rhel", release).unwrap();
                let affected = Affected::before(ecosystem, package, entry["FixedVersion"].as_str());
                advisories.push(advisory(cve["ID"].as_str().unwrap_or(key), affected));
            }
        }
    }
    advisories
}

fn database(folder: &Path) -> Vec<Advisory> {
    let mut advisories = Vec::new();
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let buckets: Value = serde_norway::from_str(&text).unwrap();
        for bucket in buckets.as_array().unwrap() {
            let name = bucket["bucket"].as_str().unwrap();
            for package in bucket["pairs"].as_array().unwrap() {
                let Some(package_name) = package["bucket"].as_str() else { continue };
                for pair in package["pairs"].as_array().unwrap() {
                    let (key, value) = (pair["key"].as_str().unwrap().trim(), &pair["value"]);
                    if name == "Red Hat" {
                        advisories.extend(red_hat(package_name, key, value));
                        continue;
                    }
                    let Some(ecosystem) = ecosystem(name) else { continue };
                    let vulnerable = strings(&value["VulnerableVersions"]);
                    if name.contains("::") && vulnerable.is_empty() {
                        // Only RustSec's entries list what is patched and nothing else.
                        let patched = serde_json::to_string(&strings(&value["PatchedVersions"])).unwrap();
                        let text = format!(
                            "[advisory]\nid = \"{key}\"\npackage = \"{package_name}\"\n[versions]\npatched = {patched}\n"
                        );
                        advisories.extend(parse_rustsec("crates/x.md", text.as_bytes()).advisories);
                    } else if name.contains("::") {
                        let mut affected = Affected::new(ecosystem, package_name);
                        affected.ranges = vulnerable.iter().map(|text| range(text)).collect();
                        advisories.push(advisory(key, affected));
                    } else {
                        let affected =
                            Affected::before(ecosystem, package_name, value["FixedVersion"].as_str());
                        advisories.push(advisory(key, affected));
                    }
                }
            }
        }
    }
    advisories
}

/// Every inventory below a path. A go.sum beside its go.mod adds versions that were looked at, not built.
fn inventories(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let mut found = Vec::new();
    for entry in std::fs::read_dir(path).unwrap() {
        let entry = entry.unwrap().path();
        let name = entry.file_name().unwrap().to_string_lossy().into_owned();
        if entry.is_dir() && name != "node_modules" {
            found.extend(inventories(&entry));
        } else if entry.is_file() && name != "go.sum" {
            found.push(entry);
        }
    }
    found
}

#[test]
fn offline_cases_are_reproduced() {
    let Some(root) = shared::path("vuln/trivy") else { return };
    let testdata = root.join("integration");
    let cases: Value =
        serde_json::from_slice(&std::fs::read(root.join("offline_cases.json")).unwrap()).unwrap();
    let feeds = Feeds { advisories: database(&testdata.join("testdata/fixtures/db")), ..Feeds::default() };
    let plain = Knowledge::new(feeds, Policy::default());
    let mut feeds = Feeds { advisories: plain.catalogue.advisories().to_vec(), ..Feeds::default() };
    let statement = std::fs::read(testdata.join("testdata/fixtures/vex/file/openvex.json")).unwrap();
    assert!(feeds.add("vex", "openvex.json", &statement).unwrap());
    let with_vex = Knowledge::new(feeds, Policy::default());
    let (mut with_packages, mut reproduced) = (0, 0);
    let mut different = Vec::new();
    for case in cases.as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        let expected: BTreeSet<Claim> = case["vulns"]
            .as_array()
            .unwrap()
            .iter()
            .map(|claim| {
                let claim = strings(claim);
                (claim[0].clone(), claim[1].clone(), claim[2].clone())
            })
            .collect();
        // A golden file that is an SBOM lists what it found under `vulnerabilities`.
        let golden = testdata.join(case["golden"].as_str().unwrap());
        let golden: Value =
            serde_json::from_str(&std::fs::read_to_string(golden).unwrap()).unwrap_or_default();
        let in_sbom: BTreeSet<&str> = golden["vulnerabilities"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|entry| entry["id"].as_str().unwrap())
            .collect();
        let knowledge = if name.contains("VEX") { &with_vex } else { &plain };
        let mut ours = BTreeSet::new();
        let mut read = 0;
        for file in inventories(&testdata.join(case["input"].as_str().unwrap())) {
            let bytes = std::fs::read(&file).unwrap();
            let Ok(inventory) = inventory::read(&file.to_string_lossy(), &bytes) else { continue };
            read += 1;
            for line in knowledge
                .lines(&inventory, Circumstances::default())
                .into_iter()
                .filter(|line| line.vex.is_none())
            {
                ours.insert((line.package, line.version, line.advisory));
            }
        }
        with_packages += usize::from(read > 0);
        let ids: BTreeSet<&str> = ours.iter().map(|(_, _, id)| id.as_str()).collect();
        if ours == expected || (expected.is_empty() && ids == in_sbom) {
            reproduced += 1;
        } else {
            different.push(name.to_owned());
            println!(
                "{name}: only ours {:?}, only theirs {:?}",
                ours.difference(&expected),
                expected.difference(&ours)
            );
        }
    }
    println!(
        "{} cases, {with_packages} with an inventory, {reproduced} with equal findings",
        cases.as_array().unwrap().len()
    );
    assert_eq!(different, Vec::<String>::new());
}
