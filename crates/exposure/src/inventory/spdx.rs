//! SPDX 2.2 and 2.3 in JSON and tag-value form. Packages are identified by their package URL reference.

use serde::Deserialize;

use crate::ecosystem::{Ecosystem, Family};
use crate::json::null_is_default;
use crate::place::Place;

use super::{Component, Inventory, purl};

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Document {
    #[serde(deserialize_with = "null_is_default")]
    packages: Vec<Package>,
}

/// A package as both forms tell it.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Package {
    name: String,
    version_info: Option<String>,
    primary_package_purpose: Option<String>,
    source_info: Option<String>,
    #[serde(deserialize_with = "null_is_default")]
    external_refs: Vec<Reference>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Reference {
    reference_type: String,
    #[serde(deserialize_with = "null_is_default")]
    reference_locator: String,
}

pub(super) fn json(text: &str, inventory: &mut Inventory) -> Result<(), String> {
    let document: Document = serde_json::from_str(text).map_err(|error| error.to_string())?;
    for (index, package) in document.packages.into_iter().enumerate() {
        take(package, Place::item(index), inventory);
    }
    Ok(())
}

/// `Tag: value` lines; a package begins at its `PackageName` and ends at the next one.
pub(super) fn tag_value(text: &str, inventory: &mut Inventory) {
    let mut open: Option<(Package, Place)> = None;
    for (index, line) in text.lines().enumerate() {
        let Some((tag, value)) = line.split_once(':') else { continue };
        let value = value.trim();
        if tag == "PackageName" {
            if let Some((package, at)) = open.take() {
                take(package, at, inventory);
            }
            open = Some((Package { name: value.to_owned(), ..Package::default() }, Place::line(index)));
        }
        let Some((package, _)) = &mut open else { continue };
        match tag {
            "PackageVersion" => package.version_info = Some(value.to_owned()),
            "PrimaryPackagePurpose" => package.primary_package_purpose = Some(value.to_owned()),
            "PackageSourceInfo" => package.source_info = Some(value.to_owned()),
            "ExternalRef" => {
                let mut words = value.split_whitespace();
                if let (Some(_), Some(kind), Some(locator)) = (words.next(), words.next(), words.next()) {
                    package.external_refs.push(Reference {
                        reference_type: kind.to_owned(),
                        reference_locator: locator.to_owned(),
                    });
                }
            }
            _ => {}
        }
    }
    if let Some((package, at)) = open {
        take(package, at, inventory);
    }
}

fn take(package: Package, at: Place, inventory: &mut Inventory) {
    let version =
        package.version_info.as_deref().filter(|version| *version != "NOASSERTION").unwrap_or_default();
    if package.primary_package_purpose.as_deref() == Some("OPERATING-SYSTEM") || is_trivy_os(&package) {
        inventory.host.os = Ecosystem::from_os_release(&package.name, version);
        if inventory.host.os.is_none() {
            inventory.set_aside(
                at,
                format!("{} {version}", package.name),
                "an operating system without known advisories",
            );
        }
        return;
    }
    let locators = |kind: &'static str| {
        package
            .external_refs
            .iter()
            .filter(move |r| r.reference_type == kind)
            .map(|r| r.reference_locator.clone())
    };
    let cpes: Vec<String> = locators("cpe23Type").chain(locators("cpe22Type")).collect();
    let mut component = match locators("purl").next().map(|text| purl::component(&text, at)) {
        Some(Ok(component)) => component,
        Some(Err(reason)) => return inventory.set_aside(at, package.name, reason),
        None if !cpes.is_empty() => {
            Component::new(Ecosystem::of(Family::Cpe), package.name.as_str(), version, at)
        }
        None => {
            // The scanned image or folder is listed as a package of its own.
            let is_subject = matches!(
                package.primary_package_purpose.as_deref(),
                Some("CONTAINER" | "FILE" | "ARCHIVE" | "SOURCE" | "APPLICATION")
            );
            if !is_subject && !version.is_empty() {
                inventory.set_aside(
                    at,
                    package.name,
                    "no package URL and no CPE, so nothing says whose advisories apply",
                );
            }
            return;
        }
    };
    if component.version.is_empty() {
        component.version = version.to_owned();
    }
    component.cpes = cpes;
    if component.source.is_none()
        && let Some(built_from) =
            package.source_info.as_deref().and_then(|info| info.strip_prefix("built package from: "))
        && let Some((name, version)) = built_from.split_once(' ')
    {
        component.source =
            Some(super::Source { name: name.to_owned(), version: Some(version.trim().to_owned()) });
    }
    inventory.take(component);
}

/// Trivy's SPDX before 2.3 marks the operating system only by its identifier and the absence of references.
fn is_trivy_os(package: &Package) -> bool {
    package.external_refs.is_empty()
        && package.primary_package_purpose.is_none()
        && Ecosystem::from_os_release(&package.name, "").is_some()
}
