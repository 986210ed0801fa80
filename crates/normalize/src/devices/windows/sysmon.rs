//! Sysmon: one number, one kind of event.

use std::borrow::Cow;

use super::{actor_place, file_name};
use crate::attribute::Attr;
use crate::class::Class;
use crate::event::{As, Event};
use crate::value::Value;

pub(super) fn sysmon(event: &mut Event<'_>, id: i64) {
    event.place(places(id));
    let Some((class, activity)) = class_of(event, id) else { return };
    // A process that ends is its own actor; older versions name no user.
    if id == 5
        && let Some(image) = event.word("Image")
    {
        event.set(Attr::ActorProcessFilePath, image);
    }
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

/// Where the fields of an event of that number go.
fn places(id: i64) -> fn(&str) -> Option<(Attr, As)> {
    match id {
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
    }
}

/// Class and activity of an event of that number.
fn class_of(event: &Event<'_>, id: i64) -> Option<(Class, u8)> {
    Some(match id {
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
        _ => return None,
    })
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
