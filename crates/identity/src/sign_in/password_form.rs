//! Sign-in with mail address and password.

use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use kakari_kernel::{OrgScope, Reach, Result};
use kakari_store::{Entry, Unaudited};
use kakari_ui::{Form, PageContext};
use serde::Deserialize;
use serde_json::json;

use super::session::{self, Proof};
use super::{limits, oidc, password, second_factor, store};
use crate::App;
use crate::people::{self, Person};
use crate::web::{OpenForm, Visitor, WebResult, local_path};

#[derive(Deserialize)]
pub(super) struct Back {
    #[serde(default)]
    pub(super) back: String,
}

pub(super) async fn show(State(app): State<App>, visitor: Visitor, Query(query): Query<Back>) -> WebResult {
    let back = local_path(&query.back);
    if visitor.signed.is_some() {
        return Ok(Redirect::to(&back).into_response());
    }
    page(&app, &visitor.page, &Form::filled([("back", back)]))
}

pub(super) async fn enter(
    State(app): State<App>,
    visitor: Visitor,
    OpenForm(mut form): OpenForm,
) -> WebResult {
    let email = form.mail_address("email").map(|email| email.to_lowercase());
    let typed = form.secret("password");
    let back = local_path(form.raw("back"));
    let (Some(email), Some(typed)) = (email, typed) else { return page(&app, &visitor.page, &form) };
    limits::count(&app, &email, &visitor.from).await?;
    let found = people::by_email(&mut app.db.read().await?, &email).await?;
    let hash = found.as_ref().map_or("", |(_, hash)| hash.as_str());
    let right = password::verify(&app, typed, hash).await?;
    let person = match found {
        Some((person, _)) if right && !person.disabled => person,
        other => {
            refused(&app, other.map(|(person, _)| person).as_ref(), &visitor.from, "password").await?;
            form.error("password", "sign-in-wrong");
            return page(&app, &visitor.page, &form);
        }
    };
    if person.totp {
        return second_factor::ask(&app, &visitor.page, &person, &back).await;
    }
    let mut tx = app.db.begin().await?;
    limits::succeeded(&app, &mut tx, &email, &visitor.from).await?;
    Ok(session::begin(&app, tx, &visitor, &person, Proof::Password, &back).await?)
}

/// Writes a refused attempt into the chain of the person's organisation, or of the provider when nobody is
/// known by that address. What was typed is not kept.
pub(super) async fn refused(
    app: &App,
    person: Option<&Person>,
    from: &str,
    with: &'static str,
) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let (scope, actor, subject) = match person {
        Some(person) => {
            (session::scope(person), session::actor(person, from), format!("person:{}", person.id))
        }
        None => {
            let Some(provider) = store::first_provider(&mut tx).await? else {
                return tx.commit_unaudited(Unaudited::Session).await;
            };
            let scope = OrgScope::grant(provider, Reach::Client(provider.as_org()));
            (scope, session::nobody(from), "person:unknown".to_owned())
        }
    };
    tx.commit(&scope, Entry { actor, act: "sign_in.refuse", subject, detail: json!({ "with": with }) }).await
}

fn page(app: &App, page: &PageContext, form: &Form) -> WebResult {
    let data = json!({
        "form": form, "back": local_path(form.raw("back")), "mail": app.settings.mail,
        "provider": oidc::button(app, &local_path(form.raw("back"))), "phone": app.settings.phone,
    });
    let html = app.ui.render(page, "sign_in/sign_in.html", data)?;
    let response: Response = (form.status(), html).into_response();
    Ok(response)
}
