//! The round read from `sign`, and the only SQL on `snooze`.

use jiff::Timestamp;
use kakari_identity::record::OpenSign;
use kakari_kernel::{OrgId, OrgScope, Result, Severity};
use kakari_store::{Conn, Tx, args};

use crate::grade::{Grade, NO_DATA};

/// One client that needs something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Visit {
    pub(super) org: OrgId,
    pub(super) name: String,
    pub(super) grade: Grade,
    pub(super) points: u64,
    pub(super) reasons: u64,
    /// Kind and beginning of its weightiest sign.
    pub(super) kind: String,
    pub(super) since: Timestamp,
}

/// The clients with open signs that weigh something and are not put off, in no order. At most 5,000: a row is
/// small, so sorting, counting by kind and paging are done on the list instead of asking three times.
pub(super) async fn visits(conn: &mut Conn, scope: &OrgScope, now: Timestamp) -> Result<Vec<Visit>> {
    const TOP: &str = "FROM sign k WHERE k.org_id = t.org_id AND k.cleared_at_ms = 0 AND k.points > 0 \
                       ORDER BY k.points DESC, k.since_ms, k.kind, k.subject LIMIT 1";
    let sql = format!(
        "SELECT o.org_id, o.name, t.total, t.reasons, t.worst, t.no_data, \
           (SELECT k.kind {TOP}) AS kind, (SELECT k.since_ms {TOP}) AS since_ms \
         FROM (SELECT s.org_id, CAST(SUM(s.points) AS BIGINT) AS total, COUNT(*) AS reasons, \
             MAX(s.since_ms) AS newest_ms, \
             MAX(CASE WHEN s.kind = $4 THEN -1 WHEN s.severity = 'danger' THEN 3 WHEN s.severity = 'warning' THEN 2 \
               WHEN s.severity = 'attention' THEN 1 ELSE 0 END) AS worst, \
             MAX(CASE WHEN s.kind = $4 THEN 1 ELSE 0 END) AS no_data \
           FROM sign s WHERE {{scope:s}} AND s.cleared_at_ms = 0 AND s.points > 0 GROUP BY s.org_id) t \
         JOIN organisation o ON o.org_id = t.org_id \
         WHERE NOT EXISTS (SELECT 1 FROM snooze z WHERE z.org_id = t.org_id AND z.until_ms > $3 AND z.at_ms >= t.newest_ms) \
         LIMIT 5000"
    );
    let rows = conn.all(scope, &sql, args![now, NO_DATA]).await?;
    rows.iter()
        .map(|row| {
            let worst =
                usize::try_from(row.int("worst")?).ok().and_then(|rank| Severity::ALL.get(rank).copied());
            Ok(Visit {
                org: row.org("org_id")?,
                name: row.text("name")?,
                grade: Grade::of(worst, row.bool("no_data")?),
                points: row.count("total")?,
                reasons: row.count("reasons")?,
                kind: row.text("kind")?,
                since: row.time("since_ms")?,
            })
        })
        .collect()
}

/// The weightiest open sign of one client within the scope.
pub(super) async fn weightiest(conn: &mut Conn, scope: &OrgScope, visit: &Visit) -> Result<Option<OpenSign>> {
    let row = conn
        .first(
            scope,
            "SELECT * FROM sign k WHERE {scope:k} AND k.org_id = $3 AND k.cleared_at_ms = 0 AND k.points > 0 \
             ORDER BY k.points DESC, k.since_ms, k.kind, k.subject LIMIT 1",
            args![visit.org],
        )
        .await?;
    row.map(|row| {
        Ok(OpenSign {
            org: visit.org,
            kind: row.text("kind")?,
            subject: row.text("subject")?,
            severity: Severity::from_name(&row.text("severity")?).unwrap_or(Severity::Danger),
            points: u32::try_from(row.int("points")?).unwrap_or(0),
            since: row.time("since_ms")?,
            cleared_at: None,
            args: row.json("args")?.as_object().cloned().unwrap_or_default(),
            link: row.text("link")?,
            todo: None,
        })
    })
    .transpose()
}

/// How many clients there are, and how many of them are put off.
pub(super) async fn totals(conn: &mut Conn, scope: &OrgScope, now: Timestamp) -> Result<(u64, u64)> {
    let row = conn
        .one(
            scope,
            "SELECT COUNT(*) AS clients, COUNT(z.org_id) AS snoozed FROM organisation o \
             LEFT JOIN snooze z ON z.org_id = o.org_id AND z.until_ms > $3 WHERE {scope:o} AND o.kind = 'client'",
            args![now],
        )
        .await?;
    Ok((row.count("clients")?, row.count("snoozed")?))
}

/// The next day on which a client that was put off comes back.
pub(super) async fn next_return(
    conn: &mut Conn,
    scope: &OrgScope,
    now: Timestamp,
) -> Result<Option<(OrgId, Timestamp)>> {
    let row = conn
        .first(
            scope,
            "SELECT org_id, until_ms FROM snooze WHERE {scope} AND until_ms > $3 ORDER BY until_ms, org_id LIMIT 1",
            args![now],
        )
        .await?;
    row.map(|row| Ok((row.org("org_id")?, row.time("until_ms")?))).transpose()
}

pub(super) async fn snooze(
    tx: &mut Tx,
    scope: &OrgScope,
    until: Timestamp,
    reason: &str,
    name: &str,
) -> Result<()> {
    let at = tx.at();
    tx.execute(
        scope,
        "INSERT INTO snooze (provider_id, org_id, until_ms, reason, person_name, at_ms) VALUES ({owner}, $3, $4, $5, $6) \
         ON CONFLICT (org_id) DO UPDATE SET until_ms = excluded.until_ms, reason = excluded.reason, \
         person_name = excluded.person_name, at_ms = excluded.at_ms",
        args![until, reason, name, at],
    )
    .await?;
    Ok(())
}
