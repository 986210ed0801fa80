//! The provider's settings.

use jiff::SignedDuration;
use kakari_kernel::{Actor, Role};
use kakari_store::{Entry, queue};
use serde_json::json;

use crate::{between, world};

#[tokio::test]
async fn an_administrator_tries_a_failed_job_again_and_nobody_else_does() {
    let (world, router) = world().await;
    let db = &world.app.db;
    let scope = world.ours.scope(world.ours.client);
    let mut tx = db.begin().await.unwrap();
    queue::push(&mut tx, &world.app.ids, &scope, "sample.mail", &json!({}), SignedDuration::ZERO)
        .await
        .unwrap();
    let entry = Entry { actor: Actor::job("test"), act: "test", subject: String::new(), detail: json!({}) };
    tx.commit(&scope, entry).await.unwrap();
    loop {
        world.clock.advance(SignedDuration::from_hours(2));
        let Some(job) = queue::take(db, &["sample.mail"]).await.unwrap() else { break };
        queue::failed(db, &job, "the server hung up").await.unwrap();
    }
    let admin = world.sign_in(&world.ours, Role::Admin).await;
    let page = admin.get(&router, "/settings").await.body;
    assert!(page.contains("the server hung up"));
    let retry = between(&page, "action=\"/settings", "\"");
    let retry = format!("/settings{retry}");
    let theirs = world.sign_in(&world.theirs, Role::Admin).await;
    assert!(!theirs.get(&router, "/settings").await.body.contains("the server hung up"));
    assert_eq!(theirs.post(&router, &retry, &[]).await.status, 404);
    let advisor = world.sign_in(&world.ours, Role::Advisor).await;
    assert_eq!(advisor.post(&router, &retry, &[]).await.status, 403);
    assert_eq!(admin.post(&router, &retry, &[]).await.status, 303);
    assert!(queue::take(db, &["sample.mail"]).await.unwrap().is_some());
}

#[tokio::test]
async fn only_administrators_see_the_settings() {
    let (world, router) = world().await;
    for role in [Role::Owner, Role::Executive, Role::Advisor, Role::Operator, Role::Programme, Role::ReadOnly]
    {
        let visit = world.sign_in(&world.ours, role).await;
        assert_eq!(visit.get(&router, "/settings").await.status, 403, "{role:?}");
    }
}
