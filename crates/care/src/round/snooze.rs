//! Puts a client off until a day, with a reason.

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::ToSpan as _;
use kakari_identity::web::{Client, Posted, WebResult};
use kakari_identity::{App, Permission};
use kakari_kernel::Error;
use kakari_store::Entry;
use serde_json::json;

use super::store;

/// Nobody is put off for longer: a client must be looked at once a quarter.
const LONGEST_DAYS: i64 = 92;

pub(crate) async fn post(
    State(app): State<App>,
    client: Client,
    Posted(mut form): Posted,
) -> WebResult<Response> {
    client.signed.must(Permission::Handle)?;
    let until = form.date("until").ok_or_else(|| Error::invalid("until", "give a day, as 2026-04-30"))?;
    let reason = form
        .text("reason", 1..=200)
        .ok_or_else(|| Error::invalid("reason", "say why, in at most 200 characters"))?;
    let today = client.page.now.to_zoned(client.page.zone.clone()).date();
    if until <= today || until > today.saturating_add(LONGEST_DAYS.days()) {
        return Err(
            Error::invalid("until", format!("a day after today and within {LONGEST_DAYS} days")).into()
        );
    }
    let until = until.to_zoned(client.page.zone.clone()).map_err(Error::internal)?.timestamp();
    let mut tx = app.db.begin().await?;
    store::snooze(&mut tx, &client.scope, until, &reason, &client.signed.name).await?;
    let entry = Entry {
        actor: client.signed.actor.clone(),
        act: "round.snooze",
        subject: format!("organisation:{}", client.org.id),
        detail: json!({ "until": until.to_string(), "reason": reason }),
    };
    tx.commit(&client.scope, entry).await?;
    Ok(Redirect::to("/round").into_response())
}
