//! The record's page with what other slices show on it, and housekeeping.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::SignedDuration;
use kakari_identity::record::{Panel, RecordPanel};
use kakari_identity::{jobs, routes};
use kakari_kernel::{OrgScope, Result, Role};
use kakari_ui::PageContext;

use crate::world;

struct Sample(u32, &'static str);

#[async_trait]
impl RecordPanel for Sample {
    fn order(&self) -> u32 {
        self.0
    }

    async fn panel(&self, scope: &OrgScope, _page: &PageContext) -> Result<Panel> {
        Ok(Panel {
            title: self.1.to_owned(),
            sentence: "<b>届いていません</b>".into(),
            kind: "none",
            facts: vec![("最後の受信".into(), "まだありません".into())],
            href: format!("/c/{}/sample", scope.client().unwrap()),
        })
    }
}

#[tokio::test]
async fn panels_stand_in_their_order_within_the_clients_own_scope() {
    let (world, _) = world().await;
    let panels: Vec<Arc<dyn RecordPanel>> =
        vec![Arc::new(Sample(2, "後の面")), Arc::new(Sample(1, "先の面"))];
    let router = world.router(routes(&world.app, panels).into());
    let owner = world.sign_in(&world.ours, Role::Owner).await;
    let page = owner.get(&router, &format!("/c/{}", world.ours.client)).await.body;
    assert!(page.find("先の面").unwrap() < page.find("後の面").unwrap());
    assert!(page.contains(&format!("href=\"/c/{}/sample\"", world.ours.client)));
    assert!(page.contains("chip-none") && !page.contains("<b>届い"));
}

#[tokio::test]
async fn the_sweep_forgets_what_is_over_and_keeps_what_holds() {
    let (world, router) = world().await;
    let staff = world.sign_in(&world.ours, Role::Advisor).await;
    let owner = world.sign_in(&world.ours, Role::Owner).await;
    world.stranger().post(&router, "/sign-in", &[("email", "x@ours.example"), ("password", "wrong")]).await;
    world.clock.advance(SignedDuration::from_hours(9));
    jobs::sweep(&world.app).await.unwrap();
    let count = async |table: &str| {
        let mut conn = world.app.db.read().await.unwrap();
        let row =
            conn.system().first(&format!("SELECT COUNT(*) AS rows_left FROM {table}"), &[]).await.unwrap();
        row.unwrap().int("rows_left").unwrap()
    };
    assert_eq!((count("session").await, count("sign_in_attempt").await), (1, 2));
    assert_eq!(staff.get(&router, "/me").await.status, 303);
    assert_eq!(owner.get(&router, "/me").await.status, 200);
    world.clock.advance(SignedDuration::from_hours(50));
    jobs::sweep(&world.app).await.unwrap();
    assert_eq!(count("sign_in_attempt").await, 0);
}
