//! Rules as files: reading them, and saying which could not be used and why.

use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::compile;
use super::logsource::LogSource;
use super::predicate::{Expr, Predicate};

/// The largest rule file. The largest of SigmaHQ has 30 kB.
pub const MAX_FILE_BYTES: usize = 1 << 20;

/// How serious a match is, in the words of Sigma.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Informational,
    Low,
    Medium,
    High,
    Critical,
}

impl Level {
    /// The word that a rule file uses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Informational => "informational",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// A rule that is not used, with the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// The file as it was named to [`RuleSet::parse`].
    pub file: String,
    /// The rule's title, when the file could be read that far.
    pub title: Option<String>,
    /// What is wrong, in one sentence.
    pub reason: String,
}

/// What a rule says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleInfo {
    /// The rule's id, or its title when it has none.
    pub id: String,
    /// The name by which correlations may refer to the rule.
    pub name: Option<String>,
    pub title: String,
    /// `medium` when the rule does not say.
    pub level: Level,
    pub tags: Vec<String>,
    pub logsource: LogSource,
    pub description: Option<String>,
    pub author: Option<String>,
    pub references: Vec<String>,
    pub false_positives: Vec<String>,
    /// The file that the rule came from.
    pub file: String,
    /// The title as a sentence for a Japanese reader, from the key `kakari` of the rule.
    pub title_ja: Option<String>,
    /// What to do, in Japanese.
    pub advice_ja: Option<String>,
    /// What to do, in English.
    pub advice_en: Option<String>,
}

/// A rule that is ready to be matched.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) info: Arc<RuleInfo>,
    pub(crate) logic: Logic,
    /// Keys of the log source beyond product, category and service. No event has them.
    pub(crate) has_unknown_source_key: bool,
}

/// The part of a rule or filter that is evaluated.
#[derive(Debug)]
pub(crate) struct Logic {
    pub(crate) predicates: Vec<Predicate>,
    pub(crate) selections: Vec<(String, Expr)>,
    pub(crate) condition: Expr,
}

/// A filter: a condition that is added to other rules, for example to leave out a known program.
#[derive(Debug)]
pub(crate) struct Filter {
    pub(crate) logsource: LogSource,
    /// Ids, names or titles of rules; none means every rule of the log source.
    pub(crate) rules: Option<Vec<String>>,
    pub(crate) logic: Logic,
}

impl Filter {
    pub(crate) fn applies_to(&self, rule: &RuleInfo) -> bool {
        let named = self.rules.as_ref().is_none_or(|rules| {
            rules
                .iter()
                .any(|name| *name == rule.id || *name == rule.title || rule.name.as_ref() == Some(name))
        });
        named && rule.logsource.satisfies(&self.logsource)
    }
}

/// Values for the placeholders of `expand` items, by the name between the percent signs.
pub type Placeholders = HashMap<String, Vec<String>>;

/// Rules, filters and correlations, read and checked, not yet tied to any source.
#[derive(Debug, Default)]
pub struct RuleSet {
    pub(crate) rules: Vec<Rule>,
    pub(crate) filters: Vec<Filter>,
    pub(crate) correlations: Vec<crate::correlation::Correlation>,
    notes: Vec<String>,
}

impl RuleSet {
    /// Reads rule files: pairs of a name, used in messages, and the YAML text.
    ///
    /// One bad rule never keeps another from loading; each is returned with its reason. Of two rules with
    /// one id the first is kept.
    pub fn parse<N, B>(files: impl IntoIterator<Item = (N, B)>) -> (Self, Vec<Refused>)
    where
        N: AsRef<str>,
        B: AsRef<[u8]>,
    {
        Self::parse_with(files, &Placeholders::new())
    }

    /// [`RuleSet::parse`] with values for placeholders.
    pub fn parse_with<N, B>(
        files: impl IntoIterator<Item = (N, B)>,
        placeholders: &Placeholders,
    ) -> (Self, Vec<Refused>)
    where
        N: AsRef<str>,
        B: AsRef<[u8]>,
    {
        let mut reader =
            Reader { placeholders, set: Self::default(), refused: Vec::new(), seen: HashMap::new() };
        let mut correlations = Vec::new();
        for (name, yaml) in files {
            reader.read(name.as_ref(), yaml.as_ref(), &mut correlations);
        }
        let Reader { mut set, mut refused, .. } = reader;
        let infos: Vec<&RuleInfo> = set.rules.iter().map(|rule| rule.info.as_ref()).collect();
        let (accepted, unusable) = crate::correlation::resolve(correlations, &infos);
        set.correlations = accepted;
        refused.extend(unusable);
        (set, refused)
    }

    /// The number of detection rules.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// What the rules say about themselves, in loading order.
    pub fn infos(&self) -> impl Iterator<Item = &Arc<RuleInfo>> {
        self.rules.iter().map(|rule| &rule.info)
    }

    /// What is odd about rules that are used all the same, such as a level that does not exist.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The correlations, for [`crate::correlation::Correlator`].
    #[must_use]
    pub fn correlations(&self) -> &[crate::correlation::Correlation] {
        &self.correlations
    }
}

struct Reader<'p> {
    placeholders: &'p Placeholders,
    set: RuleSet,
    refused: Vec<Refused>,
    /// Rule id to the file that brought it.
    seen: HashMap<String, String>,
}

impl Reader<'_> {
    fn read(
        &mut self,
        file: &str,
        yaml: &[u8],
        correlations: &mut Vec<(String, rsigma_parser::CorrelationRule)>,
    ) {
        if yaml.len() > MAX_FILE_BYTES {
            let reason = format!("the file has {} bytes, the limit is {MAX_FILE_BYTES}", yaml.len());
            return self.refuse(file, None, reason);
        }
        let Ok(text) = std::str::from_utf8(yaml) else {
            return self.refuse(file, None, "the file is not UTF-8 text".to_owned());
        };
        let collection = match rsigma_parser::parse_sigma_yaml(text.trim_start_matches('\u{feff}')) {
            Ok(collection) => collection,
            Err(error) => return self.refuse(file, None, error.to_string()),
        };
        for rule in collection.rules {
            self.add_rule(file, &rule);
        }
        for filter in collection.filters {
            match compile::filter(&filter, self.placeholders) {
                Ok(filter) => self.set.filters.push(filter),
                Err(reason) => self.refuse(file, Some(filter.title), reason),
            }
        }
        correlations.extend(collection.correlations.into_iter().map(|rule| (file.to_owned(), rule)));
        for error in collection.errors {
            if is_note(&error) {
                self.set.notes.push(format!("{file}: {error}"));
            } else {
                self.refuse(file, None, error);
            }
        }
    }

    fn add_rule(&mut self, file: &str, rule: &rsigma_parser::SigmaRule) {
        let id = rule.id.clone().unwrap_or_else(|| rule.title.clone());
        if let Some(first) = self.seen.get(&id) {
            let reason = format!("the id {id} is already used by a rule in {first}");
            return self.refuse(file, Some(rule.title.clone()), reason);
        }
        match compile::rule(rule, file, self.placeholders) {
            Ok(compiled) => {
                self.seen.insert(id, file.to_owned());
                self.set.rules.push(compiled);
            }
            Err(reason) => self.refuse(file, Some(rule.title.clone()), reason),
        }
    }

    fn refuse(&mut self, file: &str, title: Option<String>, reason: String) {
        self.refused.push(Refused { file: file.to_owned(), title, reason });
    }
}

/// The parser reports oddities in side information through the same list as errors that cost a rule.
fn is_note(error: &str) -> bool {
    ["invalid status", "invalid level", "invalid sigma-version", "related[", "'related'"]
        .iter()
        .any(|start| error.starts_with(start))
}
