//! Precedence of semantic versions (semver.org 2.0.0, section 11), read with the leniency of npm and Go.
//!
//! A leading `v` or `=` is dropped, any number of components is allowed, a missing one is zero, and numbers have no
//! upper limit. Build metadata does not take part. On strict versions this is the order of the `semver` crate,
//! which a property test compares. `VersionReq::matches` is no help here: it hides pre-releases from ranges.

use std::cmp::Ordering;

use super::{Digits, split_while};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Semver {
    /// Without trailing zeros, so that `1.2` equals `1.2.0`.
    core: Vec<Digits>,
    /// Empty for a release.
    pre: Pre,
}

/// The identifiers of a pre-release.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Pre(Vec<Identifier>);

/// Numbers come before words: the order of the variants is the rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Identifier {
    Number(Digits),
    Word(Box<str>),
}

impl Semver {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim_start_matches(['v', 'V', '=', ' ']);
        let (core, rest) = split_while(text, |c| c.is_ascii_digit() || c == '.');
        let core = parse_core(core)?;
        let rest = rest.split_once('+').map_or(rest, |(pre, _)| pre);
        // `1.0rc1`, without a hyphen, is how npm's loose mode and many tags write a pre-release.
        let pre = Pre::parse(rest.strip_prefix('-').unwrap_or(rest))?;
        Some(Self { core, pre })
    }
}

/// Dot-separated numbers without the trailing zeros; `None` when a component is empty.
pub(super) fn parse_core(text: &str) -> Option<Vec<Digits>> {
    let text = text.strip_suffix('.').unwrap_or(text);
    let mut core = Vec::new();
    for part in text.split('.') {
        if part.is_empty() || !part.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        core.push(Digits::new(part));
    }
    while core.last().is_some_and(Digits::is_zero) {
        core.pop();
    }
    Some(core)
}

impl Pre {
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Self::default());
        }
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
        text.bytes().all(allowed).then(|| {
            Self(
                text.split('.')
                    .map(|part| {
                        if !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()) {
                            Identifier::Number(Digits::new(part))
                        } else {
                            Identifier::Word(part.into())
                        }
                    })
                    .collect(),
            )
        })
    }
}

impl Ord for Pre {
    /// A version without a pre-release comes after all its pre-releases.
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.0.is_empty(), other.0.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => self.0.cmp(&other.0),
        }
    }
}

impl PartialOrd for Pre {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Semver {
    fn cmp(&self, other: &Self) -> Ordering {
        // Without trailing zeros, a longer core that agrees so far has a greater number next.
        self.core.cmp(&other.core).then_with(|| self.pre.cmp(&other.pre))
    }
}

impl PartialOrd for Semver {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::version::{Order, compare};

    #[test]
    fn the_specification_s_own_chain_is_in_order() {
        let chain = [
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
            "1.0.1-0",
            "2.0",
        ];
        for pair in chain.windows(2) {
            assert!(compare(Order::Semver, pair[0], pair[1]).unwrap().is_lt(), "{pair:?}");
        }
    }

    #[test]
    fn go_and_npm_spellings_are_equal() {
        for (left, right) in
            [("v1.2.3", "1.2.3"), ("2.7.1+incompatible", "2.7.1"), ("=1.0", "1.0.0"), ("1", "1.0.0.0")]
        {
            assert_eq!(Semver::parse(left), Semver::parse(right), "{left} {right}");
        }
    }

    #[test]
    fn a_go_pseudo_version_lies_between_its_tags() {
        let pseudo = "v1.2.4-0.20191109021931-daa7c04131f5";
        assert!(compare(Order::Semver, "v1.2.3", pseudo).unwrap().is_lt());
        assert!(compare(Order::Semver, pseudo, "v1.2.4").unwrap().is_lt());
    }

    #[test]
    fn no_number_no_version() {
        for text in ["", "latest", "git+https://example.com/x.git", "*", "1..2", "1.x y"] {
            assert_eq!(Semver::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn strict_versions_are_ordered_as_by_the_semver_crate(
            left in "(0|[1-9][0-9]{0,3})(\\.(0|[1-9][0-9]{0,2})){2}(-([a-z]{1,3}|[1-9][0-9]?)(\\.([a-z]{1,2}|0|[1-9]))?)?",
            right in "(0|[1-9][0-9]{0,3})(\\.(0|[1-9][0-9]{0,2})){2}(-([a-z]{1,3}|[1-9][0-9]?)(\\.([a-z]{1,2}|0|[1-9]))?)?",
        ) {
            let theirs = ::semver::Version::parse(&left).unwrap().cmp_precedence(&::semver::Version::parse(&right).unwrap());
            prop_assert_eq!(compare(Order::Semver, &left, &right).unwrap(), theirs);
        }
    }
}
