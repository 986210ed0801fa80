//! What the words of a mail ask for.
//!
//! Phrases are looked for in normalised text (NFKC, lower case, no blanks beside Japanese letters), all in one pass.
//! A phrase is a whole request ("enter your password"), never a lone noun, because honest mails use the nouns too.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use unicode_normalization::UnicodeNormalization;

use crate::catalogue::{self, Kind};
use crate::domains::Guard;
use crate::limits;
use crate::phrases::{PHRASES, Topic};
use crate::verdict::Findings;

use Topic::{
    AccountChange, AdvanceFee, Credential, Enable, Extortion, GiftCard, Money, Offer, Password, Secret,
    Threat, Urgent,
};

struct Search {
    automaton: AhoCorasick,
    topics: Vec<Topic>,
    phrases: Vec<String>,
}

/// Built once; constant after that.
static SEARCH: LazyLock<Option<Search>> = LazyLock::new(|| {
    let all: Vec<(Topic, String)> =
        PHRASES.iter().flat_map(|(topic, list)| list.iter().map(|phrase| (*topic, normal(phrase)))).collect();
    let phrases: Vec<String> = all.iter().map(|(_, phrase)| phrase.clone()).collect();
    let automaton = AhoCorasick::builder().match_kind(MatchKind::Standard).build(&phrases).ok()?;
    Some(Search { automaton, topics: all.into_iter().map(|(topic, _)| topic).collect(), phrases })
});

/// Characters that take no room on a screen.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206f}' | '\u{feff}')
}

/// Text in one form: NFKC, lower case, nothing invisible, one blank between Latin words and none beside other letters.
pub(crate) fn normal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = false;
    for c in text.chars().filter(|c| !is_invisible(*c)).nfkc().take(limits::WORDING_CHARS) {
        if c.is_whitespace() {
            blank = true;
            continue;
        }
        if blank && c.is_ascii() && out.ends_with(|last: char| last.is_ascii()) {
            out.push(' ');
        }
        blank = false;
        out.extend(c.to_lowercase());
    }
    out
}

/// The same without any blank: for names.
pub(crate) fn squeeze(text: &str) -> String {
    normal(text).chars().filter(|c| !c.is_whitespace()).collect()
}

/// What the words ask for, as far as other parts of the check need it.
#[derive(Debug, Default)]
pub(crate) struct Asks {
    /// It leads to typing something or threatens a loss.
    pub(crate) pressing: bool,
    /// A password stands in the text.
    pub(crate) gives_password: bool,
}

/// Reads subject and text (normalised together) and adds what they ask for.
pub(crate) fn judge(text: &str, findings: &mut Findings) -> Asks {
    let Some(search) = SEARCH.as_ref() else { return Asks::default() };
    let mut first: Vec<(Topic, &str)> = Vec::new();
    let mut offers: Vec<&str> = Vec::new();
    for found in search.automaton.find_overlapping_iter(text) {
        let index = found.pattern().as_usize();
        let (Some(topic), Some(phrase)) = (search.topics.get(index), search.phrases.get(index)) else {
            continue;
        };
        if !stands_alone(text, found.start(), found.end()) {
            continue;
        }
        if *topic == Offer && !offers.contains(&phrase.as_str()) {
            offers.push(phrase);
        }
        if !first.iter().any(|(known, _)| known == topic) {
            first.push((*topic, phrase));
        }
    }
    let seen = |topic: Topic| first.iter().find(|(known, _)| *known == topic).map(|(_, phrase)| *phrase);
    let kinds: [(Topic, Kind); 9] = [
        (AccountChange, catalogue::TEXT_ACCOUNT_CHANGE),
        (GiftCard, catalogue::TEXT_GIFT_CARD),
        (Extortion, catalogue::TEXT_EXTORTION),
        (AdvanceFee, catalogue::TEXT_ADVANCE_FEE),
        (Credential, catalogue::TEXT_CREDENTIAL),
        (Threat, catalogue::TEXT_THREAT),
        (Urgent, catalogue::TEXT_URGENT),
        (Secret, catalogue::TEXT_SECRET),
        (Enable, catalogue::TEXT_ENABLE),
    ];
    for (topic, kind) in kinds {
        if let Some(phrase) = seen(topic) {
            findings.add(kind, phrase, "text");
        }
    }
    if offers.len() >= 2 {
        findings.add(catalogue::TEXT_OFFER, &offers.join(" / "), "text");
    }
    findings.money |= [Money, AccountChange, GiftCard, Extortion, AdvanceFee]
        .into_iter()
        .any(|topic| seen(topic).is_some());
    Asks {
        pressing: [Credential, Threat].into_iter().any(|topic| seen(topic).is_some()),
        gives_password: seen(Password).is_some(),
    }
}

/// A Latin phrase must not stand inside a longer word.
fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let (before, rest) = text.split_at(start);
    let (found, after) = rest.split_at(end - start);
    let joins = |a: Option<char>, b: Option<char>| {
        a.is_some_and(|c| c.is_ascii_alphanumeric()) && b.is_some_and(|c| c.is_ascii_alphanumeric())
    };
    !joins(before.chars().next_back(), found.chars().next())
        && !joins(found.chars().next_back(), after.chars().next())
}

/// Invisible letters inside words, and words that mix scripts which look alike.
pub(crate) fn judge_letters(text: &str, findings: &mut Findings) {
    const ENOUGH: usize = 3;
    let split: usize = text
        .split(|c: char| c.is_whitespace())
        .filter(|word| {
            let inner = word.trim_matches(is_invisible);
            inner.chars().any(is_invisible)
                && inner.chars().filter(|c| c.is_alphanumeric()).count() >= 4
                && !has_emoji(inner)
        })
        .count();
    if split >= ENOUGH {
        findings.add(catalogue::TEXT_BROKEN, &format!("{split} words with invisible letters"), "text");
    }
    let mixed = text.split(|c: char| !c.is_alphabetic()).find(|word| {
        let latin = word.chars().any(|c| c.is_ascii_alphabetic());
        let twin = word.chars().any(|c| matches!(c, '\u{370}'..='\u{3ff}' | '\u{400}'..='\u{4ff}'));
        latin && twin && word.chars().count() >= 4 && word.chars().count() <= 40
    });
    if let Some(word) = mixed {
        findings.add(catalogue::TEXT_BROKEN, word, "text");
    }
}

/// Emoji are joined by invisible letters honestly.
fn has_emoji(word: &str) -> bool {
    word.chars().any(|c| matches!(c, '\u{1f000}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}'))
}

/// A mail that speaks for a brand although neither its sender nor its links are the brand's.
pub(crate) fn judge_brand_claim(
    opening: &str,
    hosts: &[String],
    sender_host: &str,
    guard: &Guard<'_>,
    findings: &mut Findings,
) {
    let claimed = guard.named_in(opening).find(|guarded| {
        !guarded.is_near && !guarded.owns(sender_host) && !hosts.iter().any(|host| guarded.owns(host))
    });
    if let Some(guarded) = claimed {
        findings.add(catalogue::TEXT_BRAND, guarded.name, "text");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_compared_in_one_form() {
        assert_eq!(normal("ＡＢＣ　パス\nワード ﾊﾟｽ  to  be"), "abcパスワードパスto be");
        assert_eq!(normal("ver\u{200b}ify"), "verify");
    }

    #[test]
    fn one_pass_finds_what_a_search_for_each_phrase_finds() {
        let text = normal(
            "至急、下記の新しい口座へお振込みください。 Please verify your account within 24 hours. notrisk free",
        );
        let mut findings = Findings::default();
        judge(&text, &mut findings);
        for (topic, kind) in [
            (AccountChange, catalogue::TEXT_ACCOUNT_CHANGE),
            (Credential, catalogue::TEXT_CREDENTIAL),
            (Secret, catalogue::TEXT_SECRET),
            (Urgent, catalogue::TEXT_URGENT),
        ] {
            let slow = PHRASES
                .iter()
                .filter(|(t, _)| *t == topic)
                .flat_map(|(_, list)| *list)
                .any(|p| text.contains(&normal(p)));
            assert_eq!(findings.has(kind), slow, "{}", kind.id);
        }
        assert!(findings.money);
    }

    #[test]
    fn cyrillic_inside_a_latin_word_is_seen_and_russian_is_not() {
        let judged = |text: &str| {
            let mut findings = Findings::default();
            judge_letters(text, &mut findings);
            findings.has(catalogue::TEXT_BROKEN)
        };
        assert!(judged("your Micrоsoft account"));
        assert!(!judged("Привет, Microsoft"));
    }
}
