//! Trend Micro's products, which speak CEF or LEEF: Apex One, Deep Security, Deep Discovery, Cloud Edge.

use super::generic::{cef_header, cef_place, cef_time};
use super::{Device, Format, Message};
use crate::attribute::Attr;
use crate::class::{Class, Severity};
use crate::event::{As, Event, LogSource};
use crate::normalizer::Context;

pub(super) static DEVICE: Device = Device {
    name: "trend_micro",
    product: "Trend Micro",
    vendor: Some("Trend Micro"),
    recognise: |message, _| matches!(&message.format, Format::Cef(header) | Format::Leef(header) if header.vendor.starts_with("Trend")),
    read,
    log_source: LogSource { product: Some("trend_micro"), category: Some("antivirus"), service: None },
};

fn read<'a>(message: &Message<'a>, event: &mut Event<'a>, context: &Context) -> bool {
    let (Format::Cef(header) | Format::Leef(header)) = &message.format else { return false };
    event.place(|name| match name {
        "fileHash" => Some((Attr::StatusCode, As::Text)),
        "filepath" => Some((Attr::FilePath, As::Text)),
        "sproc" | "deviceProcessName" => Some((Attr::ActorProcessName, As::Text)),
        "devTime" | "desc" => None,
        "name" if matches!(message.format, Format::Leef(_)) => Some((Attr::Message, As::Text)),
        "usrName" => Some((Attr::ActorUserName, As::Text)),
        "srcPort" => Some((Attr::SrcEndpointPort, As::Port)),
        "dstPort" => Some((Attr::DstEndpointPort, As::Port)),
        "sev" => None,
        name => cef_place(name),
    });
    cef_header(message, event);
    cef_time(event, context);
    if let Some(level) = event.text("sev").and_then(|level| level.parse::<u8>().ok()) {
        event.severity = match level {
            0..=3 => Severity::Low,
            4..=6 => Severity::Medium,
            7 | 8 => Severity::High,
            _ => Severity::Critical,
        };
        event.mark("sev");
    }
    let words = format!("{} {} {}", header.name, header.event_id, event.text("cat").unwrap_or(""))
        .to_ascii_lowercase();
    let has = |word: &str| words.contains(word);
    let system = has("signed in")
        || has("signed out")
        || has("logged")
        || has("log on")
        || has("logon")
        || has("console");
    let judged = [
        "virus",
        "malware",
        "spyware",
        "eicar",
        "c&c",
        "cnc",
        "intrusion",
        "exploit",
        "ransom",
        "web reputation",
        "webreputation",
        "behavior",
        "machine learning",
        "suspicious",
        "threat",
        "attack",
        "ips",
        "grayware",
        "trojan",
        "application control",
        "appcontrol",
        "integrity",
        "sandbox",
        "data leak",
        "dlp",
        "spam",
        "phish",
    ]
    .iter()
    .any(|word| has(word));
    // Deep Security numbers its modules' events from a million up.
    let numbered = header.event_id.parse::<u64>().is_ok_and(|number| number >= 1_000_000);
    if system && event.first_word(&["suser", "duser", "usrName"]).is_some() {
        let user = event.first_word(&["suser", "duser", "usrName"]).unwrap_or_default();
        event.set(Attr::UserName, user);
        event.class_is(Class::Authentication, if has("out") || has("logoff") { 2 } else { 1 });
        event.succeeded(!has("fail"));
    } else if judged || numbered {
        event.class_is(Class::DetectionFinding, 1);
        let title = event
            .first_word(&["cn1Label", "virusName", "VirusName", "malName", "threatName"])
            .filter(|title| !title.contains("Host ID") && !title.contains("Label"));
        let title = title
            .or_else(|| Some(header.name.clone()).filter(|name| !name.is_empty()))
            .unwrap_or_else(|| header.event_id.clone());
        event.set(Attr::FindingInfoTitle, title);
        event.set(Attr::FindingInfoUid, header.event_id.clone());
    } else if event.has(Attr::SrcEndpointIp) && event.has(Attr::DstEndpointIp) {
        event.class_is(Class::Network, 6);
    }
    if let Some(action) = event.word("act") {
        let stopped = [
            "block",
            "deny",
            "drop",
            "reset",
            "quarantine",
            "clean",
            "delete",
            "terminate",
            "prevent",
            "remove",
        ]
        .iter()
        .any(|word| action.to_ascii_lowercase().contains(word));
        event.allowed(!stopped);
        event.set(Attr::StatusDetail, action);
        event.mark("act");
    }
    true
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, read};

    #[test]
    fn what_it_judged_is_a_finding_and_who_signed_in_an_authentication() {
        for (line, class, paths, values) in [
            (
                "Jan 20 09:15:02 ds-1 CEF:0|Trend Micro|Deep Security Agent|20.0|4000000|Eicar_test_file|6|cn1=1 cn1Label=Host ID dvchost=pc-1 filePath=C:\\\\t\\\\eicar.com act=Delete msg=Realtime",
                2004,
                "finding_info.title device.hostname disposition severity",
                "Eicar_test_file pc-1 Blocked Medium",
            ),
            (
                "Jan 20 09:15:02 ds-1 CEF:0|Trend Micro|Deep Security Manager|20.0|600|User Signed In|3|src=192.0.2.4 suser=admin target=admin",
                3002,
                "user.name src_endpoint.ip status",
                "admin 192.0.2.4 Success",
            ),
            (
                "Jan 20 09:15:02 dd-1 LEEF:1.0|Trend Micro|Deep Discovery Inspector|6|MALWARE_DETECTION|sev=8\tsrc=192.0.2.4\tdst=203.0.113.7\tdvchost=dd-1",
                2004,
                "finding_info.uid severity src_endpoint.ip",
                "MALWARE_DETECTION High 192.0.2.4",
            ),
        ] {
            let event = read(line);
            assert_eq!((event.device(), event.class().uid()), ("trend_micro", class), "{line}");
            assert_eq!(at(&event, paths), values, "{line}");
        }
    }
}
