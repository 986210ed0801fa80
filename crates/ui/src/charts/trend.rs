//! One column per month, the latest in full colour.

use super::svg::{Anchor, Svg, width_em};
use super::{Chart, Texts, known, scale_max};

const WIDTH: f64 = 360.0;
const HEIGHT: f64 = 210.0;
const FLOOR: f64 = 178.0;
const CEILING: f64 = 26.0;
const FONT: f64 = 14.0;

/// More columns than this are too thin for their numbers.
const MONTHS_MAX: usize = 12;

/// The numbers of 6 to 12 months, each above its column. The picture shows the latest twelve, the table all.
pub fn trend(texts: &Texts, months: &[(String, Option<f64>)]) -> Chart {
    let shown = months.get(months.len().saturating_sub(MONTHS_MAX)..).unwrap_or_default();
    let max = scale_max(shown.iter().filter_map(|(_, value)| known(*value)));
    let step = WIDTH / f64::from(u8::try_from(shown.len().max(1)).unwrap_or(u8::MAX));
    let column = (step * 0.62).min(44.0);
    let mut svg = Svg::new(WIDTH, HEIGHT, "chart-trend", texts);
    let mut middle = step / 2.0;
    for (index, (name, value)) in shown.iter().enumerate() {
        let left = middle - column / 2.0;
        match known(*value) {
            Some(value) => {
                let height = (FLOOR - CEILING) * value / max;
                let class = if index + 1 == shown.len() { "series-1" } else { "series-1-soft" };
                svg.rect(class, left, FLOOR - height, column, height);
                let text = texts.value(Some(value));
                // Long numbers of neighbours stand at two heights, so that they do not run into each other.
                let crowded = width_em(&text) * FONT > step && index % 2 == 1;
                let lift = if crowded { 20.0 } else { 6.0 };
                svg.text("value", (middle, FLOOR - height - lift), Anchor::Middle, &text);
            }
            None => {
                svg.hatched("unknown", "hatch", left, CEILING, column, FLOOR - CEILING);
                let length = width_em(&texts.no_data) * FONT + 8.0;
                svg.rect("plate", middle - 9.0, (CEILING + FLOOR - length) / 2.0, 18.0, length);
                svg.upward_text("note", (middle + 4.5, (CEILING + FLOOR) / 2.0), &texts.no_data);
            }
        }
        svg.text("label", (middle, FLOOR + 20.0), Anchor::Middle, name);
        middle += step;
    }
    svg.line("axis", (0.0, FLOOR), (WIDTH, FLOOR));
    let rows = months.iter().map(|(name, value)| vec![name.clone(), texts.value(*value)]).collect();
    Chart { svg: svg.finish(), table: texts.table(rows, true) }
}
