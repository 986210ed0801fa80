//! CSAF 2.0 and 2.1: advisories of Red Hat, SUSE, Siemens and others, and VEX in the same clothes.

use std::collections::HashMap;

use serde::Deserialize;

use crate::inventory::component_of_purl;
use crate::place::{Place, SetAside};
use crate::vex::{Statement, Status};

use super::read::Parsed;
use super::{Advisory, Affected, Severity};

/// Product branches inside branches; real documents nest four deep.
const MAX_DEPTH: usize = 32;

#[derive(Deserialize)]
struct Csaf {
    document: Document,
    #[serde(default)]
    product_tree: Tree,
    #[serde(default)]
    vulnerabilities: Vec<Vulnerability>,
}

#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    category: String,
    #[serde(default)]
    title: String,
    publisher: Option<Publisher>,
    tracking: Tracking,
    aggregate_severity: Option<AggregateSeverity>,
}

#[derive(Deserialize)]
struct Publisher {
    name: Option<String>,
}

#[derive(Deserialize)]
struct AggregateSeverity {
    #[serde(default)]
    text: String,
}

#[derive(Deserialize)]
struct Tracking {
    id: String,
    initial_release_date: Option<String>,
    current_release_date: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Tree {
    branches: Vec<Branch>,
    full_product_names: Vec<Product>,
    relationships: Vec<Relationship>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Branch {
    branches: Vec<Branch>,
    product: Option<Product>,
}

#[derive(Deserialize)]
struct Product {
    product_id: String,
    #[serde(default)]
    product_identification_helper: Helper,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Helper {
    purl: Option<String>,
    purls: Vec<String>,
    cpe: Option<String>,
}

/// `openssl-1.1 as a component of Red Hat Enterprise Linux 8`.
#[derive(Deserialize)]
struct Relationship {
    product_reference: String,
    relates_to_product_reference: String,
    full_product_name: Product,
}

#[derive(Deserialize)]
struct Vulnerability {
    cve: Option<String>,
    #[serde(default)]
    title: String,
    #[serde(default)]
    product_status: ProductStatus,
    #[serde(default)]
    scores: Vec<Score>,
    #[serde(default)]
    metrics: Vec<Metric>,
    #[serde(default)]
    flags: Vec<Flag>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ProductStatus {
    fixed: Vec<String>,
    first_fixed: Vec<String>,
    known_affected: Vec<String>,
    known_not_affected: Vec<String>,
    under_investigation: Vec<String>,
}

#[derive(Deserialize)]
struct Score {
    cvss_v3: Option<Cvss>,
    cvss_v4: Option<Cvss>,
}

#[derive(Deserialize)]
struct Metric {
    content: Score,
}

#[derive(Deserialize)]
struct Cvss {
    #[serde(rename = "vectorString", default)]
    vector: String,
}

#[derive(Deserialize)]
struct Flag {
    label: String,
    #[serde(default)]
    product_ids: Vec<String>,
}

/// What a product id stands for.
#[derive(Default)]
struct Identity {
    purls: Vec<String>,
    /// The platform's CPE, which names the release of a distribution.
    cpe: Option<String>,
}

pub fn parse(bytes: &[u8], statements: &mut Vec<Statement>) -> Parsed {
    let mut parsed = Parsed::default();
    let csaf: Csaf = match serde_json::from_slice(bytes) {
        Ok(csaf) => csaf,
        Err(error) => {
            parsed.set_aside.push(SetAside::new(Place::File, "", format!("no CSAF document: {error}")));
            return parsed;
        }
    };
    let products = identities(csaf.product_tree);
    let is_vex = csaf.document.category.ends_with("vex");
    let tracking = csaf.document.tracking;
    let author = csaf.document.publisher.and_then(|publisher| publisher.name);
    let word = csaf.document.aggregate_severity.and_then(|severity| Severity::from_word(&severity.text));
    for (index, vulnerability) in csaf.vulnerabilities.into_iter().enumerate() {
        let at = Place::item(index);
        let Some(cve) = vulnerability.cve else {
            parsed.set_aside.push(SetAside::new(at, tracking.id.as_str(), "a vulnerability without a CVE"));
            continue;
        };
        let status = vulnerability.product_status;
        if is_vex {
            let groups = [
                (Status::Fixed, [&status.fixed, &status.first_fixed]),
                (Status::NotAffected, [&status.known_not_affected, &Vec::new()]),
                (Status::UnderInvestigation, [&status.under_investigation, &Vec::new()]),
            ];
            for (status, ids) in groups {
                for id in ids.into_iter().flatten() {
                    let justification = vulnerability.flags.iter().find(|flag| flag.product_ids.contains(id));
                    for product in products.get(id).into_iter().flat_map(|identity| &identity.purls) {
                        statements.push(Statement {
                            product: product.clone(),
                            vulnerability: cve.clone(),
                            status,
                            justification: justification.map(|flag| flag.label.clone()),
                            author: author.clone(),
                            time: tracking.current_release_date.clone(),
                        });
                    }
                }
            }
        }
        let mut advisory = Advisory {
            // One document may hold several vulnerabilities; each is found under its own CVE.
            id: tracking.id.clone(),
            cves: vec![cve.clone()],
            aliases: if tracking.id == cve { Vec::new() } else { vec![cve] },
            summary: if vulnerability.title.is_empty() {
                csaf.document.title.clone()
            } else {
                vulnerability.title
            },
            published: tracking.initial_release_date.clone(),
            modified: tracking.current_release_date.clone(),
            severity: severities(vulnerability.scores, vulnerability.metrics),
            ..Advisory::default()
        };
        if advisory.severity.is_empty() {
            advisory.severity.extend(word.clone());
        }
        let fixed = status.fixed.iter().chain(&status.first_fixed).map(|id| (id, true));
        let affected = status.known_affected.iter().map(|id| (id, false));
        for (id, is_fixed) in fixed.chain(affected) {
            let Some(identity) = products.get(id) else {
                parsed.set_aside.push(SetAside::new(
                    at,
                    id.as_str(),
                    "a product that the document does not define",
                ));
                continue;
            };
            advisory
                .affected
                .extend(identity.purls.iter().filter_map(|purl| package(purl, identity, is_fixed)));
        }
        parsed.advisories.push(advisory);
    }
    parsed
}

/// A package that is fixed in the version of its purl, or affected in exactly that version.
fn package(purl: &str, identity: &Identity, is_fixed: bool) -> Option<Affected> {
    let component = component_of_purl(purl).ok()?;
    let mut ecosystem = component.ecosystem;
    if ecosystem.release.is_none()
        && let Some(cpe) = &identity.cpe
    {
        ecosystem = release_of(ecosystem, cpe);
    }
    match (is_fixed, component.version) {
        (true, version) if version.is_empty() => None,
        (true, version) => Some(Affected::before(ecosystem, component.name, Some(&version))),
        // A package without a version is affected in all, until a fix is listed.
        (false, version) if version.is_empty() => Some(Affected::before(ecosystem, component.name, None)),
        (false, version) => {
            let mut affected = Affected::new(ecosystem, component.name);
            affected.versions.push(version);
            Some(affected)
        }
    }
}

/// `cpe:/o:redhat:enterprise_linux:8::baseos` and `cpe:/o:suse:sles:15:sp3`.
fn release_of(ecosystem: crate::Ecosystem, cpe: &str) -> crate::Ecosystem {
    let Some((product, version)) = crate::matcher::product_of(cpe) else { return ecosystem };
    let version = match (product.as_str(), cpe.rsplit_once(":sp")) {
        (product, _) if product.starts_with("redhat:") && product != "redhat:enterprise_linux" => {
            cpe.to_owned()
        }
        (_, Some((_, service_pack))) => format!("{version}.{service_pack}"),
        _ => version.to_owned(),
    };
    crate::Ecosystem::with_release(ecosystem.family, &version)
}

fn severities(scores: Vec<Score>, metrics: Vec<Metric>) -> Vec<Severity> {
    let scores = scores.into_iter().chain(metrics.into_iter().map(|metric| metric.content));
    let mut severities: Vec<Severity> = scores
        .flat_map(|score| [score.cvss_v4, score.cvss_v3])
        .flatten()
        .filter_map(|cvss| Severity::from_vector(&cvss.vector))
        .collect();
    severities.dedup();
    severities
}

fn identities(tree: Tree) -> HashMap<String, Identity> {
    let mut identities = HashMap::new();
    let mut stack: Vec<(Branch, usize)> = tree.branches.into_iter().map(|branch| (branch, 0)).collect();
    let mut products = tree.full_product_names;
    while let Some((branch, depth)) = stack.pop() {
        products.extend(branch.product);
        if depth < MAX_DEPTH {
            stack.extend(branch.branches.into_iter().map(|inner| (inner, depth + 1)));
        }
    }
    for product in products {
        let helper = product.product_identification_helper;
        let purls = helper.purl.into_iter().chain(helper.purls).collect();
        identities.insert(product.product_id, Identity { purls, cpe: helper.cpe });
    }
    for relation in tree.relationships {
        let part =
            identities.get(&relation.product_reference).map(|part| part.purls.clone()).unwrap_or_default();
        let platform =
            identities.get(&relation.relates_to_product_reference).and_then(|platform| platform.cpe.clone());
        identities.insert(relation.full_product_name.product_id, Identity { purls: part, cpe: platform });
    }
    identities
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::advisory::Range;

    #[test]
    fn a_fix_names_package_and_release() {
        let text = r#"{"document":{"category":"csaf_security_advisory","title":"t","tracking":{"id":"RHSA-2024:1"}},
            "product_tree":{"branches":[{"branches":[
                {"product":{"product_id":"BaseOS-8","product_identification_helper":{"cpe":"cpe:/o:redhat:enterprise_linux:8::baseos"}}},
                {"product":{"product_id":"openssl","product_identification_helper":{"purl":"pkg:rpm/redhat/openssl@1.1.1k-12.el8?arch=x86_64&epoch=1"}}}]}],
              "relationships":[{"product_reference":"openssl","relates_to_product_reference":"BaseOS-8","full_product_name":{"product_id":"BaseOS-8:openssl"}}]},
            "vulnerabilities":[{"cve":"CVE-2024-1","product_status":{"fixed":["BaseOS-8:openssl"]},
              "scores":[{"cvss_v3":{"vectorString":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}}]}]}"#;
        let mut statements = Vec::new();
        let parsed = parse(text.as_bytes(), &mut statements);
        let affected = &parsed.advisories[0].affected[0];
        assert_eq!(affected.ecosystem.to_string(), "Red Hat:8");
        assert_eq!(affected.ranges.iter().map(Range::to_string).collect::<Vec<_>>(), ["<1:1.1.1k-12.el8"]);
        assert_eq!(parsed.advisories[0].severity[0].score, Some(9.8));
        assert!(statements.is_empty());
    }
}
