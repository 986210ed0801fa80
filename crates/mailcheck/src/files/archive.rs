//! Archives, unpacked in memory within the bounds.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::{Inspection, office, readable};
use crate::catalogue;
use crate::charset;
use crate::limits;

/// A name inside a zip: UTF-8 when it is that, else as Windows in Japan writes it.
fn zip_name(raw: &[u8]) -> String {
    charset::decode(raw, Some("shift_jis"))
}

pub(super) fn zip(inspection: &mut Inspection<'_>, place: &str, bytes: &[u8], depth: usize) {
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else {
        inspection.findings.blinded(
            "archive",
            "壊れた圧縮ファイルがあり、中身を確認していません。",
            "A broken archive could not be opened.",
        );
        return;
    };
    if archive.index_for_name("[Content_Types].xml").is_some() {
        office::ooxml(inspection, place, &mut archive);
        return;
    }
    if depth >= limits::ARCHIVE_DEPTH {
        inspection.findings.add(catalogue::FILE_BOMB, place, place);
        return;
    }
    for index in 0..archive.len() {
        // The raw entry opens without a password and for any method: enough for names and sizes.
        let Ok(entry) = archive.by_index_raw(index) else { continue };
        let name = zip_name(entry.name_raw());
        let (encrypted, size, packed) = (entry.encrypted(), entry.size(), entry.compressed_size());
        drop(entry);
        let inner = format!("{place} > {name}");
        if encrypted {
            inspection.locked(place);
            if !inspection.budget.take_file() {
                return;
            }
            inspection.name(&inner, super::Content::Other);
            continue;
        }
        if is_bomb(size, packed) {
            inspection.findings.add(catalogue::FILE_BOMB, &inner, place);
            continue;
        }
        if name.ends_with('/') {
            continue;
        }
        let most = readable(inspection.budget);
        let mut content = Vec::new();
        let read =
            archive.by_index(index).is_ok_and(|entry| entry.take(most + 1).read_to_end(&mut content).is_ok());
        inspection.budget.unpacked(content.len());
        if content.len() as u64 > most {
            too_large(inspection);
            return;
        }
        if !read {
            inspection.unread(&inner);
        }
        inspection.file(&inner, &content, depth + 1);
    }
}

pub(super) fn gzip(inspection: &mut Inspection<'_>, place: &str, bytes: &[u8], depth: usize) {
    if depth >= limits::ARCHIVE_DEPTH {
        inspection.findings.add(catalogue::FILE_BOMB, place, place);
        return;
    }
    let most = readable(inspection.budget);
    let mut content = Vec::new();
    // What was read before an error is still looked at.
    let whole = flate2::read::GzDecoder::new(bytes).take(most + 1).read_to_end(&mut content).is_ok();
    inspection.budget.unpacked(content.len());
    if is_bomb(content.len() as u64, bytes.len() as u64) {
        inspection.findings.add(catalogue::FILE_BOMB, place, place);
    } else if content.len() as u64 > most || !whole {
        too_large(inspection);
    }
    let name = place.strip_suffix(".gz").unwrap_or(place);
    inspection.file(name, &content, depth + 1);
}

fn is_bomb(size: u64, packed: u64) -> bool {
    size >= limits::BOMB_FROM_BYTES && size / packed.max(1) > limits::RATIO
}

fn too_large(inspection: &mut Inspection<'_>) {
    inspection.findings.blinded(
        "archive",
        "圧縮ファイルの中身が大きいため、一部を確認していません。",
        "An archive is large inside; part of it was not looked at.",
    );
}

#[cfg(test)]
mod tests {
    use super::super::tests::ids;
    use std::io::Write;

    fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, bytes) in files {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn programs_are_found_inside_archives_inside_archives() {
        let inner = zipped(&[("注文書.pdf.scr", b"MZ")]);
        let outer = zipped(&[("a.zip", &inner), ("readme.txt", b"hello")]);
        assert_eq!(ids("files.zip", &outer), ["file.double_extension", "file.program"]);
    }

    #[test]
    fn a_bomb_is_named_and_not_unpacked() {
        assert_eq!(ids("a.zip", &zipped(&[("zeros", &vec![0; 8 << 20])])), ["file.bomb"]);
        let mut layered = zipped(&[("a.txt", b"x")]);
        for _ in 0..6 {
            layered = zipped(&[("a.zip", &layered)]);
        }
        assert_eq!(ids("a.zip", &layered), ["file.bomb"]);
    }

    #[test]
    fn an_encrypted_archive_is_said_to_be_unread_but_its_names_are_read() {
        let mut bytes = zipped(&[("注文書.exe", b"MZ")]);
        // The flag that says "encrypted", in the local and in the central header.
        for (mark, at) in [(&b"PK\x03\x04"[..], 6), (b"PK\x01\x02", 8)] {
            let found = bytes.windows(4).position(|w| w == mark).unwrap();
            bytes[found + at] |= 1;
        }
        assert_eq!(ids("a.zip", &bytes), ["file.encrypted", "file.program"]);
    }

    #[test]
    fn broken_archives_end() {
        let whole = zipped(&[("a.txt", b"hello")]);
        for cut in 0..whole.len() {
            ids("a.zip", &whole[..cut]);
        }
    }
}
