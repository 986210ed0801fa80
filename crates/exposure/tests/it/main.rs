//! The engine against its peers and against its slow twin.

mod cargo_audit;
mod hostile;
mod naive;
mod pypa;
mod sboms;
mod shared;
mod trivy;
mod twin;
mod versions;
