//! The ways in, one test per outcome.

use jiff::SignedDuration;
use kakari_identity::testing::{PASSWORD, World};
use kakari_kernel::Role;

use crate::world;

async fn enter(
    world: &World,
    router: &axum::Router,
    email: &str,
    password: &str,
) -> kakari_identity::testing::Answer {
    world
        .stranger()
        .post(router, "/sign-in", &[("email", email), ("password", password), ("back", "/me")])
        .await
}

#[tokio::test]
async fn a_right_password_begins_a_session_that_opens_pages() {
    let (world, router) = world().await;
    world.give_password(&world.ours, world.ours.person(Role::Advisor)).await;
    let answer = enter(&world, &router, "Advisor0@ours.example", PASSWORD).await;
    assert_eq!((answer.status, answer.location()), (303, "/me"), "{}", answer.body);
    let cookie = answer.session_cookie().unwrap();
    let mut browser = world.stranger();
    browser.cookie = Some(cookie);
    assert_eq!(browser.get(&router, "/").await.location(), "/round");
}

#[tokio::test]
async fn a_wrong_password_an_unknown_address_and_a_person_without_one_get_the_same_page() {
    let (world, router) = world().await;
    world.give_password(&world.ours, world.ours.person(Role::Advisor)).await;
    let mut pages = Vec::new();
    for email in ["advisor0@ours.example", "nobody@ours.example", "operator1@ours.example"] {
        let answer = enter(&world, &router, email, "wrong wrong wrong").await;
        assert_eq!(answer.status, 422);
        assert!(answer.session_cookie().is_none());
        pages.push(answer.main().replace(email, "EMAIL"));
    }
    assert_eq!(pages[0], pages[1]);
    assert_eq!(pages[0], pages[2]);
}

#[tokio::test]
async fn many_attempts_are_answered_with_the_time_to_wait() {
    let (world, router) = world().await;
    for _ in 0..5 {
        assert_eq!(enter(&world, &router, "advisor0@ours.example", "wrong").await.status, 422);
    }
    let answer = enter(&world, &router, "advisor0@ours.example", "wrong").await;
    assert_eq!(answer.status, 429);
    assert_eq!(answer.headers["retry-after"], "60");
    world.clock.advance(SignedDuration::from_secs(61));
    assert_eq!(enter(&world, &router, "advisor0@ours.example", "wrong").await.status, 422);
}
