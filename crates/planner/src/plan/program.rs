//! A planning task as a 0-1 program: choices, and rows of whole numbers that bound them.
//!
//! A choice is "this measure starts in this phase" (and "with its subsidy"). Every rule (money, hours,
//! prerequisites, exclusions, decisions, criteria) becomes rows of the one form `sum of a_j x_j <= b`, so that
//! propagation, the bound and the search for conflicts need to know no rule by name.

use super::problem::{Assignment, Measure, Problem, Rule, Status, World};

/// One way of doing one measure.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    pub measure: usize,
    pub phase: usize,
    pub subsidised: bool,
    /// Over all phases.
    pub cost_yen: i64,
}

/// `sum of a_j x_j <= at_most`.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// The rule this row belongs to; `None` for rows that only say what a choice is.
    pub rule: Option<Rule>,
    pub entries: Vec<(usize, i64)>,
    pub at_most: i64,
}

/// Whether a choice is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decision {
    Open,
    In,
    Out,
}

/// The choices, the rows, and the remaining risk as a function of the choices:
/// `sum over t of amount_t * product over chosen j of remains_jt`, one term for each phase and scenario.
#[derive(Debug, Clone)]
pub(super) struct Program {
    pub choices: Vec<Choice>,
    pub rows: Vec<Row>,
    pub amounts: Vec<f64>,
    /// `1 - remains_jt`, choice by choice.
    pub cuts: Vec<f64>,
    /// `-ln remains_jt`, choice by choice, finite.
    pub rates: Vec<f64>,
    measures: usize,
}

/// Effects that leave nothing are taken to leave this share in the bound. It is below a yen of any amount that
/// the reader accepts, so the bound stays a bound.
const SMALLEST_REMAINS: f64 = 1e-18;

impl Program {
    /// The program of a problem in a world; `criteria` says whether the needed criteria bind.
    pub fn new(problem: &Problem, world: &World, criteria: bool) -> Self {
        let mut program = Self {
            choices: choices(problem),
            rows: Vec::new(),
            amounts: Vec::new(),
            cuts: Vec::new(),
            rates: Vec::new(),
            measures: problem.measures.len(),
        };
        program.add_risk(problem, world);
        program.add_limits(problem);
        program.add_relations(problem);
        if criteria {
            program.add_criteria(problem);
        }
        program.add_twins(problem, world);
        program
    }

    /// The number of terms of the remaining risk.
    pub fn terms(&self) -> usize {
        self.amounts.len()
    }

    /// Drops every row of the rules that `keep` refuses.
    pub fn retain_rules(&mut self, keep: impl Fn(&Rule) -> bool) {
        self.rows.retain(|row| row.rule.as_ref().is_none_or(&keep));
    }

    /// The assignment that fully decided choices stand for.
    pub fn assignment(&self, decisions: &[Decision]) -> Assignment {
        let mut assignment = vec![None; self.measures];
        for (choice, decision) in self.choices.iter().zip(decisions) {
            if *decision == Decision::In {
                assignment[choice.measure] = Some(choice.phase);
            }
        }
        assignment
    }

    /// Decides every choice that the rows leave no freedom for. False when some row cannot be kept.
    pub fn propagate(&self, decisions: &mut [Decision]) -> bool {
        loop {
            let mut changed = false;
            for row in &self.rows {
                let least: i64 = row.entries.iter().map(|&(j, a)| least(decisions[j], a)).sum();
                if least > row.at_most {
                    return false;
                }
                let slack = row.at_most - least;
                for &(j, a) in &row.entries {
                    if decisions[j] == Decision::Open && a.abs() > slack {
                        decisions[j] = if a > 0 { Decision::Out } else { Decision::In };
                        changed = true;
                    }
                }
            }
            if !changed {
                return true;
            }
        }
    }

    fn add_row(&mut self, rule: Option<Rule>, entries: Vec<(usize, i64)>, at_most: i64) {
        let entries: Vec<(usize, i64)> = entries.into_iter().filter(|&(_, a)| a != 0).collect();
        self.rows.push(Row { rule, entries, at_most });
    }

    /// The choices of a measure that start no later than `phase`, each with the same coefficient.
    fn started(&self, measure: usize, phase: usize, coefficient: i64) -> Vec<(usize, i64)> {
        let starts = |&(_, choice): &(usize, &Choice)| choice.measure == measure && choice.phase <= phase;
        self.choices.iter().enumerate().filter(starts).map(|(j, _)| (j, coefficient)).collect()
    }

    fn add_risk(&mut self, problem: &Problem, world: &World) {
        let kept: Vec<(usize, usize)> = (0..problem.phases.len())
            .flat_map(|phase| (0..problem.scenarios.len()).map(move |scenario| (phase, scenario)))
            .collect();
        let nothing = problem.outcome(world, &vec![None; problem.measures.len()]);
        self.amounts = kept
            .iter()
            .map(|&(phase, scenario)| nothing.yearly_risk[phase][scenario] * problem.phases[phase].years())
            .collect();
        for choice in &self.choices {
            for &(phase, scenario) in &kept {
                let counts = phase >= choice.phase;
                let remains = if counts { world.remains[choice.measure][scenario] } else { 1.0 };
                self.cuts.push(1.0 - remains);
                self.rates.push(-libm::log(remains.max(SMALLEST_REMAINS)));
            }
        }
    }

    fn add_limits(&mut self, problem: &Problem) {
        for (index, phase) in problem.phases.iter().enumerate() {
            if let Some(budget) = phase.budget_yen {
                let cost =
                    |choice: &Choice| problem.costs(choice.measure, choice.phase, choice.subsidised)[index];
                let entries = self.choices.iter().map(cost).enumerate().collect();
                self.add_row(Some(Rule::Budget(index)), entries, budget);
            }
            if let Some(budget) = phase.budget_minutes {
                let minutes = |choice: &Choice| problem.minutes(choice.measure, choice.phase)[index];
                let entries = self.choices.iter().map(minutes).enumerate().collect();
                self.add_row(Some(Rule::Hours(index)), entries, budget);
            }
        }
    }

    fn add_relations(&mut self, problem: &Problem) {
        let last = problem.phases.len() - 1;
        let is_done = |measure: usize| problem.measures[measure].status == Status::Done;
        for (index, measure) in problem.measures.iter().enumerate().filter(|&(index, _)| !is_done(index)) {
            let all = self.started(index, last, 1);
            if all.len() > 1 {
                self.add_row(None, all.clone(), 1);
            }
            match measure.status {
                Status::Must => self.add_row(Some(Rule::Must(index)), self.started(index, last, -1), -1),
                Status::Refused => self.add_row(Some(Rule::Refused(index)), all, 0),
                Status::Open | Status::Done => {}
            }
            for &need in measure.requires.iter().filter(|&&need| !is_done(need)) {
                for phase in 0..=last {
                    let mut entries = self.started(index, phase, 1);
                    entries.extend(self.started(need, phase, -1));
                    self.add_row(Some(Rule::Requires(index, need)), entries, 0);
                }
            }
            for &need in
                measure.subsidy.iter().flat_map(|subsidy| &subsidy.needs).filter(|&&need| !is_done(need))
            {
                for phase in 0..=last {
                    let mut entries = self.started(index, phase, 1);
                    entries.retain(|&(j, _)| self.choices[j].subsidised && self.choices[j].phase == phase);
                    entries.extend(self.started(need, phase, -1));
                    self.add_row(None, entries, 0);
                }
            }
            for &other in measure.excludes.iter().filter(|&&other| other > index || is_done(other)) {
                self.add_exclusive(problem, &[index.min(other), index.max(other)]);
            }
        }
        for group in &problem.exclusive {
            self.add_exclusive(problem, group);
        }
    }

    fn add_exclusive(&mut self, problem: &Problem, group: &[usize]) {
        let last = problem.phases.len() - 1;
        let done = group.iter().filter(|&&measure| problem.measures[measure].status == Status::Done).count();
        let entries = group.iter().flat_map(|&measure| self.started(measure, last, 1)).collect();
        self.add_row(Some(Rule::Exclusive(group.to_vec())), entries, i64::from(done == 0));
    }

    fn add_criteria(&mut self, problem: &Problem) {
        for criterion in &problem.needed {
            let meets = |&(_, measure): &(usize, &Measure)| measure.meets.contains(criterion);
            let meeting: Vec<usize> =
                problem.measures.iter().enumerate().filter(meets).map(|(index, _)| index).collect();
            let is_done = |&measure: &usize| problem.measures[measure].status == Status::Done;
            if problem.met.contains(criterion) || meeting.iter().any(is_done) {
                continue;
            }
            let entries =
                meeting.iter().flat_map(|&measure| self.started(measure, problem.needed_by, -1)).collect();
            self.add_row(Some(Rule::Criterion(criterion.clone())), entries, -1);
        }
    }

    /// Of measures that nothing tells apart the first in order goes first. Exchanging them changes neither
    /// cost nor risk, and the total order prefers the earlier id, so the best plan is never lost; without
    /// these rows ten equal measures would be tried in a thousand equal combinations.
    fn add_twins(&mut self, problem: &Problem, world: &World) {
        let is_loner = |index: usize| {
            let measure = &problem.measures[index];
            let named = |other: &Measure| {
                other.requires.contains(&index)
                    || other.excludes.contains(&index)
                    || other.subsidy.as_ref().is_some_and(|subsidy| subsidy.needs.contains(&index))
            };
            measure.status == Status::Open
                && measure.requires.is_empty()
                && measure.excludes.is_empty()
                && !problem.measures.iter().any(named)
                && !problem.exclusive.iter().any(|group| group.contains(&index))
        };
        let loners: Vec<usize> = (0..problem.measures.len()).filter(|&index| is_loner(index)).collect();
        for (place, &second) in loners.iter().enumerate() {
            let is_twin = |&&first: &&usize| {
                let (a, b) = (&problem.measures[first], &problem.measures[second]);
                world.remains[first] == world.remains[second]
                    && (a.one_off_yen, a.yearly_yen, a.one_off_minutes, a.yearly_minutes)
                        == (b.one_off_yen, b.yearly_yen, b.one_off_minutes, b.yearly_minutes)
                    && a.subsidy == b.subsidy
                    && a.meets == b.meets
            };
            let Some(&first) = loners[..place].iter().rev().find(is_twin) else { continue };
            for phase in 0..problem.phases.len() {
                let mut entries = self.started(second, phase, 1);
                entries.extend(self.started(first, phase, -1));
                self.add_row(None, entries, 0);
            }
        }
    }
}

/// The least that an entry can add to its row.
fn least(decision: Decision, a: i64) -> i64 {
    match decision {
        Decision::In => a,
        Decision::Out => 0,
        Decision::Open => a.min(0),
    }
}

/// The most that an entry can add to its row.
pub(super) fn most(decision: Decision, a: i64) -> i64 {
    match decision {
        Decision::In => a,
        Decision::Out => 0,
        Decision::Open => a.max(0),
    }
}

fn choices(problem: &Problem) -> Vec<Choice> {
    let mut choices = Vec::new();
    for (index, measure) in problem.measures.iter().enumerate() {
        if measure.status == Status::Done {
            continue;
        }
        let conditional = |need: &usize| problem.measures[*need].status != Status::Done;
        let variants: &[bool] = match &measure.subsidy {
            None => &[false],
            Some(subsidy) if subsidy.needs.iter().any(conditional) => &[true, false],
            Some(_) => &[true],
        };
        for phase in 0..problem.phases.len() {
            for &subsidised in variants {
                let cost_yen = problem.costs(index, phase, subsidised).iter().sum();
                choices.push(Choice { measure: index, phase, subsidised, cost_yen });
            }
        }
    }
    choices
}
