//! npm, Yarn, pnpm and Bun.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::ecosystem::{Ecosystem, Family};
use crate::place::Place;

use super::super::{Component, Inventory};

/// Dependencies inside dependencies in the first version of the format.
const MAX_DEPTH: usize = 100;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PackageLock {
    /// Since version 2: the path in `node_modules` is the key.
    packages: Option<BTreeMap<String, NpmPackage>>,
    /// Version 1: a tree by name.
    dependencies: Option<BTreeMap<String, NpmPackage>>,
}

#[derive(Deserialize)]
struct NpmPackage {
    /// Stated when the folder has another name than the package.
    name: Option<String>,
    #[serde(default)]
    version: String,
    #[serde(default)]
    link: bool,
    dependencies: Option<Value>,
}

fn npm(name: impl Into<String>, version: impl Into<String>, index: usize) -> Component {
    Component::new(Ecosystem::of(Family::Npm), name, version, Place::item(index))
}

pub(super) fn package_lock(text: &str, inventory: &mut Inventory) -> Result<(), String> {
    let lock: PackageLock = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if let Some(packages) = lock.packages {
        for (index, (path, package)) in packages.into_iter().enumerate() {
            // The empty path is the project, a path outside `node_modules` one of its workspaces.
            let Some((_, folder)) = path.rsplit_once("node_modules/") else { continue };
            if !package.link {
                inventory.take(npm(package.name.as_deref().unwrap_or(folder), package.version, index));
            }
        }
        return Ok(());
    }
    let mut index = 0;
    let mut stack: Vec<(String, NpmPackage, usize)> =
        lock.dependencies.unwrap_or_default().into_iter().map(|(name, package)| (name, package, 0)).collect();
    while let Some((name, package, depth)) = stack.pop() {
        let children: BTreeMap<String, NpmPackage> =
            package.dependencies.and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default();
        if depth < MAX_DEPTH {
            stack.extend(children.into_iter().map(|(name, child)| (name, child, depth + 1)));
        }
        take_npm(&name, &package.version, index, inventory);
        index += 1;
    }
    Ok(())
}

/// `npm:other@1.2.3` is an alias; `file:`, `git+…` and URLs are not what the registry's advisories speak about.
fn take_npm(name: &str, version: &str, index: usize, inventory: &mut Inventory) {
    if let Some((name, version)) = version.strip_prefix("npm:").and_then(|alias| alias.rsplit_once('@')) {
        inventory.take(npm(name, version, index));
    } else if version.contains(':') || version.contains('/') {
        inventory.set_aside(Place::item(index), name, format!("from {version}, not from the registry"));
    } else {
        inventory.take(npm(name, version, index));
    }
}

/// Both generations: `name@range:` followed by `version "1.0"` or `version: 1.0`.
pub(super) fn yarn_lock(text: &str, inventory: &mut Inventory) {
    let mut open: Option<(String, usize)> = None;
    for (index, line) in text.lines().enumerate() {
        if !line.starts_with([' ', '#']) && line.ends_with(':') {
            let first =
                line.trim_end_matches(':').split(',').next().unwrap_or_default().trim().trim_matches('"');
            open = yarn_name(first).map(|name| (name.to_owned(), index));
        } else if let Some(version) =
            line.strip_prefix("  version").map(|rest| rest.trim_start_matches(':').trim())
            && let Some((name, start)) = open.take()
        {
            let version = version.trim_matches('"');
            // `0.0.0-use.local` is a workspace of Yarn's second generation.
            if version != "0.0.0-use.local" {
                let mut component = npm(name, version, 0);
                component.at = Place::line(start);
                inventory.take(component);
            }
        }
    }
}

/// The name before the range: `@babel/core@npm:^7.0.0` is `@babel/core`.
fn yarn_name(descriptor: &str) -> Option<&str> {
    let (scope, rest) = match descriptor.strip_prefix('@') {
        Some(rest) => (1, rest),
        None => (0, descriptor),
    };
    let at = rest.find('@')?;
    // An alias `x@npm:real@1` installs `real`.
    if let Some((real, _)) =
        rest.split_at(at).1.strip_prefix("@npm:").and_then(|alias| alias.rsplit_once('@'))
        && !real.is_empty()
    {
        return Some(real);
    }
    (descriptor != "__metadata").then(|| descriptor.split_at(at + scope).0)
}

pub(super) fn pnpm_lock(text: &str, inventory: &mut Inventory) -> Result<(), String> {
    #[derive(Deserialize)]
    struct PnpmLock {
        #[serde(default)]
        packages: BTreeMap<String, Option<PnpmPackage>>,
    }
    #[derive(Deserialize)]
    struct PnpmPackage {
        name: Option<String>,
        version: Option<String>,
    }
    let lock: PnpmLock = serde_norway::from_str(text).map_err(|error| error.to_string())?;
    for (index, (key, package)) in lock.packages.into_iter().enumerate() {
        // `/name@1.2.3(peer@1)`, `/name/1.2.3_peer@1`, `name@1.2.3`.
        let key = key.split('(').next().unwrap_or_default().trim_start_matches('/');
        let by_slash =
            key.rsplit_once('/').map(|(name, version)| (name, version.split('_').next().unwrap_or(version)));
        let parts = by_slash
            .filter(|(_, version)| {
                version.starts_with(|c: char| c.is_ascii_digit()) && !version.contains('@')
            })
            .or_else(|| key.rsplit_once('@').filter(|(name, _)| !name.is_empty()));
        let stated = package.and_then(|package| Some((package.name?, package.version?)));
        match (stated, parts) {
            (Some((name, version)), _) => inventory.take(npm(name, version, index)),
            (None, Some((name, version))) => take_npm(name, version, index, inventory),
            (None, None) => {
                inventory.set_aside(Place::item(index), key, "no package name and version in this key");
            }
        }
    }
    Ok(())
}

/// Bun's lock file is JSON with trailing commas; the first element of a package is `name@version`.
pub(super) fn bun_lock(text: &str, inventory: &mut Inventory) -> Result<(), String> {
    #[derive(Deserialize)]
    struct BunLock {
        #[serde(default)]
        packages: BTreeMap<String, Vec<Value>>,
    }
    let lock: BunLock =
        serde_json::from_str(&without_trailing_commas(text)).map_err(|error| error.to_string())?;
    for (index, (key, package)) in lock.packages.into_iter().enumerate() {
        match package.first().and_then(Value::as_str).and_then(|text| text.rsplit_once('@')) {
            Some((name, version)) => take_npm(name, version, index, inventory),
            None => inventory.set_aside(Place::item(index), key, "no package name and version in this entry"),
        }
    }
    Ok(())
}

/// Drops commas before a closing bracket, outside strings.
fn without_trailing_commas(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut in_string, mut escaped) = (false, false);
    for c in text.chars() {
        if in_string {
            in_string = escaped || c != '"';
            escaped = c == '\\' && !escaped;
        } else if c == '"' {
            in_string = true;
        } else if matches!(c, '}' | ']') {
            let kept = out.trim_end().len();
            if out.trim_end().ends_with(',') {
                out.truncate(kept - 1);
            }
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::read;

    fn names(file: &str, text: &str) -> Vec<String> {
        let inventory = read(file, text.as_bytes()).unwrap();
        inventory.components.iter().map(|c| format!("{}@{}", c.name, c.version)).collect()
    }

    #[test]
    fn all_generations_of_package_lock() {
        let v1 = r#"{"lockfileVersion":1,"dependencies":{"a":{"version":"1.0.0","dependencies":{"b":{"version":"2.0.0"}}},"c":{"version":"github:x/y#1"}}}"#;
        assert_eq!(names("package-lock.json", v1), ["a@1.0.0", "b@2.0.0"]);
        let v3 = r#"{"lockfileVersion":3,"packages":{"":{"version":"9.0.0"},"node_modules/@s/a":{"version":"1.0.0","dependencies":{"b":"^2"}},
            "node_modules/@s/a/node_modules/b":{"version":"2.0.0"},"node_modules/w":{"link":true}}}"#;
        assert_eq!(names("package-lock.json", v3), ["@s/a@1.0.0", "b@2.0.0"]);
    }

    #[test]
    fn both_generations_of_yarn() {
        let v1 = "# yarn lockfile v1\n\n\"@s/a@^1.0\", \"@s/a@^1.1\":\n  version \"1.1.0\"\n\nb@~2:\n  version \"2.0.0\"\n";
        assert_eq!(names("yarn.lock", v1), ["@s/a@1.1.0", "b@2.0.0"]);
        let v2 = "__metadata:\n  version: 6\n\n\"@s/a@npm:^1.0\":\n  version: 1.1.0\n  resolution: \"@s/a@npm:1.1.0\"\n\n\"me@workspace:.\":\n  version: 0.0.0-use.local\n";
        assert_eq!(names("yarn.lock", v2), ["@s/a@1.1.0"]);
    }

    #[test]
    fn pnpm_and_bun() {
        let pnpm = "lockfileVersion: '6.0'\npackages:\n  /@s/a@1.0.0(b@2.0.0):\n    dev: false\n  /c/3.0.0_b@2.0.0:\n    dev: false\n";
        assert_eq!(names("pnpm-lock.yaml", pnpm), ["@s/a@1.0.0", "c@3.0.0"]);
        let bun = "{\"lockfileVersion\": 1, \"workspaces\": {}, \"packages\": {\"a\": [\"a@1.0.0\", \"\", {},], },}";
        assert_eq!(names("bun.lock", bun), ["a@1.0.0"]);
    }

    #[test]
    fn commas_inside_strings_stay() {
        assert_eq!(without_trailing_commas(r#"["a,]","\\",]"#), r#"["a,]","\\"]"#);
    }
}
