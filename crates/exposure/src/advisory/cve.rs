//! CVE records (JSON 5): what the numbering authority says is affected, and CISA's SSVC points in its own container.

use std::ops::Bound;

use serde::Deserialize;

use crate::ecosystem::{Ecosystem, Family};
use crate::inventory::component_of_purl;
use crate::matcher::product_of;
use crate::place::{Place, SetAside};
use crate::signals::{Points, Ssvc};

use super::read::Parsed;
use super::{Advisory, Affected, Range, Severity};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    cve_metadata: Metadata,
    #[serde(default)]
    containers: Containers,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    cve_id: String,
    #[serde(default)]
    state: String,
    date_published: Option<String>,
    date_updated: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Containers {
    cna: Container,
    adp: Vec<Container>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Container {
    title: String,
    affected: Vec<Product>,
    metrics: Vec<Metric>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Product {
    vendor: String,
    product: String,
    default_status: String,
    cpes: Vec<String>,
    #[serde(rename = "packageURL")]
    package_url: Option<String>,
    versions: Vec<Version>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Version {
    version: String,
    status: String,
    less_than: Option<String>,
    less_than_or_equal: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Metric {
    #[serde(rename = "cvssV4_0")]
    v40: Option<Cvss>,
    #[serde(rename = "cvssV3_1")]
    v31: Option<Cvss>,
    #[serde(rename = "cvssV3_0")]
    v30: Option<Cvss>,
    #[serde(rename = "cvssV2_0")]
    v2: Option<Cvss>,
    other: Option<Other>,
}

#[derive(Deserialize)]
struct Cvss {
    #[serde(rename = "vectorString", default)]
    vector: String,
}

#[derive(Deserialize)]
struct Other {
    #[serde(default)]
    content: Content,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Content {
    options: Vec<SsvcOption>,
}

/// One decision point; its key is spelled in three ways.
#[derive(Deserialize)]
pub(super) struct SsvcOption {
    #[serde(alias = "Automatable")]
    automatable: Option<String>,
    #[serde(alias = "technicalImpact", alias = "Technical Impact")]
    technical_impact: Option<String>,
}

/// The two points that the deadline table asks for, when both are there.
pub(super) fn points(options: &[SsvcOption]) -> Option<Points> {
    let automatable = options.iter().find_map(|option| option.automatable.as_deref())?;
    let impact = options.iter().find_map(|option| option.technical_impact.as_deref())?;
    Some(Points {
        automatable: automatable.eq_ignore_ascii_case("yes"),
        total: impact.eq_ignore_ascii_case("total"),
    })
}

pub fn parse(bytes: &[u8], ssvc: &mut Ssvc) -> Parsed {
    let mut parsed = Parsed::default();
    let record: Record = match serde_json::from_slice(bytes) {
        Ok(record) => record,
        Err(error) => {
            parsed.set_aside.push(SetAside::new(Place::File, "", format!("no CVE record: {error}")));
            return parsed;
        }
    };
    let id = record.cve_metadata.cve_id;
    let containers = std::iter::once(record.containers.cna).chain(record.containers.adp);
    let mut advisory = Advisory {
        cves: vec![id.clone()],
        id,
        published: record.cve_metadata.date_published,
        modified: record.cve_metadata.date_updated,
        withdrawn: record.cve_metadata.state == "REJECTED",
        ..Advisory::default()
    };
    for container in containers {
        if advisory.summary.is_empty() {
            advisory.summary = container.title;
        }
        for metric in container.metrics {
            let vectors = [metric.v40, metric.v31, metric.v30, metric.v2].into_iter().flatten();
            advisory.severity.extend(vectors.filter_map(|cvss| Severity::from_vector(&cvss.vector)));
            if let Some(points) = metric.other.and_then(|other| points(&other.content.options)) {
                ssvc.insert(&advisory.id, points);
            }
        }
        advisory.affected.extend(container.affected.iter().flat_map(affected));
    }
    parsed.advisories.push(advisory);
    parsed
}

/// By package URL where the record has one, by CPE products otherwise, by vendor and product as a last resort.
fn affected(product: &Product) -> Vec<Affected> {
    let by_purl = product.package_url.as_deref().and_then(|purl| component_of_purl(purl).ok());
    let mut named: Vec<Affected> = match by_purl {
        Some(package) => vec![Affected::new(package.ecosystem, package.name)],
        None => {
            let mut products: Vec<String> =
                product.cpes.iter().filter_map(|cpe| product_of(cpe)).map(|(product, _)| product).collect();
            if products.is_empty() && !product.vendor.is_empty() && !product.product.is_empty() {
                let underscored = |text: &str| text.to_lowercase().replace(' ', "_");
                products.push(format!("{}:{}", underscored(&product.vendor), underscored(&product.product)));
            }
            products.dedup();
            products.into_iter().map(|product| Affected::new(Ecosystem::of(Family::Cpe), product)).collect()
        }
    };
    for affected in &mut named {
        for version in product.versions.iter().filter(|version| version.status == "affected") {
            let lower = match version.version.as_str() {
                "0" | "*" | "" | "unspecified" | "n/a" => Bound::Unbounded,
                from => Bound::Included(from.to_owned()),
            };
            let upper = match (&version.less_than, &version.less_than_or_equal) {
                (Some(below), _) if below != "*" => Bound::Excluded(below.clone()),
                (None, Some(last)) if last != "*" => Bound::Included(last.clone()),
                (None, None) if lower != Bound::Unbounded => {
                    affected.versions.push(version.version.clone());
                    continue;
                }
                _ => Bound::Unbounded,
            };
            affected.ranges.push(Range { lower, upper });
        }
        if product.versions.is_empty() && product.default_status == "affected" {
            affected.ranges.push(Range { lower: Bound::Unbounded, upper: Bound::Unbounded });
        }
    }
    named.retain(|affected| !affected.ranges.is_empty() || !affected.versions.is_empty());
    named
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_of_the_decision_points_are_read() {
        for key in ["Technical Impact", "technicalImpact"] {
            let text = format!(
                r#"{{"dataType":"CVE_RECORD","cveMetadata":{{"cveId":"CVE-2024-1","state":"PUBLISHED"}},"containers":{{
                "cna":{{"affected":[{{"vendor":"Example Corp","product":"VPN","versions":[{{"version":"1.0","status":"affected","lessThan":"1.5"}}]}}]}},
                "adp":[{{"metrics":[{{"other":{{"type":"ssvc","content":{{"options":[{{"Exploitation":"none"}},{{"Automatable":"no"}},{{"{key}":"total"}}]}}}}}}]}}]}}}}"#
            );
            let mut ssvc = Ssvc::default();
            let advisory = parse(text.as_bytes(), &mut ssvc).advisories.remove(0);
            assert_eq!(advisory.affected[0].name, "example_corp:vpn");
            assert_eq!(advisory.affected[0].ranges[0].to_string(), ">=1.0 <1.5");
            assert_eq!(ssvc.get("CVE-2024-1"), Some(Points { automatable: false, total: true }));
        }
    }
}
