//! Requests that another site made the browser send.

use axum::body::Body;
use axum::http::{Method, header};
use kakari_identity::testing::{Visit, World, request_to};
use kakari_kernel::Role;

use crate::world;

async fn post(world: &World, visit: &Visit, headers: &[(&str, &str)], multipart: bool) -> u16 {
    let router = crate::router(world);
    let mut request = visit.builder(Method::POST, "/me");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = if multipart {
        request = request.header(header::CONTENT_TYPE, "multipart/form-data; boundary=x");
        let part = |name: &str, value: &str| {
            format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        [part("csrf", &visit.csrf), part("name", "n"), part("lang", "ja"), "--x--\r\n".into()].concat()
    } else {
        request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        format!("csrf={}&name=n&lang=ja", visit.csrf)
    };
    request_to(&router, request.body(Body::from(body)).unwrap()).await.status
}

#[tokio::test]
async fn a_form_from_another_site_is_refused_in_every_encoding() {
    let (world, _) = world().await;
    let owner = world.sign_in(&world.ours, Role::Owner).await;
    for multipart in [false, true] {
        for (headers, status) in [
            (vec![("sec-fetch-site", "same-origin")], 303),
            (vec![("sec-fetch-site", "none")], 303),
            (vec![("sec-fetch-site", "cross-site")], 403),
            (vec![("sec-fetch-site", "same-site")], 403),
            (vec![("origin", "http://kakari.test")], 303),
            (vec![("origin", "http://evil.test")], 403),
            (vec![("origin", "null")], 403),
            (vec![("origin", "http://kakari.test"), ("sec-fetch-site", "cross-site")], 403),
            (vec![], 303),
        ] {
            assert_eq!(post(&world, &owner, &headers, multipart).await, status, "{headers:?} {multipart}");
        }
    }
}

#[tokio::test]
async fn a_form_with_a_missing_or_foreign_token_is_refused() {
    let (world, _) = world().await;
    let owner = world.sign_in(&world.ours, Role::Owner).await;
    let other = world.sign_in(&world.ours, Role::Owner).await;
    for csrf in [String::new(), "0".repeat(64), other.csrf] {
        for multipart in [false, true] {
            let visit = Visit { csrf: csrf.clone(), ..owner.clone() };
            assert_eq!(post(&world, &visit, &[("sec-fetch-site", "same-origin")], multipart).await, 403);
        }
    }
}

#[tokio::test]
async fn a_sign_in_form_from_another_site_is_refused() {
    let (world, router) = world().await;
    let request = world
        .stranger()
        .builder(Method::POST, "/sign-in")
        .header("sec-fetch-site", "cross-site")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from("email=a%40b.example&password=x"))
        .unwrap();
    assert_eq!(request_to(&router, request).await.status, 403);
}

#[tokio::test]
async fn the_visitors_address_is_what_a_trusted_proxy_says_and_nobody_elses_word() {
    use kakari_identity::{Settings, testing::settings};
    for (trusted, expect) in [(vec!["192.0.2.7".parse().unwrap()], "203.0.113.9"), (vec![], "192.0.2.7")] {
        let world = World::with(&[], Settings { trusted_proxies: trusted, ..settings() }).await;
        let router = crate::router(&world);
        let request = world
            .stranger()
            .builder(Method::POST, "/sign-in")
            .header("x-forwarded-for", "198.51.100.1, 203.0.113.9")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from("email=advisor0%40ours.example&password=x"))
            .unwrap();
        assert_eq!(request_to(&router, request).await.status, 422);
        let admin = world.sign_in(&world.ours, Role::Admin).await;
        let page = admin.get(&router, "/audit?act=sign_in.refuse").await.body;
        assert!(page.contains(expect), "{expect}");
    }
}
