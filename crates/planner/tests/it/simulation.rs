//! Simulated years against what can be computed exactly, and what must hold of every single year.

use kakari_planner::plan::Problem;
use kakari_planner::risk::{Case, Effect, Insurance, LossYears, Losses, Occurrence, Scenario, simulate};
use kakari_planner::spread::Spread;

use crate::sample::{Shape, problem};

fn scenario(id: &str, frequency: Spread, severity: Spread) -> Scenario {
    let losses = Losses::Events { frequency, occurrence: Occurrence::AnyNumber, severity };
    Scenario { id: id.to_owned(), name: id.to_owned(), losses, source: None }
}

fn alone(scenarios: &[Scenario], years: u32, seed: u64) -> LossYears {
    simulate(scenarios, &[Case { measures: Vec::new(), insurance: None }], years, seed).remove(0)
}

fn moments(years: &LossYears) -> (f64, f64) {
    let n = years.yen.len() as f64;
    let mean = years.yen.iter().map(|&yen| yen as f64).sum::<f64>() / n;
    (mean, years.yen.iter().map(|&yen| (yen as f64 - mean).powi(2)).sum::<f64>() / n)
}

/// The exact distribution of a Poisson number of losses on a grid (Panjer's recursion).
fn panjer(rate: f64, severity: &[f64], length: usize) -> Vec<f64> {
    let mut g = vec![(-rate).exp()];
    for k in 1..length {
        let terms = (1..=k.min(severity.len())).map(|j| j as f64 * severity[j - 1] * g[k - j]);
        let sum: f64 = terms.sum();
        g.push(rate / k as f64 * sum);
    }
    g
}

#[test]
fn panjer_gives_the_published_values() {
    let exact = panjer(2.0, &[0.5, 0.3, 0.2], 8);
    let published = [0.135335, 0.135335, 0.148869, 0.157891, 0.124734, 0.098569, 0.072953, 0.048702];
    for (value, published) in exact.iter().zip(published) {
        assert!((value - published).abs() < 1e-6, "{value} {published}");
    }
}

#[test]
fn the_yearly_loss_has_the_mean_and_variance_of_a_compound_poisson() {
    for (rate, severity) in [
        (0.3, Spread::Fixed(1e6)),
        (2.0, Spread::Pert { min: 1e6, mode: 4e6, max: 19e6 }),
        (0.8, Spread::Lognormal { mu: 13.0, sigma: 0.6 }),
        (40.0, Spread::Uniform { min: 1e4, max: 5e4 }),
    ] {
        let years = alone(&[scenario("x", Spread::Fixed(rate), severity)], 200_000, 3);
        let (mean, variance) = moments(&years);
        let second = severity.variance() + severity.mean().powi(2);
        // Five standard errors; the error of a variance is bounded through the fourth moment, here 3 %.
        let error = (rate * second / 200_000.0_f64).sqrt();
        assert!((mean - rate * severity.mean()).abs() < 5.0 * error, "{severity:?}: {mean}");
        assert!((variance / (rate * second) - 1.0).abs() < 0.03, "{severity:?}: {variance}");
    }
}

#[test]
fn the_distribution_of_losses_on_a_grid_is_panjers() {
    // A triangle has no grid, but three scenarios of fixed losses have: 1, 2 and 3 thousand yen.
    let parts = [(1, 0.5), (2, 0.3), (3, 0.2)];
    let scenarios: Vec<Scenario> = parts
        .iter()
        .map(|&(k, share)| {
            scenario(&format!("s{k}"), Spread::Fixed(2.0 * share), Spread::Fixed(f64::from(k) * 1e3))
        })
        .collect();
    let n = 200_000;
    let years = alone(&scenarios, n, 11);
    for (k, chance) in panjer(2.0, &[0.5, 0.3, 0.2], 12).iter().enumerate() {
        let seen = years.yen.iter().filter(|&&yen| usize::try_from(yen).unwrap() == 1_000 * k).count() as f64
            / f64::from(n);
        let error = (chance * (1.0 - chance) / f64::from(n)).sqrt();
        assert!((seen - chance).abs() < 5.0 * error, "{k}: {seen} {chance}");
    }
}

#[test]
fn thinned_events_are_as_rare_as_a_lower_rate() {
    let scenarios = [scenario("x", Spread::Fixed(1.5), Spread::Fixed(1.0))];
    let effect =
        Effect { scenario: 0, frequency: Spread::Fixed(0.4), severity: Spread::Fixed(0.0), source: None };
    let case = Case { measures: vec![("m", std::slice::from_ref(&effect))], insurance: None };
    let n = 200_000;
    let years = simulate(&scenarios, &[case], n, 5).remove(0);
    let mut chance = (-0.9_f64).exp();
    for k in 0..6 {
        let seen = years.yen.iter().filter(|&&yen| yen == k).count() as f64 / f64::from(n);
        assert!((seen - chance).abs() < 5.0 * (chance / f64::from(n)).sqrt(), "{k}: {seen} {chance}");
        chance *= 0.9 / (k + 1) as f64;
    }
}

#[test]
fn a_chance_of_one_event_a_year_is_a_coin() {
    let losses = Losses::Events {
        frequency: Spread::Fixed(0.3),
        occurrence: Occurrence::AtMostOnce,
        severity: Spread::Fixed(1000.0),
    };
    let years = alone(&[Scenario { id: "x".into(), name: "x".into(), losses, source: None }], 100_000, 1);
    let (mean, variance) = moments(&years);
    assert!((mean - 300.0).abs() < 8.0 && (variance / 210_000.0 - 1.0).abs() < 0.02, "{mean} {variance}");
    assert!(years.yen.iter().all(|&yen| yen == 0 || yen == 1000));
}

fn uncertain(seed: u64) -> Problem {
    let shape = Shape { measures: 8, scenarios: 5, phases: 1, rules: false, criteria: 0, budget_yen: None };
    let mut problem = problem(seed, shape);
    for scenario in &mut problem.scenarios {
        scenario.losses = Losses::Events {
            frequency: Spread::Lognormal { mu: -0.5, sigma: 0.7 },
            occurrence: Occurrence::AnyNumber,
            severity: Spread::Lognormal { mu: 13.0, sigma: 1.5 },
        };
    }
    for effect in problem.measures.iter_mut().flat_map(|measure| &mut measure.effects) {
        effect.frequency = Spread::Pert { min: 0.1, mode: 0.2, max: 0.9 };
        effect.severity = Spread::Uniform { min: 0.0, max: 0.8 };
    }
    problem
}

#[test]
fn more_measures_or_more_cover_never_lose_more_in_any_single_year() {
    let policy = Insurance {
        scenarios: vec![0, 2],
        deductible_yen: 100_000,
        limit_yen: 2_000_000,
        yearly_limit_yen: Some(3_000_000),
        premium_yen: 0,
    };
    for seed in 0..5 {
        let problem = uncertain(seed);
        let measures = |n: usize| -> Vec<(&str, &[Effect])> {
            problem.measures.iter().take(n).map(|m| (m.id.as_str(), m.effects.as_slice())).collect()
        };
        let case = |n, insured: bool| Case { measures: measures(n), insurance: insured.then_some(&policy) };
        let cases =
            [case(0, false), case(3, false), case(8, false), case(0, true), case(3, true), case(8, true)];
        let years = simulate(&problem.scenarios, &cases, 5_000, seed);
        for year in 0..5_000 {
            let loss: Vec<i64> = years.iter().map(|case| case.yen[year]).collect();
            assert!(loss[0] >= loss[1] && loss[1] >= loss[2], "measures: {loss:?}");
            assert!(loss[3] >= loss[4] && loss[4] >= loss[5], "measures under a policy: {loss:?}");
            assert!((0..3).all(|case| loss[case] >= loss[case + 3]), "policy: {loss:?}");
            assert!(loss.iter().all(|&yen| yen >= 0));
        }
    }
}

#[test]
fn the_order_of_scenarios_and_measures_changes_nothing() {
    let problem = uncertain(3);
    let forward: Vec<_> = problem.measures.iter().map(|m| (m.id.as_str(), m.effects.as_slice())).collect();
    let backward: Vec<_> = forward.iter().rev().copied().collect();
    let run = |measures| simulate(&problem.scenarios, &[Case { measures, insurance: None }], 2_000, 9);
    assert_eq!(run(forward), run(backward));

    let scenarios: Vec<Scenario> = problem.scenarios.iter().rev().cloned().collect();
    assert_eq!(alone(&problem.scenarios, 2_000, 9), alone(&scenarios, 2_000, 9));
}

#[test]
fn a_world_without_losses_still_has_complete_figures() {
    let summary = alone(&[scenario("x", Spread::Fixed(0.0), Spread::Fixed(1e6))], 100, 1).summary(Some(5));
    assert_eq!((summary.years, summary.mean_yen, summary.p90_yen, summary.largest_yen), (100, 0, 0, 0));
    let exceedance = summary.cannot_survive.unwrap();
    assert!(exceedance.chance == 0.0 && exceedance.chance_at_most > 0.03, "{exceedance:?}");
}

#[test]
fn the_insurance_pays_between_deductible_and_limit_and_no_more_than_its_yearly_limit() {
    let policy = |yearly| Insurance {
        scenarios: Vec::new(),
        deductible_yen: 300,
        limit_yen: 500,
        yearly_limit_yen: yearly,
        premium_yen: 1,
    };
    assert_eq!([0, 300, 301, 800, 900].map(|loss| policy(None).pays_yen(loss)), [0, 0, 1, 500, 500]);
    let losses = Losses::Events {
        frequency: Spread::Fixed(3.0),
        occurrence: Occurrence::AnyNumber,
        severity: Spread::Fixed(1000.0),
    };
    let scenarios = [Scenario { id: "x".into(), name: "x".into(), losses, source: None }];
    let (none, some) = (policy(None), policy(Some(700)));
    let case = |insurance| Case { measures: Vec::new(), insurance };
    let years = simulate(&scenarios, &[case(None), case(Some(&none)), case(Some(&some))], 1_000, 1);
    for year in 0..1_000 {
        let events = years[0].yen[year] / 1000;
        assert_eq!(years[1].yen[year], events * 500);
        assert_eq!(years[2].yen[year], events * 1000 - (events * 500).min(700));
    }
}

#[test]
fn a_seed_gives_the_same_years_to_the_yen() {
    // A literal, so that another machine or compiler that computes differently is found out.
    let summary = alone(&uncertain(1).scenarios, 1_000, 42).summary(None);
    assert_eq!(alone(&uncertain(1).scenarios, 1_000, 42).summary(None), summary);
    assert_eq!((summary.mean_yen, summary.p50_yen, summary.p90_yen), LITERAL);
}

const LITERAL: (i64, i64, i64) = (5_303_966, 2_888_441, 10_947_034);
