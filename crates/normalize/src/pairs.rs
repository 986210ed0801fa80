//! `name=value` messages: FortiGate, Sophos, auditd and many others.

use std::borrow::Cow;

use crate::envelope::quoted;
use crate::limits::MAX_FIELDS;
use crate::value::{Object, Value};

/// Reads the pairs of a message. Values run to the next space or are quoted; what is no pair is passed over.
/// More than [`MAX_FIELDS`] pairs are an error.
pub fn read(text: &str) -> Result<Object<'_>, String> {
    let mut pairs = Vec::with_capacity(48);
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'=', rest.as_bytes()) {
        let Some((before, after)) = rest.split_at_checked(at) else { break };
        let name = name_at_end(before);
        let value = after.strip_prefix('=').unwrap_or(after);
        if name.is_empty() {
            rest = value;
            continue;
        }
        let (value, after) = value_at_start(value);
        rest = after;
        if pairs.len() == MAX_FIELDS {
            return Err(format!("more than {MAX_FIELDS} fields"));
        }
        pairs.push((Cow::Borrowed(name), Value::Text(value)));
    }
    Ok(pairs)
}

/// The name that ends where the `=` stands.
fn name_at_end(before: &str) -> &str {
    let start = before.bytes().rposition(|byte| !is_name_byte(byte)).map_or(0, |at| at + 1);
    before.get(start..).unwrap_or("")
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'@')
}

fn value_at_start(text: &str) -> (Cow<'_, str>, &str) {
    for (quote, after) in [('"', text.strip_prefix('"')), ('\'', text.strip_prefix('\''))] {
        let Some(after) = after else { continue };
        let closed = if quote == '"' {
            quoted(after)
        } else {
            after.split_once('\'').map(|(value, rest)| (Cow::Borrowed(value), rest))
        };
        if let Some(found) = closed {
            return found;
        }
    }
    let end = memchr::memchr3(b' ', b'\t', b'\n', text.as_bytes()).unwrap_or(text.len());
    let (value, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    (Cow::Borrowed(value.trim_end_matches([',', ';'])), rest)
}

/// True for a message that is made of pairs. Some devices put words before the first one; the more words, the
/// more pairs it takes.
pub fn looks_like_pairs(text: &str) -> bool {
    let mut marks = memchr::memchr_iter(b'=', text.as_bytes());
    let Some(before) = marks.next().and_then(|at| text.get(..at)) else { return false };
    let most_words = match marks.take(3).count() {
        0 => return false,
        1 | 2 => 2,
        _ => 5,
    };
    !name_at_end(before).is_empty()
        && before.split_ascii_whitespace().take(most_words + 1).count() <= most_words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str) -> Vec<(String, String)> {
        read(text)
            .unwrap()
            .into_iter()
            .map(|(name, value)| (name.into_owned(), value.as_text().unwrap().to_owned()))
            .collect()
    }

    #[test]
    fn plain_and_quoted_values_are_read() {
        let read = pairs(r#"date=2026-01-02 user="a b" msg="say \"hi\"" empty= last='x y'"#);
        let expected =
            [("date", "2026-01-02"), ("user", "a b"), ("msg", "say \"hi\""), ("empty", ""), ("last", "x y")];
        assert_eq!(read, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn an_equals_sign_inside_a_value_starts_no_pair() {
        assert_eq!(
            pairs("url=/a?b=c next=1"),
            [("url".to_owned(), "/a?b=c".to_owned()), ("next".to_owned(), "1".to_owned())]
        );
    }

    #[test]
    fn a_quote_that_never_closes_costs_one_word() {
        assert_eq!(
            pairs(r#"a="open b=2"#),
            [("a".to_owned(), "\"open".to_owned()), ("b".to_owned(), "2".to_owned())]
        );
    }

    #[test]
    fn japanese_values_are_cut_at_their_spaces() {
        assert_eq!(
            pairs("user=山田 act=許可"),
            [("user".to_owned(), "山田".to_owned()), ("act".to_owned(), "許可".to_owned())]
        );
    }
}
