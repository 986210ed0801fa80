//! Sign-in of staff at the provider's own identity provider: `OpenID` Connect Core 1.0, authorisation code
//! with PKCE.
//!
//! Always holds:
//! - The answer belongs to the browser that asked: state, nonce and PKCE verifier travel in a sealed cookie,
//!   and the state works once, within five minutes.
//! - Only the issuer's own address is contacted, redirects are not followed, answers are bounded.
//! - The verified mail address must be one of the staff of the installation's first provider, who is not
//!   disabled. People of clients never come in this way, whoever keeps the identity provider.
//! - The session opens acts that need a fresh proof, so the identity provider must have asked for one: it has
//!   to give `auth_time`.

mod enter;
mod issuer;
mod provider;

use axum::routing::get;
use utoipa_axum::router::OpenApiRouter;

use crate::App;

pub(super) use enter::button;
pub use issuer::Issuer;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .route("/sign-in/oidc", get(enter::begin))
        .route("/sign-in/oidc/return", get(enter::finish))
}
