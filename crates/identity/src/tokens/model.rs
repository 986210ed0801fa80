//! A token as it is kept.

use jiff::Timestamp;
use kakari_kernel::{Id, OrgId, ProviderId};
use serde::Serialize;

use crate::web::Access;

/// An API token, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Token {
    pub id: Id,
    pub provider: ProviderId,
    /// The client it is for, or the provider for all its clients.
    pub org: OrgId,
    pub name: String,
    pub access: Access,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub used_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

impl Token {
    /// Whether it reaches all clients of the provider.
    #[must_use]
    pub fn is_fleet(&self) -> bool {
        self.org == self.provider.as_org()
    }
}
