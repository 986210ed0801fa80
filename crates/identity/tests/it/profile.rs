//! Everybody's own settings.

use kakari_identity::testing::PASSWORD;
use kakari_kernel::Role;

use crate::{hidden, world};

#[tokio::test]
async fn a_new_password_ends_all_other_sessions() {
    let (world, router) = world().await;
    let here = world.sign_in(&world.ours, Role::Owner).await;
    let there = world.sign_in(&world.ours, Role::Owner).await;
    let fields = [("password", "four words and more"), ("password_again", "four words and more")];
    assert_eq!(here.post(&router, "/me/password", &fields).await.location(), "/me");
    assert_eq!(here.get(&router, "/me").await.status, 200);
    assert_eq!(there.get(&router, "/me").await.status, 303);
}

#[tokio::test]
async fn a_weak_password_is_refused_with_the_reason() {
    let (world, router) = world().await;
    let owner = world.sign_in(&world.ours, Role::Owner).await;
    let page =
        owner.post(&router, "/me/password", &[("password", "short"), ("password_again", "short")]).await;
    assert_eq!(page.status, 422);
    assert!(page.body.contains("12文字以上") && !page.body.contains("value=\"short\""));
}

#[tokio::test]
async fn one_session_can_be_ended_from_another_but_not_from_another_person() {
    let (world, router) = world().await;
    let here = world.sign_in(&world.ours, Role::Owner).await;
    let there = world.sign_in(&world.ours, Role::Owner).await;
    let session = hidden(&here.get(&router, "/me").await.body, "session");
    let thief = world.sign_in(&world.theirs, Role::Owner).await;
    assert_eq!(thief.post(&router, "/me/sessions/end", &[("session", &session)]).await.status, 404);
    assert_eq!(here.post(&router, "/me/sessions/end", &[("session", &session)]).await.status, 303);
    assert_eq!(there.get(&router, "/me").await.status, 303);
    let third = world.sign_in(&world.ours, Role::Owner).await;
    assert_eq!(here.post(&router, "/me/sessions/end-others", &[]).await.status, 303);
    assert_eq!(third.get(&router, "/me").await.status, 303);
}

#[tokio::test]
async fn the_language_of_an_address_is_kept_for_a_visitor_and_for_a_person() {
    let (world, router) = world().await;
    let answer = world.stranger().get(&router, "/sign-in?lang=en").await;
    assert!(answer.headers["set-cookie"].to_str().unwrap().starts_with("lang=en; Path=/;"));
    assert!(answer.body.contains("<html lang=\"en\""));
    let owner = world.sign_in(&world.ours, Role::Owner).await;
    owner.get(&router, "/me?lang=en").await;
    assert!(owner.get(&router, "/me").await.body.contains("<html lang=\"en\""));
    assert!(owner.get(&router, "/me?lang=xx").await.body.contains("<html lang=\"en\""));
}

#[tokio::test]
async fn the_profile_is_changed_and_a_wrong_one_is_not() {
    let (world, router) = world().await;
    let owner = world.sign_in(&world.ours, Role::Owner).await;
    let good = [("name", "肥後 太郎"), ("phone", "096-1"), ("lang", "ja")];
    assert_eq!(owner.post(&router, "/me", &good).await.location(), "/me");
    assert!(owner.get(&router, "/me").await.body.contains("肥後 太郎"));
    assert_eq!(owner.post(&router, "/me", &[("name", ""), ("lang", "fr")]).await.status, 422);
}

#[tokio::test]
async fn an_authenticator_can_be_taken_off_again() {
    let (world, router) = world().await;
    world.give_password(&world.ours, world.ours.person(Role::Owner)).await;
    let owner = world.sign_in(&world.ours, Role::Owner).await;
    let page = owner.get(&router, "/me/two-factor").await.body;
    let key = crate::between(&page, "<code>", "</code>").to_owned();
    let secret = hidden(&page, "secret");
    let code = kakari_identity::testing::totp_code(&key, world.app.clock.now());
    // The key of one session does not open in another.
    let other = world.sign_in(&world.ours, Role::Owner).await;
    assert_eq!(
        other.post(&router, "/me/two-factor", &[("secret", &secret), ("code", &code)]).await.status,
        409
    );
    assert_eq!(
        owner.post(&router, "/me/two-factor", &[("secret", &secret), ("code", &code)]).await.status,
        200
    );
    assert_eq!(owner.post(&router, "/me/two-factor/codes", &[]).await.status, 200);
    assert_eq!(owner.post(&router, "/me/two-factor/remove", &[]).await.status, 303);
    assert_eq!(owner.post(&router, "/me/two-factor/codes", &[]).await.status, 404);
    let fields = [("email", "owner4@ours.example"), ("password", PASSWORD)];
    assert_eq!(world.stranger().post(&router, "/sign-in", &fields).await.location(), "/");
}
