//! One thread: read it, say something.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use kakari_identity::web::{Client, Posted, WebResult};
use kakari_identity::{App, Permission, record};
use kakari_store::Entry;
use kakari_ui::Form;
use serde_json::json;

use super::{BODY_MAX, WAITING, store};

pub(crate) async fn show(
    State(app): State<App>,
    client: Client,
    Path((_, id)): Path<(String, String)>,
) -> WebResult {
    page(&app, &client, &id, &Form::empty()).await
}

pub(crate) async fn post(
    State(app): State<App>,
    client: Client,
    Path((_, id)): Path<(String, String)>,
    Posted(mut form): Posted,
) -> WebResult {
    client.signed.must(Permission::Answer)?;
    let Some(body) = form.text("body", 1..=BODY_MAX) else { return page(&app, &client, &id, &form).await };
    let by_staff = client.signed.role.is_staff();
    let mut tx = app.db.begin().await?;
    let thread = store::get(&mut tx, &client.scope, &id).await?;
    store::say(&mut tx, &client.scope, &id, by_staff, &client.signed.name, &body).await?;
    if by_staff {
        record::clear(&mut tx, &client.scope, WAITING, &id).await?;
    } else {
        let at = tx.at();
        super::raise(&mut tx, &client.scope, &id, &thread.subject, at).await?;
    }
    let entry = Entry {
        actor: client.signed.actor.clone(),
        act: if by_staff { "consultation.answer" } else { "consultation.ask" },
        subject: format!("consultation:{id}"),
        detail: json!({}),
    };
    tx.commit(&client.scope, entry).await?;
    Ok(Redirect::to(&format!("/c/{}/consultations/{id}", client.org.id)).into_response())
}

async fn page(app: &App, client: &Client, id: &str, form: &Form) -> WebResult<Response> {
    let mut conn = app.db.read().await?;
    let thread = store::get(&mut conn, &client.scope, id).await?;
    let messages = store::messages(&mut conn, &client.scope, id).await?;
    let data = json!({
        "form": form,
        "thread": thread,
        "messages": messages,
        "org": client.org.id,
        "may_write": client.signed.may(Permission::Answer),
        "staff": client.signed.role.is_staff(),
    });
    Ok((form.status(), crate::rendered(app.ui.render(&client.page, "consultation/thread.html", data))?)
        .into_response())
}
