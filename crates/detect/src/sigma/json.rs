//! A record as a flat list of its values, without building a tree.
//!
//! One pass checks the JSON and notes for every value where it stands. Texts stay where they are in the
//! record, escaped as they were written. What this reader accepts, `serde_json` accepts too: the slow
//! evaluator reads the same bytes.

use super::event::{EventError, MAX_RECORD_BYTES, MAX_RECORD_DEPTH};

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Object,
    Array,
    Text,
    Number,
    True,
    False,
    Null,
}

/// One value of a record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) kind: Kind,
    /// The key, without its quotes; empty for members of arrays.
    pub(crate) key: Span,
    pub(crate) key_hash: u64,
    /// The value: a text without its quotes, a number as written. Empty for the others.
    pub(crate) value: Span,
    /// The position behind the last value inside this one.
    pub(crate) end: u32,
}

/// A piece of the record's bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// The piece has a backslash.
    pub(crate) escaped: bool,
    /// The piece has a letter beyond ASCII.
    pub(crate) wide: bool,
}

impl Span {
    pub(crate) fn of(self, bytes: &[u8]) -> &[u8] {
        bytes.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}

/// The values of one record in the order of the text.
#[derive(Debug, Default)]
pub(crate) struct Tape {
    pub(crate) entries: Vec<Entry>,
    /// The record writes an ASCII letter as `\u00XX`, or the Kelvin sign as an escape: a search in the
    /// raw text for an ASCII word may miss it.
    pub(crate) hides_ascii: bool,
    /// Where half a surrogate pair is written as an escape.
    lone_surrogates: Vec<u32>,
    open: Vec<u32>,
}

/// A hash of a key. Seeded by nothing: a hit is always compared with the key itself.
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut hash = (bytes.len() as u64).wrapping_mul(FACTOR);
    let mut mix = |word: u64| hash = (hash.rotate_left(23) ^ word).wrapping_mul(FACTOR);
    let mut rest = bytes;
    while let Some((word, behind)) = rest.split_first_chunk::<8>() {
        mix(u64::from_le_bytes(*word));
        rest = behind;
    }
    // The last word overlaps the one before, which is quicker than going byte by byte.
    match (bytes.last_chunk::<8>(), rest.first_chunk::<4>(), rest.last_chunk::<4>()) {
        _ if rest.is_empty() => {}
        (Some(last), _, _) => mix(u64::from_le_bytes(*last)),
        (None, Some(first), Some(last)) => {
            mix(u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last)));
        }
        _ => mix(rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte))),
    }
    hash ^ hash >> 29
}

impl Tape {
    /// Reads a record. Half surrogate pairs, which no text can hold, are rewritten in `bytes` to the
    /// replacement character, as they would otherwise hide an event from every rule.
    pub(crate) fn read(&mut self, bytes: &mut [u8]) -> Result<(), EventError> {
        if bytes.len() > MAX_RECORD_BYTES {
            return Err(EventError::TooLarge(bytes.len()));
        }
        if let Err(error) = std::str::from_utf8(bytes) {
            return Err(EventError::NotJson { what: "not UTF-8", at: error.valid_up_to() });
        }
        self.scan(bytes)?;
        for at in std::mem::take(&mut self.lone_surrogates) {
            if let Some(digits) = bytes.get_mut(at as usize..at as usize + 4) {
                digits.copy_from_slice(b"fffd");
            }
        }
        Ok(())
    }

    /// The values directly inside the object or array at `position`.
    pub(crate) fn members(&self, position: u32) -> Members<'_> {
        let end = self.entries.get(position as usize).map_or(0, |entry| entry.end);
        Members { tape: self, next: position + 1, end }
    }

    pub(crate) fn entry(&self, position: u32) -> Option<&Entry> {
        self.entries.get(position as usize)
    }

    fn scan(&mut self, bytes: &[u8]) -> Result<(), EventError> {
        self.entries.clear();
        self.open.clear();
        self.lone_surrogates.clear();
        self.hides_ascii = false;
        let mut reader =
            Reader { bytes, at: 0, hides_ascii: false, lone_surrogates: &mut self.lone_surrogates };
        reader.skip_space();
        if reader.peek() != Some(b'{') {
            return Err(EventError::NotAnObject);
        }
        let mut key = (Span::default(), 0);
        loop {
            // Here a value begins.
            let position = self.entries.len() as u32;
            let mut entry = Entry {
                kind: Kind::Null,
                key: key.0,
                key_hash: key.1,
                value: Span::default(),
                end: position + 1,
            };
            match reader.peek() {
                Some(opening @ (b'{' | b'[')) => {
                    reader.at += 1;
                    entry.kind = if opening == b'{' { Kind::Object } else { Kind::Array };
                    if self.open.len() >= MAX_RECORD_DEPTH {
                        return Err(EventError::TooDeep);
                    }
                    self.entries.push(entry);
                    self.open.push(position);
                    reader.skip_space();
                    let closing = if opening == b'{' { b'}' } else { b']' };
                    if reader.peek() != Some(closing) {
                        key = reader.key(entry.kind)?;
                        continue;
                    }
                }
                Some(b'"') => {
                    entry.kind = Kind::Text;
                    entry.value = reader.text()?;
                    self.entries.push(entry);
                }
                Some(b'-' | b'0'..=b'9') => {
                    entry.kind = Kind::Number;
                    entry.value = reader.number()?;
                    self.entries.push(entry);
                }
                Some(b't') => {
                    reader.word(b"true")?;
                    entry.kind = Kind::True;
                    self.entries.push(entry);
                }
                Some(b'f') => {
                    reader.word(b"false")?;
                    entry.kind = Kind::False;
                    self.entries.push(entry);
                }
                Some(b'n') => {
                    reader.word(b"null")?;
                    self.entries.push(entry);
                }
                _ => return Err(reader.error("a value is missing")),
            }
            // Here a value has ended: close what ends with it, then go to the next.
            loop {
                let Some(parent) = self.open.last().copied() else {
                    reader.skip_space();
                    self.hides_ascii = reader.hides_ascii;
                    return if reader.at == bytes.len() {
                        Ok(())
                    } else {
                        Err(reader.error("text behind the object"))
                    };
                };
                reader.skip_space();
                let kind = self.entries.get(parent as usize).map_or(Kind::Object, |entry| entry.kind);
                let closing = if kind == Kind::Object { b'}' } else { b']' };
                match reader.peek() {
                    Some(b',') => {
                        reader.at += 1;
                        reader.skip_space();
                        key = reader.key(kind)?;
                        break;
                    }
                    Some(byte) if byte == closing => {
                        reader.at += 1;
                        self.open.pop();
                        let end = self.entries.len() as u32;
                        if let Some(entry) = self.entries.get_mut(parent as usize) {
                            entry.end = end;
                        }
                    }
                    _ => return Err(reader.error("a comma or a closing bracket is missing")),
                }
            }
        }
    }
}

/// Walks over the values directly inside one.
pub(crate) struct Members<'t> {
    tape: &'t Tape,
    next: u32,
    end: u32,
}

impl<'t> Iterator for Members<'t> {
    type Item = (u32, &'t Entry);

    fn next(&mut self) -> Option<Self::Item> {
        if self.next >= self.end {
            return None;
        }
        let position = self.next;
        let entry = self.tape.entry(position)?;
        self.next = entry.end;
        Some((position, entry))
    }
}

struct Reader<'b, 'l> {
    bytes: &'b [u8],
    at: usize,
    hides_ascii: bool,
    lone_surrogates: &'l mut Vec<u32>,
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// In each byte of the word that is zero, the high bit; bytes behind the first such one may be marked
/// without being zero.
fn zeros(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word & HIGH
}

fn backslashes(word: u64) -> u64 {
    zeros(word ^ (ONES * 0x5C))
}

/// Quotes, backslashes and control characters, marked as [`zeros`] does.
fn stops(word: u64) -> u64 {
    let control = word.wrapping_sub(ONES * 0x20) & !word & HIGH;
    zeros(word ^ (ONES * 0x22)) | backslashes(word) | control
}

impl Reader<'_, '_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn error(&self, what: &'static str) -> EventError {
        EventError::NotJson { what, at: self.at }
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    /// In an object, the key of the next member, and the reader moves to its value.
    fn key(&mut self, kind: Kind) -> Result<(Span, u64), EventError> {
        if kind != Kind::Object {
            return Ok((Span::default(), 0));
        }
        if self.peek() != Some(b'"') {
            return Err(self.error("a key is missing"));
        }
        let span = self.text()?;
        self.skip_space();
        if self.peek() != Some(b':') {
            return Err(self.error("a colon is missing"));
        }
        self.at += 1;
        self.skip_space();
        let hash = if span.escaped {
            hash(unescape(span.of(self.bytes)).as_bytes())
        } else {
            hash(span.of(self.bytes))
        };
        Ok((span, hash))
    }

    fn text(&mut self) -> Result<Span, EventError> {
        self.at += 1;
        let start = self.at;
        let mut escaped = false;
        let mut high = 0_u64;
        loop {
            while let Some(chunk) = self.bytes.get(self.at..).and_then(<[u8]>::first_chunk::<8>) {
                let word = u64::from_le_bytes(*chunk);
                let stops = stops(word);
                if stops != 0 {
                    let clear = stops.trailing_zeros() as usize / 8;
                    high |= word & !(u64::MAX << (clear * 8));
                    self.at += clear;
                    break;
                }
                high |= word;
                self.at += 8;
            }
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    self.escape()?;
                }
                Some(byte) if byte >= 0x20 => {
                    high |= u64::from(byte);
                    self.at += 1;
                }
                Some(_) => return Err(self.error("a control character in a text")),
                None => return Err(self.error("a text without end")),
            }
        }
        let span = Span { start: start as u32, end: self.at as u32, escaped, wide: high & HIGH != 0 };
        self.at += 1;
        Ok(span)
    }

    fn escape(&mut self) -> Result<(), EventError> {
        self.at += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => {
                self.at += 1;
                let unit = self.hex()?;
                self.hides_ascii |= (0x20..0x80).contains(&unit)
                    && !b"<>&'".iter().any(|byte| u32::from(*byte) == unit)
                    || unit == 0x212A;
                match unit {
                    0xD800..0xDC00 => self.second_half()?,
                    0xDC00..0xE000 => self.lone_surrogates.push(self.at as u32 - 4),
                    _ => {}
                }
            }
            _ => return Err(self.error("an unknown escape")),
        }
        Ok(())
    }

    /// Behind the first half of a surrogate pair: takes the second half, or notes that there is none.
    fn second_half(&mut self) -> Result<(), EventError> {
        let first = self.at as u32 - 4;
        if self.bytes.get(self.at..self.at + 2) == Some(b"\\u") {
            let before = self.at;
            self.at += 2;
            if (0xDC00..0xE000).contains(&self.hex()?) {
                return Ok(());
            }
            self.at = before;
        }
        self.lone_surrogates.push(first);
        Ok(())
    }

    fn hex(&mut self) -> Result<u32, EventError> {
        let digits =
            self.bytes.get(self.at..self.at + 4).ok_or_else(|| self.error("an escape is cut off"))?;
        let mut unit = 0;
        for digit in digits {
            let value = char::from(*digit).to_digit(16).ok_or_else(|| self.error("an unknown escape"))?;
            unit = unit << 4 | value;
        }
        self.at += 4;
        Ok(unit)
    }

    fn digits(&mut self) -> Result<(), EventError> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == start { Err(self.error("a digit is missing")) } else { Ok(()) }
    }

    fn number(&mut self) -> Result<Span, EventError> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        let span = Span { start: start as u32, end: self.at as u32, escaped: false, wide: false };
        if !is_plain_number(span.of(self.bytes)) && number_text(span.of(self.bytes)).is_none() {
            return Err(self.error("a number too large to hold"));
        }
        Ok(span)
    }

    fn word(&mut self, word: &'static [u8]) -> Result<(), EventError> {
        if self.bytes.get(self.at..self.at + word.len()) != Some(word) {
            return Err(self.error("an unknown word"));
        }
        self.at += word.len();
        Ok(())
    }
}

/// Whether a JSON number is a whole one that is its own text.
pub(crate) fn is_plain_number(raw: &[u8]) -> bool {
    raw.len() <= 18 && raw != b"-0" && raw.iter().all(|byte| byte.is_ascii_digit() || *byte == b'-')
}

/// The text that a JSON number stands for, as `serde_json` writes it; none when it cannot hold it.
pub(crate) fn number_text(raw: &[u8]) -> Option<String> {
    serde_json::from_slice::<serde_json::Number>(raw).ok().map(|number| number.to_string())
}

/// The text that an escaped text stands for. The input has been read by [`Tape::read`].
pub(crate) fn unescape(raw: &[u8]) -> String {
    let mut quoted = Vec::with_capacity(raw.len() + 2);
    quoted.push(b'"');
    quoted.extend_from_slice(raw);
    quoted.push(b'"');
    serde_json::from_slice(&quoted).unwrap_or_default()
}

/// Appends the text that an escaped text stands for. False, with nothing appended, when it has a `\u`.
pub(crate) fn unescape_simple(raw: &[u8], out: &mut Vec<u8>) -> bool {
    let start = out.len();
    // Eight bytes are copied at a time, whether all of them count or not.
    out.resize(start + raw.len() + 8, 0);
    let (mut from, mut to) = (0, start);
    while from < raw.len() {
        let clear = match raw.get(from..).and_then(<[u8]>::first_chunk::<8>) {
            Some(chunk) => {
                if let Some(place) = out.get_mut(to..to + 8) {
                    place.copy_from_slice(chunk);
                }
                backslashes(u64::from_le_bytes(*chunk)).trailing_zeros() as usize / 8
            }
            None => {
                let rest = raw.get(from..).unwrap_or_default();
                let clear = rest.iter().position(|byte| *byte == b'\\').unwrap_or(rest.len());
                if let (Some(place), Some(rest)) = (out.get_mut(to..to + clear), rest.get(..clear)) {
                    place.copy_from_slice(rest);
                }
                clear
            }
        };
        from += clear;
        to += clear;
        if raw.get(from) != Some(&b'\\') {
            continue;
        }
        let letter = match raw.get(from + 1) {
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(b'b') => 8,
            Some(b'f') => 12,
            Some(b'u') | None => {
                out.truncate(start);
                return false;
            }
            Some(same) => *same,
        };
        if let Some(place) = out.get_mut(to) {
            *place = letter;
        }
        from += 2;
        to += 1;
    }
    out.truncate(to);
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &[u8]) -> Result<Tape, EventError> {
        let mut tape = Tape::default();
        tape.read(&mut text.to_vec()).map(|()| tape)
    }

    fn agrees_with_serde(text: &[u8]) {
        let ours = read(text).is_ok();
        let mut rewritten = text.to_vec();
        let theirs = if Tape::default().read(&mut rewritten).is_ok() {
            serde_json::from_slice::<serde_json::Value>(&rewritten)
        } else {
            serde_json::from_slice::<serde_json::Value>(text)
        };
        let theirs = theirs.is_ok_and(|value| value.is_object());
        assert_eq!(ours, theirs, "{}", String::from_utf8_lossy(text));
    }

    #[test]
    fn what_json_forbids_is_refused() {
        for text in [
            "",
            " ",
            "[]",
            "1",
            "{",
            "{}",
            " { } ",
            "{}x",
            r#"{"a"}"#,
            r#"{"a":}"#,
            r#"{"a":1,}"#,
            r#"{"a":01}"#,
            r#"{"a":-}"#,
            r#"{"a":1.}"#,
            r#"{"a":1e}"#,
            r#"{"a":1e5}"#,
            r#"{"a":1e999}"#,
            r#"{"a":-0}"#,
            r#"{"a":[1,2,{"b":null}],"c":true,"d":false}"#,
            r#"{"a":[1,]}"#,
            r#"{"a":"\x"}"#,
            r#"{"a":"\u12"}"#,
            r#"{"a":"\u00e9\ud83d\ude00"}"#,
            r#"{"a":tru}"#,
            r#"{"a":"b}"#,
            "{\"a\":\"\u{1}\"}",
            r#"{a:1}"#,
            r#"{"a":[}"#,
            r#"{"a":{]}"#,
            r#"{"a" : "12345678\"1234567\\12345678901234"}"#,
            r#"{"\u0061":1}"#,
            r#"{"a":123456789012345678901234567890}"#,
            "{\"a\":\"\u{7f}\u{80}日本\"}",
        ] {
            agrees_with_serde(text.as_bytes());
        }
        assert_eq!(read(b"{\"a\":\"\xff\"}").unwrap_err(), EventError::NotJson { what: "not UTF-8", at: 6 });
    }

    #[test]
    fn half_a_surrogate_pair_does_not_hide_an_event() {
        for (text, fixed) in [
            (r#"{"a":"\ud800x"}"#, "\u{fffd}x"),
            (r#"{"a":"\udc00"}"#, "\u{fffd}"),
            (r#"{"a":"\ud800\ud83d\ude00"}"#, "\u{fffd}😀"),
            (r#"{"a":"\ud800\u0041"}"#, "\u{fffd}A"),
        ] {
            let mut bytes = text.as_bytes().to_vec();
            Tape::default().read(&mut bytes).unwrap();
            assert_eq!(serde_json::from_slice::<serde_json::Value>(&bytes).unwrap()["a"], fixed);
        }
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        assert!(read(nested(MAX_RECORD_DEPTH - 1).as_bytes()).is_ok());
        assert_eq!(read(nested(MAX_RECORD_DEPTH).as_bytes()).unwrap_err(), EventError::TooDeep);
    }

    #[test]
    fn the_tape_knows_where_everything_stands() {
        let text = br#"{"a":"x","b":{"c":[1,"two"],"d":null},"e":"\\"}"#;
        let tape = read(text).unwrap();
        let top: Vec<&str> =
            tape.members(0).map(|(_, entry)| std::str::from_utf8(entry.key.of(text)).unwrap()).collect();
        assert_eq!(top, ["a", "b", "e"]);
        assert_eq!(tape.entries.len(), 8);
        assert!(tape.entries.last().unwrap().value.escaped);
    }

    proptest! {
        #[test]
        fn both_ways_to_undo_escapes_agree(text in r#"([abé]{0,12}|\\[nrtbf/"\\]|\\u00e9){0,12}"#) {
            let mut simple = b"before".to_vec();
            if unescape_simple(text.as_bytes(), &mut simple) {
                prop_assert_eq!(simple, format!("before{}", unescape(text.as_bytes())).into_bytes());
            } else {
                prop_assert!(text.contains("\\u"));
                prop_assert_eq!(simple, b"before");
            }
        }

        #[test]
        fn any_text_is_read_as_serde_reads_it(text in r#"\{("[ab\\u0d8é]{0,12}"|[ {}\[\]:,0-9.eE+\-"]|true|null|\\|\\ud83d|\\ude00){0,20}\}"#) {
            agrees_with_serde(text.as_bytes());
        }
    }
}
