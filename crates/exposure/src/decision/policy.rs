//! The policy file: every constant of the score, with the place to change it.

use serde::Deserialize;

/// How an attacker reaches the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reach {
    Internet,
    /// By mail or browser: a person's computer.
    Mail,
    Internal,
    Isolated,
}

/// A policy file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadPolicy {
    #[error("policy file: {0}")]
    Unreadable(#[from] toml::de::Error),
    #[error("policy file: {field} is {value}, but must lie from 0 to 1")]
    OutOfRange { field: &'static str, value: f64 },
}

/// The constants of the score.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Policy {
    pub version: String,
    likelihood: Likelihood,
    importance: Importance,
    shift: Shift,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Likelihood {
    in_kev: f64,
    public_exploit: f64,
    missing_epss_network: f64,
    missing_epss_other: f64,
    reach: ReachFactors,
    mitigation: Mitigation,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct ReachFactors {
    internet: f64,
    mail: f64,
    internal: f64,
    isolated: f64,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Mitigation {
    most: f64,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Importance {
    total: f64,
    partial: f64,
    default_criticality: u8,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Shift {
    epss_percentile: f64,
    critical_asset: u8,
}

impl Default for Policy {
    #[expect(clippy::expect_used, reason = "the file is compiled in, and every test of this crate reads it")]
    fn default() -> Self {
        Self::parse(include_str!("../../data/policy.toml")).expect("the shipped policy is valid")
    }
}

impl Policy {
    /// # Errors
    /// When a constant is missing or outside of 0 to 1.
    pub fn parse(text: &str) -> Result<Self, BadPolicy> {
        let policy: Self = toml::from_str(text)?;
        let (likelihood, importance) = (&policy.likelihood, &policy.importance);
        for (field, value) in [
            ("likelihood.in_kev", likelihood.in_kev),
            ("likelihood.public_exploit", likelihood.public_exploit),
            ("likelihood.missing_epss_network", likelihood.missing_epss_network),
            ("likelihood.missing_epss_other", likelihood.missing_epss_other),
            ("likelihood.reach.internet", likelihood.reach.internet),
            ("likelihood.reach.mail", likelihood.reach.mail),
            ("likelihood.reach.internal", likelihood.reach.internal),
            ("likelihood.reach.isolated", likelihood.reach.isolated),
            ("likelihood.mitigation.most", likelihood.mitigation.most),
            ("importance.total", importance.total),
            ("importance.partial", importance.partial),
            ("shift.epss_percentile", policy.shift.epss_percentile),
        ] {
            if !(0.0..=1.0).contains(&value) {
                return Err(BadPolicy::OutOfRange { field, value });
            }
        }
        Ok(policy)
    }

    pub(super) fn in_kev(&self) -> f64 {
        self.likelihood.in_kev
    }

    pub(super) fn public_exploit(&self) -> f64 {
        self.likelihood.public_exploit
    }

    pub(super) fn missing_epss(&self, network: bool) -> f64 {
        if network { self.likelihood.missing_epss_network } else { self.likelihood.missing_epss_other }
    }

    pub(super) fn reach(&self, reach: Reach) -> f64 {
        let factors = &self.likelihood.reach;
        match reach {
            Reach::Internet => factors.internet,
            Reach::Mail => factors.mail,
            Reach::Internal => factors.internal,
            Reach::Isolated => factors.isolated,
        }
    }

    pub(super) fn most_mitigation(&self) -> f64 {
        self.likelihood.mitigation.most
    }

    pub(super) fn impact(&self, total: bool) -> f64 {
        if total { self.importance.total } else { self.importance.partial }
    }

    pub(super) fn default_criticality(&self) -> u8 {
        self.importance.default_criticality
    }

    pub(super) fn epss_percentile(&self) -> f64 {
        self.shift.epss_percentile
    }

    pub(super) fn critical_asset(&self) -> u8 {
        self.shift.critical_asset
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_out_of_range_is_refused_by_name() {
        let text = include_str!("../../data/policy.toml").replace("in_kev = 0.9", "in_kev = 90");
        assert!(Policy::parse(&text).unwrap_err().to_string().contains("likelihood.in_kev"));
    }
}
