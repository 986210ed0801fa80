//! Engine: inventories x advisories to findings.
#![doc = include_str!("../README.md")]

pub mod bundle;
pub mod ecosystem;
pub mod inventory;
pub mod place;
pub mod version;

pub use ecosystem::{Ecosystem, Family};
pub use inventory::{Component, Inventory};
pub use place::{Place, SetAside, Unreadable};
