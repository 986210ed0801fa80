//! The only SQL on `sign`.

use jiff::Timestamp;
use kakari_kernel::{OrgId, OrgScope, Period, Result, Severity, Sign, Todo};
use kakari_store::{Conn, Row, Tx, args};
use serde::Serialize;
use serde_json::{Map, Value as Json};

/// A sign as it was kept.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OpenSign {
    pub org: OrgId,
    pub kind: String,
    pub subject: String,
    pub severity: Severity,
    pub points: u32,
    pub since: Timestamp,
    /// `None` while the cause lasts.
    pub cleared_at: Option<Timestamp>,
    pub args: Map<String, Json>,
    pub link: String,
    pub todo: Option<Todo>,
}

/// Opens a sign, or brings the open one of the same kind and subject up to date. True when it was opened.
pub async fn raise(tx: &mut Tx, scope: &OrgScope, sign: &Sign) -> Result<bool> {
    let (minutes, due) =
        sign.todo.as_ref().map_or((0, Timestamp::UNIX_EPOCH), |todo| (todo.minutes, todo.due));
    let text = Json::Object(sign.args.clone()).to_string();
    let touched = tx
        .execute(
            scope,
            "UPDATE sign SET severity = $5, points = $6, args = $7, link = $8, todo_minutes = $9, todo_due_ms = $10 \
             WHERE {scope} AND kind = $3 AND subject = $4 AND cleared_at_ms = 0",
            args![sign.kind, &sign.subject, sign.severity.as_str(), sign.points, &text, &sign.link, minutes, due],
        )
        .await?;
    if touched > 0 {
        return Ok(false);
    }
    // A cause that came back within the same millisecond is the same one.
    tx.execute(
        scope,
        "INSERT INTO sign (provider_id, org_id, kind, subject, severity, points, args, link, todo_minutes, \
         todo_due_ms, since_ms, cleared_at_ms) VALUES ({owner}, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0) \
         ON CONFLICT (org_id, kind, subject, since_ms) DO UPDATE SET cleared_at_ms = 0",
        args![
            sign.kind,
            &sign.subject,
            sign.severity.as_str(),
            sign.points,
            &text,
            &sign.link,
            minutes,
            due,
            sign.since
        ],
    )
    .await?;
    Ok(true)
}

/// Closes the open sign of this kind and subject, if there is one. True when it was open.
pub async fn clear(tx: &mut Tx, scope: &OrgScope, kind: &str, subject: &str) -> Result<bool> {
    let at = tx.at();
    let touched = tx
        .execute(
            scope,
            "UPDATE sign SET cleared_at_ms = $5 WHERE {scope} AND kind = $3 AND subject = $4 AND cleared_at_ms = 0",
            args![kind, subject, at],
        )
        .await?;
    Ok(touched > 0)
}

/// The open signs within the scope, weightiest first. At most 200 for one client.
pub async fn open(conn: &mut Conn, scope: &OrgScope) -> Result<Vec<OpenSign>> {
    let rows = conn
        .all(
            scope,
            "SELECT * FROM sign WHERE {scope} AND cleared_at_ms = 0 ORDER BY points DESC, since_ms, kind, subject LIMIT 200",
            &[],
        )
        .await?;
    rows.iter().map(sign).collect()
}

/// The signs that were open at any time within the period, oldest first. At most 1,000.
pub async fn raised_or_cleared(conn: &mut Conn, scope: &OrgScope, period: Period) -> Result<Vec<OpenSign>> {
    let rows = conn
        .all(
            scope,
            "SELECT * FROM sign WHERE {scope} AND since_ms < $4 AND (cleared_at_ms = 0 OR cleared_at_ms >= $3) \
             ORDER BY since_ms, kind, subject LIMIT 1000",
            args![period.from, period.to],
        )
        .await?;
    rows.iter().map(sign).collect()
}

fn sign(row: &Row) -> Result<OpenSign> {
    let minutes = u32::try_from(row.int("todo_minutes")?).unwrap_or(0);
    Ok(OpenSign {
        org: row.org("org_id")?,
        kind: row.text("kind")?,
        subject: row.text("subject")?,
        severity: Severity::from_name(&row.text("severity")?).unwrap_or(Severity::Danger),
        points: u32::try_from(row.int("points")?).unwrap_or(0),
        since: row.time("since_ms")?,
        cleared_at: row.time_or_none("cleared_at_ms")?.filter(|at| *at != Timestamp::UNIX_EPOCH),
        args: row.json("args")?.as_object().cloned().unwrap_or_default(),
        link: row.text("link")?,
        todo: if minutes == 0 { None } else { Some(Todo { minutes, due: row.time("todo_due_ms")? }) },
    })
}
