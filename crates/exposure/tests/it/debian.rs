//! Debian's own list: the version before a fix is found, the fix is not, and another release is neither.

use kakari_exposure::{Catalogue, Component, Feeds, Place};

use crate::shared;

#[test]
fn every_fix_of_the_list_divides_the_versions() {
    let file = "vuln/debian_DSA_list_2023-04.gz";
    let Some(bytes) = shared::bytes(file) else { return };
    let mut feeds = Feeds::default();
    feeds.add("debian", file, &bytes).unwrap();
    let date = feeds.feeds[0].date.clone();
    assert_eq!(date.as_deref(), Some("2023-03-29"));
    println!("{} advisories, set aside: {:?}", feeds.advisories.len(), feeds.set_aside);
    let catalogue = Catalogue::new(feeds.advisories);
    let mut checked = 0;
    for (index, advisory) in catalogue.advisories().iter().enumerate() {
        for affected in &advisory.affected {
            let Some(fixed) = affected.ranges[0].fixed() else { continue };
            let component = |version: &str| {
                Component::new(affected.ecosystem.clone(), affected.name.as_str(), version, Place::File)
            };
            let finds = |version: &str| {
                catalogue.find(&component(version)).findings.iter().any(|finding| finding.advisory == index)
            };
            assert!(finds(&format!("{fixed}~")), "{} {} {fixed}~", advisory.id, affected.name);
            // An advisory that was issued again for the same package may name a later fix too.
            let fixes = advisory
                .affected
                .iter()
                .filter(|other| other.name == affected.name && other.ecosystem == affected.ecosystem);
            if fixes.count() == 1 {
                assert!(!finds(fixed), "{} {} {fixed}", advisory.id, affected.name);
                checked += 1;
            }
        }
    }
    println!("{checked} fixes checked");
    assert!(checked > 5_000, "{checked}");
}
