//! Organisations: the provider, its clients, groups with their subsidiaries, who supplies whom.
//!
//! Always holds: an organisation belongs to one provider for ever; a group's head is itself an organisation
//! of the same provider and belongs to no other group; a supplier is a client of the same provider. Staff who
//! may edit records change organisations; an owner reads their own.

mod clients;
mod edit;
mod model;
mod store;

use axum::routing;
use kakari_ui::{SliceAssets, slice_assets};
use utoipa_axum::router::OpenApiRouter;

use crate::App;

pub use model::{INDUSTRIES, Kind, Organisation};
pub(crate) use model::{Relations, industry_key};
pub use store::{add, get, list};
pub(crate) use store::{advisor_name, relations};

pub(crate) const ASSETS: SliceAssets =
    slice_assets!("organisations", ["clients.html", "_filters.html", "edit.html"]);

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .route("/clients", routing::get(clients::show))
        .route("/clients/new", routing::get(edit::show_new).post(edit::add))
        .route("/c/{org}/edit", routing::get(edit::show).post(edit::save))
}
