//! The Common Event Format (CEF) and the Log Event Extended Format (LEEF).

use std::borrow::Cow;

use crate::limits::MAX_FIELDS;
use crate::value::{Object, Value};

/// The header that CEF and LEEF share: who made the event and what it is called.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Header<'a> {
    pub vendor: Cow<'a, str>,
    pub product: Cow<'a, str>,
    pub version: Cow<'a, str>,
    /// CEF's signature id, LEEF's event id.
    pub event_id: Cow<'a, str>,
    /// CEF only.
    pub name: Cow<'a, str>,
    /// CEF only: 0 to 10, or a word.
    pub severity: Cow<'a, str>,
}

/// Reads a CEF message from its `CEF:`. Devices put tags of all kinds before it, so it is looked for in
/// the first part of the message.
pub fn read_cef(message: &str) -> Option<Result<(Header<'_>, Object<'_>), String>> {
    let mut rest = marked(message, "CEF:")?;
    let mut part = || {
        let (part, after) = header_part(rest)?;
        rest = after;
        Some(part)
    };
    let version = part()?;
    version.trim().parse::<u8>().ok()?;
    let (Some(vendor), Some(product), Some(version), Some(event_id), Some(name), Some(severity)) =
        (part(), part(), part(), part(), part(), part())
    else {
        return Some(Err("CEF: fewer than seven header fields".to_owned()));
    };
    let header = Header { vendor, product, version, event_id, name, severity };
    Some(extension(rest).map(|fields| (header, fields)))
}

/// Reads a LEEF message, version 1 (tabs between fields) or 2 (the delimiter stands in the header).
pub fn read_leef(message: &str) -> Option<Result<(Header<'_>, Object<'_>), String>> {
    let rest = marked(message, "LEEF:")?;
    let mut parts = rest.splitn(6, '|');
    let version = parts.next()?;
    if !version.starts_with(['1', '2']) {
        return None;
    }
    let (Some(vendor), Some(product), Some(device_version), Some(event_id)) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Some(Err("LEEF: fewer than five header fields".to_owned()));
    };
    let mut body = parts.next().unwrap_or("");
    let mut delimiter = '\t';
    if version.starts_with('2')
        && let Some((mark, after)) = body.split_once('|')
        && let Some(found) = leef_delimiter(mark)
    {
        delimiter = found;
        body = after;
    }
    let mut fields = Vec::with_capacity(32);
    for part in body.split(delimiter) {
        let Some((name, value)) = part.split_once('=') else { continue };
        if fields.len() == MAX_FIELDS {
            return Some(Err(format!("LEEF: more than {MAX_FIELDS} fields")));
        }
        fields.push((Cow::Borrowed(name.trim()), Value::from(value)));
    }
    let header = Header {
        vendor: vendor.into(),
        product: product.into(),
        version: device_version.into(),
        event_id: event_id.into(),
        ..Header::default()
    };
    Some(Ok((header, fields)))
}

/// One character, or its code as `x09` or `0x09`.
fn leef_delimiter(mark: &str) -> Option<char> {
    let mut letters = mark.chars();
    match (letters.next(), letters.next()) {
        (None, _) => Some('\t'),
        (Some(letter), None) => Some(letter),
        _ => {
            let digits = mark.strip_prefix("0x").or_else(|| mark.strip_prefix('x'))?;
            u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)
        }
    }
}

/// How far into a message the mark is looked for.
const MARK_WITHIN: usize = 256;

fn marked<'a>(message: &'a str, mark: &str) -> Option<&'a str> {
    let bytes = message.as_bytes();
    let near = bytes.get(..MARK_WITHIN).unwrap_or(bytes);
    let at = memchr::memmem::find(near, mark.as_bytes())?;
    message.get(at + mark.len()..)
}

/// Up to the next `|` that is not escaped.
fn header_part(text: &str) -> Option<(Cow<'_, str>, &str)> {
    let mut from = 0;
    loop {
        let at = from + memchr::memchr(b'|', text.as_bytes().get(from..)?)?;
        let before = text.get(..at)?;
        let slashes = before.bytes().rev().take_while(|byte| *byte == b'\\').count();
        if slashes % 2 == 0 {
            return Some((unescape(before), text.get(at + 1..)?));
        }
        from = at + 1;
    }
}

/// `name=value name=value`, where values may hold spaces: a value ends before the last word before the next `=`.
fn extension(text: &str) -> Result<Object<'_>, String> {
    let mut fields = Vec::with_capacity(32);
    let Some((mut name, mut rest)) = text.trim_start().split_once('=') else { return Ok(fields) };
    loop {
        let (value, next) = value_and_next(rest);
        if fields.len() == MAX_FIELDS {
            return Err(format!("CEF: more than {MAX_FIELDS} fields"));
        }
        fields.push((Cow::Borrowed(name), Value::Text(unescape(value.trim_end()))));
        match next {
            Some(next) => (name, rest) = next,
            None => return Ok(fields),
        }
    }
}

/// A value, and the name and rest of the pair after it.
fn value_and_next(text: &str) -> (&str, Option<(&str, &str)>) {
    for at in memchr::memchr_iter(b'=', text.as_bytes()) {
        let (Some(before), Some(after)) = (text.get(..at), text.get(at + 1..)) else { continue };
        // Looks back over the name only, so that a text of many `=` stays linear.
        let start = before.bytes().rposition(|byte| !is_name_byte(byte)).map_or(0, |at| at + 1);
        let Some((value, name)) = before.split_at_checked(start) else { continue };
        let is_name = !name.is_empty() && value.ends_with(' ');
        if is_name {
            return (value, Some((name, after)));
        }
    }
    (text, None)
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'[' | b']')
}

/// `\=`, `\|`, `\\`, `\n`, `\r`.
fn unescape(text: &str) -> Cow<'_, str> {
    if memchr::memchr(b'\\', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match (letter, letter == '\\') {
            (_, false) => plain.push(letter),
            _ => match letters.next() {
                Some('n') => plain.push('\n'),
                Some('r') => plain.push('\r'),
                Some(escaped @ ('=' | '|' | '\\')) => plain.push(escaped),
                Some(other) => plain.extend(['\\', other]),
                None => plain.push('\\'),
            },
        }
    }
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts<'a>(fields: &'a Object<'a>) -> Vec<(&'a str, &'a str)> {
        fields.iter().map(|(name, value)| (&**name, value.as_text().unwrap())).collect()
    }

    #[test]
    fn cef_values_keep_their_spaces_and_lose_their_escapes() {
        let line = r"tag: CEF:0|Ex\|ample|Gate|1.0|100|Login failed|7|src=192.0.2.1 msg=who \= why cs1=a b cs1Label=note";
        let (header, fields) = read_cef(line).unwrap().unwrap();
        assert_eq!((&*header.vendor, &*header.severity), ("Ex|ample", "7"));
        assert_eq!(
            texts(&fields),
            [("src", "192.0.2.1"), ("msg", "who = why"), ("cs1", "a b"), ("cs1Label", "note")]
        );
    }

    #[test]
    fn leef_2_names_its_delimiter() {
        let (header, fields) =
            read_leef("LEEF:2.0|Example|Gate|1|login|^|src=192.0.2.1^usrName=a b").unwrap().unwrap();
        assert_eq!(header.event_id, "login");
        assert_eq!(texts(&fields), [("src", "192.0.2.1"), ("usrName", "a b")]);
        let (_, fields) =
            read_leef("LEEF:1.0|Example|Gate|1|login|src=192.0.2.1\tdst=192.0.2.2").unwrap().unwrap();
        assert_eq!(texts(&fields), [("src", "192.0.2.1"), ("dst", "192.0.2.2")]);
    }

    #[test]
    fn a_cut_header_is_an_error() {
        assert!(read_cef("CEF:0|Example|Gate").unwrap().is_err());
        assert!(read_cef("no such thing").is_none());
    }
}
