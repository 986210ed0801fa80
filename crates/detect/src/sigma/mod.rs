//! Sigma rules: reading them, and looking for them in events.
//!
//! [`RuleSet::parse`] reads rule files and names those that it refuses. [`Engine::compile`] makes the one
//! engine that all tenants share. [`Engine::detect`] takes an event and a tenant's [`RuleMask`] and gives
//! the matches with their reasons.

mod class;
mod compile;
mod encode;
mod engine;
mod event;
mod fields;
mod fold;
mod index;
mod json;
mod logsource;
mod mask;
mod matcher;
mod network;
mod number;
mod oracle;
mod predicate;
mod route;
mod rules;
mod witness;

pub(crate) use compile::level as level_of;
pub use engine::Engine;
pub use event::{
    Event, EventError, MAX_REASON_LETTERS, MAX_REASONS, MAX_RECORD_BYTES, MAX_RECORD_DEPTH, Match,
    Observation, Reason,
};
pub use logsource::LogSource;
pub use mask::RuleMask;
pub use rules::{Level, MAX_FILE_BYTES, Placeholders, Refused, RuleInfo, RuleSet};
