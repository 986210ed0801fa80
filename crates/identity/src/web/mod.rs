//! The way into every handler: who asks, within which scope, and how a failure is answered.
//!
//! - [`Signed`]: somebody is signed in. [`Staff`], [`Client`], [`Group`]: within which scope. They are the
//!   only way from a request to an [`OrgScope`](kakari_kernel::OrgScope).
//! - [`Posted`]: a form whose token proves that it came from our own page.
//! - [`WebError`]: any kernel error as a page for people and as JSON below `/api/`.

mod error;
mod posted;
mod signed;

pub use error::{WebError, WebResult, error_pages};
pub use posted::Posted;
pub use signed::{Client, Group, Signed, Staff, hash_secret};
