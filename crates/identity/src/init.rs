//! The first steps of an installation and of a demo: the provider, its first administrator, clients, people,
//! and links to sign in with, all without mail.

use kakari_kernel::{Actor, OrgId, OrgScope, PersonId, ProviderId, Reach, Result, Role};
use kakari_store::Entry;
use serde_json::json;

use crate::App;
use crate::organisations::{self, Kind, Organisation};
use crate::people::{self, NewPerson};
use crate::sign_in::{self, LinkPurpose};

/// A provider that was just made.
#[derive(Debug, Clone)]
pub struct Founded {
    pub provider: ProviderId,
    pub admin: PersonId,
    /// Signs the administrator in once, within three days, to set a password.
    pub link: String,
}

/// A client to be added.
#[derive(Debug, Clone, Default)]
pub struct NewClient {
    pub name: String,
    /// A key of [`organisations::INDUSTRIES`].
    pub industry: String,
    pub staff: u32,
    pub prefecture: String,
    pub phone: String,
    pub group: Option<OrgId>,
    pub advisor: Option<PersonId>,
}

/// Makes the provider and its first administrator.
///
/// # Errors
/// `Conflict` when the mail address is already somebody's.
pub async fn found(
    app: &App,
    actor: &Actor,
    provider_name: &str,
    admin_name: &str,
    email: &str,
) -> Result<Founded> {
    let provider = ProviderId(app.ids.id());
    let scope = OrgScope::grant(provider, Reach::Client(provider.as_org()));
    let mut tx = app.db.begin().await?;
    let org = Organisation {
        id: provider.as_org(),
        kind: Kind::Provider,
        group: None,
        name: provider_name.to_owned(),
        industry: String::new(),
        staff: 0,
        prefecture: String::new(),
        phone: app.settings.phone.clone(),
        advisor: None,
        created_at: tx.at(),
    };
    organisations::add(&mut tx, &scope, &org).await?;
    let admin = NewPerson {
        id: PersonId(app.ids.id()),
        name: admin_name.to_owned(),
        email: email.to_owned(),
        phone: String::new(),
        role: Role::Admin,
    };
    people::add(&mut tx, &scope, &admin).await?;
    let link = sign_in::make_link(app, &mut tx, &scope, admin.id, LinkPurpose::Invitation).await?;
    let entry = Entry {
        actor: actor.clone(),
        act: "organisation.found",
        subject: format!("organisation:{provider}"),
        detail: json!({ "name": provider_name, "admin": admin_name }),
    };
    tx.commit(&scope, entry).await?;
    Ok(Founded { provider, admin: admin.id, link })
}

/// Adds a client of the provider and gives its id.
pub async fn add_client(app: &App, actor: &Actor, provider: ProviderId, new: &NewClient) -> Result<OrgId> {
    let id = OrgId(app.ids.id());
    let scope = OrgScope::grant(provider, Reach::Client(id));
    let mut tx = app.db.begin().await?;
    let org = Organisation {
        id,
        kind: Kind::Client,
        group: new.group,
        name: new.name.clone(),
        industry: new.industry.clone(),
        staff: new.staff,
        prefecture: new.prefecture.clone(),
        phone: new.phone.clone(),
        advisor: new.advisor,
        created_at: tx.at(),
    };
    organisations::add(&mut tx, &scope, &org).await?;
    let entry = Entry {
        actor: actor.clone(),
        act: "organisation.add",
        subject: format!("organisation:{id}"),
        detail: json!({ "name": new.name }),
    };
    tx.commit(&scope, entry).await?;
    Ok(id)
}

/// Adds a person to an organisation and gives their id; for staff, `org` is the provider's own.
///
/// # Errors
/// `Conflict` when the mail address is already somebody's.
pub async fn add_person(
    app: &App,
    actor: &Actor,
    provider: ProviderId,
    org: OrgId,
    role: Role,
    name: &str,
    email: &str,
) -> Result<PersonId> {
    let id = PersonId(app.ids.id());
    let scope = OrgScope::grant(provider, Reach::Client(org));
    let mut tx = app.db.begin().await?;
    let new = NewPerson { id, name: name.to_owned(), email: email.to_owned(), phone: String::new(), role };
    people::add(&mut tx, &scope, &new).await?;
    let entry = Entry {
        actor: actor.clone(),
        act: "person.add",
        subject: format!("person:{id}"),
        detail: json!({ "name": name, "role": role.as_str() }),
    };
    tx.commit(&scope, entry).await?;
    Ok(id)
}

/// A link that signs this person in as often as one likes, while the program runs as a demo.
///
/// # Errors
/// `Forbidden` outside a demo.
pub async fn demo_link(
    app: &App,
    actor: &Actor,
    provider: ProviderId,
    org: OrgId,
    person: PersonId,
) -> Result<String> {
    let scope = OrgScope::grant(provider, Reach::Client(org));
    let mut tx = app.db.begin().await?;
    let link = sign_in::make_link(app, &mut tx, &scope, person, LinkPurpose::Demo).await?;
    let entry = Entry {
        actor: actor.clone(),
        act: "sign_in.make_demo_link",
        subject: format!("person:{person}"),
        detail: json!({}),
    };
    tx.commit(&scope, entry).await?;
    Ok(link)
}
