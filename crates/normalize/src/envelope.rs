//! The syslog envelope around a message: RFC 3164 as devices really write it, and RFC 5424.

use std::borrow::Cow;

use crate::moment::{self, Moment};
use crate::value::Value;

/// What stands around the message. Every part may be missing; an empty envelope means a bare line.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Envelope<'a> {
    /// Facility and severity, as `facility * 8 + severity`.
    pub priority: Option<u8>,
    /// The time and its text.
    pub time: Option<(Moment, &'a str)>,
    pub host: Option<&'a str>,
    /// Everything behind the time. Some routers write no host, and what was taken for one is their first word.
    pub after_time: &'a str,
    /// The program: `sshd`, `postfix/smtpd`, `kernel`.
    pub tag: Option<&'a str>,
    pub pid: Option<&'a str>,
    pub message_id: Option<&'a str>,
    /// RFC 5424's structured data, element and parameter joined by a dot.
    pub structured: Vec<(Cow<'a, str>, Value<'a>)>,
}

/// Longest program name that is believed.
const MAX_TAG: usize = 64;

impl<'a> Envelope<'a> {
    /// Splits a line into its envelope and its message.
    pub fn open(line: &'a str) -> (Self, &'a str) {
        let (priority, rest) = priority(line).map_or((None, line), |(priority, rest)| (Some(priority), rest));
        if priority.is_some()
            && let Some(opened) = rfc5424(priority, rest)
        {
            return opened;
        }
        rfc3164(priority, rest)
    }

    /// True for a bare line.
    pub fn is_empty(&self) -> bool {
        self.priority.is_none() && self.time.is_none() && self.tag.is_none()
    }

    /// The severity 0 (emergency) to 7 (debug).
    pub fn syslog_severity(&self) -> Option<u8> {
        self.priority.map(|priority| priority % 8)
    }
}

/// `<134>`; above 191 it is no priority.
fn priority(line: &str) -> Option<(u8, &str)> {
    let (digits, rest) = line.strip_prefix('<')?.split_once('>')?;
    if digits.is_empty() || digits.len() > 3 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let priority = digits.parse().ok().filter(|priority| *priority <= 191)?;
    Some((priority, rest.trim_start_matches(' ')))
}

/// `1 TIME HOST APP PID MSGID [data] message` with `-` for what is missing.
fn rfc5424<'a>(priority: Option<u8>, text: &'a str) -> Option<(Envelope<'a>, &'a str)> {
    let rest = text.strip_prefix("1 ")?;
    let mut rest = rest;
    let mut word = || {
        let (word, after) = rest.split_once(' ')?;
        rest = after;
        Some(word)
    };
    let (time, host, tag, pid, message_id) = (word()?, word()?, word()?, word()?, word()?);
    let time = match time {
        "-" => None,
        time => Some((moment::iso(time)?.0, time)),
    };
    let said = |word: &'a str| Some(word).filter(|word| *word != "-");
    let (structured, message) = structured_data(rest);
    let message = message.strip_prefix('\u{feff}').unwrap_or(message);
    Some((
        Envelope {
            priority,
            time,
            host: said(host),
            tag: said(tag),
            pid: said(pid),
            message_id: said(message_id),
            after_time: message,
            structured,
        },
        message,
    ))
}

/// `[id name="value" …][…] message`, or `- message`. Malformed data is left in the message.
fn structured_data(text: &str) -> (Vec<(Cow<'_, str>, Value<'_>)>, &str) {
    let mut fields = Vec::new();
    if let Some(rest) = text.strip_prefix('-') {
        return (fields, rest.strip_prefix(' ').unwrap_or(rest));
    }
    let mut rest = text;
    while let Some(element) = rest.strip_prefix('[') {
        match element_of(element, &mut fields) {
            Some(after) => rest = after,
            None => break,
        }
    }
    (fields, rest.strip_prefix(' ').unwrap_or(rest))
}

fn element_of<'a>(text: &'a str, fields: &mut Vec<(Cow<'a, str>, Value<'a>)>) -> Option<&'a str> {
    let end = text.find([' ', ']'])?;
    let (id, mut rest) = text.split_at_checked(end)?;
    let before = fields.len();
    loop {
        rest = rest.trim_start_matches(' ');
        if let Some(after) = rest.strip_prefix(']') {
            return Some(after);
        }
        let parameter = rest.split_once("=\"").and_then(|(name, value)| {
            let (value, after) = quoted(value)?;
            Some((name, value, after))
        });
        let Some((name, value, after)) = parameter.filter(|(name, ..)| !name.contains([' ', ']', '"']))
        else {
            fields.truncate(before);
            return None;
        };
        if fields.len() < crate::limits::MAX_FIELDS {
            fields.push((Cow::Owned(format!("{id}.{name}")), Value::Text(value)));
        }
        rest = after;
    }
}

/// A quoted value after its opening quote, and what follows its closing quote. `\"`, `\\` and `\]` are escapes.
pub(crate) fn quoted(text: &str) -> Option<(Cow<'_, str>, &str)> {
    let stop = memchr::memchr2(b'"', b'\\', text.as_bytes())?;
    if text.as_bytes().get(stop) == Some(&b'"') {
        let (value, after) = text.split_at_checked(stop)?;
        return Some((Cow::Borrowed(value), after.strip_prefix('"')?));
    }
    let mut value = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((Cow::Owned(value), text.get(at + 1..)?)),
            '\\' => match letters.next() {
                Some((_, escaped @ ('"' | '\\' | ']'))) => value.push(escaped),
                Some((_, other)) => value.extend(['\\', other]),
                None => return None,
            },
            letter => value.push(letter),
        }
    }
    None
}

fn rfc3164(priority: Option<u8>, text: &str) -> (Envelope<'_>, &str) {
    let mut envelope = Envelope { priority, ..Envelope::default() };
    let start = text.trim_start_matches(' ');
    let Some((time, rest)) = leading_time(start) else {
        // Without a time only a priority tells a tag from prose.
        envelope.after_time = start;
        let mut rest = start;
        if priority.is_some() {
            tag(&mut envelope, &mut rest);
        }
        return (envelope, rest);
    };
    envelope.time = Some(time);
    // `Oct  1 10:00:00: %ASA-…` and `Oct 1 10:00:00 UTC: %ASA…` have no host.
    let mut rest = rest.trim_start_matches(' ');
    rest = rest
        .strip_prefix("UTC")
        .or_else(|| rest.strip_prefix("GMT"))
        .filter(|after| after.starts_with([':', ' ']))
        .unwrap_or(rest);
    envelope.after_time = rest;
    if let Some(after) = rest.strip_prefix(": ") {
        rest = after;
    } else if !tag(&mut envelope, &mut rest) {
        host(&mut envelope, &mut rest);
        rest = rest.strip_prefix(": ").unwrap_or(rest);
        tag(&mut envelope, &mut rest);
    }
    (envelope, rest)
}

/// The time at the start of a line. Cisco puts a sequence number, `*` or `.` before it.
fn leading_time(text: &str) -> Option<((Moment, &str), &str)> {
    let unmarked = text.trim_start_matches(['*', '.', ':']);
    let digits = unmarked.bytes().take(12).take_while(u8::is_ascii_digit).count();
    let sequence = unmarked.split_at_checked(digits).and_then(|(_, after)| after.strip_prefix(": "));
    let start =
        sequence.filter(|_| digits > 0).map_or(unmarked, |after| after.trim_start_matches(['*', '.', ' ']));
    let (moment, rest) = if start.as_bytes().first()?.is_ascii_digit() {
        moment::iso(start).or_else(|| {
            // `2026 Nov 13 13:40:01`
            let (year, after) = start.split_once(' ')?;
            let Moment::Yearless { month, day, time } = moment::bsd(after)?.0 else { return None };
            let date =
                jiff::civil::Date::new(year.parse().ok().filter(|year| *year > 1900)?, month, day).ok()?;
            Some((Moment::Local(date.to_datetime(time)), moment::bsd(after)?.1))
        })?
    } else {
        moment::bsd(start)?
    };
    if !(rest.is_empty() || rest.starts_with([' ', ':'])) {
        return None;
    }
    let text = start.get(..start.len() - rest.len())?;
    Some(((moment, text), rest))
}

/// One word without the marks that only messages have.
fn host<'a>(envelope: &mut Envelope<'a>, rest: &mut &'a str) {
    let (word, after) = rest.split_once(' ').unwrap_or((rest, ""));
    let is_host = !word.is_empty()
        && word.len() <= 255
        && word.bytes().all(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':' | b'/' | b'%')
        })
        && !word.starts_with(['%', '/'])
        && !word.starts_with("CEF:")
        && !word.starts_with("LEEF:");
    if is_host {
        envelope.host = Some(word.trim_end_matches(':'));
        *rest = after.trim_start_matches(' ');
    }
}

/// `sshd[123]: `, `kernel: `, `su(pam_unix)[4]: `, `%ASA-6-302013: ` is left in the message. True when one was found.
fn tag<'a>(envelope: &mut Envelope<'a>, rest: &mut &'a str) -> bool {
    let end = rest.bytes().take(MAX_TAG + 1).position(|byte| {
        !(byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'/' | b'(' | b')' | b'@'))
    });
    let Some((name, after)) = end.filter(|end| *end > 0).and_then(|end| rest.split_at_checked(end)) else {
        return false;
    };
    if name == "CEF" || name == "LEEF" {
        return false;
    }
    let (pid, after) = match after.strip_prefix('[').and_then(|inside| inside.split_once(']')) {
        Some((pid, after)) if pid.len() <= 20 && !pid.contains(' ') => (Some(pid), after),
        _ => (None, after),
    };
    // An IPv6 address has colons too; a tag's colon is followed by a space or the end.
    let Some(message) = after
        .strip_prefix(':')
        .filter(|message| message.is_empty() || message.starts_with(' ') || pid.is_some())
    else {
        return false;
    };
    envelope.tag = Some(name);
    envelope.pid = pid;
    *rest = message.strip_prefix(' ').unwrap_or(message);
    true
}
