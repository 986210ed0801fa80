//! A lower bound on what any completion of a partial plan can reach.
//!
//! Write `x_j` in {0, 1} for "choice j is taken" and G(x) for what is to be small: the remaining risk
//! `G(x) = sum_t A_t * product_j remains_jt^(x_j)`, or the cost `G(x) = sum_j cost_j x_j`.
//! A *cover* is a linear function `k - sum_j g_j x_j` that is nowhere above G on 0-1 points that extend the
//! partial plan. There are two:
//!
//! - **Tangent.** `product_j remains_jt^(x_j) = exp(-sum_j rate_jt x_j)` is convex in x, so its tangent plane
//!   at *any* point p lies below it: `g_j = sum_t A_t e^(-z_t(p)) rate_jt`, `k = G(p) + sum_j g_j p_j`.
//!   The cost is linear and its own tangent.
//! - **Chord.** Each further choice saves at most what it would save as the first one, because factors are at
//!   most 1 (G is supermodular): for the decided set F and a set T of further choices,
//!   `G(F + T) >= G(F) - sum_{j in T} (G(F) - G(F + j))`.
//!
//! For any multipliers `m_i >= 0` on the rows `sum_j a_ij x_j <= b_i`, every allowed x has
//! `sum_j g_j x_j <= sum_i m_i b_i + sum_j (g_j - sum_i m_i a_ij) x_j`, and an open `x_j` adds at most
//! `max(0, reduced_j)` with `reduced_j = g_j - sum_i m_i a_ij` (Lagrange). Hence
//!
//! `bound = k - sum_i m_i b_i - sum_{j in} reduced_j - sum_{j open} max(0, reduced_j) <= G(x)`
//!
//! for **every** p and every m >= 0. How p and m are found (Frank-Wolfe steps and coordinate descent below)
//! decides how tight the bound is, never whether it is one. With `x_j` forced to the side that `reduced_j`
//! speaks against, the bound rises by `|reduced_j|`: that decides choices without branching.

use super::program::{Decision, Program, most};

/// What a bound is computed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aim {
    Risk,
    Cost,
}

/// The state that one node hands to the next: good guesses, no promises.
#[derive(Debug, Clone)]
pub(super) struct Guess {
    pub point: Vec<f64>,
    pub multipliers: Vec<f64>,
}

/// A bound with what it says about single choices.
#[derive(Debug, Clone)]
pub(super) struct Bound {
    pub value: f64,
    /// The bound rises by the size of this number when the choice is forced out (positive) or in (negative).
    pub reduced: Vec<f64>,
}

/// A linear function `constant - sum_j gains_j x_j` below the aim.
struct Cover {
    constant: f64,
    gains: Vec<f64>,
}

impl Program {
    /// Improves `guess` step by step and returns the best bound met. Stops when `is_enough` says so, or when
    /// the point itself is better than `target`: then no bound of this kind can reach the target.
    pub fn bound(
        &self,
        aim: Aim,
        decisions: &[Decision],
        guess: &mut Guess,
        steps: usize,
        target: f64,
        is_enough: impl Fn(f64) -> bool,
    ) -> Bound {
        for (value, decision) in guess.point.iter_mut().zip(decisions) {
            match decision {
                Decision::In => *value = 1.0,
                Decision::Out => *value = 0.0,
                Decision::Open => {}
            }
        }
        let mut best = match aim {
            Aim::Risk => self.relax(&self.chord(decisions), decisions, &mut guess.multipliers.clone()),
            Aim::Cost => self.relax(&self.costs(), decisions, &mut guess.multipliers),
        };
        if aim == Aim::Cost {
            guess.point = self.corner(&best.reduced, decisions);
            return best;
        }
        for step in 0..steps {
            if is_enough(best.value) {
                break;
            }
            let exponents = self.exponents(&guess.point);
            let (cover, value) = self.tangent(&guess.point, &exponents);
            let bound = self.relax(&cover, decisions, &mut guess.multipliers);
            let gap = value - bound.value;
            let corner = self.corner(&bound.reduced, decisions);
            if bound.value > best.value {
                best = bound;
            }
            // Once the point is as good as the bound there is nothing left to gain; once it is better than
            // the target a few steps more only serve to decide single choices.
            if gap <= 1e-7 * value.abs() + 1e-3 || (value < target && step >= steps / 6) {
                break;
            }
            self.step(&mut guess.point, &exponents, &corner);
        }
        best
    }

    fn exponents(&self, point: &[f64]) -> Vec<f64> {
        let terms = self.terms();
        let mut exponents = vec![0.0; terms];
        for (j, &x) in point.iter().enumerate().filter(|&(_, &x)| x > 0.0) {
            for (exponent, rate) in exponents.iter_mut().zip(&self.rates[j * terms..(j + 1) * terms]) {
                *exponent += rate * x;
            }
        }
        exponents
    }

    fn tangent(&self, point: &[f64], exponents: &[f64]) -> (Cover, f64) {
        let terms = self.terms();
        let left: Vec<f64> = self
            .amounts
            .iter()
            .zip(exponents)
            .map(|(amount, exponent)| amount * libm::exp(-exponent))
            .collect();
        let dot = |row: &[f64]| row.iter().zip(&left).map(|(rate, left)| rate * left).sum::<f64>();
        let gains: Vec<f64> =
            (0..self.choices.len()).map(|j| dot(&self.rates[j * terms..(j + 1) * terms])).collect();
        let value: f64 = left.iter().sum();
        let constant = value + gains.iter().zip(point).map(|(gain, x)| gain * x).sum::<f64>();
        (Cover { constant, gains }, value)
    }

    fn chord(&self, decisions: &[Decision]) -> Cover {
        let terms = self.terms();
        let mut left = self.amounts.clone();
        for j in (0..self.choices.len()).filter(|&j| decisions[j] == Decision::In) {
            for (left, cut) in left.iter_mut().zip(&self.cuts[j * terms..(j + 1) * terms]) {
                *left *= 1.0 - cut;
            }
        }
        let dot = |row: &[f64]| row.iter().zip(&left).map(|(cut, left)| cut * left).sum::<f64>();
        let gain = |j: usize| match decisions[j] {
            Decision::Open => dot(&self.cuts[j * terms..(j + 1) * terms]),
            Decision::In | Decision::Out => 0.0,
        };
        Cover { constant: left.iter().sum(), gains: (0..self.choices.len()).map(gain).collect() }
    }

    /// What each open choice would save as the next one.
    pub fn savings(&self, decisions: &[Decision]) -> Vec<f64> {
        self.chord(decisions).gains
    }

    fn costs(&self) -> Cover {
        Cover { constant: 0.0, gains: self.choices.iter().map(|choice| -(choice.cost_yen as f64)).collect() }
    }

    /// The bound of a cover with multipliers improved by coordinate descent: each row in turn gets the
    /// multiplier that is best while the others stay.
    fn relax(&self, cover: &Cover, decisions: &[Decision], multipliers: &mut [f64]) -> Bound {
        let mut reduced = cover.gains.clone();
        let binding: Vec<usize> = (0..self.rows.len())
            .filter(|&i| {
                let most: i64 = self.rows[i].entries.iter().map(|&(j, a)| most(decisions[j], a)).sum();
                let can_bind = most > self.rows[i].at_most;
                if !can_bind {
                    multipliers[i] = 0.0;
                }
                can_bind
            })
            .collect();
        for &i in &binding {
            for &(j, a) in &self.rows[i].entries {
                reduced[j] -= multipliers[i] * a as f64;
            }
        }
        let passes = if binding.len() > 1 { 3 } else { 1 };
        let mut breaks = Vec::new();
        for _ in 0..passes {
            for &i in &binding {
                let best = self.best_multiplier(i, multipliers[i], &reduced, decisions, &mut breaks);
                let change = best - multipliers[i];
                if change != 0.0 {
                    multipliers[i] = best;
                    for &(j, a) in &self.rows[i].entries {
                        reduced[j] -= change * a as f64;
                    }
                }
            }
        }
        // The reduced gains are computed afresh, so that rounding of the updates cannot add up in the bound.
        reduced.copy_from_slice(&cover.gains);
        let mut value = cover.constant;
        for &i in &binding {
            value -= multipliers[i] * self.rows[i].at_most as f64;
            for &(j, a) in &self.rows[i].entries {
                reduced[j] -= multipliers[i] * a as f64;
            }
        }
        for (reduced, decision) in reduced.iter().zip(decisions) {
            value -= match decision {
                Decision::In => *reduced,
                Decision::Open => reduced.max(0.0),
                Decision::Out => 0.0,
            };
        }
        Bound { value, reduced }
    }

    /// The multiplier of row `i` that minimises `m * slack + sum over open j of max(0, rest_j - m a_j)`, where
    /// `rest_j` is the reduced gain without this row: a convex function with a kink where each term vanishes.
    fn best_multiplier(
        &self,
        i: usize,
        current: f64,
        reduced: &[f64],
        decisions: &[Decision],
        breaks: &mut Vec<(f64, f64)>,
    ) -> f64 {
        let row = &self.rows[i];
        let mut slope = row.at_most as f64;
        breaks.clear();
        for &(j, a) in &row.entries {
            let a = a as f64;
            match decisions[j] {
                Decision::In => slope -= a,
                Decision::Out => {}
                Decision::Open => {
                    let kink = (reduced[j] + current * a) / a;
                    // Left of the first kink at zero: terms with a > 0 fall until their kink, those with
                    // a < 0 rise after theirs.
                    if a > 0.0 && kink > 0.0 {
                        slope -= a;
                        breaks.push((kink, a));
                    } else if a < 0.0 {
                        if kink > 0.0 {
                            breaks.push((kink, -a));
                        } else {
                            slope -= a;
                        }
                    }
                }
            }
        }
        if slope >= 0.0 {
            return 0.0;
        }
        breaks.sort_unstable_by(|left, right| left.0.total_cmp(&right.0));
        for &(kink, rise) in breaks.iter() {
            slope += rise;
            if slope >= 0.0 {
                return kink;
            }
        }
        // The row cannot be kept at all: any multiplier is valid, and propagation will say so.
        current
    }

    /// A point that takes what the reduced gains speak for, and of what they leave open as much as the rows
    /// allow. It only steers the next step.
    fn corner(&self, reduced: &[f64], decisions: &[Decision]) -> Vec<f64> {
        let scale = reduced.iter().fold(0.0_f64, |scale, value| scale.max(value.abs()));
        let is_even = |j: usize| reduced[j].abs() <= 1e-9 * scale;
        let mut point: Vec<f64> = (0..self.choices.len())
            .map(|j| match decisions[j] {
                Decision::In => 1.0,
                Decision::Out => 0.0,
                Decision::Open => f64::from(reduced[j] > 0.0 && !is_even(j)),
            })
            .collect();
        let mut slack: Vec<f64> = self
            .rows
            .iter()
            .map(|row| {
                row.at_most as f64 - row.entries.iter().map(|&(j, a)| a as f64 * point[j]).sum::<f64>()
            })
            .collect();
        for j in (0..self.choices.len()).filter(|&j| decisions[j] == Decision::Open && is_even(j)) {
            let mut room = 1.0_f64;
            for (row, slack) in self.rows.iter().zip(&slack) {
                for &(_, a) in row.entries.iter().filter(|&&(k, a)| k == j && a > 0) {
                    room = room.min((slack / a as f64).max(0.0));
                }
            }
            point[j] = room;
            for (row, slack) in self.rows.iter().zip(&mut slack) {
                for &(_, a) in row.entries.iter().filter(|&&(k, _)| k == j) {
                    *slack -= a as f64 * room;
                }
            }
        }
        point
    }

    /// Moves the point towards the corner as far as the risk falls (a line search by Newton's method).
    fn step(&self, point: &mut [f64], exponents: &[f64], corner: &[f64]) {
        let target = self.exponents(corner);
        let mut share: f64 = 0.0;
        for _ in 0..8 {
            let (mut slope, mut bend) = (0.0, 0.0);
            for ((amount, from), to) in self.amounts.iter().zip(exponents).zip(&target) {
                let way = to - from;
                let left = amount * libm::exp(-(from + share * way));
                slope -= left * way;
                bend += left * way * way;
            }
            if bend <= 0.0 {
                break;
            }
            let next = (share - slope / bend).clamp(0.0, 1.0);
            if (next - share).abs() < 1e-4 {
                share = next;
                break;
            }
            share = next;
        }
        for (x, corner) in point.iter_mut().zip(corner) {
            *x += share * (corner - *x);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Aim, Decision, Guess, Program};
    use crate::chance::{Draws, Stream};
    use crate::plan::problem::{Baseline, Measure, Phase, Problem, Status};
    use crate::risk::{Effect, Losses, Scenario};
    use crate::spread::Spread;

    fn task(draws: &mut Draws) -> Problem {
        let scenario = |index: usize| Scenario {
            id: format!("s{index}"),
            name: String::new(),
            losses: Losses::Expected { yearly_yen: [1_000, 16_000, 81_000, 256_000][index] },
            source: None,
        };
        let measures = (0..8)
            .map(|index| Measure {
                id: format!("m{index}"),
                name: String::new(),
                status: Status::Open,
                one_off_yen: (draws.unit() * 50.0) as i64,
                yearly_yen: 0,
                one_off_minutes: (draws.unit() * 50.0) as i64,
                yearly_minutes: 0,
                subsidy: None,
                effects: (0..4)
                    .map(|scenario| Effect {
                        scenario,
                        // Nothing, something, and all of it.
                        frequency: Spread::Fixed((1.4 * draws.unit() - 0.2).clamp(0.0, 1.0)),
                        severity: Spread::Fixed(0.0),
                        source: None,
                    })
                    .collect(),
                requires: if index > 3 && draws.unit() < 0.5 { vec![index - 2] } else { Vec::new() },
                excludes: Vec::new(),
                meets: if draws.unit() < 0.4 { ["c".to_owned()].into() } else { Default::default() },
            })
            .collect();
        let name = String::new();
        Problem {
            title: None,
            scenarios: (0..4).map(scenario).collect(),
            measures,
            phases: vec![Phase { name, budget_yen: Some(90), budget_minutes: Some(120), months: 12 }],
            exclusive: vec![vec![0, 1]],
            needed: ["c".to_owned()].into(),
            met: Default::default(),
            needed_by: 0,
            baseline: Baseline::Today,
            insurance: None,
            cannot_survive_yen: None,
        }
    }

    /// All completions of a partial plan that keep every row, with their risk and cost.
    fn completions(problem: &Problem, program: &Program, decisions: &[Decision]) -> Vec<(u32, f64, f64)> {
        let world = problem.expected_world();
        let mut found = Vec::new();
        for number in 0..1_u32 << program.choices.len() {
            let taken = |j: usize| number >> j & 1 == 1;
            let extends = decisions.iter().enumerate().all(|(j, decision)| match decision {
                Decision::In => taken(j),
                Decision::Out => !taken(j),
                Decision::Open => true,
            });
            let keeps = || {
                program.rows.iter().all(|row| {
                    row.entries.iter().filter(|&&(j, _)| taken(j)).map(|&(_, a)| a).sum::<i64>()
                        <= row.at_most
                })
            };
            if extends && keeps() {
                let full: Vec<Decision> = (0..decisions.len())
                    .map(|j| if taken(j) { Decision::In } else { Decision::Out })
                    .collect();
                let outcome = problem.outcome(&world, &program.assignment(&full));
                let risk = outcome.yearly_risk[0].iter().sum();
                found.push((number, risk, outcome.total_yen() as f64));
            }
        }
        found
    }

    #[test]
    fn no_completion_is_below_the_bound_whatever_the_guess_and_none_that_it_decides_is_lost() {
        let mut draws = Stream::named(2, "bound").draws();
        let mut tight = 0;
        for _ in 0..150 {
            let problem = task(&mut draws);
            let program = Program::new(&problem, &problem.expected_world(), true);
            let decisions: Vec<Decision> = program
                .choices
                .iter()
                .map(|_| match (draws.unit() * 4.0) as u32 {
                    0 => Decision::In,
                    1 => Decision::Out,
                    _ => Decision::Open,
                })
                .collect();
            let found = completions(&problem, &program, &decisions);
            for aim in [Aim::Risk, Aim::Cost] {
                // A wild guess: the bound has to hold for every point and every multipliers.
                let mut guess = Guess {
                    point: program.choices.iter().map(|_| draws.unit()).collect(),
                    multipliers: program.rows.iter().map(|_| 1e4 * draws.unit()).collect(),
                };
                let steps = (draws.unit() * 12.0) as usize;
                let bound = program.bound(aim, &decisions, &mut guess, steps, f64::NEG_INFINITY, |_| false);
                for &(number, risk, cost) in &found {
                    let value = if aim == Aim::Risk { risk } else { cost };
                    assert!(
                        bound.value <= value + 1e-6 * (1.0 + value),
                        "{aim:?}: {} > {value}",
                        bound.value
                    );
                    for (j, reduced) in bound.reduced.iter().enumerate() {
                        let against =
                            if *reduced > 0.0 { number >> j & 1 == 0 } else { number >> j & 1 == 1 };
                        if decisions[j] == Decision::Open && against {
                            let raised = bound.value + reduced.abs();
                            assert!(
                                raised <= value + 1e-6 * (1.0 + value),
                                "{aim:?} {j}: {raised} > {value}"
                            );
                        }
                    }
                }
                let best = found.iter().map(|&(_, risk, cost)| if aim == Aim::Risk { risk } else { cost });
                let best = best.fold(f64::INFINITY, f64::min);
                tight += usize::from(best.is_finite() && bound.value > 0.5 * best);
            }
        }
        assert!(tight > 40, "a bound of nothing is no bound: {tight}");
    }

    #[test]
    fn propagation_loses_no_completion() {
        let mut draws = Stream::named(3, "propagation").draws();
        for _ in 0..150 {
            let problem = task(&mut draws);
            let program = Program::new(&problem, &problem.expected_world(), true);
            let mut decisions = vec![Decision::Open; program.choices.len()];
            decisions[(draws.unit() * 8.0) as usize] = Decision::In;
            let before = completions(&problem, &program, &decisions);
            if program.propagate(&mut decisions) {
                assert_eq!(completions(&problem, &program, &decisions), before);
            } else {
                assert!(before.is_empty());
            }
        }
    }
}
