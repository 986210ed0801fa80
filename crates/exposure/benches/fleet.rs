//! The whole fleet against all advisories, on generated data.
//!
//! `cargo bench -p kakari-exposure` prints one line a step with its CPU time. The generator is seeded: 500
//! organisations with 50 machines of 1,500 packages, 300,000 advisories with two ranges each. `-- --small` is a
//! hundredth of it.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    reason = "a benchmark prints and may stop"
)]

use kakari_exposure::advisory::{Advisory, Affected, Range};
use kakari_exposure::matcher::Fleet;
use kakari_exposure::{Catalogue, Component, Ecosystem, Place};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::ops::Bound;

const SEED: u64 = 20_261_121;
const ECOSYSTEMS: [&str; 6] = ["Debian:12", "AlmaLinux:9", "npm", "PyPI", "crates.io", "Alpine:v3.20"];
const NAMES: usize = 20_000;
const PACKAGES: usize = 1_500;

/// CPU time of this process in seconds.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/schedstat").unwrap();
    stat.split_whitespace().next().unwrap().parse::<f64>().unwrap() / 1e9
}

/// Memory in use now, in MB.
fn memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() >> 10
}

fn measured<T>(what: &str, step: impl FnOnce() -> T) -> T {
    let before = cpu();
    let result = step();
    println!("{what:58} {:>9.4} s CPU {:>7} MB", cpu() - before, memory());
    result
}

fn version(ecosystem: &str, number: usize) -> String {
    let (major, minor, patch) = (number / 100, number / 10 % 10, number % 10);
    match ecosystem {
        "Debian:12" => format!("{major}.{minor}.{patch}-1+deb12u1"),
        "AlmaLinux:9" => format!("0:{major}.{minor}.{patch}-1.el9"),
        "Alpine:v3.20" => format!("{major}.{minor}.{patch}-r0"),
        _ => format!("{major}.{minor}.{patch}"),
    }
}

fn advisory(index: usize, rng: &mut ChaCha8Rng) -> Advisory {
    let name = rng.random_range(0..NAMES);
    let ecosystem = ECOSYSTEMS[name % ECOSYSTEMS.len()];
    let mut affected = Affected::new(Ecosystem::from_osv(ecosystem), format!("package-{name}"));
    for _ in 0..2 {
        let from = rng.random_range(0..900);
        let lower = version(ecosystem, from);
        let upper = version(ecosystem, from + rng.random_range(1..60));
        affected.ranges.push(Range { lower: Bound::Included(lower), upper: Bound::Excluded(upper) });
    }
    let id = format!("CVE-{}-{index}", 2010 + index % 17);
    Advisory { cves: vec![id.clone()], id, affected: vec![affected], ..Advisory::default() }
}

fn fleet(machines: usize, rng: &mut ChaCha8Rng) -> Fleet {
    let mut fleet = Fleet::default();
    // Each package is in use in about 22 versions; a machine has those of its distribution and its applications.
    let in_use: Vec<Vec<u32>> = (0..NAMES)
        .map(|name| {
            let ecosystem = ECOSYSTEMS[name % ECOSYSTEMS.len()];
            (0..22)
                .map(|_| {
                    let version = version(ecosystem, rng.random_range(0..1_000));
                    let component = Component::new(
                        Ecosystem::from_osv(ecosystem),
                        format!("package-{name}"),
                        version,
                        Place::File,
                    );
                    fleet.intern(&component)
                })
                .collect()
        })
        .collect();
    for _ in 0..machines {
        let coordinates = (0..PACKAGES)
            .map(|_| {
                // Some packages are everywhere, most are rare.
                let skewed = rng.random::<f64>().powi(3);
                let name = (skewed * NAMES as f64) as usize;
                in_use[name][rng.random_range(0..in_use[name].len())]
            })
            .collect();
        fleet.add_machine(coordinates);
    }
    fleet
}

fn main() {
    let scale = if std::env::args().any(|argument| argument == "--small") { 100 } else { 1 };
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    let machines = 25_000 / scale;
    let advisories: Vec<Advisory> = (0..300_000 / scale).map(|index| advisory(index, &mut rng)).collect();
    let mut fleet = fleet(machines, &mut rng);
    println!(
        "{machines} machines, {} package versions, {} advisories, {} MB",
        fleet.coordinates(),
        advisories.len(),
        memory()
    );
    let mut catalogue = measured("index of the advisories", || Catalogue::new(advisories));
    measured("lists from packages to machines", || fleet.index());
    let matches = measured("every package version matched anew", || fleet.rematch(&catalogue));
    let findings = measured("findings of every machine counted", || {
        (0..machines as u32).map(|machine| fleet.findings(machine).count()).sum::<usize>()
    });
    println!("{matches} matches of a package version, {findings} findings");
    let changed: Vec<Advisory> = (0..1_000)
        .map(|_| {
            let index = rng.random_range(0..300_000 / scale);
            advisory(index, &mut rng)
        })
        .collect();
    let names = measured("1,000 changed advisories: index", || catalogue.update(changed));
    let changes =
        measured("1,000 changed advisories: matched anew", || fleet.rematch_names(&catalogue, &names));
    let events = measured("1,000 changed advisories: machines found", || {
        let counts = changes.iter().map(|change| {
            fleet.machines_with(change.coordinate).count() * (change.opened.len() + change.closed.len())
        });
        counts.sum::<usize>()
    });
    println!("{} package versions changed, {events} findings opened or closed", changes.len());
    let concerned = measured("one advisory enters KEV: machines found", || fleet.machines_affected_by(&[7]));
    println!("{} machines concerned", concerned.len());
    let machine = fleet.findings(0).count();
    let component = Component::new(Ecosystem::from_osv("npm"), "package-2", "4.5.6", Place::File);
    measured("1,500 look-ups with their evidence", || {
        (0..PACKAGES).map(|_| catalogue.find(&component).findings.len()).sum::<usize>()
    });
    println!("{machine} findings on the first machine");
}
