//! A fresh proof before acts that a forgotten open browser must not allow.

use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use kakari_kernel::{Error, Result};
use kakari_ui::{Form, PageContext};
use serde_json::json;

use super::password_form::{Back, refused};
use super::session::{self, Proof};
use super::{limits, link, passkey, password, second_factor};
use crate::App;
use crate::people::{self, Person};
use crate::web::{Posted, Signed, Visitor, WebResult, local_path};

pub(super) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    signed: Signed,
    Query(query): Query<Back>,
) -> WebResult {
    let (person, _) = of(&app, &signed).await?;
    page(&app, &visitor.page, &person, &Form::filled([("back", local_path(&query.back))])).await
}

pub(super) async fn enter(
    State(app): State<App>,
    visitor: Visitor,
    signed: Signed,
    Posted(mut form): Posted,
) -> WebResult {
    let back = local_path(form.raw("back"));
    let (person, hash) = of(&app, &signed).await?;
    limits::count(&app, &person.email, &visitor.from).await?;
    let mut tx = None;
    let proof = if form.raw("code").is_empty() && !person.password {
        form.error("code", "form-required");
        return page(&app, &visitor.page, &person, &form).await;
    } else if form.raw("code").is_empty() {
        let Some(typed) = form.secret("password") else {
            return page(&app, &visitor.page, &person, &form).await;
        };
        password::verify(&app, typed, &hash).await?.then_some(Proof::Password)
    } else {
        let code = form.raw("code").to_owned();
        let begun = tx.insert(app.db.begin().await?);
        second_factor::check(&app, begun, &person, &code).await?
    };
    let Some(proof) = proof else {
        drop(tx);
        refused(&app, Some(&person), &visitor.from, "confirm").await?;
        form.error(if form.raw("code").is_empty() { "password" } else { "code" }, "sign-in-confirm-wrong");
        return page(&app, &visitor.page, &person, &form).await;
    };
    let mut tx = match tx {
        Some(tx) => tx,
        None => app.db.begin().await?,
    };
    limits::succeeded(&app, &mut tx, &person.email, &visitor.from).await?;
    Ok(session::begin(&app, tx, &visitor, &person, proof, &back).await?)
}

async fn of(app: &App, signed: &Signed) -> Result<(Person, String)> {
    let mut conn = app.db.read().await?;
    let person = people::by_id(&mut conn, signed.person).await?.ok_or(Error::Unauthenticated)?;
    let found = people::by_email(&mut conn, &person.email).await?;
    found.ok_or(Error::Unauthenticated)
}

async fn page(app: &App, page: &PageContext, person: &Person, form: &Form) -> WebResult {
    let passkeys = passkey::list(&mut app.db.read().await?, &session::scope(person), person.id).await?;
    let data = json!({
        "form": form, "back": local_path(form.raw("back")), "email": person.email,
        "password": person.password, "totp": person.totp, "passkeys": !passkeys.is_empty(),
        "link": app.settings.mail && link::by_mail(person),
    });
    let html = app.ui.render(page, "sign_in/confirm.html", data)?;
    let response: Response = (form.status(), html).into_response();
    Ok(response)
}
