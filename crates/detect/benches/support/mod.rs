//! What the benchmark and the measuring loop share: rules, events, and rsigma-eval with the same routing.

use std::collections::HashMap;
use std::io::Read;
use std::path::Path;

use kakari_detect::sigma::{Engine, Event, RuleSet};
use rsigma_parser::LogSource;
use serde_json::Value;

/// The rules in the folder of shared data.
pub(crate) const ARCHIVE: &str = "sigma/sigmahq-rules-2026-08-05.tar.gz";

/// A rule file: name and YAML.
pub(crate) type RuleFile = (String, Vec<u8>);

/// Of the archive's rules, `count` that are spread evenly.
pub(crate) fn rule_files(archive: &Path, count: usize) -> Vec<RuleFile> {
    let archive = std::fs::File::open(archive).unwrap();
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(archive));
    let mut files = Vec::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let name = entry.path().unwrap().display().to_string();
        if name.ends_with(".yml") {
            let mut yaml = Vec::new();
            entry.read_to_end(&mut yaml).unwrap();
            files.push((name, yaml));
        }
    }
    files.sort();
    let total = files.len();
    let chosen =
        |position: usize| count >= total || position * count / total != (position + 1) * count / total;
    files.into_iter().enumerate().filter(|(position, _)| chosen(*position)).map(|(_, file)| file).collect()
}

pub(crate) fn kakari(files: &[RuleFile]) -> Engine {
    let (set, refused) = RuleSet::parse(files.iter().map(|(name, yaml)| (name, yaml)));
    assert!(refused.is_empty(), "{refused:?}");
    Engine::compile(set)
}

/// rsigma-eval behind the routing that our engine does by itself: each event is evaluated once for each of
/// its log sources, and a rule counts once.
pub(crate) struct Rsigma {
    engine: rsigma_eval::Engine,
    routes: HashMap<(String, String, String), Vec<LogSource>>,
    sources: Engine,
}

impl Rsigma {
    pub(crate) fn new(files: &[RuleFile]) -> Self {
        let mut collection = rsigma_parser::SigmaCollection::new();
        for (_, yaml) in files {
            let parsed = rsigma_parser::parse_sigma_yaml(std::str::from_utf8(yaml).unwrap()).unwrap();
            collection.rules.extend(parsed.rules);
        }
        let mut engine = rsigma_eval::Engine::new();
        engine.add_collection(&collection).unwrap();
        Self { engine, routes: HashMap::new(), sources: Engine::compile(RuleSet::default()) }
    }

    /// The number of rules that an event satisfies.
    pub(crate) fn detect(&mut self, event: &[u8]) -> usize {
        let record: Value = serde_json::from_slice(event).unwrap();
        let text = |name: &str| {
            record.get(name).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
        };
        let key = (
            text("Channel").unwrap_or_default(),
            text("EventID").unwrap_or_default(),
            text("EventType").unwrap_or_default(),
        );
        let sources = &self.sources;
        let route = self.routes.entry(key).or_insert_with(|| {
            let sources = sources.sources(&Event::json(event)).unwrap();
            let convert = |source: kakari_detect::sigma::LogSource| LogSource {
                product: source.product,
                category: source.category,
                service: source.service,
                ..LogSource::default()
            };
            sources.into_iter().map(convert).collect()
        });
        let view = rsigma_eval::event::JsonEvent::borrow(&record);
        let mut found: Vec<String> = Vec::new();
        for source in route {
            let results = self.engine.evaluate_with_logsource(&view, source);
            found.extend(results.iter().map(|result| result.header.rule_id.clone().unwrap_or_default()));
        }
        found.sort_unstable();
        found.dedup();
        found.len()
    }
}
