//! Engine: inventories x advisories to findings.
#![doc = include_str!("../README.md")]

pub mod advisory;
pub mod bundle;
pub mod decision;
pub mod ecosystem;
pub mod inventory;
mod json;
pub mod matcher;
pub mod place;
pub mod report;
pub mod signals;
pub mod version;
pub mod vex;

pub use advisory::{Advisory, Feeds};
pub use ecosystem::{Ecosystem, Family};
pub use inventory::{Component, Inventory};
pub use matcher::{Catalogue, Confidence, Coverage, Finding, NotChecked};
pub use place::{Place, SetAside, Unreadable};
