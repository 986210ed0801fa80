//! Numbers, money and sizes.

use kakari_kernel::Yen;

use crate::language::Lang;

/// A number with its thousands grouped: `12,000`, `-3.5`. At most two decimals, none that are zero.
pub fn number(value: f64) -> String {
    if !value.is_finite() {
        return "-".to_owned();
    }
    let text = format!("{value:.2}");
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("-", digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fraction = fraction.trim_end_matches('0');
    let sign = if whole == "0" && fraction.is_empty() { "" } else { sign };
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{}{point}{fraction}", group(whole))
}

/// Puts a comma before every third digit from the right.
fn group(digits: &str) -> String {
    let count = digits.chars().count();
    let mut out = String::with_capacity(count + count / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (count - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Whole yen: `198,000円`, `¥198,000`.
pub fn yen(lang: Lang, amount: Yen) -> String {
    match lang {
        Lang::Ja => format!("{amount}円"),
        Lang::En if amount < Yen(0) => format!("-¥{}", group(&amount.0.unsigned_abs().to_string())),
        Lang::En => format!("¥{amount}"),
    }
}

/// Yen where the order of magnitude is enough: `12万円`, `3.5億円`, `¥120k`, `¥350M`.
///
/// An amount that would lose more than a tenth of a unit is rounded half up, and one below 10,000 yen is
/// written out.
pub fn man_yen(lang: Lang, amount: Yen) -> String {
    const MAN: u64 = 10_000;
    const OKU: u64 = 100_000_000;
    let size = amount.0.unsigned_abs();
    let sign = if amount < Yen(0) { "-" } else { "" };
    match lang {
        _ if size < MAN => yen(lang, amount),
        Lang::Ja if size >= OKU => format!("{sign}{}億円", tenths(size, OKU)),
        // What rounds up to 10,000万円 is 1億円.
        Lang::Ja if size >= OKU - MAN / 20 => format!("{sign}1億円"),
        Lang::Ja => format!("{sign}{}万円", tenths(size, MAN)),
        Lang::En if size >= 1_000_000 => format!("{sign}¥{}M", tenths(size, 1_000_000)),
        Lang::En if size >= 999_950 => format!("{sign}¥1M"),
        Lang::En => format!("{sign}¥{}k", tenths(size, 1_000)),
    }
}

/// `size` in `unit`s with at most one decimal, rounded half up.
fn tenths(size: u64, unit: u64) -> String {
    let tenths = (u128::from(size) * 10 + u128::from(unit) / 2) / u128::from(unit);
    let whole = group(&(tenths / 10).to_string());
    match tenths % 10 {
        0 => whole,
        tenth => format!("{whole}.{tenth}"),
    }
}

/// A share as a percentage: `0.385` is `38.5%`, or `39%` with no decimals.
pub fn percent(share: f64, decimals: usize) -> String {
    if share.is_finite() { format!("{:.*}%", decimals.min(6), share * 100.0) } else { "-".to_owned() }
}

/// A size in bytes, in steps of 1024: `812 B`, `1.5 MB`.
pub fn bytes(size_bytes: u64) -> String {
    const UNITS: [&str; 6] = ["kB", "MB", "GB", "TB", "PB", "EB"];
    let mut unit_size: u64 = 1;
    let mut name = "B";
    for next in UNITS {
        // 1023.95 of a unit would be printed as 1,024.
        if u128::from(size_bytes) * 100 < u128::from(unit_size) * 102_395 {
            break;
        }
        unit_size = unit_size.saturating_mul(1024);
        name = next;
    }
    format!("{} {name}", tenths(size_bytes, unit_size))
}
