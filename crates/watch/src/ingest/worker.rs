//! The one worker: takes batches off the spool, oldest first for each client, and keeps what is in them.
//!
//! A batch is read, its events are appended (again and again if need be: ids are batch and position), and one
//! transaction takes it off the spool together with the alerts, incidents, signs and counts made of it.
//! Whoever dies in between leaves the batch where it was.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::StreamExt as _;
use kakari_identity::record;
use kakari_kernel::{Error, Result, Severity, Sign};
use kakari_store::Unaudited;
use serde_json::Map;

use super::reading::{Reading, Readings, next_chunk};
use super::store::{self, Claimed};
use crate::detections::{Folder, LeftOut, Memory};
use crate::{Watch, detections, sensors};

/// Batches of different clients that are read at the same time.
const CLIENTS_AT_ONCE: u32 = 4;
/// Events that are read and appended together.
const CHUNK: usize = 1_000;
/// How long a batch belongs to its worker. The largest takes a minute.
const LEASE_S: i64 = 300;
/// How often the worker looks without being called: retries, and batches that another process spooled.
const LOOK: Duration = Duration::from_secs(2);
/// Tries after which a batch is set aside.
const ATTEMPTS_MAX: i64 = 5;
/// Waiting after a failure, doubled each time.
const FIRST_WAIT_S: i64 = 2;
/// Says to the operators that a batch was set aside.
pub(crate) const ASIDE_SIGN: &str = "batch-aside";
/// Deliveries are known by their name for this long.
const DELIVERIES_KEPT: jiff::SignedDuration = jiff::SignedDuration::from_hours(7 * 24);

/// Reads the spool until the watch stops.
pub(crate) async fn work(watch: Watch) -> Result<()> {
    while let Err(error) = store::release_all(&watch.app.db).await {
        tracing::warn!(%error, "the spool cannot be read yet");
        tokio::time::sleep(LOOK).await;
    }
    let stopped = watch.stopped();
    tokio::pin!(stopped);
    loop {
        let did = match round(&watch).await {
            Ok(batches) => batches > 0,
            Err(error) => {
                tracing::warn!(%error, "the spool could not be read and is tried again");
                false
            }
        };
        if did {
            // Stopping between rounds is soon enough: a round is seconds.
            tokio::select! {
                biased;
                () = &mut stopped => return Ok(()),
                () = std::future::ready(()) => {}
            }
        } else {
            tokio::select! {
                () = &mut stopped => return Ok(()),
                () = watch.spooled.notified() => {}
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }
}

/// Reads until nothing that is due waits. For the command line and for tests.
pub async fn drain(watch: &Watch) -> Result<()> {
    while round(watch).await? > 0 {}
    Ok(())
}

/// Forgets the names of old deliveries.
pub(crate) async fn tidy(watch: &Watch) -> Result<()> {
    let before = watch.app.clock.now().saturating_sub(DELIVERIES_KEPT).map_err(Error::internal)?;
    store::forget_deliveries(&watch.app.db, before).await
}

/// One batch of each of a few clients. Tells how many there were.
async fn round(watch: &Watch) -> Result<usize> {
    let batches = store::claim(&watch.app.db, CLIENTS_AT_ONCE, LEASE_S).await?;
    let count = batches.len();
    futures_util::stream::iter(batches)
        .for_each_concurrent(None, |batch| async move {
            if let Err(error) = attempt(watch, &batch).await {
                tracing::error!(batch = %batch.id, %error, "a batch could neither be read nor set aside");
            }
        })
        .await;
    Ok(count)
}

async fn attempt(watch: &Watch, batch: &Claimed) -> Result<()> {
    if batch.attempt > ATTEMPTS_MAX {
        let why =
            if batch.reason.is_empty() { "the program stopped while reading it" } else { &batch.reason };
        return set_aside(watch, batch, why).await;
    }
    let Err(error) = process(watch, batch).await else { return Ok(()) };
    tracing::warn!(batch = %batch.id, attempt = batch.attempt, %error, "a batch could not be read");
    let is_ours = !matches!(error, Error::Unavailable(_) | Error::Conflict(_));
    if is_ours && batch.attempt >= ATTEMPTS_MAX {
        return set_aside(watch, batch, &error.to_string()).await;
    }
    let wait_s = FIRST_WAIT_S << batch.attempt.clamp(1, 8).saturating_sub(1);
    store::put_back(&watch.app.db, batch, &error.to_string(), wait_s, is_ours).await
}

/// Reads one batch to its end and takes it off the spool.
async fn process(watch: &Watch, batch: &Claimed) -> Result<()> {
    let mut conn = watch.app.db.read().await?;
    let sensor = sensors::get(&mut conn, &batch.scope, batch.sensor).await?;
    let Some(content) = store::content(&mut conn, &batch.scope, batch.id).await? else { return Ok(()) };
    drop(conn);
    let examination = watch.rules.loaded().examine(watch, &batch.scope).await?;
    let mut readings =
        Readings::new(batch.id, &sensor, batch.received_at, batch.format, content, examination);
    let mut folder = Folder::default();
    let (mut events, mut unreadable) = (0, 0);
    loop {
        let (rest, chunk) = next_chunk(readings, CHUNK).await?;
        readings = rest;
        if chunk.is_empty() {
            break;
        }
        events += chunk.len() as u64;
        let mut kept = Vec::with_capacity(chunk.len());
        for Reading { event, findings } in chunk {
            unreadable += u64::from(!event.parse_error.is_empty());
            for finding in findings {
                folder.add(finding);
            }
            kept.push(event);
        }
        watch.events.append(&batch.scope, &kept).await?;
    }
    let memory = readings.into_examination().into_memory();
    conclude(watch, batch, folder, &memory, events, unreadable).await
}

/// The transaction in which a batch becomes what was made of it.
async fn conclude(
    watch: &Watch,
    batch: &Claimed,
    folder: Folder,
    memory: &Memory,
    events: u64,
    unreadable: u64,
) -> Result<()> {
    let mut tx = watch.app.db.begin().await?;
    if !store::remove(&mut tx, &batch.scope, batch.id).await? {
        return Ok(());
    }
    let left_out = detections::keep(&mut tx, watch, &batch.scope, folder, memory).await?;
    let came = sensors::Came { events, unreadable, size_bytes: batch.size_bytes };
    sensors::count(&mut tx, &batch.scope, batch.sensor, batch.received_at, came).await?;
    tx.commit_unaudited(Unaudited::Ingest).await?;
    watch.figures.processed(events, unreadable);
    if left_out != LeftOut::default() {
        tracing::warn!(batch = %batch.id, sensor = %batch.sensor, ?left_out, "correlations are under-counting");
        watch.figures.left_out(left_out);
    }
    Ok(())
}

/// Gives a batch up and says so to the operators.
async fn set_aside(watch: &Watch, batch: &Claimed, why: &str) -> Result<()> {
    let mut tx = watch.app.db.begin().await?;
    store::set_aside(&mut tx, batch, why).await?;
    let sensor = sensors::get(&mut tx, &batch.scope, batch.sensor).await?;
    let org = batch.scope.client().map(|org| org.to_string()).unwrap_or_default();
    let sign = Sign {
        kind: ASIDE_SIGN,
        subject: batch.sensor.to_string(),
        severity: Severity::Attention,
        points: 20,
        since: tx.at(),
        args: Map::from_iter(HashMap::from([("name".to_owned(), sensor.name.into())])),
        link: format!("/c/{org}/sensors/{}", batch.sensor),
        todo: None,
    };
    record::raise(&mut tx, &batch.scope, &sign).await?;
    tx.commit_unaudited(Unaudited::Ingest).await
}
