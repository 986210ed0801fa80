//! The rules: read once from their folder, one compiled engine for all clients, exchanged as a whole.

use std::collections::HashMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use kakari_detect::correlation::Seen;
use kakari_detect::sigma::{Engine, MAX_FILE_BYTES, Refused, RuleInfo, RuleMask, RuleSet};
use kakari_kernel::ports::StoredEvent;
use kakari_kernel::{OrgScope, Result, to_ms};
use kakari_normalize::Event;

use super::correlations::{self, Memory};
use super::model::Finding;
use super::sigma_event::sigma_event;
use crate::Watch;

/// A folder that holds more files is not a rules folder.
const FILES_MAX: usize = 50_000;
const DEPTH_MAX: usize = 16;

/// The rules that are in force. Exchanging them loses no event: a batch keeps the engine it began with.
pub struct Rules {
    folder: Option<PathBuf>,
    loaded: RwLock<Arc<Loaded>>,
}

/// One state of the rules folder.
pub struct Loaded {
    engine: Arc<Engine>,
    /// Rule id to what it says about itself.
    rules: HashMap<String, Arc<RuleInfo>>,
    refused: Vec<Refused>,
}

impl fmt::Debug for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rules({:?})", self.folder)
    }
}

impl Rules {
    /// Reads the folder; without one nothing is detected.
    pub fn new(folder: Option<PathBuf>) -> Self {
        let loaded = Arc::new(Loaded::read(folder.as_deref()));
        Self { folder, loaded: RwLock::new(loaded) }
    }

    /// Reads the folder again and exchanges the rules.
    pub fn reload(&self) {
        let loaded = Arc::new(Loaded::read(self.folder.as_deref()));
        *self.loaded.write().unwrap_or_else(PoisonError::into_inner) = loaded;
    }

    #[must_use]
    pub fn loaded(&self) -> Arc<Loaded> {
        Arc::clone(&self.loaded.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The text of a rule's file as it is now. `None` when the rule or its file is gone.
    #[must_use]
    pub fn text_of(&self, rule_id: &str) -> Option<String> {
        let loaded = self.loaded();
        let file = &loaded.rules.get(rule_id)?.file;
        let path = self.folder.as_ref()?.join(file);
        let size = fs::metadata(&path).ok()?.len();
        if size > MAX_FILE_BYTES as u64 {
            return None;
        }
        fs::read(path).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }
}

impl Loaded {
    fn read(folder: Option<&Path>) -> Self {
        let mut files = Vec::new();
        let mut refused = Vec::new();
        if let Some(folder) = folder {
            gather(folder, folder, 0, &mut files, &mut refused);
        }
        files.sort();
        let texts = files.into_iter().filter_map(|(name, path)| match fs::read(&path) {
            Ok(text) => Some((name, text)),
            Err(error) => {
                tracing::warn!(rule = %name, %error, "a rule file cannot be read");
                None
            }
        });
        let (set, unusable) = RuleSet::parse(texts);
        refused.extend(unusable);
        let engine = Arc::new(Engine::compile(set));
        let correlations = engine.correlations().iter().map(|correlation| &correlation.info);
        let rules =
            engine.rules().chain(correlations).map(|rule| (rule.id.clone(), Arc::clone(rule))).collect();
        let loaded = Self { engine, rules, refused };
        tracing::info!(rules = loaded.count(), refused = loaded.refused.len(), "rules are loaded");
        loaded
    }

    /// How many rules are in force.
    #[must_use]
    pub fn count(&self) -> usize {
        self.rules.len()
    }

    /// The rules that could not be used, each with its reason.
    #[must_use]
    pub fn refused(&self) -> &[Refused] {
        &self.refused
    }

    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&Arc<RuleInfo>> {
        self.rules.get(id)
    }

    /// All rules, by title.
    #[must_use]
    pub fn by_title(&self) -> Vec<&Arc<RuleInfo>> {
        let mut rules: Vec<&Arc<RuleInfo>> = self.rules.values().collect();
        rules.sort_by(|a, b| (&a.title, &a.id).cmp(&(&b.title, &b.id)));
        rules
    }

    /// Begins to look at a batch with these rules and what its client's correlations remember.
    pub(crate) async fn examine(&self, watch: &Watch, scope: &OrgScope) -> Result<Examination> {
        let memory = correlations::recall(watch, scope, &self.engine).await?;
        Ok(Examination { engine: Arc::clone(&self.engine), mask: RuleMask::all(), memory })
    }
}

/// Finds the rule files below a folder, named relative to it.
fn gather(
    root: &Path,
    folder: &Path,
    depth: usize,
    files: &mut Vec<(String, PathBuf)>,
    refused: &mut Vec<Refused>,
) {
    let refusal =
        |path: &Path, reason: String| Refused { file: path.display().to_string(), title: None, reason };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            refused.push(refusal(folder, format!("the folder cannot be read: {error}")));
            return;
        }
    };
    for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
        let is_rule = path.extension().is_some_and(|extension| extension == "yml" || extension == "yaml");
        if files.len() >= FILES_MAX {
            let reason = format!("more than {FILES_MAX} files: the rest of the folder is not read");
            refused.push(refusal(&path, reason));
            return;
        } else if path.is_dir() && depth < DEPTH_MAX {
            gather(root, &path, depth + 1, files, refused);
        } else if is_rule {
            let name = path.strip_prefix(root).unwrap_or(&path).display().to_string();
            files.push((name, path));
        }
    }
}

/// One batch under the rules, event after event.
#[derive(Debug)]
pub(crate) struct Examination {
    engine: Arc<Engine>,
    mask: RuleMask,
    memory: Memory,
}

impl Examination {
    /// What the rules find in an event, and what correlations find with it. `kept` is the event as it is kept.
    pub(crate) fn look(&mut self, event: &Event<'_>, kept: &StoredEvent) -> Vec<Finding> {
        let matches = match sigma_event(&self.engine, &self.mask, event) {
            Ok(matches) => matches,
            // The event is kept all the same, and says itself that it could not be read.
            Err(error) => {
                tracing::debug!(%error, "the rules could not look at an event");
                return Vec::new();
            }
        };
        let seen = Seen {
            time_ms: to_ms(kept.at),
            received_ms: to_ms(kept.received_at),
            source: &kept.sensor_id,
            event: &kept.id,
        };
        let mut findings = Vec::new();
        for found in matches {
            let alerts = self.memory.observe(self.engine.correlations(), &found.observations, &seen);
            if found.alerts {
                findings.push(Finding::in_one(found, kept));
            }
            findings.extend(alerts.iter().map(|alert| Finding::over_many(alert, kept)));
        }
        findings
    }

    /// What the correlations remember now.
    pub(crate) fn into_memory(self) -> Memory {
        self.memory
    }
}
