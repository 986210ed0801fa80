//! What this crate promises, told as stories over the real router and the real database. A second provider
//! and a second client are present in every one of them.
#![expect(
    clippy::unwrap_used,
    clippy::string_slice,
    clippy::print_stdout,
    reason = "a test that cannot go on fails, and says what it skipped"
)]

mod api;
mod correlations;
mod crash;
mod desk;
mod doors;
mod ledgers;
mod pages;
mod real;
mod scale;
mod silence;
mod world;
