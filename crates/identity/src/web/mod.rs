//! The way into every handler: who asks, within which scope, and how a failure is answered.
//!
//! - [`Signed`]: somebody is signed in. [`Staff`], [`Client`], [`Group`]: within which scope. They and the
//!   API's [`ApiClient`] and [`ApiFleet`] are the only way from a request to an
//!   [`OrgScope`](kakari_kernel::OrgScope).
//! - [`StepUp`]: somebody who has just proved who they are.
//! - [`Posted`]: a form whose token proves that it came from our own page.
//! - [`WebError`]: any kernel error as a page for people and as JSON below `/api/`.
//! - [`layers`]: what stands around all routes of the program, once.

mod api;
mod error;
mod guard;
mod posted;
mod programme;
mod secret;
mod signed;
mod visitor;

use axum::Router;
use axum::middleware::from_fn_with_state;
use kakari_ui::{SliceAssets, slice_assets};

use crate::App;

pub use api::{Access, ApiClient, ApiFleet};
pub use error::{WebError, WebResult, error_pages};
pub use guard::{keep_language, refuse_cross_site};
pub use posted::Posted;
pub use programme::Programme;
pub use secret::hash_secret;
pub(crate) use secret::{constant_time_eq, keyed, new_secret, open, seal};
pub use signed::{Client, Group, Signed, Staff, StepUp};
pub(crate) use signed::{cookie, session_cookie};
pub(crate) use visitor::{OpenForm, Visitor, local_path};

pub(crate) const ASSETS: SliceAssets = slice_assets!("web", ["wait.html"]);

/// Puts around a router what every page needs: failures as pages, the kept language, no cross-site forms.
/// Called once, around the routes of the whole program; the server must pass on who connects
/// (`into_make_service_with_connect_info::<SocketAddr>()`), or all visitors share one limit on sign-in.
pub fn layers(app: &App, router: Router) -> Router {
    router
        .layer(from_fn_with_state(app.clone(), refuse_cross_site))
        .layer(from_fn_with_state(app.clone(), error_pages))
        .layer(from_fn_with_state(app.clone(), keep_language))
}
