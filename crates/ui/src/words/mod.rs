//! Dates, times, money and numbers as people write them, in Japanese and English. Pure functions: the time
//! is always passed in, times are stored in UTC and shown in the reader's zone.

mod dates;
pub(crate) mod filters;
mod holidays;
mod hours;
mod numbers;

pub use dates::{Words, hours_minutes, read_date, tokyo};
pub use holidays::holiday;
pub use hours::BusinessHours;
pub use numbers::{bytes, man_yen, number, percent, yen};
