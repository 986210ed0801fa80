//! An event: one OCSF object, together with the record it was read from.

use std::borrow::Cow;
use std::net::IpAddr;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::attribute::{Attr, AttrSet};
use crate::class::{Class, NEEDS, OCSF_VERSION, Severity};
use crate::devices::Device;
use crate::encoding::Encoding;
use crate::moment::Moment;
use crate::value::{Object, Value, is_blank};

/// One field of the record under its original name.
#[derive(Debug, Clone, PartialEq)]
pub struct Field<'a> {
    pub name: Cow<'a, str>,
    pub value: Value<'a>,
    /// An OCSF attribute was made from it; if not, it is listed under `unmapped`.
    pub mapped: bool,
    /// Told from nearly all other names by one comparison.
    key: u32,
}

impl<'a> Field<'a> {
    pub(crate) fn new(name: impl Into<Cow<'a, str>>, value: impl Into<Value<'a>>, mapped: bool) -> Self {
        let name = name.into();
        Field { key: key(&name), name, value: value.into(), mapped }
    }
}

/// Length, first and last byte of a name. Records have dozens of fields, and readers ask for dozens of names.
fn key(name: &str) -> u32 {
    let byte = |byte: Option<&u8>| u32::from(byte.copied().unwrap_or(0));
    let (first, last) = (byte(name.as_bytes().first()), byte(name.as_bytes().last()));
    (name.len() as u32) << 16 | first << 8 | last
}

/// A Sigma logsource that an event belongs to. An event may belong to several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct LogSource {
    pub product: Option<&'static str>,
    pub category: Option<&'static str>,
    pub service: Option<&'static str>,
}

/// Where a device's field goes, and how its text is read. What cannot be read so stays unmapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum As {
    Text,
    Number,
    Ip,
    Port,
    /// Seconds there, milliseconds in OCSF.
    Seconds,
}

/// An OCSF event and its record. Texts borrow from the bytes that were read.
///
/// Always holds: [`Event::raw`] is the whole record; every field of the record is in [`Event::fields`];
/// `class_uid` 0 with a `parse_error` is a record that was only kept, `class_uid` 0 without one is an OCSF
/// base event, understood but of no class that this engine maps to; an event of any other class has what the
/// schema requires of it.
#[derive(Debug, Clone)]
pub struct Event<'a> {
    pub(crate) device: &'static Device,
    pub(crate) class: Class,
    pub(crate) activity_id: u8,
    /// The device's own word for an activity that the class does not name.
    pub(crate) activity: Option<Cow<'a, str>>,
    pub(crate) severity: Severity,
    pub(crate) fields: Vec<Field<'a>>,
    pub(crate) log_sources: Vec<LogSource>,
    pub(crate) parse_error: Option<String>,
    /// False where the reader found that what the envelope took for a host belongs to the message.
    pub(crate) host_in_envelope: bool,
    attributes: Vec<(Attr, Value<'a>)>,
    /// Which attributes are set.
    present: AttrSet,
    time: Timestamp,
    received_at: Timestamp,
    time_given: bool,
    raw: Cow<'a, str>,
    encoding: Encoding,
}

impl<'a> Event<'a> {
    pub(crate) fn new(device: &'static Device, raw: &'a str, received_at: Timestamp) -> Self {
        Event {
            device,
            class: Class::Base,
            activity_id: 0,
            activity: None,
            severity: Severity::Unknown,
            fields: Vec::new(),
            log_sources: Vec::new(),
            parse_error: None,
            host_in_envelope: true,
            attributes: Vec::with_capacity(48),
            present: AttrSet::default(),
            time: received_at,
            received_at,
            time_given: false,
            raw: Cow::Borrowed(raw),
            encoding: Encoding::Utf8,
        }
    }

    /// The device's short name: `fortigate`, `windows`, `sshd`.
    pub fn device(&self) -> &'static str {
        self.device.name
    }

    /// The OCSF class.
    pub fn class(&self) -> Class {
        self.class
    }

    /// The activity within the class.
    pub fn activity_id(&self) -> u8 {
        self.activity_id
    }

    /// How bad the device says it is.
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// When it happened; when it was received, where the record does not say ([`Event::time_is_given`]).
    pub fn time(&self) -> Timestamp {
        self.time
    }

    /// False where [`Event::time`] is only the time of receipt.
    pub fn time_is_given(&self) -> bool {
        self.time_given
    }

    /// The whole record as text.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// The encoding that the record was read as.
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Why the record could only be kept; `None` for an event that was read.
    pub fn parse_error(&self) -> Option<&str> {
        self.parse_error.as_deref()
    }

    /// The record's fields under their original names (`Image`, `srcip`, `EventID`), in their order.
    pub fn fields(&self) -> &[Field<'a>] {
        &self.fields
    }

    /// The Sigma logsources that the event belongs to; empty when none is known.
    pub fn log_sources(&self) -> &[LogSource] {
        &self.log_sources
    }

    /// The attributes that were set, sorted by path.
    pub fn attributes(&self) -> &[(Attr, Value<'a>)] {
        &self.attributes
    }

    /// One attribute.
    pub fn attribute(&self, attr: Attr) -> Option<&Value<'a>> {
        self.attributes.iter().find(|(set, _)| *set == attr).map(|(_, value)| value)
    }

    /// The record as an object under its original names, for rules that were written against the device's own fields.
    pub fn record(&self) -> serde_json::Map<String, serde_json::Value> {
        self.fields.iter().map(|field| (field.name.clone().into_owned(), field.value.to_json())).collect()
    }

    /// The OCSF object.
    pub fn to_json(&self) -> serde_json::Value {
        let mut root = serde_json::Map::new();
        for (attr, value) in &self.attributes {
            let mut object = &mut root;
            let mut names = attr.path().split('.').peekable();
            while let Some(name) = names.next() {
                if names.peek().is_none() {
                    object.insert(name.to_owned(), value.to_json());
                    break;
                }
                let inner =
                    object.entry(name).or_insert_with(|| serde_json::Value::Object(serde_json::Map::new()));
                match inner {
                    serde_json::Value::Object(inner) => object = inner,
                    // No attribute is both a value and an object; a test of `Attr` says so.
                    _ => break,
                }
            }
        }
        root.insert("raw_data".to_owned(), serde_json::Value::String(self.raw.clone().into_owned()));
        let unmapped: serde_json::Map<_, _> =
            self.unmapped().map(|field| (field.name.clone().into_owned(), field.value.to_json())).collect();
        if !unmapped.is_empty() {
            root.insert("unmapped".to_owned(), serde_json::Value::Object(unmapped));
        }
        if let Some(error) = &self.parse_error {
            root.insert("parse_error".to_owned(), serde_json::Value::String(error.clone()));
        }
        serde_json::Value::Object(root)
    }

    /// Appends the OCSF object as one line without its newline. The fast twin of [`Event::to_json`].
    pub fn write_json(&self, out: &mut Vec<u8>) {
        let mut open: Vec<&str> = Vec::with_capacity(4);
        out.push(b'{');
        for (attr, value) in &self.attributes {
            let (parents, leaf) = attr.path().rsplit_once('.').unwrap_or(("", attr.path()));
            let parents = || parents.split('.').filter(|name| !name.is_empty());
            let shared = open.iter().zip(parents()).take_while(|(open, name)| *open == name).count();
            out.extend(std::iter::repeat_n(b'}', open.len() - shared));
            open.truncate(shared);
            for name in parents().skip(shared) {
                write_name(out, name);
                out.push(b'{');
                open.push(name);
            }
            write_name(out, leaf);
            write_value(out, value);
        }
        out.extend(std::iter::repeat_n(b'}', open.len()));
        write_name(out, "raw_data");
        write_text(out, &self.raw);
        let mut unmapped = self.unmapped().peekable();
        if unmapped.peek().is_some() {
            write_name(out, "unmapped");
            out.push(b'{');
            for field in unmapped {
                write_name(out, &field.name);
                write_value(out, &field.value);
            }
            out.push(b'}');
        }
        if let Some(error) = &self.parse_error {
            write_name(out, "parse_error");
            write_text(out, error);
        }
        out.push(b'}');
    }

    /// The same event, owning its texts.
    pub fn into_owned(self) -> Event<'static> {
        Event {
            device: self.device,
            class: self.class,
            activity_id: self.activity_id,
            activity: self.activity.map(|text| Cow::Owned(text.into_owned())),
            severity: self.severity,
            fields: self
                .fields
                .into_iter()
                .map(|field| Field {
                    name: Cow::Owned(field.name.into_owned()),
                    value: field.value.into_owned(),
                    mapped: field.mapped,
                    key: field.key,
                })
                .collect(),
            log_sources: self.log_sources,
            parse_error: self.parse_error,
            host_in_envelope: self.host_in_envelope,
            attributes: self.attributes.into_iter().map(|(attr, value)| (attr, value.into_owned())).collect(),
            present: self.present,
            time: self.time,
            received_at: self.received_at,
            time_given: self.time_given,
            raw: Cow::Owned(self.raw.into_owned()),
            encoding: self.encoding,
        }
    }

    fn unmapped(&self) -> impl Iterator<Item = &Field<'a>> {
        self.fields.iter().filter(|field| !field.mapped)
    }
}

/// What the devices' readers use.
impl<'a> Event<'a> {
    /// Puts the record's fields in place.
    pub(crate) fn take_fields(&mut self, members: Object<'a>) {
        self.fields.reserve(members.len());
        self.fields.extend(members.into_iter().map(|(name, value)| Field::new(name, value, false)));
    }

    /// Adds a field that the reader itself cut out of a text. Where an address is wanted and this is none, it
    /// stays unmapped.
    pub(crate) fn add(&mut self, name: &'static str, attr: Attr, value: &'a str) {
        if is_blank(value) {
            return;
        }
        self.set(attr, value);
        let mapped = self.has(attr);
        self.fields.push(Field::new(name, value, mapped));
    }

    /// The words of a free text, as `message` in OCSF and for rules that look for words.
    pub(crate) fn message(&mut self, text: &'a str) {
        self.add("message", Attr::Message, text);
    }

    /// Adds a field that has no attribute.
    pub(crate) fn add_unmapped(&mut self, name: &'static str, value: &'a str) {
        self.fields.push(Field::new(name, value, false));
    }

    /// Like [`Event::add`] for a port or another number; what is no number stays unmapped.
    pub(crate) fn add_number(&mut self, name: &'static str, attr: Attr, value: &'a str) {
        let number = value.parse::<i64>().ok();
        if let Some(number) = number {
            self.set(attr, number);
        }
        self.fields.push(Field::new(name, value, number.is_some()));
    }

    /// Sets an attribute. Of two values the first stays. An address that is none is not set.
    pub(crate) fn set(&mut self, attr: Attr, value: impl Into<Value<'a>>) {
        let value = value.into();
        let is_address = || value.as_text().is_some_and(|text| text.parse::<IpAddr>().is_ok());
        if matches!(attr, Attr::SrcEndpointIp | Attr::DstEndpointIp | Attr::DeviceIp) && !is_address() {
            return;
        }
        if !self.present.contains(attr) {
            self.present.insert(attr);
            self.attributes.push((attr, value));
        }
    }

    /// True where the reader already set it.
    pub(crate) fn has(&self, attr: Attr) -> bool {
        self.present.contains(attr)
    }

    /// A field by name; of a repeated name the last.
    pub(crate) fn field(&self, name: &str) -> Option<&Value<'a>> {
        let key = key(name);
        self.fields
            .iter()
            .rev()
            .find(|field| field.key == key && field.name == name)
            .map(|field| &field.value)
    }

    /// A field's text, where it says something.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.field(name)?.as_text().filter(|text| !is_blank(text))
    }

    /// A field's text as it stands in the record, where it says something.
    pub(crate) fn word(&self, name: &str) -> Option<Cow<'a, str>> {
        match self.field(name)? {
            Value::Text(text) if !is_blank(text) => Some(text.clone()),
            _ => None,
        }
    }

    /// The first of the named fields that says something.
    pub(crate) fn first_word(&self, names: &[&str]) -> Option<Cow<'a, str>> {
        names.iter().find_map(|name| self.word(name))
    }

    /// Gives each field its place. A value that cannot be read as its place demands stays unmapped.
    pub(crate) fn place(&mut self, place: impl Fn(&str) -> Option<(Attr, As)>) {
        for field in &mut self.fields {
            if let Some((attr, read_as)) = place(&field.name)
                && let Some(value) = convert(&field.value, read_as)
            {
                field.mapped = true;
                if !self.present.contains(attr) {
                    self.present.insert(attr);
                    self.attributes.push((attr, value));
                }
            }
        }
    }

    /// The value at the end of a path of names, the first of them a field's.
    pub(crate) fn at(&self, path: &[&str]) -> Option<&Value<'a>> {
        let (first, rest) = path.split_first()?;
        self.field(first)?.at(rest)
    }

    /// Gives values inside objects their places. The objects stay listed as unmapped, since more is in them.
    pub(crate) fn place_inside(&mut self, places: &[(&[&str], Attr, As)]) {
        for (path, attr, read_as) in places {
            if let Some(value) = self.at(path).and_then(|value| convert(value, *read_as)) {
                self.set(*attr, value);
            }
        }
    }

    /// Marks a field as understood although no attribute carries its text as it stands.
    pub(crate) fn mark(&mut self, name: &str) {
        let key = key(name);
        for field in self.fields.iter_mut().filter(|field| field.key == key && field.name == name) {
            field.mapped = true;
        }
    }

    /// Class and activity.
    pub(crate) fn class_is(&mut self, class: Class, activity_id: u8) {
        self.class = class;
        self.activity_id = activity_id;
    }

    /// An activity that the class has no number for, in the device's own word.
    pub(crate) fn other_activity(&mut self, word: impl Into<Cow<'a, str>>) {
        self.activity_id = 99;
        self.activity = Some(word.into());
    }

    /// `status_id` and its caption.
    pub(crate) fn succeeded(&mut self, success: bool) {
        self.set(Attr::StatusId, if success { 1 } else { 2 });
        self.set(Attr::Status, if success { "Success" } else { "Failure" });
    }

    /// `action_id`, `disposition_id` and their captions, for what a control let through or stopped.
    pub(crate) fn allowed(&mut self, allowed: bool) {
        self.set(Attr::ActionId, if allowed { 1 } else { 2 });
        self.set(Attr::DispositionId, if allowed { 1 } else { 2 });
        self.set(Attr::Disposition, if allowed { "Allowed" } else { "Blocked" });
    }

    /// When it happened, and the text that said so.
    pub(crate) fn happened(&mut self, moment: Moment, text: &'a str, zone: &TimeZone) {
        self.set(Attr::MetadataOriginalTime, text);
        self.happened_at(moment, zone);
    }

    /// When it happened.
    pub(crate) fn happened_at(&mut self, moment: Moment, zone: &TimeZone) {
        if let Some(time) = moment.resolve(zone, self.received_at) {
            self.time = time;
            self.time_given = true;
        }
    }

    /// The protocol by its IANA number, its name beside it where it is one that logs are full of.
    pub(crate) fn protocol(&mut self, text: impl Into<Cow<'a, str>>) {
        let text = text.into();
        let (name, rest) = text.split_once('/').unwrap_or((&text, ""));
        let known =
            PROTOCOLS.iter().find(|(number, known)| known.eq_ignore_ascii_case(name) || number.0 == name);
        match known {
            Some(((_, number), known)) => {
                self.set(Attr::ConnectionInfoProtocolNum, *number);
                self.set(Attr::ConnectionInfoProtocolName, *known);
            }
            None => match name.parse::<i64>() {
                Ok(number @ 0..=255) => self.set(Attr::ConnectionInfoProtocolNum, number),
                _ if !name.is_empty() => self.set(Attr::ConnectionInfoProtocolName, name.to_owned()),
                _ => {}
            },
        }
        if !rest.is_empty() && !self.has(Attr::DstEndpointSvcName) {
            self.set(Attr::DstEndpointSvcName, rest.to_owned());
        }
    }

    /// Says that the record was only kept, and why.
    pub(crate) fn only_kept(&mut self, reason: String) {
        self.class_is(Class::Base, 0);
        self.parse_error = Some(reason);
    }

    /// Notes how the raw record was decoded.
    pub(crate) fn decoded_from(&mut self, encoding: Encoding) {
        self.encoding = encoding;
    }

    /// Adds what an object must have beside what the device said: kinds that nobody told are 0, and the name of a
    /// file or registry value is the last part of its path.
    fn complete_objects(&mut self) {
        let any_of = |event: &Self, attrs: &[Attr]| attrs.iter().any(|attr| event.has(*attr));
        if self.class.category_uid() == 1
            || any_of(self, &[Attr::DeviceHostname, Attr::DeviceIp, Attr::DeviceUid])
        {
            self.set(Attr::DeviceTypeId, 0);
        }
        for (path, name) in [(Attr::FilePath, Attr::FileName), (Attr::RegValuePath, Attr::RegValueName)] {
            if let Some(Value::Text(path)) = self.attribute(path)
                && !self.has(name)
            {
                let last =
                    path.trim_end_matches(['\\', '/']).rsplit(['\\', '/']).next().unwrap_or("").to_owned();
                self.set(name, last);
            }
        }
        if any_of(self, &[Attr::FileName, Attr::FileHashes, Attr::FileSize]) {
            self.set(Attr::FileTypeId, 0);
        }
        if self.class == Class::Email {
            self.set(Attr::DirectionId, 0);
        }
    }

    /// A reader names the class that a record is meant to be; a record that lacks what the class requires is a
    /// base event all the same. An object that lacks something is left out, and everything listed as unmapped.
    fn keep_to_the_schema(&mut self) {
        let incomplete = NEEDS.incomplete(&self.present);
        if incomplete.intersects(&self.present) {
            self.attributes.retain(|(attr, _)| !incomplete.contains(*attr));
            self.present = self.present.without(&incomplete);
            self.fields.iter_mut().for_each(|field| field.mapped = false);
        }
        if !NEEDS.are_met(self.class, &self.present) {
            self.class_is(Class::Base, 0);
            self.activity = None;
        }
    }

    /// Sets what every event carries and sorts the attributes. To be called once, last.
    pub(crate) fn finish(&mut self) {
        self.complete_objects();
        self.keep_to_the_schema();
        let class = self.class;
        let uid = i64::from(class.uid());
        let activity = i64::from(self.activity_id);
        self.set(Attr::ActivityId, activity);
        let activity_name =
            self.activity.take().unwrap_or(Cow::Borrowed(class.activity_name(self.activity_id)));
        self.set(Attr::ActivityName, activity_name);
        self.set(Attr::CategoryUid, i64::from(class.category_uid()));
        self.set(Attr::ClassName, class.name());
        self.set(Attr::ClassUid, uid);
        self.set(Attr::MetadataLoggedTime, self.received_at.as_millisecond());
        self.set(Attr::MetadataLogFormat, self.device.name);
        self.set(Attr::MetadataProductName, self.device.product);
        if let Some(vendor) = self.device.vendor {
            self.set(Attr::MetadataProductVendorName, vendor);
        }
        self.set(Attr::MetadataVersion, OCSF_VERSION);
        self.set(Attr::Severity, self.severity.name());
        self.set(Attr::SeverityId, self.severity as i64);
        self.set(Attr::Time, self.time.as_millisecond());
        self.set(Attr::TypeUid, uid * 100 + activity);
        self.attributes.sort_unstable_by_key(|(attr, _)| *attr);
    }
}

type Protocol = ((&'static str, i64), &'static str);

const PROTOCOLS: &[Protocol] = &[
    (("6", 6), "tcp"),
    (("17", 17), "udp"),
    (("1", 1), "icmp"),
    (("58", 58), "icmp6"),
    (("2", 2), "igmp"),
    (("47", 47), "gre"),
    (("50", 50), "esp"),
    (("51", 51), "ah"),
];

fn convert<'a>(value: &Value<'a>, read_as: As) -> Option<Value<'a>> {
    match (read_as, value) {
        (As::Text, Value::Text(text)) => (!is_blank(text)).then(|| value.clone()),
        (As::Text, Value::Number(number)) => Some(Value::from(number.to_string())),
        (As::Text, _) => None,
        (As::Ip, Value::Text(text)) => text.parse::<IpAddr>().ok().map(|_| value.clone()),
        (As::Ip, _) => None,
        (As::Number, value) => value.as_i64().map(Value::from),
        (As::Port, value) => value.as_i64().filter(|port| (0..=65_535).contains(port)).map(Value::from),
        (As::Seconds, Value::Text(text)) => seconds(text.parse().ok()?),
        (As::Seconds, Value::Number(number)) => seconds(number.as_f64()?),
        (As::Seconds, _) => None,
    }
}

fn seconds(seconds: f64) -> Option<Value<'static>> {
    let milliseconds = (seconds * 1000.0).round();
    (milliseconds.is_finite() && milliseconds >= 0.0).then(|| Value::from(milliseconds as i64))
}

/// `"name":`, after a comma where something stands before.
fn write_name(out: &mut Vec<u8>, name: &str) {
    if out.last() != Some(&b'{') {
        out.push(b',');
    }
    write_text(out, name);
    out.push(b':');
}

fn write_text(out: &mut Vec<u8>, text: &str) {
    write_serialized(out, text);
}

fn write_value(out: &mut Vec<u8>, value: &Value<'_>) {
    match value {
        Value::Text(text) => write_text(out, text),
        value => write_serialized(out, value),
    }
}

#[expect(clippy::expect_used, reason = "a Vec takes every write, and values have no map keys but texts")]
fn write_serialized<T: serde::Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    serde_json::to_writer(out, value).expect("serialising text into memory");
}
