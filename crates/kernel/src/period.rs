//! Spans of time: half-open periods and calendar months in a zone.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use crate::{Error, Result};

/// From `from` (included) to `to` (not included).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub from: Timestamp,
    pub to: Timestamp,
}

impl Period {
    #[must_use]
    pub fn contains(&self, at: Timestamp) -> bool {
        self.from <= at && at < self.to
    }
}

/// A calendar month, written `2026-04`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    first: Date,
}

impl Month {
    /// The month that contains this moment, as a clock on the wall in `zone` shows it.
    #[must_use]
    pub fn of(at: Timestamp, zone: &TimeZone) -> Self {
        Self { first: at.to_zoned(zone.clone()).date().first_of_month() }
    }

    #[must_use]
    pub fn year(self) -> i16 {
        self.first.year()
    }

    /// 1 to 12.
    #[must_use]
    pub fn number(self) -> i8 {
        self.first.month()
    }

    #[must_use]
    pub fn first_day(self) -> Date {
        self.first
    }

    #[must_use]
    pub fn last_day(self) -> Date {
        self.first.last_of_month()
    }

    #[must_use]
    pub fn previous(self) -> Self {
        Self { first: self.first.saturating_sub(1.month()) }
    }

    #[must_use]
    pub fn next(self) -> Self {
        Self { first: self.first.saturating_add(1.month()) }
    }

    /// The month from midnight of the first to midnight of the next first, in `zone`.
    ///
    /// # Errors
    /// `Invalid` at the ends of the calendar.
    pub fn period(self, zone: &TimeZone) -> Result<Period> {
        let start = |day: Date| {
            day.to_zoned(zone.clone())
                .map(|zoned| zoned.timestamp())
                .map_err(|error| Error::invalid("month", format!("{self} is outside the calendar: {error}")))
        };
        Ok(Period { from: start(self.first)?, to: start(self.next().first)? })
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.number())
    }
}

impl FromStr for Month {
    type Err = Error;
    /// Reads `2026-04`, for the years 1970 to 9998.
    fn from_str(text: &str) -> Result<Self> {
        let parse = || {
            let (year, month) = text.split_once('-')?;
            if year.len() != 4 || month.len() != 2 {
                return None;
            }
            let (year, month) = (year.parse::<i16>().ok()?, month.parse::<i8>().ok()?);
            ((1970..=9998).contains(&year) && (1..=12).contains(&month))
                .then(|| Self { first: date(year, month, 1) })
        };
        parse().ok_or_else(|| Error::invalid("month", "write the month as 2026-04"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_in_tokyo_begins_at_three_in_the_afternoon_utc() {
        let period =
            "2026-04".parse::<Month>().unwrap().period(&TimeZone::get("Asia/Tokyo").unwrap()).unwrap();
        assert_eq!(period.from.to_string(), "2026-03-31T15:00:00Z");
        assert_eq!(period.to.to_string(), "2026-04-30T15:00:00Z");
        assert!(period.contains(period.from) && !period.contains(period.to));
    }

    #[test]
    fn months_walk_across_the_new_year() {
        let january = "2027-01".parse::<Month>().unwrap();
        assert_eq!(january.previous().to_string(), "2026-12");
        assert_eq!(january.previous().next(), january);
    }

    #[test]
    fn a_text_that_is_no_month_is_refused() {
        for text in ["", "2026", "2026-13", "2026-4", "99999-01", "2026-04-01", "１２３４-01"] {
            assert!(text.parse::<Month>().is_err(), "{text}");
        }
    }
}
