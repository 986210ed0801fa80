//! Programs with tokens.

use axum::Router;
use axum::body::Body;
use axum::http::Method;
use jiff::SignedDuration;
use kakari_identity::testing::{Answer, World, request_to};
use kakari_kernel::{OrgId, Role};

use crate::{between, world};

async fn token(world: &World, router: &Router, org: OrgId, access: &str) -> String {
    let admin = world.sign_in(&world.ours, Role::Admin).await;
    let fields = [("name", "連携"), ("access", access), ("days", "30")];
    let page = admin.post(router, &format!("/c/{org}/tokens"), &fields).await;
    assert_eq!(page.status, 200, "{}", page.body);
    between(&page.body, "<pre>", "</pre>").to_owned()
}

async fn call(world: &World, router: &Router, token: &str, path: &str) -> Answer {
    let request =
        world.stranger().builder(Method::GET, path).header("authorization", format!("Bearer {token}"));
    request_to(router, request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_fleet_token_reaches_all_clients_of_its_provider_and_no_other() {
    let (world, router) = world().await;
    let token = token(&world, &router, world.ours.provider.as_org(), "read").await;
    let orgs = call(&world, &router, &token, "/api/v1/orgs").await;
    assert_eq!(orgs.status, 200);
    let orgs: serde_json::Value = serde_json::from_str(&orgs.body).unwrap();
    assert_eq!((orgs["total"].as_u64(), orgs["orgs"].as_array().unwrap().len()), (Some(3), 3));
    assert!(!orgs.to_string().contains("よその"));
    for part in ["", "/people", "/signs"] {
        let path = |org| format!("/api/v1/orgs/{org}{part}");
        assert_eq!(call(&world, &router, &token, &path(world.ours.client)).await.status, 200, "{part}");
        let theirs = call(&world, &router, &token, &path(world.theirs.client)).await;
        assert_eq!(
            (theirs.status, theirs.body.as_str()),
            (404, r#"{"error":{"code":"not_found","message":"not found"}}"#)
        );
    }
}

#[tokio::test]
async fn a_clients_token_reaches_that_client_only() {
    let (world, router) = world().await;
    let token = token(&world, &router, world.ours.client, "read").await;
    let orgs = call(&world, &router, &token, "/api/v1/orgs").await;
    assert!(orgs.body.contains("\"total\":1"), "{}", orgs.body);
    for org in [world.ours.subsidiary, world.ours.provider.as_org(), world.theirs.client] {
        assert_eq!(call(&world, &router, &token, &format!("/api/v1/orgs/{org}")).await.status, 404);
    }
}

#[tokio::test]
async fn the_chain_needs_more_than_reading() {
    let (world, router) = world().await;
    let path = format!("/api/v1/orgs/{}/audit", world.ours.client);
    for (access, status) in [("read", 403), ("write", 403), ("admin", 200)] {
        let token = token(&world, &router, world.ours.client, access).await;
        assert_eq!(call(&world, &router, &token, &path).await.status, status, "{access}");
    }
}

#[tokio::test]
async fn a_wrong_an_old_and_a_revoked_token_are_refused_as_json() {
    let (world, router) = world().await;
    let good = token(&world, &router, world.ours.client, "read").await;
    assert_eq!(call(&world, &router, "kakari_wrong", "/api/v1/orgs").await.status, 401);
    let plain = world.stranger().get(&router, "/api/v1/orgs").await;
    assert_eq!((plain.status, plain.body.contains("\"unauthenticated\"")), (401, true));
    let admin = world.sign_in(&world.ours, Role::Admin).await;
    let list = admin.get(&router, &format!("/c/{}/tokens", world.ours.client)).await.body;
    assert!(!list.contains(&good), "a token is shown once");
    let id = between(&list, "/tokens/", "/revoke").to_owned();
    let other = format!("/c/{}/tokens/{id}/revoke", world.ours.subsidiary);
    assert_eq!(admin.post(&router, &other, &[]).await.status, 404);
    let revoke = format!("/c/{}/tokens/{id}/revoke", world.ours.client);
    assert_eq!(admin.post(&router, &revoke, &[]).await.status, 303);
    assert_eq!(call(&world, &router, &good, "/api/v1/orgs").await.status, 401);
    let old = token(&world, &router, world.ours.client, "read").await;
    world.clock.advance(SignedDuration::from_hours(30 * 24));
    assert_eq!(call(&world, &router, &old, "/api/v1/orgs").await.status, 401);
}

#[tokio::test]
async fn only_administrators_make_tokens() {
    let (world, router) = world().await;
    let fields = [("name", "x"), ("access", "admin"), ("days", "30")];
    for role in [Role::Owner, Role::Advisor, Role::Operator, Role::ReadOnly] {
        let visit = world.sign_in(&world.ours, role).await;
        assert_eq!(
            visit.post(&router, &format!("/c/{}/tokens", world.ours.client), &fields).await.status,
            403
        );
    }
}

#[tokio::test]
async fn the_document_of_the_api_names_every_address() {
    let (world, _) = world().await;
    let document = kakari_identity::routes(&world.app, Vec::new()).into_openapi();
    let paths: Vec<&String> = document.paths.paths.keys().collect();
    assert_eq!(
        paths,
        [
            "/api/v1/orgs",
            "/api/v1/orgs/{org}",
            "/api/v1/orgs/{org}/audit",
            "/api/v1/orgs/{org}/people",
            "/api/v1/orgs/{org}/signs"
        ]
    );
}
