//! The record (カルテ): the signs of one organisation, and the sections that slices write into its report.
//!
//! Always holds: a sign is open exactly while its cause lasts. Slices raise and clear; nobody types one in.
//! Raising a sign that is open changes its weight and words, not its beginning.

mod api;
mod page;
mod report;
mod store;
mod words;

use axum::routing;
use kakari_ui::{SliceAssets, slice_assets};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

pub(crate) use page::Panels;
pub use report::{Deed, Panel, RecordPanel, ReportSection, Section, SectionTable};
pub use store::{OpenSign, clear, open, raise, raised_or_cleared};

pub(crate) const ASSETS: SliceAssets = slice_assets!("record", ["record.html"]);

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().route("/c/{org}", routing::get(page::show)).routes(routes!(api::signs))
}
