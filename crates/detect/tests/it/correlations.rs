//! Rules over several events, in event time.

use kakari_detect::correlation::{Alert, Limits, Seen, TenantState};
use kakari_detect::sigma::{Engine, Event, LogSource, RuleMask, RuleSet};
use proptest::prelude::*;
use serde_json::json;

const RULES: &str = "title: login failed
id: failed
name: failed_login
logsource: {product: test}
detection: {s: {what: fail}, condition: s}
---
title: login worked
id: worked
logsource: {product: test}
detection: {s: {what: ok}, condition: s}
---
";

fn engine(correlation: &str) -> Engine {
    let (set, refused) = RuleSet::parse([("c.yml", format!("{RULES}{correlation}"))]);
    assert_eq!(refused, []);
    Engine::compile(set)
}

fn count(at_least: u32) -> String {
    format!(
        "title: many\nid: many\ncorrelation:\n  type: event_count\n  rules: [failed_login]\n  group-by: [user]\n  timespan: 60s\n  condition: {{gte: {at_least}}}\n"
    )
}

/// One event: seconds, what, user, and its number, which is its reference.
type Row = (i64, &'static str, &'static str, usize);

fn observe(engine: &Engine, state: &mut TenantState, row: &Row, limits: &Limits) -> Vec<Alert> {
    let (seconds, what, user, number) = row;
    let sources = [LogSource::new("test", "", "")];
    let event = json!({"what": what, "user": user, "host": format!("h{}", number % 5)}).to_string();
    let found =
        engine.detect(&Event::json(event.as_bytes()).from_sources(&sources), &RuleMask::all()).unwrap();
    let reference = number.to_string();
    let seen = Seen { time_ms: seconds * 1000, received_ms: 10_000_000, source: "sensor", event: &reference };
    found
        .iter()
        .flat_map(|found| state.observe(engine.correlations(), limits, &found.observations, &seen))
        .collect()
}

fn run(engine: &Engine, rows: &[Row]) -> Vec<Alert> {
    let mut state = TenantState::default();
    rows.iter().flat_map(|row| observe(engine, &mut state, row, &Limits::default())).collect()
}

fn fails(seconds: &[i64]) -> Vec<Row> {
    seconds.iter().enumerate().map(|(number, seconds)| (*seconds, "fail", "ann", number)).collect()
}

#[test]
fn a_count_is_reached_inside_the_window_only() {
    let engine = engine(&count(3));
    for (seconds, alerts) in [
        (vec![0, 30, 59], 1),
        (vec![0, 30, 60], 0),
        (vec![0, 30], 0),
        (vec![0, 1, 2, 3, 4], 1),
        (vec![0, 1, 2, 100, 101, 102], 2),
        (vec![59, 30, 0], 1),
        (vec![5, 5, 5], 1),
    ] {
        let found = run(&engine, &fails(&seconds));
        assert_eq!(found.len(), alerts, "{seconds:?}");
    }
    let found = run(&engine, &fails(&[0, 30, 59]));
    assert_eq!((found[0].count, found[0].first_ms, found[0].last_ms), (3, 0, 59_000));
    assert_eq!(found[0].group, [("user".to_owned(), Some("ann".to_owned()))]);
    assert_eq!(found[0].events, ["0", "1", "2"]);
}

#[test]
fn groups_and_tenants_do_not_add_up() {
    let engine = engine(&count(3));
    assert!(run(&engine, &[(0, "fail", "ann", 1), (1, "fail", "bob", 2), (2, "fail", "ann", 3)]).is_empty());
    let (mut one, mut other) = (TenantState::default(), TenantState::default());
    for (number, row) in fails(&[0, 1, 2, 3]).iter().enumerate() {
        let state = if number % 2 == 0 { &mut one } else { &mut other };
        assert!(observe(&engine, state, row, &Limits::default()).is_empty());
    }
}

#[test]
fn an_event_that_comes_twice_counts_once() {
    let engine = engine(&count(3));
    assert!(run(&engine, &[(0, "fail", "ann", 1), (0, "fail", "ann", 1), (0, "fail", "ann", 1)]).is_empty());
}

#[test]
fn different_values_are_counted() {
    let engine = engine(
        "title: spread\nid: spread\ncorrelation:\n  type: value_count\n  rules: [failed]\n  group-by: [user]\n  timespan: 60s\n  condition: {gte: 3, field: host}\n",
    );
    assert_eq!(run(&engine, &[(0, "fail", "a", 0), (1, "fail", "a", 1), (2, "fail", "a", 2)])[0].count, 3);
    assert!(run(&engine, &[(0, "fail", "a", 0), (1, "fail", "a", 5), (2, "fail", "a", 10)]).is_empty());
}

#[test]
fn order_counts_where_it_is_asked_for() {
    let rule = |kind: &str| {
        format!(
            "title: x\nid: x\ncorrelation:\n  type: {kind}\n  rules: [failed, worked]\n  group-by: [user]\n  timespan: 60s\n"
        )
    };
    let (any, ordered) = (engine(&rule("temporal")), engine(&rule("temporal_ordered")));
    let forward = [(0, "fail", "a", 0), (10, "ok", "a", 1)];
    let backward = [(0, "ok", "a", 0), (10, "fail", "a", 1)];
    let together = [(5, "ok", "a", 0), (5, "fail", "a", 1)];
    let far = [(0, "fail", "a", 0), (60, "ok", "a", 1)];
    let strangers = [(0, "fail", "a", 0), (10, "ok", "b", 1)];
    for (rows, in_any, in_order) in
        [(forward, 1, 1), (backward, 1, 0), (together, 1, 1), (far, 0, 0), (strangers, 0, 0)]
    {
        assert_eq!(run(&any, &rows).len(), in_any, "{rows:?}");
        assert_eq!(run(&ordered, &rows).len(), in_order, "{rows:?}");
    }
}

#[test]
fn correlations_may_look_at_correlations_and_never_at_themselves() {
    let chain = format!(
        "{}---\ntitle: broke in\nid: broke_in\ncorrelation:\n  type: temporal_ordered\n  rules: [many, worked]\n  group-by: [user]\n  timespan: 5m\n",
        count(3)
    );
    let engine = engine(&chain);
    let mut rows = fails(&[0, 1, 2]);
    rows.push((60, "ok", "ann", 9));
    let ids: Vec<String> = run(&engine, &rows).iter().map(|alert| alert.rule.id.clone()).collect();
    assert_eq!(ids, ["many", "broke_in"]);
    let circle = "title: a\nid: a\ncorrelation: {type: temporal, rules: [b], timespan: 1m}\n---\ntitle: b\nid: b\ncorrelation: {type: temporal, rules: [a], timespan: 1m}\n";
    let (_, refused) = RuleSet::parse([("circle.yml", circle)]);
    assert_eq!(refused.len(), 2);
    assert!(refused[0].reason.contains("circle"), "{}", refused[0].reason);
}

#[test]
fn what_is_late_or_ahead_is_said() {
    let engine = engine(&count(1));
    let mut state = TenantState::default();
    let limits = Limits::default();
    assert_eq!(observe(&engine, &mut state, &(2_000, "fail", "ann", 1), &limits).len(), 1);
    assert!(observe(&engine, &mut state, &(1_000, "fail", "bob", 2), &limits).is_empty());
    assert!(observe(&engine, &mut state, &(99_999, "fail", "eve", 3), &limits).is_empty());
    assert_eq!((state.too_late, state.ahead), (1, 1));
    // Another sensor that sends yesterday is not held to this one's clock.
    let seen = Seen { time_ms: 0, received_ms: 10_000_000, source: "relay", event: "4" };
    let sources = [LogSource::new("test", "", "")];
    let event = Event::json(br#"{"what":"fail","user":"zoe"}"#).from_sources(&sources);
    let found = engine.detect(&event, &RuleMask::all()).unwrap();
    assert_eq!(state.observe(engine.correlations(), &limits, &found[0].observations, &seen).len(), 1);
}

#[test]
fn a_flood_is_capped_and_said() {
    let engine = engine(&count(3));
    let limits = Limits { groups: 2, entries: 2, ..Limits::default() };
    let mut state = TenantState::default();
    for (number, user) in ["a", "b", "c", "d"].into_iter().enumerate() {
        observe(&engine, &mut state, &(0, "fail", user, number), &limits);
    }
    assert_eq!(state.not_counted().collect::<Vec<_>>(), [("many", 2)]);
    // Room is made as soon as the old groups can no longer come true.
    observe(&engine, &mut state, &(5_000, "fail", "e", 9), &limits);
    assert_eq!(state.not_counted().collect::<Vec<_>>(), [("many", 2)]);
}

#[test]
fn the_state_survives_being_saved() {
    let engine = engine(&count(3));
    let rows = fails(&[0, 1, 2]);
    let mut state = TenantState::default();
    observe(&engine, &mut state, &rows[0], &Limits::default());
    observe(&engine, &mut state, &rows[1], &Limits::default());
    let saved = serde_json::to_vec(&state).unwrap();
    let mut restored: TenantState = serde_json::from_slice(&saved).unwrap();
    assert_eq!(observe(&engine, &mut restored, &rows[2], &Limits::default()).len(), 1);
}

#[test]
fn a_correlation_that_is_gone_is_forgotten_and_the_others_are_not() {
    let engine = engine(&count(3));
    let rows = fails(&[0, 1, 2]);
    let mut state = TenantState::default();
    for row in &rows[..2] {
        observe(&engine, &mut state, row, &Limits::default());
    }
    let mut without = state.clone();
    without.keep_only(&[]);
    assert!(observe(&engine, &mut without, &rows[2], &Limits::default()).is_empty());
    state.keep_only(engine.correlations());
    assert_eq!(observe(&engine, &mut state, &rows[2], &Limits::default()).len(), 1);
}

#[test]
fn what_cannot_be_meant_is_refused() {
    for (correlation, reason) in [
        ("{type: event_count, rules: [nobody], timespan: 1m, condition: {gte: 1}}", "not loaded"),
        ("{type: value_count, rules: [failed], timespan: 1m, condition: {gte: 1}}", "exactly one field"),
        ("{type: value_sum, rules: [failed], timespan: 1m, condition: {gte: 1, field: n}}", "not supported"),
        ("{type: event_count, rules: [failed], timespan: 1y, condition: {gte: 1}}", "31 days"),
    ] {
        let (_, refused) =
            RuleSet::parse([("c.yml", format!("{RULES}title: c\nid: c\ncorrelation: {correlation}\n"))]);
        assert!(refused[0].reason.contains(reason), "{correlation}: {}", refused[0].reason);
    }
}

#[test]
fn rules_that_only_feed_a_correlation_say_nothing_themselves() {
    let sources = [LogSource::new("test", "", "")];
    let event = Event::json(br#"{"what":"fail"}"#).from_sources(&sources);
    let silent = engine(&count(3)).detect(&event, &RuleMask::all()).unwrap();
    assert!(!silent[0].alerts);
    let loud = engine(&count(3).replace("correlation:\n", "generate: true\ncorrelation:\n"));
    assert!(loud.detect(&event, &RuleMask::all()).unwrap()[0].alerts);
}

proptest! {
    #[test]
    fn inside_the_lateness_any_order_tells_as_many_alerts(seconds in prop::collection::vec(0_i64..400, 1..14), seed in any::<u64>()) {
        let engine = engine(&count(3));
        let mut rows = fails(&seconds);
        rows.sort_unstable();
        let in_order = run(&engine, &rows).len();
        let mut shuffled = rows.clone();
        let mut state = seed;
        for place in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            shuffled.swap(place, (state >> 33) as usize % (place + 1));
        }
        prop_assert_eq!(run(&engine, &shuffled).len(), in_order);
    }
}
