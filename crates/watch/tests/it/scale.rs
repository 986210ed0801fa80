//! The queue with 500 clients and 100,000 alerts. Prints what it measured; run it with
//! `cargo test --release -p kakari-watch --test it -- --ignored scale --nocapture`.

use std::time::{Duration, Instant};

use kakari_identity::init::{self, NewClient};
use kakari_kernel::{Actor, OrgId, Role};
use kakari_store::{Unaudited, Value, args};

use crate::world::{Desk, desks};

const CLIENTS: usize = 500;
const INCIDENTS: usize = 20_000;
const ALERTS_EACH: usize = 5;
const ROWS: usize = 400;

async fn fill(desk: &Desk) -> Vec<OrgId> {
    let provider = desk.world.ours.provider;
    let mut orgs = Vec::new();
    for n in 0..CLIENTS {
        let new = NewClient {
            name: format!("有限会社 見本{n:03}"),
            industry: "manufacturing".into(),
            staff: 12,
            prefecture: "熊本県".into(),
            phone: String::new(),
            group: None,
            advisor: None,
        };
        orgs.push(init::add_client(&desk.world.app, &Actor::cli("test"), provider, &new).await.unwrap());
    }
    let now = desk.world.app.clock.now().as_millisecond();
    let mut tx = desk.world.app.db.begin().await.unwrap();
    let numbers: Vec<usize> = (0..INCIDENTS).collect();
    let ids: Vec<_> = numbers.iter().map(|_| desk.world.app.ids.id()).collect();
    for chunk in numbers.chunks(ROWS) {
        let mut places = Vec::new();
        let mut args: Vec<Value> = Vec::new();
        for n in chunk {
            let first = args.len() + 1;
            places.push(format!(
                "('{provider}', ${first}, ${}, ${}, 'alerts', ${}, 'Suspicious Encoded PowerShell Command Line', '', 'execution', \
                 ${}, 'rule-1', {}, 'observed', '', '', '', '', ${}, 0, {now}, {now}, {ALERTS_EACH}, 50, '{}', ${}, 0, '', 1)",
                first + 1, first + 2, first + 3, first + 3, n % 4 + 1, first + 4,
                if n % 10 == 0 { "paused" } else { "running" }, first + 5
            ));
            let step = i64::try_from(*n).unwrap();
            args.extend([
                Value::from(orgs[n % CLIENTS]),
                Value::from(ids[*n]),
                Value::from(step / 500 + 1),
                Value::from(format!("PC-{n}")),
                Value::from(now - step * 1_000),
                Value::from(now + step * 37 % 86_400_000),
            ]);
        }
        let sql = format!(
            "INSERT INTO incident (provider_id, org_id, incident_id, number, trigger_kind, group_key, title, title_ja, tactic, \
             host, rule_id, severity, state, verdict, lesson, assignee_id, assignee_name, opened_at_ms, closed_at_ms, first_at_ms, \
             last_at_ms, alerts, events, clock, due_at_ms, left_minutes, paused_why, version) VALUES {}",
            places.join(", ")
        );
        tx.system().execute(&sql, &args).await.unwrap();
        let alerts: Vec<String> = chunk
            .iter()
            .flat_map(|n| (0..ALERTS_EACH).map(move |m| (n, m)))
            .map(|(n, m)| {
                let (org, id, incident) = (orgs[n % CLIENTS], desk.world.app.ids.id(), ids[*n]);
                format!(
                    "('{provider}', '{org}', '{id}', 'f{n}-{m}', 'rule-{m}', 'Suspicious Encoded PowerShell Command Line', '', \
                     'high', 'execution', 'PC-{n}', 'key', '', {now}, {now}, {now}, 10, '[]', '{incident}', {now})"
                )
            })
            .collect();
        let sql = format!(
            "INSERT INTO alert (provider_id, org_id, alert_id, fingerprint, rule_id, title, title_ja, level, tactic, host, key_value, \
             peer, anchor_ms, first_at_ms, last_at_ms, events, matched, incident_id, raised_at_ms) VALUES {}",
            alerts.join(", ")
        );
        tx.system().execute(&sql, args![]).await.unwrap();
    }
    tx.commit_unaudited(Unaudited::Derived).await.unwrap();
    orgs
}

#[tokio::test]
#[ignore = "measures: takes a minute and wants a release build"]
async fn scale_of_the_queue() {
    for desk in desks().await {
        let orgs = fill(&desk).await;
        let operator = desk.world.sign_in(&desk.world.ours, Role::Operator).await;
        let pages = [
            "/queue".to_owned(),
            "/queue?whose=unassigned".to_owned(),
            "/queue?sort=-severity".to_owned(),
            "/queue?sort=client".to_owned(),
            "/queue?sort=-opened".to_owned(),
            "/queue?page=400".to_owned(),
            format!("/c/{}/incidents", orgs[7]),
            format!("/c/{}/alerts", orgs[7]),
        ];
        for page in pages {
            let mut times: Vec<Duration> = Vec::new();
            let mut size = 0;
            for _ in 0..100 {
                let begin = Instant::now();
                let answer = operator.get(&desk.router, &page).await;
                times.push(begin.elapsed());
                assert_eq!(answer.status, 200, "{page}");
                size = answer.body.len();
            }
            times.sort();
            println!(
                "{:?} {page}: median {:?}, p99 {:?}, {size} bytes",
                desk.world.app.db, times[50], times[98]
            );
            assert!(size < 60_000);
        }
    }
}
