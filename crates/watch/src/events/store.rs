//! The only SQL on `event` and `event_day`.

use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use kakari_kernel::ports::{EventCount, EventFilter, EventStore, StoredEvent};
use kakari_kernel::{OrgScope, Period, Result, to_ms};
use kakari_store::{Conn, Db, Row, Tx, Unaudited, Value, args};

/// Rows of one statement: 10 arguments each stay below every engine's bound on arguments.
const ROWS_PER_STATEMENT: usize = 200;
/// Nobody reads a longer list.
const LATEST_MAX: u32 = 1_000;

/// Events in the state database: the simplest durable form.
#[derive(Debug, Clone)]
pub struct SqlEvents {
    db: Db,
    zone: TimeZone,
}

impl SqlEvents {
    /// `zone` decides where a day of the counts begins.
    #[must_use]
    pub fn new(db: Db, zone: TimeZone) -> Self {
        Self { db, zone }
    }

    fn day_of(&self, at: Timestamp) -> i64 {
        let day = at.to_zoned(self.zone.clone()).start_of_day();
        day.map_or_else(|_| to_ms(at), |day| to_ms(day.timestamp()))
    }

    /// Adds the events that were not there yet to the counts of their day.
    async fn count(&self, tx: &mut Tx, scope: &OrgScope, new: &[&StoredEvent]) -> Result<()> {
        let mut counts: HashMap<(i64, u32, &str), (u32, u32)> = HashMap::new();
        for event in new {
            let key = (self.day_of(event.received_at), event.class_uid, event.device.as_str());
            let count = counts.entry(key).or_default();
            count.0 += 1;
            count.1 += u32::from(!event.parse_error.is_empty());
        }
        for ((day, class, device), (events, unreadable)) in counts {
            tx.execute(
                scope,
                "INSERT INTO event_day (provider_id, org_id, day_ms, class_uid, device, events, unreadable) \
                 VALUES ({owner}, $3, $4, $5, $6, $7) ON CONFLICT (org_id, day_ms, class_uid, device) DO UPDATE \
                 SET events = event_day.events + excluded.events, unreadable = event_day.unreadable + excluded.unreadable",
                args![day, class, device, events, unreadable],
            )
            .await?;
        }
        Ok(())
    }
}

#[async_trait]
impl EventStore for SqlEvents {
    async fn append(&self, scope: &OrgScope, events: &[StoredEvent]) -> Result<()> {
        let mut tx = self.db.begin().await?;
        for chunk in events.chunks(ROWS_PER_STATEMENT) {
            let new = insert(&mut tx, scope, chunk).await?;
            let new: Vec<&StoredEvent> = chunk.iter().filter(|event| new.contains(&event.id)).collect();
            self.count(&mut tx, scope, &new).await?;
        }
        tx.commit_unaudited(Unaudited::Ingest).await
    }

    async fn get(&self, scope: &OrgScope, id: &str) -> Result<StoredEvent> {
        let mut conn = self.db.read().await?;
        event(&conn.one(scope, "SELECT * FROM event WHERE {scope} AND event_id = $3", args![id]).await?)
    }

    async fn latest(&self, scope: &OrgScope, filter: &EventFilter) -> Result<Vec<StoredEvent>> {
        let unreadable = if filter.only_unreadable { "AND parse_error <> ''" } else { "" };
        let sensor = if filter.sensor_id.is_some() { "AND sensor_id = $4" } else { "AND $4 = ''" };
        let sql = format!(
            "SELECT * FROM event WHERE {{scope}} {sensor} {unreadable} \
             ORDER BY received_at_ms DESC, event_id DESC LIMIT $3"
        );
        let sensor = filter.sensor_id.as_deref().unwrap_or_default();
        let mut conn = self.db.read().await?;
        let rows = conn.all(scope, &sql, args![filter.limit.clamp(1, LATEST_MAX), sensor]).await?;
        rows.iter().map(event).collect()
    }

    async fn counts(&self, scope: &OrgScope, period: Period) -> Result<Vec<EventCount>> {
        let mut conn = self.db.read().await?;
        let rows = conn
            .all(
                scope,
                "SELECT class_uid, device, CAST(SUM(events) AS BIGINT) AS events, \
                 CAST(SUM(unreadable) AS BIGINT) AS unreadable FROM event_day \
                 WHERE {scope} AND day_ms >= $3 AND day_ms < $4 GROUP BY class_uid, device \
                 ORDER BY events DESC, class_uid, device LIMIT 1000",
                args![period.from, period.to],
            )
            .await?;
        rows.iter()
            .map(|row| {
                Ok(EventCount {
                    class_uid: u32::try_from(row.int("class_uid")?).unwrap_or(0),
                    device: row.text("device")?,
                    events: row.count("events")?,
                    unreadable: row.count("unreadable")?,
                })
            })
            .collect()
    }
}

/// Inserts events and tells which ones were not there yet.
async fn insert(tx: &mut Tx, scope: &OrgScope, events: &[StoredEvent]) -> Result<HashSet<String>> {
    let mut places = Vec::with_capacity(events.len());
    let mut args: Vec<Value> = Vec::with_capacity(events.len() * 9);
    for event in events {
        let first = args.len() + 3;
        let numbers: Vec<String> = (first..first + 9).map(|number| format!("${number}")).collect();
        places.push(format!("({{owner}}, {})", numbers.join(", ")));
        args.extend([
            Value::from(&event.id),
            Value::from(&event.sensor_id),
            Value::from(event.at),
            Value::from(event.received_at),
            Value::from(event.class_uid),
            Value::from(&event.device),
            Value::from(&event.host),
            Value::from(&event.parse_error),
            Value::from(event.ocsf.to_string()),
        ]);
    }
    let sql = format!(
        "INSERT INTO event (provider_id, org_id, event_id, sensor_id, at_ms, received_at_ms, class_uid, device, \
         host, parse_error, ocsf) VALUES {} ON CONFLICT (org_id, event_id) DO NOTHING RETURNING event_id",
        places.join(", ")
    );
    let rows = tx.all(scope, &sql, &args).await?;
    rows.iter().map(|row| row.text("event_id")).collect()
}

/// Forgets events received before a moment, over all clients; the counts of their days stay. At most `limit`
/// at a time, so that nobody waits long for the right to write. Tells how many went.
pub(super) async fn forget_before(db: &Db, before: Timestamp, limit: u32) -> Result<u64> {
    let mut tx = db.begin().await?;
    let gone = tx
        .system()
        .execute(
            "DELETE FROM event WHERE (org_id, event_id) IN \
             (SELECT org_id, event_id FROM event WHERE received_at_ms < $1 ORDER BY received_at_ms LIMIT $2)",
            args![before, limit],
        )
        .await?;
    tx.commit_unaudited(Unaudited::Derived).await?;
    Ok(gone)
}

/// Events of each device on each day of a period, for the six-month chart.
pub(super) async fn by_day(
    conn: &mut Conn,
    scope: &OrgScope,
    period: Period,
) -> Result<Vec<(Timestamp, u64)>> {
    let rows = conn
        .all(
            scope,
            "SELECT day_ms, CAST(SUM(events) AS BIGINT) AS events FROM event_day \
             WHERE {scope} AND day_ms >= $3 AND day_ms < $4 GROUP BY day_ms ORDER BY day_ms",
            args![period.from, period.to],
        )
        .await?;
    rows.iter().map(|row| Ok((row.time("day_ms")?, row.count("events")?))).collect()
}

fn event(row: &Row) -> Result<StoredEvent> {
    Ok(StoredEvent {
        id: row.text("event_id")?,
        sensor_id: row.text("sensor_id")?,
        at: row.time("at_ms")?,
        received_at: row.time("received_at_ms")?,
        class_uid: u32::try_from(row.int("class_uid")?).unwrap_or(0),
        device: row.text("device")?,
        host: row.text("host")?,
        parse_error: row.text("parse_error")?,
        ocsf: row.json("ocsf")?,
    })
}
