//! One event through one class: values into slots, clues, conditions.

use super::class::{Bound, Class, NO_SLOT, Places, Program, Slot};
use super::fields::TEXT_KEY;
use super::fold::fold;
use super::json::{self, Entry, Kind, Span, Tape};
use super::number::Number;
use super::oracle;
use super::predicate::{Expr, Glob, Place, Predicate, Test, Token};
use super::rules::{Logic, Rule};

/// Stands for "no value" in a chain of values.
const END: u32 = u32::MAX;

/// Buffers above this size are given back after an event.
const KEEP_BYTES: usize = 1 << 20;

/// The working memory for one event at a time, used again for the next.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    /// The record, with half surrogate pairs rewritten.
    pub(crate) bytes: Vec<u8>,
    pub(crate) tape: Tape,
    /// The record with ASCII letters folded, byte for byte.
    lower: Vec<u8>,
    slots: Vec<SlotValues>,
    values: Vec<Value>,
    /// Folded texts that are not a piece of `lower`, and plain texts that are not a piece of `bytes`.
    texts: Vec<u8>,
    /// The object in which a node was last found, to see when a key comes twice.
    seen: Vec<u32>,
    /// By program: the event for which it was last woken.
    woken: Vec<u32>,
    generation: u32,
    candidates: Vec<u32>,
    pub(crate) routes: super::engine::RouteCache,
}

/// The values of one slot.
#[derive(Debug, Clone, Copy)]
struct SlotValues {
    rank: u16,
    first: u32,
    last: u32,
}

const EMPTY: SlotValues = SlotValues { rank: u16::MAX, first: END, last: END };

#[derive(Debug, Clone, Copy)]
struct Value {
    kind: Kind,
    raw: Span,
    next: u32,
    folded: Text,
    plain: Text,
}

/// Where the text of a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Text {
    /// Not looked at yet.
    Unknown,
    /// The value has none.
    None,
    /// In the record itself, or in its folded copy.
    Record(Span),
    /// In `Scratch::texts`.
    Own(Span),
}

/// The record has a key twice in one object.
#[derive(Debug)]
pub(crate) struct DuplicateKey;

impl Scratch {
    /// Forgets the last event and reads the next from `self.bytes`.
    pub(crate) fn read(&mut self) -> Result<(), super::event::EventError> {
        for buffer in [&mut self.lower, &mut self.texts] {
            if buffer.capacity() > KEEP_BYTES {
                *buffer = Vec::new();
            }
        }
        if self.tape.entries.capacity() > KEEP_BYTES / 64 {
            self.tape = Tape::default();
        }
        self.tape.read(&mut self.bytes)?;
        self.lower.clear();
        self.lower.extend_from_slice(&self.bytes);
        self.lower.make_ascii_lowercase();
        Ok(())
    }

    /// Puts the values of the record into the slots of `places`.
    pub(crate) fn fill(&mut self, places: &Places, slots: usize) -> Result<(), DuplicateKey> {
        self.slots.clear();
        self.slots.resize(slots, EMPTY);
        self.values.clear();
        self.texts.clear();
        self.seen.clear();
        self.seen.resize(places.len(), END);
        self.visit(places, 0, Places::ROOT)
    }

    fn visit(&mut self, places: &Places, position: u32, node: u32) -> Result<(), DuplicateKey> {
        let Some(entry) = self.tape.entry(position).copied() else { return Ok(()) };
        let Some(place) = places.node(node) else { return Ok(()) };
        match entry.kind {
            Kind::Array => {
                let mut member = position + 1;
                while member < entry.end {
                    self.visit(places, member, node)?;
                    member = self.tape.entry(member).map_or(entry.end, |entry| entry.end);
                }
            }
            Kind::Object => {
                if place.has_children || place.any.is_some() {
                    self.visit_members(places, position, entry.end, node)?;
                }
                if !place.fields.is_empty() {
                    match self.text_member(position) {
                        Some(text) => self.keep_text(places, text, node),
                        None => self.keep(&place.fields, entry),
                    }
                }
            }
            _ => self.keep(&place.fields, entry),
        }
        Ok(())
    }

    fn visit_members(
        &mut self,
        places: &Places,
        object: u32,
        end: u32,
        node: u32,
    ) -> Result<(), DuplicateKey> {
        let any = places.node(node).and_then(|node| node.any);
        if any.is_some() && self.has_duplicates(object) {
            return Err(DuplicateKey);
        }
        let mut position = object + 1;
        while position < end {
            let Some(member) = self.tape.entry(position).copied() else { break };
            let key = member.key.of(&self.bytes);
            let child = if member.key.escaped {
                places.child(node, member.key_hash, json::unescape(key).as_bytes())
            } else {
                places.child(node, member.key_hash, key)
            };
            if let Some((number, child)) = child {
                match self.seen.get_mut(number as usize) {
                    Some(seen) if *seen == object => return Err(DuplicateKey),
                    Some(seen) => *seen = object,
                    None => {}
                }
                if matches!(member.kind, Kind::Object | Kind::Array) {
                    self.visit(places, position, number)?;
                } else {
                    self.keep(&child.fields, member);
                }
            }
            if let Some(any) = any {
                self.visit(places, position, any)?;
            }
            position = member.end;
        }
        Ok(())
    }

    /// Whether any two keys of an object are the same. For objects that are read whatever their keys.
    fn has_duplicates(&self, object: u32) -> bool {
        let mut hashes: Vec<u64> = self.tape.members(object).map(|(_, member)| member.key_hash).collect();
        hashes.sort_unstable();
        hashes.windows(2).any(|pair| pair.first() == pair.last())
    }

    /// The member of an object that holds its text.
    fn text_member(&self, object: u32) -> Option<u32> {
        let is_text = |entry: &Entry| {
            let key = entry.key.of(&self.bytes);
            if entry.key.escaped { json::unescape(key) == TEXT_KEY } else { key == TEXT_KEY.as_bytes() }
        };
        self.tape.members(object).filter(|(_, entry)| is_text(entry)).last().map(|(position, _)| position)
    }

    /// Keeps what the text member of an object holds: arrays are taken apart, objects have a text again.
    fn keep_text(&mut self, places: &Places, position: u32, node: u32) {
        let Some(entry) = self.tape.entry(position).copied() else { return };
        let Some(place) = places.node(node) else { return };
        match entry.kind {
            Kind::Array => {
                let mut member = position + 1;
                while member < entry.end {
                    self.keep_text(places, member, node);
                    member = self.tape.entry(member).map_or(entry.end, |entry| entry.end);
                }
            }
            Kind::Object => match self.text_member(position) {
                Some(text) => self.keep_text(places, text, node),
                None => self.keep(&place.fields, entry),
            },
            _ => self.keep(&place.fields, entry),
        }
    }

    fn keep(&mut self, fields: &[(Slot, u16)], entry: Entry) {
        for (slot, rank) in fields {
            let Some(values) = self.slots.get_mut(usize::from(*slot)) else { continue };
            if *rank > values.rank {
                continue;
            }
            let number = self.values.len() as u32;
            if *rank < values.rank {
                *values = SlotValues { rank: *rank, first: number, last: number };
            } else {
                if let Some(last) = self.values.get_mut(values.last as usize) {
                    last.next = number;
                }
                values.last = number;
            }
            self.values.push(Value {
                kind: entry.kind,
                raw: entry.value,
                next: END,
                folded: Text::Unknown,
                plain: Text::Unknown,
            });
        }
    }

    /// The first value with a text of each of the first slots; see [`Scratch::text_at`].
    pub(crate) fn first_text_values<const N: usize>(&mut self) -> [u32; N] {
        let mut values = [END; N];
        for (slot, place) in (0..).zip(&mut values) {
            let mut value = self.first(slot);
            while value != END && self.plain(value) == Text::None {
                value = self.next(value);
            }
            *place = value;
        }
        values
    }

    /// The text of a value that was given out by [`Scratch::first_text_values`].
    pub(crate) fn text_at(&self, value: u32) -> Option<&str> {
        self.values.get(value as usize).and_then(|value| self.text(value.plain))
    }

    fn first(&self, slot: Slot) -> u32 {
        self.slots.get(usize::from(slot)).map_or(END, |values| values.first)
    }

    fn next(&self, value: u32) -> u32 {
        self.values.get(value as usize).map_or(END, |value| value.next)
    }

    fn is_present(&self, slot: Slot) -> bool {
        let mut value = self.first(slot);
        while let Some(current) = self.values.get(value as usize) {
            if current.kind != Kind::Null {
                return true;
            }
            value = current.next;
        }
        false
    }

    /// Finds or makes the text of a value as it is compared by regular expressions and `cased`.
    fn plain(&mut self, number: u32) -> Text {
        let Some(value) = self.values.get(number as usize).copied() else { return Text::None };
        if value.plain != Text::Unknown {
            return value.plain;
        }
        let text = match value.kind {
            Kind::Text if value.raw.escaped => {
                let start = self.texts.len();
                if json::unescape_simple(value.raw.of(&self.bytes), &mut self.texts) {
                    Text::Own(self.own_span(start, value.raw.wide))
                } else {
                    let text = json::unescape(value.raw.of(&self.bytes));
                    self.own(&text)
                }
            }
            Kind::Text => Text::Record(value.raw),
            Kind::Number if json::is_plain_number(value.raw.of(&self.bytes)) => Text::Record(value.raw),
            Kind::Number => {
                let text = json::number_text(value.raw.of(&self.bytes)).unwrap_or_default();
                self.own(&text)
            }
            Kind::True => self.own("true"),
            Kind::False => self.own("false"),
            Kind::Null | Kind::Object | Kind::Array => Text::None,
        };
        if let Some(value) = self.values.get_mut(number as usize) {
            value.plain = text;
        }
        text
    }

    fn plain_str(&mut self, number: u32) -> Option<&str> {
        let text = self.plain(number);
        self.text(text)
    }

    fn text(&self, text: Text) -> Option<&str> {
        let bytes = match text {
            Text::Record(span) => span.of(&self.bytes),
            Text::Own(span) => span.of(&self.texts),
            Text::Unknown | Text::None => return None,
        };
        std::str::from_utf8(bytes).ok()
    }

    /// Finds or makes the folded text of a value.
    fn folded(&mut self, number: u32) -> Text {
        let Some(value) = self.values.get(number as usize).copied() else { return Text::None };
        if value.folded != Text::Unknown {
            return value.folded;
        }
        let text = match value.kind {
            Kind::Text if value.raw.wide => self.fold_slowly(number),
            Kind::Text if value.raw.escaped => {
                let start = self.texts.len();
                if json::unescape_simple(value.raw.of(&self.lower), &mut self.texts) {
                    Text::Own(self.own_span(start, false))
                } else {
                    self.fold_slowly(number)
                }
            }
            Kind::Text => Text::Record(value.raw),
            Kind::Number => self.fold_slowly(number),
            Kind::True | Kind::False | Kind::Null | Kind::Object | Kind::Array => self.plain(number),
        };
        if let Some(value) = self.values.get_mut(number as usize) {
            value.folded = text;
        }
        text
    }

    fn folded_str(&mut self, number: u32) -> Option<&str> {
        let text = self.folded(number);
        let (bytes, _) = self.folded_bytes(text)?;
        std::str::from_utf8(bytes).ok()
    }

    fn fold_slowly(&mut self, number: u32) -> Text {
        let plain = self.plain(number);
        let Some(text) = self.plain_str(number) else { return Text::None };
        match fold(text) {
            std::borrow::Cow::Borrowed(_) => plain,
            std::borrow::Cow::Owned(folded) => self.own(&folded),
        }
    }

    fn own(&mut self, text: &str) -> Text {
        let start = self.texts.len();
        self.texts.extend_from_slice(text.as_bytes());
        Text::Own(self.own_span(start, !text.is_ascii()))
    }

    fn own_span(&self, start: usize, wide: bool) -> Span {
        Span { start: start as u32, end: self.texts.len() as u32, escaped: false, wide }
    }

    /// The bytes of a folded text, and whether they are ASCII.
    fn folded_bytes(&self, text: Text) -> Option<(&[u8], bool)> {
        match text {
            Text::Record(span) => Some((span.of(&self.lower), !span.wide)),
            Text::Own(span) => Some((span.of(&self.texts), !span.wide)),
            Text::Unknown | Text::None => None,
        }
    }
}

/// Calls `hit` with the programs that the event in `scratch` satisfies. The slots have been filled for
/// this class. `is_wanted` is asked before a rule is evaluated.
pub(crate) fn run(
    scratch: &mut Scratch,
    class: &Class,
    rules: &[Rule],
    tree: &mut Option<serde_json::Value>,
    is_wanted: &dyn Fn(u32) -> bool,
    hit: &mut dyn FnMut(&Program),
) {
    let mut candidates = std::mem::take(&mut scratch.candidates);
    candidates.clear();
    wake(scratch, class, &mut candidates);
    for number in &candidates {
        let Some(program) = class.programs.get(*number as usize) else { continue };
        let Some(rule) = rules.get(program.rule as usize) else { continue };
        if !is_wanted(program.rule) {
            continue;
        }
        let mut evaluation =
            Evaluation { scratch: &mut *scratch, tree: &mut *tree, program, logic: &rule.logic };
        if evaluation.expr(&rule.logic.condition) {
            hit(program);
        }
    }
    scratch.candidates = candidates;
}

fn wake(scratch: &mut Scratch, class: &Class, candidates: &mut Vec<u32>) {
    scratch.generation = scratch.generation.wrapping_add(1);
    let generation = scratch.generation;
    let mut woken = std::mem::take(&mut scratch.woken);
    if generation == 0 {
        woken.clear();
    }
    if woken.len() < class.programs.len() {
        woken.resize(class.programs.len(), 0);
    }
    let mut wake = |program: u32| {
        if let Some(last) = woken.get_mut(program as usize)
            && *last != generation
        {
            *last = generation;
            candidates.push(program);
        }
    };
    class.always.iter().copied().for_each(&mut wake);
    for (slot, field) in (0..).zip(&class.fields) {
        if scratch.first(slot) == END {
            continue;
        }
        if scratch.is_present(slot) {
            field.wake_present(&mut wake);
        }
        if !field.reads_text {
            continue;
        }
        let mut value = scratch.first(slot);
        while value != END {
            let text = scratch.folded(value);
            if let Some((text, is_ascii)) = scratch.folded_bytes(text) {
                field.wake(text, is_ascii, &mut wake);
            }
            value = scratch.next(value);
        }
    }
    if !class.keywords.is_empty() {
        if scratch.tape.hides_ascii {
            class.keywords.wake_all(&mut wake);
        } else if memchr::memmem::find(&scratch.lower, "\u{212A}".as_bytes()).is_some() {
            // The Kelvin sign is the one letter beyond ASCII that folds to one of ASCII.
            let folded = String::from_utf8_lossy(&scratch.lower).replace('\u{212A}', "k");
            class.keywords.wake(folded.as_bytes(), &mut wake);
        } else {
            class.keywords.wake(&scratch.lower, &mut wake);
        }
    }
    scratch.woken = woken;
}

/// A rule that was woken, looked at in full.
struct Evaluation<'e> {
    scratch: &'e mut Scratch,
    tree: &'e mut Option<serde_json::Value>,
    program: &'e Program,
    logic: &'e Logic,
}

impl Evaluation<'_> {
    fn expr(&mut self, expr: &Expr) -> bool {
        match expr {
            Expr::Test(number) => self.test(*number as usize),
            Expr::Selection(number) => {
                let logic = self.logic;
                logic.selections.get(*number as usize).is_some_and(|(_, selection)| self.expr(selection))
            }
            Expr::All(list) => list.iter().all(|item| self.expr(item)),
            Expr::Any(list) => list.iter().any(|item| self.expr(item)),
            Expr::Not(inner) => !self.expr(inner),
            Expr::AtLeast(count, list) => {
                let mut missing = *count;
                missing == 0
                    || list.iter().any(|item| {
                        missing -= usize::from(self.expr(item));
                        missing == 0
                    })
            }
        }
    }

    fn test(&mut self, number: usize) -> bool {
        let logic = self.logic;
        let (Some(predicate), Some(bound)) = (logic.predicates.get(number), self.program.slots.get(number))
        else {
            return false;
        };
        if bound.slot == NO_SLOT {
            return self.keyword(predicate);
        }
        if !self.scratch.is_present(bound.slot) {
            return predicate.test.holds_when_absent();
        }
        let mut value = self.scratch.first(bound.slot);
        while value != END {
            if self.value(value, &predicate.test, *bound) {
                return true;
            }
            value = self.scratch.next(value);
        }
        false
    }

    fn keyword(&mut self, predicate: &Predicate) -> bool {
        if self.tree.is_none() {
            *self.tree = serde_json::from_slice(&self.scratch.bytes).ok();
        }
        self.tree.as_ref().is_some_and(|tree| oracle::predicate_holds(predicate, tree, self.program.map))
    }

    fn value(&mut self, value: u32, test: &Test, bound: Bound) -> bool {
        match test {
            Test::Text { place, literal, cased: false } => {
                let text = self.scratch.folded(value);
                let text = self.scratch.folded_bytes(text);
                text.is_some_and(|(text, _)| stands_at(text, *place, literal.as_bytes()))
            }
            Test::Text { place, literal, cased: true } => self
                .scratch
                .plain_str(value)
                .is_some_and(|text| stands_at(text.as_bytes(), *place, literal.as_bytes())),
            Test::Glob(glob) if glob.cased => {
                self.scratch.plain_str(value).is_some_and(|text| glob_holds(glob, text))
            }
            Test::Glob(glob) => self.scratch.folded_str(value).is_some_and(|text| glob_holds(glob, text)),
            // Numbers and addresses have no letters that folding would change for the worse.
            Test::Number(compare, number) => self
                .scratch
                .folded_str(value)
                .and_then(Number::parse)
                .and_then(|value| value.compare(*number))
                .is_some_and(|order| compare.holds(order)),
            Test::Regex(regex) => self.scratch.plain_str(value).is_some_and(|text| regex.is_match(text)),
            Test::Cidr(network) => self.scratch.folded_str(value).is_some_and(|text| network.contains(text)),
            Test::Field { place, cased, .. } => self.field(value, bound.other, *place, *cased),
            Test::TimePart { part, compare, number } => self
                .scratch
                .plain_str(value)
                .and_then(|text| oracle::time_part(*part, text))
                .and_then(|value| Number::Whole(value).compare(*number))
                .is_some_and(|order| compare.holds(order)),
            Test::Present => {
                self.scratch.values.get(value as usize).is_some_and(|value| value.kind != Kind::Null)
            }
            Test::Null | Test::Never => false,
        }
    }

    fn field(&mut self, value: u32, other: Slot, place: Place, cased: bool) -> bool {
        let text = |scratch: &mut Scratch, number: u32| -> Option<String> {
            let text = scratch.plain_str(number)?;
            Some(if cased { text.to_owned() } else { fold(text).into_owned() })
        };
        let Some(own) = text(self.scratch, value) else { return false };
        let mut value = self.scratch.first(other);
        while value != END {
            if text(self.scratch, value)
                .is_some_and(|literal| stands_at(own.as_bytes(), place, literal.as_bytes()))
            {
                return true;
            }
            value = self.scratch.next(value);
        }
        false
    }
}

fn stands_at(text: &[u8], place: Place, literal: &[u8]) -> bool {
    match place {
        Place::Whole => text == literal,
        Place::Start => text.starts_with(literal),
        Place::End => text.ends_with(literal),
        Place::Anywhere => memchr::memmem::find(text, literal).is_some(),
    }
}

/// Wildcards by taking each literal at the first place where it fits: what stands between two `*` need not
/// be tried again further back, so no pattern takes more than (pattern × text) steps.
fn glob_holds(glob: &Glob, text: &str) -> bool {
    let mut parts = glob.tokens.split(|token| *token == Token::AnyText);
    let Some(first) = parts.next() else { return text.is_empty() };
    let Some(mut rest) = strip(first, text) else { return false };
    let mut middle: Vec<&[Token]> = parts.collect();
    // Without any `*` the first part has to be all of it.
    let Some(last) = middle.pop() else { return rest.is_empty() };
    for part in middle {
        let Some(behind) = find(part, rest) else { return false };
        rest = behind;
    }
    ends_with(last, rest)
}

/// What is left of the text behind the part, when the text begins with it.
fn strip<'t>(part: &[Token], text: &'t str) -> Option<&'t str> {
    let mut rest = text;
    for token in part {
        rest = match token {
            Token::Literal(literal) => rest.strip_prefix(literal.as_str())?,
            Token::AnyLetter | Token::AnyText => {
                let mut letters = rest.chars();
                letters.next()?;
                letters.as_str()
            }
        };
    }
    Some(rest)
}

/// What is left of the text behind the first place where the part fits.
fn find<'t>(part: &[Token], text: &'t str) -> Option<&'t str> {
    let mut rest = text;
    loop {
        if let Some(behind) = strip(part, rest) {
            return Some(behind);
        }
        // Go to where the part's first literal stands next; `?` alone goes letter by letter.
        let mut letters = rest.chars();
        letters.next()?;
        rest = letters.as_str();
        if let Some(Token::Literal(literal)) = part.first() {
            let at = memchr::memmem::find(rest.as_bytes(), literal.as_bytes())?;
            rest = rest.get(at..)?;
        }
    }
}

fn ends_with(part: &[Token], text: &str) -> bool {
    let mut rest = text;
    for token in part.iter().rev() {
        let shorter = match token {
            Token::Literal(literal) => rest.strip_suffix(literal.as_str()),
            Token::AnyLetter | Token::AnyText => {
                let mut letters = rest.chars();
                letters.next_back().map(|_| letters.as_str())
            }
        };
        let Some(shorter) = shorter else { return false };
        rest = shorter;
    }
    true
}
