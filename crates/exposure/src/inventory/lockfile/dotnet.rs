//! `NuGet`: packages.lock.json, deps.json and the versions that project files state.

use std::collections::BTreeMap;

use quick_xml::events::Event;
use serde::Deserialize;

use crate::ecosystem::{Ecosystem, Family};
use crate::place::Place;

use super::super::{Component, Inventory};

fn nuget(name: &str, version: &str, at: Place) -> Component {
    Component::new(Ecosystem::of(Family::NuGet), name, version, at)
}

pub(super) fn packages_lock(text: &str, inventory: &mut Inventory) -> Result<(), String> {
    #[derive(Deserialize)]
    struct PackagesLock {
        dependencies: BTreeMap<String, BTreeMap<String, Package>>,
    }
    #[derive(Deserialize)]
    struct Package {
        #[serde(default)]
        r#type: String,
        #[serde(default)]
        resolved: String,
    }
    let lock: PackagesLock = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let packages = lock.dependencies.into_values().flatten();
    for (index, (name, package)) in
        packages.enumerate().filter(|(_, (_, package))| package.r#type != "Project")
    {
        inventory.take(nuget(&name, &package.resolved, Place::item(index)));
    }
    Ok(())
}

/// `"Newtonsoft.Json/9.0.1": {"type": "package"}`.
pub(super) fn deps_json(text: &str, inventory: &mut Inventory) -> Result<(), String> {
    #[derive(Deserialize)]
    struct Deps {
        libraries: BTreeMap<String, Library>,
    }
    #[derive(Deserialize)]
    struct Library {
        #[serde(default)]
        r#type: String,
    }
    let deps: Deps = serde_json::from_str(text).map_err(|error| error.to_string())?;
    for (index, (key, library)) in deps.libraries.into_iter().enumerate() {
        match key.split_once('/') {
            Some((name, version)) if library.r#type.eq_ignore_ascii_case("package") => {
                inventory.take(nuget(name, version, Place::item(index)));
            }
            Some(_) => {}
            None => inventory.set_aside(Place::item(index), key, "not name/version"),
        }
    }
    Ok(())
}

/// `<PackageVersion Include="X" Version="1">` of Directory.Packages.props, `<PackageReference>` of project files and
/// `<package id="X" version="1">` of packages.config.
pub(super) fn project(text: &str, inventory: &mut Inventory) -> Result<(), String> {
    let mut reader = quick_xml::Reader::from_str(text);
    let mut index = 0;
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(start) | Event::Empty(start) => {
                if !matches!(
                    start.local_name().as_ref(),
                    b"PackageVersion" | b"PackageReference" | b"package"
                ) {
                    continue;
                }
                let attribute = |keys: [&[u8]; 2]| {
                    let found = start
                        .attributes()
                        .flatten()
                        .find(|attribute| keys.contains(&attribute.key.as_ref()))?;
                    Some(String::from_utf8_lossy(&found.value).into_owned())
                };
                let name = attribute([b"Include", b"id"]).unwrap_or_default();
                let version = attribute([b"Version", b"version"]).unwrap_or_default();
                let at = Place::item(index);
                index += 1;
                if version.contains(['$', '*', '(', ',']) {
                    inventory.set_aside(at, name, format!("'{version}' is no exact version"));
                } else {
                    inventory.take(nuget(&name, version.trim_matches(['[', ']']), at));
                }
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}
