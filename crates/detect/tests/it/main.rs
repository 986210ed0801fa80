//! Tests of the engine through its public surface.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests")]

mod recordings;
mod shared;
