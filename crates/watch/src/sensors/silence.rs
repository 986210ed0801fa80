//! Silence: said once, taken back by itself. Three of three calls in a pilot with 105 companies were a
//! firewall that had gone quiet.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use kakari_identity::record;
use kakari_kernel::{Error, OrgId, OrgScope, ProviderId, Reach, Result, Severity, Sign, Todo};
use kakari_store::{Tx, Unaudited};
use serde_json::{Map, Value as Json};

use super::model::Sensor;
use super::store;
use crate::{Watch, incidents};

const SILENT: &str = "sensor-silent";
/// The grade is grey while this sign is open.
const NO_DATA: &str = "no-data";
/// Hours of rates are kept as long as a sensor's page shows them.
const HOURS_KEPT: SignedDuration = SignedDuration::from_hours(31 * 24);
const PAGE: i64 = 500;

/// Raises and clears what silence and absence say, for every client. Doing it twice changes nothing.
pub(crate) async fn tick(watch: &Watch, now: Timestamp) -> Result<()> {
    let mut sensors: BTreeMap<(ProviderId, OrgId), Vec<Sensor>> = BTreeMap::new();
    let mut after = String::new();
    let mut conn = watch.app.db.read().await?;
    loop {
        let page = store::in_use_after(&mut conn, &after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.id.to_string();
        for sensor in page {
            if let Some(org) = sensor.scope.client() {
                sensors.entry((sensor.scope.provider(), org)).or_default().push(sensor);
            }
        }
    }
    for client in store::clients_without_sensor(&mut conn).await? {
        sensors.entry(client).or_default();
    }
    drop(conn);
    for ((provider, org), sensors) in sensors {
        let scope = OrgScope::grant(provider, Reach::Client(org));
        client(watch, &scope, org, &sensors, now).await?;
    }
    let before = now.saturating_sub(HOURS_KEPT).map_err(Error::internal)?;
    store::forget_hours(&watch.app.db, before).await
}

/// One client: is there any data, and which sensor is silent. Writes only what differs from what is said.
async fn client(
    watch: &Watch,
    scope: &OrgScope,
    org: OrgId,
    sensors: &[Sensor],
    now: Timestamp,
) -> Result<()> {
    let mut conn = watch.app.db.read().await?;
    let open = record::open(&mut conn, scope).await?;
    let heard = store::ever_heard(&mut conn, scope).await?;
    drop(conn);
    let is_open =
        |kind: &str, subject: &str| open.iter().any(|sign| sign.kind == kind && sign.subject == subject);
    let mut changes = Vec::new();
    if heard == is_open(NO_DATA, "") {
        changes.push(if heard { Change::DataCame } else { Change::NoData });
    }
    for sensor in sensors {
        // Where nothing ever came, that is said, and not of each sensor again.
        let since = sensor.silent_since(now).filter(|_| heard);
        match (since, is_open(SILENT, &sensor.id.to_string())) {
            (Some(since), false) => changes.push(Change::Silent(sensor, since)),
            (None, true) => changes.push(Change::HeardAgain(sensor)),
            _ => {}
        }
    }
    // A sensor that was retired while it was silent is no reason any more.
    for sign in open.iter().filter(|sign| sign.kind == SILENT) {
        if !sensors.iter().any(|sensor| sensor.id.to_string() == sign.subject) {
            changes.push(Change::Gone(sign.subject.clone()));
        }
    }
    if changes.is_empty() {
        return Ok(());
    }
    let mut tx = watch.app.db.begin().await?;
    for change in changes {
        apply(&mut tx, watch, scope, org, change, now).await?;
    }
    tx.commit_unaudited(Unaudited::Derived).await
}

enum Change<'s> {
    NoData,
    DataCame,
    Silent(&'s Sensor, Timestamp),
    HeardAgain(&'s Sensor),
    Gone(String),
}

async fn apply(
    tx: &mut Tx,
    watch: &Watch,
    scope: &OrgScope,
    org: OrgId,
    change: Change<'_>,
    now: Timestamp,
) -> Result<()> {
    match change {
        Change::NoData => {
            let link = format!("/c/{org}/sensors");
            let sign = sign(NO_DATA, String::new(), Severity::Attention, 30, now, Map::new(), link);
            record::raise(tx, scope, &sign).await?;
        }
        Change::DataCame => {
            record::clear(tx, scope, NO_DATA, "").await?;
        }
        Change::Silent(sensor, since) => {
            let mut args = Map::new();
            args.insert("name".into(), Json::from(sensor.name.as_str()));
            let link = format!("/c/{org}/sensors/{}", sensor.id);
            let mut sign = sign(SILENT, sensor.id.to_string(), Severity::Danger, 90, since, args, link);
            sign.todo = Some(Todo { minutes: 10, due: now + SignedDuration::from_hours(24) });
            record::raise(tx, scope, &sign).await?;
            incidents::silence_began(tx, watch, scope, sensor.id, &sensor.name, since).await?;
        }
        Change::HeardAgain(sensor) => {
            record::clear(tx, scope, SILENT, &sensor.id.to_string()).await?;
            incidents::silence_ended(tx, watch, scope, sensor.id).await?;
        }
        Change::Gone(subject) => {
            record::clear(tx, scope, SILENT, &subject).await?;
            incidents::silence_ended(tx, watch, scope, subject.parse()?).await?;
        }
    }
    Ok(())
}

fn sign(
    kind: &'static str,
    subject: String,
    severity: Severity,
    points: u32,
    since: Timestamp,
    args: Map<String, Json>,
    link: String,
) -> Sign {
    Sign { kind, subject, severity, points, since, args, link, todo: None }
}
