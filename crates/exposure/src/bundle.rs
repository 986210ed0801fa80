//! Files inside files: gzip, tar and zip, unpacked in memory and never past a bound.

use std::io::{Cursor, Read};

use crate::place::{Place, SetAside, Unreadable};

/// More entries than this are set aside: the largest OSV bundle (all of npm) has about 220,000.
pub const MAX_ENTRIES: usize = 1_000_000;
/// One advisory of the field's largest feeds (a Linux kernel entry with every version) has about 3 MB.
pub const MAX_ENTRY_BYTES: u64 = 32 << 20;
/// What one bundle may unpack to.
pub const MAX_BUNDLE_BYTES: u64 = 4 << 30;

/// Unpacks gzip when the bytes are gzip; otherwise copies nothing.
///
/// # Errors
/// When the stream is cut or unpacks to more than `limit` bytes.
pub fn gunzip<'a>(
    name: &str,
    bytes: &'a [u8],
    limit: usize,
) -> Result<std::borrow::Cow<'a, [u8]>, Unreadable> {
    if !bytes.starts_with(&[0x1F, 0x8B]) {
        return Ok(std::borrow::Cow::Borrowed(bytes));
    }
    let mut unpacked = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes).take(limit as u64 + 1).read_to_end(&mut unpacked).map_err(
        |error| Unreadable::new(name, format!("the gzip stream breaks off: {error}"), "fetch it again"),
    )?;
    if unpacked.len() > limit {
        let reason = format!("it unpacks to more than {} MB", limit >> 20);
        return Err(Unreadable::new(name, reason, "split it, or check where it came from"));
    }
    Ok(std::borrow::Cow::Owned(unpacked))
}

/// True for a zip file.
pub fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// True for a tar file, not compressed.
pub fn is_tar(bytes: &[u8]) -> bool {
    bytes.get(257..262) == Some(b"ustar")
}

/// Hands every file of a tar or zip to `visit`, one at a time, with its path. What cannot be read is set aside.
///
/// # Errors
/// When the directory of the bundle itself cannot be read.
pub fn each_entry(
    name: &str,
    bytes: &[u8],
    set_aside: &mut Vec<SetAside>,
    visit: &mut dyn FnMut(&str, &[u8]),
) -> Result<(), Unreadable> {
    let unreadable = |error: &dyn std::fmt::Display| {
        Unreadable::new(
            name,
            format!("the bundle breaks off: {error}"),
            "fetch it again; the older data stays in force",
        )
    };
    let mut budget = MAX_BUNDLE_BYTES;
    if is_zip(bytes) {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| unreadable(&error))?;
        for index in 0..archive.len().min(MAX_ENTRIES) {
            let at = Place::item(index);
            match archive.by_index(index) {
                Ok(entry) if entry.is_dir() => {}
                Ok(entry) => {
                    let path = entry.name().map(std::borrow::Cow::into_owned).unwrap_or_default();
                    visit_entry(&path, entry, at, &mut budget, set_aside, visit);
                }
                Err(error) => set_aside.push(SetAside::new(at, name, format!("unreadable entry: {error}"))),
            }
        }
    } else {
        let mut archive = tar::Archive::new(bytes);
        let entries = archive.entries().map_err(|error| unreadable(&error))?;
        for (index, entry) in entries.enumerate().take(MAX_ENTRIES) {
            let entry = entry.map_err(|error| unreadable(&error))?;
            if entry.header().entry_type().is_file() {
                let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
                visit_entry(&path, entry, Place::item(index), &mut budget, set_aside, visit);
            }
        }
    }
    Ok(())
}

fn visit_entry(
    path: &str,
    entry: impl Read,
    at: Place,
    budget: &mut u64,
    set_aside: &mut Vec<SetAside>,
    visit: &mut dyn FnMut(&str, &[u8]),
) {
    let mut content = Vec::new();
    let limit = MAX_ENTRY_BYTES.min(*budget);
    match entry.take(limit + 1).read_to_end(&mut content) {
        Ok(_) if content.len() as u64 > limit => {
            set_aside.push(SetAside::new(at, path, format!("more than {limit} bytes unpacked")));
        }
        Ok(read) => {
            *budget -= read as u64;
            visit(path, &content);
        }
        Err(error) => set_aside.push(SetAside::new(at, path, format!("unreadable entry: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_gzip_bomb_is_refused_at_the_bound() {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(&vec![0; 1 << 20]).unwrap();
        let bomb = encoder.finish().unwrap();
        assert!(gunzip("bomb.gz", &bomb, 1 << 16).unwrap_err().reason.contains("unpacks to more"));
        let cut = &bomb[..bomb.len() / 2];
        assert!(gunzip("cut.gz", cut, 2 << 20).unwrap_err().reason.contains("breaks off"));
    }
}
