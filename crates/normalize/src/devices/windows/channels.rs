//! The System, PowerShell and Defender channels, and which Sigma logsource a channel is.

use super::Source;
use crate::attribute::Attr;
use crate::class::{Class, Severity};
use crate::event::{As, Event, LogSource};

pub(super) fn system(event: &mut Event<'_>, id: i64) {
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

pub(super) fn powershell(event: &mut Event<'_>, id: i64) {
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

pub(super) fn defender(event: &mut Event<'_>, id: i64) {
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
pub(super) fn log_sources(source: Source, channel: &str, id: i64, event: &Event<'_>) -> Vec<LogSource> {
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
