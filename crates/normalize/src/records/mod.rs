//! From files to records: what holds them is recognised by content, never by name.
//!
//! Text is read line by line in constant memory, whatever its size. EVTX is read chunk by chunk (64 KiB), gzip as a
//! stream; only zip archives are held in memory, up to [`crate::limits::MAX_ARCHIVE_BYTES`].

mod archive;
mod evtx;
mod json;
mod lines;
mod table;

use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::sync::Arc;

pub(crate) use table::Cells;
pub use table::Columns;

use crate::limits::MAX_ARCHIVE_DEPTH;

/// One record of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    pub bytes: Vec<u8>,
    /// Which record of its file or archive member it is, from 1. For plain text the line.
    pub position: u64,
    /// The archive member that it was in.
    pub member: Option<Arc<str>>,
    /// What the file's header says about its columns.
    pub(crate) columns: Option<Arc<Columns>>,
    /// Why this is not a whole record; its bytes are then what could be saved.
    pub trouble: Option<Trouble>,
}

/// What went wrong with a record or with what held it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// A record longer than the bound, handed on in pieces.
    #[error("longer than {} bytes: piece {piece}", crate::limits::MAX_RECORD_BYTES)]
    Piece { piece: u64 },
    /// Part of the file cannot be read; reading went on behind it where that was possible.
    #[error("{what} damaged at byte {offset}: {reason}")]
    Damaged { what: &'static str, offset: u64, reason: String },
    /// The file as a whole cannot be read.
    #[error("{reason}")]
    Unreadable { reason: String },
}

impl Record {
    fn new(bytes: Vec<u8>, position: u64) -> Self {
        Record { bytes, position, member: None, columns: None, trouble: None }
    }

    fn trouble(position: u64, trouble: Trouble) -> Self {
        Record { trouble: Some(trouble), ..Record::new(Vec::new(), position) }
    }
}

/// The records of a file, in their order.
pub struct Records(Box<dyn Iterator<Item = Record> + Send>);

impl Iterator for Records {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        self.0.next()
    }
}

/// Cuts a file into its records. A file that cannot be read, or not to its end, ends with a record whose
/// [`Record::trouble`] says why.
pub fn records(reader: impl Read + Send + 'static) -> Records {
    open(Box::new(reader), 0)
}

type Input = Box<dyn Read + Send>;

/// Fails once, with what failed before.
struct Failure(Option<io::Error>);

impl Read for Failure {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// How much of a file is looked at to recognise it.
const HEAD_BYTES: usize = 64 << 10;

fn open(mut reader: Input, depth: usize) -> Records {
    let mut head = Vec::new();
    let failure = reader.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head).err();
    let container = Container::of(&head);
    // What was read before a failure is still read as records.
    let whole = Cursor::new(head).chain(Failure(failure)).chain(reader);
    if matches!(container, Container::Gzip | Container::Zip) && depth == MAX_ARCHIVE_DEPTH {
        return unreadable(format!("archives nested deeper than {MAX_ARCHIVE_DEPTH}"));
    }
    match container {
        Container::Gzip => open(Box::new(archive::gunzip(whole)), depth + 1),
        Container::Zip => archive::unzip(whole, depth + 1),
        Container::Evtx => Records(Box::new(evtx::Events::new(whole))),
        Container::Utf16 => open(Box::new(lines::Utf16::new(BufReader::new(whole))), depth),
        Container::Json(wrapper) => Records(Box::new(json::Values::new(BufReader::new(whole), wrapper))),
        Container::Table(columns) => Records(Box::new(table::Rows::new(BufReader::new(whole), columns))),
        Container::Zeek => Records(Box::new(table::ZeekRows::new(BufReader::new(whole)))),
        Container::Text => Records(Box::new(lines::Lines::new(BufReader::with_capacity(HEAD_BYTES, whole)))),
        Container::ResourceFork => Records(Box::new(std::iter::empty())),
        Container::Binary(kind) => unreadable(format!("{kind} is no log that can be read here")),
    }
}

fn unreadable(reason: String) -> Records {
    Records(Box::new(std::iter::once(Record::trouble(1, Trouble::Unreadable { reason }))))
}

/// What holds the records.
enum Container {
    Gzip,
    Zip,
    Evtx,
    Utf16,
    /// JSON values that do not stand one to a line. True for an object around the list of records.
    Json(bool),
    Table(Columns),
    /// Zeek's tab-separated logs, and W3C's, whose header lines start with `#`.
    Zeek,
    Text,
    /// What macOS puts beside a file's content; nothing in it happened.
    ResourceFork,
    Binary(&'static str),
}

impl Container {
    fn of(head: &[u8]) -> Self {
        const BINARY: &[(&[u8], &str)] = &[
            (b"\x7fELF", "a program"),
            (b"MZ\x90", "a program"),
            (b"%PDF-", "a PDF"),
            (b"\x89PNG", "an image"),
            (b"\xff\xd8\xff", "an image"),
            (b"SQLite format 3\0", "a database"),
            (b"\xd0\xcf\x11\xe0", "an old Office file"),
            (b"(\xb5\x2f\xfd", "zstd compression"),
            (b"\xfd7zXZ", "xz compression"),
            (b"BZh", "bzip2 compression"),
            (b"7z\xbc\xaf", "a 7z archive"),
        ];
        match head {
            [0x1f, 0x8b, ..] => return Container::Gzip,
            [b'P', b'K', 3 | 5, 4 | 6, ..] => return Container::Zip,
            [0x00, 0x05, 0x16, 0x00 | 0x07, ..] => return Container::ResourceFork,
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => return Container::Utf16,
            _ if head.starts_with(b"ElfFile\0") => return Container::Evtx,
            _ => {}
        }
        if let Some((_, kind)) = BINARY.iter().find(|(mark, _)| head.starts_with(mark)) {
            return Container::Binary(kind);
        }
        let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
        if text.starts_with(b"#separator")
            || text.starts_with(b"#Software:")
            || text.starts_with(b"#Fields:")
            || text.starts_with(b"#Version:")
        {
            return Container::Zeek;
        }
        match text.first() {
            Some(b'[') if json::starts_list(text) => Container::Json(false),
            Some(b'{') if json::wraps_list(text) => Container::Json(true),
            Some(b'{') if !json::first_line_is_whole(text) => Container::Json(false),
            _ => Columns::of_csv(text).map_or(Container::Text, Container::Table),
        }
    }
}

/// Reads up to and including the next newline, at most `most` bytes. Returns false at the end of the file.
fn read_line(reader: &mut impl BufRead, line: &mut Vec<u8>, most: usize) -> io::Result<bool> {
    line.clear();
    let read = reader.take(most as u64).read_until(b'\n', line)?;
    Ok(read > 0)
}
