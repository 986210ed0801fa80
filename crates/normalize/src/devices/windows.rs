//! Windows events: Security, Sysmon, Defender, PowerShell, System and every other channel.
//!
//! The same event comes in five shapes: EVTX rendered as JSON, Winlogbeat, Wazuh's agent, and flat JSON as `NXLog`
//! and many forwarders write it. All become one flat list of fields under Windows' own names, and one table by
//! channel and event id says what they mean.

use std::borrow::Cow;

use super::{Device, Format, Message, NO_SOURCE};
use crate::attribute::Attr;
use crate::class::{Class, Severity};
use crate::event::{As, Event, Field, LogSource};
use crate::moment;
use crate::normalizer::Context;
use crate::value::{Object, Value};

pub(super) static DEVICE: Device = Device {
    name: "windows",
    product: "Windows",
    vendor: Some("Microsoft"),
    recognise: |message, event| message.format == Format::Json && Shape::of(event).is_some(),
    read,
    log_source: NO_SOURCE,
};

/// Who wrapped the event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
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
    fn of(event: &Event<'_>) -> Option<Self> {
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
}

fn read<'a>(_: &Message<'a>, event: &mut Event<'a>, context: &Context) -> bool {
    let Some(shape) = Shape::of(event) else { return false };
    let members = std::mem::take(&mut event.fields);
    match shape {
        Shape::Evtx => flatten_evtx(members, event),
        Shape::Winlogbeat => flatten_winlogbeat(members, event),
        Shape::Wazuh => flatten_wazuh(members, event),
        Shape::Flat => event.fields = members,
    }
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
        Source::Sysmon => sysmon(event, id),
        Source::Security => security(event, id),
        Source::System => system(event, id),
        Source::PowerShell => powershell(event, id),
        Source::Defender => defender(event, id),
        Source::Other => {}
    }
    if event.class() == Class::Base {
        event.set(Attr::MetadataEventCode, id.to_string());
    }
    event.log_sources = log_sources(source, &channel, id, event);
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
            "Security" => Source::Security,
            "System" => Source::System,
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

fn push<'a>(event: &mut Event<'a>, name: impl Into<Cow<'a, str>>, value: Value<'a>) {
    event.fields.push(Field { name: name.into(), value, mapped: false });
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

fn time(event: &mut Event<'_>, context: &Context) {
    for name in ["TimeCreated", "SystemTime", "@timestamp", "EventTime", "UtcTime", "timestamp"] {
        let Some(found) = event.text(name).and_then(moment::any) else { continue };
        // Sysmon's UtcTime and the flat records' TimeCreated are UTC without saying so.
        let found = match found {
            moment::Moment::Local(local) if name != "EventTime" => {
                match jiff::tz::Offset::UTC.to_timestamp(local) {
                    Ok(timestamp) => moment::Moment::Exact(timestamp),
                    Err(_) => continue,
                }
            }
            found => found,
        };
        event.happened_at(found, &context.zone);
        event.mark(name);
        return;
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

fn sysmon(event: &mut Event<'_>, id: i64) {
    let place: fn(&str) -> Option<(Attr, As)> = match id {
        1 => |name| {
            Some(match name {
                "Image" => (Attr::ProcessFilePath, As::Text),
                "ProcessId" => (Attr::ProcessPid, As::Number),
                "ProcessGuid" => (Attr::ProcessUid, As::Text),
                "CommandLine" => (Attr::ProcessCmdLine, As::Text),
                "CurrentDirectory" => (Attr::ProcessWorkingDirectory, As::Text),
                "IntegrityLevel" => (Attr::ProcessIntegrity, As::Text),
                "User" => (Attr::ProcessUserName, As::Text),
                "ParentImage" => (Attr::ActorProcessFilePath, As::Text),
                "ParentProcessId" => (Attr::ActorProcessPid, As::Number),
                "ParentProcessGuid" => (Attr::ActorProcessUid, As::Text),
                "ParentCommandLine" => (Attr::ActorProcessCmdLine, As::Text),
                "ParentUser" => (Attr::ActorUserName, As::Text),
                _ => return None,
            })
        },
        5 => |name| {
            Some(match name {
                "Image" => (Attr::ProcessFilePath, As::Text),
                "ProcessId" => (Attr::ProcessPid, As::Number),
                "ProcessGuid" => (Attr::ProcessUid, As::Text),
                "User" => (Attr::ActorUserName, As::Text),
                _ => return None,
            })
        },
        3 => |name| {
            Some(match name {
                "SourceIp" => (Attr::SrcEndpointIp, As::Ip),
                "SourcePort" => (Attr::SrcEndpointPort, As::Port),
                "SourceHostname" => (Attr::SrcEndpointHostname, As::Text),
                "DestinationIp" => (Attr::DstEndpointIp, As::Ip),
                "DestinationPort" => (Attr::DstEndpointPort, As::Port),
                "DestinationHostname" => (Attr::DstEndpointHostname, As::Text),
                "DestinationPortName" => (Attr::DstEndpointSvcName, As::Text),
                "Protocol" => (Attr::ConnectionInfoProtocolName, As::Text),
                name => return actor_place(name),
            })
        },
        8 | 10 => |name| {
            Some(match name {
                "TargetImage" => (Attr::ProcessFilePath, As::Text),
                "TargetProcessId" => (Attr::ProcessPid, As::Number),
                "TargetProcessGuid" | "TargetProcessGUID" => (Attr::ProcessUid, As::Text),
                "TargetUser" => (Attr::ProcessUserName, As::Text),
                name => return actor_place(name),
            })
        },
        25 => |name| {
            Some(match name {
                "Image" => (Attr::ProcessFilePath, As::Text),
                "ProcessId" => (Attr::ProcessPid, As::Number),
                "ProcessGuid" => (Attr::ProcessUid, As::Text),
                "User" => (Attr::ActorUserName, As::Text),
                _ => return None,
            })
        },
        6 | 7 => |name| {
            Some(match name {
                "ImageLoaded" => (Attr::ModuleFilePath, As::Text),
                name => return actor_place(name),
            })
        },
        2 | 11 | 15 | 23 | 26..=29 => |name| {
            Some(match name {
                "TargetFilename" => (Attr::FilePath, As::Text),
                name => return actor_place(name),
            })
        },
        9 => |name| {
            Some(match name {
                "Device" => (Attr::FilePath, As::Text),
                name => return actor_place(name),
            })
        },
        17 | 18 => |name| {
            Some(match name {
                "PipeName" => (Attr::FilePath, As::Text),
                name => return actor_place(name),
            })
        },
        12 | 14 => |name| {
            Some(match name {
                "TargetObject" => (Attr::RegKeyPath, As::Text),
                name => return actor_place(name),
            })
        },
        13 => |name| {
            Some(match name {
                "TargetObject" => (Attr::RegValuePath, As::Text),
                "Details" => (Attr::RegValueData, As::Text),
                name => return actor_place(name),
            })
        },
        22 => |name| {
            Some(match name {
                "QueryName" => (Attr::QueryHostname, As::Text),
                "QueryStatus" => (Attr::RcodeId, As::Number),
                name => return actor_place(name),
            })
        },
        _ => actor_place,
    };
    event.place(place);
    let (class, activity) = match id {
        1 => (Class::Process, 1),
        5 => (Class::Process, 2),
        8 => (Class::Process, 4),
        10 => (Class::Process, 3),
        25 => (Class::Process, 99),
        3 => (Class::Network, 1),
        6 | 7 => (Class::Module, 1),
        11 | 15 | 17 | 29 => (Class::FileSystem, 1),
        2 => (Class::FileSystem, 6),
        9 => (Class::FileSystem, 2),
        18 => (Class::FileSystem, 14),
        23 | 26 | 27 | 28 => (Class::FileSystem, 4),
        12 if event.text("EventType").is_some_and(|kind| kind.contains("Delete")) => (Class::RegistryKey, 4),
        12 => (Class::RegistryKey, 1),
        13 => (Class::RegistryValue, 2),
        14 => (Class::RegistryKey, 5),
        22 => (Class::Dns, 1),
        _ => return,
    };
    event.class_is(class, activity);
    match id {
        25 => event.other_activity("Tamper"),
        27 => event.other_activity("Block"),
        _ => {}
    }
    let (file, hashes) = match class {
        Class::Process => (Attr::ProcessFileName, Attr::ProcessFileHashes),
        Class::Module => (Attr::ModuleFileName, Attr::ModuleFileHashes),
        _ => (Attr::FileName, Attr::FileHashes),
    };
    if matches!(class, Class::Process | Class::Module | Class::FileSystem) {
        let path = ["TargetFilename", "ImageLoaded", "TargetImage", "PipeName", "Device"]
            .into_iter()
            .find_map(|name| event.text(name))
            .or_else(|| event.text("Image"))
            .map(file_name)
            .unwrap_or("")
            .to_owned();
        if !path.is_empty() {
            event.set(file, path.clone());
        }
        if class == Class::Process && !path.is_empty() {
            event.set(Attr::ProcessName, path);
        }
        if let Some(listed) = event.text("Hashes").or_else(|| event.text("Hash")).map(fingerprints) {
            event.set(hashes, listed);
            event.mark("Hashes");
            event.mark("Hash");
        }
    }
}

/// The last part of a path of either kind.
fn file_name(path: &str) -> &str {
    path.rsplit(['\\', '/']).next().unwrap_or(path)
}

/// `SHA1=…,MD5=…` as OCSF fingerprints.
fn fingerprints(listed: &str) -> Value<'static> {
    let one = |pair: &str| {
        let (algorithm, value) = pair.split_once('=')?;
        let (id, name) = match algorithm {
            "MD5" => (1, "MD5"),
            "SHA1" => (2, "SHA-1"),
            "SHA256" => (3, "SHA-256"),
            _ => (99, algorithm),
        };
        Some(Value::Object(vec![
            (Cow::Borrowed("algorithm"), Value::from(name.to_owned())),
            (Cow::Borrowed("algorithm_id"), Value::from(id)),
            (Cow::Borrowed("value"), Value::from(value.to_owned())),
        ]))
    };
    Value::List(listed.split(',').filter_map(one).collect())
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

/// The account that was acted on.
fn target_place(name: &str) -> Option<(Attr, As)> {
    Some(match name {
        "TargetUserName" => (Attr::UserName, As::Text),
        "TargetDomainName" => (Attr::UserDomain, As::Text),
        "TargetUserSid" | "TargetSid" => (Attr::UserUid, As::Text),
        "TargetLogonId" => (Attr::SessionUid, As::Text),
        "IpAddress" => (Attr::SrcEndpointIp, As::Ip),
        "IpPort" => (Attr::SrcEndpointPort, As::Port),
        "WorkstationName" | "Workstation" => (Attr::SrcEndpointHostname, As::Text),
        "AuthenticationPackageName" | "PackageName" => (Attr::AuthProtocol, As::Text),
        "LogonType" => (Attr::LogonTypeId, As::Number),
        "Status" => (Attr::StatusCode, As::Text),
        "ServiceName" => (Attr::ServiceName, As::Text),
        name => return subject_place(name),
    })
}

fn security(event: &mut Event<'_>, id: i64) {
    let place: fn(&str) -> Option<(Attr, As)> = match id {
        4688 => |name| {
            Some(match name {
                "NewProcessName" => (Attr::ProcessFilePath, As::Text),
                "NewProcessId" => (Attr::ProcessPid, As::Number),
                "CommandLine" => (Attr::ProcessCmdLine, As::Text),
                "ParentProcessName" => (Attr::ActorProcessFilePath, As::Text),
                "ProcessId" => (Attr::ActorProcessPid, As::Number),
                "TargetUserName" => (Attr::ProcessUserName, As::Text),
                "TargetDomainName" => (Attr::ProcessUserDomain, As::Text),
                "TargetUserSid" => (Attr::ProcessUserUid, As::Text),
                name => return subject_place(name),
            })
        },
        4689 => |name| {
            Some(match name {
                "ProcessName" => (Attr::ProcessFilePath, As::Text),
                "ProcessId" => (Attr::ProcessPid, As::Number),
                name => return subject_place(name),
            })
        },
        4697 => |name| {
            Some(match name {
                "ServiceName" => (Attr::WinServiceName, As::Text),
                "ServiceFileName" => (Attr::WinServiceCmdLine, As::Text),
                name => return subject_place(name),
            })
        },
        4698..=4702 => |name| {
            Some(match name {
                "TaskName" => (Attr::JobName, As::Text),
                name => return subject_place(name),
            })
        },
        4656 | 4660 | 4663 | 5140 | 5145 | 4658 => |name| {
            Some(match name {
                "ObjectName" | "RelativeTargetName" => (Attr::FilePath, As::Text),
                "ShareName" => (Attr::FileName, As::Text),
                "ProcessName" => (Attr::ActorProcessFilePath, As::Text),
                "ProcessId" => (Attr::ActorProcessPid, As::Number),
                "IpAddress" => (Attr::SrcEndpointIp, As::Ip),
                "IpPort" => (Attr::SrcEndpointPort, As::Port),
                name => return subject_place(name),
            })
        },
        4657 => |name| {
            Some(match name {
                "ObjectName" => (Attr::RegValuePath, As::Text),
                "ObjectValueName" => (Attr::RegValueName, As::Text),
                "NewValue" => (Attr::RegValueData, As::Text),
                "ProcessName" => (Attr::ActorProcessFilePath, As::Text),
                "ProcessId" => (Attr::ActorProcessPid, As::Number),
                name => return subject_place(name),
            })
        },
        5154..=5159 => |name| {
            Some(match name {
                "SourceAddress" => (Attr::SrcEndpointIp, As::Ip),
                "SourcePort" => (Attr::SrcEndpointPort, As::Port),
                "DestAddress" => (Attr::DstEndpointIp, As::Ip),
                "DestPort" => (Attr::DstEndpointPort, As::Port),
                "Application" => (Attr::ActorProcessFilePath, As::Text),
                "ProcessID" | "ProcessId" => (Attr::ActorProcessPid, As::Number),
                "Protocol" => (Attr::ConnectionInfoProtocolNum, As::Number),
                _ => return None,
            })
        },
        4727..=4737 | 4754..=4764 => |name| {
            Some(match name {
                "TargetUserName" => (Attr::GroupName, As::Text),
                "TargetDomainName" => (Attr::GroupDomain, As::Text),
                "TargetSid" => (Attr::GroupUid, As::Text),
                "MemberName" => (Attr::UserName, As::Text),
                "MemberSid" => (Attr::UserUid, As::Text),
                name => return subject_place(name),
            })
        },
        _ => target_place,
    };
    event.place(place);
    let (class, activity, success) = match id {
        4624 | 4648 => (Class::Authentication, 1, Some(true)),
        4625 => (Class::Authentication, 1, Some(false)),
        4634 | 4647 => (Class::Authentication, 2, Some(true)),
        4768 => (Class::Authentication, 3, event.text("Status").map(|status| status == "0x0")),
        4769 => (Class::Authentication, 4, event.text("Status").map(|status| status == "0x0")),
        4770 => (Class::Authentication, 5, Some(true)),
        4771 => (Class::Authentication, 6, Some(false)),
        4776 => (Class::Authentication, 1, event.text("Status").map(|status| status == "0x0")),
        4688 => (Class::Process, 1, None),
        4689 => (Class::Process, 2, None),
        4697 => (Class::WindowsService, 1, None),
        4698 => (Class::ScheduledJob, 1, None),
        4699 => (Class::ScheduledJob, 3, None),
        4700 => (Class::ScheduledJob, 4, None),
        4701 => (Class::ScheduledJob, 5, None),
        4702 => (Class::ScheduledJob, 2, None),
        4656 | 5145 | 5140 => (Class::FileSystem, 14, None),
        4660 => (Class::FileSystem, 4, None),
        4663 => (Class::FileSystem, 2, None),
        4657 => (Class::RegistryValue, 2, None),
        5156 | 5158 => (Class::Network, 1, Some(true)),
        5154 => (Class::Network, 7, Some(true)),
        5152 | 5155 | 5157 | 5159 => (Class::Network, 5, Some(false)),
        4720 => (Class::AccountChange, 1, None),
        4722 => (Class::AccountChange, 2, None),
        4723 => (Class::AccountChange, 3, None),
        4724 => (Class::AccountChange, 4, None),
        4725 => (Class::AccountChange, 5, None),
        4726 => (Class::AccountChange, 6, None),
        4738 | 4742 => (Class::AccountChange, 99, None),
        4740 => (Class::AccountChange, 9, None),
        4767 => (Class::AccountChange, 12, None),
        4728 | 4732 | 4756 => (Class::GroupManagement, 3, None),
        4729 | 4733 | 4757 => (Class::GroupManagement, 4, None),
        4727 | 4731 | 4754 => (Class::GroupManagement, 6, None),
        4730 | 4734 | 4758 => (Class::GroupManagement, 5, None),
        1102 | 517 => (Class::EventLog, 1, None),
        1100 => (Class::EventLog, 7, None),
        _ => return,
    };
    let registry = matches!(event.text("ObjectType"), Some("Key"));
    let kept = matches!(class, Class::FileSystem)
        && (registry || !(event.has(Attr::FilePath) || event.has(Attr::FileName)));
    let nobody = matches!(class, Class::Authentication | Class::AccountChange)
        && !event.has(Attr::UserName)
        && !event.has(Attr::UserUid);
    if kept || nobody {
        return;
    }
    event.class_is(class, activity);
    match id {
        4738 | 4742 => event.other_activity("Change"),
        4625 | 4771 => event.severity = Severity::Low,
        1102 | 517 => event.severity = Severity::High,
        _ => {}
    }
    if let Some(success) = success {
        event.succeeded(success);
    }
    if class == Class::FileSystem && !event.has(Attr::FileName) {
        let name = event
            .text("ObjectName")
            .or_else(|| event.text("RelativeTargetName"))
            .map(file_name)
            .unwrap_or("")
            .to_owned();
        event.set(Attr::FileName, name);
    }
    if class == Class::Process {
        let name = event
            .text("NewProcessName")
            .or_else(|| event.text("ProcessName"))
            .map(file_name)
            .unwrap_or("")
            .to_owned();
        event.set(Attr::ProcessName, name);
        sysmon_names(event);
    }
}

/// Rules for process creation are written with Sysmon's names; 4688 says the same under others.
fn sysmon_names(event: &mut Event<'_>) {
    for (theirs, sysmons) in [
        ("NewProcessName", "Image"),
        ("ParentProcessName", "ParentImage"),
        ("NewProcessId", "ProcessId"),
        ("SubjectUserName", "User"),
    ] {
        if event.field(sysmons).is_none()
            && let Some(value) = event.field(theirs).cloned()
        {
            event.fields.push(Field { name: Cow::Borrowed(sysmons), value, mapped: true });
        }
    }
}

fn system(event: &mut Event<'_>, id: i64) {
    event.place(|name| {
        Some(match name {
            "ServiceName" | "param1" => (Attr::WinServiceName, As::Text),
            "ImagePath" => (Attr::WinServiceCmdLine, As::Text),
            "StartType" => (Attr::WinServiceServiceStartType, As::Text),
            _ => return None,
        })
    });
    match id {
        7045 | 7035 => event.class_is(Class::WindowsService, if id == 7045 { 1 } else { 99 }),
        7036 => {
            let stopped = event.text("param2").is_some_and(|word| word.contains("stop"));
            event.class_is(Class::WindowsService, if stopped { 4 } else { 3 });
        }
        7040 => event.class_is(Class::WindowsService, 2),
        104 => {
            event.class_is(Class::EventLog, 1);
            event.severity = Severity::High;
        }
        _ => {}
    }
    if event.class() == Class::WindowsService && !event.has(Attr::WinServiceName) {
        event.class_is(Class::Base, 0);
    }
    if id == 7035 && event.class() == Class::WindowsService {
        event.other_activity("Control");
    }
}

fn powershell(event: &mut Event<'_>, id: i64) {
    event.place(|name| {
        Some(match name {
            "ScriptBlockText" | "Payload" => (Attr::ScriptScriptContentValue, As::Text),
            "ScriptBlockId" => (Attr::ScriptUid, As::Text),
            "Path" => (Attr::ScriptFilePath, As::Text),
            _ => return None,
        })
    });
    if matches!(id, 4103 | 4104) {
        event.class_is(Class::Script, 1);
        event.set(Attr::ScriptTypeId, 2);
    }
}

fn defender(event: &mut Event<'_>, id: i64) {
    event.place(|name| {
        Some(match name {
            "ThreatName" => (Attr::FindingInfoTitle, As::Text),
            "ThreatID" => (Attr::FindingInfoUid, As::Text),
            "Path" => (Attr::FilePath, As::Text),
            "DetectionUser" => (Attr::ActorUserName, As::Text),
            "ProcessName" => (Attr::ActorProcessFilePath, As::Text),
            "ActionName" => (Attr::Disposition, As::Text),
            "SeverityName" => (Attr::StatusDetail, As::Text),
            _ => return None,
        })
    });
    if matches!(id, 1006..=1008 | 1015..=1019 | 1116..=1119) && event.has(Attr::FindingInfoTitle) {
        event.class_is(Class::DetectionFinding, if matches!(id, 1007 | 1008 | 1117..=1119) { 2 } else { 1 });
        event.set(Attr::FindingInfoUid, id.to_string());
        event.severity = event.text("SeverityName").and_then(Severity::from_word).unwrap_or(Severity::High);
    } else if matches!(id, 5001 | 5010 | 5012 | 5013) {
        event.severity = Severity::High;
    }
}

/// Sigma's logsources for an event, as SigmaHQ's rules name them. Sysmon's 12 is a registry key added or deleted by
/// its `EventType`; a process creation in the Security log belongs to both.
fn log_sources(source: Source, channel: &str, id: i64, event: &Event<'_>) -> Vec<LogSource> {
    let windows = |category, service| LogSource { product: Some("windows"), category, service };
    let mut found = Vec::with_capacity(2);
    let category = match (source, id) {
        (Source::Sysmon, 12) if event.text("EventType").is_some_and(|kind| kind.contains("Delete")) => {
            Some("registry_delete")
        }
        (Source::Sysmon, id) => sysmon_category(id),
        (Source::Security, 4688) => Some("process_creation"),
        (Source::PowerShell, 4103) => Some("ps_module"),
        (Source::PowerShell, 4104) => Some("ps_script"),
        (Source::PowerShell, 400) => Some("ps_classic_start"),
        (Source::PowerShell, 600) => Some("ps_classic_provider_start"),
        _ => None,
    };
    if let Some(category) = category {
        found.push(windows(Some(category), None));
        if matches!(category, "registry_add" | "registry_delete" | "registry_set" | "registry_rename") {
            found.push(windows(Some("registry_event"), None));
        }
    }
    let service =
        SERVICES.iter().find(|(known, _)| known.eq_ignore_ascii_case(channel)).map(|(_, service)| *service);
    found.push(windows(None, service));
    found
}

fn sysmon_category(id: i64) -> Option<&'static str> {
    Some(match id {
        1 => "process_creation",
        2 => "file_change",
        3 => "network_connection",
        5 => "process_termination",
        6 => "driver_load",
        7 => "image_load",
        8 => "create_remote_thread",
        9 => "raw_access_thread",
        10 => "process_access",
        11 => "file_event",
        12 => "registry_add",
        13 => "registry_set",
        14 => "registry_rename",
        15 => "create_stream_hash",
        17 | 18 => "pipe_created",
        19..=21 => "wmi_event",
        22 => "dns_query",
        23 | 26 => "file_delete",
        24 => "clipboard_capture",
        25 => "process_tampering",
        27 => "file_block_executable",
        28 => "file_block_shredding",
        29 => "file_executable_detected",
        4 | 16 => "sysmon_status",
        255 => "sysmon_error",
        _ => return None,
    })
}

/// Channel and Sigma's name for it.
const SERVICES: &[(&str, &str)] = &[
    ("Security", "security"),
    ("System", "system"),
    ("Application", "application"),
    ("Microsoft-Windows-Sysmon/Operational", "sysmon"),
    ("Microsoft-Windows-PowerShell/Operational", "powershell"),
    ("PowerShellCore/Operational", "powershell"),
    ("Windows PowerShell", "powershell-classic"),
    ("Microsoft-Windows-Windows Defender/Operational", "windefend"),
    ("Microsoft-Windows-TaskScheduler/Operational", "taskscheduler"),
    ("Microsoft-Windows-WMI-Activity/Operational", "wmi"),
    ("Microsoft-Windows-Bits-Client/Operational", "bits-client"),
    ("Microsoft-Windows-NTLM/Operational", "ntlm"),
    ("Microsoft-Windows-CodeIntegrity/Operational", "codeintegrity-operational"),
    ("Microsoft-Windows-Windows Firewall With Advanced Security/Firewall", "firewall-as"),
    ("Microsoft-Windows-AppLocker/MSI and Script", "applocker"),
    ("Microsoft-Windows-AppLocker/EXE and DLL", "applocker"),
    ("Microsoft-Windows-AppLocker/Packaged app-Deployment", "applocker"),
    ("Microsoft-Windows-AppLocker/Packaged app-Execution", "applocker"),
    (
        "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational",
        "terminalservices-localsessionmanager",
    ),
    ("Microsoft-Windows-DNS-Client/Operational", "dns-client"),
    ("DNS Server", "dns-server"),
    ("Microsoft-Windows-DNS-Server/Analytical", "dns-server-analytic"),
    ("Microsoft-Windows-DNS-Server/Audit", "dns-server-audit"),
    ("Microsoft-Windows-DriverFrameworks-UserMode/Operational", "driver-framework"),
    ("Microsoft-Windows-SmbClient/Security", "smbclient-security"),
    ("Microsoft-Windows-SmbClient/Connectivity", "smbclient-connectivity"),
    ("Microsoft-Windows-SMBServer/Connectivity", "smbserver-connectivity"),
    ("Microsoft-Windows-PrintService/Admin", "printservice-admin"),
    ("Microsoft-Windows-PrintService/Operational", "printservice-operational"),
    ("Microsoft-Windows-Security-Mitigations/Kernel Mode", "security-mitigations"),
    ("Microsoft-Windows-Security-Mitigations/User Mode", "security-mitigations"),
    ("Microsoft-Windows-LDAP-Client/Debug", "ldap"),
    ("Microsoft-Windows-Diagnosis-Scripted/Operational", "diagnosis-scripted"),
    ("Microsoft-Windows-Shell-Core/Operational", "shell-core"),
    ("Microsoft-Windows-VHDMP-Operational", "vhdmp"),
    ("Microsoft-Windows-AppXDeploymentServer/Operational", "appxdeployment-server"),
    ("Microsoft-Windows-AppxPackaging/Operational", "appxpackaging-om"),
    ("Microsoft-Windows-AppModel-Runtime/Admin", "appmodel-runtime"),
    ("Microsoft-Windows-LSA/Operational", "lsa-server"),
    (
        "Microsoft-Windows-CertificateServicesClient-Lifecycle-System/Operational",
        "certificateservicesclient-lifecycle-system",
    ),
    ("Microsoft-Windows-CAPI2/Operational", "capi2"),
    ("Microsoft-Windows-OpenSSH/Operational", "openssh"),
    ("OpenSSH/Operational", "openssh"),
    ("MSExchange Management", "msexchange-management"),
    ("Microsoft-ServiceBus-Client", "microsoft-servicebus-client"),
    ("Microsoft-IIS-Configuration/Operational", "iis-configuration"),
    ("Microsoft-Windows-Kernel-ShimEngine/Operational", "kernel-shimengine"),
    ("Microsoft-Windows-Kernel-EventTracing", "kernel-event-tracing"),
];

#[cfg(test)]
mod tests {
    use super::super::testing::{at, read};

    const EVTX: &str = r##"{"Event":{"#attributes":{"xmlns":"x"},"System":{"Provider":{"#attributes":{"Name":"Microsoft-Windows-Sysmon"}},"EventID":1,"Level":4,"TimeCreated":{"#attributes":{"SystemTime":"2026-01-20T00:15:02.5Z"}},"Channel":"Microsoft-Windows-Sysmon/Operational","Computer":"pc-1"},"EventData":{"Image":"C:\\Windows\\System32\\cmd.exe","ProcessId":42,"CommandLine":"cmd /c dir","User":"PC-1\\taro","ParentImage":"C:\\Windows\\explorer.exe","Hashes":"MD5=00,SHA256=11"}}}"##;

    #[test]
    fn one_event_in_four_shapes_is_one_event() {
        let winlogbeat = r#"{"@timestamp":"2026-01-20T00:15:02.5Z","winlog":{"event_id":"1","channel":"Microsoft-Windows-Sysmon/Operational","computer_name":"pc-1","event_data":{"Image":"C:\\Windows\\System32\\cmd.exe","ProcessId":"42","CommandLine":"cmd /c dir","User":"PC-1\\taro","ParentImage":"C:\\Windows\\explorer.exe","Hashes":"MD5=00,SHA256=11"}}}"#;
        let wazuh = r#"{"win":{"system":{"eventID":"1","channel":"Microsoft-Windows-Sysmon/Operational","computer":"pc-1","systemTime":"2026-01-20T00:15:02.5Z"},"eventdata":{"image":"C:\\\\Windows\\\\System32\\\\cmd.exe","processId":"42","commandLine":"cmd /c dir","user":"PC-1\\\\taro","parentImage":"C:\\\\Windows\\\\explorer.exe","hashes":"MD5=00,SHA256=11"}}}"#;
        let flat = r#"{"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","Hostname":"pc-1","TimeCreated":"2026-01-20 00:15:02.5","Image":"C:\\Windows\\System32\\cmd.exe","ProcessId":"42","CommandLine":"cmd /c dir","User":"PC-1\\taro","ParentImage":"C:\\Windows\\explorer.exe","Hashes":"MD5=00,SHA256=11"}"#;
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
