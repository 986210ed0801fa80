//! Silence is said once and taken back by itself; no data is its own state.

use jiff::SignedDuration;
use kakari_identity::record;
use kakari_kernel::{OrgScope, Role};
use kakari_watch::sensors::Kind;

use crate::world::{Desk, desk, desks, started};

async fn signs(desk: &Desk, scope: &OrgScope) -> Vec<String> {
    let mut conn = desk.world.app.db.read().await.unwrap();
    let mut kinds: Vec<String> =
        record::open(&mut conn, scope).await.unwrap().into_iter().map(|sign| sign.kind).collect();
    kinds.sort();
    kinds
}

async fn tick(desk: &Desk) {
    kakari_watch::tick(&desk.watch, desk.watch.app.clock.now()).await.unwrap();
}

#[tokio::test]
async fn a_sensor_that_falls_silent_is_said_once_and_taken_back_by_itself() {
    for desk in desks().await {
        let ours = desk.ours();
        let (_, token) = desk.our_sensor().await;
        desk.send(&token, &[started("PC-01", "calc.exe", "2026-04-18T00:00:00Z")]).await;
        tick(&desk).await;
        assert_eq!(signs(&desk, &ours).await, Vec::<String>::new());
        desk.world.clock.advance(SignedDuration::from_hours(23));
        tick(&desk).await;
        assert_eq!(signs(&desk, &ours).await, Vec::<String>::new());
        for _ in 0..5 {
            desk.world.clock.advance(SignedDuration::from_hours(1));
            tick(&desk).await;
            assert_eq!(signs(&desk, &ours).await, ["sensor-silent"]);
        }
        // One incident for the outage, in the queue.
        let org = desk.world.ours.client;
        assert_eq!(desk.incidents(org).await.len(), 1);
        let operator = desk.world.sign_in(&desk.world.ours, Role::Operator).await;
        assert!(operator.get(&desk.router, "/queue").await.body.contains("24時間、記録が届いていません"));
        desk.send(&token, &[started("PC-01", "calc.exe", "2026-04-19T05:00:00Z")]).await;
        tick(&desk).await;
        assert_eq!(signs(&desk, &ours).await, Vec::<String>::new());
        assert_eq!(desk.number("SELECT COUNT(*) AS n FROM incident WHERE state = 'closed'").await, 1);
        // It is armed again.
        desk.world.clock.advance(SignedDuration::from_hours(25));
        tick(&desk).await;
        assert_eq!(signs(&desk, &ours).await, ["sensor-silent"]);
        assert_eq!(desk.incidents(org).await.len(), 2);
    }
}

#[tokio::test]
async fn a_client_from_whom_nothing_ever_came_has_no_data_and_nothing_else() {
    for desk in desks().await {
        let ours = desk.ours();
        tick(&desk).await;
        assert_eq!(signs(&desk, &ours).await, ["no-data"], "no sensor");
        let (_, token) = desk.our_sensor().await;
        desk.world.clock.advance(SignedDuration::from_hours(48));
        tick(&desk).await;
        assert_eq!(signs(&desk, &ours).await, ["no-data"], "a sensor that never said anything");
        desk.send(&token, &[started("PC-01", "calc.exe", "2026-04-20T00:00:00Z")]).await;
        tick(&desk).await;
        assert_eq!(signs(&desk, &ours).await, Vec::<String>::new());
        let other = desk.world.ours.scope(desk.world.ours.other);
        let theirs = desk.world.theirs.scope(desk.world.theirs.client);
        assert_eq!(signs(&desk, &other).await, ["no-data"]);
        assert_eq!(signs(&desk, &theirs).await, ["no-data"]);
    }
}

#[tokio::test]
async fn what_a_person_began_is_not_ended_by_the_sensors_return() {
    let desk = desk().await;
    let (_, token) = desk.our_sensor().await;
    desk.send(&token, &[started("PC-01", "calc.exe", "2026-04-18T00:00:00Z")]).await;
    desk.world.clock.advance(SignedDuration::from_hours(25));
    tick(&desk).await;
    let org = desk.world.ours.client;
    let incident = desk.incidents(org).await.remove(0);
    let operator = desk.world.sign_in(&desk.world.ours, Role::Operator).await;
    let take = format!("/c/{org}/incidents/{incident}/take");
    assert_eq!(operator.post(&desk.router, &take, &[("version", "1")]).await.status, 303);
    desk.send(&token, &[started("PC-01", "calc.exe", "2026-04-19T02:00:00Z")]).await;
    tick(&desk).await;
    assert_eq!(desk.number("SELECT COUNT(*) AS n FROM incident WHERE state = 'observed'").await, 1);
    assert_eq!(desk.number("SELECT COUNT(*) AS n FROM incident_entry WHERE act = 'returned'").await, 1);
}

#[tokio::test]
async fn files_brought_by_hand_are_never_silent_and_a_retired_sensor_is_no_reason() {
    let desk = desk().await;
    let ours = desk.ours();
    let (sensor, token) = desk.our_sensor().await;
    desk.sensor(&desk.world.ours, desk.world.ours.client, Kind::Upload).await;
    desk.send(&token, &[started("PC-01", "calc.exe", "2026-04-18T00:00:00Z")]).await;
    desk.world.clock.advance(SignedDuration::from_hours(30));
    tick(&desk).await;
    assert_eq!(signs(&desk, &ours).await, ["sensor-silent"]);
    let admin = desk.world.sign_in(&desk.world.ours, Role::Admin).await;
    let retire = format!("/c/{}/sensors/{sensor}/retire", desk.world.ours.client);
    assert_eq!(admin.post(&desk.router, &retire, &[]).await.status, 303);
    tick(&desk).await;
    assert_eq!(signs(&desk, &ours).await, Vec::<String>::new());
}

#[tokio::test]
async fn old_events_are_forgotten_and_the_counts_of_their_days_stay() {
    for desk in desks().await {
        let (_, token) = desk.our_sensor().await;
        desk.send(&token, &[started("PC-01", "calc.exe", "2026-04-18T00:00:00Z")]).await;
        desk.world.clock.advance(SignedDuration::from_hours(24 * 91));
        desk.send(&token, &[started("PC-01", "calc.exe", "2026-07-18T00:00:00Z")]).await;
        tick(&desk).await;
        assert_eq!(desk.number("SELECT COUNT(*) AS n FROM event").await, 1);
        assert_eq!(desk.number("SELECT CAST(SUM(events) AS BIGINT) AS n FROM event_day").await, 2);
    }
}
