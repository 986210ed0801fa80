//! Sign-in at an identity provider, told by a small one on loopback with a key made at run time.

use std::sync::{Arc, Mutex};

use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use kakari_identity::testing::{Answer, Visit, World, settings};
use kakari_identity::{Issuer, Settings};
use kakari_store::Unaudited;
use ring::hmac;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::router;

const CLIENT: (&str, &str) = ("kakari", "a secret of both");
const EMAIL: &str = "advisor0@ours.example";

/// What the provider knows and how it behaves.
struct Knowledge {
    issuer: String,
    /// Signs.
    key: EcdsaKeyPair,
    /// The point of the key that it says it signs with.
    published: Vec<u8>,
    algorithm: &'static str,
    now: Timestamp,
    /// What the browser was sent with.
    nonce: String,
    challenge: String,
    /// Claims that replace or, when null, remove the right ones.
    odd: serde_json::Value,
    /// Replaces parts of its description.
    odd_description: serde_json::Value,
    tokens_asked: usize,
}

type Shared = Arc<Mutex<Knowledge>>;

struct Provider {
    shared: Shared,
    task: tokio::task::JoinHandle<()>,
}

impl Provider {
    /// The provider, and a world that knows it.
    async fn with_world() -> (Self, World, Router) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let issuer = Issuer::new("社内ID", &address, CLIENT.0, CLIENT.1).unwrap();
        let world = World::with(&[], Settings { issuer: Some(issuer), ..settings() }).await;
        let key = new_key();
        let shared = Arc::new(Mutex::new(Knowledge {
            issuer: address,
            published: key.public_key().as_ref()[1..].to_vec(),
            key,
            algorithm: "ES256",
            now: world.app.clock.now(),
            nonce: String::new(),
            challenge: String::new(),
            odd: json!({}),
            odd_description: json!({}),
            tokens_asked: 0,
        }));
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(description))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(Arc::clone(&shared));
        let task = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        let pages = router(&world);
        (Self { shared, task }, world, pages)
    }

    fn set(&self, change: impl FnOnce(&mut Knowledge)) {
        change(&mut self.shared.lock().unwrap());
    }

    async fn stop(self) {
        self.task.abort();
        assert!(self.task.await.unwrap_err().is_cancelled());
    }

    /// What a browser does: away, and back with a code. Gives the cookie and the way back.
    async fn go(&self, world: &World, router: &Router) -> (Visit, String) {
        let away = world.stranger().get(router, "/sign-in/oidc?back=%2Fme").await;
        assert_eq!(away.status, 303, "{}", away.body);
        let asked = query(away.location());
        let value = |name: &str| asked.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        assert_eq!(value("response_type").as_deref(), Some("code"));
        assert_eq!(value("redirect_uri").as_deref(), Some("http://kakari.test/sign-in/oidc/return"));
        assert_eq!(value("code_challenge_method").as_deref(), Some("S256"));
        self.set(|provider| {
            provider.nonce = value("nonce").unwrap();
            provider.challenge = value("code_challenge").unwrap();
        });
        let set = away.headers["set-cookie"].to_str().unwrap();
        assert!(set.contains("; HttpOnly; SameSite=Lax; Max-Age=300"), "{set}");
        let cookie = set.split(';').next().map(str::to_owned);
        let state = value("state").unwrap();
        (Visit { cookie, csrf: String::new() }, format!("/sign-in/oidc/return?code=the-code&state={state}"))
    }

    /// The whole way with a token that is odd.
    async fn enter(&self, world: &World, router: &Router, odd: serde_json::Value) -> Answer {
        self.set(|provider| provider.odd = odd);
        let (browser, back) = self.go(world, router).await;
        browser.get(router, &back).await
    }
}

fn new_key() -> EcdsaKeyPair {
    let (algorithm, chance) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
    let key = EcdsaKeyPair::generate_pkcs8(algorithm, &chance).unwrap();
    EcdsaKeyPair::from_pkcs8(algorithm, key.as_ref(), &chance).unwrap()
}

fn query(address: &str) -> Vec<(String, String)> {
    let (_, query) = address.split_once('?').unwrap();
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

async fn description(State(shared): State<Shared>) -> Json<serde_json::Value> {
    let provider = shared.lock().unwrap();
    let at = |path: &str| format!("{}/{path}", provider.issuer);
    let mut described = json!({
        "issuer": provider.issuer, "authorization_endpoint": at("enter"), "token_endpoint": at("token"),
        "jwks_uri": at("keys"), "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
    });
    replace(&mut described, &provider.odd_description);
    Json(described)
}

async fn keys(State(shared): State<Shared>) -> Json<serde_json::Value> {
    let provider = shared.lock().unwrap();
    let (x, y) = provider.published.split_at(32);
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let key = json!({
        "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "one", "x": text(x), "y": text(y),
    });
    Json(json!({ "keys": [key] }))
}

async fn token(
    State(shared): State<Shared>,
    head: HeaderMap,
    Form(form): Form<Vec<(String, String)>>,
) -> Response {
    let mut provider = shared.lock().unwrap();
    provider.tokens_asked += 1;
    let value = |name: &str| form.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    let (id, secret) = CLIENT;
    let encoded = secret.replace(' ', "+");
    let basic = format!("Basic {}", STANDARD.encode(format!("{id}:{encoded}")));
    let proof = URL_SAFE_NO_PAD.encode(Sha256::digest(value("code_verifier")));
    let right = head["authorization"] == basic.as_str()
        && value("code") == "the-code"
        && value("redirect_uri") == "http://kakari.test/sign-in/oidc/return"
        && proof == provider.challenge;
    if !right {
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))).into_response();
    }
    let now = provider.now.as_second();
    let mut claims = json!({
        "iss": provider.issuer, "aud": id, "sub": "248289761001", "iat": now, "exp": now + 300,
        "auth_time": now - 60, "nonce": provider.nonce, "email": EMAIL, "email_verified": true,
    });
    replace(&mut claims, &provider.odd);
    let part = |json: &serde_json::Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let signed = format!("{}.{}", part(&json!({ "alg": provider.algorithm, "kid": "one" })), part(&claims));
    let by_secret = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let signature = match provider.algorithm {
        "ES256" => provider.key.sign(&SystemRandom::new(), signed.as_bytes()).unwrap().as_ref().to_vec(),
        "HS256" => hmac::sign(&by_secret, signed.as_bytes()).as_ref().to_vec(),
        _ => Vec::new(),
    };
    let id_token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature));
    let answer = json!({ "access_token": "x", "token_type": "Bearer", "id_token": id_token });
    Json(answer).into_response()
}

fn replace(json: &mut serde_json::Value, odd: &serde_json::Value) {
    let json = json.as_object_mut().unwrap();
    for (key, value) in odd.as_object().unwrap() {
        if value.is_null() {
            json.remove(key);
        } else {
            json.insert(key.clone(), value.clone());
        }
    }
}

/// The newest entry of the sign-in, with its detail.
async fn newest_entry(world: &World) -> (String, String) {
    let mut conn = world.app.db.read().await.unwrap();
    let sql =
        "SELECT act, detail FROM audit WHERE act LIKE 'sign_in.%' ORDER BY at_ms DESC, seq DESC LIMIT 1";
    let row = conn.system().first(sql, &[]).await.unwrap().expect("an entry");
    (row.text("act").unwrap(), row.text("detail").unwrap())
}

async fn assert_refused(world: &World, answer: &Answer, what: &str) {
    assert_eq!((answer.status, answer.session_cookie()), (403, None), "{what}: {}", answer.body);
    assert!(answer.main().contains("サインインできませんでした"), "{what}");
    let (act, detail) = newest_entry(world).await;
    assert!(act == "sign_in.refuse" && detail.contains("identity_provider"), "{what}: {act} {detail}");
}

#[tokio::test]
async fn staff_sign_in_at_the_identity_provider() {
    let (provider, world, router) = Provider::with_world().await;
    let page = world.stranger().get(&router, "/sign-in?back=%2Fme").await;
    assert!(
        page.body.contains("社内IDでサインインする") && page.body.contains("/sign-in/oidc?back="),
        "{}",
        page.body
    );
    // Mail addresses are the same in capitals.
    let entered = provider.enter(&world, &router, json!({ "email": "Advisor0@Ours.example" })).await;
    assert_eq!((entered.status, entered.location()), (303, "/me"), "{}", entered.body);
    let signed = Visit { cookie: entered.session_cookie(), csrf: String::new() };
    assert_eq!(signed.get(&router, "/").await.location(), "/round");
    let (act, detail) = newest_entry(&world).await;
    assert!(act == "sign_in.enter" && detail.contains("identity_provider"), "{act} {detail}");
    let gone = entered.headers.get_all("set-cookie").iter().any(|cookie| {
        cookie.to_str().unwrap().starts_with("kakari_oidc=;")
            && cookie.to_str().unwrap().contains("Max-Age=0")
    });
    assert!(gone, "{:?}", entered.headers);
}

#[tokio::test]
async fn a_token_that_is_no_proof_lets_nobody_in() {
    let (provider, world, router) = Provider::with_world().await;
    for (what, odd) in [
        ("another sign-in's nonce", json!({ "nonce": "another" })),
        ("no nonce", json!({ "nonce": null })),
        ("for another program", json!({ "aud": "another" })),
        ("for another program too", json!({ "aud": ["kakari", "another"] })),
        ("from another issuer", json!({ "iss": "http://127.0.0.1:1" })),
        ("expired", json!({ "exp": 1 })),
        ("mail address not verified", json!({ "email_verified": false })),
        ("nothing about verification", json!({ "email_verified": null })),
        ("no mail address", json!({ "email": null })),
        ("proved long ago", json!({ "auth_time": 1 })),
        ("nobody knows when proved", json!({ "auth_time": null })),
        ("nobody of us", json!({ "email": "nobody@ours.example" })),
        ("an owner", json!({ "email": "owner4@ours.example" })),
        ("another provider's staff", json!({ "email": "advisor0@theirs.example" })),
    ] {
        let answer = provider.enter(&world, &router, odd).await;
        assert_refused(&world, &answer, what).await;
        // Time forgives two attempts, so that the address stays open.
        world.clock.advance(SignedDuration::from_mins(20));
        provider.set(|provider| provider.now = world.app.clock.now());
    }
    let answer = provider.enter(&world, &router, json!({})).await;
    assert_eq!(answer.status, 303, "the same with a right token: {}", answer.body);
}

#[tokio::test]
async fn a_token_that_the_issuer_did_not_sign_lets_nobody_in() {
    let (provider, world, router) = Provider::with_world().await;
    for algorithm in ["HS256", "none"] {
        provider.set(|provider| provider.algorithm = algorithm);
        assert_refused(&world, &provider.enter(&world, &router, json!({})).await, algorithm).await;
    }
    provider.set(|provider| {
        provider.algorithm = "ES256";
        provider.key = new_key();
    });
    assert_refused(&world, &provider.enter(&world, &router, json!({})).await, "another key").await;
}

#[tokio::test]
async fn whoever_set_up_codes_is_asked_for_one() {
    let (provider, world, router) = Provider::with_world().await;
    let mut tx = world.app.db.begin().await.unwrap();
    let sql = "UPDATE person SET totp_secret = 'sealed' WHERE email = 'advisor0@ours.example'";
    tx.system().execute(sql, &[]).await.unwrap();
    tx.commit_unaudited(Unaudited::Derived).await.unwrap();
    let answer = provider.enter(&world, &router, json!({})).await;
    assert_eq!((answer.status, answer.session_cookie()), (200, None));
    assert!(answer.body.contains("name=\"step\""), "{}", answer.body);
}

#[tokio::test]
async fn a_disabled_person_stays_outside() {
    let (provider, world, router) = Provider::with_world().await;
    let mut tx = world.app.db.begin().await.unwrap();
    let mut system = tx.system();
    system
        .execute("UPDATE person SET disabled = 1 WHERE email = 'advisor0@ours.example'", &[])
        .await
        .unwrap();
    tx.commit_unaudited(Unaudited::Derived).await.unwrap();
    let answer = provider.enter(&world, &router, json!({})).await;
    assert_refused(&world, &answer, "disabled").await;
}

#[tokio::test]
async fn an_answer_works_once_in_the_browser_that_asked_and_not_for_long() {
    let (provider, world, router) = Provider::with_world().await;
    let (browser, back) = provider.go(&world, &router).await;
    assert_refused(&world, &world.stranger().get(&router, &back).await, "another browser").await;
    let (other, _) = provider.go(&world, &router).await;
    assert_refused(&world, &other.get(&router, &back).await, "another sign-in's cookie").await;
    let changed = Visit { cookie: browser.cookie.clone().map(|cookie| cookie + "A"), csrf: String::new() };
    assert_refused(&world, &changed.get(&router, &back).await, "a changed cookie").await;
    let (browser, back) = provider.go(&world, &router).await;
    assert_eq!(browser.get(&router, &back).await.status, 303);
    let asked = provider.shared.lock().unwrap().tokens_asked;
    assert_refused(&world, &browser.get(&router, &back).await, "replayed").await;
    assert_eq!(provider.shared.lock().unwrap().tokens_asked, asked, "the code was not sent again");
    let (browser, back) = provider.go(&world, &router).await;
    world.clock.advance(SignedDuration::from_mins(5));
    assert_refused(&world, &browser.get(&router, &back).await, "too late").await;
}

#[tokio::test]
async fn only_the_issuer_is_contacted_and_only_for_a_while() {
    let (provider, world, router) = Provider::with_world().await;
    let elsewhere = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let keys = format!("http://{}/keys", elsewhere.local_addr().unwrap());
    for odd in [
        json!({ "jwks_uri": keys }),
        json!({ "issuer": "http://127.0.0.1:1" }),
        json!({ "padding": "x".repeat(300 << 10) }),
    ] {
        provider.set(|provider| provider.odd_description = odd);
        let answer = world.stranger().get(&router, "/sign-in/oidc").await;
        assert_eq!(answer.status, 503, "{}", answer.body);
    }
    let nobody_came = tokio::time::timeout(std::time::Duration::from_millis(50), elsewhere.accept()).await;
    assert!(nobody_came.is_err());
}

#[tokio::test]
async fn without_the_issuer_a_page_says_so_and_it_is_written_down() {
    let (provider, world, router) = Provider::with_world().await;
    let (browser, back) = provider.go(&world, &router).await;
    provider.stop().await;
    for answer in [browser.get(&router, &back).await, world.stranger().get(&router, "/sign-in/oidc").await] {
        assert_eq!((answer.status, answer.session_cookie()), (503, None));
        assert!(answer.main().contains("社内の認証サービスに接続できません"));
        assert_eq!(newest_entry(&world).await.0, "sign_in.refuse");
    }
}

#[tokio::test]
async fn without_an_identity_provider_there_is_no_such_way() {
    let (world, router) = crate::world().await;
    assert_eq!(world.stranger().get(&router, "/sign-in/oidc").await.status, 404);
    assert_eq!(world.stranger().get(&router, "/sign-in/oidc/return?state=x&code=x").await.status, 404);
    assert!(!world.stranger().get(&router, "/sign-in").await.body.contains("/sign-in/oidc"));
}
