//! Yen, hours, shares and frequencies as people write them.

use super::MAX_YEN;
use super::fields::{Fields, Json, Place, Remarks};
use crate::plan::Share;
use crate::spread::{Spread, Z90, Z95};

/// What a number measures, which decides what is sensible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quantity {
    /// Yen of one event.
    Yen,
    /// Events a year.
    Frequency,
    /// A share from 0 to 1.
    Share,
}

/// More events a year than days are no incidents.
const MAX_FREQUENCY: f64 = 366.0;

/// Whole yen, at least 0.
pub(super) fn yen(place: &Place<'_>, remarks: &Remarks) -> Option<i64> {
    let value = match place.json {
        Json::Number(value) => Some(*value),
        Json::Text(text) => yen_text(text),
        _ => None,
    };
    let Some(value) = value else {
        remarks.fault(
            &place.at,
            format!("{} is not an amount of yen", place.kind()),
            "write a whole number such as 120000",
        );
        return None;
    };
    check_yen(place, value, remarks).then_some(value as i64)
}

fn check_yen(place: &Place<'_>, value: f64, remarks: &Remarks) -> bool {
    if value < 0.0 {
        remarks.fault(
            &place.at,
            format!("{value} yen is below 0"),
            "write 0 if it costs nothing; income is no part of a plan",
        );
    } else if value > MAX_YEN as f64 {
        remarks.fault(
            &place.at,
            format!("{value} yen is more than {MAX_YEN}"),
            "check the unit: amounts are in yen",
        );
    } else if value.fract() != 0.0 {
        remarks.fault(&place.at, format!("{value} is not a whole number of yen"), "round it to whole yen");
    } else {
        return true;
    }
    false
}

/// `120,000`, `¥120,000`, `120000円`, `１２万円`, `1.5億円`.
fn yen_text(text: &str) -> Option<f64> {
    let plain: String = text.chars().map(narrow).filter(|c| !matches!(c, ',' | ' ' | '_')).collect();
    let plain = plain.strip_prefix(['¥', '\\']).unwrap_or(&plain);
    let plain = plain
        .strip_suffix('円')
        .or_else(|| plain.strip_suffix("yen"))
        .or_else(|| plain.strip_suffix("JPY"))
        .unwrap_or(plain);
    let units = [('億', 1e8), ('万', 1e4), ('千', 1e3)];
    let unit = units.iter().find_map(|&(unit, factor)| plain.strip_suffix(unit).map(|rest| (rest, factor)));
    let (digits, factor) = unit.unwrap_or((plain, 1.0));
    // 1.5億 is 150,000,000 exactly; rounding takes away what the binary fraction adds.
    decimal(digits).map(|value| if factor > 1.0 { (value * factor * 100.0).round() / 100.0 } else { value })
}

/// Full-width digits and signs as half-width ones.
fn narrow(c: char) -> char {
    match c {
        '０'..='９' | '．' | '，' | '％' | '／' | '－' => {
            char::from_u32(c as u32 - '０' as u32 + '0' as u32).unwrap_or(c)
        }
        '￥' => '¥',
        '　' => ' ',
        _ => c,
    }
}

/// A plain decimal number: no exponents, no `inf`, no `nan`.
fn decimal(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_plain = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit() || c == '.');
    if is_plain { text.parse().ok() } else { None }
}

/// Hours as whole minutes, at least 0.
pub(super) fn minutes(place: &Place<'_>, remarks: &Remarks) -> Option<i64> {
    let value = match place.json {
        Json::Number(value) => Some(*value),
        Json::Text(text) => {
            let plain: String = text.chars().map(narrow).collect();
            decimal(plain.trim().trim_end_matches("時間").trim_end_matches('h').trim())
        }
        _ => None,
    };
    match value {
        Some(hours) if (0.0..=1e6).contains(&hours) => Some((hours * 60.0).round() as i64),
        Some(hours) => {
            remarks.fault(
                &place.at,
                format!("{hours} hours is not between 0 and 1,000,000"),
                "write hours of staff time",
            );
            None
        }
        None => {
            remarks.fault(
                &place.at,
                format!("{} is not a number of hours", place.kind()),
                "write a number such as 8 or 1.5",
            );
            None
        }
    }
}

/// A whole number between two ends.
pub(super) fn count(place: &Place<'_>, least: u32, most: u32, remarks: &Remarks) -> Option<u32> {
    match place.json {
        Json::Number(value)
            if value.fract() == 0.0 && (f64::from(least)..=f64::from(most)).contains(value) =>
        {
            Some(*value as u32)
        }
        _ => {
            remarks.fault(
                &place.at,
                format!("{} is not a whole number from {least} to {most}", place.kind()),
                "write such a number",
            );
            None
        }
    }
}

/// An exact share: `0.5`, `"50%"` or `"1/2"`.
pub(super) fn share(place: &Place<'_>, remarks: &Remarks) -> Option<Share> {
    if let Json::Text(text) = place.json {
        let plain: String = text.chars().map(narrow).filter(|c| !c.is_whitespace()).collect();
        if let Some((numerator, denominator)) = plain.split_once('/') {
            let parts = numerator.parse().ok().zip(denominator.parse().ok());
            if let Some((numerator, denominator)) = parts.filter(|&(n, d): &(u32, u32)| d > 0 && n <= d) {
                return Some(Share { numerator, denominator });
            }
        }
    }
    let value = number(place, Quantity::Share, remarks)?;
    Some(Share { numerator: (value * 1e6).round() as u32, denominator: 1_000_000 })
}

/// A number or a range.
pub(super) fn spread(place: &Place<'_>, quantity: Quantity, remarks: &Remarks) -> Option<Spread> {
    match place.json {
        Json::Object(_) => range(place.fields(remarks)?, quantity, remarks),
        Json::List(items) if quantity == Quantity::Share && items.len() == 2 => {
            let ends = place.list(remarks);
            let min = number(&ends[0], quantity, remarks)?;
            let max = number(&ends[1], quantity, remarks)?;
            ordered(place, &[min, max], remarks).then_some(between(min, max))
        }
        Json::List(_) => {
            remarks.fault(
                &place.at,
                "a list does not say what its numbers are",
                "write {\"p10\": …, \"p90\": …} or {\"min\": …, \"mode\": …, \"max\": …}",
            );
            None
        }
        _ => number(place, quantity, remarks).map(Spread::Fixed),
    }
}

/// One number of a quantity, refused with advice when it cannot be meant.
fn number(place: &Place<'_>, quantity: Quantity, remarks: &Remarks) -> Option<f64> {
    let value = match (place.json, quantity) {
        (Json::Number(value), _) => Some(*value),
        (Json::Text(text), Quantity::Yen) => yen_text(text),
        (Json::Text(text), Quantity::Frequency | Quantity::Share) => ratio(text),
        _ => None,
    };
    let Some(value) = value else {
        let example = match quantity {
            Quantity::Yen => "write yen, such as 1200000",
            Quantity::Frequency => "write events a year, such as 0.2 or \"1/5\"",
            Quantity::Share => "write a share such as 0.4 or \"40%\"",
        };
        remarks.fault(&place.at, format!("{} is not a number", place.kind()), example);
        return None;
    };
    match quantity {
        Quantity::Yen => check_yen(place, value, remarks).then_some(value),
        Quantity::Frequency if (0.0..=MAX_FREQUENCY).contains(&value) => Some(value),
        Quantity::Frequency => {
            remarks.fault(
                &place.at,
                format!("{value} events a year is not between 0 and {MAX_FREQUENCY}"),
                "write how many events a year are expected; once in five years is 0.2",
            );
            None
        }
        Quantity::Share if (0.0..=1.0).contains(&value) => Some(value),
        Quantity::Share => {
            let advice = if value > 1.0 && value <= 100.0 {
                format!(
                    "a share is between 0 and 1; if {value} percent is meant, write {} or \"{value}%\"",
                    value / 100.0
                )
            } else if value > 100.0 {
                "nothing can be reduced by more than 100 percent; write a share between 0 and 1".to_owned()
            } else {
                "measures only reduce risk here; write a share between 0 and 1".to_owned()
            };
            remarks.fault(&place.at, format!("{value} is not a share"), advice);
            None
        }
    }
}

/// `0.4`, `40%`, `1/5`.
fn ratio(text: &str) -> Option<f64> {
    let plain: String = text.chars().map(narrow).filter(|c| !c.is_whitespace()).collect();
    if let Some(percent) = plain.strip_suffix('%') {
        return decimal(percent).map(|value| value / 100.0);
    }
    if let Some((numerator, denominator)) = plain.split_once('/') {
        let denominator = decimal(denominator).filter(|&denominator| denominator > 0.0)?;
        return decimal(numerator).map(|numerator| numerator / denominator);
    }
    decimal(&plain)
}

fn range(mut fields: Fields<'_>, quantity: Quantity, remarks: &Remarks) -> Option<Spread> {
    let at = fields.at.clone();
    let here = Place { at: at.clone(), json: &Json::Null };
    let mut names: Vec<&str> = Vec::new();
    let mut take = |fields: &mut Fields<'_>, name: &'static str, other: &[&str]| {
        let all: Vec<&str> = std::iter::once(name).chain(other.iter().copied()).collect();
        let place = fields.take(&all, remarks)?;
        names.push(name);
        match name {
            // The parameters of a lognormal are logarithms of yen, not yen.
            "mu" | "sigma" => match place.json {
                Json::Number(value) if value.abs() <= 40.0 => Some(*value),
                _ => {
                    remarks.fault(
                        &place.at,
                        format!("{} is not a parameter of a lognormal", place.kind()),
                        "write the mean and deviation of the natural logarithm",
                    );
                    None
                }
            },
            _ => number(&place, quantity, remarks),
        }
    };
    let [p5, p10, p90, p95] = ["p5", "p10", "p90", "p95"].map(|name| take(&mut fields, name, &[]));
    let min = take(&mut fields, "min", &["low", "minimum"]);
    let mode = take(&mut fields, "mode", &["likely", "most_likely"]);
    let max = take(&mut fields, "max", &["high", "maximum"]);
    let [mean, median, mu, sigma] =
        ["mean", "median", "mu", "sigma"].map(|name| take(&mut fields, name, &[]));
    let shape = fields.take(&["shape", "distribution"], remarks).and_then(|place| place.text(remarks));
    fields.take(&["source"], remarks);
    let whole = |spread: Option<Spread>, shapes: &[&str]| {
        let spread = spread?;
        if shape.is_some_and(|shape| !shapes.contains(&shape.to_lowercase().as_str())) {
            let shape = shape.unwrap_or_default();
            remarks.fault(
                &at,
                format!("the shape \"{shape}\" does not fit {}", names.join(" and ")),
                format!("leave it out or write {}", shapes.join(" or ")),
            );
            return None;
        }
        Some(spread)
    };
    let by_quantiles: &[&str] = if quantity == Quantity::Share { &["uniform"] } else { &["lognormal"] };
    let result = match names.as_slice() {
        ["p10", "p90"] => whole(quantiles(&here, p10?, p90?, Z90, 0.8, quantity, remarks), by_quantiles),
        ["p5", "p95"] => whole(quantiles(&here, p5?, p95?, Z95, 0.9, quantity, remarks), by_quantiles),
        ["min", "max"] => {
            let (min, max) = (min?, max?);
            whole(ordered(&here, &[min, max], remarks).then(|| between(min, max)), &["uniform"])
        }
        ["min", "mode", "max"] => {
            let (min, mode, max) = (min?, mode?, max?);
            let is_triangular = shape.is_some_and(|shape| shape.eq_ignore_ascii_case("triangular"));
            let spread = match () {
                () if min == max => Spread::Fixed(mode),
                () if is_triangular => Spread::Triangular { min, mode, max },
                () => Spread::Pert { min, mode, max },
            };
            whole(ordered(&here, &[min, mode, max], remarks).then_some(spread), &["pert", "triangular"])
        }
        ["mean", "median"] if quantity != Quantity::Share => {
            let (mean, median) = (mean?, median?);
            let is_lognormal = positive(&here, median, remarks) && ordered(&here, &[median, mean], remarks);
            whole(is_lognormal.then(|| Spread::lognormal_with(mean, median)), &["lognormal"])
        }
        ["mu", "sigma"] if quantity != Quantity::Share => {
            let (mu, sigma) = (mu?, sigma?);
            let is_usual = (0.0..=4.0).contains(&sigma);
            if is_usual {
                whole(Some(Spread::Lognormal { mu, sigma }), &["lognormal"])
            } else {
                remarks.fault(
                    &at,
                    format!("sigma {sigma} is not between 0 and 4"),
                    "check that it is of the natural logarithm",
                );
                None
            }
        }
        _ => {
            remarks.fault(
                &at,
                format!("a range cannot be read from {}", if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }),
                "write p10 and p90, p5 and p95, min and max, min and mode and max, mean and median, or mu and sigma",
            );
            None
        }
    };
    fields.finish("p5, p10, p90, p95, min, mode, max, mean, median, mu, sigma, shape, source", remarks);
    let limit = match quantity {
        Quantity::Yen => super::MAX_YEN as f64,
        Quantity::Frequency => MAX_FREQUENCY,
        Quantity::Share => 1.0,
    };
    if let Some(spread) = result
        && spread.mean() > limit
    {
        remarks.fault(
            &at,
            format!("the mean of this range is {:.0}, above {limit}", spread.mean()),
            "narrow the range",
        );
        return None;
    }
    result
}

/// A range by two quantiles: lognormal, but uniform for shares, which end at 1.
fn quantiles(
    place: &Place<'_>,
    low: f64,
    high: f64,
    z: f64,
    inside: f64,
    quantity: Quantity,
    remarks: &Remarks,
) -> Option<Spread> {
    if !ordered(place, &[low, high], remarks) {
        return None;
    }
    if quantity != Quantity::Share {
        return positive(place, low, remarks).then(|| Spread::lognormal_between(low, high, z));
    }
    let margin = (high - low) * (1.0 - inside) / (2.0 * inside);
    let (min, max) = (low - margin, high + margin);
    if min < 0.0 || max > 1.0 {
        remarks.fault(
            &place.at,
            format!("beyond these two points the share would run from {min:.3} to {max:.3}"),
            "write min and max, or min and mode and max, instead",
        );
        return None;
    }
    Some(between(min, max))
}

fn between(min: f64, max: f64) -> Spread {
    if min == max { Spread::Fixed(min) } else { Spread::Uniform { min, max } }
}

fn ordered(place: &Place<'_>, values: &[f64], remarks: &Remarks) -> bool {
    let is_ordered = values.is_sorted();
    if !is_ordered {
        remarks.fault(
            &place.at,
            format!("{values:?} do not rise"),
            "write the smaller number first; a mean is not below its median",
        );
    }
    is_ordered
}

fn positive(place: &Place<'_>, value: f64, remarks: &Remarks) -> bool {
    if value <= 0.0 {
        remarks.fault(
            &place.at,
            "the lower end of a lognormal range must be above 0",
            "write min and mode and max instead",
        );
    }
    value > 0.0
}
