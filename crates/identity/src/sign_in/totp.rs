//! One-time codes from an authenticator: RFC 6238 with the settings that every authenticator knows (SHA-1,
//! 30 seconds, six digits).

use jiff::Timestamp;
use ring::hmac;

use super::super::web::constant_time_eq;

/// 160 bits, the length that RFC 4226 recommends.
pub(crate) const SECRET_BYTES: usize = 20;
const STEP_S: i64 = 30;
const DIGITS: u32 = 6;
/// One step to either side: clocks on telephones are off by seconds, and people type slowly.
const SLACK_STEPS: i64 = 1;

/// The time step of the code, if it is right and newer than `used`, the step of the last one accepted: a code
/// that somebody read over a shoulder is worth nothing after its owner used it.
pub(crate) fn accept(secret: &[u8], typed: &str, now: Timestamp, used: i64) -> Option<i64> {
    let typed: String =
        typed.chars().filter_map(|c| char::to_digit(half_width(c), 10)).map(|d| d.to_string()).collect();
    let step = now.as_second().div_euclid(STEP_S);
    (step - SLACK_STEPS..=step + SLACK_STEPS)
        .find(|step| constant_time_eq(code(secret, *step).as_bytes(), typed.as_bytes()))
        .filter(|step| *step > used)
}

/// The code of the moment, as an authenticator shows it.
#[cfg(any(test, feature = "testing"))]
pub(crate) fn code_at(secret: &[u8], now: Timestamp) -> String {
    code(secret, now.as_second().div_euclid(STEP_S))
}

fn half_width(c: char) -> char {
    match c {
        '０'..='９' => u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(c),
        other => other,
    }
}

fn code(secret: &[u8], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let bytes = tag.as_ref();
    // RFC 4226, section 5.3: the last four bits say where the 31 bits of the code begin.
    let at = usize::from(bytes.last().copied().unwrap_or(0) & 0x0f);
    let number = bytes.iter().skip(at).take(4).fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
    let number = (number & 0x7fff_ffff) % 10_u32.pow(DIGITS);
    format!("{number:06}")
}

/// RFC 4648 without padding: what authenticators and people who type read.
pub(crate) fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::new();
    let (mut buffer, mut bits) = (0_u32, 0);
    for byte in bytes {
        buffer = buffer << 8 | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(char::from(LETTERS[(buffer >> bits & 31) as usize]));
        }
    }
    if bits > 0 {
        text.push(char::from(LETTERS[(buffer << (5 - bits) & 31) as usize]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn the_codes_are_those_of_rfc_6238_appendix_b() {
        // The RFC prints eight digits; six are its last six.
        for (at_s, expect) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code_at(SECRET, Timestamp::from_second(at_s).unwrap()), expect, "{at_s}");
        }
    }

    #[test]
    fn a_code_works_once_and_one_step_early_or_late() {
        let at = |s| Timestamp::from_second(s).unwrap();
        let code = code_at(SECRET, at(3_000));
        assert_eq!(accept(SECRET, &code, at(3_000), 0), Some(100));
        assert_eq!(accept(SECRET, &code, at(3_030), 0), Some(100));
        assert_eq!(accept(SECRET, &code, at(2_970), 0), Some(100));
        assert_eq!(accept(SECRET, &code, at(3_060), 0), None);
        assert_eq!(accept(SECRET, &code, at(3_000), 100), None);
    }

    #[test]
    fn spaces_and_full_width_digits_are_understood() {
        let at = Timestamp::from_second(59).unwrap();
        assert_eq!(accept(SECRET, "２８７ ０８２", at, 0), Some(1));
        assert_eq!(accept(SECRET, "", at, 0), None);
    }

    #[test]
    fn base32_is_that_of_rfc_4648() {
        for (bytes, text) in
            [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foobar", "MZXW6YTBOI")]
        {
            assert_eq!(base32(bytes.as_bytes()), text);
        }
    }
}
