//! Making, showing and revoking tokens.

use std::collections::HashMap;

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::SignedDuration;
use kakari_kernel::{Error, Id};
use kakari_store::Entry;
use kakari_ui::Form;
use serde_json::json;

use super::store;
use crate::web::{Access, Client, Posted, StepUp, WebResult, hash_secret, new_secret};
use crate::{App, Permission};

/// What a token's secret begins with, so that scanners for leaked secrets can know one.
const PREFIX: &str = "kakari_";
/// A token that nobody remembers ends by itself.
const DAYS: [(&str, i64); 3] = [("90", 90), ("365", 365), ("30", 30)];

pub(super) async fn show(State(app): State<App>, client: Client) -> WebResult {
    client.signed.must(Permission::Administer)?;
    page(&app, &client, &Form::empty()).await
}

pub(super) async fn add(
    State(app): State<App>,
    client: Client,
    _fresh: StepUp,
    Posted(mut form): Posted,
) -> WebResult {
    client.signed.must(Permission::Administer)?;
    let name = form.text("name", 1..=80);
    let access = form.choice("access", &Access::ALL.map(|access| (access.as_str(), access)));
    let days = form.choice("days", &DAYS);
    let (Some(name), Some(access), Some(days)) = (name, access, days) else {
        return page(&app, &client, &form).await;
    };
    let secret = format!("{PREFIX}{}", new_secret(&app));
    let id = app.ids.id();
    let mut tx = app.db.begin().await?;
    let expires_at =
        tx.at().saturating_add(SignedDuration::from_hours(days * 24)).map_err(Error::internal)?;
    let actor = client.signed.actor.clone();
    store::add(&mut tx, &client.scope, id, &hash_secret(&secret), &name, access, &actor.id, expires_at)
        .await?;
    let entry = Entry {
        actor,
        act: "token.create",
        subject: format!("token:{id}"),
        detail: json!({ "name": name, "access": access.as_str(), "days": days }),
    };
    tx.commit(&client.scope, entry).await?;
    let data = json!({ "name": name, "secret": secret, "list": list_href(&client) });
    Ok(app.ui.render(&client.page, "tokens/made.html", data)?.into_response())
}

pub(super) async fn revoke(
    State(app): State<App>,
    client: Client,
    _fresh: StepUp,
    Path(path): Path<HashMap<String, String>>,
    _form: Posted,
) -> WebResult {
    client.signed.must(Permission::Administer)?;
    let id: Id = path.get("token").ok_or(Error::NotFound)?.parse()?;
    let mut tx = app.db.begin().await?;
    store::revoke(&mut tx, &client.scope, id).await?;
    let entry = Entry {
        actor: client.signed.actor.clone(),
        act: "token.revoke",
        subject: format!("token:{id}"),
        detail: json!({}),
    };
    tx.commit(&client.scope, entry).await?;
    Ok(Redirect::to(&list_href(&client)).into_response())
}

fn list_href(client: &Client) -> String {
    format!("/c/{}/tokens", client.org.id)
}

async fn page(app: &App, client: &Client, form: &Form) -> WebResult {
    let now = app.clock.now();
    let tokens = store::list(&mut app.db.read().await?, &client.scope).await?;
    let rows: Vec<_> = tokens
        .iter()
        .map(|token| {
            let state = match token.revoked_at {
                Some(_) => "revoked",
                None if token.expires_at <= now => "expired",
                None => "live",
            };
            json!({ "token": token, "state": state, "revoke": format!("{}/{}/revoke", list_href(client), token.id) })
        })
        .collect();
    let data = json!({
        "form": form, "rows": rows, "list": list_href(client), "days": DAYS.map(|(days, _)| days),
        "fleet": client.org.kind == crate::organisations::Kind::Provider,
    });
    let html = app.ui.render(&client.page, "tokens/list.html", data)?;
    let response: Response = (form.status(), html).into_response();
    Ok(response)
}
