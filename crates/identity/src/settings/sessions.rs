//! Ending one's sessions on other devices.

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect};
use kakari_kernel::{Error, Id};

use super::me::entry;
use crate::App;
use crate::sign_in::store;
use crate::web::{Posted, Signed, WebResult};

/// Ends one session. No fresh proof: taking access away must be easy.
pub(super) async fn end(State(app): State<App>, signed: Signed, Posted(form): Posted) -> WebResult {
    let id: Id = form.raw("session").parse()?;
    let scope = signed.home_scope();
    let mut tx = app.db.begin().await?;
    if !store::end_session(&mut tx, &scope, signed.person, id).await? {
        return Err(Error::NotFound.into());
    }
    tx.commit(&scope, entry(&signed, "profile.end_session")).await?;
    Ok(Redirect::to("/me").into_response())
}

pub(super) async fn end_others(State(app): State<App>, signed: Signed, _form: Posted) -> WebResult {
    let scope = signed.home_scope();
    let mut tx = app.db.begin().await?;
    store::end_sessions(&mut tx, &scope, signed.person, Some(signed.session)).await?;
    tx.commit(&scope, entry(&signed, "profile.end_sessions")).await?;
    Ok(Redirect::to("/me").into_response())
}
