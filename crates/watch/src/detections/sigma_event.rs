//! An event as Sigma rules see it. The one place where what the normaliser read meets the rules, so that
//! `kakari detect` and the server find the same in the same records.

use kakari_detect::correlation;
use kakari_detect::sigma::{self, Engine, EventError, LogSource, Match, Reason, RuleMask};
use kakari_normalize::Event;
use serde_json::Value as Json;

/// The field that carries the whole line of a text log, for rules that look for words. Rules over a device's
/// own fields keep the field of this name that the device wrote.
const WHOLE_LINE: &str = "raw";

/// The rules that an event satisfies, with what they mean for correlations.
///
/// A JSON record is looked at as its source wrote it. Any other record is looked at by the fields that were
/// read from it, and its whole line as `raw`. Group-by fields of correlations are found in the same places.
///
/// # Errors
/// A record that looks like JSON and is none, or is larger or deeper than the engine takes.
pub fn sigma_event(engine: &Engine, mask: &RuleMask, event: &Event<'_>) -> Result<Vec<Match>, EventError> {
    let sources = log_sources(event);
    if event.raw().trim_ascii_start().starts_with('{') {
        let json = event.raw().as_bytes();
        return engine.detect(&sigma::Event::json(json).from_sources(&sources), mask);
    }
    let mut fields = event.record();
    fields.entry(WHOLE_LINE).or_insert_with(|| event.raw().into());
    let fields = Json::Object(fields);
    engine.detect(&sigma::Event::value(&fields).from_sources(&sources), mask)
}

/// Why a correlation came true: what its events have in common.
#[must_use]
pub fn group_reasons(alert: &correlation::Alert) -> Vec<Reason> {
    let reason = |(field, value): &(String, Option<String>)| Reason {
        selection: "group-by".to_owned(),
        field: Some(field.clone()),
        pattern: "the same".to_owned(),
        value: value.clone(),
    };
    alert.group.iter().map(reason).collect()
}

/// The log sources as rules name them. Fortinet's rules call the log's type its service.
fn log_sources(event: &Event<'_>) -> Vec<LogSource> {
    let kind = || event.fields().iter().find(|field| field.name == "type")?.value.as_text();
    let fortigate_service = if event.device() == "fortigate" { kind() } else { None };
    event
        .log_sources()
        .iter()
        .map(|source| {
            let service = source.service.or(fortigate_service).unwrap_or_default();
            LogSource::new(source.product.unwrap_or_default(), source.category.unwrap_or_default(), service)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::tz::TimeZone;
    use kakari_detect::sigma::RuleSet;
    use kakari_normalize::{Context, Normalizer};

    use super::*;

    /// The titles of the rules that a line satisfies, and the groups that they put it in.
    fn found(rules: &str, line: &str) -> Vec<(String, Vec<Vec<Option<String>>>)> {
        let (set, refused) = RuleSet::parse([("rules.yml", rules)]);
        assert!(refused.is_empty(), "{refused:?}");
        let engine = Engine::compile(set);
        let normalizer = Normalizer::new(Context::new(Timestamp::UNIX_EPOCH, TimeZone::UTC));
        let matches = sigma_event(&engine, &RuleMask::all(), &normalizer.normalize(line.as_bytes())).unwrap();
        let groups = |found: Match| found.observations.into_iter().map(|seen| seen.group).collect();
        matches.into_iter().map(|found| (found.rule.title.clone(), groups(found))).collect()
    }

    #[test]
    fn words_of_a_line_are_found_and_the_group_is_what_was_read_from_it() {
        let rules = "
title: Failed
name: failed
logsource: {product: linux, service: sshd}
detection: {words: {raw|contains: 'Failed password for '}, condition: words}
---
title: Many
correlation: {type: event_count, rules: [failed], group-by: [src_ip], timespan: 5m, condition: {gte: 3}}
";
        let line =
            "<86>Apr 17 09:00:00 sv01 sshd[1]: Failed password for root from 203.0.113.77 port 40000 ssh2";
        let expected = vec![vec![Some("203.0.113.77".to_owned())]];
        assert_eq!(found(rules, line), [("Failed".to_owned(), expected)]);
    }

    #[test]
    fn the_type_of_a_fortigate_log_is_its_service() {
        let rules = "
title: Traffic
logsource: {product: fortigate, service: traffic}
detection: {selection: {action: deny}, condition: selection}
";
        let line = |kind: &str| {
            format!(
                "date=2026-04-17 time=09:00:00 devname=\"fw\" devid=\"FGT60F0000000000\" logid=\"0000000013\" type=\"{kind}\" subtype=\"forward\" level=\"notice\" srcip=192.168.1.5 dstip=203.0.113.9 action=\"deny\""
            )
        };
        assert_eq!(found(rules, &line("traffic")).len(), 1);
        assert!(found(rules, &line("event")).is_empty());
    }

    #[test]
    fn a_json_record_is_looked_at_as_it_was_written() {
        let rules = "
title: Program
logsource: {product: windows, category: process_creation}
detection: {selection: {Image|endswith: '\\evil.exe'}, condition: selection}
";
        let line = r#"{"winlog":{"channel":"Microsoft-Windows-Sysmon/Operational","event_id":1,"provider_name":"Microsoft-Windows-Sysmon","event_data":{"Image":"C:\\evil.exe"}}}"#;
        assert_eq!(found(rules, line).len(), 1);
    }
}
