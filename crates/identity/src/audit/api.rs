//! The audit chain for programs.

use axum::Json;
use axum::extract::{Query, State};
use kakari_store::audit::Kept;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::store;
use crate::web::{ApiClient, WebResult};
use crate::{App, Permission};

const PER_PAGE: i64 = 500;

/// An entry of the chain, complete: its hash can be checked from it and the entry before.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ApiEntry {
    /// From 1, without gaps.
    seq: i64,
    /// Milliseconds since 1970, UTC.
    at_ms: i64,
    provider_id: String,
    org_id: String,
    actor_id: String,
    actor_name: String,
    actor_role: String,
    came_from: String,
    tool: String,
    act: String,
    subject: String,
    /// Canonical JSON, as a text.
    detail: String,
    /// SHA-256 over the hash before it and this entry as canonical JSON.
    hash: String,
}

impl From<Kept> for ApiEntry {
    fn from(entry: Kept) -> Self {
        let Kept {
            provider_id,
            org_id,
            seq,
            at_ms,
            actor_id,
            actor_name,
            actor_role,
            came_from,
            tool,
            act,
            subject,
            detail,
            hash,
        } = entry;
        Self {
            seq,
            at_ms,
            provider_id,
            org_id,
            actor_id,
            actor_name,
            actor_role,
            came_from,
            tool,
            act,
            subject,
            detail,
            hash,
        }
    }
}

/// Where to go on.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// The number of the last entry that is already known; an answer has at most 500.
    after: i64,
}

/// One organisation's chain, in its order.
#[utoipa::path(get, path = "/api/v1/orgs/{org}/audit", params(("org" = String, Path), Asked),
    security(("token" = [])), responses((status = 200, body = Vec<ApiEntry>), (status = 401), (status = 403), (status = 404)))]
pub(super) async fn entries(
    State(app): State<App>,
    api: ApiClient,
    Query(asked): Query<Asked>,
) -> WebResult<Json<Vec<ApiEntry>>> {
    api.must(Permission::ViewAudit)?;
    let entries = store::chain(&mut app.db.read().await?, &api.scope, asked.after, PER_PAGE).await?;
    Ok(Json(entries.into_iter().map(Into::into).collect()))
}
