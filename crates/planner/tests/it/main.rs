//! What must hold of the planner as a whole.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so by failing")]

mod examples;
mod files;
mod plans;
mod sample;
mod simulation;
