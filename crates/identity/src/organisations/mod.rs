//! Organisations: the provider, its clients, groups with their subsidiaries.
//!
//! Always holds: an organisation belongs to one provider for ever; a group's head is itself an organisation
//! of the same provider.

mod store;

use jiff::Timestamp;
use kakari_kernel::OrgId;
use serde::{Deserialize, Serialize};

pub use store::{add, get, list};

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
    pub created_at: Timestamp,
}
