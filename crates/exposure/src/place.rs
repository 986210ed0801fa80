//! Where in a file something stood, and what could not be used and why.

use std::fmt;

use serde::{Serialize, Serializer};

/// Where in its file an entry stood, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// The file as a whole.
    File,
    Line(u32),
    /// The n-th entry of a JSON, XML or binary list.
    Item(u32),
}

impl Place {
    /// The line with this index from 0.
    pub fn line(index: usize) -> Self {
        Self::Line(u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1))
    }

    /// The entry with this index from 0.
    pub fn item(index: usize) -> Self {
        Self::Item(u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File => f.write_str("file"),
            Self::Line(number) => write!(f, "line {number}"),
            Self::Item(number) => write!(f, "item {number}"),
        }
    }
}

impl Serialize for Place {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// An entry that was read but cannot be used. It is never lost in silence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SetAside {
    pub at: Place,
    /// What it was, as far as known: a package name, an advisory id.
    pub what: String,
    pub reason: String,
}

impl SetAside {
    pub fn new(at: Place, what: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { at, what: clip(&what.into()), reason: reason.into() }
    }
}

/// At most 200 characters of a text that came from outside.
pub(crate) fn clip(text: &str) -> String {
    text.chars().take(200).collect()
}

/// A whole file that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {reason}; {advice}")]
pub struct Unreadable {
    pub file: String,
    pub reason: String,
    pub advice: String,
}

impl Unreadable {
    pub fn new(file: &str, reason: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { file: file.to_owned(), reason: reason.into(), advice: advice.into() }
    }
}
