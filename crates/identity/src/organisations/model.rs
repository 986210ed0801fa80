//! What an organisation is.

use jiff::Timestamp;
use kakari_kernel::{OrgId, PersonId};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

/// The provider itself, or one it looks after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Provider,
    Client,
}

/// One organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Organisation {
    pub id: OrgId,
    pub kind: Kind,
    /// The head of the group it belongs to.
    pub group: Option<OrgId>,
    pub name: String,
    /// Industry in the words of the Japan Standard Industrial Classification's divisions, as a key such as
    /// `construction`, `transport`, `medical`.
    pub industry: String,
    /// How many people work there.
    pub staff: u32,
    pub prefecture: String,
    pub phone: String,
    /// The person of the provider who looks after it.
    pub advisor: Option<PersonId>,
    pub created_at: Timestamp,
}

/// The divisions of the Japan Standard Industrial Classification (14th revision, 2023), A to T.
pub const INDUSTRIES: [&str; 20] = [
    "agriculture",
    "fisheries",
    "mining",
    "construction",
    "manufacturing",
    "utilities",
    "information",
    "transport",
    "retail",
    "finance",
    "real_estate",
    "professional",
    "hospitality",
    "personal_services",
    "education",
    "medical",
    "compound_services",
    "other_services",
    "public",
    "other",
];

/// The message with an industry's name.
pub fn industry_key(industry: &str) -> String {
    let known = INDUSTRIES.iter().find(|known| **known == industry).copied().unwrap_or("other");
    format!("organisations-industry-{}", known.replace('_', "-"))
}

/// Sizes by people, as the pilot of the お助け隊 service counted them: key, from, to.
pub(super) const SIZES: [(&str, u32, u32); 6] =
    [("5", 0, 5), ("10", 6, 10), ("20", 11, 20), ("50", 21, 50), ("100", 51, 100), ("more", 101, u32::MAX)];

/// A name as it is searched for: full width and half width, large and small letters, and the ways to write
/// 株式会社 make no difference.
pub(super) fn search_key(name: &str) -> String {
    let folded: String = name.nfkc().flat_map(char::to_lowercase).filter(|c| !c.is_whitespace()).collect();
    folded.replace("株式会社", "(株)").replace("有限会社", "(有)").replace("合同会社", "(同)")
}

/// An organisation that stands in a relation to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Related {
    pub(crate) id: OrgId,
    pub(crate) name: String,
}

/// Everyone an organisation belongs together with. At most 200 of each kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Relations {
    /// The head of its group.
    pub(crate) head: Option<Related>,
    /// Those whose head it is.
    pub(crate) members: Vec<Related>,
    pub(crate) suppliers: Vec<Related>,
    pub(crate) customers: Vec<Related>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ways_to_write_a_name_have_one_search_key() {
        for name in ["株式会社ＡＢＣ商事", "㈱ABC商事", "（株） abc商事", "株式会社　Abc商事"]
        {
            assert_eq!(search_key(name), "(株)abc商事", "{name}");
        }
    }

    #[test]
    fn the_sizes_leave_no_gap() {
        for pair in SIZES.windows(2) {
            assert_eq!(pair[0].2 + 1, pair[1].1);
        }
    }
}
