//! Who is who and who may see what: organisations, people, sign-in, tenancy, the record's signs, the audit
//! view. What every slice of `watch` and `care` stands on.

mod app;
pub mod audit;
mod home;
pub mod init;
pub mod jobs;
pub mod organisations;
pub mod people;
mod permission;
pub mod record;
mod settings;
pub mod sign_in;
#[cfg(feature = "testing")]
pub mod testing;
pub mod tokens;
pub mod web;

use std::sync::Arc;

use axum::Extension;
use kakari_ui::SliceAssets;
use utoipa_axum::router::OpenApiRouter;

pub use app::{App, Settings};
pub use permission::Permission;
pub use sign_in::Issuer;

/// The templates and texts of all slices of this crate.
pub const ASSETS: &[SliceAssets] = &[
    web::ASSETS,
    sign_in::ASSETS,
    people::ASSETS,
    tokens::ASSETS,
    organisations::ASSETS,
    record::ASSETS,
    audit::ASSETS,
    settings::ASSETS,
];

/// All routes of this crate, with the panels that other slices show on a client's record. The binary merges
/// them with the other crates' routes and puts [`web::layers`] around the whole.
pub fn routes(app: &App, panels: Vec<Arc<dyn record::RecordPanel>>) -> OpenApiRouter {
    OpenApiRouter::new()
        .merge(home::routes())
        .merge(sign_in::routes())
        .merge(people::routes())
        .merge(tokens::routes())
        .merge(organisations::routes())
        .merge(record::routes())
        .merge(audit::routes())
        .merge(settings::routes())
        .layer(Extension(record::Panels::new(panels)))
        .with_state(app.clone())
}
