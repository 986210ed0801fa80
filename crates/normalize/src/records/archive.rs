//! Compressed files: gzip as a stream, zip archives member by member, both bounded against bombs.

use std::io::{self, Cursor, Read};
use std::sync::Arc;

use flate2::read::{DeflateDecoder, MultiGzDecoder};

use super::{Input, Record, Records, Trouble, open, unreadable};
use crate::limits::{
    MAX_ARCHIVE_BYTES, MAX_ARCHIVE_MEMBERS, MAX_INFLATED_BYTES, MAX_RATIO, RATIO_FREE_BYTES,
};

/// A gzip stream, of one or more members.
pub(super) fn gunzip(reader: impl Read + Send) -> impl Read + Send {
    let packed = Counted { reader, count: 0 };
    Bounded {
        inflated: 0,
        reader: MultiGzDecoder::new(packed),
        packed: |decoder: &MultiGzDecoder<Counted<_>>| decoder.get_ref().count,
    }
}

/// Counts what was read.
struct Counted<R> {
    reader: R,
    count: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(out)?;
        self.count += read as u64;
        Ok(read)
    }
}

/// Stops a stream that inflates beyond belief.
struct Bounded<R, P> {
    reader: R,
    inflated: u64,
    packed: P,
}

impl<R: Read, P: Fn(&R) -> u64> Read for Bounded<R, P> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(out)?;
        self.inflated += read as u64;
        let ratio_limit = RATIO_FREE_BYTES.max((self.packed)(&self.reader).saturating_mul(MAX_RATIO));
        if self.inflated > MAX_INFLATED_BYTES || self.inflated > ratio_limit {
            return Err(io::Error::other(format!(
                "compressed more than {MAX_RATIO} to 1, which no log is: refused"
            )));
        }
        Ok(read)
    }
}

/// The archive's bytes, shared by the members that are read from it.
#[derive(Clone)]
struct Shared(Arc<Vec<u8>>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// A member as the archive's directory lists it.
struct Member {
    name: Arc<str>,
    start: u64,
    packed: u64,
    stored: bool,
}

/// The records of every member of a zip archive, one member after the other.
pub(super) fn unzip(reader: impl Read, depth: usize) -> Records {
    let mut bytes = Vec::new();
    match reader.take(MAX_ARCHIVE_BYTES + 1).read_to_end(&mut bytes) {
        Ok(_) if bytes.len() as u64 > MAX_ARCHIVE_BYTES => {
            return unreadable(format!("zip archive larger than {MAX_ARCHIVE_BYTES} bytes: unpack it first"));
        }
        Ok(_) => {}
        Err(error) => return unreadable(format!("reading failed: {error}")),
    }
    let archive = Shared(Arc::new(bytes));
    let members = match directory(&archive) {
        Ok(members) => members,
        Err(reason) => return unreadable(reason),
    };
    Records(Box::new(members.into_iter().flat_map(move |member| match member {
        Ok(member) => {
            let name = Arc::clone(&member.name);
            let records = open(inflate(&archive, &member), depth);
            Records(Box::new(records.map(move |record| Record {
                member: record.member.or_else(|| Some(Arc::clone(&name))),
                ..record
            })))
        }
        Err(trouble) => Records(Box::new(std::iter::once(Record::trouble(1, trouble)))),
    })))
}

fn inflate(archive: &Shared, member: &Member) -> Input {
    let mut packed = Cursor::new(archive.clone());
    packed.set_position(member.start);
    let packed = packed.take(member.packed);
    if member.stored {
        return Box::new(packed);
    }
    let counted = Counted { reader: packed, count: 0 };
    Box::new(Bounded {
        inflated: 0,
        reader: DeflateDecoder::new(counted),
        packed: |decoder: &DeflateDecoder<Counted<_>>| decoder.get_ref().count,
    })
}

fn directory(archive: &Shared) -> Result<Vec<Result<Member, Trouble>>, String> {
    let mut zip = zip::ZipArchive::new(Cursor::new(archive.clone()))
        .map_err(|error| format!("zip archive: {error}"))?;
    if zip.len() > MAX_ARCHIVE_MEMBERS {
        return Err(format!("zip archive with more than {MAX_ARCHIVE_MEMBERS} members"));
    }
    if zip.index_for_name("[Content_Types].xml").is_some() {
        return Err("an Office file, not a log: save the sheet as CSV".to_owned());
    }
    let mut members = Vec::with_capacity(zip.len());
    for index in 0..zip.len() {
        let member = zip.by_index_raw(index).map_err(|error| error.to_string()).and_then(|file| {
            let name: Arc<str> = file.name().map_err(|error| error.to_string())?.into();
            if file.is_dir() {
                return Ok(None);
            }
            let stored = match file.compression() {
                zip::CompressionMethod::Stored => true,
                zip::CompressionMethod::Deflated => false,
                other => return Err(format!("{name}: compressed with {other}")),
            };
            if file.encrypted() {
                return Err(format!("{name}: encrypted"));
            }
            let start = file.data_start().ok_or_else(|| format!("{name}: no data"))?;
            Ok(Some(Member { name, start, packed: file.compressed_size(), stored }))
        });
        match member {
            Ok(Some(member)) => members.push(Ok(member)),
            Ok(None) => {}
            Err(reason) => members.push(Err(Trouble::Unreadable { reason: format!("zip member {reason}") })),
        }
    }
    Ok(members)
}
