//! The fast matcher against its slow twin, on generated advisories.

use std::ops::Bound;

use kakari_exposure::advisory::{Advisory, Affected, Range};
use kakari_exposure::matcher::Fleet;
use kakari_exposure::{Catalogue, Component, Ecosystem, Place};
use proptest::prelude::*;

use crate::naive;

const ECOSYSTEMS: [&str; 8] =
    ["crates.io", "PyPI", "Debian:11", "Debian:12", "AlmaLinux:8", "Alpine:v3.18", "Maven", "npm"];

fn ecosystem() -> impl Strategy<Value = Ecosystem> {
    prop_oneof![
        8 => (0..ECOSYSTEMS.len()).prop_map(|index| Ecosystem::from_osv(ECOSYSTEMS[index])),
        1 => Just(Ecosystem::from_osv("Debian")),
    ]
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![Just("a".to_owned()), Just("b_c".to_owned()), Just("B-C".to_owned())]
}

fn version() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => "[0-3](\\.[0-3]){0,2}",
        2 => "[0-3]\\.[0-3](-r[0-2]|-[0-2]|rc[0-2]|-alpha|~[0-1])",
        1 => "[1-2]:[0-3]\\.[0-3]-[0-2]",
        1 => "[a-z]{1,3}",
    ]
}

fn bound() -> impl Strategy<Value = Bound<String>> {
    prop_oneof![
        Just(Bound::Unbounded),
        version().prop_map(Bound::Included),
        version().prop_map(Bound::Excluded),
    ]
}

prop_compose! {
    fn affected()(
        ecosystem in ecosystem(),
        name in name(),
        ranges in prop::collection::vec((bound(), bound()), 0..3),
        versions in prop::collection::vec(version(), 0..3),
    ) -> Affected {
        let mut affected = Affected::new(ecosystem, name);
        affected.ranges = ranges.into_iter().map(|(lower, upper)| Range { lower, upper }).collect();
        affected.versions = versions;
        affected
    }
}

prop_compose! {
    fn advisory()(affected in prop::collection::vec(affected(), 0..3), withdrawn in prop::bool::weighted(0.1)) -> Advisory {
        Advisory { affected, withdrawn, ..Advisory::default() }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn fast_and_slow_find_the_same(
        advisories in prop::collection::vec(advisory(), 0..12),
        installed in prop::collection::vec((ecosystem(), name(), version()), 1..12),
    ) {
        let catalogue = Catalogue::new(advisories);
        for (ecosystem, name, version) in installed {
            let component = Component::new(ecosystem, name, version, Place::File);
            let fast: Vec<usize> = catalogue.find(&component).findings.iter().map(|finding| finding.advisory).collect();
            prop_assert_eq!(&fast, &naive::find(catalogue.advisories(), &component), "{:?}", component);
        }
    }

    #[test]
    fn a_changed_feed_gives_what_a_fresh_index_gives(
        before in prop::collection::vec(advisory(), 1..8),
        after in prop::collection::vec((0_usize..8, advisory()), 0..6),
        installed in prop::collection::vec((ecosystem(), name(), version()), 1..12),
    ) {
        let named = |index: usize, advisory: Advisory| Advisory { id: format!("X-{index}"), ..advisory };
        let before: Vec<Advisory> = before.into_iter().enumerate().map(|(index, advisory)| named(index, advisory)).collect();
        let mut catalogue = Catalogue::new(before);
        let mut fleet = Fleet::default();
        for (ecosystem, name, version) in installed {
            let coordinate = fleet.intern(&Component::new(ecosystem, name, version, Place::File));
            fleet.add_machine(vec![coordinate]);
        }
        fleet.index();
        fleet.rematch(&catalogue);
        // The last of several changes of one advisory counts.
        let names = catalogue.update(after.into_iter().map(|(index, advisory)| named(index, advisory)).collect());
        fleet.rematch_names(&catalogue, &names);
        let machines = 0..u32::try_from(fleet.coordinates()).unwrap();
        let delta: Vec<Vec<(u32, u32)>> = machines.clone().map(|machine| fleet.findings(machine).collect()).collect();
        let fresh = Catalogue::new(catalogue.advisories().to_vec());
        fleet.rematch(&fresh);
        let whole: Vec<Vec<(u32, u32)>> = machines.map(|machine| fleet.findings(machine).collect()).collect();
        prop_assert_eq!(delta, whole);
    }
}
