//! Text, one record to a line.

use std::io::{self, BufRead, Read};

use encoding_rs::{CoderResult, Decoder, UTF_16LE};

use super::{Record, Trouble, read_line};
use crate::limits::MAX_RECORD_BYTES;

/// Lines without their ends. Empty ones are passed over. One longer than [`MAX_RECORD_BYTES`] comes in pieces,
/// each marked, so that nothing is lost and memory stays bounded.
pub(super) struct Lines<R> {
    reader: R,
    line: u64,
    /// How many pieces of the present line were handed on.
    pieces: u64,
    ended: bool,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(reader: R) -> Self {
        Lines { reader, line: 0, pieces: 0, ended: false }
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        let mut bytes = Vec::with_capacity(512);
        while !self.ended {
            match read_line(&mut self.reader, &mut bytes, MAX_RECORD_BYTES) {
                Ok(true) => {}
                Ok(false) => self.ended = true,
                Err(error) => {
                    self.ended = true;
                    let reason = format!("reading failed: {error}");
                    // What was read of the line before is not lost.
                    return Some(Record {
                        bytes,
                        ..Record::trouble(self.line + 1, Trouble::Unreadable { reason })
                    });
                }
            }
            if self.pieces == 0 && !self.ended {
                self.line += 1;
            }
            let whole = bytes.last() == Some(&b'\n');
            let end = bytes.iter().rposition(|byte| !matches!(byte, b'\n' | b'\r')).map_or(0, |at| at + 1);
            if whole {
                bytes.truncate(end);
            }
            let is_piece = self.pieces > 0 || (!whole && bytes.len() == MAX_RECORD_BYTES);
            self.pieces = if is_piece && !whole { self.pieces + 1 } else { 0 };
            if bytes.is_empty() {
                continue;
            }
            let trouble = is_piece.then_some(Trouble::Piece { piece: self.pieces.max(1) });
            return Some(Record { trouble, ..Record::new(bytes, self.line) });
        }
        None
    }
}

/// UTF-16 with a byte order mark, read as UTF-8.
pub(super) struct Utf16<R> {
    reader: R,
    decoder: Decoder,
    spare: Vec<u8>,
    ended: bool,
}

impl<R: BufRead> Utf16<R> {
    pub(super) fn new(reader: R) -> Self {
        // The decoder follows the byte order mark, whichever it is.
        Utf16 { reader, decoder: UTF_16LE.new_decoder(), spare: Vec::new(), ended: false }
    }
}

impl<R: BufRead> Read for Utf16<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while !out.is_empty() && (!self.ended || !self.spare.is_empty()) {
            // A decoder needs room for whole characters; what a small buffer cannot take waits in `spare`.
            if !self.spare.is_empty() {
                let taken = self.spare.len().min(out.len());
                for (place, byte) in out.iter_mut().zip(self.spare.drain(..taken)) {
                    *place = byte;
                }
                return Ok(taken);
            }
            let input = self.reader.fill_buf()?;
            let last = input.is_empty();
            let mut text = vec![0; 4 * input.len().clamp(8, 4096)];
            let (result, read, written, _) = self.decoder.decode_to_utf8(input, &mut text, last);
            self.reader.consume(read);
            text.truncate(written);
            self.spare = text;
            self.ended = last && result == CoderResult::InputEmpty;
        }
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &'static [u8]) -> Vec<(u64, String)> {
        super::super::records(bytes)
            .map(|record| (record.position, String::from_utf8(record.bytes).unwrap()))
            .collect()
    }

    #[test]
    fn line_ends_of_all_kinds_are_cut_off_and_empty_lines_passed_over() {
        assert_eq!(
            lines(b"one\r\n\ntwo\nthree"),
            [(1, "one".into()), (3, "two".into()), (4, "three".into())]
        );
    }

    #[test]
    fn utf_16_is_read_in_both_byte_orders() {
        let little: &'static [u8] = b"\xff\xfea\0\x42\x30\n\0b\0";
        let big: &'static [u8] = b"\xfe\xff\0a\x30\x42\0\n\0b";
        for bytes in [little, big] {
            assert_eq!(lines(bytes), [(1, "a\u{3042}".into()), (2, "b".into())]);
        }
    }

    #[test]
    fn a_compressed_file_that_was_cut_gives_all_that_it_held() {
        use std::io::Write;
        let text: String =
            (0..2000).map(|number| format!("line {number} {}\n", number * 7919 % 1013)).collect();
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(text.as_bytes()).unwrap();
        let mut packed = packer.finish().unwrap();
        packed.truncate(packed.len() * 2 / 3);
        let read: Vec<Record> = super::super::records(std::io::Cursor::new(packed)).collect();
        assert!(read.len() > 100);
        assert!(matches!(read.last().unwrap().trouble, Some(Trouble::Unreadable { .. })));
        let joined: Vec<&[u8]> = read.iter().map(|record| record.bytes.as_slice()).collect();
        assert!(text.as_bytes().starts_with(&joined.join(&b'\n')));
    }

    #[test]
    fn a_line_without_end_comes_in_pieces_that_add_up() {
        let long = std::io::repeat(b'x').take(3 * MAX_RECORD_BYTES as u64 + 5).chain(&b"\nnext\n"[..]);
        let read: Vec<Record> = super::super::records(long).collect();
        assert_eq!(read.iter().map(|record| record.bytes.len()).sum::<usize>(), 3 * MAX_RECORD_BYTES + 5 + 4);
        assert_eq!(read.iter().filter(|record| record.trouble.is_some()).count(), 4);
        assert_eq!(read.last().map(|record| (record.position, record.trouble.is_none())), Some((2, true)));
    }
}
