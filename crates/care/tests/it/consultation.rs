//! Questions and answers.

use kakari_kernel::Role;
use kakari_store::audit;

use crate::world::practice;

#[tokio::test]
async fn a_question_waits_on_the_round_grows_heavier_and_is_cleared_by_an_answer() {
    let practice = practice().await;
    let ours = &practice.world.ours;
    let owner = practice.world.sign_in(ours, Role::Owner).await;
    let ask = format!("/c/{}/ask", ours.client);
    let body = "<b>変なメール</b>が届きました\nどうすればよいですか";
    let asked = owner.post(&practice.router, &ask, &[("body", body)]).await;
    assert_eq!(asked.status, 303);
    let thread = asked.location().to_owned();
    let advisor = practice.world.sign_in(ours, Role::Advisor).await;
    let page = practice.page(&advisor, "/round").await;
    assert!(page.contains("変なメール") && !page.contains("<b>変な") && page.contains(">30<"), "{page}");

    practice.advance(2);
    kakari_care::tick(&practice.world.app).await.unwrap();
    kakari_care::tick(&practice.world.app).await.unwrap();
    assert!(practice.page(&advisor, "/round").await.contains(">60<"));

    assert_eq!(
        advisor.post(&practice.router, &thread, &[("body", "開かないでください。")]).await.status,
        303
    );
    assert!(!practice.page(&advisor, "/round").await.contains("変なメール"));
    let page = practice.page(&owner, &thread).await;
    assert!(page.contains("開かないでください。"), "{page}");

    // The owner asks back: it waits again.
    assert_eq!(owner.post(&practice.router, &thread, &[("body", "もう開きました")]).await.status, 303);
    assert!(practice.page(&advisor, "/round").await.contains("変なメール"));
    assert_eq!(audit::verify(&practice.world.app.db).await.unwrap().faults, Vec::<String>::new());
}

#[tokio::test]
async fn nothing_of_one_client_shows_in_anothers_thread() {
    let practice = practice().await;
    let ours = &practice.world.ours;
    let owner = practice.world.sign_in(ours, Role::Owner).await;
    let asked = owner.post(&practice.router, &format!("/c/{}/ask", ours.client), &[("body", "ひみつ")]).await;
    let id = asked.location().rsplit('/').next().unwrap().to_owned();
    let neighbour = practice.world.sign_in_as(ours.owner_of(ours.other)).await;
    // Through the own client's address, through the other's, and as a writer.
    for org in [ours.other, ours.client] {
        let path = format!("/c/{org}/consultations/{id}");
        let read = neighbour.get(&practice.router, &path).await;
        assert_eq!(read.status, 404);
        assert!(!read.body.contains("ひみつ"));
        assert_eq!(neighbour.post(&practice.router, &path, &[("body", "x")]).await.status, 404);
    }
}

#[tokio::test]
async fn an_empty_or_endless_question_is_refused_with_its_reason() {
    let practice = practice().await;
    let ours = &practice.world.ours;
    let owner = practice.world.sign_in(ours, Role::Owner).await;
    let ask = format!("/c/{}/ask", ours.client);
    for body in [String::new(), "あ".repeat(4_001)] {
        let answer = owner.post(&practice.router, &ask, &[("body", &body)]).await;
        assert_eq!(answer.status, 422);
        assert!(answer.body.contains("field-error"));
    }
}
