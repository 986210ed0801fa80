//! Random planning tasks.

use std::collections::BTreeSet;

use kakari_planner::chance::{Draws, Stream};
use kakari_planner::plan::{Baseline, Measure, Phase, Problem, Share, Status, Subsidy};
use kakari_planner::risk::{Effect, Losses, Scenario};
use kakari_planner::spread::Spread;

/// What a random task may hold.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    pub measures: usize,
    pub scenarios: usize,
    pub phases: usize,
    /// Prerequisites, exclusions, decisions, hours, subsidies.
    pub rules: bool,
    pub criteria: usize,
    pub budget_yen: Option<i64>,
}

pub fn below(draws: &mut Draws, n: usize) -> usize {
    ((draws.unit() * n as f64) as usize).min(n - 1)
}

/// Up to `n` hours, in minutes.
fn hours(draws: &mut Draws, n: usize) -> i64 {
    (draws.unit() * n as f64) as i64 * 60
}

fn pick<T: Copy>(draws: &mut Draws, of: &[T]) -> T {
    of[below(draws, of.len())]
}

/// The recipe of costs, losses and effects of the published experiment, with rules added.
pub fn problem(seed: u64, shape: Shape) -> Problem {
    let mut draws = Stream::named(seed, "problem").draws();
    let d = &mut draws;
    let scenarios = (0..shape.scenarios)
        .map(|index| {
            let loss = libm::exp(11.0 + 1.2 * d.normal());
            let frequency = 0.05 + d.unit();
            Scenario {
                id: format!("s{index:02}"),
                name: format!("scenario {index}"),
                losses: Losses::Events {
                    frequency: Spread::Fixed(frequency),
                    occurrence: kakari_planner::risk::Occurrence::AnyNumber,
                    severity: Spread::Fixed((loss / frequency).round()),
                },
                source: None,
            }
        })
        .collect();
    let measures = (0..shape.measures).map(|index| measure(d, index, shape)).collect::<Vec<_>>();
    let phases = (0..shape.phases)
        .map(|index| Phase {
            name: format!("phase {index}"),
            budget_yen: shape.budget_yen,
            budget_minutes: (shape.rules && d.unit() < 0.5).then(|| hours(d, 12 * shape.measures)),
            months: pick(d, &[12, 12, 3]),
        })
        .collect();
    let mut exclusive = Vec::new();
    if shape.rules && shape.measures > 4 && d.unit() < 0.4 {
        let group: BTreeSet<usize> = (0..3).map(|_| below(d, shape.measures)).collect();
        if group.len() > 1 {
            exclusive.push(group.into_iter().collect());
        }
    }
    let mut problem = Problem {
        title: None,
        scenarios,
        measures,
        phases,
        exclusive,
        needed: (0..shape.criteria).map(|index| format!("c{index}")).collect(),
        met: BTreeSet::new(),
        needed_by: shape.phases - 1,
        baseline: pick(d, &[Baseline::Today, Baseline::Inherent]),
        insurance: None,
        cannot_survive_yen: None,
    };
    for index in 0..problem.measures.len() {
        for other in problem.measures[index].excludes.clone() {
            problem.measures[other].excludes.push(index);
        }
    }
    problem
}

fn measure(d: &mut Draws, index: usize, shape: Shape) -> Measure {
    const COSTS: [i64; 10] = [0, 0, 6_000, 12_000, 24_000, 36_000, 60_000, 72_000, 120_000, 198_000];
    let mut effects = Vec::new();
    for scenario in 0..shape.scenarios {
        let share = pick(d, &[0.0, 0.0, 0.0, 0.2, 0.4, 0.6, 0.8, 1.0 / 3.0]);
        if share > 0.0 {
            let severity = pick(d, &[0.0, 0.0, 0.1, 0.5]);
            effects.push(Effect {
                scenario,
                frequency: Spread::Fixed(share),
                severity: Spread::Fixed(severity),
                source: None,
            });
        }
    }
    let earlier = |chance: f64, d: &mut Draws| {
        (shape.rules && index > 0 && d.unit() < chance)
            .then(|| below(d, index))
            .into_iter()
            .collect::<Vec<_>>()
    };
    let requires = earlier(0.25, d);
    let mut excludes = earlier(0.1, d);
    excludes.retain(|other| !requires.contains(other));
    let subsidy_needs = earlier(0.5, d);
    let roll = d.unit();
    let status = match () {
        () if !shape.rules => Status::Open,
        () if roll < 0.05 => Status::Must,
        () if roll < 0.10 => Status::Done,
        () if roll < 0.15 => Status::Refused,
        () => Status::Open,
    };
    let split = pick(d, &[0, 1, 2]);
    let cost = pick(d, &COSTS);
    Measure {
        id: format!("m{index:03}"),
        name: format!("measure {index}"),
        status,
        one_off_yen: cost * split / 2,
        yearly_yen: cost - cost * split / 2,
        one_off_minutes: hours(d, 20),
        yearly_minutes: hours(d, 10),
        subsidy: (shape.rules && d.unit() < 0.2).then(|| Subsidy {
            share: Share { numerator: 1, denominator: pick(d, &[2, 3]) },
            cap_yen: Some(30_000),
            months: 24,
            needs: subsidy_needs,
        }),
        effects,
        requires,
        excludes,
        meets: (0..shape.criteria)
            .filter(|_| d.unit() < 0.3)
            .map(|criterion| format!("c{criterion}"))
            .collect(),
    }
}
