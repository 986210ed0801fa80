//! Sensors, rules and events for the stories.

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, header};
use jiff::Timestamp;
use kakari_identity::testing::{Answer, Tenant, World, request_to, settings};
use kakari_kernel::{Actor, Id, OrgId, OrgScope};
use kakari_store::testing::databases;
use kakari_watch::sensors::{self, Kind, NewSensor};
use kakari_watch::{Watch, WatchConfig};

pub(crate) struct Desk {
    pub(crate) world: World,
    pub(crate) watch: Watch,
    pub(crate) router: Router,
}

/// A provider's desk with the test's rules.
pub(crate) async fn desk() -> Desk {
    desks().await.remove(0)
}

/// The same on each engine.
pub(crate) async fn desks() -> Vec<Desk> {
    desks_with(&config()).await
}

/// Desks with settings of their own.
pub(crate) async fn desks_with(config: &WatchConfig) -> Vec<Desk> {
    let mut desks = Vec::new();
    for db in databases().await {
        let world = World::on(db, &kakari_watch::ASSETS, settings()).await;
        let watch = Watch::new(world.app.clone(), config.clone());
        let router = world.router(kakari_watch::routes(&watch).into());
        desks.push(Desk { world, watch, router });
    }
    desks
}

pub(crate) fn config() -> WatchConfig {
    let rules = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/rules");
    WatchConfig { rules_dir: Some(rules.into()), ..WatchConfig::default() }
}

impl Desk {
    pub(crate) fn ours(&self) -> OrgScope {
        self.world.ours.scope(self.world.ours.client)
    }

    pub(crate) async fn sensor(&self, tenant: &Tenant, org: OrgId, kind: Kind) -> (Id, String) {
        let new =
            NewSensor { name: "本社のUTM".into(), kind, zone: "Asia/Tokyo".into(), device: String::new() };
        let (sensor, token) =
            sensors::add(&self.watch, &tenant.scope(org), &Actor::cli("test"), new).await.unwrap();
        (sensor.id, token.unwrap_or_default())
    }

    /// A sensor over HTTP of our client.
    pub(crate) async fn our_sensor(&self) -> (Id, String) {
        self.sensor(&self.world.ours, self.world.ours.client, Kind::Http).await
    }

    pub(crate) async fn deliver(&self, token: &str, body: impl Into<Body>) -> Answer {
        self.deliver_with(token, &[], body).await
    }

    pub(crate) async fn deliver_with(
        &self,
        token: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let mut request = Request::builder()
            .method(Method::POST)
            .uri("/ingest/v1/events")
            .header(header::HOST, "kakari.test")
            .header(header::AUTHORIZATION, format!("Bearer {token}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request_to(&self.router, request.body(body.into()).unwrap()).await
    }

    /// Delivers and reads.
    pub(crate) async fn send(&self, token: &str, lines: &[String]) {
        let answer = self.deliver(token, lines.join("\n")).await;
        assert_eq!(answer.status, 202, "{}", answer.body);
        kakari_watch::ingest::drain(&self.watch).await.unwrap();
    }

    /// One number from the database, over all tenants.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        let mut conn = self.world.app.db.read().await.unwrap();
        conn.system().first(sql, &[]).await.unwrap().unwrap().int("n").unwrap()
    }

    /// Ids of incidents of one client, oldest first.
    pub(crate) async fn incidents(&self, org: OrgId) -> Vec<String> {
        let mut conn = self.world.app.db.read().await.unwrap();
        let sql = format!("SELECT incident_id FROM incident WHERE org_id = '{org}' ORDER BY number");
        let rows = conn.system().all(&sql, &[]).await.unwrap();
        rows.iter().map(|row| row.text("incident_id").unwrap()).collect()
    }
}

/// A program start as Sysmon writes it, on a computer of Tokyo time zone.
pub(crate) fn started(computer: &str, program: &str, at: &str) -> String {
    let at: Timestamp = at.parse().unwrap();
    let utc = at.strftime("%Y-%m-%d %H:%M:%S.000");
    serde_json::json!({
        "EventID": 1,
        "Channel": "Microsoft-Windows-Sysmon/Operational",
        "Provider_Name": "Microsoft-Windows-Sysmon",
        "Computer": computer,
        "UtcTime": utc.to_string(),
        "Image": format!("C:\\temp\\{program}"),
        "CommandLine": program,
        "User": "OFFICE\\hanako",
    })
    .to_string()
}
