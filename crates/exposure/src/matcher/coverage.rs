//! What the advisories cover, and so what was not checked. No data is not "no vulnerabilities".

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::ecosystem::{Ecosystem, Family};
use crate::inventory::Inventory;

use super::Catalogue;

/// The ecosystems and releases that at least one advisory names.
#[derive(Debug, Default)]
pub struct Coverage(BTreeMap<Family, BTreeSet<Option<String>>>);

/// Part of the inventory for which nothing can be said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotChecked {
    pub file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ecosystem: Option<String>,
    pub components: usize,
    pub reason: String,
    /// The first few, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<String>,
}

const EXAMPLES: usize = 5;
const RELEASE_UNKNOWN: &str = "the release is not known, so what matches is unconfirmed: state the release";

impl Coverage {
    pub(super) fn add(&mut self, ecosystem: &Ecosystem) {
        self.0.entry(ecosystem.family.clone()).or_default().insert(ecosystem.release.clone());
    }

    /// Why a package of this ecosystem cannot be checked, or `None` when it can.
    fn gap(&self, installed: &Ecosystem) -> Option<String> {
        let Some(releases) = self.0.get(&installed.family) else {
            return Some(format!("no advisories for {}", installed.family));
        };
        if !installed.family.has_releases() || releases.contains(&None) {
            return None;
        }
        match &installed.release {
            Some(release) if !releases.contains(&Some(release.clone())) => {
                Some(format!("no advisories for {installed}"))
            }
            Some(_) => None,
            None => Some(RELEASE_UNKNOWN.to_owned()),
        }
    }

    /// Everything of an inventory that the catalogue could not answer for.
    pub fn not_checked(catalogue: &Catalogue, inventory: &Inventory) -> Vec<NotChecked> {
        let mut groups: BTreeMap<(Option<String>, String), (usize, Vec<String>)> = BTreeMap::new();
        let mut add = |ecosystem: Option<&Ecosystem>, reason: String, name: String| {
            let group = groups.entry((ecosystem.map(ToString::to_string), reason)).or_default();
            group.0 += 1;
            if group.1.len() < EXAMPLES && !name.is_empty() {
                group.1.push(name);
            }
        };
        for component in &inventory.components {
            let ecosystem = Some(&component.ecosystem);
            let label = format!("{} {}", component.name, component.version);
            let guessable = !component.cpes.is_empty() && catalogue.coverage().0.contains_key(&Family::Cpe);
            if let Some(reason) = catalogue.coverage().gap(&component.ecosystem) {
                if !guessable {
                    add(ecosystem, reason, label);
                }
            } else if catalogue.find(component).unordered {
                add(ecosystem, "the version has no place in this ecosystem's order".to_owned(), label);
            }
        }
        for aside in &inventory.set_aside {
            if !aside.reason.ends_with("counted once") {
                add(None, aside.reason.clone(), aside.what.clone());
            }
        }
        groups
            .into_iter()
            .map(|((ecosystem, reason), (components, examples))| NotChecked {
                file: inventory.file.clone(),
                ecosystem,
                components,
                reason,
                examples,
            })
            .collect()
    }
}
