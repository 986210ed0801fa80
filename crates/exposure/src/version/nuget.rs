//! `NuGet`'s order: up to four numbers, then a pre-release as in semver 2.0, without regard to case.

use super::sortkey::{push_core, push_pre_release};
use super::split_while;

/// The sort key of a version.
pub(super) fn key(text: &str) -> Option<Vec<u8>> {
    let lower = text.trim_start_matches(['v', 'V']).to_ascii_lowercase();
    let (core, rest) = split_while(&lower, |c| c.is_ascii_digit() || c == '.');
    let rest = rest.split_once('+').map_or(rest, |(pre, _)| pre);
    let mut key = Vec::with_capacity(lower.len() + 8);
    push_core(&mut key, core)?;
    push_pre_release(&mut key, if rest.is_empty() { "" } else { rest.strip_prefix('-')? })?;
    Some(key)
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
        assert!(compare(Order::NuGet, "1.0.0.0+build", "1.0-").is_ok_and(std::cmp::Ordering::is_eq));
        assert!(compare(Order::NuGet, "1.0.0-RC", "1.0.0-rc").unwrap().is_eq());
    }
}
