//! Passkeys, with an authenticator made of software: an Ed25519 key and the bytes that the standard prescribes.

use axum::Router;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kakari_identity::testing::{Answer, Visit, World};
use kakari_kernel::Role;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};

use crate::{hidden, world};

const ORIGIN: &str = "http://kakari.test";
/// User present, user verified.
const VERIFIED: u8 = 0x05;
const ATTESTED: u8 = 0x40;

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

struct Authenticator {
    key: Ed25519KeyPair,
    id: [u8; 32],
    user: String,
}

impl Authenticator {
    fn data(flags: u8) -> Vec<u8> {
        [&Sha256::digest("kakari.test")[..], &[flags], &[0; 4]].concat()
    }

    fn client_data(kind: &str, options: &Json, origin: &str) -> Vec<u8> {
        let challenge = &options["challenge"];
        json!({ "type": kind, "challenge": challenge, "origin": origin, "crossOrigin": false })
            .to_string()
            .into()
    }

    /// Makes a key and the answer that a browser would send.
    fn create(options: &Json, seed: u8, origin: &str) -> (Self, Json) {
        let key = Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap();
        let user = options["user"]["id"].as_str().unwrap().to_owned();
        let this = Self { key, id: [seed; 32], user };
        // COSE: key type OKP, algorithm EdDSA, curve Ed25519, x.
        let cose =
            [&[0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 32][..], this.key.public_key().as_ref()].concat();
        let data = [&Self::data(VERIFIED | ATTESTED)[..], &[0; 16], &[0, 32], &this.id, &cose].concat();
        // CBOR: {"fmt": "none", "attStmt": {}, "authData": data}.
        let length = u8::try_from(data.len()).unwrap();
        let object =
            [b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".as_slice(), &[length], &data].concat();
        let answer = json!({
            "id": encode(this.id), "rawId": encode(this.id), "type": "public-key",
            "authenticatorAttachment": "platform", "clientExtensionResults": { "credProps": { "rk": true } },
            "response": {
                "clientDataJSON": encode(Self::client_data("webauthn.create", options, origin)),
                "attestationObject": encode(object), "transports": ["internal"],
            },
        });
        (this, answer)
    }

    /// Proves the key for a sign-in.
    fn get(&self, options: &Json, origin: &str, flags: u8) -> Json {
        let client_data = Self::client_data("webauthn.get", options, origin);
        let data = Self::data(flags);
        let signature = self.key.sign(&[&data[..], &Sha256::digest(&client_data)].concat());
        json!({
            "id": encode(self.id), "rawId": encode(self.id), "type": "public-key",
            "authenticatorAttachment": "platform", "clientExtensionResults": {},
            "response": {
                "clientDataJSON": encode(client_data), "authenticatorData": encode(data),
                "signature": encode(signature), "userHandle": self.user,
            },
        })
    }
}

async fn begin(visit: &Visit, router: &Router, path: &str) -> (String, Json) {
    let begun = visit.post(router, path, &[]).await;
    assert_eq!(begun.status, 200, "{}", begun.body);
    let begun: Json = serde_json::from_str(&begun.body).unwrap();
    (begun["step"].as_str().unwrap().to_owned(), begun["options"].clone())
}

async fn register(world: &World, router: &Router, role: Role, seed: u8) -> Authenticator {
    let visit = world.sign_in(&world.ours, role).await;
    let (step, options) = begin(&visit, router, "/me/passkeys/begin").await;
    assert_eq!(options["rp"]["id"], "kakari.test");
    // Authenticators that cannot enforce the policy themselves are welcome.
    assert_eq!(options["extensions"].get("enforceCredentialProtectionPolicy"), None);
    let (key, answer) = Authenticator::create(&options, seed, ORIGIN);
    let fields =
        [("step", step.as_str()), ("credential", &answer.to_string()), ("passkey_name", "受付の端末")];
    let done = visit.post(router, "/me/passkeys", &fields).await;
    assert_eq!((done.status, done.location()), (303, "/me"), "{}", done.body);
    assert!(visit.get(router, "/me").await.body.contains("受付の端末"));
    key
}

async fn enter(world: &World, router: &Router, step: &str, answer: &Json) -> Answer {
    let fields = [("step", step), ("credential", &answer.to_string()), ("back", "/me")];
    world.stranger().post(router, "/sign-in/passkey", &fields).await
}

#[tokio::test]
async fn a_passkey_signs_in_and_its_answer_works_once() {
    let (world, router) = world().await;
    let key = register(&world, &router, Role::Advisor, 3).await;
    let (step, options) = begin(&world.stranger(), &router, "/sign-in/passkey/begin").await;
    let answer = key.get(&options, ORIGIN, VERIFIED);
    let entered = enter(&world, &router, &step, &answer).await;
    assert_eq!((entered.status, entered.location()), (303, "/me"), "{}", entered.body);
    let visit = Visit { cookie: entered.session_cookie(), csrf: String::new() };
    assert!(visit.get(&router, "/me").await.body.contains("advisor0@ours.example"));
    assert_eq!(enter(&world, &router, &step, &answer).await.session_cookie(), None);
}

#[tokio::test]
async fn an_answer_for_another_page_another_challenge_or_without_a_finger_is_refused() {
    let (world, router) = world().await;
    let key = register(&world, &router, Role::Advisor, 3).await;
    let (step, options) = begin(&world.stranger(), &router, "/sign-in/passkey/begin").await;
    let other = json!({ "challenge": encode([1; 16]) });
    let stranger = Authenticator {
        key: Ed25519KeyPair::from_seed_unchecked(&[9; 32]).unwrap(),
        id: key.id,
        user: key.user.clone(),
    };
    for wrong in [
        key.get(&options, "http://kakari.test.evil.example", VERIFIED),
        key.get(&other, ORIGIN, VERIFIED),
        key.get(&options, ORIGIN, 0x01),
        stranger.get(&options, ORIGIN, VERIFIED),
        json!({ "not": "an answer" }),
    ] {
        let refused = enter(&world, &router, &step, &wrong).await;
        assert_eq!(refused.session_cookie(), None, "{wrong}");
        assert!(refused.location().starts_with("/sign-in?"));
    }
    assert!(
        enter(&world, &router, &step, &key.get(&options, ORIGIN, VERIFIED)).await.session_cookie().is_some()
    );
}

#[tokio::test]
async fn a_disabled_persons_passkey_opens_nothing() {
    let (world, router) = world().await;
    let key = register(&world, &router, Role::Owner, 4).await;
    let advisor = world.sign_in(&world.ours, Role::Advisor).await;
    let path = format!("/c/{}/people/{}/disable", world.ours.client, world.ours.person(Role::Owner));
    assert_eq!(advisor.post(&router, &path, &[]).await.status, 303);
    let (step, options) = begin(&world.stranger(), &router, "/sign-in/passkey/begin").await;
    assert_eq!(
        enter(&world, &router, &step, &key.get(&options, ORIGIN, VERIFIED)).await.session_cookie(),
        None
    );
}

#[tokio::test]
async fn a_registration_from_another_page_or_of_another_person_is_refused() {
    let (world, router) = world().await;
    let advisor = world.sign_in(&world.ours, Role::Advisor).await;
    let owner = world.sign_in(&world.theirs, Role::Owner).await;
    let (step, options) = begin(&advisor, &router, "/me/passkeys/begin").await;
    let send = async |visit: &Visit, origin: &str| {
        let (_, answer) = Authenticator::create(&options, 5, origin);
        visit
            .post(&router, "/me/passkeys", &[("step", &step), ("credential", &answer.to_string())])
            .await
            .status
    };
    assert_eq!(send(&advisor, "http://evil.example").await, 422);
    assert_eq!(send(&owner, ORIGIN).await, 404);
    assert_eq!(send(&advisor, ORIGIN).await, 303);
}

#[tokio::test]
async fn a_passkey_is_removed_by_its_owner_only() {
    let (world, router) = world().await;
    register(&world, &router, Role::Advisor, 6).await;
    let advisor = world.sign_in(&world.ours, Role::Advisor).await;
    let id = hidden(&advisor.get(&router, "/me").await.body, "credential_id");
    let thief = world.sign_in(&world.ours, Role::Operator).await;
    assert_eq!(thief.post(&router, "/me/passkeys/remove", &[("credential_id", &id)]).await.status, 404);
    assert_eq!(advisor.post(&router, "/me/passkeys/remove", &[("credential_id", &id)]).await.status, 303);
    assert!(!advisor.get(&router, "/me").await.body.contains("受付の端末"));
}

#[tokio::test]
async fn challenges_are_not_handed_out_without_end() {
    let (world, router) = world().await;
    let mut last = 0;
    for _ in 0..31 {
        last = world.stranger().post(&router, "/sign-in/passkey/begin", &[]).await.status;
    }
    assert_eq!(last, 429);
}
