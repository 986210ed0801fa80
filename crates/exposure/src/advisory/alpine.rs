//! Alpine's secdb: origin package → fixed version → CVEs, one file a release and repository.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::ecosystem::{Ecosystem, Family};
use crate::place::{Place, SetAside};

use super::read::Parsed;
use super::{Advisory, Affected, is_cve};

#[derive(Deserialize)]
struct SecDb {
    #[serde(default)]
    distroversion: String,
    #[serde(default)]
    apkurl: String,
    #[serde(default)]
    packages: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    pkg: Package,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    #[serde(default)]
    secfixes: BTreeMap<String, Option<Vec<String>>>,
}

/// One advisory a CVE. Version `0` says that the package was never affected.
pub fn parse(bytes: &[u8]) -> Parsed {
    let mut parsed = Parsed::default();
    let database: SecDb = match serde_json::from_slice(bytes) {
        Ok(database) => database,
        Err(error) => {
            parsed.set_aside.push(SetAside::new(Place::File, "", format!("no secdb document: {error}")));
            return parsed;
        }
    };
    let ecosystem = if database.apkurl.contains("wolfi") {
        Ecosystem::of(Family::Wolfi)
    } else if database.apkurl.contains("cgr.dev") || database.apkurl.contains("chainguard") {
        Ecosystem::of(Family::Chainguard)
    } else {
        Ecosystem::with_release(Family::Alpine, &database.distroversion)
    };
    let mut advisories: BTreeMap<String, Advisory> = BTreeMap::new();
    for Entry { pkg } in database.packages {
        for (version, ids) in pkg.secfixes {
            if version == "0" {
                continue;
            }
            // `CVE-2019-1 XSA-2`: the first name is the id, the others are aliases.
            for names in ids.into_iter().flatten() {
                let mut names = names.split_whitespace().map(str::to_owned);
                let Some(id) = names.next() else { continue };
                let advisory = advisories.entry(id.clone()).or_insert_with(|| Advisory {
                    cves: Some(&id).filter(|id| is_cve(id)).cloned().into_iter().collect(),
                    id,
                    ..Advisory::default()
                });
                advisory.aliases.extend(names);
                advisory.affected.push(Affected::before(
                    ecosystem.clone(),
                    pkg.name.as_str(),
                    Some(&version),
                ));
            }
        }
    }
    parsed.advisories = advisories.into_values().collect();
    parsed
}
