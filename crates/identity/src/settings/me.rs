//! One's own profile.

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use kakari_store::Entry;
use kakari_ui::Form;
use serde_json::json;

use super::sessions::device;
use crate::App;
use crate::people;
use crate::sign_in::{passkey, store as sessions};
use crate::web::{Posted, Signed, Visitor, WebResult};

const LANGUAGES: [(&str, &str); 3] = [("ja", "ja"), ("en", "en"), ("", "")];

pub(super) async fn show(State(app): State<App>, visitor: Visitor, signed: Signed) -> WebResult {
    let person = people::get(&mut app.db.read().await?, &signed.home_scope(), signed.person).await?;
    let form = Form::filled([("name", person.name), ("phone", person.phone), ("lang", person.lang)]);
    page(&app, &visitor, &signed, &form).await
}

pub(super) async fn save(
    State(app): State<App>,
    visitor: Visitor,
    signed: Signed,
    Posted(mut form): Posted,
) -> WebResult {
    let name = form.text("name", 1..=80);
    let phone = form.text("phone", 0..=30);
    let lang = form.choice("lang", &LANGUAGES);
    let (Some(name), Some(phone), Some(lang)) = (name, phone, lang) else {
        return page(&app, &visitor, &signed, &form).await;
    };
    let scope = signed.home_scope();
    let mut tx = app.db.begin().await?;
    people::set_name(&mut tx, &scope, signed.person, &name, &phone, lang).await?;
    tx.commit(&scope, entry(&signed, "profile.change")).await?;
    Ok(Redirect::to("/me").into_response())
}

/// An act on oneself.
pub(super) fn entry(signed: &Signed, act: &'static str) -> Entry {
    Entry {
        actor: signed.actor.clone(),
        act,
        subject: format!("person:{}", signed.person),
        detail: json!({}),
    }
}

async fn page(app: &App, visitor: &Visitor, signed: &Signed, form: &Form) -> WebResult {
    let scope = signed.home_scope();
    let mut conn = app.db.read().await?;
    let person = people::get(&mut conn, &scope, signed.person).await?;
    let sessions = sessions::sessions_of(&mut conn, &scope, signed.person, app.clock.now()).await?;
    let passkeys = passkey::list(&mut conn, &scope, signed.person).await?;
    drop(conn);
    let rows: Vec<_> = sessions
        .iter()
        .map(|session| {
            json!({ "session": session, "device": device(&session.agent), "this": session.id == signed.session })
        })
        .collect();
    let data = json!({
        "form": form, "person": person, "sessions": rows, "passkeys": passkeys, "passkey_form": Form::empty(),
    });
    let html = app.ui.render(&visitor.page, "settings/me.html", data)?;
    let response: Response = (form.status(), html).into_response();
    Ok(response)
}
