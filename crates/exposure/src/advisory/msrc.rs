//! Microsoft's security updates (CVRF in JSON, one document a month).
//!
//! Windows updates are cumulative: the build that an update brings implies every older one of its line. So the fixed
//! build is the version, the line (`10.0.19045`) is the package, and the number of the update leads to its build.

use std::collections::HashMap;

use serde::Deserialize;

use crate::ecosystem::{Ecosystem, Family};
use crate::place::{Place, SetAside};

use super::read::Parsed;
use super::{Advisory, Affected, Severity};

/// Builds that updates bring, by the number of the update. One update serves several lines.
pub type KbBuilds = HashMap<u32, Vec<String>>;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    document_tracking: Option<Tracking>,
    #[serde(default)]
    vulnerability: Vec<Vulnerability>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tracking {
    initial_release_date: Option<String>,
    current_release_date: Option<String>,
}

#[derive(Deserialize)]
struct Vulnerability {
    #[serde(rename = "CVE")]
    cve: String,
    #[serde(rename = "Title", default)]
    title: Text,
    #[serde(rename = "CVSSScoreSets", default)]
    scores: Vec<Score>,
    #[serde(rename = "Remediations", default)]
    remediations: Vec<Remediation>,
}

#[derive(Deserialize, Default)]
struct Text {
    #[serde(rename = "Value", default)]
    value: String,
}

#[derive(Deserialize)]
struct Score {
    #[serde(rename = "Vector", default)]
    vector: String,
}

#[derive(Deserialize)]
struct Remediation {
    #[serde(rename = "Description", default)]
    description: Text,
    #[serde(rename = "FixedBuild", default)]
    fixed_build: String,
}

pub fn parse(bytes: &[u8], kb_builds: &mut KbBuilds) -> Parsed {
    let mut parsed = Parsed::default();
    let document: Document = match serde_json::from_slice(bytes) {
        Ok(document) => document,
        Err(error) => {
            parsed.set_aside.push(SetAside::new(Place::File, "", format!("no CVRF document: {error}")));
            return parsed;
        }
    };
    let (published, modified) = document
        .document_tracking
        .map(|t| (t.initial_release_date, t.current_release_date))
        .unwrap_or_default();
    for (index, vulnerability) in document.vulnerability.into_iter().enumerate() {
        let mut advisory = Advisory {
            id: vulnerability.cve.clone(),
            cves: vec![vulnerability.cve],
            summary: vulnerability.title.value,
            published: published.clone(),
            modified: modified.clone(),
            severity: vulnerability
                .scores
                .iter()
                .filter_map(|score| Severity::from_vector(base(&score.vector)))
                .collect(),
            ..Advisory::default()
        };
        advisory.severity.dedup();
        let mut without_build = 0;
        for remediation in vulnerability.remediations {
            let Some(line) = line_of(&remediation.fixed_build) else {
                without_build += 1;
                continue;
            };
            let build = remediation.fixed_build.trim();
            if let Ok(kb) = remediation.description.value.trim().trim_start_matches("KB").parse() {
                let builds = kb_builds.entry(kb).or_default();
                if !builds.iter().any(|known| known == build) {
                    builds.push(build.to_owned());
                }
            }
            let fixed = Affected::before(Ecosystem::of(Family::Windows), line, Some(build));
            if !advisory.affected.contains(&fixed) {
                advisory.affected.push(fixed);
            }
        }
        if advisory.affected.is_empty() && without_build > 0 {
            let reason = "its updates name no build of Windows, so an inventory cannot be compared";
            parsed.set_aside.push(SetAside::new(Place::item(index), advisory.id.as_str(), reason));
        }
        parsed.advisories.push(advisory);
    }
    parsed
}

/// `10.0.19045` of `10.0.19045.3930`; `None` for anything but a build of Windows.
pub(crate) fn line_of(build: &str) -> Option<&str> {
    let (line, revision) = build.trim().rsplit_once('.')?;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let mut parts = line.split('.');
    let (major, minor, number) = (parts.next()?, parts.next()?, parts.next()?);
    let is_windows = matches!((major, minor), ("10", "0") | ("6", "0" | "1" | "2" | "3"));
    (is_windows && is_number(number) && is_number(revision) && parts.next().is_none()).then_some(line)
}

/// The vector without the temporal metrics that Microsoft appends.
fn base(vector: &str) -> &str {
    vector.split_once("/E:").map_or(vector, |(base, _)| base)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_build_is_the_range_and_an_update_leads_to_its_build() {
        let text = r#"{"DocumentTitle":{"Value":"t"},"ProductTree":{},"Vulnerability":[{"CVE":"CVE-2024-1","Title":{"Value":"x"},
            "CVSSScoreSets":[{"Vector":"CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H/E:U/RL:O/RC:C"}],
            "Remediations":[{"Description":{"Value":"5034441"},"FixedBuild":"10.0.19045.3930"},{"Description":{"Value":"Click to Run"},"FixedBuild":""}]}]}"#;
        let mut builds = KbBuilds::new();
        let parsed = parse(text.as_bytes(), &mut builds);
        let affected = &parsed.advisories[0].affected[0];
        assert_eq!(
            (affected.name.as_str(), affected.ranges[0].to_string().as_str()),
            ("10.0.19045", "<10.0.19045.3930")
        );
        assert_eq!(builds[&5_034_441], ["10.0.19045.3930"]);
        assert_eq!(parsed.advisories[0].severity[0].score, Some(7.8));
    }

    #[test]
    fn only_builds_of_windows_make_a_line() {
        assert_eq!(line_of("6.3.9600.21765"), Some("6.3.9600"));
        for other in ["16.0.10406.20006", "10.0.19045", "", "https://example.com", "10.0.x.1"] {
            assert_eq!(line_of(other), None, "{other}");
        }
    }
}
