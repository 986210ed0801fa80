//! The order for names without a rule of their own: numbers by value, words by letter, usual pre-release words
//! before the release. Windows builds are exact under it; for CPE products it is as good as a guess can be.

use std::cmp::Ordering;

use super::{Digits, split_while};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Generic(Vec<Part>);

/// Where a version ends, `End` stands: pre-release words are before it, other words and numbers after.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Pre(Box<str>),
    End,
    Word(Box<str>),
    Number(Digits),
}

const PRE_WORDS: [&str; 7] = ["alpha", "beta", "dev", "pre", "preview", "rc", "snapshot"];

impl Generic {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let lower = text.to_ascii_lowercase();
        let mut parts = Vec::new();
        let mut rest = lower.trim_start_matches('v');
        while !rest.is_empty() {
            let (digits, after) = split_while(rest, |c| c.is_ascii_digit());
            if !digits.is_empty() {
                parts.push(Part::Number(Digits::new(digits)));
            }
            let (word, after) = split_while(after, |c| c.is_ascii_alphabetic());
            if !word.is_empty() {
                drop_trailing_zeros(&mut parts);
            }
            if PRE_WORDS.contains(&word) {
                parts.push(Part::Pre(word.into()));
            } else if !word.is_empty() {
                parts.push(Part::Word(word.into()));
            }
            rest = split_while(after, |c| !c.is_ascii_alphanumeric()).1;
        }
        drop_trailing_zeros(&mut parts);
        let has_number = text.bytes().any(|b| b.is_ascii_digit());
        has_number.then_some(Self(parts))
    }
}

/// `7.0` is `7`, and `7.0rc1` is `7rc1`.
fn drop_trailing_zeros(parts: &mut Vec<Part>) {
    while parts.last().is_some_and(|part| matches!(part, Part::Number(digits) if digits.is_zero())) {
        parts.pop();
    }
}

impl Ord for Generic {
    fn cmp(&self, other: &Self) -> Ordering {
        (0..self.0.len().max(other.0.len()))
            .map(|index| {
                self.0.get(index).unwrap_or(&Part::End).cmp(other.0.get(index).unwrap_or(&Part::End))
            })
            .find(|ordering| ordering.is_ne())
            .unwrap_or(Ordering::Equal)
    }
}

impl PartialOrd for Generic {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use crate::version::{Order, compare};

    #[test]
    fn windows_builds_and_loose_versions() {
        for (left, right) in [
            ("10.0.19045.3930", "10.0.19045.4046"),
            ("10.0.19045.999", "10.0.19045.4046"),
            ("7.2", "7.3"),
            ("1.0rc1", "1.0"),
            ("1.0", "1.0a1x"),
            ("9.4p1", "9.10"),
        ] {
            assert!(compare(Order::Generic, left, right).unwrap().is_lt(), "{left} {right}");
        }
        assert!(compare(Order::Generic, "v7.0", "7").unwrap().is_eq());
        assert!(compare(Order::Generic, "-", "7").is_err());
    }
}
