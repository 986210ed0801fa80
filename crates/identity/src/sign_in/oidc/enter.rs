//! The two steps in the browser: away to the identity provider, and back.

use axum::extract::{Query, State};
use axum::http::header::SET_COOKIE;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use kakari_kernel::{Error, Result};
use kakari_store::Unaudited;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::provider::{self, Failed};
use crate::App;
use crate::people::{self, Person};
use crate::sign_in::password_form::{Back, refused};
use crate::sign_in::session::{self, Proof};
use crate::sign_in::{limits, second_factor, step, store};
use crate::web::{Visitor, WebResult, constant_time_eq, cookie, local_path, new_secret, open, seal};

const STEP: &str = "oidc";
/// The word in the audit entry of a refused sign-in.
const WITH: &str = "identity_provider";

/// What binds the answer to the browser; travels sealed.
#[derive(Serialize, Deserialize)]
pub(super) struct Bound {
    /// Also the secret of a step, so that it works once and not for long.
    pub(super) state: String,
    pub(super) nonce: String,
    /// Of PKCE: whoever takes the code cannot use it without this.
    pub(super) verifier: String,
    back: String,
}

/// What the identity provider sends the browser back with.
#[derive(Deserialize)]
pub(super) struct Answer {
    #[serde(default)]
    state: String,
    /// Missing when it refused.
    #[serde(default)]
    code: String,
}

/// The button on the sign-in page: name and address. Null without an identity provider.
pub(in crate::sign_in) fn button(app: &App, back: &str) -> Json {
    app.settings.issuer.as_ref().map_or(Json::Null, |issuer| {
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("back", back).finish();
        json!({ "name": issuer.name, "address": format!("/sign-in/oidc?{query}") })
    })
}

pub(super) async fn begin(State(app): State<App>, visitor: Visitor, Query(query): Query<Back>) -> WebResult {
    let issuer = app.settings.issuer.as_ref().ok_or(Error::NotFound)?;
    limits::count_address(&app, &visitor.from).await?;
    let bound = Bound {
        state: step::remember(&app, STEP, &()).await?,
        nonce: new_secret(&app),
        verifier: new_secret(&app),
        back: local_path(&query.back),
    };
    let away = match provider::begin(&app, issuer, &bound).await {
        Ok(address) => Redirect::to(&address).into_response(),
        Err(failed) => return no_entry(&app, &visitor, None, failed).await,
    };
    let plain = serde_json::to_vec(&bound).map_err(Error::internal)?;
    Ok(with_cookie(&app, away, &seal(&app, STEP, &plain)?)?)
}

pub(super) async fn finish(
    State(app): State<App>,
    visitor: Visitor,
    parts: Parts,
    Query(answer): Query<Answer>,
) -> WebResult {
    let response = match proved(&app, &parts, &answer).await? {
        Ok((person, back)) if person.totp => second_factor::ask(&app, &visitor.page, &person, &back).await?,
        Ok((person, back)) => {
            let mut tx = app.db.begin().await?;
            limits::succeeded(&app, &mut tx, &person.email, &visitor.from).await?;
            session::begin(&app, tx, &visitor, &person, Proof::IdentityProvider, &back).await?
        }
        Err((person, failed)) => {
            // An answer that was asked for is counted already; this bounds those that nobody asked for.
            limits::count_address(&app, &visitor.from).await?;
            no_entry(&app, &visitor, person.as_ref(), failed).await?
        }
    };
    Ok(with_cookie(&app, response, "")?)
}

/// The person that the answer proves and where they wanted to go, or why not and who it would have been.
async fn proved(
    app: &App,
    parts: &Parts,
    answer: &Answer,
) -> Result<Result<(Person, String), (Option<Person>, Failed)>> {
    let issuer = app.settings.issuer.as_ref().ok_or(Error::NotFound)?;
    let refused = |why: &str| Ok(Err((None, Failed::Refused(why.to_owned()))));
    let Some(bound) = bound(app, parts) else { return refused("the browser has no sign-in under way") };
    if !constant_time_eq(bound.state.as_bytes(), answer.state.as_bytes()) {
        return refused("the answer is for another browser or another sign-in");
    }
    let remembered: Option<()> = step::recall(app, STEP, &bound.state).await?;
    let mut tx = app.db.begin().await?;
    if remembered.is_none() || step::use_up(&mut tx, &bound.state).await.is_err() {
        return refused("the answer was used already or is too old");
    }
    tx.commit_unaudited(Unaudited::Session).await?;
    if answer.code.is_empty() {
        return refused("the identity provider gave no code");
    }
    let email = match provider::mail_of(app, issuer, &answer.code, &bound).await {
        Ok(email) => email,
        Err(failed) => return Ok(Err((None, failed))),
    };
    let mut conn = app.db.read().await?;
    let first = store::first_provider(&mut conn).await?;
    let found = people::by_email(&mut conn, &email).await?.map(|(person, _)| person);
    Ok(match found {
        Some(person) if person.role.is_staff() && Some(person.provider) == first && !person.disabled => {
            Ok((person, bound.back))
        }
        other => Err((other, Failed::Refused("nobody of the staff has this mail address".into()))),
    })
}

fn bound(app: &App, parts: &Parts) -> Option<Bound> {
    let sealed = cookie(parts, cookie_name(app))?;
    serde_json::from_slice(&open(app, STEP, &sealed).ok()?).ok()
}

/// A page that says so, after the attempt was written into the audit chain; the reason is for the log.
async fn no_entry(app: &App, visitor: &Visitor, person: Option<&Person>, failed: Failed) -> WebResult {
    refused(app, person, &visitor.from, WITH).await?;
    let (status, away, why) = match failed {
        Failed::Away(why) => (StatusCode::SERVICE_UNAVAILABLE, true, why),
        Failed::Refused(why) => (StatusCode::FORBIDDEN, false, why),
    };
    tracing::warn!(why, "no sign-in at the identity provider");
    let html = app.ui.render(&visitor.page, "sign_in/no_entry.html", json!({ "away": away }))?;
    Ok((status, html).into_response())
}

/// Gives the browser what binds the answer to it; an empty value takes it away. Lax: it must come along when
/// the identity provider sends the browser back.
fn with_cookie(app: &App, mut response: Response, value: &str) -> Result<Response> {
    let secure = if app.settings.secure_cookies { "; Secure" } else { "" };
    let age = if value.is_empty() { 0 } else { step::LIFE.as_secs() };
    let cookie =
        format!("{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}", cookie_name(app));
    let cookie = HeaderValue::from_str(&cookie).map_err(Error::internal)?;
    response.headers_mut().append(SET_COOKIE, cookie);
    Ok(response)
}

fn cookie_name(app: &App) -> &'static str {
    if app.settings.secure_cookies { "__Host-kakari_oidc" } else { "kakari_oidc" }
}
