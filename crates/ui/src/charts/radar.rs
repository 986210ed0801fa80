//! A few scores around a centre, today and after.

use std::f64::consts::TAU;

use super::svg::{Anchor, Svg, fit};
use super::{Chart, Texts, bars, known};
use crate::words;

const CENTRE: (f64, f64) = (220.0, 168.0);
const RADIUS: f64 = 104.0;

/// How many axes a radar carries: fewer are no area, more run into each other in Japanese.
const AXES: std::ops::RangeInclusive<usize> = 3..=8;

/// One direction of a radar.
#[derive(Debug, Clone)]
pub struct Axis {
    /// Its name.
    pub name: String,
    /// The score today.
    pub now: Option<f64>,
    /// The score afterwards, if there is a plan.
    pub then: Option<f64>,
}

/// Scores from 0 to `max` on 3 to 8 axes: today as a filled area, afterwards as a dashed line. `series` names
/// the two. A score that is not known leaves its corner out. With another number of axes the scores of today
/// are drawn as bars; the table is the same.
pub fn radar(texts: &Texts, series: [&str; 2], axes: &[Axis], max: f64) -> Chart {
    let max = if max.is_finite() && max > 0.0 { max } else { 1.0 };
    let rows = axes.iter().map(|axis| vec![axis.name.clone(), texts.value(axis.now), texts.value(axis.then)]);
    let table = texts.table(rows.collect(), true);
    if !AXES.contains(&axes.len()) {
        let items: Vec<_> = axes.iter().map(|axis| (axis.name.clone(), axis.now)).collect();
        return Chart { svg: bars(texts, &items).svg, table };
    }
    let count = f64::from(u8::try_from(axes.len()).unwrap_or(u8::MAX));
    let directions: Vec<(f64, f64)> =
        (0_u8..).zip(axes).map(|(index, _)| (TAU * f64::from(index) / count).sin_cos()).collect();
    let at = |(sin, cos): (f64, f64), radius: f64| (CENTRE.0 + sin * radius, CENTRE.1 - cos * radius);

    let mut svg = Svg::new(440.0, 374.0, "chart-radar", texts);
    for ring in 1..=4_u8 {
        let share = f64::from(ring) / 4.0;
        let corners: Vec<_> = directions.iter().map(|direction| at(*direction, RADIUS * share)).collect();
        svg.polygon("grid", &corners);
        let tick = (CENTRE.0 + 4.0, CENTRE.1 - RADIUS * share + 12.0);
        svg.text("tick", tick, Anchor::Start, &words::number(max * share));
    }
    for direction in &directions {
        svg.line("grid", CENTRE, at(*direction, RADIUS));
    }
    let corners = |score: fn(&Axis) -> Option<f64>| -> Vec<(f64, f64)> {
        let known = axes.iter().zip(&directions).filter_map(|(axis, direction)| {
            Some(at(*direction, RADIUS * (known(score(axis))? / max).min(1.0)))
        });
        known.collect()
    };
    let (now, then) = (corners(|axis| axis.now), corners(|axis| axis.then));
    svg.polygon("area-now", &now);
    if !then.is_empty() {
        svg.polygon("area-then", &then);
    }
    for corner in &now {
        svg.circle("dot", *corner, 3.5);
    }
    for (axis, direction) in axes.iter().zip(&directions) {
        name(&mut svg, texts, axis, *direction, at(*direction, RADIUS + 14.0));
    }
    svg.line("line-now", (40.0, 360.0), (70.0, 360.0));
    svg.text("legend", (76.0, 365.0), Anchor::Start, series[0]);
    if !then.is_empty() {
        svg.line("line-then", (200.0, 360.0), (230.0, 360.0));
        svg.text("legend", (236.0, 365.0), Anchor::Start, series[1]);
    }
    Chart { svg: svg.finish(), table }
}

/// The name of an axis and its scores below, outside the figure.
fn name(svg: &mut Svg, texts: &Texts, axis: &Axis, (sin, cos): (f64, f64), at: (f64, f64)) {
    let anchor = match sin {
        sin if sin > 0.2 => Anchor::Start,
        sin if sin < -0.2 => Anchor::End,
        _ => Anchor::Middle,
    };
    // Two lines: above the top corner, below the bottom one, beside the others.
    let y = if cos > 0.9 {
        at.1 - 20.0
    } else if cos < -0.9 {
        at.1 + 12.0
    } else {
        at.1 - 2.0
    };
    svg.text("axis-name", (at.0, y), anchor, &fit(&axis.name, 6.4));
    let score = match known(axis.then) {
        Some(then) => format!("{} → {}", texts.value(axis.now), words::number(then)),
        None => texts.value(axis.now),
    };
    svg.text("axis-value", (at.0, y + 18.0), anchor, &score);
}
