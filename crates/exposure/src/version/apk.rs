//! Alpine's order (apk-tools): numbers, one letter, suffixes such as `_rc1` or `_p2`, and the revision `-r3`.

use std::cmp::Ordering;

use super::{Digits, split_while};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Apk(Vec<Token>);

/// One part of a version. Where two versions differ in kind, the later variant is the greater version:
/// `1.2` < `1.2-r1` < `1.2_p1` < `1.2a` < `1.2.1`. A pre-release suffix is before even the end.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Token {
    PreSuffix(u8, Digits),
    Revision(Digits),
    PostSuffix(u8, Digits),
    Letter(char),
    Number(Number),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Number {
    digits: Box<str>,
    /// The first number is always compared by value; a later one with a leading zero is a fraction.
    fraction: bool,
}

/// In ascending order, from apk-tools' `version.c`.
const PRE_SUFFIXES: [&str; 4] = ["alpha", "beta", "pre", "rc"];
const POST_SUFFIXES: [&str; 5] = ["cvs", "svn", "git", "hg", "p"];

impl Apk {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut tokens = Vec::new();
        let (first, mut rest) = split_while(text, |c| c.is_ascii_digit());
        if first.is_empty() {
            return None;
        }
        tokens.push(Token::Number(Number { digits: first.into(), fraction: false }));
        while let Some(first) = rest.chars().next() {
            let (_, after) = rest.split_at(first.len_utf8());
            rest = match first {
                '.' => {
                    let (digits, after) = split_while(after, |c| c.is_ascii_digit());
                    if digits.is_empty() {
                        return None;
                    }
                    tokens.push(Token::Number(Number {
                        digits: digits.into(),
                        fraction: digits.starts_with('0') && digits.len() > 1,
                    }));
                    after
                }
                '_' => {
                    let (word, after) = split_while(after, |c| c.is_ascii_lowercase());
                    let (digits, after) = split_while(after, |c| c.is_ascii_digit());
                    tokens.push(suffix(word, digits)?);
                    after
                }
                // A commit hash says where the package came from, not when.
                '~' => split_while(after, |c| c.is_ascii_hexdigit()).1,
                '-' => {
                    let (digits, after) = split_while(after.strip_prefix('r')?, |c| c.is_ascii_digit());
                    tokens.push(Token::Revision(Digits::new(digits)));
                    after
                }
                'a'..='z' => {
                    tokens.push(Token::Letter(first));
                    after
                }
                _ => return None,
            };
        }
        Some(Self(tokens))
    }
}

fn suffix(word: &str, digits: &str) -> Option<Token> {
    let rank =
        |list: &[&str]| list.iter().position(|known| *known == word).and_then(|at| u8::try_from(at).ok());
    match (rank(&PRE_SUFFIXES), rank(&POST_SUFFIXES)) {
        (Some(at), _) => Some(Token::PreSuffix(at, Digits::new(digits))),
        (None, Some(at)) => Some(Token::PostSuffix(at, Digits::new(digits))),
        (None, None) => None,
    }
}

impl Ord for Apk {
    fn cmp(&self, other: &Self) -> Ordering {
        let mut right = other.0.iter();
        for left in &self.0 {
            let ordering = match right.next() {
                Some(right) => left.cmp(right),
                None if matches!(left, Token::PreSuffix(..)) => Ordering::Less,
                // `1.2-r0` and `1.2` are the same version: a revision that is not written is zero.
                None if *left == Token::Revision(Digits::default()) => Ordering::Equal,
                None => Ordering::Greater,
            };
            if ordering.is_ne() {
                return ordering;
            }
        }
        match right.next() {
            None => Ordering::Equal,
            Some(Token::PreSuffix(..)) => Ordering::Greater,
            Some(Token::Revision(digits)) if digits.is_zero() => Ordering::Equal,
            Some(_) => Ordering::Less,
        }
    }
}

impl PartialOrd for Apk {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.fraction || other.fraction {
            self.digits.cmp(&other.digits)
        } else {
            super::compare_digits(&self.digits, &other.digits)
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::version::{Order, compare};

    #[test]
    fn pairs_of_alpine_packages() {
        for (left, right) in [
            ("1.1.1c-r0", "1.1.1d-r0"),
            ("1.1.1d-r0", "1.1.1d-r2"),
            ("1.1.20-r4", "1.1.20-r5"),
            ("2.34", "2.34.1"),
            ("1.0_rc1", "1.0"),
            ("1.0_alpha2", "1.0_beta1"),
            ("1.0", "1.0_p1"),
            ("1.0_p1", "1.0_p2"),
            ("1.0_p1", "1.0a"),
            ("1.0a", "1.0.1"),
            ("1.9", "1.10"),
            ("0.12", "0.12.1-r1"),
            ("1.2.3_git20200101-r0", "1.2.4-r0"),
            ("6.0_p20190105-r0", "6.1_p20190105-r0"),
        ] {
            assert!(compare(Order::Apk, left, right).unwrap().is_lt(), "{left} {right}");
            assert!(compare(Order::Apk, right, left).unwrap().is_gt(), "{right} {left}");
        }
        assert!(compare(Order::Apk, "1.2", "1.2-r0").unwrap().is_eq());
    }

    #[test]
    fn what_apk_itself_calls_invalid_is_no_version() {
        for text in ["", "abc", "1.2_x1", "1.2-x", "1..2"] {
            assert_eq!(Apk::parse(text), None, "{text}");
        }
    }
}
