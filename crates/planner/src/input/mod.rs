//! A planning file becomes a planning task.
//!
//! The reader collects everything that is wrong instead of stopping at the first fault, says where it is
//! (`measures[3].effects.fraud`), what is wrong and what to write instead. Fields that it does not know are
//! named as warnings, never dropped in silence. The format is described in the README of this crate.

mod fields;
mod quantities;
mod task;

use std::fmt;

use crate::plan::{Mode, Problem};

/// A file larger than this is refused before it is read.
pub const MAX_BYTES: usize = 8 << 20;
/// Sums above this are refused, in yen: ten trillion. It keeps every sum of a task inside an `i64`.
pub const MAX_YEN: i64 = 10_000_000_000_000;
pub const MAX_MEASURES: usize = 1_000;
pub const MAX_SCENARIOS: usize = 200;
pub const MAX_PHASES: usize = 12;
/// Choices (measures times phases) and the terms of each make the memory of a search.
pub const MAX_CHOICES: usize = 4_000;
/// A limit of a list of faults or warnings; more are counted.
const MAX_REMARKS: usize = 50;

/// A file that was understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    pub problem: Problem,
    pub mode: Mode,
    /// Budgets whose plans are shown beside the asked one.
    pub budget_ladder_yen: Vec<i64>,
    /// Simulated years.
    pub years: u32,
    /// Sampled worlds for the robustness.
    pub worlds: u32,
    pub seed: u64,
    pub warnings: Vec<Remark>,
}

/// What the caller sets over the file's own words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Override {
    /// The budget of every phase.
    pub budget_yen: Option<i64>,
    pub mode: Option<Mode>,
}

/// Something to say about one place of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// For instance `measures[3].yearly_yen`; empty for the file as a whole.
    pub at: String,
    pub problem: String,
    pub advice: String,
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = if self.at.is_empty() { "the file" } else { &self.at };
        write!(f, "{at}: {}", self.problem)?;
        if self.advice.is_empty() { Ok(()) } else { write!(f, "; {}", self.advice) }
    }
}

/// A file that could not be understood, with everything that is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", lines(.0))]
pub struct Unreadable(pub Vec<Remark>);

fn lines(remarks: &[Remark]) -> String {
    let shown: Vec<String> = remarks.iter().take(MAX_REMARKS).map(ToString::to_string).collect();
    let more = remarks.len().saturating_sub(MAX_REMARKS);
    let more = if more > 0 { format!("\nand {more} more") } else { String::new() };
    shown.join("\n") + &more
}

/// Reads a planning file.
///
/// # Errors
/// Everything that is wrong with it, each with its place and what to write instead.
pub fn read(bytes: &[u8], over: Override) -> Result<Task, Unreadable> {
    let one = |problem: String, advice: &str| {
        Unreadable(vec![Remark { at: String::new(), problem, advice: advice.to_owned() }])
    };
    if bytes.len() > MAX_BYTES {
        return Err(one(
            format!("{} bytes are more than {MAX_BYTES}", bytes.len()),
            "split it by organisation",
        ));
    }
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let value = fields::parse(text).map_err(|error| {
        one(format!("not readable as JSON: {error}"), "correct it at that line and column")
    })?;
    task::read(&value, over)
}
