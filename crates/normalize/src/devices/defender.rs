//! Microsoft Defender's and Entra's alerts as Microsoft Graph gives them (both versions), Defender for Endpoint's own
//! API, and the streaming of its advanced hunting tables.

use super::{Device, Format, Message};
use crate::attribute::Attr;
use crate::class::{Class, Severity};
use crate::event::{As, Event, LogSource};
use crate::moment;
use crate::normalizer::Context;
use crate::value::Value;

pub(super) static DEVICE: Device = Device {
    name: "defender",
    product: "Microsoft Defender",
    vendor: Some("Microsoft"),
    recognise: |message, event| {
        let has = |name: &str| event.field(name).is_some();
        message.format == Format::Json
            && ((has("title")
                && has("severity")
                && (has("vendorInformation")
                    || has("serviceSource")
                    || has("detectionSource")
                    || has("threatFamilyName")
                    || has("azureTenantId")))
                || event.text("category").is_some_and(|category| category.starts_with("AdvancedHunting-")))
    },
    read,
    log_source: LogSource { product: Some("m365"), category: None, service: Some("threat_detection") },
};

fn read<'a>(_: &Message<'a>, event: &mut Event<'a>, context: &Context) -> bool {
    if let Some(time) = event.first_word(&[
        "eventDateTime",
        "createdDateTime",
        "alertCreationTime",
        "time",
        "firstActivityDateTime",
    ]) && let Some(moment) = moment::any(&time)
    {
        event.happened_at(moment, &context.zone);
    }
    if event.text("category").is_some_and(|category| category.starts_with("AdvancedHunting-")) {
        hunting(event);
        return true;
    }
    event.place(|name| {
        Some(match name {
            "title" => (Attr::FindingInfoTitle, As::Text),
            "id" => (Attr::FindingInfoUid, As::Text),
            "description" => (Attr::FindingInfoDesc, As::Text),
            "category" => (Attr::MetadataEventCode, As::Text),
            "status" => (Attr::StatusDetail, As::Text),
            "computerDnsName" => (Attr::DeviceHostname, As::Text),
            "machineId" | "deviceId" => (Attr::DeviceUid, As::Text),
            "azureTenantId" | "tenantId" => (Attr::CloudAccountUid, As::Text),
            _ => return None,
        })
    });
    event.severity = event.text("severity").and_then(Severity::from_word).unwrap_or_default();
    event.mark("severity");
    let first = |event: &Event<'a>, list: &str, name: &str| match event.field(list) {
        Some(Value::List(items)) => {
            items.iter().find_map(|item| item.get(name).filter(|value| !value.is_blank()).cloned())
        }
        _ => None,
    };
    for (list, name, attr) in [
        ("userStates", "userPrincipalName", Attr::ActorUserName),
        ("userStates", "logonIp", Attr::SrcEndpointIp),
        ("hostStates", "fqdn", Attr::DeviceHostname),
        ("fileStates", "path", Attr::FilePath),
        ("fileStates", "name", Attr::FileName),
    ] {
        if let Some(value) = first(event, list, name) {
            event.set(attr, value);
        }
    }
    if !event.has(Attr::FindingInfoUid) {
        event.set(Attr::FindingInfoUid, "alert");
    }
    let resolved = event.text("status").is_some_and(|status| status.eq_ignore_ascii_case("resolved"));
    event.class_is(Class::DetectionFinding, if resolved { 3 } else { 1 });
    true
}

/// A row of an advanced hunting table under `properties`.
fn hunting(event: &mut Event<'_>) {
    event.place_inside(&[
        (&["properties", "DeviceName"], Attr::DeviceHostname, As::Text),
        (&["properties", "DeviceId"], Attr::DeviceUid, As::Text),
        (&["properties", "ActionType"], Attr::MetadataEventCode, As::Text),
        (&["properties", "InitiatingProcessFileName"], Attr::ActorProcessName, As::Text),
        (&["properties", "InitiatingProcessCommandLine"], Attr::ActorProcessCmdLine, As::Text),
        (&["properties", "InitiatingProcessId"], Attr::ActorProcessPid, As::Number),
        (&["properties", "InitiatingProcessAccountName"], Attr::ActorUserName, As::Text),
    ]);
    let table = event
        .text("category")
        .and_then(|category| category.strip_prefix("AdvancedHunting-"))
        .unwrap_or("")
        .to_owned();
    let action = event.at(&["properties", "ActionType"]).and_then(Value::as_text).unwrap_or("").to_owned();
    event.severity = Severity::Informational;
    match &*table {
        "DeviceProcessEvents" => {
            event.place_inside(&[
                (&["properties", "FileName"], Attr::ProcessName, As::Text),
                (&["properties", "FolderPath"], Attr::ProcessFilePath, As::Text),
                (&["properties", "ProcessCommandLine"], Attr::ProcessCmdLine, As::Text),
                (&["properties", "ProcessId"], Attr::ProcessPid, As::Number),
            ]);
            event.class_is(Class::Process, 1);
        }
        "DeviceNetworkEvents" => {
            event.place_inside(&[
                (&["properties", "LocalIP"], Attr::SrcEndpointIp, As::Ip),
                (&["properties", "LocalPort"], Attr::SrcEndpointPort, As::Port),
                (&["properties", "RemoteIP"], Attr::DstEndpointIp, As::Ip),
                (&["properties", "RemotePort"], Attr::DstEndpointPort, As::Port),
                (&["properties", "RemoteUrl"], Attr::DstEndpointHostname, As::Text),
            ]);
            if event.has(Attr::DstEndpointIp) || event.has(Attr::SrcEndpointIp) {
                event.class_is(Class::Network, 1);
            }
        }
        "DeviceLogonEvents" => {
            event.place_inside(&[
                (&["properties", "AccountName"], Attr::UserName, As::Text),
                (&["properties", "RemoteIP"], Attr::SrcEndpointIp, As::Ip),
            ]);
            if event.has(Attr::UserName) {
                event.class_is(Class::Authentication, 1);
                event.succeeded(action == "LogonSuccess");
            }
        }
        "AlertInfo" => {
            event.place_inside(&[
                (&["properties", "Title"], Attr::FindingInfoTitle, As::Text),
                (&["properties", "AlertId"], Attr::FindingInfoUid, As::Text),
            ]);
            if event.has(Attr::FindingInfoTitle) {
                event.class_is(Class::DetectionFinding, 1);
                event.severity = event
                    .at(&["properties", "Severity"])
                    .and_then(Value::as_text)
                    .and_then(Severity::from_word)
                    .unwrap_or_default();
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, read};

    #[test]
    fn alerts_of_all_interfaces_are_findings() {
        for (line, values) in [
            (
                r#"{"id":"a1","title":"Example malware","severity":"high","vendorInformation":{"provider":"ASC"},"userStates":[{"userPrincipalName":"taro@example.com"}],"createdDateTime":"2026-01-20T00:15:02Z"}"#,
                "2004 Example malware a1 High taro@example.com 1768868102000",
            ),
            (
                r#"{"id":"a2","title":"Example malware","severity":"Low","detectionSource":"WindowsDefenderAv","computerDnsName":"pc-1","alertCreationTime":"2026-01-20T00:15:02.0Z"}"#,
                "2004 Example malware a2 Low - 1768868102000",
            ),
            (
                r#"{"time":"2026-01-20T00:15:02Z","category":"AdvancedHunting-AlertInfo","properties":{"Title":"Example malware","AlertId":"a3","Severity":"Medium"}}"#,
                "2004 Example malware a3 Medium - 1768868102000",
            ),
        ] {
            let event = read(line);
            assert_eq!(event.device(), "defender", "{line}");
            assert_eq!(
                at(&event, "class_uid finding_info.title finding_info.uid severity actor.user.name time"),
                values,
                "{line}"
            );
        }
    }
}
