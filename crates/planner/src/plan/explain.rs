//! Why each measure is in the plan, and why the first one left out is not.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::Mode;
use super::problem::{Assignment, Outcome, Problem, Rule, Status, World};
use super::search::{Effort, solve};

/// The reasons of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// One entry for each chosen measure, in the order in which to do them: by phase, prerequisites first,
    /// then what saves most for its money.
    pub why: Vec<Why>,
    /// Of the measures left out that would still save something, the one that saves most for its money.
    pub left_out: Option<LeftOut>,
}

/// Why one measure is in the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    pub measure: usize,
    pub phase: usize,
    pub cost_yen: i64,
    pub minutes: i64,
    pub is_subsidised: bool,
    /// What the plan would lose without it (and without what depends on it). These overlap: they do not add
    /// up to what the plan saves.
    pub saves_yen: i64,
    pub reasons: Vec<Reason>,
}

/// One reason for a measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// A person decided it.
    Must,
    /// It costs nothing and helps.
    QuickWin,
    /// It lowers the risk by itself.
    Saves,
    /// These chosen measures need it, or need it for their subsidy.
    NeededFor(Vec<usize>),
    /// Needed criteria that nothing else in the plan meets.
    Meets(Vec<String>),
}

/// A measure that did not come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    pub measure: usize,
    /// Prerequisites that would have to come with it.
    pub with: Vec<usize>,
    pub saves_yen: i64,
    pub cost_yen: i64,
    pub obstacle: Obstacle,
    /// The best plan that holds it, for comparison.
    pub instead: Option<Instead>,
}

/// The best plan with the left-out measure forced in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instead {
    pub pushes_out: Vec<usize>,
    pub more_risk_yen: i64,
    pub more_cost_yen: i64,
}

/// What keeps a measure out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    /// This much money is missing for it on top of the plan.
    Budget { missing_yen: i64 },
    /// This much staff time is missing.
    Hours { missing_minutes: i64 },
    /// It cannot stand beside these.
    Exclusive(Vec<usize>),
    /// It fits, but the goal does not ask for it and it costs money.
    NotAskedFor,
}

/// Explains a plan. `effort` bounds the one more search that the comparison needs.
pub fn explain(
    problem: &Problem,
    world: &World,
    mode: Mode,
    assignment: &Assignment,
    effort: &Effort<'_>,
) -> Explanation {
    let view = View { problem, world, assignment, outcome: problem.outcome(world, assignment) };
    let why = view.in_order().into_iter().map(|measure| view.why(measure, mode)).collect();
    let mut left_out = view.left_out();
    if let Some(left_out) = &mut left_out {
        left_out.instead = view.instead(left_out.measure, mode, effort);
    }
    Explanation { why, left_out }
}

struct View<'a> {
    problem: &'a Problem,
    world: &'a World,
    assignment: &'a Assignment,
    outcome: Outcome,
}

impl View<'_> {
    fn is_chosen(&self, measure: usize) -> bool {
        self.assignment[measure].is_some()
    }

    fn in_order(&self) -> Vec<usize> {
        let mut order = Vec::new();
        let mut so_far: Assignment = vec![None; self.assignment.len()];
        let mut rest: BTreeSet<usize> =
            (0..so_far.len()).filter(|&measure| self.is_chosen(measure)).collect();
        while !rest.is_empty() {
            let risk = self.problem.outcome(self.world, &so_far).risk_yen;
            let worth = |measure: usize| {
                let mut next = so_far.clone();
                next[measure] = self.assignment[measure];
                let outcome = self.problem.outcome(self.world, &next);
                (risk - outcome.risk_yen) as f64 / (self.cost_yen(measure) as f64 + 1.0)
            };
            let is_ready = |&&measure: &&usize| {
                let phase = self.assignment[measure];
                let measure = &self.problem.measures[measure];
                let grants = measure.subsidy.iter().flat_map(|subsidy| &subsidy.needs);
                !measure.requires.iter().chain(grants).any(|need| rest.contains(need))
                    && rest.iter().all(|other| self.assignment[*other] >= phase)
            };
            let better = |left: &&usize, right: &&usize| {
                worth(**left).total_cmp(&worth(**right)).then(right.cmp(left))
            };
            // The reader refuses cycles of prerequisites; a cycle through subsidies is broken at the first id.
            let next = rest.iter().filter(is_ready).max_by(better).or(rest.iter().next());
            let Some(&next) = next else { break };
            rest.remove(&next);
            so_far[next] = self.assignment[next];
            order.push(next);
        }
        order
    }

    fn cost_yen(&self, measure: usize) -> i64 {
        self.assignment[measure].map_or(0, |start| {
            let subsidised = self.problem.is_subsidised(self.assignment, measure, start);
            self.problem.costs(measure, start, subsidised).iter().sum()
        })
    }

    fn why(&self, measure: usize, mode: Mode) -> Why {
        let start = self.assignment[measure].unwrap_or(0);
        let mut without = self.assignment.clone();
        without[measure] = None;
        loop {
            let stranded = |&index: &usize| {
                without[index].is_some_and(|start| {
                    let in_place = |need: &usize| self.problem.in_place(&without, *need, start);
                    !self.problem.measures[index].requires.iter().all(in_place)
                })
            };
            let Some(index) = (0..without.len()).find(stranded) else { break };
            without[index] = None;
        }
        let saves_yen = self.problem.outcome(self.world, &without).risk_yen - self.outcome.risk_yen;
        let cost_yen = self.cost_yen(measure);
        let mut reasons = Vec::new();
        if self.problem.measures[measure].status == Status::Must {
            reasons.push(Reason::Must);
        }
        if mode.needs_criteria() {
            let met = self.problem.criteria_met(&without, self.problem.needed_by);
            let missing: Vec<String> = self.problem.needed.difference(&met).cloned().collect();
            if !missing.is_empty() {
                reasons.push(Reason::Meets(missing));
            }
        }
        let helps = self.world.remains[measure].iter().any(|&remains| remains < 1.0);
        if helps && saves_yen > 0 {
            reasons.push(if cost_yen == 0 { Reason::QuickWin } else { Reason::Saves });
        }
        let needs_it = |&other: &usize| {
            let other = &self.problem.measures[other];
            other.requires.contains(&measure)
                || other.subsidy.as_ref().is_some_and(|subsidy| subsidy.needs.contains(&measure))
        };
        let dependants: Vec<usize> =
            (0..without.len()).filter(|&other| self.is_chosen(other)).filter(needs_it).collect();
        if !dependants.is_empty() {
            reasons.push(Reason::NeededFor(dependants));
        }
        Why {
            measure,
            phase: start,
            cost_yen,
            minutes: self.problem.minutes(measure, start).iter().sum(),
            is_subsidised: self.problem.is_subsidised(self.assignment, measure, start),
            saves_yen,
            reasons,
        }
    }

    fn left_out(&self) -> Option<LeftOut> {
        (0..self.assignment.len())
            .filter(|&measure| {
                !self.is_chosen(measure) && self.problem.measures[measure].status == Status::Open
            })
            .filter_map(|measure| self.candidate(measure))
            .filter(|candidate| candidate.saves_yen > 0)
            .max_by(|left, right| {
                // saves / cost, compared without a division; equal ones go to the earlier id.
                let left_worth = i128::from(left.saves_yen) * i128::from(right.cost_yen.max(1));
                let right_worth = i128::from(right.saves_yen) * i128::from(left.cost_yen.max(1));
                left_worth.cmp(&right_worth).then(right.measure.cmp(&left.measure))
            })
    }

    /// What it would take to add the measure to the plan, in the phase where the least is missing.
    fn candidate(&self, measure: usize) -> Option<LeftOut> {
        (0..self.problem.phases.len()).filter_map(|phase| self.candidate_in(measure, phase)).min_by(
            |left, right| {
                let missing = |candidate: &LeftOut| match candidate.obstacle {
                    Obstacle::NotAskedFor => (0, 0),
                    Obstacle::Budget { missing_yen } => (1, missing_yen),
                    Obstacle::Hours { missing_minutes } => (2, missing_minutes),
                    Obstacle::Exclusive(_) => (3, 0),
                };
                missing(left).cmp(&missing(right)).then(Ordering::Equal)
            },
        )
    }

    fn candidate_in(&self, measure: usize, phase: usize) -> Option<LeftOut> {
        let mut with = self.assignment.clone();
        let mut added = vec![measure];
        let mut place = 0;
        while let Some(&next) = added.get(place) {
            if self.problem.measures[next].status == Status::Refused {
                return None;
            }
            with[next] = Some(with[next].map_or(phase, |start| start.min(phase)));
            for &need in &self.problem.measures[next].requires {
                if !self.problem.in_place(&with, need, phase) && !added.contains(&need) {
                    added.push(need);
                }
            }
            place += 1;
        }
        let outcome = self.problem.outcome(self.world, &with);
        let missing = |limit: fn(&super::Phase) -> Option<i64>, used: &[i64]| -> i64 {
            let over =
                |(phase, used): (&super::Phase, &i64)| limit(phase).map_or(0, |limit| (used - limit).max(0));
            self.problem.phases.iter().zip(used).map(over).sum()
        };
        let missing_yen = missing(|phase| phase.budget_yen, &outcome.cost_yen);
        let missing_minutes = missing(|phase| phase.budget_minutes, &outcome.minutes);
        let obstacle = match self.rivals(&with, &added) {
            rivals if !rivals.is_empty() => Obstacle::Exclusive(rivals),
            _ if missing_yen > 0 => Obstacle::Budget { missing_yen },
            _ if missing_minutes > 0 => Obstacle::Hours { missing_minutes },
            _ => Obstacle::NotAskedFor,
        };
        Some(LeftOut {
            measure,
            with: added.split_off(1),
            saves_yen: self.outcome.risk_yen - outcome.risk_yen,
            cost_yen: outcome.total_yen() - self.outcome.total_yen(),
            obstacle,
            instead: None,
        })
    }

    /// What stands in place and cannot stand beside the added measures.
    fn rivals(&self, with: &Assignment, added: &[usize]) -> Vec<usize> {
        let last = self.problem.phases.len() - 1;
        let clash = |other: usize, measure: usize| {
            self.problem.measures[measure].excludes.contains(&other)
                || self
                    .problem
                    .exclusive
                    .iter()
                    .any(|group| group.contains(&other) && group.contains(&measure))
        };
        (0..with.len())
            .filter(|&other| self.problem.in_place(with, other, last))
            .filter(|&other| added.iter().any(|&measure| measure != other && clash(other, measure)))
            .filter(|other| !added.contains(other) || added.len() > 1)
            .collect()
    }

    fn instead(&self, measure: usize, mode: Mode, effort: &Effort<'_>) -> Option<Instead> {
        let mut forced = self.problem.clone();
        forced.measures[measure].status = Status::Must;
        let other = solve(&forced, self.world, mode, effort).assignment?;
        let outcome = self.problem.outcome(self.world, &other);
        Some(Instead {
            pushes_out: (0..other.len())
                .filter(|&index| self.is_chosen(index) && other[index].is_none())
                .collect(),
            more_risk_yen: outcome.risk_yen - self.outcome.risk_yen,
            more_cost_yen: outcome.total_yen() - self.outcome.total_yen(),
        })
    }
}

impl Rule {
    /// The measures that the rule speaks of.
    pub fn measures(&self) -> Vec<usize> {
        match self {
            Self::Budget(_) | Self::Hours(_) | Self::Criterion(_) => Vec::new(),
            Self::Requires(measure, need) => vec![*measure, *need],
            Self::Exclusive(group) => group.clone(),
            Self::Refused(measure) | Self::Must(measure) => vec![*measure],
        }
    }
}
