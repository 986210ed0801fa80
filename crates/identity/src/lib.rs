//! Who is who and who may see what: organisations, people, sign-in, tenancy, the record's signs, the audit
//! view. What every slice of `watch` and `care` stands on.

mod app;
pub mod organisations;
mod permission;
pub mod record;
pub mod web;

pub use app::{App, Settings};
pub use permission::Permission;
