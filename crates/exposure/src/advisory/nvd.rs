//! NVD's API 2.0: CVSS, SSVC and CPE ranges. Since April 2026 most CVEs come without CPE, and a CPE is a guess anyway:
//! what matches here is never more than unconfirmed.

use std::ops::Bound;

use serde::Deserialize;

use crate::ecosystem::{Ecosystem, Family};
use crate::matcher::product_of;
use crate::place::{Place, SetAside};
use crate::signals::Ssvc;

use super::cve::{SsvcOption, points};
use super::read::Parsed;
use super::{Advisory, Affected, Range, Severity};

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    vulnerabilities: Vec<Item>,
    cve: Option<Cve>,
}

#[derive(Deserialize)]
struct Item {
    cve: Cve,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cve {
    id: String,
    published: Option<String>,
    last_modified: Option<String>,
    #[serde(default)]
    vuln_status: String,
    #[serde(default)]
    descriptions: Vec<Description>,
    #[serde(default)]
    metrics: Metrics,
    #[serde(default)]
    configurations: Vec<Configuration>,
}

#[derive(Deserialize)]
struct Description {
    lang: String,
    value: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Metrics {
    #[serde(rename = "cvssMetricV40")]
    v40: Vec<Metric>,
    #[serde(rename = "cvssMetricV31")]
    v31: Vec<Metric>,
    #[serde(rename = "cvssMetricV30")]
    v30: Vec<Metric>,
    #[serde(rename = "cvssMetricV2")]
    v2: Vec<Metric>,
    #[serde(rename = "ssvcV203")]
    ssvc: Vec<SsvcMetric>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metric {
    cvss_data: CvssData,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CvssData {
    #[serde(default)]
    vector_string: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SsvcMetric {
    ssvc_data: SsvcData,
}

#[derive(Deserialize)]
struct SsvcData {
    #[serde(default)]
    options: Vec<SsvcOption>,
}

#[derive(Deserialize)]
struct Configuration {
    #[serde(default)]
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Node {
    #[serde(default)]
    cpe_match: Vec<CpeMatch>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CpeMatch {
    vulnerable: bool,
    criteria: String,
    version_start_including: Option<String>,
    version_start_excluding: Option<String>,
    version_end_including: Option<String>,
    version_end_excluding: Option<String>,
}

pub fn parse(bytes: &[u8], ssvc: &mut Ssvc) -> Parsed {
    let mut parsed = Parsed::default();
    match serde_json::from_slice::<Page>(bytes) {
        Ok(page) => {
            let cves = page.vulnerabilities.into_iter().map(|item| item.cve).chain(page.cve);
            for (index, cve) in cves.enumerate() {
                let advisory = advisory(cve, Place::item(index), ssvc, &mut parsed.set_aside);
                parsed.advisories.push(advisory);
            }
        }
        Err(error) => parsed.set_aside.push(SetAside::new(Place::File, "", format!("no NVD page: {error}"))),
    }
    parsed
}

fn advisory(cve: Cve, at: Place, ssvc: &mut Ssvc, set_aside: &mut Vec<SetAside>) -> Advisory {
    let metrics = cve.metrics;
    let vectors = [metrics.v40, metrics.v31, metrics.v30, metrics.v2];
    if let Some(points) = metrics.ssvc.into_iter().find_map(|metric| points(&metric.ssvc_data.options)) {
        ssvc.insert(&cve.id, points);
    }
    let mut advisory = Advisory {
        cves: vec![cve.id.clone()],
        summary: cve
            .descriptions
            .into_iter()
            .find(|text| text.lang == "en")
            .map(|text| text.value)
            .unwrap_or_default(),
        published: cve.published,
        modified: cve.last_modified,
        withdrawn: cve.vuln_status == "Rejected",
        severity: vectors
            .into_iter()
            .flatten()
            .filter_map(|metric| Severity::from_vector(&metric.cvss_data.vector_string))
            .collect(),
        id: cve.id,
        ..Advisory::default()
    };
    let matches = cve
        .configurations
        .into_iter()
        .flat_map(|configuration| configuration.nodes)
        .flat_map(|node| node.cpe_match);
    // `vulnerable: false` names the platform that the product must run on.
    for cpe_match in matches.filter(|cpe_match| cpe_match.vulnerable) {
        let Some((product, version)) = product_of(&cpe_match.criteria) else {
            set_aside.push(SetAside::new(
                at,
                format!("{} {}", advisory.id, cpe_match.criteria),
                "no CPE name",
            ));
            continue;
        };
        let version = version.to_owned();
        let mut affected = Affected::new(Ecosystem::of(Family::Cpe), product);
        let lower = bound(cpe_match.version_start_including, cpe_match.version_start_excluding);
        let upper = bound(cpe_match.version_end_including, cpe_match.version_end_excluding);
        let is_open = lower == Bound::Unbounded && upper == Bound::Unbounded;
        if is_open && version != "*" && version != "-" {
            affected.versions.push(version);
        } else {
            affected.ranges.push(Range { lower, upper });
        }
        advisory.affected.push(affected);
    }
    advisory
}

fn bound(including: Option<String>, excluding: Option<String>) -> Bound<String> {
    match (including, excluding) {
        (Some(version), _) => Bound::Included(version),
        (None, Some(version)) => Bound::Excluded(version),
        (None, None) => Bound::Unbounded,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_and_single_versions_of_products() {
        let text = r#"{"vulnerabilities":[{"cve":{"id":"CVE-2024-1","descriptions":[{"lang":"en","value":"x"}],
            "metrics":{"ssvcV203":[{"ssvcData":{"options":[{"exploitation":"active"},{"automatable":"yes"},{"technicalImpact":"total"}]}}]},
            "configurations":[{"nodes":[{"cpeMatch":[
              {"vulnerable":true,"criteria":"cpe:2.3:o:fortinet:fortios:*:*:*:*:*:*:*:*","versionStartIncluding":"7.0.0","versionEndExcluding":"7.0.14"},
              {"vulnerable":true,"criteria":"cpe:2.3:o:fortinet:fortios:6.0.0:*:*:*:*:*:*:*"},
              {"vulnerable":false,"criteria":"cpe:2.3:h:fortinet:fortigate:-:*:*:*:*:*:*:*"}]}]}]}}]}"#;
        let mut ssvc = Ssvc::default();
        let advisory = parse(text.as_bytes(), &mut ssvc).advisories.remove(0);
        assert_eq!(advisory.affected.len(), 2);
        assert_eq!(advisory.affected[0].name, "fortinet:fortios");
        assert_eq!(advisory.affected[0].ranges[0].to_string(), ">=7.0.0 <7.0.14");
        assert_eq!(advisory.affected[1].versions, ["6.0.0"]);
        assert!(ssvc.get("CVE-2024-1").is_some_and(|points| points.automatable && points.total));
    }
}
