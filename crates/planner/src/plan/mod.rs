//! The care plan: which measures, and when, under a budget in yen and hours.
//!
//! The expected yearly loss that remains under a set S of measures is
//! `R(S) = sum over scenarios s of loss(s) * product over c in S of remains(c, s)`.
//! Savings of single measures overlap, so they are never added up: what a plan saves is `R(nothing) - R(S)`,
//! and what one measure contributes is what would come back without it.
//!
//! Among all plans that keep the rules the best one is defined by a total order, so that there is exactly one
//! answer: less remaining risk in whole yen, then lower cost, then fewer measures, then earlier start,
//! then the ids in order. For [`Mode::Criteria`] cost comes before risk.

mod bound;
mod brute_force;
mod conflict;
mod explain;
mod problem;
mod program;
mod robustness;
mod search;

pub use brute_force::{BRUTE_FORCE_PLANS, brute_force};
pub use conflict::{Conflict, conflict};
pub use explain::{Explanation, Instead, LeftOut, Obstacle, Reason, Why, explain};
pub use problem::{
    Assignment, Baseline, Measure, Outcome, Phase, Problem, Rank, Rule, Share, Status, Subsidy, World,
};
pub use robustness::{Robustness, robustness};
pub use search::{Effort, Proof, Solution, solve};

/// What the best plan is best at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The least remaining risk within budget and hours.
    Risk,
    /// The least cost that meets all needed criteria; with the same cost, the least remaining risk.
    Criteria,
    /// All needed criteria first; with what is left of the budget, the least remaining risk.
    Both,
}

impl Mode {
    /// Whether the needed criteria bind.
    pub fn needs_criteria(self) -> bool {
        matches!(self, Self::Criteria | Self::Both)
    }
}
