//! Inviting, changing and disabling people.

use kakari_identity::Settings;
use kakari_identity::testing::settings;
use kakari_identity::testing::{Visit, World};
use kakari_kernel::Role;

use crate::{between, router, world};

#[tokio::test]
async fn an_owner_sees_the_people_of_their_own_company_only() {
    let (world, router) = world().await;
    let owner = world.sign_in(&world.ours, Role::Owner).await;
    let page = owner.get(&router, &format!("/c/{}/people", world.ours.client)).await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(page.body.contains("owner4@ours.example") && !page.body.contains("theirs.example"));
    for org in [world.ours.other, world.theirs.client, world.ours.provider.as_org()] {
        assert_eq!(owner.get(&router, &format!("/c/{org}/people")).await.status, 404);
    }
}

#[tokio::test]
async fn without_mail_the_link_is_shown_once_and_lets_the_person_in_to_choose_a_password() {
    let world = World::with(&[], Settings { mail: false, ..settings() }).await;
    let router = router(&world);
    let owner = world.sign_in(&world.ours, Role::Owner).await;
    let fields = [("name", "佐藤"), ("email", "Sato@Example.jp"), ("phone", ""), ("role", "owner")];
    let page = owner.post(&router, &format!("/c/{}/people/new", world.ours.client), &fields).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let link = between(&page.body, "<pre>http://kakari.test", "</pre>");
    let guest = world.stranger();
    // A program that looks at the link does not use it up.
    for _ in 0..2 {
        assert_eq!(guest.get(&router, link).await.status, 200);
    }
    let entered = guest.post(&router, link, &[]).await;
    assert_eq!(entered.location(), "/me/password");
    let over = guest.post(&router, link, &[]).await;
    assert_eq!((over.status, over.session_cookie()), (410, None));
    let sato = Visit { cookie: entered.session_cookie(), csrf: String::new() };
    let form = sato.get(&router, "/me/password").await;
    assert_eq!(form.status, 200);
    let sato = Visit { csrf: crate::hidden(&form.body, "csrf"), ..sato };
    let fields = [("password", "four words and more"), ("password_again", "four words and more")];
    assert_eq!(sato.post(&router, "/me/password", &fields).await.location(), "/me");
    let fields = [("email", "sato@example.jp"), ("password", "four words and more")];
    assert_eq!(guest.post(&router, "/sign-in", &fields).await.location(), "/");
}

#[tokio::test]
async fn an_address_that_is_known_cannot_be_invited_again() {
    let (world, router) = world().await;
    let owner = world.sign_in(&world.ours, Role::Owner).await;
    let fields = [("name", "x"), ("email", "ADMIN@ours.example"), ("phone", ""), ("role", "owner")];
    let page = owner.post(&router, &format!("/c/{}/people/new", world.ours.client), &fields).await;
    assert_eq!(page.status, 422);
    assert!(page.body.contains("#f-email"));
}

#[tokio::test]
async fn nobody_gives_a_role_above_their_own_or_changes_themselves() {
    let (world, router) = world().await;
    let ours = &world.ours;
    let fields = |role| [("name", "x"), ("email", "x@example.jp"), ("phone", ""), ("role", role)];
    let owner = world.sign_in(ours, Role::Owner).await;
    for role in ["executive", "advisor", "admin"] {
        let page = owner.post(&router, &format!("/c/{}/people/new", ours.client), &fields(role)).await;
        assert_eq!(page.status, 422, "{role}");
    }
    let advisor = world.sign_in(ours, Role::Advisor).await;
    let home = ours.provider.as_org();
    assert_eq!(advisor.post(&router, &format!("/c/{home}/people/new"), &fields("admin")).await.status, 403);
    assert_eq!(
        advisor.post(&router, &format!("/c/{}/people/new", ours.client), &fields("advisor")).await.status,
        422
    );
    for (role, org) in [(Role::Owner, ours.client), (Role::Admin, home)] {
        let visit = world.sign_in(ours, role).await;
        let me = format!("/c/{org}/people/{}", ours.person(role));
        assert_eq!(visit.get(&router, &me).await.status, 403);
        assert_eq!(visit.post(&router, &me, &fields("owner")).await.status, 403);
        assert_eq!(visit.post(&router, &format!("{me}/disable"), &[]).await.status, 403);
    }
    // An owner may not touch an executive, whose role an owner could not give.
    let executive = format!("/c/{}/people/{}/disable", ours.client, ours.person(Role::Executive));
    assert_eq!(owner.post(&router, &executive, &[]).await.status, 403);
}

#[tokio::test]
async fn disabling_ends_sessions_at_once_and_enabling_does_not_bring_them_back() {
    let (world, router) = world().await;
    let victim = world.sign_in_as(world.ours.owner_of(world.ours.other)).await;
    assert_eq!(victim.get(&router, "/me").await.status, 200);
    let advisor = world.sign_in(&world.ours, Role::Advisor).await;
    let person = format!("/c/{}/people/{}", world.ours.other, world.ours.owner_of(world.ours.other));
    assert_eq!(advisor.post(&router, &format!("{person}/disable"), &[]).await.status, 303);
    assert_eq!(victim.get(&router, "/me").await.location(), "/sign-in?back=%2Fme");
    assert_eq!(advisor.post(&router, &format!("{person}/link"), &[]).await.status, 409);
    assert_eq!(advisor.post(&router, &format!("{person}/enable"), &[]).await.status, 303);
    assert_eq!(victim.get(&router, "/me").await.status, 303);
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let (world, router) = world().await;
    let home = world.ours.provider.as_org();
    let admin = world.sign_in(&world.ours, Role::Admin).await;
    let fields = [("name", "二人目"), ("email", "second@ours.example"), ("phone", ""), ("role", "admin")];
    assert_eq!(admin.post(&router, &format!("/c/{home}/people/new"), &fields).await.status, 303);
    let list = admin.get(&router, &format!("/c/{home}/people")).await;
    let row = list.body.split("<tr>").find(|row| row.contains("second@ours.example")).unwrap();
    let second = between(row, &format!("/c/{home}/people/"), "\"").to_owned();
    let second_visit = world.sign_in_as(second.parse().unwrap()).await;
    // Each disables the other at the same moment: one of them stays.
    let (first_path, second_path) = (
        format!("/c/{home}/people/{}/disable", world.ours.person(Role::Admin)),
        format!("/c/{home}/people/{second}/disable"),
    );
    tokio::join!(second_visit.post(&router, &first_path, &[]), admin.post(&router, &second_path, &[]));
    let open =
        [admin.get(&router, "/settings").await.status, second_visit.get(&router, "/settings").await.status];
    assert!(open.contains(&200) && open.contains(&303), "{open:?}");
    // Nor does the one who stays lose the role.
    let (last, id) = if open[0] == 200 {
        (admin, world.ours.person(Role::Admin).to_string())
    } else {
        (second_visit, second)
    };
    let fields = [("name", "x"), ("phone", ""), ("role", "advisor")];
    assert_eq!(last.post(&router, &format!("/c/{home}/people/{id}"), &fields).await.status, 403);
}

#[tokio::test]
async fn an_old_proof_sends_to_a_fresh_one_and_back() {
    let (world, router) = world().await;
    let owner = world.sign_in(&world.ours, Role::Owner).await;
    world.clock.advance(jiff::SignedDuration::from_mins(16));
    let path = format!("/c/{}/people/new", world.ours.client);
    let answer = owner.get(&router, &path).await;
    assert_eq!(answer.location(), format!("/sign-in/confirm?back={}", path.replace('/', "%2F")));
    assert_eq!(owner.post(&router, &path, &[("name", "x")]).await.location(), "/sign-in/confirm?back=%2F");
}
