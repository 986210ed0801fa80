//! PDF: links, actions, and codes in its pictures. A scan of its objects, not a reader of its pages.
//!
//! Objects are found by their `stream` marks; packed streams are unpacked within the bounds and searched too, because
//! links stand in packed object streams since PDF 1.5.

use std::io::Read;

use flate2::read::ZlibDecoder;
use image::GrayImage;

use super::{Inspection, picture};
use crate::catalogue;
use crate::limits;
use crate::links::Link;

/// Bytes of a dictionary before its stream.
const DICTIONARY_BYTES: usize = 2_048;
/// Links taken from one document.
const LINKS: usize = 200;

pub(super) fn read(inspection: &mut Inspection<'_>, place: &str, bytes: &[u8]) {
    if find(bytes, b"/Encrypt", 0)
        .is_some_and(|at| bytes.get(at + 8).is_some_and(|b| !b.is_ascii_alphanumeric()))
    {
        inspection.locked(place);
        return;
    }
    objects(inspection, place, bytes);
    let mut at = 0;
    for _ in 0..limits::PDF_STREAMS {
        let Some(mark) = find(bytes, b"stream", at) else { return };
        at = mark + b"stream".len();
        if mark >= 3 && bytes.get(mark - 3..mark) == Some(b"end") {
            continue;
        }
        let before = bytes.get(mark.saturating_sub(DICTIONARY_BYTES)..mark).unwrap_or_default();
        let dictionary = rfind(before, b" obj").map_or(before, |from| before.get(from..).unwrap_or_default());
        let from = at + usize::from(bytes.get(at) == Some(&b'\r'));
        let from = from + usize::from(bytes.get(from) == Some(&b'\n'));
        let end = declared_end(bytes, dictionary, from)
            .or_else(|| find(bytes, b"endstream", from))
            .unwrap_or(bytes.len());
        let content = bytes.get(from..end).unwrap_or_default();
        at = end.max(at);
        stream(inspection, place, dictionary, content);
    }
    inspection.findings.skipped(
        "pdf",
        "大きなPDFのため、一部を確認していません。",
        "A large PDF was not read to its end.",
    );
}

/// The end by the declared length, when `endstream` really stands there: this skips large pictures at once.
fn declared_end(bytes: &[u8], dictionary: &[u8], from: usize) -> Option<usize> {
    let end = from.checked_add(number(dictionary, b"/Length")?)?;
    let after = bytes.get(end..end.checked_add(12)?.min(bytes.len()))?;
    find(after, b"endstream", 0).map(|_| end)
}

fn stream(inspection: &mut Inspection<'_>, place: &str, dictionary: &[u8], content: &[u8]) {
    let has = |what: &[u8]| find(dictionary, what, 0).is_some();
    let is_picture = has(b"/Image") && has(b"/Width");
    if is_picture && has(b"/DCTDecode") {
        picture::read(inspection, place, content);
        return;
    }
    if !has(b"/FlateDecode") || has(b"/FontFile") {
        return;
    }
    if is_picture {
        let (Some(width), Some(height)) = (number(dictionary, b"/Width"), number(dictionary, b"/Height"))
        else {
            return;
        };
        let (Ok(width), Ok(height)) = (u32::try_from(width), u32::try_from(height)) else { return };
        if !inspection.budget.take_pixels(width, height) {
            picture::too_large(inspection);
            return;
        }
        let bits = number(dictionary, b"/BitsPerComponent").unwrap_or(8);
        let predicted = number(dictionary, b"/Predictor").unwrap_or(1) >= 10;
        let pixels = unpacked(inspection, content);
        if let Some(grey) = grey(&pixels, width, height, bits, predicted) {
            picture::codes(inspection, place, &grey);
        }
    } else if has(b"/ObjStm") {
        let text = unpacked(inspection, content);
        objects(inspection, place, &text);
    }
}

fn unpacked(inspection: &mut Inspection<'_>, content: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let most = super::readable(inspection.budget);
    // A stream that breaks off keeps what was read before.
    let whole = ZlibDecoder::new(content).take(most).read_to_end(&mut out).is_ok();
    inspection.budget.unpacked(out.len());
    if !whole && out.is_empty() {
        inspection.findings.skipped(
            "pdf",
            "PDFの一部を読み取れませんでした。",
            "Part of a PDF could not be read.",
        );
    }
    out
}

/// What plain objects say: links and actions.
fn objects(inspection: &mut Inspection<'_>, place: &str, bytes: &[u8]) {
    let named = |name: &[u8]| {
        let mut at = 0;
        while let Some(found) = find(bytes, name, at) {
            at = found + name.len();
            if bytes.get(at).is_none_or(|b| !b.is_ascii_alphanumeric()) {
                return true;
            }
        }
        false
    };
    if named(b"/Launch") {
        inspection.findings.add(catalogue::FILE_PDF_ACTIVE, "/Launch", place);
    } else if named(b"/JavaScript") && named(b"/OpenAction") {
        inspection.findings.add(catalogue::FILE_PDF_ACTIVE, "/OpenAction /JavaScript", place);
    }
    let mut at = 0;
    for _ in 0..LINKS {
        let Some(found) = find(bytes, b"/URI", at) else { return };
        at = found + 4;
        let rest = bytes.get(at..).unwrap_or_default().trim_ascii_start();
        let Some(inner) = rest.strip_prefix(b"(") else { continue };
        let end = inner.iter().position(|b| *b == b')').unwrap_or(inner.len());
        let target = String::from_utf8_lossy(inner.get(..end).unwrap_or_default()).replace('\\', "");
        inspection.links.push(Link { target, text: None, place: place.to_owned() });
    }
}

/// One grey byte per pixel from packed rows of one, three or four components, or of single bits.
fn grey(bytes: &[u8], width: u32, height: u32, bits: usize, predicted: bool) -> Option<GrayImage> {
    let (columns, rows) = (width as usize, height as usize);
    let extra = usize::from(predicted);
    if rows == 0 || columns == 0 {
        return None;
    }
    let row_bytes = (bytes.len() / rows).checked_sub(extra)?;
    let components = if bits == 8 { row_bytes / columns } else { 1 };
    if bits == 1 && row_bytes < columns.div_ceil(8)
        || bits == 8 && !matches!(components, 1 | 3 | 4)
        || !matches!(bits, 1 | 8)
    {
        return None;
    }
    let step = if bits == 8 { components } else { 1 };
    let mut out = Vec::with_capacity(columns * rows);
    let mut above = vec![0_u8; row_bytes];
    for row in bytes.chunks_exact(row_bytes + extra).take(rows) {
        let (filter, data) = if predicted { row.split_first().map(|(f, d)| (*f, d))? } else { (0, row) };
        let mut line = data.to_vec();
        if predicted {
            unfilter(filter, &mut line, &above, step);
        }
        for x in 0..columns {
            out.push(if bits == 1 {
                let byte = line.get(x / 8).copied().unwrap_or(0);
                if byte & (0x80 >> (x % 8)) == 0 { 0 } else { 255 }
            } else {
                let pixel = line.get(x * components..(x + 1) * components).unwrap_or_default();
                let shown = pixel.iter().take(3).map(|b| usize::from(*b)).sum::<usize>() / components.min(3);
                u8::try_from(shown).unwrap_or(u8::MAX)
            });
        }
        above = line;
    }
    GrayImage::from_raw(width, height, out)
}

/// The row filters of PNG, which PDF shares (ISO 32000-1, 7.4.4.4).
fn unfilter(filter: u8, line: &mut [u8], above: &[u8], step: usize) {
    for x in 0..line.len() {
        let left = x.checked_sub(step).and_then(|at| line.get(at)).copied().unwrap_or(0);
        let up = above.get(x).copied().unwrap_or(0);
        let corner = x.checked_sub(step).and_then(|at| above.get(at)).copied().unwrap_or(0);
        let guess = match filter {
            1 => left,
            2 => up,
            3 => u8::midpoint(left, up),
            4 => paeth(left, up, corner),
            _ => 0,
        };
        line[x] = line[x].wrapping_add(guess);
    }
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let guess = i16::from(left) + i16::from(up) - i16::from(corner);
    let far = |from: u8| (guess - i16::from(from)).abs();
    if far(left) <= far(up) && far(left) <= far(corner) {
        left
    } else if far(up) <= far(corner) {
        up
    } else {
        corner
    }
}

fn number(dictionary: &[u8], name: &[u8]) -> Option<usize> {
    let at = find(dictionary, name, 0)? + name.len();
    let rest = dictionary.get(at..)?.trim_ascii_start();
    let digits = rest.iter().take(9).take_while(|b| b.is_ascii_digit()).count();
    // "12 0 R" refers to another object; the length is then found by the end mark.
    if rest.get(digits..).is_some_and(|after| after.starts_with(b" 0 R")) {
        return None;
    }
    std::str::from_utf8(rest.get(..digits)?).ok()?.parse().ok()
}

fn find(bytes: &[u8], wanted: &[u8], from: usize) -> Option<usize> {
    memchr::memmem::find(bytes.get(from..)?, wanted).map(|at| from + at)
}

fn rfind(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    memchr::memmem::rfind(bytes, wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_bits_and_of_colours_become_grey() {
        let bits = grey(&[0b1010_0000, 0b0100_0000], 3, 2, 1, false).unwrap();
        assert_eq!(bits.as_raw(), &[255, 0, 255, 0, 255, 0]);
        let colours = grey(&[0, 0, 0, 255, 255, 255], 2, 1, 8, false).unwrap();
        assert_eq!(colours.as_raw(), &[0, 255]);
        let filtered = grey(&[1, 10, 5, 2, 1, 1], 2, 2, 8, true).unwrap();
        assert_eq!(filtered.as_raw(), &[10, 15, 11, 16]);
    }

    #[test]
    fn sizes_that_lie_give_nothing() {
        assert!(grey(&[1, 2, 3], 1_000, 1_000, 8, false).is_none());
        assert!(grey(&[], 0, 0, 8, true).is_none());
    }
}
