//! Sign-in by a link: by mail for people of clients, handed over for invitations, standing in a demo.
//!
//! A link opens a page with a button, and only the button uses the link up: programs that look at every link
//! in a mail do not sign in, and do not spoil it.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect};
use jiff::SignedDuration;
use kakari_kernel::{Error, OrgScope, PersonId, Reach, Result};
use kakari_store::{Entry, Tx, Unaudited, queue};
use serde_json::json;

use super::password_form::{Back, refused};
use super::session::{self, Proof};
use super::{limits, second_factor, store};
use crate::jobs::LinkMail;
use crate::people::{self, Person};
use crate::web::{OpenForm, Visitor, WebResult, hash_secret, local_path, new_secret};
use crate::{App, jobs};

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkPurpose {
    /// Asked for on the sign-in page: a quarter of an hour, once.
    SignIn,
    /// The first sign-in of somebody invited: three days, once; then a password is set.
    Invitation,
    /// Printed by the demo: ten years, as often as one likes, and only while the program runs as a demo.
    Demo,
}

impl LinkPurpose {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Invitation => "invitation",
            Self::Demo => "demo",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        [Self::SignIn, Self::Invitation, Self::Demo].into_iter().find(|purpose| purpose.as_str() == name)
    }

    pub(crate) fn life(self) -> SignedDuration {
        match self {
            Self::SignIn => SignedDuration::from_mins(15),
            Self::Invitation => SignedDuration::from_hours(3 * 24),
            Self::Demo => SignedDuration::from_hours(10 * 365 * 24),
        }
    }

    fn proof(self) -> Proof {
        match self {
            Self::SignIn => Proof::Link,
            Self::Invitation => Proof::Invitation,
            Self::Demo => Proof::DemoLink,
        }
    }
}

/// Makes a link within `tx` and gives its whole address. The caller writes the audit entry.
///
/// # Errors
/// `Forbidden` for a demo link while the program does not run as a demo.
pub async fn make_link(
    app: &App,
    tx: &mut Tx,
    scope: &OrgScope,
    person: PersonId,
    purpose: LinkPurpose,
) -> Result<String> {
    if purpose == LinkPurpose::Demo && !app.settings.demo {
        return Err(Error::Forbidden("demo links are for the demo".into()));
    }
    let token = new_secret(app);
    let expires_at = tx.at().saturating_add(purpose.life()).map_err(Error::internal)?;
    store::add_link(tx, scope, person, purpose, &hash_secret(&token), expires_at).await?;
    Ok(format!("{}/sign-in/link/{token}", app.settings.base_url))
}

/// Whether this person may sign in by mail alone. Staff see all clients: their mailbox must not be enough.
pub(crate) fn by_mail(person: &Person) -> bool {
    !person.role.is_staff()
}

/// Asks for a link by mail. The answer and the work are the same whether the address is known or not: a job
/// looks it up later.
pub(super) async fn ask(State(app): State<App>, visitor: Visitor, OpenForm(mut form): OpenForm) -> WebResult {
    if !app.settings.mail {
        return Err(Error::NotFound.into());
    }
    let Some(email) = form.mail_address("email").map(|email| email.to_lowercase()) else {
        return Ok(Redirect::to("/sign-in").into_response());
    };
    limits::count(&app, &format!("link {email}"), &visitor.from).await?;
    let mut tx = app.db.begin().await?;
    if let Some(provider) = store::first_provider(&mut tx).await? {
        let scope = OrgScope::grant(provider, Reach::Client(provider.as_org()));
        let mail = LinkMail::SignIn { email: email.clone(), lang: visitor.page.lang };
        let payload = serde_json::to_value(mail).map_err(Error::internal)?;
        queue::push(&mut tx, &app.ids, &scope, jobs::LINK_MAIL, &payload, SignedDuration::ZERO).await?;
        let entry = Entry {
            actor: session::nobody(&visitor.from),
            act: "sign_in.ask_link",
            subject: "person:unknown".into(),
            detail: json!({}),
        };
        tx.commit(&scope, entry).await?;
    }
    let html = app.ui.render(&visitor.page, "sign_in/sent.html", json!({ "email": email }));
    Ok(html?.into_response())
}

pub(super) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path(token): Path<String>,
    Query(query): Query<Back>,
) -> WebResult {
    let Some((person, purpose)) = find(&app, &token).await? else { return over(&app, &visitor) };
    if purpose == LinkPurpose::Demo {
        return enter_as(&app, &visitor, &person, purpose, &token, &query.back).await;
    }
    let data = json!({ "name": person.name, "purpose": purpose.as_str(), "back": local_path(&query.back) });
    let html = app.ui.render(&visitor.page, "sign_in/link.html", data)?;
    Ok(html.into_response())
}

pub(super) async fn enter(
    State(app): State<App>,
    visitor: Visitor,
    Path(token): Path<String>,
    OpenForm(form): OpenForm,
) -> WebResult {
    let Some((person, purpose)) = find(&app, &token).await? else { return over(&app, &visitor) };
    enter_as(&app, &visitor, &person, purpose, &token, form.raw("back")).await
}

async fn find(app: &App, token: &str) -> Result<Option<(Person, LinkPurpose)>> {
    let mut conn = app.db.read().await?;
    let found = store::link(&mut conn, &hash_secret(token), app.clock.now()).await?;
    let Some((id, purpose)) = found else { return Ok(None) };
    let person = people::by_id(&mut conn, id).await?;
    let open = person.filter(|_| purpose != LinkPurpose::Demo || app.settings.demo);
    Ok(open.map(|person| (person, purpose)))
}

/// A link that was used, is too old or never was.
fn over(app: &App, visitor: &Visitor) -> WebResult {
    let data = json!({ "mail": app.settings.mail });
    let html = app.ui.render(&visitor.page, "sign_in/over.html", data)?;
    Ok((StatusCode::GONE, html).into_response())
}

async fn enter_as(
    app: &App,
    visitor: &Visitor,
    person: &Person,
    purpose: LinkPurpose,
    token: &str,
    back: &str,
) -> WebResult {
    if person.disabled {
        refused(app, Some(person), &visitor.from, "link").await?;
        return over(app, visitor);
    }
    let mut tx = app.db.begin().await?;
    if !store::use_link(&mut tx, &hash_secret(token)).await? {
        return over(app, visitor);
    }
    let back = if purpose == LinkPurpose::Invitation { "/me/password".to_owned() } else { local_path(back) };
    if purpose != LinkPurpose::Demo && person.totp {
        tx.commit_unaudited(Unaudited::Session).await?;
        return second_factor::ask(app, &visitor.page, person, &back).await;
    }
    Ok(session::begin(app, tx, visitor, person, purpose.proof(), &back).await?)
}
