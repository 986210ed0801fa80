//! The page itself.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use kakari_identity::web::{Client, WebResult};
use kakari_identity::{Permission, record};
use kakari_kernel::{Month, Result};
use serde_json::json;

use super::{answers, tasks};
use crate::Care;
use crate::grade::{self, Grade, trend};

pub(crate) async fn show(State(care): State<Care>, client: Client) -> WebResult<Response> {
    let app = &care.app;
    let lang = client.page.lang;
    let this_month = Month::of(client.page.now, &client.page.zone);
    let last_month = this_month.previous().period(&client.page.zone)?;
    let mut conn = app.db.read().await?;
    let open = record::open(&mut conn, &client.scope).await?;
    let before = record::raised_or_cleared(&mut conn, &client.scope, last_month).await?;
    let answers = answers(&mut conn, &client.scope).await?;
    drop(conn);

    let judged = grade::judge(&open);
    let was = (client.org.created_at < last_month.to)
        .then(|| grade::judge(&grade::open_at(&before, last_month.to)).grade);
    let seen = seen(&care, &client, this_month).await?;
    let data = json!({
        "org": client.org.id,
        "grade": judged.grade.badge(),
        "trend": trend(was, judged.grade),
        "before": was.map(Grade::letter),
        "reasons": judged.reasons.iter().take(3).map(|sign| json!({
            "sentence": sign.sentence(&app.ui, lang), "link": sign.link, "since": sign.since,
        })).collect::<Vec<_>>(),
        "tasks": tasks(&app.ui, lang, &open, &answers),
        "seen": seen,
        "report": format!("/c/{}/reports/{}", client.org.id, this_month.previous()),
        "report_day": this_month.previous().first_day(),
        "advisor": app.settings.provider_name,
        "may_answer": client.signed.may(Permission::Answer),
    });
    Ok(crate::rendered(app.ui.render(&client.page, "home/home.html", data))?.into_response())
}

/// One sentence from each part of the product about this month so far.
async fn seen(care: &Care, client: &Client, month: Month) -> Result<Vec<serde_json::Value>> {
    let period = month.period(&client.page.zone)?;
    let mut sentences = Vec::new();
    for section in care.sections.iter() {
        let section = section.section(&client.scope, period, client.page.lang).await?;
        sentences.push(
            json!({ "title": section.title, "sentence": section.sentence, "no_data": section.no_data }),
        );
    }
    Ok(sentences)
}
