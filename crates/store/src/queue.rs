//! The job queue: at least once, with retries that wait longer each time, and a view of what failed for good.

use kakari_kernel::{Error, Id, IdMaker, OrgScope, Reach, Result, to_ms};
use serde_json::Value as Json;

use crate::{Conn, Db, Row, Tx, Unaudited, args};

/// How long a worker may keep a job before another one takes it over.
pub const LEASE_S: i64 = 300;
const MAX_ATTEMPTS: i64 = 8;
/// Waiting grows from 10 seconds by doubling, to at most an hour.
const FIRST_WAIT_S: i64 = 10;
const LONGEST_WAIT_S: i64 = 3_600;

/// A job as its handler sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    pub id: Id,
    /// The scope it was asked for in.
    pub scope: OrgScope,
    pub kind: String,
    pub payload: Json,
    /// 1 for the first try.
    pub attempt: i64,
    pub last_error: String,
    pub run_at: jiff::Timestamp,
}

/// Asks for work, to be begun `after` so long, in the transaction of the change that needs it.
pub async fn push(
    tx: &mut Tx,
    ids: &IdMaker,
    scope: &OrgScope,
    kind: &str,
    payload: &Json,
    after: jiff::SignedDuration,
) -> Result<Id> {
    let id = ids.id();
    let now = tx.at();
    let run_at = now.saturating_add(after).map_err(Error::internal)?;
    tx.execute(
        scope,
        "INSERT INTO job (provider_id, org_id, id, kind, payload, state, run_at_ms, lease_until_ms, attempts, \
         max_attempts, last_error, created_at_ms) VALUES ({owner}, $3, $4, $5, 'queued', $6, 0, 0, $7, '', $8)",
        args![id, kind, payload.to_string(), run_at, MAX_ATTEMPTS, now],
    )
    .await?;
    Ok(id)
}

/// Takes the next job of one of the given kinds, if one is due. A worker that died loses its lease.
pub async fn take(db: &Db, kinds: &[&str]) -> Result<Option<Job>> {
    let mut tx = db.begin().await?;
    let now = to_ms(tx.at());
    let kinds =
        kinds.iter().map(|kind| format!("'{}'", kind.replace('\'', ""))).collect::<Vec<_>>().join(", ");
    // The state is asked again outside: two workers that found the same job do not both get it.
    let due = "(state = 'queued' AND run_at_ms <= $1 OR state = 'running' AND lease_until_ms < $1)";
    let sql = format!(
        "UPDATE job SET state = 'running', attempts = attempts + 1, lease_until_ms = $2 WHERE {due} AND id = \
         (SELECT id FROM job WHERE kind IN ({kinds}) AND {due} ORDER BY run_at_ms, id LIMIT 1) RETURNING *"
    );
    let row = tx.system().first(&sql, args![now, now + LEASE_S * 1000]).await?;
    tx.commit_unaudited(Unaudited::Queue).await?;
    row.as_ref().map(job_of).transpose()
}

/// Marks a job as done: it is forgotten.
pub async fn done(db: &Db, job: &Job) -> Result<()> {
    let mut tx = db.begin().await?;
    tx.system().execute("DELETE FROM job WHERE id = $1", args![job.id]).await?;
    tx.commit_unaudited(Unaudited::Queue).await
}

/// Keeps a failed job for a later try, or sets it aside as dead after the last one.
pub async fn failed(db: &Db, job: &Job, why: &str) -> Result<()> {
    let mut tx = db.begin().await?;
    let doubled = FIRST_WAIT_S << job.attempt.clamp(1, 20).saturating_sub(1);
    let run_at = to_ms(tx.at()) + doubled.min(LONGEST_WAIT_S) * 1000;
    let why: String = why.chars().take(1_000).collect();
    tx.system()
        .execute(
            "UPDATE job SET state = CASE WHEN attempts >= max_attempts THEN 'dead' ELSE 'queued' END, \
             run_at_ms = $2, last_error = $3 WHERE id = $1",
            args![job.id, run_at, why],
        )
        .await?;
    tx.commit_unaudited(Unaudited::Queue).await
}

/// Jobs that were given up, newest first.
pub async fn dead(conn: &mut Conn, scope: &OrgScope) -> Result<Vec<Job>> {
    let rows = conn
        .all(
            scope,
            "SELECT * FROM job WHERE {scope} AND state = 'dead' ORDER BY created_at_ms DESC LIMIT 200",
            &[],
        )
        .await?;
    rows.iter().map(job_of).collect()
}

/// Gives a dead job its tries again.
///
/// # Errors
/// `NotFound` when the scope has no such dead job.
pub async fn retry(tx: &mut Tx, scope: &OrgScope, id: Id) -> Result<()> {
    let now = tx.at();
    let touched = tx
        .execute(
            scope,
            "UPDATE job SET state = 'queued', attempts = 0, run_at_ms = $4 WHERE {scope} AND id = $3 AND state = 'dead'",
            args![id, now],
        )
        .await?;
    if touched == 0 { Err(Error::NotFound) } else { Ok(()) }
}

/// How many jobs wait, run and are dead, over all tenants; for health and metrics.
pub async fn depth(conn: &mut Conn) -> Result<Vec<(String, u64)>> {
    let rows = conn
        .system()
        .all("SELECT state, COUNT(*) AS jobs FROM job GROUP BY state ORDER BY state", &[])
        .await?;
    rows.iter().map(|row| Ok((row.text("state")?, row.count("jobs")?))).collect()
}

fn job_of(row: &Row) -> Result<Job> {
    Ok(Job {
        id: row.id("id")?,
        scope: OrgScope::grant(
            kakari_kernel::ProviderId(row.id("provider_id")?),
            Reach::Client(row.org("org_id")?),
        ),
        kind: row.text("kind")?,
        payload: row.json("payload")?,
        attempt: row.int("attempts")?,
        last_error: row.text("last_error")?,
        run_at: row.time("run_at_ms")?,
    })
}
