//! A person, and who may give which role to whom.

use jiff::Timestamp;
use kakari_kernel::{Error, OrgId, PersonId, ProviderId, Result, Role};
use serde::Serialize;

use crate::Permission;
use crate::organisations::{Kind, Organisation};
use crate::web::Signed;

/// Somebody who can sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Person {
    pub id: PersonId,
    pub provider: ProviderId,
    /// The organisation the person belongs to; the provider for staff.
    pub home: OrgId,
    pub name: String,
    pub email: String,
    pub phone: String,
    pub role: Role,
    pub lang: String,
    pub disabled: bool,
    /// Whether there is a password.
    pub password: bool,
    /// Whether an authenticator is set up.
    pub totp: bool,
    pub created_at: Timestamp,
}

/// A person to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPerson {
    pub id: PersonId,
    pub name: String,
    pub email: String,
    pub phone: String,
    pub role: Role,
}

/// The roles that this person may give to people of this organisation, the usual one first.
pub(super) fn assignable(signed: &Signed, org: &Organisation) -> Vec<Role> {
    match (org.kind, signed.role) {
        (Kind::Provider, Role::Admin) => {
            vec![Role::Advisor, Role::Operator, Role::ReadOnly, Role::Programme, Role::Admin]
        }
        (Kind::Client, Role::Admin | Role::Advisor) => vec![Role::Owner, Role::Executive],
        (Kind::Client, Role::Owner) => vec![Role::Owner],
        _ => Vec::new(),
    }
}

/// # Errors
/// `Forbidden` when this person may not look after the people of this organisation.
pub(super) fn may_manage(signed: &Signed, org: &Organisation) -> Result<()> {
    signed.must(Permission::ManagePeople)?;
    match org.kind {
        Kind::Provider => signed.must(Permission::Administer),
        Kind::Client => Ok(()),
    }
}

/// Whether this person may change that one: never themselves, and nobody whose role they could not give.
pub(super) fn may_change(signed: &Signed, org: &Organisation, person: &Person) -> Result<()> {
    may_manage(signed, org)?;
    if person.id == signed.person {
        return Err(Error::Forbidden("nobody changes their own role or disables themselves".into()));
    }
    if !assignable(signed, org).contains(&person.role) {
        return Err(Error::Forbidden("this person's role is not yours to change".into()));
    }
    Ok(())
}
