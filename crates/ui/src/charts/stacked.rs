//! Bars divided into parts: how a whole is made up, row by row.

use super::svg::{Anchor, Svg, fit, legend_places, width_em};
use super::{Chart, Texts, known};
use crate::words;

const WIDTH: f64 = 360.0;
const ROW: f64 = 52.0;
const BAR: f64 = 24.0;
const FONT: f64 = 14.0;
const GAP: f64 = 2.0;

/// One bar of a stack: its name and one value per part.
#[derive(Debug, Clone)]
pub struct Stack {
    /// The name of the row.
    pub name: String,
    /// The parts, in the order of the legend; `None` where nothing is known.
    pub values: Vec<Option<f64>>,
}

/// The classes of the parts: colour and hatching. The last one is for "no data".
const PARTS: [(&str, &str); 5] =
    [("level-1", ""), ("level-2", "dots"), ("level-3", "slant"), ("level-4", "cross"), ("unknown", "hatch")];

/// Each row as a bar of full width, divided by the shares of its parts; the counts stand in the parts and the
/// row's total behind its name. `parts` names up to four parts from good to bad and a fifth for "no data".
/// A row without any count is drawn as unknown. `texts.head` names the rows only: the parts are the other
/// columns.
pub fn stacked_bars(texts: &Texts, parts: &[String], stacks: &[Stack]) -> Chart {
    let rows = f64::from(u16::try_from(stacks.len()).unwrap_or(u16::MAX));
    let legend_top = 4.0 + ROW * rows;
    let places = legend_places(parts, WIDTH, 36.0);
    let legend_rows = places.last().map_or(0.0, |place| place.1 + 1.0);
    let mut svg = Svg::new(WIDTH, legend_top + 24.0 * legend_rows, "chart-stacked", texts);
    let mut top = 4.0;
    for stack in stacks {
        draw(&mut svg, texts, stack, top);
        top += ROW;
    }
    for ((part, (class, pattern)), (x, row)) in parts.iter().zip(PARTS).zip(places) {
        let y = legend_top + row * 24.0;
        svg.hatched(class, pattern, x, y + 2.0, 14.0, 14.0);
        svg.text("legend", (x + 20.0, y + 14.0), Anchor::Start, part);
    }
    let rows = stacks.iter().map(|stack| {
        let cells = parts
            .iter()
            .enumerate()
            .map(|(index, _)| texts.value(stack.values.get(index).copied().flatten()));
        std::iter::once(stack.name.clone()).chain(cells).collect()
    });
    let mut table = texts.table(rows.collect(), true);
    table.head.extend(parts.iter().cloned());
    Chart { svg: svg.finish(), table }
}

fn draw(svg: &mut Svg, texts: &Texts, stack: &Stack, top: f64) {
    let parts = || stack.values.iter().zip(PARTS).filter_map(|(value, part)| Some((known(*value)?, part)));
    let total: f64 = parts().map(|(value, _)| value).sum();
    let bar = top + 20.0;
    svg.text("label", (0.0, top + 14.0), Anchor::Start, &fit(&stack.name, 22.0));
    if total <= 0.0 {
        svg.hatched("unknown", "hatch", 0.0, bar, WIDTH, BAR);
        svg.text("value", (WIDTH, top + 14.0), Anchor::End, &texts.no_data);
        return;
    }
    svg.text("value", (WIDTH, top + 14.0), Anchor::End, &words::number(total));
    let mut left = 0.0;
    for (value, (class, pattern)) in parts().filter(|(value, _)| *value > 0.0) {
        let width = WIDTH * value / total;
        svg.hatched(class, pattern, left, bar, (width - GAP).max(1.0), BAR);
        let text = words::number(value);
        let needed = width_em(&text) * FONT + 10.0;
        if needed <= width - GAP {
            let middle = left + (width - GAP) / 2.0;
            svg.rect("plate", middle - needed / 2.0 + 1.0, bar + 4.0, needed - 2.0, BAR - 8.0);
            svg.text("part", (middle, bar + 17.0), Anchor::Middle, &text);
        }
        left += width;
    }
}
