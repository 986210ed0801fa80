//! Names of hosts: whose they are, and whose they only look like.

use std::borrow::Cow;

use psl::Psl;
use unicode_security::confusable_detection::skeleton;

use crate::brands::{self, KNOWN};
use crate::knowledge::Knowledge;

/// Letters of a name that are compared at most; longer names are not look-alikes of short ones.
const LABEL_CHARS: usize = 64;

/// The registered domain of a host in ASCII lower case: `mail.shop.co.jp` gives `shop.co.jp`.
/// A host that is itself a public suffix, or an address, gives itself.
pub(crate) fn registered(host: &str) -> &str {
    let host = host.trim_end_matches('.');
    psl::List
        .domain(host.as_bytes())
        .and_then(|domain| std::str::from_utf8(domain.as_bytes()).ok())
        .unwrap_or(host)
}

/// The ending under which the registered domain stands: `co.jp`.
pub(crate) fn suffix(host: &str) -> &str {
    psl::List
        .suffix(host.as_bytes())
        .and_then(|suffix| std::str::from_utf8(suffix.as_bytes()).ok())
        .unwrap_or("")
}

/// Whether anybody can get a name under this host's parent at once.
pub(crate) fn is_free_host(host: &str) -> bool {
    let private = psl::List.suffix(host.as_bytes()).is_some_and(|s| s.typ() == Some(psl::Type::Private));
    private || (brands::FREE_HOSTS.iter().any(|parent| is_below(host, parent)))
}

/// Whether a host is the domain or stands below it.
pub(crate) fn is_same_or_below(host: &str, domain: &str) -> bool {
    host.eq_ignore_ascii_case(domain) || is_below(host, domain)
}

/// Whether a host belongs to `label` under the ending of a country: `yahoo.com.au`. Companies known everywhere hold their
/// name in each, but for the endings that were given away for nothing.
fn is_in_a_country(host: &str, label: &str) -> bool {
    const GIVEN_AWAY: [&str; 9] = ["tk", "ml", "ga", "cf", "gq", "ws", "cc", "pw", "su"];
    // Most hosts end here, before any look into the list of suffixes.
    if !host.contains(label) {
        return false;
    }
    let domain = registered(host);
    let ending = suffix(domain);
    let country = ending.rsplit('.').next().unwrap_or_default();
    country.len() == 2
        && !GIVEN_AWAY.contains(&country)
        && domain.strip_suffix(ending).is_some_and(|front| front.trim_end_matches('.') == label)
}

fn is_below(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|front| front.ends_with('.'))
}

/// A name that must not be imitated, with the domains that are truly its own.
#[derive(Debug)]
pub(crate) struct Guarded<'k> {
    pub(crate) name: &'k str,
    names: Vec<String>,
    tokens: Vec<Token<'k>>,
    domains: Vec<&'k str>,
    /// The name parts of the domains, for partners and the client itself.
    labels: Vec<Token<'k>>,
    /// A partner or the client itself; else a brand.
    pub(crate) is_near: bool,
}

/// A word with what it looks like, computed once.
#[derive(Debug)]
struct Token<'k> {
    word: Cow<'k, str>,
    letters: Vec<char>,
    picture: String,
    size: usize,
}

impl<'k> Token<'k> {
    fn new(word: impl Into<Cow<'k, str>>) -> Self {
        let word = word.into();
        let letters = letters(&word);
        Self { picture: picture(&word), size: letters.len(), letters, word }
    }

    /// Other letters with the same picture, or one or two letters away.
    fn is_imitated_by(&self, shown: &Token<'_>) -> bool {
        let edits = if self.size >= 9 { 2 } else { 1 };
        (self.size >= 4 && shown.word != self.word && shown.picture == self.picture)
            || (self.size >= 6 && within(&shown.letters, &self.letters, edits))
    }
}

impl Guarded<'_> {
    pub(crate) fn owns(&self, host: &str) -> bool {
        self.domains.iter().any(|domain| match domain.strip_suffix(".*") {
            Some(label) => is_in_a_country(host, label),
            None => is_same_or_below(host, domain),
        })
    }

    /// Whether a display name or subject uses this name. Both are normalised.
    pub(crate) fn is_named_in(&self, text: &str) -> bool {
        self.names.iter().any(|name| contains_word(text, name))
    }
}

/// All names to guard for one client: its own, its partners', the given and the built-in brands.
#[derive(Debug)]
pub(crate) struct Guard<'k>(Vec<Guarded<'k>>);

impl<'k> Guard<'k> {
    pub(crate) fn new(knowledge: &'k Knowledge) -> Self {
        let near = |name: &'k str, names: Vec<String>, domains: Vec<&'k str>| Guarded {
            name,
            names,
            tokens: Vec::new(),
            labels: domains.iter().map(|domain| Token::new(label_of(domain))).collect(),
            domains,
            is_near: true,
        };
        let brand = |names: Vec<&'k str>, tokens: Vec<&'k str>, domains: Vec<&'k str>| Guarded {
            name: names.first().copied().unwrap_or(""),
            names: names.iter().map(|name| crate::wording::squeeze(name)).collect(),
            tokens: tokens.into_iter().map(Token::new).collect(),
            labels: Vec::new(),
            domains,
            is_near: false,
        };
        let own = knowledge.own_domains.iter().map(|domain| near(domain, Vec::new(), vec![domain]));
        let partners = knowledge.partners.iter().map(|partner| {
            let name = crate::wording::squeeze(&partner.name);
            let names = if name.chars().count() > 2 { vec![name] } else { Vec::new() };
            near(&partner.name, names, partner.domains.iter().map(String::as_str).collect())
        });
        let texts = |list: &'k [String]| list.iter().map(String::as_str).collect();
        let given = knowledge
            .brands
            .iter()
            .map(|given| brand(texts(&given.names), texts(&given.tokens), texts(&given.domains)));
        let known = KNOWN
            .iter()
            .map(|known| brand(known.names.to_vec(), known.tokens.to_vec(), known.domains.to_vec()));
        Self(own.chain(partners).chain(given).chain(known).collect())
    }

    /// Who owns a host.
    pub(crate) fn owner(&self, host: &str) -> Option<&Guarded<'k>> {
        self.0.iter().find(|guarded| guarded.owns(host))
    }

    /// All brands and partners named in a normalised text.
    pub(crate) fn named_in<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a Guarded<'k>> {
        self.0.iter().filter(move |guarded| guarded.is_named_in(text))
    }

    /// The name that a host only looks like: the same picture in other letters, or one or two letters away.
    /// A host of any guarded name is never a look-alike.
    pub(crate) fn imitated_by(&self, host: &str) -> Option<&Guarded<'k>> {
        if self.owner(host).is_some() {
            return None;
        }
        let domain = registered(host);
        let ending = suffix(domain);
        let shown = Token::new(label_of(domain));
        self.0.iter().find(|guarded| {
            let elsewhere = |label: &Token<'_>| {
                guarded.is_near
                    && label.size >= 4
                    && shown.word == label.word
                    && ending != suffix(host_of(guarded, &label.word))
            };
            guarded
                .labels
                .iter()
                .chain(&guarded.tokens)
                .any(|real| real.is_imitated_by(&shown) || elsewhere(real))
        })
    }

    /// The brand whose word stands in a host that is not its own, also in other letters.
    pub(crate) fn brand_word_in(&self, host: &str) -> Option<&Guarded<'k>> {
        if self.owner(host).is_some() {
            return None;
        }
        let front = host.strip_suffix(suffix(host)).unwrap_or(host);
        let pieces: Vec<Token<'_>> = front.split('.').flat_map(pieces_of).map(Token::new).collect();
        // The picture of a whole label contains those of its pieces.
        let labels: Vec<String> = front.split('.').map(|label| picture(&unicode(label))).collect();
        self.0.iter().find(|guarded| {
            guarded.tokens.iter().any(|token| {
                let edits = if token.size >= 10 { 2 } else { 1 };
                let inside = |label: &String| {
                    label.len() >= token.picture.len() && label.contains(token.picture.as_str())
                };
                (token.size >= 6 && labels.iter().any(inside))
                    || pieces.iter().any(|piece| {
                        piece.picture == token.picture
                            || (token.size >= 7 && within(&piece.letters, &token.letters, edits))
                    })
            })
        })
    }
}

fn host_of<'g>(guarded: &'g Guarded<'_>, label: &str) -> &'g str {
    guarded.domains.iter().find(|domain| label_of(domain) == label).copied().unwrap_or("")
}

/// A label as it is, and its pieces between hyphens and digits: `rakuten-card77` gives itself, `rakuten` and `card`.
fn pieces_of(label: &str) -> Vec<String> {
    let shown = unicode(label);
    let mut pieces: Vec<String> = shown.split('-').map(str::to_owned).collect();
    pieces.extend(shown.split(|c: char| c == '-' || c.is_ascii_digit()).map(str::to_owned));
    pieces.push(shown);
    pieces.retain(|piece| piece.chars().count() >= 3);
    pieces.dedup();
    pieces
}

/// The name part of a registered domain, as a reader sees it: `xn--...` becomes letters.
fn label_of(domain: &str) -> String {
    let label = domain.strip_suffix(suffix(domain)).unwrap_or(domain).trim_end_matches('.');
    unicode(label)
}

/// A label or host as a reader sees it.
pub(crate) fn unicode(host: &str) -> String {
    if host.contains("xn--") { idna::domain_to_unicode(host).0 } else { host.to_ascii_lowercase() }
}

/// The same picture gives the same string: the skeleton of UTS 39, then letter pairs and digits used as letters.
pub(crate) fn picture(label: &str) -> String {
    let bounded: String = label.chars().take(LABEL_CHARS).collect();
    // For ASCII the skeleton only writes "m" as "rn" and digits as letters, which follows anyway, and costs far more.
    let shape: String = if bounded.is_ascii() { bounded } else { skeleton(&bounded).collect() };
    shape
        .to_lowercase()
        .replace("rn", "m")
        .replace("vv", "w")
        .replace("cl", "d")
        .chars()
        .map(|c| match c {
            '0' => 'o',
            '1' | '|' | 'i' => 'l',
            '3' => 'e',
            '5' => 's',
            other => other,
        })
        .filter(|c| *c != '-')
        .collect()
}

/// The letters of a name that are compared.
fn letters(name: &str) -> Vec<char> {
    name.chars().take(LABEL_CHARS).collect()
}

/// Whether two names are at most `most` edits apart but not equal, a swap of neighbours counting as one.
/// The optimal string alignment distance, one row at a time, given up as soon as a row is beyond the bound.
fn within(a: &[char], b: &[char], most: usize) -> bool {
    if a == b || a.len().abs_diff(b.len()) > most {
        return false;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut best = (above[j] + usize::from(x != y)).min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        if row.iter().all(|distance| *distance > most) {
            return false;
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().is_some_and(|distance| *distance <= most)
}

/// Whether a word stands in a text; a Latin word only between characters that are not Latin letters or digits.
fn contains_word(text: &str, word: &str) -> bool {
    if word.is_empty() {
        return false;
    }
    let joins = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    text.match_indices(word).any(|(at, found)| {
        let (front, back) = text.split_at(at);
        let open = word.starts_with(|c: char| c.is_ascii_alphanumeric()) && joins(front.chars().next_back());
        let after = back.chars().nth(found.chars().count());
        let close = word.ends_with(|c: char| c.is_ascii_alphanumeric()) && joins(after);
        !open && !close
    })
}

/// A name nobody would say aloud: long hexadecimal, many digits among letters, or letters that no language joins.
pub(crate) fn is_random(label: &str) -> bool {
    let size = label.chars().count();
    if !(5..=LABEL_CHARS).contains(&size) || label.starts_with("xn--") || !label.is_ascii() {
        return false;
    }
    if size >= 16 && label.chars().all(|c| c.is_ascii_hexdigit()) {
        return true;
    }
    let label = label.to_ascii_lowercase();
    let digits = label.chars().filter(char::is_ascii_digit).count();
    let letters = label.chars().filter(char::is_ascii_alphabetic).count();
    let vowels = label.chars().filter(|c| is_vowel(*c)).count();
    // Changes between letters and digits: a name has one ("area51"), a made one several ("k3x9q").
    let kinds: Vec<bool> =
        label.chars().filter(char::is_ascii_alphanumeric).map(|c| c.is_ascii_digit()).collect();
    let changes = kinds.windows(2).filter(|pair| pair[0] != pair[1]).count();
    let starts_with_digit = kinds.first() == Some(&true);
    let mixed = letters >= 2
        && digits >= 1
        && (changes >= 3 || (changes == 2 && starts_with_digit) || (letters >= 4 && vowels == 0));
    let numbers = digits >= 6 && digits * 2 >= size;
    let run = label.split(|c: char| !c.is_ascii_alphabetic() || is_vowel(c)).map(str::len).max().unwrap_or(0);
    let unspoken = letters >= 6 && (run >= 6 || (run >= 5 && vowels * 5 < letters));
    mixed || numbers || unspoken || strange_pairs(&label) >= 2
}

fn is_vowel(c: char) -> bool {
    matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y')
}

/// Neighbours that neither English nor romanised Japanese joins, but by way of an abbreviation.
fn strange_pairs(label: &str) -> usize {
    label
        .as_bytes()
        .windows(2)
        .filter(|pair| {
            let (a, b) = (char::from(pair[0]), char::from(pair[1]));
            let both = a.is_ascii_alphabetic() && b.is_ascii_alphabetic();
            both && match (a, b) {
                ('q', b) => b != 'u',
                ('j' | 'v', b) => !is_vowel(b),
                (a, 'q') => !is_vowel(a) && a != 's' && a != 'c',
                (a, 'x') => !is_vowel(a) && a != 'n',
                (a, 'j') => !is_vowel(a) && a != 'd' && a != 'n',
                (a, 'v') => !is_vowel(a) && !matches!(a, 'l' | 'n' | 'r' | 'd' | 's'),
                ('x', b) => matches!(b, 'b' | 'd' | 'f' | 'g' | 'j' | 'k' | 'r' | 'z'),
                ('f', b) => matches!(b, 'b' | 'd' | 'g' | 'h' | 'k' | 'm' | 'p' | 'z'),
                ('z', b) => matches!(b, 'b' | 'd' | 'f' | 'g' | 'k' | 'm' | 'p' | 'r' | 't'),
                ('h', b) => matches!(b, 'b' | 'd' | 'f' | 'g' | 'k' | 'p' | 'z'),
                _ => false,
            }
        })
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The textbook table, for comparison with the bounded rows.
    fn slow_distance(a: &str, b: &str) -> usize {
        let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
        let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                table[i][j] = if i == 0 || j == 0 {
                    i + j
                } else {
                    let swap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                    let change = table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                    let plain = change.min(table[i - 1][j] + 1).min(table[i][j - 1] + 1);
                    if swap { plain.min(table[i - 2][j - 2] + 1) } else { plain }
                };
            }
        }
        table[a.len()][b.len()]
    }

    proptest! {
        #[test]
        fn the_bounded_distance_agrees_with_the_textbook(a in "[ab猫c]{0,9}", b in "[ab猫c]{0,9}", most in 0_usize..4) {
            prop_assert_eq!(within(&letters(&a), &letters(&b), most), a != b && slow_distance(&a, &b) <= most);
        }
    }

    fn knowledge() -> Knowledge {
        let mut knowledge = Knowledge::default();
        knowledge.partners.push(crate::Partner {
            name: "阿蘇材木店".into(),
            domains: ["aso-zaimoku.example".to_owned()].into(),
            ..Default::default()
        });
        knowledge
    }

    #[test]
    fn look_alikes_are_found_and_the_real_ones_are_not() {
        let knowledge = knowledge();
        let guard = Guard::new(&knowledge);
        for host in [
            "aso-zairnoku.example",
            "aso-zaimokuu.example",
            "aso-zaimoku.test",
            "amaz0n.example",
            "rnercari.example",
            "xn--mazon-3ve.example",
            "www.rakutem.example",
        ] {
            assert!(guard.imitated_by(host).is_some(), "{host}");
        }
        for host in [
            "www.amazon.co.jp",
            "aso-zaimoku.example",
            "mail.aso-zaimoku.example",
            "paypay.ne.jp",
            "paypal.com",
            "ads.yahoo.com.au",
            "amazon.it",
            "example.com",
            "kumamoto.example",
        ] {
            assert!(guard.imitated_by(host).is_none(), "{host}");
        }
    }

    #[test]
    fn a_brand_s_word_counts_only_in_hosts_that_are_not_the_brand_s() {
        let knowledge = Knowledge::default();
        let guard = Guard::new(&knowledge);
        for host in [
            "amazon-support.example",
            "smbc-card.login.example",
            "www.rakutencard77.example",
            "secure.app1e.example",
        ] {
            assert!(guard.brand_word_in(host).is_some(), "{host}");
        }
        for host in
            ["pineapple.example", "smbc-card.com", "ads.rakuten.co.jp", "naeon.example", "news.example.jp"]
        {
            assert!(guard.brand_word_in(host).is_none(), "{host}");
        }
    }

    #[test]
    fn the_short_way_for_ascii_gives_the_same_picture_as_the_skeleton() {
        for label in
            ["amazon", "rnercari", "app1e", "sm8c-0123456789", "abcdefghijklmnopqrstuvwxyz", "vvww-clicl"]
        {
            let long: String = skeleton(label).collect();
            assert_eq!(picture(label), picture(&long), "{label}");
        }
    }

    #[test]
    fn words_stay_and_gibberish_goes() {
        for label in [
            "qvbawmeemfgrv17",
            "iqkosvjvq",
            "kuykfgjdr",
            "33xvrj",
            "a47nya2",
            "04eaa62617d1f20936f043e000fcfd94",
            "wftxvx",
        ] {
            assert!(is_random(label), "{label}");
        }
        for label in [
            "clickthru",
            "handspring",
            "glitschka",
            "pcworld",
            "searchstandard",
            "kumamoto",
            "shop24",
            "area51",
            "hinokuni-shokokai",
            "news",
            "us02web",
            "mail",
            "higo-mokko",
        ] {
            assert!(!is_random(label), "{label}");
        }
    }
}
