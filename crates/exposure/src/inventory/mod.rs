//! Inventories: what is installed, read from the files that package managers and SBOM tools write.
//!
//! [`read`] recognises a file by its content; its name only decides between text formats that look alike. What was
//! understood and what was set aside, with the reason, are both in the [`Inventory`]: a component without a version
//! is not a component without vulnerabilities.

mod apk;
mod cyclonedx;
mod dpkg;
mod lockfile;
mod nmap;
mod osquery;
mod purl;
mod recognise;
mod rpm;
mod spdx;
mod syft;
mod text;
mod windows;

use std::collections::HashSet;

use serde::Serialize;

use crate::ecosystem::Ecosystem;
use crate::place::{Place, SetAside, Unreadable};

pub(crate) use cyclonedx::resolve as resolve_entity;
pub use lockfile::Lockfile;
pub use recognise::Format;

/// A larger file is refused by name. The largest SBOMs seen in the field have 256 MB.
pub const MAX_INVENTORY_BYTES: usize = 300 << 20;
/// More components than this are set aside with a word; a machine has thousands.
pub const MAX_COMPONENTS: usize = 2_000_000;

/// One installed package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    pub ecosystem: Ecosystem,
    /// As it was written; names are compared by [`Ecosystem::canonical_name`].
    pub name: String,
    pub version: String,
    /// The source package that it was built from, where the file says so.
    pub source: Option<Source>,
    pub purl: Option<String>,
    pub cpes: Vec<String>,
    pub arch: Option<String>,
    /// The RPM module and stream, `nodejs:18`.
    pub module: Option<String>,
    pub at: Place,
}

/// A source package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub name: String,
    /// `None`: the version of the binary package.
    pub version: Option<String>,
}

/// What the file says about the machine it was made on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Host {
    /// The distribution and its release.
    pub os: Option<Ecosystem>,
    /// How the release became known, when it was not stated: shown with the findings.
    pub os_basis: Option<String>,
    pub hostname: Option<String>,
    /// `10.0.19045.4046`: its last number implies every older cumulative update.
    pub windows_build: Option<String>,
    /// Installed Windows updates by number.
    pub kbs: Vec<u32>,
}

/// What one file told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inventory {
    /// The name that [`read`] was given.
    pub file: String,
    pub format: Format,
    pub host: Host,
    pub components: Vec<Component>,
    pub set_aside: Vec<SetAside>,
}

/// What [`read`] is told beside the bytes.
#[derive(Debug, Clone, Default)]
pub struct Hints {
    /// The distribution, where the caller knows it (os-release): a package list does not always say.
    pub os: Option<Ecosystem>,
}

/// Counts for "this is what was understood" on a screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    pub file: String,
    pub format: String,
    pub os: Option<String>,
    pub components: usize,
    pub set_aside: usize,
}

impl Component {
    /// A component with nothing but its coordinates.
    pub fn new(ecosystem: Ecosystem, name: impl Into<String>, version: impl Into<String>, at: Place) -> Self {
        Self {
            ecosystem,
            name: name.into(),
            version: version.into(),
            source: None,
            purl: None,
            cpes: Vec::new(),
            arch: None,
            module: None,
            at,
        }
    }

    /// Name and version under which advisories speak about it: the source package where the distribution advises
    /// by source.
    pub fn advised_as(&self) -> (&str, &str) {
        match &self.source {
            Some(source) if self.ecosystem.family.advises_by_source() => {
                (&source.name, source.version.as_deref().unwrap_or(&self.version))
            }
            _ => (&self.name, &self.version),
        }
    }
}

impl Inventory {
    fn new(file: &str, format: Format) -> Self {
        Self {
            file: file.to_owned(),
            format,
            host: Host::default(),
            components: Vec::new(),
            set_aside: Vec::new(),
        }
    }

    fn set_aside(&mut self, at: Place, what: impl Into<String>, reason: impl Into<String>) {
        self.set_aside.push(SetAside::new(at, what, reason));
    }

    /// Takes a component, unless something that matching needs is missing.
    fn take(&mut self, component: Component) {
        if self.components.len() >= MAX_COMPONENTS {
            if self.components.len() == MAX_COMPONENTS
                && !self.set_aside.iter().any(|aside| aside.at == Place::File)
            {
                self.set_aside(
                    Place::File,
                    component.name,
                    format!("only the first {MAX_COMPONENTS} components are read"),
                );
            }
        } else if component.name.is_empty() {
            self.set_aside(component.at, component.version, "no name");
        } else if component.version.is_empty() {
            self.set_aside(component.at, component.name, "no version");
        } else {
            self.components.push(component);
        }
    }

    pub fn summary(&self) -> Summary {
        Summary {
            file: self.file.clone(),
            format: self.format.to_string(),
            os: self.host.os.as_ref().map(ToString::to_string),
            components: self.components.len(),
            set_aside: self.set_aside.len(),
        }
    }

    /// Names the operating system of a list that does not, and gives its release to the packages without one.
    fn settle_os(&mut self, hints: &Hints) {
        if let Some(os) = &hints.os {
            self.host.os = Some(os.clone());
            self.host.os_basis = Some("stated by the caller".to_owned());
        }
        let Some(os) = self.host.os.clone() else { return };
        for component in &mut self.components {
            let family = &component.ecosystem.family;
            let same_manager = family.is_distribution() && family.order() == os.family.order();
            // The packages of a CentOS or an Alma machine say only `el8`: the machine says whose they are.
            if same_manager && component.ecosystem.release.is_none() {
                component.ecosystem = os.clone();
            }
        }
    }

    /// The same package twice (two lock files in one SBOM, two architectures) is one component.
    fn drop_repeated(&mut self) {
        let before = self.components.len();
        let mut seen = HashSet::new();
        self.components.retain(|component| {
            seen.insert((
                component.ecosystem.clone(),
                component.name.clone(),
                component.version.clone(),
                component.source.as_ref().map(|source| source.name.clone()),
            ))
        });
        let repeated = before - self.components.len();
        if repeated > 0 {
            self.set_aside(
                Place::File,
                "",
                format!("{repeated} entries repeat a package and are counted once"),
            );
        }
    }

    /// Gives a package URL to the components that came without one, where their type has one.
    fn complete_purls(&mut self) {
        for component in &mut self.components {
            if component.purl.is_none() {
                component.purl = purl::write(component);
            }
        }
    }
}

/// The coordinates that a package URL states; the version may be missing.
///
/// # Errors
/// With the reason when the text is no package URL.
pub fn component_of_purl(text: &str) -> Result<Component, String> {
    purl::component(text, Place::File)
}

/// Reads an inventory. `name` is shown in errors and decides between text formats that look alike.
///
/// # Errors
/// [`Unreadable`] when the bytes are too many, are in no known format, or break off in a way that leaves nothing to
/// trust. Single entries that cannot be used are in [`Inventory::set_aside`] instead.
pub fn read(name: &str, bytes: &[u8]) -> Result<Inventory, Unreadable> {
    read_with(name, bytes, &Hints::default())
}

/// As [`read`], with what the caller knows already.
///
/// # Errors
/// As [`read`].
pub fn read_with(name: &str, bytes: &[u8], hints: &Hints) -> Result<Inventory, Unreadable> {
    if bytes.len() > MAX_INVENTORY_BYTES {
        return Err(Unreadable::new(
            name,
            format!(
                "{} MB is more than the {} MB that are read",
                bytes.len() >> 20,
                MAX_INVENTORY_BYTES >> 20
            ),
            "split it by machine or by application",
        ));
    }
    let unpacked = crate::bundle::gunzip(name, bytes, MAX_INVENTORY_BYTES)?;
    let text = text::decode(&unpacked);
    let format = recognise::recognise(name, &text).ok_or_else(|| {
        Unreadable::new(
            name,
            "this is no inventory in a known format",
            "give a package list, a lock file, a CycloneDX, SPDX or Syft document, a Windows list or an nmap XML file",
        )
    })?;
    let mut inventory = Inventory::new(name, format);
    format.parse(&text, &mut inventory).map_err(|reason| {
        Unreadable::new(
            name,
            format!("not a readable {format}: {reason}"),
            "export it again; it may be cut off",
        )
    })?;
    inventory.settle_os(hints);
    inventory.drop_repeated();
    inventory.complete_purls();
    Ok(inventory)
}
