//! `/rules`: which rules are in force, which were refused and why, which fired.

use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect};
use axum::routing::{get, post};
use kakari_identity::Permission;
use kakari_identity::web::{Posted, Signed, Staff, WebResult};
use kakari_kernel::{Error, OrgScope, Reach};
use kakari_store::Entry;
use serde::Deserialize;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;

use super::store;
use crate::Watch;

const FIRED_SHOWN: usize = 100;
const FOUND_SHOWN: usize = 50;
const REFUSED_SHOWN: usize = 200;

pub(super) fn routes() -> OpenApiRouter<Watch> {
    OpenApiRouter::new()
        .route("/rules", get(list))
        .route("/rules/reload", post(reload))
        .route("/rules/show", get(show))
}

#[derive(Deserialize)]
struct Asked {
    /// Words of a title or id.
    #[serde(default)]
    q: String,
    #[serde(default)]
    id: String,
}

async fn list(State(watch): State<Watch>, staff: Staff, Query(asked): Query<Asked>) -> WebResult {
    let mut conn = watch.app.db.read().await?;
    let fired = store::fired(&mut conn, &staff.scope).await?;
    drop(conn);
    let loaded = watch.rules.loaded();
    let fired: Vec<_> = fired
        .iter()
        .take(FIRED_SHOWN)
        .map(|(id, alerts, last)| {
            let rule = loaded.rule(id);
            json!({
                "id": id,
                "href": href(id),
                "title": rule.map(|rule| rule.title.as_str()),
                "level": rule.map_or("", |rule| rule.level.as_str()),
                "alerts": alerts,
                "last": last,
            })
        })
        .collect();
    let words = asked.q.trim().to_lowercase();
    let fits = |title: &str, id: &str| title.to_lowercase().contains(&words) || id.contains(&words);
    let found: Vec<_> = if words.is_empty() {
        Vec::new()
    } else {
        let rules = loaded.by_title();
        let fitting = rules.into_iter().filter(|rule| fits(&rule.title, &rule.id));
        fitting
            .take(FOUND_SHOWN)
            .map(|rule| json!({ "href": href(&rule.id), "title": rule.title, "level": rule.level }))
            .collect()
    };
    let data = json!({
        "count": loaded.count(),
        "refused": loaded.refused().iter().take(REFUSED_SHOWN).collect::<Vec<_>>(),
        "refused_count": loaded.refused().len(),
        "fired": fired,
        "q": asked.q,
        "found": found,
        "may_reload": staff.signed.may(Permission::Administer),
    });
    Ok(watch.app.ui.render(&staff.page, "detections/rules.html", data)?.into_response())
}

/// A rule's page; an id is whatever the rule's author wrote.
fn href(id: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("id", id);
    format!("/rules/show?{}", query.finish())
}

async fn show(State(watch): State<Watch>, staff: Staff, Query(asked): Query<Asked>) -> WebResult {
    let loaded = watch.rules.loaded();
    let rule = loaded.rule(&asked.id).ok_or(Error::NotFound)?;
    let data = json!({ "rule": rule, "yaml": watch.rules.text_of(&asked.id) });
    Ok(watch.app.ui.render(&staff.page, "detections/rule.html", data)?.into_response())
}

async fn reload(State(watch): State<Watch>, signed: Signed, Posted(_): Posted) -> WebResult {
    signed.must(Permission::Administer)?;
    let reading = watch.clone();
    tokio::task::spawn_blocking(move || reading.reload_rules()).await.map_err(Error::internal)?;
    let scope = OrgScope::grant(signed.provider, Reach::Client(signed.provider.as_org()));
    let entry = Entry {
        actor: signed.actor.clone(),
        act: "rules.reload",
        subject: "rules".into(),
        detail: json!({ "rules": watch.rules.loaded().count() }),
    };
    watch.app.db.begin().await?.commit(&scope, entry).await?;
    Ok(Redirect::to("/rules").into_response())
}
