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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(0.0, "0")]
    #[case(-0.001, "0")]
    #[case(999.0, "999")]
    #[case(12_000.0, "12,000")]
    #[case(-1_234_567.5, "-1,234,567.5")]
    #[case(1.999, "2")]
    #[case(f64::NAN, "-")]
    fn numbers_are_grouped_and_have_no_useless_zeros(#[case] value: f64, #[case] text: &str) {
        assert_eq!(number(value), text);
    }

    #[rstest]
    #[case(198_000, "198,000円", "¥198,000")]
    #[case(0, "0円", "¥0")]
    #[case(-500, "-500円", "-¥500")]
    fn yen_are_whole(#[case] amount: i64, #[case] ja: &str, #[case] en: &str) {
        assert_eq!((yen(Lang::Ja, Yen(amount)), yen(Lang::En, Yen(amount))), (ja.to_owned(), en.to_owned()));
    }

    #[rstest]
    #[case(9_999, "9,999円", "¥9,999")]
    #[case(120_000, "12万円", "¥120k")]
    #[case(198_500, "19.9万円", "¥198.5k")]
    #[case(-120_000, "-12万円", "-¥120k")]
    #[case(99_999_999, "1億円", "¥100M")]
    #[case(350_000_000, "3.5億円", "¥350M")]
    #[case(999_999, "100万円", "¥1M")]
    fn large_amounts_keep_their_order_of_magnitude(#[case] amount: i64, #[case] ja: &str, #[case] en: &str) {
        assert_eq!(man_yen(Lang::Ja, Yen(amount)), ja);
        assert_eq!(man_yen(Lang::En, Yen(amount)), en);
    }

    #[rstest]
    #[case(0, "0 B")]
    #[case(1_023, "1,023 B")]
    #[case(1_024, "1 kB")]
    #[case(1_536_000, "1.5 MB")]
    #[case(1_048_575, "1 MB")]
    #[case(u64::MAX, "16 EB")]
    fn sizes_never_show_a_thousand_of_a_unit_where_one_of_the_next_would_do(
        #[case] size: u64,
        #[case] text: &str,
    ) {
        assert_eq!(bytes(size), text);
    }

    #[test]
    fn a_share_becomes_a_percentage() {
        assert_eq!(
            (percent(0.385, 1), percent(0.385, 0), percent(f64::INFINITY, 0)),
            ("38.5%".into(), "38%".into(), "-".into())
        );
    }

    proptest! {
        #[test]
        fn grouping_only_adds_commas(amount: i64) {
            prop_assert_eq!(yen(Lang::Ja, Yen(amount)).replace([',', '円'], ""), amount.to_string());
        }

        #[test]
        fn every_amount_and_size_has_words(amount: i64, size: u64, value: f64) {
            prop_assert!(!man_yen(Lang::Ja, Yen(amount)).is_empty());
            prop_assert!(!man_yen(Lang::En, Yen(amount)).contains("1,000k"));
            prop_assert!(bytes(size).chars().count() <= 8);
            prop_assert!(!number(value).is_empty());
        }
    }
}
