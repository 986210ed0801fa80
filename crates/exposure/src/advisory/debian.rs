//! Debian: the list of advisories (`DSA/list`, `DLA/list`) and the security tracker's JSON, both by source package.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::ecosystem::{Ecosystem, Family};
use crate::place::{Place, SetAside};

use super::read::Parsed;
use super::{Advisory, Affected, Severity, is_cve};

fn debian(release: &str) -> Ecosystem {
    Ecosystem::with_release(Family::Debian, release)
}

/// `[29 Mar 2023] DSA-5380-1 xorg-server - security update`, then indented the CVEs and the fixed versions.
pub fn parse_list(bytes: &[u8]) -> Parsed {
    let text = String::from_utf8_lossy(bytes);
    let mut parsed = Parsed::default();
    for (index, line) in text.lines().enumerate() {
        let at = Place::line(index);
        if let Some(head) = line.strip_prefix('[') {
            match heading(head) {
                Some(advisory) => parsed.advisories.push(advisory),
                None => parsed.set_aside.push(SetAside::new(at, line, "no advisory in this line")),
            }
            continue;
        }
        let Some(advisory) = parsed.advisories.last_mut() else { continue };
        let line = line.trim();
        if let Some(cves) = line.strip_prefix('{') {
            let cves = cves.trim_end_matches('}').split_whitespace().filter(|id| is_cve(id));
            advisory.cves.extend(cves.map(str::to_owned));
        } else if let Some(fix) = line.strip_prefix('[') {
            match fixed(fix) {
                Some(Some(affected)) => advisory.affected.push(affected),
                Some(None) => {}
                None => parsed.set_aside.push(SetAside::new(
                    at,
                    format!("{} {line}", advisory.id),
                    "no fixed version in this line",
                )),
            }
        }
    }
    parsed
}

fn heading(head: &str) -> Option<Advisory> {
    let (date, rest) = head.split_once(']')?;
    let (id, title) = rest.trim().split_once(' ')?;
    let date = jiff::civil::Date::strptime("%d %b %Y", date.trim()).ok().map(|date| date.to_string());
    Some(Advisory {
        id: id.to_owned(),
        summary: title.trim().to_owned(),
        published: date.clone(),
        modified: date,
        ..Advisory::default()
    })
}

/// `bullseye] - xen 4.14.5+94-1`: the inner `None` is a release that is not affected.
fn fixed(line: &str) -> Option<Option<Affected>> {
    let (release, rest) = line.split_once(']')?;
    let mut words = rest.trim().trim_start_matches('-').split_whitespace();
    let (package, version) = (words.next()?, words.next()?);
    match version {
        "<not-affected>" => Some(None),
        _ if version.starts_with('<') => Some(Some(Affected::before(debian(release), package, None))),
        _ => Some(Some(Affected::before(debian(release), package, Some(version)))),
    }
}

#[derive(Deserialize)]
struct TrackerEntry {
    #[serde(default)]
    description: String,
    #[serde(default)]
    releases: BTreeMap<String, Release>,
}

#[derive(Deserialize)]
struct Release {
    #[serde(default)]
    status: String,
    fixed_version: Option<String>,
    #[serde(default)]
    urgency: String,
}

/// Source package → CVE → release. One advisory a CVE.
pub fn parse_tracker(bytes: &[u8]) -> Parsed {
    let mut parsed = Parsed::default();
    let packages: BTreeMap<String, BTreeMap<String, serde_json::Value>> = match serde_json::from_slice(bytes)
    {
        Ok(packages) => packages,
        Err(error) => {
            parsed.set_aside.push(SetAside::new(Place::File, "", format!("no tracker document: {error}")));
            return parsed;
        }
    };
    let mut advisories: BTreeMap<String, Advisory> = BTreeMap::new();
    for (package, cves) in packages {
        for (id, entry) in cves {
            let entry: TrackerEntry = match serde_json::from_value(entry) {
                Ok(entry) => entry,
                Err(error) => {
                    parsed.set_aside.push(SetAside::new(
                        Place::File,
                        format!("{package} {id}"),
                        error.to_string(),
                    ));
                    continue;
                }
            };
            let advisory = advisories.entry(id.clone()).or_insert_with(|| Advisory {
                cves: Some(&id).filter(|id| is_cve(id)).cloned().into_iter().collect(),
                id,
                summary: entry.description,
                ..Advisory::default()
            });
            advisory.affected.extend(entry.releases.into_iter().filter_map(|(release, state)| {
                let fixed = match (state.status.as_str(), state.fixed_version.as_deref()) {
                    // Version 0 means that no version in this release was ever affected.
                    ("resolved", Some("0")) => return None,
                    ("resolved", fixed) => Some(fixed?),
                    ("open", _) => None,
                    _ => return None,
                };
                let mut affected = Affected::before(debian(&release), package.as_str(), fixed);
                affected.severity = Severity::from_word(state.urgency.trim_end_matches(['*']));
                Some(affected)
            }));
        }
    }
    parsed.advisories = advisories.into_values().collect();
    parsed
}

/// True for a document of packages, CVEs and releases.
pub(super) fn is_tracker(head: &str) -> bool {
    head.contains("\"releases\"") && head.contains("\"status\"") && head.contains("CVE-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_gives_date_cves_and_fixed_versions() {
        let text = "[29 Mar 2023] DSA-5380-1 xorg-server - security update\n\t{CVE-2023-1393 CVE-2023-1}\n\
            \t[bullseye] - xorg-server 2:1.20.11-1+deb11u6\n\t[buster] - xorg-server <not-affected>\n\t[jessie] - xorg-server <end-of-life>\n\tNOTE: something\n";
        let advisory = parse_list(text.as_bytes()).advisories.remove(0);
        assert_eq!(advisory.published.as_deref(), Some("2023-03-29"));
        assert_eq!(advisory.cves.len(), 2);
        let listed: Vec<_> =
            advisory.affected.iter().map(|a| format!("{} {}", a.ecosystem, a.ranges[0])).collect();
        assert_eq!(listed, ["Debian:11 <2:1.20.11-1+deb11u6", "Debian:8 *"]);
    }

    #[test]
    fn the_tracker_gives_open_and_resolved_but_not_unaffected() {
        let text = r#"{"openssl":{"CVE-2024-1":{"releases":{"bullseye":{"status":"open","urgency":"low"},
            "bookworm":{"status":"resolved","fixed_version":"3.0.1-1"},"trixie":{"status":"resolved","fixed_version":"0"}}}}}"#;
        let advisory = parse_tracker(text.as_bytes()).advisories.remove(0);
        let listed: Vec<_> =
            advisory.affected.iter().map(|a| format!("{} {}", a.ecosystem, a.ranges[0])).collect();
        assert_eq!(listed, ["Debian:12 <3.0.1-1", "Debian:11 *"]);
    }
}
