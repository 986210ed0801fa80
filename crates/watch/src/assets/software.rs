//! Lists of installed software: what package managers and SBOM tools write, onto one machine.

use kakari_exposure::inventory;
use kakari_kernel::{Actor, Error, Id, OrgScope, Result};
use kakari_store::Entry;
use serde_json::json;

use super::store::{self, Asset, Software};
use crate::Watch;

/// Reads a list: the host that it names, its packages, and what was set aside with the reason.
pub(super) async fn understand(name: String, bytes: Vec<u8>) -> Result<(String, Vec<Software>, Vec<String>)> {
    let read =
        tokio::task::spawn_blocking(move || inventory::read(&name, &bytes)).await.map_err(Error::internal)?;
    let list = read.map_err(|error| Error::invalid("file", error.to_string()))?;
    let software = list
        .components
        .iter()
        .map(|component| Software {
            ecosystem: component.ecosystem.to_string(),
            name: component.name.clone(),
            version: component.version.clone(),
            purl: component.purl.clone().unwrap_or_default(),
        })
        .collect();
    let set_aside = list
        .set_aside
        .iter()
        .map(|aside| format!("{}: {} ({})", aside.at, aside.what, aside.reason))
        .collect();
    Ok((list.host.hostname.unwrap_or_default(), software, set_aside))
}

/// Takes a list for a machine, which is made when the client has none of this host name. Gives its id.
///
/// # Errors
/// `Invalid` with what to do, when the file is no list that is known.
pub async fn import_software(
    watch: &Watch,
    scope: &OrgScope,
    actor: &Actor,
    host: &str,
    file_name: &str,
    bytes: Vec<u8>,
) -> Result<Id> {
    keep(watch, scope, actor, host, file_name.to_owned(), bytes, None).await
}

pub(super) async fn keep(
    watch: &Watch,
    scope: &OrgScope,
    actor: &Actor,
    host: &str,
    file_name: String,
    bytes: Vec<u8>,
    import: Option<Id>,
) -> Result<Id> {
    let org = scope.client().ok_or_else(|| Error::internal("a list belongs to one client"))?;
    let (_, software, set_aside) = understand(file_name.clone(), bytes).await?;
    let host: String = host.trim().to_lowercase().chars().take(255).collect();
    let mut tx = watch.app.db.begin().await?;
    let asset = match store::with_host(&mut tx, scope, &host).await? {
        Some(asset) => asset,
        None => {
            let new = Asset {
                name: host.clone(),
                host: host.clone(),
                ..Asset::new(watch.app.ids.id(), org, tx.at())
            };
            store::save(&mut tx, scope, &new).await?;
            new
        }
    };
    store::set_software(&mut tx, scope, asset.id, &software).await?;
    if let Some(id) = import {
        store::remove_import(&mut tx, scope, id).await?;
    }
    let entry = Entry {
        actor: actor.clone(),
        act: "asset.software",
        subject: format!("asset:{}", asset.id),
        detail: json!({ "file": file_name, "packages": software.len(), "set_aside": set_aside.len() }),
    };
    tx.commit(scope, entry).await?;
    Ok(asset.id)
}
