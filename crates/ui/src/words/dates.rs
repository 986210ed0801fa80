//! Dates, times and ages.

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::language::Lang;

/// How one reader sees dates and times.
#[derive(Debug, Clone)]
pub struct Words {
    /// The language.
    pub lang: Lang,
    /// The zone that times are shown in.
    pub zone: TimeZone,
    /// Whether Japanese dates are written in eras.
    pub eras: bool,
    /// The moment that ages are counted from.
    pub now: Timestamp,
}

/// Japan's zone. It has had no summer time since 1952, so it needs no zone data.
pub fn tokyo() -> TimeZone {
    TimeZone::fixed(jiff::tz::offset(9))
}

/// The eras since 1868, newest first: name, first day, letter.
const ERAS: [(&str, Date); 5] = [
    ("令和", Date::constant(2019, 5, 1)),
    ("平成", Date::constant(1989, 1, 8)),
    ("昭和", Date::constant(1926, 12, 25)),
    ("大正", Date::constant(1912, 7, 30)),
    ("明治", Date::constant(1868, 10, 23)),
];

impl Words {
    /// The reader's day at a moment.
    pub fn day(&self, at: Timestamp) -> Date {
        at.to_zoned(self.zone.clone()).date()
    }

    /// `2026年4月18日（土）`, `令和8年4月18日（土）`, `Sat 18 April 2026`.
    pub fn date(&self, date: Date) -> String {
        match self.lang {
            Lang::Ja => format!("{}{}", self.year(date), self.date_short(date)),
            Lang::En => format!("{} {}", self.date_short(date), date.year()),
        }
    }

    /// Without the year: `4月18日（土）`, `Sat 18 April`.
    pub fn date_short(&self, date: Date) -> String {
        let (month, day) = (date.month(), date.day());
        match self.lang {
            Lang::Ja => format!("{month}月{day}日（{}）", weekday_ja(date.weekday())),
            Lang::En => format!("{} {day} {}", weekday_en(date.weekday()), month_en(month)),
        }
    }

    /// `2026年4月`, `April 2026`.
    pub fn month(&self, date: Date) -> String {
        match self.lang {
            Lang::Ja => format!("{}{}月", self.year(date), date.month()),
            Lang::En => format!("{} {}", month_en(date.month()), date.year()),
        }
    }

    /// For the axis of a chart: `4月`, `Apr`.
    pub fn month_short(&self, date: Date) -> String {
        match self.lang {
            Lang::Ja => format!("{}月", date.month()),
            Lang::En => month_en(date.month()).chars().take(3).collect(),
        }
    }

    /// `2026年`, `令和8年`, `令和元年`; a date before 1868 keeps its western year.
    fn year(&self, date: Date) -> String {
        let era = if self.eras { ERAS.into_iter().find(|(_, first)| date >= *first) } else { None };
        match era {
            Some((name, first)) if date.year() == first.year() => format!("{name}元年"),
            Some((name, first)) => format!("{name}{}年", date.year() - first.year() + 1),
            None => format!("{}年", date.year()),
        }
    }

    /// `09:41`.
    pub fn time(&self, at: Timestamp) -> String {
        clock(at.to_zoned(self.zone.clone()).time())
    }

    /// `2026年4月18日（土）09:41`, `Sat 18 April 2026, 09:41`.
    pub fn date_time(&self, at: Timestamp) -> String {
        let separator = if self.lang == Lang::Ja { "" } else { ", " };
        format!("{}{separator}{}", self.date(self.day(at)), self.time(at))
    }

    /// The Japanese fiscal year, which begins in April: `2026年度`, `令和8年度`, `FY2026`.
    pub fn fiscal_year(&self, date: Date) -> String {
        let year = if date.month() < 4 { date.year() - 1 } else { date.year() };
        match self.lang {
            Lang::Ja => {
                // April 2019 was still Heisei, but the fiscal year 2019 is called 令和元年度.
                let last = Date::new(year, 12, 31).unwrap_or(date);
                format!("{}度", self.year(last))
            }
            Lang::En => format!("FY{year}"),
        }
    }

    /// How long ago, or how far ahead: `3時間前`, `2日後`, `3 hours ago`, `in 2 days`. Beyond 30 days the date.
    pub fn ago(&self, at: Timestamp) -> String {
        let distance = self.now.duration_since(at);
        let seconds = distance.as_secs().unsigned_abs();
        let past = !distance.is_negative();
        let (count, ja, en) = match seconds {
            0..60 => return self.pick("たった今", "just now").to_owned(),
            60..3_600 => (seconds / 60, "分", "minute"),
            3_600..86_400 => (seconds / 3_600, "時間", "hour"),
            86_400..2_592_000 => (seconds / 86_400, "日", "day"),
            _ => return self.date(self.day(at)),
        };
        let plural = if count == 1 { "" } else { "s" };
        match (self.lang, past) {
            (Lang::Ja, true) => format!("{count}{ja}前"),
            (Lang::Ja, false) => format!("{count}{ja}後"),
            (Lang::En, true) => format!("{count} {en}{plural} ago"),
            (Lang::En, false) => format!("in {count} {en}{plural}"),
        }
    }

    /// A length of time in its largest two units: `1時間10分`, `2日3時間`, `1 h 10 min`. Less than a minute
    /// is 0 minutes; the sign is dropped.
    pub fn duration(&self, length: SignedDuration) -> String {
        let minutes = length.as_secs().unsigned_abs() / 60;
        let (days, hours, rest) = (minutes / 1_440, minutes / 60 % 24, minutes % 60);
        let [day, hour, minute] = match self.lang {
            Lang::Ja => ["日", "時間", "分"],
            Lang::En => [" d", " h", " min"],
        };
        let gap = self.pick("", " ");
        match (days, hours, rest) {
            (0, 0, _) => format!("{rest}{minute}"),
            (0, _, 0) => format!("{hours}{hour}"),
            (0, ..) => format!("{hours}{hour}{gap}{rest}{minute}"),
            (_, 0, _) => format!("{days}{day}"),
            _ => format!("{days}{day}{gap}{hours}{hour}"),
        }
    }

    /// Whole minutes until `due`, rounded down: negative as soon as it is past.
    pub fn minutes_left(&self, due: Timestamp) -> i64 {
        (due.as_millisecond() - self.now.as_millisecond()).div_euclid(60_000)
    }

    fn pick<'a>(&self, ja: &'a str, en: &'a str) -> &'a str {
        match self.lang {
            Lang::Ja => ja,
            Lang::En => en,
        }
    }
}

/// Reads a day as people write it, with ASCII digits: `2026-04-18`, `2026/4/18`, `2026.4.18`, `2026年4月18日`,
/// `令和8年4月18日`, `令和元年5月1日`, `R8.4.18`. Anything else, and a day that does not exist, is `None`.
pub fn read_date(text: &str) -> Option<Date> {
    const LETTERS: [char; 5] = ['R', 'H', 'S', 'T', 'M'];
    let text = text.trim().trim_end_matches('日');
    let era = ERAS.iter().zip(LETTERS).find_map(|((name, first), letter)| {
        let rest = text.strip_prefix(name).or_else(|| text.strip_prefix(letter));
        rest.map(|rest| (first.year(), rest))
    });
    let (years_before, rest) = era.map_or((0, text), |(first, rest)| (first - 1, rest));
    let mut parts = rest.split(['-', '/', '.', '年', '月']);
    let year = parts.next().map(|year| if year == "元" && era.is_some() { "1" } else { year })?;
    let year = year.parse::<i16>().ok()?.checked_add(years_before)?;
    let month = parts.next()?.parse().ok()?;
    let day = parts.next()?.parse().ok()?;
    if parts.next().is_some() || year < 1868 {
        return None;
    }
    Date::new(year, month, day).ok()
}

/// A number of minutes as a clock counts them, without its sign: `00:18`, `26:05`.
pub fn hours_minutes(minutes: i64) -> String {
    let minutes = minutes.unsigned_abs();
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

fn clock(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

fn weekday_ja(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Sunday => "日",
        Weekday::Monday => "月",
        Weekday::Tuesday => "火",
        Weekday::Wednesday => "水",
        Weekday::Thursday => "木",
        Weekday::Friday => "金",
        Weekday::Saturday => "土",
    }
}

fn weekday_en(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Sunday => "Sun",
        Weekday::Monday => "Mon",
        Weekday::Tuesday => "Tue",
        Weekday::Wednesday => "Wed",
        Weekday::Thursday => "Thu",
        Weekday::Friday => "Fri",
        Weekday::Saturday => "Sat",
    }
}

fn month_en(month: i8) -> &'static str {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    usize::try_from(month - 1).ok().and_then(|index| MONTHS.get(index)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;
    use jiff::civil::date;
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    fn words(lang: Lang, eras: bool) -> Words {
        Words { lang, zone: tokyo(), eras, now: "2026-04-18T00:41:20Z".parse().unwrap() }
    }

    #[rstest]
    #[case(date(2026, 4, 18), "2026年4月18日（土）", "令和8年4月18日（土）", "Sat 18 April 2026")]
    #[case(date(2019, 5, 1), "2019年5月1日（水）", "令和元年5月1日（水）", "Wed 1 May 2019")]
    #[case(date(2019, 4, 30), "2019年4月30日（火）", "平成31年4月30日（火）", "Tue 30 April 2019")]
    #[case(date(1989, 1, 7), "1989年1月7日（土）", "昭和64年1月7日（土）", "Sat 7 January 1989")]
    #[case(date(1867, 1, 1), "1867年1月1日（火）", "1867年1月1日（火）", "Tue 1 January 1867")]
    fn dates_are_written_as_people_write_them(
        #[case] day: Date,
        #[case] ja: &str,
        #[case] era: &str,
        #[case] en: &str,
    ) {
        assert_eq!(words(Lang::Ja, false).date(day), ja);
        assert_eq!(words(Lang::Ja, true).date(day), era);
        assert_eq!(words(Lang::En, false).date(day), en);
    }

    #[test]
    fn a_moment_shows_in_the_readers_zone_and_never_in_utc() {
        let late: Timestamp = "2026-04-17T20:30:00Z".parse().unwrap();
        assert_eq!(words(Lang::Ja, false).date_time(late), "2026年4月18日（土）05:30");
        assert_eq!(words(Lang::En, false).date_time(late), "Sat 18 April 2026, 05:30");
    }

    #[rstest]
    #[case(date(2026, 3, 31), "2025年度", "令和7年度", "FY2025")]
    #[case(date(2026, 4, 1), "2026年度", "令和8年度", "FY2026")]
    #[case(date(2019, 4, 1), "2019年度", "令和元年度", "FY2019")]
    fn the_fiscal_year_begins_in_april(
        #[case] day: Date,
        #[case] ja: &str,
        #[case] era: &str,
        #[case] en: &str,
    ) {
        assert_eq!(words(Lang::Ja, false).fiscal_year(day), ja);
        assert_eq!(words(Lang::Ja, true).fiscal_year(day), era);
        assert_eq!(words(Lang::En, false).fiscal_year(day), en);
    }

    #[rstest]
    #[case(0, "たった今", "just now")]
    #[case(59, "たった今", "just now")]
    #[case(60, "1分前", "1 minute ago")]
    #[case(3 * 3600, "3時間前", "3 hours ago")]
    #[case(86_399, "23時間前", "23 hours ago")]
    #[case(-2 * 86_400, "2日後", "in 2 days")]
    #[case(40 * 86_400, "2026年3月9日（月）", "Mon 9 March 2026")]
    fn ages_are_counted_from_the_given_now(#[case] seconds: i64, #[case] ja: &str, #[case] en: &str) {
        let at = words(Lang::Ja, false).now - seconds.seconds();
        assert_eq!(words(Lang::Ja, false).ago(at), ja);
        assert_eq!(words(Lang::En, false).ago(at), en);
    }

    #[rstest]
    #[case(30, "0分", "0 min")]
    #[case(4_200, "1時間10分", "1 h 10 min")]
    #[case(7_200, "2時間", "2 h")]
    #[case(86_400, "1日", "1 d")]
    #[case(97_200, "1日3時間", "1 d 3 h")]
    fn lengths_have_at_most_two_units(#[case] seconds: i64, #[case] ja: &str, #[case] en: &str) {
        let length = SignedDuration::from_secs(seconds);
        assert_eq!(words(Lang::Ja, false).duration(length), ja);
        assert_eq!(words(Lang::En, false).duration(length), en);
    }

    #[rstest]
    #[case("2026-04-18T00:59:20Z", 18)]
    #[case("2026-04-18T00:41:20Z", 0)]
    #[case("2026-04-18T00:41:19.999Z", -1)]
    #[case("2026-04-18T00:29:20Z", -12)]
    fn what_is_left_is_negative_as_soon_as_it_is_past(#[case] due: Timestamp, #[case] minutes: i64) {
        assert_eq!(words(Lang::Ja, false).minutes_left(due), minutes);
    }

    #[test]
    fn minutes_are_shown_like_a_clock_without_their_sign() {
        assert_eq!([18, -12, 1_565].map(hours_minutes), ["00:18", "00:12", "26:05"]);
    }

    #[rstest]
    #[case("2026-04-18")]
    #[case("2026/4/18")]
    #[case("2026.4.18")]
    #[case("2026年4月18日")]
    #[case("令和8年4月18日")]
    #[case("R8.4.18")]
    #[case(" R08/04/18 ")]
    fn a_day_is_read_in_every_way_that_people_write_it(#[case] text: &str) {
        assert_eq!(read_date(text), Some(date(2026, 4, 18)));
    }

    #[test]
    fn the_first_year_of_an_era_is_read() {
        assert_eq!(read_date("令和元年5月1日"), Some(date(2019, 5, 1)));
        assert_eq!(read_date("昭和64年1月7日"), Some(date(1989, 1, 7)));
    }

    #[rstest]
    #[case("")]
    #[case("4月18日")]
    #[case("2026-02-30")]
    #[case("2026-04-18-01")]
    #[case("18/4/2026")]
    #[case("元年4月1日")]
    #[case("令和99999年1月1日")]
    #[case("tomorrow")]
    fn what_is_no_day_is_not_guessed(#[case] text: &str) {
        assert_eq!(read_date(text), None);
    }

    proptest! {
        #[test]
        fn a_written_day_reads_back(days in 0_i32..84_000, eras: bool) {
            let day = date(1870, 1, 1) + days.days();
            let written = words(Lang::Ja, eras).date(day);
            let without_weekday = written.split('（').next().unwrap_or_default();
            prop_assert_eq!(read_date(without_weekday), Some(day));
        }

        #[test]
        fn no_text_makes_the_reader_fail(text: String) {
            let _any = read_date(&text);
        }

        #[test]
        fn every_moment_has_words(milliseconds in -9_000_000_000_000_i64..9_000_000_000_000, eras: bool) {
            let at = Timestamp::from_millisecond(milliseconds).unwrap();
            for lang in Lang::ALL {
                let words = words(lang, eras);
                prop_assert!(!words.ago(at).is_empty() && !words.date_time(at).is_empty());
                prop_assert_eq!(words.minutes_left(at) < 0, at < words.now);
            }
        }
    }
}
