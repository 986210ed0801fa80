//! The spellings of one value: UTF-16, base64 at its three alignments, dashes on Windows command lines.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The dashes that Windows programs accept before an option: hyphen, slash, en dash, em dash, bar.
const DASHES: [char; 5] = ['-', '/', '\u{2013}', '\u{2014}', '\u{2015}'];

/// More dashes in one value than this would make too many spellings (5 for each dash).
const MAX_DASHES: usize = 4;

pub(crate) fn utf16_le(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

pub(crate) fn utf16_be(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

/// Little endian behind a byte order mark.
pub(crate) fn utf16_with_mark(text: &str) -> Vec<u8> {
    let mut encoded = vec![0xFF, 0xFE];
    encoded.extend(utf16_le(text));
    encoded
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// What base64 text must contain when the encoded bytes contain `bytes`, at each of the three alignments.
///
/// A character that also carries bits of a neighbour is left out. A variant that nothing is left of is
/// left out too: it would be found in every text.
pub(crate) fn base64_at_each_offset(bytes: &[u8]) -> Vec<String> {
    let mut variants = Vec::new();
    for (offset, unsure_at_start) in [(0, 0), (1, 2), (2, 3)] {
        let mut shifted = vec![b' '; offset];
        shifted.extend_from_slice(bytes);
        let unsure_at_end = match shifted.len() % 3 {
            0 => 0,
            1 => 3,
            _ => 2,
        };
        let encoded = STANDARD.encode(&shifted);
        let sure = encoded.get(unsure_at_start..encoded.len().saturating_sub(unsure_at_end)).unwrap_or("");
        if !sure.is_empty() && !variants.iter().any(|known| known == sure) {
            variants.push(sure.to_owned());
        }
    }
    variants
}

/// The spellings of a command line piece with each option dash written as each dash.
///
/// An option dash stands at the start or behind a character that is no word character, and before one
/// that is. None when there are more dashes than [`MAX_DASHES`].
pub(crate) fn windows_dashes(text: &str) -> Option<Vec<String>> {
    let letters: Vec<char> = text.chars().collect();
    let is_word = |at: usize| letters.get(at).is_some_and(|c| c.is_alphanumeric() || *c == '_');
    let dashes: Vec<usize> = (0..letters.len())
        .filter(|&at| {
            matches!(letters.get(at), Some('-' | '/')) && (at == 0 || !is_word(at - 1)) && is_word(at + 1)
        })
        .collect();
    if dashes.len() > MAX_DASHES {
        return None;
    }
    let mut spellings = vec![letters];
    for at in dashes {
        let mut next = Vec::with_capacity(spellings.len() * DASHES.len());
        for spelling in &spellings {
            for dash in DASHES {
                let mut copy = spelling.clone();
                if let Some(place) = copy.get_mut(at) {
                    *place = dash;
                }
                next.push(copy);
            }
        }
        spellings = next;
    }
    Some(spellings.into_iter().map(|letters| letters.into_iter().collect()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_alignment_is_found_whatever_stands_around() {
        let value = "Invoke-Mimikatz!";
        for length in 2..=value.len() {
            let value = value.get(..length).unwrap();
            for wide in [false, true] {
                let value = if wide { utf16_le(value) } else { value.as_bytes().to_vec() };
                let variants = base64_at_each_offset(&value);
                for before in 0..6_usize {
                    for tail in ["", "\0", "x", "yz", "\u{7f}abc", "~~~~~~~"] {
                        let mut whole = vec![b'\xf3'; before];
                        whole.extend_from_slice(&value);
                        whole.extend_from_slice(tail.as_bytes());
                        let encoded = STANDARD.encode(&whole);
                        assert!(
                            variants.iter().any(|variant| encoded.contains(variant)),
                            "{length} bytes, {before} before, {tail:?} after"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn an_empty_variant_is_left_out() {
        assert!(base64_at_each_offset(b"").is_empty());
        for variant in base64_at_each_offset(b"a") {
            assert!(!variant.is_empty());
        }
    }

    #[test]
    fn a_dash_before_an_option_has_five_spellings() {
        assert_eq!(windows_dashes(" -enc ").unwrap(), [" -enc ", " /enc ", " –enc ", " —enc ", " ―enc "]);
        assert_eq!(windows_dashes("a-b").unwrap(), ["a-b"]);
        assert_eq!(windows_dashes("-a -b").unwrap().len(), 25);
        assert_eq!(windows_dashes("-a -b -c -d -e"), None);
        assert_eq!(windows_dashes(" - ").unwrap(), [" - "]);
    }
}
