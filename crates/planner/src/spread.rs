//! A number that is not known exactly: how often, how much, how well.

use crate::chance::Draws;

/// How a number is spread. Constructors are the reader's concern; every value here is finite and ordered.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Spread {
    /// Known, or taken as known.
    Fixed(f64),
    /// Anything between the two is equally likely.
    Uniform { min: f64, max: f64 },
    /// A triangle over three points.
    Triangular { min: f64, mode: f64, max: f64 },
    /// A beta curve over three points, the most likely one counted four times.
    Pert { min: f64, mode: f64, max: f64 },
    /// The logarithm is normal: always above zero, with a long tail.
    Lognormal { mu: f64, sigma: f64 },
}

/// The 90 % point of the standard normal distribution.
pub const Z90: f64 = 1.281_551_565_544_600_4;
/// The 95 % point of the standard normal distribution.
pub const Z95: f64 = 1.644_853_626_951_472_6;

impl Spread {
    /// The lognormal whose symmetric quantiles at `z` standard deviations are `low` and `high` (0 < low <= high).
    pub fn lognormal_between(low: f64, high: f64, z: f64) -> Self {
        if low == high {
            return Self::Fixed(low);
        }
        let (low, high) = (libm::log(low), libm::log(high));
        Self::Lognormal { mu: (low + high) / 2.0, sigma: (high - low) / (2.0 * z) }
    }

    /// The lognormal with this mean and median (0 < median <= mean).
    pub fn lognormal_with(mean: f64, median: f64) -> Self {
        if mean == median {
            return Self::Fixed(mean);
        }
        Self::Lognormal { mu: libm::log(median), sigma: libm::sqrt(2.0 * libm::log(mean / median)) }
    }

    /// Whether there is nothing to sample.
    pub fn is_fixed(self) -> bool {
        matches!(self, Self::Fixed(_))
    }

    /// The expected value, exactly.
    pub fn mean(self) -> f64 {
        match self {
            Self::Fixed(value) => value,
            Self::Uniform { min, max } => f64::midpoint(min, max),
            Self::Triangular { min, mode, max } => (min + mode + max) / 3.0,
            Self::Pert { min, mode, max } => (min + 4.0 * mode + max) / 6.0,
            Self::Lognormal { mu, sigma } => libm::exp(mu + sigma * sigma / 2.0),
        }
    }

    /// The variance, exactly.
    pub fn variance(self) -> f64 {
        match self {
            Self::Fixed(_) => 0.0,
            Self::Uniform { min, max } => (max - min) * (max - min) / 12.0,
            Self::Triangular { min: a, mode: c, max: b } => {
                (a * a + b * b + c * c - a * b - a * c - b * c) / 18.0
            }
            Self::Pert { min, max, .. } => (self.mean() - min) * (max - self.mean()) / 7.0,
            Self::Lognormal { sigma, .. } => self.mean() * self.mean() * (libm::exp(sigma * sigma) - 1.0),
        }
    }

    /// One value.
    pub fn sample(self, draws: &mut Draws) -> f64 {
        match self {
            Self::Fixed(value) => value,
            Self::Uniform { min, max } => min + (max - min) * draws.unit(),
            Self::Triangular { min, mode, max } => {
                let u = draws.unit();
                let width = max - min;
                if u * width < mode - min {
                    min + libm::sqrt(u * width * (mode - min))
                } else {
                    max - libm::sqrt((1.0 - u) * width * (max - mode))
                }
            }
            Self::Pert { min, mode, max } => {
                if min == max {
                    return mode;
                }
                // A beta number is the share of one gamma number in the sum of two.
                let toward_max = draws.gamma(1.0 + 4.0 * (mode - min) / (max - min));
                let toward_min = draws.gamma(1.0 + 4.0 * (max - mode) / (max - min));
                min + (max - min) * toward_max / (toward_max + toward_min)
            }
            Self::Lognormal { mu, sigma } => libm::exp(mu + sigma * draws.normal()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Spread, Z95};
    use crate::chance::Stream;

    fn near(value: f64, expected: f64, relative: f64) {
        assert!((value / expected - 1.0).abs() < relative, "{value} is not {expected}");
    }

    #[test]
    fn a_ninety_percent_interval_gives_the_textbook_lognormal() {
        let spread = Spread::lognormal_between(1e6, 1e8, Z95);
        let Spread::Lognormal { mu, sigma } = spread else { panic!("{spread:?}") };
        near(sigma, 1.399_87, 1e-5);
        near(mu, 16.118_10, 1e-6);
        near(spread.mean(), 26.64e6, 1e-3);
    }

    #[test]
    fn mean_and_median_of_the_published_ransomware_losses_give_their_fit() {
        let Spread::Lognormal { mu, sigma } = Spread::lognormal_with(60.19e6, 38.0e6) else { panic!() };
        near(sigma, 0.959, 1e-3);
        near(mu, 17.453, 1e-4);
    }

    #[test]
    fn pert_has_the_textbook_moments() {
        let spread = Spread::Pert { min: 1e6, mode: 4e6, max: 19e6 };
        near(spread.mean(), 6e6, 1e-12);
        near(spread.variance().sqrt(), 3.0472e6, 1e-4);
    }

    #[test]
    fn samples_have_the_stated_mean_and_variance_and_stay_inside() {
        let spreads = [
            Spread::Fixed(3.0),
            Spread::Uniform { min: 2.0, max: 5.0 },
            Spread::Triangular { min: 1.0, mode: 2.0, max: 7.0 },
            Spread::Triangular { min: 1.0, mode: 1.0, max: 7.0 },
            Spread::Pert { min: 1.0, mode: 4.0, max: 19.0 },
            Spread::Pert { min: 1.0, mode: 1.0, max: 2.0 },
            Spread::Lognormal { mu: 1.0, sigma: 0.5 },
        ];
        let n = 200_000;
        for spread in spreads {
            let mut draws = Stream::named(5, "spread").draws();
            let values: Vec<f64> = (0..n).map(|_| spread.sample(&mut draws)).collect();
            let mean = values.iter().sum::<f64>() / n as f64;
            let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n as f64;
            near(mean, spread.mean(), 0.01);
            assert!(
                (variance - spread.variance()).abs() <= 0.04 * spread.variance(),
                "{spread:?}: {variance}"
            );
            let (min, max) = match spread {
                Spread::Fixed(value) => (value, value),
                Spread::Uniform { min, max }
                | Spread::Triangular { min, max, .. }
                | Spread::Pert { min, max, .. } => (min, max),
                Spread::Lognormal { .. } => (0.0, f64::INFINITY),
            };
            assert!(values.iter().all(|v| (min..=max).contains(v)));
        }
    }
}
