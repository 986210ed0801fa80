//! `RubyGems` order (`Gem::Version`): numbers and words by segment, a word is a pre-release, trailing zeros vanish.

use std::cmp::Ordering;

use super::{Digits, split_while};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Gem(Vec<Segment>);

/// Words come before numbers: `1.0.a` is before `1.0`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    Word(Box<str>),
    Number(Digits),
}

impl Segment {
    fn is_zero(&self) -> bool {
        matches!(self, Self::Number(digits) if digits.is_zero())
    }
}

impl Gem {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix('v').unwrap_or(text);
        if !text.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        // A platform (`1.2-java`) is not part of the version, a hyphen before a number is `.pre.`.
        let mut segments = Vec::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let (run, after) = if first.is_ascii_digit() {
                let (run, after) = split_while(rest, |c| c.is_ascii_digit());
                segments.push(Segment::Number(Digits::new(run)));
                (run, after)
            } else if first.is_ascii_alphabetic() {
                let (run, after) = split_while(rest, |c| c.is_ascii_alphabetic());
                segments.push(Segment::Word(run.into()));
                (run, after)
            } else {
                if first == '-' {
                    segments.push(Segment::Word("pre".into()));
                } else if first != '.' && first != '_' && first != '+' {
                    return None;
                }
                rest.split_at(1)
            };
            debug_assert!(!run.is_empty(), "every step consumes a character");
            rest = after;
        }
        Some(Self(canonical(segments)))
    }
}

/// Drops the zeros at the end of the release part and at the end of the pre-release part.
fn canonical(segments: Vec<Segment>) -> Vec<Segment> {
    let split =
        segments.iter().position(|segment| matches!(segment, Segment::Word(_))).unwrap_or(segments.len());
    let mut kept: Vec<Segment> = Vec::with_capacity(segments.len());
    for (index, segment) in segments.into_iter().enumerate() {
        if index == split {
            drop_trailing_zeros(&mut kept);
        }
        kept.push(segment);
    }
    drop_trailing_zeros(&mut kept);
    kept
}

fn drop_trailing_zeros(segments: &mut Vec<Segment>) {
    while segments.last().is_some_and(Segment::is_zero) {
        segments.pop();
    }
}

impl Ord for Gem {
    fn cmp(&self, other: &Self) -> Ordering {
        let zero = Segment::Number(Digits::default());
        (0..self.0.len().max(other.0.len()))
            .map(|index| self.0.get(index).unwrap_or(&zero).cmp(other.0.get(index).unwrap_or(&zero)))
            .find(|ordering| ordering.is_ne())
            .unwrap_or(Ordering::Equal)
    }
}

impl PartialOrd for Gem {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use crate::version::{Order, compare};

    #[test]
    fn pairs_of_the_rubygems_documentation() {
        for (left, right) in [
            ("1.0.a", "1.0"),
            ("1.0.a.2", "1.0.b1"),
            ("1.0.b1", "1.0"),
            ("0.9", "1.0.a.2"),
            ("1.8.2.b", "1.8.2"),
            ("1.8.2.a10", "1.8.2.b"),
            ("5.2.4.rc1", "5.2.4"),
            ("5.2.4", "5.2.4.1"),
            ("1.0.0-1", "1.0.0"),
            ("1.9.3", "1.10"),
        ] {
            assert!(compare(Order::Gem, left, right).unwrap().is_lt(), "{left} {right}");
        }
        assert!(compare(Order::Gem, "1.2.0", "1.2").unwrap().is_eq());
    }
}
