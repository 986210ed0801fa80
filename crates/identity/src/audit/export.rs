//! The chains as lines of JSON: everything that is needed to check them elsewhere.

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use kakari_kernel::{Error, OrgScope, Reach, Result};
use kakari_store::Entry;
use serde_json::json;

use super::store;
use crate::web::{Client, Staff, WebResult};
use crate::{App, Permission};

/// Entries read at once: a piece of about half a megabyte.
const PAGE: i64 = 1_000;

pub(super) async fn all(State(app): State<App>, staff: Staff) -> WebResult {
    staff.signed.must(Permission::ViewAudit)?;
    let home = staff.signed.home_scope();
    note(&app, &home, &staff.signed.actor, "all").await?;
    let mut conn = app.db.read().await?;
    let chains = store::chains(&mut conn, &staff.scope).await?;
    let scopes = chains.into_iter().map(|org| OrgScope::grant(staff.scope.provider(), Reach::Client(org)));
    Ok(file(&app, scopes.collect(), "audit.ndjson"))
}

pub(super) async fn one(State(app): State<App>, client: Client) -> WebResult {
    client.signed.must(Permission::ViewAudit)?;
    note(&app, &client.scope, &client.signed.actor, "one").await?;
    Ok(file(&app, vec![client.scope], &format!("audit-{}.ndjson", client.org.id)))
}

/// Taking the chains out of the house is an act itself.
async fn note(app: &App, scope: &OrgScope, actor: &kakari_kernel::Actor, what: &str) -> Result<()> {
    let entry = Entry {
        actor: actor.clone(),
        act: "audit.export",
        subject: "audit".into(),
        detail: json!({ "what": what }),
    };
    app.db.begin().await?.commit(scope, entry).await
}

/// The chains one after the other, read page by page while they are sent, so that memory stays small.
fn file(app: &App, mut chains: Vec<OrgScope>, name: &str) -> Response {
    chains.reverse();
    let pages = stream::try_unfold((app.clone(), chains, 0), |(app, mut chains, after)| async move {
        let mut after = after;
        while let Some(scope) = chains.last().copied() {
            let entries = store::chain(&mut app.db.read().await?, &scope, after, PAGE).await?;
            let Some(last) = entries.last() else {
                chains.pop();
                after = 0;
                continue;
            };
            after = last.seq;
            let mut lines = Vec::new();
            for entry in &entries {
                serde_json::to_writer(&mut lines, entry).map_err(Error::internal)?;
                lines.push(b'\n');
            }
            return Ok::<_, Error>(Some((Bytes::from(lines), (app, chains, after))));
        }
        Ok(None)
    });
    let headers = [
        (header::CONTENT_TYPE, "application/x-ndjson".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, Body::from_stream(pages)).into_response()
}
