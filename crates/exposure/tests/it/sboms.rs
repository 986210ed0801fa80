//! Real SBOMs: the same packages whatever the serialisation and the version of the standard.

use std::collections::BTreeSet;

use kakari_exposure::inventory::{Inventory, read};

use crate::shared;

fn inventory(file: &str) -> Option<Inventory> {
    Some(read(file, &shared::bytes(file)?).unwrap())
}

fn packages(inventory: &Inventory) -> BTreeSet<(String, String)> {
    inventory
        .components
        .iter()
        .map(|c| (c.ecosystem.canonical_name(&c.name).into_owned(), c.version.clone()))
        .collect()
}

#[test]
fn one_machine_is_the_same_in_cyclonedx_1_5_1_7_and_spdx_2_3() {
    let Some(older) = inventory("vuln/bom/syft_cyclonedx_1.5.json.gz") else { return };
    let newer = inventory("vuln/bom/synthetic_cyclonedx_1.7.json.gz").unwrap();
    let spdx = inventory("vuln/bom/syft_spdx_2.3.json.gz").unwrap();
    assert!(older.components.len() > 400, "{}", older.components.len());
    assert_eq!(packages(&older), packages(&newer));
    assert_eq!(packages(&older), packages(&spdx));
}

#[test]
fn xml_and_json_of_one_bom_agree() {
    for (json, xml, at_least) in [
        ("vuln/bom/keycloak-10.0.2/bom.json", "vuln/bom/keycloak-10.0.2/bom.xml", 800),
        ("vuln/bom/laravel-7.12.0/bom.1.2.json", "vuln/bom/laravel-7.12.0/bom.1.2.xml", 60),
        ("vuln/bom/laravel-7.12.0/bom.1.3.json", "vuln/bom/laravel-7.12.0/bom.1.3.xml", 60),
        ("vuln/bom/laravel-7.12.0/bom.1.4.json", "vuln/bom/laravel-7.12.0/bom.1.4.xml", 60),
    ] {
        let Some(from_json) = inventory(json) else { return };
        let from_xml = inventory(xml).unwrap();
        assert!(from_json.components.len() >= at_least, "{json}: {}", from_json.components.len());
        assert_eq!(packages(&from_json), packages(&from_xml), "{json}");
    }
}
