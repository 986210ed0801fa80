//! What is to be planned, and what a plan costs and leaves. Everything here is the plain meaning of the
//! rules, without any cleverness: the fast search and its slow twin are both measured against it.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use crate::chance::Stream;
use crate::risk::{Effect, Insurance, Losses, Scenario};

/// A planning task. Scenarios and measures are in the order of their ids, so that the order of a file
/// changes nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    pub title: Option<String>,
    pub scenarios: Vec<Scenario>,
    pub measures: Vec<Measure>,
    /// At least one.
    pub phases: Vec<Phase>,
    /// Of each group at most one measure may be in place.
    pub exclusive: Vec<Vec<usize>>,
    /// Criteria that a plan of mode `Criteria` or `Both` meets.
    pub needed: BTreeSet<String>,
    /// Criteria that are met already.
    pub met: BTreeSet<String>,
    /// The phase by whose end the needed criteria must be met.
    pub needed_by: usize,
    pub baseline: Baseline,
    pub insurance: Option<Insurance>,
    /// The loss of one year after which the organisation would close.
    pub cannot_survive_yen: Option<i64>,
}

/// Whether the scenarios' numbers already count the measures that are done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Baseline {
    /// As things are today: what is done is already in the numbers.
    Today,
    /// As if nothing had been done: what is done still has to be counted.
    Inherent,
}

/// A stretch of time with its own money and hours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phase {
    pub name: String,
    /// `None`: no limit.
    pub budget_yen: Option<i64>,
    pub budget_minutes: Option<i64>,
    pub months: u32,
}

/// Something that can be done.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    pub id: String,
    pub name: String,
    pub status: Status,
    pub one_off_yen: i64,
    pub yearly_yen: i64,
    pub one_off_minutes: i64,
    pub yearly_minutes: i64,
    pub subsidy: Option<Subsidy>,
    /// At most one per scenario, in the order of the scenarios.
    pub effects: Vec<Effect>,
    /// Must be in place no later.
    pub requires: Vec<usize>,
    /// Must not be in place together.
    pub excludes: Vec<usize>,
    /// Criteria that this measure alone meets.
    pub meets: BTreeSet<String>,
}

/// What people have decided about a measure. A plan never undoes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Open,
    Must,
    Done,
    Refused,
}

/// Money that somebody else adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subsidy {
    pub share: Share,
    /// The most that is added over all phases.
    pub cap_yen: Option<i64>,
    /// For how many months after the start fees are shared.
    pub months: u32,
    /// Measures that must be in place to be eligible.
    pub needs: Vec<usize>,
}

/// An exact share between 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    pub numerator: u32,
    pub denominator: u32,
}

impl Share {
    /// The share of a sum, rounded down to whole yen.
    pub fn of(self, yen: i64) -> i64 {
        let product = i128::from(yen) * i128::from(self.numerator) / i128::from(self.denominator.max(1));
        i64::try_from(product).unwrap_or(i64::MAX)
    }
}

/// For each measure the phase in which it starts, or `None`. Measures that are done are `None`.
pub type Assignment = Vec<Option<usize>>;

/// The numbers that a plan is judged by. The expected world comes from the means of all ranges; sampled
/// worlds from one draw of each.
#[derive(Debug, Clone, PartialEq)]
pub struct World {
    /// Expected yearly loss of each scenario in yen, before any measure.
    pub losses: Vec<f64>,
    /// For each measure and scenario, the share that remains.
    pub remains: Vec<Vec<f64>>,
}

/// What an assignment costs and leaves.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    pub cost_yen: Vec<i64>,
    pub minutes: Vec<i64>,
    /// For each phase and scenario, the expected yearly loss with what is in place then.
    pub yearly_risk: Vec<Vec<f64>>,
    /// The expected loss over all phases: what plans are compared by.
    pub risk_yen: i64,
}

/// Why an assignment is not allowed. Also the words of a conflict.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// The money of this phase.
    Budget(usize),
    /// The hours of this phase.
    Hours(usize),
    /// The first needs the second.
    Requires(usize, usize),
    /// At most one of these.
    Exclusive(Vec<usize>),
    Refused(usize),
    Must(usize),
    Criterion(String),
}

/// A plan's place in the total order for one mode; less is better.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    first_yen: i64,
    second_yen: i64,
    measures: usize,
    starts: usize,
    chosen: Vec<usize>,
    phases: Vec<usize>,
}

impl Outcome {
    /// The cost of all phases together.
    pub fn total_yen(&self) -> i64 {
        self.cost_yen.iter().sum()
    }

    /// The expected loss of a year in this phase.
    pub fn yearly_risk_yen(&self, phase: usize) -> i64 {
        self.yearly_risk.get(phase).map_or(0, |by_scenario| whole_yen(by_scenario.iter().sum()))
    }
}

/// Expected values are rounded where they leave the arithmetic, and nowhere before.
pub(crate) fn whole_yen(yen: f64) -> i64 {
    yen.round() as i64
}

impl Problem {
    /// The world in which every range is its mean.
    pub fn expected_world(&self) -> World {
        World {
            losses: self.scenarios.iter().map(Scenario::expected_yen).collect(),
            remains: self.remains(|_, effect| effect.remains()),
        }
    }

    /// One draw of every uncertain frequency and effect. Severities keep their mean: their range says how
    /// single losses differ, not how little is known.
    pub fn sampled_world(&self, seed: u64, number: u64) -> World {
        let draws = |name: &str| Stream::named(seed, name).part(number).draws();
        World {
            losses: self
                .scenarios
                .iter()
                .map(|scenario| match scenario.losses {
                    Losses::Events { frequency, severity, .. } => {
                        frequency.sample(&mut draws(&scenario.id)) * severity.mean()
                    }
                    Losses::Expected { yearly_yen } => yearly_yen as f64,
                })
                .collect(),
            remains: self.remains(|measure, effect| {
                let mut draws = draws(&format!("{}\u{0}{}", measure.id, self.scenarios[effect.scenario].id));
                (1.0 - effect.frequency.sample(&mut draws)) * (1.0 - effect.severity.sample(&mut draws))
            }),
        }
    }

    /// Whether any frequency or effect is given as a range, so that worlds differ.
    pub fn is_uncertain(&self) -> bool {
        let frequency = |scenario: &Scenario| match scenario.losses {
            Losses::Events { frequency, .. } => !frequency.is_fixed(),
            Losses::Expected { .. } => false,
        };
        self.scenarios.iter().any(frequency)
            || self
                .measures
                .iter()
                .flat_map(|measure| &measure.effects)
                .any(|effect| !effect.frequency.is_fixed() || !effect.severity.is_fixed())
    }

    fn remains(&self, share: impl Fn(&Measure, &Effect) -> f64) -> Vec<Vec<f64>> {
        self.measures
            .iter()
            .map(|measure| {
                let mut row = vec![1.0; self.scenarios.len()];
                for effect in &measure.effects {
                    row[effect.scenario] = share(measure, effect);
                }
                row
            })
            .collect()
    }

    /// Whether the measure's effect counts in this phase.
    fn counts(&self, assignment: &Assignment, measure: usize, phase: usize) -> bool {
        match self.measures[measure].status {
            Status::Done => self.baseline == Baseline::Inherent,
            _ => assignment[measure].is_some_and(|start| start <= phase),
        }
    }

    /// Whether the measure is in place in this phase, however it came there.
    pub fn in_place(&self, assignment: &Assignment, measure: usize, phase: usize) -> bool {
        self.measures[measure].status == Status::Done
            || assignment[measure].is_some_and(|start| start <= phase)
    }

    /// What the measure costs in each phase when it starts in `start`.
    pub fn costs(&self, measure: usize, start: usize, subsidised: bool) -> Vec<i64> {
        let measure = &self.measures[measure];
        let mut grant_left =
            measure.subsidy.as_ref().map_or(0, |subsidy| subsidy.cap_yen.unwrap_or(i64::MAX));
        let mut months_before = 0;
        let mut costs = vec![0; self.phases.len()];
        for (phase, cost) in self.phases.iter().zip(&mut costs).skip(start) {
            let fee = share_of_year(measure.yearly_yen, phase.months);
            let one_off = if months_before == 0 { measure.one_off_yen } else { 0 };
            *cost = fee + one_off;
            if let Some(subsidy) = measure.subsidy.as_ref().filter(|_| subsidised) {
                let eligible_months = subsidy.months.saturating_sub(months_before).min(phase.months);
                let eligible = one_off + share_of_year(measure.yearly_yen, eligible_months).min(fee);
                let grant = subsidy.share.of(eligible).min(grant_left);
                grant_left -= grant;
                *cost -= grant;
            }
            months_before += phase.months;
        }
        costs
    }

    /// The staff time that the measure takes in each phase when it starts in `start`.
    pub fn minutes(&self, measure: usize, start: usize) -> Vec<i64> {
        let measure = &self.measures[measure];
        let mut minutes = vec![0; self.phases.len()];
        for (index, phase) in self.phases.iter().enumerate().skip(start) {
            minutes[index] = share_of_year(measure.yearly_minutes, phase.months)
                + if index == start { measure.one_off_minutes } else { 0 };
        }
        minutes
    }

    /// Whether a subsidy is paid for the measure starting in `start`.
    pub fn is_subsidised(&self, assignment: &Assignment, measure: usize, start: usize) -> bool {
        self.measures[measure]
            .subsidy
            .as_ref()
            .is_some_and(|subsidy| subsidy.needs.iter().all(|&need| self.in_place(assignment, need, start)))
    }

    /// What the assignment costs and leaves in this world.
    pub fn outcome(&self, world: &World, assignment: &Assignment) -> Outcome {
        let phases = self.phases.len();
        let (mut cost_yen, mut minutes) = (vec![0; phases], vec![0; phases]);
        for (measure, start) in assignment.iter().enumerate() {
            let Some(start) = *start else { continue };
            let subsidised = self.is_subsidised(assignment, measure, start);
            add(&mut cost_yen, &self.costs(measure, start, subsidised));
            add(&mut minutes, &self.minutes(measure, start));
        }
        let yearly_risk: Vec<Vec<f64>> = (0..phases)
            .map(|phase| {
                let counted: Vec<usize> = (0..self.measures.len())
                    .filter(|&measure| self.counts(assignment, measure, phase))
                    .collect();
                let remaining = |(scenario, loss): (usize, &f64)| {
                    counted.iter().fold(*loss, |left, &measure| left * world.remains[measure][scenario])
                };
                world.losses.iter().enumerate().map(remaining).collect()
            })
            .collect();
        let total = yearly_risk
            .iter()
            .zip(&self.phases)
            .map(|(by_scenario, phase)| by_scenario.iter().sum::<f64>() * phase.years())
            .sum();
        Outcome { cost_yen, minutes, yearly_risk, risk_yen: whole_yen(total) }
    }

    /// The first rule that the assignment breaks, if any.
    pub fn broken_rule(&self, outcome: &Outcome, assignment: &Assignment, criteria: bool) -> Option<Rule> {
        for (index, phase) in self.phases.iter().enumerate() {
            if phase.budget_yen.is_some_and(|budget| outcome.cost_yen[index] > budget) {
                return Some(Rule::Budget(index));
            }
            if phase.budget_minutes.is_some_and(|budget| outcome.minutes[index] > budget) {
                return Some(Rule::Hours(index));
            }
        }
        let last = self.phases.len() - 1;
        let placed = |measure: usize| self.in_place(assignment, measure, last);
        for (index, measure) in self.measures.iter().enumerate() {
            match (measure.status, assignment[index]) {
                (Status::Must, None) => return Some(Rule::Must(index)),
                (Status::Refused, Some(_)) => return Some(Rule::Refused(index)),
                (_, Some(start)) => {
                    let missing = |&&need: &&usize| !self.in_place(assignment, need, start);
                    if let Some(&need) = measure.requires.iter().find(missing) {
                        return Some(Rule::Requires(index, need));
                    }
                    if let Some(&other) = measure.excludes.iter().find(|&&other| placed(other)) {
                        return Some(Rule::Exclusive(vec![index.min(other), index.max(other)]));
                    }
                }
                _ => {}
            }
        }
        let crowded = |group: &&Vec<usize>| {
            group.iter().filter(|&&measure| placed(measure)).count() > 1
                && group.iter().any(|&measure| assignment[measure].is_some())
        };
        if let Some(group) = self.exclusive.iter().find(crowded) {
            return Some(Rule::Exclusive(group.clone()));
        }
        if criteria {
            let met = self.criteria_met(assignment, self.needed_by);
            return self.needed.difference(&met).next().cloned().map(Rule::Criterion);
        }
        None
    }

    /// The criteria met by the end of a phase, needed or not.
    pub fn criteria_met(&self, assignment: &Assignment, phase: usize) -> BTreeSet<String> {
        let placed = |&(index, _): &(usize, &Measure)| self.in_place(assignment, index, phase);
        let by_measures =
            self.measures.iter().enumerate().filter(placed).flat_map(|(_, measure)| measure.meets.iter());
        self.met.iter().chain(by_measures).cloned().collect()
    }

    /// The assignment's place in the total order.
    pub fn rank(&self, outcome: &Outcome, assignment: &Assignment, cost_first: bool) -> Rank {
        let (risk, cost) = (outcome.risk_yen, outcome.total_yen());
        let (first_yen, second_yen) = if cost_first { (cost, risk) } else { (risk, cost) };
        let chosen: Vec<usize> = (0..assignment.len()).filter(|&index| assignment[index].is_some()).collect();
        let phases: Vec<usize> = assignment.iter().copied().flatten().collect();
        Rank { first_yen, second_yen, measures: chosen.len(), starts: phases.iter().sum(), chosen, phases }
    }
}

impl Rank {
    /// What the mode looks at first: risk, or cost.
    pub(crate) fn first_yen(&self) -> i64 {
        self.first_yen
    }

    /// Compares what a partial plan can tell: risk, cost and the number of measures.
    pub(crate) fn against(&self, risk_yen: i64, cost_yen: i64, measures: usize) -> Ordering {
        (self.first_yen, self.second_yen, self.measures).cmp(&(risk_yen, cost_yen, measures))
    }
}

impl Phase {
    /// The length in years.
    pub fn years(&self) -> f64 {
        f64::from(self.months) / 12.0
    }
}

/// A yearly amount for some months, rounded up to whole units.
fn share_of_year(yearly: i64, months: u32) -> i64 {
    let product = i128::from(yearly) * i128::from(months);
    i64::try_from((product + 11).div_euclid(12)).unwrap_or(i64::MAX)
}

fn add(total: &mut [i64], part: &[i64]) {
    for (total, part) in total.iter_mut().zip(part) {
        *total += part;
    }
}
