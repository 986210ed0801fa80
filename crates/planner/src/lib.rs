//! Engine: risk in yen, and the care plan under a budget.
//!
//! - [`input`]: a file with scenarios, measures and a budget becomes a [`plan::Problem`], or a list of what
//!   is wrong with it, where, and what to write instead.
//! - [`risk`]: what can happen, simulated year by year with and without a plan.
//! - [`plan`]: the measures that reduce the most risk within the budget, or reach a set of criteria at the
//!   least cost, with the proof, and the reasons.
//! - [`answer`]: all of this put together as one value that other programs read; [`words`] says it in
//!   plain Japanese or English.
//!
//! The engine takes bytes and values and gives values: no file, no clock, no randomness but a seed.

pub mod answer;
pub mod chance;
pub mod input;
pub mod plan;
pub mod risk;
pub mod spread;
pub mod words;
