//! Which format a file is in, told by its content. The name decides only between text formats that look alike.

use std::fmt;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::lockfile::Lockfile;
use super::{Inventory, apk, cyclonedx, dpkg, nmap, osquery, rpm, spdx, syft, windows};

/// An inventory format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    DpkgStatus,
    DpkgListing,
    RpmListing,
    ApkInstalled,
    ApkListing,
    CycloneDxJson,
    CycloneDxXml,
    CycloneDxInToto,
    SpdxJson,
    SpdxTagValue,
    SyftJson,
    WindowsTable,
    WindowsUpdates,
    Winget,
    Osquery,
    NmapXml,
    Lockfile(Lockfile),
}

impl Format {
    pub(super) fn parse(self, text: &str, inventory: &mut Inventory) -> Result<(), String> {
        match self {
            Self::DpkgStatus => dpkg::status(text, inventory),
            Self::DpkgListing => dpkg::listing(text, inventory),
            Self::RpmListing => rpm::listing(text, inventory),
            Self::ApkInstalled => apk::installed(text, inventory),
            Self::ApkListing => apk::listing(text, inventory),
            Self::CycloneDxJson => return cyclonedx::json(text, inventory),
            Self::CycloneDxXml => return cyclonedx::xml(text, inventory),
            Self::CycloneDxInToto => return cyclonedx::in_toto(text, inventory),
            Self::SpdxJson => return spdx::json(text, inventory),
            Self::SpdxTagValue => spdx::tag_value(text, inventory),
            Self::SyftJson => return syft::json(text, inventory),
            Self::WindowsTable => return windows::programmes(text, inventory),
            Self::WindowsUpdates => windows::updates(text, inventory),
            Self::Winget => windows::winget(text, inventory),
            Self::Osquery => return osquery::json(text, inventory),
            Self::NmapXml => return nmap::xml(text, inventory),
            Self::Lockfile(lockfile) => return lockfile.parse(text, inventory),
        }
        Ok(())
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DpkgStatus => "dpkg status file",
            Self::DpkgListing => "dpkg listing",
            Self::RpmListing => "rpm listing",
            Self::ApkInstalled => "apk database",
            Self::ApkListing => "apk listing",
            Self::CycloneDxJson => "CycloneDX JSON document",
            Self::CycloneDxXml => "CycloneDX XML document",
            Self::CycloneDxInToto => "CycloneDX attestation",
            Self::SpdxJson => "SPDX JSON document",
            Self::SpdxTagValue => "SPDX tag-value document",
            Self::SyftJson => "Syft JSON document",
            Self::WindowsTable => "Windows table",
            Self::WindowsUpdates => "Windows update list",
            Self::Winget => "winget listing",
            Self::Osquery => "osquery result",
            Self::NmapXml => "nmap XML scan",
            Self::Lockfile(lockfile) => lockfile.file_name(),
        })
    }
}

/// The fields that tell JSON formats apart. A value of any type is enough.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct JsonProbe {
    bom_format: Option<IgnoredAny>,
    spdx_version: Option<IgnoredAny>,
    artifacts: Option<IgnoredAny>,
    payload_type: Option<IgnoredAny>,
    lockfile_version: Option<IgnoredAny>,
    packages: Option<IgnoredAny>,
    #[serde(rename = "_meta")]
    pipfile_meta: Option<IgnoredAny>,
    #[serde(rename = "content-hash")]
    composer_hash: Option<IgnoredAny>,
    #[serde(rename = "dev-package-names")]
    composer_dev: Option<IgnoredAny>,
    #[serde(rename = "graph_lock")]
    conan_graph: Option<IgnoredAny>,
    #[serde(rename = "requires")]
    conan_requires: Option<IgnoredAny>,
    runtime_target: Option<IgnoredAny>,
    libraries: Option<IgnoredAny>,
    pins: Option<IgnoredAny>,
    object: Option<IgnoredAny>,
    dependencies: Option<IgnoredAny>,
    version: Option<IgnoredAny>,
    host_identifier: Option<IgnoredAny>,
}

/// How many lines of a text are looked at: enough for any header.
pub(super) const PROBE_LINES: usize = 400;

pub(super) fn recognise(name: &str, text: &str) -> Option<Format> {
    let base = name.rsplit(['/', '\\']).next().unwrap_or(name).to_ascii_lowercase();
    let trimmed = text.trim_start();
    if trimmed.starts_with(['{', '[']) && !looks_like_toml(trimmed) {
        return json(&base, trimmed);
    }
    if trimmed.starts_with('<') {
        return xml(&base, trimmed);
    }
    Lockfile::of_text(&base, trimmed).map(Format::Lockfile).or_else(|| line_format(trimmed))
}

/// `[[package]]` begins like a JSON array.
fn looks_like_toml(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default().trim();
    first.starts_with('[') && first.ends_with(']') && !first.contains(['{', ',', '"'])
}

fn json(base: &str, text: &str) -> Option<Format> {
    let head: String = text.chars().take(4096).collect();
    // A struct can be read from a list too, so lists must not reach the probe.
    if text.starts_with('[') {
        let osquery = is_osquery_list(&head).then_some(Format::Osquery);
        return osquery.or_else(|| Lockfile::of_json_name(base, &head).map(Format::Lockfile));
    }
    // An attestation is one JSON document a line; the first is enough to know it.
    let probe: JsonProbe =
        serde_json::Deserializer::from_str(text).into_iter().next().and_then(Result::ok).unwrap_or_default();
    if probe.bom_format.is_some() || head.contains("\"bomFormat\"") {
        Some(Format::CycloneDxJson)
    } else if probe.spdx_version.is_some() || head.contains("\"spdxVersion\"") {
        Some(Format::SpdxJson)
    } else if probe.artifacts.is_some() {
        Some(Format::SyftJson)
    } else if probe.payload_type.is_some() {
        Some(Format::CycloneDxInToto)
    } else if probe.host_identifier.is_some() {
        Some(Format::Osquery)
    } else {
        let lockfile = if probe.pipfile_meta.is_some() {
            Lockfile::Pipfile
        } else if probe.packages.is_some() && (probe.composer_hash.is_some() || probe.composer_dev.is_some())
        {
            Lockfile::Composer
        } else if probe.lockfile_version.is_some() {
            // Bun writes JSON with commas that JSON does not allow.
            if base == "bun.lock" { Lockfile::Bun } else { Lockfile::Npm }
        } else if probe.conan_graph.is_some() || (probe.conan_requires.is_some() && probe.version.is_some()) {
            Lockfile::Conan
        } else if probe.runtime_target.is_some() && probe.libraries.is_some() {
            Lockfile::DotnetDeps
        } else if probe.pins.is_some() || probe.object.is_some() {
            Lockfile::Swift
        } else if probe.dependencies.is_some() && probe.version.is_some() {
            if base.starts_with("package-lock") || base.starts_with("npm-shrinkwrap") {
                Lockfile::Npm
            } else {
                Lockfile::NuGet
            }
        } else {
            Lockfile::of_json_name(base, &head)?
        };
        Some(Format::Lockfile(lockfile))
    }
}

/// A list of flat rows with the columns of osquery's tables of software.
fn is_osquery_list(head: &str) -> bool {
    let has = |key: &str| head.contains(key);
    head.starts_with('[')
        && ((has("\"name\"")
            && has("\"version\"")
            && (has("\"install_source\"")
                || has("\"maintainer\"")
                || has("\"identifying_number\"")
                || has("\"sha1\"")))
            || has("\"hotfix_id\""))
}

fn xml(base: &str, text: &str) -> Option<Format> {
    let head: String = text.chars().take(8192).collect();
    if head.contains("cyclonedx.org/schema/bom") {
        Some(Format::CycloneDxXml)
    } else if head.contains("<nmaprun") {
        Some(Format::NmapXml)
    } else {
        Lockfile::of_xml(base, &head).map(Format::Lockfile)
    }
}

fn line_format(text: &str) -> Option<Format> {
    // The head of dpkg's table and comments say nothing.
    let is_head = |line: &str| {
        line.trim().is_empty() || line.starts_with(['|', '+', '#']) || line.starts_with("Desired=")
    };
    let lines = || text.lines().take(PROBE_LINES).filter(|line| !is_head(line));
    let any = |prefix: &str| lines().any(|line| line.starts_with(prefix));
    if any("Package: ") && any("Version: ") {
        Some(Format::DpkgStatus)
    } else if any("SPDXVersion:") {
        Some(Format::SpdxTagValue)
    } else if any("P:") && any("V:") {
        Some(Format::ApkInstalled)
    } else if text
        .lines()
        .take(20)
        .any(|line| windows::is_winget_heading(line.rsplit('\r').next().unwrap_or(line)))
    {
        Some(Format::Winget)
    } else if windows::is_table(text) {
        Some(Format::WindowsTable)
    } else if windows::is_update_text(text) {
        Some(Format::WindowsUpdates)
    } else {
        let votes = |looks_right: fn(&str) -> bool| lines().filter(|line| looks_right(line)).count();
        let half = lines().count().div_ceil(2).max(1);
        [
            (Format::ApkListing, votes(is_apk_line)),
            (Format::RpmListing, votes(is_rpm_line)),
            (Format::DpkgListing, votes(is_dpkg_line)),
        ]
        .into_iter()
        .filter(|(_, votes)| *votes >= half)
        .max_by_key(|(_, votes)| *votes)
        .map(|(format, _)| format)
    }
}

fn is_apk_line(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let first_is_package = words.next().and_then(apk::split_name).is_some();
    first_is_package
        && words.next().is_none_or(|arch| rpm::ARCHITECTURES.contains(&arch) || arch.starts_with("arm"))
}

fn is_rpm_line(line: &str) -> bool {
    let has_mark =
        [".el", ".fc", ".amzn", ".cm", ".azl", ".ph", ".mga", "lp15"].iter().any(|mark| line.contains(mark));
    let has_arch = line
        .split(['\t', ' ', '|', ',', ';'])
        .any(|word| rpm::ARCHITECTURES.contains(&word.rsplit('.').next().unwrap_or(word)));
    !is_apk_line(line) && (has_mark || has_arch) && rpm::package(line, crate::place::Place::File).is_some()
}

fn is_dpkg_line(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words.as_slice() {
        [state, _, version, ..] if dpkg::is_state(state) => version.starts_with(|c: char| c.is_ascii_digit()),
        [name, version] | [name, version, ..] => {
            let arch = words.get(2).copied().unwrap_or("any");
            let name_is_lower =
                name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"+-.:".contains(&b));
            name_is_lower
                && name.len() >= 2
                && version.starts_with(|c: char| c.is_ascii_digit())
                && (dpkg::ARCHITECTURES.contains(&arch) || words.len() <= 5)
        }
        _ => false,
    }
}
