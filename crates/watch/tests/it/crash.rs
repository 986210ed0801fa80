//! Dying at any moment loses nothing and counts nothing twice; a batch that cannot be read stops nobody else.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use async_trait::async_trait;
use jiff::SignedDuration;
use kakari_identity::record;
use kakari_kernel::ports::{EventCount, EventFilter, EventStore, StoredEvent};
use kakari_kernel::{Error, OrgScope, Period, Result};
use kakari_watch::sensors::Kind;
use kakari_watch::{Watch, ingest};

use crate::world::{Desk, config, desks, started};

/// A future that is dropped after so many polls, as a killed process would drop it.
pub(crate) struct Killed<F> {
    pub(crate) inner: Pin<Box<F>>,
    pub(crate) polls_left: usize,
}

impl<F: Future> Future for Killed<F> {
    /// None when it was killed.
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if self.polls_left == 0 {
            return Poll::Ready(None);
        }
        self.polls_left -= 1;
        self.inner.as_mut().poll(context).map(Some)
    }
}

async fn what_is_kept(desk: &Desk) -> Vec<i64> {
    let mut kept = Vec::new();
    for sql in [
        "SELECT COUNT(*) AS n FROM event",
        "SELECT CAST(COALESCE(SUM(events), 0) AS BIGINT) AS n FROM event_day",
        "SELECT CAST(COALESCE(SUM(events), 0) AS BIGINT) AS n FROM sensor_hour",
        "SELECT COUNT(*) AS n FROM alert",
        "SELECT CAST(COALESCE(SUM(events), 0) AS BIGINT) AS n FROM alert",
        "SELECT COUNT(*) AS n FROM alert_event",
        "SELECT COUNT(*) AS n FROM incident",
        "SELECT CAST(COALESCE(SUM(events), 0) AS BIGINT) AS n FROM incident",
        "SELECT COUNT(*) AS n FROM sign WHERE kind = 'incident-open'",
        "SELECT COUNT(*) AS n FROM ingest_batch",
    ] {
        kept.push(desk.number(sql).await);
    }
    kept
}

#[tokio::test]
async fn killed_at_any_step_the_worker_loses_nothing_and_counts_nothing_twice() {
    for desk in desks().await {
        let (_, token) = desk.our_sensor().await;
        let (_, theirs) = desk.sensor(&desk.world.theirs, desk.world.theirs.client, Kind::Http).await;
        let mut expected = vec![0; 10];
        for round in 0..60 {
            let at = |second| format!("2026-04-17T00:00:{second:02}Z");
            let ours: Vec<String> = [("evil.exe", 1), ("odd.exe", 2), ("evil.exe", 3), ("quiet.exe", 4)]
                .map(|(program, second)| started(&format!("PC-{round}"), program, &at(second)))
                .to_vec();
            assert_eq!(desk.deliver(&token, ours.join("\n")).await.status, 202);
            assert_eq!(desk.deliver(&theirs, started("THEIRS", "odd.exe", &at(5))).await.status, 202);
            // Killed after `round` polls, then started anew.
            let killed = Killed { inner: Box::pin(ingest::drain(&desk.watch)), polls_left: round };
            let _outcome = killed.await;
            desk.world.clock.advance(SignedDuration::from_secs(301));
            ingest::drain(&desk.watch).await.unwrap();
            // Theirs folds into one alert of one incident; ours are two alerts of one incident a round.
            let first = i64::from(round == 0);
            for (place, more) in
                [5, 5, 5, 2 + first, 4, 4, 1 + first, 4, 1 + first, 0].into_iter().enumerate()
            {
                expected[place] += more;
            }
            assert_eq!(what_is_kept(&desk).await, expected, "killed after {round} polls");
        }
    }
}

/// Events that cannot be kept while it says so.
struct Failing {
    inner: Arc<dyn EventStore>,
    fails: Arc<AtomicBool>,
    /// Whose.
    only: OrgScope,
    /// Fails after it has kept them, not before.
    late: bool,
    with: fn() -> Error,
}

#[async_trait]
impl EventStore for Failing {
    async fn append(&self, scope: &OrgScope, events: &[StoredEvent]) -> Result<()> {
        let fails = self.fails.load(Ordering::Relaxed) && *scope == self.only;
        if fails && !self.late {
            return Err((self.with)());
        }
        self.inner.append(scope, events).await?;
        if fails { Err((self.with)()) } else { Ok(()) }
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

fn failing(desk: &Desk, late: bool, with: fn() -> Error) -> (Watch, Arc<AtomicBool>) {
    let fails = Arc::new(AtomicBool::new(true));
    let inner = Arc::clone(&desk.watch.events);
    let events = Failing { inner, fails: Arc::clone(&fails), only: desk.ours(), late, with };
    (Watch::with_events(desk.world.app.clone(), Arc::new(events), config()), fails)
}

#[tokio::test]
async fn one_clients_poison_is_set_aside_with_its_reason_and_stops_nobody_else() {
    for late in [false, true] {
        for desk in desks().await {
            let (sensor, token) = desk.our_sensor().await;
            let (_, theirs) = desk.sensor(&desk.world.theirs, desk.world.theirs.client, Kind::Http).await;
            let (watch, fails) = failing(&desk, late, || Error::internal("this cannot be read"));
            desk.deliver(&token, started("PC-01", "evil.exe", "2026-04-17T00:00:00Z")).await;
            desk.deliver(&theirs, started("THEIRS", "evil.exe", "2026-04-17T00:00:00Z")).await;
            ingest::drain(&watch).await.unwrap();
            assert_eq!(desk.incidents(desk.world.theirs.client).await.len(), 1, "the other client goes on");
            for _ in 0..8 {
                desk.world.clock.advance(SignedDuration::from_mins(5));
                ingest::drain(&watch).await.unwrap();
            }
            assert_eq!(desk.number("SELECT COUNT(*) AS n FROM ingest_batch WHERE state = 'aside'").await, 1);
            let mut conn = desk.world.app.db.read().await.unwrap();
            let signs = record::open(&mut conn, &desk.ours()).await.unwrap();
            drop(conn);
            assert!(
                signs.iter().any(|sign| sign.kind == "batch-aside" && sign.subject == sensor.to_string())
            );
            // The next batch of the same client is read.
            fails.store(false, Ordering::Relaxed);
            desk.deliver(&token, started("PC-02", "evil.exe", "2026-04-17T00:00:00Z")).await;
            ingest::drain(&watch).await.unwrap();
            assert_eq!(desk.incidents(desk.world.ours.client).await.len(), 1);
            // Mended and asked to try again, the first one is read too, once.
            let admin = desk.world.sign_in(&desk.world.ours, kakari_kernel::Role::Admin).await;
            let path = format!("/c/{}/sensors/{sensor}/retry", desk.world.ours.client);
            assert_eq!(admin.post(&desk.router, &path, &[]).await.status, 303);
            ingest::drain(&watch).await.unwrap();
            assert_eq!(desk.incidents(desk.world.ours.client).await.len(), 2);
            assert_eq!(desk.number("SELECT COUNT(*) AS n FROM event").await, 3);
            assert_eq!(desk.number("SELECT COUNT(*) AS n FROM ingest_batch").await, 0);
        }
    }
}

#[tokio::test]
async fn a_full_disk_is_waited_for_and_never_gives_a_batch_up() {
    let desk = crate::world::desk().await;
    let (_, token) = desk.our_sensor().await;
    let (watch, fails) = failing(&desk, false, || Error::Unavailable("the disk is full".into()));
    desk.deliver(&token, started("PC-01", "evil.exe", "2026-04-17T00:00:00Z")).await;
    for _ in 0..20 {
        ingest::drain(&watch).await.unwrap();
        desk.world.clock.advance(SignedDuration::from_mins(5));
    }
    fails.store(false, Ordering::Relaxed);
    ingest::drain(&watch).await.unwrap();
    assert_eq!(desk.incidents(desk.world.ours.client).await.len(), 1);
}
