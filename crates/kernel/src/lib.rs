//! What every part of Kakari agrees on: ids, whose data it is, who acts, time, chance, money, periods,
//! error kinds, and the ports through which parts that may not name each other work together. No IO.

mod actor;
mod clock;
mod error;
mod id;
mod money;
mod period;
pub mod ports;
mod rng;
mod scope;
mod sign;

pub use actor::{Actor, Role, Tool};
pub use clock::{Clock, FixedClock, SystemClock, from_ms, to_ms};
pub use error::{Error, Result};
pub use id::{Id, IdMaker, OrgId, PersonId, ProviderId};
pub use money::Yen;
pub use period::{Month, Period};
pub use rng::{Rng, SeededRng, SystemRng};
pub use scope::{OrgScope, Reach};
pub use sign::{Severity, Sign, SignKind, Todo};
