//! Contrast of the colours, measured: axe cannot judge it inside SVG.

use std::collections::BTreeMap;

const KAKARI: &str = include_str!("../../assets/kakari.css");
const CHARTS: &str = include_str!("../../assets/charts.css");

/// Relative luminance of a colour `#rrggbb`, as WCAG 2.2 defines it.
fn luminance(hex: &str) -> f64 {
    let channel = |index: usize| {
        let value = u8::from_str_radix(hex.get(index..index + 2).unwrap(), 16).unwrap();
        let share = f64::from(value) / 255.0;
        if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

fn contrast(a: &str, b: &str) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// The custom properties of the kinds: `--bad-ink` and the like.
fn kinds() -> BTreeMap<&'static str, &'static str> {
    let declarations = KAKARI.split([';', '{', '}', '/']).filter_map(|part| part.trim().split_once(": "));
    declarations.filter(|(name, value)| name.starts_with("--") && value.starts_with('#')).collect()
}

/// The fill of a class in the charts' style sheet.
fn fill(class: &str) -> &'static str {
    let rule = CHARTS.lines().find(|line| line.contains(&format!("{class} {{ fill: #")));
    rule.and_then(|line| line.split("fill: ").nth(1)?.get(..7)).unwrap()
}

#[test]
fn words_of_every_kind_can_be_read_on_their_ground() {
    let colours = kinds();
    for kind in ["good", "info", "notice", "warn", "bad", "none"] {
        let colour = |part: &str| colours[format!("--{kind}-{part}").as_str()];
        assert!(contrast(colour("ink"), colour("ground")) >= 7.0, "{kind}");
        assert!(contrast(colour("line"), "#ffffff") >= 3.0, "{kind}");
        assert!(contrast(colour("line"), colours["--ground"]) >= 3.0, "{kind}");
    }
    assert!(contrast(colours["--ink-soft"], colours["--ground"]) >= 4.5);
    assert!(contrast(colours["--line-strong"], colours["--paper"]) >= 3.0);
}

#[test]
fn no_data_has_no_hue_and_so_never_looks_well() {
    for (name, colour) in kinds().iter().filter(|(name, _)| name.starts_with("--none-")) {
        assert!(colour.get(1..3) == colour.get(3..5) && colour.get(3..5) == colour.get(5..7), "{name}");
    }
}

#[test]
fn the_bands_of_a_map_darken_in_order_and_carry_their_numbers() {
    let bands = [".band-1", ".band-2", ".band-3", ".band-4"].map(fill);
    for pair in bands.windows(2) {
        assert!(contrast(pair[0], pair[1]) >= 1.08 && luminance(pair[0]) > luminance(pair[1]), "{pair:?}");
    }
    for band in bands {
        assert!(contrast("#1a1a1a", band) >= 7.0, "{band}");
        assert!(contrast("#333333", band) >= 4.5, "{band}");
    }
}

#[test]
fn areas_of_charts_stand_out_from_the_paper_and_from_their_hatching() {
    for class in [".series-1", ".level-1", ".level-2", ".level-3", ".level-4"] {
        assert!(contrast(fill(class), "#ffffff") >= 2.9, "{class} {}", contrast(fill(class), "#ffffff"));
    }
    assert!(contrast(fill(".series-1"), fill(".series-1-soft")) >= 3.0);
}
