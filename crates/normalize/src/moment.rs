//! Times as logs write them: with and without zone, with and without year.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use crate::limits::AHEAD_DAYS;

/// What a log says about when something happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// A time with its zone, or a count since 1970.
    Exact(Timestamp),
    /// A local time whose zone only the sensor's settings know.
    Local(DateTime),
    /// A local time of some year: month, day, time of day.
    Yearless { month: i8, day: i8, time: Time },
}

impl Moment {
    /// The moment in UTC. `zone` stands in for a missing zone. A missing year is the one that puts
    /// the moment last before `received_at`, give or take [`AHEAD_DAYS`].
    pub fn resolve(self, zone: &TimeZone, received_at: Timestamp) -> Option<Timestamp> {
        match self {
            Moment::Exact(timestamp) => Some(timestamp),
            Moment::Local(local) => zone.to_timestamp(local).ok(),
            Moment::Yearless { month, day, time } => {
                let latest = received_at.checked_add(SignedDuration::from_hours(24 * AHEAD_DAYS)).ok()?;
                let this_year = zone.to_datetime(latest).year();
                // Nine years back, because 29 February may be eight years away.
                (0..9)
                    .filter_map(|back| Date::new(this_year.checked_sub(back)?, month, day).ok())
                    .filter_map(|date| zone.to_timestamp(date.to_datetime(time)).ok())
                    .find(|timestamp| *timestamp <= latest)
            }
        }
    }
}

/// A text and what is left of it after a time was read from its start.
type Read<'a> = Option<(Moment, &'a str)>;

/// `2026-01-31T23:59:59.123+09:00` and its relatives: `/` for `-`, a space or `_` for `T`, any number of
/// second fractions (also after a comma), `Z`, `+0900`, or no zone at all.
pub fn iso(text: &str) -> Read<'_> {
    let mut rest = text;
    let year = number(&mut rest, 4, 4)?;
    let separator = take(&mut rest, &['-', '/'])?;
    let month = number(&mut rest, 1, 2)?;
    take(&mut rest, &[separator])?;
    let day = number(&mut rest, 1, 2)?;
    let date = Date::new(small(year)?, small(month)?, small(day)?).ok()?;
    take(&mut rest, &['T', ' ', 't', '_'])?;
    let time = time_of_day(&mut rest)?;
    let local = date.to_datetime(time);
    match offset(&mut rest) {
        Some(offset) => Some((Moment::Exact(offset.to_timestamp(local).ok()?), rest)),
        None => Some((Moment::Local(local), rest)),
    }
}

/// `Jan  3 13:45:36`, also with the year after the day or after the time, also with fractions.
pub fn bsd(text: &str) -> Read<'_> {
    let mut rest = text;
    let month = month(&mut rest)?;
    rest = rest.strip_prefix(' ')?.trim_start_matches(' ');
    let day = number(&mut rest, 1, 2)?;
    rest = rest.strip_prefix(' ')?.trim_start_matches(' ');
    let mut year = None;
    let mut ahead = rest;
    if let Some(found) = number(&mut ahead, 4, 4)
        && ahead.starts_with(' ')
    {
        year = Some(found);
        rest = ahead.trim_start_matches(' ');
    }
    let time = time_of_day(&mut rest)?;
    let mut ahead = rest;
    if year.is_none()
        && take(&mut ahead, &[' ']).is_some()
        && let Some(found @ 1970..=2200) = number(&mut ahead, 4, 4)
        && (ahead.is_empty() || ahead.starts_with([' ', ':', ']']))
    {
        year = Some(found);
        rest = ahead;
    }
    let day = small(day)?;
    match year {
        Some(year) => {
            Some((Moment::Local(Date::new(small(year)?, month, day).ok()?.to_datetime(time)), rest))
        }
        None if (1..=31).contains(&day) => Some((Moment::Yearless { month, day, time }, rest)),
        None => None,
    }
}

/// `31/Jan/2026:23:59:59 +0900`, as web servers write it.
pub fn common_log(text: &str) -> Read<'_> {
    let mut rest = text;
    let day = number(&mut rest, 1, 2)?;
    take(&mut rest, &['/'])?;
    let month = month(&mut rest)?;
    take(&mut rest, &['/'])?;
    let year = number(&mut rest, 4, 4)?;
    take(&mut rest, &[':', ' '])?;
    let time = time_of_day(&mut rest)?;
    let local = Date::new(small(year)?, month, small(day)?).ok()?.to_datetime(time);
    rest = rest.strip_prefix(' ').unwrap_or(rest);
    match offset(&mut rest) {
        Some(offset) => Some((Moment::Exact(offset.to_timestamp(local).ok()?), rest)),
        None => Some((Moment::Local(local), rest)),
    }
}

/// A count since 1970: seconds with or without fractions, milliseconds, microseconds or nanoseconds,
/// told apart by their size.
pub fn epoch(text: &str) -> Option<Moment> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let count: i64 = whole.parse().ok()?;
    let nanoseconds = match whole.len() {
        0..=11 => {
            let mut fraction = fraction;
            let fraction = if fraction.is_empty() { 0 } else { fraction_ns(&mut fraction)? };
            i128::from(count) * 1_000_000_000 + i128::from(fraction)
        }
        12..=14 => i128::from(count) * 1_000_000,
        15..=17 => i128::from(count) * 1_000,
        _ => i128::from(count),
    };
    Timestamp::from_nanosecond(nanoseconds).ok().map(Moment::Exact)
}

/// Any of the above that fills the whole text.
pub fn any(text: &str) -> Option<Moment> {
    let text = text.trim();
    let read = iso(text).or_else(|| bsd(text)).or_else(|| common_log(text));
    match read {
        Some((moment, rest)) if rest.is_empty() || matches!(rest.trim(), "UTC" | "GMT") => {
            Some(match moment {
                Moment::Local(local) if !rest.is_empty() => {
                    Moment::Exact(Offset::UTC.to_timestamp(local).ok()?)
                }
                moment => moment,
            })
        }
        Some(_) => None,
        None => epoch(text),
    }
}

/// A date and a time of day from two fields, and an offset such as `+0900` or `UTC` from a third.
pub fn from_parts(date: &str, time: &str, zone: Option<&str>) -> Option<Moment> {
    let mut rest = date;
    let year = number(&mut rest, 4, 4)?;
    let separator = take(&mut rest, &['-', '/'])?;
    let month = number(&mut rest, 1, 2)?;
    take(&mut rest, &[separator])?;
    let day = number(&mut rest, 1, 2)?;
    let mut time = time;
    let local =
        Date::new(small(year)?, small(month)?, small(day)?).ok()?.to_datetime(time_of_day(&mut time)?);
    match zone.and_then(zone_offset) {
        Some(offset) => Some(Moment::Exact(offset.to_timestamp(local).ok()?)),
        None => Some(Moment::Local(local)),
    }
}

/// The offset that `+0900`, `+09:00`, `+09`, `UTC`, `JST` name.
fn zone_offset(text: &str) -> Option<Offset> {
    match text {
        "UTC" | "GMT" | "Z" => Some(Offset::UTC),
        "JST" => Offset::from_hours(9).ok(),
        _ => {
            let mut rest = text;
            offset(&mut rest).filter(|_| rest.is_empty())
        }
    }
}

fn month(rest: &mut &str) -> Option<i8> {
    let index = match rest.as_bytes().first_chunk::<3>()? {
        b"Jan" => 1,
        b"Feb" => 2,
        b"Mar" => 3,
        b"Apr" => 4,
        b"May" => 5,
        b"Jun" => 6,
        b"Jul" => 7,
        b"Aug" => 8,
        b"Sep" => 9,
        b"Oct" => 10,
        b"Nov" => 11,
        b"Dec" => 12,
        _ => return None,
    };
    *rest = rest.get(3..)?;
    Some(index)
}

/// `23:59:59.123`; a leap second is read as the second before it. Old firewalls write `10: 13:03`.
fn time_of_day(rest: &mut &str) -> Option<Time> {
    let hour = number(rest, 1, 2)?;
    take(rest, &[':'])?;
    *rest = rest.strip_prefix(' ').unwrap_or(rest);
    let minute = number(rest, 2, 2)?;
    take(rest, &[':'])?;
    let second = number(rest, 2, 2)?.min(59);
    let mut ahead = *rest;
    let fraction = if take(&mut ahead, &['.', ',']).is_some() { fraction_ns(&mut ahead) } else { None };
    if fraction.is_some() {
        *rest = ahead;
    }
    Time::new(small(hour)?, small(minute)?, small(second)?, fraction.unwrap_or(0)).ok()
}

/// Nanoseconds from the digits of a fraction; digits past the ninth are dropped.
fn fraction_ns(rest: &mut &str) -> Option<i32> {
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (fraction, after) = rest.split_at_checked(digits)?;
    if fraction.is_empty() {
        return None;
    }
    *rest = after;
    let mut nanoseconds = 0_i32;
    for digit in fraction.bytes().chain(std::iter::repeat(b'0')).take(9) {
        nanoseconds = nanoseconds * 10 + i32::from(digit - b'0');
    }
    Some(nanoseconds)
}

/// `Z`, `+09:00`, `+0900`, `+09`.
fn offset(rest: &mut &str) -> Option<Offset> {
    let mut ahead = rest.strip_prefix(' ').filter(|after| after.starts_with(['+', '-'])).unwrap_or(rest);
    if take(&mut ahead, &['Z', 'z']).is_some() {
        *rest = ahead;
        return Some(Offset::UTC);
    }
    let sign = if take(&mut ahead, &['+', '-'])? == '-' { -1 } else { 1 };
    let hours = number(&mut ahead, 2, 2)?;
    ahead = ahead.strip_prefix(':').unwrap_or(ahead);
    let minutes = number(&mut ahead, 2, 2).unwrap_or(0);
    let offset = Offset::from_seconds(sign * i32::try_from(hours * 3600 + minutes * 60).ok()?).ok()?;
    *rest = ahead;
    Some(offset)
}

/// Between `least` and `most` digits.
fn number(rest: &mut &str, least: usize, most: usize) -> Option<i64> {
    let digits = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
    if digits < least {
        return None;
    }
    let (text, after) = rest.split_at_checked(digits)?;
    *rest = after;
    Some(text.bytes().fold(0, |value, digit| value * 10 + i64::from(digit - b'0')))
}

fn take(rest: &mut &str, wanted: &[char]) -> Option<char> {
    let first = rest.chars().next().filter(|first| wanted.contains(first))?;
    *rest = rest.strip_prefix(first)?;
    Some(first)
}

fn small<T: TryFrom<i64>>(number: i64) -> Option<T> {
    T::try_from(number).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokyo() -> TimeZone {
        TimeZone::get("Asia/Tokyo").unwrap()
    }

    fn utc(moment: Moment, received: &str) -> String {
        moment.resolve(&tokyo(), received.parse().unwrap()).unwrap().to_string()
    }

    #[test]
    fn every_way_of_writing_one_moment_reads_the_same() {
        for text in [
            "2026-01-31T23:59:58Z",
            "2026-02-01T08:59:58+09:00",
            "2026-02-01 08:59:58",
            "2026/02/01 08:59:58",
            "2026-02-01 08:59:58 +0900",
            "01/Feb/2026:08:59:58 +0900",
            "Feb  1 08:59:58",
            "Feb 1 2026 08:59:58",
            "2026-01-31 23:59:58 UTC",
            "1769903998",
            "1769903998000",
            "1769903998000000000",
        ] {
            assert_eq!(utc(any(text).unwrap(), "2026-02-01T00:00:05Z"), "2026-01-31T23:59:58Z", "{text}");
        }
    }

    #[test]
    fn a_year_less_date_is_right_across_new_year() {
        let december = bsd("Dec 31 23:59:50").unwrap().0;
        let january = bsd("Jan  1 00:00:10").unwrap().0;
        assert_eq!(utc(december, "2025-12-31T15:00:30Z"), "2025-12-31T14:59:50Z");
        assert_eq!(utc(january, "2025-12-31T14:59:00Z"), "2025-12-31T15:00:10Z");
        assert_eq!(utc(bsd("Mar  1 00:00:00").unwrap().0, "2026-02-01T00:00:00Z"), "2025-02-28T15:00:00Z");
    }

    #[test]
    fn the_29_of_february_belongs_to_a_leap_year() {
        assert_eq!(utc(bsd("Feb 29 12:00:00").unwrap().0, "2026-03-01T00:00:00Z"), "2024-02-29T03:00:00Z");
    }

    #[test]
    fn fractions_are_kept() {
        assert_eq!(
            utc(any("2026-02-01T08:59:58.123456+09:00").unwrap(), "2026-02-01T00:00:05Z"),
            "2026-01-31T23:59:58.123456Z"
        );
        assert_eq!(utc(epoch("1769903998.25").unwrap(), "2026-02-01T00:00:05Z"), "2026-01-31T23:59:58.25Z");
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "2026",
            "2026-13-01T00:00:00",
            "Feb 31",
            "Foo 1 10:00:00",
            "2026-02-01T25:00:00",
            "12:00:00",
            "Jan 32 10:00:00",
        ] {
            assert_eq!(
                any(text).and_then(|moment| match moment {
                    Moment::Exact(t) if t.as_second() < 10_000 => None,
                    other => Some(other),
                }),
                None,
                "{text}"
            );
        }
    }
}
