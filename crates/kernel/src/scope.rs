//! Whose data may be touched.
//!
//! A scope is made in one place only per way in (sign-in, ingest credentials, jobs), and every store function
//! takes it first. The store turns it into a condition on every statement, so a query without a tenant does
//! not run.

use serde::{Deserialize, Serialize};

use crate::{OrgId, ProviderId};

/// How far a scope reaches inside its provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reach {
    /// One organisation.
    Client(OrgId),
    /// A group's head and its subsidiaries.
    Group(OrgId),
    /// All organisations of the provider.
    Fleet,
}

/// Which organisations a piece of work may see and change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrgScope {
    provider: ProviderId,
    reach: Reach,
}

impl OrgScope {
    /// The one constructor. Called only by sign-in, ingest credentials, jobs and tests; a test of the
    /// repository keeps that list.
    #[must_use]
    pub fn grant(provider: ProviderId, reach: Reach) -> Self {
        Self { provider, reach }
    }

    #[must_use]
    pub fn provider(&self) -> ProviderId {
        self.provider
    }

    #[must_use]
    pub fn reach(&self) -> Reach {
        self.reach
    }

    /// The organisation, when the scope is exactly one.
    #[must_use]
    pub fn client(&self) -> Option<OrgId> {
        match self.reach {
            Reach::Client(org) => Some(org),
            Reach::Group(_) | Reach::Fleet => None,
        }
    }
}
