//! Forms, headers and assets as a router serves them.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use axum::routing::post;
use kakari_ui::{Form, assets, assets_router, set_security_headers};
use tower::ServiceExt as _;

async fn read(mut form: Form) -> String {
    let people = form.number("people", 1..=9_999);
    let file = form.file("ledger").map(|file| (file.file_name, file.bytes));
    format!("{} {people:?} {:?} {file:?} {}", form.raw("name"), form.all("has"), form.csrf())
}

fn router() -> Router {
    Router::new()
        .route("/form", post(read))
        .merge(assets_router())
        .layer(axum::middleware::map_response(set_security_headers))
}

async fn send(request: Request<Body>) -> (StatusCode, header::HeaderMap, String) {
    let response = router().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    (parts.status, parts.headers, String::from_utf8_lossy(&body).into_owned())
}

fn form(content_type: &str, body: impl Into<Body>) -> Request<Body> {
    Request::post("/form").header(header::CONTENT_TYPE, content_type).body(body.into()).unwrap()
}

#[tokio::test]
async fn an_urlencoded_form_is_read_with_repeated_fields() {
    let body = "name=%E8%A6%8B%E6%9C%AC&people=%EF%BC%91%EF%BC%92&has=pc&has=nas&csrf=token";
    let (status, _, text) = send(form("application/x-www-form-urlencoded", body)).await;
    assert_eq!((status, text.as_str()), (StatusCode::OK, r#"見本 Some(12) ["pc", "nas"] None token"#));
}

#[tokio::test]
async fn a_multipart_form_is_read_with_its_file() {
    let body = "--x\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\n見本\r\n\
        --x\r\nContent-Disposition: form-data; name=\"ledger\"; filename=\"台帳.csv\"\r\n\r\na,b\r\n--x--\r\n";
    let (status, _, text) = send(form("multipart/form-data; boundary=x", body)).await;
    assert_eq!((status, text.as_str()), (StatusCode::OK, "見本 None [] Some((\"台帳.csv\", [97, 44, 98])) "));
}

#[tokio::test]
async fn a_form_that_is_none_or_far_too_large_is_refused() {
    for request in [
        form("application/json", "{}"),
        form("multipart/form-data; boundary=x", "--x\r\nbroken"),
        form("application/x-www-form-urlencoded", "a=1&".repeat(2_001)),
        form("application/x-www-form-urlencoded", "a".repeat(3_000_000)),
    ] {
        assert_eq!(send(request).await.0, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn assets_may_be_kept_for_ever_under_the_name_of_their_content() {
    for asset in assets::all() {
        let (status, headers, body) = send(Request::get(&asset.href).body(Body::empty()).unwrap()).await;
        assert_eq!(status, StatusCode::OK, "{}", asset.name);
        assert_eq!(headers[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
        assert_eq!(headers[header::CONTENT_TYPE], asset.media_type);
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert!(
            headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().starts_with("default-src 'none';")
        );
        assert_eq!(body, asset.body);
    }
    let outdated = Request::get("/assets/app.000000000000.js").body(Body::empty()).unwrap();
    assert_eq!(send(outdated).await.0, StatusCode::NOT_FOUND);
}

#[test]
fn the_script_stays_small_and_the_vendored_one_is_whole() {
    let size = |name: &str| assets::all().iter().find(|asset| asset.name == name).unwrap().body.len();
    assert!(size("app.js") < 2_048, "{}", size("app.js"));
    assert_eq!(size("htmx.js"), 52_182);
}
