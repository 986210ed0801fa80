//! `PyPA`'s advisories: every range against the list of versions that the database enumerates beside it.

use std::collections::BTreeMap;

use kakari_exposure::{Catalogue, Component, Ecosystem, Family, Feeds, Place};

use crate::shared;

/// Advisories whose list names a version that their ranges do not hold; each was looked at.
/// The list is kept in `DIFFERENCES.md` with the reason for each.
const EXPLAINED: &[&str] = &["PYSEC-2023-177", "PYSEC-2023-61"];

#[test]
fn a_listed_version_is_in_a_range_unless_explained() {
    let file = "vuln/pypa_osv_half.jsonl.gz";
    let Some(bytes) = shared::bytes(file) else { return };
    let mut feeds = Feeds::default();
    feeds.add("pypa", file, &bytes).unwrap();
    assert_eq!(feeds.advisories.len(), 1_326, "{:?}", feeds.set_aside);
    let with_lists = Catalogue::new(feeds.advisories.clone());
    let mut ranges_only = feeds.advisories;
    for affected in ranges_only.iter_mut().flat_map(|advisory| &mut advisory.affected) {
        // Where there is no range, the list is all there is.
        if !affected.ranges.is_empty() {
            affected.versions.clear();
        }
    }
    let by_range = Catalogue::new(ranges_only);
    let (mut pairs, mut not_pep440, mut missed) = (0, 0, BTreeMap::<String, Vec<String>>::new());
    for (index, advisory) in
        with_lists.advisories().iter().enumerate().filter(|(_, advisory)| !advisory.withdrawn)
    {
        for affected in &advisory.affected {
            for version in &affected.versions {
                pairs += 1;
                let component = Component::new(
                    Ecosystem::of(Family::PyPI),
                    affected.name.as_str(),
                    version.as_str(),
                    Place::File,
                );
                let listed = with_lists.find(&component);
                assert!(
                    listed.findings.iter().any(|finding| finding.advisory == index),
                    "{} {version}",
                    advisory.id
                );
                if listed.unordered {
                    not_pep440 += 1;
                } else if !by_range.find(&component).findings.iter().any(|finding| finding.advisory == index)
                {
                    missed.entry(advisory.id.clone()).or_default().push(version.clone());
                }
            }
        }
    }
    println!(
        "{pairs} pairs of an advisory and a version; {not_pep440} not PEP 440, found by the list alone; outside every range: {missed:?}"
    );
    let unexplained: Vec<_> = missed.keys().filter(|id| !EXPLAINED.contains(&id.as_str())).collect();
    assert!(unexplained.is_empty(), "{unexplained:?}");
}
