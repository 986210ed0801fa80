//! Rules over several events: how many, how many different, together, one after the other.
//!
//! Detection is stateless; what it finds for a correlation arrives here as an
//! [`Observation`](crate::sigma::Observation).

mod definition;
mod state;

pub(crate) use definition::resolve;
pub use definition::{Correlation, Kind, Threshold};
pub use state::{Alert, Limits, Seen, TenantState};
