//! From a batch to events and what rules find in them. Pure: no database, no clock.

use std::io::Cursor;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use kakari_kernel::ports::StoredEvent;
use kakari_kernel::{Id, Result};
use kakari_normalize::{Context, Event, Normalizer, Record, device_named};
use serde_json::Value as Json;

use super::framing::{frames, lines};
use super::store::Format;
use crate::detections::{Examination, Finding};
use crate::sensors::Sensor;

/// A device's clock may be ahead by this much; beyond it is wrong.
const AHEAD_MAX: SignedDuration = SignedDuration::from_hours(48);
/// No log that anyone sends was written before 2000; a clock that lost its battery says 1970 or 1980.
const EARLIEST: Timestamp = Timestamp::constant(946_684_800, 0);

/// One record, read.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) event: StoredEvent,
    pub(super) findings: Vec<Finding>,
}

/// The records of a batch, read one after the other.
pub(super) struct Readings {
    batch: Id,
    sensor: Id,
    received_at: Timestamp,
    normalizer: Normalizer,
    examination: Examination,
    records: Box<dyn Iterator<Item = Raw> + Send>,
    position: u64,
}

enum Raw {
    Cut { bytes: Vec<u8>, is_piece: bool },
    OfFile(Record),
}

impl Readings {
    pub(super) fn new(
        batch: Id,
        sensor: &Sensor,
        received_at: Timestamp,
        format: Format,
        content: Vec<u8>,
        examination: Examination,
    ) -> Self {
        let zone = TimeZone::get(&sensor.zone).unwrap_or(TimeZone::UTC);
        let mut context = Context::new(received_at, zone);
        if let Some(device) = device_named(&sensor.device) {
            context = context.with_device(device);
        }
        let records: Box<dyn Iterator<Item = Raw> + Send> = match format {
            Format::File => Box::new(kakari_normalize::records(Cursor::new(content)).map(Raw::OfFile)),
            Format::Lines => Box::new(owned(content, |content| lines(content).map(raw).collect())),
            Format::Frames => Box::new(owned(content, |content| frames(content).map(raw).collect())),
        };
        Self {
            batch,
            sensor: sensor.id,
            received_at,
            normalizer: Normalizer::new(context),
            examination,
            records,
            position: 0,
        }
    }

    /// The examination with what it has seen.
    pub(super) fn into_examination(self) -> Examination {
        self.examination
    }
}

fn raw(cut: super::framing::Cut<'_>) -> Raw {
    Raw::Cut { bytes: cut.bytes.to_vec(), is_piece: cut.is_piece }
}

/// The records of a batch that is held whole in memory anyway.
fn owned(content: Vec<u8>, cut: impl Fn(&[u8]) -> Vec<Raw>) -> std::vec::IntoIter<Raw> {
    let records = cut(&content);
    drop(content);
    records.into_iter()
}

impl Iterator for Readings {
    type Item = Reading;

    fn next(&mut self) -> Option<Reading> {
        let raw = self.records.next()?;
        self.position += 1;
        let (event, piece) = match &raw {
            Raw::Cut { bytes, is_piece } => (self.normalizer.normalize(bytes), *is_piece),
            Raw::OfFile(record) => (self.normalizer.normalize_record(record), false),
        };
        let ocsf = event.to_json();
        let (at, clock_fault) = believable(&event, self.received_at);
        let parse_error = if piece {
            "a piece of a record longer than 1 MiB".to_owned()
        } else {
            event.parse_error().map_or(clock_fault, str::to_owned)
        };
        let kept = StoredEvent {
            id: format!("{}-{}", self.batch, self.position),
            sensor_id: self.sensor.to_string(),
            at,
            received_at: self.received_at,
            class_uid: if piece { 0 } else { event.class().uid() },
            device: event.device().to_owned(),
            host: host_of(&ocsf),
            parse_error,
            ocsf,
        };
        let findings = if piece { Vec::new() } else { self.examination.look(&event, &kept) };
        Some(Reading { event: kept, findings })
    }
}

/// When the event happened, as far as the device's clock can be believed, and what is wrong with it.
fn believable(event: &Event<'_>, received_at: Timestamp) -> (Timestamp, String) {
    let said = event.time();
    let latest = received_at.saturating_add(AHEAD_MAX).unwrap_or(received_at);
    if (EARLIEST..=latest).contains(&said) {
        return (said, String::new());
    }
    (received_at, format!("the device's clock says {said}: the time of receipt is used"))
}

/// The machine that an event is about. For traffic that is the one inside, not the firewall that wrote it.
fn host_of(ocsf: &Json) -> String {
    let is_network = ocsf.get("category_uid").and_then(Json::as_i64) == Some(4);
    let places: &[&str] = if is_network {
        let source_is_outside = text_at(ocsf, "/src_endpoint/ip").is_some_and(|ip| !is_private(ip))
            && text_at(ocsf, "/dst_endpoint/ip").is_some_and(is_private);
        if source_is_outside {
            &["/dst_endpoint/hostname", "/dst_endpoint/ip"]
        } else {
            &["/src_endpoint/hostname", "/src_endpoint/ip", "/device/hostname"]
        }
    } else {
        &["/device/hostname", "/device/ip", "/src_endpoint/hostname", "/src_endpoint/ip"]
    };
    places.iter().find_map(|place| text_at(ocsf, place)).unwrap_or_default().chars().take(255).collect()
}

fn is_private(ip: &str) -> bool {
    match ip.parse() {
        Ok(std::net::IpAddr::V4(ip)) => ip.is_private() || ip.is_link_local() || ip.is_loopback(),
        Ok(std::net::IpAddr::V6(ip)) => {
            ip.is_unique_local() || ip.is_unicast_link_local() || ip.is_loopback()
        }
        Err(_) => false,
    }
}

fn text_at<'j>(ocsf: &'j Json, place: &str) -> Option<&'j str> {
    ocsf.pointer(place)?.as_str().filter(|text| !text.is_empty())
}

/// Reads up to `most` records off the async threads. A panic of a reader comes back as an error.
pub(super) async fn next_chunk(mut readings: Readings, most: usize) -> Result<(Readings, Vec<Reading>)> {
    let read = tokio::task::spawn_blocking(move || {
        let chunk: Vec<Reading> = readings.by_ref().take(most).collect();
        (readings, chunk)
    });
    read.await.map_err(|error| kakari_kernel::Error::internal(format!("reading stopped: {error}")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn traffic_is_about_the_machine_inside() {
        let traffic = |src: &str, dst: &str| {
            let ocsf = json!({"category_uid": 4, "device": {"hostname": "fw"}, "src_endpoint": {"ip": src}, "dst_endpoint": {"ip": dst}});
            host_of(&ocsf)
        };
        assert_eq!(traffic("192.168.1.5", "203.0.113.9"), "192.168.1.5");
        assert_eq!(traffic("203.0.113.9", "192.168.1.5"), "192.168.1.5");
        assert_eq!(
            host_of(
                &json!({"category_uid": 3, "device": {"hostname": "srv"}, "src_endpoint": {"ip": "203.0.113.9"}})
            ),
            "srv"
        );
        assert_eq!(host_of(&json!({})), "");
    }
}
