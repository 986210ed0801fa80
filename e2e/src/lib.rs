//! What the black-box tests stand on: the real binary, started and stopped; requests; a browser; an
//! installation with clients, made through the same pages as a person would.
//!
//! Nothing here knows the product's code. A test that could be written against a crate belongs there.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "test support: a failure here is a failed test, and what was skipped is said"
)]

pub mod browser;
pub mod command;
pub mod database;
pub mod demo;
pub mod html;
pub mod http;
mod keeper;
pub mod office;
pub mod postbox;
pub mod server;
pub mod shared_data;
