//! Tests of the engine through its public surface.
#![expect(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "helpers of tests")]

mod bad_input;
mod correlations;
mod modifiers;
mod one_rule;
mod random;
mod recordings;
mod second_opinion;
mod shared;
mod starter_rules;
mod tenants;
