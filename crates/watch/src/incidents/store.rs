//! The only SQL on `incident` and `incident_entry`.

use jiff::Timestamp;
use kakari_kernel::{Actor, Error, Id, OrgScope, Period, Result, from_ms};
use kakari_store::{Conn, Row, Tx, args};
use kakari_ui::Listing;
use serde::Serialize;

use super::grouping::{Span, WINDOW};
use super::model::{Clock, Entry, Incident, Severity, State};

/// Open incidents of one key that are looked at for an alert.
const SPANS_MAX: i64 = 50;

/// Open incidents of a key near a span of time.
pub(super) async fn spans(
    tx: &mut Tx,
    scope: &OrgScope,
    key: &str,
    first_at: Timestamp,
    last_at: Timestamp,
) -> Result<Vec<Span>> {
    let from = first_at.saturating_sub(WINDOW).unwrap_or(first_at);
    let to = last_at.saturating_add(WINDOW).unwrap_or(last_at);
    let rows = tx
        .all(
            scope,
            "SELECT incident_id, first_at_ms, last_at_ms FROM incident WHERE {scope} AND group_key = $3 \
             AND state <> 'closed' AND last_at_ms >= $4 AND first_at_ms <= $5 ORDER BY first_at_ms LIMIT $6",
            args![key, from, to, SPANS_MAX],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Span {
                incident: row.id("incident_id")?,
                first_at: row.time("first_at_ms")?,
                last_at: row.time("last_at_ms")?,
            })
        })
        .collect()
}

/// Keeps a new incident and gives it the client's next number.
pub(super) async fn insert(tx: &mut Tx, scope: &OrgScope, incident: &Incident, key: &str) -> Result<i64> {
    let row = tx
        .one(scope, "SELECT COALESCE(MAX(number), 0) + 1 AS number FROM incident WHERE {scope}", &[])
        .await?;
    let number = row.int("number")?;
    tx.execute(
        scope,
        "INSERT INTO incident (provider_id, org_id, incident_id, number, trigger_kind, group_key, title, title_ja, \
         tactic, host, rule_id, severity, state, verdict, lesson, assignee_id, assignee_name, opened_at_ms, \
         closed_at_ms, first_at_ms, last_at_ms, alerts, events, clock, due_at_ms, left_minutes, paused_why, version) \
         VALUES ({owner}, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, '', '', '', '', $14, 0, $15, $16, $17, \
         $18, $19, $20, 0, '', 1)",
        args![
            incident.id,
            number,
            &incident.trigger,
            key,
            &incident.title,
            &incident.title_ja,
            &incident.tactic,
            &incident.host,
            &incident.rule_id,
            incident.severity.rank(),
            incident.state.as_str(),
            incident.opened_at,
            incident.first_at,
            incident.last_at,
            count(incident.alerts),
            count(incident.events),
            incident.clock.as_str(),
            incident.due_at
        ],
    )
    .await?;
    Ok(number)
}

/// Widens an open incident by what was seen. False when it is closed or not there.
pub(super) async fn widen(
    tx: &mut Tx,
    scope: &OrgScope,
    id: Id,
    first_at: Timestamp,
    last_at: Timestamp,
    alerts: u32,
    events: u64,
) -> Result<bool> {
    let touched = tx
        .execute(
            scope,
            "UPDATE incident SET alerts = alerts + $4, events = events + $5, \
             first_at_ms = CASE WHEN first_at_ms > $6 THEN $6 ELSE first_at_ms END, \
             last_at_ms = CASE WHEN last_at_ms < $7 THEN $7 ELSE last_at_ms END \
             WHERE {scope} AND incident_id = $3 AND state <> 'closed'",
            args![id, alerts, count(events), first_at, last_at],
        )
        .await?;
    Ok(touched > 0)
}

/// Writes back what may change, if nobody else changed it since it was read, and adds the line of its story.
///
/// # Errors
/// `Conflict` when the incident has another version by now.
pub(super) async fn save(
    tx: &mut Tx,
    scope: &OrgScope,
    incident: &Incident,
    actor: &Actor,
    act: &str,
    outcome: &str,
    reason: &str,
) -> Result<()> {
    let touched = tx
        .execute(
            scope,
            "UPDATE incident SET title = $5, title_ja = $6, tactic = $7, rule_id = $8, severity = $9, state = $10, \
             verdict = $11, lesson = $12, assignee_id = $13, assignee_name = $14, closed_at_ms = $15, clock = $16, \
             due_at_ms = $17, left_minutes = $18, paused_why = $19, version = version + 1 \
             WHERE {scope} AND incident_id = $3 AND version = $4",
            args![
                incident.id,
                incident.version,
                &incident.title,
                &incident.title_ja,
                &incident.tactic,
                &incident.rule_id,
                incident.severity.rank(),
                incident.state.as_str(),
                &incident.verdict,
                &incident.lesson,
                &incident.assignee_id,
                &incident.assignee_name,
                incident.closed_at.unwrap_or(Timestamp::UNIX_EPOCH),
                incident.clock.as_str(),
                incident.due_at,
                incident.left_minutes,
                &incident.paused_why
            ],
        )
        .await?;
    if touched == 0 {
        return Err(Error::Conflict("somebody else changed the incident first".into()));
    }
    add_entry(tx, scope, incident.id, incident.version + 1, actor, act, outcome, reason).await
}

/// Adds a line to the story.
pub(super) async fn add_entry(
    tx: &mut Tx,
    scope: &OrgScope,
    incident: Id,
    version: i64,
    actor: &Actor,
    act: &str,
    outcome: &str,
    reason: &str,
) -> Result<()> {
    let now = tx.at();
    tx.execute(
        scope,
        "INSERT INTO incident_entry (provider_id, org_id, incident_id, version, at_ms, actor_id, actor_name, \
         came_from, tool, act, outcome, reason) VALUES ({owner}, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        args![
            incident,
            version,
            now,
            &actor.id,
            &actor.name,
            &actor.from,
            actor.tool.to_string(),
            act,
            outcome,
            reason
        ],
    )
    .await?;
    Ok(())
}

/// # Errors
/// `NotFound` when the scope has no such incident.
pub async fn get(conn: &mut Conn, scope: &OrgScope, id: Id) -> Result<Incident> {
    incident(&conn.one(scope, "SELECT * FROM incident WHERE {scope} AND incident_id = $3", args![id]).await?)
}

/// The open incident with this key, if there is one.
pub(super) async fn open_with_key(tx: &mut Tx, scope: &OrgScope, key: &str) -> Result<Option<Incident>> {
    let row = tx
        .first(
            scope,
            "SELECT * FROM incident WHERE {scope} AND group_key = $3 AND state <> 'closed' \
             ORDER BY last_at_ms DESC LIMIT 1",
            args![key],
        )
        .await?;
    row.as_ref().map(incident).transpose()
}

/// The story of an incident, oldest line first. At most 500.
pub(super) async fn entries(conn: &mut Conn, scope: &OrgScope, id: Id) -> Result<Vec<Entry>> {
    let rows = conn
        .all(
            scope,
            "SELECT * FROM incident_entry WHERE {scope} AND incident_id = $3 ORDER BY version LIMIT 500",
            args![id],
        )
        .await?;
    rows.iter().map(entry).collect()
}

/// A row of the queue: an incident and whose it is.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Queued {
    #[serde(flatten)]
    pub(super) incident: Incident,
    pub(super) client: String,
}

/// Whose incidents the queue shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Whose {
    All,
    Nobodys,
    Of(String),
}

/// One page of open incidents, and how many there are. The one place outside `identity` that reads the
/// organisations' names: the queue is sorted by them.
pub(super) async fn queue(
    conn: &mut Conn,
    scope: &OrgScope,
    whose: &Whose,
    listing: &Listing,
) -> Result<Vec<Queued>> {
    let direction = if listing.is_descending() { "DESC" } else { "ASC" };
    let order = match listing.sort() {
        "severity" => format!("i.severity {direction}, i.due_at_ms, i.incident_id"),
        "client" => format!("client {direction}, i.due_at_ms, i.incident_id"),
        "opened" => format!("i.opened_at_ms {direction}, i.incident_id"),
        // What runs out first; what stands still comes after it.
        _ if listing.is_descending() => "i.clock ASC, i.due_at_ms DESC, i.incident_id DESC".to_owned(),
        _ => "i.clock DESC, i.due_at_ms ASC, i.incident_id ASC".to_owned(),
    };
    let (filter, assignee) = match whose {
        Whose::All => ("$3 = ''", ""),
        Whose::Nobodys => ("i.assignee_id = $3", ""),
        Whose::Of(person) => ("i.assignee_id = $3", person.as_str()),
    };
    let sql = format!(
        "SELECT i.*, o.name AS client FROM incident i JOIN organisation o ON o.org_id = i.org_id \
         WHERE {{scope:i}} AND i.state <> 'closed' AND {filter} ORDER BY {order} LIMIT $4 OFFSET $5"
    );
    let rows = conn.all(scope, &sql, args![assignee, listing.limit(), listing.offset()]).await?;
    rows.iter().map(|row| Ok(Queued { incident: incident(row)?, client: row.text("client")? })).collect()
}

/// How many incidents are open, by assignee; the empty name is nobody.
pub(super) async fn open_by_assignee(conn: &mut Conn, scope: &OrgScope) -> Result<Vec<(String, u64)>> {
    let rows = conn
        .all(
            scope,
            "SELECT assignee_id, COUNT(*) AS incidents FROM incident WHERE {scope} AND state <> 'closed' \
             GROUP BY assignee_id LIMIT 1000",
            &[],
        )
        .await?;
    rows.iter().map(|row| Ok((row.text("assignee_id")?, row.count("incidents")?))).collect()
}

/// How many open incidents were opened after a moment.
pub(super) async fn opened_after(conn: &mut Conn, scope: &OrgScope, after: Timestamp) -> Result<u64> {
    let row = conn
        .one(
            scope,
            "SELECT COUNT(*) AS incidents FROM incident WHERE {scope} AND state <> 'closed' AND opened_at_ms > $3",
            args![after],
        )
        .await?;
    row.count("incidents")
}

/// One page of all incidents of a client, and how many there are.
pub(super) async fn list(
    conn: &mut Conn,
    scope: &OrgScope,
    listing: &Listing,
) -> Result<(Vec<Incident>, u64)> {
    let column = match listing.sort() {
        "severity" => "severity",
        "host" => "host",
        "state" => "state",
        _ => "opened_at_ms",
    };
    let direction = if listing.is_descending() { "DESC" } else { "ASC" };
    let sql = format!(
        "SELECT * FROM incident WHERE {{scope}} ORDER BY {column} {direction}, incident_id DESC LIMIT $3 OFFSET $4"
    );
    let rows = conn.all(scope, &sql, args![listing.limit(), listing.offset()]).await?;
    let total = conn.one(scope, "SELECT COUNT(*) AS incidents FROM incident WHERE {scope}", &[]).await?;
    Ok((rows.iter().map(incident).collect::<Result<_>>()?, total.count("incidents")?))
}

/// Incidents that were open at any time within a period, oldest first. At most 100.
pub(super) async fn within(conn: &mut Conn, scope: &OrgScope, period: Period) -> Result<Vec<Incident>> {
    let rows = conn
        .all(
            scope,
            "SELECT * FROM incident WHERE {scope} AND opened_at_ms < $4 \
             AND (state <> 'closed' OR closed_at_ms >= $3) ORDER BY opened_at_ms, incident_id LIMIT 100",
            args![period.from, period.to],
        )
        .await?;
    rows.iter().map(incident).collect()
}

fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn incident(row: &Row) -> Result<Incident> {
    let rank = u32::try_from(row.int("severity")?).unwrap_or(0);
    let state = row.text("state")?;
    Ok(Incident {
        id: row.id("incident_id")?,
        org: row.org("org_id")?,
        number: row.int("number")?,
        trigger: row.text("trigger_kind")?,
        title: row.text("title")?,
        title_ja: row.text("title_ja")?,
        tactic: row.text("tactic")?,
        host: row.text("host")?,
        rule_id: row.text("rule_id")?,
        severity: Severity::of_rank(rank).unwrap_or(Severity::Low),
        state: State::from_name(&state)
            .ok_or_else(|| Error::internal(format!("an incident has the unknown state {state}")))?,
        verdict: row.text("verdict")?,
        lesson: row.text("lesson")?,
        assignee_id: row.text("assignee_id")?,
        assignee_name: row.text("assignee_name")?,
        opened_at: row.time("opened_at_ms")?,
        closed_at: row.int_or_none("closed_at_ms")?.filter(|ms| *ms != 0).map(from_ms),
        first_at: row.time("first_at_ms")?,
        last_at: row.time("last_at_ms")?,
        alerts: row.count("alerts")?,
        events: row.count("events")?,
        clock: Clock::from_name(&row.text("clock")?),
        due_at: row.time("due_at_ms")?,
        left_minutes: row.int("left_minutes")?,
        paused_why: row.text("paused_why")?,
        version: row.int("version")?,
    })
}

fn entry(row: &Row) -> Result<Entry> {
    Ok(Entry {
        version: row.int("version")?,
        at: row.time("at_ms")?,
        actor_id: row.text("actor_id")?,
        actor_name: row.text("actor_name")?,
        came_from: row.text("came_from")?,
        tool: row.text("tool")?,
        act: row.text("act")?,
        outcome: row.text("outcome")?,
        reason: row.text("reason")?,
    })
}
