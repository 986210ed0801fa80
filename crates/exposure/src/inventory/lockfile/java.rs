//! Gradle, sbt and Maven.

use std::collections::HashMap;

use quick_xml::events::Event;
use serde::Deserialize;

use crate::ecosystem::{Ecosystem, Family};
use crate::place::Place;

use super::super::{Component, Inventory};

fn maven(name: String, version: &str, at: Place) -> Component {
    Component::new(Ecosystem::of(Family::Maven), name, version, at)
}

/// `group:artifact:version=configurations`.
pub(super) fn gradle_lockfile(text: &str, inventory: &mut Inventory) {
    for (index, line) in text.lines().enumerate() {
        let at = Place::line(index);
        let coordinates = line.split('=').next().unwrap_or_default().trim();
        if coordinates.is_empty() || coordinates.starts_with('#') || coordinates == "empty" {
            continue;
        }
        match coordinates.rsplit_once(':') {
            Some((name, version)) if name.contains(':') => {
                inventory.take(maven(name.to_owned(), version, at));
            }
            _ => inventory.set_aside(at, coordinates, "not group:artifact:version"),
        }
    }
}

pub(super) fn sbt_lock(text: &str, inventory: &mut Inventory) -> Result<(), String> {
    #[derive(Deserialize)]
    struct SbtLock {
        dependencies: Vec<Dependency>,
    }
    #[derive(Deserialize)]
    struct Dependency {
        org: String,
        name: String,
        version: String,
    }
    let lock: SbtLock = serde_json::from_str(text).map_err(|error| error.to_string())?;
    for (index, dependency) in lock.dependencies.into_iter().enumerate() {
        let name = format!("{}:{}", dependency.org, dependency.name);
        inventory.take(maven(name, &dependency.version, Place::item(index)));
    }
    Ok(())
}

/// The direct dependencies of a pom.xml with the properties it defines itself. A parent's versions and transitive
/// dependencies are in other files: an SBOM made by the build tells more.
pub(super) fn pom(text: &str, inventory: &mut Inventory) -> Result<(), String> {
    let mut reader = quick_xml::Reader::from_str(text);
    let mut path: Vec<String> = Vec::new();
    let mut content = String::new();
    let mut properties: HashMap<String, String> = HashMap::new();
    let mut fields: HashMap<String, String> = HashMap::new();
    let mut found = Vec::new();
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(start) => {
                path.push(String::from_utf8_lossy(start.local_name().as_ref()).into_owned());
                if path.len() > 100 {
                    return Err("elements nested too deep".to_owned());
                }
                content.clear();
            }
            Event::Text(piece) => content.push_str(&piece.decode().map_err(|error| error.to_string())?),
            Event::End(_) => {
                let name = path.pop().unwrap_or_default();
                let parents: Vec<&str> = path.iter().map(String::as_str).collect();
                let value = content.trim().to_owned();
                match parents.as_slice() {
                    ["project", "properties"] => {
                        properties.insert(name, value);
                    }
                    ["project"] if matches!(name.as_str(), "version" | "groupId") => {
                        properties.insert(format!("project.{name}"), value);
                    }
                    ["project", "parent"] if matches!(name.as_str(), "version" | "groupId") => {
                        properties.entry(format!("project.{name}")).or_insert(value);
                    }
                    ["project", "dependencies", "dependency"] => {
                        fields.insert(name, value);
                    }
                    ["project", "dependencies"] if name == "dependency" => {
                        found.push(std::mem::take(&mut fields));
                    }
                    _ => {}
                }
                content.clear();
            }
            Event::Eof => break,
            _ => {}
        }
    }
    for (index, dependency) in found.into_iter().enumerate() {
        let at = Place::item(index);
        let field = |name: &str| resolve(dependency.get(name).map_or("", String::as_str), &properties);
        let name = format!("{}:{}", field("groupId"), field("artifactId"));
        let version = field("version");
        if version.is_empty() || version.contains("${") {
            inventory.set_aside(
                at,
                name,
                "its version is in a parent or a property that this file does not define",
            );
        } else {
            inventory.take(maven(name, &version, at));
        }
    }
    Ok(())
}

/// Replaces `${name}` by the property of the file, a few levels deep.
fn resolve(text: &str, properties: &HashMap<String, String>) -> String {
    let mut text = text.to_owned();
    for _ in 0..8 {
        let Some((before, rest)) = text.split_once("${") else { break };
        let Some((name, after)) = rest.split_once('}') else { break };
        let Some(value) = properties.get(name) else { break };
        text = format!("{before}{value}{after}");
    }
    text
}
