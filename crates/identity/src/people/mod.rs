//! People: who can sign in, in which organisation, in which role.
//!
//! Owners look after the people of their own company; advisors and administrators after those of clients;
//! only administrators after those of the provider. Each change needs a fresh proof.
//!
//! Always holds: a mail address is one person; nobody changes their own role or disables themselves; the last
//! administrator of a provider stays; disabling ends all sessions and links at once.

mod api;
mod change;
mod invite;
mod list;
mod model;
mod store;

use axum::routing;
use kakari_kernel::Result;
use kakari_store::Unaudited;
use kakari_ui::{SliceAssets, slice_assets};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;
use crate::web::Signed;

pub use model::{NewPerson, Person};
pub use store::{add, get, list_of};
pub(crate) use store::{
    add_recovery_codes, by_email, by_id, drop_totp, set_name, set_password, set_totp, totp,
    use_recovery_code, use_totp_step,
};

pub(crate) const ASSETS: SliceAssets =
    slice_assets!("people", ["list.html", "invite.html", "person.html", "link.html"]);

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .route("/c/{org}/people", routing::get(list::show))
        .route("/c/{org}/people/new", routing::get(invite::show).post(invite::add))
        .route("/c/{org}/people/{person}", routing::get(change::show).post(change::save))
        .route("/c/{org}/people/{person}/link", routing::post(change::link))
        .route("/c/{org}/people/{person}/drop-totp", routing::post(change::drop_totp))
        .route("/c/{org}/people/{person}/disable", routing::post(change::disable))
        .route("/c/{org}/people/{person}/enable", routing::post(change::enable))
        .routes(routes!(api::list))
}

/// Keeps the language somebody asked for. No audit entry: it changes what the person sees and nothing else.
pub(crate) async fn set_language(app: &App, signed: &Signed, lang: &str) -> Result<()> {
    let mut tx = app.db.begin().await?;
    store::set_language(&mut tx, &signed.home_scope(), signed.person, lang).await?;
    tx.commit_unaudited(Unaudited::Session).await
}
