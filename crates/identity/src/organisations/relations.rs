//! Groups and suppliers: choosing another client by searching for it.

use std::collections::HashMap;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect};
use kakari_kernel::{Error, OrgId, OrgScope, Reach, Result};
use kakari_store::{Entry, Tx};
use kakari_ui::Listing;
use serde::Deserialize;
use serde_json::json;

use super::edit::may_edit;
use super::model::{Kind, Organisation};
use super::store::{self, Filter};
use crate::App;
use crate::web::{Client, Posted, WebResult};

/// More than this and the name that was typed says too little.
const FOUND_MAX: u32 = 20;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
}

pub(super) async fn show(State(app): State<App>, client: Client, Query(asked): Query<Asked>) -> WebResult {
    may_edit(&client)?;
    let mut conn = app.db.read().await?;
    let name: String = asked.q.trim().chars().take(80).collect();
    let mut found = Vec::new();
    if !name.is_empty() {
        let fleet = OrgScope::grant(client.signed.provider, Reach::Fleet);
        let filter =
            Filter { name: name.clone(), industry: String::new(), staff: (0, u32::MAX), weight: None };
        let listing = Listing::read("/", &["name"], FOUND_MAX);
        let (lines, _) = store::search(&mut conn, &fleet, &filter, &listing).await?;
        found = lines
            .into_iter()
            .filter(|line| line.org.id != client.org.id)
            .map(|line| json!({ "id": line.org.id, "name": line.org.name }))
            .collect();
    }
    let data = json!({
        "relations": store::relations(&mut conn, &client.scope).await?, "asked": name, "found": found,
        "here": format!("/c/{}/relations", client.org.id), "back": format!("/c/{}", client.org.id),
    });
    let html = app.ui.render(&client.page, "organisations/relations.html", data);
    Ok(html?.into_response())
}

pub(super) async fn change(
    State(app): State<App>,
    client: Client,
    Path(path): Path<HashMap<String, String>>,
    Posted(form): Posted,
) -> WebResult {
    may_edit(&client)?;
    let mut tx = app.db.begin().await?;
    let other = other(&mut tx, &client, form.raw("other")).await?;
    let org = &client.org;
    let act = match path.get("act").map(String::as_str) {
        Some("join-group") => {
            join_group(&mut tx, &client, &other).await?;
            "organisation.join_group"
        }
        Some("leave-group") if org.group == Some(other.id) => {
            store::set_group(&mut tx, &client.scope, None).await?;
            "organisation.leave_group"
        }
        Some("add-supplier") => {
            store::add_supplier(&mut tx, &client.scope, other.id).await?;
            "organisation.add_supplier"
        }
        Some("drop-supplier") => {
            store::drop_supplier(&mut tx, &client.scope, other.id).await?;
            "organisation.drop_supplier"
        }
        _ => return Err(Error::NotFound.into()),
    };
    let entry = Entry {
        actor: client.signed.actor.clone(),
        act,
        subject: format!("organisation:{}", org.id),
        detail: json!({ "name": org.name, "other": other.name, "other_id": other.id }),
    };
    tx.commit(&client.scope, entry).await?;
    Ok(Redirect::to(&format!("/c/{}/relations", org.id)).into_response())
}

/// The other client: of the same provider, and not the client itself.
async fn other(tx: &mut Tx, client: &Client, id: &str) -> Result<Organisation> {
    let id: OrgId = id.parse()?;
    let scope = OrgScope::grant(client.signed.provider, Reach::Client(id));
    let other = store::get(tx, &scope).await?;
    if other.kind != Kind::Client || other.id == client.org.id {
        return Err(Error::NotFound);
    }
    Ok(other)
}

/// Groups have one level: a head belongs to no group, and a member heads none.
async fn join_group(tx: &mut Tx, client: &Client, head: &Organisation) -> Result<()> {
    if head.group.is_some() {
        return Err(Error::Conflict(format!("{} itself belongs to a group", head.name)));
    }
    if !store::relations(tx, &client.scope).await?.members.is_empty() {
        return Err(Error::Conflict("this company heads a group".into()));
    }
    store::set_group(tx, &client.scope, Some(head.id)).await
}
