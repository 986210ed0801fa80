//! The engine against its peers and against its slow twin.

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
