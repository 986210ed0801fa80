//! Signing in with a passkey. It also serves as a fresh proof: the session is new.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use kakari_kernel::Error;
use serde_json::json;

use super::{ceremony, store};
use crate::App;
use crate::people;
use crate::sign_in::password_form::refused;
use crate::sign_in::session::{self, Proof};
use crate::sign_in::{limits, step};
use crate::web::{OpenForm, Visitor, WebResult, local_path};

const STEP: &str = "passkey_enter";

pub(super) async fn begin(State(app): State<App>, visitor: Visitor) -> WebResult<Response> {
    // No account is named yet; the address alone bounds how many challenges are remembered.
    limits::count_address(&app, &visitor.from).await?;
    let begun = ceremony::begin_authentication(&app)?;
    let step = step::remember(&app, STEP, &begun.server).await?;
    Ok(Json(json!({ "step": step, "options": begun.options })).into_response())
}

pub(super) async fn finish(State(app): State<App>, visitor: Visitor, OpenForm(form): OpenForm) -> WebResult {
    let secret = form.raw("step").to_owned();
    let server: String = step::recall(&app, STEP, &secret).await?.ok_or(Error::Unauthenticated)?;
    let answer = form.raw("credential");
    let mut conn = app.db.read().await?;
    let passkey = match ceremony::claimed_credential(answer) {
        Some(id) => store::by_credential(&mut conn, &id).await?,
        None => None,
    };
    let person = match &passkey {
        Some(passkey) => people::by_id(&mut conn, passkey.person).await?,
        None => None,
    };
    drop(conn);
    let mut proved = None;
    if let (Some(passkey), Some(person)) = (&passkey, person.as_ref().filter(|person| !person.disabled)) {
        let state = ceremony::finish_authentication(&app, &server, answer, person, passkey)?;
        proved = state.map(|state| (passkey, person, state));
    }
    let Some((passkey, person, state)) = proved else {
        refused(&app, person.as_ref(), &visitor.from, "passkey").await?;
        return Err(Error::Unauthenticated.into());
    };
    let mut tx = app.db.begin().await?;
    step::use_up(&mut tx, &secret).await?;
    store::used(&mut tx, &session::scope(person), &passkey.credential_id, &state).await?;
    limits::succeeded(&app, &mut tx, &person.email, &visitor.from).await?;
    let back = local_path(form.raw("back"));
    Ok(session::begin(&app, tx, &visitor, person, Proof::Passkey, &back).await?)
}
