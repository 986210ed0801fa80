//! CISA's SSVC decision points by CVE, as they come with CVE records and with NVD's entries.

use std::collections::HashMap;

/// The two points that the deadline table asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Points {
    pub automatable: bool,
    pub total: bool,
}

/// SSVC points by CVE.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ssvc(HashMap<String, Points>);

impl Ssvc {
    pub fn get(&self, cve: &str) -> Option<Points> {
        self.0.get(cve).copied()
    }

    pub fn insert(&mut self, cve: &str, points: Points) {
        self.0.insert(cve.to_owned(), points);
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}
