//! The fast search against its slow twin, and the properties of plans.

use kakari_planner::input::{Override, read};
use kakari_planner::plan::{
    Assignment, Effort, Measure, Mode, Obstacle, Problem, Proof, Rule, Status, brute_force, conflict,
    explain, robustness, solve,
};
use kakari_planner::spread::Spread;

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

/// The bar that the project sets itself; about a minute when optimised: `cargo test --release -- --ignored`.
#[test]
#[ignore = "ten thousand tasks with up to 16 measures take long without optimisation"]
fn ten_thousand_plans_of_up_to_sixteen_measures_equal_brute_force() {
    for (part, mode) in [Mode::Risk, Mode::Criteria, Mode::Both].into_iter().enumerate() {
        let start = 100_000 * (part as u64 + 1);
        compare(start..start + 3_334, mode, |seed| Shape {
            measures: 1 + seed as usize % 16,
            scenarios: 1 + seed as usize % 7,
            phases: 1,
            rules: seed % 3 != 0,
            criteria: seed as usize % 5,
            budget_yen: budget(seed),
        });
    }
}

fn shape(measures: usize, rules: bool) -> Shape {
    Shape { measures, scenarios: 6, phases: 1, rules, criteria: 0, budget_yen: Some(120_000) }
}

fn best_risk(problem: &Problem) -> i64 {
    let world = problem.expected_world();
    let plan = solve(problem, &world, Mode::Risk, &Effort::nodes(NODES)).assignment.unwrap();
    problem.outcome(&world, &plan).risk_yen
}

#[test]
fn the_worked_case_has_its_published_values() {
    let problem = read(include_bytes!("../../../../examples/plan/03-worked-case.json"), Override::default())
        .unwrap()
        .problem;
    let world = problem.expected_world();
    let saved = |chosen: [usize; 3]| {
        let plan = chosen.map(|taken| (taken == 1).then_some(0)).to_vec();
        1_500_000 - problem.outcome(&world, &plan).risk_yen
    };
    let sets = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [1, 0, 1], [0, 1, 1], [1, 1, 1]];
    assert_eq!(sets.map(saved), [500_000, 700_000, 250_000, 900_000, 750_000, 900_000, 1_100_000]);
}

#[test]
fn more_budget_or_a_free_measure_never_leaves_more_risk() {
    for seed in 0..60 {
        let mut problem = problem(seed, shape(12, false));
        let mut last = i64::MAX;
        for budget in [0, 6_000, 50_000, 120_000, 240_000, 1_000_000] {
            problem.phases[0].budget_yen = Some(budget);
            let risk = best_risk(&problem);
            assert!(risk <= last, "seed {seed} budget {budget}");
            last = risk;
        }
        problem.phases[0].budget_yen = Some(120_000);
        let before = best_risk(&problem);
        let index = 3;
        problem.measures[index].one_off_yen = 0;
        problem.measures[index].yearly_yen = 0;
        assert!(best_risk(&problem) <= before, "seed {seed}");
    }
}

#[test]
fn a_search_cut_short_states_a_gap_that_holds() {
    let mut gaps = 0;
    for seed in 0..200 {
        let problem = problem(seed, shape(14, seed % 2 == 0));
        let world = problem.expected_world();
        let best = solve(&problem, &world, Mode::Risk, &Effort::nodes(NODES));
        let cut = solve(&problem, &world, Mode::Risk, &Effort::nodes(1 + seed % 5));
        let risk =
            |plan: &Option<Assignment>| plan.as_ref().map(|plan| problem.outcome(&world, plan).risk_yen);
        match cut.proof {
            Proof::Gap { yen } => {
                gaps += 1;
                assert!(
                    risk(&cut.assignment).unwrap() - yen <= risk(&best.assignment).unwrap(),
                    "seed {seed}"
                );
            }
            Proof::Unknown => assert_eq!(cut.assignment, None),
            proof => assert_eq!(
                (proof, risk(&cut.assignment)),
                (best.proof, risk(&best.assignment)),
                "seed {seed}"
            ),
        }
    }
    assert!(gaps > 10, "only {gaps} searches were cut short");
}

#[test]
fn the_same_task_gives_the_same_answer_node_for_node() {
    for seed in 0..20 {
        let problem = problem(seed, shape(20, true));
        let world = problem.expected_world();
        let run = || solve(&problem, &world, Mode::Risk, &Effort::nodes(NODES));
        assert_eq!(run(), run());
    }
}

#[test]
fn many_equal_measures_are_no_trouble() {
    let mut problem = problem(1, shape(40, false));
    let first = problem.measures[0].clone();
    for measure in &mut problem.measures {
        *measure = Measure { id: measure.id.clone(), yearly_yen: 10_000, one_off_yen: 0, ..first.clone() };
    }
    let world = problem.expected_world();
    let solution = solve(&problem, &world, Mode::Risk, &Effort::nodes(1_000));
    assert_eq!(solution.proof, Proof::Optimal);
    let chosen: Vec<usize> =
        (0..40).filter(|&index| solution.assignment.as_ref().unwrap()[index].is_some()).collect();
    assert_eq!(chosen, (0..12).collect::<Vec<_>>());
}

#[test]
fn time_that_is_up_ends_the_search_and_is_said() {
    let problem = problem(4, Shape { measures: 200, scenarios: 12, ..shape(200, false) });
    let solution = solve(
        &problem,
        &problem.expected_world(),
        Mode::Risk,
        &Effort { nodes: NODES, out_of_time: &|| true },
    );
    assert!(solution.nodes < 100);
    assert!(solution.out_of_time || solution.proof == Proof::Optimal);
}

#[test]
fn a_conflict_is_real_and_minimal() {
    let mut conflicts = 0;
    for seed in 0..600 {
        let problem = problem(seed, Shape { criteria: 4, budget_yen: Some(30_000), ..shape(8, true) });
        let world = problem.expected_world();
        if brute_force(&problem, &world, Mode::Both).unwrap().assignment.is_some() {
            continue;
        }
        conflicts += 1;
        let conflict = conflict(&problem, &world, Mode::Both, &Effort::nodes(100_000));
        assert!(conflict.is_minimal, "seed {seed}");
        assert!(!is_possible(&problem, &conflict.rules), "seed {seed}: {:?}", conflict.rules);
        for left in 0..conflict.rules.len() {
            let mut fewer = conflict.rules.clone();
            fewer.remove(left);
            assert!(is_possible(&problem, &fewer), "seed {seed}: {:?} without {left}", conflict.rules);
        }
    }
    assert!(conflicts > 50, "only {conflicts} conflicts");
}

/// By brute force: the problem with these rules alone.
fn is_possible(problem: &Problem, rules: &[Rule]) -> bool {
    let mut problem = problem.clone();
    for index in 0..problem.measures.len() {
        let has = |rule: Rule| rules.contains(&rule);
        let measure = &mut problem.measures[index];
        measure.requires.retain(|&need| has(Rule::Requires(index, need)));
        measure.excludes.retain(|&other| has(Rule::Exclusive(vec![index.min(other), index.max(other)])));
        measure.status = match measure.status {
            Status::Must if !has(Rule::Must(index)) => Status::Open,
            Status::Refused if !has(Rule::Refused(index)) => Status::Open,
            status => status,
        };
    }
    problem.exclusive.retain(|group| rules.contains(&Rule::Exclusive(group.clone())));
    problem.needed.retain(|criterion| rules.contains(&Rule::Criterion(criterion.clone())));
    if !rules.contains(&Rule::Budget(0)) {
        problem.phases[0].budget_yen = None;
    }
    if !rules.contains(&Rule::Hours(0)) {
        problem.phases[0].budget_minutes = None;
    }
    brute_force(&problem, &problem.expected_world(), Mode::Both).unwrap().assignment.is_some()
}

#[test]
fn the_reasons_hold_when_computed_anew() {
    for seed in 0..100 {
        let problem = problem(seed, shape(10, seed % 2 == 0));
        let world = problem.expected_world();
        let Some(plan) = solve(&problem, &world, Mode::Risk, &Effort::nodes(NODES)).assignment else {
            continue;
        };
        let explanation = explain(&problem, &world, Mode::Risk, &plan, &Effort::nodes(NODES));
        let outcome = problem.outcome(&world, &plan);
        let chosen: Vec<usize> = (0..plan.len()).filter(|&index| plan[index].is_some()).collect();
        let mut explained: Vec<usize> = explanation.why.iter().map(|why| why.measure).collect();
        for (place, measure) in explained.iter().enumerate() {
            let needs = &problem.measures[*measure].requires;
            let later = &explained[place..];
            assert!(
                !needs.iter().any(|need| later.contains(need)),
                "seed {seed}: a prerequisite comes later"
            );
        }
        explained.sort_unstable();
        assert_eq!(explained, chosen, "seed {seed}");
        assert_eq!(explanation.why.iter().map(|why| why.cost_yen).sum::<i64>(), outcome.total_yen());
        // In a proven plan whatever would still save something is kept out by a rule.
        if let Some(next) = &explanation.left_out {
            assert!(plan[next.measure].is_none() && next.saves_yen > 0);
            match next.obstacle {
                Obstacle::Budget { missing_yen } => {
                    assert_eq!(missing_yen, outcome.total_yen() + next.cost_yen - 120_000, "seed {seed}");
                }
                Obstacle::NotAskedFor => panic!("seed {seed}: it would fit and save {}", next.saves_yen),
                Obstacle::Hours { .. } | Obstacle::Exclusive(_) => {}
            }
        }
    }
}

#[test]
fn a_plan_is_as_robust_as_its_numbers_are_sure() {
    let mut problem = problem(7, shape(10, false));
    let world = problem.expected_world();
    let plan = solve(&problem, &world, Mode::Risk, &Effort::nodes(NODES)).assignment.unwrap();
    let sure = robustness(&problem, &plan, Mode::Risk, 10, 1, &Effort::nodes(NODES));
    assert_eq!((sure.worlds, sure.same_plan, sure.unproven), (10, 10, 0));
    for effect in problem.measures.iter_mut().flat_map(|measure| &mut measure.effects) {
        effect.frequency = Spread::Uniform { min: 0.0, max: 1.0 };
    }
    let unsure = robustness(&problem, &plan, Mode::Risk, 50, 1, &Effort::nodes(NODES));
    assert!(unsure.same_plan < 50, "{unsure:?}");
}
