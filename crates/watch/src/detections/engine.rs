//! The rules: read once from their folder, one compiled engine for all clients, exchanged as a whole.

use std::collections::HashMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use kakari_detect::sigma::{self, Engine, LogSource, MAX_FILE_BYTES, Refused, RuleInfo, RuleMask, RuleSet};
use kakari_normalize::Event;

use super::model::Finding;

/// A folder that holds more files is not a rules folder.
const FILES_MAX: usize = 50_000;
const DEPTH_MAX: usize = 16;

/// Looks at one event.
pub trait Detector: Send + Sync {
    fn detect(&self, event: &Event<'_>) -> Vec<Finding>;
}

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
        let rules = engine.rules().map(|rule| (rule.id.clone(), Arc::clone(rule))).collect();
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

    pub(crate) fn detector(&self) -> Arc<dyn Detector> {
        Arc::new(SigmaDetector { engine: Arc::clone(&self.engine), mask: RuleMask::all() })
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

/// The Sigma engine behind [`Detector`].
struct SigmaDetector {
    engine: Arc<Engine>,
    mask: RuleMask,
}

impl Detector for SigmaDetector {
    fn detect(&self, event: &Event<'_>) -> Vec<Finding> {
        let sources: Vec<LogSource> = event
            .log_sources()
            .iter()
            .map(|source| {
                let key = |key: Option<&'static str>| key.unwrap_or_default();
                LogSource::new(key(source.product), key(source.category), key(source.service))
            })
            .collect();
        if sources.is_empty() {
            return Vec::new();
        }
        let record = serde_json::Value::Object(event.record());
        match self.engine.detect(&sigma::Event::value(&record).from_sources(&sources), &self.mask) {
            Ok(matches) => matches
                .into_iter()
                .filter(|found| found.alerts)
                .map(|found| Finding { rule: found.rule, matched: found.matched })
                .collect(),
            // The record is one that the normaliser took apart already, within tighter bounds.
            Err(error) => {
                tracing::debug!(%error, "the rules could not look at an event");
                Vec::new()
            }
        }
    }
}
