//! Input from outside never panics, whatever it is.

use kakari_exposure::version::{Order, Version, compare};
use kakari_exposure::{Feeds, inventory};
use proptest::prelude::*;

const ORDERS: [Order; 10] = [
    Order::Semver,
    Order::Pep440,
    Order::Debian,
    Order::Rpm,
    Order::Apk,
    Order::Maven,
    Order::NuGet,
    Order::Gem,
    Order::Packagist,
    Order::Generic,
];

/// Beginnings that lead into each parser.
const SEEDS: &[&str] = &[
    "Package: a\nStatus: install ok installed\nVersion: 1\nSource: b (2)\n",
    "C:Q1\nP:a\nV:1-r0\no:b\n",
    "bash-4.4.20-4.el8.x86_64\n",
    "version = 3\n[[package]]\nname = \"a\"\nversion = \"1\"\n",
    "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.9\",\"components\":[{\"name\":\"a\",\"purl\":\"pkg:npm/a@1\"}]}",
    "<bom xmlns=\"http://cyclonedx.org/schema/bom/1.4\"><components><component><name>a</name></component></components></bom>",
    "SPDXVersion: SPDX-2.3\nPackageName: a\nPackageVersion: 1\nExternalRef: PACKAGE-MANAGER purl pkg:npm/a@1\n",
    "module x\n\ngo 1.20\nrequire a v1.0.0\n",
    "{\"id\":\"X\",\"affected\":[{\"package\":{\"ecosystem\":\"npm\",\"name\":\"a\"},\"ranges\":[{\"type\":\"SEMVER\",\"events\":[{\"introduced\":\"0\"}]}]}]}",
    "```toml\n[advisory]\nid = \"X\"\npackage = \"a\"\n[versions]\npatched = [\">= 1\"]\n```\n# T\n",
    "[29 Mar 2023] DSA-1-1 x - y\n\t{CVE-2023-1}\n\t[bullseye] - x 1\n",
    "#model_version:v1,score_date:x\ncve,epss,percentile\nCVE-2024-1,0.1,0.2\n",
    "cveID,dateAdded\nCVE-2024-1,2024-01-01\n",
];

fn feed_everything(bytes: &[u8]) {
    for name in ["x", "requirements.txt", "x.yaml", "x.csv"] {
        if let Ok(inventory) = inventory::read(name, bytes) {
            assert!(inventory.components.iter().all(|component| !component.version.is_empty()));
        }
        // A feed that is refused is an answer too.
        drop(Feeds::default().add("x", name, bytes));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        feed_everything(&bytes);
    }

    #[test]
    fn no_damage_to_a_valid_file_makes_a_reader_panic(
        seed in 0..SEEDS.len(),
        cut in 0_usize..200,
        at in 0_usize..200,
        insert in "\\PC{0,6}",
    ) {
        let mut bytes = SEEDS[seed].as_bytes().to_vec();
        bytes.truncate(bytes.len().saturating_sub(cut));
        let at = at.min(bytes.len());
        bytes.splice(at..at, insert.bytes());
        feed_everything(&bytes);
    }

    #[test]
    fn every_order_is_total_and_never_panics(left in "\\PC{0,16}", right in "[0-9a-zA-Z.:~^+_-]{0,16}", third in "[0-9.a-c~-]{0,10}") {
        for order in ORDERS {
            let versions: Vec<Version> =
                [&left, &right, &third].into_iter().filter_map(|text| Version::parse(order, text).ok()).collect();
            for a in &versions {
                prop_assert!(a.cmp(a).is_eq());
                for b in &versions {
                    prop_assert_eq!(a.cmp(b), b.cmp(a).reverse(), "{:?} {:?} {:?}", order, a, b);
                    for c in &versions {
                        if a <= b && b <= c {
                            prop_assert!(a <= c, "{:?}: {:?} {:?} {:?}", order, a, b, c);
                        }
                    }
                }
            }
        }
        // The text form gives the same answer.
        let _order = compare(Order::Generic, &left, &right).is_ok();
    }
}
