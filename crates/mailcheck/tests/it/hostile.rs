//! Mails made to break a reader. Each must end, within its bounds, with a verdict or a refusal.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kakari_mailcheck::{Confidence, Judged, Knowledge, Level, Unreadable, check, limits};
use proptest::prelude::*;

/// Generous for a machine under load and code without optimisation; a bound that is missing takes minutes.
const SOON: Duration = Duration::from_secs(40);

fn ends_soon(bytes: &[u8]) -> Result<kakari_mailcheck::Verdict, Unreadable> {
    let start = Instant::now();
    let verdict = check(bytes, &Knowledge::default());
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
    verdict
}

#[test]
fn ten_thousand_parts_and_more() {
    let mut mail = String::from("From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n");
    for part in 0..20_000 {
        write!(mail, "--x\nContent-Disposition: attachment; filename=a{part}.txt\n\na\n").unwrap();
    }
    let verdict = ends_soon(mail.as_bytes()).unwrap();
    assert_eq!(verdict.verdict, Level::Unknown);
    assert!(verdict.not_checked.iter().any(|item| item.what == "parts" || item.what == "files"));
}

#[test]
fn multiparts_inside_multiparts_whose_boundaries_never_come() {
    let mut deep = String::from("From: a@b.example\n");
    let mut wide = String::from("From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n");
    for level in 0..3_000 {
        write!(deep, "Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n").unwrap();
        write!(wide, "--x\nContent-Type: multipart/mixed; boundary=never{level}\n\ntext\n").unwrap();
    }
    assert!(ends_soon(deep.as_bytes()).unwrap().not_checked.iter().any(|item| item.what == "parts"));
    ends_soon(wide.as_bytes()).unwrap();
}

#[test]
fn mails_inside_mails_inside_mails() {
    let mut mail = String::from("From: a@b.example\nSubject: inner\n\nhello\n");
    for level in 0..30 {
        mail = format!("From: a@b.example\nSubject: Fwd: {level}\nContent-Type: message/rfc822\n\n{mail}");
    }
    ends_soon(mail.as_bytes()).unwrap();
}

#[test]
fn pages_of_unclosed_tags_quotes_and_comments() {
    for piece in [
        "<a \"",
        "<a href='",
        "<!--",
        "<script>",
        "<div style='display:none'>",
        "&#x",
        "<a =",
        "http://",
        "://",
        "<p><b>",
    ] {
        let html = format!("From: a@b.example\nContent-Type: text/html\n\n{}", piece.repeat(100_000));
        ends_soon(html.as_bytes()).unwrap();
    }
}

#[test]
fn long_headers_and_comments() {
    for piece in ["(", "=?utf-8?B?", "\"", "<", ",", "a@", "; a=b", "\u{1b}$B"] {
        let long = piece.repeat(100_000);
        let mail = format!(
            "From: {long}\nAuthentication-Results: {long}\nDKIM-Signature: {long}\nContent-Type: {long}\nSubject: x\n\nx"
        );
        let _ended = ends_soon(mail.as_bytes());
    }
}

#[test]
fn pictures_that_lie_about_their_size() {
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    png.extend(60_000_u32.to_be_bytes());
    png.extend(60_000_u32.to_be_bytes());
    png.extend([8, 6, 0, 0, 0, 0, 0, 0, 0]);
    let mail = format!(
        "From: a@b.example\nContent-Type: image/png; name=a.png\nContent-Transfer-Encoding: base64\n\n{}\n",
        STANDARD.encode(&png)
    );
    let verdict = ends_soon(mail.as_bytes()).unwrap();
    assert_eq!(verdict.verdict, Level::Unknown);
}

#[test]
fn a_mail_beyond_the_bound_is_refused() {
    let mut mail = b"From: a@b.example\n\n".to_vec();
    mail.resize(limits::MAIL_BYTES + 1, b'a');
    assert_eq!(ends_soon(&mail), Err(Unreadable::TooLarge));
}

#[test]
fn a_forward_of_a_forward_of_a_screenshot_cannot_be_told() {
    let mail = "From: a@b.example\nSubject: Fwd: Fwd: これ\nMIME-Version: 1.0\nContent-Type: text/html\n\n<img src=\"cid:1\">";
    let verdict = ends_soon(mail.as_bytes()).unwrap();
    assert_eq!(
        (verdict.verdict, verdict.judged, verdict.confidence),
        (Level::Unknown, Judged::QuotedForward, Confidence::Low)
    );
}

#[test]
fn what_is_shown_of_a_stranger_is_one_bounded_line() {
    let name = format!("Amazon\u{202e}\u{7}{}", "あ".repeat(5_000));
    let mail =
        format!("From: {name} <a@b.example>\nSubject: x\n\nhttps://{}.example/\n", "rakuten".repeat(200));
    for signal in ends_soon(mail.as_bytes()).unwrap().signals {
        assert!(signal.seen.chars().count() <= 161);
        assert!(signal.seen.chars().all(|c| !c.is_control() && c != '\u{202e}'));
    }
}

/// Every mail of the corpus, whole: what mutations start from.
fn seeds() -> Vec<Vec<u8>> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    ["held-out", "tuned"]
        .iter()
        .flat_map(|group| std::fs::read_dir(folder.join(group)).unwrap())
        .map(|entry| std::fs::read(entry.unwrap().path()).unwrap())
        .collect()
}

/// Mutates the decoded attachments, too, where the bytes of a mail seldom reach.
fn mutated(seed: &[u8], changes: &[(usize, u8)]) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for (at, value) in changes {
        let at = at % bytes.len();
        bytes[at] = *value;
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn changed_mails_never_break_the_reader(index in any::<usize>(), changes in proptest::collection::vec((any::<usize>(), any::<u8>()), 0..40), cut in any::<usize>()) {
        let seeds = seeds();
        let seed = &seeds[index % seeds.len()];
        let bytes = mutated(seed, &changes);
        let _ended = check(&bytes, &Knowledge::default());
        let _ended = check(&bytes[..cut % bytes.len()], &Knowledge::default());
    }

    #[test]
    fn any_bytes_as_an_attachment_end(name in "[a-z]{1,3}\\.(zip|pdf|png|docx|doc|html|eml|msg|gz|rtf)", magic in 0_usize..8, bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let magics: [&[u8]; 8] = [b"", b"PK\x03\x04", b"%PDF-1.4\n1 0 obj<</Subtype/Image/Width 9/Height 9/Filter/FlateDecode/Length 90>>stream\n", b"\x89PNG\r\n\x1a\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x1f\x8b\x08", b"GIF89a", b"<html><script>"];
        let content = [magics[magic], &bytes].concat();
        let mail = format!("From: a@b.example\nSubject: x\nContent-Type: application/octet-stream; name={name}\nContent-Transfer-Encoding: base64\n\n{}\n", STANDARD.encode(content));
        prop_assert!(check(mail.as_bytes(), &Knowledge::default()).is_ok());
    }

    #[test]
    fn the_score_is_the_sum_of_the_reasons(index in any::<usize>()) {
        let seeds = seeds();
        if let Ok(verdict) = check(&seeds[index % seeds.len()], &Knowledge::default()) {
            prop_assert_eq!(verdict.score, verdict.signals.iter().map(|signal| signal.weight).sum::<i32>());
        }
    }
}
