//! Which alerts belong together: same client, same host, within a day. Pure.

use jiff::{SignedDuration, Timestamp};
use kakari_kernel::Id;

/// An alert joins an incident whose first or last event is this close.
pub(super) const WINDOW: SignedDuration = SignedDuration::from_hours(24);

/// A host that alerts name with more machines and people than this in a day is a hub: a domain controller, a
/// proxy, a file server. Grouped by host alone, everything in the company would melt into one incident.
const HUB_PEERS: u64 = 10;

/// What an alert must share with an incident: the host, or host and rule for a hub. An alert without a host
/// is grouped by its rule.
pub(super) fn group_key(host: &str, rule_id: &str, peers: u64) -> String {
    let host = host.trim().to_lowercase();
    if host.is_empty() || peers > HUB_PEERS { format!("{host}\u{1f}{rule_id}") } else { host }
}

/// The span of an open incident with the same key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) incident: Id,
    pub(super) first_at: Timestamp,
    pub(super) last_at: Timestamp,
}

/// How far a span lies from another one; zero when they touch.
fn distance(span: &Span, first_at: Timestamp, last_at: Timestamp) -> SignedDuration {
    let before = span.first_at.duration_since(last_at);
    let after = first_at.duration_since(span.last_at);
    before.max(after).max(SignedDuration::ZERO)
}

/// The incident that an alert joins: the nearest within the window; of two equally near, the older.
pub(super) fn nearest(open: &[Span], first_at: Timestamp, last_at: Timestamp) -> Option<Id> {
    open.iter()
        .map(|span| (distance(span, first_at, last_at), span.first_at, span.incident))
        .filter(|(distance, ..)| *distance < WINDOW)
        .min()
        .map(|(.., incident)| incident)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(hours: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours)
    }

    fn span(id: u128, first: i64, last: i64) -> Span {
        Span { incident: Id::from_parts(0, id), first_at: at(first), last_at: at(last) }
    }

    #[test]
    fn an_alert_joins_the_incident_of_its_day_before_or_after() {
        let open = [span(1, 100, 110)];
        for (first, last, joins) in [
            (105, 106, true),
            (133, 133, true),
            (134, 134, false),
            (77, 77, true),
            (76, 76, false),
            (60, 300, true),
        ] {
            assert_eq!(nearest(&open, at(first), at(last)).is_some(), joins, "{first}-{last}");
        }
    }

    #[test]
    fn of_two_incidents_the_nearer_one_takes_it() {
        let open = [span(1, 0, 10), span(2, 30, 40)];
        assert_eq!(nearest(&open, at(15), at(15)), Some(Id::from_parts(0, 1)));
        assert_eq!(nearest(&open, at(25), at(25)), Some(Id::from_parts(0, 2)));
        assert_eq!(nearest(&open, at(20), at(20)), Some(Id::from_parts(0, 1)), "equally near: the older");
    }

    #[test]
    fn a_hub_is_grouped_by_rule_too_and_names_differ_in_case_only_by_writing() {
        assert_eq!(group_key("PC-01", "r1", 3), group_key("pc-01 ", "r2", 3));
        assert_ne!(group_key("dc", "r1", 11), group_key("dc", "r2", 11));
        assert_eq!(group_key("dc", "r1", 11), group_key("dc", "r1", 500));
        assert_ne!(group_key("", "r1", 0), group_key("", "r2", 0));
    }

    /// Groups a sequence of alerts the way the worker does, without its database.
    fn group(alerts: &[(u8, i64)]) -> Vec<usize> {
        let mut open: Vec<(String, Span)> = Vec::new();
        let mut places = Vec::new();
        for (host, hour) in alerts {
            let key = group_key(&format!("host{host}"), "r", 0);
            let same: Vec<Span> =
                open.iter().filter(|(other, _)| *other == key).map(|(_, span)| *span).collect();
            let place = match nearest(&same, at(*hour), at(*hour)) {
                Some(id) => open.iter().position(|(_, span)| span.incident == id).unwrap(),
                None => {
                    open.push((key, span(open.len() as u128 + 1, *hour, *hour)));
                    open.len() - 1
                }
            };
            let found = &mut open[place].1;
            found.first_at = found.first_at.min(at(*hour));
            found.last_at = found.last_at.max(at(*hour));
            places.push(place);
        }
        places
    }

    proptest! {
        #[test]
        fn hosts_never_mix_and_neighbours_within_a_day_share(alerts in prop::collection::vec((0_u8..4, 0_i64..500), 0..60)) {
            let places = group(&alerts);
            for (i, (host, hour)) in alerts.iter().enumerate() {
                for (j, (other, later)) in alerts.iter().enumerate().skip(i + 1) {
                    if host != other {
                        prop_assert_ne!(places[i], places[j]);
                    }
                    // The next alert of the host, if it is close, cannot have gone elsewhere than near.
                    if host == other && j == i + 1 && (later - hour).abs() < 24 {
                        let near = alerts[..i].iter().any(|(earlier, when)| earlier == host && (when - later).abs() <= (later - hour).abs());
                        prop_assert!(near || places[i] == places[j]);
                    }
                }
            }
        }
    }
}
