//! The JSON API: the same scope as the pages, with a token.

use axum::body::Body;
use axum::http::{Method, Request, header};
use kakari_identity::testing::{Answer, request_to};
use kakari_kernel::{OrgId, Role};

use crate::world::{Desk, desk, started};

async fn call(desk: &Desk, token: &str, method: Method, path: &str, body: &str) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, "kakari.test")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_owned()))
        .unwrap();
    request_to(&desk.router, request).await
}

/// A token of one client, made on its page.
async fn token(desk: &Desk, org: OrgId, access: &str) -> String {
    let routes = desk.world.router(kakari_identity::routes(&desk.world.app, Vec::new()).into());
    let admin = desk.world.sign_in(&desk.world.ours, Role::Admin).await;
    let fields = [("name", "test"), ("access", access), ("days", "30")];
    let made = admin.post(&routes, &format!("/c/{org}/tokens"), &fields).await;
    assert_eq!(made.status, 200, "{}", made.body);
    let after = made.body.split_once("kakari_").unwrap().1;
    let secret: String =
        after.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
    format!("kakari_{secret}")
}

#[tokio::test]
async fn a_token_reads_its_client_and_nobody_elses() {
    let desk = desk().await;
    let (_, sensor) = desk.our_sensor().await;
    desk.send(&sensor, &[started("PC-01", "evil.exe", "2026-04-17T00:00:00Z")]).await;
    let (org, other, theirs) = (desk.world.ours.client, desk.world.ours.other, desk.world.theirs.client);
    let reader = token(&desk, org, "read").await;
    for list in ["incidents", "alerts", "events", "sensors", "assets"] {
        let ours = call(&desk, &reader, Method::GET, &format!("/api/v1/orgs/{org}/{list}"), "").await;
        assert_eq!(ours.status, 200, "{list}: {}", ours.body);
        let body: serde_json::Value = serde_json::from_str(&ours.body).unwrap();
        let expected = usize::from(list != "assets");
        assert_eq!(body["items"].as_array().unwrap().len(), expected, "{list}");
        for foreign in [other, theirs] {
            let answer =
                call(&desk, &reader, Method::GET, &format!("/api/v1/orgs/{foreign}/{list}"), "").await;
            assert_eq!(answer.status, 404, "{list}");
        }
        assert_eq!(
            call(&desk, "kakari_no", Method::GET, &format!("/api/v1/orgs/{org}/{list}"), "").await.status,
            401
        );
    }
    let incident = desk.incidents(org).await.remove(0);
    let path = format!("/api/v1/orgs/{org}/incidents/{incident}");
    let whole = call(&desk, &reader, Method::GET, &path, "").await;
    assert!(whole.body.contains("\"story\":[{"), "{}", whole.body);
    let ask = r#"{"version":1,"to":"triaged","reason":"from the ticket system"}"#;
    assert_eq!(call(&desk, &reader, Method::POST, &format!("{path}/move"), ask).await.status, 403);
    let writer = token(&desk, org, "write").await;
    assert_eq!(call(&desk, &writer, Method::POST, &format!("{path}/move"), ask).await.status, 200);
    assert_eq!(call(&desk, &writer, Method::POST, &format!("{path}/move"), ask).await.status, 409);
}

#[test]
fn every_path_of_the_api_is_in_its_document() {
    let world = tokio::runtime::Runtime::new().unwrap().block_on(desk());
    let document = kakari_watch::routes(&world.watch).into_openapi();
    let paths: Vec<&String> = document.paths.paths.keys().collect();
    assert_eq!(paths.len(), 11, "{paths:?}");
}
