//! The audit view: who, when, from where, with what, did what, how.
//!
//! Staff who may see it filter it over all clients, or read one client's; the export can be checked without
//! this program's database. Nothing here changes an entry. Each act tells itself in a sentence: the message
//! `act-<act>` (dots and underscores as hyphens) of the slice that writes it, with the entry's flat details as
//! its values.

mod api;
mod export;
mod sentence;
mod store;
mod view;

use axum::routing;
use kakari_ui::{SliceAssets, slice_assets};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

pub(crate) const ASSETS: SliceAssets = slice_assets!("audit", ["audit.html"]);

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .route("/audit", routing::get(view::show_all))
        .route("/audit/export", routing::get(export::all))
        .route("/c/{org}/audit", routing::get(view::show_one))
        .route("/c/{org}/audit/export", routing::get(export::one))
        .routes(routes!(api::entries))
}
