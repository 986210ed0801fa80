//! Composer's order: `version_compare` of PHP after Composer's normalisation.

use super::sortkey::{push_core, push_number};
use super::split_while;

/// The sort key: the numbers (Composer fills every version up to four), the stability, and the numbers after its
/// word. A branch such as `dev-master` has no place in the order.
pub(super) fn key(text: &str) -> Option<Vec<u8>> {
    let lower = text.trim_start_matches(['v', 'V']).to_ascii_lowercase();
    let lower = lower.split(['+', '@']).next().unwrap_or_default();
    let (core, rest) = split_while(lower, |c| c.is_ascii_digit() || c == '.');
    let mut key = Vec::with_capacity(lower.len() + 8);
    push_core(&mut key, core)?;
    let (word, rest) = split_while(rest.trim_start_matches(['-', '.', '_']), |c| c.is_ascii_alphabetic());
    key.push(match word {
        "dev" => 0,
        "alpha" | "a" => 1,
        "beta" | "b" => 2,
        "rc" => 3,
        "" | "stable" => 4,
        "patch" | "pl" | "p" => 5,
        _ => return None,
    });
    for digits in rest.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()) {
        push_number(&mut key, digits);
    }
    Some(key)
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
        assert_eq!(key("dev-master"), None);
    }
}
