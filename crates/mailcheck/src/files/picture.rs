//! Codes in pictures.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::{DynamicImage, GrayImage, ImageReader, Limits};

use super::Inspection;
use crate::catalogue;
use crate::limits;
use crate::links::Link;

/// Codes read from one picture.
const CODES: usize = 10;
/// Bytes that a decoder may take for one picture: three bytes a pixel and some room.
const DECODER_BYTES: u64 = limits::PICTURE_PIXELS * 4;
/// A code has 21 modules a side at least; smaller pictures hold none.
const SMALLEST: u32 = 21;

/// Decodes a picture within the bounds and reads its codes.
pub(super) fn read(inspection: &mut Inspection<'_>, place: &str, bytes: &[u8]) {
    let size = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .ok()
        .and_then(|reader| reader.into_dimensions().ok());
    let Some((width, height)) = size else { return };
    if width < SMALLEST || height < SMALLEST {
        return;
    }
    if !inspection.budget.take_pixels(width, height) {
        too_large(inspection);
        return;
    }
    // A decoder of pictures is large foreign code fed by strangers: its failure, of whatever kind, is "no code found".
    let decoded = catch_unwind(AssertUnwindSafe(|| {
        let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
        let mut bounds = Limits::default();
        bounds.max_alloc = Some(DECODER_BYTES);
        reader.limits(bounds);
        reader.decode().ok()
    }));
    if let Ok(Some(picture)) = decoded {
        codes(inspection, place, &on_white(&picture));
    }
}

pub(super) fn too_large(inspection: &mut Inspection<'_>) {
    inspection.findings.skipped(
        "picture",
        "大きな画像があり、QRコードを確認していません。",
        "A large picture was not searched for codes.",
    );
}

/// Transparent pixels are white on the screen.
fn on_white(picture: &DynamicImage) -> GrayImage {
    if !picture.color().has_alpha() {
        return picture.to_luma8();
    }
    let with_alpha = picture.to_luma_alpha8();
    GrayImage::from_fn(with_alpha.width(), with_alpha.height(), |x, y| {
        let image::LumaA([luma, alpha]) = *with_alpha.get_pixel(x, y);
        let shown = (u16::from(luma) * u16::from(alpha) + 255 * (255 - u16::from(alpha))) / 255;
        image::Luma([u8::try_from(shown).unwrap_or(u8::MAX)])
    })
}

/// Reads the codes of a grey picture; their links join the links of the mail.
pub(super) fn codes(inspection: &mut Inspection<'_>, place: &str, picture: &GrayImage) {
    let longer = picture.width().max(picture.height());
    let reduced;
    let picture = if longer > limits::QR_SIDE {
        let part = |side: u32| (u64::from(side) * u64::from(limits::QR_SIDE) / u64::from(longer)).max(1);
        let (width, height) = (part(picture.width()), part(picture.height()));
        reduced = image::imageops::thumbnail(
            picture,
            u32::try_from(width).unwrap_or(1),
            u32::try_from(height).unwrap_or(1),
        );
        &reduced
    } else {
        picture
    };
    let found = catch_unwind(AssertUnwindSafe(|| search(picture))).unwrap_or_default();
    for content in found {
        let link = content.trim();
        if link.to_ascii_lowercase().starts_with("http") {
            inspection.findings.add(catalogue::QR_LINK, link, place);
            inspection.links.push(Link {
                target: link.to_owned(),
                text: None,
                place: format!("QR: {place}"),
            });
        }
    }
}

fn search(picture: &GrayImage) -> Vec<String> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let pixels = picture.as_raw();
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| {
        pixels.get(y * width + x).copied().unwrap_or(u8::MAX)
    });
    prepared
        .detect_grids()
        .iter()
        .take(CODES)
        .filter_map(|grid| grid.decode().ok())
        .map(|(_, content)| content)
        .collect()
}
