//! How letters are compared when case does not count.
//!
//! One letter folds to one letter, so that positions keep their meaning: the few letters whose lower
//! case is longer than one letter (`İ`) stay as they are. Folding does not look at the neighbours, so a
//! final sigma is no special case, and a piece of a folded text is the folded piece of the text.

use std::borrow::Cow;

/// The folded form of one letter.
pub(crate) fn fold_char(letter: char) -> char {
    if letter.is_ascii() {
        return letter.to_ascii_lowercase();
    }
    let mut lower = letter.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(single), None) => single,
        _ => letter,
    }
}

/// The folded form of a text; borrowed when it is folded already.
pub(crate) fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            Cow::Owned(text.to_ascii_lowercase())
        } else {
            Cow::Borrowed(text)
        }
    } else {
        Cow::Owned(text.chars().map(fold_char).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_letter_beyond_ascii_folds_to_ascii() {
        let letters: Vec<char> =
            ('\u{80}'..=char::MAX).filter(|letter| fold_char(*letter).is_ascii()).collect();
        assert_eq!(letters, ['\u{212A}']);
    }

    #[test]
    fn a_piece_of_a_folded_text_is_the_folded_piece() {
        for (text, folded) in [
            ("PowerShell.EXE", "powershell.exe"),
            ("ＡＢＣ", "ａｂｃ"),
            ("STRASSE", "strasse"),
            ("ΟΔΟΣ", "οδοσ"),
            ("\u{212A}", "k"),
            ("İ", "İ"),
            ("ſ", "ſ"),
            ("日本", "日本"),
        ] {
            assert_eq!(fold(text), folded);
            let by_letter: String = text.chars().map(fold_char).collect();
            assert_eq!(by_letter, folded);
        }
    }
}
