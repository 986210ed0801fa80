//! Cargo.lock.

use serde::Deserialize;

use crate::ecosystem::{Ecosystem, Family};
use crate::place::Place;

use super::super::{Component, Inventory};

#[derive(Deserialize)]
struct CargoLock {
    #[serde(default)]
    package: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    #[serde(default)]
    version: String,
    source: Option<String>,
}

/// Crates from a registry. A crate without a source is the workspace itself, and one from git or a private registry
/// is not what crates.io's advisories speak about, even when the name is the same.
pub(super) fn cargo_lock(text: &str, inventory: &mut Inventory) -> Result<(), String> {
    let lock: CargoLock = toml::from_str(text).map_err(|error| error.to_string())?;
    for (index, package) in lock.package.into_iter().enumerate() {
        let at = Place::item(index);
        match package.source.as_deref() {
            None => {}
            Some(source) if is_crates_io(source) => {
                inventory.take(Component::new(
                    Ecosystem::of(Family::CratesIo),
                    package.name,
                    package.version,
                    at,
                ));
            }
            Some(source) => {
                let reason = format!("from {source}, which crates.io's advisories do not cover");
                inventory.set_aside(at, format!("{} {}", package.name, package.version), reason);
            }
        }
    }
    Ok(())
}

fn is_crates_io(source: &str) -> bool {
    matches!(
        source,
        "registry+https://github.com/rust-lang/crates.io-index"
            | "sparse+https://index.crates.io/"
            | "registry+https://index.crates.io/"
    )
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_workspace_is_left_out_and_git_is_named() {
        let text = "version = 3\n[[package]]\nname = \"me\"\nversion = \"0.1.0\"\n\
            [[package]]\nname = \"serde\"\nversion = \"1.0.1\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\n\
            [[package]]\nname = \"forked\"\nversion = \"1.0.1\"\nsource = \"git+https://example.com/forked#abc\"\n";
        let inventory = crate::inventory::read("Cargo.lock", text.as_bytes()).unwrap();
        assert_eq!(inventory.components.len(), 1);
        assert_eq!(inventory.components[0].purl.as_deref(), Some("pkg:cargo/serde@1.0.1"));
        assert!(inventory.set_aside[0].reason.contains("git+https"));
    }
}
