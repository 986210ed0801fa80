//! Five by five cells with numbered items: what is likely, what would hurt.

use serde::Serialize;

use super::svg::{Anchor, Svg, legend_places};
use super::{Chart, Table, Texts};
use crate::words;

const LEFT: f64 = 50.0;
const TOP: f64 = 4.0;
const CELL: f64 = 62.0;
const WIDTH: f64 = LEFT + 5.0 * CELL + 2.0;
/// White between the cells: neighbouring colours differ too little to be told apart without it.
const GAP: f64 = 3.0;
const DOT: f64 = 9.5;

/// The fixed places of items within a cell, so that they never cover its score: three above three.
const SLOTS: [(f64, f64); 6] =
    [(10.5, 12.0), (29.5, 12.0), (48.5, 12.0), (10.5, 33.0), (29.5, 33.0), (48.5, 33.0)];

/// Something on the map.
#[derive(Debug, Clone)]
pub struct HeatItem {
    /// The number in its dot and in the table.
    pub number: u32,
    /// Its name.
    pub name: String,
    /// From left to right, 1 to 5.
    pub likelihood: u8,
    /// From bottom to top, 1 to 5.
    pub impact: u8,
}

/// The words and bands of a map.
#[derive(Debug, Clone)]
pub struct HeatScale {
    /// What the columns say, left to right.
    pub likelihood: String,
    /// What the rows say, bottom to top.
    pub impact: String,
    /// The words of the four bands, lowest first.
    pub bands: [String; 4],
    /// The band, 1 to 4, of each cell: `band[impact - 1][likelihood - 1]`.
    pub band: [[u8; 5]; 5],
}

impl HeatScale {
    /// The usual bands by the product of both ordinals: up to 4, up to 9, up to 14, above. The products only
    /// order the cells of a map; they are not amounts and are never added.
    pub const BY_PRODUCT: [[u8; 5]; 5] =
        [[1, 1, 1, 1, 2], [1, 1, 2, 2, 3], [1, 2, 2, 3, 4], [1, 2, 3, 4, 4], [2, 3, 4, 4, 4]];

    fn band(&self, likelihood: u8, impact: u8) -> u8 {
        let cell =
            self.band.get(usize::from(impact) - 1).and_then(|row| row.get(usize::from(likelihood) - 1));
        cell.copied().unwrap_or(1).clamp(1, 4)
    }

    /// The band's word and the cell's score: `高い（12）`.
    fn words(&self, item: &HeatItem) -> String {
        let (likelihood, impact) = place(item);
        let word = self.bands.get(usize::from(self.band(likelihood, impact)) - 1).map_or("", String::as_str);
        format!("{word} ({})", u32::from(likelihood) * u32::from(impact))
    }
}

/// Two maps and one table.
#[derive(Debug, Clone, Serialize)]
pub struct BeforeAfter {
    /// Today.
    pub before: Chart,
    /// Afterwards.
    pub after: Chart,
    /// Number, name, band before, band after.
    pub table: Table,
}

/// The items on their cells. The table has the columns number, name and band.
pub fn heat_map(texts: &Texts, scale: &HeatScale, items: &[HeatItem]) -> Chart {
    let rows = items.iter().map(|item| vec![item.number.to_string(), item.name.clone(), scale.words(item)]);
    Chart { svg: draw(texts, scale, items, None), table: texts.table(rows.collect(), false) }
}

/// The same items before and after, as two maps side by side; with many items arrows would be spaghetti, so
/// only the item numbered `chosen` gets one, on the second map. Items are matched by number.
pub fn before_after(
    texts: [&Texts; 2],
    scale: &HeatScale,
    before: &[HeatItem],
    after: &[HeatItem],
    chosen: Option<u32>,
) -> BeforeAfter {
    let [now, then] = texts;
    let moved = chosen.and_then(|number| before.iter().find(|item| item.number == number));
    let rows = before.iter().map(|item| {
        let later = after.iter().find(|later| later.number == item.number);
        let later = later.map_or_else(|| then.no_data.clone(), |later| scale.words(later));
        vec![item.number.to_string(), item.name.clone(), scale.words(item), later]
    });
    BeforeAfter {
        table: now.table(rows.collect(), false),
        before: heat_map(now, scale, before),
        after: Chart { svg: draw(then, scale, after, moved), table: heat_map(then, scale, after).table },
    }
}

fn place(item: &HeatItem) -> (u8, u8) {
    (item.likelihood.clamp(1, 5), item.impact.clamp(1, 5))
}

fn corner(likelihood: u8, impact: u8) -> (f64, f64) {
    (LEFT + f64::from(likelihood - 1) * CELL, TOP + f64::from(5 - impact) * CELL)
}

fn draw(texts: &Texts, scale: &HeatScale, items: &[HeatItem], moved: Option<&HeatItem>) -> crate::Markup {
    let floor = TOP + 5.0 * CELL;
    let legend_rows = legend_places(&scale.bands, WIDTH, 52.0).last().map_or(0.0, |place| place.1 + 1.0);
    let mut svg = Svg::new(WIDTH, floor + 54.0 + 24.0 * legend_rows, "chart-heat", texts);
    for impact in 1..=5_u8 {
        for likelihood in 1..=5_u8 {
            cell(&mut svg, scale, likelihood, impact);
        }
    }
    for step in 1..=5_u8 {
        let (x, y) = corner(step, step);
        svg.text("label", (x + CELL / 2.0, floor + 18.0), Anchor::Middle, &step.to_string());
        svg.text("label", (LEFT - 10.0, y + CELL / 2.0 + 5.0), Anchor::End, &step.to_string());
    }
    svg.text(
        "axis-name",
        (LEFT + 2.5 * CELL, floor + 40.0),
        Anchor::Middle,
        &format!("{} →", scale.likelihood),
    );
    svg.upward_text("axis-name", (16.0, TOP + 2.5 * CELL), &format!("{} →", scale.impact));
    legend(&mut svg, scale, floor + 56.0);
    for (at, label) in dots(items) {
        svg.circle("item", at, DOT);
        svg.text("item-number", (at.0, at.1 + 4.2), Anchor::Middle, &label);
    }
    if let Some(item) = moved {
        trace(&mut svg, items, item);
    }
    svg.finish()
}

fn cell(svg: &mut Svg, scale: &HeatScale, likelihood: u8, impact: u8) {
    let (x, y) = corner(likelihood, impact);
    let band = scale.band(likelihood, impact);
    svg.rect(&format!("band-{band}"), x, y, CELL - GAP, CELL - GAP);
    marks(svg, band, (x + 9.0, y + CELL - GAP - 9.0));
    let score = (x + CELL - GAP - 5.0, y + CELL - GAP - 5.0);
    svg.text("score", score, Anchor::End, &(u32::from(likelihood) * u32::from(impact)).to_string());
}

/// One to four small squares: the band for those who cannot tell the colours apart, and in print.
fn marks(svg: &mut Svg, band: u8, (x, y): (f64, f64)) {
    for mark in 0..band {
        svg.rect("mark", x - 4.0 + f64::from(mark) * 7.0, y - 2.5, 5.0, 5.0);
    }
}

fn legend(svg: &mut Svg, scale: &HeatScale, top: f64) {
    let places = legend_places(&scale.bands, WIDTH, 52.0);
    for ((band, word), (x, row)) in (1_u8..).zip(&scale.bands).zip(places) {
        let y = top + row * 24.0;
        svg.rect(&format!("band-{band}"), x, y, 32.0, 18.0);
        marks(svg, band, (x + 6.0, y + 9.0));
        svg.text("legend", (x + 37.0, y + 14.0), Anchor::Start, word);
    }
}

/// Where each dot stands and what it says; a cell that is full ends with how many more there are.
fn dots(items: &[HeatItem]) -> Vec<((f64, f64), String)> {
    let mut dots = Vec::new();
    for impact in 1..=5_u8 {
        for likelihood in 1..=5_u8 {
            let here: Vec<&HeatItem> =
                items.iter().filter(|item| place(item) == (likelihood, impact)).collect();
            let (x, y) = corner(likelihood, impact);
            for (index, (slot, item)) in SLOTS.iter().zip(&here).enumerate() {
                let more = here.len() - index;
                let last = index + 1 == SLOTS.len() && more > 1;
                let label = if last { format!("+{more}") } else { item.number.to_string() };
                dots.push(((x + slot.0, y + slot.1), label));
            }
        }
    }
    dots
}

/// The arrow from where the item stood to where it stands now; none when it did not move.
fn trace(svg: &mut Svg, items: &[HeatItem], item: &HeatItem) {
    let label = item.number.to_string();
    let Some((to, _)) = dots(items).into_iter().find(|(_, shown)| *shown == label) else { return };
    let (x, y) = corner(place(item).0, place(item).1);
    let from = (x + CELL / 2.0, y + 33.0);
    if items.iter().any(|later| later.number == item.number && place(later) == place(item)) {
        return;
    }
    let distance = (to.0 - from.0).hypot(to.1 - from.1).max(1.0);
    let edge = |point: (f64, f64), other: (f64, f64)| {
        (point.0 + (other.0 - point.0) * DOT / distance, point.1 + (other.1 - point.1) * DOT / distance)
    };
    svg.circle("ghost", from, DOT);
    svg.text("ghost-number", (from.0, from.1 + 4.2), Anchor::Middle, &words::number(f64::from(item.number)));
    svg.arrow("arrow", edge(from, to), edge(to, from));
}
