//! Advisories: what is vulnerable, in which versions, and how bad.
//!
//! Every feed becomes the same [`Advisory`]. Ranges are kept as they were listed, one lower and one upper bound each;
//! a version is affected when any of them holds it or the explicit list names it.

mod alpine;
mod csaf;
mod cve;
mod debian;
mod jvn;
mod msrc;
mod nvd;
mod osv;
mod read;
mod rustsec;
mod severity;

use std::fmt;
use std::ops::Bound;

use serde::{Serialize, Serializer};

use crate::ecosystem::Ecosystem;

pub use msrc::KbBuilds;
pub(crate) use msrc::line_of as windows_line;
pub use osv::parse as parse_osv;
pub use read::{Feed, Feeds, MAX_ADVISORIES, Parsed};
pub use rustsec::parse as parse_rustsec;
pub(crate) use severity::best;
pub use severity::{Level, Severity};

/// One advisory of one feed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Advisory {
    pub id: String,
    /// Other names of the same vulnerability.
    pub aliases: Vec<String>,
    /// The CVEs that it is about: of its id, its aliases and what a distribution says it fixes. KEV and EPSS speak CVE.
    pub cves: Vec<String>,
    pub summary: String,
    /// As the feed writes it, RFC 3339 or a date.
    pub published: Option<String>,
    pub modified: Option<String>,
    pub withdrawn: bool,
    pub severity: Vec<Severity>,
    /// `Some("unmaintained")` and the like: worth knowing, not a vulnerability.
    pub informational: Option<String>,
    pub affected: Vec<Affected>,
    /// Which of [`Feeds::feeds`] it came from.
    pub feed: usize,
}

/// One package of an advisory.
#[derive(Debug, Clone, PartialEq)]
pub struct Affected {
    pub ecosystem: Ecosystem,
    pub name: String,
    pub ranges: Vec<Range>,
    /// Versions listed one by one, compared by the ecosystem's equality.
    pub versions: Vec<String>,
    /// The RPM module and stream (`nodejs:18`) that alone is affected.
    pub module: Option<String>,
    /// Severity of the vulnerability in this package, where it differs.
    pub severity: Option<Severity>,
}

/// An interval of versions. No bound below means from the first version on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Range {
    pub lower: Bound<String>,
    pub upper: Bound<String>,
}

impl Affected {
    pub fn new(ecosystem: Ecosystem, name: impl Into<String>) -> Self {
        Self {
            ecosystem,
            name: name.into(),
            ranges: Vec::new(),
            versions: Vec::new(),
            module: None,
            severity: None,
        }
    }

    /// A package that is affected before `fixed`, as distributions write it; `None`: not fixed yet.
    pub fn before(ecosystem: Ecosystem, name: impl Into<String>, fixed: Option<&str>) -> Self {
        let upper = fixed.map_or(Bound::Unbounded, |version| Bound::Excluded(version.to_owned()));
        Self { ranges: vec![Range { lower: Bound::Unbounded, upper }], ..Self::new(ecosystem, name) }
    }
}

impl Range {
    /// The first version without the vulnerability, where the feed says it.
    pub fn fixed(&self) -> Option<&str> {
        match &self.upper {
            Bound::Excluded(version) => Some(version),
            Bound::Included(_) | Bound::Unbounded => None,
        }
    }
}

impl fmt::Display for Range {
    /// `>=1.0 <1.2`; a range without bounds is `*`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lower = match &self.lower {
            Bound::Included(version) => format!(">={version}"),
            Bound::Excluded(version) => format!(">{version}"),
            Bound::Unbounded => String::new(),
        };
        let upper = match &self.upper {
            Bound::Included(version) => format!("<={version}"),
            Bound::Excluded(version) => format!("<{version}"),
            Bound::Unbounded => String::new(),
        };
        match (lower.is_empty(), upper.is_empty()) {
            (true, true) => f.write_str("*"),
            (false, false) => write!(f, "{lower} {upper}"),
            _ => write!(f, "{lower}{upper}"),
        }
    }
}

impl Serialize for Range {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// True for `CVE-2024-1`.
pub(crate) fn is_cve(id: &str) -> bool {
    id.strip_prefix("CVE-").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// Finds the CVE in names such as `DEBIAN-CVE-2024-1` and `UBUNTU-CVE-2024-1`.
pub(crate) fn cve_in(id: &str) -> Option<&str> {
    let at = id.find("CVE-")?;
    let (_, cve) = id.split_at(at);
    is_cve(cve).then_some(cve)
}
