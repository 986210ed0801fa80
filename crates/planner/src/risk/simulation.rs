//! Many simulated years, the same ones for every plan that is compared.
//!
//! Each case (today, with the plan, with the plan and an insurance) sees the same events: an event carries a
//! mark, and a lower frequency removes the events whose mark lies above the remaining share (thinning).
//! Shares are drawn once a year and are the same in every case. So a case that only adds measures or cover
//! never loses more than the case it started from, in any single year.

use serde::Serialize;

use super::{Effect, Insurance, Losses, Occurrence, Scenario};
use crate::chance::Stream;

/// More years than this are refused by the reader of input; a year takes eight bytes per case.
pub const MAX_YEARS: u32 = 1_000_000;
/// The highest rate that is sampled: above it the chance of no event is no longer a number. Only the far
/// tail of an uncertain frequency gets near, as the reader refuses more than 366 events a year.
const MAX_RATE: f64 = 700.0;
/// The largest single loss that is sampled, in yen. Sums of many still fit an `i64`.
const MAX_LOSS_YEN: f64 = 1e14;

/// What protects the organisation in one variant of the simulated years.
#[derive(Debug, Clone)]
pub struct Case<'a> {
    /// Measures in place: id and effects.
    pub measures: Vec<(&'a str, &'a [Effect])>,
    pub insurance: Option<&'a Insurance>,
}

/// The loss of each simulated year of one case, in the order of the years.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LossYears {
    pub yen: Vec<i64>,
}

/// The figures that are shown of one case. They are complete, all zero, when no loss was drawn.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    pub years: usize,
    /// The mean over the simulated years. With long tails it wanders: see `standard_error_yen`.
    pub mean_yen: i64,
    pub standard_error_yen: i64,
    pub p10_yen: i64,
    pub p50_yen: i64,
    pub p90_yen: i64,
    pub p99_yen: i64,
    pub largest_yen: i64,
    /// The mean of the worst tenth of all years.
    pub worst_tenth_mean_yen: i64,
    pub share_of_years_without_loss: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cannot_survive: Option<Exceedance>,
}

/// The chance of losing more than a sum in one year.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Exceedance {
    pub yen: i64,
    pub chance: f64,
    /// The upper end of its 95 % interval (Wilson): no such year among 100,000 does not mean never.
    pub chance_at_most: f64,
}

/// Simulates `years` years of all `scenarios` and adds up what each case loses in each of them.
///
/// The result depends on the seed, the ids and the numbers, and on no order.
pub fn simulate(scenarios: &[Scenario], cases: &[Case<'_>], years: u32, seed: u64) -> Vec<LossYears> {
    let mut result: Vec<LossYears> =
        cases.iter().map(|_| LossYears { yen: vec![0; years as usize] }).collect();
    let mut paid: Vec<Vec<i64>> =
        cases.iter().map(|case| vec![0; if case.insurance.is_some() { years as usize } else { 0 }]).collect();
    for (index, scenario) in scenarios.iter().enumerate() {
        let track = Track::new(scenario, index, cases, seed);
        for year in 0..years {
            track.simulate_year(year, &mut result, &mut paid);
        }
    }
    for ((losses, paid), case) in result.iter_mut().zip(&paid).zip(cases) {
        let yearly_limit = case.insurance.and_then(|policy| policy.yearly_limit_yen).unwrap_or(i64::MAX);
        for (loss, paid) in losses.yen.iter_mut().zip(paid) {
            *loss -= (*paid).min(yearly_limit);
        }
    }
    result
}

/// One scenario with everything that touches it, ready to be run year by year.
struct Track<'a> {
    scenario: &'a Scenario,
    stream: Stream,
    /// Each effect on this scenario once, with its own stream, in the order of the measures' ids.
    effects: Vec<(Stream, &'a Effect)>,
    /// For each case, which of `effects` are in place, and the policy if it covers the scenario.
    cases: Vec<(Vec<usize>, Option<&'a Insurance>)>,
}

impl<'a> Track<'a> {
    fn new(scenario: &'a Scenario, index: usize, cases: &[Case<'a>], seed: u64) -> Self {
        let mut known: Vec<(&str, &Effect)> = cases
            .iter()
            .flat_map(|case| &case.measures)
            .flat_map(|(id, effects)| effects.iter().map(move |effect| (*id, effect)))
            .filter(|(_, effect)| effect.scenario == index)
            .collect();
        known.sort_by_key(|(id, _)| *id);
        known.dedup_by_key(|(id, _)| *id);
        let stream = Stream::named(seed, &scenario.id);
        Self {
            scenario,
            stream,
            cases: cases
                .iter()
                .map(|case| {
                    let in_place = |id: &str| case.measures.iter().any(|(other, _)| *other == id);
                    let places = (0..known.len()).filter(|&place| in_place(known[place].0)).collect();
                    (places, case.insurance.filter(|policy| policy.covers(index)))
                })
                .collect(),
            effects: known
                .into_iter()
                .map(|(id, effect)| (Stream::named(seed, &format!("{id}\u{0}{}", scenario.id)), effect))
                .collect(),
        }
    }

    fn simulate_year(&self, year: u32, losses: &mut [LossYears], paid: &mut [Vec<i64>]) {
        let stream = self.stream.part(u64::from(year));
        let place = year as usize;
        match self.scenario.losses {
            Losses::Expected { yearly_yen } => {
                for ((frequency, severity), losses) in self.remaining(year).into_iter().zip(losses) {
                    losses.yen[place] += (yearly_yen as f64 * frequency * severity) as i64;
                }
            }
            Losses::Events { frequency, occurrence, severity } => {
                let mut draws = stream.part(0).draws();
                let frequency = frequency.sample(&mut draws);
                let count = match occurrence {
                    Occurrence::AnyNumber => poisson(frequency, draws.unit()),
                    Occurrence::AtMostOnce => u64::from(draws.unit() < frequency),
                };
                if count == 0 {
                    return;
                }
                let remaining = self.remaining(year);
                for event in 1..=count {
                    let mut draws = stream.part(event).draws();
                    let mark = draws.unit();
                    let loss = severity.sample(&mut draws).min(MAX_LOSS_YEN);
                    for (case, (frequency, severity)) in remaining.iter().enumerate() {
                        if mark < *frequency {
                            let yen = (loss * severity) as i64;
                            losses[case].yen[place] += yen;
                            if let Some(policy) = self.cases[case].1 {
                                paid[case][place] += policy.pays_yen(yen);
                            }
                        }
                    }
                }
            }
        }
    }

    /// The remaining shares of frequency and severity in each case, for the effects drawn for this year.
    fn remaining(&self, year: u32) -> Vec<(f64, f64)> {
        let drawn: Vec<(f64, f64)> = self
            .effects
            .iter()
            .map(|(stream, effect)| {
                let mut draws = stream.part(u64::from(year)).draws();
                (1.0 - effect.frequency.sample(&mut draws), 1.0 - effect.severity.sample(&mut draws))
            })
            .collect();
        self.cases
            .iter()
            .map(|(places, _)| {
                places.iter().fold((1.0, 1.0), |(f, s), &place| (f * drawn[place].0, s * drawn[place].1))
            })
            .collect()
    }
}

/// The number of events that a uniform number stands for under this rate (inversion of the Poisson law).
/// A higher rate never gives fewer events for the same number.
fn poisson(rate: f64, uniform: f64) -> u64 {
    let rate = rate.clamp(0.0, MAX_RATE);
    let mut chance = libm::exp(-rate);
    let mut cumulated = chance;
    let mut count = 0;
    // The sum reaches 1 up to rounding; the bound ends the walk where the rest is too small to add up.
    while uniform > cumulated && count < 2 * MAX_RATE as u64 {
        count += 1;
        chance *= rate / count as f64;
        cumulated += chance;
    }
    count
}

impl LossYears {
    /// The figures to show; `cannot_survive_yen` is the loss after which the organisation would close.
    pub fn summary(&self, cannot_survive_yen: Option<i64>) -> Summary {
        let mut sorted = self.yen.clone();
        sorted.sort_unstable();
        let years = sorted.len();
        let quantile = |percent: usize| {
            // The smallest loss that at least this share of the years does not exceed.
            let rank = (years * percent).div_ceil(100).max(1) - 1;
            sorted.get(rank).copied().unwrap_or(0)
        };
        let n = years.max(1) as f64;
        let total: i128 = sorted.iter().map(|&yen| i128::from(yen)).sum();
        let mean = total as f64 / n;
        let variance = sorted.iter().map(|&yen| (yen as f64 - mean) * (yen as f64 - mean)).sum::<f64>() / n;
        let worst = &sorted[years - years.div_ceil(10)..];
        let worst_total: i128 = worst.iter().map(|&yen| i128::from(yen)).sum();
        Summary {
            years,
            mean_yen: mean.round() as i64,
            standard_error_yen: (variance / n).sqrt().round() as i64,
            p10_yen: quantile(10),
            p50_yen: quantile(50),
            p90_yen: quantile(90),
            p99_yen: quantile(99),
            largest_yen: sorted.last().copied().unwrap_or(0),
            worst_tenth_mean_yen: (worst_total as f64 / worst.len().max(1) as f64).round() as i64,
            share_of_years_without_loss: sorted.partition_point(|&yen| yen <= 0) as f64 / n,
            cannot_survive: cannot_survive_yen.map(|yen| self.exceedance(yen)),
        }
    }

    /// How often a year costs more than `yen`.
    pub fn exceedance(&self, yen: i64) -> Exceedance {
        let n = self.yen.len().max(1) as f64;
        let chance = self.yen.iter().filter(|&&loss| loss > yen).count() as f64 / n;
        let z2 = 1.959_964 * 1.959_964;
        let middle = chance + z2 / (2.0 * n);
        let half = (z2 * (chance * (1.0 - chance) / n + z2 / (4.0 * n * n))).sqrt();
        Exceedance { yen, chance, chance_at_most: ((middle + half) / (1.0 + z2 / n)).min(1.0) }
    }
}
