//! The programme office: figures over many clients.

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use kakari_kernel::{OrgScope, Reach};
use kakari_ui::PageContext;

use super::error::WebError;
use super::signed::{Signed, page_of};
use crate::{App, Permission};

/// Somebody who may see figures over all clients of the provider. What is read within this scope is shown
/// only as counts.
#[derive(Debug, Clone)]
pub struct Programme {
    pub signed: Signed,
    pub scope: OrgScope,
    pub page: PageContext,
}

impl<S> FromRequestParts<S> for Programme
where
    S: Send + Sync,
    App: FromRef<S>,
{
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let app = App::from_ref(state);
        let signed = Signed::from_request_parts(parts, state).await?;
        signed.must(Permission::ViewProgramme)?;
        let scope = OrgScope::grant(signed.provider, Reach::Fleet);
        let page = page_of(&app, parts, Some(&signed));
        Ok(Self { signed, scope, page })
    }
}
