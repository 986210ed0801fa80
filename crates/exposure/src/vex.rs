//! VEX: somebody's statement that a product is, or is not, affected. It changes the state of a finding and is shown
//! with it; it never deletes one.

use serde::{Deserialize, Serialize};

use crate::advisory::{Advisory, Parsed};
use crate::inventory::{Component, component_of_purl};
use crate::place::{Place, SetAside};

/// One statement about one product and one vulnerability.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The package URL of the product or of a part of it; without a version it stands for all.
    pub product: String,
    pub vulnerability: String,
    pub status: Status,
    pub justification: Option<String>,
    pub author: Option<String>,
    pub time: Option<String>,
}

/// What is said of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    NotAffected,
    Affected,
    Fixed,
    UnderInvestigation,
}

impl Statement {
    /// True when the statement is about this advisory on this component.
    pub fn speaks_about(&self, advisory: &Advisory, component: &Component) -> bool {
        let named = |id: &String| *id == self.vulnerability;
        (named(&advisory.id) || advisory.aliases.iter().any(named) || advisory.cves.iter().any(named))
            && component_of_purl(&self.product).is_ok_and(|product| {
                product.ecosystem.covers(&component.ecosystem)
                    && product.ecosystem.canonical_name(&product.name)
                        == component.ecosystem.canonical_name(&component.name)
                    && (product.version.is_empty() || product.version == component.version)
            })
    }
}

/// Statements that lift a finding to "watch".
impl Status {
    pub fn closes(self) -> bool {
        matches!(self, Self::NotAffected | Self::Fixed)
    }
}

/// `OpenVEX`. Since version 0.2 the vulnerability is an object; before, it was text.
pub fn parse_openvex(bytes: &[u8], statements: &mut Vec<Statement>) -> Parsed {
    #[derive(Deserialize)]
    struct Document {
        author: Option<String>,
        timestamp: Option<String>,
        statements: Vec<Entry>,
    }
    #[derive(Deserialize)]
    struct Entry {
        vulnerability: Vulnerability,
        #[serde(default)]
        products: Vec<Product>,
        status: Status,
        justification: Option<String>,
        timestamp: Option<String>,
    }
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Vulnerability {
        Text(String),
        Object {
            name: Option<String>,
            #[serde(rename = "@id")]
            id: Option<String>,
        },
    }
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Product {
        Text(String),
        Object {
            #[serde(rename = "@id", default)]
            id: String,
            #[serde(default)]
            subcomponents: Vec<Product>,
        },
    }
    let mut parsed = Parsed::default();
    let document: Document = match serde_json::from_slice(bytes) {
        Ok(document) => document,
        Err(error) => {
            parsed.set_aside.push(SetAside::new(Place::File, "", format!("no OpenVEX document: {error}")));
            return parsed;
        }
    };
    for (index, entry) in document.statements.into_iter().enumerate() {
        let vulnerability = match entry.vulnerability {
            Vulnerability::Text(text) => Some(text),
            Vulnerability::Object { name, id } => name.or(id),
        };
        let Some(vulnerability) = vulnerability else {
            parsed.set_aside.push(SetAside::new(
                Place::item(index),
                "",
                "a statement without a vulnerability",
            ));
            continue;
        };
        // A part of a product is what the statement is about; the product around it only says where.
        let mut products = Vec::new();
        for product in entry.products {
            match product {
                Product::Text(id) => products.push(id),
                Product::Object { id, subcomponents } if subcomponents.is_empty() => products.push(id),
                Product::Object { subcomponents, .. } => {
                    products.extend(subcomponents.into_iter().map(|part| match part {
                        Product::Text(id) | Product::Object { id, .. } => id,
                    }));
                }
            }
        }
        statements.extend(products.into_iter().map(|product| Statement {
            product,
            vulnerability: vulnerability.rsplit('/').next().unwrap_or(&vulnerability).to_owned(),
            status: entry.status,
            justification: entry.justification.clone(),
            author: document.author.clone(),
            time: entry.timestamp.clone().or_else(|| document.timestamp.clone()),
        }));
    }
    parsed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_openvex_are_read() {
        for vulnerability in [
            r#""CVE-2024-1""#,
            r#"{"name":"CVE-2024-1"}"#,
            r#"{"@id":"https://nvd.nist.gov/vuln/detail/CVE-2024-1"}"#,
        ] {
            let text = format!(
                r#"{{"statements":[{{"vulnerability":{vulnerability},"products":[{{"@id":"pkg:oci/x","subcomponents":[{{"@id":"pkg:npm/a@1.0.0"}}]}}],"status":"not_affected"}}]}}"#
            );
            let mut statements = Vec::new();
            assert_eq!(parse_openvex(text.as_bytes(), &mut statements).set_aside, []);
            assert_eq!(
                (statements[0].product.as_str(), statements[0].vulnerability.as_str()),
                ("pkg:npm/a@1.0.0", "CVE-2024-1")
            );
        }
    }
}
