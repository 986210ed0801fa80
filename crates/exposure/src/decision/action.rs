//! Actions: one update closes many findings, so owners see updates, never a list of CVEs.

use std::collections::HashMap;

use serde::Serialize;

use crate::ecosystem::Family;
use crate::version::{Order, Version};

use super::Label;

/// The risk of one finding on one machine, as the caller has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Risk<'a> {
    pub machine: &'a str,
    pub family: &'a Family,
    pub package: &'a str,
    pub fixed: Option<&'a str>,
    /// Findings of one vulnerability under several names share this.
    pub vulnerability: &'a str,
    pub label: Label,
    /// Likelihood × importance.
    pub weight: f64,
}

/// An update, and what it removes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Action {
    pub package: String,
    /// The highest of the fixed versions that the findings ask for; `None`: no fix is known, so isolate or replace.
    pub upgrade_to: Option<String>,
    pub machines: Vec<String>,
    pub vulnerabilities: usize,
    pub label: Label,
    /// Σ likelihood × importance, each vulnerability of a machine counted once.
    pub removed: f64,
}

/// The chance that at least one of several things happens to a machine: 1 − Π(1 − L).
pub fn machine_likelihood(likelihoods: impl Iterator<Item = f64>) -> f64 {
    let none = likelihoods.fold(1.0, |none, likelihood| none * (1.0 - likelihood.clamp(0.0, 1.0)));
    super::round(1.0 - none, 4.0)
}

/// Groups risks by the action that closes them, the one that removes most first.
pub fn rank_actions(risks: &[Risk<'_>]) -> Vec<Action> {
    let mut groups: HashMap<(&Family, &str, bool), Vec<&Risk<'_>>> = HashMap::new();
    for risk in risks {
        groups.entry((risk.family, risk.package, risk.fixed.is_some())).or_default().push(risk);
    }
    let mut actions: Vec<Action> =
        groups.into_iter().map(|((family, package, _), risks)| action(family, package, &risks)).collect();
    actions.sort_by(|left, right| {
        right.removed.total_cmp(&left.removed).then_with(|| left.package.cmp(&right.package))
    });
    actions
}

fn action(family: &Family, package: &str, risks: &[&Risk<'_>]) -> Action {
    let mut machines: Vec<String> = risks.iter().map(|risk| risk.machine.to_owned()).collect();
    machines.sort();
    machines.dedup();
    let mut weights: HashMap<(&str, &str), f64> = HashMap::new();
    for risk in risks {
        let weight = weights.entry((risk.machine, risk.vulnerability)).or_default();
        *weight = weight.max(risk.weight);
    }
    let mut vulnerabilities: Vec<&str> = risks.iter().map(|risk| risk.vulnerability).collect();
    vulnerabilities.sort_unstable();
    vulnerabilities.dedup();
    // Sorted, so that the sum does not depend on the order of a hash map.
    let mut weights: Vec<f64> = weights.into_values().collect();
    weights.sort_by(f64::total_cmp);
    Action {
        package: package.to_owned(),
        upgrade_to: highest(family.order(), risks.iter().filter_map(|risk| risk.fixed)),
        machines,
        vulnerabilities: vulnerabilities.len(),
        label: risks.iter().map(|risk| risk.label).max().unwrap_or(Label::Watch),
        removed: super::round(weights.iter().sum(), 4.0),
    }
}

fn highest<'a>(order: Order, versions: impl Iterator<Item = &'a str>) -> Option<String> {
    versions.max_by_key(|version| Version::parse(order, version).ok()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_update_closes_many_findings_and_aliases_count_once() {
        let risk = |package, fixed, vulnerability, weight| Risk {
            machine: "pc-1",
            family: &Family::CratesIo,
            package,
            fixed,
            vulnerability,
            label: Label::Schedule,
            weight,
        };
        let actions = rank_actions(&[
            risk("a", Some("1.9.0"), "CVE-2024-1", 0.2),
            risk("a", Some("1.10.0"), "CVE-2024-2", 0.2),
            risk("a", Some("1.10.0"), "CVE-2024-2", 0.1),
            risk("b", None, "CVE-2024-3", 0.3),
        ]);
        assert_eq!(actions[0].package, "a");
        assert_eq!(actions[0].upgrade_to.as_deref(), Some("1.10.0"));
        assert_eq!(actions[0].vulnerabilities, 2);
        assert!((actions[0].removed - 0.4).abs() < 1e-9);
        assert_eq!(actions[1].upgrade_to, None);
    }
}
