//! From a record to an event: envelope, format, device, attributes.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::attribute::Attr;
use crate::cef;
use crate::class::Severity;
use crate::devices::{self, Device, Format, Message};
use crate::encoding;
use crate::envelope::Envelope;
use crate::event::{Event, LogSource};
use crate::limits::MAX_RECORD_BYTES;
use crate::pairs;
use crate::records::{Columns, Record, Trouble};
use crate::value::Value;

/// What a record does not say itself: when it was received, in which zone its sensor stands, what the sensor is.
#[derive(Debug, Clone)]
pub struct Context {
    /// Settles missing years, and is the time of records that say none.
    pub received_at: Timestamp,
    /// The zone of times without one.
    pub zone: TimeZone,
    /// The device, where a person set it. Its reader is tried first; a record that is not of its kind is
    /// recognised by content as if nothing had been set.
    pub device: Option<&'static Device>,
}

impl Context {
    /// Recognition by content.
    pub fn new(received_at: Timestamp, zone: TimeZone) -> Self {
        Context { received_at, zone, device: None }
    }

    /// With the device set by hand.
    pub fn with_device(self, device: &'static Device) -> Self {
        Context { device: Some(device), ..self }
    }
}

/// Reads records into events. Pure: the same bytes and context give the same event.
#[derive(Debug, Clone)]
pub struct Normalizer {
    context: Context,
}

impl Normalizer {
    pub fn new(context: Context) -> Self {
        Normalizer { context }
    }

    /// Reads one record: a line, a datagram, a JSON object. Never fails: what cannot be read comes back as an
    /// event with `class_uid` 0, a `parse_error` and the whole record in `raw_data`.
    pub fn normalize<'a>(&self, bytes: &'a [u8]) -> Event<'a> {
        self.normalize_row(bytes, None, None)
    }

    /// Reads one record of a file, with what the file said about it.
    pub fn normalize_record<'a>(&self, record: &'a Record) -> Event<'a> {
        self.normalize_row(&record.bytes, record.columns.as_deref(), record.trouble.as_ref())
    }

    fn normalize_row<'a>(
        &self,
        bytes: &'a [u8],
        columns: Option<&'a Columns>,
        trouble: Option<&Trouble>,
    ) -> Event<'a> {
        let (text, encoding) = encoding::decode(bytes);
        match text {
            Cow::Borrowed(text) => self.read(text, columns, trouble),
            // Seldom: not UTF-8. The event then owns its texts, since nobody else does.
            Cow::Owned(text) => {
                let mut event = self.read(&text, columns, trouble).into_owned();
                event.decoded_from(encoding);
                event
            }
        }
    }

    fn read<'a>(&self, text: &'a str, columns: Option<&'a Columns>, trouble: Option<&Trouble>) -> Event<'a> {
        let received_at = self.context.received_at;
        let mut event = Event::new(&devices::TEXT, text, received_at);
        if let Some(trouble) = trouble {
            event.only_kept(trouble.to_string());
        } else if text.len() > MAX_RECORD_BYTES {
            event.only_kept(format!("longer than {MAX_RECORD_BYTES} bytes"));
        } else {
            match self.open(text, columns, &mut event) {
                Ok(message) => self.map(&message, &mut event),
                Err(reason) => event.only_kept(reason),
            }
        }
        event.finish();
        event
    }

    /// Takes the envelope off and the message apart, as far as its format goes.
    fn open<'a>(
        &self,
        text: &'a str,
        columns: Option<&'a Columns>,
        event: &mut Event<'a>,
    ) -> Result<Message<'a>, String> {
        if let Some(columns) = columns {
            event.take_fields(columns.row(text));
            return Ok(Message { envelope: Envelope::default(), body: text, format: Format::Row });
        }
        let text = text.trim_matches(['\r', '\n', '\0', ' ', '\t']);
        let (envelope, body) =
            if text.starts_with('{') { (Envelope::default(), text) } else { Envelope::open(text) };
        let format = format_of(body, event)?;
        Ok(Message { envelope, body, format })
    }

    /// Lets the device's reader map the message, or the generic reader of its format.
    fn map<'a>(&self, message: &Message<'a>, event: &mut Event<'a>) {
        let context = &self.context;
        if let Some((moment, text)) = message.envelope.time {
            event.happened(moment, text, &context.zone);
        }
        let before = event.fields.len();
        let by_hand = context.device.filter(|device| try_device(device, message, event, context)).is_some();
        let recognised = by_hand
            || devices::ALL
                .iter()
                .find(|device| (device.recognise)(message, event))
                .is_some_and(|device| try_device(device, message, event, context));
        if !recognised {
            event.fields.truncate(before);
            self.map_generic(message, event);
        }
        map_envelope(message, event);
        if event.severity == Severity::Unknown
            && let Some(level) = message.envelope.syslog_severity()
        {
            event.severity = Severity::from_syslog(level);
        }
    }

    fn map_generic<'a>(&self, message: &Message<'a>, event: &mut Event<'a>) {
        let device: &'static Device = match message.format {
            Format::Json => &devices::JSON,
            Format::Cef(_) => &devices::CEF,
            Format::Leef(_) => &devices::LEEF,
            Format::Pairs => &devices::PAIRS,
            Format::Row => &devices::TABLE,
            Format::Text if message.envelope.is_empty() => &devices::TEXT,
            Format::Text => &devices::SYSLOG,
        };
        event.device = device;
        (device.read)(message, event, &self.context);
        if message.format == Format::Text && message.envelope.is_empty() {
            event.only_kept("no known format: neither syslog, JSON, CEF, LEEF nor key=value".to_owned());
        }
    }
}

/// What the envelope says about the sender, where the message itself did not say it better.
fn map_envelope<'a>(message: &Message<'a>, event: &mut Event<'a>) {
    let envelope = &message.envelope;
    for (name, attr, value) in [
        ("hostname", Attr::DeviceHostname, envelope.host.filter(|_| event.host_in_envelope)),
        ("program", Attr::MetadataLogProvider, envelope.tag),
        ("msgid", Attr::MetadataEventCode, envelope.message_id),
    ] {
        if let Some(value) = value {
            event.add(name, attr, value);
        }
    }
    if let Some(pid) = envelope.pid {
        event.add_unmapped("pid", pid);
    }
    event.take_fields(envelope.structured.clone());
}

/// True when the device's reader took the message.
fn try_device<'a>(
    device: &'static Device,
    message: &Message<'a>,
    event: &mut Event<'a>,
    context: &Context,
) -> bool {
    if !(device.read)(message, event, context) {
        return false;
    }
    event.device = device;
    if device.log_source != LogSource::default() {
        event.log_sources.push(device.log_source);
    }
    true
}

/// Finds the format of a message and puts its fields into the event.
fn format_of<'a>(body: &'a str, event: &mut Event<'a>) -> Result<Format<'a>, String> {
    let json = body.strip_prefix("@cee:").map_or(body, str::trim_start);
    if json.starts_with('{') {
        return match Value::from_json(json) {
            Ok(Value::Object(members)) => {
                event.take_fields(members);
                Ok(Format::Json)
            }
            Ok(_) => Err("JSON: not an object".to_owned()),
            Err(error) => Err(format!("JSON: {error}")),
        };
    }
    if let Some(read) = cef::read_cef(body) {
        let (header, fields) = read?;
        event.take_fields(fields);
        return Ok(Format::Cef(header));
    }
    if let Some(read) = cef::read_leef(body) {
        let (header, fields) = read?;
        event.take_fields(fields);
        return Ok(Format::Leef(header));
    }
    if pairs::looks_like_pairs(body) {
        event.take_fields(pairs::read(body)?);
        return Ok(Format::Pairs);
    }
    Ok(Format::Text)
}
