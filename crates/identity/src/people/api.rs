//! People for programs.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Person, store};
use crate::web::{ApiClient, WebResult};
use crate::{App, Permission};

/// Somebody who can sign in.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ApiPerson {
    id: String,
    name: String,
    email: String,
    phone: String,
    /// `owner`, `executive`, `advisor`, `operator`, `admin`, `programme` or `read_only`.
    role: &'static str,
    disabled: bool,
    /// Whether a second factor is set up.
    second_factor: bool,
}

impl From<Person> for ApiPerson {
    fn from(person: Person) -> Self {
        Self {
            id: person.id.to_string(),
            name: person.name,
            email: person.email,
            phone: person.phone,
            role: person.role.as_str(),
            disabled: person.disabled,
            second_factor: person.totp,
        }
    }
}

/// The people of one organisation; for those of the provider, its own id stands for it.
#[utoipa::path(get, path = "/api/v1/orgs/{org}/people", params(("org" = String, Path)), security(("token" = [])),
    responses((status = 200, body = Vec<ApiPerson>), (status = 401), (status = 404)))]
pub(super) async fn list(State(app): State<App>, api: ApiClient) -> WebResult<Json<Vec<ApiPerson>>> {
    api.must(Permission::View)?;
    let people = store::list_of(&mut app.db.read().await?, &api.scope).await?;
    Ok(Json(people.into_iter().map(Into::into).collect()))
}
