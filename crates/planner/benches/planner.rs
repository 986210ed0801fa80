//! How long plans and simulations take: `cargo bench -p kakari-planner`, or with `-- 40` only the plans of
//! forty measures.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

#[path = "../tests/it/sample.rs"]
mod sample;

use std::time::{Duration, Instant};

use kakari_planner::plan::{Effort, Mode, Proof, solve};
use kakari_planner::risk::{Case, Losses, Occurrence, Scenario, simulate};
use kakari_planner::spread::{Spread, Z90};
use sample::{Shape, problem};

fn main() {
    let only: Option<usize> = std::env::args().find_map(|argument| argument.parse().ok());
    for (measures, nodes, tasks) in [(40, 1_000_000, 100), (100, 20_000, 5), (200, 10_000, 5)] {
        if only.is_some_and(|only| only != measures) {
            continue;
        }
        for (rules, criteria, phases) in [(false, 0, 1), (true, 0, 1), (true, 10, 1), (true, 0, 2)] {
            let modes: &[Mode] = if criteria > 0 { &[Mode::Criteria, Mode::Both] } else { &[Mode::Risk] };
            for &mode in modes {
                let shape =
                    Shape { measures, scenarios: 12, phases, rules, criteria, budget_yen: Some(240_000) };
                // Several phases are many times harder; there the gap is what counts.
                plans(shape, mode, if phases > 1 { nodes / 50 } else { nodes }, tasks);
            }
        }
    }
    simulation();
}

fn plans(shape: Shape, mode: Mode, nodes: u64, tasks: u64) {
    let mut times = Vec::new();
    let (mut proven, mut most_nodes, mut worst_gap) = (0, 0, 0.0_f64);
    for seed in 0..tasks {
        let problem = problem(seed, shape);
        let world = problem.expected_world();
        let start = Instant::now();
        let solution = solve(&problem, &world, mode, &Effort::nodes(nodes));
        times.push(start.elapsed());
        most_nodes = most_nodes.max(solution.nodes);
        match (solution.proof, &solution.assignment) {
            (Proof::Gap { yen }, Some(plan)) => {
                let outcome = problem.outcome(&world, plan);
                let value = if mode == Mode::Criteria { outcome.total_yen() } else { outcome.risk_yen };
                worst_gap = worst_gap.max(yen as f64 / value.max(1) as f64);
            }
            (Proof::Optimal | Proof::Infeasible, _) => proven += 1,
            _ => {}
        }
    }
    times.sort();
    let total: Duration = times.iter().sum();
    println!(
        "plan {:>3} x {}, rules {:5}, criteria {:>2}, phases {}, {mode:?}: proven {proven}/{tasks}, mean {:.1?}, worst {:.1?}, at most {most_nodes} nodes, worst gap {:.2} %",
        shape.measures,
        shape.scenarios,
        shape.rules,
        shape.criteria,
        shape.phases,
        total / u32::try_from(tasks).unwrap_or(1),
        times.last().copied().unwrap_or_default(),
        100.0 * worst_gap,
    );
}

fn simulation() {
    let scenarios: Vec<Scenario> = (0..20)
        .map(|index| Scenario {
            id: format!("s{index}"),
            name: String::new(),
            losses: Losses::Events {
                frequency: Spread::lognormal_between(0.05, 0.5, Z90),
                occurrence: Occurrence::AnyNumber,
                severity: Spread::lognormal_between(1e5, 1e7, Z90),
            },
            source: None,
        })
        .collect();
    let problem = problem(
        1,
        Shape { measures: 12, scenarios: 20, phases: 1, rules: false, criteria: 0, budget_yen: None },
    );
    let plan: Vec<_> =
        problem.measures.iter().map(|measure| (measure.id.as_str(), measure.effects.as_slice())).collect();
    let cases = [Case { measures: Vec::new(), insurance: None }, Case { measures: plan, insurance: None }];
    let start = Instant::now();
    let years = simulate(&scenarios, &cases, 100_000, 1);
    let time = start.elapsed();
    println!(
        "simulation 100,000 years x 20 scenarios, before and after 12 measures: {time:.1?} (means {} and {} yen)",
        years[0].summary(None).mean_yen,
        years[1].summary(None).mean_yen,
    );
}
