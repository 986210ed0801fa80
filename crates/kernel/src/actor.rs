//! Who acts, in which role, from where and with what: the first half of every audit entry.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What somebody may do. One role per person and organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Owner or staff of one client: their own pages.
    Owner,
    /// Executive of a group: the group's companies.
    Executive,
    /// The provider's family doctor: all clients, the round.
    Advisor,
    /// The provider's desk: all clients, the queue.
    Operator,
    /// The provider's administrator: people, tokens, settings.
    Admin,
    /// The programme office: figures over many clients, never one company by name.
    Programme,
    /// Sees what an advisor sees and changes nothing.
    ReadOnly,
}

impl Role {
    pub const ALL: [Self; 7] = [
        Self::Owner,
        Self::Executive,
        Self::Advisor,
        Self::Operator,
        Self::Admin,
        Self::Programme,
        Self::ReadOnly,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Executive => "executive",
            Self::Advisor => "advisor",
            Self::Operator => "operator",
            Self::Admin => "admin",
            Self::Programme => "programme",
            Self::ReadOnly => "read_only",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }

    /// Works for the provider and sees more than one client.
    #[must_use]
    pub fn is_staff(self) -> bool {
        matches!(self, Self::Advisor | Self::Operator | Self::Admin | Self::ReadOnly)
    }
}

/// The way in that was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tool {
    Web,
    Api,
    Cli,
    Job,
    Ingest,
}

impl fmt::Display for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Web => "web",
            Self::Api => "api",
            Self::Cli => "cli",
            Self::Job => "job",
            Self::Ingest => "ingest",
        })
    }
}

/// Who acts: a person, an API token, a job, or the command line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// `person:…`, `token:…`, `job:…` or `cli:…`.
    pub id: String,
    /// The name to show beside the act.
    pub name: String,
    pub role: Option<Role>,
    /// The address or the place it came from; empty for jobs.
    pub from: String,
    pub tool: Tool,
}

impl Actor {
    /// Work that nobody asked for by hand.
    pub fn job(kind: &str) -> Self {
        Self {
            id: format!("job:{kind}"),
            name: kind.to_owned(),
            role: None,
            from: String::new(),
            tool: Tool::Job,
        }
    }

    /// Somebody at the command line of the server itself.
    pub fn cli(user: &str) -> Self {
        Self {
            id: format!("cli:{user}"),
            name: user.to_owned(),
            role: None,
            from: "localhost".into(),
            tool: Tool::Cli,
        }
    }
}
