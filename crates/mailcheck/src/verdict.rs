//! What the engine answers, and how points become a verdict.
//!
//! Always holds: every point of the score belongs to a signal that says what was seen and where; "no problem found"
//! never says "safe" to a reader; what could not be checked is listed.

use serde::Serialize;

use crate::advice;
use crate::catalogue::Kind;

/// Points from which a mail is called careful.
pub const CAREFUL_FROM: i32 = 30;
/// Points from which a mail is called dangerous, if at least one signal is strong.
pub const DANGEROUS_FROM: i32 = 60;
/// Points from which a mail is called dangerous without a strong signal: no newsletter gathers so many medium ones.
pub const DANGEROUS_ANYWAY_FROM: i32 = 90;
/// The weight from which one signal is strong: a few weak ones alone never make a mail dangerous.
pub const STRONG_FROM: i32 = 35;
/// Points from which a mail of an unconfirmed sender is left open instead of being waved through.
pub const UNKNOWN_FROM: i32 = 15;

/// Characters of hostile text that are kept in `seen`.
const SEEN_CHARS: usize = 160;

/// The four answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Nothing was found. Screens say 「問題は見つかりません」, never "safe".
    Safe,
    /// It cannot be told.
    Unknown,
    /// Something speaks against it.
    Careful,
    /// Do not open, answer or pay.
    Dangerous,
}

impl Level {
    /// The word for output and options.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Unknown => "unknown",
            Self::Careful => "careful",
            Self::Dangerous => "dangerous",
        }
    }

    /// What a screen calls it.
    #[must_use]
    pub fn label(self) -> Bilingual {
        let (ja, en) = match self {
            Self::Safe => ("問題は見つかりません", "no problem found"),
            Self::Unknown => ("判断できません", "cannot tell"),
            Self::Careful => ("注意", "careful"),
            Self::Dangerous => ("危険", "dangerous"),
        };
        Bilingual { ja: ja.into(), en: en.into() }
    }
}

/// How much the verdict rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// The original headers are gone, or a part could not be read.
    Low,
    /// The sender could not be confirmed by a trusted server.
    Medium,
    /// The client's own server confirmed or refused the sender, and every part was read.
    High,
}

/// Which mail was judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Judged {
    /// The mail as given.
    Itself,
    /// The mail attached to it: its headers are the original ones.
    Attached,
    /// The mail quoted in its text: the original headers are lost.
    QuotedForward,
}

/// A sentence in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Bilingual {
    /// Japanese.
    pub ja: String,
    /// English.
    pub en: String,
}

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Signal {
    /// The kind, see [`crate::catalogue::ALL`].
    pub id: &'static str,
    /// Points.
    pub weight: i32,
    /// Where the weight comes from.
    pub reason: &'static str,
    /// What was seen, without control characters and cut to a bounded length. Written by a stranger: escape it.
    pub seen: String,
    /// Where in the mail.
    pub place: String,
    /// The sentence in Japanese.
    pub ja: &'static str,
    /// The sentence in English.
    pub en: &'static str,
}

/// Something that was not checked, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotChecked {
    /// Stable name.
    pub what: &'static str,
    /// Why, for a reader.
    #[serde(flatten)]
    pub why: Bilingual,
}

/// The answer for one mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// The answer.
    pub verdict: Level,
    /// What a screen calls it.
    pub label: Bilingual,
    /// How much it rests on.
    pub confidence: Confidence,
    /// The sum of the weights.
    pub score: i32,
    /// Which mail was judged.
    pub judged: Judged,
    /// The reasons, heaviest first.
    pub signals: Vec<Signal>,
    /// Three sentences for an owner: what we think, what to do now, whom to ask.
    pub advice: advice::Advice,
    /// What was not checked.
    pub not_checked: Vec<NotChecked>,
}

/// What is collected while one mail is read.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    signals: Vec<Signal>,
    not_checked: Vec<NotChecked>,
    /// The mail speaks of paying: the telephone advice is given whatever the score.
    pub(crate) money: bool,
    /// A trusted server or a computed signature confirmed the sender.
    pub(crate) sender_confirmed: bool,
    /// A trusted server gave an answer, whichever.
    pub(crate) sender_checked: bool,
    /// A part that matters could not be read, so "no problem found" would be a guess.
    pub(crate) blind: bool,
}

impl Findings {
    /// Adds a signal; a kind that is already there is kept as first seen.
    pub(crate) fn add(&mut self, kind: Kind, seen: &str, place: &str) {
        if self.has(kind) {
            return;
        }
        let Kind { id, weight, reason, ja, en } = kind;
        self.signals.push(Signal { id, weight, reason, seen: shown(seen), place: shown(place), ja, en });
    }

    pub(crate) fn has(&self, kind: Kind) -> bool {
        self.signals.iter().any(|signal| signal.id == kind.id)
    }

    pub(crate) fn skipped(&mut self, what: &'static str, ja: &str, en: &str) {
        if !self.not_checked.iter().any(|item| item.what == what) {
            self.not_checked.push(NotChecked { what, why: Bilingual { ja: ja.into(), en: en.into() } });
        }
    }

    /// The same for something whose absence makes "no problem found" a guess.
    pub(crate) fn blinded(&mut self, what: &'static str, ja: &str, en: &str) {
        self.blind = true;
        self.skipped(what, ja, en);
    }

    fn is_strong(&self) -> bool {
        self.signals.iter().any(|signal| signal.weight >= STRONG_FROM)
    }

    fn level(&self, judged: Judged) -> Level {
        let score = score(&self.signals);
        let open = self.blind || judged == Judged::QuotedForward;
        if score >= DANGEROUS_ANYWAY_FROM || (score >= DANGEROUS_FROM && self.is_strong()) {
            Level::Dangerous
        } else if score >= CAREFUL_FROM {
            Level::Careful
        } else if open || (score >= UNKNOWN_FROM && !self.sender_confirmed) {
            Level::Unknown
        } else {
            Level::Safe
        }
    }

    /// The verdict. A reassuring signal is dropped beside a strong one: confirmed mailboxes are taken over, too.
    pub(crate) fn conclude(mut self, judged: Judged) -> Verdict {
        if self.is_strong() {
            self.signals.retain(|signal| signal.weight >= 0);
        }
        self.signals.sort_by_key(|signal| std::cmp::Reverse(signal.weight));
        let level = self.level(judged);
        let confidence = if self.blind || judged == Judged::QuotedForward {
            Confidence::Low
        } else if self.sender_checked {
            Confidence::High
        } else {
            Confidence::Medium
        };
        Verdict {
            verdict: level,
            label: level.label(),
            confidence,
            score: score(&self.signals),
            judged,
            advice: advice::for_mail(level, self.money, &self.signals),
            signals: self.signals,
            not_checked: self.not_checked,
        }
    }
}

fn score(signals: &[Signal]) -> i32 {
    signals.iter().map(|signal| signal.weight).sum()
}

/// Text of a stranger, fit for a screen: one line, no control or direction characters, bounded.
fn shown(text: &str) -> String {
    let mut out: String = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !c.is_control() && !crate::wording::is_invisible(*c))
        .take(SEEN_CHARS + 1)
        .collect();
    if out.chars().count() > SEEN_CHARS {
        out = out.chars().take(SEEN_CHARS).collect();
        out.push('…');
    }
    out
}
