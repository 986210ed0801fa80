//! Passkeys: a key pair that the browser or the telephone keeps, bound to our host name, so that a copied
//! page cannot use it (`WebAuthn` Level 3).
//!
//! A passkey proves possession and, because user verification is required, a finger, a face or a PIN too:
//! no further code is asked for. The library judges the ceremonies with its own clock and randomness.

mod ceremony;
mod enter;
mod register;
mod store;

use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use utoipa_axum::router::OpenApiRouter;

use crate::App;

pub(crate) use store::list;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .route("/sign-in/passkey.js", get(script))
        .route("/sign-in/passkey/begin", post(enter::begin))
        .route("/sign-in/passkey", post(enter::finish))
        .route("/me/passkeys/begin", post(register::begin))
        .route("/me/passkeys", post(register::finish))
        .route("/me/passkeys/remove", post(register::remove))
}

/// The one page part that cannot work without a script: only scripts reach the browser's keys.
async fn script() -> impl IntoResponse {
    let headers =
        [(header::CONTENT_TYPE, "text/javascript; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
    (headers, include_str!("passkey.js"))
}
