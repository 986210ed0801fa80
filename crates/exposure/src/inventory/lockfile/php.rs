//! composer.lock and Composer's `installed.json`.

use serde::Deserialize;

use crate::ecosystem::{Ecosystem, Family};
use crate::place::Place;

use super::super::{Component, Inventory};

pub(super) fn composer_lock(text: &str, inventory: &mut Inventory) -> Result<(), String> {
    #[derive(Deserialize)]
    struct ComposerLock {
        #[serde(default)]
        packages: Vec<Package>,
        #[serde(default, rename = "packages-dev")]
        packages_dev: Vec<Package>,
    }
    #[derive(Deserialize)]
    struct Package {
        name: String,
        #[serde(default)]
        version: String,
    }
    // The first version of installed.json was a plain list.
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum File {
        List(Vec<Package>),
        Lock(ComposerLock),
    }
    let packages = match serde_json::from_str(text).map_err(|error| error.to_string())? {
        File::List(packages) => packages,
        File::Lock(lock) => lock.packages.into_iter().chain(lock.packages_dev).collect(),
    };
    for (index, package) in packages.into_iter().enumerate() {
        let ecosystem = Ecosystem::of(Family::Packagist);
        inventory.take(Component::new(ecosystem, package.name, package.version, Place::item(index)));
    }
    Ok(())
}
