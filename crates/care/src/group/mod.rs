//! The executive's page: the companies of the group, the worst first.
//!
//! Always holds: letters are counted, never averaged; a company without data is counted as such.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use kakari_identity::record;
use kakari_identity::web::{Group, WebResult};
use kakari_ui::SliceAssets;
use serde_json::json;

use crate::Care;
use crate::grade::{self, Grade, standings};

pub const ASSETS: SliceAssets = kakari_ui::slice_assets!("group", ["group.html"]);

pub(crate) fn routes() -> Router<Care> {
    Router::new().route("/group", get(show))
}

async fn show(State(care): State<Care>, group: Group) -> WebResult<Response> {
    let app = &care.app;
    let lang = group.page.lang;
    let mut conn = app.db.read().await?;
    let companies = standings(&mut conn, &group.scope).await?;
    let open = record::open(&mut conn, &group.scope).await?;
    drop(conn);
    let rows: Vec<_> = companies
        .iter()
        .map(|company| {
            let own: Vec<_> = open.iter().filter(|sign| sign.org == company.org).cloned().collect();
            let reason = grade::judge(&own).reasons.first().map(|sign| json!({ "sentence": sign.sentence(&app.ui, lang), "link": sign.link }));
            json!({
                "org": company.org, "name": company.name, "staff": company.staff, "grade": company.grade.badge(),
                "reason": reason, "open": own.len(),
            })
        })
        .collect();
    let counts: Vec<_> = Grade::ALL
        .iter()
        .map(|grade| json!({ "grade": grade.badge(), "companies": companies.iter().filter(|c| c.grade == *grade).count() }))
        .collect();
    let data = json!({ "rows": rows, "counts": counts, "companies": companies.len() });
    Ok(crate::rendered(app.ui.render(&group.page, "group/group.html", data))?.into_response())
}
