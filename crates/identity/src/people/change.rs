//! Changing a person: name, telephone, role; disabling and enabling; a new link.

use std::collections::HashMap;

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use kakari_kernel::{Error, PersonId, Result, Role};
use kakari_store::{Conn, Entry};
use kakari_ui::Form;
use serde_json::{Value as Json, json};

use super::invite::{chosen_role, handed_over, let_in};
use super::model::{Person, assignable, may_change};
use super::store;
use crate::App;
use crate::sign_in::{LinkPurpose, store as sessions};
use crate::web::{Client, Posted, StepUp, WebResult};

type PathParts = Path<HashMap<String, String>>;

pub(super) async fn show(
    State(app): State<App>,
    client: Client,
    _fresh: StepUp,
    path: PathParts,
) -> WebResult {
    let person = of(&mut app.db.read().await?, &client, &path).await?;
    let form = Form::filled([
        ("name", person.name.clone()),
        ("phone", person.phone.clone()),
        ("role", person.role.as_str().to_owned()),
    ]);
    page(&app, &client, &person, &form)
}

pub(super) async fn save(
    State(app): State<App>,
    client: Client,
    _fresh: StepUp,
    path: PathParts,
    Posted(mut form): Posted,
) -> WebResult {
    let mut tx = app.db.begin().await?;
    let person = of(&mut tx, &client, &path).await?;
    let name = form.text("name", 1..=80);
    let phone = form.text("phone", 0..=30);
    let role = chosen_role(&mut form, &assignable(&client.signed, &client.org));
    let (Some(name), Some(phone), Some(role)) = (name, phone, role) else {
        return page(&app, &client, &person, &form);
    };
    if person.role == Role::Admin
        && role != Role::Admin
        && store::lock_admins(&mut tx, &client.scope).await? < 2
    {
        form.error("role", "people-last-admin");
        return page(&app, &client, &person, &form);
    }
    store::change(&mut tx, &client.scope, person.id, &name, &phone, role).await?;
    if role != person.role {
        // What a session may do is read at each request; ending it also takes the pages that are open.
        sessions::end_sessions(&mut tx, &client.scope, person.id, None).await?;
    }
    let detail = json!({ "name": name, "role": { "from": person.role.as_str(), "to": role.as_str() } });
    tx.commit(&client.scope, entry(&client, "person.change", &person, detail)).await?;
    Ok(to_list(&client))
}

pub(super) async fn disable(
    State(app): State<App>,
    client: Client,
    _fresh: StepUp,
    path: PathParts,
    Posted(mut form): Posted,
) -> WebResult {
    let mut tx = app.db.begin().await?;
    let person = of(&mut tx, &client, &path).await?;
    if person.role == Role::Admin && store::lock_admins(&mut tx, &client.scope).await? < 2 {
        form.error("role", "people-last-admin");
        return page(&app, &client, &person, &form);
    }
    store::set_disabled(&mut tx, &client.scope, person.id, true).await?;
    sessions::end_sessions(&mut tx, &client.scope, person.id, None).await?;
    tx.commit(&client.scope, entry(&client, "person.disable", &person, json!({ "name": person.name })))
        .await?;
    Ok(to_list(&client))
}

pub(super) async fn enable(
    State(app): State<App>,
    client: Client,
    _fresh: StepUp,
    path: PathParts,
    _form: Posted,
) -> WebResult {
    let mut tx = app.db.begin().await?;
    let person = of(&mut tx, &client, &path).await?;
    store::set_disabled(&mut tx, &client.scope, person.id, false).await?;
    tx.commit(&client.scope, entry(&client, "person.enable", &person, json!({ "name": person.name })))
        .await?;
    Ok(to_list(&client))
}

/// A new link for somebody who cannot get in any more. It also serves to set a new password.
pub(super) async fn link(
    State(app): State<App>,
    client: Client,
    _fresh: StepUp,
    path: PathParts,
    _form: Posted,
) -> WebResult {
    let mut tx = app.db.begin().await?;
    let person = of(&mut tx, &client, &path).await?;
    if person.disabled {
        return Err(Error::Conflict("this person is disabled".into()).into());
    }
    let link = let_in(&app, &mut tx, &client.scope, &person, LinkPurpose::Invitation).await?;
    tx.commit(&client.scope, entry(&client, "person.make_link", &person, json!({ "name": person.name })))
        .await?;
    handed_over(&app, &client, &person, link)
}

/// Takes an authenticator away that its owner has lost together with the recovery codes.
pub(super) async fn drop_totp(
    State(app): State<App>,
    client: Client,
    _fresh: StepUp,
    path: PathParts,
    _form: Posted,
) -> WebResult {
    let mut tx = app.db.begin().await?;
    let person = of(&mut tx, &client, &path).await?;
    store::drop_totp(&mut tx, &client.scope, person.id).await?;
    sessions::end_sessions(&mut tx, &client.scope, person.id, None).await?;
    tx.commit(&client.scope, entry(&client, "person.drop_totp", &person, json!({ "name": person.name })))
        .await?;
    Ok(to_list(&client))
}

/// The person named in the path, when the reader may change them.
async fn of(conn: &mut Conn, client: &Client, path: &HashMap<String, String>) -> Result<Person> {
    let id: PersonId = path.get("person").ok_or(Error::NotFound)?.parse()?;
    let person = store::get(conn, &client.scope, id).await?;
    may_change(&client.signed, &client.org, &person)?;
    Ok(person)
}

fn entry(client: &Client, act: &'static str, person: &Person, detail: Json) -> Entry {
    Entry { actor: client.signed.actor.clone(), act, subject: format!("person:{}", person.id), detail }
}

fn to_list(client: &Client) -> Response {
    Redirect::to(&format!("/c/{}/people", client.org.id)).into_response()
}

fn page(app: &App, client: &Client, person: &Person, form: &Form) -> WebResult {
    let roles: Vec<_> = assignable(&client.signed, &client.org).iter().map(|role| role.as_str()).collect();
    let data = json!({
        "form": form, "person": person, "roles": roles, "mail": app.settings.mail,
        "here": format!("/c/{}/people/{}", client.org.id, person.id),
        "list": format!("/c/{}/people", client.org.id),
    });
    let html = app.ui.render(&client.page, "people/person.html", data)?;
    let response: Response = (form.status(), html).into_response();
    Ok(response)
}
