//! Conan, Swift, `CocoaPods`, Dart and Elixir.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::ecosystem::{Ecosystem, Family};
use crate::place::Place;

use super::super::{Component, Inventory};

fn package(family: Family, name: &str, version: &str, at: Place) -> Component {
    Component::new(Ecosystem::of(family), name, version, at)
}

/// References are `name/version@user/channel#revision`: in a graph until Conan 1, in lists since Conan 2.
pub(super) fn conan_lock(text: &str, inventory: &mut Inventory) -> Result<(), String> {
    #[derive(Deserialize)]
    struct ConanLock {
        graph_lock: Option<Graph>,
        #[serde(default)]
        requires: Vec<Value>,
        #[serde(default)]
        build_requires: Vec<Value>,
    }
    #[derive(Deserialize)]
    struct Graph {
        #[serde(default)]
        nodes: BTreeMap<String, Node>,
    }
    #[derive(Deserialize)]
    struct Node {
        r#ref: Option<String>,
    }
    let lock: ConanLock = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let graph = lock.graph_lock.map(|graph| graph.nodes.into_values()).into_iter().flatten();
    let listed = lock.requires.into_iter().chain(lock.build_requires);
    // An element of a list may be a pair of the reference and a time.
    let listed = listed.filter_map(|value| {
        let first = value.get(0).unwrap_or(&value).as_str()?;
        Some(first.to_owned())
    });
    for (index, reference) in graph.filter_map(|node| node.r#ref).chain(listed).enumerate() {
        let plain = reference.split(['@', '#']).next().unwrap_or_default();
        match plain.split_once('/') {
            Some((name, version)) => {
                inventory.take(package(Family::Conan, name, version, Place::item(index)));
            }
            // The project itself is a node with a path.
            None if reference.ends_with(".py") || reference.ends_with(".txt") => {}
            None => inventory.set_aside(Place::item(index), reference, "not name/version"),
        }
    }
    Ok(())
}

/// Both versions of Package.resolved. The name is the address without scheme and `.git`, as in OSV.
pub(super) fn package_resolved(text: &str, inventory: &mut Inventory) -> Result<(), String> {
    #[derive(Deserialize)]
    struct Resolved {
        object: Option<Pins>,
        #[serde(default)]
        pins: Vec<Pin>,
    }
    #[derive(Deserialize)]
    struct Pins {
        pins: Vec<Pin>,
    }
    #[derive(Deserialize)]
    struct Pin {
        #[serde(alias = "repositoryURL", default)]
        location: String,
        state: State,
    }
    #[derive(Deserialize)]
    struct State {
        version: Option<String>,
    }
    let resolved: Resolved = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let pins = resolved.object.map(|object| object.pins).unwrap_or_default();
    for (index, pin) in pins.into_iter().chain(resolved.pins).enumerate() {
        let name = pin.location.split_once("://").map_or(pin.location.as_str(), |(_, rest)| rest);
        let name = name.trim_end_matches('/').trim_end_matches(".git");
        match pin.state.version {
            Some(version) => inventory.take(package(Family::Swift, name, &version, Place::item(index))),
            None => inventory.set_aside(
                Place::item(index),
                name,
                "pinned to a branch or a commit, not to a version",
            ),
        }
    }
    Ok(())
}

/// `  - Alamofire (5.4.0):`.
pub(super) fn podfile_lock(text: &str, inventory: &mut Inventory) {
    let mut in_pods = false;
    for (index, line) in text.lines().enumerate() {
        if !line.starts_with(' ') {
            in_pods = line.trim_end() == "PODS:";
        } else if in_pods
            && let Some(pod) = line.strip_prefix("  - ")
            && let Some((name, version)) = pod.trim_matches(['"', ':']).trim_end_matches(':').split_once(" (")
        {
            let version = version.trim_end_matches([':', ')', '"']);
            inventory.take(package(Family::CocoaPods, name, version, Place::line(index)));
        }
    }
}

pub(super) fn pubspec_lock(text: &str, inventory: &mut Inventory) -> Result<(), String> {
    #[derive(Deserialize)]
    struct PubspecLock {
        #[serde(default)]
        packages: BTreeMap<String, Package>,
    }
    #[derive(Deserialize)]
    struct Package {
        #[serde(default)]
        source: String,
        #[serde(default)]
        version: String,
    }
    let lock: PubspecLock = serde_norway::from_str(text).map_err(|error| error.to_string())?;
    for (index, (name, entry)) in lock.packages.into_iter().enumerate() {
        let at = Place::item(index);
        if entry.source == "hosted" {
            inventory.take(package(Family::Pub, &name, &entry.version, at));
        } else if entry.source != "sdk" {
            inventory.set_aside(at, name, format!("from {}, not from pub.dev", entry.source));
        }
    }
    Ok(())
}

/// `"jason": {:hex, :jason, "1.4.0", …}`, one package a line.
pub(super) fn mix_lock(text: &str, inventory: &mut Inventory) {
    for (index, line) in text.lines().enumerate().filter(|(_, line)| line.contains("{:")) {
        let at = Place::line(index);
        let mut parts = line.split(", ");
        let (head, name, version) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
        match (head.ends_with("{:hex"), name, version) {
            (true, Some(name), Some(version)) => {
                inventory.take(package(
                    Family::Hex,
                    name.trim_start_matches(':'),
                    version.trim_matches('"'),
                    at,
                ));
            }
            _ => inventory.set_aside(at, head.split('"').nth(1).unwrap_or_default(), "not from Hex"),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::inventory::read;

    fn first(file: &str, text: &str) -> String {
        let inventory = read(file, text.as_bytes()).unwrap();
        let component = &inventory.components[0];
        format!("{} {} {}", component.ecosystem, component.name, component.version)
    }

    #[test]
    fn one_of_each() {
        assert_eq!(
            first("conan.lock", r#"{"version":"0.5","requires":["pcre/8.43#abc%1"],"build_requires":[]}"#),
            "ConanCenter pcre 8.43"
        );
        assert_eq!(
            first(
                "Package.resolved",
                r#"{"version":2,"pins":[{"location":"https://github.com/apple/swift-nio.git","state":{"version":"2.41.0"}}]}"#
            ),
            "SwiftURL github.com/apple/swift-nio 2.41.0"
        );
        assert_eq!(
            first("Podfile.lock", "PODS:\n  - A/Core (1.2.0):\n    - B\n\nDEPENDENCIES:\n  - A\n"),
            "CocoaPods A/Core 1.2.0"
        );
        assert_eq!(
            first(
                "pubspec.lock",
                "packages:\n  http:\n    dependency: transitive\n    source: hosted\n    version: \"0.13.2\"\n"
            ),
            "Pub http 0.13.2"
        );
        assert_eq!(
            first(
                "mix.lock",
                "%{\n  \"jason\": {:hex, :jason, \"1.4.0\", \"e8\", [:mix], [], \"hexpm\", \"79\"},\n}\n"
            ),
            "Hex jason 1.4.0"
        );
    }
}
