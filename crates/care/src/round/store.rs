//! The round read from `sign`, and the only SQL on `snooze`.

use jiff::Timestamp;
use kakari_identity::record::OpenSign;
use kakari_kernel::{OrgId, OrgScope, Result, Severity};
use kakari_store::{Conn, Tx, args};

use crate::grade::{Grade, NO_DATA};

/// One client of the round with its weightiest sign.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Visit {
    pub(super) name: String,
    pub(super) grade: Grade,
    pub(super) points: u64,
    pub(super) reasons: u64,
    pub(super) top: OpenSign,
}

/// How many clients need something, by the kind of their weightiest sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reason {
    pub(super) kind: String,
    pub(super) clients: u64,
}

/// Clients with open signs that weigh something and are not put off. `$3` is now; `$4` a kind, or empty.
const VISITS: &str = "WITH open_sign AS (SELECT s.*, \
       ROW_NUMBER() OVER (PARTITION BY s.org_id ORDER BY s.points DESC, s.since_ms, s.kind, s.subject) AS turn, \
       CAST(SUM(s.points) OVER (PARTITION BY s.org_id) AS BIGINT) AS total, \
       COUNT(*) OVER (PARTITION BY s.org_id) AS reasons, \
       MAX(s.since_ms) OVER (PARTITION BY s.org_id) AS newest_ms, \
       MAX(CASE WHEN s.kind = $5 THEN -1 WHEN s.severity = 'danger' THEN 3 WHEN s.severity = 'warning' THEN 2 \
         WHEN s.severity = 'attention' THEN 1 ELSE 0 END) OVER (PARTITION BY s.org_id) AS worst, \
       MAX(CASE WHEN s.kind = $5 THEN 1 ELSE 0 END) OVER (PARTITION BY s.org_id) AS no_data \
     FROM sign s WHERE {scope:s} AND s.cleared_at_ms = 0 AND s.points > 0), \
   visit AS (SELECT v.*, o.name FROM open_sign v JOIN organisation o ON o.org_id = v.org_id \
     WHERE v.turn = 1 AND ($4 = '' OR v.kind = $4) AND NOT EXISTS (SELECT 1 FROM snooze z \
       WHERE z.org_id = v.org_id AND z.until_ms > $3 AND z.at_ms >= v.newest_ms)) ";

pub(super) async fn visits(
    conn: &mut Conn,
    scope: &OrgScope,
    now: Timestamp,
    kind: &str,
    order: Order,
    limit: i64,
    offset: i64,
) -> Result<Vec<Visit>> {
    let by = match order {
        Order::Urgent => "total DESC, since_ms, name",
        Order::Lightest => "total, since_ms, name",
        Order::Name => "name, org_id",
        Order::NameBackwards => "name DESC, org_id",
        Order::Longest => "since_ms, total DESC, name",
        Order::Newest => "since_ms DESC, total DESC, name",
    };
    let sql = format!("{VISITS} SELECT * FROM visit ORDER BY {by} LIMIT $6 OFFSET $7");
    let rows = conn.all(scope, &sql, args![now, kind, NO_DATA, limit, offset]).await?;
    rows.iter()
        .map(|row| {
            let worst =
                usize::try_from(row.int("worst")?).ok().and_then(|rank| Severity::ALL.get(rank).copied());
            Ok(Visit {
                name: row.text("name")?,
                grade: Grade::of(worst, row.bool("no_data")?),
                points: row.count("total")?,
                reasons: row.count("reasons")?,
                top: OpenSign {
                    org: row.org("org_id")?,
                    kind: row.text("kind")?,
                    subject: row.text("subject")?,
                    severity: Severity::from_name(&row.text("severity")?).unwrap_or(Severity::Danger),
                    points: u32::try_from(row.int("points")?).unwrap_or(0),
                    since: row.time("since_ms")?,
                    cleared_at: None,
                    args: row.json("args")?.as_object().cloned().unwrap_or_default(),
                    link: row.text("link")?,
                    todo: None,
                },
            })
        })
        .collect()
}

/// How a round may be sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Urgent,
    Lightest,
    Name,
    NameBackwards,
    Longest,
    Newest,
}

/// The kinds of weightiest signs, the most frequent first.
pub(super) async fn reasons(conn: &mut Conn, scope: &OrgScope, now: Timestamp) -> Result<Vec<Reason>> {
    let sql = format!(
        "{VISITS} SELECT kind, COUNT(*) AS clients FROM visit GROUP BY kind ORDER BY clients DESC, kind"
    );
    let rows = conn.all(scope, &sql, args![now, "", NO_DATA]).await?;
    rows.iter().map(|row| Ok(Reason { kind: row.text("kind")?, clients: row.count("clients")? })).collect()
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
