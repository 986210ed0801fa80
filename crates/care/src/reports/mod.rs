//! The monthly page of one client, printable on A4: the grade with its sentence and reason, what was seen,
//! what was done, at most three things to do, and the head of the audit chain.
//!
//! Always holds: a month in which nothing came in says so; the same inputs give the same page.

mod months;
mod show;

use axum::Router;
use axum::routing::get;
use kakari_ui::SliceAssets;

use crate::Care;

pub const ASSETS: SliceAssets = kakari_ui::slice_assets!("reports", ["months.html", "report.html"]);

pub(crate) fn routes() -> Router<Care> {
    Router::new()
        .route("/c/{org}/reports", get(months::show))
        .route("/c/{org}/reports/{month}", get(show::show))
}
