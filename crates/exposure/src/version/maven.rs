//! Maven's order, from the section "Version Order Specification" of the POM reference.

use std::cmp::Ordering;

use super::{Digits, split_while};

#[derive(Debug, Clone)]
pub(super) struct Maven(Vec<Token>);

#[derive(Debug, Clone)]
struct Token {
    /// A transition between digits and letters counts as a hyphen.
    hyphen: bool,
    value: Value,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Value {
    Number(Digits),
    Word(Box<str>),
}

/// In ascending order; the empty word is the release itself. Unknown words come after all of them.
const QUALIFIERS: [&str; 7] = ["alpha", "beta", "milestone", "rc", "snapshot", "", "sp"];

impl Maven {
    pub(super) fn parse(text: &str) -> Self {
        let lower = text.to_ascii_lowercase();
        let mut tokens = Vec::new();
        let mut rest = lower.as_str();
        let mut hyphen = false;
        loop {
            let digits_first = rest.starts_with(|c: char| c.is_ascii_digit());
            let (run, after) =
                split_while(rest, |c| c.is_ascii_digit() == digits_first && c != '.' && c != '-');
            let followed_by_digit = after.starts_with(|c: char| c.is_ascii_digit());
            tokens.push(Token { hyphen, value: value(run, followed_by_digit) });
            rest = match after.chars().next() {
                None => break,
                Some('.') => {
                    hyphen = false;
                    after.split_at(1).1
                }
                Some('-') => {
                    hyphen = true;
                    after.split_at(1).1
                }
                Some(_) => {
                    hyphen = true;
                    after
                }
            };
        }
        Self(without_trailing_nulls(tokens))
    }
}

fn value(run: &str, followed_by_digit: bool) -> Value {
    match run {
        "" => Value::Number(Digits::default()),
        _ if run.starts_with(|c: char| c.is_ascii_digit()) => Value::Number(Digits::new(run)),
        "a" if followed_by_digit => Value::Word("alpha".into()),
        "b" if followed_by_digit => Value::Word("beta".into()),
        "m" if followed_by_digit => Value::Word("milestone".into()),
        "cr" => Value::Word("rc".into()),
        "ga" | "final" | "release" => Value::Word("".into()),
        word => Value::Word(word.into()),
    }
}

impl Value {
    fn is_null(&self) -> bool {
        match self {
            Self::Number(digits) => digits.is_zero(),
            Self::Word(word) => word.is_empty(),
        }
    }
}

/// Trims the null values (`0`, the empty word) at the end and before each hyphen, from the end to the start.
fn without_trailing_nulls(tokens: Vec<Token>) -> Vec<Token> {
    let mut kept: Vec<Token> = Vec::with_capacity(tokens.len());
    for token in tokens {
        if token.hyphen {
            trim(&mut kept);
        }
        kept.push(token);
    }
    trim(&mut kept);
    kept
}

fn trim(tokens: &mut Vec<Token>) {
    while tokens.last().is_some_and(|token| token.value.is_null()) {
        tokens.pop();
    }
}

impl Token {
    /// What the shorter version is padded with, opposite this token.
    fn null(&self) -> Self {
        let value = if self.hyphen { Value::Word("".into()) } else { Value::Number(Digits::default()) };
        // A word compares with the empty word whatever its separator was.
        let value = if matches!(self.value, Value::Word(_)) { Value::Word("".into()) } else { value };
        Self { hyphen: self.hyphen, value }
    }

    /// `.word` = `-word` < `-number` < `.number`.
    fn rank(&self) -> u8 {
        match (&self.value, self.hyphen) {
            (Value::Word(_), _) => 0,
            (Value::Number(_), true) => 1,
            (Value::Number(_), false) => 2,
        }
    }
}

fn compare_tokens(left: &Token, right: &Token) -> Ordering {
    match (&left.value, &right.value) {
        (Value::Number(a), Value::Number(b)) if left.hyphen == right.hyphen => a.cmp(b),
        (Value::Word(a), Value::Word(b)) => {
            let place =
                |word: &str| QUALIFIERS.iter().position(|known| *known == word).unwrap_or(QUALIFIERS.len());
            place(a).cmp(&place(b)).then_with(|| a.cmp(b))
        }
        _ => left.rank().cmp(&right.rank()),
    }
}

impl Ord for Maven {
    fn cmp(&self, other: &Self) -> Ordering {
        for index in 0..self.0.len().max(other.0.len()) {
            let ordering = match (self.0.get(index), other.0.get(index)) {
                (Some(left), Some(right)) => compare_tokens(left, right),
                (Some(left), None) => compare_tokens(left, &left.null()),
                (None, Some(right)) => compare_tokens(&right.null(), right),
                (None, None) => Ordering::Equal,
            };
            if ordering.is_ne() {
                return ordering;
            }
        }
        Ordering::Equal
    }
}

impl PartialOrd for Maven {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Maven {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Maven {}

#[cfg(test)]
mod tests {
    use crate::version::{Order, compare};

    #[test]
    fn pairs_of_the_pom_reference() {
        for (left, right) in [
            ("1", "1.1"),
            ("1-snapshot", "1"),
            ("1", "1-sp"),
            ("1-foo2", "1-foo10"),
            ("1.foo", "1-1"),
            ("1-1", "1.1"),
            ("1-sp-1", "1-ga-1"),
            ("1-a1", "1-b1"),
            ("1.0-alpha-1", "1.0-beta-1"),
            ("1.0-rc1", "1.0"),
            ("2.9.10.3", "2.9.10.4"),
            ("2.9.1", "2.9.10.4"),
            ("1.0.1", "1.0.1.RELEASE.1"),
            ("9.4.0.M0", "9.4.0"),
        ] {
            assert!(compare(Order::Maven, left, right).unwrap().is_lt(), "{left} {right}");
            assert!(compare(Order::Maven, right, left).unwrap().is_gt(), "{right} {left}");
        }
        for (left, right) in [
            ("1-foo", "1.foo"),
            ("1", "1.0.0"),
            ("1-ga-1", "1-1"),
            ("1.ga", "1-ga"),
            ("1-cr1", "1rc1"),
            ("1.0.0.Final", "1"),
            ("1-a1", "1-alpha-1"),
        ] {
            assert!(compare(Order::Maven, left, right).unwrap().is_eq(), "{left} {right}");
        }
    }
}
