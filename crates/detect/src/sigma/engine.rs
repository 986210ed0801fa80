//! The engine: one compiled core for all tenants.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::Value;

use super::class::{Class, Places};
use super::event::{
    Event, EventError, MAX_REASON_LETTERS, MAX_REASONS, MAX_RECORD_BYTES, Match, Observation, Reason, Record,
};
use super::fields::{self, FieldMap};
use super::index::{AlreadyHashed, Frequencies, Spread};
use super::logsource::LogSource;
use super::mask::RuleMask;
use super::matcher::{self, DuplicateKey, Scratch};
use super::oracle;
use super::predicate::{Predicate, Test};
use super::route::{self, ROUTING_FIELDS, Route, RouteKey};
use super::rules::{Filter, Rule, RuleSet};
use crate::correlation::Correlation;

/// Rules made ready to be matched. Immutable to its users; share it behind an `Arc`.
pub struct Engine {
    rules: Vec<Rule>,
    numbers: HashMap<String, usize>,
    filters: Vec<Filter>,
    correlations: Vec<Correlation>,
    /// Rule number to the correlations that name it: (correlation, step).
    watched: HashMap<usize, Vec<(usize, usize)>>,
    frequencies: Frequencies,
    /// Where the fields stand that decide the route of an event.
    routing: Places,
    /// Compiled when the first event of a route comes.
    classes: Mutex<HashMap<Route, Arc<Class>>>,
    /// Working memory that is not in use.
    scratches: Mutex<Vec<Scratch>>,
    disagreements: AtomicU64,
}

/// Classes that are kept. The Windows table has some 70 routes; the rest is for stated sources. Beyond
/// it, a class is compiled again for each event of an unusual route.
const MAX_CLASSES: usize = 1_000;

/// Routes that one working memory remembers.
const MAX_CACHED_ROUTES: usize = 1_000;

/// What a working memory knows about the events that it has seen: how they are told apart, and the class.
pub(crate) type RouteCache = HashMap<u64, (CacheKey, Arc<Class>), AlreadyHashed>;

/// What decides the class of an event.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum CacheKey {
    Stated(Box<[LogSource]>),
    /// Channel, provider, event id, event type.
    Derived([Option<Box<str>>; 4]),
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("rules", &self.rules.len()).finish_non_exhaustive()
    }
}

impl Engine {
    /// Makes the engine for a set of rules.
    #[must_use]
    pub fn compile(set: RuleSet) -> Self {
        let RuleSet { rules, filters, correlations, .. } = set;
        let numbers: HashMap<String, usize> =
            rules.iter().enumerate().map(|(number, rule)| (rule.info.id.clone(), number)).collect();
        let mut watched: HashMap<usize, Vec<(usize, usize)>> = HashMap::new();
        for (position, correlation) in correlations.iter().enumerate() {
            for (step, id) in correlation.steps.iter().enumerate() {
                if let Some(number) = numbers.get(id) {
                    watched.entry(*number).or_default().push((position, step));
                }
            }
        }
        let mut routing = Places::default();
        for (slot, name) in (0..).zip(ROUTING_FIELDS) {
            routing.add(&FieldMap::Windows.places(name), slot);
        }
        let mut frequencies = Frequencies::new();
        for predicate in rules.iter().flat_map(|rule| &rule.logic.predicates) {
            if let Test::Text { literal, .. } = &predicate.test {
                frequencies.add(literal, 1);
            }
        }
        Self {
            rules,
            numbers,
            filters,
            correlations,
            watched,
            frequencies,
            routing,
            classes: Mutex::default(),
            scratches: Mutex::default(),
            disagreements: AtomicU64::new(0),
        }
    }

    /// The correlations of the rule set.
    #[must_use]
    pub fn correlations(&self) -> &[Correlation] {
        &self.correlations
    }

    /// What the rules say about themselves.
    pub fn rules(&self) -> impl Iterator<Item = &Arc<super::rules::RuleInfo>> {
        self.rules.iter().map(|rule| &rule.info)
    }

    /// The log sources that an event belongs to: those that it was given, or those that its own fields
    /// tell. None means that no rule looks at it.
    pub fn sources(&self, event: &Event<'_>) -> Result<Vec<LogSource>, EventError> {
        let mut scratch = Scratch::default();
        scratch.load(event.record)?;
        let route = slow_route(&parse(&scratch.bytes)?, event);
        Ok(route.into_iter().map(|binding| binding.source).collect())
    }

    pub(crate) fn rule_number(&self, id: &str) -> Option<usize> {
        self.numbers.get(id).copied()
    }

    /// How often the fast matcher reported a match that the slow evaluator denied. Such a match is not
    /// given out. Anything but zero is a defect to be reported.
    #[must_use]
    pub fn disagreements(&self) -> u64 {
        self.disagreements.load(Ordering::Relaxed)
    }

    /// The rules that the event satisfies and the mask leaves on, in loading order.
    pub fn detect(&self, event: &Event<'_>, mask: &RuleMask) -> Result<Vec<Match>, EventError> {
        let mut scratch = lock(&self.scratches).pop().unwrap_or_default();
        let result = self.detect_in(&mut scratch, event, mask);
        lock(&self.scratches).push(scratch);
        result
    }

    fn detect_in(
        &self,
        scratch: &mut Scratch,
        event: &Event<'_>,
        mask: &RuleMask,
    ) -> Result<Vec<Match>, EventError> {
        scratch.load(event.record)?;
        let class = match self.class_of(scratch, event) {
            Ok(class) => class,
            Err(DuplicateKey) => {
                scratch.drop_duplicate_keys()?;
                self.class_of(scratch, event).unwrap_or_default()
            }
        };
        if class.programs.is_empty() {
            return Ok(Vec::new());
        }
        if let Err(DuplicateKey) = scratch.fill(&class.places, class.fields.len()) {
            scratch.drop_duplicate_keys()?;
            if let Err(DuplicateKey) = scratch.fill(&class.places, class.fields.len()) {
                return Err(EventError::NotJson { what: "a key that comes twice", at: 0 });
            }
        }
        let mut tree = None;
        let mut hits: Vec<(usize, FieldMap)> = Vec::new();
        let is_wanted = |rule: u32| mask.is_on(rule as usize);
        matcher::run(scratch, &class, &self.rules, &mut tree, &is_wanted, &mut |program| {
            hits.push((program.rule as usize, program.map));
        });
        if hits.is_empty() {
            return Ok(Vec::new());
        }
        hits.sort_unstable();
        hits.dedup_by_key(|(number, _)| *number);
        let tree = match tree {
            Some(tree) => tree,
            None => parse(&scratch.bytes)?,
        };
        Ok(hits.into_iter().filter_map(|(number, map)| self.confirm(number, &tree, map, mask)).collect())
    }

    /// A hit of the fast matcher, looked at by the slow evaluator, with its reasons.
    fn confirm(&self, number: usize, record: &Value, map: FieldMap, mask: &RuleMask) -> Option<Match> {
        let rule = self.rules.get(number)?;
        if !oracle::matches(&rule.logic, record, map) {
            self.disagreements.fetch_add(1, Ordering::Relaxed);
            return None;
        }
        self.passes_filters(rule, record, map, mask).then(|| self.describe(number, rule, record, map))
    }

    /// The slow evaluator over every rule: what [`Engine::detect`] has to agree with. For tests and for
    /// checking an installation.
    pub fn detect_slowly(&self, event: &Event<'_>, mask: &RuleMask) -> Result<Vec<Match>, EventError> {
        let mut scratch = Scratch::default();
        scratch.load(event.record)?;
        let record = parse(&scratch.bytes)?;
        let route = slow_route(&record, event);
        let mut matches = Vec::new();
        for (number, rule) in self.rules.iter().enumerate() {
            if !mask.is_on(number) || rule.has_unknown_source_key {
                continue;
            }
            let mut maps: Vec<FieldMap> = route
                .iter()
                .filter(|binding| binding.source.satisfies(&rule.info.logsource))
                .map(|binding| binding.map)
                .collect();
            maps.sort();
            if let Some(map) = maps.into_iter().find(|map| oracle::matches(&rule.logic, &record, *map))
                && self.passes_filters(rule, &record, map, mask)
            {
                matches.push(self.describe(number, rule, &record, map));
            }
        }
        Ok(matches)
    }

    fn class_of(&self, scratch: &mut Scratch, event: &Event<'_>) -> Result<Arc<Class>, DuplicateKey> {
        if let Some(sources) = event.sources.filter(|sources| !route::tell_by_themselves(sources)) {
            let mut hasher = Spread::default();
            sources.hash(&mut hasher);
            let is_it = |known: &CacheKey| matches!(known, CacheKey::Stated(stated) if **stated == *sources);
            if let Some(class) = scratch.cached_class(hasher.finish(), is_it) {
                return Ok(class);
            }
            let class = self.class(&route::stated(sources));
            scratch.remember_class(hasher.finish(), CacheKey::Stated(sources.into()), &class);
            return Ok(class);
        }
        scratch.fill(&self.routing, ROUTING_FIELDS.len())?;
        let values = scratch.first_text_values::<4>();
        let texts = values.map(|value| scratch.text_at(value));
        let mut hasher = Spread::default();
        texts.hash(&mut hasher);
        let is_it = |known: &CacheKey| matches!(known, CacheKey::Derived(fields) if fields.each_ref().map(Option::as_deref) == texts);
        if let Some(class) = scratch.cached_class(hasher.finish(), is_it) {
            return Ok(class);
        }
        let class = self.class(&route::derive(RouteKey::of(texts)));
        let key = CacheKey::Derived(texts.map(|text| text.map(Into::into)));
        scratch.remember_class(hasher.finish(), key, &class);
        Ok(class)
    }

    fn class(&self, route: &Route) -> Arc<Class> {
        if let Some(class) = lock(&self.classes).get(route) {
            return Arc::clone(class);
        }
        let class = Arc::new(Class::compile(&self.rules, route, &self.frequencies));
        let mut classes = lock(&self.classes);
        if classes.len() < MAX_CLASSES {
            classes.insert(route.clone(), Arc::clone(&class));
        }
        class
    }

    fn passes_filters(&self, rule: &Rule, record: &Value, map: FieldMap, mask: &RuleMask) -> bool {
        let mut filters = self.filters.iter().chain(&mask.filters);
        filters.all(|filter| !filter.applies_to(&rule.info) || oracle::matches(&filter.logic, record, map))
    }

    fn describe(&self, number: usize, rule: &Rule, record: &Value, map: FieldMap) -> Match {
        let mut matched = Vec::new();
        oracle::reasons(&rule.logic, record, map, &mut |selection, predicate, value| {
            if matched.len() < MAX_REASONS {
                matched.push(reason(selection, predicate, value));
            }
        });
        let watched = self.watched.get(&number).map(Vec::as_slice).unwrap_or_default();
        let named: Vec<&Correlation> =
            watched.iter().filter_map(|(position, _)| self.correlations.get(*position)).collect();
        let observations = watched
            .iter()
            .zip(&named)
            .map(|((position, step), correlation)| observe(*position, *step, correlation, record, map))
            .collect();
        let alerts = named.is_empty() || named.iter().any(|correlation| correlation.generate);
        Match { rule: Arc::clone(&rule.info), alerts, matched, observations }
    }
}

impl Scratch {
    fn cached_class(&self, hash: u64, is_it: impl Fn(&CacheKey) -> bool) -> Option<Arc<Class>> {
        self.routes.get(&hash).filter(|(key, _)| is_it(key)).map(|(_, class)| Arc::clone(class))
    }

    fn remember_class(&mut self, hash: u64, key: CacheKey, class: &Arc<Class>) {
        if self.routes.len() >= MAX_CACHED_ROUTES {
            self.routes.clear();
        }
        self.routes.insert(hash, (key, Arc::clone(class)));
    }

    fn load(&mut self, record: Record<'_>) -> Result<(), EventError> {
        self.bytes.clear();
        match record {
            Record::Json(text) if text.len() > MAX_RECORD_BYTES => {
                return Err(EventError::TooLarge(text.len()));
            }
            Record::Json(text) => self.bytes.extend_from_slice(text),
            Record::Value(value) => serde_json::to_writer(&mut self.bytes, value)
                .map_err(|_| EventError::NotJson { what: "a value that JSON cannot hold", at: 0 })?,
        }
        self.read()
    }

    /// Writes the record anew without keys that come twice: the last of them stays.
    fn drop_duplicate_keys(&mut self) -> Result<(), EventError> {
        let record = parse(&self.bytes)?;
        self.load(Record::Value(&record))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What the mutexes guard is a cache and spare memory: a panic elsewhere leaves them usable.
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn parse(bytes: &[u8]) -> Result<Value, EventError> {
    serde_json::from_slice(bytes)
        .map_err(|error| EventError::NotJson { what: "bad syntax", at: error.column() })
}

fn slow_route(record: &Value, event: &Event<'_>) -> Route {
    if let Some(sources) = event.sources.filter(|sources| !route::tell_by_themselves(sources)) {
        return route::stated(sources);
    }
    let text = |name: &str| {
        fields::values_at(record, &FieldMap::Windows.places(name)).into_iter().find_map(oracle::text_of)
    };
    let texts = ROUTING_FIELDS.map(text);
    route::derive(RouteKey::of(texts.each_ref().map(Option::as_deref)))
}

fn reason(selection: &str, predicate: &Predicate, value: Option<&Value>) -> Reason {
    let shorten = |text: String| match text.char_indices().nth(MAX_REASON_LETTERS) {
        Some((cut, _)) => format!("{}…", text.get(..cut).unwrap_or_default()),
        None => text,
    };
    Reason {
        selection: selection.to_owned(),
        field: predicate.field.as_deref().map(str::to_owned),
        pattern: shorten(predicate.test.to_string()),
        value: value.map(|value| shorten(oracle::text_of(value).unwrap_or_else(|| value.to_string()))),
    }
}

fn observe(
    position: usize,
    step: usize,
    correlation: &Correlation,
    record: &Value,
    map: FieldMap,
) -> Observation {
    let text =
        |field: &str| fields::values_at(record, &map.places(field)).into_iter().find_map(oracle::text_of);
    Observation {
        correlation: position,
        step,
        group: correlation.group_fields(step).iter().map(|field| text(field)).collect(),
        counted: correlation.counted_field().and_then(text),
    }
}
