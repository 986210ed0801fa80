//! `/c/{org}/assets/{id}`: one machine: what it is, what is installed, how much depends on it.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use kakari_identity::Permission;
use kakari_identity::web::{Client, Posted, WebResult};
use kakari_kernel::Id;
use kakari_store::Entry;
use kakari_ui::{Form, Listing};
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;

use super::importance::Answers;
use super::store::{self, Asset};
use crate::Watch;

const PER_PAGE: u32 = 100;

pub(super) fn routes() -> OpenApiRouter<Watch> {
    OpenApiRouter::new().route("/c/{org}/assets/{id}", get(show).post(answer))
}

async fn show(
    State(watch): State<Watch>,
    client: Client,
    Path((_, id)): Path<(String, String)>,
) -> WebResult {
    let mut conn = watch.app.db.read().await?;
    let asset = store::get(&mut conn, &client.scope, id.parse()?).await?;
    drop(conn);
    let answers: Option<Answers> = serde_json::from_value(asset.importance_why.clone()).ok();
    let form = answers.map_or_else(Form::empty, |answers| {
        Form::filled([
            ("stops", answers.stops.to_string()),
            ("leaks", answers.leaks.to_string()),
            ("without", answers.without.to_string()),
        ])
    });
    page(&watch, &client, &asset, &form).await
}

async fn page(watch: &Watch, client: &Client, asset: &Asset, form: &Form) -> WebResult<Response> {
    let listing = Listing::read(&client.page.path, &["name"], PER_PAGE);
    let mut conn = watch.app.db.read().await?;
    let (software, total) =
        store::software_of(&mut conn, &client.scope, asset.id, listing.limit(), listing.offset()).await?;
    drop(conn);
    let data = json!({
        "machine": asset,
        "answers": if asset.importance > 0 { asset.importance_why.clone() } else { serde_json::Value::Null },
        "software": software,
        "list": listing.links(total),
        "form": form,
        "org": client.org.id,
        "may_edit": client.signed.may(Permission::EditRecord),
    });
    let html = watch.app.ui.render(&client.page, "assets/asset.html", data)?;
    Ok((form.status(), html).into_response())
}

async fn answer(
    State(watch): State<Watch>,
    client: Client,
    Path((_, id)): Path<(String, String)>,
    Posted(mut form): Posted,
) -> WebResult {
    client.signed.must(Permission::EditRecord)?;
    let id: Id = id.parse()?;
    let grades = [("0", 0), ("1", 1), ("2", 2), ("3", 3)];
    let stops = form.choice("stops", &grades);
    let leaks = form.choice("leaks", &grades);
    let without = form.choice("without", &grades[..3]);
    let mut tx = watch.app.db.begin().await?;
    let mut asset = store::get(&mut tx, &client.scope, id).await?;
    let (Some(stops), Some(leaks), Some(without)) = (stops, leaks, without) else {
        drop(tx);
        return page(&watch, &client, &asset, &form).await;
    };
    let answers = Answers { stops, leaks, without };
    asset.importance = answers.importance();
    asset.importance_why = json!(answers);
    store::save(&mut tx, &client.scope, &asset).await?;
    let entry = Entry {
        actor: client.signed.actor.clone(),
        act: "asset.importance",
        subject: format!("asset:{id}"),
        detail: json!({ "importance": asset.importance, "answers": answers }),
    };
    tx.commit(&client.scope, entry).await?;
    Ok(Redirect::to(&format!("/c/{}/assets/{id}", client.org.id)).into_response())
}
