//! Japan's public holidays, computed from the law.
//!
//! Source: 国民の祝日に関する法律 (Act No. 178 of 1948) as in force since 2022. The days of the equinoxes are
//! announced each February for the following year (内閣府「国民の祝日」について); until then the usual astronomical
//! formula stands in. All days from 2022 to 2099 were compared with the Python packages `holidays` and
//! `jpholiday`: no difference.

use jiff::civil::{Date, Weekday};

/// The years for which [`holiday`] answers: the law's present form, and the range of the equinox formula.
const YEARS: std::ops::RangeInclusive<i16> = 2022..=2099;

/// When a holiday falls.
enum Rule {
    /// Month and day.
    On(i8, i8),
    /// Month, and which Monday of it.
    Monday(i8, i8),
    VernalEquinox,
    AutumnalEquinox,
}

const HOLIDAYS: [(Rule, &str); 16] = [
    (Rule::On(1, 1), "元日"),
    (Rule::Monday(1, 2), "成人の日"),
    (Rule::On(2, 11), "建国記念の日"),
    (Rule::On(2, 23), "天皇誕生日"),
    (Rule::VernalEquinox, "春分の日"),
    (Rule::On(4, 29), "昭和の日"),
    (Rule::On(5, 3), "憲法記念日"),
    (Rule::On(5, 4), "みどりの日"),
    (Rule::On(5, 5), "こどもの日"),
    (Rule::Monday(7, 3), "海の日"),
    (Rule::On(8, 11), "山の日"),
    (Rule::Monday(9, 3), "敬老の日"),
    (Rule::AutumnalEquinox, "秋分の日"),
    (Rule::Monday(10, 2), "スポーツの日"),
    (Rule::On(11, 3), "文化の日"),
    (Rule::On(11, 23), "勤労感謝の日"),
];

/// The name of the public holiday on `date`, with 振替休日 (article 3.2) and 国民の休日 (article 3.3).
/// `None` on other days and outside 2022 to 2099.
pub fn holiday(date: Date) -> Option<&'static str> {
    if !YEARS.contains(&date.year()) {
        return None;
    }
    named(date).or_else(|| {
        if replaces_a_sunday(date) {
            Some("振替休日")
        } else if named_beside(date) {
            Some("国民の休日")
        } else {
            None
        }
    })
}

fn named(date: Date) -> Option<&'static str> {
    HOLIDAYS.iter().find(|(rule, _)| rule.matches(date)).map(|(_, name)| *name)
}

/// The first day after a holiday on a Sunday that is not itself a holiday.
fn replaces_a_sunday(date: Date) -> bool {
    let mut day = date;
    while let Ok(before) = day.yesterday() {
        if named(before).is_none() {
            return false;
        }
        if before.weekday() == Weekday::Sunday {
            return true;
        }
        day = before;
    }
    false
}

fn named_beside(date: Date) -> bool {
    let before = date.yesterday().is_ok_and(|day| named(day).is_some());
    before && date.tomorrow().is_ok_and(|day| named(day).is_some())
}

impl Rule {
    fn matches(&self, date: Date) -> bool {
        match *self {
            Self::On(month, day) => date.month() == month && date.day() == day,
            Self::Monday(month, nth) => {
                date.month() == month && date.weekday() == Weekday::Monday && (date.day() - 1) / 7 + 1 == nth
            }
            Self::VernalEquinox => date.month() == 3 && date.day() == equinox(20.8431, date.year()),
            Self::AutumnalEquinox => date.month() == 9 && date.day() == equinox(23.2488, date.year()),
        }
    }
}

/// The day of the month of an equinox from 1980 to 2099: the day in 1980, the drift of the tropical year,
/// and the leap days in between.
fn equinox(day_in_1980: f64, year: i16) -> i8 {
    let years = year - 1980;
    let day = (day_in_1980 + 0.242_194 * f64::from(years)).floor() - f64::from(years / 4);
    #[expect(clippy::cast_possible_truncation, reason = "a day of the month, 19 to 24")]
    let day = day as i8;
    day
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;
    use jiff::civil::date;

    use super::*;

    /// Every public holiday of 2026 and 2027, written out.
    const WRITTEN_OUT: &str = "
        2026-01-01 元日
        2026-01-12 成人の日
        2026-02-11 建国記念の日
        2026-02-23 天皇誕生日
        2026-03-20 春分の日
        2026-04-29 昭和の日
        2026-05-03 憲法記念日
        2026-05-04 みどりの日
        2026-05-05 こどもの日
        2026-05-06 振替休日
        2026-07-20 海の日
        2026-08-11 山の日
        2026-09-21 敬老の日
        2026-09-22 国民の休日
        2026-09-23 秋分の日
        2026-10-12 スポーツの日
        2026-11-03 文化の日
        2026-11-23 勤労感謝の日
        2027-01-01 元日
        2027-01-11 成人の日
        2027-02-11 建国記念の日
        2027-02-23 天皇誕生日
        2027-03-21 春分の日
        2027-03-22 振替休日
        2027-04-29 昭和の日
        2027-05-03 憲法記念日
        2027-05-04 みどりの日
        2027-05-05 こどもの日
        2027-07-19 海の日
        2027-08-11 山の日
        2027-09-20 敬老の日
        2027-09-23 秋分の日
        2027-10-11 スポーツの日
        2027-11-03 文化の日
        2027-11-23 勤労感謝の日";

    #[test]
    fn the_rules_give_exactly_the_days_written_out() {
        let computed: Vec<String> = date(2026, 1, 1)
            .series(1.day())
            .take_while(|day| day.year() < 2028)
            .filter_map(|day| Some(format!("{day} {}", holiday(day)?)))
            .collect();
        let written_out: Vec<&str> =
            WRITTEN_OUT.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        assert_eq!(computed, written_out);
    }

    #[test]
    fn nothing_is_claimed_outside_the_years_of_the_rules() {
        assert_eq!(holiday(date(2021, 1, 1)), None);
        assert_eq!(holiday(date(2100, 1, 1)), None);
    }

    #[test]
    fn the_equinoxes_stay_in_their_days() {
        for year in YEARS {
            assert!((19..=21).contains(&equinox(20.8431, year)), "{year}");
            assert!((21..=24).contains(&equinox(23.2488, year)), "{year}");
        }
    }
}
