//! Microsoft 365's unified audit log, as the Management Activity API gives it or inside Wazuh's wrapper.

use super::{Device, Format, Message};
use crate::attribute::Attr;
use crate::class::{Class, Severity};
use crate::event::{As, Event, LogSource};
use crate::moment;
use crate::normalizer::Context;
use crate::value::Value;

pub(super) static DEVICE: Device = Device {
    name: "m365",
    product: "Microsoft 365",
    vendor: Some("Microsoft"),
    recognise: |message, event| {
        message.format == Format::Json
            && (event.at(&["office365", "RecordType"]).is_some()
                || (event.field("RecordType").is_some()
                    && event.field("Workload").is_some()
                    && (event.field("Operation").is_some() || event.field("UserId").is_some())))
    },
    read,
    log_source: LogSource { product: Some("m365"), category: None, service: Some("audit") },
};

fn read<'a>(_: &Message<'a>, event: &mut Event<'a>, context: &Context) -> bool {
    // Wazuh's wrapper says nothing that the record does not.
    if let Some(at) = event.fields.iter().position(|field| field.name == "office365") {
        let wrapper = event.fields.remove(at);
        if let Value::Object(members) = wrapper.value {
            event.take_fields(members);
        }
    }
    event.place(|name| {
        Some(match name {
            "Operation" => (Attr::ApiOperation, As::Text),
            "Workload" => (Attr::ApiServiceName, As::Text),
            "Id" => (Attr::MetadataUid, As::Text),
            "RecordType" => (Attr::MetadataEventCode, As::Text),
            "UserId" => (Attr::ActorUserName, As::Text),
            "UserKey" => (Attr::ActorUserUid, As::Text),
            "OrganizationId" => (Attr::CloudAccountUid, As::Text),
            "UserAgent" => (Attr::HttpRequestUserAgent, As::Text),
            "SourceFileName" => (Attr::FileName, As::Text),
            "ObjectId" => (Attr::FilePath, As::Text),
            _ => return None,
        })
    });
    address(event);
    event.set(Attr::CloudProvider, "Microsoft");
    if let Some(moment) = event.text("CreationTime").and_then(moment::any) {
        // The service writes UTC without saying so.
        let moment = match moment {
            moment::Moment::Local(local) => {
                jiff::tz::Offset::UTC.to_timestamp(local).map_or(moment, moment::Moment::Exact)
            }
            exact => exact,
        };
        event.happened_at(moment, &context.zone);
        event.mark("CreationTime");
    }
    event.severity = Severity::Informational;
    let operation = event.word("Operation").unwrap_or_default();
    let status = event.first_word(&["ResultStatus", "Status"]);
    let failed = status.as_deref().is_some_and(|status| {
        status.to_ascii_lowercase().contains("fail") || status.eq_ignore_ascii_case("false")
    }) || operation.contains("Failed");
    if status.is_some() || failed {
        event.succeeded(!failed);
        event.mark("ResultStatus");
    }
    if matches!(&*operation, "UserLoggedIn" | "UserLoginFailed" | "MailboxLogin" | "TeamsSessionStarted")
        && event.has(Attr::ActorUserName)
    {
        event.class_is(Class::Authentication, 1);
        let user = event.word("UserId").unwrap_or_default();
        event.set(Attr::UserName, user);
        if failed {
            event.severity = Severity::Low;
        }
    } else if event.text("AlertId").is_some() || operation.starts_with("Alert") {
        event.class_is(Class::DetectionFinding, 1);
        event.set(Attr::FindingInfoTitle, event.word("Name").unwrap_or(operation));
        event.set(Attr::FindingInfoUid, event.first_word(&["AlertId", "Id"]).unwrap_or_default());
        event.severity = event.text("Severity").and_then(Severity::from_word).unwrap_or(Severity::Medium);
    } else if event.has(Attr::ActorUserName) && event.has(Attr::SrcEndpointIp) && !operation.is_empty() {
        event.class_is(Class::Api, super::http::verb_activity(&operation));
        if event.activity_id == 99 {
            event.other_activity(operation);
        }
    }
    true
}

/// `ClientIP` comes as `192.0.2.4`, `192.0.2.4:50000`, `[2001:db8::1]:50000`.
fn address(event: &mut Event<'_>) {
    for name in ["ClientIP", "ClientIPAddress", "ActorIpAddress"] {
        let Some(text) = event.word(name) else { continue };
        let bare = match text.strip_prefix('[') {
            Some(v6) => v6.split(']').next().unwrap_or(v6),
            None if text.matches(':').count() == 1 => text.split(':').next().unwrap_or(&text),
            None => &text,
        };
        if bare.parse::<std::net::IpAddr>().is_ok() {
            event.set(Attr::SrcEndpointIp, bare.to_owned());
            event.mark(name);
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, read};

    #[test]
    fn operations_become_classes_with_and_without_the_wrapper() {
        let head = r#""CreationTime":"2026-01-20T00:15:02","Id":"1","OrganizationId":"o","UserId":"taro@example.com","ClientIP":"203.0.113.7:50000""#;
        for (rest, class, activity, paths, values) in [
            (
                r#""RecordType":15,"Workload":"AzureActiveDirectory","Operation":"UserLoginFailed","ResultStatus":"Failed""#,
                3002,
                1,
                "user.name status src_endpoint.ip time",
                "taro@example.com Failure 203.0.113.7 1768868102000",
            ),
            (
                r#""RecordType":1,"Workload":"Exchange","Operation":"New-InboxRule","ResultStatus":"True""#,
                6003,
                1,
                "api.operation actor.user.name status",
                "New-InboxRule taro@example.com Success",
            ),
            (
                r#""RecordType":6,"Workload":"SharePoint","Operation":"FileDownloaded","SourceFileName":"a.xlsx""#,
                6003,
                99,
                "activity_name file.name",
                "FileDownloaded a.xlsx",
            ),
        ] {
            for line in [
                format!("{{{head},{rest}}}"),
                format!(r#"{{"integration":"office365","office365":{{{head},{rest}}}}}"#),
            ] {
                let event = read(&line);
                assert_eq!(
                    (event.device(), event.class().uid(), event.activity_id()),
                    ("m365", class, activity),
                    "{line}"
                );
                assert_eq!(at(&event, paths), values, "{line}");
            }
        }
    }
}
