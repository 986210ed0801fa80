//! The Security log: sign-ins, accounts, groups, processes, objects, the Windows firewall.

use super::subject_place;
use crate::attribute::Attr;
use crate::class::{Class, Severity};
use crate::event::{As, Event, Field};

pub(super) fn security(event: &mut Event<'_>, id: i64) {
    if matches!(id, 4656 | 4658 | 4660 | 4661 | 4663) {
        return object_access(event, id);
    }
    event.place(places(id));
    let Some((class, activity, success)) = class_of(event, id) else { return };
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
    if class == Class::Process {
        let name = event
            .text("NewProcessName")
            .or_else(|| event.text("ProcessName"))
            .map(super::file_name)
            .unwrap_or("")
            .to_owned();
        event.set(Attr::ProcessName, name);
        sysmon_names(event);
    }
}

/// A handle to something: a file, a registry key, a process (the way to a password in memory).
fn object_access(event: &mut Event<'_>, id: i64) {
    let kind = event.word("ObjectType").unwrap_or_default();
    let (object, class) = match &*kind {
        "Process" => (Attr::ProcessFilePath, Class::Process),
        "Key" => (Attr::RegKeyPath, Class::RegistryKey),
        "" | "File" | "Directory" | "SymbolicLink" => (Attr::FilePath, Class::FileSystem),
        _ => (Attr::Message, Class::Base),
    };
    event.place(|name| {
        Some(match name {
            "ObjectName" => (object, As::Text),
            "ProcessName" => (Attr::ActorProcessFilePath, As::Text),
            "ProcessId" => (Attr::ActorProcessPid, As::Number),
            name => return subject_place(name),
        })
    });
    let activity = match (class, id) {
        (Class::Process, _) => 3,
        (_, 4660) => 4,
        (Class::FileSystem, 4656 | 4661) => 14,
        (_, 4656 | 4661 | 4663) => 2,
        _ => return,
    };
    if class != Class::Base {
        event.class_is(class, activity);
    }
}

/// Where the fields of an event of that number go.
fn places(id: i64) -> fn(&str) -> Option<(Attr, As)> {
    match id {
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
        5140 | 5145 => |name| {
            Some(match name {
                "RelativeTargetName" => (Attr::FilePath, As::Text),
                "ShareName" => (Attr::FileName, As::Text),
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
    }
}

/// Class, activity and, where the number tells, success of an event.
fn class_of(event: &Event<'_>, id: i64) -> Option<(Class, u8, Option<bool>)> {
    Some(match id {
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
        5140 | 5145 => (Class::FileSystem, 14, None),
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
            event.fields.push(Field::new(sysmons, value, true));
        }
    }
}
