//! Today's round (今日の巡回): which clients need the advisor today, and why.
//!
//! Always holds: the order is the sum of the points of a client's open signs, and each point can be read on
//! the page; a client that was put off comes back on its day, or before when something new appears.

mod show;
mod snooze;
mod store;

use axum::Router;
use axum::routing::{get, post};
use kakari_ui::SliceAssets;

use crate::Care;

pub const ASSETS: SliceAssets = kakari_ui::slice_assets!("round", ["round.html"]);

pub(crate) fn routes() -> Router<Care> {
    Router::new().route("/round", get(show::show)).route("/c/{org}/snooze", post(snooze::post))
}
