//! Engine: bytes to events (OCSF classes).
//!
//! [`records()`] cuts a file into records whatever holds them (text, JSON, EVTX, Zeek, CSV, gzip, zip);
//! [`Normalizer`] reads a record into an [`Event`]: an OCSF object, the raw record, and the record's fields under
//! their original names for rules that speak the device's own language.
//!
//! What always holds: nothing is dropped. A record that cannot be read becomes an event with `class_uid` 0, a
//! `parse_error` that says why, and the whole record in `raw_data`. Every size, depth and count is bounded in
//! [`limits`]. Nothing panics on any input.

mod attribute;
mod cef;
mod class;
mod devices;
mod encoding;
mod envelope;
mod event;
pub mod limits;
mod moment;
mod normalizer;
mod pairs;
mod records;
mod value;

pub use attribute::Attr;
pub use class::{Class, OCSF_VERSION, REQUIRED_OF_ALL, REQUIRED_OF_OBJECTS, Severity};
pub use devices::{Device, named as device_named, names as device_names};
pub use encoding::Encoding;
pub use event::{Event, Field, LogSource};
pub use normalizer::{Context, Normalizer};
pub use records::{Record, Records, Trouble, records};
pub use value::{Object, Value};
