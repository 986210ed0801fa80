//! Engine: a mail to a verdict with its reasons.
//!
//! [`check`] reads the bytes of one mail (`.eml`, or Outlook's `.msg`) and answers with a [`Verdict`]. It fetches
//! nothing, runs nothing, keeps nothing, and asks no clock: what the mail does not say comes in as [`Knowledge`].
//!
//! Always holds: a verdict never says that a mail is safe, only that no problem was found in what was checked; a mail
//! about money carries the advice to telephone; what a stranger wrote is bounded before it is shown; work and memory are
//! bounded by [`limits`].

mod advice;
mod authentication;
mod brands;
pub mod catalogue;
mod charset;
mod dkim;
mod domains;
mod files;
mod forward;
mod html;
mod knowledge;
pub mod limits;
mod links;
mod mime;
mod money;
mod msg;
mod phrases;
mod sender;
mod verdict;
mod wording;

pub use advice::Advice;
pub use knowledge::{Brand, History, Knowledge, Partner};
pub use verdict::{
    Bilingual, CAREFUL_FROM, Confidence, DANGEROUS_ANYWAY_FROM, DANGEROUS_FROM, Judged, Level, NotChecked,
    STRONG_FROM, Signal, UNKNOWN_FROM, Verdict,
};

use domains::Guard;
use files::Inspection;
use limits::Budget;
use links::Link;
use mime::{Mail, Mailbox};
use verdict::Findings;

/// Why something could not be read as a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Larger than [`limits::MAIL_BYTES`].
    #[error("the mail is larger than {} MB; save it without its attachments and check it again", limits::MAIL_BYTES >> 20)]
    TooLarge,
    /// None of the headers of a mail.
    #[error("this is not a mail; save the mail as .eml or .msg from the mail program and check that file")]
    NotAMail,
    /// An Outlook file whose inside is damaged.
    #[error("the .msg file is damaged; save the mail again, as .eml if the mail program offers it")]
    BrokenMsg,
}

/// Judges one mail.
///
/// # Errors
/// When the bytes are not a mail or too large; the error says what to do.
pub fn check(bytes: &[u8], knowledge: &Knowledge) -> Result<Verdict, Unreadable> {
    if bytes.len() > limits::MAIL_BYTES {
        return Err(Unreadable::TooLarge);
    }
    let guard = Guard::new(knowledge);
    Check { knowledge, guard: &guard, budget: Budget::default() }.mail(bytes, 0)
}

/// What all levels of one mail share.
struct Check<'k> {
    knowledge: &'k Knowledge,
    guard: &'k Guard<'k>,
    budget: Budget,
}

impl Check<'_> {
    /// Judges a mail and the mails attached to it. In a forward the attached mail is the one that was asked about, but
    /// the worse of both counts, so that a harmless attachment cannot cover a bad text.
    fn mail(&mut self, bytes: &[u8], depth: usize) -> Result<Verdict, Unreadable> {
        let outlook =
            if msg::is_message(bytes) { Some(msg::read(bytes).ok_or(Unreadable::BrokenMsg)?) } else { None };
        let mail = outlook.as_ref().map_or_else(|| mime::read(bytes, &mut self.budget), msg::Outlook::mail);
        if !is_a_mail(&mail) {
            return Err(Unreadable::NotAMail);
        }
        let mut findings = Findings::default();
        let mut inner: Option<Verdict> = None;
        for attached in mail.attached.iter().take(limits::FILES) {
            let verdict = if depth < limits::MAIL_DEPTH { self.mail(attached, depth + 1).ok() } else { None };
            match verdict {
                Some(verdict) if inner.as_ref().is_none_or(|worst| worst.verdict < verdict.verdict) => {
                    inner = Some(verdict);
                }
                Some(_) => {}
                None => findings.blinded(
                    "attached",
                    "添付されたメールを読み取れませんでした。",
                    "An attached mail could not be read.",
                ),
            }
        }
        if mail.cut || outlook.as_ref().is_some_and(|outlook| outlook.rich_only) {
            findings.blinded(
                "parts",
                "メールの一部を読み取れませんでした。",
                "Part of the mail could not be read.",
            );
        }
        let asks_about_inner =
            inner.is_some() && (forward::is_marked(&mail.subject) || self.is_own(&mail.sender()));
        let outer = self.one(&mail, asks_about_inner, findings);
        Ok(match inner {
            Some(inner)
                if inner.verdict > outer.verdict || (asks_about_inner && inner.verdict == outer.verdict) =>
            {
                Verdict { judged: Judged::Attached, ..inner }
            }
            Some(inner) if asks_about_inner && outer.verdict == Level::Unknown => {
                Verdict { judged: Judged::Attached, ..inner }
            }
            _ => outer,
        })
    }

    fn is_own(&self, sender: &Mailbox) -> bool {
        let host = sender.host();
        self.knowledge.own_domains.iter().any(|own| domains::is_same_or_below(&host, own))
    }

    /// Judges one mail without the mails attached to it.
    fn one(&mut self, mail: &Mail<'_>, carries_original: bool, mut findings: Findings) -> Verdict {
        let reading = Reading::of(mail);
        let judged = if forward::is_marked(&mail.subject) && !carries_original {
            Judged::QuotedForward
        } else {
            Judged::Itself
        };
        let sender = if judged == Judged::QuotedForward {
            findings.skipped(
                "original",
                "転送で元の記録が失われているため、差出人は確認できません。「添付ファイルとして転送」してください。",
                "Forwarding removed the original record, so the sender cannot be known; forward it as an attachment.",
            );
            forward::quoted_sender(&reading.shown).unwrap_or_default()
        } else {
            authentication::judge(mail, self.knowledge, self.guard, &mut findings);
            sender::judge_headers(mail, self.guard, &mut findings);
            mail.sender()
        };
        if !sender.address.is_empty() || !sender.name.is_empty() {
            sender::judge(&sender, self.knowledge, self.guard, &mut findings);
        }
        self.content(mail, &sender, &reading, &mut findings);
        findings.conclude(judged)
    }

    fn content(&mut self, mail: &Mail<'_>, sender: &Mailbox, reading: &Reading, findings: &mut Findings) {
        const OPENING_CHARS: usize = 600;
        const HIDDEN_CHARS: usize = 300;
        let text = wording::normal(&format!("{}\n{}", mail.subject, reading.shown));
        let opening: String = text.chars().take(OPENING_CHARS).collect();
        let asks = wording::judge(&text, findings);
        wording::judge_letters(&reading.shown, findings);
        sender::judge_freemail(sender, &opening, findings);
        money::judge_account(&text, sender, self.knowledge, findings);
        let mut links = reading.links.clone();
        let mut inspection =
            Inspection { findings, budget: &mut self.budget, links: &mut links, encrypted: false };
        for file in &mail.files {
            inspection.file(&file.name, &file.bytes, 0);
        }
        if inspection.encrypted && asks.gives_password {
            inspection.findings.add(catalogue::FILE_PASSWORD, "", "text");
        }
        let recipients: Vec<String> = mail.to.iter().map(|to| to.address.to_lowercase()).collect();
        let hosts = links::judge(&links, self.knowledge, self.guard, &recipients, findings);
        if asks.pressing && (!hosts.is_empty() || !mail.files.is_empty()) {
            wording::judge_brand_claim(&opening, &hosts, &sender.host(), self.guard, findings);
        }
        if reading.asks_password {
            findings.add(catalogue::TEXT_FORM, "input type=password", "text");
        }
        let hidden =
            reading.hidden.chars().filter(|c| !c.is_whitespace() && !wording::is_invisible(*c)).count();
        if hidden > HIDDEN_CHARS {
            findings.add(catalogue::TEXT_HIDDEN, &reading.hidden, "text");
        }
        judge_pictures(mail, reading, findings);
        if !hosts.is_empty() {
            findings.skipped(
                "pages",
                "リンク先のページは開いていません。",
                "The pages behind the links were not opened.",
            );
        }
    }
}

/// A mail whose words are a picture cannot be read here.
fn judge_pictures(mail: &Mail<'_>, reading: &Reading, findings: &mut Findings) {
    const FEW_LETTERS: usize = 20;
    let letters = reading.shown.chars().filter(|c| c.is_alphanumeric()).count();
    let pictures = reading.pictures > 0
        || mail.files.iter().any(|file| files::identify(&file.bytes) == files::Content::Picture);
    if letters < FEW_LETTERS && pictures {
        findings.add(catalogue::TEXT_IMAGE_ONLY, &format!("{letters} letters"), "text");
        findings.blinded(
            "picture_text",
            "画像の中の文字は読み取っていません。",
            "The words inside pictures were not read.",
        );
    }
}

/// The texts of a mail as one: what is shown, what is hidden, and the links of both.
#[derive(Debug, Default)]
struct Reading {
    shown: String,
    hidden: String,
    links: Vec<Link>,
    pictures: usize,
    asks_password: bool,
}

impl Reading {
    fn of(mail: &Mail<'_>) -> Self {
        let mut reading = Self::default();
        for text in &mail.texts {
            if text.is_html || looks_like_html(&text.content) {
                let page = html::read(&text.content);
                links::in_page(&page, "HTML", &mut reading.links);
                links::in_text(&page.text, "HTML", &mut reading.links);
                reading.shown.push_str(&page.text);
                reading.hidden.push_str(&page.hidden);
                reading.pictures += page.pictures;
                reading.asks_password |= page.asks_password;
            } else {
                links::in_text(&text.content, "text", &mut reading.links);
                reading.shown.push_str(&text.content);
            }
            reading.shown.push('\n');
        }
        reading
    }
}

/// HTML that is labelled as plain text is shown as a page by some programs.
fn looks_like_html(text: &str) -> bool {
    let start: String = text.trim_start().chars().take(16).collect::<String>().to_ascii_lowercase();
    start.starts_with("<html") || start.starts_with("<!doctype html")
}

fn is_a_mail(mail: &Mail<'_>) -> bool {
    const USUAL: [&str; 8] =
        ["from", "to", "subject", "received", "date", "message-id", "return-path", "mime-version"];
    let usual = mail.headers.iter().any(|header| USUAL.contains(&header.name.as_str()));
    (usual || !mail.from.is_empty()) && !mail.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_of_outlook_is_judged_like_any_mail() {
        let verdict = check(&msg::tests::sample(), &Knowledge::default()).unwrap();
        assert_eq!(verdict.verdict, Level::Dangerous);
        assert!(verdict.signals.iter().any(|signal| signal.id == "file.double_extension"));
    }

    #[test]
    fn what_is_no_mail_is_refused_by_name() {
        for bytes in [&b""[..], b"hello", b"%PDF-1.4", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", &[0; 4096]] {
            assert_eq!(check(bytes, &Knowledge::default()), Err(Unreadable::NotAMail));
        }
    }
}
