//! The only SQL on `api_token`.

use jiff::Timestamp;
use kakari_kernel::{Error, Id, OrgScope, ProviderId, Result};
use kakari_store::{Conn, Row, Tx, args};

use super::model::Token;
use crate::web::Access;

/// Adds a token to the scope's organisation.
pub(super) async fn add(
    tx: &mut Tx,
    scope: &OrgScope,
    id: Id,
    hash: &str,
    name: &str,
    access: Access,
    created_by: &str,
    expires_at: Timestamp,
) -> Result<()> {
    let now = tx.at();
    tx.execute(
        scope,
        "INSERT INTO api_token (provider_id, org_id, token_id, token_hash, name, access, created_by, \
         created_at_ms, expires_at_ms, used_at_ms, revoked_at_ms) VALUES ({owner}, $3, $4, $5, $6, $7, $8, $9, 0, 0)",
        args![id, hash, name, access.as_str(), created_by, now, expires_at],
    )
    .await?;
    Ok(())
}

/// The tokens of the scope's organisation, the newest first.
pub(super) async fn list(conn: &mut Conn, scope: &OrgScope) -> Result<Vec<Token>> {
    let rows = conn
        .all(
            scope,
            "SELECT * FROM api_token WHERE {scope} ORDER BY revoked_at_ms, created_at_ms DESC, token_id LIMIT 200",
            &[],
        )
        .await?;
    rows.iter().map(token).collect()
}

/// The token of a credential that was just shown: no tenant is known yet.
pub(super) async fn live(conn: &mut Conn, hash: &str, now: Timestamp) -> Result<Option<Token>> {
    let row = conn
        .system()
        .first(
            "SELECT * FROM api_token WHERE token_hash = $1 AND revoked_at_ms = 0 AND expires_at_ms > $2",
            args![hash, now],
        )
        .await?;
    row.as_ref().map(token).transpose()
}

pub(super) async fn note_use(tx: &mut Tx, hash: &str) -> Result<()> {
    let now = tx.at();
    tx.system()
        .execute("UPDATE api_token SET used_at_ms = $2 WHERE token_hash = $1", args![hash, now])
        .await?;
    Ok(())
}

/// # Errors
/// `NotFound` when the scope has no such token that still holds.
pub(super) async fn revoke(tx: &mut Tx, scope: &OrgScope, id: Id) -> Result<()> {
    let now = tx.at();
    let touched = tx
        .execute(
            scope,
            "UPDATE api_token SET revoked_at_ms = $4 WHERE {scope} AND token_id = $3 AND revoked_at_ms = 0",
            args![id, now],
        )
        .await?;
    if touched == 0 { Err(Error::NotFound) } else { Ok(()) }
}

fn token(row: &Row) -> Result<Token> {
    let access = row.text("access")?;
    let set = |at: Option<Timestamp>| at.filter(|at| *at != Timestamp::UNIX_EPOCH);
    Ok(Token {
        id: row.id("token_id")?,
        provider: ProviderId(row.id("provider_id")?),
        org: row.org("org_id")?,
        name: row.text("name")?,
        access: Access::from_name(&access)
            .ok_or_else(|| Error::internal(format!("unknown access {access}")))?,
        created_at: row.time("created_at_ms")?,
        expires_at: row.time("expires_at_ms")?,
        used_at: set(row.time_or_none("used_at_ms")?),
        revoked_at: set(row.time_or_none("revoked_at_ms")?),
    })
}
