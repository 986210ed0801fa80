//! Random rules and random events: the fast matcher and the slow evaluator agree on all of them.

use kakari_detect::sigma::{Engine, Event, LogSource, RuleMask, RuleSet};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Pieces that patterns and values are made of: letters that fold strangely, wildcards, escapes, line ends.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => "[abAB]{1,4}",
        2 => Just("\\".to_owned()),
        1 => Just("\n".to_owned()),
        1 => Just("\"".to_owned()),
        1 => Just("/".to_owned()),
        1 => Just("-".to_owned()),
        1 => Just(" ".to_owned()),
        1 => Just("\u{212A}".to_owned()),
        1 => Just("k".to_owned()),
        1 => Just("\u{17F}".to_owned()),
        1 => Just("s".to_owned()),
        1 => Just("İ".to_owned()),
        1 => Just("ß".to_owned()),
        1 => Just("Ａ".to_owned()),
        1 => Just("ａ".to_owned()),
        1 => Just("日本".to_owned()),
        1 => "[0-9]{1,3}",
        1 => Just("1.0".to_owned()),
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        12 => prop::collection::vec(piece(), 0..7).prop_map(|pieces| pieces.concat()),
        1 => "[abk]{23,26}",
        1 => "[ab]{254,257}",
    ]
}

fn pattern() -> impl Strategy<Value = String> {
    let wild = prop_oneof![3 => piece(), 1 => Just("*".to_owned()), 1 => Just("?".to_owned()), 1 => Just("\\*".to_owned())];
    prop::collection::vec(wild, 0..6).prop_map(|pieces| pieces.concat())
}

fn rule_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        8 => pattern().prop_map(Value::String),
        1 => (-3_i64..130).prop_map(|number| json!(number)),
        1 => Just(json!(1.0)),
        1 => Just(json!(true)),
    ]
}

fn item() -> impl Strategy<Value = (String, Value)> {
    let field = prop_oneof![Just("f"), Just("g"), Just("o.p"), Just("missing")];
    let list = |value: BoxedStrategy<Value>| prop::collection::vec(value, 1..4).prop_map(Value::Array);
    let texts = (
        prop_oneof![
            3 => Just(""), 4 => Just("|contains"), 2 => Just("|startswith"), 2 => Just("|endswith"),
            1 => Just("|cased"), 1 => Just("|contains|cased"), 1 => Just("|contains|all"), 1 => Just("|neq"),
            1 => Just("|windash|contains"),
        ],
        list(rule_value().boxed()),
    );
    let expressions = (
        prop_oneof![Just("|re"), Just("|re|i"), Just("|re|i|s")],
        list(
            prop_oneof![
                Just("ab+"),
                Just("k.*s"),
                Just("^a"),
                Just("[ab]{3}"),
                Just("(aba|bab)k?"),
                Just("b$"),
                Just("日."),
                Just("sk|ka"),
                Just("aab|\\\\b"),
            ]
            .prop_map(|pattern| json!(pattern))
            .boxed(),
        ),
    );
    let others = prop_oneof![
        Just(("", Value::Null)),
        Just(("", json!([null, ""]))),
        Just(("|exists", json!(true))),
        Just(("|exists", json!(false))),
        Just(("|gt", json!(5))),
        Just(("|lte", json!(1.5))),
        Just(("|fieldref", json!("g"))),
        Just(("|fieldref|contains", json!("f"))),
        Just(("|cidr", json!("10.0.0.0/8"))),
        Just(("|base64offset|contains", json!("abc"))),
    ];
    let test = prop_oneof![8 => texts, 2 => expressions, 3 => others];
    (field, test).prop_map(|(field, (modifiers, value))| (format!("{field}{modifiers}"), value))
}

fn selection() -> impl Strategy<Value = Value> {
    let map =
        || prop::collection::vec(item(), 1..4).prop_map(|items| Value::Object(items.into_iter().collect()));
    let keywords = prop::collection::vec(pattern(), 1..3).prop_map(|words| json!(words));
    prop_oneof![
        6 => map(),
        1 => prop::collection::vec(map(), 1..3).prop_map(Value::Array),
        1 => keywords,
    ]
}

fn rule() -> impl Strategy<Value = Value> {
    let condition = prop_oneof![
        Just("a"),
        Just("a and b"),
        Just("a or b"),
        Just("a and not b"),
        Just("not a"),
        Just("1 of them"),
        Just("all of them"),
        Just("2 of them"),
        Just("(a or b) and not c"),
        Just("a and not 1 of b*"),
    ];
    (selection(), selection(), selection(), condition)
        .prop_map(|(a, b, c, condition)| json!({"a": a, "b": b, "c": c, "condition": condition}))
}

fn event_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        8 => text().prop_map(Value::String),
        1 => (-3_i64..130).prop_map(|number| json!(number)),
        1 => Just(json!(1.0)),
        1 => Just(json!(1e30)),
        1 => Just(json!(true)),
        1 => Just(Value::Null),
        1 => Just(json!("10.1.2.3")),
    ];
    leaf.prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::Array),
            inner.prop_map(|value| json!({"p": value})),
        ]
    })
}

fn event() -> impl Strategy<Value = Value> {
    let key = prop_oneof![4 => Just("f"), 3 => Just("g"), 2 => Just("o"), 1 => Just("o.p"), 1 => Just("#text"), 1 => Just("k")];
    prop::collection::vec((key, event_value()), 0..5).prop_map(|fields| {
        Value::Object(fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Map<_, _>>())
    })
}

fn engine(rules: &[Value]) -> Engine {
    let files = rules.iter().enumerate().map(|(number, detection)| {
        let rule = json!({"title": number.to_string(), "id": number.to_string(), "logsource": {"product": "test"}, "detection": detection});
        (number.to_string(), rule.to_string())
    });
    Engine::compile(RuleSet::parse(files).0)
}

fn agree(engine: &Engine, event: &[u8]) {
    let sources = [LogSource::new("test", "", "")];
    let event = Event::json(event).from_sources(&sources);
    let fast = engine.detect(&event, &RuleMask::all()).unwrap();
    let slow = engine.detect_slowly(&event, &RuleMask::all()).unwrap();
    assert_eq!(fast, slow);
    assert_eq!(engine.disagreements(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn both_evaluators_agree(rules in prop::collection::vec(rule(), 1..12), events in prop::collection::vec(event(), 1..8)) {
        let engine = engine(&rules);
        for event in events {
            agree(&engine, event.to_string().as_bytes());
        }
    }

    #[test]
    fn it_does_not_matter_how_json_is_written(rules in prop::collection::vec(rule(), 1..6), event in event()) {
        let engine = engine(&rules);
        agree(&engine, serde_json::to_string_pretty(&event).unwrap().as_bytes());
        // Every letter as an escape: what must not depend on the spelling is found all the same.
        let mut before = ' ';
        let mut escaped = String::new();
        for letter in event.to_string().chars() {
            let is_plain = before != '\\' && (letter.is_ascii_alphabetic() || !letter.is_ascii());
            if is_plain {
                letter.encode_utf16(&mut [0; 2]).iter().for_each(|unit| escaped += &format!("\\u{unit:04x}"));
            } else {
                escaped.push(letter);
            }
            before = letter;
        }
        // A word such as `true` does not survive this; such an event is left out.
        if let Ok(Value::Object(same)) = serde_json::from_str::<Value>(&escaped) {
            assert_eq!(Value::Object(same), event);
            agree(&engine, escaped.as_bytes());
        }
    }
}
