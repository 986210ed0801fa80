//! AWS's trail of API calls and console sign-ins (`CloudTrail`).

use super::{Device, Format, Message};
use crate::attribute::Attr;
use crate::class::{Class, Severity};
use crate::event::{As, Event, LogSource};
use crate::moment;
use crate::normalizer::Context;

pub(super) static DEVICE: Device = Device {
    name: "cloudtrail",
    product: "CloudTrail",
    vendor: Some("AWS"),
    recognise: |message, event| {
        message.format == Format::Json
            && event.field("eventSource").is_some()
            && event.field("eventName").is_some()
            && (event.field("awsRegion").is_some() || event.field("eventVersion").is_some())
    },
    read,
    log_source: LogSource { product: Some("aws"), category: None, service: Some("cloudtrail") },
};

fn read<'a>(_: &Message<'a>, event: &mut Event<'a>, context: &Context) -> bool {
    event.place(|name| {
        Some(match name {
            "eventName" => (Attr::ApiOperation, As::Text),
            "eventSource" => (Attr::ApiServiceName, As::Text),
            "requestID" => (Attr::ApiRequestUid, As::Text),
            "errorCode" => (Attr::ApiResponseError, As::Text),
            "errorMessage" => (Attr::ApiResponseErrorMessage, As::Text),
            "eventID" => (Attr::MetadataUid, As::Text),
            "eventType" => (Attr::MetadataEventCode, As::Text),
            "awsRegion" => (Attr::CloudRegion, As::Text),
            "recipientAccountId" => (Attr::CloudAccountUid, As::Text),
            "userAgent" => (Attr::HttpRequestUserAgent, As::Text),
            "sourceIPAddress" => (Attr::SrcEndpointIp, As::Ip),
            _ => return None,
        })
    });
    event.place_inside(&[
        (&["userIdentity", "arn"], Attr::ActorUserUid, As::Text),
        (&["userIdentity", "userName"], Attr::ActorUserName, As::Text),
        (&["userIdentity", "sessionContext", "sessionIssuer", "userName"], Attr::ActorUserName, As::Text),
        (&["userIdentity", "principalId"], Attr::ActorUserName, As::Text),
        (&["userIdentity", "type"], Attr::ActorUserType, As::Text),
        (&["userIdentity", "accessKeyId"], Attr::ActorSessionUid, As::Text),
        (&["userIdentity", "accountId"], Attr::CloudAccountUid, As::Text),
    ]);
    event.set(Attr::CloudProvider, "AWS");
    if let Some(moment) = event.first_word(&["eventTime", "@timestamp"]).and_then(|text| moment::any(&text)) {
        event.happened_at(moment, &context.zone);
        event.mark("eventTime");
    }
    // Services call each other by name instead of address.
    if !event.has(Attr::SrcEndpointIp)
        && let Some(caller) = event.word("sourceIPAddress")
    {
        event.set(Attr::SrcEndpointDomain, caller);
        event.mark("sourceIPAddress");
    }
    event.severity = Severity::Informational;
    let name = event.word("eventName").unwrap_or_default();
    if &*name == "ConsoleLogin" {
        sign_in(event);
        return true;
    }
    event.succeeded(!event.has(Attr::ApiResponseError));
    let calls =
        event.has(Attr::ActorUserUid) || event.has(Attr::ActorUserName) || event.has(Attr::ActorUserType);
    let from = event.has(Attr::SrcEndpointIp) || event.has(Attr::SrcEndpointDomain);
    if calls && from {
        event.class_is(Class::Api, super::http::verb_activity(&name));
        if event.activity_id == 99 {
            event.other_activity(name);
        }
    }
    true
}

fn sign_in(event: &mut Event<'_>) {
    let user = event
        .at(&["userIdentity", "userName"])
        .or_else(|| event.at(&["userIdentity", "arn"]))
        .or_else(|| event.at(&["userIdentity", "type"]))
        .cloned();
    if let Some(user) = user {
        event.set(Attr::UserName, user);
        event.class_is(Class::Authentication, 1);
    }
    let success =
        event.at(&["responseElements", "ConsoleLogin"]).and_then(crate::Value::as_text) == Some("Success");
    event.succeeded(success);
    let mfa = event
        .at(&["additionalEventData", "MFAUsed"])
        .and_then(crate::Value::as_text)
        .map(|used| used == "Yes");
    if let Some(mfa) = mfa {
        event.set(Attr::IsMfa, mfa);
    }
    if !success {
        event.severity = Severity::Low;
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, read};

    #[test]
    fn calls_and_sign_ins_are_told_apart() {
        let head = r#""eventVersion":"1.08","eventTime":"2026-01-20T00:15:02Z","awsRegion":"ap-northeast-1","sourceIPAddress":"203.0.113.7","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::123456789012:user/taro","userName":"taro","accountId":"123456789012"}"#;
        for (rest, class, activity, paths, values) in [
            (
                r#""eventSource":"iam.amazonaws.com","eventName":"CreateUser""#,
                6003,
                1,
                "api.operation actor.user.name cloud.region status",
                "CreateUser taro ap-northeast-1 Success",
            ),
            (
                r#""eventSource":"s3.amazonaws.com","eventName":"GetObject","errorCode":"AccessDenied""#,
                6003,
                2,
                "api.response.error status",
                "AccessDenied Failure",
            ),
            (
                r#""eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","responseElements":{"ConsoleLogin":"Failure"},"additionalEventData":{"MFAUsed":"No"}"#,
                3002,
                1,
                "user.name status is_mfa src_endpoint.ip",
                "taro Failure false 203.0.113.7",
            ),
        ] {
            let event = read(&format!("{{{head},{rest}}}"));
            assert_eq!(
                (event.device(), event.class().uid(), event.activity_id()),
                ("cloudtrail", class, activity),
                "{rest}"
            );
            assert_eq!(at(&event, paths), values, "{rest}");
        }
    }
}
