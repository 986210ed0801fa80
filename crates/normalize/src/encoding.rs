//! From bytes to text: which encoding a record is written in is found from its bytes.

use std::borrow::Cow;

use encoding_rs::{EUC_JP, SHIFT_JIS};

/// The encoding that a record was read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    /// Windows' `Shift_JIS`.
    Cp932,
    EucJp,
    /// None of the above: bytes that are not UTF-8 were replaced by U+FFFD.
    Lossy,
}

impl Encoding {
    /// The name that a reader will recognise.
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "UTF-8",
            Encoding::Cp932 => "CP932",
            Encoding::EucJp => "EUC-JP",
            Encoding::Lossy => "unknown, read as UTF-8 with replacements",
        }
    }
}

/// Decodes a record. UTF-8 is tried first and costs a check; only where that fails are the two
/// Japanese encodings compared, since nearly every byte string is valid in some one-byte encoding.
pub fn decode(bytes: &[u8]) -> (Cow<'_, str>, Encoding) {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), Encoding::Utf8),
        Err(_) => decode_japanese(bytes),
    }
}

fn decode_japanese(bytes: &[u8]) -> (Cow<'_, str>, Encoding) {
    let cp932 = SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes);
    let euc = EUC_JP.decode_without_bom_handling_and_without_replacement(bytes);
    match (cp932, euc) {
        (Some(text), None) => (text, Encoding::Cp932),
        (None, Some(text)) => (text, Encoding::EucJp),
        (Some(sjis), Some(euc)) if oddness(&euc) <= oddness(&sjis) => (euc, Encoding::EucJp),
        (Some(sjis), Some(_)) => (sjis, Encoding::Cp932),
        (None, None) => (Cow::Owned(String::from_utf8_lossy(bytes).into_owned()), Encoding::Lossy),
    }
}

/// How unlike Japanese prose a text is. EUC-JP read as CP932 becomes half-width katakana; CP932 read
/// as EUC-JP seldom decodes, and then to rare kanji without kana.
fn oddness(text: &str) -> usize {
    text.chars()
        .map(|letter| match letter {
            '\u{ff61}'..='\u{ff9f}' => 3,
            '\u{e000}'..='\u{f8ff}' | '\u{80}'..='\u{9f}' => 5,
            '\u{3040}'..='\u{30ff}' | '\u{3000}'..='\u{303f}' => 0,
            letter if letter.is_ascii() => 0,
            _ => 1,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENTENCE: &str = "管理者のログインに失敗しました";

    #[test]
    fn japanese_is_read_in_all_three_encodings() {
        let (cp932, _, _) = SHIFT_JIS.encode(SENTENCE);
        let (euc, _, _) = EUC_JP.encode(SENTENCE);
        assert_eq!(decode(SENTENCE.as_bytes()), (Cow::Borrowed(SENTENCE), Encoding::Utf8));
        assert_eq!(decode(&cp932), (Cow::Borrowed(SENTENCE), Encoding::Cp932));
        assert_eq!(decode(&euc), (Cow::Borrowed(SENTENCE), Encoding::EucJp));
    }

    #[test]
    fn bytes_of_no_encoding_are_kept_as_far_as_they_can_be() {
        let (text, encoding) = decode(b"user=\xff\xfe\xff end");
        assert_eq!(encoding, Encoding::Lossy);
        assert!(text.starts_with("user=") && text.ends_with(" end"));
    }

    #[test]
    fn a_byte_order_mark_is_not_part_of_the_text() {
        assert_eq!(decode(b"\xef\xbb\xbfabc").0, "abc");
    }
}
