//! The compiled form of all rules that look at one kind of event.
//!
//! A class is made for a route the first time that an event takes it. It knows which fields its rules
//! name and where they stand, which clues wake which rule, and how to evaluate the rules that were woken.

use std::collections::HashMap;

use aho_corasick::packed;

use super::fields::{FieldMap, Path, Step};
use super::index::{AlreadyHashed, FieldClues, FieldIndex, Frequencies};
use super::json::hash;
use super::predicate::{FieldName, Test};
use super::route::Route;
use super::rules::Rule;
use super::witness::{self, Clue};

/// A field of a class.
pub(crate) type Slot = u16;

/// Stands for "no field": keywords.
pub(crate) const NO_SLOT: Slot = Slot::MAX;

#[derive(Debug, Default)]
pub(crate) struct Class {
    /// Rules in the form that they have here. A rule occurs twice when two sources of the route name its
    /// fields differently.
    pub(crate) programs: Vec<Program>,
    pub(crate) places: Places,
    /// By slot.
    pub(crate) fields: Vec<FieldIndex>,
    pub(crate) keywords: Keywords,
    /// Programs without a witness.
    pub(crate) always: Vec<u32>,
}

/// A rule with its fields bound to slots.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) rule: u32,
    pub(crate) map: FieldMap,
    /// By predicate.
    pub(crate) slots: Box<[Bound]>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Bound {
    pub(crate) slot: Slot,
    /// The other field of a `fieldref`.
    pub(crate) other: Slot,
}

impl Class {
    pub(crate) fn compile(rules: &[Rule], route: &Route, frequencies: &Frequencies) -> Self {
        let mut builder = Builder::default();
        for (number, rule) in (0..).zip(rules) {
            if rule.has_unknown_source_key {
                continue;
            }
            let mut maps: Vec<FieldMap> = route
                .iter()
                .filter(|binding| binding.source.satisfies(&rule.info.logsource))
                .map(|binding| binding.map)
                .collect();
            maps.sort();
            maps.dedup();
            for map in maps {
                builder.add(number, rule, map);
            }
        }
        builder.build(frequencies)
    }
}

#[derive(Default)]
struct Builder {
    programs: Vec<Program>,
    places: Places,
    slots: HashMap<Vec<Path>, Slot>,
    /// What `slots` says, by name: making a list of places takes longer than looking one up.
    names: HashMap<(FieldMap, FieldName), Slot>,
    clues: Vec<FieldClues>,
    keywords: HashMap<String, Vec<u32>>,
    always: Vec<u32>,
}

impl Builder {
    fn add(&mut self, number: u32, rule: &Rule, map: FieldMap) {
        let program = self.programs.len() as u32;
        let slots: Box<[Bound]> = rule
            .logic
            .predicates
            .iter()
            .map(|predicate| Bound {
                slot: predicate.field.as_ref().map_or(NO_SLOT, |name| self.slot(map, name)),
                other: match &predicate.test {
                    Test::Field { other, .. } => self.slot(map, other),
                    _ => NO_SLOT,
                },
            })
            .collect();
        match witness::of(&rule.logic) {
            Some(clues) => clues.into_iter().for_each(|clue| self.watch(clue, &slots, program)),
            None => self.always.push(program),
        }
        self.programs.push(Program { rule: number, map, slots });
    }

    fn watch(&mut self, clue: Clue, slots: &[Bound], program: u32) {
        let (predicate, sign) = match clue {
            Clue::Keyword { literal } => return self.keywords.entry(literal).or_default().push(program),
            Clue::Field { predicate, sign } => (predicate, sign),
        };
        let slot = slots.get(predicate as usize).map_or(NO_SLOT, |bound| bound.slot);
        if let Some(field) = self.clues.get_mut(usize::from(slot)) {
            field.add(sign, program);
        }
    }

    /// The slot of a field. Two names with the same places share one.
    fn slot(&mut self, map: FieldMap, name: &FieldName) -> Slot {
        if let Some(slot) = self.names.get(&(map, FieldName::clone(name))) {
            return *slot;
        }
        let places = map.places(name);
        let slot = self.slots.get(&places).copied().unwrap_or_else(|| self.new_slot(places));
        self.names.insert((map, FieldName::clone(name)), slot);
        slot
    }

    fn new_slot(&mut self, places: Vec<Path>) -> Slot {
        // A class names some hundred fields; the type holds 65,534.
        let slot = Slot::try_from(self.clues.len()).unwrap_or(NO_SLOT);
        self.places.add(&places, slot);
        self.clues.push(FieldClues::default());
        self.slots.insert(places, slot);
        slot
    }

    fn build(self, frequencies: &Frequencies) -> Class {
        let mut always = self.always;
        let keywords = Keywords::new(self.keywords, &mut always);
        Class {
            programs: self.programs,
            places: self.places,
            fields: self.clues.into_iter().map(|clues| clues.build(frequencies)).collect(),
            keywords,
            always,
        }
    }
}

/// The places of all fields of a class as one tree of keys.
#[derive(Debug)]
pub(crate) struct Places {
    nodes: Vec<Node>,
    /// A hash of parent and key to the nodes that have it.
    children: HashMap<u64, Vec<u32>, AlreadyHashed>,
}

/// A place in a record.
#[derive(Debug, Default)]
pub(crate) struct Node {
    parent: u32,
    key: Box<str>,
    /// The fields whose value stands here, with the rank of this place among the field's places.
    pub(crate) fields: Vec<(Slot, u16)>,
    /// The node behind any key.
    pub(crate) any: Option<u32>,
    pub(crate) has_children: bool,
}

impl Default for Places {
    fn default() -> Self {
        Self { nodes: vec![Node::default()], children: HashMap::default() }
    }
}

impl Places {
    pub(crate) const ROOT: u32 = 0;

    pub(crate) fn add(&mut self, places: &[Path], slot: Slot) {
        for (rank, path) in (0..).zip(places) {
            let mut at = Self::ROOT;
            for step in path {
                at = match step {
                    Step::Key(key) => self.child_or_new(at, key),
                    Step::AnyKey => self.any_or_new(at),
                };
            }
            if let Some(node) = self.nodes.get_mut(at as usize) {
                node.fields.push((slot, rank));
            }
        }
    }

    fn child_or_new(&mut self, parent: u32, key: &str) -> u32 {
        let key_hash = hash(key.as_bytes());
        if let Some((child, _)) = self.child(parent, key_hash, key.as_bytes()) {
            return child;
        }
        let child = self.nodes.len() as u32;
        self.nodes.push(Node { parent, key: key.into(), ..Node::default() });
        self.children.entry(Self::child_key(parent, key_hash)).or_default().push(child);
        if let Some(node) = self.nodes.get_mut(parent as usize) {
            node.has_children = true;
        }
        child
    }

    fn any_or_new(&mut self, parent: u32) -> u32 {
        let child = self.nodes.len() as u32;
        let Some(node) = self.nodes.get_mut(parent as usize) else { return parent };
        if let Some(any) = node.any {
            return any;
        }
        node.any = Some(child);
        self.nodes.push(Node { parent, ..Node::default() });
        child
    }

    fn child_key(parent: u32, key_hash: u64) -> u64 {
        key_hash ^ u64::from(parent).wrapping_mul(0xA24B_AED4_963E_E407)
    }

    /// The node behind a key.
    pub(crate) fn child(&self, parent: u32, key_hash: u64, key: &[u8]) -> Option<(u32, &Node)> {
        let candidates = self.children.get(&Self::child_key(parent, key_hash))?;
        candidates.iter().find_map(|number| {
            let node = self.nodes.get(*number as usize)?;
            (node.parent == parent && node.key.as_bytes() == key).then_some((*number, node))
        })
    }

    pub(crate) fn node(&self, number: u32) -> Option<&Node> {
        self.nodes.get(number as usize)
    }

    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }
}

/// The words that are looked for in every text of an event.
///
/// They are searched for in the raw record, where a word may look different: a backslash is doubled, a
/// quote has one before it. So only a piece of each word without such letters is looked for; what is found
/// wakes the rule, which then reads the real texts.
#[derive(Debug, Default)]
pub(crate) struct Keywords {
    searcher: Option<packed::Searcher>,
    /// When there are too many words for the packed searcher.
    automaton: Option<aho_corasick::AhoCorasick>,
    /// The programs that look for words.
    programs: Vec<u32>,
}

/// The shortest piece that is worth looking for.
const SHORTEST_PIECE: usize = 3;

impl Keywords {
    fn new(words: HashMap<String, Vec<u32>>, always: &mut Vec<u32>) -> Self {
        let mut pieces: Vec<String> = Vec::new();
        let mut programs = Vec::new();
        for (word, own) in words {
            match plain_piece(&word) {
                Some(piece) => {
                    pieces.push(piece.to_owned());
                    programs.extend(own);
                }
                None => always.extend(own),
            }
        }
        pieces.sort_unstable();
        pieces.dedup();
        let searcher = packed::Searcher::new(&pieces);
        let automaton = if searcher.is_none() { aho_corasick::AhoCorasick::new(&pieces).ok() } else { None };
        if searcher.is_none() && automaton.is_none() {
            always.append(&mut programs);
        }
        for list in [&mut programs, always] {
            list.sort_unstable();
            list.dedup();
        }
        Self { searcher, automaton, programs }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.programs.is_empty()
    }

    /// Calls `wake` for the rules that look for words, when one of them stands in the folded record.
    pub(crate) fn wake(&self, folded: &[u8], wake: &mut impl FnMut(u32)) {
        // Words may overlap, and only one is reported; so a hit, which is rare, wakes all of them.
        let found = match (&self.searcher, &self.automaton) {
            (Some(searcher), _) => searcher.find(folded).is_some(),
            (None, Some(automaton)) => automaton.is_match(folded),
            (None, None) => false,
        };
        if found {
            self.wake_all(wake);
        }
    }

    /// For records whose raw text cannot be trusted.
    pub(crate) fn wake_all(&self, wake: &mut impl FnMut(u32)) {
        self.programs.iter().copied().for_each(wake);
    }
}

/// The longest piece of a word that stands in raw JSON as it is.
fn plain_piece(word: &str) -> Option<&str> {
    let changes = |letter: char| {
        !(' '..='~').contains(&letter) || matches!(letter, '"' | '\\' | '/' | '<' | '>' | '&' | '\'')
    };
    word.split(changes).filter(|piece| piece.len() >= SHORTEST_PIECE).max_by_key(|piece| piece.len())
}
