//! Rules over several events: ten failed logins from one address within five minutes, as the starter rules
//! have it.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use kakari_kernel::ports::{EventCount, EventFilter, EventStore, StoredEvent};
use kakari_kernel::{OrgScope, Period, Result};
use kakari_store::{Db, Unaudited};
use kakari_watch::sensors::Kind;
use kakari_watch::{Watch, WatchConfig, ingest};

use crate::crash::Killed;
use crate::world::{Desk, desks_with};

const BRUTE_FORCE: &str = "96ef57bf-eaf3-4f20-b35e-480474e7c257";
const STRANGER: &str = "203.0.113.77";

fn starter_rules() -> WatchConfig {
    let rules = concat!(env!("CARGO_MANIFEST_DIR"), "/../../rules");
    WatchConfig { rules_dir: Some(rules.into()), ..WatchConfig::default() }
}

/// The same installation after a restart.
fn restarted(desk: &Desk) -> Watch {
    Watch::new(desk.world.app.clone(), starter_rules())
}

/// A failed login as sshd writes it, in the zone of the sensor.
fn failed(at: Timestamp, address: &str) -> String {
    let local = at.to_zoned(TimeZone::get("Asia/Tokyo").unwrap());
    let time = local.strftime("%b %e %H:%M:%S");
    format!("<86>{time} sv01 sshd[4242]: Failed password for root from {address} port 40000 ssh2")
}

/// So many failed logins, the last of them now and ten seconds between two.
fn guesses(desk: &Desk, address: &str, count: i64) -> Vec<String> {
    let now = desk.world.app.clock.now();
    (0..count).rev().map(|n| failed(now - SignedDuration::from_secs(n * 10), address)).collect()
}

/// How many alerts of the correlation there are at one address, and the events in them.
async fn alerts(desk: &Desk, address: &str) -> (i64, i64) {
    let of = format!("FROM alert WHERE rule_id = '{BRUTE_FORCE}' AND key_value = '{address}'");
    let events = format!("SELECT CAST(COALESCE(SUM(events), 0) AS BIGINT) AS n {of}");
    (desk.number(&format!("SELECT COUNT(*) AS n {of}")).await, desk.number(&events).await)
}

async fn metric(watch: &Watch, name: &str) -> u64 {
    let numbers = kakari_watch::metrics(watch).await.unwrap();
    numbers.into_iter().find(|(known, _)| *known == name).unwrap().1
}

#[tokio::test]
async fn ten_failed_logins_from_one_address_are_one_alert_in_one_incident() {
    for desk in desks_with(&starter_rules()).await {
        let (_, token) = desk.our_sensor().await;
        desk.send(&token, &guesses(&desk, STRANGER, 10)).await;
        assert_eq!(alerts(&desk, STRANGER).await, (1, 10));
        assert_eq!(
            desk.number("SELECT COUNT(*) AS n FROM alert").await,
            1,
            "a failed login alone says nothing"
        );
        assert_eq!(desk.number("SELECT COUNT(*) AS n FROM alert_event").await, 10);
        let incidents = desk.incidents(desk.world.ours.client).await;
        assert_eq!(incidents.len(), 1);
        assert_eq!(
            desk.number("SELECT COUNT(*) AS n FROM incident WHERE host = 'sv01' AND severity = 3").await,
            1
        );
        let operator = desk.world.sign_in(&desk.world.ours, kakari_kernel::Role::Operator).await;
        let path = format!("/c/{}/incidents/{}", desk.world.ours.client, incidents[0]);
        assert!(operator.get(&desk.router, &path).await.body.contains("同じ相手からSSHのログイン失敗"));
        // It goes on for an hour: the same finding.
        for _ in 0..6 {
            desk.world.clock.advance(SignedDuration::from_mins(10));
            desk.send(&token, &guesses(&desk, STRANGER, 12)).await;
        }
        let (count, events) = alerts(&desk, STRANGER).await;
        assert!(count == 1 && events > 10, "{events}");
        assert_eq!(desk.incidents(desk.world.ours.client).await.len(), 1);
    }
}

#[tokio::test]
async fn a_window_goes_on_over_batches_and_a_restart() {
    for desk in desks_with(&starter_rules()).await {
        let (_, token) = desk.our_sensor().await;
        let ten = guesses(&desk, STRANGER, 10);
        desk.send(&token, &ten[..6]).await;
        assert_eq!(alerts(&desk, STRANGER).await, (0, 0));
        desk.deliver(&token, ten[6..].join("\n")).await;
        ingest::drain(&restarted(&desk)).await.unwrap();
        assert_eq!(alerts(&desk, STRANGER).await, (1, 10));
        assert_eq!(desk.number("SELECT COUNT(*) AS n FROM alert_event").await, 10, "those of both batches");
        assert_eq!(desk.incidents(desk.world.ours.client).await.len(), 1);
    }
}

#[tokio::test]
async fn nine_are_none_and_nobody_elses_are_added() {
    for desk in desks_with(&starter_rules()).await {
        let (ours, theirs) = (&desk.world.ours, &desk.world.theirs);
        let tokens = [
            desk.our_sensor().await.1,
            desk.sensor(ours, ours.other, Kind::Http).await.1,
            desk.sensor(theirs, theirs.client, Kind::Http).await.1,
        ];
        for token in &tokens {
            desk.send(token, &guesses(&desk, STRANGER, 9)).await;
        }
        desk.send(&tokens[0], &guesses(&desk, "203.0.113.78", 9)).await;
        assert_eq!(desk.number("SELECT COUNT(*) AS n FROM alert").await, 0);
        // The tenth comes after the window.
        desk.world.clock.advance(SignedDuration::from_mins(6));
        desk.send(&tokens[0], &guesses(&desk, STRANGER, 1)).await;
        assert_eq!(desk.number("SELECT COUNT(*) AS n FROM alert").await, 0);
        assert_eq!(desk.number("SELECT COUNT(*) AS n FROM incident").await, 0);
    }
}

#[tokio::test]
async fn the_same_delivery_again_is_not_counted_again() {
    for desk in desks_with(&starter_rules()).await {
        let (_, token) = desk.our_sensor().await;
        let ten = guesses(&desk, STRANGER, 10);
        for _ in 0..3 {
            let named = [("idempotency-key", "box-1-0001")];
            assert_eq!(desk.deliver_with(&token, &named, ten[..9].join("\n")).await.status, 202);
            ingest::drain(&desk.watch).await.unwrap();
        }
        assert_eq!(alerts(&desk, STRANGER).await, (0, 0));
        desk.send(&token, &ten[9..]).await;
        assert_eq!(alerts(&desk, STRANGER).await, (1, 10));
    }
}

#[tokio::test]
async fn killed_at_any_step_a_correlation_counts_each_event_once() {
    for desk in desks_with(&starter_rules()).await {
        let (_, token) = desk.our_sensor().await;
        for polls in 0..60 {
            let address = format!("198.51.100.{}", polls + 1);
            let ten = guesses(&desk, &address, 10);
            desk.deliver(&token, ten[..9].join("\n")).await;
            let killed = Killed { inner: Box::pin(ingest::drain(&desk.watch)), polls_left: polls };
            let _outcome = killed.await;
            // The lease of the dead ends.
            desk.world.clock.advance(SignedDuration::from_secs(301));
            let watch = restarted(&desk);
            ingest::drain(&watch).await.unwrap();
            assert_eq!(alerts(&desk, &address).await, (0, 0), "killed after {polls} polls");
            desk.deliver(&token, ten[9..].join("\n")).await;
            ingest::drain(&watch).await.unwrap();
            assert_eq!(alerts(&desk, &address).await, (1, 10), "killed after {polls} polls");
        }
    }
}

/// Keeps events while, once, somebody else keeps another memory.
struct Meddling {
    inner: Arc<dyn EventStore>,
    db: Db,
    done: AtomicBool,
}

#[async_trait]
impl EventStore for Meddling {
    async fn append(&self, scope: &OrgScope, events: &[StoredEvent]) -> Result<()> {
        if !self.done.swap(true, Ordering::Relaxed) {
            let mut tx = self.db.begin().await?;
            tx.system().execute("UPDATE correlation_state SET version = version + 1", &[]).await?;
            tx.commit_unaudited(Unaudited::Derived).await?;
        }
        self.inner.append(scope, events).await
    }
    async fn get(&self, scope: &OrgScope, id: &str) -> Result<StoredEvent> {
        self.inner.get(scope, id).await
    }
    async fn latest(&self, scope: &OrgScope, filter: &EventFilter) -> Result<Vec<StoredEvent>> {
        self.inner.latest(scope, filter).await
    }
    async fn counts(&self, scope: &OrgScope, period: Period) -> Result<Vec<EventCount>> {
        self.inner.counts(scope, period).await
    }
}

#[tokio::test]
async fn a_batch_whose_memory_was_changed_meanwhile_is_read_again() {
    for desk in desks_with(&starter_rules()).await {
        let (_, token) = desk.our_sensor().await;
        let ten = guesses(&desk, STRANGER, 10);
        desk.send(&token, &ten[..5]).await;
        let (inner, db) = (Arc::clone(&desk.watch.events), desk.world.app.db.clone());
        let events = Meddling { inner, db, done: AtomicBool::new(false) };
        let watch = Watch::with_events(desk.world.app.clone(), Arc::new(events), starter_rules());
        desk.deliver(&token, ten[5..].join("\n")).await;
        ingest::drain(&watch).await.unwrap();
        assert_eq!(alerts(&desk, STRANGER).await, (0, 0), "nothing is kept on top of another memory");
        assert_eq!(desk.number("SELECT COUNT(*) AS n FROM ingest_batch").await, 1);
        desk.world.clock.advance(SignedDuration::from_mins(5));
        ingest::drain(&watch).await.unwrap();
        assert_eq!(alerts(&desk, STRANGER).await, (1, 10));
        assert_eq!(desk.number("SELECT COUNT(*) AS n FROM event").await, 10);
    }
}

#[tokio::test]
async fn what_came_too_late_or_from_a_fast_clock_is_not_counted_and_told() {
    for desk in desks_with(&starter_rules()).await {
        let (_, token) = desk.our_sensor().await;
        let now = desk.world.app.clock.now();
        desk.send(&token, &guesses(&desk, STRANGER, 1)).await;
        let at = |minutes: i64| {
            let lines = (0..10).map(move |n| now + SignedDuration::from_secs(minutes * 60 + n));
            lines.map(|at| failed(at, STRANGER)).collect::<Vec<_>>()
        };
        desk.send(&token, &at(-15)).await;
        desk.send(&token, &at(20)).await;
        assert_eq!(alerts(&desk, STRANGER).await, (0, 0));
        assert_eq!(metric(&desk.watch, "correlation_too_late").await, 10);
        assert_eq!(metric(&desk.watch, "correlation_ahead").await, 10);
        assert_eq!(desk.number("SELECT COUNT(*) AS n FROM event").await, 21, "they are kept all the same");
    }
}

#[tokio::test]
async fn a_reload_keeps_what_is_remembered_and_a_changed_correlation_begins_anew() {
    let rules = tempfile::tempdir().unwrap();
    let file = rules.path().join("guessing.yml");
    let text =
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../rules/linux/sshd_brute_force.yml"));
    let text = text.unwrap();
    let config = WatchConfig { rules_dir: Some(rules.path().into()), ..WatchConfig::default() };
    for round in ["the same", "changed"] {
        fs::write(&file, &text).unwrap();
        for desk in desks_with(&config).await {
            let (_, token) = desk.our_sensor().await;
            let guesses = guesses(&desk, STRANGER, 12);
            desk.send(&token, &guesses[..9]).await;
            let changed = text.replace("gte: 10", "gte: 3");
            assert_ne!(changed, text);
            if round == "changed" {
                fs::write(&file, changed).unwrap();
            }
            desk.watch.reload_rules();
            desk.send(&token, &guesses[9..11]).await;
            assert_eq!(alerts(&desk, STRANGER).await.0, i64::from(round == "the same"), "{round}");
            desk.send(&token, &guesses[11..]).await;
            assert_eq!(alerts(&desk, STRANGER).await.0, 1, "{round}");
            fs::write(&file, &text).unwrap();
        }
    }
}

#[tokio::test]
async fn a_memory_that_cannot_be_read_begins_anew_and_is_told() {
    for desk in desks_with(&starter_rules()).await {
        let (_, token) = desk.our_sensor().await;
        desk.send(&token, &guesses(&desk, STRANGER, 9)).await;
        let mut tx = desk.world.app.db.begin().await.unwrap();
        tx.system().execute("UPDATE correlation_state SET state = 'torn'", &[]).await.unwrap();
        tx.commit_unaudited(Unaudited::Derived).await.unwrap();
        desk.send(&token, &guesses(&desk, STRANGER, 1)).await;
        assert_eq!(alerts(&desk, STRANGER).await, (0, 0));
        assert_eq!(metric(&desk.watch, "correlations_forgotten").await, 1);
        desk.send(&token, &guesses(&desk, STRANGER, 9)).await;
        assert_eq!(alerts(&desk, STRANGER).await, (1, 10));
    }
}
