//! Outlook's `.msg`: the same mail, kept as properties in an OLE file (MS-OXMSG).
//!
//! Read are the headers of the way, the sender, the subject, plain and HTML text and the attachments. Text that is kept
//! only as compressed rich text is not read; that is said.

use std::borrow::Cow;
use std::io::{Cursor, Read};

use cfb::CompoundFile;

use crate::charset;
use crate::limits;
use crate::mime::{self, File, Mail, Mailbox, Text};

/// Property tags of MS-OXPROPS, as they appear in stream names.
const SUBJECT: &str = "0037";
const HEADERS: &str = "007D";
const SENDER_NAME: &str = "0C1A";
const SENDER_ADDRESS: &str = "0C1F";
const SENDER_SMTP: &str = "5D01";
const BODY: &str = "1000";
const HTML: &str = "1013";
const RICH: &str = "1009";
const FILE_LONG_NAME: &str = "3707";
const FILE_NAME: &str = "3704";
const FILE_DATA: &str = "3701";
/// Attachments read.
const FILES: usize = 200;

/// A `.msg` file, read.
#[derive(Debug, Default)]
pub(crate) struct Outlook {
    head: Vec<u8>,
    sender: Mailbox,
    subject: String,
    texts: Vec<Text>,
    files: Vec<(String, Vec<u8>)>,
    /// There is text that could not be read.
    pub(crate) rich_only: bool,
}

/// Whether the bytes are an OLE file that holds a message.
pub(crate) fn is_message(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
        && CompoundFile::open(Cursor::new(bytes)).is_ok_and(|file| file.is_stream("/__properties_version1.0"))
}

/// Reads a message; `None` when the file is broken.
pub(crate) fn read(bytes: &[u8]) -> Option<Outlook> {
    let mut file = CompoundFile::open(Cursor::new(bytes)).ok()?;
    let text = |file: &mut CompoundFile<_>, tag: &str| text_of(file, "", tag).unwrap_or_default();
    let smtp = text(&mut file, SENDER_SMTP);
    let address = if smtp.contains('@') { smtp } else { text(&mut file, SENDER_ADDRESS) };
    let mut message = Outlook {
        head: text(&mut file, HEADERS).into_bytes(),
        sender: Mailbox { name: text(&mut file, SENDER_NAME), address },
        subject: text(&mut file, SUBJECT),
        ..Outlook::default()
    };
    let plain = text(&mut file, BODY);
    if !plain.trim().is_empty() {
        message.texts.push(Text { content: plain, is_html: false });
    }
    let html = binary_of(&mut file, "", HTML)
        .map(|bytes| charset::decode(&bytes, None))
        .or_else(|| text_of(&mut file, "", HTML));
    if let Some(content) = html.filter(|html| !html.trim().is_empty()) {
        message.texts.push(Text { content, is_html: true });
    }
    message.rich_only = message.texts.is_empty() && binary_of(&mut file, "", RICH).is_some();
    let folders: Vec<String> = file
        .read_root_storage()
        .filter(|entry| entry.is_storage() && entry.name().starts_with("__attach_version1.0_#"))
        .map(|entry| format!("/{}", entry.name()))
        .take(FILES)
        .collect();
    for folder in folders {
        let name = text_of(&mut file, &folder, FILE_LONG_NAME)
            .or_else(|| text_of(&mut file, &folder, FILE_NAME))
            .unwrap_or_default();
        if let Some(bytes) = binary_of(&mut file, &folder, FILE_DATA) {
            message.files.push((name, bytes));
        }
    }
    Some(message)
}

impl Outlook {
    /// The message in the form of every other mail.
    pub(crate) fn mail(&self) -> Mail<'_> {
        let mut mail = Mail::default();
        mime::read_head(&self.head, &mut mail);
        if mail.from.is_empty() && !(self.sender.name.is_empty() && self.sender.address.is_empty()) {
            mail.from.push(self.sender.clone());
        }
        if mail.subject.is_empty() {
            mail.subject.clone_from(&self.subject);
        }
        mail.texts.extend(
            self.texts.iter().map(|text| Text { content: text.content.clone(), is_html: text.is_html }),
        );
        for (name, bytes) in &self.files {
            if name.to_ascii_lowercase().ends_with(".eml") {
                mail.attached.push(Cow::Borrowed(bytes));
            } else {
                mail.files.push(File { name: name.clone(), bytes: Cow::Borrowed(bytes) });
            }
        }
        mail
    }
}

/// A text property: UTF-16 (`001F`) or the sender's code page (`001E`).
fn text_of(file: &mut CompoundFile<Cursor<&[u8]>>, folder: &str, tag: &str) -> Option<String> {
    if let Some(bytes) = stream(file, &format!("{folder}/__substg1.0_{tag}001F")) {
        return Some(
            encoding_rs::UTF_16LE.decode_without_bom_handling(&bytes).0.trim_end_matches('\0').to_owned(),
        );
    }
    stream(file, &format!("{folder}/__substg1.0_{tag}001E"))
        .map(|bytes| charset::decode(&bytes, None).trim_end_matches('\0').to_owned())
}

fn binary_of(file: &mut CompoundFile<Cursor<&[u8]>>, folder: &str, tag: &str) -> Option<Vec<u8>> {
    stream(file, &format!("{folder}/__substg1.0_{tag}0102"))
}

fn stream(file: &mut CompoundFile<Cursor<&[u8]>>, path: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    file.open_stream(path).ok()?.take(limits::MAIL_BYTES as u64).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::io::Write;

    /// A message with a sender, a subject, a text and one attachment.
    pub(crate) fn sample() -> Vec<u8> {
        let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let mut file = CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        file.create_storage("/__attach_version1.0_#00000000").unwrap();
        for (path, bytes) in [
            ("/__properties_version1.0", vec![0; 32]),
            ("/__substg1.0_0037001F", wide("請求書")),
            ("/__substg1.0_0C1A001F", wide("三井住友カード")),
            ("/__substg1.0_5D01001F", wide("info@card-check.example")),
            ("/__substg1.0_1000001F", wide("本日中に https://192.0.2.9/ でカード情報を入力してください")),
            ("/__attach_version1.0_#00000000/__substg1.0_3707001F", wide("a.pdf.exe")),
            ("/__attach_version1.0_#00000000/__substg1.0_37010102", b"MZ".to_vec()),
        ] {
            file.create_stream(path).unwrap().write_all(&bytes).unwrap();
        }
        file.into_inner().into_inner()
    }

    #[test]
    fn a_message_of_outlook_is_read() {
        let bytes = sample();
        assert!(is_message(&bytes));
        let message = read(&bytes).unwrap();
        let mail = message.mail();
        assert_eq!(
            (mail.subject.as_str(), mail.sender().address.as_str()),
            ("請求書", "info@card-check.example")
        );
        assert_eq!((mail.files[0].name.as_str(), &*mail.files[0].bytes), ("a.pdf.exe", &b"MZ"[..]));
    }

    #[test]
    fn broken_files_end() {
        let bytes = sample();
        for cut in (0..bytes.len()).step_by(97) {
            if is_message(&bytes[..cut]) {
                read(&bytes[..cut]);
            }
        }
    }
}
