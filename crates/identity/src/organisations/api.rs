//! Organisations for programs.

use axum::Json;
use axum::extract::{Query, State};
use kakari_ui::Listing;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::model::Organisation;
use super::store::{self, Filter};
use crate::web::{ApiClient, ApiFleet, WebResult};
use crate::{App, Permission};

const PER_PAGE: u32 = 200;

/// An organisation.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Org {
    id: String,
    name: String,
    /// A division of the Japan Standard Industrial Classification.
    industry: String,
    /// How many people work there.
    staff: u32,
    prefecture: String,
    phone: String,
    /// The head of the group it belongs to.
    group: Option<String>,
    /// The person of the provider who looks after it.
    advisor: Option<String>,
    /// RFC 3339, UTC.
    created_at: String,
}

impl From<Organisation> for Org {
    fn from(org: Organisation) -> Self {
        Self {
            id: org.id.to_string(),
            name: org.name,
            industry: org.industry,
            staff: org.staff,
            prefecture: org.prefecture,
            phone: org.phone,
            group: org.group.map(|id| id.to_string()),
            advisor: org.advisor.map(|id| id.to_string()),
            created_at: org.created_at.to_string(),
        }
    }
}

/// One page of organisations.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Orgs {
    orgs: Vec<Org>,
    /// How many match on all pages.
    total: u64,
}

/// Which organisations.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// Part of the name.
    q: String,
    /// From 1; a page has 200.
    page: u32,
}

/// The clients that the token reaches, by name.
#[utoipa::path(get, path = "/api/v1/orgs", params(Asked), security(("token" = [])),
    responses((status = 200, body = Orgs), (status = 401), (status = 429)))]
pub(super) async fn list(
    State(app): State<App>,
    api: ApiFleet,
    Query(asked): Query<Asked>,
) -> WebResult<Json<Orgs>> {
    api.must(Permission::View)?;
    let filter = Filter { name: asked.q, industry: String::new(), staff: (0, u32::MAX), weight: None };
    let listing = Listing::read(&format!("/?page={}", asked.page.max(1)), &["name"], PER_PAGE);
    let (lines, total) = store::search(&mut app.db.read().await?, &api.scope, &filter, &listing).await?;
    Ok(Json(Orgs { orgs: lines.into_iter().map(|line| line.org.into()).collect(), total }))
}

/// One organisation.
#[utoipa::path(get, path = "/api/v1/orgs/{org}", params(("org" = String, Path)), security(("token" = [])),
    responses((status = 200, body = Org), (status = 401), (status = 404)))]
pub(super) async fn one(api: ApiClient) -> WebResult<Json<Org>> {
    api.must(Permission::View)?;
    Ok(Json(api.org.into()))
}
