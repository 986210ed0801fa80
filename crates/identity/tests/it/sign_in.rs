//! The ways in, one test per outcome.

use std::sync::Mutex;

use async_trait::async_trait;
use axum::Router;
use jiff::SignedDuration;
use kakari_identity::testing::{Answer, PASSWORD, Visit, World, settings, totp_code};
use kakari_identity::{Settings, init, jobs};
use kakari_kernel::ports::{Message, Notifier};
use kakari_kernel::{Actor, Result, Role};
use kakari_store::{audit, queue};

use crate::{between, hidden, router, world};

async fn enter(world: &World, router: &Router, email: &str, password: &str) -> Answer {
    world
        .stranger()
        .post(router, "/sign-in", &[("email", email), ("password", password), ("back", "/me")])
        .await
}

/// The browser that follows an answer.
fn after(answer: &Answer) -> Visit {
    Visit { cookie: Some(answer.session_cookie().expect("a session")), csrf: String::new() }
}

#[tokio::test]
async fn a_right_password_begins_a_session_that_opens_pages() {
    let (world, router) = world().await;
    world.give_password(&world.ours, world.ours.person(Role::Advisor)).await;
    let answer = enter(&world, &router, "Advisor0@ours.example", PASSWORD).await;
    assert_eq!((answer.status, answer.location()), (303, "/me"), "{}", answer.body);
    let set = answer.headers["set-cookie"].to_str().unwrap();
    assert!(set.contains("; HttpOnly; SameSite=Lax") && !set.contains("Domain"), "{set}");
    assert_eq!(after(&answer).get(&router, "/").await.location(), "/round");
}

#[tokio::test]
async fn over_tls_the_cookie_carries_the_host_prefix() {
    let world = World::with(&[], Settings { secure_cookies: true, ..settings() }).await;
    let router = router(&world);
    world.give_password(&world.ours, world.ours.person(Role::Advisor)).await;
    let answer = enter(&world, &router, "advisor0@ours.example", PASSWORD).await;
    let set = answer.headers["set-cookie"].to_str().unwrap();
    assert!(
        set.starts_with("__Host-kakari_session=") && set.contains("; Path=/;") && set.contains("; Secure"),
        "{set}"
    );
    assert_eq!(after(&answer).get(&router, "/").await.location(), "/round");
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
async fn every_outcome_of_sign_in_stands_in_a_chain_that_holds() {
    let (world, router) = world().await;
    world.give_password(&world.ours, world.ours.person(Role::Advisor)).await;
    enter(&world, &router, "advisor0@ours.example", "wrong wrong").await;
    enter(&world, &router, "nobody@ours.example", "wrong wrong").await;
    let answer = enter(&world, &router, "advisor0@ours.example", PASSWORD).await;
    let mut visit = after(&answer);
    visit.csrf = hidden(&visit.get(&router, "/me").await.body, "csrf");
    let out = visit.post(&router, "/sign-out", &[]).await;
    assert!(out.headers["set-cookie"].to_str().unwrap().contains("kakari_session=; "));
    assert_eq!(visit.get(&router, "/me").await.status, 303);
    let admin = world.sign_in(&world.ours, Role::Admin).await;
    let page = admin.get(&router, "/audit?act=sign_in").await.body;
    for (act, times) in [("sign_in.refuse {", 2), ("sign_in.enter {", 1), ("sign_in.leave {", 1)] {
        assert_eq!(page.matches(act).count(), times, "{act}");
    }
    assert!(!page.contains("nobody@"), "what a stranger typed is not kept");
    assert!(audit::verify(&world.app.db).await.unwrap().faults.is_empty());
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
    assert!(answer.body.contains("9:01"), "{}", answer.body);
    // Another account from the same place is still open.
    assert_eq!(enter(&world, &router, "operator1@ours.example", "wrong").await.status, 422);
    world.clock.advance(SignedDuration::from_secs(61));
    assert_eq!(enter(&world, &router, "advisor0@ours.example", "wrong").await.status, 422);
}

#[tokio::test]
async fn attempts_at_the_same_time_are_counted_one_by_one() {
    let (world, router) = world().await;
    let tries = (0..12).map(|_| enter(&world, &router, "advisor0@ours.example", "wrong"));
    let answers = futures_util::future::join_all(tries).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 422).count(), 5);
    assert_eq!(answers.iter().filter(|answer| answer.status == 429).count(), 7);
}

#[tokio::test]
async fn many_accounts_from_one_address_are_closed_too() {
    let (world, router) = world().await;
    for n in 0..30 {
        assert_eq!(enter(&world, &router, &format!("n{n}@ours.example"), "wrong").await.status, 422);
    }
    assert_eq!(enter(&world, &router, "another@ours.example", "wrong").await.status, 429);
}

#[tokio::test]
async fn an_office_that_signs_in_every_day_is_never_closed() {
    let (world, router) = world().await;
    world.give_password(&world.ours, world.ours.person(Role::Advisor)).await;
    for _ in 0..40 {
        assert_eq!(enter(&world, &router, "advisor0@ours.example", PASSWORD).await.status, 303);
    }
}

#[tokio::test]
async fn the_right_password_forgets_the_attempts_on_the_account() {
    let (world, router) = world().await;
    world.give_password(&world.ours, world.ours.person(Role::Advisor)).await;
    for _ in 0..4 {
        enter(&world, &router, "advisor0@ours.example", "wrong").await;
    }
    assert_eq!(enter(&world, &router, "advisor0@ours.example", PASSWORD).await.status, 303);
    assert_eq!(enter(&world, &router, "advisor0@ours.example", "wrong").await.status, 422);
}

#[tokio::test]
async fn a_sign_in_replaces_the_session_that_the_browser_had() {
    let (world, router) = world().await;
    world.give_password(&world.ours, world.ours.person(Role::Advisor)).await;
    let first = after(&enter(&world, &router, "advisor0@ours.example", PASSWORD).await);
    let fields = [("email", "advisor0@ours.example"), ("password", PASSWORD)];
    let again = first.post(&router, "/sign-in", &fields).await;
    assert_ne!(again.session_cookie(), first.cookie);
    assert_eq!(first.get(&router, "/me").await.status, 303);
    assert_eq!(after(&again).get(&router, "/me").await.status, 200);
}

#[tokio::test]
async fn sessions_end_after_their_time_used_or_not() {
    let (world, router) = world().await;
    let staff = world.sign_in(&world.ours, Role::Advisor).await;
    let owner = world.sign_in(&world.ours, Role::Owner).await;
    let idle = world.sign_in_as(world.ours.owner_of(world.ours.other)).await;
    let open = async |visit: &Visit| visit.get(&router, "/me").await.status == 200;
    world.clock.advance(SignedDuration::from_mins(7 * 60 + 59));
    assert!(open(&staff).await && open(&owner).await);
    world.clock.advance(SignedDuration::from_mins(2));
    assert!(!open(&staff).await, "a working day is over");
    world.clock.advance(SignedDuration::from_hours(5));
    assert!(open(&owner).await);
    assert!(!open(&idle).await, "thirteen hours without a click");
    for _ in 0..15 {
        world.clock.advance(SignedDuration::from_hours(10));
        open(&owner).await;
    }
    world.clock.advance(SignedDuration::from_hours(6));
    assert!(!open(&owner).await, "a week is over");
}

/// Keeps mails instead of sending them.
#[derive(Default)]
struct Outbox(Mutex<Vec<Message>>);

#[async_trait]
impl Notifier for Outbox {
    async fn send(&self, message: &Message) -> Result<()> {
        self.0.lock().unwrap().push(message.clone());
        Ok(())
    }
}

async fn mails(world: &World) -> Vec<Message> {
    let outbox = Outbox::default();
    while let Some(job) = queue::take(&world.app.db, jobs::KINDS).await.unwrap() {
        jobs::run(&world.app, &outbox, &job).await.unwrap();
        queue::done(&world.app.db, &job).await.unwrap();
    }
    outbox.0.into_inner().unwrap()
}

fn link_in(mail: &Message) -> String {
    let line = mail.body.lines().find(|line| line.contains("/sign-in/link/")).expect("a link");
    line.trim().trim_start_matches("http://kakari.test").to_owned()
}

#[tokio::test]
async fn a_link_by_mail_signs_in_once_and_only_by_its_button() {
    let (world, router) = world().await;
    let guest = world.stranger();
    let asked = guest.post(&router, "/sign-in/link", &[("email", "owner4@ours.example")]).await;
    assert_eq!(asked.status, 200);
    let mails = mails(&world).await;
    assert_eq!((mails.len(), mails[0].to.as_str()), (1, "owner4@ours.example"));
    insta::assert_snapshot!("mail_ja", format!("{}\n\n{}", mails[0].subject, mails[0].body));
    let link = link_in(&mails[0]);
    for _ in 0..3 {
        let page = guest.get(&router, &link).await;
        assert_eq!((page.status, page.session_cookie()), (200, None));
    }
    let entered = guest.post(&router, &link, &[]).await;
    assert_eq!((entered.status, entered.location()), (303, "/"));
    assert_eq!(after(&entered).get(&router, "/").await.location(), format!("/c/{}/home", world.ours.client));
    assert_eq!(guest.post(&router, &link, &[]).await.status, 410);
    assert_eq!(guest.get(&router, &link).await.status, 410);
}

#[tokio::test]
async fn a_link_is_over_after_a_quarter_of_an_hour() {
    let (world, router) = world().await;
    let guest = world.stranger();
    guest.post(&router, "/sign-in/link", &[("email", "owner4@ours.example")]).await;
    let link = link_in(&mails(&world).await[0]);
    world.clock.advance(SignedDuration::from_mins(15));
    assert_eq!(guest.post(&router, &link, &[]).await.status, 410);
}

#[tokio::test]
async fn asking_for_a_link_tells_nobody_who_is_known() {
    let (world, router) = world().await;
    let guest = world.stranger();
    let mut answers = Vec::new();
    for email in ["owner4@ours.example", "nobody@ours.example", "advisor0@ours.example"] {
        let answer = guest.post(&router, "/sign-in/link", &[("email", email)]).await;
        answers.push((answer.status, answer.main().replace(email, "EMAIL")));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
    // Staff see all clients: their mailbox alone does not let them in.
    assert_eq!(mails(&world).await.len(), 1);
}

#[tokio::test]
async fn a_demo_link_signs_in_directly_and_again_but_only_in_a_demo() {
    let world = World::with(&[], Settings { demo: true, ..settings() }).await;
    let demo = router(&world);
    let (ours, actor) = (&world.ours, Actor::cli("demo"));
    let link = init::demo_link(&world.app, &actor, ours.provider, ours.client, ours.person(Role::Owner))
        .await
        .unwrap();
    let link = link.trim_start_matches("http://kakari.test");
    for _ in 0..2 {
        let entered = world.stranger().get(&demo, link).await;
        assert_eq!(after(&entered).get(&demo, "/me").await.status, 200);
    }
    let plain = World::new(&[]).await;
    let ours = &plain.ours;
    let refused =
        init::demo_link(&plain.app, &actor, ours.provider, ours.client, ours.person(Role::Owner)).await;
    assert!(refused.is_err());
}

/// Sets an authenticator up for a person with a password; gives its key and recovery codes.
async fn with_authenticator(world: &World, router: &Router, role: Role) -> (String, Vec<String>) {
    let person = world.ours.person(role);
    world.give_password(&world.ours, person).await;
    let visit = world.sign_in_as(person).await;
    let page = visit.get(router, "/me/two-factor").await.body;
    let key = between(&page, "<code>", "</code>").to_owned();
    let secret = hidden(&page, "secret");
    let wrong = visit.post(router, "/me/two-factor", &[("secret", &secret), ("code", "000000")]).await;
    assert_eq!(wrong.status, 422);
    let code = totp_code(&key, world.app.clock.now());
    let set = visit.post(router, "/me/two-factor", &[("secret", &secret), ("code", &code)]).await;
    assert_eq!(set.status, 200, "{}", set.body);
    world.clock.advance(SignedDuration::from_secs(60));
    (key, between(&set.body, "<pre>", "</pre>").lines().map(str::to_owned).collect())
}

#[tokio::test]
async fn with_an_authenticator_the_password_alone_opens_nothing() {
    let (world, router) = world().await;
    let (key, recovery) = with_authenticator(&world, &router, Role::Advisor).await;
    let half = enter(&world, &router, "advisor0@ours.example", PASSWORD).await;
    assert_eq!((half.status, half.session_cookie()), (200, None));
    let step = hidden(&half.body, "step");
    let guest = world.stranger();
    let send = async |step: &str, code: &str| {
        guest.post(&router, "/sign-in/code", &[("step", step), ("code", code)]).await
    };
    assert_eq!(send(&step, "000000").await.status, 422);
    let code = totp_code(&key, world.app.clock.now());
    let entered = send(&step, &code).await;
    assert_eq!(entered.location(), "/me");
    // Neither the step nor the code works again.
    assert_eq!(send(&step, &code).await.session_cookie(), None);
    let step = hidden(&enter(&world, &router, "advisor0@ours.example", PASSWORD).await.body, "step");
    assert_eq!(send(&step, &code).await.status, 422);
    // A recovery code does, once, however it is typed.
    let typed = recovery[0].to_lowercase().replace('-', " ");
    assert_eq!(send(&step, &typed).await.location(), "/me");
    let step = hidden(&enter(&world, &router, "advisor0@ours.example", PASSWORD).await.body, "step");
    assert_eq!(send(&step, &recovery[0]).await.status, 422);
    assert_eq!(recovery.len(), 10);
}

#[tokio::test]
async fn the_second_step_waits_five_minutes_and_no_longer() {
    let (world, router) = world().await;
    let (key, _) = with_authenticator(&world, &router, Role::Advisor).await;
    let step = hidden(&enter(&world, &router, "advisor0@ours.example", PASSWORD).await.body, "step");
    world.clock.advance(SignedDuration::from_mins(5));
    let code = totp_code(&key, world.app.clock.now());
    let late = world.stranger().post(&router, "/sign-in/code", &[("step", &step), ("code", &code)]).await;
    assert!(late.location().starts_with("/sign-in?"));
}

#[tokio::test]
async fn an_authenticators_key_is_not_readable_in_the_database() {
    let (world, router) = world().await;
    let (key, _) = with_authenticator(&world, &router, Role::Advisor).await;
    let mut conn = world.app.db.read().await.unwrap();
    let rows =
        conn.system().all("SELECT totp_secret FROM person WHERE totp_secret <> ''", &[]).await.unwrap();
    let kept = rows[0].text("totp_secret").unwrap();
    assert!(rows.len() == 1 && !kept.contains(&key.replace(' ', "")) && kept.len() > 40);
}

#[tokio::test]
async fn a_fresh_proof_by_password_or_code_makes_a_new_session_and_goes_back() {
    let (world, router) = world().await;
    let (key, _) = with_authenticator(&world, &router, Role::Advisor).await;
    let visit = world.sign_in(&world.ours, Role::Advisor).await;
    world.clock.advance(SignedDuration::from_mins(20));
    let asked = visit.get(&router, "/me/password").await;
    assert_eq!(asked.location(), "/sign-in/confirm?back=%2Fme%2Fpassword");
    let wrong =
        visit.post(&router, "/sign-in/confirm", &[("password", "wrong"), ("back", "/me/password")]).await;
    assert_eq!((wrong.status, wrong.session_cookie()), (422, None));
    let right =
        visit.post(&router, "/sign-in/confirm", &[("password", PASSWORD), ("back", "/me/password")]).await;
    assert_eq!(right.location(), "/me/password");
    assert_eq!(visit.get(&router, "/me").await.status, 303, "the old cookie is worth nothing");
    assert_eq!(after(&right).get(&router, "/me/password").await.status, 200);
    let visit = world.sign_in(&world.ours, Role::Advisor).await;
    let code = totp_code(&key, world.app.clock.now());
    let right =
        visit.post(&router, "/sign-in/confirm", &[("code", &code), ("back", "//elsewhere.example")]).await;
    assert_eq!((right.status, right.location()), (303, "/"));
}
