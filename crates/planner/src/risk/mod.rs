//! What can happen to an organisation, how often and how badly, in yen.
//!
//! A scenario is a frequency and a severity, both possibly ranges. A measure lowers the frequency by a share
//! and the severity by a share; effects of several measures multiply, which assumes that they work
//! independently. Losses are whole yen; expected values are reals until they are shown.

mod simulation;

pub use simulation::{Case, LossYears, MAX_YEARS, Summary, simulate};

use crate::spread::Spread;

/// The version of the formulas behind every risk figure, kept with each stored result.
pub const FORMULA_VERSION: u32 = 1;

/// One thing that can go wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    pub id: String,
    pub name: String,
    pub losses: Losses,
    /// Where the numbers come from.
    pub source: Option<String>,
}

/// What is known of a scenario's losses.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Losses {
    /// Events a year and yen per event.
    Events { frequency: Spread, occurrence: Occurrence, severity: Spread },
    /// Only the expected yearly loss. A simulation can show it as a fixed sum a year and no better.
    Expected { yearly_yen: i64 },
}

/// How events fall into a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occurrence {
    /// Any number, independently of each other: the frequency is a Poisson rate.
    AnyNumber,
    /// None or one: the frequency is a chance of at most 1.
    AtMostOnce,
}

impl Scenario {
    /// The expected loss of one year, in yen, before any measure and any insurance.
    pub fn expected_yen(&self) -> f64 {
        match self.losses {
            Losses::Events { frequency, severity, .. } => frequency.mean() * severity.mean(),
            Losses::Expected { yearly_yen } => yearly_yen as f64,
        }
    }
}

/// What a measure takes away from one scenario: shares from 0 (nothing) to 1 (all of it).
#[derive(Debug, Clone, PartialEq)]
pub struct Effect {
    /// The scenario's place in [`crate::plan::Problem::scenarios`].
    pub scenario: usize,
    /// The share of events that no longer happen.
    pub frequency: Spread,
    /// The share of the loss that an event no longer causes.
    pub severity: Spread,
    /// Where the shares come from.
    pub source: Option<String>,
}

impl Effect {
    /// The expected share of the yearly loss that remains. Frequency and severity act on it as one product,
    /// and as the two are drawn independently, the mean of the product is the product of the means.
    pub fn remains(&self) -> f64 {
        (1.0 - self.frequency.mean()) * (1.0 - self.severity.mean())
    }
}

/// An insurance policy: it shares losses, it prevents none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Insurance {
    /// Places of the covered scenarios in the list of scenarios; empty covers all.
    pub scenarios: Vec<usize>,
    /// What the insured bears of each event.
    pub deductible_yen: i64,
    /// The most that is paid for one event.
    pub limit_yen: i64,
    /// The most that is paid in one year.
    pub yearly_limit_yen: Option<i64>,
    /// The price of one year. It is no part of the losses.
    pub premium_yen: i64,
}

impl Insurance {
    /// What is paid for one event, before the yearly limit.
    pub fn pays_yen(&self, loss_yen: i64) -> i64 {
        (loss_yen - self.deductible_yen).clamp(0, self.limit_yen)
    }

    fn covers(&self, scenario: usize) -> bool {
        self.scenarios.is_empty() || self.scenarios.contains(&scenario)
    }
}
