//! Windows events: Security, Sysmon, Defender, PowerShell, System and every other channel.
//!
//! The same event comes in five shapes: EVTX rendered as JSON, Winlogbeat, Wazuh's agent, and flat JSON as `NXLog`
//! and many forwarders write it. All become one flat list of fields under Windows' own names, and one table by
//! channel and event id says what they mean.

mod channels;
mod security;
mod shapes;
mod sysmon;

use super::{Device, Format, Message, NO_SOURCE};
use crate::attribute::Attr;
use crate::class::{Class, Severity};
use crate::event::{As, Event};
use crate::moment::{self, Moment};
use crate::normalizer::Context;
use crate::value::Value;
use shapes::Shape;

pub(super) static DEVICE: Device = Device {
    name: "windows",
    product: "Windows",
    vendor: Some("Microsoft"),
    recognise: |message, event| message.format == Format::Json && Shape::of(event).is_some(),
    read,
    log_source: NO_SOURCE,
};

fn read<'a>(_: &Message<'a>, event: &mut Event<'a>, context: &Context) -> bool {
    let Some(shape) = Shape::of(event) else { return false };
    shape.flatten(event);
    take_message(event);
    time(event, context);
    event.place(system_place);
    let channel = event.text("Channel").unwrap_or("").to_owned();
    let provider = ["Provider_Name", "SourceName", "ProviderName", "Provider"]
        .into_iter()
        .find_map(|name| event.text(name))
        .unwrap_or("")
        .to_owned();
    let id = event.field("EventID").and_then(Value::as_i64).unwrap_or(-1);
    event.severity = match event.field("Level").and_then(Value::as_i64) {
        Some(1) => Severity::Critical,
        Some(2) => Severity::High,
        Some(3) => Severity::Medium,
        _ => Severity::Informational,
    };
    event.mark("Level");
    let source = Source::of(&channel, &provider);
    match source {
        Source::Sysmon => sysmon::sysmon(event, id),
        Source::Security => security::security(event, id),
        Source::System => channels::system(event, id),
        Source::PowerShell => channels::powershell(event, id),
        Source::Defender => channels::defender(event, id),
        Source::Other => {}
    }
    if event.class() == Class::Base {
        event.set(Attr::MetadataEventCode, id.to_string());
    }
    event.log_sources = channels::log_sources(source, &channel, id, event);
    true
}

/// The channels that have readers of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Sysmon,
    Security,
    System,
    PowerShell,
    Defender,
    Other,
}

impl Source {
    fn of(channel: &str, provider: &str) -> Self {
        match channel {
            "Microsoft-Windows-Sysmon/Operational" => Source::Sysmon,
            "Security" | "security" => Source::Security,
            "System" | "system" => Source::System,
            "Microsoft-Windows-PowerShell/Operational"
            | "PowerShellCore/Operational"
            | "Windows PowerShell" => Source::PowerShell,
            "Microsoft-Windows-Windows Defender/Operational" => Source::Defender,
            _ => match provider {
                "Microsoft-Windows-Sysmon" => Source::Sysmon,
                "Microsoft-Windows-Security-Auditing" => Source::Security,
                "Service Control Manager" => Source::System,
                "Microsoft-Windows-Windows Defender" => Source::Defender,
                _ => Source::Other,
            },
        }
    }
}

/// The rendered message says again what the fields say, in the machine's language. It becomes the event's
/// `message` and stays in the raw record; it is no field, so that rules do not search it twice.
fn take_message(event: &mut Event<'_>) {
    for name in ["Message", "message"] {
        if let Some(at) = event.fields.iter().position(|field| field.name == name)
            && event.fields.len() > 4
        {
            let field = event.fields.remove(at);
            event.set(Attr::Message, field.value);
            return;
        }
    }
}

/// A time with its zone, wherever it stands; else Sysmon's, which is UTC without saying so; else a forwarder's
/// local time.
fn time(event: &mut Event<'_>, context: &Context) {
    let exact = |name: &&'static str| match event.text(name).and_then(moment::any) {
        Some(found @ Moment::Exact(_)) => Some((*name, found)),
        _ => None,
    };
    let sysmons = || match moment::any(event.text("UtcTime")?)? {
        Moment::Local(local) => {
            Some(("UtcTime", Moment::Exact(jiff::tz::Offset::UTC.to_timestamp(local).ok()?)))
        }
        found => Some(("UtcTime", found)),
    };
    let local = |name: &&'static str| Some((*name, moment::any(event.text(name)?)?));
    let found = ["TimeCreated", "SystemTime", "@timestamp", "timestamp", "EventTime"]
        .iter()
        .find_map(exact)
        .or_else(sysmons)
        .or_else(|| ["EventTime", "TimeCreated"].iter().find_map(local));
    if let Some((name, moment)) = found {
        event.happened_at(moment, &context.zone);
        event.mark(name);
    }
}

fn system_place(name: &str) -> Option<(Attr, As)> {
    Some(match name {
        "EventID" => (Attr::MetadataEventCode, As::Text),
        "Channel" => (Attr::MetadataLogName, As::Text),
        "Provider_Name" | "SourceName" | "ProviderName" => (Attr::MetadataLogProvider, As::Text),
        "Computer" | "Hostname" => (Attr::DeviceHostname, As::Text),
        "EventRecordID" | "RecordNumber" => (Attr::MetadataUid, As::Text),
        _ => return None,
    })
}

/// What every Sysmon event says about the process that acted.
fn actor_place(name: &str) -> Option<(Attr, As)> {
    Some(match name {
        "Image" | "SourceImage" => (Attr::ActorProcessFilePath, As::Text),
        "ProcessId" | "SourceProcessId" => (Attr::ActorProcessPid, As::Number),
        "ProcessGuid" | "SourceProcessGuid" | "SourceProcessGUID" => (Attr::ActorProcessUid, As::Text),
        "User" | "SourceUser" => (Attr::ActorUserName, As::Text),
        _ => return None,
    })
}

/// The last part of a path of either kind.
fn file_name(path: &str) -> &str {
    path.rsplit(['\\', '/']).next().unwrap_or(path)
}

/// The account that acted.
fn subject_place(name: &str) -> Option<(Attr, As)> {
    Some(match name {
        "SubjectUserName" => (Attr::ActorUserName, As::Text),
        "SubjectDomainName" => (Attr::ActorUserDomain, As::Text),
        "SubjectUserSid" => (Attr::ActorUserUid, As::Text),
        "SubjectLogonId" => (Attr::ActorSessionUid, As::Text),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, read};

    const EVTX: &str = r##"{"Event":{"#attributes":{"xmlns":"x"},"System":{"Provider":{"#attributes":{"Name":"Microsoft-Windows-Sysmon"}},"EventID":1,"Level":4,"TimeCreated":{"#attributes":{"SystemTime":"2026-01-20T00:15:02.5Z"}},"Channel":"Microsoft-Windows-Sysmon/Operational","Computer":"pc-1"},"EventData":{"Image":"C:\\Windows\\System32\\cmd.exe","ProcessId":42,"CommandLine":"cmd /c dir","User":"PC-1\\taro","ParentImage":"C:\\Windows\\explorer.exe","Hashes":"MD5=00,SHA256=11"}}}"##;

    #[test]
    fn one_event_in_four_shapes_is_one_event() {
        let winlogbeat = r#"{"@timestamp":"2026-01-20T00:15:02.5Z","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","computer_name":"pc-1","event_data":{"Image":"C:\\Windows\\System32\\cmd.exe","ProcessId":"42","CommandLine":"cmd /c dir","User":"PC-1\\taro","ParentImage":"C:\\Windows\\explorer.exe","Hashes":"MD5=00,SHA256=11"}}}"#;
        let wazuh = r#"{"win":{"system":{"eventID":"1","channel":"Microsoft-Windows-Sysmon/Operational","computer":"pc-1","systemTime":"2026-01-20T00:15:02.5Z"},"eventdata":{"image":"C:\\\\Windows\\\\System32\\\\cmd.exe","processId":"42","commandLine":"cmd /c dir","user":"PC-1\\\\taro","parentImage":"C:\\\\Windows\\\\explorer.exe","hashes":"MD5=00,SHA256=11"}}}"#;
        let flat = r#"{"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","Hostname":"pc-1","TimeCreated":"2026-01-20 09:15:02.5","Image":"C:\\Windows\\System32\\cmd.exe","ProcessId":"42","CommandLine":"cmd /c dir","User":"PC-1\\taro","ParentImage":"C:\\Windows\\explorer.exe","Hashes":"MD5=00,SHA256=11"}"#;
        for line in [EVTX, winlogbeat, wazuh, flat] {
            let event = read(line);
            assert_eq!(event.device(), "windows", "{line}");
            assert_eq!(
                at(
                    &event,
                    "class_uid activity_id process.name process.pid process.cmd_line actor.process.file.path process.user.name device.hostname time"
                ),
                r"1007 1 cmd.exe 42 cmd /c dir C:\Windows\explorer.exe PC-1\taro pc-1 1768868102500",
                "{line}"
            );
            assert_eq!(event.record()["Image"], r"C:\Windows\System32\cmd.exe", "{line}");
            let categories: Vec<_> =
                event.log_sources().iter().map(|source| (source.category, source.service)).collect();
            assert_eq!(categories, [(Some("process_creation"), None), (None, Some("sysmon"))], "{line}");
        }
    }

    #[test]
    fn security_events_get_their_classes() {
        for (id, data, class, activity, paths, values) in [
            (
                4624,
                r#""TargetUserName":"taro","TargetDomainName":"CORP","IpAddress":"192.0.2.5","LogonType":"3""#,
                3002,
                1,
                "user.name status src_endpoint.ip logon_type_id",
                "taro Success 192.0.2.5 3",
            ),
            (
                4625,
                r#""TargetUserName":"taro","IpAddress":"-""#,
                3002,
                1,
                "user.name status src_endpoint.ip",
                "taro Failure -",
            ),
            (
                4688,
                r#""NewProcessName":"C:\\a\\b.exe","NewProcessId":"0x1f","SubjectUserName":"taro""#,
                1007,
                1,
                "process.name process.pid actor.user.name",
                "b.exe 31 taro",
            ),
            (
                4720,
                r#""TargetUserName":"new","SubjectUserName":"admin""#,
                3001,
                1,
                "user.name actor.user.name",
                "new admin",
            ),
            (
                4732,
                r#""TargetUserName":"Administrators","MemberSid":"S-1-5-21-1""#,
                3006,
                3,
                "group.name user.uid",
                "Administrators S-1-5-21-1",
            ),
            (1102, r#""SubjectUserName":"taro""#, 1008, 1, "severity actor.user.name", "High taro"),
            (9999, r#""a":"b""#, 0, 0, "metadata.event_code unmapped.a", "9999 b"),
        ] {
            let event = read(&format!(
                r#"{{"EventID":{id},"Channel":"Security","Hostname":"dc-1","TimeCreated":"2026-01-20T00:15:02Z",{data}}}"#
            ));
            assert_eq!((event.class().uid(), event.activity_id()), (class, activity), "{id}");
            assert_eq!(at(&event, paths), values, "{id}");
            assert_eq!(event.parse_error(), None);
        }
    }

    #[test]
    fn a_process_creation_in_the_security_log_answers_to_sysmons_names() {
        let event = read(
            r#"{"EventID":4688,"Channel":"Security","NewProcessName":"C:\\a\\b.exe","ParentProcessName":"C:\\c.exe"}"#,
        );
        assert_eq!(
            (&event.record()["Image"], &event.record()["ParentImage"]),
            (&r"C:\a\b.exe".into(), &r"C:\c.exe".into())
        );
    }

    #[test]
    fn defender_names_with_spaces_also_stand_without() {
        let event = read(
            r##"{"Event":{"System":{"EventID":1116,"Channel":"Microsoft-Windows-Windows Defender/Operational","Computer":"pc-1"},"EventData":{"Threat Name":"Virus:Example","Severity Name":"Severe"}}}"##,
        );
        assert_eq!(
            (&event.record()["ThreatName"], &event.record()["Threat Name"]),
            (&"Virus:Example".into(), &"Virus:Example".into())
        );
        assert_eq!(at(&event, "class_uid finding_info.title severity"), "2004 Virus:Example High");
    }
}
