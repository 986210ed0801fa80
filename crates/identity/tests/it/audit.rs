//! The audit view and its export.

use kakari_identity::testing::World;
use kakari_kernel::Role;
use kakari_store::{Unaudited, audit};

use crate::{between, world};

async fn tamper(world: &World) {
    let mut tx = world.app.db.begin().await.unwrap();
    let sql = format!("UPDATE audit SET actor_name = 'x' WHERE seq = 1 AND org_id = '{}'", world.ours.client);
    tx.system().execute(&sql, &[]).await.unwrap();
    tx.commit_unaudited(Unaudited::Derived).await.unwrap();
}

#[tokio::test]
async fn an_export_is_checked_without_the_database_and_a_changed_byte_is_found() {
    let (world, router) = world().await;
    let admin = world.sign_in(&world.ours, Role::Admin).await;
    for path in ["/audit/export".to_owned(), format!("/c/{}/audit/export", world.ours.client)] {
        let export = admin.get(&router, &path).await;
        assert_eq!(export.headers["content-type"], "application/x-ndjson");
        assert!(!export.body.contains("よその"));
        let checked = audit::verify_export(export.body.as_bytes()).unwrap();
        assert!(checked.entries > 0 && checked.faults.is_empty(), "{checked:?}");
        let mut conn = world.app.db.read().await.unwrap();
        let head = audit::head(&mut conn, &world.ours.scope(world.ours.client)).await.unwrap().unwrap();
        assert_eq!(checked.heads[&world.ours.client.to_string()], head);
        let changed = export.body.replacen("見本木工所", "見本木工場", 1);
        assert_eq!(audit::verify_export(changed.as_bytes()).unwrap().faults.len(), 1);
        let cut: String = export.body.lines().skip(1).map(|line| format!("{line}\n")).collect();
        assert!(!audit::verify_export(cut.as_bytes()).unwrap().faults.is_empty());
    }
    assert_eq!(audit::verify_export(&b"no entry\n"[..]).unwrap().faults.len(), 1);
}

#[tokio::test]
async fn the_check_on_the_page_finds_a_changed_entry() {
    let (world, router) = world().await;
    let admin = world.sign_in(&world.ours, Role::Admin).await;
    for path in ["/audit?verify=1".to_owned(), format!("/c/{}/audit?verify=1", world.ours.client)] {
        assert!(admin.get(&router, &path).await.body.contains("改ざんはありません"), "{path}");
    }
    tamper(&world).await;
    for path in ["/audit?verify=1".to_owned(), format!("/c/{}/audit?verify=1", world.ours.client)] {
        let page = admin.get(&router, &path).await.body;
        assert!(page.contains("entry 1 was changed"), "{path}: {page}");
    }
}

#[tokio::test]
async fn entries_are_filtered_by_client_act_person_and_day() {
    let (world, router) = world().await;
    let admin = world.sign_in(&world.ours, Role::Admin).await;
    let count = async |query: &str| {
        let page = admin.get(&router, &format!("/audit?{query}")).await.body;
        page.matches("<details><summary>").count()
    };
    let all = count("").await;
    assert_eq!(count("act=organisation.add").await, 3);
    assert_eq!(count("client=%E6%9C%A8%E5%B7%A5").await, 3, "the client, its owner, its executive");
    assert_eq!(count("person=test").await, all);
    assert_eq!(count("person=nobody").await, 0);
    // The clock stands at 2026-04-18 in Tokyo.
    assert_eq!(count("from=2026-04-18&to=2026-04-18").await, all);
    assert_eq!(count("from=2026-04-19").await, 0);
    assert_eq!(count("to=2026-04-17").await, 0);
}

#[tokio::test]
async fn only_those_who_may_see_the_chain_see_it_and_an_export_leaves_a_trace() {
    let (world, router) = world().await;
    let path = format!("/c/{}/audit", world.ours.client);
    for (role, status) in [
        (Role::Owner, 403),
        (Role::Executive, 403),
        (Role::Operator, 403),
        (Role::Advisor, 200),
        (Role::ReadOnly, 200),
    ] {
        let visit = world.sign_in(&world.ours, role).await;
        assert_eq!(visit.get(&router, &path).await.status, status, "{role:?}");
        assert_eq!(visit.get(&router, &format!("{path}/export")).await.status, status, "{role:?}");
    }
    let admin = world.sign_in(&world.ours, Role::Admin).await;
    let page = admin.get(&router, &format!("{path}?act=audit.export")).await.body;
    assert_eq!(page.matches("<details><summary>").count(), 2);
    assert!(!between(&page, "<tbody>", "</tbody>").is_empty());
}
