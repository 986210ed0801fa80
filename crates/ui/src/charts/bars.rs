//! Bars with their names above them, for any number of categories.

use super::svg::{Anchor, Svg, fit, width_em};
use super::{Chart, Texts, known, scale_max};

const WIDTH: f64 = 360.0;
const ROW: f64 = 46.0;
const FONT: f64 = 14.0;
const BAR: f64 = 16.0;

/// One bar per item, from left to right, in the given order. Names stand above the bars, where long Japanese
/// names have room.
pub fn bars(texts: &Texts, items: &[(String, Option<f64>)]) -> Chart {
    let max = scale_max(items.iter().filter_map(|(_, value)| known(*value)));
    let values: Vec<String> = items.iter().map(|(_, value)| texts.value(*value)).collect();
    let room = values.iter().map(|value| width_em(value)).fold(0.0, f64::max) * FONT + 10.0;
    let full = (WIDTH - room).max(WIDTH / 2.0);
    let mut height = 4.0;
    let mut svg = Svg::new(WIDTH, 4.0 + ROW * rows(items), "chart-bars", texts);
    for ((name, value), text) in items.iter().zip(&values) {
        svg.text("label", (0.0, height + 14.0), Anchor::Start, &fit(name, WIDTH / FONT));
        let top = height + 20.0;
        let length = match known(*value) {
            Some(value) => {
                let length = full * value / max;
                svg.rect("track", 0.0, top, full, BAR);
                svg.rect("series-1", 0.0, top, length, BAR);
                length
            }
            None => {
                svg.hatched("unknown", "hatch", 0.0, top, full, BAR);
                full
            }
        };
        svg.text("value", (length + 6.0, top + 13.0), Anchor::Start, text);
        height += ROW;
    }
    let rows = items.iter().zip(values).map(|((name, _), value)| vec![name.clone(), value]).collect();
    Chart { svg: svg.finish(), table: texts.table(rows, true) }
}

fn rows(items: &[(String, Option<f64>)]) -> f64 {
    f64::from(u16::try_from(items.len()).unwrap_or(u16::MAX))
}
