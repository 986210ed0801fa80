//! Where the field that a rule names is found in a record.
//!
//! Rules use the names of the original event. Records carry them in different shapes: flat (a Sysmon
//! export), nested (`Event.EventData.Image` from an EVTX file), under `winlog.event_data` (Winlogbeat), or
//! under ECS names. Every name has a list of places; the first place that exists in a record counts.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The shape of a source's records: which places a name has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FieldMap {
    /// The name itself, or a path of objects with dots.
    Plain,
    /// Windows records in any of their shapes.
    Windows,
    /// Security event 4688 under the names of Sysmon event 1.
    ProcessCreation4688,
    /// Windows sources whose event data has names with spaces: `ThreatName` is `Threat Name`.
    Spaced,
}

/// A step from a record towards a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Step {
    Key(Box<str>),
    /// Any key: `Event.UserData` has one child, named by the provider.
    AnyKey,
}

pub(crate) type Path = Vec<Step>;

/// The key under which XML readers put the text of an element that also has attributes.
pub(crate) const TEXT_KEY: &str = "#text";

/// Event data lives under one of these in a Windows record; `*` is any key.
const WINDOWS_ROOTS: [&[&str]; 8] = [
    &[],
    &["Event", "EventData"],
    &["Event", "UserData", "*"],
    &["Event", "UserData"],
    &["EventData"],
    &["UserData", "*"],
    &["winlog", "event_data"],
    &["winlog", "user_data"],
];

/// What Sysmon event 1 calls the fields of Security event 4688.
const NAMES_4688: [(&str, &str); 7] = [
    ("Image", "NewProcessName"),
    ("ParentImage", "ParentProcessName"),
    ("ProcessId", "NewProcessId"),
    ("ParentProcessId", "ProcessId"),
    ("User", "SubjectUserName"),
    ("LogonId", "SubjectLogonId"),
    ("IntegrityLevel", "MandatoryLabel"),
];

static OTHER_PLACES: LazyLock<Vec<(&str, Vec<Path>)>> = LazyLock::new(|| {
    include_str!("fields.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .map(|(name, places)| (name, places.split('\t').map(dotted).collect()))
        .collect()
});

fn dotted(path: &str) -> Path {
    path.split('.').map(|key| Step::Key(key.into())).collect()
}

impl FieldMap {
    /// The places of a field, the first that exists counts.
    pub(crate) fn places(self, name: &str) -> Vec<Path> {
        let mut places = Vec::new();
        match self {
            Self::Plain => push_name(&mut places, &[], name),
            Self::Windows => push_windows(&mut places, name),
            Self::ProcessCreation4688 => {
                let own = NAMES_4688.iter().find(|(sysmon, _)| *sysmon == name).map_or(name, |(_, own)| own);
                push_windows(&mut places, own);
            }
            Self::Spaced => {
                push_windows(&mut places, name);
                let spaced = with_spaces(name);
                if spaced != name {
                    push_windows(&mut places, &spaced);
                }
            }
        }
        places
    }
}

fn push_windows(places: &mut Vec<Path>, name: &str) {
    for root in WINDOWS_ROOTS {
        push_name(places, root, name);
    }
    if let Some((_, others)) = OTHER_PLACES.iter().find(|(known, _)| *known == name) {
        places.extend(others.iter().cloned());
    }
}

fn push_name(places: &mut Vec<Path>, root: &[&str], name: &str) {
    let root = root.iter().map(|key| if *key == "*" { Step::AnyKey } else { Step::Key((*key).into()) });
    let flat: Path = root.clone().chain([Step::Key(name.into())]).collect();
    places.push(flat);
    if name.contains('.') {
        places.push(root.chain(dotted(name)).collect());
    }
}

/// `ThreatName` becomes `Threat Name`, `SeverityID` `Severity ID`, `New_Value` `New Value`.
fn with_spaces(name: &str) -> String {
    let mut spaced = String::with_capacity(name.len() + 4);
    let mut before_is_lower = false;
    for letter in name.chars() {
        if letter.is_uppercase() && before_is_lower {
            spaced.push(' ');
        }
        spaced.push(if letter == '_' { ' ' } else { letter });
        before_is_lower = letter.is_lowercase();
    }
    spaced
}

/// The values at a place of a record: scalars, with arrays taken apart, and objects as they are.
pub(crate) fn values_at<'r>(record: &'r Value, places: &[Path]) -> Vec<&'r Value> {
    for place in places {
        let mut found = Vec::new();
        walk(record, place, &mut found);
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

fn walk<'r>(value: &'r Value, steps: &[Step], found: &mut Vec<&'r Value>) {
    match (value, steps) {
        (Value::Array(members), _) => members.iter().for_each(|member| walk(member, steps, found)),
        (Value::Object(object), [Step::Key(key), rest @ ..]) => {
            if let Some(child) = object.get(key.as_ref()) {
                walk(child, rest, found);
            }
        }
        (Value::Object(object), [Step::AnyKey, rest @ ..]) => {
            object.values().for_each(|child| walk(child, rest, found));
        }
        (Value::Object(object), []) => match object.get(TEXT_KEY) {
            Some(text) => walk(text, &[], found),
            None => found.push(value),
        },
        (_, []) => found.push(value),
        (_, [_, ..]) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn find(map: FieldMap, name: &str, record: &Value) -> Vec<Value> {
        values_at(record, &map.places(name)).into_iter().cloned().collect()
    }

    #[test]
    fn a_field_is_found_in_every_shape_of_a_windows_record() {
        for record in [
            json!({"Image": "a"}),
            json!({"Event": {"EventData": {"Image": "a"}}}),
            json!({"Event": {"UserData": {"Provider": {"Image": "a"}}}}),
            json!({"winlog": {"event_data": {"Image": "a"}}}),
            json!({"process": {"executable": "a"}}),
            json!({"Event": {"EventData": {"Image": {"#text": "a", "#attributes": {"x": 1}}}}}),
        ] {
            assert_eq!(find(FieldMap::Windows, "Image", &record), ["a"], "{record}");
            assert!(find(FieldMap::Windows, "image", &record).is_empty());
        }
    }

    #[test]
    fn the_first_place_counts_and_arrays_are_taken_apart() {
        let record = json!({"a.b": 1, "a": {"b": 2}, "c": [{"d": [1, [2]]}, {"d": 3}, 4]});
        assert_eq!(find(FieldMap::Plain, "a.b", &record), [1]);
        assert_eq!(find(FieldMap::Plain, "c.d", &record), [1, 2, 3]);
        assert!(find(FieldMap::Plain, "c.d.e", &record).is_empty());
    }

    #[test]
    fn names_of_4688_and_names_with_spaces_are_mapped() {
        let record = json!({"NewProcessName": "new", "ProcessId": "0x1", "NewProcessId": "0x2"});
        assert_eq!(find(FieldMap::ProcessCreation4688, "Image", &record), ["new"]);
        assert_eq!(find(FieldMap::ProcessCreation4688, "ProcessId", &record), ["0x2"]);
        assert_eq!(find(FieldMap::ProcessCreation4688, "ParentProcessId", &record), ["0x1"]);
        assert_eq!(find(FieldMap::Spaced, "SeverityID", &json!({"Severity ID": 5})), [5]);
        assert_eq!(find(FieldMap::Spaced, "New_Value", &json!({"New Value": 5})), [5]);
    }
}
