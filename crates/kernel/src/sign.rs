//! Signs (所見): the reasons to look at a client.
//!
//! A sign is derived, never typed in: a part of Kakari raises it while its cause lasts and clears it when the
//! cause is gone. The grade, the advisor's round, the owner's three things to do and the monthly report are
//! all read from the same signs, so each can be asked "why?" and answers with its inputs.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How much a sign weighs. The words are shown; the points only order a list and are never added to a score
/// that a client sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know.
    Info,
    /// Worth doing something this month.
    Attention,
    /// Do something this week.
    Warning,
    /// Do something now.
    Danger,
}

impl Severity {
    pub const ALL: [Self; 4] = [Self::Info, Self::Attention, Self::Warning, Self::Danger];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Attention => "attention",
            Self::Warning => "warning",
            Self::Danger => "danger",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.as_str() == name)
    }
}

/// What a sign is about. Its words are messages of the slice that raises it: `sign-<kind>` (the sentence),
/// `sign-<kind>-short` (two or three words for a filter), and where the owner can do something
/// `sign-<kind>-todo` and `sign-<kind>-howto` (one step a line).
pub type SignKind = &'static str;

/// Something the owner can do about a sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Todo {
    /// About how long it takes.
    pub minutes: u32,
    /// When it should be done.
    pub due: Timestamp,
}

/// A reason to look at a client, with its cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sign {
    pub kind: SignKind,
    /// What it is about within the client (a sensor's id, a host): with `kind` it names the sign.
    pub subject: String,
    pub severity: Severity,
    /// Weight in the round, from a table that anyone can see.
    pub points: u32,
    /// Since when the cause is there.
    pub since: Timestamp,
    /// Values for the sentence: flat strings and whole numbers.
    pub args: serde_json::Map<String, serde_json::Value>,
    /// The page of its inputs, below the client's own pages.
    pub link: String,
    pub todo: Option<Todo>,
}
