//! One month.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use kakari_identity::record::{self, Deed};
use kakari_identity::web::{Client, WebResult};
use kakari_kernel::{Error, Month};
use kakari_store::audit;
use serde_json::json;

use crate::Care;
use crate::grade::{self, Grade, trend};
use crate::home::{answers, tasks};

/// As many deeds as fit on the first page.
const DEEDS_MAX: usize = 12;

pub(crate) async fn show(
    State(care): State<Care>,
    client: Client,
    Path((_, month)): Path<(String, String)>,
) -> WebResult<Response> {
    let app = &care.app;
    let (lang, zone, now) = (client.page.lang, &client.page.zone, client.page.now);
    let month: Month = month.parse().map_err(|_: Error| Error::NotFound)?;
    let period = month.period(zone)?;
    if period.from > now {
        return Err(Error::NotFound.into());
    }
    // A month that still runs is judged by this moment, a past one by its end.
    let running = period.contains(now);
    let judged_at = if running { now } else { period.to };
    let before = month.previous().period(zone)?;

    let mut conn = app.db.read().await?;
    let signs = record::raised_or_cleared(&mut conn, &client.scope, period).await?;
    let signs_before = record::raised_or_cleared(&mut conn, &client.scope, before).await?;
    let answers = answers(&mut conn, &client.scope).await?;
    let head = audit::head(&mut conn, &client.scope).await?;
    drop(conn);

    let open = grade::open_at(&signs, judged_at);
    let judged = grade::judge(&open);
    let was = (client.org.created_at < before.to)
        .then(|| grade::judge(&grade::open_at(&signs_before, before.to)).grade);
    let mut sections = Vec::with_capacity(care.sections.len());
    for section in care.sections.iter() {
        sections.push(section.section(&client.scope, period, lang).await?);
    }
    let mut deeds: Vec<Deed> = sections.iter().flat_map(|section| section.deeds.iter().cloned()).collect();
    deeds.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| a.text.cmp(&b.text)));
    let more_deeds = deeds.len().saturating_sub(DEEDS_MAX);
    deeds.truncate(DEEDS_MAX);

    let data = json!({
        "org": client.org.id,
        "name": client.org.name,
        "month": month.first_day(),
        "running": running,
        "grade": judged.grade.badge(),
        "trend": trend(was, judged.grade),
        "before": was.map(Grade::letter),
        "reasons": judged.reasons.iter().take(3).map(|sign| sign.sentence(&app.ui, lang)).collect::<Vec<_>>(),
        "tasks": tasks(&app.ui, lang, &open, &answers),
        "deeds": deeds,
        "more_deeds": more_deeds,
        "head": head.map(|head| json!({ "seq": head.seq, "hash": head.hash })),
        "phone": app.settings.phone,
        "hours": app.settings.hours.words(),
        "provider": app.settings.provider_name,
    });
    // Sections carry charts, which only survive as values of the template engine.
    let data = minijinja::context! { sections, ..minijinja::Value::from_serialize(data) };
    Ok(crate::rendered(app.ui.render(&client.page, "reports/report.html", data))?.into_response())
}
