//! A world with signs in it.

use axum::Router;
use jiff::{SignedDuration, Timestamp};
use kakari_care::Care;
use kakari_identity::record;
use kakari_identity::testing::{Tenant, Visit, World};
use kakari_kernel::{OrgId, Severity, Sign, Todo};
use kakari_store::Unaudited;
use kakari_ui::SliceAssets;
use serde_json::{Map, json};

/// The words of the signs that these tests raise.
const SIGNS: SliceAssets = SliceAssets {
    name: "signs",
    templates: &[],
    ja: "sign-no-data = 記録がありません。\nsign-no-data-short = 記録なし\nsign-old = { $host } の更新が止まっています。\nsign-old-short = 更新\n\
         sign-old-todo = { $host } を更新する\nsign-old-howto =\n    設定を開きます。\n    更新を押します。\n",
    en: "sign-no-data = No data.\nsign-no-data-short = No data\nsign-old = { $host } is out of date.\nsign-old-short = Updates\n\
         sign-old-todo = Update { $host }\nsign-old-howto =\n    Open the settings.\n    Press update.\n",
    dir: None,
};

pub(crate) struct Practice {
    pub(crate) world: World,
    pub(crate) router: Router,
}

pub(crate) async fn practice() -> Practice {
    let world = World::new(&[kakari_care::ASSETS, &[SIGNS]].concat()).await;
    let care = Care::new(world.app.clone(), Vec::new());
    let router = world.router(kakari_care::routes(care));
    Practice { world, router }
}

impl Practice {
    /// Raises a sign of a kind at a client.
    pub(crate) async fn raise(
        &self,
        tenant: &Tenant,
        org: OrgId,
        kind: &'static str,
        host: &str,
        severity: Severity,
        points: u32,
    ) {
        let mut tx = self.world.app.db.begin().await.unwrap();
        let since = tx.at();
        let mut args = Map::new();
        args.insert("host".into(), json!(host));
        let todo =
            (kind == "old").then(|| Todo { minutes: 20, due: since + SignedDuration::from_hours(24 * 6) });
        let link = format!("/c/{org}/assets");
        let sign = Sign { kind, subject: host.to_owned(), severity, points, since, args, link, todo };
        record::raise(&mut tx, &tenant.scope(org), &sign).await.unwrap();
        tx.commit_unaudited(Unaudited::Derived).await.unwrap();
    }

    pub(crate) async fn clear(&self, tenant: &Tenant, org: OrgId, kind: &str, host: &str) {
        let mut tx = self.world.app.db.begin().await.unwrap();
        assert!(record::clear(&mut tx, &tenant.scope(org), kind, host).await.unwrap());
        tx.commit_unaudited(Unaudited::Derived).await.unwrap();
    }

    pub(crate) async fn page(&self, visit: &Visit, path: &str) -> String {
        let answer = visit.get(&self.router, path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        for fault in ["⟦", " style=", "hx-on"] {
            assert!(!answer.body.contains(fault), "{path} holds {fault}");
        }
        assert!(answer.body.len() < 60_000, "{path} has {} bytes", answer.body.len());
        answer.main().replace(&visit.csrf, "CSRF")
    }

    pub(crate) fn advance(&self, hours: i64) -> Timestamp {
        self.world.clock.advance(SignedDuration::from_hours(hours));
        self.world.app.clock.now()
    }
}
