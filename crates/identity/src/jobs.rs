//! Work that identity does outside of requests: mails with links, and forgetting what is over.
//!
//! A link is made when its mail is sent, so no secret waits in the queue; a job that runs twice sends a second
//! link, and the first one still works once.

use jiff::SignedDuration;
use kakari_kernel::ports::{Message, Notifier};
use kakari_kernel::{Actor, Error, OrgScope, PersonId, Reach, Result};
use kakari_store::queue::Job;
use kakari_store::{Entry, Unaudited};
use kakari_ui::{Lang, TextArg};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::sign_in::{self, LinkPurpose, make_link};
use crate::{App, people};

/// The kind of the jobs that mail a link.
pub const LINK_MAIL: &str = "identity.link_mail";
/// All kinds that [`run`] does.
pub const KINDS: &[&str] = &[LINK_MAIL];

/// Attempts are kept for a while after they stopped counting, so that a page can still say what happened.
const KEEP_ATTEMPTS: SignedDuration = SignedDuration::from_hours(48);

/// Whom to send which link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub(crate) enum LinkMail {
    /// Somebody typed this address on the sign-in page; nobody knows yet whether it is known.
    SignIn {
        email: String,
        lang: Lang,
    },
    Invitation {
        person: PersonId,
    },
}

/// Does one job of [`KINDS`].
///
/// # Errors
/// `Unavailable` when the mail could not be handed over: the queue tries again.
pub async fn run(app: &App, notifier: &dyn Notifier, job: &Job) -> Result<()> {
    let mail: LinkMail = serde_json::from_value(job.payload.clone()).map_err(Error::internal)?;
    let mut conn = app.db.read().await?;
    let (person, purpose, key, asked_in) = match mail {
        LinkMail::SignIn { email, lang } => {
            let found = people::by_email(&mut conn, &email).await?.map(|(person, _)| person);
            (found.filter(sign_in::by_mail), LinkPurpose::SignIn, "sign-in-mail", lang)
        }
        LinkMail::Invitation { person } => {
            let found = people::by_id(&mut conn, person).await?;
            (found, LinkPurpose::Invitation, "sign-in-invitation", Lang::default())
        }
    };
    drop(conn);
    // Nobody, or nobody who may come in this way: nothing is sent, and nobody learns which.
    let Some(person) = person.filter(|person| !person.disabled) else { return Ok(()) };
    let scope = OrgScope::grant(person.provider, Reach::Client(person.home));
    let mut tx = app.db.begin().await?;
    let link = make_link(app, &mut tx, &scope, person.id, purpose).await?;
    let entry = Entry {
        actor: Actor::job(LINK_MAIL),
        act: "sign_in.send_link",
        subject: format!("person:{}", person.id),
        detail: json!({}),
    };
    tx.commit(&scope, entry).await?;
    let lang = Lang::from_code(&person.lang).unwrap_or(asked_in);
    let settings = &app.settings;
    let args: [(&str, TextArg<'_>); 5] = [
        ("name", person.name.as_str().into()),
        ("link", link.as_str().into()),
        ("service", settings.service_name.as_str().into()),
        ("provider", settings.provider_name.as_str().into()),
        ("phone", settings.phone.as_str().into()),
    ];
    let message = Message {
        to: person.email,
        subject: app.ui.text(lang, &format!("{key}-subject"), &args),
        body: app.ui.text(lang, &format!("{key}-body"), &args),
    };
    notifier.send(&message).await
}

/// Forgets sessions, links, steps and attempts that are over. To be called about once an hour.
pub async fn sweep(app: &App) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let before = tx.at().saturating_sub(KEEP_ATTEMPTS).map_err(Error::internal)?;
    sign_in::store::sweep(&mut tx, before).await?;
    tx.commit_unaudited(Unaudited::Session).await
}
