//! Charts as SVG, made on the server: pure functions from numbers and words to a picture and the table of
//! the same numbers.
//!
//! What always holds: the picture has a `<title>` and a `<desc>`; colours come from CSS classes only; nothing
//! is told by colour alone, so that every chart reads in black and white; a value that is not known (`None`)
//! is drawn as such and never as zero; any text may be passed, it is escaped here.

mod bars;
mod gauge;
mod heat_map;
mod radar;
mod sparkline;
mod stacked;
mod svg;
mod trend;

use serde::Serialize;

pub use bars::bars;
pub use gauge::gauge;
pub use heat_map::{BeforeAfter, HeatItem, HeatScale, before_after, heat_map};
pub use radar::{Axis, radar};
pub use sparkline::sparkline;
pub use stacked::{Stack, stacked_bars};
pub use trend::trend;

use crate::render::Markup;
use crate::words;

/// The words of a chart, in the reader's language.
#[derive(Debug, Clone)]
pub struct Texts {
    /// What the chart shows; also the caption of its table.
    pub title: String,
    /// What it says, in a sentence, for those who cannot see it.
    pub description: String,
    /// The heads of the table's columns.
    pub head: Vec<String>,
    /// The word for a value that is not known.
    pub no_data: String,
}

/// A picture and the table of the same numbers. The macro `ui.chart` prints both.
#[derive(Debug, Clone, Serialize)]
pub struct Chart {
    /// The picture.
    pub svg: Markup,
    /// Its numbers.
    pub table: Table,
}

/// The numbers of a chart as words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Table {
    /// The caption.
    pub caption: String,
    /// The heads of the columns.
    pub head: Vec<String>,
    /// The rows; the first cell names the row.
    pub rows: Vec<Vec<String>>,
    /// Whether all cells but the first hold numbers, which are then aligned to the right.
    pub numeric: bool,
}

impl Chart {
    /// The picture with its colours inside, for a PDF or a file. Pages use `svg`: their security policy
    /// ignores inline styles.
    pub fn standalone(&self) -> String {
        let style = format!("<style>{}</style>{}", include_str!("../../assets/charts.css"), PATTERNS);
        let svg = self.svg.as_str();
        match svg.split_once("</desc>") {
            Some((head, rest)) => format!("{head}</desc>{style}{rest}"),
            None => svg.to_owned(),
        }
    }
}

/// The hatchings that tell areas apart without colour. Pages carry them once, in `ui/sprite.html`.
const PATTERNS: &str = include_str!("../templates/patterns.html");

impl Texts {
    fn table(&self, rows: Vec<Vec<String>>, numeric: bool) -> Table {
        Table { caption: self.title.clone(), head: self.head.clone(), rows, numeric }
    }

    fn value(&self, value: Option<f64>) -> String {
        known(value).map_or_else(|| self.no_data.clone(), words::number)
    }
}

/// A value that can be drawn: finite and not negative.
fn known(value: Option<f64>) -> Option<f64> {
    value.filter(|value| value.is_finite() && *value >= 0.0)
}

/// A round number that is not smaller than any of the values, and not 0.
fn scale_max(values: impl Iterator<Item = f64>) -> f64 {
    let largest = values.fold(0.0, f64::max);
    if largest <= 0.0 {
        return 1.0;
    }
    let power = 10_f64.powf(largest.log10().floor());
    let step = [1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0].into_iter().find(|step| step * power >= largest);
    step.unwrap_or(10.0) * power
}
