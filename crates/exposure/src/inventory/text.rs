//! Text as programmes on Windows and Linux write it, and the small readers that line formats share.

use std::borrow::Cow;

use encoding_rs::{SHIFT_JIS, UTF_16BE, UTF_16LE};

/// Decodes UTF-8, UTF-16 with a byte order mark (PowerShell's `>`), or else CP932 as Japanese Windows writes it.
pub(super) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    match bytes {
        [0xFF, 0xFE, ..] => UTF_16LE.decode(bytes).0,
        [0xFE, 0xFF, ..] => UTF_16BE.decode(bytes).0,
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => {
                let (text, _, broken) = SHIFT_JIS.decode(bytes);
                if broken { String::from_utf8_lossy(bytes) } else { text }
            }
        },
    }
}

/// A paragraph of `Field: value` lines: the index of its first line and its fields.
pub(super) struct Paragraph<'a> {
    pub(super) line: usize,
    fields: Vec<(&'a str, &'a str)>,
}

impl<'a> Paragraph<'a> {
    /// The first value of a field. Case counts: apk has both `A:` and `a:`.
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        self.fields.iter().find(|(field, _)| *field == name).map(|(_, value)| *value)
    }
}

/// Paragraphs separated by empty lines, as in dpkg's status file and apk's database. Continuation lines (which
/// begin with a space) belong to descriptions and are skipped.
pub(super) fn paragraphs(text: &str) -> impl Iterator<Item = Paragraph<'_>> {
    let mut lines = text.lines().enumerate().peekable();
    std::iter::from_fn(move || {
        while lines.next_if(|(_, line)| line.trim().is_empty()).is_some() {}
        let line = lines.peek()?.0;
        let mut fields = Vec::new();
        while let Some((_, text)) = lines.next_if(|(_, line)| !line.trim().is_empty()) {
            if !text.starts_with([' ', '\t'])
                && let Some((field, value)) = text.split_once(':')
            {
                fields.push((field.trim(), value.trim()));
            }
        }
        Some(Paragraph { line, fields })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_of_japanese_windows_are_read() {
        assert_eq!(decode(b"\xFF\xFEA\0"), "A");
        assert_eq!(decode(b"\xEF\xBB\xBFA"), "A");
        assert_eq!(decode(&[0x93, 0xFA, 0x96, 0x7B]), "日本");
        assert_eq!(decode("日本".as_bytes()), "日本");
    }
}
