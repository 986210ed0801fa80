//! `/c/{org}/sensors`: the sensors of a client, and making one. The token is shown once, on the page that
//! answers the form.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use jiff::tz::TimeZone;
use kakari_identity::Permission;
use kakari_identity::web::{Client, Posted, WebResult, hash_secret};
use kakari_kernel::{Actor, Error, OrgScope, Result};
use kakari_store::Entry;
use kakari_ui::Form;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;

use super::credential::new_token;
use super::model::{Kind, Sensor};
use super::{setup, store};
use crate::Watch;

pub(super) fn routes() -> OpenApiRouter<Watch> {
    OpenApiRouter::new().route("/c/{org}/sensors", get(show).post(create))
}

/// What a person says of a new sensor.
#[derive(Debug, Clone)]
pub struct NewSensor {
    pub name: String,
    pub kind: Kind,
    /// A name of the zone database, such as `Asia/Tokyo`.
    pub zone: String,
    /// A device that the normaliser knows by name; empty for recognition by content.
    pub device: String,
}

/// Makes a sensor. The token is given for sensors over HTTP, and only here.
///
/// # Errors
/// `Invalid` naming the field: a zone or device that does not exist.
pub async fn add(
    watch: &Watch,
    scope: &OrgScope,
    actor: &Actor,
    new: NewSensor,
) -> Result<(Sensor, Option<String>)> {
    if TimeZone::get(&new.zone).is_err() {
        return Err(Error::invalid("zone", "no such time zone: write it as Asia/Tokyo"));
    }
    if !new.device.is_empty() && kakari_normalize::device_named(&new.device).is_none() {
        return Err(Error::invalid("device", "no such device"));
    }
    let token = (new.kind == Kind::Http).then(|| new_token(watch.app.rng.as_ref()));
    let mut tx = watch.app.db.begin().await?;
    let sensor = Sensor {
        id: watch.app.ids.id(),
        scope: *scope,
        name: new.name,
        kind: new.kind,
        zone: new.zone,
        device: new.device,
        created_at: tx.at(),
        retired_at: None,
        heard_at: None,
        refused: 0,
        refused_why: String::new(),
    };
    store::insert(&mut tx, &sensor, token.as_deref().map(hash_secret).as_deref()).await?;
    let entry = Entry {
        actor: actor.clone(),
        act: "sensor.add",
        subject: format!("sensor:{}", sensor.id),
        detail: json!({ "name": sensor.name, "kind": sensor.kind.as_str() }),
    };
    tx.commit(scope, entry).await?;
    Ok((sensor, token))
}

async fn show(State(watch): State<Watch>, client: Client) -> WebResult {
    client.signed.must(Permission::ViewFleet)?;
    let zone = watch.app.settings.zone.iana_name().unwrap_or("Asia/Tokyo").to_owned();
    page(&watch, &client, &Form::filled([("zone", zone)])).await
}

async fn create(State(watch): State<Watch>, client: Client, Posted(mut form): Posted) -> WebResult {
    client.signed.must(Permission::Administer)?;
    let name = form.text("name", 1..=80);
    let kind = form.choice("kind", &Kind::ALL.map(|kind| (kind.as_str(), kind)));
    let zone = form.text("zone", 1..=64);
    let device = form.raw("device").to_owned();
    if let Some(zone) = &zone
        && TimeZone::get(zone).is_err()
    {
        form.error("zone", "sensors-zone-wrong");
    }
    let (Some(name), Some(kind), Some(zone), false) = (name, kind, zone, form.is_wrong()) else {
        return page(&watch, &client, &form).await;
    };
    let new = NewSensor { name, kind, zone, device };
    let (sensor, token) = add(&watch, &client.scope, &client.signed.actor, new).await?;
    token_page(&watch, &client, &sensor, token.as_deref())
}

/// The page after a token was made: the only one that ever shows it.
pub(super) fn token_page(watch: &Watch, client: &Client, sensor: &Sensor, token: Option<&str>) -> WebResult {
    let data = json!({
        "sensor": sensor,
        "token": token,
        "org": client.org.id,
        "setups": setup::texts(watch, sensor, token),
    });
    Ok(watch.app.ui.render(&client.page, "sensors/token.html", data)?.into_response())
}

async fn page(watch: &Watch, client: &Client, form: &Form) -> WebResult<Response> {
    let mut conn = watch.app.db.read().await?;
    let sensors = store::list(&mut conn, &client.scope).await?;
    let heard = store::ever_heard(&mut conn, &client.scope).await?;
    drop(conn);
    let now = client.page.now;
    let rows: Vec<_> = sensors
        .iter()
        .map(|sensor| json!({ "sensor": sensor, "silent_since": sensor.silent_since(now) }))
        .collect();
    let mut devices: Vec<&str> = kakari_normalize::device_names().collect();
    devices.sort_unstable();
    let data = json!({
        "rows": rows,
        "heard": heard,
        "org": client.org.id,
        "form": form,
        "devices": devices,
        "may_add": client.signed.may(Permission::Administer),
    });
    let html = watch.app.ui.render(&client.page, "sensors/sensors.html", data)?;
    Ok((form.status(), html).into_response())
}
