//! `/c/{org}/assets/import`: a file, then a preview of what was understood, then the commit.

use axum::extract::{DefaultBodyLimit, Path, RawQuery, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use kakari_identity::Permission;
use kakari_identity::web::{Client, Posted, WebResult};
use kakari_kernel::{Actor, Error, Id, OrgScope, Result};
use kakari_store::{Entry, Unaudited};
use kakari_ui::Form;
use serde::Serialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use utoipa_axum::router::OpenApiRouter;

use super::ledger::{Field, Mapping, Understood, guess_header, guess_mapping, understand};
use super::merge::{Plan, plan};
use super::sheet::{FILE_BYTES_MAX, Sheet};
use super::store::{self, ASSETS_MAX, Asset};
use super::{sheet, software};
use crate::Watch;

/// Rows that a preview shows; all of them are counted.
const ROWS_SHOWN: usize = 60;

pub(super) fn routes() -> OpenApiRouter<Watch> {
    OpenApiRouter::new()
        .route("/c/{org}/assets/import", get(form).post(upload))
        .route("/c/{org}/assets/import/{id}", get(preview).post(commit))
        // A form adds a little to the file.
        .layer(DefaultBodyLimit::max(FILE_BYTES_MAX + (1 << 20)))
}

/// What became of a ledger's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Outcome {
    pub new: usize,
    pub changed: usize,
    pub same: usize,
    /// Rows that point at two machines, or at one that another row is.
    pub conflicts: usize,
    /// Rows without anything to call the machine by.
    pub nameless: usize,
    /// Cells that could not be understood; their rows are taken without them.
    pub unclear_cells: usize,
}

/// Takes a ledger as it is guessed, for callers that have no page to show a preview on.
///
/// # Errors
/// `Invalid` or `TooLarge` with what to do, when the file is no ledger.
pub async fn import_ledger(
    watch: &Watch,
    scope: &OrgScope,
    actor: &Actor,
    name: &str,
    bytes: Vec<u8>,
) -> Result<Outcome> {
    let rows = read(bytes).await?;
    let header = guess_header(&rows);
    let mapping = guess_mapping(rows.get(header).map_or(&[][..], Vec::as_slice));
    keep(watch, scope, actor, name, &understand(&rows, header, &mapping), None).await
}

/// Reads a sheet beside the async threads; a fault of a reader library is an unreadable file.
async fn read(bytes: Vec<u8>) -> Result<Sheet> {
    let read = tokio::task::spawn_blocking(move || sheet::read(&bytes)).await;
    read.unwrap_or_else(|_| Err(Error::invalid("file", "it cannot be read: save the ledger as a new file")))
}

async fn form(State(watch): State<Watch>, client: Client) -> WebResult {
    client.signed.must(Permission::EditRecord)?;
    page(&watch, &client, &Form::filled([("what", "ledger".to_owned())]))
}

fn page(watch: &Watch, client: &Client, form: &Form) -> WebResult<Response> {
    let data = json!({ "form": form, "org": client.org.id });
    let html = watch.app.ui.render(&client.page, "assets/import.html", data)?;
    Ok((form.status(), html).into_response())
}

async fn upload(State(watch): State<Watch>, client: Client, Posted(mut form): Posted) -> WebResult {
    client.signed.must(Permission::EditRecord)?;
    let what = form.choice("what", &[("ledger", "ledger"), ("software", "software")]);
    let file = form.file("file");
    let (Some(what), Some(file)) = (what, file) else { return page(&watch, &client, &form) };
    let checked = if what == "software" {
        software::understand(file.file_name.clone(), file.bytes.clone()).await.map(|_| ())
    } else {
        read(file.bytes.clone()).await.map(|_| ())
    };
    if let Err(error @ (Error::Invalid { .. } | Error::TooLarge { .. })) = &checked {
        let why = match error {
            Error::Invalid { why, .. } => why.clone(),
            other => other.to_string(),
        };
        form.error_with("file", "assets-file-wrong", &[("why", &why)]);
        return page(&watch, &client, &form);
    }
    checked?;
    let id = watch.app.ids.id();
    let mut tx = watch.app.db.begin().await?;
    let name: String = file.file_name.chars().take(200).collect();
    store::put_import(&mut tx, &client.scope, id, &name, &file.bytes).await?;
    tx.commit_unaudited(Unaudited::Ingest).await?;
    let to = format!("/c/{}/assets/import/{id}?what={what}", client.org.id);
    Ok(Redirect::to(&to).into_response())
}

/// What the preview's form says: `what`, `header`, and `c0`, `c1` … with the meaning of each column.
type Asked = Vec<(String, String)>;

fn asked_value<'a>(asked: &'a Asked, name: &str) -> &'a str {
    asked.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim())
}

fn asked_mapping(asked: &Asked) -> Option<Mapping> {
    let columns: Vec<(usize, &str)> = asked
        .iter()
        .filter_map(|(key, value)| Some((key.strip_prefix('c')?.parse().ok()?, value.as_str())))
        .collect();
    if columns.is_empty() {
        return None;
    }
    let meaning = |name: &str| Field::ALL.into_iter().find(|field| field.as_str() == name);
    Some(columns.into_iter().filter_map(|(column, name)| Some((column, meaning(name)?))).collect())
}

/// A ledger as the person asked to have it understood: their columns, else those of last time, else a guess.
async fn understood(
    watch: &Watch,
    scope: &OrgScope,
    rows: &Sheet,
    asked: &Asked,
) -> Result<(Understood, String)> {
    let header =
        asked_value(asked, "header").parse::<usize>().ok().filter(|row| (1..=rows.len()).contains(row));
    let header = header.map_or_else(|| guess_header(rows), |row| row - 1);
    let titles = rows.get(header).map_or(&[][..], Vec::as_slice);
    let hash = hex::encode(Sha256::digest(titles.join("\u{1f}").as_bytes()));
    let mapping = match asked_mapping(asked) {
        Some(mapping) => mapping,
        None => {
            let mut conn = watch.app.db.read().await?;
            store::mapping(&mut conn, scope, &hash).await?.unwrap_or_else(|| guess_mapping(titles))
        }
    };
    Ok((understand(rows, header, &mapping), hash))
}

async fn preview(
    State(watch): State<Watch>,
    client: Client,
    Path((_, id)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> WebResult {
    client.signed.must(Permission::EditRecord)?;
    let id: Id = id.parse()?;
    let asked: Asked =
        form_urlencoded::parse(query.as_deref().unwrap_or_default().as_bytes()).into_owned().collect();
    let mut conn = watch.app.db.read().await?;
    let (file_name, content) = store::import(&mut conn, &client.scope, id).await?;
    drop(conn);
    if asked_value(&asked, "what") == "software" {
        let (host, list, set_aside) = software::understand(file_name.clone(), content).await?;
        let data = json!({
            "what": "software",
            "file_name": file_name,
            "host": host,
            "count": list.len(),
            "software": list.iter().take(ROWS_SHOWN).collect::<Vec<_>>(),
            "set_aside": set_aside.iter().take(ROWS_SHOWN).collect::<Vec<_>>(),
            "set_aside_count": set_aside.len(),
            "shown": ROWS_SHOWN,
        });
        return Ok(watch.app.ui.render(&client.page, "assets/preview.html", data)?.into_response());
    }
    let rows = read(content).await?;
    let (understood, _) = understood(&watch, &client.scope, &rows, &asked).await?;
    let mut conn = watch.app.db.read().await?;
    let assets = store::all(&mut conn, &client.scope).await?;
    drop(conn);
    let plans = plan(&understood.machines, &assets);
    let shown: Vec<_> = understood
        .machines
        .iter()
        .zip(&plans)
        .take(ROWS_SHOWN)
        .map(|(machine, plan)| json!({ "machine": machine, "name": machine.name(), "plan": plan }))
        .collect();
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    let columns: Vec<_> = (0..width)
        .map(|column| {
            let title = understood.titles.get(column).cloned().unwrap_or_default();
            let example = rows
                .iter()
                .skip(understood.header + 1)
                .filter_map(|row| row.get(column))
                .find(|cell| !cell.is_empty());
            json!({
                "column": column,
                "title": title,
                "example": example,
                "field": understood.mapping.get(&column).map(|field| field.as_str()),
            })
        })
        .filter(|column| column["title"] != "" || !column["example"].is_null())
        .collect();
    let data = json!({
        "what": "ledger",
        "file_name": file_name,
        "header": understood.header + 1,
        "columns": columns,
        "fields": Field::ALL.map(Field::as_str),
        "rows": shown,
        "shown": ROWS_SHOWN,
        "total": understood.machines.len(),
        "outcome": outcome(&understood, &plans),
    });
    Ok(watch.app.ui.render(&client.page, "assets/preview.html", data)?.into_response())
}

fn outcome(understood: &Understood, plans: &[Plan]) -> Outcome {
    let mut outcome = Outcome {
        unclear_cells: understood.machines.iter().map(|machine| machine.errors.len()).sum(),
        ..Outcome::default()
    };
    for plan in plans {
        match plan {
            Plan::New => outcome.new += 1,
            Plan::Changes { .. } => outcome.changed += 1,
            Plan::Same { .. } => outcome.same += 1,
            Plan::Conflict { .. } => outcome.conflicts += 1,
            Plan::Nameless => outcome.nameless += 1,
        }
    }
    outcome
}

async fn commit(
    State(watch): State<Watch>,
    client: Client,
    Path((_, id)): Path<(String, String)>,
    Posted(form): Posted,
) -> WebResult {
    client.signed.must(Permission::EditRecord)?;
    let id: Id = id.parse()?;
    let mut conn = watch.app.db.read().await?;
    let (file_name, content) = store::import(&mut conn, &client.scope, id).await?;
    drop(conn);
    let to = format!("/c/{}/assets", client.org.id);
    if form.raw("what") == "software" {
        let host = form.raw("host").to_owned();
        if host.is_empty() {
            let back = format!("{to}/import/{id}?what=software");
            return Ok(Redirect::to(&back).into_response());
        }
        let asset =
            software::keep(&watch, &client.scope, &client.signed.actor, &host, file_name, content, Some(id))
                .await?;
        return Ok(Redirect::to(&format!("{to}/{asset}")).into_response());
    }
    let mut asked: Asked = vec![("header".into(), form.raw("header").to_owned())];
    asked.extend((0..200).map(|column| format!("c{column}")).filter_map(|name| {
        let value = form.all(&name).first()?.clone();
        Some((name, value))
    }));
    let rows = read(content).await?;
    let (understood, hash) = understood(&watch, &client.scope, &rows, &asked).await?;
    keep(&watch, &client.scope, &client.signed.actor, &file_name, &understood, Some((id, &hash))).await?;
    Ok(Redirect::to(&to).into_response())
}

/// Stores what was understood: new machines and changes. Conflicts are left as they are.
async fn keep(
    watch: &Watch,
    scope: &OrgScope,
    actor: &Actor,
    file_name: &str,
    understood: &Understood,
    import: Option<(Id, &str)>,
) -> Result<Outcome> {
    let org = scope.client().ok_or_else(|| Error::internal("a ledger belongs to one client"))?;
    let mut tx = watch.app.db.begin().await?;
    let assets = store::all(&mut tx, scope).await?;
    let plans = plan(&understood.machines, &assets);
    let outcome = outcome(understood, &plans);
    let after = assets.len() + outcome.new;
    if i64::try_from(after).unwrap_or(i64::MAX) > ASSETS_MAX {
        return Err(Error::TooLarge { what: "the list of machines".into(), limit: ASSETS_MAX.to_string() });
    }
    for (machine, plan) in understood.machines.iter().zip(&plans) {
        let mut asset = match plan {
            Plan::New => Asset::new(watch.app.ids.id(), org, tx.at()),
            Plan::Changes { asset, .. } => {
                let found = assets.iter().find(|known| known.id.to_string() == *asset);
                found.cloned().ok_or_else(|| Error::internal("a planned machine vanished"))?
            }
            Plan::Same { .. } | Plan::Conflict { .. } | Plan::Nameless => continue,
        };
        for (field, value) in &machine.values {
            asset.set(*field, value.clone());
        }
        if asset.name.is_empty() {
            asset.name = machine.name();
        }
        asset.quantity = machine.quantity;
        store::save(&mut tx, scope, &asset).await?;
    }
    if let Some((id, header)) = import {
        store::keep_mapping(&mut tx, scope, header, &understood.mapping).await?;
        store::remove_import(&mut tx, scope, id).await?;
    }
    let entry = Entry {
        actor: actor.clone(),
        act: "asset.import",
        subject: "assets".into(),
        detail: json!({ "file": file_name, "outcome": outcome }),
    };
    tx.commit(scope, entry).await?;
    Ok(outcome)
}
