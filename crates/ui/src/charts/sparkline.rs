//! A line as small as a word, for a table's cell.

use super::svg::Svg;
use super::{Texts, known, scale_max};
use crate::render::Markup;

const WIDTH: f64 = 96.0;
const HEIGHT: f64 = 24.0;
const MARGIN: f64 = 3.0;

/// The course of some numbers, with a dot on the latest. Where a number is not known the line breaks. The
/// numbers themselves stand elsewhere in the row; `texts.title` names them.
pub fn sparkline(texts: &Texts, values: &[Option<f64>]) -> Markup {
    let max = scale_max(values.iter().filter_map(|value| known(*value)));
    let steps = f64::from(u16::try_from(values.len().saturating_sub(1).max(1)).unwrap_or(u16::MAX));
    let step = (WIDTH - 2.0 * MARGIN) / steps;
    let mut svg = Svg::new(WIDTH, HEIGHT, "chart-sparkline", texts);
    let mut run: Vec<(f64, f64)> = Vec::new();
    let mut x = MARGIN;
    for value in values {
        if let Some(value) = known(*value) {
            run.push((x, HEIGHT - MARGIN - (HEIGHT - 2.0 * MARGIN) * value / max));
        } else {
            draw(&mut svg, &run);
            run.clear();
        }
        x += step;
    }
    draw(&mut svg, &run);
    if let Some(last) = run.last() {
        svg.circle("dot", *last, 2.5);
    }
    svg.finish()
}

fn draw(svg: &mut Svg, run: &[(f64, f64)]) {
    match run {
        [] => {}
        [only] => svg.circle("dot", *only, 1.5),
        _ => svg.polyline("line", run),
    }
}
