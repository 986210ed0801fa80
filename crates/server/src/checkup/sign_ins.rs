//! What the logs say about sign-ins, read with the same engine as a client's logs.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use jiff::Timestamp;
use kakari_normalize::{Attr, Class, Normalizer, Value, records};

/// As many records of a log are read, the first of each file; a log that is longer says so.
const RECORDS_MAX: usize = 500_000;

/// Failed and successful sign-ins, counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SignIns {
    pub(crate) files: Vec<String>,
    pub(crate) lines: u64,
    pub(crate) unreadable: u64,
    pub(crate) failed: u64,
    pub(crate) succeeded: u64,
    /// Failures by the address they came from.
    pub(crate) failed_from: BTreeMap<String, u64>,
    /// Addresses that failed at least [`GUESSES`] times and then got in.
    pub(crate) guessed: BTreeSet<String>,
    pub(crate) newest: Option<Timestamp>,
    /// Whether a log was longer than what is read.
    pub(crate) cut: bool,
}

/// More failures than a person who mistypes a password makes.
pub(crate) const GUESSES: u64 = 10;

impl SignIns {
    /// Adds one log.
    pub(crate) fn add(&mut self, file: &str, normalizer: &Normalizer, log: impl Read + Send + 'static) {
        self.files.push(file.to_owned());
        for (number, record) in records(log).enumerate() {
            if number == RECORDS_MAX {
                self.cut = true;
                return;
            }
            let event = normalizer.normalize_record(&record);
            self.lines += 1;
            if event.parse_error().is_some() {
                self.unreadable += 1;
                continue;
            }
            self.newest = self.newest.max(Some(event.time()));
            if event.class() != Class::Authentication || event.activity_id() != LOGON {
                continue;
            }
            let Some(from) = event.attribute(Attr::SrcEndpointIp).and_then(Value::as_text).map(str::to_owned)
            else {
                continue;
            };
            match event.attribute(Attr::StatusId).and_then(Value::as_i64) {
                Some(SUCCESS) => {
                    self.succeeded += 1;
                    if self.failed_from.get(&from).is_some_and(|failures| *failures >= GUESSES) {
                        self.guessed.insert(from);
                    }
                }
                Some(FAILURE) => {
                    self.failed += 1;
                    *self.failed_from.entry(from).or_default() += 1;
                }
                _ => {}
            }
        }
    }
}

/// OCSF Authentication: activity Logon.
const LOGON: u8 = 1;
/// OCSF: status Success and Failure.
const SUCCESS: i64 = 1;
const FAILURE: i64 = 2;
