//! When someone answers the telephone.

use jiff::civil::{DateTime, Time, Weekday};

use super::holiday;

/// The hours of a desk in its own zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BusinessHours {
    /// The first minute.
    pub opens: Time,
    /// The first minute after.
    pub closes: Time,
    /// Whether Saturdays and Sundays are worked.
    pub weekends: bool,
    /// Whether public holidays are worked.
    pub holidays: bool,
}

impl Default for BusinessHours {
    /// 9:00 to 21:00 every day except the turn of the year.
    fn default() -> Self {
        Self { opens: Time::constant(9, 0, 0, 0), closes: Time::constant(21, 0, 0, 0), weekends: true, holidays: true }
    }
}

impl BusinessHours {
    /// Whether the desk is open at a local time. It is always closed from 29 December to 3 January.
    pub fn is_open(&self, local: DateTime) -> bool {
        let date = local.date();
        let turn_of_year = matches!((date.month(), date.day()), (12, 29..) | (1, ..=3));
        let weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
        let closed = turn_of_year
            || (weekend && !self.weekends)
            || (!self.holidays && holiday(date).is_some());
        !closed && (self.opens..self.closes).contains(&local.time())
    }

    /// `9:00〜21:00`, the same in both languages.
    pub fn words(&self) -> String {
        let clock = |time: Time| format!("{}:{:02}", time.hour(), time.minute());
        format!("{}〜{}", clock(self.opens), clock(self.closes))
    }
}
