//! Syft's own JSON: more exact about the distribution and the source package than its SBOM exports.

use serde::Deserialize;

use crate::ecosystem::{Ecosystem, Family};
use crate::json::null_is_default;
use crate::place::Place;

use super::{Component, Inventory, Source, purl};

#[derive(Deserialize, Default)]
#[serde(default)]
struct Document {
    #[serde(deserialize_with = "null_is_default")]
    artifacts: Vec<Artifact>,
    #[serde(deserialize_with = "null_is_default")]
    distro: Distro,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Distro {
    id: String,
    name: String,
    #[serde(rename = "versionID")]
    version_id: String,
    version: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Artifact {
    name: String,
    #[serde(deserialize_with = "null_is_default")]
    version: String,
    r#type: String,
    #[serde(deserialize_with = "null_is_default")]
    purl: String,
    #[serde(deserialize_with = "null_is_default")]
    cpes: Vec<Cpe>,
    #[serde(deserialize_with = "null_is_default")]
    metadata: Metadata,
}

/// Older documents list the CPE as text, newer ones as an object.
#[derive(Deserialize)]
#[serde(untagged)]
enum Cpe {
    Text(String),
    Object { cpe: String },
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Metadata {
    source: Option<String>,
    source_version: Option<String>,
    origin_package: Option<String>,
}

pub(super) fn json(text: &str, inventory: &mut Inventory) -> Result<(), String> {
    let document: Document = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let distro = document.distro;
    let id = if distro.id.is_empty() { &distro.name } else { &distro.id };
    let version = if distro.version_id.is_empty() { &distro.version } else { &distro.version_id };
    inventory.host.os = Ecosystem::from_os_release(id, version);
    for (index, artifact) in document.artifacts.into_iter().enumerate() {
        take(artifact, Place::item(index), inventory);
    }
    Ok(())
}

fn take(artifact: Artifact, at: Place, inventory: &mut Inventory) {
    if artifact.r#type == "msrc-kb" {
        match artifact.version.trim_start_matches("KB").parse() {
            Ok(kb) => inventory.host.kbs.push(kb),
            Err(_) => inventory.set_aside(at, artifact.version, "no number of a Windows update"),
        }
        return;
    }
    let mut component = if artifact.purl.is_empty() {
        if artifact.cpes.is_empty() {
            return inventory.set_aside(
                at,
                artifact.name,
                "no package URL and no CPE, so nothing says whose advisories apply",
            );
        }
        Component::new(Ecosystem::of(Family::Cpe), artifact.name, artifact.version.as_str(), at)
    } else {
        match purl::component(&artifact.purl, at) {
            Ok(component) => component,
            Err(reason) => return inventory.set_aside(at, artifact.name, reason),
        }
    };
    if component.version.is_empty() {
        component.version = artifact.version;
    }
    component.cpes = artifact
        .cpes
        .into_iter()
        .map(|cpe| match cpe {
            Cpe::Text(text) | Cpe::Object { cpe: text } => text,
        })
        .collect();
    let metadata = artifact.metadata;
    if let Some(name) = metadata.source.or(metadata.origin_package).filter(|name| !name.is_empty()) {
        let version = metadata.source_version.filter(|version| !version.is_empty());
        component.source = Some(Source { name, version });
    }
    inventory.take(component);
}
