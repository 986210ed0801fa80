//! What a correlation rule says, checked and tied to the rules that it names.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use rsigma_parser::{
    ConditionExpr, ConditionOperator, CorrelationCondition, CorrelationRule, CorrelationType, Quantifier,
    WindowMode,
};

use crate::sigma::{Refused, RuleInfo};

/// The longest window. A longer one would hold state for too many groups.
const MAX_WINDOW_S: u64 = 31 * 86_400;

/// Rules that one correlation may name.
const MAX_STEPS: usize = 64;

/// How observations inside one window are judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// The number of events.
    EventCount(Threshold),
    /// The number of different values of a field.
    ValueCount(Threshold),
    /// Each of the named rules at least once, in any order.
    Temporal,
    /// Each of the named rules, in the order in which they are named. Equal times count as in order.
    TemporalOrdered,
}

/// Bounds on a count, all of which must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Threshold(Vec<(Comparison, u64)>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    Differs,
}

impl Threshold {
    /// Whether a count lies inside all bounds.
    #[must_use]
    pub fn holds(&self, count: u64) -> bool {
        self.0.iter().all(|(comparison, bound)| match comparison {
            Comparison::Less => count < *bound,
            Comparison::LessOrEqual => count <= *bound,
            Comparison::Greater => count > *bound,
            Comparison::GreaterOrEqual => count >= *bound,
            Comparison::Equal => count == *bound,
            Comparison::Differs => count != *bound,
        })
    }
}

/// A correlation rule that is ready to be used.
#[derive(Debug, Clone)]
pub struct Correlation {
    pub info: Arc<RuleInfo>,
    pub kind: Kind,
    /// Ids of the rules and correlations that it looks at, in the order of the rule file.
    pub steps: Vec<String>,
    /// The window is `(t - window, t]`.
    pub window_ms: i64,
    /// Whether the named rules also alert by themselves.
    pub generate: bool,
    /// Fields that make up the group, by step.
    group_by: Vec<Vec<String>>,
    /// The field whose values `value_count` counts.
    counted_field: Option<String>,
}

impl Correlation {
    /// The fields that make up the group of an observation of this step, after aliases.
    pub(crate) fn group_fields(&self, step: usize) -> &[String] {
        self.group_by.get(step).map(Vec::as_slice).unwrap_or_default()
    }

    /// All that decides when the rule comes true, as a text to be compared.
    pub(crate) fn definition(&self) -> String {
        let Self { kind, steps, window_ms, group_by, counted_field, .. } = self;
        format!("{kind:?} {steps:?} {window_ms} {group_by:?} {counted_field:?}")
    }

    pub(crate) fn counted_field(&self) -> Option<&str> {
        self.counted_field.as_deref()
    }
}

/// Ties correlations to rules. Those that name an unknown rule, or that hang in a circle, are refused.
pub(crate) fn resolve(
    parsed: Vec<(String, CorrelationRule)>,
    rules: &[&RuleInfo],
) -> (Vec<Correlation>, Vec<Refused>) {
    let mut names: HashMap<String, String> = HashMap::new();
    for rule in rules {
        for name in [Some(&rule.id), rule.name.as_ref()].into_iter().flatten() {
            names.entry(name.clone()).or_insert_with(|| rule.id.clone());
        }
    }
    let mut refused = Vec::new();
    let mut ids: HashSet<String> = rules.iter().map(|rule| rule.id.clone()).collect();
    let mut unique = Vec::new();
    for (file, rule) in parsed {
        let id = id_of(&rule);
        if !ids.insert(id.clone()) {
            refused.push(refuse(&file, &rule.title, format!("the id {id} is already used by another rule")));
            continue;
        }
        for name in [Some(&id), rule.name.as_ref()].into_iter().flatten() {
            names.entry(name.clone()).or_insert_with(|| id.clone());
        }
        unique.push((file, rule));
    }
    let mut accepted: Vec<Correlation> = Vec::new();
    for (file, rule) in unique {
        match build(&rule, &file, &names) {
            Ok(correlation) => accepted.push(correlation),
            Err(reason) => refused.push(refuse(&file, &rule.title, reason)),
        }
    }
    refuse_unreachable(&mut accepted, &mut refused, rules);
    (accepted, refused)
}

fn refuse(file: &str, title: &str, reason: String) -> Refused {
    Refused { file: file.to_owned(), title: Some(title.to_owned()), reason }
}

fn id_of(rule: &CorrelationRule) -> String {
    rule.id.clone().unwrap_or_else(|| rule.title.clone())
}

fn build(rule: &CorrelationRule, file: &str, names: &HashMap<String, String>) -> Result<Correlation, String> {
    if rule.window != WindowMode::Sliding {
        return Err(format!("the window {} is not part of Sigma 2", rule.window.as_str()));
    }
    if rule.timespan.seconds == 0 || rule.timespan.seconds > MAX_WINDOW_S {
        return Err(format!("the timespan {} is not between 1 second and 31 days", rule.timespan));
    }
    if rule.rules.is_empty() || rule.rules.len() > MAX_STEPS {
        return Err(format!("a correlation names 1 to {MAX_STEPS} rules, this one {}", rule.rules.len()));
    }
    let mut steps = Vec::with_capacity(rule.rules.len());
    for name in &rule.rules {
        let id = names.get(name).ok_or_else(|| format!("it names the rule {name}, which is not loaded"))?;
        steps.push(id.clone());
    }
    let kind = kind(rule)?;
    let group_by = rule.rules.iter().map(|name| aliased(rule, name)).collect();
    let seconds = i64::try_from(rule.timespan.seconds).map_err(|error| error.to_string())?;
    Ok(Correlation {
        info: Arc::new(info(rule, file)),
        kind,
        steps,
        window_ms: seconds * 1000,
        generate: rule.generate,
        group_by,
        counted_field: counted_field(rule)?,
    })
}

fn kind(rule: &CorrelationRule) -> Result<Kind, String> {
    match rule.correlation_type {
        CorrelationType::EventCount => Ok(Kind::EventCount(threshold(rule)?)),
        CorrelationType::ValueCount => Ok(Kind::ValueCount(threshold(rule)?)),
        CorrelationType::Temporal | CorrelationType::TemporalOrdered => {
            if !asks_for_every_rule(rule) {
                return Err("a temporal condition other than all of the rules is not supported".to_owned());
            }
            Ok(if rule.correlation_type == CorrelationType::Temporal {
                Kind::Temporal
            } else {
                Kind::TemporalOrdered
            })
        }
        other => Err(format!("the correlation type {} is not supported", other.as_str())),
    }
}

fn asks_for_every_rule(rule: &CorrelationRule) -> bool {
    match &rule.condition {
        CorrelationCondition::Threshold { predicates, .. } => {
            let every = u64::try_from(rule.rules.len()).unwrap_or(u64::MAX);
            matches!(predicates.as_slice(), [(ConditionOperator::Gte, count)] if *count == 1 || *count == every)
        }
        CorrelationCondition::Extended(ConditionExpr::And(parts)) => {
            let named: HashSet<&str> = parts
                .iter()
                .filter_map(|part| match part {
                    ConditionExpr::Identifier(name) => Some(name.as_str()),
                    _ => None,
                })
                .collect();
            named.len() == parts.len() && rule.rules.iter().all(|name| named.contains(name.as_str()))
        }
        CorrelationCondition::Extended(ConditionExpr::Selector { quantifier, .. }) => {
            *quantifier == Quantifier::All
        }
        CorrelationCondition::Extended(_) => false,
    }
}

fn threshold(rule: &CorrelationRule) -> Result<Threshold, String> {
    let CorrelationCondition::Threshold { predicates, .. } = &rule.condition else {
        return Err("a count needs a condition such as gte: 10".to_owned());
    };
    let comparison = |operator: &ConditionOperator| match operator {
        ConditionOperator::Lt => Comparison::Less,
        ConditionOperator::Lte => Comparison::LessOrEqual,
        ConditionOperator::Gt => Comparison::Greater,
        ConditionOperator::Gte => Comparison::GreaterOrEqual,
        ConditionOperator::Eq => Comparison::Equal,
        ConditionOperator::Neq => Comparison::Differs,
    };
    Ok(Threshold(predicates.iter().map(|(operator, bound)| (comparison(operator), *bound)).collect()))
}

fn counted_field(rule: &CorrelationRule) -> Result<Option<String>, String> {
    let field = match &rule.condition {
        CorrelationCondition::Threshold { field, .. } => field.as_deref().unwrap_or_default(),
        CorrelationCondition::Extended(_) => &[],
    };
    match (rule.correlation_type, field) {
        (CorrelationType::ValueCount, [field]) => Ok(Some(field.clone())),
        (CorrelationType::ValueCount, _) => Err("value_count needs exactly one field to count".to_owned()),
        _ => Ok(None),
    }
}

/// The group-by fields as the rule `name` calls them.
fn aliased(rule: &CorrelationRule, name: &str) -> Vec<String> {
    let own = |field: &String| {
        let alias = rule.aliases.iter().find(|alias| alias.alias == *field);
        alias.and_then(|alias| alias.mapping.get(name)).unwrap_or(field).clone()
    };
    rule.group_by.iter().map(own).collect()
}

fn info(rule: &CorrelationRule, file: &str) -> RuleInfo {
    let own = rule.custom_attributes.get("kakari");
    let text =
        |key: &str| own.and_then(|map| map.get(key)).and_then(|value| value.as_str()).map(str::to_owned);
    RuleInfo {
        id: id_of(rule),
        name: rule.name.clone(),
        title: rule.title.clone(),
        level: crate::sigma::level_of(rule.level),
        tags: rule.tags.clone(),
        logsource: crate::sigma::LogSource::default(),
        description: rule.description.clone(),
        author: rule.author.clone(),
        references: rule.references.clone(),
        false_positives: rule.falsepositives.clone(),
        file: file.to_owned(),
        title_ja: text("title_ja"),
        advice_ja: text("advice_ja"),
        advice_en: text("advice_en"),
    }
}

/// Keeps a correlation only when everything it names is a rule or a kept correlation. What is left over
/// hangs in a circle, or on something that was refused.
fn refuse_unreachable(accepted: &mut Vec<Correlation>, refused: &mut Vec<Refused>, rules: &[&RuleInfo]) {
    let mut known: HashSet<String> = rules.iter().map(|rule| rule.id.clone()).collect();
    let mut waiting = std::mem::take(accepted);
    loop {
        let (ready, rest): (Vec<_>, Vec<_>) = waiting
            .into_iter()
            .partition(|correlation| correlation.steps.iter().all(|step| known.contains(step)));
        waiting = rest;
        if ready.is_empty() {
            break;
        }
        known.extend(ready.iter().map(|correlation| correlation.info.id.clone()));
        accepted.extend(ready);
    }
    for correlation in waiting {
        let reason =
            "it names correlations that name each other in a circle, or one that was refused".to_owned();
        refused.push(refuse(&correlation.info.file, &correlation.info.title, reason));
    }
}
