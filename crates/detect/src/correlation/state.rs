//! What correlations remember of one tenant, in event time.
//!
//! Observations may come in any order inside the allowed lateness: what is remembered, and how many alerts
//! there have been, does not depend on it. Everything is capped; a cap that was reached is said openly.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::definition::{Correlation, Kind};
use crate::sigma::{Observation, RuleInfo};

/// Bounds on what is remembered of one tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Groups of one correlation.
    pub groups: usize,
    /// Observations in one group.
    pub entries: usize,
    /// Sources whose clock is followed.
    pub sources: usize,
    /// How far an observation may lie behind the newest of its source.
    pub lateness_ms: i64,
    /// How far a clock may run ahead of the time of receipt.
    pub ahead_ms: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            groups: 10_000,
            entries: 1_000,
            sources: 10_000,
            lateness_ms: 10 * 60_000,
            ahead_ms: 5 * 60_000,
        }
    }
}

/// Values longer than this are remembered by their beginning.
const MAX_VALUE_LETTERS: usize = 256;

/// Events that an alert refers to.
const MAX_REFERENCES: usize = 10;

/// When and where an event was seen.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'s> {
    /// The event's own time; the time of receipt when it tells none. Milliseconds since 1970, UTC.
    pub time_ms: i64,
    pub received_ms: i64,
    /// The sensor or file. Each has its own clock.
    pub source: &'s str,
    /// What finds the event again. The same reference counts once.
    pub event: &'s str,
}

/// A correlation has come true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    pub rule: Arc<RuleInfo>,
    /// The group-by fields of the first step, and their values.
    pub group: Vec<(String, Option<String>)>,
    /// The oldest and newest event of the window.
    pub first_ms: i64,
    pub last_ms: i64,
    /// Events in the window, or different values for `value_count`.
    pub count: u64,
    /// References to the first events of the window, at most ten.
    pub events: Vec<String>,
    /// The window may hold more than was remembered.
    pub under_counting: bool,
}

/// What correlations remember of one tenant. Save it together with the ingest position.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub struct TenantState {
    /// By correlation id.
    correlations: BTreeMap<String, Memory>,
    /// The newest time of each source.
    clocks: HashMap<String, i64>,
    /// Observations that were too late to be counted. Their windows have to be looked at in the lake.
    pub too_late: u64,
    /// Observations whose time lies ahead of the time of receipt.
    pub ahead: u64,
}

#[derive(Debug, Default, Clone, Serialize, Deserialize)]
struct Memory {
    /// What the rule said when this was remembered; another text means another rule.
    definition: String,
    #[serde(with = "as_pairs")]
    groups: BTreeMap<Vec<Option<String>>, Group>,
    /// Observations that no room was left for.
    not_counted: u64,
}

#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Group {
    /// In the order of time, then of reference.
    entries: VecDeque<Entry>,
    /// No alert is told for windows that end before this.
    told_until_ms: Option<i64>,
    /// Alerts that were told and whose events are still remembered.
    told: usize,
    under_counting: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Entry {
    time_ms: i64,
    event: String,
    step: usize,
    source: String,
    counted: Option<String>,
}

/// Groups by their values. JSON has texts as keys only, so they are written as pairs.
mod as_pairs {
    use super::{BTreeMap, Deserialize, Group};

    type Groups = BTreeMap<Vec<Option<String>>, Group>;

    pub(super) fn serialize<S: serde::Serializer>(groups: &Groups, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(groups)
    }

    pub(super) fn deserialize<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Groups, D::Error> {
        Vec::deserialize(deserializer).map(|pairs: Vec<_>| pairs.into_iter().collect())
    }
}

impl TenantState {
    /// Takes what one event means for correlations and tells the alerts that come of it, those of
    /// correlations over correlations included.
    pub fn observe(
        &mut self,
        correlations: &[Correlation],
        limits: &Limits,
        observations: &[Observation],
        seen: &Seen<'_>,
    ) -> Vec<Alert> {
        if observations.is_empty() || !self.is_timely(limits, seen) {
            return Vec::new();
        }
        let mut alerts = Vec::new();
        let mut waiting: VecDeque<(Observation, i64)> =
            observations.iter().map(|observation| (observation.clone(), seen.time_ms)).collect();
        // Correlations do not hang in circles, so this ends.
        while let Some((observation, time_ms)) = waiting.pop_front() {
            let Some(correlation) = correlations.get(observation.correlation) else { continue };
            let at = Seen { time_ms, ..*seen };
            for alert in self.observe_one(correlation, limits, &observation, &at) {
                waiting.extend(chained(correlations, &alert).map(|next| (next, alert.last_ms)));
                alerts.push(alert);
            }
        }
        alerts
    }

    /// Forgets what is remembered for correlations that are no longer there.
    pub fn keep_only(&mut self, correlations: &[Correlation]) {
        self.correlations.retain(|id, _| correlations.iter().any(|correlation| correlation.info.id == *id));
    }

    /// Observations that no room was left for, by the id of the correlation. Not empty: say "under-counting".
    pub fn not_counted(&self) -> impl Iterator<Item = (&str, u64)> {
        self.correlations
            .iter()
            .filter(|(_, memory)| memory.not_counted > 0)
            .map(|(id, memory)| (id.as_str(), memory.not_counted))
    }

    fn is_timely(&mut self, limits: &Limits, seen: &Seen<'_>) -> bool {
        if seen.time_ms > seen.received_ms.saturating_add(limits.ahead_ms) {
            // One wrong clock must not close the windows of its source.
            self.ahead += 1;
            return false;
        }
        if let Some(newest) = self.clocks.get_mut(seen.source) {
            if seen.time_ms < newest.saturating_sub(limits.lateness_ms) {
                self.too_late += 1;
                return false;
            }
            *newest = (*newest).max(seen.time_ms);
        } else if self.clocks.len() < limits.sources {
            self.clocks.insert(seen.source.to_owned(), seen.time_ms);
        }
        true
    }

    fn observe_one(
        &mut self,
        correlation: &Correlation,
        limits: &Limits,
        observation: &Observation,
        seen: &Seen<'_>,
    ) -> Vec<Alert> {
        let definition = correlation.definition();
        let memory = self.correlations.entry(correlation.info.id.clone()).or_default();
        if memory.definition != definition {
            *memory = Memory { definition, ..Memory::default() };
        }
        let key: Vec<Option<String>> =
            observation.group.iter().map(|value| value.as_deref().map(shorten)).collect();
        if !memory.groups.contains_key(&key) && memory.groups.len() >= limits.groups {
            forget_old(memory, correlation, limits, &self.clocks);
            if memory.groups.len() >= limits.groups {
                memory.not_counted += 1;
                return Vec::new();
            }
        }
        let group = memory.groups.entry(key.clone()).or_default();
        group.forget_old(correlation, limits, &self.clocks);
        let entry = Entry {
            time_ms: seen.time_ms,
            event: seen.event.to_owned(),
            step: observation.step,
            source: seen.source.to_owned(),
            counted: observation.counted.as_deref().map(shorten),
        };
        if !group.insert(entry, limits) {
            return Vec::new();
        }
        memory.not_counted += u64::from(group.under_counting);
        group.tell(correlation, &key)
    }
}

/// What an alert of one correlation means to those that name it.
fn chained<'c>(correlations: &'c [Correlation], alert: &'c Alert) -> impl Iterator<Item = Observation> + 'c {
    let value =
        |field: &str| alert.group.iter().find(|(name, _)| name == field).and_then(|(_, value)| value.clone());
    correlations.iter().enumerate().flat_map(move |(position, correlation)| {
        let steps = correlation.steps.iter().enumerate().filter(|(_, step)| **step == alert.rule.id);
        steps.map(move |(step, _)| Observation {
            correlation: position,
            step,
            group: correlation.group_fields(step).iter().map(|field| value(field)).collect(),
            counted: correlation.counted_field().and_then(value),
        })
    })
}

fn shorten(value: &str) -> String {
    value.chars().take(MAX_VALUE_LETTERS).collect()
}

fn forget_old(
    memory: &mut Memory,
    correlation: &Correlation,
    limits: &Limits,
    clocks: &HashMap<String, i64>,
) {
    memory.groups.retain(|_, group| {
        group.forget_old(correlation, limits, clocks);
        !group.entries.is_empty()
    });
}

impl Group {
    /// Forgets entries that no timely observation can share a window with any more.
    fn forget_old(&mut self, correlation: &Correlation, limits: &Limits, clocks: &HashMap<String, i64>) {
        let keep_ms = correlation.window_ms.saturating_mul(2).saturating_add(limits.lateness_ms);
        let is_old = |entry: &Entry| {
            clocks.get(&entry.source).is_some_and(|newest| entry.time_ms < newest.saturating_sub(keep_ms))
        };
        if !self.entries.front().is_some_and(is_old) {
            return;
        }
        let ends = self.alert_ends(correlation);
        let kept: VecDeque<Entry> = self.entries.iter().filter(|entry| !is_old(entry)).cloned().collect();
        let oldest = kept.front().map_or(i64::MAX, |entry| entry.time_ms);
        let forgotten = ends.iter().filter(|end| self.end_time(**end) < oldest).count().min(self.told);
        if let Some(last) = forgotten.checked_sub(1).and_then(|last| ends.get(last)) {
            self.told_until_ms = Some(self.end_time(*last).saturating_add(correlation.window_ms));
        }
        self.told -= forgotten;
        self.entries = kept;
    }

    fn end_time(&self, position: usize) -> i64 {
        self.entries.get(position).map_or(i64::MAX, |entry| entry.time_ms)
    }

    /// False when the event is known already.
    fn insert(&mut self, entry: Entry, limits: &Limits) -> bool {
        match self.entries.binary_search(&entry) {
            Ok(_) => return false,
            Err(place) => self.entries.insert(place, entry),
        }
        self.under_counting = self.entries.len() > limits.entries;
        if self.under_counting {
            self.entries.pop_front();
        }
        true
    }

    /// The alerts that have not been told yet.
    fn tell(&mut self, correlation: &Correlation, key: &[Option<String>]) -> Vec<Alert> {
        let ends = self.alert_ends(correlation);
        let untold = ends.get(self.told..).unwrap_or_default();
        let alerts = untold.iter().map(|end| self.alert(correlation, key, *end)).collect();
        self.told = self.told.max(ends.len());
        alerts
    }

    /// Where the windows end that alerts are told for: the first that is satisfied, then the first that
    /// ends a whole window later, and so on. Depends on what is remembered, not on how it came in.
    fn alert_ends(&self, correlation: &Correlation) -> Vec<usize> {
        let mut ends = Vec::new();
        let mut not_before = self.told_until_ms.unwrap_or(i64::MIN);
        let mut window = Window::new(correlation);
        let mut start = 0;
        for (position, entry) in self.entries.iter().enumerate() {
            window.add(entry);
            while let Some(oldest) = self.entries.get(start)
                && oldest.time_ms <= entry.time_ms.saturating_sub(correlation.window_ms)
            {
                window.remove(oldest);
                start += 1;
            }
            // Entries of one moment are all inside the window before it is judged.
            let is_last_of_moment =
                self.entries.get(position + 1).is_none_or(|next| next.time_ms > entry.time_ms);
            if is_last_of_moment
                && entry.time_ms >= not_before
                && window.is_satisfied(&self.entries.range(start..=position))
            {
                ends.push(position);
                not_before = entry.time_ms.saturating_add(correlation.window_ms);
            }
        }
        ends
    }

    fn alert(&self, correlation: &Correlation, key: &[Option<String>], end: usize) -> Alert {
        let last_ms = self.end_time(end);
        let from = last_ms.saturating_sub(correlation.window_ms);
        let inside: Vec<&Entry> = self.entries.range(..=end).filter(|entry| entry.time_ms > from).collect();
        let mut window = Window::new(correlation);
        inside.iter().for_each(|entry| window.add(entry));
        Alert {
            rule: Arc::clone(&correlation.info),
            group: correlation.group_fields(0).iter().cloned().zip(key.iter().cloned()).collect(),
            first_ms: inside.first().map_or(last_ms, |entry| entry.time_ms),
            last_ms,
            count: window.count(),
            events: inside.iter().take(MAX_REFERENCES).map(|entry| entry.event.clone()).collect(),
            under_counting: self.under_counting,
        }
    }
}

/// The entries between two times, counted as the correlation counts.
struct Window<'c> {
    correlation: &'c Correlation,
    entries: u64,
    /// How often each value occurs.
    values: HashMap<String, u64>,
    /// How often each step occurs.
    steps: Vec<u64>,
}

impl<'c> Window<'c> {
    fn new(correlation: &'c Correlation) -> Self {
        Self { correlation, entries: 0, values: HashMap::new(), steps: vec![0; correlation.steps.len()] }
    }

    fn add(&mut self, entry: &Entry) {
        self.entries += 1;
        if let Some(step) = self.steps.get_mut(entry.step) {
            *step += 1;
        }
        if let (Kind::ValueCount(_), Some(value)) = (&self.correlation.kind, &entry.counted) {
            *self.values.entry(value.clone()).or_default() += 1;
        }
    }

    fn remove(&mut self, entry: &Entry) {
        self.entries -= 1;
        if let Some(step) = self.steps.get_mut(entry.step) {
            *step -= 1;
        }
        if let (Kind::ValueCount(_), Some(value)) = (&self.correlation.kind, &entry.counted)
            && let Some(count) = self.values.get_mut(value)
        {
            *count -= 1;
            if *count == 0 {
                self.values.remove(value);
            }
        }
    }

    fn count(&self) -> u64 {
        match self.correlation.kind {
            Kind::ValueCount(_) => self.values.len() as u64,
            Kind::EventCount(_) | Kind::Temporal | Kind::TemporalOrdered => self.entries,
        }
    }

    fn is_satisfied<'e>(&self, entries: &(impl Iterator<Item = &'e Entry> + Clone)) -> bool {
        match &self.correlation.kind {
            Kind::EventCount(threshold) | Kind::ValueCount(threshold) => threshold.holds(self.count()),
            Kind::Temporal => self.steps.iter().all(|count| *count > 0),
            Kind::TemporalOrdered => {
                self.steps.iter().all(|count| *count > 0) && in_order(self.steps.len(), entries)
            }
        }
    }
}

/// Whether each step occurs at or after the one before: each is taken at its earliest possible time.
fn in_order<'e>(steps: usize, entries: &(impl Iterator<Item = &'e Entry> + Clone)) -> bool {
    let mut not_before = i64::MIN;
    (0..steps).all(|step| {
        let found = entries.clone().find(|entry| entry.step == step && entry.time_ms >= not_before);
        found.is_some_and(|entry| {
            not_before = entry.time_ms;
            true
        })
    })
}
