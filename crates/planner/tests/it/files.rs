//! Planning files as strangers write them: understood, or refused with the place and the cure.

use kakari_planner::answer::work_out;
use kakari_planner::input::{Override, Task, read};
use kakari_planner::plan::{Effort, Mode};
use kakari_planner::words::Language;
use proptest::prelude::*;

fn read_text(text: &str) -> Result<Task, String> {
    read(text.as_bytes(), Override::default()).map_err(|error| error.to_string())
}

/// A file with one scenario `s`, a budget, and the given measures and further fields.
fn with(measures: &str, more: &str) -> String {
    format!(
        r#"{{"budget_yen": 100000, "scenarios": [{{"id": "s", "frequency_per_year": 0.5, "loss_yen": 1000000}}],
            "measures": [{measures}] {more}}}"#
    )
}

#[test]
fn a_wrong_value_is_refused_with_its_place_and_advice() {
    let cases: [(&str, &str, &[&str]); 22] = [
        (r#"{"id":"m","cost_yen":-1}"#, "", &["measures[0].cost_yen", "below 0"]),
        (r#"{"id":"m","cost_yen":1.5}"#, "", &["measures[0].cost_yen", "whole"]),
        (r#"{"id":"m","cost_yen":"a lot"}"#, "", &["measures[0].cost_yen", "\"a lot\""]),
        (r#"{"id":"m","cost_yen":1e18}"#, "", &["measures[0].cost_yen", "unit"]),
        (r#"{"id":"m"}"#, "", &["measures[0]", "cost of \"m\" is missing"]),
        (r#"{"cost_yen":0}"#, "", &["measures[0].id", "missing"]),
        (r#"{"id":"m","cost_yen":0},{"id":"m","cost_yen":0}"#, "", &["\"m\" is used twice"]),
        (r#"{"id":"m","cost_yen":1,"yearly_yen":1}"#, "", &["cost_yen", "keep"]),
        (r#"{"id":"m","cost_yen":0,"effects":{"s":40}}"#, "", &["measures[0].effects.s", "0.4", "\"40%\""]),
        (r#"{"id":"m","cost_yen":0,"effects":{"s":"140%"}}"#, "", &["measures[0].effects.s", "1.4"]),
        (r#"{"id":"m","cost_yen":0,"effects":{"s":-0.1}}"#, "", &["measures[0].effects.s", "only reduce"]),
        (r#"{"id":"m","cost_yen":0,"effects":{"x":0.1}}"#, "", &["no scenario \"x\"", "known are: s"]),
        (r#"{"id":"m","cost_yen":0,"effects":{"s":[0.5,0.2]}}"#, "", &["do not rise"]),
        (r#"{"id":"m","cost_yen":0,"requires":["n"]}"#, "", &["measures[0].requires[0]", "no measure \"n\""]),
        (
            r#"{"id":"a","cost_yen":0,"requires":["b"]},{"id":"b","cost_yen":0,"requires":["c"]},{"id":"c","cost_yen":0,"requires":["a"]}"#,
            "",
            &["circle: a needs b needs c needs a"],
        ),
        (r#"{"id":"a","cost_yen":0,"requires":["a"]}"#, "", &["circle: a needs a"]),
        (r#"{"id":"m","cost_yen":0,"must":true,"refused":true}"#, "", &["measures[0]", "refused"]),
        (r#"{"id":"m","cost_yen":0,"done":"yes"}"#, "", &["measures[0].done", "true or false"]),
        (r#"{"id":"m","cost_yen":0,"subsidy":{}}"#, "", &["measures[0].subsidy.rate", "missing"]),
        ("", r#", "mode": "cheap""#, &["mode", "risk, criteria or both"]),
        ("", r#", "budget": 5"#, &["say the same thing"]),
        ("", r#", "mode": "risk", "mode": "risk""#, &["stands twice"]),
    ];
    for (measures, more, words) in cases {
        let error = read_text(&with(measures, more)).expect_err(measures);
        for word in words {
            assert!(error.contains(word), "{measures} {more}: {error}");
        }
    }
}

#[test]
fn losses_that_cannot_be_meant_are_refused() {
    for (scenario, word) in [
        (r#""frequency_per_year": 0.5"#, "not complete"),
        (r#""frequency_per_year": 500, "loss_yen": 1"#, "366"),
        (r#""frequency_per_year": -1, "loss_yen": 1"#, "between 0"),
        (r#""frequency_per_year": 1, "loss_yen": [1, 2]"#, "p10"),
        (r#""frequency_per_year": 1, "loss_yen": {"p10": 0, "p90": 2}"#, "above 0"),
        (r#""frequency_per_year": 1, "loss_yen": {"p10": 5, "p90": 2}"#, "do not rise"),
        (r#""frequency_per_year": 1, "loss_yen": {"p10": 5}"#, "cannot be read from p10"),
        (r#""frequency_per_year": 1, "loss_yen": {"min": 1, "mode": 9, "max": 5}"#, "do not rise"),
        (r#""frequency_per_year": 1, "loss_yen": {"mean": 1, "median": 5}"#, "median"),
        (r#""frequency_per_year": 1, "loss_yen": {"p10": 1, "p90": 5, "shape": "pert"}"#, "does not fit"),
        (r#""frequency_per_year": 1.5, "loss_yen": 1, "at_most_once_a_year": true"#, "at most 1"),
        (r#""expected_yearly_loss_yen": 5, "loss_yen": 1"#, "keep one"),
    ] {
        let text =
            format!(r#"{{"budget_yen": 0, "measures": [], "scenarios": [{{"id": "s", {scenario}}}]}}"#);
        let error = read_text(&text).expect_err(scenario);
        assert!(error.contains(word), "{scenario}: {error}");
    }
}

#[test]
fn every_fault_is_named_at_once() {
    let error = read_text(&with(r#"{"id":"m","cost_yen":-1,"effects":{"s":2}},{"id":"n"}"#, "")).unwrap_err();
    assert_eq!(error.lines().count(), 3, "{error}");
}

#[test]
fn an_unknown_field_is_named_and_a_comment_is_not() {
    let task = read_text(&with(
        r#"{"id":"m","cost_yen":0,"colour":"red","_why":"x","note":"y"}"#,
        r#", "budgt": 5"#,
    ))
    .unwrap();
    let warnings: Vec<&str> = task.warnings.iter().map(|warning| warning.at.as_str()).collect();
    assert_eq!(warnings, ["measures[0].colour", "budgt"]);
}

#[test]
fn a_missing_budget_is_refused_only_where_it_is_needed() {
    let text = r#"{"scenarios": [], "measures": []"#;
    assert!(read_text(&format!("{text}}}")).unwrap_err().contains("budget"));
    assert!(read_text(&format!(r#"{text}, "mode": "criteria"}}"#)).is_ok());
    let over = Override { budget_yen: Some(5), mode: None };
    assert_eq!(read(format!("{text}}}").as_bytes(), over).unwrap().problem.phases[0].budget_yen, Some(5));
}

#[test]
fn amounts_are_read_as_people_write_them() {
    for (written, yen) in [
        ("120000", 120_000),
        (r#""120,000""#, 120_000),
        (r#""¥120,000""#, 120_000),
        (r#""120000円""#, 120_000),
        (r#""１２万円""#, 120_000),
        (r#""1.5億円""#, 150_000_000),
        ("0", 0),
    ] {
        let text = format!(r#"{{"budget_yen": {written}, "scenarios": [], "measures": []}}"#);
        assert_eq!(read_text(&text).unwrap().problem.phases[0].budget_yen, Some(yen), "{written}");
    }
}

#[test]
fn a_measure_that_can_never_be_done_is_named() {
    let text = with(
        r#"{"id":"a","cost_yen":0,"requires":["b","c"],"effects":{"s":0.9}},{"id":"b","cost_yen":0},{"id":"c","cost_yen":0,"excludes":["b"]},
           {"id":"d","cost_yen":0,"requires":["e"]},{"id":"e","cost_yen":0,"refused":true}"#,
        "",
    );
    let task = read_text(&text).unwrap();
    let warnings: Vec<String> = task.warnings.iter().map(ToString::to_string).collect();
    assert!(warnings[0].contains(r#""a" needs both "b" and "c""#), "{warnings:?}");
    assert!(warnings[1].contains(r#""d" needs "e", which is refused"#), "{warnings:?}");
    let answer = work_out(&task, false, &Effort::nodes(100)).unwrap().answer(Language::English);
    assert_eq!((answer.proof, answer.chosen.len()), ("optimal", 0));
}

#[test]
fn the_order_of_a_file_changes_nothing() {
    let one = with(
        r#"{"id":"a","cost_yen":5,"effects":{"s":0.5}},{"id":"b","cost_yen":7,"requires":["a"],"effects":{"s":0.1}}"#,
        "",
    );
    let two = with(
        r#"{"requires":["a"],"id":"b","cost_yen":7,"effects":{"s":0.1}},{"cost_yen":5,"id":"a","effects":{"s":0.5}}"#,
        "",
    );
    assert_eq!(read_text(&one), read_text(&two));
}

#[test]
fn a_subsidy_is_paid_only_to_those_who_are_eligible() {
    let measures = |action: &str| {
        format!(
            r#"{{"id":"service","yearly_yen":198000,"effects":{{"s":0.5}},
                 "subsidy":{{"rate":"1/2","cap_yen":1500000,"years":2,"needs":["action"]}}}},
               {{"id":"action","cost_yen":0{action}}}"#
        )
    };
    let cost = |action: &str| {
        let task = read_text(&with(&measures(action), "")).unwrap();
        let answer = work_out(&task, true, &Effort::nodes(1)).unwrap().answer(Language::English);
        (answer.cost_yen, answer.chosen.join(" "))
    };
    assert_eq!(cost(""), (99_000, "action service".to_owned()));
    assert_eq!(cost(r#","done":true"#), (99_000, "service".to_owned()));
    assert_eq!(cost(r#","refused":true"#), (0, String::new()));
}

#[test]
fn a_file_without_anything_in_it_has_an_empty_plan() {
    let task = read_text(r#"{"budget_yen": 0, "scenarios": [], "measures": []}"#).unwrap();
    let answer = work_out(&task, false, &Effort::nodes(10)).unwrap().answer(Language::Japanese);
    assert_eq!((answer.proof, answer.cost_yen, answer.risk_after_yen), ("optimal", 0, 0));
    assert_eq!(task.mode, Mode::Risk);
}

/// JSON built from the words of the format, mostly wrong.
fn wild() -> impl Strategy<Value = serde_json::Value> {
    let word = prop::sample::select(vec![
        "id",
        "scenarios",
        "measures",
        "cost_yen",
        "effects",
        "frequency",
        "severity",
        "p10",
        "p90",
        "min",
        "max",
        "requires",
        "excludes",
        "must",
        "phases",
        "budget_yen",
        "criteria",
        "subsidy",
        "a",
        "b",
        "loss_yen",
        "40%",
        "1/2",
    ]);
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        (-5_i64..200_000).prop_map(Into::into),
        any::<f64>().prop_map(|value| serde_json::json!(value)),
        word.clone().prop_map(Into::into),
        ".{0,6}".prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
            prop::collection::vec((word.clone(), inner), 0..6).prop_map(|entries| {
                entries
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect::<serde_json::Map<_, _>>()
                    .into()
            }),
        ]
    })
}

proptest! {
    #[test]
    fn no_file_makes_the_reader_panic(value in wild()) {
        for text in [
            value.to_string(),
            format!(r#"{{"budget_yen": 5, "scenarios": {value}, "measures": {value}, "phases": {value}}}"#),
            with(&value.to_string(), ""),
            with(&format!(r#"{{"id":"m","cost_yen":1,"effects":{value},"requires":{value},"subsidy":{value}}}"#), ""),
        ] {
            if let Ok(mut task) = read_text(&text) {
                task.years = 10;
                task.worlds = 2;
                let worked = work_out(&task, false, &Effort::nodes(50)).unwrap();
                prop_assert!(!worked.answer(Language::Japanese).explanation.is_empty());
            }
        }
    }
}

#[test]
fn the_readme_shows_a_file_that_can_be_read_without_a_warning() {
    let readme = include_str!("../../README.md");
    let example = readme.split("```json\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let task = read_text(example).unwrap();
    let warnings: Vec<&str> = task.warnings.iter().map(|warning| warning.at.as_str()).collect();
    // Only the expected loss of one scenario is given there, to show the field.
    assert_eq!(warnings, ["scenarios[2].expected_yearly_loss_yen"]);
}
