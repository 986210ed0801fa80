//! The engine against its peers and against its slow twin.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::string_slice,
    reason = "a test stops at what it does not expect and prints what it compared"
)]

mod cargo_audit;
mod debian;
mod decision_table;
mod hostile;
mod naive;
mod pypa;
mod sboms;
mod shared;
mod trivy;
mod twin;
mod versions;
mod windows;
