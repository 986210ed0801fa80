//! Engine: events to alerts. Sigma rules, and correlations over what they find.
//!
//! Pure: rules and events come in as bytes, matches go out as values.

pub mod correlation;
pub mod sigma;
