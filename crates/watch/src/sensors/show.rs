//! `/c/{org}/sensors/{id}`: what comes from one sensor, what could not be read, how it is set up.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use kakari_identity::Permission;
use kakari_identity::web::{Client, Posted, WebResult, hash_secret};
use kakari_kernel::Id;
use kakari_kernel::ports::EventFilter;
use kakari_store::{Entry, Tx};
use kakari_ui::Form;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;

use super::credential::new_token;
use super::model::{Kind, Sensor};
use super::{add, setup, store};
use crate::{Watch, ingest};

const EXAMPLES: u32 = 5;

pub(super) fn routes() -> OpenApiRouter<Watch> {
    OpenApiRouter::new()
        .route("/c/{org}/sensors/{id}", get(show).post(change))
        .route("/c/{org}/sensors/{id}/token", post(exchange_token))
        .route("/c/{org}/sensors/{id}/retire", post(retire))
        .route("/c/{org}/sensors/{id}/retry", post(retry))
}

type Named = Path<(String, String)>;

async fn show(State(watch): State<Watch>, client: Client, Path((_, id)): Named) -> WebResult {
    client.signed.must(Permission::ViewFleet)?;
    let sensor = find(&watch, &client, &id).await?;
    let form = Form::filled([
        ("name", sensor.name.clone()),
        ("zone", sensor.zone.clone()),
        ("device", sensor.device.clone()),
    ]);
    page(&watch, &client, &sensor, &form).await
}

async fn find(watch: &Watch, client: &Client, id: &str) -> WebResult<Sensor> {
    let mut conn = watch.app.db.read().await?;
    Ok(store::get(&mut conn, &client.scope, id.parse::<Id>()?).await?)
}

async fn page(watch: &Watch, client: &Client, sensor: &Sensor, form: &Form) -> WebResult<Response> {
    let now = client.page.now;
    let filter =
        EventFilter { sensor_id: Some(sensor.id.to_string()), only_unreadable: true, limit: EXAMPLES };
    let examples = watch.events.latest(&client.scope, &filter).await?;
    let mut conn = watch.app.db.read().await?;
    let since = now.saturating_sub(SignedDuration::from_hours(7 * 24)).unwrap_or(now);
    let hours = store::hours(&mut conn, &client.scope, sensor.id, since).await?;
    let aside = ingest::aside(&mut conn, &client.scope, sensor.id).await?;
    drop(conn);
    let day = now.saturating_sub(SignedDuration::from_hours(24)).unwrap_or(now);
    let sum = |since: jiff::Timestamp| {
        let hours = hours.iter().filter(|hour| hour.at >= since);
        hours.fold((0, 0), |(events, unreadable), hour| (events + hour.events, unreadable + hour.unreadable))
    };
    let (day_events, day_unreadable) = sum(day);
    let (week_events, week_unreadable) = sum(since);
    let mut devices: Vec<&str> = kakari_normalize::device_names().collect();
    devices.sort_unstable();
    let data = json!({
        "sensor": sensor,
        "silent_since": sensor.silent_since(now),
        "is_upload": sensor.kind == Kind::Upload,
        "is_http": sensor.kind == Kind::Http,
        "day": { "events": day_events, "unreadable": day_unreadable },
        "week": { "events": week_events, "unreadable": week_unreadable },
        "examples": examples.iter().map(crate::events::shorten).collect::<Vec<_>>(),
        "aside": aside,
        "setups": setup::texts(watch, sensor, None),
        "org": client.org.id,
        "form": form,
        "devices": devices,
        "may_change": client.signed.may(Permission::Administer),
    });
    let html = watch.app.ui.render(&client.page, "sensors/sensor.html", data)?;
    Ok((form.status(), html).into_response())
}

async fn change(
    State(watch): State<Watch>,
    client: Client,
    Path((_, id)): Named,
    Posted(mut form): Posted,
) -> WebResult {
    client.signed.must(Permission::Administer)?;
    let mut sensor = find(&watch, &client, &id).await?;
    let name = form.text("name", 1..=80);
    let zone = form.text("zone", 1..=64);
    let device = form.raw("device").to_owned();
    if zone.as_ref().is_some_and(|zone| TimeZone::get(zone).is_err()) {
        form.error("zone", "sensors-zone-wrong");
    }
    if !device.is_empty() && kakari_normalize::device_named(&device).is_none() {
        form.error("device", "form-choice");
    }
    let (Some(name), Some(zone), false) = (name, zone, form.is_wrong()) else {
        return page(&watch, &client, &sensor, &form).await;
    };
    (sensor.name, sensor.zone, sensor.device) = (name, zone, device);
    let mut tx = watch.app.db.begin().await?;
    store::set(&mut tx, &client.scope, &sensor).await?;
    finish(tx, &client, &sensor, "sensor.change").await
}

async fn exchange_token(
    State(watch): State<Watch>,
    client: Client,
    Path((_, id)): Named,
    Posted(_): Posted,
) -> WebResult {
    client.signed.must(Permission::Administer)?;
    let sensor = find(&watch, &client, &id).await?;
    if sensor.kind != Kind::Http || sensor.retired_at.is_some() {
        return Err(kakari_kernel::Error::NotFound.into());
    }
    let token = new_token(watch.app.rng.as_ref());
    let mut tx = watch.app.db.begin().await?;
    store::set_token(&mut tx, &client.scope, sensor.id, &hash_secret(&token)).await?;
    tx.commit(&client.scope, entry(&client, &sensor, "sensor.token")).await?;
    add::token_page(&watch, &client, &sensor, Some(&token))
}

async fn retire(
    State(watch): State<Watch>,
    client: Client,
    Path((_, id)): Named,
    Posted(_): Posted,
) -> WebResult {
    client.signed.must(Permission::Administer)?;
    let mut sensor = find(&watch, &client, &id).await?;
    let mut tx = watch.app.db.begin().await?;
    sensor.retired_at = Some(sensor.retired_at.unwrap_or(tx.at()));
    store::set(&mut tx, &client.scope, &sensor).await?;
    finish(tx, &client, &sensor, "sensor.retire").await
}

/// Gives the batches that were set aside their tries again, after what was wrong was mended.
async fn retry(
    State(watch): State<Watch>,
    client: Client,
    Path((_, id)): Named,
    Posted(_): Posted,
) -> WebResult {
    client.signed.must(Permission::Administer)?;
    let sensor = find(&watch, &client, &id).await?;
    let mut tx = watch.app.db.begin().await?;
    ingest::retry_aside(&mut tx, &client.scope, sensor.id).await?;
    kakari_identity::record::clear(&mut tx, &client.scope, ingest::ASIDE_SIGN, &sensor.id.to_string())
        .await?;
    let answer = finish(tx, &client, &sensor, "sensor.retry").await;
    watch.spooled.notify_one();
    answer
}

async fn finish(tx: Tx, client: &Client, sensor: &Sensor, act: &'static str) -> WebResult {
    tx.commit(&client.scope, entry(client, sensor, act)).await?;
    Ok(Redirect::to(&format!("/c/{}/sensors/{}", client.org.id, sensor.id)).into_response())
}

fn entry(client: &Client, sensor: &Sensor, act: &'static str) -> Entry {
    Entry {
        actor: client.signed.actor.clone(),
        act,
        subject: format!("sensor:{}", sensor.id),
        detail: json!({ "name": sensor.name, "zone": sensor.zone, "device": sensor.device }),
    }
}
