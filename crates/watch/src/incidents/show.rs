//! `/c/{org}/incidents/{id}`: everything for the desk, plain words for the client.

use axum::extract::{Path, State as AxumState};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use kakari_identity::Permission;
use kakari_identity::web::{Client, WebResult};
use kakari_kernel::Id;
use kakari_ui::Form;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;

use super::model::{Clock, State, Verdict};
use super::store;
use crate::{Watch, detections};

pub(super) fn routes() -> OpenApiRouter<Watch> {
    OpenApiRouter::new().route("/c/{org}/incidents/{id}", get(show))
}

async fn show(
    AxumState(watch): AxumState<Watch>,
    client: Client,
    Path((_, id)): Path<(String, String)>,
) -> WebResult {
    let id: Id = id.parse()?;
    if client.signed.role.is_staff() {
        page_for_staff(&watch, &client, id, &Form::empty(), None).await
    } else {
        page_for_client(&watch, &client, id).await
    }
}

/// Everything. `seen` is the version that the person had before them when somebody else was first: the page
/// then begins with what happened since.
pub(super) async fn page_for_staff(
    watch: &Watch,
    client: &Client,
    id: Id,
    form: &Form,
    seen: Option<i64>,
) -> WebResult<Response> {
    let mut conn = watch.app.db.read().await?;
    let incident = store::get(&mut conn, &client.scope, id).await?;
    let entries = store::entries(&mut conn, &client.scope, id).await?;
    let alerts = detections::of_incident(&mut conn, &client.scope, id).await?;
    drop(conn);
    let meanwhile: Vec<_> =
        entries.iter().filter(|entry| seen.is_some_and(|seen| entry.version > seen)).collect();
    let moves: Vec<&str> = incident.state.moves().into_iter().map(State::as_str).collect();
    let data = json!({
        "incident": incident,
        "function": incident.state.function(),
        "states": State::ALL.map(State::as_str),
        "alerts": alerts,
        "entries": entries,
        "meanwhile": meanwhile,
        "form": form,
        "moves": moves,
        "verdicts": Verdict::ALL.map(Verdict::as_str),
        "may_handle": client.signed.may(Permission::Handle),
        "is_mine": incident.assignee_id == client.signed.person.to_string(),
        "is_paused": incident.clock == Clock::Paused,
        "is_running": incident.clock == Clock::Running,
        "is_closed": incident.state == State::Closed,
    });
    let page = kakari_ui::PageContext { dense: true, ..client.page.clone() };
    let html = watch.app.ui.render(&page, "incidents/incident.html", data)?;
    let status = if seen.is_some() { StatusCode::CONFLICT } else { form.status() };
    Ok((status, html).into_response())
}

/// Plain words: what was seen, what was done, what to do.
async fn page_for_client(watch: &Watch, client: &Client, id: Id) -> WebResult<Response> {
    let mut conn = watch.app.db.read().await?;
    let incident = store::get(&mut conn, &client.scope, id).await?;
    let entries = store::entries(&mut conn, &client.scope, id).await?;
    drop(conn);
    let rule = watch.rules.loaded();
    let advice = rule.rule(&incident.rule_id).and_then(|rule| {
        let ja = client.page.lang == kakari_ui::Lang::Ja;
        if ja { rule.advice_ja.clone() } else { rule.advice_en.clone() }
    });
    let told = ["opened", "moved", "paused", "resumed", "returned"];
    let entries: Vec<_> = entries.iter().filter(|entry| told.contains(&entry.act.as_str())).collect();
    // Before somebody has looked, and while it is being dealt with, the machine is better left alone.
    let leave_alone = incident.severity >= super::Severity::High && incident.state < State::Contained;
    let data = json!({
        "incident": incident,
        "entries": entries,
        "advice": advice,
        "leave_alone": leave_alone,
        "is_paused": incident.clock == Clock::Paused,
        "is_closed": incident.state == State::Closed,
        "phone": watch.app.settings.phone,
        "hours": watch.app.settings.hours.words(),
    });
    Ok(watch.app.ui.render(&client.page, "incidents/incident_owner.html", data)?.into_response())
}
