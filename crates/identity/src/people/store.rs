//! The only SQL on `person` and `recovery_code`.

use kakari_kernel::{Error, OrgScope, PersonId, ProviderId, Result, Role};
use kakari_store::{Conn, Row, Tx, args};

use super::model::{NewPerson, Person};
use crate::App;
use crate::web::{open, seal};

/// Adds a person to the scope's organisation.
///
/// # Errors
/// `Conflict` when the mail address is already somebody's.
pub async fn add(tx: &mut Tx, scope: &OrgScope, person: &NewPerson) -> Result<()> {
    let now = tx.at();
    tx.execute(
        scope,
        "INSERT INTO person (provider_id, org_id, person_id, name, email, phone, role, lang, password_hash, \
         totp_secret, totp_step, disabled, created_at_ms) VALUES ({owner}, $3, $4, $5, $6, $7, '', '', '', 0, 0, $8)",
        args![person.id, &person.name, person.email.to_lowercase(), &person.phone, person.role.as_str(), now],
    )
    .await?;
    Ok(())
}

/// The people of the scope's organisation, by name. At most 500.
pub async fn list_of(conn: &mut Conn, scope: &OrgScope) -> Result<Vec<Person>> {
    let rows = conn
        .all(scope, "SELECT * FROM person WHERE {scope} ORDER BY disabled, name, person_id LIMIT 500", &[])
        .await?;
    rows.iter().map(person).collect()
}

/// # Errors
/// `NotFound` when the scope has no such person.
pub async fn get(conn: &mut Conn, scope: &OrgScope, id: PersonId) -> Result<Person> {
    let row = conn.one(scope, "SELECT * FROM person WHERE {scope} AND person_id = $3", args![id]).await?;
    person(&row)
}

/// The person with this mail address and the hash of their password: sign-in does not know a tenant yet.
pub(crate) async fn by_email(conn: &mut Conn, email: &str) -> Result<Option<(Person, String)>> {
    let row = conn.system().first("SELECT * FROM person WHERE email = $1", args![email]).await?;
    row.map(|row| Ok((person(&row)?, row.text("password_hash")?))).transpose()
}

/// The person of a credential that was just recognised.
pub(crate) async fn by_id(conn: &mut Conn, id: PersonId) -> Result<Option<Person>> {
    let row = conn.system().first("SELECT * FROM person WHERE person_id = $1", args![id]).await?;
    row.as_ref().map(person).transpose()
}

/// How many administrators of the provider can sign in. Their rows are locked until the commit, so that two
/// of them cannot disable each other.
pub(super) async fn lock_admins(tx: &mut Tx, scope: &OrgScope) -> Result<u64> {
    tx.execute(scope, "UPDATE person SET role = role WHERE {scope} AND role = 'admin'", &[]).await?;
    let row = tx
        .one(
            scope,
            "SELECT COUNT(*) AS admins FROM person WHERE {scope} AND role = 'admin' AND disabled = 0",
            &[],
        )
        .await?;
    row.count("admins")
}

pub(super) async fn change(
    tx: &mut Tx,
    scope: &OrgScope,
    id: PersonId,
    name: &str,
    phone: &str,
    role: Role,
) -> Result<()> {
    one(tx
        .execute(
            scope,
            "UPDATE person SET name = $4, phone = $5, role = $6 WHERE {scope} AND person_id = $3",
            args![id, name, phone, role.as_str()],
        )
        .await?)
}

pub(super) async fn set_disabled(tx: &mut Tx, scope: &OrgScope, id: PersonId, disabled: bool) -> Result<()> {
    one(tx
        .execute(
            scope,
            "UPDATE person SET disabled = $4 WHERE {scope} AND person_id = $3",
            args![id, disabled],
        )
        .await?)
}

pub(super) async fn set_language(tx: &mut Tx, scope: &OrgScope, id: PersonId, lang: &str) -> Result<()> {
    one(tx
        .execute(scope, "UPDATE person SET lang = $4 WHERE {scope} AND person_id = $3", args![id, lang])
        .await?)
}

pub(crate) async fn set_name(
    tx: &mut Tx,
    scope: &OrgScope,
    id: PersonId,
    name: &str,
    phone: &str,
    lang: &str,
) -> Result<()> {
    one(tx
        .execute(
            scope,
            "UPDATE person SET name = $4, phone = $5, lang = $6 WHERE {scope} AND person_id = $3",
            args![id, name, phone, lang],
        )
        .await?)
}

pub(crate) async fn set_password(tx: &mut Tx, scope: &OrgScope, id: PersonId, hash: &str) -> Result<()> {
    one(tx
        .execute(
            scope,
            "UPDATE person SET password_hash = $4 WHERE {scope} AND person_id = $3",
            args![id, hash],
        )
        .await?)
}

/// The authenticator's key and the newest step that was used, when one is set up.
pub(crate) async fn totp(
    app: &App,
    conn: &mut Conn,
    scope: &OrgScope,
    id: PersonId,
) -> Result<Option<(Vec<u8>, i64)>> {
    let row = conn
        .one(scope, "SELECT totp_secret, totp_step FROM person WHERE {scope} AND person_id = $3", args![id])
        .await?;
    let sealed = row.text("totp_secret")?;
    if sealed.is_empty() {
        return Ok(None);
    }
    Ok(Some((open(app, &id.to_string(), &sealed)?, row.int("totp_step")?)))
}

/// Keeps an authenticator's key, sealed, with the step of the code that proved it.
pub(crate) async fn set_totp(
    app: &App,
    tx: &mut Tx,
    scope: &OrgScope,
    id: PersonId,
    secret: &[u8],
    step: i64,
) -> Result<()> {
    let sealed = seal(app, &id.to_string(), secret)?;
    one(tx
        .execute(
            scope,
            "UPDATE person SET totp_secret = $4, totp_step = $5 WHERE {scope} AND person_id = $3",
            args![id, sealed, step],
        )
        .await?)
}

pub(crate) async fn drop_totp(tx: &mut Tx, scope: &OrgScope, id: PersonId) -> Result<()> {
    tx.execute(scope, "DELETE FROM recovery_code WHERE {scope} AND person_id = $3", args![id]).await?;
    one(tx
        .execute(scope, "UPDATE person SET totp_secret = '' WHERE {scope} AND person_id = $3", args![id])
        .await?)
}

/// Uses a step of the authenticator up; false when it or a newer one was used already.
pub(crate) async fn use_totp_step(tx: &mut Tx, scope: &OrgScope, id: PersonId, step: i64) -> Result<bool> {
    let touched = tx
        .execute(
            scope,
            "UPDATE person SET totp_step = $4 WHERE {scope} AND person_id = $3 AND totp_step < $4",
            args![id, step],
        )
        .await?;
    Ok(touched > 0)
}

/// Replaces the recovery codes of a person.
pub(crate) async fn add_recovery_codes(
    tx: &mut Tx,
    scope: &OrgScope,
    id: PersonId,
    hashes: &[String],
) -> Result<()> {
    tx.execute(scope, "DELETE FROM recovery_code WHERE {scope} AND person_id = $3", args![id]).await?;
    for hash in hashes {
        tx.execute(
            scope,
            "INSERT INTO recovery_code (provider_id, org_id, person_id, code_hash) VALUES ({owner}, $3, $4)",
            args![id, hash],
        )
        .await?;
    }
    Ok(())
}

/// Uses a recovery code up; false when there is no such one.
pub(crate) async fn use_recovery_code(
    tx: &mut Tx,
    scope: &OrgScope,
    id: PersonId,
    hash: &str,
) -> Result<bool> {
    let touched = tx
        .execute(
            scope,
            "DELETE FROM recovery_code WHERE {scope} AND person_id = $3 AND code_hash = $4",
            args![id, hash],
        )
        .await?;
    Ok(touched > 0)
}

fn one(touched: u64) -> Result<()> {
    if touched == 0 { Err(Error::NotFound) } else { Ok(()) }
}

fn person(row: &Row) -> Result<Person> {
    let role = row.text("role")?;
    Ok(Person {
        id: PersonId(row.id("person_id")?),
        provider: ProviderId(row.id("provider_id")?),
        home: row.org("org_id")?,
        name: row.text("name")?,
        email: row.text("email")?,
        phone: row.text("phone")?,
        role: Role::from_name(&role).ok_or_else(|| Error::internal(format!("unknown role {role}")))?,
        lang: row.text("lang")?,
        disabled: row.bool("disabled")?,
        password: !row.text("password_hash")?.is_empty(),
        totp: !row.text("totp_secret")?.is_empty(),
        created_at: row.time("created_at_ms")?,
    })
}
