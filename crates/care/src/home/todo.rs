//! One thing to do: why, how, "done", or "please do it for me".

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use kakari_identity::record::{self, OpenSign};
use kakari_identity::web::{Client, Posted, WebResult};
use kakari_identity::{App, Permission};
use kakari_kernel::{Error, OrgScope, Result};
use kakari_store::{Conn, Entry};
use serde_json::json;

use super::store::{Answer, answer, answers};
use super::{OpenSignKey, path_segment};
use crate::consultation;

pub(crate) async fn show(
    State(app): State<App>,
    client: Client,
    Path((_, kind, subject)): Path<(String, String, String)>,
) -> WebResult<Response> {
    let mut conn = app.db.read().await?;
    let sign = find(&mut conn, &client.scope, &kind, &subject).await?;
    let answered = answers(&mut conn, &client.scope).await?;
    let lang = client.page.lang;
    let data = json!({
        "org": client.org.id,
        "title": sign.task(&app.ui, lang),
        "why": sign.sentence(&app.ui, lang),
        "steps": sign.steps(&app.ui, lang),
        "todo": sign.todo,
        "link": sign.link,
        "action": format!("/c/{}/todo/{}/{}", client.org.id, sign.kind, path_segment(&sign.subject)),
        "answered": answered.iter().find(|(key, _)| key.is_of(&sign)).map(|(_, answer)| *answer),
        "may_answer": client.signed.may(Permission::Answer),
    });
    Ok(crate::rendered(app.ui.render(&client.page, "home/todo.html", data))?.into_response())
}

pub(crate) async fn post(
    State(app): State<App>,
    client: Client,
    Path((_, kind, subject)): Path<(String, String, String)>,
    Posted(mut form): Posted,
) -> WebResult<Response> {
    client.signed.must(Permission::Answer)?;
    let given = form
        .choice("answer", &[("done", Answer::Done), ("help", Answer::Help)])
        .ok_or_else(|| Error::invalid("answer", "choose done or help"))?;
    let mut tx = app.db.begin().await?;
    let sign = find(&mut tx, &client.scope, &kind, &subject).await?;
    answer(&mut tx, &client.scope, &OpenSignKey::of(&sign), given, &client.signed.name).await?;
    let mut next = format!("/c/{}/home", client.org.id);
    if given == Answer::Help {
        // The provider's people read Japanese; the words are the client's, in the client's thread.
        let body = app.ui.text(
            client.page.lang,
            "home-help-body",
            &[("task", sign.task(&app.ui, client.page.lang).into())],
        );
        let (id, entry) = consultation::open(&app, &mut tx, &client.scope, &client.signed, &body).await?;
        tx.audit(&client.scope, entry).await?;
        next = format!("/c/{}/consultations/{id}", client.org.id);
    }
    let entry = Entry {
        actor: client.signed.actor.clone(),
        act: "todo.answer",
        subject: format!("sign:{}:{}", sign.kind, sign.subject),
        detail: json!({ "answer": given.as_str() }),
    };
    tx.commit(&client.scope, entry).await?;
    Ok(Redirect::to(&next).into_response())
}

/// The open sign with something to do that the address names.
async fn find(conn: &mut Conn, scope: &OrgScope, kind: &str, subject: &str) -> Result<OpenSign> {
    let subject = if subject == "-" { "" } else { subject };
    record::open(conn, scope)
        .await?
        .into_iter()
        .find(|sign| sign.kind == kind && sign.subject == subject && sign.todo.is_some())
        .ok_or(Error::NotFound)
}
