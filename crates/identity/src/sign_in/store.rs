//! The only SQL on sessions, links, steps and attempts.
//!
//! Reading a credential is the one thing that happens before a tenant is known, so these statements are
//! `system()` ones; what they find says which tenant it is.

use jiff::Timestamp;
use kakari_kernel::{Id, OrgScope, PersonId, ProviderId, Result, Role, to_ms};
use kakari_store::{Conn, Tx, args};
use serde::Serialize;
use serde_json::Value as Json;

use super::link::LinkPurpose;
use super::session::Session;

pub(super) struct NewSession<'a> {
    pub(super) hash: String,
    pub(super) id: Id,
    pub(super) expires_at: Timestamp,
    pub(super) stepped_up_until: Timestamp,
    pub(super) from: &'a str,
    pub(super) agent: &'a str,
}

pub(super) async fn add_session(
    tx: &mut Tx,
    scope: &OrgScope,
    person: PersonId,
    new: &NewSession<'_>,
) -> Result<()> {
    let now = tx.at();
    tx.execute(
        scope,
        "INSERT INTO session (provider_id, org_id, session_hash, session_id, person_id, created_at_ms, used_at_ms, \
         expires_at_ms, stepped_up_until_ms, came_from, agent) VALUES ({owner}, $3, $4, $5, $6, $6, $7, $8, $9, $10)",
        args![&new.hash, new.id, person, now, new.expires_at, new.stepped_up_until, new.from, new.agent],
    )
    .await?;
    Ok(())
}

pub(super) async fn session(conn: &mut Conn, hash: &str, now: Timestamp) -> Result<Option<Session>> {
    let row = conn
        .system()
        .first(
            "SELECT s.session_id, s.used_at_ms, s.stepped_up_until_ms, p.person_id, p.provider_id, p.org_id, \
             p.name, p.role, p.lang FROM session s JOIN person p ON p.person_id = s.person_id \
             WHERE s.session_hash = $1 AND s.expires_at_ms > $2 AND p.disabled = 0",
            args![hash, now],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    // A role that this program does not know may do nothing.
    let Some(role) = Role::from_name(&row.text("role")?) else { return Ok(None) };
    Ok(Some(Session {
        id: row.id("session_id")?,
        person: PersonId(row.id("person_id")?),
        provider: ProviderId(row.id("provider_id")?),
        home: row.org("org_id")?,
        name: row.text("name")?,
        role,
        lang: row.text("lang")?,
        used_at: row.time("used_at_ms")?,
        stepped_up_until: row.time("stepped_up_until_ms")?,
    }))
}

pub(super) async fn note_use(tx: &mut Tx, hash: &str) -> Result<()> {
    let now = tx.at();
    tx.system()
        .execute("UPDATE session SET used_at_ms = $2 WHERE session_hash = $1", args![hash, now])
        .await?;
    Ok(())
}

pub(super) async fn forget_session(tx: &mut Tx, hash: &str) -> Result<()> {
    tx.system().execute("DELETE FROM session WHERE session_hash = $1", args![hash]).await?;
    Ok(())
}

/// A session as its owner sees it in the list.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ListedSession {
    pub(crate) id: Id,
    pub(crate) created_at: Timestamp,
    pub(crate) used_at: Timestamp,
    pub(crate) from: String,
    pub(crate) agent: String,
}

pub(crate) async fn sessions_of(
    conn: &mut Conn,
    scope: &OrgScope,
    person: PersonId,
    now: Timestamp,
) -> Result<Vec<ListedSession>> {
    let rows = conn
        .all(
            scope,
            "SELECT * FROM session WHERE {scope} AND person_id = $3 AND expires_at_ms > $4 \
             ORDER BY used_at_ms DESC, session_id LIMIT 100",
            args![person, now],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(ListedSession {
                id: row.id("session_id")?,
                created_at: row.time("created_at_ms")?,
                used_at: row.time("used_at_ms")?,
                from: row.text("came_from")?,
                agent: row.text("agent")?,
            })
        })
        .collect()
}

/// Ends one session of a person; false when there is no such one.
pub(crate) async fn end_session(tx: &mut Tx, scope: &OrgScope, person: PersonId, id: Id) -> Result<bool> {
    let touched = tx
        .execute(
            scope,
            "DELETE FROM session WHERE {scope} AND person_id = $3 AND session_id = $4",
            args![person, id],
        )
        .await?;
    Ok(touched > 0)
}

/// Ends all sessions of a person but the one named, and every link that could open a new one.
pub(crate) async fn end_sessions(
    tx: &mut Tx,
    scope: &OrgScope,
    person: PersonId,
    but: Option<Id>,
) -> Result<()> {
    let but = but.map_or(String::new(), |id| id.to_string());
    tx.execute(
        scope,
        "DELETE FROM session WHERE {scope} AND person_id = $3 AND session_id <> $4",
        args![person, but],
    )
    .await?;
    tx.execute(scope, "DELETE FROM sign_in_link WHERE {scope} AND person_id = $3", args![person]).await?;
    Ok(())
}

pub(super) async fn add_link(
    tx: &mut Tx,
    scope: &OrgScope,
    person: PersonId,
    purpose: LinkPurpose,
    hash: &str,
    expires_at: Timestamp,
) -> Result<()> {
    let now = tx.at();
    tx.execute(
        scope,
        "INSERT INTO sign_in_link (provider_id, org_id, link_hash, person_id, purpose, created_at_ms, \
         expires_at_ms, used_at_ms) VALUES ({owner}, $3, $4, $5, $6, $7, 0)",
        args![hash, person, purpose.as_str(), now, expires_at],
    )
    .await?;
    Ok(())
}

/// Whom a link that still works signs in.
pub(super) async fn link(
    conn: &mut Conn,
    hash: &str,
    now: Timestamp,
) -> Result<Option<(PersonId, LinkPurpose)>> {
    let row = conn
        .system()
        .first(
            "SELECT person_id, purpose FROM sign_in_link \
             WHERE link_hash = $1 AND expires_at_ms > $2 AND (used_at_ms = 0 OR purpose = 'demo')",
            args![hash, now],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let Some(purpose) = LinkPurpose::from_name(&row.text("purpose")?) else { return Ok(None) };
    Ok(Some((PersonId(row.id("person_id")?), purpose)))
}

/// Uses a link up; false when somebody was faster.
pub(super) async fn use_link(tx: &mut Tx, hash: &str) -> Result<bool> {
    let now = tx.at();
    let touched = tx
        .system()
        .execute(
            "UPDATE sign_in_link SET used_at_ms = $2 \
             WHERE link_hash = $1 AND expires_at_ms > $2 AND (used_at_ms = 0 OR purpose = 'demo')",
            args![hash, now],
        )
        .await?;
    Ok(touched > 0)
}

pub(super) async fn add_step(
    tx: &mut Tx,
    hash: &str,
    kind: &str,
    payload: &Json,
    expires_at: Timestamp,
) -> Result<()> {
    tx.system()
        .execute(
            "INSERT INTO sign_in_step (step_hash, kind, payload, expires_at_ms) VALUES ($1, $2, $3, $4)",
            args![hash, kind, payload.to_string(), expires_at],
        )
        .await?;
    Ok(())
}

pub(super) async fn step(conn: &mut Conn, hash: &str, kind: &str, now: Timestamp) -> Result<Option<Json>> {
    let row = conn
        .system()
        .first(
            "SELECT payload FROM sign_in_step WHERE step_hash = $1 AND kind = $2 AND expires_at_ms > $3",
            args![hash, kind, now],
        )
        .await?;
    row.map(|row| row.json("payload")).transpose()
}

/// Uses a step up; false when it was used already.
pub(super) async fn use_step(tx: &mut Tx, hash: &str) -> Result<bool> {
    let touched = tx.system().execute("DELETE FROM sign_in_step WHERE step_hash = $1", args![hash]).await?;
    Ok(touched > 0)
}

/// How often a key was tried, up to when attempts were forgiven, and until when it is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Attempts {
    pub(super) count: i64,
    pub(super) forgiven_at: Timestamp,
    pub(super) blocked_until: Timestamp,
}

pub(super) async fn attempts(tx: &mut Tx, key: &str) -> Result<Attempts> {
    // Writing first takes the row's lock, so two attempts at once are counted as two.
    tx.system()
        .execute(
            "INSERT INTO sign_in_attempt (attempt_key, attempts, forgiven_at_ms, blocked_until_ms) VALUES ($1, 0, 0, 0) \
             ON CONFLICT (attempt_key) DO UPDATE SET attempts = sign_in_attempt.attempts",
            args![key],
        )
        .await?;
    let row = tx.system().first("SELECT * FROM sign_in_attempt WHERE attempt_key = $1", args![key]).await?;
    let row = row.ok_or_else(|| kakari_kernel::Error::internal("a counted attempt vanished"))?;
    Ok(Attempts {
        count: row.int("attempts")?,
        forgiven_at: row.time("forgiven_at_ms")?,
        blocked_until: row.time("blocked_until_ms")?,
    })
}

pub(super) async fn set_attempts(tx: &mut Tx, key: &str, attempts: Attempts) -> Result<()> {
    tx.system()
        .execute(
            "UPDATE sign_in_attempt SET attempts = $2, forgiven_at_ms = $3, blocked_until_ms = $4 WHERE attempt_key = $1",
            args![key, attempts.count, attempts.forgiven_at, attempts.blocked_until],
        )
        .await?;
    Ok(())
}

pub(super) async fn forget_attempts(tx: &mut Tx, key: &str) -> Result<()> {
    tx.system().execute("DELETE FROM sign_in_attempt WHERE attempt_key = $1", args![key]).await?;
    Ok(())
}

/// Forgets what is over: sessions, links, steps, and attempts older than `attempts_before`.
pub(crate) async fn sweep(tx: &mut Tx, attempts_before: Timestamp) -> Result<()> {
    let now = to_ms(tx.at());
    let mut system = tx.system();
    for sql in [
        "DELETE FROM session WHERE expires_at_ms <= $1",
        "DELETE FROM sign_in_link WHERE expires_at_ms <= $1",
        "DELETE FROM sign_in_step WHERE expires_at_ms <= $1",
    ] {
        system.execute(sql, args![now]).await?;
    }
    system
        .execute(
            "DELETE FROM sign_in_attempt WHERE forgiven_at_ms < $1 AND blocked_until_ms <= $2",
            args![attempts_before, now],
        )
        .await?;
    Ok(())
}

/// The provider whose chain takes what belongs to nobody, such as attempts on unknown accounts: the first of
/// the installation.
pub(super) async fn first_provider(conn: &mut Conn) -> Result<Option<ProviderId>> {
    let row = conn
        .system()
        .first(
            "SELECT provider_id FROM organisation WHERE kind = 'provider' ORDER BY created_at_ms, org_id LIMIT 1",
            &[],
        )
        .await?;
    row.map(|row| row.id("provider_id").map(ProviderId)).transpose()
}
