//! Why there is no allowed plan: a smallest set of wishes that cannot be granted together.

use std::collections::BTreeSet;

use super::Mode;
use super::problem::{Assignment, Problem, Rule, Status, World};
use super::search::{Effort, cheapest_without_budgets, is_feasible};

/// What stands in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// These rules together allow no plan.
    pub rules: Vec<Rule>,
    /// Whether it was proven that each of them is needed for the conflict.
    pub is_minimal: bool,
    /// The cheapest plan that keeps all rules but the budgets, if one was found.
    pub without_budgets: Option<Assignment>,
}

/// Finds the conflict of a problem that has no allowed plan, by leaving out one rule after the other for as
/// long as what remains is still impossible.
pub fn conflict(problem: &Problem, world: &World, mode: Mode, effort: &Effort<'_>) -> Conflict {
    let mut rules = rules(problem, mode);
    let mut is_minimal = true;
    let mut place = 0;
    while place < rules.len() {
        let mut fewer = rules.clone();
        fewer.remove(place);
        match is_feasible(problem, world, |rule| fewer.contains(rule), effort) {
            Some(false) => rules = fewer,
            Some(true) => place += 1,
            None => {
                is_minimal = false;
                place += 1;
            }
        }
    }
    Conflict { rules, is_minimal, without_budgets: cheapest_without_budgets(problem, world, mode, effort) }
}

/// All rules of a problem, those first that one would rather not hear of: what stays is then in terms of
/// money and decisions.
fn rules(problem: &Problem, mode: Mode) -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    if mode.needs_criteria() {
        rules.extend(problem.needed.iter().rev().cloned().map(Rule::Criterion));
    }
    let measures = || problem.measures.iter().enumerate().rev();
    rules.extend(measures().filter(|(_, m)| m.status == Status::Must).map(|(index, _)| Rule::Must(index)));
    for (index, measure) in measures() {
        rules.extend(measure.requires.iter().map(|&need| Rule::Requires(index, need)));
        rules.extend(
            measure.excludes.iter().map(|&other| Rule::Exclusive(vec![index.min(other), index.max(other)])),
        );
    }
    rules.extend(problem.exclusive.iter().cloned().map(Rule::Exclusive));
    rules.extend(
        measures().filter(|(_, m)| m.status == Status::Refused).map(|(index, _)| Rule::Refused(index)),
    );
    for (index, phase) in problem.phases.iter().enumerate() {
        rules.extend(phase.budget_minutes.map(|_| Rule::Hours(index)));
    }
    for (index, phase) in problem.phases.iter().enumerate() {
        rules.extend(phase.budget_yen.map(|_| Rule::Budget(index)));
    }
    let mut seen = BTreeSet::new();
    rules.retain(|rule| seen.insert(rule.clone()));
    rules
}
