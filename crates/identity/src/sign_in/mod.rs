//! Sign-in: how a person proves who they are, and the sessions that follow.
//!
//! Ways in: password (with a one-time code where set up), a link by mail for clients' people, a passkey, the
//! provider's identity provider for staff. All end in [`session::begin`], so every session is made, bounded,
//! audited and revoked in the same way.
//!
//! Always holds:
//! - Of cookies, links and codes only hashes are kept.
//! - A wrong password, an unknown address, a disabled person and one without a password get the same answer
//!   after the same work.
//! - Every attempt is counted before it is judged, per account and per address, and the counts survive a
//!   restart.
//! - A session is new at every sign-in and every fresh proof, so an older cookie is worth nothing.

mod confirm;
mod limits;
mod link;
mod oidc;
mod out;
pub(crate) mod passkey;
pub(crate) mod password;
mod password_form;
pub(crate) mod second_factor;
pub(crate) mod session;
mod step;
pub(crate) mod store;
pub(crate) mod totp;

use axum::routing::get;
use kakari_ui::{SliceAssets, slice_assets};
use utoipa_axum::router::OpenApiRouter;

use crate::App;

pub(crate) use link::by_mail;
pub use link::{LinkPurpose, make_link};
pub use oidc::Issuer;
pub(crate) use session::live as live_session;

pub(crate) const ASSETS: SliceAssets = slice_assets!(
    "sign_in",
    ["sign_in.html", "link.html", "over.html", "sent.html", "code.html", "confirm.html", "no_entry.html"]
);

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .route("/sign-in", get(password_form::show).post(password_form::enter))
        .route("/sign-in/code", axum::routing::post(second_factor::enter))
        .route("/sign-in/link", axum::routing::post(link::ask))
        .route("/sign-in/link/{token}", get(link::show).post(link::enter))
        .route("/sign-in/confirm", get(confirm::show).post(confirm::enter))
        .merge(passkey::routes())
        .merge(oidc::routes())
        .route("/sign-out", axum::routing::post(out::leave))
}
