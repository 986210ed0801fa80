//! Adding a person and letting them in.

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::SignedDuration;
use kakari_kernel::{Error, OrgScope, PersonId, Result, Role};
use kakari_store::{Entry, Tx, queue};
use kakari_ui::Form;
use serde_json::json;

use super::model::{NewPerson, Person, assignable, may_manage};
use super::store;
use crate::App;
use crate::jobs::{self, LinkMail};
use crate::sign_in::{LinkPurpose, make_link};
use crate::web::{Client, Posted, StepUp, WebResult};

pub(super) async fn show(State(app): State<App>, client: Client, _fresh: StepUp) -> WebResult {
    may_manage(&client.signed, &client.org)?;
    page(&app, &client, &Form::empty())
}

pub(super) async fn add(
    State(app): State<App>,
    client: Client,
    _fresh: StepUp,
    Posted(mut form): Posted,
) -> WebResult {
    may_manage(&client.signed, &client.org)?;
    let roles = assignable(&client.signed, &client.org);
    let name = form.text("name", 1..=80);
    let email = form.mail_address("email");
    let phone = form.text("phone", 0..=30);
    let role = chosen_role(&mut form, &roles);
    let (Some(name), Some(email), Some(phone), Some(role)) = (name, email, phone, role) else {
        return page(&app, &client, &form);
    };
    let new = NewPerson { id: PersonId(app.ids.id()), name, email: email.to_lowercase(), phone, role };
    let mut tx = app.db.begin().await?;
    match store::add(&mut tx, &client.scope, &new).await {
        Err(Error::Conflict(_)) => {
            form.error("email", "people-email-taken");
            return page(&app, &client, &form);
        }
        done => done?,
    }
    let person = store::get(&mut tx, &client.scope, new.id).await?;
    let link = let_in(&app, &mut tx, &client.scope, &person, LinkPurpose::Invitation).await?;
    let entry = Entry {
        actor: client.signed.actor.clone(),
        act: "person.invite",
        subject: format!("person:{}", new.id),
        detail: json!({ "name": person.name, "role": role.as_str() }),
    };
    tx.commit(&client.scope, entry).await?;
    handed_over(&app, &client, &person, link)
}

/// Sends a link by mail, or gives it back to be handed over when no mail is set up.
pub(super) async fn let_in(
    app: &App,
    tx: &mut Tx,
    scope: &OrgScope,
    person: &Person,
    purpose: LinkPurpose,
) -> Result<Option<String>> {
    if !app.settings.mail {
        return make_link(app, tx, scope, person.id, purpose).await.map(Some);
    }
    let mail = LinkMail::Invitation { person: person.id };
    let payload = serde_json::to_value(mail).map_err(Error::internal)?;
    queue::push(tx, &app.ids, scope, jobs::LINK_MAIL, &payload, SignedDuration::ZERO).await?;
    Ok(None)
}

/// Where to go after a link was made: the list when a mail is on its way, else the page with the link on it.
pub(super) fn handed_over(app: &App, client: &Client, person: &Person, link: Option<String>) -> WebResult {
    let list = format!("/c/{}/people", client.org.id);
    let Some(link) = link else { return Ok(Redirect::to(&list).into_response()) };
    let data = json!({ "person": person, "link": link, "list": list });
    Ok(app.ui.render(&client.page, "people/link.html", data)?.into_response())
}

pub(super) fn chosen_role(form: &mut Form, roles: &[Role]) -> Option<Role> {
    let choices: Vec<(&str, Role)> = roles.iter().map(|role| (role.as_str(), *role)).collect();
    form.choice("role", &choices)
}

fn page(app: &App, client: &Client, form: &Form) -> WebResult {
    let roles: Vec<_> = assignable(&client.signed, &client.org).iter().map(|role| role.as_str()).collect();
    let data = json!({
        "form": form, "roles": roles, "mail": app.settings.mail, "list": format!("/c/{}/people", client.org.id),
    });
    let html = app.ui.render(&client.page, "people/invite.html", data)?;
    let response: Response = (form.status(), html).into_response();
    Ok(response)
}
