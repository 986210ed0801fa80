//! One rule and one event, through the fast matcher and the slow evaluator.

use kakari_detect::sigma::{Engine, Event, LogSource, Match, RuleMask, RuleSet};
use serde_json::Value;

/// A rule with this detection section, for any source of the product `test`.
pub(crate) fn rule(detection: &str) -> String {
    let indented: String = detection.lines().map(|line| format!("  {line}\n")).collect();
    format!("title: t\nid: t\nlogsource:\n  product: test\ndetection:\n{indented}")
}

/// The engine for one detection section; the reason when it is refused.
pub(crate) fn engine(detection: &str) -> Result<Engine, String> {
    let (set, refused) = RuleSet::parse([("t.yml", rule(detection))]);
    match refused.into_iter().next() {
        Some(refused) => Err(refused.reason),
        None => Ok(Engine::compile(set)),
    }
}

/// Matches of an event of the product `test`, on which both evaluators have to agree.
pub(crate) fn detect(engine: &Engine, event: &[u8]) -> Vec<Match> {
    let sources = [LogSource::new("test", "", "")];
    let event = Event::json(event).from_sources(&sources);
    let fast = engine.detect(&event, &RuleMask::all()).unwrap();
    let slow = engine.detect_slowly(&event, &RuleMask::all()).unwrap();
    assert_eq!(fast, slow);
    assert_eq!(engine.disagreements(), 0);
    fast
}

/// Whether a single selection item is satisfied by an event.
pub(crate) fn item_fires(item: &str, event: &Value) -> bool {
    let engine =
        engine(&format!("s:\n  {item}\ncondition: s")).unwrap_or_else(|reason| panic!("{item}: {reason}"));
    !detect(&engine, event.to_string().as_bytes()).is_empty()
}
