//! The words as template filters. A moment is given as an RFC 3339 text or as milliseconds since 1970, a day
//! as `2026-04-18`; what is neither is an error that names the value.

use std::sync::Arc;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use kakari_kernel::Yen;
use minijinja::value::Value;
use minijinja::{Environment, Error, ErrorKind};

use super::{Words, bytes, hours_minutes, man_yen, number, percent, yen};

/// Adds the filters for one reader.
pub(crate) fn register(env: &mut Environment<'_>, words: &Arc<Words>) {
    let day = |name: &'static str, env: &mut Environment<'_>, say: fn(&Words, Date) -> String| {
        let words = Arc::clone(words);
        env.add_filter(name, move |value: Value| Ok::<_, Error>(say(&words, date_of(&words, &value)?)));
    };
    day("date", env, Words::date);
    day("date_short", env, Words::date_short);
    day("month", env, Words::month);
    day("month_short", env, Words::month_short);
    day("fiscal_year", env, Words::fiscal_year);
    let moment = |name: &'static str, env: &mut Environment<'_>, say: fn(&Words, Timestamp) -> String| {
        let words = Arc::clone(words);
        env.add_filter(name, move |value: Value| Ok::<_, Error>(say(&words, timestamp_of(&value)?)));
    };
    moment("time", env, Words::time);
    moment("date_time", env, Words::date_time);
    moment("ago", env, Words::ago);
    moment("iso", env, |_, at| at.to_string());

    let reader = Arc::clone(words);
    env.add_filter("duration", move |seconds: i64| reader.duration(SignedDuration::from_secs(seconds)));
    let reader = Arc::clone(words);
    env.add_filter("minutes_left", move |value: Value| {
        Ok::<_, Error>(reader.minutes_left(timestamp_of(&value)?))
    });
    env.add_filter("hours_minutes", hours_minutes);
    let lang = words.lang;
    env.add_filter("yen", move |amount_yen: i64| yen(lang, Yen(amount_yen)));
    env.add_filter("man_yen", move |amount_yen: i64| man_yen(lang, Yen(amount_yen)));
    env.add_filter("number", number);
    env.add_filter("bytes", bytes);
    env.add_filter("percent", |share: f64, decimals: Option<usize>| percent(share, decimals.unwrap_or(0)));
}

fn timestamp_of(value: &Value) -> Result<Timestamp, Error> {
    if let Some(milliseconds) = value.as_i64() {
        return Timestamp::from_millisecond(milliseconds)
            .map_err(|cause| unreadable(value).with_source(cause));
    }
    value
        .as_str()
        .ok_or_else(|| unreadable(value))?
        .parse()
        .map_err(|cause: jiff::Error| unreadable(value).with_source(cause))
}

fn date_of(words: &Words, value: &Value) -> Result<Date, Error> {
    match timestamp_of(value) {
        Ok(at) => Ok(words.day(at)),
        Err(error) => value.as_str().and_then(|text| text.parse().ok()).ok_or(error),
    }
}

fn unreadable(value: &Value) -> Error {
    Error::new(ErrorKind::InvalidOperation, format!("{value:?} is no moment or day"))
}
