//! Adding and removing one's own passkeys, at `/me`.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use kakari_kernel::{Error, PersonId};
use kakari_store::Entry;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{ceremony, store};
use crate::App;
use crate::people;
use crate::sign_in::step;
use crate::web::{Posted, Signed, StepUp, WebResult};

const STEP: &str = "passkey_register";

#[derive(Serialize, Deserialize)]
struct Asked {
    person: PersonId,
    server: String,
}

pub(super) async fn begin(
    State(app): State<App>,
    StepUp(signed): StepUp,
    _form: Posted,
) -> WebResult<Response> {
    let scope = signed.home_scope();
    let mut conn = app.db.read().await?;
    let person = people::get(&mut conn, &scope, signed.person).await?;
    let known = store::list(&mut conn, &scope, signed.person).await?;
    drop(conn);
    let begun = ceremony::begin_registration(&app, &person, &known)?;
    let step = step::remember(&app, STEP, &Asked { person: signed.person, server: begun.server }).await?;
    Ok(Json(json!({ "step": step, "options": begun.options })).into_response())
}

pub(super) async fn finish(
    State(app): State<App>,
    StepUp(signed): StepUp,
    Posted(mut form): Posted,
) -> WebResult {
    let name = form.text("passkey_name", 1..=60).unwrap_or_else(|| signed.name.clone());
    let step = form.raw("step").to_owned();
    let asked: Asked = step::recall(&app, STEP, &step).await?.ok_or(Error::NotFound)?;
    if asked.person != signed.person {
        return Err(Error::NotFound.into());
    }
    let proved = ceremony::finish_registration(&app, &asked.server, form.raw("credential"))?
        .ok_or_else(|| Error::invalid("credential", "the browser's answer is not the one asked for"))?;
    let scope = signed.home_scope();
    let mut tx = app.db.begin().await?;
    step::use_up(&mut tx, &step).await?;
    store::add(&mut tx, &scope, signed.person, &name, &proved).await?;
    tx.commit(&scope, entry(&signed, "profile.passkey_add", &name)).await?;
    Ok(Redirect::to("/me").into_response())
}

pub(super) async fn remove(
    State(app): State<App>,
    StepUp(signed): StepUp,
    Posted(form): Posted,
) -> WebResult {
    let scope = signed.home_scope();
    let id = form.raw("credential_id");
    let mut tx = app.db.begin().await?;
    let known = store::list(&mut tx, &scope, signed.person).await?;
    let name = known.into_iter().find(|passkey| passkey.credential_id == id).ok_or(Error::NotFound)?.name;
    store::remove(&mut tx, &scope, signed.person, id).await?;
    tx.commit(&scope, entry(&signed, "profile.passkey_remove", &name)).await?;
    Ok(Redirect::to("/me").into_response())
}

fn entry(signed: &Signed, act: &'static str, name: &str) -> Entry {
    Entry {
        actor: signed.actor.clone(),
        act,
        subject: format!("person:{}", signed.person),
        detail: json!({ "name": name }),
    }
}
