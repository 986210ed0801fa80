//! The only SQL on `alert`, `alert_event` and `correlation_state`.

use jiff::Timestamp;
use kakari_kernel::{Id, OrgId, OrgScope, Period, Result};
use kakari_store::{Conn, Row, Tx, args};
use kakari_ui::Listing;
use serde::Serialize;
use serde_json::Value as Json;
use utoipa::ToSchema;

use super::model::{Draft, EVENTS_KEPT, FOLD_WINDOW, tactic};

/// Alerts of the same finding that are looked at before a new one is made.
const CANDIDATES: i64 = 5;
const EVENTS_SHOWN: i64 = 100;

/// An alert as it is kept.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Alert {
    #[schema(value_type = String)]
    pub id: Id,
    #[schema(value_type = String)]
    pub org: OrgId,
    pub rule_id: String,
    pub title: String,
    /// The title for a Japanese reader, empty when the rule has none.
    pub title_ja: String,
    /// informational, low, medium, high, critical
    pub level: String,
    pub tactic: String,
    pub host: String,
    pub key: String,
    #[schema(value_type = String)]
    pub first_at: Timestamp,
    #[schema(value_type = String)]
    pub last_at: Timestamp,
    /// How many events were folded into it.
    pub events: u64,
    /// Why the rule says so, for the first event: selection, field, pattern, value.
    pub matched: Json,
    /// Empty when it opened none.
    pub incident: String,
    #[schema(value_type = String)]
    pub raised_at: Timestamp,
}

/// Alerts of the same finding whose window holds the draft: id and incident.
pub(super) async fn candidates(
    tx: &mut Tx,
    scope: &OrgScope,
    draft: &Draft,
) -> Result<Vec<(Id, Option<Id>)>> {
    let window = FOLD_WINDOW.as_millis() as i64;
    let anchor = kakari_kernel::to_ms(draft.anchor);
    let rows = tx
        .all(
            scope,
            "SELECT alert_id, incident_id FROM alert WHERE {scope} AND fingerprint = $3 AND anchor_ms > $4 \
             AND anchor_ms < $5 ORDER BY anchor_ms DESC LIMIT $6",
            args![&draft.fingerprint, anchor - window, anchor + window, CANDIDATES],
        )
        .await?;
    rows.iter().map(|row| Ok((row.id("alert_id")?, row.text("incident_id")?.parse().ok()))).collect()
}

/// Adds the draft's sightings to an alert.
pub(super) async fn fold(tx: &mut Tx, scope: &OrgScope, alert: Id, draft: &Draft) -> Result<()> {
    let kept = tx
        .one(
            scope,
            "UPDATE alert SET events = events + $4, \
             first_at_ms = CASE WHEN first_at_ms > $5 THEN $5 ELSE first_at_ms END, \
             last_at_ms = CASE WHEN last_at_ms < $6 THEN $6 ELSE last_at_ms END \
             WHERE {scope} AND alert_id = $3 RETURNING events",
            args![alert, count(draft.events), draft.first_at, draft.last_at],
        )
        .await?;
    let before = kept.count("events")?.saturating_sub(draft.events);
    link_events(tx, scope, alert, draft, before).await
}

/// Keeps a new alert.
pub(super) async fn insert(
    tx: &mut Tx,
    scope: &OrgScope,
    id: Id,
    draft: &Draft,
    incident: Option<Id>,
) -> Result<()> {
    let now = tx.at();
    let matched = serde_json::to_string(&draft.matched).map_err(kakari_kernel::Error::internal)?;
    let rule = &draft.rule;
    tx.execute(
        scope,
        "INSERT INTO alert (provider_id, org_id, alert_id, fingerprint, rule_id, title, title_ja, level, tactic, \
         host, key_value, peer, anchor_ms, first_at_ms, last_at_ms, events, matched, incident_id, raised_at_ms) \
         VALUES ({owner}, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
        args![
            id,
            &draft.fingerprint,
            &rule.id,
            &rule.title,
            rule.title_ja.as_deref().unwrap_or_default(),
            rule.level.as_str(),
            tactic(&rule.tags),
            &draft.host,
            &draft.key,
            &draft.peer,
            draft.anchor,
            draft.first_at,
            draft.last_at,
            count(draft.events),
            matched,
            incident.map(|id| id.to_string()).unwrap_or_default(),
            now
        ],
    )
    .await?;
    link_events(tx, scope, id, draft, 0).await
}

/// Links the draft's events while the alert opens onto fewer than it may.
async fn link_events(
    tx: &mut Tx,
    scope: &OrgScope,
    alert: Id,
    draft: &Draft,
    events_before: u64,
) -> Result<()> {
    let before = usize::try_from(events_before).unwrap_or(EVENTS_KEPT);
    let room = EVENTS_KEPT.saturating_sub(before);
    for (event, at) in draft.event_ids.iter().take(room) {
        tx.execute(
            scope,
            "INSERT INTO alert_event (provider_id, org_id, alert_id, event_id, at_ms) \
             VALUES ({owner}, $3, $4, $5) ON CONFLICT (alert_id, event_id) DO NOTHING",
            args![alert, event, *at],
        )
        .await?;
    }
    Ok(())
}

/// With how many different machines and people alerts named this host around a time, counted up to 1,000
/// alerts.
pub(super) async fn peers(
    tx: &mut Tx,
    scope: &OrgScope,
    host: &str,
    from: Timestamp,
    to: Timestamp,
) -> Result<u64> {
    let row = tx
        .one(
            scope,
            "SELECT COUNT(DISTINCT peer) AS peers FROM (SELECT peer FROM alert WHERE {scope} AND host = $3 \
             AND last_at_ms >= $4 AND first_at_ms <= $5 AND peer <> '' LIMIT 1000) a",
            args![host, from, to],
        )
        .await?;
    row.count("peers")
}

/// What correlations remember of a client, as JSON, and its version.
pub(super) async fn correlation_state(conn: &mut Conn, scope: &OrgScope) -> Result<Option<(i64, String)>> {
    let row = conn.first(scope, "SELECT version, state FROM correlation_state WHERE {scope}", &[]).await?;
    row.map(|row| Ok((row.int("version")?, row.text("state")?))).transpose()
}

/// Keeps what correlations remember. False when it is of another version than the one that was read.
pub(super) async fn keep_correlation_state(
    tx: &mut Tx,
    scope: &OrgScope,
    version: i64,
    state: &str,
) -> Result<bool> {
    let touched = tx
        .execute(
            scope,
            "INSERT INTO correlation_state (provider_id, org_id, version, state) VALUES ({owner}, 1, $4) \
             ON CONFLICT (org_id) DO UPDATE SET version = correlation_state.version + 1, state = excluded.state \
             WHERE correlation_state.version = $3",
            args![version, state],
        )
        .await?;
    Ok(touched > 0)
}

pub async fn get(conn: &mut Conn, scope: &OrgScope, id: Id) -> Result<Alert> {
    alert(&conn.one(scope, "SELECT * FROM alert WHERE {scope} AND alert_id = $3", args![id]).await?)
}

/// The alerts of an incident in the order of their first event. At most 200.
pub(crate) async fn of_incident(conn: &mut Conn, scope: &OrgScope, incident: Id) -> Result<Vec<Alert>> {
    let rows = conn
        .all(
            scope,
            "SELECT * FROM alert WHERE {scope} AND incident_id = $3 ORDER BY first_at_ms, alert_id LIMIT 200",
            args![incident.to_string()],
        )
        .await?;
    rows.iter().map(alert).collect()
}

/// The alerts that came of an event.
pub(crate) async fn of_event(conn: &mut Conn, scope: &OrgScope, event: &str) -> Result<Vec<Alert>> {
    let rows = conn
        .all(
            scope,
            "SELECT a.* FROM alert a JOIN alert_event e ON e.alert_id = a.alert_id \
             WHERE {scope:a} AND e.event_id = $3 ORDER BY a.raised_at_ms, a.alert_id LIMIT 50",
            args![event],
        )
        .await?;
    rows.iter().map(alert).collect()
}

/// The ids of the events that an alert opens onto, oldest first.
pub(super) async fn event_ids(conn: &mut Conn, scope: &OrgScope, alert: Id) -> Result<Vec<String>> {
    let rows = conn
        .all(
            scope,
            "SELECT event_id FROM alert_event WHERE {scope} AND alert_id = $3 ORDER BY at_ms, event_id LIMIT $4",
            args![alert, EVENTS_SHOWN],
        )
        .await?;
    rows.iter().map(|row| row.text("event_id")).collect()
}

/// One page of alerts, and how many there are.
pub(super) async fn list(conn: &mut Conn, scope: &OrgScope, listing: &Listing) -> Result<(Vec<Alert>, u64)> {
    let column = match listing.sort() {
        "level" => {
            "CASE level WHEN 'critical' THEN 4 WHEN 'high' THEN 3 WHEN 'medium' THEN 2 WHEN 'low' THEN 1 ELSE 0 END"
        }
        "host" => "host",
        "title" => "title",
        "events" => "events",
        _ => "raised_at_ms",
    };
    let order = if listing.is_descending() { "DESC" } else { "ASC" };
    let sql = format!(
        "SELECT * FROM alert WHERE {{scope}} ORDER BY {column} {order}, alert_id DESC LIMIT $3 OFFSET $4"
    );
    let rows = conn.all(scope, &sql, args![listing.limit(), listing.offset()]).await?;
    let total = conn.one(scope, "SELECT COUNT(*) AS alerts FROM alert WHERE {scope}", &[]).await?;
    Ok((rows.iter().map(alert).collect::<Result<_>>()?, total.count("alerts")?))
}

/// How often each rule fired, and when last.
pub(super) async fn fired(conn: &mut Conn, scope: &OrgScope) -> Result<Vec<(String, u64, Timestamp)>> {
    let rows = conn
        .all(
            scope,
            "SELECT rule_id, COUNT(*) AS alerts, MAX(raised_at_ms) AS last_ms FROM alert WHERE {scope} \
             GROUP BY rule_id ORDER BY alerts DESC, rule_id LIMIT 1000",
            &[],
        )
        .await?;
    rows.iter().map(|row| Ok((row.text("rule_id")?, row.count("alerts")?, row.time("last_ms")?))).collect()
}

/// Alerts and the events in them of a period, by level.
pub(crate) async fn by_level(
    conn: &mut Conn,
    scope: &OrgScope,
    period: Period,
) -> Result<Vec<(String, u64, u64)>> {
    let rows = conn
        .all(
            scope,
            "SELECT level, COUNT(*) AS alerts, CAST(SUM(events) AS BIGINT) AS events FROM alert \
             WHERE {scope} AND raised_at_ms >= $3 AND raised_at_ms < $4 GROUP BY level ORDER BY level",
            args![period.from, period.to],
        )
        .await?;
    rows.iter().map(|row| Ok((row.text("level")?, row.count("alerts")?, row.count("events")?))).collect()
}

fn count(events: u64) -> i64 {
    i64::try_from(events).unwrap_or(i64::MAX)
}

fn alert(row: &Row) -> Result<Alert> {
    Ok(Alert {
        id: row.id("alert_id")?,
        org: row.org("org_id")?,
        rule_id: row.text("rule_id")?,
        title: row.text("title")?,
        title_ja: row.text("title_ja")?,
        level: row.text("level")?,
        tactic: row.text("tactic")?,
        host: row.text("host")?,
        key: row.text("key_value")?,
        first_at: row.time("first_at_ms")?,
        last_at: row.time("last_at_ms")?,
        events: row.count("events")?,
        matched: row.json("matched")?,
        incident: row.text("incident_id")?,
        raised_at: row.time("raised_at_ms")?,
    })
}
