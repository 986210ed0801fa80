//! NuGet's order: up to four numbers, then a pre-release as in semver 2.0, without regard to case.

use std::cmp::Ordering;

use super::semver::{Pre, parse_core};
use super::{Digits, split_while};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NuGet {
    core: Vec<Digits>,
    pre: Pre,
}

impl NuGet {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let lower = text.trim_start_matches(['v', 'V']).to_ascii_lowercase();
        let (core, rest) = split_while(&lower, |c| c.is_ascii_digit() || c == '.');
        let rest = rest.split_once('+').map_or(rest, |(pre, _)| pre);
        let pre = if rest.is_empty() { "" } else { rest.strip_prefix('-')? };
        Some(Self { core: parse_core(core)?, pre: Pre::parse(pre)? })
    }
}

impl Ord for NuGet {
    fn cmp(&self, other: &Self) -> Ordering {
        self.core.cmp(&other.core).then_with(|| self.pre.cmp(&other.pre))
    }
}

impl PartialOrd for NuGet {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use crate::version::{Order, compare};

    #[test]
    fn pairs_of_the_nuget_documentation() {
        for (left, right) in [
            ("1.0.1-alpha", "1.0.1-alpha.2"),
            ("1.0.1-aaa", "1.0.1-alpha"),
            ("1.0.1-ALPHA10", "1.0.1-beta"),
            ("1.0.1-rc.2", "1.0.1-rc.10"),
            ("1.0.1-zzz", "1.0.1"),
            ("1.0.0", "1.0.0.1"),
            ("12.0.3", "13.0.1"),
        ] {
            assert!(compare(Order::NuGet, left, right).unwrap().is_lt(), "{left} {right}");
        }
        assert!(compare(Order::NuGet, "1.0.0.0+build", "1.0-").is_ok_and(|ordering| ordering.is_eq()));
        assert!(compare(Order::NuGet, "1.0.0-RC", "1.0.0-rc").unwrap().is_eq());
    }
}
