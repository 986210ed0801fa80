//! The only SQL on `passkey`.

use jiff::Timestamp;
use kakari_kernel::{Error, OrgScope, PersonId, Result};
use kakari_store::{Conn, Row, Tx, args};
use serde::Serialize;

use super::ceremony::Proved;

/// A passkey: public keys and counters only.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Passkey {
    pub(crate) credential_id: String,
    /// What its owner calls it.
    pub(crate) name: String,
    #[serde(skip)]
    pub(super) person: PersonId,
    #[serde(skip)]
    pub(super) static_state: String,
    #[serde(skip)]
    pub(super) dynamic_state: String,
    pub(crate) created_at: Timestamp,
    pub(crate) used_at: Timestamp,
}

/// # Errors
/// `Conflict` when the credential is already somebody's.
pub(super) async fn add(
    tx: &mut Tx,
    scope: &OrgScope,
    person: PersonId,
    name: &str,
    new: &Proved,
) -> Result<()> {
    let now = tx.at();
    tx.execute(
        scope,
        "INSERT INTO passkey (provider_id, org_id, person_id, credential_id, name, static_state, dynamic_state, \
         created_at_ms, used_at_ms) VALUES ({owner}, $3, $4, $5, $6, $7, $8, $8)",
        args![person, &new.credential_id, name, &new.static_state, &new.dynamic_state, now],
    )
    .await?;
    Ok(())
}

/// A person's passkeys, the newest first. At most 50.
pub(crate) async fn list(conn: &mut Conn, scope: &OrgScope, person: PersonId) -> Result<Vec<Passkey>> {
    let rows = conn
        .all(
            scope,
            "SELECT * FROM passkey WHERE {scope} AND person_id = $3 ORDER BY created_at_ms DESC, credential_id LIMIT 50",
            args![person],
        )
        .await?;
    rows.iter().map(passkey).collect()
}

/// The passkey with this credential id: sign-in does not know a tenant yet.
pub(super) async fn by_credential(conn: &mut Conn, id: &str) -> Result<Option<Passkey>> {
    let row = conn.system().first("SELECT * FROM passkey WHERE credential_id = $1", args![id]).await?;
    row.as_ref().map(passkey).transpose()
}

/// Keeps the counters of a passkey that was just used.
pub(super) async fn used(tx: &mut Tx, scope: &OrgScope, id: &str, dynamic_state: &str) -> Result<()> {
    let now = tx.at();
    tx.execute(
        scope,
        "UPDATE passkey SET dynamic_state = $4, used_at_ms = $5 WHERE {scope} AND credential_id = $3",
        args![id, dynamic_state, now],
    )
    .await?;
    Ok(())
}

/// # Errors
/// `NotFound` when the person has no such passkey.
pub(super) async fn remove(tx: &mut Tx, scope: &OrgScope, person: PersonId, id: &str) -> Result<()> {
    let touched = tx
        .execute(
            scope,
            "DELETE FROM passkey WHERE {scope} AND person_id = $3 AND credential_id = $4",
            args![person, id],
        )
        .await?;
    if touched == 0 { Err(Error::NotFound) } else { Ok(()) }
}

fn passkey(row: &Row) -> Result<Passkey> {
    Ok(Passkey {
        credential_id: row.text("credential_id")?,
        name: row.text("name")?,
        person: PersonId(row.id("person_id")?),
        static_state: row.text("static_state")?,
        dynamic_state: row.text("dynamic_state")?,
        created_at: row.time("created_at_ms")?,
        used_at: row.time("used_at_ms")?,
    })
}
