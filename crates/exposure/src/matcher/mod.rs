//! The matcher: which advisories speak about an installed package, with the evidence for each.
//!
//! A [`Catalogue`] sorts, for each package name, all version bounds of all its advisories into one ladder. An
//! installed version finds its rung by binary search with the package manager's own order; after that, every range
//! is two integer comparisons.

mod catalogue;
mod coverage;
mod fleet;
mod ladder;
mod packed;

use serde::Serialize;

use crate::version::Order;

pub(crate) use catalogue::product_of;
pub use catalogue::{Catalogue, Name};
pub use coverage::{Coverage, NotChecked};
pub use fleet::{Change, Fleet};

/// How sure a finding is. The order of the methods is what published labels show: a distribution's advisory is right
/// in about 99 of 100 claims, a range of package versions in 92, a guess by CPE name in 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// By a CPE name, an unknown release or an unknown module: shown apart, never in the counts.
    Unconfirmed,
    /// The installed version is in a range, or in the list, of a package advisory.
    Range,
    /// The distribution that built the package says so.
    Confirmed,
}

/// An advisory that applies to a component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Index into [`Catalogue::advisories`].
    pub advisory: usize,
    /// Index into [`crate::advisory::Advisory::affected`].
    pub affected: usize,
    /// The range that holds the version; `=1.2.3` when only the list of versions names it.
    pub range: String,
    /// The first version without it, where the advisory says so.
    pub fixed: Option<String>,
    pub order: Order,
    pub confidence: Confidence,
    /// What was assumed: an epoch taken from the advisory, a release that is not known.
    pub notes: Vec<String>,
}

/// What matching one component came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Match {
    pub findings: Vec<Finding>,
    /// The version has no place in its ecosystem's order, so that ranges could not be compared.
    pub unordered: bool,
}
