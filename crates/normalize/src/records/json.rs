//! JSON that does not stand one value to a line: lists, pretty-printed values, lists inside an object.

use std::io::BufRead;

use super::{Record, Trouble};
use crate::limits::MAX_RECORD_BYTES;

/// Where a scan stands inside one JSON value. Looks at brackets and quotes only; whether the value is right is for
/// the parser to say.
#[derive(Debug, Default, Clone, Copy)]
struct Scan {
    depth: usize,
    in_text: bool,
    escaped: bool,
}

impl Scan {
    fn step(&mut self, byte: u8) {
        if self.in_text {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_text = false,
                _ => {}
            }
            return;
        }
        match byte {
            b'"' => self.in_text = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
    }
}

/// True when the first line closes everything that it opens.
pub(super) fn first_line_is_whole(text: &[u8]) -> bool {
    let mut scan = Scan::default();
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or(text);
    line.iter().for_each(|byte| scan.step(*byte));
    // A first line longer than what was looked at is a line all the same.
    (scan.depth == 0 && !scan.in_text) || line.len() == text.len() && text.len() >= super::HEAD_BYTES
}

/// `[{`, or an empty list; a log line may start with a bracket too.
pub(super) fn starts_list(text: &[u8]) -> bool {
    let rest = text.strip_prefix(b"[").unwrap_or(text).trim_ascii_start();
    matches!(rest.first(), Some(b'{' | b']'))
}

/// Names under which services put their list of records when a file holds nothing else.
const WRAPPERS: &[&str] = &["Records", "records", "value", "items", "logs", "events"];

/// `{"Records":[{`
pub(super) fn wraps_list(text: &[u8]) -> bool {
    let rest = text.strip_prefix(b"{").unwrap_or(text).trim_ascii_start();
    WRAPPERS.iter().any(|name| {
        let quoted = format!("\"{name}\"");
        let after = rest.strip_prefix(quoted.as_bytes()).map(<[u8]>::trim_ascii_start);
        let value = after.and_then(|after| after.strip_prefix(b":")).map(<[u8]>::trim_ascii_start);
        value.is_some_and(|value| value.starts_with(b"[") && starts_list(value))
    })
}

/// The objects of a list, or of a sequence of values.
pub(super) struct Values<R> {
    reader: R,
    position: u64,
    /// Brackets around the records: none in a sequence, one for a list, two for a list in an object.
    outer: usize,
    scan: Scan,
    started: bool,
    wrapped: bool,
    ended: bool,
    pieces: u64,
}

impl<R: BufRead> Values<R> {
    pub(super) fn new(reader: R, wrapped: bool) -> Self {
        Values {
            reader,
            position: 0,
            outer: 0,
            scan: Scan::default(),
            started: false,
            wrapped,
            ended: false,
            pieces: 0,
        }
    }

    /// Takes bytes up to the end of the next value. False at the end of the file.
    fn take(&mut self, value: &mut Vec<u8>) -> std::io::Result<bool> {
        loop {
            let buffer = self.reader.fill_buf()?;
            if buffer.is_empty() {
                return Ok(false);
            }
            let mut used = 0;
            let mut done = false;
            for byte in buffer {
                used += 1;
                let before = self.scan.depth;
                self.scan.step(*byte);
                if !self.started {
                    // The list's own opening bracket.
                    if *byte == b'[' || (*byte == b'{' && !self.wrapped) {
                        self.started = true;
                        self.outer = if *byte == b'[' { self.scan.depth } else { 0 };
                    }
                    if *byte != b'{' || self.wrapped {
                        continue;
                    }
                }
                let inside = before > self.outer || self.scan.depth > self.outer;
                if inside {
                    value.push(*byte);
                }
                done =
                    before > self.outer && self.scan.depth == self.outer || value.len() == MAX_RECORD_BYTES;
                if done {
                    break;
                }
            }
            self.reader.consume(used);
            if done {
                return Ok(true);
            }
        }
    }
}

impl<R: BufRead> Iterator for Values<R> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        if self.ended {
            return None;
        }
        let mut value = Vec::with_capacity(1024);
        match self.take(&mut value) {
            Ok(true) => {}
            Ok(false) => {
                self.ended = true;
                if value.is_empty() {
                    return None;
                }
            }
            Err(error) => {
                self.ended = true;
                let reason = format!("reading failed: {error}");
                return Some(Record {
                    bytes: value,
                    ..Record::trouble(self.position + 1, Trouble::Unreadable { reason })
                });
            }
        }
        let whole = self.scan.depth <= self.outer;
        if self.pieces == 0 {
            self.position += 1;
        }
        let is_piece = self.pieces > 0 || (!whole && !self.ended);
        let trouble = is_piece.then_some(Trouble::Piece { piece: self.pieces + 1 });
        self.pieces = if is_piece && !whole { self.pieces + 1 } else { 0 };
        Some(Record { trouble, ..Record::new(value, self.position) })
    }
}

#[cfg(test)]
mod tests {
    use super::super::records;

    fn texts(text: &'static str) -> Vec<String> {
        records(text.as_bytes()).map(|record| String::from_utf8(record.bytes).unwrap()).collect()
    }

    #[test]
    fn records_are_found_however_the_file_is_laid_out() {
        let expected = [r#"{"a":"}]"}"#, r#"{"b":{"c":[1]}}"#];
        for text in [
            "{\"a\":\"}]\"}\n{\"b\":{\"c\":[1]}}\n",
            "[{\"a\":\"}]\"},\n{\"b\":{\"c\":[1]}}]",
            "{\"Records\": [ {\"a\":\"}]\"}, {\"b\":{\"c\":[1]}} ]}",
        ] {
            assert_eq!(texts(text), expected, "{text}");
        }
        assert_eq!(texts("{\n \"a\": 1\n}\n{\n \"b\": 2\n}"), ["{\n \"a\": 1\n}", "{\n \"b\": 2\n}"]);
    }

    #[test]
    fn a_cut_value_is_handed_on_as_far_as_it_goes() {
        assert_eq!(texts("[{\"a\":1},{\"b\":"), ["{\"a\":1}", "{\"b\":"]);
    }
}
