//! The record (カルテ): the signs of one organisation, and the sections that slices write into its report.
//!
//! Always holds: a sign is open exactly while its cause lasts. Slices raise and clear; nobody types one in.
//! Raising a sign that is open changes its weight and words, not its beginning.

mod report;
mod store;
mod words;

pub use report::{Deed, Panel, RecordPanel, ReportSection, Section, SectionTable};
pub use store::{OpenSign, clear, open, raise, raised_or_cleared};
