//! The only SQL on `sensor` and `sensor_hour`.

use jiff::Timestamp;
use kakari_kernel::{Error, Id, OrgId, OrgScope, Period, ProviderId, Reach, Result, from_ms, to_ms};
use kakari_store::{Conn, Db, Row, Tx, Unaudited, args};
use serde::Serialize;

use super::model::{Kind, Sensor};

const HOUR_MS: i64 = 3_600_000;
const SENSORS_MAX: i64 = 200;

/// What a batch held.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Came {
    pub(crate) events: u64,
    pub(crate) unreadable: u64,
    pub(crate) size_bytes: u64,
}

/// What came in one hour.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Hour {
    pub(super) at: Timestamp,
    pub(super) events: u64,
    pub(super) unreadable: u64,
}

pub(super) async fn insert(tx: &mut Tx, sensor: &Sensor, token_hash: Option<&str>) -> Result<()> {
    tx.execute(
        &sensor.scope,
        "INSERT INTO sensor (provider_id, org_id, sensor_id, name, kind, zone, device, token_hash, created_at_ms, \
         retired_at_ms, heard_at_ms, refused, refused_why, refused_at_ms) \
         VALUES ({owner}, $3, $4, $5, $6, $7, $8, $9, 0, 0, 0, '', 0)",
        args![
            sensor.id,
            &sensor.name,
            sensor.kind.as_str(),
            &sensor.zone,
            &sensor.device,
            token_hash,
            sensor.created_at
        ],
    )
    .await?;
    Ok(())
}

/// # Errors
/// `NotFound` when the scope has no such sensor.
pub(crate) async fn get(conn: &mut Conn, scope: &OrgScope, id: Id) -> Result<Sensor> {
    sensor(&conn.one(scope, "SELECT * FROM sensor WHERE {scope} AND sensor_id = $3", args![id]).await?)
}

/// The sensors of a client that are in use, by name, then the retired ones. At most 200.
pub async fn list(conn: &mut Conn, scope: &OrgScope) -> Result<Vec<Sensor>> {
    let rows = conn
        .all(
            scope,
            "SELECT * FROM sensor WHERE {scope} ORDER BY CASE retired_at_ms WHEN 0 THEN 0 ELSE 1 END, name, sensor_id \
             LIMIT $3",
            args![SENSORS_MAX],
        )
        .await?;
    rows.iter().map(sensor).collect()
}

/// The sensor that stands for files which a person brings; made when the client has none.
pub async fn upload_sensor(tx: &mut Tx, scope: &OrgScope, id: Id, name: &str, zone: &str) -> Result<Sensor> {
    let row = tx
        .first(
            scope,
            "SELECT * FROM sensor WHERE {scope} AND kind = 'upload' AND retired_at_ms = 0 \
             ORDER BY created_at_ms, sensor_id LIMIT 1",
            &[],
        )
        .await?;
    if let Some(row) = row {
        return sensor(&row);
    }
    let new = Sensor {
        id,
        scope: *scope,
        name: name.to_owned(),
        kind: Kind::Upload,
        zone: zone.to_owned(),
        device: String::new(),
        created_at: tx.at(),
        retired_at: None,
        heard_at: None,
        refused: 0,
        refused_why: String::new(),
    };
    insert(tx, &new, None).await?;
    Ok(new)
}

/// The sensor that a token belongs to; the one place where a token becomes a scope.
pub(super) async fn with_token(conn: &mut Conn, token_hash: &str) -> Result<Option<Sensor>> {
    let row = conn
        .system()
        .first("SELECT * FROM sensor WHERE token_hash = $1 AND retired_at_ms = 0", args![token_hash])
        .await?;
    row.as_ref().map(sensor).transpose()
}

/// The sensor that a listener of the configuration is bound to.
pub(super) async fn with_id(conn: &mut Conn, id: Id) -> Result<Option<Sensor>> {
    let row = conn
        .system()
        .first("SELECT * FROM sensor WHERE sensor_id = $1 AND retired_at_ms = 0", args![id])
        .await?;
    row.as_ref().map(sensor).transpose()
}

/// All sensors in use after one id, over all clients: what the silence job walks through.
pub(super) async fn in_use_after(conn: &mut Conn, after: &str, limit: i64) -> Result<Vec<Sensor>> {
    let rows = conn
        .system()
        .all(
            "SELECT * FROM sensor WHERE retired_at_ms = 0 AND sensor_id > $1 ORDER BY sensor_id LIMIT $2",
            args![after, limit],
        )
        .await?;
    rows.iter().map(sensor).collect()
}

/// Clients that have no sensor in use, of all providers: the silence job says that they have no data.
pub(super) async fn clients_without_sensor(conn: &mut Conn) -> Result<Vec<(ProviderId, OrgId)>> {
    let rows = conn
        .system()
        .all(
            "SELECT o.provider_id, o.org_id FROM organisation o WHERE o.kind = 'client' AND NOT EXISTS \
             (SELECT 1 FROM sensor s WHERE s.org_id = o.org_id AND s.retired_at_ms = 0)",
            &[],
        )
        .await?;
    rows.iter().map(|row| Ok((ProviderId(row.id("provider_id")?), row.org("org_id")?))).collect()
}

/// Notes that something arrived.
pub(crate) async fn heard(tx: &mut Tx, scope: &OrgScope, id: Id) -> Result<()> {
    let now = tx.at();
    tx.execute(scope, "UPDATE sensor SET heard_at_ms = $4 WHERE {scope} AND sensor_id = $3", args![id, now])
        .await?;
    Ok(())
}

/// Adds what a batch held to its hour.
pub(crate) async fn count(
    tx: &mut Tx,
    scope: &OrgScope,
    id: Id,
    received_at: Timestamp,
    came: Came,
) -> Result<()> {
    let ms = to_ms(received_at);
    let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    tx.execute(
        scope,
        "INSERT INTO sensor_hour (provider_id, org_id, sensor_id, hour_ms, events, unreadable, size_bytes) \
         VALUES ({owner}, $3, $4, $5, $6, $7) ON CONFLICT (sensor_id, hour_ms) DO UPDATE SET \
         events = sensor_hour.events + excluded.events, unreadable = sensor_hour.unreadable + excluded.unreadable, \
         size_bytes = sensor_hour.size_bytes + excluded.size_bytes",
        args![
            id,
            ms - ms.rem_euclid(HOUR_MS),
            whole(came.events),
            whole(came.unreadable),
            whole(came.size_bytes)
        ],
    )
    .await?;
    Ok(())
}

/// Notes deliveries that were refused.
pub(super) async fn refused(db: &Db, scope: &OrgScope, id: Id, how_many: u64, why: &str) -> Result<()> {
    let mut tx = db.begin().await?;
    let now = tx.at();
    let why: String = why.chars().take(300).collect();
    tx.execute(
        scope,
        "UPDATE sensor SET refused = refused + $4, refused_why = $5, refused_at_ms = $6 \
         WHERE {scope} AND sensor_id = $3",
        args![id, i64::try_from(how_many).unwrap_or(i64::MAX), why, now],
    )
    .await?;
    tx.commit_unaudited(Unaudited::Ingest).await
}

/// Changes what people set.
pub(super) async fn set(tx: &mut Tx, scope: &OrgScope, sensor: &Sensor) -> Result<()> {
    tx.execute(
        scope,
        "UPDATE sensor SET name = $4, zone = $5, device = $6, retired_at_ms = $7 WHERE {scope} AND sensor_id = $3",
        args![
            sensor.id,
            &sensor.name,
            &sensor.zone,
            &sensor.device,
            sensor.retired_at.unwrap_or(Timestamp::UNIX_EPOCH)
        ],
    )
    .await?;
    Ok(())
}

/// Exchanges the token: the old one is refused from now on.
pub(super) async fn set_token(tx: &mut Tx, scope: &OrgScope, id: Id, token_hash: &str) -> Result<()> {
    tx.execute(
        scope,
        "UPDATE sensor SET token_hash = $4 WHERE {scope} AND sensor_id = $3",
        args![id, token_hash],
    )
    .await?;
    Ok(())
}

/// Whether anything ever came from the client.
pub(crate) async fn ever_heard(conn: &mut Conn, scope: &OrgScope) -> Result<bool> {
    let row = conn
        .first(scope, "SELECT 1 AS one FROM sensor WHERE {scope} AND heard_at_ms > 0 LIMIT 1", &[])
        .await?;
    Ok(row.is_some())
}

/// Whether anything came from the client in a period.
pub(crate) async fn heard_within(conn: &mut Conn, scope: &OrgScope, period: Period) -> Result<bool> {
    let row = conn
        .first(
            scope,
            "SELECT 1 AS one FROM sensor_hour WHERE {scope} AND hour_ms >= $3 AND hour_ms < $4 LIMIT 1",
            args![period.from, period.to],
        )
        .await?;
    Ok(row.is_some())
}

/// What came from a sensor in each hour since a moment, oldest first.
pub(super) async fn hours(conn: &mut Conn, scope: &OrgScope, id: Id, since: Timestamp) -> Result<Vec<Hour>> {
    let rows = conn
        .all(
            scope,
            "SELECT hour_ms, events, unreadable FROM sensor_hour WHERE {scope} AND sensor_id = $3 AND hour_ms >= $4 \
             ORDER BY hour_ms LIMIT 1000",
            args![id, since],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Hour {
                at: row.time("hour_ms")?,
                events: row.count("events")?,
                unreadable: row.count("unreadable")?,
            })
        })
        .collect()
}

/// Forgets the hours before a moment.
pub(super) async fn forget_hours(db: &Db, before: Timestamp) -> Result<()> {
    let mut tx = db.begin().await?;
    tx.system().execute("DELETE FROM sensor_hour WHERE hour_ms < $1", args![before]).await?;
    tx.commit_unaudited(Unaudited::Derived).await
}

fn sensor(row: &Row) -> Result<Sensor> {
    let kind = row.text("kind")?;
    let moment = |column: &str| -> Result<Option<Timestamp>> {
        Ok(row.int_or_none(column)?.filter(|ms| *ms != 0).map(from_ms))
    };
    Ok(Sensor {
        id: row.id("sensor_id")?,
        scope: OrgScope::grant(ProviderId(row.id("provider_id")?), Reach::Client(row.org("org_id")?)),
        name: row.text("name")?,
        kind: Kind::from_name(&kind)
            .ok_or_else(|| Error::internal(format!("a sensor has the unknown kind {kind}")))?,
        zone: row.text("zone")?,
        device: row.text("device")?,
        created_at: row.time("created_at_ms")?,
        retired_at: moment("retired_at_ms")?,
        heard_at: moment("heard_at_ms")?,
        refused: row.count("refused")?,
        refused_why: row.text("refused_why")?,
    })
}
