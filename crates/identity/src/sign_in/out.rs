//! Signing out.

use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse as _, Redirect};
use kakari_kernel::Error;
use kakari_store::Entry;
use serde_json::json;

use super::store;
use crate::App;
use crate::web::{Posted, Signed, WebResult, session_cookie};

pub(super) async fn leave(State(app): State<App>, signed: Signed, _form: Posted) -> WebResult {
    let scope = signed.home_scope();
    let mut tx = app.db.begin().await?;
    store::end_session(&mut tx, &scope, signed.person, signed.session).await?;
    let entry = Entry {
        subject: format!("person:{}", signed.person),
        actor: signed.actor,
        act: "sign_in.leave",
        detail: json!({}),
    };
    tx.commit(&scope, entry).await?;
    let mut response = Redirect::to("/sign-in").into_response();
    let cookie = HeaderValue::from_str(&session_cookie(&app, "")).map_err(Error::internal)?;
    response.headers_mut().append(SET_COOKIE, cookie);
    Ok(response)
}
