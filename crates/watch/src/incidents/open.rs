//! How incidents begin and grow: from alerts, and from silence. Derived, never by hand.

use jiff::Timestamp;
use kakari_identity::record;
use kakari_kernel::{Actor, Id, OrgScope, Result, Sign, Todo};
use kakari_store::Tx;
use kakari_ui::words::BusinessHours;
use serde_json::{Map, Value as Json};

use super::grouping::{group_key, nearest};
use super::model::{Cause, Clock, Incident, Severity, State, Verdict};
use super::{points, sla, store};
use crate::Watch;

const SIGN: &str = "incident-open";
/// How long the owner has to answer what the desk waits for.
const ANSWER_HOURS: i64 = 48;
const ANSWER_MINUTES: u32 = 10;

fn job() -> Actor {
    Actor::job("watch")
}

/// Puts a new alert into its incident, opening one where there is none. `None` for an informational finding
/// that stands alone: it is an alert and no incident.
pub(crate) async fn place(tx: &mut Tx, watch: &Watch, scope: &OrgScope, cause: &Cause) -> Result<Option<Id>> {
    let key = group_key(&cause.host, &cause.rule_id, cause.peers);
    let open = store::spans(tx, scope, &key, cause.first_at, cause.last_at).await?;
    let severity = Severity::of_rank(cause.severity);
    if let Some(id) = nearest(&open, cause.first_at, cause.last_at) {
        store::widen(tx, scope, id, cause.first_at, cause.last_at, 1, cause.events).await?;
        let incident = store::get(tx, scope, id).await?;
        if let Some(severity) = severity.filter(|severity| *severity > incident.severity) {
            graver(tx, watch, scope, incident, severity, cause).await?;
        }
        return Ok(Some(id));
    }
    let Some(severity) = severity else { return Ok(None) };
    let incident = Incident {
        trigger: "alerts".into(),
        title: cause.title.clone(),
        title_ja: cause.title_ja.clone(),
        tactic: cause.tactic.into(),
        host: cause.host.clone(),
        rule_id: cause.rule_id.clone(),
        first_at: cause.first_at,
        last_at: cause.last_at,
        alerts: 1,
        events: cause.events,
        ..begun(tx, watch, scope, severity)?
    };
    let incident = open_one(tx, scope, incident, &key).await?;
    raise_sign(tx, scope, &incident).await?;
    Ok(Some(incident.id))
}

/// More events of an alert that an incident holds. False when the incident is closed: what is seen then is
/// something new.
pub(crate) async fn seen_again(
    tx: &mut Tx,
    scope: &OrgScope,
    incident: Id,
    first_at: Timestamp,
    last_at: Timestamp,
    events: u64,
) -> Result<bool> {
    store::widen(tx, scope, incident, first_at, last_at, 0, events).await
}

/// A sensor went silent: the second of the three criteria by which an incident is declared. One incident per
/// outage; the sensor's own sign says it on the record.
pub(crate) async fn silence_began(
    tx: &mut Tx,
    watch: &Watch,
    scope: &OrgScope,
    sensor: Id,
    name: &str,
    since: Timestamp,
) -> Result<()> {
    let key = silence_key(sensor);
    if store::open_with_key(tx, scope, &key).await?.is_some() {
        return Ok(());
    }
    let incident = Incident {
        trigger: "silence".into(),
        title: "Sensor silent for 24 hours".into(),
        title_ja: "24時間、記録が届いていません".into(),
        tactic: "silence".into(),
        host: name.to_owned(),
        first_at: since,
        last_at: since,
        ..begun(tx, watch, scope, Severity::High)?
    };
    open_one(tx, scope, incident, &key).await?;
    Ok(())
}

/// The sensor is heard again. Where nobody has begun to work on it, the incident ends by itself.
pub(crate) async fn silence_ended(tx: &mut Tx, watch: &Watch, scope: &OrgScope, sensor: Id) -> Result<()> {
    let Some(mut incident) = store::open_with_key(tx, scope, &silence_key(sensor)).await? else {
        return Ok(());
    };
    let untouched = incident.state == State::Observed && incident.assignee_id.is_empty();
    if untouched {
        let now = watch.app.clock.now();
        incident.clock = if now <= incident.due_at { Clock::Met } else { Clock::Missed };
        incident.state = State::Closed;
        incident.closed_at = Some(now);
        incident.verdict = Verdict::Harmless.as_str().into();
    }
    store::save(tx, scope, &incident, &job(), "returned", incident.state.as_str(), "").await
}

fn silence_key(sensor: Id) -> String {
    format!("silence\u{1f}{sensor}")
}

/// What is the same in every new incident.
fn begun(tx: &Tx, watch: &Watch, scope: &OrgScope, severity: Severity) -> Result<Incident> {
    let org = scope.client().ok_or_else(|| kakari_kernel::Error::internal("an incident has one client"))?;
    let now = tx.at();
    Ok(Incident {
        id: watch.app.ids.id(),
        org,
        number: 0,
        trigger: String::new(),
        title: String::new(),
        title_ja: String::new(),
        tactic: String::new(),
        host: String::new(),
        rule_id: String::new(),
        severity,
        state: State::Observed,
        verdict: String::new(),
        lesson: String::new(),
        assignee_id: String::new(),
        assignee_name: String::new(),
        opened_at: now,
        closed_at: None,
        first_at: now,
        last_at: now,
        alerts: 0,
        events: 0,
        clock: Clock::Running,
        due_at: due(watch, now, severity),
        left_minutes: 0,
        paused_why: String::new(),
        version: 1,
    })
}

pub(super) fn due(watch: &Watch, from: Timestamp, severity: Severity) -> Timestamp {
    let settings = &watch.app.settings;
    sla::due_after(from, sla::minutes_for(severity), &settings.hours, &settings.zone)
}

pub(super) fn hours(watch: &Watch) -> (&BusinessHours, &jiff::tz::TimeZone) {
    (&watch.app.settings.hours, &watch.app.settings.zone)
}

async fn open_one(tx: &mut Tx, scope: &OrgScope, incident: Incident, key: &str) -> Result<Incident> {
    let number = store::insert(tx, scope, &incident, key).await?;
    let outcome = incident.severity.as_str();
    store::add_entry(tx, scope, incident.id, 1, &job(), "opened", outcome, "").await?;
    Ok(Incident { number, ..incident })
}

/// A graver alert than those before: the incident takes its words, and is due sooner.
async fn graver(
    tx: &mut Tx,
    watch: &Watch,
    scope: &OrgScope,
    mut incident: Incident,
    severity: Severity,
    cause: &Cause,
) -> Result<()> {
    incident.severity = severity;
    incident.title.clone_from(&cause.title);
    incident.title_ja.clone_from(&cause.title_ja);
    incident.tactic = cause.tactic.into();
    incident.rule_id.clone_from(&cause.rule_id);
    incident.due_at = incident.due_at.min(due(watch, tx.at(), severity));
    store::save(tx, scope, &incident, &job(), "raised", severity.as_str(), "").await?;
    raise_sign(tx, scope, &incident).await
}

/// Says on the client's record that an incident is open, or what it has become. Silence has a sign of its own.
pub(super) async fn raise_sign(tx: &mut Tx, scope: &OrgScope, incident: &Incident) -> Result<()> {
    if incident.trigger == "silence" {
        return Ok(());
    }
    let (severity, points) = points::weight(incident.severity);
    let title = if incident.title_ja.is_empty() { &incident.title } else { &incident.title_ja };
    let args: Map<String, Json> = [
        ("title", Json::from(title.as_str())),
        // The sentence has words of its own for a host that is not known.
        ("host", Json::from(if incident.host.is_empty() { "none" } else { incident.host.as_str() })),
        ("rule", Json::from(incident.rule_id.as_str())),
        ("tactic", Json::from(incident.tactic.as_str())),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect();
    // While the clock stands still the next step is the client's.
    let todo = (incident.clock == Clock::Paused).then(|| Todo {
        minutes: ANSWER_MINUTES,
        due: tx.at() + jiff::SignedDuration::from_hours(ANSWER_HOURS),
    });
    let sign = Sign {
        kind: SIGN,
        subject: incident.id.to_string(),
        severity,
        points,
        since: incident.opened_at,
        args,
        link: format!("/c/{}/incidents/{}", incident.org, incident.id),
        todo,
    };
    record::raise(tx, scope, &sign).await?;
    Ok(())
}

pub(super) async fn clear_sign(tx: &mut Tx, scope: &OrgScope, incident: &Incident) -> Result<()> {
    record::clear(tx, scope, SIGN, &incident.id.to_string()).await?;
    Ok(())
}
