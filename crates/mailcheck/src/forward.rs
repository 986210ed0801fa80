//! Mails quoted inside the mail that forwards them: what can still be known of the original.
//!
//! The original headers are gone, so the sender is only what somebody's program wrote into the text.

use crate::mime::Mailbox;
use crate::wording::squeeze;

/// Lines in which the quoted headers are looked for after a mark.
const LINES: usize = 400;

/// Whether a subject says that the mail was forwarded.
pub(crate) fn is_marked(subject: &str) -> bool {
    let subject = squeeze(subject);
    ["fw:", "fwd:", "転送:", "【転送】", "wg:", "tr:"].iter().any(|mark| subject.starts_with(mark))
}

/// The sender that a quoted header block names.
pub(crate) fn quoted_sender(text: &str) -> Option<Mailbox> {
    text.lines().take(LINES).find_map(|line| {
        let line = line.trim_start_matches(['>', ' ', '　', '*', '\t']).trim();
        let (name, value) = line.split_once([':', '：'])?;
        let named = ["From", "差出人", "送信者", "送信元"].contains(&name.trim());
        mailbox(value.trim_start_matches('*')).filter(|_| named)
    })
}

/// `Name <address>`, `Name [mailto:address]` or an address alone.
fn mailbox(value: &str) -> Option<Mailbox> {
    let value = value.trim();
    let plain = value.replace("mailto:", "");
    let (name, rest) = plain.split_once(['<', '[', '＜']).unwrap_or(("", &plain));
    let address = rest.split(['>', ']', '＞', ' ']).next().unwrap_or_default().trim();
    if !address.contains('@') && name.is_empty() {
        return None;
    }
    Some(Mailbox { name: name.trim().trim_matches('"').trim().to_owned(), address: address.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_headers_of_several_programs_are_read() {
        for (text, name, address) in [
            (
                "どうでしょう\n---------- Forwarded message ---------\n差出人: 事務局 <jim@club.example>\n件名: x",
                "事務局",
                "jim@club.example",
            ),
            ("> From: \"A B\" <a@b.example>\n> Subject: y", "A B", "a@b.example"),
            ("-----元のメッセージ-----\n送信者: 佐藤 [mailto:sato@c.example]", "佐藤", "sato@c.example"),
            ("*From:* Carl <c@d.example>", "Carl", "c@d.example"),
            ("Dear From friends", "", ""),
            ("From: c@d.example", "", "c@d.example"),
        ] {
            let expected =
                (!address.is_empty()).then(|| Mailbox { name: name.into(), address: address.into() });
            assert_eq!(quoted_sender(text), expected, "{text}");
        }
    }

    #[test]
    fn subjects_that_forward() {
        assert!(is_marked("Fwd: x") && is_marked("ＦＷ：x") && is_marked("転送: x"));
        assert!(!is_marked("Re: Fwd: x") && !is_marked("forward planning"));
    }
}
