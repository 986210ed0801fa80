//! Version orders against pairs made with dpkg, rpm and Python's `packaging`.

use std::cmp::Ordering;

use kakari_exposure::version::{Order, compare};

use crate::shared;

/// Pairs that their package manager itself calls invalid: `1.0-`, `1.0:1`.
fn is_invalid_debian(version: &str) -> bool {
    let (epoch, rest) = version.split_once(':').unwrap_or(("0", version));
    let upstream = rest.rsplit_once('-').map_or(rest, |(upstream, _)| upstream);
    version.ends_with('-')
        || epoch.is_empty()
        || !epoch.bytes().all(|b| b.is_ascii_digit())
        || !upstream.starts_with(|c: char| c.is_ascii_digit())
}

fn check(file: &str, at_least: usize) {
    let Some(text) = shared::gunzipped(file) else { return };
    let (mut compared, mut invalid, mut wrong) = (0, 0, Vec::new());
    for line in text.lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        let [order, left, right, expected] = columns.as_slice() else { panic!("{line}") };
        let expected = match *expected {
            "-1" => Ordering::Less,
            "0" => Ordering::Equal,
            "1" => Ordering::Greater,
            // Texts that `packaging` itself refuses.
            _ => continue,
        };
        let order = match *order {
            "deb" => Order::Debian,
            "rpm" => Order::Rpm,
            "pep440" => Order::Pep440,
            other => panic!("order {other}"),
        };
        if order == Order::Debian && (is_invalid_debian(left) || is_invalid_debian(right)) {
            invalid += 1;
            continue;
        }
        compared += 1;
        if compare(order, left, right) != Ok(expected) {
            wrong.push(line.to_owned());
        }
    }
    println!("{file}: {compared} pairs compared, {invalid} with an invalid version, {} wrong", wrong.len());
    assert!(compared >= at_least, "{compared}");
    assert!(
        wrong.is_empty(),
        "{} wrong, first: {:?}",
        wrong.len(),
        wrong.iter().take(10).collect::<Vec<_>>()
    );
}

#[test]
fn debian_order_is_that_of_dpkg_on_versions_of_real_advisories() {
    check("vuln/versions/deb_real.tsv.gz", 13_000);
}

#[test]
fn debian_and_rpm_order_hold_on_hard_pairs() {
    check("vuln/versions/pairs.tsv.gz", 40_000);
}

#[test]
fn python_order_is_that_of_packaging() {
    check("vuln/versions/pairs_py.tsv.gz", 20_000);
}
