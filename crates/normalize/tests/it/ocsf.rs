//! Events against the schema, as far as it can be stated in a table of our own.

use kakari_normalize::{Event, OCSF_VERSION, REQUIRED_OF_ALL, REQUIRED_OF_OBJECTS};
use serde_json::Value;

/// What is wrong with an event, if anything.
pub(crate) fn complaint(event: &Event<'_>) -> Option<String> {
    let json = event.to_json();
    let class = event.class();
    let missing = REQUIRED_OF_ALL.iter().chain(class.required()).find(|required| {
        !required.split('|').any(|name| json.get(name).is_some_and(|value| !value.is_null()))
    });
    if let Some(missing) = missing {
        return Some(format!("{} ({}) without {missing}", class.name(), class.uid()));
    }
    for (object, required) in REQUIRED_OF_OBJECTS {
        let Some(object) = json.get(object) else { continue };
        let missing =
            required.iter().find(|required| !required.split('|').any(|name| object.get(name).is_some()));
        if let Some(missing) = missing {
            return Some(format!("{object} without {missing}"));
        }
    }
    let number = |name: &str| json.get(name).and_then(Value::as_i64).unwrap_or(-1);
    if number("type_uid") != number("class_uid") * 100 + number("activity_id") {
        return Some("type_uid does not follow from class and activity".to_owned());
    }
    if number("activity_id") == 99 && json.get("activity_name") == Some(&Value::from("Other")) {
        return Some(format!("{}: an activity of its own without its name", class.name()));
    }
    if json.pointer("/metadata/version") != Some(&Value::from(OCSF_VERSION)) {
        return Some("metadata.version is missing".to_owned());
    }
    wrong_type(&json)
}

/// Numbers where the schema wants numbers, addresses where it wants addresses.
fn wrong_type(json: &Value) -> Option<String> {
    for path in ["/src_endpoint/port", "/dst_endpoint/port"] {
        if let Some(value) = json.pointer(path)
            && !value.as_i64().is_some_and(|port| (0..=65_535).contains(&port))
        {
            return Some(format!("{path} is {value}"));
        }
    }
    for path in [
        "/process/pid",
        "/actor/process/pid",
        "/http_response/code",
        "/traffic/bytes_in",
        "/traffic/bytes_out",
        "/duration",
        "/time",
    ] {
        if let Some(value) = json.pointer(path)
            && !value.is_i64()
        {
            return Some(format!("{path} is {value}"));
        }
    }
    for path in ["/src_endpoint/ip", "/dst_endpoint/ip", "/device/ip"] {
        if let Some(value) = json.pointer(path)
            && value.as_str().is_none_or(|text| text.parse::<std::net::IpAddr>().is_err())
        {
            return Some(format!("{path} is {value}"));
        }
    }
    None
}

/// The numbers that the classes have in the schema, from its source files.
#[test]
fn classes_have_their_numbers() {
    for class in kakari_normalize::Class::ALL {
        let (uid, category) = (class.uid(), class.category_uid());
        // `uid` is category * 1000 + number; an extension (Windows is 2) adds 100,000 of its own number.
        assert_eq!((uid % 100_000) / 1000, category, "{}", class.name());
    }
}
