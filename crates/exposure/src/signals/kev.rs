//! CISA's catalogue of known exploited vulnerabilities, as JSON or CSV.

use std::collections::HashMap;

use serde::Deserialize;

use crate::advisory::is_cve;
use crate::place::{Place, SetAside, Unreadable};

/// One entry of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Listing {
    #[serde(rename = "cveID")]
    pub cve: String,
    #[serde(default)]
    pub vendor_project: String,
    #[serde(default)]
    pub product: String,
    #[serde(default)]
    pub vulnerability_name: String,
    #[serde(default)]
    pub date_added: String,
    /// `Known` or `Unknown`.
    #[serde(default)]
    pub known_ransomware_campaign_use: String,
}

/// The catalogue by CVE.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kev {
    pub released: Option<String>,
    listings: HashMap<String, Listing>,
}

impl Kev {
    /// # Errors
    /// When the file is neither the JSON nor the CSV form.
    pub fn parse(name: &str, bytes: &[u8]) -> Result<(Self, Vec<SetAside>), Unreadable> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Catalogue {
            date_released: Option<String>,
            vulnerabilities: Vec<Listing>,
        }
        let unreadable = |error: &dyn std::fmt::Display| {
            Unreadable::new(
                name,
                format!("not a readable KEV catalogue: {error}"),
                "fetch it again; the older one stays in force",
            )
        };
        let mut kev = Self::default();
        let listings: Vec<Listing> = if bytes.trim_ascii_start().starts_with(b"{") {
            let catalogue: Catalogue = serde_json::from_slice(bytes).map_err(|error| unreadable(&error))?;
            kev.released = catalogue.date_released;
            catalogue.vulnerabilities
        } else {
            let rows = csv::Reader::from_reader(bytes).into_deserialize().collect::<Result<_, _>>();
            rows.map_err(|error| unreadable(&error))?
        };
        let mut set_aside = Vec::new();
        for (index, listing) in listings.into_iter().enumerate() {
            if is_cve(&listing.cve) {
                kev.listings.insert(listing.cve.clone(), listing);
            } else {
                set_aside.push(SetAside::new(Place::item(index), listing.cve, "no CVE"));
            }
        }
        Ok((kev, set_aside))
    }

    pub fn get(&self, cve: &str) -> Option<&Listing> {
        self.listings.get(cve)
    }

    pub fn len(&self) -> usize {
        self.listings.len()
    }

    pub fn is_empty(&self) -> bool {
        self.listings.is_empty()
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.released = self.released.take().max(other.released);
        self.listings.extend(other.listings);
    }
}
