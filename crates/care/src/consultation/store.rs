//! The only SQL on `consultation` and `consultation_message`.

use jiff::Timestamp;
use kakari_kernel::{Id, OrgId, OrgScope, ProviderId, Result};
use kakari_store::{Conn, Row, Tx, args};
use serde::Serialize;

/// A thread in a list.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Thread {
    pub(crate) id: String,
    pub(crate) subject: String,
    pub(crate) waiting: bool,
    pub(crate) asked_at: Timestamp,
}

/// One message of a thread.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Message {
    pub(crate) at: Timestamp,
    pub(crate) by_staff: bool,
    pub(crate) author: String,
    pub(crate) body: String,
}

/// A thread that waits for us, of any provider.
pub(crate) struct Waiting {
    pub(crate) provider: ProviderId,
    pub(crate) org: OrgId,
    pub(crate) id: String,
    pub(crate) subject: String,
    pub(crate) asked_at: Timestamp,
}

pub(crate) async fn add(tx: &mut Tx, scope: &OrgScope, id: Id, subject: &str) -> Result<()> {
    let at = tx.at();
    tx.execute(
        scope,
        "INSERT INTO consultation (provider_id, org_id, consultation_id, subject, state, asked_at_ms, first_answer_at_ms) \
         VALUES ({owner}, $3, $4, 'waiting', $5, 0)",
        args![id, subject, at],
    )
    .await?;
    Ok(())
}

/// Adds a message and says whose turn it is then.
pub(crate) async fn say(
    tx: &mut Tx,
    scope: &OrgScope,
    id: &str,
    by_staff: bool,
    author: &str,
    body: &str,
) -> Result<()> {
    let at = tx.at();
    // The thread's row is locked first, so two messages at once get different numbers.
    let state = if by_staff { "answered" } else { "waiting" };
    let touched = tx
        .execute(
            scope,
            "UPDATE consultation SET state = $4, first_answer_at_ms = CASE WHEN first_answer_at_ms = 0 AND $5 = 1 THEN $6 \
             ELSE first_answer_at_ms END WHERE {scope} AND consultation_id = $3",
            args![id, state, by_staff, at],
        )
        .await?;
    if touched == 0 {
        return Err(kakari_kernel::Error::NotFound);
    }
    tx.execute(
        scope,
        "INSERT INTO consultation_message (provider_id, org_id, consultation_id, seq, at_ms, by_staff, author, body) \
         VALUES ({owner}, $3, (SELECT COALESCE(MAX(m.seq), 0) + 1 FROM consultation_message m WHERE m.consultation_id = $3), \
         $4, $5, $6, $7)",
        args![id, at, by_staff, author, body],
    )
    .await?;
    Ok(())
}

/// # Errors
/// `NotFound` when the scope has no such thread.
pub(crate) async fn get(conn: &mut Conn, scope: &OrgScope, id: &str) -> Result<Thread> {
    let row = conn
        .one(scope, "SELECT * FROM consultation WHERE {scope} AND consultation_id = $3", args![id])
        .await?;
    thread(&row)
}

/// The newest 50 threads.
pub(crate) async fn list(conn: &mut Conn, scope: &OrgScope) -> Result<Vec<Thread>> {
    let rows = conn
        .all(
            scope,
            "SELECT * FROM consultation WHERE {scope} ORDER BY asked_at_ms DESC, consultation_id LIMIT 50",
            &[],
        )
        .await?;
    rows.iter().map(thread).collect()
}

/// The messages of a thread, oldest first. At most 500.
pub(crate) async fn messages(conn: &mut Conn, scope: &OrgScope, id: &str) -> Result<Vec<Message>> {
    let rows = conn
        .all(
            scope,
            "SELECT * FROM consultation_message WHERE {scope} AND consultation_id = $3 ORDER BY seq LIMIT 500",
            args![id],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Message {
                at: row.time("at_ms")?,
                by_staff: row.bool("by_staff")?,
                author: row.text("author")?,
                body: row.text("body")?,
            })
        })
        .collect()
}

/// Every thread that waits for us: for the job that weighs them.
pub(crate) async fn all_waiting(conn: &mut Conn) -> Result<Vec<Waiting>> {
    let rows = conn
        .system()
        .all("SELECT * FROM consultation WHERE state = 'waiting' ORDER BY asked_at_ms LIMIT 10000", &[])
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Waiting {
                provider: ProviderId(row.id("provider_id")?),
                org: row.org("org_id")?,
                id: row.text("consultation_id")?,
                subject: row.text("subject")?,
                asked_at: row.time("asked_at_ms")?,
            })
        })
        .collect()
}

fn thread(row: &Row) -> Result<Thread> {
    Ok(Thread {
        id: row.text("consultation_id")?,
        subject: row.text("subject")?,
        waiting: row.text("state")? == "waiting",
        asked_at: row.time("asked_at_ms")?,
    })
}
