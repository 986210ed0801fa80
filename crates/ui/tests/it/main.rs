//! Whole pages, components and charts as a browser gets them.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod charts;
mod checks;
mod http;
mod pages;
mod palette;
mod sample;
