//! pip, Pipenv, Poetry, uv and PEP 751.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::ecosystem::{Ecosystem, Family};
use crate::place::Place;

use super::super::{Component, Inventory};

fn pypi(name: impl Into<String>, version: impl Into<String>, at: Place) -> Component {
    Component::new(Ecosystem::of(Family::PyPI), name, version, at)
}

/// `name[extra]==1.2.3 ; marker # comment`. Anything but an exact version says nothing about what is installed.
pub(super) fn requirements(text: &str, inventory: &mut Inventory) {
    let mut continued = false;
    for (index, line) in text.lines().enumerate() {
        let is_continuation = std::mem::replace(&mut continued, line.trim_end().ends_with('\\'));
        let line = line.split(" #").next().unwrap_or_default().trim().trim_end_matches('\\').trim();
        if line.is_empty() || line.starts_with(['#', '-']) || is_continuation {
            continue;
        }
        let at = Place::line(index);
        let requirement = line.split(';').next().unwrap_or_default();
        let requirement = requirement.split(" --").next().unwrap_or_default().trim();
        match exact(requirement) {
            Some((name, version)) => inventory.take(pypi(name, version, at)),
            None => {
                inventory.set_aside(
                    at,
                    requirement,
                    "no exact version, so it is not known what is installed",
                );
            }
        }
    }
}

fn exact(requirement: &str) -> Option<(&str, &str)> {
    let (name, version) = requirement.split_once("===").or_else(|| requirement.split_once("=="))?;
    let name = name.split('[').next().unwrap_or(name).trim();
    let version = version.trim();
    let plain = !version.is_empty() && !version.contains([',', '*', '<', '>', '!', ' ']);
    (plain && is_name(name)).then_some((name, version))
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

/// True for a text of which most lines are `name==version`, as `pip freeze` prints.
pub(super) fn looks_like_requirements(text: &str) -> bool {
    let lines = || {
        text.lines().take(200).map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(['#', '-']))
    };
    let exact_lines =
        lines().filter(|line| exact(line.split(';').next().unwrap_or_default().trim()).is_some()).count();
    exact_lines > 0 && exact_lines * 2 >= lines().count()
}

pub(super) fn pipfile_lock(text: &str, inventory: &mut Inventory) -> Result<(), String> {
    #[derive(Deserialize)]
    struct PipfileLock {
        #[serde(default)]
        default: BTreeMap<String, Package>,
        #[serde(default)]
        develop: BTreeMap<String, Package>,
    }
    #[derive(Deserialize)]
    struct Package {
        version: Option<String>,
    }
    let lock: PipfileLock = serde_json::from_str(text).map_err(|error| error.to_string())?;
    for (index, (name, package)) in lock.default.into_iter().chain(lock.develop).enumerate() {
        let at = Place::item(index);
        match package.version {
            Some(version) => inventory.take(pypi(name, version.trim_start_matches('='), at)),
            None => inventory.set_aside(at, name, "from a repository or a folder, not from PyPI"),
        }
    }
    Ok(())
}

#[derive(Deserialize)]
struct Package {
    name: String,
    #[serde(default)]
    version: String,
    source: Option<toml::Value>,
}

impl Package {
    /// uv names the project itself and its workspace members by a path.
    fn is_local(&self) -> bool {
        let has = |key: &str| self.source.as_ref().is_some_and(|source| source.get(key).is_some());
        has("virtual") || has("editable") || has("directory")
    }
}

/// Poetry and uv share the shape.
pub(super) fn poetry_lock(text: &str, inventory: &mut Inventory) -> Result<(), String> {
    #[derive(Deserialize)]
    struct PoetryLock {
        #[serde(default)]
        package: Vec<Package>,
    }
    let lock: PoetryLock = toml::from_str(text).map_err(|error| error.to_string())?;
    take_all(lock.package, inventory);
    Ok(())
}

pub(super) fn pylock(text: &str, inventory: &mut Inventory) -> Result<(), String> {
    #[derive(Deserialize)]
    struct Pylock {
        #[serde(default)]
        packages: Vec<Package>,
    }
    let lock: Pylock = toml::from_str(text).map_err(|error| error.to_string())?;
    take_all(lock.packages, inventory);
    Ok(())
}

fn take_all(packages: Vec<Package>, inventory: &mut Inventory) {
    for (index, package) in packages.into_iter().enumerate().filter(|(_, package)| !package.is_local()) {
        inventory.take(pypi(package.name, package.version, Place::item(index)));
    }
}

#[cfg(test)]
mod tests {
    use crate::inventory::read;

    #[test]
    fn only_exact_requirements_are_installed_versions() {
        let text = "# made by pip-compile\nDjango==3.2.1 \\\n    --hash=sha256:abc\nrequests[socks]==2.25.0 ; python_version > '3'  # via x\n\
            flask>=1.0\n-r other.txt\ngit+https://example.com/x.git\n";
        let inventory = read("requirements.txt", text.as_bytes()).unwrap();
        let names: Vec<_> =
            inventory.components.iter().map(|c| (c.name.as_str(), c.version.as_str())).collect();
        assert_eq!(names, [("Django", "3.2.1"), ("requests", "2.25.0")]);
        assert_eq!(inventory.set_aside.len(), 2, "{:?}", inventory.set_aside);
    }
}
