//! Versions as bytes whose plain order is the order of the versions: small, and compared in nanoseconds.
//!
//! A number is its length and its digits. Ends of lists are marked by bytes below everything that could follow, so
//! that a version that ends is compared with one that goes on.

use super::split_while;

/// Below the lead of every number.
const LIST_END: u8 = 2;
const NUMBER: u8 = 3;
/// Lengths from here on take two more bytes.
const LONG: usize = 200;

/// Appends a run of decimal digits of any length.
pub(super) fn push_number(key: &mut Vec<u8>, digits: &str) {
    let digits = digits.trim_start_matches('0');
    match u8::try_from(digits.len()) {
        Ok(length) if digits.len() < LONG => key.push(NUMBER + length),
        _ => {
            let length = u16::try_from(digits.len()).unwrap_or(u16::MAX);
            key.push(u8::MAX);
            key.extend(length.to_be_bytes());
        }
    }
    key.extend(digits.bytes());
}

/// Appends dot-separated numbers without their trailing zeros, so that `1.2` equals `1.2.0`; `None` when a component
/// is empty.
pub(super) fn push_core(key: &mut Vec<u8>, text: &str) -> Option<()> {
    let text = text.strip_suffix('.').unwrap_or(text);
    let mut end = key.len();
    for part in text.split('.') {
        if part.is_empty() || !part.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        push_number(key, part);
        if part.bytes().any(|b| b != b'0') {
            end = key.len();
        }
    }
    key.truncate(end);
    key.push(LIST_END);
    Some(())
}

/// Appends the identifiers of a semver pre-release; none at all stands for the release, after all its pre-releases.
pub(super) fn push_pre_release(key: &mut Vec<u8>, text: &str) -> Option<()> {
    const END: u8 = 1;
    const NUMERIC: u8 = 4;
    const WORD: u8 = 5;
    const RELEASE: u8 = u8::MAX;
    if text.is_empty() {
        key.push(RELEASE);
        return Some(());
    }
    for part in text.split('.') {
        if !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()) {
            key.push(NUMERIC);
            push_number(key, part);
        } else {
            if !part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'~')) {
                return None;
            }
            key.push(WORD);
            key.extend(part.bytes());
            key.push(0);
        }
    }
    key.push(END);
    Some(())
}

/// A Debian version: epoch, upstream version and revision, by the rules of deb-version(7).
pub(super) fn debian(text: &str) -> Vec<u8> {
    let mut key = Vec::with_capacity(text.len() + 8);
    let (epoch, rest) = text.split_once(':').unwrap_or(("", text));
    push_number(&mut key, epoch);
    let (upstream, revision) = rest.rsplit_once('-').unwrap_or((rest, ""));
    push_debian_part(&mut key, upstream);
    push_debian_part(&mut key, revision);
    key
}

/// Words and numbers by turns. `~` comes before the end of a word, letters after it, everything else last.
fn push_debian_part(key: &mut Vec<u8>, part: &str) {
    const TILDE: u8 = 1;
    const WORD_END: u8 = 2;
    // Stands where the next word could begin: after a tilde, before any other letter.
    const PART_END: u8 = 2;
    let mut rest = part;
    loop {
        let (word, after) = split_while(rest, |c| !c.is_ascii_digit());
        key.extend(word.bytes().map(|byte| match byte {
            b'~' => TILDE,
            letter if letter.is_ascii_alphabetic() => letter,
            other => other | 0x80,
        }));
        key.push(WORD_END);
        // A number that is missing is zero.
        let (digits, after) = split_while(after, |c| c.is_ascii_digit());
        push_number(key, digits);
        if after.is_empty() {
            break;
        }
        rest = after;
    }
    key.push(PART_END);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        /// The crate was measured equal to dpkg on valid versions.
        #[test]
        fn debian_keys_are_ordered_as_by_the_deb_version_crate(
            left in "([0-2]:)?[0-2][0-2a-bA~+.]{0,5}(-[0-2a~+.]{1,4})?",
            right in "([0-2]:)?[0-2][0-2a-bA~+.]{0,5}(-[0-2a~+.]{1,4})?",
        ) {
            prop_assert_eq!(debian(&left).cmp(&debian(&right)), deb_version::compare_versions(&left, &right));
        }
    }

    #[test]
    fn numbers_of_any_length_are_ordered_by_value() {
        let key = |digits: &str| {
            let mut key = Vec::new();
            push_number(&mut key, digits);
            key
        };
        let (long, longer) = ("9".repeat(199), "1".repeat(300));
        let ascending = ["", "1", "09", "10", "99", "100", long.as_str(), longer.as_str()];
        for pair in ascending.windows(2) {
            assert!(key(pair[0]) < key(pair[1]), "{pair:?}");
        }
        assert_eq!(key("000"), key(""));
    }
}
