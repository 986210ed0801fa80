//! Composer's order: `version_compare` of PHP after Composer's normalisation.

use std::cmp::Ordering;

use super::{Digits, split_while};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Packagist {
    /// Without trailing zeros: Composer fills every version up to four numbers.
    core: Vec<Digits>,
    stability: Stability,
    /// The numbers after the stability word: `beta2` has `2`.
    counter: Vec<Digits>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stability {
    Dev,
    Alpha,
    Beta,
    Rc,
    Stable,
    Patch,
}

impl Packagist {
    /// A branch such as `dev-master` has no place in the order.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let lower = text.trim_start_matches(['v', 'V']).to_ascii_lowercase();
        let lower = lower.split(['+', '@']).next().unwrap_or_default();
        let (core, rest) = split_while(lower, |c| c.is_ascii_digit() || c == '.');
        let core = super::semver::parse_core(core)?;
        let rest = rest.trim_start_matches(['-', '.', '_']);
        let (word, rest) = split_while(rest, |c| c.is_ascii_alphabetic());
        let stability = match word {
            "" | "stable" => Stability::Stable,
            "dev" => Stability::Dev,
            "alpha" | "a" => Stability::Alpha,
            "beta" | "b" => Stability::Beta,
            "rc" => Stability::Rc,
            "patch" | "pl" | "p" => Stability::Patch,
            _ => return None,
        };
        let counter = rest
            .split(|c: char| !c.is_ascii_digit())
            .filter(|part| !part.is_empty())
            .map(Digits::new)
            .collect();
        Some(Self { core, stability, counter })
    }
}

impl Ord for Packagist {
    fn cmp(&self, other: &Self) -> Ordering {
        self.core
            .cmp(&other.core)
            .then_with(|| self.stability.cmp(&other.stability))
            .then_with(|| self.counter.cmp(&other.counter))
    }
}

impl PartialOrd for Packagist {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::version::{Order, compare};

    #[test]
    fn stabilities_are_in_composer_s_order() {
        let chain = [
            "1.0.0-dev",
            "1.0.0-alpha1",
            "1.0.0-alpha2",
            "1.0.0-beta",
            "1.0.0-RC1",
            "1.0.0",
            "1.0.0-p1",
            "1.0.1",
            "1.8.3",
            "1.8.4",
            "1.10",
        ];
        for pair in chain.windows(2) {
            assert!(compare(Order::Packagist, pair[0], pair[1]).unwrap().is_lt(), "{pair:?}");
        }
        assert!(compare(Order::Packagist, "v1.0", "1.0.0.0").unwrap().is_eq());
        assert_eq!(Packagist::parse("dev-master"), None);
    }
}
