//! Precedence of semantic versions (semver.org 2.0.0, section 11), read with the leniency of npm and Go.
//!
//! A leading `v` or `=` is dropped, any number of components is allowed, a missing one is zero, and numbers have no
//! upper limit. Build metadata does not take part. On strict versions this is the order of the `semver` crate,
//! which a property test compares. `VersionReq::matches` is no help here: it hides pre-releases from ranges.

use super::sortkey::{push_core, push_pre_release};
use super::split_while;

/// The sort key of a version, or `None` when there is no number in front.
pub(super) fn key(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_start_matches(['v', 'V', '=', ' ']);
    let (core, rest) = split_while(text, |c| c.is_ascii_digit() || c == '.');
    let mut key = Vec::with_capacity(text.len() + 8);
    push_core(&mut key, core)?;
    let rest = rest.split_once('+').map_or(rest, |(pre, _)| pre);
    // `1.0rc1`, without a hyphen, is how npm's loose mode and many tags write a pre-release.
    push_pre_release(&mut key, rest.strip_prefix('-').unwrap_or(rest))?;
    Some(key)
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
            assert_eq!(key(left), key(right), "{left} {right}");
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
            assert_eq!(key(text), None, "{text}");
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
