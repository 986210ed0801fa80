//! Files: what they are by their content, and what could happen if somebody opened them. Nothing is opened or run.

mod archive;
mod office;
mod pdf;
mod picture;

use crate::catalogue;
use crate::html;
use crate::limits::{self, Budget};
use crate::links::{self, Link};
use crate::verdict::Findings;

/// What a file is by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    Program,
    Shortcut,
    Zip,
    Ole,
    Pdf,
    Picture,
    Html,
    Rtf,
    OneNote,
    DiskImage,
    Gzip,
    /// Rar, 7z, cab: kinds that are not opened here.
    OtherArchive,
    Other,
}

/// Endings that run when opened on Windows or macOS.
const RUNS: &[&str] = &[
    "exe",
    "scr",
    "com",
    "pif",
    "cpl",
    "msi",
    "msix",
    "appx",
    "dll",
    "bat",
    "cmd",
    "ps1",
    "psm1",
    "vbs",
    "vbe",
    "js",
    "jse",
    "wsf",
    "wsh",
    "hta",
    "lnk",
    "jar",
    "reg",
    "xll",
    "wll",
    "inf",
    "sct",
    "msc",
    "chm",
    "app",
    "dmg",
    "pkg",
    "iqy",
    "slk",
    "url",
    "search-ms",
    "library-ms",
    "appref-ms",
    "settingcontent-ms",
    "application",
];
/// Endings of documents behind which another ending hides.
const DOCUMENTS: &[&str] = &[
    "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "txt", "jpg", "jpeg", "png", "gif", "csv", "zip",
    "html", "htm", "rtf", "mp3", "mp4",
];
const DISKS: &[&str] = &["iso", "img", "vhd", "vhdx", "udf"];
const PAGES: &[&str] = &["html", "htm", "shtml", "xhtml", "mht", "mhtml", "svg"];

/// Bytes of a page that are read.
const PAGE_BYTES: usize = 4 << 20;

/// What all files of one mail share.
pub(crate) struct Inspection<'f> {
    pub(crate) findings: &'f mut Findings,
    pub(crate) budget: &'f mut Budget,
    pub(crate) links: &'f mut Vec<Link>,
    /// Something among the files is encrypted.
    pub(crate) encrypted: bool,
}

impl Inspection<'_> {
    /// Looks at one file; `depth` counts the archives around it.
    pub(crate) fn file(&mut self, name: &str, bytes: &[u8], depth: usize) {
        if !self.budget.take_file() {
            self.findings.blinded(
                "files",
                "添付ファイルの数が多すぎるため、一部を確認していません。",
                "There are too many attached files; some were not looked at.",
            );
            return;
        }
        let content = identify(bytes);
        self.name(name, content);
        let place = if name.is_empty() { "file" } else { name };
        match content {
            Content::Program | Content::Shortcut => self.findings.add(catalogue::FILE_PROGRAM, place, place),
            Content::DiskImage => self.findings.add(catalogue::FILE_DISK, place, place),
            Content::Zip => archive::zip(self, place, bytes, depth),
            Content::Gzip => archive::gzip(self, place, bytes, depth),
            Content::OtherArchive => self.unread(place),
            Content::Ole => office::ole(self, place, bytes),
            Content::Rtf => office::rtf(self, place, bytes),
            Content::OneNote => self.findings.add(catalogue::FILE_OBJECT, place, place),
            Content::Pdf => pdf::read(self, place, bytes),
            Content::Picture => picture::read(self, place, bytes),
            Content::Html => self.page(place, bytes),
            Content::Other if PAGES.contains(&ending(name).as_str()) => self.page(place, bytes),
            Content::Other => {}
        }
    }

    fn name(&mut self, name: &str, content: Content) {
        let clean: String = name.chars().filter(|c| !crate::wording::is_invisible(*c)).collect();
        let turned = name.chars().any(|c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'));
        let ending = ending(&clean);
        if RUNS.contains(&ending.as_str()) {
            self.findings.add(catalogue::FILE_PROGRAM, name, name);
        }
        if DISKS.contains(&ending.as_str()) {
            self.findings.add(catalogue::FILE_DISK, name, name);
        }
        let mut pieces = clean.rsplit('.').map(|piece| piece.trim().to_ascii_lowercase());
        let (last, before) = (pieces.next().unwrap_or_default(), pieces.next().unwrap_or_default());
        let hides = DOCUMENTS.contains(&before.as_str())
            && (RUNS.contains(&last.as_str())
                || DISKS.contains(&last.as_str())
                || PAGES.contains(&last.as_str()));
        if turned || hides {
            self.findings.add(catalogue::FILE_DOUBLE, &clean, name);
        }
        let disguised = match content {
            Content::Program | Content::Html | Content::Shortcut => {
                DOCUMENTS.contains(&ending.as_str()) && !PAGES.contains(&ending.as_str())
            }
            Content::Rtf | Content::Zip | Content::Ole => {
                matches!(ending.as_str(), "pdf" | "jpg" | "jpeg" | "png" | "gif" | "txt")
            }
            _ => false,
        };
        if disguised {
            self.findings.add(catalogue::FILE_MISMATCH, name, name);
        }
    }

    fn page(&mut self, place: &str, bytes: &[u8]) {
        let text = crate::charset::decode(bytes.get(..PAGE_BYTES).unwrap_or(bytes), None);
        let page = html::read(&text);
        links::in_page(&page, place, self.links);
        let svg = ending(place) == "svg";
        if !svg {
            self.findings.add(catalogue::FILE_HTML, place, place);
        }
        let script: String = page.script.chars().filter(|c| !c.is_whitespace()).collect();
        if let Some(trick) = builds_a_file(&script) {
            self.findings.add(catalogue::FILE_SMUGGLING, trick, place);
        } else if svg && !script.is_empty() {
            self.findings.add(catalogue::FILE_HTML, "svg + script", place);
        }
        if page.asks_password || script.contains("type=\"password\"") || script.contains("type='password'") {
            self.findings.add(catalogue::FILE_FORM, place, place);
        }
    }

    /// Something that is not opened here: rar, 7z, encrypted.
    fn unread(&mut self, place: &str) {
        self.findings.blinded(
            "archive",
            "開けない形式の圧縮ファイルがあり、中身を確認していません。",
            "An archive of a kind that cannot be opened here was not looked into.",
        );
        self.findings.add(catalogue::FILE_ENCRYPTED, place, place);
    }

    pub(crate) fn locked(&mut self, place: &str) {
        self.encrypted = true;
        self.findings.blinded(
            "encrypted",
            "暗号化されたファイルの中身は確認していません。",
            "The content of an encrypted file was not checked.",
        );
        self.findings.add(catalogue::FILE_ENCRYPTED, place, place);
    }
}

/// The trick by which a page's script makes a file in the browser, or hides what it does.
fn builds_a_file(script: &str) -> Option<&'static str> {
    let has = |what: &str| script.contains(what);
    if (has("newBlob(") && (has("createObjectURL") || has(".download=")))
        || has("msSaveOrOpenBlob")
        || has("msSaveBlob")
    {
        Some("Blob + download")
    } else if has("atob(") && (has("document.write") || has("eval(") || has("innerHTML") || has("location")) {
        Some("atob + document.write")
    } else if has("eval(unescape(")
        || has("document.write(unescape(")
        || has("String.fromCharCode(") && has("eval(")
    {
        Some("unescape + eval")
    } else {
        None
    }
}

/// The last ending of a name, in lower case.
pub(crate) fn ending(name: &str) -> String {
    name.rsplit_once('.')
        .map_or("", |(_, ending)| ending)
        .trim()
        .trim_end_matches(['"', '\'', ' ', '.'])
        .to_ascii_lowercase()
}

/// What a file is by its content.
pub(crate) fn identify(bytes: &[u8]) -> Content {
    const ISO_AT: usize = 0x8001;
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    if starts(b"MZ") || starts(b"\x7fELF") || starts(b"\xcf\xfa\xed\xfe") || starts(b"\xca\xfe\xba\xbe") {
        return Content::Program;
    }
    if starts(b"L\0\0\0\x01\x14\x02\0") || starts(b"[InternetShortcut]") {
        return Content::Shortcut;
    }
    if starts(b"PK\x03\x04") || starts(b"PK\x05\x06") {
        return Content::Zip;
    }
    if starts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return Content::Ole;
    }
    // Readers accept some bytes before the mark.
    if bytes.get(..1024).unwrap_or(bytes).windows(5).any(|w| w == b"%PDF-") {
        return Content::Pdf;
    }
    if starts(b"\x89PNG")
        || starts(b"\xff\xd8\xff")
        || starts(b"GIF8")
        || starts(b"BM")
        || (starts(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"))
    {
        return Content::Picture;
    }
    if starts(b"{\\rt") {
        return Content::Rtf;
    }
    if starts(b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3") {
        return Content::OneNote;
    }
    if bytes.get(ISO_AT..ISO_AT + 5) == Some(b"CD001") || starts(b"vhdxfile") || starts(b"conectix") {
        return Content::DiskImage;
    }
    if starts(b"\x1f\x8b") {
        return Content::Gzip;
    }
    if starts(b"Rar!\x1a\x07") || starts(b"7z\xbc\xaf\x27\x1c") || starts(b"MSCF") || starts(b"\xfd7zXZ") {
        return Content::OtherArchive;
    }
    let opening = String::from_utf8_lossy(bytes.get(..512).unwrap_or(bytes)).to_ascii_lowercase();
    let opening = opening.trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t']);
    if ["<!doctype html", "<html", "<head", "<script", "<body"].iter().any(|mark| opening.starts_with(mark)) {
        return Content::Html;
    }
    Content::Other
}

/// Bytes of an archive's entry that are read: what the budget still allows.
fn readable(budget: &Budget) -> u64 {
    budget.unpackable().min(limits::UNPACKED_FILE_BYTES) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn ids(name: &str, bytes: &[u8]) -> Vec<&'static str> {
        let (mut findings, mut budget, mut links) = (Findings::default(), Budget::default(), Vec::new());
        let mut inspection =
            Inspection { findings: &mut findings, budget: &mut budget, links: &mut links, encrypted: false };
        inspection.file(name, bytes, 0);
        let mut ids: Vec<_> = findings.conclude(crate::Judged::Itself).signals.iter().map(|s| s.id).collect();
        ids.sort_unstable();
        ids
    }

    #[test]
    fn content_and_name_are_both_looked_at() {
        for (name, bytes, expected) in [
            ("請求書.pdf", &b"MZ\x90\0"[..], &["file.program", "file.type_mismatch"][..]),
            ("invoice.pdf.exe", b"MZ\x90\0", &["file.double_extension", "file.program"]),
            ("report.js", b"var a", &["file.program"]),
            ("a.lnk", b"L\0\0\0\x01\x14\x02\0", &["file.program"]),
            ("photo\u{202e}gpj.exe", b"MZ", &["file.double_extension", "file.program"]),
            ("disk.iso", b"\0\0", &["file.disk_image"]),
            ("a.html", b"<html><form><input type=password></form>", &["file.html", "file.password_form"]),
            (
                "a.html",
                b"<script>new Blob([x]);URL.createObjectURL(b)</script>",
                &["file.html", "file.html_smuggling"],
            ),
            ("notes.txt", b"hello", &[]),
            ("photo.jpg", b"\xff\xd8\xff\xe0", &[]),
            ("v1.2.pdf", b"%PDF-1.4", &[]),
        ] {
            assert_eq!(ids(name, bytes), expected, "{name}");
        }
    }
}
