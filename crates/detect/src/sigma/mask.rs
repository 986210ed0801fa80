//! What one tenant has switched off: a bit for each rule, and filters.

use super::compile;
use super::engine::Engine;
use super::rules::{Filter, Placeholders, Refused};

/// The rules that one tenant uses and the filters that it has set. 3,754 rules take 470 bytes.
///
/// A mask belongs to the engine that it was made for; another engine has other rules at its places.
#[derive(Debug, Default)]
pub struct RuleMask {
    /// A set bit switches the rule of that number off.
    off: Vec<u64>,
    pub(crate) filters: Vec<Filter>,
}

impl RuleMask {
    /// All rules, no filter.
    #[must_use]
    pub fn all() -> Self {
        Self::default()
    }

    /// Switches a rule off by its id. False when the engine has no such rule.
    pub fn disable(&mut self, engine: &Engine, rule_id: &str) -> bool {
        let Some(number) = engine.rule_number(rule_id) else { return false };
        let (word, bit) = (number / 64, number % 64);
        if self.off.len() <= word {
            self.off.resize(word + 1, 0);
        }
        if let Some(word) = self.off.get_mut(word) {
            *word |= 1 << bit;
        }
        true
    }

    /// Adds Sigma filters from YAML. Those that cannot be used are returned with the reason.
    pub fn add_filters(&mut self, name: &str, yaml: &str) -> Vec<Refused> {
        let refuse = |title: Option<String>, reason| Refused { file: name.to_owned(), title, reason };
        let parsed = match rsigma_parser::parse_sigma_yaml(yaml) {
            Ok(parsed) => parsed,
            Err(error) => return vec![refuse(None, error.to_string())],
        };
        let mut refused: Vec<Refused> = parsed.errors.into_iter().map(|error| refuse(None, error)).collect();
        for rule in parsed.rules {
            refused.push(refuse(Some(rule.title), "this is a rule, not a filter".to_owned()));
        }
        for filter in parsed.filters {
            match compile::filter(&filter, &Placeholders::new()) {
                Ok(compiled) => self.filters.push(compiled),
                Err(reason) => refused.push(refuse(Some(filter.title), reason)),
            }
        }
        refused
    }

    pub(crate) fn is_on(&self, number: usize) -> bool {
        self.off.get(number / 64).is_none_or(|word| word & (1 << (number % 64)) == 0)
    }
}
