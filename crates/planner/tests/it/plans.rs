//! The fast search against its slow twin, and the properties of plans.

use kakari_planner::plan::{Effort, Mode, Proof, Status, brute_force, solve};

use crate::sample::{Shape, problem};

const NODES: u64 = 1_000_000;

fn compare(seeds: std::ops::Range<u64>, mode: Mode, shape: impl Fn(u64) -> Shape) {
    for seed in seeds {
        let problem = problem(seed, shape(seed));
        let world = problem.expected_world();
        let slow = brute_force(&problem, &world, mode).unwrap();
        let fast = solve(&problem, &world, mode, &Effort::nodes(NODES));
        assert_eq!(fast.proof, slow.proof, "seed {seed} {mode:?}");
        let value = |plan: &Option<kakari_planner::plan::Assignment>| {
            plan.as_ref().map(|plan| {
                let outcome = problem.outcome(&world, plan);
                (outcome.risk_yen, outcome.total_yen(), plan.iter().flatten().count())
            })
        };
        assert_eq!(value(&fast.assignment), value(&slow.assignment), "seed {seed} {mode:?}");
        assert_eq!(fast.assignment, slow.assignment, "seed {seed} {mode:?}");
    }
}

fn budget(seed: u64) -> Option<i64> {
    [Some(120_000), Some(0), Some(240_000), Some(60_000), None][(seed % 5) as usize]
}

#[test]
fn the_plan_equals_brute_force_under_a_budget_alone() {
    compare(0..400, Mode::Risk, |seed| Shape {
        measures: 1 + seed as usize % 10,
        scenarios: 1 + seed as usize % 6,
        phases: 1,
        rules: false,
        criteria: 0,
        budget_yen: budget(seed),
    });
}

#[test]
fn the_plan_equals_brute_force_with_all_rules() {
    compare(1000..1600, Mode::Risk, |seed| Shape {
        measures: 1 + seed as usize % 10,
        scenarios: 1 + seed as usize % 5,
        phases: 1,
        rules: true,
        criteria: 0,
        budget_yen: budget(seed),
    });
}

#[test]
fn the_cheapest_way_to_the_criteria_equals_brute_force() {
    for mode in [Mode::Criteria, Mode::Both] {
        compare(2000..2400, mode, |seed| Shape {
            measures: 1 + seed as usize % 9,
            scenarios: 1 + seed as usize % 5,
            phases: 1,
            rules: seed % 2 == 0,
            criteria: 1 + seed as usize % 6,
            budget_yen: budget(seed),
        });
    }
}

#[test]
fn the_plan_over_several_phases_equals_brute_force() {
    for mode in [Mode::Risk, Mode::Criteria, Mode::Both] {
        compare(3000..3150, mode, |seed| Shape {
            measures: 1 + seed as usize % 5,
            scenarios: 1 + seed as usize % 3,
            phases: 2 + seed as usize % 2,
            rules: true,
            criteria: seed as usize % 4,
            budget_yen: budget(seed),
        });
    }
}
