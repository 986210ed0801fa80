//! What people do with an incident: take it, move it on, stop its clock, note something. Each act says which
//! version the person saw; whoever comes second sees what the first did instead of undoing it.

use axum::extract::{Path, State as AxumState};
use axum::response::{IntoResponse as _, Redirect};
use axum::routing::post;
use kakari_identity::Permission;
use kakari_identity::web::{Client, Posted, WebResult};
use kakari_kernel::{Actor, Error, Id, OrgScope, Result};
use kakari_store::Entry;
use kakari_ui::Form;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;

use super::model::{Clock, Incident, State, Verdict};
use super::{open, show, sla, store};
use crate::Watch;

const REASON_CHARS: usize = 1_000;

pub(super) fn routes() -> OpenApiRouter<Watch> {
    OpenApiRouter::new()
        .route("/c/{org}/incidents/{id}/take", post(take))
        .route("/c/{org}/incidents/{id}/move", post(move_on))
        .route("/c/{org}/incidents/{id}/pause", post(pause))
        .route("/c/{org}/incidents/{id}/resume", post(resume))
        .route("/c/{org}/incidents/{id}/note", post(note))
}

/// A change that a person asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    Take { person: String, name: String },
    Move { to: State, reason: String, verdict: Option<Verdict> },
    Pause { reason: String },
    Resume,
    Note { text: String },
}

/// Applies a change to the version that the person saw.
///
/// # Errors
/// `Conflict` when the incident has another version, `Invalid` when the change is not possible in its state,
/// `NotFound` when the scope has no such incident.
pub(crate) async fn apply(
    watch: &Watch,
    scope: &OrgScope,
    id: Id,
    version: i64,
    actor: &Actor,
    change: Change,
) -> Result<Incident> {
    let mut tx = watch.app.db.begin().await?;
    let mut incident = store::get(&mut tx, scope, id).await?;
    if incident.version != version {
        return Err(Error::Conflict("somebody else changed the incident first".into()));
    }
    if incident.state == State::Closed && !matches!(change, Change::Note { .. }) {
        return Err(Error::invalid("state", "the incident is closed"));
    }
    let before = incident.state;
    let (act, outcome, reason) = change_one(watch, &mut incident, tx.at(), change)?;
    store::save(&mut tx, scope, &incident, actor, act, &outcome, &reason).await?;
    match incident.state {
        State::Closed if before != State::Closed => open::clear_sign(&mut tx, scope, &incident).await?,
        State::Closed => {}
        _ => open::raise_sign(&mut tx, scope, &incident).await?,
    }
    let entry = Entry {
        actor: actor.clone(),
        act: audit_word(act),
        subject: format!("incident:{id}"),
        detail: json!({ "from": before.as_str(), "to": incident.state.as_str(), "outcome": outcome, "reason": reason }),
    };
    tx.commit(scope, entry).await?;
    incident.version += 1;
    Ok(incident)
}

fn audit_word(act: &str) -> &'static str {
    match act {
        "taken" => "incident.take",
        "moved" => "incident.move",
        "paused" => "incident.pause",
        "resumed" => "incident.resume",
        _ => "incident.note",
    }
}

/// The pure part: what becomes of the incident, and the words of its story.
fn change_one(
    watch: &Watch,
    incident: &mut Incident,
    now: jiff::Timestamp,
    change: Change,
) -> Result<(&'static str, String, String)> {
    let (hours, zone) = open::hours(watch);
    match change {
        Change::Take { person, name } => {
            incident.assignee_id = person;
            incident.assignee_name.clone_from(&name);
            Ok(("taken", name, String::new()))
        }
        Change::Move { to, reason, verdict } => {
            if !incident.state.moves().contains(&to) {
                let why = format!("{} does not follow {}", to.as_str(), incident.state.as_str());
                return Err(Error::invalid("to", why));
            }
            let was_stopped = incident.state.stops_clock();
            if to.stops_clock() && !was_stopped {
                let in_time = incident.clock == Clock::Paused || now <= incident.due_at;
                incident.clock = if in_time { Clock::Met } else { Clock::Missed };
                incident.paused_why.clear();
            } else if !to.stops_clock() && was_stopped {
                // What was done did not hold: the clock begins anew.
                incident.clock = Clock::Running;
                incident.due_at = open::due(watch, now, incident.severity);
            }
            if to == State::Closed {
                incident.closed_at = Some(now);
                incident.verdict = verdict.map_or(String::new(), |verdict| verdict.as_str().to_owned());
                incident.lesson.clone_from(&reason);
            }
            incident.state = to;
            Ok(("moved", to.as_str().to_owned(), reason))
        }
        Change::Pause { reason } => {
            if incident.clock != Clock::Running {
                return Err(Error::invalid("clock", "only a running clock can be stopped"));
            }
            incident.clock = Clock::Paused;
            incident.left_minutes = sla::minutes_between(now, incident.due_at, hours, zone);
            incident.paused_why.clone_from(&reason);
            Ok(("paused", String::new(), reason))
        }
        Change::Resume => {
            if incident.clock != Clock::Paused {
                return Err(Error::invalid("clock", "the clock is not stopped"));
            }
            incident.clock = Clock::Running;
            incident.paused_why.clear();
            // What was overdue when it was stopped still is.
            if incident.left_minutes > 0 {
                incident.due_at = sla::due_after(now, incident.left_minutes, hours, zone);
            }
            Ok(("resumed", String::new(), String::new()))
        }
        Change::Note { text } => Ok(("noted", String::new(), text)),
    }
}

/// `{org}` and `{id}`; a text that is no id names nothing.
type Named = Path<(String, String)>;

async fn take(
    AxumState(watch): AxumState<Watch>,
    client: Client,
    Path((_, id)): Named,
    Posted(form): Posted,
) -> WebResult {
    let change = Change::Take { person: client.signed.person.to_string(), name: client.signed.name.clone() };
    finish(&watch, &client, &id, form, Some(change)).await
}

async fn move_on(
    AxumState(watch): AxumState<Watch>,
    client: Client,
    Path((_, id)): Named,
    Posted(mut form): Posted,
) -> WebResult {
    let states = State::ALL.map(|state| (state.as_str(), state));
    let to = form.choice("to", &states);
    let reason = form.text("reason", 1..=REASON_CHARS);
    let verdict = if to == Some(State::Closed) {
        form.choice("verdict", &Verdict::ALL.map(|verdict| (verdict.as_str(), verdict)))
    } else {
        None
    };
    let change = match (to, reason) {
        (Some(to), Some(reason)) if !form.is_wrong() => Some(Change::Move { to, reason, verdict }),
        _ => None,
    };
    finish(&watch, &client, &id, form, change).await
}

async fn pause(
    AxumState(watch): AxumState<Watch>,
    client: Client,
    Path((_, id)): Named,
    Posted(mut form): Posted,
) -> WebResult {
    let change = form.text("reason", 1..=REASON_CHARS).map(|reason| Change::Pause { reason });
    finish(&watch, &client, &id, form, change).await
}

async fn resume(
    AxumState(watch): AxumState<Watch>,
    client: Client,
    Path((_, id)): Named,
    Posted(form): Posted,
) -> WebResult {
    finish(&watch, &client, &id, form, Some(Change::Resume)).await
}

async fn note(
    AxumState(watch): AxumState<Watch>,
    client: Client,
    Path((_, id)): Named,
    Posted(mut form): Posted,
) -> WebResult {
    let change = form.text("note", 1..=REASON_CHARS).map(|text| Change::Note { text });
    finish(&watch, &client, &id, form, change).await
}

/// Applies the change and goes back to where the person was; shows the page again when something is wrong
/// or somebody else was first.
async fn finish(watch: &Watch, client: &Client, id: &str, form: Form, change: Option<Change>) -> WebResult {
    client.signed.must(Permission::Handle)?;
    let id: Id = id.parse()?;
    let version = form.raw("version").parse().unwrap_or(0);
    let Some(change) = change else {
        return show::page_for_staff(watch, client, id, &form, None).await;
    };
    match apply(watch, &client.scope, id, version, &client.signed.actor, change).await {
        Ok(_) => {
            let here = format!("/c/{}/incidents/{id}", client.org.id);
            let back = if form.raw("back") == "queue" { "/queue" } else { here.as_str() };
            Ok(Redirect::to(back).into_response())
        }
        Err(Error::Conflict(_)) => show::page_for_staff(watch, client, id, &form, Some(version)).await,
        Err(error) => Err(error.into()),
    }
}
