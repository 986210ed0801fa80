//! From alerts to incidents to the desk.

use jiff::SignedDuration;
use kakari_identity::record;
use kakari_kernel::Role;
use kakari_watch::sensors::Kind;

use crate::world::{desk, desks, started};

#[tokio::test]
async fn a_storm_is_one_alert_with_a_count_and_hosts_do_not_mix() {
    for desk in desks().await {
        let (_, token) = desk.our_sensor().await;
        let at = |n: u32| format!("2026-04-17T{:02}:{:02}:00Z", n / 60 % 24, n % 60);
        let storm: Vec<String> = (0..300).map(|n| started("PC-01", "evil.exe", &at(n))).collect();
        desk.send(&token, &storm).await;
        desk.send(&token, &storm[..10]).await;
        desk.send(&token, &[started("pc-01", "odd.exe", &at(1)), started("PC-02", "evil.exe", &at(1))]).await;
        assert_eq!(desk.number("SELECT COUNT(*) AS n FROM alert").await, 3);
        assert_eq!(desk.number("SELECT MAX(events) AS n FROM alert").await, 310);
        assert_eq!(desk.number("SELECT COUNT(*) AS n FROM alert_event WHERE alert_id = (SELECT alert_id FROM alert WHERE events = 310)").await, 100);
        assert_eq!(desk.incidents(desk.world.ours.client).await.len(), 2);
        assert!(desk.incidents(desk.world.ours.other).await.is_empty());
        assert!(desk.incidents(desk.world.theirs.client).await.is_empty());
    }
}

#[tokio::test]
async fn an_informational_finding_alone_is_an_alert_and_no_incident() {
    let desk = desk().await;
    let (_, token) = desk.our_sensor().await;
    desk.send(&token, &[started("PC-01", "notepad.exe", "2026-04-17T00:00:00Z")]).await;
    assert_eq!(desk.number("SELECT COUNT(*) AS n FROM alert").await, 1);
    assert!(desk.incidents(desk.world.ours.client).await.is_empty());
}

#[tokio::test]
async fn a_graver_alert_raises_the_incident_and_its_sign() {
    for desk in desks().await {
        let (_, token) = desk.our_sensor().await;
        desk.send(&token, &[started("PC-01", "odd.exe", "2026-04-17T00:00:00Z")]).await;
        let points = "SELECT points AS n FROM sign WHERE kind = 'incident-open' AND cleared_at_ms = 0";
        let before = (desk.number(points).await, desk.number("SELECT due_at_ms AS n FROM incident").await);
        desk.send(&token, &[started("PC-01", "evil.exe", "2026-04-17T05:00:00Z")]).await;
        let after = (desk.number(points).await, desk.number("SELECT due_at_ms AS n FROM incident").await);
        assert!(after.0 > before.0 && after.1 < before.1, "{before:?} {after:?}");
        assert_eq!(desk.number("SELECT COUNT(*) AS n FROM incident").await, 1);
        assert_eq!(desk.number("SELECT severity AS n FROM incident").await, 3);
    }
}

#[tokio::test]
async fn an_incident_goes_its_way_and_what_comes_after_its_end_is_a_new_one() {
    for desk in desks().await {
        let (_, token) = desk.our_sensor().await;
        let evil = started("PC-01", "evil.exe", "2026-04-17T00:00:00Z");
        desk.send(&token, std::slice::from_ref(&evil)).await;
        let org = desk.world.ours.client;
        let incident = desk.incidents(org).await.remove(0);
        let operator = desk.world.sign_in(&desk.world.ours, Role::Operator).await;
        let here = format!("/c/{org}/incidents/{incident}");
        assert_eq!(
            operator.post(&desk.router, &format!("{here}/take"), &[("version", "1")]).await.status,
            303
        );
        // A step may not be skipped.
        let skipped = [("version", "2"), ("to", "contained"), ("reason", "x")];
        assert_eq!(operator.post(&desk.router, &format!("{here}/move"), &skipped).await.status, 422);
        let no_reason = [("version", "2"), ("to", "triaged"), ("reason", " ")];
        assert_eq!(operator.post(&desk.router, &format!("{here}/move"), &no_reason).await.status, 422);
        for (version, to) in
            ["triaged", "declared", "contained", "eradicated", "recovered", "closed"].iter().enumerate()
        {
            let version = (version + 2).to_string();
            let fields =
                [("version", version.as_str()), ("to", to), ("reason", "確認しました"), ("verdict", "real")];
            let answer = operator.post(&desk.router, &format!("{here}/move"), &fields).await;
            assert_eq!(answer.status, 303, "{to}: {}", answer.body);
        }
        assert_eq!(
            desk.number("SELECT COUNT(*) AS n FROM sign WHERE kind = 'incident-open' AND cleared_at_ms = 0")
                .await,
            0
        );
        assert_eq!(desk.number("SELECT COUNT(*) AS n FROM incident_entry").await, 8);
        assert_eq!(desk.number("SELECT COUNT(*) AS n FROM audit WHERE act LIKE 'incident.%'").await, 7);
        // Nothing changes a closed incident.
        let late = [("version", "8"), ("to", "declared"), ("reason", "x")];
        assert_eq!(operator.post(&desk.router, &format!("{here}/move"), &late).await.status, 422);
        // The same finding again is something new, never lost in the closed one.
        desk.send(&token, &[evil]).await;
        assert_eq!(desk.incidents(org).await.len(), 2);
        let verified = kakari_store::audit::verify(&desk.world.app.db).await.unwrap();
        assert!(verified.faults.is_empty());
    }
}

#[tokio::test]
async fn the_second_operator_sees_what_the_first_did() {
    let desk = desk().await;
    let (_, token) = desk.our_sensor().await;
    desk.send(&token, &[started("PC-01", "evil.exe", "2026-04-17T00:00:00Z")]).await;
    let org = desk.world.ours.client;
    let incident = desk.incidents(org).await.remove(0);
    let take = format!("/c/{org}/incidents/{incident}/take");
    let first = desk.world.sign_in(&desk.world.ours, Role::Operator).await;
    let second = desk.world.sign_in(&desk.world.ours, Role::Advisor).await;
    let fields = [("version", "1"), ("back", "queue")];
    assert_eq!(first.post(&desk.router, &take, &fields).await.location(), "/queue");
    let late = second.post(&desk.router, &take, &fields).await;
    assert_eq!(late.status, 409);
    assert!(late.body.contains("見本 operator") && late.body.contains("引き受けた"), "{}", late.main());
    assert_eq!(
        desk.number("SELECT COUNT(*) AS n FROM incident WHERE assignee_name = '見本 operator'").await,
        1
    );
}

#[tokio::test]
async fn the_clock_stands_still_with_a_reason_and_goes_on_with_what_was_left() {
    let desk = desk().await;
    let (_, token) = desk.our_sensor().await;
    desk.send(&token, &[started("PC-01", "evil.exe", "2026-04-17T00:00:00Z")]).await;
    let org = desk.world.ours.client;
    let incident = desk.incidents(org).await.remove(0);
    let here = format!("/c/{org}/incidents/{incident}");
    let due = "SELECT due_at_ms AS n FROM incident";
    let before = desk.number(due).await;
    let operator = desk.world.sign_in(&desk.world.ours, Role::Operator).await;
    let fields = [("version", "1"), ("reason", "顧問先の返事待ち")];
    assert_eq!(operator.post(&desk.router, &format!("{here}/pause"), &fields).await.status, 303);
    let mut conn = desk.world.app.db.read().await.unwrap();
    let signs = record::open(&mut conn, &desk.ours()).await.unwrap();
    drop(conn);
    assert!(signs[0].todo.is_some(), "the next step is the client's");
    desk.world.clock.advance(SignedDuration::from_hours(2));
    assert_eq!(operator.post(&desk.router, &format!("{here}/resume"), &[("version", "2")]).await.status, 303);
    assert_eq!(desk.number(due).await - before, 2 * 3_600_000);
}

#[tokio::test]
async fn nobody_reaches_another_clients_pages() {
    let desk = desk().await;
    let (sensor, token) = desk.our_sensor().await;
    let (_, theirs) = desk.sensor(&desk.world.theirs, desk.world.theirs.client, Kind::Http).await;
    desk.send(&token, &[started("PC-01", "evil.exe", "2026-04-17T00:00:00Z")]).await;
    desk.send(&theirs, &[started("THEIRS", "evil.exe", "2026-04-17T00:00:00Z")]).await;
    let org = desk.world.ours.client;
    let incident = desk.incidents(org).await.remove(0);
    let one = |sql: &'static str| {
        let db = desk.world.app.db.clone();
        async move {
            let sql = format!("{sql} WHERE org_id = '{org}' LIMIT 1");
            db.read().await.unwrap().system().first(&sql, &[]).await.unwrap().unwrap().text("id").unwrap()
        }
    };
    let alert = one("SELECT alert_id AS id FROM alert").await;
    let event = one("SELECT event_id AS id FROM event").await;
    let below = [
        format!("incidents/{incident}"),
        format!("alerts/{alert}"),
        format!("events/{event}"),
        format!("sensors/{sensor}"),
    ];
    let lists = ["incidents", "alerts", "events", "sensors"];
    let stranger = desk.world.sign_in(&desk.world.theirs, Role::Admin).await;
    let neighbour = desk.world.sign_in_as(desk.world.ours.owner_of(desk.world.ours.other)).await;
    let staff = desk.world.sign_in(&desk.world.ours, Role::Admin).await;
    for page in &below {
        assert_eq!(staff.get(&desk.router, &format!("/c/{org}/{page}")).await.status, 200, "{page}");
        for (visit, home) in [(&stranger, desk.world.theirs.client), (&neighbour, desk.world.ours.other)] {
            assert_eq!(visit.get(&desk.router, &format!("/c/{org}/{page}")).await.status, 404, "{page}");
            // The id of ours under an address of their own.
            let answer = visit.get(&desk.router, &format!("/c/{home}/{page}")).await.status;
            assert!([403, 404].contains(&answer), "{page}: {answer}");
        }
        assert_eq!(
            staff.get(&desk.router, &format!("/c/{}/{page}", desk.world.ours.other)).await.status,
            404
        );
    }
    for list in lists {
        assert_eq!(stranger.get(&desk.router, &format!("/c/{org}/{list}")).await.status, 404, "{list}");
        assert_eq!(neighbour.get(&desk.router, &format!("/c/{org}/{list}")).await.status, 404, "{list}");
    }
    let queue = stranger.get(&desk.router, "/queue").await;
    assert!(queue.body.contains("THEIRS") && !queue.body.contains("PC-01"));
    assert_eq!(neighbour.get(&desk.router, "/queue").await.status, 403);
    let take = format!("/c/{org}/incidents/{incident}/take");
    assert_eq!(stranger.post(&desk.router, &take, &[("version", "1")]).await.status, 404);
    let reader = desk.world.sign_in(&desk.world.ours, Role::ReadOnly).await;
    assert_eq!(reader.post(&desk.router, &take, &[("version", "1")]).await.status, 403);
    let owner = desk.world.sign_in(&desk.world.ours, Role::Owner).await;
    assert_eq!(owner.post(&desk.router, &take, &[("version", "1")]).await.status, 403);
}

#[tokio::test]
async fn the_queue_tells_of_news_without_moving_rows() {
    let desk = desk().await;
    let (_, token) = desk.our_sensor().await;
    let operator = desk.world.sign_in(&desk.world.ours, Role::Operator).await;
    let page = operator.get(&desk.router, "/queue").await;
    let stream = page
        .body
        .split_once("data-live=\"")
        .unwrap()
        .1
        .split_once('"')
        .unwrap()
        .0
        .replace("&amp;", "&")
        .replace("&#x2f;", "/");
    desk.world.clock.advance(SignedDuration::from_secs(1));
    desk.send(&token, &[started("PC-01", "evil.exe", "2026-04-17T00:00:00Z")]).await;
    let watch = desk.watch.clone();
    tokio::spawn(async move {
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        watch.stop();
    });
    let news = operator.get(&desk.router, &stream).await;
    assert_eq!(news.status, 200);
    assert_eq!(news.headers["content-type"], "text/event-stream");
    assert!(news.body.contains("event: new\ndata: 新着 1件を表示"), "{}", news.body);
}
