//! The engine: one compiled core for all tenants.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use super::event::{
    Event, EventError, MAX_REASON_LETTERS, MAX_REASONS, MAX_RECORD_BYTES, Match, Observation, Reason, Record,
};
use super::fields::{self, FieldMap};
use super::mask::RuleMask;
use super::oracle;
use super::predicate::Predicate;
use super::route::{self, Route, RouteKey};
use super::rules::{Filter, Rule, RuleSet};
use crate::correlation::Correlation;

/// Rules made ready to be matched. Immutable; share it behind an `Arc`.
#[derive(Debug)]
pub struct Engine {
    rules: Vec<Rule>,
    numbers: HashMap<String, usize>,
    filters: Vec<Filter>,
    correlations: Vec<Correlation>,
    /// Rule number to the correlations that name it: (correlation, step).
    watched: HashMap<usize, Vec<(usize, usize)>>,
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
        Self { rules, numbers, filters, correlations, watched }
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

    pub(crate) fn rule_number(&self, id: &str) -> Option<usize> {
        self.numbers.get(id).copied()
    }

    /// The rules that the event satisfies, in loading order.
    pub fn detect(&self, event: &Event<'_>, mask: &RuleMask) -> Result<Vec<Match>, EventError> {
        let record = parse(event.record)?;
        let route = route_of(&record, event);
        let mut matches = Vec::new();
        for (number, rule) in self.rules.iter().enumerate() {
            if !mask.is_on(number) || rule.has_unknown_source_key {
                continue;
            }
            let bindings = route.iter().filter(|binding| binding.source.satisfies(&rule.info.logsource));
            let hit =
                bindings.map(|binding| binding.map).find(|map| oracle::matches(&rule.logic, &record, *map));
            if let Some(map) = hit
                && self.passes_filters(rule, &record, map, mask)
            {
                matches.push(self.describe(number, rule, &record, map));
            }
        }
        Ok(matches)
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

fn parse(record: Record<'_>) -> Result<Cow<'_, Value>, EventError> {
    let value = match record {
        Record::Value(value) => Cow::Borrowed(value),
        Record::Json(text) if text.len() > MAX_RECORD_BYTES => return Err(EventError::TooLarge(text.len())),
        Record::Json(text) => Cow::Owned(
            serde_json::from_slice(text)
                .map_err(|error| EventError::NotJson { what: "bad syntax", at: error.column() })?,
        ),
    };
    if value.is_object() { Ok(value) } else { Err(EventError::NotAnObject) }
}

fn route_of(record: &Value, event: &Event<'_>) -> Route {
    if let Some(sources) = event.sources {
        return route::stated(sources);
    }
    let text = |name: &str| {
        fields::values_at(record, &FieldMap::Windows.places(name)).into_iter().find_map(oracle::text_of)
    };
    let (channel, provider) = (text("Channel"), text("Provider_Name"));
    let (event_id, event_type) = (text("EventID"), text("EventType"));
    route::derive(RouteKey {
        channel: channel.as_deref(),
        provider: provider.as_deref(),
        event_id: event_id.as_deref(),
        event_type: event_type.as_deref(),
    })
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
