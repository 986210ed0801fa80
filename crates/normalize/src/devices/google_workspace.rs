//! Google Workspace's reports of activities, as the API gives them and as forwarders flatten them.

use super::{Device, Format, Message};
use crate::attribute::Attr;
use crate::class::{Class, Severity};
use crate::event::{As, Event, LogSource};
use crate::moment;
use crate::normalizer::Context;
use crate::value::Value;

pub(super) static DEVICE: Device = Device {
    name: "google_workspace",
    product: "Google Workspace",
    vendor: Some("Google"),
    recognise: |message, event| {
        message.format == Format::Json
            && (event.at(&["id", "applicationName"]).is_some()
                || event
                    .field("kind")
                    .and_then(Value::as_text)
                    .is_some_and(|kind| kind.contains("reports#activit")))
    },
    read,
    log_source: LogSource { product: Some("gcp"), category: None, service: None },
};

fn read<'a>(_: &Message<'a>, event: &mut Event<'a>, context: &Context) -> bool {
    event.place_inside(&[
        (&["id", "applicationName"], Attr::ApiServiceName, As::Text),
        (&["id", "uniqueQualifier"], Attr::MetadataUid, As::Text),
        (&["id", "customerId"], Attr::CloudAccountUid, As::Text),
        (&["actor", "email"], Attr::ActorUserName, As::Text),
        (&["actor", "profileId"], Attr::ActorUserUid, As::Text),
    ]);
    event.place(|name| {
        Some(match name {
            "ipAddress" => (Attr::SrcEndpointIp, As::Ip),
            "name" => (Attr::ApiOperation, As::Text),
            "type" => (Attr::MetadataEventCode, As::Text),
            _ => return None,
        })
    });
    event.set(Attr::CloudProvider, "Google");
    if let Some(moment) = event.at(&["id", "time"]).and_then(Value::as_text).and_then(moment::any) {
        event.happened_at(moment, &context.zone);
    }
    // The API puts what happened into a list; one activity nearly always holds one.
    let first = match event.field("events") {
        Some(Value::List(items)) => items.first().cloned(),
        _ => None,
    };
    let name = first
        .as_ref()
        .and_then(|first| first.get("name"))
        .and_then(Value::as_text)
        .or_else(|| event.text("name"))
        .unwrap_or("")
        .to_owned();
    if let Some(first) = &first {
        for (key, attr) in [("name", Attr::ApiOperation), ("type", Attr::MetadataEventCode)] {
            if let Some(value) = first.get(key) {
                event.set(attr, value.clone());
            }
        }
    }
    event.severity = Severity::Informational;
    let application = event.at(&["id", "applicationName"]).and_then(Value::as_text).unwrap_or("").to_owned();
    event.log_sources.push(LogSource {
        product: Some("gcp"),
        category: None,
        service: match &*application {
            "admin" => Some("google_workspace.admin"),
            "login" => Some("google_workspace.login"),
            _ => None,
        },
    });
    classify(event, &application, name);
    true
}

fn classify(event: &mut Event<'_>, application: &str, name: String) {
    let known = event.has(Attr::ActorUserName);
    let signs_in = application == "login" || application == "saml";
    if signs_in && known && (name.starts_with("login") || name == "logout" || name.contains("login_success"))
    {
        event.class_is(Class::Authentication, if name == "logout" { 2 } else { 1 });
        let user = event.at(&["actor", "email"]).cloned().unwrap_or(Value::Null);
        event.set(Attr::UserName, user);
        let failed = name.contains("failure");
        event.succeeded(!failed);
        event.severity = if failed { Severity::Low } else { Severity::Informational };
    } else if name.starts_with("suspicious")
        || name.contains("attack")
        || name == "account_disabled_hijacked"
        || application == "alert"
    {
        event.class_is(Class::DetectionFinding, 1);
        event.set(Attr::FindingInfoTitle, name.clone());
        event.set(Attr::FindingInfoUid, name);
        event.severity = Severity::Medium;
    } else if known && event.has(Attr::SrcEndpointIp) && !name.is_empty() {
        event.class_is(Class::Api, super::http::verb_activity(&name));
        if event.activity_id == 99 {
            event.other_activity(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, read};

    #[test]
    fn activities_of_the_api_and_of_forwarders_read_alike() {
        let id = |application: &str| {
            format!(
                r#""id":{{"applicationName":"{application}","time":"2026-01-20T00:15:02.000Z"}},"actor":{{"email":"taro@example.com"}},"ipAddress":"203.0.113.7""#
            )
        };
        for (application, rest, class, activity, paths, values) in [
            (
                "login",
                r#""events":[{"type":"login","name":"login_failure"}]"#,
                3002,
                1,
                "user.name status time",
                "taro@example.com Failure 1768868102000",
            ),
            (
                "login",
                r#""type":"login","name":"login_success""#,
                3002,
                1,
                "status src_endpoint.ip",
                "Success 203.0.113.7",
            ),
            (
                "admin",
                r#""name":"DELETE_USER""#,
                6003,
                4,
                "api.operation actor.user.name",
                "DELETE_USER taro@example.com",
            ),
            ("login", r#""name":"suspicious_login""#, 2004, 1, "finding_info.title", "suspicious_login"),
        ] {
            let event = read(&format!("{{{},{rest}}}", id(application)));
            assert_eq!(
                (event.device(), event.class().uid(), event.activity_id()),
                ("google_workspace", class, activity),
                "{rest}"
            );
            assert_eq!(at(&event, paths), values, "{rest}");
        }
    }
}
