//! Mail bytes to headers, texts, files and attached mails.
//!
//! `mail-parser` reads addresses, dates, encoded words and parameters. The division into parts is done here, because it
//! must stay linear and bounded for any input, and because the bytes of a text are needed when its charset is a lie:
//! every level of multiparts passes over its bytes once, at most [`limits::MULTIPART_DEPTH`] times in all.

use std::borrow::Cow;

use mail_parser::decoders::{base64::base64_decode, quoted_printable::quoted_printable_decode};
use mail_parser::{Address, HeaderName, HeaderValue, MessageParser, MimeHeaders};

use crate::charset;
use crate::limits::{self, Budget};

/// A name and an address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Mailbox {
    pub(crate) name: String,
    pub(crate) address: String,
}

impl Mailbox {
    /// The host of the address in lower case, in ASCII where it is a name of other letters; empty when there is none.
    pub(crate) fn host(&self) -> String {
        let host = self.address.rsplit_once('@').map_or("", |(_, host)| host).trim().to_lowercase();
        if host.is_ascii() { host } else { idna::domain_to_ascii(&host).unwrap_or(host) }
    }
}

/// One header as it stands in the mail.
#[derive(Debug, Clone)]
pub(crate) struct Header<'a> {
    /// Name in lower case.
    pub(crate) name: String,
    /// The whole field with its name and line ends, as signatures need it.
    pub(crate) field: &'a [u8],
}

impl Header<'_> {
    /// The value on one line.
    pub(crate) fn value(&self) -> String {
        let text = String::from_utf8_lossy(self.field);
        let value = text.split_once(':').map_or("", |(_, value)| value);
        value.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// A text part, decoded.
#[derive(Debug)]
pub(crate) struct Text {
    pub(crate) content: String,
    pub(crate) is_html: bool,
}

/// A part that is no text of the mail.
#[derive(Debug)]
pub(crate) struct File<'a> {
    pub(crate) name: String,
    pub(crate) bytes: Cow<'a, [u8]>,
}

/// One mail, read.
#[derive(Debug, Default)]
pub(crate) struct Mail<'a> {
    pub(crate) headers: Vec<Header<'a>>,
    /// The bytes after the headers, as signatures need them.
    pub(crate) body: &'a [u8],
    pub(crate) from: Vec<Mailbox>,
    pub(crate) reply_to: Vec<Mailbox>,
    pub(crate) to: Vec<Mailbox>,
    pub(crate) subject: String,
    pub(crate) texts: Vec<Text>,
    pub(crate) files: Vec<File<'a>>,
    /// The bytes of attached mails.
    pub(crate) attached: Vec<Cow<'a, [u8]>>,
    /// Some parts were left out because a bound was reached.
    pub(crate) cut: bool,
}

impl Mail<'_> {
    pub(crate) fn header(&self, name: &str) -> Option<&Header<'_>> {
        self.headers.iter().find(|header| header.name == name)
    }

    pub(crate) fn sender(&self) -> Mailbox {
        self.from.first().cloned().unwrap_or_default()
    }

    /// Whether it carries nothing that could be a mail.
    pub(crate) fn is_empty(&self) -> bool {
        self.from.is_empty()
            && self.subject.is_empty()
            && self.texts.is_empty()
            && self.files.is_empty()
            && self.attached.is_empty()
    }
}

/// What a part says of itself.
#[derive(Debug, Default)]
struct Described {
    /// `type/subtype` in lower case.
    kind: String,
    boundary: Option<String>,
    charset: Option<String>,
    encoding: String,
    name: String,
    is_attachment: bool,
}

/// Reads a mail. Whatever the bytes are, something is read; what was left out is noted in `cut`.
pub(crate) fn read<'a>(bytes: &'a [u8], budget: &mut Budget) -> Mail<'a> {
    let bytes = without_mbox_line(bytes);
    let (head, body) = split_head(bytes, limits::HEADER_BYTES);
    let mut mail = Mail { headers: raw_headers(head), body, ..Mail::default() };
    read_addresses(head, &mut mail);
    let mut texts_left = limits::TEXT_BYTES;
    read_part(head, body, 0, budget, &mut texts_left, &mut mail);
    mail
}

/// The headers that an Outlook file keeps as text.
pub(crate) fn read_head<'a>(head: &'a [u8], mail: &mut Mail<'a>) {
    mail.headers = raw_headers(head);
    read_addresses(head, mail);
}

fn without_mbox_line(bytes: &[u8]) -> &[u8] {
    let trimmed = bytes.trim_ascii_start();
    if trimmed.starts_with(b"From ") {
        trimmed.iter().position(|b| *b == b'\n').and_then(|end| trimmed.get(end + 1..)).unwrap_or_default()
    } else {
        trimmed
    }
}

/// Headers and body; the headers end at the first empty line or at the bound.
fn split_head(bytes: &[u8], most: usize) -> (&[u8], &[u8]) {
    let mut start = 0;
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        if line.trim_ascii().is_empty() {
            return (
                bytes.get(..start).unwrap_or_default(),
                bytes.get(start + line.len()..).unwrap_or_default(),
            );
        }
        if start > most {
            break;
        }
        start += line.len();
    }
    bytes.split_at(start.min(bytes.len()).min(most))
}

fn raw_headers(head: &[u8]) -> Vec<Header<'_>> {
    let mut fields: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    for line in head.split_inclusive(|b| *b == b'\n') {
        let folded = line.first().is_some_and(|b| *b == b' ' || *b == b'\t');
        match fields.last_mut() {
            Some(last) if folded => last.1 = at + line.len(),
            _ => fields.push((at, at + line.len())),
        }
        at += line.len();
    }
    fields
        .into_iter()
        .filter_map(|(from, to)| {
            let field = head.get(from..to)?;
            let colon = field.iter().position(|b| *b == b':')?;
            let name = String::from_utf8_lossy(field.get(..colon)?).trim().to_ascii_lowercase();
            Some(Header { name, field })
        })
        .collect()
}

fn read_addresses(head: &[u8], mail: &mut Mail<'_>) {
    let head = charset::header_bytes(head);
    let Some(parsed) = MessageParser::new().parse_headers(&head) else { return };
    mail.from = mailboxes(parsed.from());
    mail.reply_to = mailboxes(parsed.reply_to());
    mail.to = mailboxes(parsed.to());
    mail.subject = parsed.subject().unwrap_or_default().to_owned();
}

fn mailboxes(address: Option<&Address<'_>>) -> Vec<Mailbox> {
    const KEPT: usize = 50;
    let text = |value: &Option<Cow<'_, str>>| value.as_deref().unwrap_or_default().trim().to_owned();
    address
        .into_iter()
        .flat_map(Address::iter)
        .take(KEPT)
        .map(|addr| Mailbox { name: text(&addr.name), address: text(&addr.address) })
        .collect()
}

fn describe(head: &[u8]) -> Described {
    let head = charset::header_bytes(head.get(..limits::PART_HEADER_BYTES).unwrap_or(head));
    let Some(parsed) = MessageParser::new().parse_headers(&head) else { return Described::default() };
    let part = parsed.root_part();
    let content = part.content_type();
    let attribute = |name| content.and_then(|c| c.attribute(name)).map(str::to_owned);
    let encoding = match part
        .headers
        .iter()
        .rfind(|h| h.name == HeaderName::ContentTransferEncoding)
        .map(|h| &h.value)
    {
        Some(HeaderValue::Text(text)) => text.trim().to_ascii_lowercase(),
        _ => String::new(),
    };
    Described {
        kind: content
            .map(|c| format!("{}/{}", c.ctype(), c.subtype().unwrap_or("")).to_ascii_lowercase())
            .unwrap_or_default(),
        boundary: attribute("boundary").filter(|b| !b.is_empty()),
        charset: attribute("charset"),
        encoding,
        name: part.attachment_name().unwrap_or_default().to_owned(),
        is_attachment: part.content_disposition().is_some_and(mail_parser::ContentType::is_attachment),
    }
}

fn read_part<'a>(
    head: &[u8],
    body: &'a [u8],
    depth: usize,
    budget: &mut Budget,
    texts_left: &mut usize,
    mail: &mut Mail<'a>,
) {
    if !budget.take_part() {
        mail.cut = true;
        return;
    }
    let described = describe(head);
    if let Some(boundary) = described.boundary.as_deref().filter(|_| described.kind.starts_with("multipart/"))
    {
        let parts = split_parts(body, boundary.as_bytes(), budget.parts);
        if !parts.is_empty() {
            if depth >= limits::MULTIPART_DEPTH {
                mail.cut = true;
                return;
            }
            for part in parts {
                let (head, body) = split_head(part, limits::PART_HEADER_BYTES);
                read_part(head, body, depth + 1, budget, texts_left, mail);
            }
            return;
        }
    }
    let bytes = transfer_decoded(body, &described.encoding);
    let is_text = described.kind.is_empty()
        || described.kind.starts_with("text/")
        || described.kind.starts_with("multipart/");
    let is_html = described.kind == "text/html";
    if described.kind == "message/rfc822" || described.name.to_ascii_lowercase().ends_with(".eml") {
        mail.attached.push(bytes);
    } else if is_text
        && !described.is_attachment
        && described.name.is_empty()
        && described.kind != "text/calendar"
    {
        let kept = bytes.get(..*texts_left).unwrap_or(&bytes);
        mail.cut |= kept.len() < bytes.len();
        *texts_left -= kept.len();
        let content = charset::decode(kept, described.charset.as_deref());
        if !content.trim().is_empty() {
            mail.texts.push(Text { content, is_html });
        }
    } else if !bytes.is_empty() {
        mail.files.push(File { name: described.name, bytes });
    }
}

/// The parts between lines that begin with the boundary; empty when there is no such line.
fn split_parts<'a>(body: &'a [u8], boundary: &[u8], most: usize) -> Vec<&'a [u8]> {
    let mut parts = Vec::new();
    let mut open: Option<usize> = None;
    let mut at = 0;
    for line in body.split_inclusive(|b| *b == b'\n') {
        let delimiter = line.strip_prefix(b"--").and_then(|rest| rest.strip_prefix(boundary));
        if let Some(rest) = delimiter {
            if let Some(from) = open.take() {
                parts.extend(body.get(from..at));
            }
            if rest.starts_with(b"--") || parts.len() > most {
                return parts;
            }
            open = Some(at + line.len());
        }
        at += line.len();
    }
    if let Some(from) = open {
        parts.extend(body.get(from..));
    }
    parts
}

fn transfer_decoded<'a>(body: &'a [u8], encoding: &str) -> Cow<'a, [u8]> {
    let decoded = match encoding {
        "base64" => base64_decode(body).or_else(|| lenient_base64(body)),
        "quoted-printable" => quoted_printable_decode(body),
        _ => None,
    };
    decoded.map_or(Cow::Borrowed(body), Cow::Owned)
}

/// Base64 with foreign bytes in it, as mail programs read it: they skip them.
fn lenient_base64(body: &[u8]) -> Option<Vec<u8>> {
    use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose};
    use base64::{Engine, alphabet};
    const LENIENT: GeneralPurposeConfig = general_purpose::PAD
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let kept: Vec<u8> = body
        .iter()
        .copied()
        .take_while(|b| *b != b'=')
        .filter(|b| b.is_ascii_alphanumeric() || *b == b'+' || *b == b'/')
        .collect();
    let whole = kept.len() - usize::from(kept.len() % 4 == 1);
    GeneralPurpose::new(&alphabet::STANDARD, LENIENT).decode(kept.get(..whole)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(text: &str) -> Mail<'_> {
        read(text.as_bytes(), &mut Budget::default())
    }

    #[test]
    fn a_boundary_that_never_comes_leaves_the_text() {
        let mail = read_all("From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\nhello\n");
        assert_eq!(mail.texts[0].content.trim(), "hello");
    }

    #[test]
    fn nested_parts_and_a_missing_end_are_read() {
        let mail = read_all(
            "Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: multipart/alternative; boundary=y\n\n--y\n\none\n--y\nContent-Type: text/html\n\n<b>two</b>\n--y--\n--x\nContent-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\nJVBERg==\n",
        );
        assert_eq!(mail.texts.len(), 2);
        assert!(mail.texts[1].is_html);
        assert_eq!((mail.files[0].name.as_str(), &*mail.files[0].bytes), ("a.pdf", &b"%PDF"[..]));
    }

    #[test]
    fn ten_thousand_parts_are_read_and_more_are_cut() {
        let many = |n: usize| {
            format!("Content-Type: multipart/mixed; boundary=x\n\n{}--x--\n", "--x\n\na\n".repeat(n))
        };
        let (few, too_many) = (many(9_000), many(12_000));
        assert!(!read_all(&few).cut);
        let mail = read_all(&too_many);
        assert!(mail.cut);
        assert!(mail.texts.len() <= limits::PARTS);
    }

    #[test]
    fn raw_and_mislabelled_headers_are_read() {
        let mut bytes = b"From: =?CP932?B?kL+LgY+R?= <a@b.example>\nSubject: ".to_vec();
        bytes.extend_from_slice(&encoding_rs::SHIFT_JIS.encode("請求書").0);
        bytes.extend_from_slice(b"\n\nx");
        let mail = read(&bytes, &mut Budget::default());
        assert_eq!(mail.subject, "請求書");
        assert_eq!(mail.sender().name, "請求書");
    }

    #[test]
    fn base64_with_foreign_bytes_is_still_read() {
        assert_eq!(lenient_base64(b"aGVs!bG8=\n-- footer").as_deref(), Some(&b"hello"[..]));
    }
}
