//! Signs of exploitation, by CVE: CISA's list of known exploited vulnerabilities and FIRST's forecast.
//!
//! They never take part in matching; a new list only re-scores what is already matched.

mod epss;
mod kev;
mod ssvc;

pub use epss::{Epss, Forecast};
pub use kev::{Kev, Listing};
pub use ssvc::{Points, Ssvc};
