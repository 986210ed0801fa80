//! CycloneDX 1.0 to 1.7 in JSON and XML. Unknown fields and newer minor versions are accepted; nothing but what
//! identifies a component is kept, so that an SBOM of 250 MB needs little more memory than its text.

use std::collections::HashMap;

use base64::Engine as _;
use quick_xml::events::Event;
use serde::Deserialize;

use crate::ecosystem::{Ecosystem, Family};
use crate::json::null_is_default;
use crate::place::Place;

use super::{Component, Inventory, purl};

/// Components inside components. Real documents nest three deep.
const MAX_DEPTH: usize = 64;

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Bom {
    #[serde(deserialize_with = "null_is_default")]
    spec_version: String,
    #[serde(deserialize_with = "null_is_default")]
    metadata: Metadata,
    #[serde(deserialize_with = "null_is_default")]
    components: Vec<Entry>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Metadata {
    component: Option<Entry>,
}

/// A component as both serialisations tell it.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Entry {
    #[serde(deserialize_with = "null_is_default")]
    r#type: String,
    group: Option<String>,
    #[serde(deserialize_with = "null_is_default")]
    name: String,
    version: Option<String>,
    purl: Option<String>,
    cpe: Option<String>,
    #[serde(deserialize_with = "null_is_default")]
    properties: Vec<Property>,
    #[serde(deserialize_with = "null_is_default")]
    components: Vec<Entry>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Property {
    name: String,
    value: Option<String>,
}

pub(super) fn json(text: &str, inventory: &mut Inventory) -> Result<(), String> {
    let bom: Bom = serde_json::from_str(text).map_err(|error| error.to_string())?;
    take_bom(bom, inventory);
    Ok(())
}

/// CycloneDX inside an in-toto statement, as attestations carry it.
pub(super) fn in_toto(text: &str, inventory: &mut Inventory) -> Result<(), String> {
    #[derive(Deserialize)]
    struct Envelope {
        payload: String,
    }
    #[derive(Deserialize)]
    struct Statement {
        predicate: Predicate,
    }
    /// Older attestations wrap the document once more.
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Predicate {
        Wrapped {
            #[serde(rename = "Data")]
            data: Bom,
        },
        Plain(Bom),
    }
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let envelope: Envelope = serde_json::from_str(line).map_err(|error| error.to_string())?;
        let payload = base64::engine::general_purpose::STANDARD
            .decode(envelope.payload.trim())
            .map_err(|error| format!("the payload is not base64: {error}"))?;
        let statement: Statement = serde_json::from_slice(&payload).map_err(|error| error.to_string())?;
        match statement.predicate {
            Predicate::Wrapped { data } => take_bom(data, inventory),
            Predicate::Plain(bom) => take_bom(bom, inventory),
        }
    }
    Ok(())
}

fn take_bom(bom: Bom, inventory: &mut Inventory) {
    if !matches!(bom.spec_version.split_once('.'), Some(("1", _))) {
        let reason = "a version that this program does not know; read as far as it is understood";
        inventory.set_aside(Place::File, format!("specVersion {}", bom.spec_version), reason);
    }
    let mut entries = bom.components;
    if let Some(root) = bom.metadata.component {
        entries.push(root);
    }
    // Depth first without recursion, so that the order of the document is the order of the positions.
    let mut stack: Vec<(Entry, usize)> = entries.into_iter().rev().map(|entry| (entry, 0)).collect();
    let mut index = 0;
    while let Some((mut entry, depth)) = stack.pop() {
        let children = std::mem::take(&mut entry.components);
        if depth < MAX_DEPTH {
            stack.extend(children.into_iter().rev().map(|child| (child, depth + 1)));
        } else if !children.is_empty() {
            inventory.set_aside(
                Place::item(index),
                entry.name.as_str(),
                format!("components nested deeper than {MAX_DEPTH}"),
            );
        }
        take_entry(entry, Place::item(index), inventory);
        index += 1;
    }
}

fn take_entry(entry: Entry, at: Place, inventory: &mut Inventory) {
    let version = entry.version.as_deref().unwrap_or_default();
    if entry.r#type == "operating-system" {
        inventory.host.os = Ecosystem::from_os_release(&entry.name, version);
        if inventory.host.os.is_none() {
            inventory.set_aside(
                at,
                format!("{} {version}", entry.name),
                "an operating system without known advisories",
            );
        }
        return;
    }
    let label = if version.is_empty() { entry.name.clone() } else { format!("{} {version}", entry.name) };
    let from_purl =
        entry.purl.as_deref().filter(|text| !text.trim().is_empty()).map(|text| purl::component(text, at));
    let mut component = match from_purl {
        Some(Ok(component)) => component,
        Some(Err(reason)) => {
            inventory.set_aside(at, entry.purl.unwrap_or_default(), reason);
            return;
        }
        None => {
            // A file, a container or the scanned directory itself is no package; anything else should have said more.
            if entry.cpe.is_none() {
                if !matches!(
                    entry.r#type.as_str(),
                    "file" | "container" | "platform" | "device" | "data" | "cryptographic-asset"
                ) {
                    let name = entry.group.map_or(label.clone(), |group| format!("{group}/{label}"));
                    inventory.set_aside(
                        at,
                        name,
                        "no package URL and no CPE, so nothing says whose advisories apply",
                    );
                }
                return;
            }
            Component::new(Ecosystem::of(Family::Cpe), entry.name.as_str(), version, at)
        }
    };
    if component.version.is_empty() {
        component.version = version.to_owned();
    }
    component.cpes = entry.cpe.into_iter().collect();
    let properties: HashMap<&str, &str> = entry
        .properties
        .iter()
        .filter_map(|property| Some((property.name.as_str(), property.value.as_deref()?)))
        .collect();
    purl::apply_trivy_properties(&mut component, &properties);
    for (name, value) in &properties {
        if name.starts_with("syft:cpe23") {
            component.cpes.push((*value).to_owned());
        }
    }
    component.cpes.sort();
    component.cpes.dedup();
    inventory.take(component);
}

/// The XML form, read event by event.
pub(super) fn xml(text: &str, inventory: &mut Inventory) -> Result<(), String> {
    let mut reader = quick_xml::Reader::from_str(text);
    let mut bom = Bom::default();
    // The components that are open, outermost first, and the names of all open elements.
    let mut open: Vec<Entry> = Vec::new();
    let mut path: Vec<String> = Vec::new();
    let mut content = String::new();
    let mut property_name = String::new();
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(start) => {
                content.clear();
                let name = String::from_utf8_lossy(start.local_name().as_ref()).into_owned();
                let attribute = |key: &str| {
                    let found = start
                        .attributes()
                        .flatten()
                        .find(|attribute| attribute.key.as_ref() == key.as_bytes())?;
                    Some(String::from_utf8_lossy(&found.value).into_owned())
                };
                match name.as_str() {
                    "bom" => {
                        let namespace = attribute("xmlns").unwrap_or_default();
                        bom.spec_version = namespace.rsplit('/').next().unwrap_or_default().to_owned();
                    }
                    "component"
                        if path
                            .last()
                            .is_some_and(|parent| parent == "components" || parent == "metadata") =>
                    {
                        if open.len() >= MAX_DEPTH {
                            return Err(format!("components nested deeper than {MAX_DEPTH}"));
                        }
                        open.push(Entry {
                            r#type: attribute("type").unwrap_or_default(),
                            ..Entry::default()
                        });
                    }
                    "property" => property_name = attribute("name").unwrap_or_default(),
                    _ => {}
                }
                path.push(name);
                if path.len() > 4 * MAX_DEPTH {
                    return Err("elements nested too deep".to_owned());
                }
            }
            Event::Text(piece) => content.push_str(&piece.decode().map_err(|error| error.to_string())?),
            Event::GeneralRef(entity) => content.push_str(&resolve(&entity)),
            Event::CData(piece) => content.push_str(&String::from_utf8_lossy(&piece)),
            Event::End(_) => {
                let name = path.pop().unwrap_or_default();
                let parent = path.last().map(String::as_str).unwrap_or_default();
                close_element(&name, parent, content.trim(), &property_name, &mut open, &mut bom);
                content.clear();
            }
            Event::Eof => break,
            _ => {}
        }
    }
    if !path.is_empty() {
        return Err(format!("the document ends inside <{}>", path.join("/")));
    }
    take_bom(bom, inventory);
    Ok(())
}

fn close_element(
    name: &str,
    parent: &str,
    content: &str,
    property: &str,
    open: &mut Vec<Entry>,
    bom: &mut Bom,
) {
    let value = || Some(content.to_owned()).filter(|text| !text.is_empty());
    match (name, parent) {
        ("component", "components" | "metadata") => {
            let Some(entry) = open.pop() else { return };
            match open.last_mut() {
                Some(outer) => outer.components.push(entry),
                None if parent == "metadata" => bom.metadata.component = Some(entry),
                None => bom.components.push(entry),
            }
        }
        (_, "component") => {
            let Some(entry) = open.last_mut() else { return };
            match name {
                "group" => entry.group = value(),
                "name" => content.clone_into(&mut entry.name),
                "version" => entry.version = value(),
                "purl" => entry.purl = value(),
                "cpe" => entry.cpe = value(),
                _ => {}
            }
        }
        ("property", "properties") => {
            if let Some(entry) = open.last_mut() {
                entry.properties.push(Property { name: property.to_owned(), value: value() });
            }
        }
        _ => {}
    }
}

/// The five entities of XML and character references; others stay as they were written.
pub(crate) fn resolve(entity: &quick_xml::events::BytesRef<'_>) -> String {
    if let Ok(Some(character)) = entity.resolve_char_ref() {
        return character.to_string();
    }
    match &**entity {
        b"amp" => "&".to_owned(),
        b"lt" => "<".to_owned(),
        b"gt" => ">".to_owned(),
        b"quot" => "\"".to_owned(),
        b"apos" => "'".to_owned(),
        other => format!("&{};", String::from_utf8_lossy(other)),
    }
}
