//! Hostile rules and events: bounded, and named.

use kakari_detect::sigma::{
    Engine, Event, EventError, LogSource, MAX_FILE_BYTES, MAX_RECORD_BYTES, RuleMask, RuleSet,
};
use serde_json::{Value, json};

use crate::one_rule::{detect, engine, rule};

#[test]
fn a_file_of_ten_megabytes_is_refused_by_its_size() {
    let (set, refused) = RuleSet::parse([("big.yml", vec![b' '; 10 << 20])]);
    assert!(set.is_empty());
    assert!(refused[0].reason.contains(&MAX_FILE_BYTES.to_string()), "{}", refused[0].reason);
}

#[test]
fn one_bad_rule_does_not_unload_the_good_ones() {
    let good = rule("s:\n  f: 1\ncondition: s");
    let (set, refused) = RuleSet::parse([
        ("not-text.yml", b"\xff\xfe".to_vec()),
        ("good.yml", good.clone().into_bytes()),
        ("again.yml", good.into_bytes()),
        ("no-yaml.yml", b"a: [".to_vec()),
        ("old.yml", rule("s:\n  f: 1\ncondition: s | count() > 5").replace("id: t", "id: u").into_bytes()),
        (
            "later.yml",
            b"title: x\nsigma-version: 3\nlogsource: {}\ndetection: {s: {a: 1}, condition: s}".to_vec(),
        ),
    ]);
    assert_eq!(set.len(), 1);
    let names: Vec<&str> = refused.iter().map(|refused| refused.file.as_str()).collect();
    assert_eq!(names, ["not-text.yml", "again.yml", "no-yaml.yml", "old.yml", "later.yml"]);
    assert!(refused[1].reason.contains("good.yml"), "{}", refused[1].reason);
}

#[test]
fn a_bomb_of_aliases_ends() {
    let mut bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n".to_owned();
    for (name, before) in ('b'..='i').zip('a'..='h') {
        bomb += &format!("{name}: &{name} [{}]\n", vec![format!("*{before}"); 9].join(","));
    }
    let (set, refused) = RuleSet::parse([("bomb.yml", bomb)]);
    assert!(set.is_empty());
    assert!(!refused.is_empty());
}

#[test]
fn an_expression_that_stalls_others_does_not_stall_us() {
    let engine = engine("s:\n  f|re: '(a+)+$'\ncondition: s").unwrap();
    let event = json!({"f": format!("{}b", "a".repeat(100_000))}).to_string();
    assert!(detect(&engine, event.as_bytes()).is_empty());
}

#[test]
fn wildcards_that_stall_others_do_not_stall_us() {
    let engine = engine(&format!("s:\n  f: '{}b'\ncondition: s", "*a".repeat(50))).unwrap();
    let sources = [LogSource::new("test", "", "")];
    let event = json!({"f": "a".repeat(200_000)}).to_string();
    let found =
        engine.detect(&Event::json(event.as_bytes()).from_sources(&sources), &RuleMask::all()).unwrap();
    assert!(found.is_empty());
}

#[test]
fn large_events_are_read_and_larger_ones_are_named() {
    let engine = engine("s:\n  f|contains: needle\n  n9999: 9999\ncondition: s").unwrap();
    let mut fields: serde_json::Map<String, Value> =
        (0..10_000).map(|n| (format!("n{n}"), json!(n))).collect();
    fields.insert("f".to_owned(), json!(format!("{}needle", "x".repeat(5 << 20))));
    let sources = [LogSource::new("test", "", "")];
    let event = Value::Object(fields).to_string();
    let found =
        engine.detect(&Event::json(event.as_bytes()).from_sources(&sources), &RuleMask::all()).unwrap();
    assert_eq!(found.len(), 1);
    let value = found[0]
        .matched
        .iter()
        .find_map(|reason| reason.value.as_deref().filter(|text| text.starts_with('x')));
    assert!(value.unwrap().len() < 1_100, "a reason is short");
    let huge = vec![b' '; MAX_RECORD_BYTES + 1];
    assert_eq!(engine.detect(&Event::json(&huge), &RuleMask::all()), Err(EventError::TooLarge(huge.len())));
}

#[test]
fn what_is_no_record_is_named() {
    let engine = Engine::compile(RuleSet::default());
    let error =
        |text: &str| engine.detect(&Event::json(text.as_bytes()), &RuleMask::all()).unwrap_err().to_string();
    assert!(error("[1]").contains("not a JSON object"));
    assert!(error("{\"a\":").contains("at byte 5"));
    assert!(error(&format!("{{\"a\":{}1{}}}", "[".repeat(100), "]".repeat(100))).contains("deeper"));
}

#[test]
fn a_category_that_no_event_has_never_fires() {
    let text = rule("s:\n  f: 1\ncondition: s").replace("product: test", "category: unheard_of");
    let engine = Engine::compile(RuleSet::parse([("t.yml", text)]).0);
    assert!(detect(&engine, br#"{"f":1}"#).is_empty());
}

#[test]
fn a_record_that_half_escapes_a_letter_is_still_seen() {
    let engine = engine("s:\n  f|contains: evil\ncondition: s").unwrap();
    assert!(!detect(&engine, br#"{"f":"evil \ud800"}"#).is_empty());
}
