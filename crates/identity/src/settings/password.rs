//! Choosing a password.

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use kakari_ui::Form;
use serde_json::json;

use super::me::entry;
use crate::App;
use crate::people;
use crate::sign_in::{password, store as sessions};
use crate::web::{Posted, StepUp, Visitor, WebResult};

pub(super) async fn show(State(app): State<App>, visitor: Visitor, StepUp(signed): StepUp) -> WebResult {
    let person = people::get(&mut app.db.read().await?, &signed.home_scope(), signed.person).await?;
    page(&app, &visitor, &person.email, &Form::empty())
}

pub(super) async fn save(
    State(app): State<App>,
    visitor: Visitor,
    StepUp(signed): StepUp,
    Posted(mut form): Posted,
) -> WebResult {
    let scope = signed.home_scope();
    let person = people::get(&mut app.db.read().await?, &scope, signed.person).await?;
    let local = person.email.split('@').next().unwrap_or_default();
    let names = [person.email.as_str(), local, person.name.as_str(), app.settings.service_name.as_str()];
    let Some(new) = password::new_password(&mut form, &names) else {
        return page(&app, &visitor, &person.email, &form);
    };
    let hash = password::hash(&app, new).await?;
    let mut tx = app.db.begin().await?;
    people::set_password(&mut tx, &scope, signed.person, &hash).await?;
    // Whoever knew the old one is out.
    sessions::end_sessions(&mut tx, &scope, signed.person, Some(signed.session)).await?;
    tx.commit(&scope, entry(&signed, "profile.password")).await?;
    Ok(Redirect::to("/me").into_response())
}

fn page(app: &App, visitor: &Visitor, email: &str, form: &Form) -> WebResult {
    let data = json!({ "form": form, "email": email });
    let html = app.ui.render(&visitor.page, "settings/password.html", data)?;
    let response: Response = (form.status(), html).into_response();
    Ok(response)
}
