//! Another tenant's ids in every path, query and field: never there, and nothing of it shown.

use kakari_identity::testing::{Answer, Visit, World};
use kakari_kernel::Role;

use crate::world;

/// A word that stands in every name of the other tenant.
const THEIRS: [&str; 2] = ["よその", "theirs.example"];

fn leaks(answer: &Answer) -> bool {
    THEIRS.iter().any(|word| answer.body.contains(word) || answer.location().contains(word))
}

async fn everybody(world: &World) -> Vec<(Role, Visit)> {
    let mut visits = Vec::new();
    for role in Role::ALL {
        visits.push((role, world.sign_in(&world.ours, role).await));
    }
    visits
}

#[tokio::test]
async fn no_route_opens_for_another_tenants_ids() {
    let (world, router) = world().await;
    let theirs = &world.theirs;
    let person = theirs.person(Role::Owner);
    let mut tries = 0;
    let pages = ["", "/edit", "/relations", "/people", "/people/new", "/tokens", "/audit", "/audit/export"];
    let posts = [
        "/edit".to_owned(),
        "/relations/join-group".into(),
        "/relations/add-supplier".into(),
        "/people/new".into(),
        format!("/people/{person}"),
        format!("/people/{person}/disable"),
        format!("/people/{person}/enable"),
        format!("/people/{person}/link"),
        format!("/people/{person}/drop-totp"),
        "/tokens".into(),
        format!("/tokens/{person}/revoke"),
    ];
    for (role, visit) in everybody(&world).await {
        // The programme office opens no single company at all.
        let expect = if role == Role::Programme { 403 } else { 404 };
        for org in [theirs.client, theirs.subsidiary, theirs.provider.as_org()] {
            for page in pages.iter().map(|page| (*page).to_owned()).chain([format!("/people/{person}")]) {
                let answer = visit.get(&router, &format!("/c/{org}{page}")).await;
                assert_eq!(answer.status, expect, "{role:?} {page}");
                assert!(!leaks(&answer), "{role:?} {page}: {}", answer.body);
                tries += 1;
            }
            for post in &posts {
                let other = theirs.other.to_string();
                let answer = visit
                    .post(&router, &format!("/c/{org}{post}"), &[("other", &other), ("name", "x")])
                    .await;
                assert_eq!(answer.status, expect, "{role:?} POST {post}");
                assert!(!leaks(&answer), "{role:?} POST {post}");
                tries += 1;
            }
        }
    }
    println!("tenant walk: {tries} tries, 0 leaks");
    assert!(tries > 400);
}

#[tokio::test]
async fn another_tenants_person_below_our_own_client_is_not_there() {
    let (world, router) = world().await;
    let advisor = world.sign_in(&world.ours, Role::Advisor).await;
    for person in [world.theirs.person(Role::Owner), world.ours.owner_of(world.ours.other)] {
        let path = format!("/c/{}/people/{person}", world.ours.client);
        assert_eq!(advisor.get(&router, &path).await.status, 404);
        for act in ["", "/disable", "/enable", "/link", "/drop-totp"] {
            assert_eq!(advisor.post(&router, &format!("{path}{act}"), &[]).await.status, 404, "{act}");
        }
    }
}

#[tokio::test]
async fn lists_and_searches_show_our_own_only() {
    let (world, router) = world().await;
    let everyones = [
        "/clients",
        "/clients?q=%E3%82%88%E3%81%9D",
        "/audit",
        "/audit?client=%E3%82%88%E3%81%9D",
        "/audit/export",
        "/settings",
        "/me",
    ];
    for (role, visit) in everybody(&world).await {
        for path in everyones {
            let answer = visit.get(&router, path).await;
            // The search field shows what was typed.
            let body = answer.body.replace("value=\"よそ\"", "");
            assert!(!THEIRS.iter().any(|word| body.contains(word)), "{role:?} {path}: {body}");
        }
    }
    let advisor = world.sign_in(&world.ours, Role::Advisor).await;
    let found =
        advisor.get(&router, &format!("/c/{}/relations?q=%E6%B0%B4%E7%94%A3", world.ours.client)).await;
    assert!(found.body.contains("見本水産") && !leaks(&found));
}

#[tokio::test]
async fn owners_and_executives_reach_their_own_companies_only() {
    let (world, router) = world().await;
    let ours = &world.ours;
    for (role, reached) in
        [(Role::Owner, vec![ours.client]), (Role::Executive, vec![ours.client, ours.subsidiary])]
    {
        let visit = world.sign_in(ours, role).await;
        for org in [ours.client, ours.subsidiary, ours.other, ours.provider.as_org()] {
            let expect = if reached.contains(&org) { 200 } else { 404 };
            assert_eq!(visit.get(&router, &format!("/c/{org}")).await.status, expect, "{role:?}");
        }
        assert_eq!(visit.get(&router, "/clients").await.status, 403);
        assert_eq!(visit.get(&router, "/audit").await.status, 403);
    }
}

#[tokio::test]
async fn a_text_that_is_no_id_is_not_there() {
    let (world, router) = world().await;
    let advisor = world.sign_in(&world.ours, Role::Advisor).await;
    for org in ["x", "..%2f..%2fetc", "%00", "01j", "9999999999999999999999999999"] {
        assert_eq!(advisor.get(&router, &format!("/c/{org}")).await.status, 404, "{org}");
    }
}
