//! DKIM signatures, computed with keys that were passed in (RFC 6376, RFC 8463). Nothing is asked of the network.
//!
//! Written here because the crate for it brings a DNS resolver along, which an engine must not have. `l=` is refused: a
//! signature that covers part of a body confirms nothing about the rest.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::digest;
use ring::signature::{self, UnparsedPublicKey};

use crate::domains::registered;
use crate::mime::{Header, Mail};

/// Signatures looked at per mail.
const SIGNATURES: usize = 5;

/// What the signatures say about the sender's domain.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// One signature of the sender's domain is right.
    Good,
    /// A key was known, and the signature does not match.
    Broken(String),
    /// No signature of this domain, or no key for it.
    Unknown,
}

/// Verifies the signatures of the sender's registered domain.
pub(crate) fn verify(mail: &Mail<'_>, domain: &str, keys: &BTreeMap<String, String>) -> Outcome {
    let mut outcome = Outcome::Unknown;
    for header in mail.headers.iter().filter(|header| header.name == "dkim-signature").take(SIGNATURES) {
        let tags = tags(&header.value());
        let (Some(signer), Some(selector)) = (tags.get("d"), tags.get("s")) else { continue };
        if registered(&signer.to_ascii_lowercase()) != domain || tags.contains_key("l") {
            continue;
        }
        let name = format!("{selector}._domainkey.{signer}").to_ascii_lowercase();
        let Some(record) = keys.get(&name) else { continue };
        match is_right(mail, header, &tags, record) {
            Some(true) => return Outcome::Good,
            Some(false) => outcome = Outcome::Broken(name),
            None => {}
        }
    }
    outcome
}

/// `None` when the signature or key is of a kind that is not known.
fn is_right(
    mail: &Mail<'_>,
    header: &Header<'_>,
    tags: &BTreeMap<String, String>,
    record: &str,
) -> Option<bool> {
    let (head_way, body_way) =
        tags.get("c").map_or(("simple", "simple"), |c| c.split_once('/').unwrap_or((c, "simple")));
    let body = canonical_body(mail.body, body_way == "relaxed");
    let body_hash = digest::digest(&digest::SHA256, &body);
    let claimed = STANDARD.decode(unfolded(tags.get("bh")?)).ok()?;
    if claimed != body_hash.as_ref() {
        return Some(false);
    }
    let relaxed = head_way == "relaxed";
    let mut signed = Vec::new();
    // Each name takes the lowest header of that name that was not taken yet (RFC 6376 section 5.4.2).
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    for name in tags.get("h")?.split(':').map(|name| name.trim().to_ascii_lowercase()) {
        let skip = taken.entry(name.clone()).or_default();
        if let Some(found) = mail.headers.iter().rev().filter(|h| h.name == name).nth(*skip) {
            signed.extend(canonical_header(found, relaxed));
        }
        *skip += 1;
    }
    let own = canonical_header(header, relaxed);
    let own = without_signature(&own);
    signed.extend_from_slice(own.strip_suffix(b"\r\n").unwrap_or(&own));
    check(tags.get("a")?, record, &signed, &STANDARD.decode(unfolded(tags.get("b")?)).ok()?)
}

fn check(algorithm: &str, record: &str, signed: &[u8], given: &[u8]) -> Option<bool> {
    let record = tags(record);
    let key = STANDARD.decode(unfolded(record.get("p")?)).ok()?;
    let right = match algorithm {
        "rsa-sha256" => {
            let key = rsa_key(&key).unwrap_or(&key);
            // 1,024 bits are still met in the field; RFC 8301 forbids less.
            UnparsedPublicKey::new(&signature::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, key)
                .verify(signed, given)
        }
        "ed25519-sha256" => {
            let hash = digest::digest(&digest::SHA256, signed);
            UnparsedPublicKey::new(&signature::ED25519, &key).verify(hash.as_ref(), given)
        }
        _ => return None,
    };
    Some(right.is_ok())
}

fn tags(text: &str) -> BTreeMap<String, String> {
    text.split(';')
        .filter_map(|tag| tag.split_once('='))
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .collect()
}

fn unfolded(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The RSA key inside the `SubjectPublicKeyInfo` that DNS holds: sequence, algorithm, bit string.
fn rsa_key(der: &[u8]) -> Option<&[u8]> {
    let (_, outer, _) = element(der, 0x30)?;
    let (_, _, after) = element(outer, 0x30)?;
    let (_, bits, _) = element(after, 0x03)?;
    bits.strip_prefix(&[0])
}

/// One DER element of the wanted tag: its tag, its content, what follows it.
fn element(der: &[u8], wanted: u8) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = der.split_first().filter(|(tag, _)| **tag == wanted)?;
    let (first, rest) = rest.split_first()?;
    let (size, rest) = if *first < 0x80 {
        (usize::from(*first), rest)
    } else {
        let digits = usize::from(*first & 0x7f);
        if digits > 4 {
            return None;
        }
        let size = rest.get(..digits)?.iter().fold(0_usize, |size, byte| (size << 8) | usize::from(*byte));
        (size, rest.get(digits..)?)
    };
    Some((*tag, rest.get(..size)?, rest.get(size..)?))
}

fn canonical_header(header: &Header<'_>, relaxed: bool) -> Vec<u8> {
    let field = with_crlf(header.field);
    let colon = field.iter().position(|b| *b == b':');
    let Some((name, value)) = colon.filter(|_| relaxed).and_then(|at| field.split_at_checked(at)) else {
        return field;
    };
    let mut out = name.trim_ascii().to_ascii_lowercase();
    out.push(b':');
    let words: Vec<&[u8]> = value
        .get(1..)
        .unwrap_or_default()
        .split(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n'))
        .filter(|word| !word.is_empty())
        .collect();
    out.extend(words.join(&b' '));
    out.extend_from_slice(b"\r\n");
    out
}

/// The signature's own header with the value of `b=` taken out.
fn without_signature(header: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(header.len());
    let mut at_start = false;
    for (index, tag) in header.split(|b| *b == b';').enumerate() {
        if index > 0 {
            out.push(b';');
        }
        let name_from =
            if index == 0 { tag.iter().position(|b| *b == b':').map_or(0, |at| at + 1) } else { 0 };
        let is_value = tag.get(name_from..).is_some_and(|tag| {
            let name = tag.split(|b| *b == b'=').next().unwrap_or_default();
            name.trim_ascii() == b"b"
        });
        if is_value && !at_start {
            at_start = true;
            let equals = tag.iter().position(|b| *b == b'=').map_or(tag.len(), |at| at + 1);
            out.extend_from_slice(tag.get(..equals).unwrap_or(tag));
        } else {
            out.extend_from_slice(tag);
        }
    }
    out
}

fn canonical_body(body: &[u8], relaxed: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len() + 2);
    let mut empty_lines = 0_usize;
    for line in body.split_inclusive(|b| *b == b'\n') {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let line = if relaxed { relaxed_line(line) } else { line.to_vec() };
        if line.is_empty() {
            empty_lines += 1;
            continue;
        }
        out.extend(std::iter::repeat_n(b"\r\n", empty_lines).flatten());
        empty_lines = 0;
        out.extend(line);
        out.extend_from_slice(b"\r\n");
    }
    if out.is_empty() && !relaxed {
        out.extend_from_slice(b"\r\n");
    }
    out
}

fn relaxed_line(line: &[u8]) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::with_capacity(line.len());
    for byte in line {
        let blank = matches!(byte, b' ' | b'\t');
        if !(blank && out.last() == Some(&b' ')) {
            out.push(if blank { b' ' } else { *byte });
        }
    }
    if out.last() == Some(&b' ') {
        out.pop();
    }
    out
}

fn with_crlf(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + 8);
    for byte in bytes {
        if *byte == b'\n' && out.last() != Some(&b'\r') {
            out.push(b'\r');
        }
        out.push(*byte);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Budget;

    /// The mail and keys of RFC 8463, appendix A: one signature of each kind.
    const SIGNED: &str = "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n d=football.example.com; i=@football.example.com;\r\n q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n subject : date : message-id : from : subject : date;\r\n bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus\r\n Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==\r\nDKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n d=football.example.com; i=@football.example.com;\r\n q=dns/txt; s=test; t=1528637909; h=from : to : subject :\r\n date : message-id : from : subject : date;\r\n bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3\r\n DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz\r\n dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=\r\nFrom: Joe SixPack <joe@football.example.com>\r\nTo: Suzie Q <suzie@shopping.example.net>\r\nSubject: Is dinner ready?\r\nDate: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\nMessage-ID: <20030712040037.46341.5F8J@football.example.com>\r\n\r\nHi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n";
    const ED: (&str, &str) = (
        "brisbane._domainkey.football.example.com",
        "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
    );
    const RSA: (&str, &str) = (
        "test._domainkey.football.example.com",
        "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB",
    );

    fn outcome(text: &str, key: (&str, &str)) -> Outcome {
        let mail = crate::mime::read(text.as_bytes(), &mut Budget::default());
        verify(&mail, "example.com", &[(key.0.to_owned(), key.1.to_owned())].into())
    }

    #[test]
    fn the_signatures_of_the_standard_verify_with_either_line_end() {
        for text in [SIGNED.to_owned(), SIGNED.replace("\r\n", "\n")] {
            assert_eq!(outcome(&text, ED), Outcome::Good);
            assert_eq!(outcome(&text, RSA), Outcome::Good);
        }
    }

    #[test]
    fn a_changed_body_or_subject_breaks_them() {
        for text in [SIGNED.replace("hungry", "thirsty"), SIGNED.replace("dinner", "supper")] {
            assert!(matches!(outcome(&text, ED), Outcome::Broken(_)));
            assert!(matches!(outcome(&text, RSA), Outcome::Broken(_)));
        }
    }

    #[test]
    fn without_the_key_nothing_is_said() {
        assert_eq!(outcome(SIGNED, ("other._domainkey.football.example.com", "p=")), Outcome::Unknown);
    }
}
