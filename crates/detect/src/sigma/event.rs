//! What is given to the engine, and what comes back.

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::logsource::LogSource;
use super::rules::RuleInfo;

/// The largest record. A larger one is refused by name, it is never cut.
pub const MAX_RECORD_BYTES: usize = 16 << 20;

/// The deepest nesting of objects and arrays in a record.
pub const MAX_RECORD_DEPTH: usize = 64;

/// One event as its source wrote it: a JSON object with the original field names.
#[derive(Debug, Clone, Copy)]
pub struct Event<'e> {
    pub(crate) record: Record<'e>,
    pub(crate) sources: Option<&'e [LogSource]>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Record<'e> {
    Json(&'e [u8]),
    Value(&'e Value),
}

impl<'e> Event<'e> {
    /// An event as JSON text. This is the fast way in.
    #[must_use]
    pub fn json(text: &'e [u8]) -> Self {
        Self { record: Record::Json(text), sources: None }
    }

    /// An event that is parsed already.
    #[must_use]
    pub fn value(value: &'e Value) -> Self {
        Self { record: Record::Value(value), sources: None }
    }

    /// States where the event comes from. Windows records are recognised by their own fields, whatever is
    /// stated; other records belong to no source without this.
    #[must_use]
    pub fn from_sources(self, sources: &'e [LogSource]) -> Self {
        Self { sources: Some(sources), ..self }
    }
}

/// Why a record could not be looked at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    #[error("the record has {0} bytes, the limit is {MAX_RECORD_BYTES}")]
    TooLarge(usize),
    #[error("the record nests deeper than {MAX_RECORD_DEPTH} levels")]
    TooDeep,
    #[error("the record is not a JSON object")]
    NotAnObject,
    #[error("the record is not JSON: {what} at byte {at}")]
    NotJson { what: &'static str, at: usize },
}

/// A rule that is satisfied by an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    pub rule: Arc<RuleInfo>,
    /// False when the rule only feeds correlations and says nothing by itself.
    pub alerts: bool,
    /// Why: the tests that are true, at most [`MAX_REASONS`].
    pub matched: Vec<Reason>,
    /// What the correlations that name this rule need to know.
    pub observations: Vec<Observation>,
}

/// The most reasons that are given for one match.
pub const MAX_REASONS: usize = 32;

/// The longest value in a reason, in letters; the rest is left out.
pub const MAX_REASON_LETTERS: usize = 1_000;

/// One reason of a match: in this selection, this field, held this value, which fits this pattern.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    pub selection: String,
    /// None for a keyword, which looks at every text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    pub pattern: String,
    /// None when the absence of the field is the reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// A match as a correlation sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// Position of the correlation in [`crate::sigma::RuleSet::correlations`].
    pub correlation: usize,
    /// Which of the correlation's rules this is.
    pub step: usize,
    /// The values of the group-by fields. An absent field is none.
    pub group: Vec<Option<String>>,
    /// The value that `value_count` counts.
    pub counted: Option<String>,
}
