//! Bytes to text, when the label is right, wrong or missing.
//!
//! Japanese mail is labelled badly: CP932 as `Shift_JIS`, Windows letters as ISO-2022-JP, UTF-8 as anything.
//! So the bytes are asked first where they leave no doubt, then the label, then the best of the Japanese encodings.

use encoding_rs::{EUC_JP, Encoding, ISO_2022_JP, SHIFT_JIS, UTF_8, WINDOWS_1252};

const ESC: u8 = 0x1b;
/// High bytes in a row that no European word has.
const JAPANESE_RUN: usize = 6;

/// Reads bytes as text with the label as a hint. Never fails; what cannot be read becomes U+FFFD.
pub(crate) fn decode(bytes: &[u8], label: Option<&str>) -> String {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding.decode(bytes).0.into_owned();
    }
    let labelled = label.and_then(named);
    if let Some(encoding) = labelled.filter(|e| !e.is_ascii_compatible() && *e != ISO_2022_JP) {
        return encoding.decode_without_bom_handling(bytes).0.into_owned();
    }
    if looks_like_iso_2022_jp(bytes) {
        return ISO_2022_JP.decode_without_bom_handling(bytes).0.into_owned();
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    // "us-ascii" and "iso-8859-1" read any bytes; Japanese text under such a label has long runs of high bytes.
    let western_by_mistake = labelled == Some(WINDOWS_1252) && longest_high_run(bytes) >= JAPANESE_RUN;
    if let Some(encoding) = labelled.filter(|e| *e != UTF_8 && !western_by_mistake) {
        let (text, broken) = encoding.decode_without_bom_handling(bytes);
        if !broken {
            return text.into_owned();
        }
    }
    guess(bytes, labelled)
}

fn longest_high_run(bytes: &[u8]) -> usize {
    bytes.split(u8::is_ascii).map(<[u8]>::len).max().unwrap_or(0)
}

/// The encoding for a label, with the names that Japanese programs write and the standard does not list.
fn named(label: &str) -> Option<&'static Encoding> {
    let label = label.trim().trim_matches(['"', '\'']).to_ascii_lowercase();
    match label.as_str() {
        "cp932" | "windows-932" | "ms932" | "cswindows31j" | "sjis-win" | "x-ms-cp932" => Some(SHIFT_JIS),
        "cp51932" | "eucjp-ms" | "eucjp" | "eucjp-win" => Some(EUC_JP),
        // Two escapes of ISO-2022-JP-1/-2/-3/-2004 are not known to the decoder; the rest of the text still reads.
        _ if label.starts_with("iso-2022-jp") || label.starts_with("cp5022") => Some(ISO_2022_JP),
        _ => Encoding::for_label(label.as_bytes()),
    }
}

/// Escape sequences of ISO-2022-JP in text of seven bits.
fn looks_like_iso_2022_jp(bytes: &[u8]) -> bool {
    bytes
        .windows(3)
        .any(|w| w[0] == ESC && (w[1] == b'$' || (w[1] == b'(' && matches!(w[2], b'B' | b'J' | b'I'))))
        && bytes.iter().all(|b| *b < 0x80)
}

/// The encoding that reads with the fewest broken characters; at a tie the label, then UTF-8, then the Japanese ones.
fn guess(bytes: &[u8], labelled: Option<&'static Encoding>) -> String {
    labelled
        .into_iter()
        .chain([UTF_8, SHIFT_JIS, EUC_JP, WINDOWS_1252])
        .map(|encoding| encoding.decode_without_bom_handling(bytes).0)
        .min_by_key(|text| oddness(text))
        .map(std::borrow::Cow::into_owned)
        .unwrap_or_default()
}

/// How little a text looks like one: broken characters, and half-width kana, which wrong guesses are full of.
fn oddness(text: &str) -> usize {
    text.chars()
        .map(|c| match c {
            '\u{fffd}' => 10,
            '\u{ff61}'..='\u{ff9f}' | '\u{80}'..='\u{ff}' => 2,
            // Rows of rare kanji are what EUC-JP gives when it is read as Shift_JIS and the other way round.
            '\u{3040}'..='\u{30ff}' | '\u{0}'..='\u{7f}' => 0,
            _ => 1,
        })
        .sum()
}

/// Header bytes as UTF-8, with the labels inside encoded words that the parser does not know replaced.
pub(crate) fn header_bytes(bytes: &[u8]) -> Vec<u8> {
    let plain_ascii = bytes.is_ascii() && !bytes.contains(&ESC);
    let text = if plain_ascii { String::from_utf8_lossy(bytes).into_owned() } else { decode(bytes, None) };
    let mut out = text;
    for (written, known) in [
        ("=?cp932?", "=?shift_jis?"),
        ("=?windows-31j?", "=?shift_jis?"),
        ("=?ms932?", "=?shift_jis?"),
        ("=?iso-2022-jp-ms?", "=?iso-2022-jp?"),
        ("=?cp50220?", "=?iso-2022-jp?"),
        ("=?cp50221?", "=?iso-2022-jp?"),
        ("=?cp51932?", "=?euc-jp?"),
    ] {
        out = replace_ignoring_case(&out, written, known);
    }
    out.into_bytes()
}

fn replace_ignoring_case(text: &str, from: &str, to: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for (at, found) in lower.match_indices(from) {
        out.push_str(text.get(done..at).unwrap_or_default());
        out.push_str(to);
        done = at + found.len();
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "①㈱髙島商店～請求書のご案内";

    #[test]
    fn cp932_labelled_as_shift_jis_keeps_its_vendor_letters() {
        let bytes = SHIFT_JIS.encode(TEXT).0;
        assert_eq!(decode(&bytes, Some("Shift_JIS")), TEXT);
        assert_eq!(decode(&bytes, Some("CP932")), TEXT);
    }

    #[test]
    fn a_wrong_label_does_not_spoil_the_text() {
        let (sjis, euc) = (SHIFT_JIS.encode(TEXT).0, EUC_JP.encode("請求書のご案内です").0);
        assert_eq!(decode(&sjis, Some("utf-8")), TEXT);
        assert_eq!(decode(&sjis, None), TEXT);
        assert_eq!(decode(&euc, Some("us-ascii")), "請求書のご案内です");
        assert_eq!(decode(TEXT.as_bytes(), Some("iso-2022-jp")), TEXT);
        assert_eq!(decode(TEXT.as_bytes(), Some("shift_jis")), TEXT);
    }

    #[test]
    fn escapes_are_read_whatever_the_label_says() {
        let bytes = b"\x1b$B@A5a=q\x1b(B";
        for label in [None, Some("utf-8"), Some("ISO-2022-JP-MS"), Some("cp50221"), Some("no such thing")] {
            assert_eq!(decode(bytes, label), "請求書", "{label:?}");
        }
    }
}
