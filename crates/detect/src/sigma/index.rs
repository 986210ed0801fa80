//! From one value to the clues that are true of it, without asking each.
//!
//! All literals are folded, and so must the values be. What is found here only wakes rules, which are then
//! evaluated; an index may report too much, never too little.

use std::collections::HashMap;

use super::json::hash;
use super::number::Number;
use super::predicate::Place;
use super::witness::Sign;

/// Rules, by their place in a class.
type Rules = Box<[u32]>;

/// A folded literal and the rules that it wakes.
type Literal = (Box<[u8]>, Rules);

/// Common pieces of values. Windows of literals that occur here are poor choices to look for.
const COMMON_TEXT: &str = r#"c:\windows\system32\ c:\windows\syswow64\ c:\program files (x86)\microsoft\ c:\programdata\
    c:\users\public\appdata\local\temp\ c:\users\administrator\desktop\ .exe" .exe -k .dll, hklm\software\microsoft\windows\currentversion\
    hklm\system\currentcontrolset\services\ hku\s-1-5-21- \device\harddiskvolume windowspowershell\v1.0\powershell.exe
    http://www. https:// microsoft.windows. svchost.exe netsvcs microsoft corporation operating system"#;

/// How often a literal's four-byte windows occur elsewhere: rare ones are good to look for.
#[derive(Debug, Default)]
pub(crate) struct Frequencies(HashMap<[u8; 4], u32>);

impl Frequencies {
    pub(crate) fn new() -> Self {
        let mut frequencies = Self::default();
        frequencies.add(COMMON_TEXT, 200);
        frequencies
    }

    pub(crate) fn add(&mut self, literal: &str, weight: u32) {
        for window in literal.as_bytes().windows(4) {
            if let Ok(window) = <[u8; 4]>::try_from(window) {
                *self.0.entry(window).or_default() += weight;
            }
        }
    }

    /// The rarest window of a literal, and where it stands.
    fn rarest(&self, literal: &[u8]) -> Option<([u8; 4], usize)> {
        let windows =
            literal.windows(4).enumerate().filter_map(|(at, window)| Some((window.try_into().ok()?, at)));
        windows.min_by_key(|(window, _)| self.0.get(window).copied().unwrap_or(0))
    }
}

/// What one field is searched for. Built once for a class.
#[derive(Debug, Default)]
pub(crate) struct FieldIndex {
    whole: Whole,
    starts: Ends,
    ends: Ends,
    anywhere: Grams,
    /// Literals that are too short for a window.
    short: Vec<Literal>,
    numbers: HashMap<NumberKey, Rules>,
    present: Rules,
    /// Rules whose clue is a literal of a regular expression: woken by every value that is not ASCII.
    expressions: Rules,
    pub(crate) reads_text: bool,
}

/// What an index is built from: literals with the rules that they wake.
#[derive(Debug, Default)]
pub(crate) struct FieldClues {
    texts: HashMap<(Place, String), Vec<u32>>,
    numbers: HashMap<NumberKey, Vec<u32>>,
    present: Vec<u32>,
    expressions: Vec<u32>,
}

impl FieldClues {
    /// Adds something that wakes a rule.
    pub(crate) fn add(&mut self, sign: Sign, rule: u32) {
        match sign {
            Sign::Text(place, literal) => push(self.texts.entry((place, literal)).or_default(), rule),
            Sign::RegexLiteral(literal) => {
                push(self.texts.entry((Place::Anywhere, literal)).or_default(), rule);
                push(&mut self.expressions, rule);
            }
            Sign::Number(number) => push(self.numbers.entry(NumberKey::of(number)).or_default(), rule),
            Sign::Present => push(&mut self.present, rule),
        }
    }

    pub(crate) fn build(self, frequencies: &Frequencies) -> FieldIndex {
        let mut index = FieldIndex {
            present: self.present.into(),
            expressions: self.expressions.into(),
            numbers: self.numbers.into_iter().map(|(number, rules)| (number, rules.into())).collect(),
            ..FieldIndex::default()
        };
        index.reads_text =
            !self.texts.is_empty() || !index.numbers.is_empty() || !index.expressions.is_empty();
        // The order decides nothing but where things lie in memory; sorted, it is the same in every run.
        let mut texts: Vec<_> = self.texts.into_iter().collect();
        texts.sort_by(|((a_place, a), _), ((b_place, b), _)| (*a_place as u8, a).cmp(&(*b_place as u8, b)));
        for ((place, literal), rules) in texts {
            let (literal, rules): (Box<[u8]>, Rules) = (literal.into_bytes().into(), rules.into());
            match place {
                Place::Whole => index.whole.add(literal, rules),
                Place::Start => index.starts.add(literal, rules, End::Start),
                Place::End => index.ends.add(literal, rules, End::End),
                Place::Anywhere => match frequencies.rarest(&literal) {
                    Some((window, at)) => index.anywhere.add(window, at, literal, rules),
                    None => index.short.push((literal, rules)),
                },
            }
        }
        index
    }
}

/// A rule may have several alternatives with one literal.
fn push(rules: &mut Vec<u32>, rule: u32) {
    if rules.last() != Some(&rule) {
        rules.push(rule);
    }
}

impl FieldIndex {
    /// Calls `wake` for the rules with a clue that only needs the field to be there.
    pub(crate) fn wake_present(&self, wake: &mut impl FnMut(u32)) {
        self.present.iter().copied().for_each(wake);
    }

    /// Calls `wake` for the rules with a clue that is true of the folded text of a value. A rule may be
    /// woken more than once.
    pub(crate) fn wake(&self, text: &[u8], is_ascii: bool, wake: &mut impl FnMut(u32)) {
        self.whole.find(text, wake);
        self.starts.find(text, End::Start, wake);
        self.ends.find(text, End::End, wake);
        self.anywhere.find(text, wake);
        for (literal, rules) in &self.short {
            if memchr::memmem::find(text, literal).is_some() {
                rules.iter().copied().for_each(&mut *wake);
            }
        }
        if !self.numbers.is_empty()
            && let Some(number) = std::str::from_utf8(text).ok().and_then(Number::parse)
            && let Some(rules) = self.numbers.get(&NumberKey::of(number))
        {
            rules.iter().copied().for_each(&mut *wake);
        }
        if !is_ascii {
            self.expressions.iter().copied().for_each(wake);
        }
    }
}

/// Equal for numbers that compare equal: a real number that is whole becomes that whole number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum NumberKey {
    Whole(i128),
    Real(u64),
}

impl NumberKey {
    fn of(number: Number) -> Self {
        match number {
            Number::Whole(whole) => Self::Whole(whole),
            #[expect(
                clippy::cast_possible_truncation,
                reason = "the range was checked and there is no fraction"
            )]
            Number::Real(real) if real.fract() == 0.0 && real.abs() < 1e38 => Self::Whole(real as i128),
            Number::Real(real) => Self::Real(real.to_bits()),
        }
    }
}

/// Literals that are the whole value.
#[derive(Debug, Default)]
struct Whole {
    /// A bit for every length below 256 that occurs.
    lengths: [u64; 4],
    has_longer: bool,
    by_hash: HashMap<u64, Vec<Literal>, AlreadyHashed>,
}

impl Whole {
    fn add(&mut self, literal: Box<[u8]>, rules: Rules) {
        match self.lengths.get_mut(literal.len() / 64) {
            Some(word) => *word |= 1 << (literal.len() % 64),
            None => self.has_longer = true,
        }
        self.by_hash.entry(hash(&literal)).or_default().push((literal, rules));
    }

    fn find(&self, text: &[u8], wake: &mut impl FnMut(u32)) {
        let occurs = match self.lengths.get(text.len() / 64) {
            Some(word) => word & 1 << (text.len() % 64) != 0,
            None => self.has_longer,
        };
        if !occurs {
            return;
        }
        for (literal, rules) in self.by_hash.get(&hash(text)).into_iter().flatten() {
            if literal.as_ref() == text {
                rules.iter().copied().for_each(&mut *wake);
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Start,
    End,
}

/// Literals at one end of the value.
///
/// A long literal is found by four bytes further inside, because the outermost say little: every program
/// ends in `.exe`, every path begins with `C:\W`.
#[derive(Debug, Default)]
struct Ends {
    long: HashMap<u32, Vec<Literal>, AlreadyHashed>,
    middle: HashMap<u32, Vec<Literal>, AlreadyHashed>,
    short: Vec<Literal>,
}

impl Ends {
    fn add(&mut self, literal: Box<[u8]>, rules: Rules, end: End) {
        if let Some(key) = inner_four(&literal, end) {
            self.long.entry(key).or_default().push((literal, rules));
        } else if let Some(key) = outer_four(&literal, end) {
            self.middle.entry(key).or_default().push((literal, rules));
        } else {
            self.short.push((literal, rules));
        }
    }

    fn find(&self, text: &[u8], end: End, wake: &mut impl FnMut(u32)) {
        let long =
            inner_four(text, end).filter(|_| !self.long.is_empty()).and_then(|key| self.long.get(&key));
        let middle =
            outer_four(text, end).filter(|_| !self.middle.is_empty()).and_then(|key| self.middle.get(&key));
        for (literal, rules) in long.into_iter().chain(middle).flatten().chain(&self.short) {
            let stands = match end {
                End::Start => text.starts_with(literal),
                End::End => text.ends_with(literal),
            };
            if stands {
                rules.iter().copied().for_each(&mut *wake);
            }
        }
    }
}

fn four(bytes: Option<&[u8]>) -> Option<u32> {
    bytes?.try_into().ok().map(u32::from_le_bytes)
}

/// Bytes five to eight, counted from the end in question.
fn inner_four(text: &[u8], end: End) -> Option<u32> {
    match end {
        End::Start => four(text.get(4..8)),
        End::End => four(text.get(text.len().checked_sub(8)?..text.len() - 4)),
    }
}

/// The outermost four bytes.
fn outer_four(text: &[u8], end: End) -> Option<u32> {
    match end {
        End::Start => four(text.get(..4)),
        End::End => four(text.get(text.len().checked_sub(4)?..)),
    }
}

/// Bits in the filter of [`Grams`]: 8 kB, which stays in the first-level cache.
const FILTER_BITS: u32 = 16;
const FILTER_WORDS: usize = 1 << (FILTER_BITS - 6);

/// Literals anywhere in the value, each found by its rarest window of four bytes.
#[derive(Debug, Default)]
struct Grams {
    filter: Option<Box<[u64; FILTER_WORDS]>>,
    by_window: HashMap<u32, Vec<Gram>, AlreadyHashed>,
}

#[derive(Debug)]
struct Gram {
    literal: Box<[u8]>,
    /// Where the window stands in the literal.
    at: usize,
    rules: Rules,
}

/// The place of a window in the filter: word and bit.
fn filter_place(window: u32) -> (usize, u32) {
    let bit = window.wrapping_mul(0x9E37_79B1) >> (32 - FILTER_BITS);
    (bit as usize >> 6 & (FILTER_WORDS - 1), bit & 63)
}

impl Grams {
    fn add(&mut self, window: [u8; 4], at: usize, literal: Box<[u8]>, rules: Rules) {
        let window = u32::from_le_bytes(window);
        let filter = self.filter.get_or_insert_with(|| Box::new([0; FILTER_WORDS]));
        let (word, bit) = filter_place(window);
        if let Some(word) = filter.get_mut(word) {
            *word |= 1 << bit;
        }
        self.by_window.entry(window).or_default().push(Gram { literal, at, rules });
    }

    fn find(&self, text: &[u8], wake: &mut impl FnMut(u32)) {
        let Some(filter) = &self.filter else { return };
        for (at, window) in text.windows(4).enumerate() {
            let window = window.try_into().map_or(0, u32::from_le_bytes);
            let (word, bit) = filter_place(window);
            if filter[word] >> bit & 1 != 0 {
                self.verify(text, at, window, wake);
            }
        }
    }

    #[inline(never)]
    fn verify(&self, text: &[u8], at: usize, window: u32, wake: &mut impl FnMut(u32)) {
        for gram in self.by_window.get(&window).into_iter().flatten() {
            let stands =
                at.checked_sub(gram.at).and_then(|start| text.get(start..start + gram.literal.len()));
            if stands == Some(&gram.literal) {
                gram.rules.iter().copied().for_each(&mut *wake);
            }
        }
    }
}

/// For keys that are hashes, or four bytes of text that a multiplication spreads well enough.
pub(crate) type AlreadyHashed = std::hash::BuildHasherDefault<Spread>;

#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Spread(u64);

impl std::hash::Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = self.0.rotate_left(23) ^ hash(bytes);
    }

    fn write_u32(&mut self, key: u32) {
        let spread = u64::from(key).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = spread ^ spread >> 32;
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn woken(index: &FieldIndex, text: &str) -> Vec<u32> {
        let mut rules = Vec::new();
        index.wake(text.as_bytes(), text.is_ascii(), &mut |rule| rules.push(rule));
        rules.sort_unstable();
        rules.dedup();
        rules
    }

    #[test]
    fn a_suffix_longer_than_the_value_never_matches() {
        let mut clues = FieldClues::default();
        clues.add(Sign::Text(Place::End, "abcdefghij".to_owned()), 1);
        clues.add(Sign::Text(Place::Start, "abcdefghij".to_owned()), 2);
        let index = clues.build(&Frequencies::new());
        assert!(woken(&index, "cdefghij").is_empty());
        assert!(woken(&index, "abcdefgh").is_empty());
        assert_eq!(woken(&index, "abcdefghij"), [1, 2]);
    }

    #[test]
    fn equal_numbers_have_one_key() {
        let mut clues = FieldClues::default();
        clues.add(Sign::Number(Number::Whole(4624)), 1);
        clues.add(Sign::Number(Number::Real(0.5)), 2);
        let index = clues.build(&Frequencies::new());
        for (text, rules) in
            [("4624", vec![1]), ("4624.0", vec![1]), ("4.624e3", vec![1]), ("0.50", vec![2]), ("x", vec![])]
        {
            assert_eq!(woken(&index, text), rules, "{text}");
        }
    }

    fn place() -> impl Strategy<Value = Place> {
        prop_oneof![Just(Place::Whole), Just(Place::Start), Just(Place::End), Just(Place::Anywhere)]
    }

    proptest! {
        #[test]
        fn every_literal_is_found_where_it_stands(
            literals in prop::collection::vec((place(), "[abé]{1,12}"), 1..40),
            text in "[abé]{0,40}",
        ) {
            let mut clues = FieldClues::default();
            for (rule, (place, literal)) in (0..).zip(&literals) {
                clues.add(Sign::Text(*place, literal.clone()), rule);
            }
            let index = clues.build(&Frequencies::new());
            let expected: Vec<u32> = (0..)
                .zip(&literals)
                .filter(|(_, (place, literal))| match place {
                    Place::Whole => text == *literal,
                    Place::Start => text.starts_with(literal),
                    Place::End => text.ends_with(literal),
                    Place::Anywhere => text.contains(literal),
                })
                .map(|(rule, _)| rule)
                .collect();
            prop_assert_eq!(woken(&index, &text), expected);
        }
    }
}
