//! Forms that came from our own pages.

use axum::extract::{FromRef, FromRequest, FromRequestParts as _, Request};
use kakari_kernel::Error;
use kakari_ui::Form;

use super::error::WebError;
use super::secret::constant_time_eq;
use super::signed::Signed;
use crate::App;

/// A form with a valid token of the session that sends it.
#[derive(Debug)]
pub struct Posted(pub Form);

impl<S> FromRequest<S> for Posted
where
    S: Send + Sync,
    App: FromRef<S>,
{
    type Rejection = WebError;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let (mut parts, body) = request.into_parts();
        let signed = Signed::from_request_parts(&mut parts, state).await?;
        let form = Form::from_request(Request::from_parts(parts, body), state)
            .await
            .map_err(|rejection| Error::invalid("form", rejection.to_string()))?;
        if !constant_time_eq(form.csrf().as_bytes(), signed.csrf.as_bytes()) {
            return Err(
                Error::Forbidden("the form is too old or not ours; open the page again".into()).into()
            );
        }
        Ok(Self(form))
    }
}
