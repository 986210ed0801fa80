//! The devices that this engine knows. One file each: how its records are recognised, how they are mapped,
//! samples and tests. To add one, write its file and name it in [`ALL`]; see the crate's README.

mod apache;
mod auditd;
mod bind;
mod cisco;
mod cloudtrail;
mod defender;
mod dnsmasq;
mod fortigate;
mod generic;
mod google_workspace;
mod http;
mod iptables;
mod m365;
mod osquery;
mod paloalto;
mod pam;
mod postfix;
mod sonicwall;
mod sophos;
mod squid;
mod sshd;
mod sudo;
mod suricata;
mod trend_micro;
mod watchguard;
mod windows;
mod yamaha;
mod zeek;

use crate::cef::Header;
use crate::envelope::Envelope;
use crate::event::{Event, LogSource};
use crate::normalizer::Context;

pub(crate) use generic::{CEF, JSON, LEEF, PAIRS, SYSLOG, TABLE, TEXT};

/// A kind of log source: how its records are told from others and what their fields mean.
#[derive(Debug)]
pub struct Device {
    /// The short name that `--device` takes.
    pub name: &'static str,
    /// `metadata.product.name`.
    pub product: &'static str,
    /// `metadata.product.vendor_name`.
    pub vendor: Option<&'static str>,
    /// True for a record of this device. Sees the record only, never a file's name.
    pub(crate) recognise: fn(&Message<'_>, &Event<'_>) -> bool,
    /// Sets class, activity, severity and attributes. False where the record turned out not to be one that
    /// this device writes; the generic reader of its format then takes it.
    pub(crate) read: for<'a> fn(&Message<'a>, &mut Event<'a>, &Context) -> bool,
    /// The logsource of everything it writes; a reader may add more.
    pub(crate) log_source: LogSource,
}

/// A logsource that says nothing.
pub(crate) const NO_SOURCE: LogSource = LogSource { product: None, category: None, service: None };

/// Every device, in the order in which they are asked. The first that recognises a record reads it.
pub static ALL: &[&Device] = &[
    &windows::DEVICE,
    &fortigate::DEVICE,
    &sonicwall::DEVICE,
    &sophos::DEVICE,
    &watchguard::DEVICE,
    &paloalto::DEVICE,
    &cisco::DEVICE,
    &yamaha::DEVICE,
    &iptables::DEVICE,
    &sshd::DEVICE,
    &sudo::DEVICE,
    &pam::DEVICE,
    &auditd::DEVICE,
    &postfix::DEVICE,
    &bind::DEVICE,
    &dnsmasq::DEVICE,
    &squid::DEVICE,
    &apache::DEVICE,
    &zeek::DEVICE,
    &suricata::DEVICE,
    &cloudtrail::DEVICE,
    &m365::DEVICE,
    &google_workspace::DEVICE,
    &osquery::DEVICE,
    &defender::DEVICE,
    &trend_micro::DEVICE,
];

/// The device of that short name, generic ones included.
pub fn named(name: &str) -> Option<&'static Device> {
    ALL.iter().chain(generic::ALL).copied().find(|device| device.name == name)
}

/// Every name that [`named`] knows.
pub fn names() -> impl Iterator<Item = &'static str> {
    ALL.iter().chain(generic::ALL).map(|device| device.name)
}

/// A record taken apart as far as its format goes. Its fields, if it has any, stand in the event already.
#[derive(Debug)]
pub(crate) struct Message<'a> {
    pub(crate) envelope: Envelope<'a>,
    /// What the envelope holds.
    pub(crate) body: &'a str,
    pub(crate) format: Format<'a>,
}

/// How a message's fields are written.
#[derive(Debug, PartialEq)]
pub(crate) enum Format<'a> {
    /// A JSON object; its members are the event's fields.
    Json,
    Cef(Header<'a>),
    Leef(Header<'a>),
    /// `name=value`.
    Pairs,
    /// A row under a header that the file gave.
    Row,
    /// Free text: only the device knows its fields.
    Text,
}

impl Message<'_> {
    /// The program that wrote it, by its syslog tag.
    pub(crate) fn is_from(&self, program: &str) -> bool {
        self.envelope.tag.is_some_and(|tag| {
            tag.strip_prefix(program).is_some_and(|rest| rest.is_empty() || rest.starts_with('('))
        })
    }
}

/// The text after the first `start` and before the `end` that follows it.
pub(crate) fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(start)?;
    rest.split_once(end).map(|(inside, _)| inside)
}

/// The word after the first `start`.
pub(crate) fn word_after<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(start)?;
    rest.split([' ', ',', ';']).next().filter(|word| !word.is_empty())
}

#[cfg(test)]
pub(crate) mod testing {
    //! What the devices' tables are written with.

    use crate::{Context, Event, Normalizer};

    /// Reads a sample as a sensor in Tokyo would have, received on 1 February 2026 at noon.
    pub(crate) fn read(line: &str) -> Event<'static> {
        let context = Context::new(
            "2026-02-01T03:00:00Z".parse().unwrap(),
            jiff::tz::TimeZone::get("Asia/Tokyo").unwrap(),
        );
        Normalizer::new(context).normalize(line.as_bytes()).into_owned()
    }

    /// Reads a sample and says what OCSF makes of it: the values at the given paths, joined by a space.
    pub(crate) fn at(event: &Event<'_>, paths: &str) -> String {
        let json = event.to_json();
        let values =
            paths.split(' ').map(|path| match json.pointer(&format!("/{}", path.replace('.', "/"))) {
                Some(serde_json::Value::String(text)) => text.clone(),
                Some(value) => value.to_string(),
                None => "-".to_owned(),
            });
        values.collect::<Vec<_>>().join(" ")
    }
}
