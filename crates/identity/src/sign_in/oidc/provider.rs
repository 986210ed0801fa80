//! The talk with the identity provider: where it is, which keys it signs with, what it says about a code.
//!
//! Its description and keys are read anew for each step, so a new key needs no restart.

use std::time::{Duration, SystemTime};

use futures_util::future::BoxFuture;
use kakari_kernel::{Error, Result};
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreJwsSigningAlgorithm as Algorithm, CoreProviderMetadata,
};
use openidconnect::url::{Origin, Url};
use openidconnect::{
    AsyncHttpClient, AuthorizationCode, CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    HttpRequest, HttpResponse, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError,
    Scope, TokenResponse as _, http, reqwest,
};

use super::Issuer;
use super::enter::Bound;
use crate::App;

/// For one request; a sign-in makes three.
const LONGEST: Duration = Duration::from_secs(10);
/// A description and a set of keys are a few KiB.
const LARGEST_BYTES: usize = 256 << 10;
/// How long ago the person may have proved themselves at the identity provider when it is asked.
const FRESH: Duration = Duration::from_secs(5 * 60);
/// Beside [`FRESH`], for the way through the browser and for clocks that differ.
const ON_THE_WAY: Duration = Duration::from_secs(6 * 60);
/// Signatures by a key that only the issuer has; never by the secret that both sides know.
const ALGORITHMS: [Algorithm; 6] = [
    Algorithm::RsaSsaPkcs1V15Sha256,
    Algorithm::RsaSsaPssSha256,
    Algorithm::EcdsaP256Sha256,
    Algorithm::EcdsaP384Sha384,
    Algorithm::EdDsa,
    Algorithm::RsaSsaPkcs1V15Sha512,
];

/// Why there is no proof. The text is for the log.
#[derive(Debug)]
pub(super) enum Failed {
    /// The identity provider cannot be asked, or makes no sense.
    Away(String),
    /// It was asked, and what it said is no proof.
    Refused(String),
}

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Requests to one address and to no other.
struct Wire {
    http: reqwest::Client,
    origin: Origin,
}

/// Where to send the browser.
pub(super) async fn begin(app: &App, issuer: &Issuer, bound: &Bound) -> Result<String, Failed> {
    let wire = Wire::to(issuer)?;
    let client = client(app, issuer, &wire).await?;
    let (state, nonce) = (bound.state.clone(), bound.nonce.clone());
    let verifier = PkceCodeVerifier::new(bound.verifier.clone());
    let flow = CoreAuthenticationFlow::AuthorizationCode;
    let (address, _, _) = client
        .authorize_url(flow, move || CsrfToken::new(state), move || Nonce::new(nonce))
        .add_scope(Scope::new("email".into()))
        .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
        .set_max_age(FRESH)
        .url();
    Ok(address.into())
}

/// The verified mail address of the person that the code stands for.
pub(super) async fn mail_of(app: &App, issuer: &Issuer, code: &str, bound: &Bound) -> Result<String, Failed> {
    let wire = Wire::to(issuer)?;
    let client = client(app, issuer, &wire).await?;
    let refused = |why: &dyn std::fmt::Display| Failed::Refused(why.to_string());
    let answer = client
        .exchange_code(AuthorizationCode::new(code.to_owned()))
        .map_err(|error| Failed::Away(error.to_string()))?
        .set_pkce_verifier(PkceCodeVerifier::new(bound.verifier.clone()))
        .request_async(&wire)
        .await
        .map_err(|error| match error {
            RequestTokenError::ServerResponse(_) => refused(&error),
            _ => Failed::Away(error.to_string()),
        })?;
    let token = answer.id_token().ok_or_else(|| refused(&"the answer has no ID token"))?;
    let now = SystemTime::from(app.clock.now());
    let verifier = client
        .id_token_verifier()
        .set_allowed_algs(ALGORITHMS)
        .set_time_fn(move || now.into())
        .set_auth_time_verifier_fn(move |proved| match proved.map(SystemTime::from) {
            Some(proved) if proved + FRESH + ON_THE_WAY >= now => Ok(()),
            Some(_) => Err("the proof at the identity provider is too old".into()),
            None => Err("the ID token has no auth_time".into()),
        });
    let claims =
        token.claims(&verifier, &Nonce::new(bound.nonce.clone())).map_err(|error| refused(&error))?;
    match (claims.email(), claims.email_verified()) {
        (Some(email), Some(true)) => Ok(email.to_lowercase()),
        _ => Err(refused(&"the ID token has no verified mail address")),
    }
}

async fn client(app: &App, issuer: &Issuer, wire: &Wire) -> Result<Client, Failed> {
    let away = |why: &dyn std::fmt::Display| Failed::Away(why.to_string());
    let described = CoreProviderMetadata::discover_async(issuer.url.clone(), wire).await;
    let described = described.map_err(|error| away(&error))?;
    let back = format!("{}/sign-in/oidc/return", app.settings.base_url);
    let back = RedirectUrl::new(back).map_err(|error| away(&error))?;
    let secret = Some(issuer.client_secret.clone());
    Ok(CoreClient::from_provider_metadata(described, issuer.client_id.clone(), secret).set_redirect_uri(back))
}

impl<'c> AsyncHttpClient<'c> for Wire {
    type Error = Error;
    type Future = BoxFuture<'c, Result<HttpResponse>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.fetch(request))
    }
}

impl Wire {
    fn to(issuer: &Issuer) -> Result<Self, Failed> {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(LONGEST)
            .build()
            .map_err(|error| Failed::Away(error.to_string()))?;
        Ok(Self { http, origin: issuer.origin() })
    }

    async fn fetch(&self, request: HttpRequest) -> Result<HttpResponse> {
        let unavailable = |why: &dyn std::fmt::Display| Error::Unavailable(why.to_string());
        let at = request.uri().to_string();
        if Url::parse(&at).map(|url| url.origin()).as_ref() != Ok(&self.origin) {
            return Err(unavailable(&format!("{at} is not an address of the issuer")));
        }
        let request = reqwest::Request::try_from(request).map_err(|error| unavailable(&error))?;
        let mut answer = self.http.execute(request).await.map_err(|error| unavailable(&error))?;
        let mut body = Vec::new();
        while let Some(piece) = answer.chunk().await.map_err(|error| unavailable(&error))? {
            if body.len() + piece.len() > LARGEST_BYTES {
                return Err(unavailable(&format!("{at} answers with more than {LARGEST_BYTES} bytes")));
            }
            body.extend_from_slice(&piece);
        }
        let mut whole = http::Response::new(body);
        *whole.status_mut() = answer.status();
        *whole.headers_mut() = answer.headers().clone();
        Ok(whole)
    }
}
