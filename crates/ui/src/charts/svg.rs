//! Writing SVG: escaped texts, rounded coordinates, classes instead of colours.

use std::fmt::Write as _;

use super::Texts;
use crate::escape::Escaped;
use crate::render::Markup;

/// A picture in the making.
pub(super) struct Svg {
    out: String,
}

/// Where a text stands relative to its point.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

impl Svg {
    pub(super) fn new(width: f64, height: f64, class: &str, texts: &Texts) -> Self {
        let mut svg = Self { out: String::with_capacity(4096) };
        svg.push(format_args!(
            "<svg class=\"chart {class}\" viewBox=\"0 0 {} {}\" role=\"img\" \
             xmlns=\"http://www.w3.org/2000/svg\"><title>{}</title><desc>{}</desc>",
            Coordinate(width),
            Coordinate(height),
            Escaped(&texts.title),
            Escaped(&texts.description)
        ));
        svg
    }

    fn push(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _infallible = self.out.write_fmt(text);
    }

    pub(super) fn rect(&mut self, class: &str, x: f64, y: f64, width: f64, height: f64) {
        self.push(format_args!(
            "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
            Coordinate(x),
            Coordinate(y),
            Coordinate(width.max(0.0)),
            Coordinate(height.max(0.0))
        ));
    }

    /// A rectangle with a hatching laid over its colour. The hatching is named in an attribute: an address in a
    /// style sheet would be looked for in that file by older browsers.
    pub(super) fn hatched(&mut self, class: &str, pattern: &str, x: f64, y: f64, width: f64, height: f64) {
        self.rect(class, x, y, width, height);
        if !pattern.is_empty() {
            self.push(format_args!(
                "<rect fill=\"url(#p-{pattern})\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
                Coordinate(x),
                Coordinate(y),
                Coordinate(width.max(0.0)),
                Coordinate(height.max(0.0))
            ));
        }
    }

    pub(super) fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        self.push(format_args!(
            "<line class=\"{class}\" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"/>",
            Coordinate(from.0),
            Coordinate(from.1),
            Coordinate(to.0),
            Coordinate(to.1)
        ));
    }

    pub(super) fn circle(&mut self, class: &str, at: (f64, f64), radius: f64) {
        self.push(format_args!(
            "<circle class=\"{class}\" cx=\"{}\" cy=\"{}\" r=\"{}\"/>",
            Coordinate(at.0),
            Coordinate(at.1),
            Coordinate(radius)
        ));
    }

    pub(super) fn polygon(&mut self, class: &str, points: &[(f64, f64)]) {
        self.points("polygon", class, points);
    }

    pub(super) fn polyline(&mut self, class: &str, points: &[(f64, f64)]) {
        self.points("polyline", class, points);
    }

    fn points(&mut self, tag: &str, class: &str, points: &[(f64, f64)]) {
        self.push(format_args!("<{tag} class=\"{class}\" points=\""));
        for (index, point) in points.iter().enumerate() {
            let gap = if index == 0 { "" } else { " " };
            self.push(format_args!("{gap}{},{}", Coordinate(point.0), Coordinate(point.1)));
        }
        self.push(format_args!("\"/>"));
    }

    /// A curve that bows to the left of its way, so that two arrows there and back do not cover each other.
    pub(super) fn arrow(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let bend = ((from.0 + to.0) / 2.0 + dy * 0.18, (from.1 + to.1) / 2.0 - dx * 0.18);
        let (ex, ey) = (to.0 - bend.0, to.1 - bend.1);
        let length = ex.hypot(ey).max(1.0);
        let (ux, uy) = (ex / length, ey / length);
        self.push(format_args!(
            "<path class=\"{class}\" d=\"M{} {} Q{} {} {} {}\"/>",
            Coordinate(from.0),
            Coordinate(from.1),
            Coordinate(bend.0),
            Coordinate(bend.1),
            Coordinate(to.0 - ux * 6.0),
            Coordinate(to.1 - uy * 6.0)
        ));
        let wing = |side: f64| (to.0 - ux * 9.0 - uy * side, to.1 - uy * 9.0 + ux * side);
        self.polygon("arrow-head", &[to, wing(5.0), wing(-5.0)]);
    }

    pub(super) fn text(&mut self, class: &str, at: (f64, f64), anchor: Anchor, text: &str) {
        self.push(format_args!(
            "<text class=\"{class}\" x=\"{}\" y=\"{}\"{}>{}</text>",
            Coordinate(at.0),
            Coordinate(at.1),
            anchor.attribute(),
            Escaped(text)
        ));
    }

    /// A text that reads upwards.
    pub(super) fn upward_text(&mut self, class: &str, at: (f64, f64), text: &str) {
        self.push(format_args!(
            "<text class=\"{class}\" transform=\"translate({} {}) rotate(-90)\" text-anchor=\"middle\">{}</text>",
            Coordinate(at.0),
            Coordinate(at.1),
            Escaped(text)
        ));
    }

    pub(super) fn finish(mut self) -> Markup {
        self.out.push_str("</svg>");
        Markup(self.out)
    }
}

impl Anchor {
    fn attribute(self) -> &'static str {
        match self {
            Self::Start => "",
            Self::Middle => " text-anchor=\"middle\"",
            Self::End => " text-anchor=\"end\"",
        }
    }
}

/// A number with at most one decimal.
struct Coordinate(f64);

impl std::fmt::Display for Coordinate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let tenths = (self.0 * 10.0).round();
        // Adding zero turns -0 into 0.
        if tenths % 10.0 == 0.0 {
            write!(f, "{}", tenths / 10.0 + 0.0)
        } else {
            write!(f, "{:.1}", tenths / 10.0)
        }
    }
}

/// About how wide a text is, in ems: kana and kanji 1, letters and digits a little more than a half.
pub(super) fn width_em(text: &str) -> f64 {
    text.chars().map(|c| if u32::from(c) < 0x2000 { 0.58 } else { 1.0 }).sum()
}

/// The text if it fits into `width_max_em`, else its beginning and `…`.
pub(super) fn fit(text: &str, width_max_em: f64) -> String {
    if width_em(text) <= width_max_em {
        return text.to_owned();
    }
    let mut short = String::new();
    let mut width = 1.0;
    for c in text.chars() {
        width += width_em(c.encode_utf8(&mut [0; 4]));
        if width > width_max_em {
            break;
        }
        short.push(c);
    }
    short.push('…');
    short
}

/// Where the entries of a legend stand within `width`: the x and the row of each. `sign` is the room for the
/// sign before a word and the gap behind it.
pub(super) fn legend_places(words: &[String], width: f64, sign: f64) -> Vec<(f64, f64)> {
    const FONT: f64 = 14.0;
    let (mut x, mut row) = (0.0, 0.0);
    let mut places = Vec::with_capacity(words.len());
    for word in words {
        let needed = sign + width_em(word) * FONT;
        if x > 0.0 && x + needed > width {
            (x, row) = (0.0, row + 1.0);
        }
        places.push((x, row));
        x += needed;
    }
    places
}
