//! Organisations: the provider, its clients, groups with their subsidiaries, who supplies whom.
//!
//! Always holds: an organisation belongs to one provider for ever; a group's head is itself an organisation
//! of the same provider and belongs to no other group; a supplier is a client of the same provider. Staff who
//! may edit records change organisations; an owner reads their own.

mod api;
mod clients;
mod edit;
mod model;
mod relations;
mod store;

use axum::routing;
use kakari_ui::{SliceAssets, slice_assets};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

pub use model::industry_key;
pub use model::{INDUSTRIES, Kind, Organisation};
pub use store::{add, get, list, providers};
pub(crate) use store::{advisor_name, relations};

pub(crate) const ASSETS: SliceAssets =
    slice_assets!("organisations", ["clients.html", "_filters.html", "edit.html", "relations.html"]);

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .route("/clients", routing::get(clients::show))
        .route("/clients/new", routing::get(edit::show_new).post(edit::add))
        .route("/c/{org}/edit", routing::get(edit::show).post(edit::save))
        .route("/c/{org}/relations", routing::get(relations::show))
        .route("/c/{org}/relations/{act}", routing::post(relations::change))
        .routes(routes!(api::list))
        .routes(routes!(api::one))
}
