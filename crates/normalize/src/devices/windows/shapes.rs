//! Who wrapped the event, and how its fields are taken out under Windows' own names.

use std::borrow::Cow;

use crate::event::{Event, Field};
use crate::value::{Object, Value};

/// Who wrapped the event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// `{"Event":{"System":…,"EventData":…}}`
    Evtx,
    /// `{"winlog":{"event_id":…,"event_data":…}}`
    Winlogbeat,
    /// `{"win":{"system":…,"eventdata":…}}`, names in camelCase.
    Wazuh,
    /// `{"EventID":…,"Channel":…,…}`
    Flat,
}

impl Shape {
    pub(super) fn of(event: &Event<'_>) -> Option<Self> {
        for field in &event.fields {
            match &*field.name {
                "Event" if field.value.get("System").is_some() => return Some(Shape::Evtx),
                "winlog" if field.value.as_object().is_some() => return Some(Shape::Winlogbeat),
                "win" if field.value.get("system").is_some() => return Some(Shape::Wazuh),
                "EventID"
                    if ["Channel", "SourceName", "Provider", "ProviderName", "Provider_Name"]
                        .iter()
                        .any(|name| event.field(name).is_some()) =>
                {
                    return Some(Shape::Flat);
                }
                _ => {}
            }
        }
        None
    }

    /// Puts the event's fields side by side under their own names.
    pub(super) fn flatten(self, event: &mut Event<'_>) {
        let fields = std::mem::take(&mut event.fields);
        match self {
            Shape::Evtx => flatten_evtx(fields, event),
            Shape::Winlogbeat => flatten_winlogbeat(fields, event),
            Shape::Wazuh => flatten_wazuh(fields, event),
            Shape::Flat => event.fields = fields,
        }
    }
}

fn push<'a>(event: &mut Event<'a>, name: impl Into<Cow<'a, str>>, value: Value<'a>) {
    event.fields.push(Field::new(name, value, false));
}

fn members<'a>(value: Value<'a>) -> Object<'a> {
    match value {
        Value::Object(members) => members,
        _ => Vec::new(),
    }
}

/// The value of an element that also had attributes: `{"#attributes":…,"#text":7045}`.
fn text_of(value: Value<'_>) -> Value<'_> {
    match value {
        Value::Object(members) => {
            members.into_iter().find(|(name, _)| name == "#text").map_or(Value::Null, |(_, value)| value)
        }
        value => value,
    }
}

fn flatten_evtx<'a>(fields: Vec<Field<'a>>, event: &mut Event<'a>) {
    for field in fields {
        if field.name != "Event" {
            event.fields.push(field);
            continue;
        }
        for (section, value) in members(field.value) {
            match &*section {
                "System" => {
                    members(value).into_iter().for_each(|(name, value)| evtx_system(event, name, value));
                }
                "EventData" => {
                    members(value).into_iter().for_each(|(name, value)| evtx_data(event, name, value));
                }
                // One element named by the provider, its children the data.
                "UserData" => {
                    for (_, inner) in members(value) {
                        members(inner).into_iter().for_each(|(name, value)| evtx_data(event, name, value));
                    }
                }
                "RenderingInfo" => members(value)
                    .into_iter()
                    .filter(|(name, _)| name == "Message")
                    .for_each(|(name, value)| push(event, name, value)),
                "#attributes" => {}
                _ => push(event, section, value),
            }
        }
    }
}

fn evtx_system<'a>(event: &mut Event<'a>, name: Cow<'a, str>, value: Value<'a>) {
    match &*name {
        // Elements that only have attributes: Provider, TimeCreated, Execution, Security, Correlation.
        "Provider" | "TimeCreated" | "Execution" | "Security" | "Correlation" => {
            let attributes = members(value)
                .into_iter()
                .filter(|(name, _)| name == "#attributes")
                .flat_map(|(_, value)| members(value));
            for (attribute, value) in attributes {
                match (&*name, &*attribute) {
                    ("TimeCreated", "SystemTime") => push(event, "TimeCreated", value),
                    _ => push(event, format!("{name}_{attribute}"), value),
                }
            }
        }
        "#attributes" => {}
        _ => {
            let value = text_of(value);
            if value != Value::Null {
                push(event, name, value);
            }
        }
    }
}

/// A named datum. Unnamed ones stand together under `Data`. Defender writes names with spaces, rules write them
/// without; both are kept.
fn evtx_data<'a>(event: &mut Event<'a>, name: Cow<'a, str>, value: Value<'a>) {
    if name == "#attributes" {
        return;
    }
    let value = text_of(value);
    if name.contains(' ') {
        push(event, name.replace(' ', ""), value.clone());
    }
    push(event, name, value);
}

fn flatten_winlogbeat<'a>(fields: Vec<Field<'a>>, event: &mut Event<'a>) {
    for field in fields {
        if field.name != "winlog" {
            event.fields.push(field);
            continue;
        }
        for (name, value) in members(field.value) {
            match &*name {
                "event_data" | "user_data" => {
                    members(value).into_iter().for_each(|(name, value)| evtx_data(event, name, value));
                }
                "event_id" => push(event, "EventID", value),
                "channel" => push(event, "Channel", value),
                "computer_name" => push(event, "Computer", value),
                "provider_name" => push(event, "Provider_Name", value),
                "provider_guid" => push(event, "Provider_Guid", value),
                "record_id" => push(event, "EventRecordID", value),
                "time_created" => push(event, "TimeCreated", value),
                _ => push(event, format!("winlog.{name}"), value),
            }
        }
    }
}

/// Wazuh's agent starts names with a small letter and doubles backslashes.
fn flatten_wazuh<'a>(fields: Vec<Field<'a>>, event: &mut Event<'a>) {
    for field in fields {
        if field.name != "win" {
            event.fields.push(field);
            continue;
        }
        for (section, value) in members(field.value) {
            let is_system = section == "system";
            for (name, value) in members(value) {
                let value = match value {
                    Value::Text(text) if !is_system && text.contains(r"\\") => {
                        Value::from(text.replace(r"\\", r"\"))
                    }
                    value => value,
                };
                let name: Cow<'a, str> = match (&*name, is_system) {
                    ("providerName", true) => "Provider_Name".into(),
                    ("providerGuid", true) => "Provider_Guid".into(),
                    ("systemTime", true) => "TimeCreated".into(),
                    ("processID", true) => "Execution_ProcessID".into(),
                    ("threadID", true) => "Execution_ThreadID".into(),
                    (name, _) => capitalised(name).into(),
                };
                push(event, name, value);
            }
        }
    }
}

fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
