//! The only SQL on `ingest_batch` and `ingest_delivery`.

use jiff::Timestamp;
use kakari_kernel::{Id, OrgScope, ProviderId, Reach, Result, to_ms};
use kakari_store::{Conn, Db, Row, Tx, Unaudited, args};
use serde::Serialize;

/// How the content of a batch is cut into records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One record to a line.
    Lines,
    /// `LENGTH SP BYTES`, one after the other: records that may hold line ends.
    Frames,
    /// A whole file; its content says what it is.
    File,
}

impl Format {
    fn as_str(self) -> &'static str {
        match self {
            Self::Lines => "lines",
            Self::Frames => "frames",
            Self::File => "file",
        }
    }

    fn from_name(name: &str) -> Self {
        match name {
            "lines" => Self::Lines,
            "frames" => Self::Frames,
            _ => Self::File,
        }
    }
}

/// A batch that a worker holds.
#[derive(Debug, Clone)]
pub(super) struct Claimed {
    pub(super) id: Id,
    pub(super) scope: OrgScope,
    pub(super) sensor: Id,
    pub(super) received_at: Timestamp,
    pub(super) format: Format,
    pub(super) size_bytes: u64,
    /// 1 for the first try.
    pub(super) attempt: i64,
    pub(super) reason: String,
}

/// A batch that was given up, for the sensor's page.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Aside {
    pub(crate) id: Id,
    pub(crate) received_at: Timestamp,
    pub(crate) size_bytes: u64,
    pub(crate) reason: String,
}

/// Puts a batch on the spool.
pub(super) async fn put(
    tx: &mut Tx,
    scope: &OrgScope,
    id: Id,
    sensor: Id,
    format: Format,
    content: &[u8],
) -> Result<()> {
    let now = tx.at();
    let size = i64::try_from(content.len()).unwrap_or(i64::MAX);
    tx.execute(
        scope,
        "INSERT INTO ingest_batch (provider_id, org_id, batch_id, sensor_id, received_at_ms, format, size_bytes, \
         state, attempts, not_before_ms, reason, content) \
         VALUES ({owner}, $3, $4, $5, $6, $7, 'waiting', 0, 0, '', $8)",
        args![id, sensor, now, format.as_str(), size, content],
    )
    .await?;
    Ok(())
}

/// How many batches of a sensor wait, counted up to `most`.
pub(super) async fn waiting(conn: &mut Conn, scope: &OrgScope, sensor: Id, most: u32) -> Result<u64> {
    let row = conn
        .one(
            scope,
            "SELECT COUNT(*) AS batches FROM (SELECT 1 AS one FROM ingest_batch \
             WHERE {scope} AND sensor_id = $3 AND state = 'waiting' LIMIT $4) w",
            args![sensor, most],
        )
        .await?;
    row.count("batches")
}

/// The records of an earlier delivery of the same name.
pub(super) async fn delivered(
    conn: &mut Conn,
    scope: &OrgScope,
    sensor: Id,
    key: &str,
) -> Result<Option<u64>> {
    let row = conn
        .first(
            scope,
            "SELECT records FROM ingest_delivery WHERE {scope} AND sensor_id = $3 AND delivery_key = $4",
            args![sensor, key],
        )
        .await?;
    row.map(|row| row.count("records")).transpose()
}

/// Remembers the name of a delivery. False when it is known already.
pub(super) async fn remember(
    tx: &mut Tx,
    scope: &OrgScope,
    sensor: Id,
    key: &str,
    records: u64,
) -> Result<bool> {
    let now = tx.at();
    let touched = tx
        .execute(
            scope,
            "INSERT INTO ingest_delivery (provider_id, org_id, sensor_id, delivery_key, received_at_ms, records) \
             VALUES ({owner}, $3, $4, $5, $6) ON CONFLICT (sensor_id, delivery_key) DO NOTHING",
            args![sensor, key, now, i64::try_from(records).unwrap_or(i64::MAX)],
        )
        .await?;
    Ok(touched > 0)
}

/// Forgets the names of deliveries before a moment; no shipper retries for so long.
pub(super) async fn forget_deliveries(db: &Db, before: Timestamp) -> Result<()> {
    let mut tx = db.begin().await?;
    tx.system().execute("DELETE FROM ingest_delivery WHERE received_at_ms < $1", args![before]).await?;
    tx.commit_unaudited(Unaudited::Derived).await
}

/// Takes the oldest waiting batch of up to `clients` clients, for `lease_s`. The try is counted before it
/// begins, so that a batch which brings the process down is given up after a few of them too.
pub(super) async fn claim(db: &Db, clients: u32, lease_s: i64) -> Result<Vec<Claimed>> {
    let mut tx = db.begin().await?;
    let now = to_ms(tx.at());
    let rows = tx
        .system()
        .all(
            "UPDATE ingest_batch SET attempts = attempts + 1, not_before_ms = $2 \
             WHERE state = 'waiting' AND not_before_ms <= $1 AND batch_id IN \
             (SELECT b.batch_id FROM ingest_batch b JOIN (SELECT org_id, MIN(batch_id) AS head FROM ingest_batch \
              WHERE state = 'waiting' GROUP BY org_id) h ON h.head = b.batch_id \
              WHERE b.not_before_ms <= $1 ORDER BY b.batch_id LIMIT $3) \
             RETURNING provider_id, org_id, batch_id, sensor_id, received_at_ms, format, size_bytes, attempts, reason",
            args![now, now + lease_s * 1000, clients],
        )
        .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    tx.commit_unaudited(Unaudited::Queue).await?;
    rows.iter().map(claimed).collect()
}

/// Makes batches free again that another life of this process held when it ended. A batch that another
/// process holds is read twice then, which does no harm: only one of the two can take it off the spool.
pub(super) async fn release_all(db: &Db) -> Result<()> {
    let mut tx = db.begin().await?;
    tx.system()
        .execute(
            "UPDATE ingest_batch SET not_before_ms = 0 WHERE state = 'waiting' AND not_before_ms > 0",
            &[],
        )
        .await?;
    tx.commit_unaudited(Unaudited::Queue).await
}

/// The bytes of a batch; `None` when it is gone.
pub(super) async fn content(conn: &mut Conn, scope: &OrgScope, id: Id) -> Result<Option<Vec<u8>>> {
    let row = conn
        .first(scope, "SELECT content FROM ingest_batch WHERE {scope} AND batch_id = $3", args![id])
        .await?;
    row.map(|row| row.bytes("content")).transpose()
}

/// Takes a batch off the spool. False when somebody else did.
pub(super) async fn remove(tx: &mut Tx, scope: &OrgScope, id: Id) -> Result<bool> {
    let touched = tx
        .execute(
            scope,
            "DELETE FROM ingest_batch WHERE {scope} AND batch_id = $3 AND state = 'waiting'",
            args![id],
        )
        .await?;
    Ok(touched > 0)
}

/// Leaves a batch for a later try. A failure that is not the batch's own fault does not count as one.
pub(super) async fn put_back(db: &Db, batch: &Claimed, why: &str, wait_s: i64, counts: bool) -> Result<()> {
    let mut tx = db.begin().await?;
    let not_before = to_ms(tx.at()) + wait_s * 1000;
    tx.execute(
        &batch.scope,
        "UPDATE ingest_batch SET not_before_ms = $4, reason = $5, attempts = attempts - $6 \
         WHERE {scope} AND batch_id = $3",
        args![batch.id, not_before, why, !counts],
    )
    .await?;
    tx.commit_unaudited(Unaudited::Queue).await
}

/// Sets a batch aside with its reason.
pub(super) async fn set_aside(tx: &mut Tx, batch: &Claimed, why: &str) -> Result<()> {
    tx.execute(
        &batch.scope,
        "UPDATE ingest_batch SET state = 'aside', reason = $4 WHERE {scope} AND batch_id = $3",
        args![batch.id, why],
    )
    .await?;
    Ok(())
}

/// The batches of a sensor that were set aside, newest first.
pub(crate) async fn aside(conn: &mut Conn, scope: &OrgScope, sensor: Id) -> Result<Vec<Aside>> {
    let rows = conn
        .all(
            scope,
            "SELECT batch_id, received_at_ms, size_bytes, reason FROM ingest_batch \
             WHERE {scope} AND sensor_id = $3 AND state = 'aside' ORDER BY batch_id DESC LIMIT 20",
            args![sensor],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Aside {
                id: row.id("batch_id")?,
                received_at: row.time("received_at_ms")?,
                size_bytes: row.count("size_bytes")?,
                reason: row.text("reason")?,
            })
        })
        .collect()
}

/// Gives the batches of a sensor that were set aside their tries again. Tells how many.
pub(crate) async fn retry_aside(tx: &mut Tx, scope: &OrgScope, sensor: Id) -> Result<u64> {
    tx.execute(
        scope,
        "UPDATE ingest_batch SET state = 'waiting', attempts = 0, not_before_ms = 0 \
         WHERE {scope} AND sensor_id = $3 AND state = 'aside'",
        args![sensor],
    )
    .await
}

/// What waits and what was set aside, over all clients.
pub(super) async fn backlog(conn: &mut Conn) -> Result<[(&'static str, u64); 2]> {
    let rows =
        conn.system().all("SELECT state, COUNT(*) AS batches FROM ingest_batch GROUP BY state", &[]).await?;
    let mut backlog = [("backlog", 0), ("aside", 0)];
    for row in rows {
        let place = usize::from(row.text("state")? == "aside");
        backlog[place].1 = row.count("batches")?;
    }
    Ok(backlog)
}

fn claimed(row: &Row) -> Result<Claimed> {
    let provider = ProviderId(row.id("provider_id")?);
    Ok(Claimed {
        id: row.id("batch_id")?,
        scope: OrgScope::grant(provider, Reach::Client(row.org("org_id")?)),
        sensor: row.id("sensor_id")?,
        received_at: row.time("received_at_ms")?,
        format: Format::from_name(&row.text("format")?),
        size_bytes: row.count("size_bytes")?,
        attempt: row.int("attempts")?,
        reason: row.text("reason")?,
    })
}
