//! What is the same finding: pure rules of folding.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use kakari_detect::correlation;
use kakari_detect::sigma::{Level, Match, Reason, RuleInfo};
use kakari_kernel::ports::StoredEvent;
use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};

use super::sigma_event::group_reasons;

/// Two sightings of the same finding this close together are one alert.
pub(crate) const FOLD_WINDOW: SignedDuration = SignedDuration::from_hours(24);
/// Events that an alert opens onto; further ones are counted.
pub(crate) const EVENTS_KEPT: usize = 100;
/// Different alerts of one batch. Beyond, findings are folded by rule alone, so that a storm stays a few
/// alerts with large counts and no transaction grows without bound.
const ALERTS_PER_BATCH: usize = 2_000;
const KEY_CHARS_MAX: usize = 300;

/// What a rule found in one event, or a correlation over several.
#[derive(Debug, Clone)]
pub(crate) struct Finding {
    pub(crate) rule: Arc<RuleInfo>,
    /// Why: the tests that are true.
    pub(crate) matched: Vec<Reason>,
    pub(crate) host: String,
    /// The value that tells this finding from others of the rule on the host.
    pub(crate) key: String,
    pub(crate) peer: String,
    pub(crate) first_at: Timestamp,
    pub(crate) last_at: Timestamp,
    pub(crate) events: u64,
    /// Those of them that are known by id.
    pub(crate) event_ids: Vec<(String, Timestamp)>,
}

impl Finding {
    pub(crate) fn in_one(found: Match, event: &StoredEvent) -> Self {
        Self {
            rule: found.rule,
            matched: found.matched,
            host: event.host.clone(),
            key: key_of(&event.ocsf),
            peer: peer_of(&event.ocsf, &event.host),
            first_at: event.at,
            last_at: event.at,
            events: 1,
            event_ids: vec![(event.id.clone(), event.at)],
        }
    }

    /// `last` is the event with which the correlation came true: the finding is about its machine. What the
    /// events have in common is the key.
    pub(crate) fn over_many(alert: &correlation::Alert, last: &StoredEvent) -> Self {
        let time = |time_ms| Timestamp::from_millisecond(time_ms).unwrap_or(last.at);
        let first_at = time(alert.first_ms);
        let common: Vec<&str> = alert.group.iter().filter_map(|(_, value)| value.as_deref()).collect();
        Self {
            rule: Arc::clone(&alert.rule),
            matched: group_reasons(alert),
            host: last.host.clone(),
            key: common.join(" ").chars().take(KEY_CHARS_MAX).collect(),
            peer: peer_of(&last.ocsf, &last.host),
            first_at,
            last_at: time(alert.last_ms),
            events: alert.count,
            // Of earlier events the correlation remembers the id alone.
            event_ids: alert.events.iter().map(|id| (id.clone(), first_at)).collect(),
        }
    }
}

/// The ATT&CK tactics, in the order in which an attack goes. What a finding is about in plain words.
const TACTICS: [&str; 14] = [
    "reconnaissance",
    "resource-development",
    "initial-access",
    "execution",
    "persistence",
    "privilege-escalation",
    "defense-evasion",
    "credential-access",
    "discovery",
    "lateral-movement",
    "collection",
    "command-and-control",
    "exfiltration",
    "impact",
];

/// The tactic furthest along among a rule's tags; `other` when it names none.
pub(crate) fn tactic(tags: &[String]) -> &'static str {
    let named = |tactic: &&&str| {
        tags.iter().any(|tag| {
            tag.strip_prefix("attack.")
                .is_some_and(|name| name.replace('_', "-").eq_ignore_ascii_case(tactic))
        })
    };
    TACTICS.iter().rev().find(named).copied().unwrap_or("other")
}

/// The value that tells one finding of a rule on a host from another: where it went, what ran, who did it.
pub(crate) fn key_of(ocsf: &Json) -> String {
    const PLACES: [&str; 12] = [
        "/query/hostname",
        "/url/url_string",
        "/http_request/url/hostname",
        "/dst_endpoint/hostname",
        "/dst_endpoint/ip",
        "/process/file/path",
        "/module/file/path",
        "/file/path",
        "/reg_value/path",
        "/reg_key/path",
        "/win_service/name",
        "/user/name",
    ];
    let text = |place: &&str| ocsf.pointer(place).and_then(Json::as_str).filter(|text| !text.is_empty());
    PLACES.iter().find_map(text).unwrap_or_default().chars().take(KEY_CHARS_MAX).collect()
}

/// The other machine, or else the person, that a finding names beside its host.
pub(crate) fn peer_of(ocsf: &Json, host: &str) -> String {
    const PLACES: [&str; 6] = [
        "/src_endpoint/ip",
        "/src_endpoint/hostname",
        "/dst_endpoint/ip",
        "/dst_endpoint/hostname",
        "/user/name",
        "/actor/user/name",
    ];
    let text = |place: &&str| {
        ocsf.pointer(place).and_then(Json::as_str).filter(|text| !text.is_empty() && *text != host)
    };
    PLACES.iter().find_map(text).unwrap_or_default().chars().take(255).collect()
}

/// Sightings of one finding within one window.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) rule: Arc<RuleInfo>,
    pub(crate) fingerprint: String,
    pub(crate) host: String,
    pub(crate) key: String,
    pub(crate) peer: String,
    /// The sighting that opened the window.
    pub(crate) anchor: Timestamp,
    pub(crate) first_at: Timestamp,
    pub(crate) last_at: Timestamp,
    pub(crate) events: u64,
    /// The first [`EVENTS_KEPT`] of them.
    pub(crate) event_ids: Vec<(String, Timestamp)>,
    pub(crate) matched: Vec<Reason>,
}

impl Draft {
    /// Whether an event at this time belongs to the window. The window is counted from the sighting that
    /// opened it, both ways, since logs do not come in order.
    pub(crate) fn holds(&self, at: Timestamp) -> bool {
        within_window(self.anchor, at)
    }
}

pub(crate) fn within_window(anchor: Timestamp, at: Timestamp) -> bool {
    at.duration_since(anchor).abs() < FOLD_WINDOW
}

/// Folds the findings of one batch.
#[derive(Debug, Default)]
pub(crate) struct Folder {
    drafts: HashMap<String, Vec<Draft>>,
    count: usize,
}

impl Folder {
    pub(crate) fn add(&mut self, finding: Finding) {
        let Finding { rule, matched, mut host, mut key, peer, first_at, last_at, events, event_ids } =
            finding;
        let mut fingerprint = fingerprint(&rule.id, &host, &key);
        if self.count >= ALERTS_PER_BATCH && !self.drafts.contains_key(&fingerprint) {
            (host, key) = (String::new(), "*".to_owned());
            fingerprint = self::fingerprint(&rule.id, &host, &key);
        }
        let drafts = self.drafts.entry(fingerprint.clone()).or_default();
        let draft = match drafts.iter_mut().position(|draft| draft.holds(first_at)) {
            Some(place) => &mut drafts[place],
            None => {
                self.count += 1;
                drafts.push(Draft {
                    rule,
                    fingerprint,
                    host,
                    key,
                    peer,
                    anchor: first_at,
                    first_at,
                    last_at,
                    events: 0,
                    event_ids: Vec::new(),
                    matched,
                });
                let last = drafts.len() - 1;
                &mut drafts[last]
            }
        };
        draft.first_at = draft.first_at.min(first_at);
        draft.last_at = draft.last_at.max(last_at);
        draft.events += events;
        let room = EVENTS_KEPT.saturating_sub(draft.event_ids.len());
        draft.event_ids.extend(event_ids.into_iter().take(room));
    }

    /// The drafts in the order of their first sighting, so that incidents come out the same each time.
    pub(crate) fn into_drafts(self) -> Vec<Draft> {
        let mut drafts: Vec<Draft> = self.drafts.into_values().flatten().collect();
        drafts.sort_by(|a, b| (a.first_at, &a.fingerprint).cmp(&(b.first_at, &b.fingerprint)));
        drafts
    }
}

fn fingerprint(rule_id: &str, host: &str, key: &str) -> String {
    let mut hasher = Sha256::new();
    for part in [rule_id, &host.to_lowercase(), key] {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hex::encode(hasher.finalize().get(..16).unwrap_or_default())
}

/// The order of levels, 0 for informational to 4 for critical.
pub(crate) fn rank(level: Level) -> u32 {
    match level {
        Level::Informational => 0,
        Level::Low => 1,
        Level::Medium => 2,
        Level::High => 3,
        Level::Critical => 4,
    }
}
