//! A rule and an event, both from the fuzzer: whatever they are, the fast matcher and the slow evaluator
//! give the same answer.
#![no_main]

use kakari_detect::sigma::{Engine, Event, LogSource, RuleMask, RuleSet};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    // The rule's detection section, a zero byte, the event.
    let Some(border) = input.iter().position(|byte| *byte == 0) else { return };
    let (rule, event) = (&input[..border], &input[border + 1..]);
    let mut yaml = b"title: t\nid: t\nlogsource: {product: test}\ndetection:\n".to_vec();
    for line in rule.split(|byte| *byte == b'\n') {
        yaml.extend_from_slice(b"  ");
        yaml.extend_from_slice(line);
        yaml.push(b'\n');
    }
    let engine = Engine::compile(RuleSet::parse([("fuzz.yml", yaml)]).0);
    let sources = [LogSource::new("test", "", "")];
    for event in [Event::json(event).from_sources(&sources), Event::json(event)] {
        let fast = engine.detect(&event, &RuleMask::all());
        let slow = engine.detect_slowly(&event, &RuleMask::all());
        assert_eq!(fast, slow);
    }
    assert_eq!(engine.disagreements(), 0);
});
