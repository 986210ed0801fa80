//! The clock: until when an incident has to be contained, counted in the hours in which the desk works. Pure.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use kakari_ui::words::BusinessHours;

use super::model::Severity;

/// A calendar that never opens within this many days is taken as always open, so that no clock stands still
/// for ever because of a wrong setting.
const DAYS_MAX: usize = 400;

/// Working minutes until the client must be out of danger.
pub(super) fn minutes_for(severity: Severity) -> i64 {
    match severity {
        Severity::Critical => 60,
        Severity::High => 4 * 60,
        Severity::Medium => 12 * 60,
        Severity::Low => 36 * 60,
    }
}

/// When so many working minutes after `from` have passed.
pub(super) fn due_after(from: Timestamp, minutes: i64, hours: &BusinessHours, zone: &TimeZone) -> Timestamp {
    let mut left_s = minutes.max(0) * 60;
    let mut day = from.to_zoned(zone.clone()).date();
    for _ in 0..DAYS_MAX {
        if let Some((opens, closes)) = open_on(day, hours, zone) {
            let begin = opens.max(from);
            let open_s = closes.duration_since(begin).as_secs().max(0);
            if left_s <= open_s && begin < closes {
                return begin.saturating_add(left_s.seconds()).unwrap_or(closes);
            }
            left_s -= open_s;
        }
        day = day.saturating_add(1.day());
    }
    from.saturating_add(minutes.max(0).minutes()).unwrap_or(from)
}

/// The working minutes between two moments, rounded down; 0 when `to` is not later.
pub(super) fn minutes_between(from: Timestamp, to: Timestamp, hours: &BusinessHours, zone: &TimeZone) -> i64 {
    let mut seconds = 0;
    let mut day = from.to_zoned(zone.clone()).date();
    let last = to.to_zoned(zone.clone()).date();
    for _ in 0..DAYS_MAX {
        if day > last {
            break;
        }
        if let Some((opens, closes)) = open_on(day, hours, zone) {
            seconds += closes.min(to).duration_since(opens.max(from)).as_secs().max(0);
        }
        day = day.saturating_add(1.day());
    }
    seconds / 60
}

/// The hours of one day; `None` when the desk is closed on it.
fn open_on(day: Date, hours: &BusinessHours, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
    if !hours.is_open(day.to_datetime(hours.opens)) {
        return None;
    }
    let moment = |time| day.to_datetime(time).to_zoned(zone.clone()).map(|zoned| zoned.timestamp()).ok();
    Some((moment(hours.opens)?, moment(hours.closes)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tokyo() -> TimeZone {
        kakari_ui::words::tokyo()
    }

    fn at(text: &str) -> Timestamp {
        format!("{text}:00+09:00").parse().unwrap()
    }

    #[test]
    fn time_passes_only_while_the_desk_is_open() {
        let hours = BusinessHours::default();
        for (from, minutes, due) in [
            ("2026-04-18T10:00", 60, "2026-04-18T11:00"),
            ("2026-04-18T20:30", 60, "2026-04-19T09:30"),
            ("2026-04-18T23:00", 60, "2026-04-19T10:00"),
            ("2026-04-18T03:00", 0, "2026-04-18T09:00"),
            ("2026-04-18T20:00", 60, "2026-04-18T21:00"),
            ("2026-04-18T09:00", 24 * 60, "2026-04-19T21:00"),
            // Closed from 29 December to 3 January.
            ("2026-12-28T20:00", 120, "2027-01-04T10:00"),
        ] {
            assert_eq!(due_after(at(from), minutes, &hours, &tokyo()), at(due), "{from} + {minutes}");
        }
    }

    #[test]
    fn weekends_and_holidays_do_not_count_where_they_are_free() {
        let hours = BusinessHours { weekends: false, holidays: false, ..BusinessHours::default() };
        // Friday 1 May; Golden Week ends on Wednesday 6 May.
        assert_eq!(due_after(at("2026-05-01T20:00"), 120, &hours, &tokyo()), at("2026-05-07T10:00"));
    }

    #[test]
    fn a_desk_that_never_opens_still_has_an_end() {
        let hours = BusinessHours { closes: BusinessHours::default().opens, ..BusinessHours::default() };
        assert_eq!(due_after(at("2026-04-18T10:00"), 60, &hours, &tokyo()), at("2026-04-18T11:00"));
    }

    proptest! {
        #[test]
        fn what_was_left_is_what_is_left_again(start_min in 0_i64..600_000, minutes in 0_i64..5_000, stop_min in 0_i64..8_000) {
            let hours = BusinessHours::default();
            let from = at("2026-01-04T09:00") + start_min.minutes();
            let due = due_after(from, minutes, &hours, &tokyo());
            prop_assert_eq!(minutes_between(from, due, &hours, &tokyo()), minutes);
            // Stopped and at once resumed, it is due when it was due, or at the same point of the working time.
            let stop = from + stop_min.minutes();
            let left = minutes_between(stop, due, &hours, &tokyo());
            let again = due_after(stop, left, &hours, &tokyo());
            prop_assert_eq!(minutes_between(stop, again, &hours, &tokyo()), left);
        }
    }
}
