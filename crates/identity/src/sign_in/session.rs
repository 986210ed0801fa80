//! Sessions: how they begin, how long they hold, how they end.

use axum::http::HeaderValue;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::{SignedDuration, Timestamp};
use kakari_kernel::{Actor, Error, Id, OrgId, OrgScope, PersonId, ProviderId, Reach, Result, Role, Tool};
use kakari_store::{Entry, Tx, Unaudited};
use serde_json::json;

use super::store;
use crate::App;
use crate::people::Person;
use crate::web::{Visitor, hash_secret, new_secret, session_cookie};

/// A client's person comes about once a month and reads for a while: half a day without a click ends it, and
/// a week in any case.
const CLIENT_IDLE: SignedDuration = SignedDuration::from_hours(12);
const CLIENT_LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Staff see all clients: a session lasts one working day and no longer.
const STAFF_LIFE: SignedDuration = SignedDuration::from_hours(8);
/// How long a fresh proof opens the acts that need one: enough for one task, short for a forgotten browser.
const STEP_UP: SignedDuration = SignedDuration::from_mins(15);
/// Use is noted at most this often, so that reading pages does not mean writing rows.
const NOTE_USE_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// A session that holds now, with its person.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) id: Id,
    pub(crate) person: PersonId,
    pub(crate) provider: ProviderId,
    pub(crate) home: OrgId,
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) lang: String,
    pub(crate) used_at: Timestamp,
    pub(crate) stepped_up_until: Timestamp,
}

/// How somebody proved who they are; the word in the audit entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    Password,
    /// The authenticator's code, after a password or a link.
    Code,
    RecoveryCode,
    Link,
    Invitation,
    DemoLink,
    Passkey,
    /// At the provider's own identity provider.
    IdentityProvider,
}

impl Proof {
    fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Code => "code",
            Self::RecoveryCode => "recovery_code",
            Self::Link => "link",
            Self::Invitation => "invitation",
            Self::DemoLink => "demo_link",
            Self::Passkey => "passkey",
            Self::IdentityProvider => "identity_provider",
        }
    }
}

/// The session of this cookie's hash, if it holds.
pub(crate) async fn live(app: &App, hash: &str) -> Result<Option<Session>> {
    let now = app.clock.now();
    let found = store::session(&mut app.db.read().await?, hash, now).await?;
    let Some(session) = found else { return Ok(None) };
    let unused = now.duration_since(session.used_at);
    if !session.role.is_staff() && unused > CLIENT_IDLE {
        return Ok(None);
    }
    if unused >= NOTE_USE_EVERY {
        let mut tx = app.db.begin().await?;
        store::note_use(&mut tx, hash).await?;
        tx.commit_unaudited(Unaudited::Session).await?;
    }
    Ok(Some(session))
}

/// Who a person is in the audit chain while they sign in.
pub(crate) fn actor(person: &Person, from: &str) -> Actor {
    Actor {
        id: format!("person:{}", person.id),
        name: person.name.clone(),
        role: Some(person.role),
        from: from.to_owned(),
        tool: Tool::Web,
    }
}

/// Who tries to sign in without being known.
pub(super) fn nobody(from: &str) -> Actor {
    Actor {
        id: "person:unknown".into(),
        name: String::new(),
        role: None,
        from: from.to_owned(),
        tool: Tool::Web,
    }
}

pub(crate) fn scope(person: &Person) -> OrgScope {
    OrgScope::grant(person.provider, Reach::Client(person.home))
}

/// Begins a session within `tx`, commits it with its audit entry and sends the browser on its way. The
/// session that the browser had before is over.
pub(crate) async fn begin(
    app: &App,
    mut tx: Tx,
    visitor: &Visitor,
    person: &Person,
    proof: Proof,
    back: &str,
) -> Result<Response> {
    if person.disabled {
        return Err(Error::Unauthenticated);
    }
    if let Some(old) = &visitor.cookie {
        store::forget_session(&mut tx, &hash_secret(old)).await?;
    }
    let cookie = open(app, &mut tx, person, &visitor.from, &visitor.agent).await?;
    let entry = Entry {
        actor: actor(person, &visitor.from),
        act: "sign_in.enter",
        subject: format!("person:{}", person.id),
        detail: json!({ "with": proof.as_str() }),
    };
    tx.commit(&scope(person), entry).await?;
    let mut response = Redirect::to(back).into_response();
    let cookie = HeaderValue::from_str(&session_cookie(app, &cookie)).map_err(Error::internal)?;
    response.headers_mut().append(SET_COOKIE, cookie);
    Ok(response)
}

/// Writes a new session and gives the value of its cookie.
pub(crate) async fn open(app: &App, tx: &mut Tx, person: &Person, from: &str, agent: &str) -> Result<String> {
    let cookie = new_secret(app);
    let now = tx.at();
    let life = if person.role.is_staff() { STAFF_LIFE } else { CLIENT_LIFE };
    let new = store::NewSession {
        hash: hash_secret(&cookie),
        id: app.ids.id(),
        expires_at: now.saturating_add(life).map_err(Error::internal)?,
        stepped_up_until: now.saturating_add(STEP_UP).map_err(Error::internal)?,
        from,
        agent,
    };
    store::add_session(tx, &scope(person), person.id, &new).await?;
    Ok(cookie)
}
