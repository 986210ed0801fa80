//! The owner's home and the things to do.

use kakari_kernel::{Role, Severity};

use crate::world::practice;

#[tokio::test]
async fn an_owner_never_sees_more_than_three_things_to_do_and_the_weightiest_first() {
    let practice = practice().await;
    let ours = &practice.world.ours;
    for (host, points) in [("PC-1", 10), ("PC-2", 40), ("PC-3", 30), ("PC-4", 20), ("PC-5", 5)] {
        practice.raise(ours, ours.client, "old", host, Severity::Attention, points).await;
    }
    let owner = practice.world.sign_in(ours, Role::Owner).await;
    let page = practice.page(&owner, &format!("/c/{}/home", ours.client)).await;
    assert_eq!(page.matches("を更新する").count(), 3, "{page}");
    let places: Vec<_> =
        ["PC-2 を更新", "PC-3 を更新", "PC-4 を更新"].iter().map(|task| page.find(task).unwrap()).collect();
    assert!(places.is_sorted());
}

#[tokio::test]
async fn a_client_without_data_is_grey_and_is_not_told_that_nothing_is_to_do() {
    let practice = practice().await;
    let ours = &practice.world.ours;
    practice.raise(ours, ours.client, "no-data", "", Severity::Attention, 30).await;
    let owner = practice.world.sign_in(ours, Role::Owner).await;
    let page = practice.page(&owner, &format!("/c/{}/home", ours.client)).await;
    assert!(page.contains("grade-none") && page.contains("「問題なし」という意味ではありません"), "{page}");
    assert!(!page.contains("今すぐしていただくことはありません"), "{page}");
}

#[tokio::test]
async fn done_is_kept_beside_the_sign_until_its_cause_is_gone() {
    let practice = practice().await;
    let ours = &practice.world.ours;
    practice.raise(ours, ours.client, "old", "PC 1/ä", Severity::Attention, 10).await;
    let owner = practice.world.sign_in(ours, Role::Owner).await;
    let home = format!("/c/{}/home", ours.client);
    let page = practice.page(&owner, &home).await;
    let href = page
        .split("href=\"")
        .find(|rest| rest.contains("/todo/"))
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    assert!(practice.page(&owner, &href).await.contains("更新を押します"));
    let answer = owner.post(&practice.router, &href, &[("answer", "done")]).await;
    assert_eq!((answer.status, answer.location()), (303, home.as_str()));
    let page = practice.page(&owner, &home).await;
    assert!(page.contains("確認中") && page.contains("grade-b"), "{page}");
    practice.clear(ours, ours.client, "old", "PC 1/ä").await;
    let page = practice.page(&owner, &home).await;
    assert!(page.contains("grade-a") && !page.contains("確認中"), "{page}");
}

#[tokio::test]
async fn please_do_it_for_me_becomes_a_question_on_the_round() {
    let practice = practice().await;
    let ours = &practice.world.ours;
    practice.raise(ours, ours.client, "old", "PC-1", Severity::Attention, 10).await;
    let owner = practice.world.sign_in(ours, Role::Owner).await;
    let todo = format!("/c/{}/todo/old/PC-1", ours.client);
    let answer = owner.post(&practice.router, &todo, &[("answer", "help")]).await;
    assert_eq!(answer.status, 303);
    assert!(practice.page(&owner, answer.location()).await.contains("PC-1 を更新する」を手伝ってください"));
    let advisor = practice.world.sign_in(ours, Role::Advisor).await;
    assert!(practice.page(&advisor, "/round").await.contains("手伝ってください"));
}

#[tokio::test]
async fn those_who_only_read_cannot_answer_and_strangers_find_nothing() {
    let practice = practice().await;
    let (ours, theirs) = (&practice.world.ours, &practice.world.theirs);
    practice.raise(ours, ours.client, "old", "PC-1", Severity::Attention, 10).await;
    let todo = format!("/c/{}/todo/old/PC-1", ours.client);
    let reader = practice.world.sign_in(ours, Role::ReadOnly).await;
    assert_eq!(reader.post(&practice.router, &todo, &[("answer", "done")]).await.status, 403);
    for (tenant, role) in [(theirs, Role::Admin), (theirs, Role::Owner), (ours, Role::Programme)] {
        let visit = practice.world.sign_in(tenant, role).await;
        for path in [format!("/c/{}/home", ours.client), todo.clone(), format!("/c/{}/reports", ours.client)]
        {
            let answer = visit.get(&practice.router, &path).await;
            assert!([403, 404].contains(&answer.status), "{role:?} {path}: {}", answer.status);
            // The page of an error repeats its own address, which the asker knew.
            assert!(!answer.body.contains("更新"), "{role:?} {path}");
        }
    }
}

#[tokio::test]
async fn an_answer_that_is_neither_done_nor_help_is_refused() {
    let practice = practice().await;
    let ours = &practice.world.ours;
    practice.raise(ours, ours.client, "old", "PC-1", Severity::Attention, 10).await;
    let owner = practice.world.sign_in(ours, Role::Owner).await;
    let todo = format!("/c/{}/todo/old/PC-1", ours.client);
    assert_eq!(owner.post(&practice.router, &todo, &[("answer", "maybe")]).await.status, 422);
}
