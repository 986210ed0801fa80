//! Signs for programs.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::{OpenSign, store};
use crate::web::{ApiClient, WebResult};
use crate::{App, Permission};

/// A reason to look at a client.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ApiSign {
    /// What it is about, such as `sensor_silent`.
    kind: String,
    /// What it is about within the client; with `kind` it names the sign.
    subject: String,
    /// `info`, `attention`, `warning` or `danger`.
    severity: &'static str,
    points: u32,
    /// RFC 3339, UTC.
    since: String,
    /// Values of its sentence.
    #[schema(value_type = Object)]
    args: serde_json::Map<String, serde_json::Value>,
    link: String,
}

impl From<OpenSign> for ApiSign {
    fn from(sign: OpenSign) -> Self {
        Self {
            kind: sign.kind,
            subject: sign.subject,
            severity: sign.severity.as_str(),
            points: sign.points,
            since: sign.since.to_string(),
            args: sign.args,
            link: sign.link,
        }
    }
}

/// The open signs of one organisation, weightiest first.
#[utoipa::path(get, path = "/api/v1/orgs/{org}/signs", params(("org" = String, Path)), security(("token" = [])),
    responses((status = 200, body = Vec<ApiSign>), (status = 401), (status = 404)))]
pub(super) async fn signs(State(app): State<App>, api: ApiClient) -> WebResult<Json<Vec<ApiSign>>> {
    api.must(Permission::View)?;
    let signs = store::open(&mut app.db.read().await?, &api.scope).await?;
    Ok(Json(signs.into_iter().map(Into::into).collect()))
}
