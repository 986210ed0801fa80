//! State: SQLite by default, PostgreSQL by address, one SQL text for both.
//!
//! - [`Db`] opens the database and brings its schema up to date.
//! - [`Conn`] reads. [`Tx`] reads and writes, and can only be committed together with an audit [`Entry`] or a
//!   stated reason why there is none.
//! - Every statement takes an [`OrgScope`](kakari_kernel::OrgScope); the few that must see across providers
//!   (sign-in, credentials, the job queue) say so with `system()`.
//!
//! The difference between the engines is hidden here, once.

pub mod audit;
pub mod backup;
mod conn;
mod db;
mod migrate;
pub mod queue;
mod statement;
#[cfg(feature = "testing")]
pub mod testing;
mod value;

pub use audit::{Entry, Unaudited};
pub use conn::{Conn, System, Tx};
pub use db::{Db, Engine};
pub use value::{Row, Value};
