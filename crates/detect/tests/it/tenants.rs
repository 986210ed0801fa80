//! One engine, many tenants.

use kakari_detect::sigma::{Engine, Event, LogSource, RuleMask, RuleSet};

use crate::one_rule::rule;

fn engine() -> Engine {
    let first = rule("s:\n  f: 1\ncondition: s");
    let second = first.replace("id: t", "id: u").replace("title: t", "title: second");
    Engine::compile(RuleSet::parse([("a.yml", first), ("b.yml", second)]).0)
}

fn ids(engine: &Engine, event: &str, mask: &RuleMask) -> Vec<String> {
    let sources = [LogSource::new("test", "", "")];
    let event = Event::json(event.as_bytes()).from_sources(&sources);
    let fast = engine.detect(&event, mask).unwrap();
    assert_eq!(fast, engine.detect_slowly(&event, mask).unwrap());
    fast.iter().map(|found| found.rule.id.clone()).collect()
}

const FILTER: &str = "title: leave out known hosts
logsource:
  product: test
filter:
  rules: [t]
  known:
    host|startswith: known-
  condition: not known
";

#[test]
fn what_one_tenant_switches_off_stays_on_for_the_others() {
    let engine = engine();
    let (all, mut some) = (RuleMask::all(), RuleMask::all());
    assert!(some.disable(&engine, "u"));
    assert!(!some.disable(&engine, "no such rule"));
    for _ in 0..3 {
        assert_eq!(ids(&engine, r#"{"f":1}"#, &all), ["t", "u"]);
        assert_eq!(ids(&engine, r#"{"f":1}"#, &some), ["t"]);
    }
}

#[test]
fn a_filter_takes_away_from_its_rule_and_its_tenant_only() {
    let engine = engine();
    let (all, mut filtered) = (RuleMask::all(), RuleMask::all());
    assert_eq!(filtered.add_filters("filter.yml", FILTER), []);
    let event = r#"{"f":1,"host":"known-1"}"#;
    assert_eq!(ids(&engine, event, &filtered), ["u"]);
    assert_eq!(ids(&engine, event, &all), ["t", "u"]);
    assert_eq!(ids(&engine, r#"{"f":1,"host":"new"}"#, &filtered), ["t", "u"]);
    assert_eq!(filtered.add_filters("rule.yml", &rule("s:\n  f: 1\ncondition: s")).len(), 1);
}

#[test]
fn a_filter_among_the_rules_holds_for_everybody() {
    let text = rule("s:\n  f: 1\ncondition: s");
    let engine = Engine::compile(RuleSet::parse([("a.yml", text.as_str()), ("f.yml", FILTER)]).0);
    assert!(ids(&engine, r#"{"f":1,"host":"known-1"}"#, &RuleMask::all()).is_empty());
    assert_eq!(ids(&engine, r#"{"f":1}"#, &RuleMask::all()), ["t"]);
}

#[test]
fn one_engine_serves_many_threads() {
    let engine = engine();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..100 {
                    assert_eq!(ids(&engine, r#"{"f":1}"#, &RuleMask::all()).len(), 2);
                }
            });
        }
    });
}
