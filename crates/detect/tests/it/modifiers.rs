//! What each modifier means, and the mistakes that other engines made.

use serde_json::{Value, json};

use crate::one_rule::{detect, engine, item_fires};

/// Rows of: item, value of the field `f`, whether it matches.
fn check(rows: &[(&str, Value, bool)]) {
    for (item, value, expected) in rows {
        let event = json!({"f": value, "other": "x"});
        assert_eq!(item_fires(item, &event), *expected, "{item} on {event}");
    }
}

#[test]
fn texts_are_compared_whole_and_without_case() {
    check(&[
        ("f: cmd.exe", json!("CMD.exe"), true),
        ("f: cmd.exe", json!("a cmd.exe"), false),
        ("f: ''", json!(""), true),
        ("f: ''", json!("a"), false),
        ("f: STRASSE", json!("strasse"), true),
        ("f: ＡＢＣ", json!("ａｂｃ"), true),
        ("f: kelvin", json!("\u{212A}elvin"), true),
        ("f: 日本語", json!("日本語"), true),
        ("f|contains: 本", json!("日本語"), true),
        ("f: [a, b]", json!("b"), true),
        ("f: [a, b]", json!("c"), false),
    ]);
    assert!(!item_fires("F: a", &json!({"f": "a"})), "field names have case");
}

#[test]
fn places_are_kept() {
    check(&[
        ("f|contains: bc", json!("aBCd"), true),
        ("f|contains: bc", json!("b c"), false),
        ("f|contains: ''", json!(""), true),
        ("f|startswith: ab", json!("ABc"), true),
        ("f|startswith: ab", json!("xab"), false),
        ("f|startswith: longer than it", json!("longer"), false),
        ("f|endswith: bc", json!("aBC"), true),
        ("f|endswith: bc", json!("bcx"), false),
        ("f|endswith: longer than it", json!("than it"), false),
        ("f|endswith: '\\cmd.exe'", json!("C:\\Windows\\CMD.EXE"), true),
        ("f|contains|all: [one, two]", json!("two and one"), true),
        ("f|contains|all: [one, two]", json!("one"), false),
        ("f|contains|all: [one]", json!("one"), true),
    ]);
}

#[test]
fn wildcards_cover_line_ends_and_stay_anchored() {
    check(&[
        ("f: 'a*b'", json!("a anything b"), true),
        ("f: 'a*b'", json!("a anything b."), false),
        ("f: 'Sec?rity'", json!("Security"), true),
        ("f: 'Sec?rity'", json!("MySec1rityLog"), false),
        ("f: 'Sec?rity'", json!("Secrity"), false),
        ("f: '*'", json!(""), true),
        ("f: '*'", json!(null), false),
        ("f: '?*'", json!(""), false),
        ("f: 'a?b'", json!("a\nb"), true),
        ("f: '*foo*bar*'", json!("x foo\ny bar z"), true),
        ("f|contains: 'foo*bar'", json!("foo\nbar"), true),
        ("f|contains: 'foo*bar'", json!("bar foo"), false),
        ("f|startswith: 'a*b'", json!("axxb-tail"), true),
        ("f|startswith: 'a*b'", json!("head-axxb"), false),
        ("f|endswith: '\\sc*.exe'", json!("C:\\win\\sc1.exe"), true),
        ("f|endswith: '\\sc*.exe'", json!("\\sc1.exe -foo"), false),
        ("f: 'a\\*b'", json!("a*b"), true),
        ("f: 'a\\*b'", json!("axb"), false),
        ("f: 'a\\?b'", json!("a?b"), true),
        ("f: 'a\\\\*'", json!("a\\xyz"), true),
        ("f: 'C:\\Windows\\x'", json!("c:\\windows\\X"), true),
        ("f: '日?語'", json!("日本語"), true),
        ("f: 'ab*ab'", json!("ab"), false),
        ("f: 'ab*ab'", json!("abab"), true),
        ("f: '*aab'", json!("aaab"), true),
        ("f: 'a*?b'", json!("ab"), false),
        ("f: 'a*?b'", json!("axb"), true),
    ]);
}

#[test]
fn numbers_and_texts_of_numbers_are_equal() {
    check(&[
        ("f: 4624", json!(4624), true),
        ("f: 4624", json!("4624"), true),
        ("f: '4624'", json!(4624), true),
        ("f: 4624", json!(46240), false),
        ("f: 4624", json!("x4624"), false),
        ("f: 4624", json!(4624.0), true),
        ("f: 9007199254740993", json!(9_007_199_254_740_992_i64), false),
        ("f: 9007199254740993", json!(9_007_199_254_740_993_i64), true),
        ("f: 0.5", json!(0.5), true),
        ("f|contains: 62", json!(4624), true),
        ("f: -1", json!(-1), true),
        ("f: true", json!(true), true),
        ("f: true", json!("True"), true),
        ("f: 'true'", json!(true), true),
        ("f: false", json!(true), false),
        ("f|gt: 5", json!(6), true),
        ("f|gt: 5", json!(5), false),
        ("f|gte: 5", json!("5"), true),
        ("f|lt: 5", json!(4.5), true),
        ("f|lt: 5", json!("abc"), false),
        ("f|lte: 5", json!(5), true),
        ("f|lte: 5", json!(5.1), false),
        ("f|gt: 9007199254740992", json!(9_007_199_254_740_993_i64), true),
    ]);
}

#[test]
fn absence_is_asked_for_by_name() {
    let row = |item: &str, event: Value| item_fires(item, &event);
    assert!(row("f: null", json!({"g": 1})));
    assert!(row("f: null", json!({"f": null})));
    assert!(!row("f: null", json!({"f": ""})));
    assert!(row("f: [null, '']", json!({})));
    assert!(row("f|exists: true", json!({"f": ""})));
    assert!(!row("f|exists: true", json!({"f": null})), "null is nothing");
    assert!(!row("f|exists: true", json!({})));
    assert!(row("f|exists: false", json!({})));
    assert!(!row("f|exists: false", json!({"f": 0})));
    assert!(row("f|exists: true", json!({"f": {"a": 1}})));
    assert!(row("f|neq: a", json!({"f": "b"})));
    assert!(!row("f|neq: a", json!({"f": "A"})));
    assert!(!row("f|neq: a", json!({})), "a field that is not there differs from nothing");
    assert!(!row("f|neq: [a, b]", json!({"f": "b"})));
    assert!(row("f|contains|neq: a", json!({"f": "xyz"})));
}

#[test]
fn arrays_match_by_any_member() {
    let event = json!({"f": ["one", ["two", 3]], "o": [{"p": "x"}, {"p": "y"}], "e": []});
    for (item, expected) in [
        ("f: two", true),
        ("f: 3", true),
        ("f|contains|all: [on, tw]", true),
        ("f|neq: one", false),
        ("o.p: y", true),
        ("o.p: z", false),
        ("e: null", true),
        ("e|exists: true", false),
    ] {
        assert_eq!(item_fires(item, &event), expected, "{item}");
    }
}

#[test]
fn case_counts_when_it_is_asked_for() {
    check(&[
        ("f|cased: Ab", json!("Ab"), true),
        ("f|cased: Ab", json!("ab"), false),
        ("f|contains|cased: Ab", json!("xAby"), true),
        ("f|contains|cased: Ab", json!("xaby"), false),
        ("f|cased: 'A*'", json!("Abc"), true),
        ("f|cased: 'A*'", json!("abc"), false),
        ("f|endswith|cased: K", json!("\u{212A}"), false),
    ]);
}

#[test]
fn expressions_follow_their_flags() {
    check(&[
        ("f|re: 'a.b'", json!("xaxbx"), true),
        ("f|re: 'a.b'", json!("a\nb"), false),
        ("f|re: 'A.B'", json!("axb"), false),
        ("f|re|i: 'A.B'", json!("axb"), true),
        ("f|re|s: 'a.b'", json!("a\nb"), true),
        ("f|re|m: '^b$'", json!("a\nb\nc"), true),
        ("f|re: '^b$'", json!("a\nb\nc"), false),
        ("f|re|i|m|s: '^A.b$'", json!("x\na\nb"), true),
        ("f|re: '^[0-9]{2}$'", json!(42), true),
        ("f|re|i: 'task'", json!("ta\u{17f}\u{212a}"), true),
        ("f|re|i: 'straße'", json!("STRAẞE"), true),
    ]);
    let refused = engine("s:\n  f|re: '(?!x)a'\ncondition: s").unwrap_err();
    assert!(refused.contains("look-around") && refused.contains("(?!x)a"), "{refused}");
    assert!(engine("s:\n  f|re: '(a'\ncondition: s").unwrap_err().contains("not understood"));
    assert!(
        engine("s:\n  f|re: '(a{1,1000}){1,1000}'\ncondition: s").unwrap_err().contains("needs more than")
    );
}

#[test]
fn addresses_lie_in_their_networks() {
    check(&[
        ("f|cidr: 10.0.0.0/8", json!("10.1.2.3"), true),
        ("f|cidr: 10.0.0.0/8", json!("::ffff:10.1.2.3"), true),
        ("f|cidr: 10.0.0.0/8", json!("11.1.2.3"), false),
        ("f|cidr: [192.168.0.0/16, 'fe80::/10']", json!("fe80::1"), true),
        ("f|cidr: 10.0.0.0/8", json!("not an address"), false),
        ("f|cidr: '::1/128'", json!("::1"), true),
    ]);
    assert!(engine("s:\n  f|cidr: 10.0.0.0/40\ncondition: s").unwrap_err().contains("not a network"));
}

#[test]
fn encoded_values_are_found() {
    let wide: String = "ab".chars().flat_map(|letter| [letter, '\0']).collect();
    check(&[
        ("f|base64: foobar", json!("Zm9vYmFy"), true),
        ("f|base64|contains: foobar", json!("xx Zm9vYmFy yy"), true),
        ("f|base64offset|contains: foobar", json!("xmb29iYXx"), true),
        ("f|wide: ab", json!(wide), true),
        ("f|utf16: ab", json!(format!("\u{ff}\u{fe}{wide}")), true),
        ("f|utf16be: ab", json!("\0a\0b"), true),
        ("f|wide|base64offset|contains: ping", json!("xxcABpAG4AZwAxx"), true),
        ("f|utf16le|base64: ab", json!("YQBiAA=="), true),
    ]);
    for (value, before) in [("Invoke-Mimikatz", 1), ("IEX(", 0), ("IEX(", 1), ("IEXaa", 2), ("http://", 2)] {
        for after in ["", "x", "yy", "tail and more"] {
            let plain = format!("{}{value}{after}", "p".repeat(before));
            let encoded = encode(plain.as_bytes());
            assert!(
                item_fires(&format!("f|base64offset|contains: '{value}'"), &json!({"f": encoded})),
                "{plain}"
            );
        }
    }
    assert!(engine("s:\n  f|base64: 'a*b'\ncondition: s").unwrap_err().contains("wildcard"));
    assert!(engine("s:\n  f|base64offset|contains: ''\ncondition: s").unwrap_err().contains("too short"));
}

/// Base64 without the crate that the engine uses.
fn encode(bytes: &[u8]) -> String {
    let alphabet: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']).collect();
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits =
            chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = alphabet[(bits >> (18 - 6 * place) & 63) as usize];
            text.push(if place <= chunk.len() { letter } else { '=' });
        }
    }
    text
}

#[test]
fn dashes_of_windows_are_one() {
    check(&[
        ("f|windash|contains: ' -enc '", json!("powershell -enc x"), true),
        ("f|windash|contains: ' -enc '", json!("powershell /enc x"), true),
        ("f|windash|contains: ' -enc '", json!("powershell \u{2013}enc x"), true),
        ("f|windash|contains: ' -enc '", json!("powershell enc x"), false),
        ("f|windash|contains|all: ['-a', '-b']", json!("x /a \u{2014}b"), true),
        ("f|windash: '*-a*-b'", json!("x /a and -b"), true),
        ("f|windash|contains: 'a-b'", json!("a/b"), false),
    ]);
}

#[test]
fn fields_are_compared_with_fields() {
    let event =
        json!({"f": "C:\\a.exe", "same": "c:\\A.EXE", "part": ".exe", "n": 5, "m": "5", "empty": null});
    for (item, expected) in [
        ("f|fieldref: same", true),
        ("f|fieldref: part", false),
        ("f|fieldref|endswith: part", true),
        ("f|fieldref|startswith: part", false),
        ("f|fieldref|contains: part", true),
        ("f|fieldref|cased: same", false),
        ("n|fieldref: m", true),
        ("f|fieldref: absent", false),
        ("absent|fieldref: absent", false),
        ("f|fieldref|neq: part", true),
    ] {
        assert_eq!(item_fires(item, &event), expected, "{item}");
    }
}

#[test]
fn parts_of_a_time_are_compared() {
    check(&[
        ("f|hour: 22", json!("2026-11-21T22:05:00Z"), true),
        ("f|hour|gte: 22", json!("2026-11-21 23:05:00.123"), true),
        ("f|minute: 5", json!("2026-11-21T22:05:00Z"), true),
        ("f|day: 21", json!("2026-11-21T22:05:00Z"), true),
        ("f|week: 47", json!("2026-11-21T22:05:00Z"), true),
        ("f|month: 11", json!("2026-11-21T22:05:00Z"), true),
        ("f|year|lt: 2027", json!("2026-11-21T22:05:00Z"), true),
        ("f|hour: 22", json!("yesterday"), false),
    ]);
}

#[test]
fn placeholders_without_values_never_match() {
    check(&[("f|expand: '%admins%'", json!("%admins%"), false), ("f|expand: 'x'", json!("x"), true)]);
}

#[test]
fn keywords_look_into_every_text_and_no_key() {
    let engine = engine("k:\n  - mimikatz\n  - 'foo*bar'\n  - '\\mimilib.dll'\ncondition: k").unwrap();
    for (event, expected) in [
        (json!({"a": "xMIMIKATZx"}), true),
        (json!({"a": {"b": ["z", {"c": "mimikatz"}]}}), true),
        (json!({"mimikatz": "a"}), false),
        (json!({"a": "foo and\nbar"}), true),
        (json!({"a": "c:\\mimilib.dll"}), true),
        (json!({"a": "mimilib.dll"}), false),
        (json!({"a": "mimi\u{212A}atz"}), true),
        (json!({"a": "日本 mimikatz"}), true),
    ] {
        assert_eq!(!detect(&engine, event.to_string().as_bytes()).is_empty(), expected, "{event}");
    }
    assert!(!detect(&engine, br#"{"a":"mimi\u006batz"}"#).is_empty(), "a letter written as an escape");
}

#[test]
fn all_keywords_may_stand_in_different_texts() {
    let engine = engine("k:\n  '|all':\n    - one\n    - two\ncondition: k").unwrap();
    assert!(!detect(&engine, br#"{"a":"one","b":"two"}"#).is_empty());
    assert!(detect(&engine, br#"{"a":"one"}"#).is_empty());
}

#[test]
fn conditions_count_and_negate() {
    let selections = "a1: {x: 1}\na2: {y: 1}\nb: {z: 1}\n_hidden: {x: 9}\n";
    for (condition, event, expected) in [
        ("1 of a*", json!({"x": 1}), true),
        ("all of a*", json!({"x": 1}), false),
        ("all of a*", json!({"x": 1, "y": 1}), true),
        ("2 of them", json!({"x": 1, "z": 1}), true),
        ("2 of them", json!({"z": 1}), false),
        ("all of them", json!({"x": 1, "y": 1, "z": 1}), true),
        ("a1 and not b", json!({"x": 1}), true),
        ("a1 and not b", json!({"x": 1, "z": 1}), false),
        ("not a1", json!({}), true),
        ("not 1 of a*", json!({"q": 1}), true),
        ("a1 or a2 and b", json!({"x": 1}), true),
        ("(a1 or a2) and b", json!({"x": 1}), false),
        ("not (a1 and a2)", json!({"x": 1}), true),
    ] {
        let engine = engine(&format!("{selections}condition: {condition}")).unwrap();
        assert_eq!(
            !detect(&engine, event.to_string().as_bytes()).is_empty(),
            expected,
            "{condition} on {event}"
        );
    }
    for (condition, reason) in
        [("c", "not a selection"), ("1 of c*", "no selection has such a name"), ("0 of a*", "always true")]
    {
        let refused = engine(&format!("{selections}condition: {condition}")).unwrap_err();
        assert!(refused.contains(reason), "{condition}: {refused}");
    }
}

#[test]
fn a_list_of_maps_is_any_and_a_map_is_all() {
    let engine = engine("s:\n  - x: 1\n    y: 1\n  - z: 1\ncondition: s").unwrap();
    for (event, expected) in [("{\"x\":1,\"y\":1}", true), ("{\"x\":1}", false), ("{\"z\":1}", true)] {
        assert_eq!(!detect(&engine, event.as_bytes()).is_empty(), expected, "{event}");
    }
}

#[test]
fn the_last_of_equal_keys_counts() {
    let engine = engine("s:\n  f: b\n  o.p: 1\ncondition: s").unwrap();
    assert!(!detect(&engine, br#"{"f":"a","f":"b","o":{"p":1}}"#).is_empty());
    assert!(detect(&engine, br#"{"f":"b","f":"a","o":{"p":1}}"#).is_empty());
    assert!(detect(&engine, br#"{"f":"b","o":{"p":1},"o":{"q":1}}"#).is_empty());
}

#[test]
fn a_match_says_why() {
    let engine =
        engine("s:\n  f|endswith: '\\cmd.exe'\n  g: null\nfilter:\n  h: 1\ncondition: s and not filter")
            .unwrap();
    let found = detect(&engine, br#"{"f":"C:\\CMD.exe"}"#);
    let reasons = serde_json::to_value(&found[0].matched).unwrap();
    assert_eq!(
        reasons,
        json!([
            {"selection": "s", "field": "f", "pattern": "*\\cmd.exe", "value": "C:\\CMD.exe"},
            {"selection": "s", "field": "g", "pattern": "null"},
        ])
    );
}

#[test]
fn contradictions_are_refused_by_name() {
    for (item, reason) in [
        ("f|contains|startswith: a", "different ways"),
        ("f|re|contains: a", "different ways"),
        ("f|cidr|base64: a", "does not go with"),
        ("f|i: a", "go with re only"),
        ("f|nonsense: a", "nonsense"),
        ("f|exists: maybe", "true or false"),
        ("f|gt: abc", "not a number"),
        ("f|contains: null", "null"),
        ("f: []", "no value"),
    ] {
        let refused = engine(&format!("s:\n  {item}\ncondition: s")).unwrap_err();
        assert!(refused.contains(reason), "{item}: {refused}");
    }
}
