//! Settings: the provider's overview for administrators, and everybody's own profile at `/me`.
//!
//! Always holds: what the configuration says is shown and not changed here; a new password, an authenticator
//! and the end of other sessions need a fresh proof; changing the password ends all other sessions.

mod me;
mod overview;
mod password;
mod sessions;
mod two_factor;

use axum::routing::{get, post};
use kakari_ui::{SliceAssets, slice_assets};
use utoipa_axum::router::OpenApiRouter;

use crate::App;

pub(crate) const ASSETS: SliceAssets = slice_assets!(
    "settings",
    ["overview.html", "me.html", "password.html", "two_factor.html", "recovery.html"]
);

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .route("/settings", get(overview::show))
        .route("/settings/jobs/{job}/retry", post(overview::retry))
        .route("/me", get(me::show).post(me::save))
        .route("/me/password", get(password::show).post(password::save))
        .route("/me/two-factor", get(two_factor::show).post(two_factor::set_up))
        .route("/me/two-factor/remove", post(two_factor::remove))
        .route("/me/two-factor/codes", post(two_factor::new_codes))
        .route("/me/sessions/end", post(sessions::end))
        .route("/me/sessions/end-others", post(sessions::end_others))
}
