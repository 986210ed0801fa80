//! Numbers in rules and events: whole numbers compare exactly, however large.

use std::cmp::Ordering;

/// A number as a rule or an event writes it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Number {
    Whole(i128),
    Real(f64),
}

impl Number {
    /// Reads `4624`, `-1`, `0.5`, `1e3`. Texts such as `inf`, `0x10` or ` 1` are no numbers.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        if !digits.starts_with(|first: char| first.is_ascii_digit()) {
            return None;
        }
        if digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return text.parse().ok().map(Self::Whole);
        }
        if !digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-')) {
            return None;
        }
        text.parse().ok().filter(|real: &f64| real.is_finite()).map(Self::Real)
    }

    /// The order of two numbers; none when one of them is not a number at all.
    pub(crate) fn compare(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Whole(a), Self::Whole(b)) => Some(a.cmp(&b)),
            (Self::Real(a), Self::Real(b)) => a.partial_cmp(&b),
            (Self::Whole(a), Self::Real(b)) => compare_whole_with_real(a, b),
            (Self::Real(a), Self::Whole(b)) => compare_whole_with_real(b, a).map(Ordering::reverse),
        }
    }
}

fn compare_whole_with_real(whole: i128, real: f64) -> Option<Ordering> {
    // Every finite value of this size is a whole number that i128 holds, or is compared by its floor.
    if real.abs() < 1e38 {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the range was checked; the fraction is compared next"
        )]
        let floor = real.floor() as i128;
        let by_floor = whole.cmp(&floor);
        return Some(if by_floor == Ordering::Equal && real.fract() != 0.0 {
            Ordering::Less
        } else {
            by_floor
        });
    }
    0.0.partial_cmp(&real)
}

/// A comparison that a rule asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Compare {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Compare {
    pub(crate) fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order == Ordering::Equal,
            Self::Less => order == Ordering::Less,
            Self::LessOrEqual => order != Ordering::Greater,
            Self::Greater => order == Ordering::Greater,
            Self::GreaterOrEqual => order != Ordering::Less,
        }
    }

    pub(crate) fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_beyond_two_to_the_53_differ() {
        let order = |a: &str, b: &str| Number::parse(a).unwrap().compare(Number::parse(b).unwrap()).unwrap();
        assert_eq!(order("9007199254740993", "9007199254740992"), Ordering::Greater);
        assert_eq!(order("1", "1.0"), Ordering::Equal);
        assert_eq!(order("1", "1.5"), Ordering::Less);
        assert_eq!(order("-1", "-1.5"), Ordering::Greater);
        assert_eq!(order("2", "1.5"), Ordering::Greater);
        assert_eq!(order("1e300", "5"), Ordering::Greater);
        assert_eq!(order("5", "-1e300"), Ordering::Greater);
    }

    #[test]
    fn what_is_no_number_does_not_parse() {
        for text in ["", "-", "inf", "NaN", "0x10", " 1", "1 ", "1e999", "４", "+1", ".5", "1_0"] {
            assert_eq!(Number::parse(text), None, "{text:?}");
        }
    }
}
