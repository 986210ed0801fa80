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
        Self {
            opens: Time::constant(9, 0, 0, 0),
            closes: Time::constant(21, 0, 0, 0),
            weekends: true,
            holidays: true,
        }
    }
}

impl BusinessHours {
    /// Whether the desk is open at a local time. It is always closed from 29 December to 3 January.
    pub fn is_open(&self, local: DateTime) -> bool {
        let date = local.date();
        let turn_of_year = matches!((date.month(), date.day()), (12, 29..) | (1, ..=3));
        let weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
        let closed =
            turn_of_year || (weekend && !self.weekends) || (!self.holidays && holiday(date).is_some());
        !closed && (self.opens..self.closes).contains(&local.time())
    }

    /// `9:00〜21:00`, the same in both languages.
    pub fn words(&self) -> String {
        let clock = |time: Time| format!("{}:{:02}", time.hour(), time.minute());
        format!("{}〜{}", clock(self.opens), clock(self.closes))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("2026-04-18T08:59:59", false)]
    #[case("2026-04-18T09:00:00", true)]
    #[case("2026-04-18T20:59:59", true)]
    #[case("2026-04-18T21:00:00", false)]
    #[case("2026-12-28T12:00:00", true)]
    #[case("2026-12-29T12:00:00", false)]
    #[case("2027-01-03T12:00:00", false)]
    #[case("2027-01-04T12:00:00", true)]
    fn the_desk_answers_from_nine_to_nine_except_at_the_turn_of_the_year(
        #[case] at: DateTime,
        #[case] open: bool,
    ) {
        assert_eq!(BusinessHours::default().is_open(at), open);
    }

    #[rstest]
    #[case("2026-04-17T12:00:00", true)]
    #[case("2026-04-18T12:00:00", false)]
    #[case("2026-05-06T12:00:00", false)]
    fn an_office_desk_rests_at_weekends_and_on_holidays(#[case] at: DateTime, #[case] open: bool) {
        let office = BusinessHours { weekends: false, holidays: false, ..BusinessHours::default() };
        assert_eq!(office.is_open(at), open);
        assert_eq!(office.words(), "9:00〜21:00");
    }
}
