//! The client asks.

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use kakari_identity::web::{Client, Posted, Signed, WebResult};
use kakari_identity::{App, Permission};
use kakari_kernel::{OrgScope, Result};
use kakari_store::{Entry, Tx};
use kakari_ui::Form;
use serde_json::json;

use super::{BODY_MAX, store};

/// Longest first line shown as the subject.
const SUBJECT_MAX: usize = 40;

pub(crate) async fn show(State(app): State<App>, client: Client) -> WebResult {
    page(&app, &client, &Form::empty()).await
}

pub(crate) async fn post(State(app): State<App>, client: Client, Posted(mut form): Posted) -> WebResult {
    client.signed.must(Permission::Answer)?;
    let Some(body) = form.text("body", 1..=BODY_MAX) else { return page(&app, &client, &form).await };
    let mut tx = app.db.begin().await?;
    let (id, entry) = open(&app, &mut tx, &client.scope, &client.signed, &body).await?;
    tx.commit(&client.scope, entry).await?;
    Ok(Redirect::to(&format!("/c/{}/consultations/{id}", client.org.id)).into_response())
}

/// Begins a thread with its first message; the caller commits with the entry.
pub(crate) async fn open(
    app: &App,
    tx: &mut Tx,
    scope: &OrgScope,
    signed: &Signed,
    body: &str,
) -> Result<(String, Entry)> {
    let id = app.ids.id();
    let first_line = body.lines().next().unwrap_or_default();
    let mut subject: String = first_line.chars().take(SUBJECT_MAX).collect();
    if first_line.chars().count() > SUBJECT_MAX {
        subject.push('…');
    }
    store::add(tx, scope, id, &subject).await?;
    let id = id.to_string();
    store::say(tx, scope, &id, signed.role.is_staff(), &signed.name, body).await?;
    if !signed.role.is_staff() {
        let at = tx.at();
        super::raise(tx, scope, &id, &subject, at).await?;
    }
    let entry = Entry {
        actor: signed.actor.clone(),
        act: "consultation.open",
        subject: format!("consultation:{id}"),
        detail: json!({}),
    };
    Ok((id, entry))
}

async fn page(app: &App, client: &Client, form: &Form) -> WebResult<Response> {
    let mut conn = app.db.read().await?;
    let threads = store::list(&mut conn, &client.scope).await?;
    let data = json!({
        "form": form,
        "threads": threads,
        "org": client.org.id,
        "may_ask": client.signed.may(Permission::Answer),
        "staff": client.signed.role.is_staff(),
    });
    Ok((form.status(), crate::rendered(app.ui.render(&client.page, "consultation/ask.html", data))?)
        .into_response())
}
