//! How far along a scale something is, with what is not yet known.

use super::svg::{Anchor, Svg};
use super::{Chart, Texts};
use crate::words;

const WIDTH: f64 = 360.0;
const TOP: f64 = 26.0;
const BAR: f64 = 22.0;

/// A score as the span from `low` to `high` on a scale from 0 to `max`: where answers are missing the span is
/// wide and hatched, where all is known both ends meet. `None` draws an empty scale with the word for
/// "no data". The ends are brought into order and into the scale.
pub fn gauge(texts: &Texts, span: Option<(f64, f64)>, max: f64) -> Chart {
    let max = if max.is_finite() && max > 0.0 { max } else { 1.0 };
    let span = span.filter(|(low, high)| low.is_finite() && high.is_finite());
    let span = span.map(|(low, high)| (low.min(high).clamp(0.0, max), low.max(high).clamp(0.0, max)));
    let mut svg = Svg::new(WIDTH, TOP + BAR + 22.0, "chart-gauge", texts);
    let text = match span {
        Some((low, high)) => {
            let (from, to) = (WIDTH * low / max, WIDTH * high / max);
            svg.rect("track", 0.0, TOP, WIDTH, BAR);
            svg.rect("series-1", 0.0, TOP, from, BAR);
            svg.hatched("unknown", "hatch", from, TOP, to - from, BAR);
            let (low, high) = (words::number(low), words::number(high));
            let text = if low == high { low } else { format!("{low}〜{high}") };
            let middle = ((from + to) / 2.0).clamp(40.0, WIDTH - 40.0);
            svg.text("value", (middle, TOP - 8.0), Anchor::Middle, &text);
            text
        }
        None => {
            svg.hatched("unknown", "hatch", 0.0, TOP, WIDTH, BAR);
            svg.text("value", (WIDTH / 2.0, TOP - 8.0), Anchor::Middle, &texts.no_data);
            texts.no_data.clone()
        }
    };
    svg.text("tick", (0.0, TOP + BAR + 16.0), Anchor::Start, "0");
    svg.text("tick", (WIDTH, TOP + BAR + 16.0), Anchor::End, &words::number(max));
    let rows = vec![vec![texts.title.clone(), text, words::number(max)]];
    Chart { svg: svg.finish(), table: texts.table(rows, true) }
}
