//! Palo Alto Networks' firewalls: comma-separated values whose order depends on the type in the fourth.

use std::borrow::Cow;

use super::{Device, Format, Message};
use crate::attribute::Attr;
use crate::class::{Class, Severity};
use crate::event::{As, Event, Field, LogSource};
use crate::moment;
use crate::normalizer::Context;
use crate::records::Cells;

pub(super) static DEVICE: Device = Device {
    name: "paloalto",
    product: "PAN-OS",
    vendor: Some("Palo Alto Networks"),
    recognise: |message, _| {
        matches!(message.format, Format::Text | Format::Pairs) && kind(message.body).is_some()
    },
    read,
    log_source: LogSource { product: Some("paloalto"), category: Some("firewall"), service: None },
};

/// The columns that all types begin with.
const HEAD: &[&str] =
    &["future_use1", "receive_time", "serial", "type", "subtype", "future_use2", "generated_time"];

/// Columns 8 and on of TRAFFIC and THREAT, which agree up to `action`.
const FLOW: &[&str] = &[
    "src",
    "dst",
    "natsrc",
    "natdst",
    "rule",
    "srcuser",
    "dstuser",
    "app",
    "vsys",
    "from",
    "to",
    "inbound_if",
    "outbound_if",
    "logset",
    "future_use3",
    "sessionid",
    "repeatcnt",
    "sport",
    "dport",
    "natsport",
    "natdport",
    "flags",
    "proto",
    "action",
];

const TRAFFIC: &[&str] = &[
    "bytes",
    "bytes_sent",
    "bytes_received",
    "packets",
    "start",
    "elapsed",
    "category",
    "future_use4",
    "seqno",
    "actionflags",
    "srcloc",
    "dstloc",
    "future_use5",
    "pkts_sent",
    "pkts_received",
    "session_end_reason",
    "dg_hier_level_1",
    "dg_hier_level_2",
    "dg_hier_level_3",
    "dg_hier_level_4",
    "vsys_name",
    "device_name",
    "action_source",
];

const THREAT: &[&str] = &[
    "misc",
    "threatid",
    "category",
    "severity",
    "direction",
    "seqno",
    "actionflags",
    "srcloc",
    "dstloc",
    "future_use4",
    "contenttype",
    "pcap_id",
    "filedigest",
    "cloud",
    "url_idx",
    "user_agent",
    "filetype",
    "xff",
    "referer",
    "sender",
    "subject",
    "recipient",
    "reportid",
    "dg_hier_level_1",
    "dg_hier_level_2",
    "dg_hier_level_3",
    "dg_hier_level_4",
    "vsys_name",
    "device_name",
];

const SYSTEM: &[&str] = &[
    "vsys",
    "eventid",
    "object",
    "future_use3",
    "future_use4",
    "module",
    "severity",
    "opaque",
    "seqno",
    "actionflags",
    "dg_hier_level_1",
    "dg_hier_level_2",
    "dg_hier_level_3",
    "dg_hier_level_4",
    "vsys_name",
    "device_name",
];

const CONFIG: &[&str] = &["host", "vsys", "cmd", "admin", "client", "result", "path", "seqno", "actionflags"];

const GLOBALPROTECT: &[&str] = &[
    "vsys",
    "eventid",
    "stage",
    "auth_method",
    "tunnel_type",
    "srcuser",
    "srcregion",
    "machinename",
    "public_ip",
    "public_ipv6",
    "private_ip",
    "private_ipv6",
    "hostid",
    "serialnumber",
    "client_ver",
    "client_os",
    "client_os_ver",
    "repeatcnt",
    "reason",
    "error",
    "opaque",
    "status",
];

/// The type in the fourth column, where the first three look like a PAN-OS line's.
fn kind(body: &str) -> Option<&str> {
    let mut cells = body.splitn(5, ',');
    let version = cells.next()?;
    let time = cells.next()?;
    let serial = cells.next()?;
    let kind = cells.next()?;
    let known = matches!(
        kind,
        "TRAFFIC"
            | "THREAT"
            | "SYSTEM"
            | "CONFIG"
            | "GLOBALPROTECT"
            | "USERID"
            | "HIPMATCH"
            | "CORRELATION"
            | "DECRYPTION"
            | "AUTHENTICATION"
            | "OTHERS"
    );
    let numbered = version.len() <= 2 && version.bytes().all(|byte| byte.is_ascii_digit());
    (known && numbered && time.contains('/') && serial.len() <= 32).then_some(kind)
}

fn read<'a>(message: &Message<'a>, event: &mut Event<'a>, context: &Context) -> bool {
    let Some(kind) = kind(message.body) else { return false };
    event.fields.clear();
    let (middle, tail): (&[&'static str], &[&'static str]) = match kind {
        "TRAFFIC" => (FLOW, TRAFFIC),
        "THREAT" => (FLOW, THREAT),
        "SYSTEM" => (SYSTEM, &[]),
        "CONFIG" => (CONFIG, &[]),
        "GLOBALPROTECT" => (GLOBALPROTECT, &[]),
        _ => (&[], &[]),
    };
    let names = HEAD.iter().chain(middle).chain(tail).map(|name| Cow::Borrowed(*name));
    let rest = (1..)
        .map(|number| Cow::Owned(format!("column{number}")))
        .skip(HEAD.len() + middle.len() + tail.len());
    let cells = Cells::of_csv(message.body).take(crate::limits::MAX_COLUMNS);
    for (name, cell) in names.chain(rest).zip(cells) {
        // What the version does not use says nothing.
        if !cell.is_empty() {
            event.fields.push(Field::new(name, cell, false));
        }
    }
    event.place(place);
    event.mark("type");
    if let Some(moment) =
        event.text("generated_time").or_else(|| event.text("receive_time")).and_then(moment::any)
    {
        event.happened_at(moment, &context.zone);
        event.mark("generated_time");
        event.mark("receive_time");
    }
    event.severity = event.text("severity").and_then(Severity::from_word).unwrap_or(Severity::Informational);
    event.mark("severity");
    if let Some(protocol) = event.word("proto") {
        event.protocol(protocol);
        event.mark("proto");
    }
    classify(kind, event);
    true
}

fn place(name: &str) -> Option<(Attr, As)> {
    Some(match name {
        "src" | "client" | "public_ip" => (Attr::SrcEndpointIp, As::Ip),
        "sport" => (Attr::SrcEndpointPort, As::Port),
        "from" => (Attr::SrcEndpointZone, As::Text),
        "inbound_if" => (Attr::SrcEndpointInterfaceName, As::Text),
        "dst" => (Attr::DstEndpointIp, As::Ip),
        "dport" => (Attr::DstEndpointPort, As::Port),
        "to" => (Attr::DstEndpointZone, As::Text),
        "outbound_if" => (Attr::DstEndpointInterfaceName, As::Text),
        "rule" => (Attr::FirewallRuleName, As::Text),
        "srcuser" | "admin" => (Attr::UserName, As::Text),
        "app" => (Attr::AppName, As::Text),
        "sessionid" => (Attr::ConnectionInfoUid, As::Text),
        "bytes" => (Attr::TrafficBytes, As::Number),
        "bytes_sent" => (Attr::TrafficBytesOut, As::Number),
        "bytes_received" => (Attr::TrafficBytesIn, As::Number),
        "packets" => (Attr::TrafficPackets, As::Number),
        "elapsed" => (Attr::Duration, As::Seconds),
        "session_end_reason" => (Attr::StatusDetail, As::Text),
        "serial" => (Attr::DeviceUid, As::Text),
        "device_name" => (Attr::DeviceHostname, As::Text),
        "subtype" => (Attr::MetadataLogName, As::Text),
        "eventid" | "cmd" => (Attr::MetadataEventCode, As::Text),
        "opaque" => (Attr::Message, As::Text),
        "seqno" => (Attr::MetadataUid, As::Text),
        "user_agent" => (Attr::HttpRequestUserAgent, As::Text),
        "referer" => (Attr::HttpRequestReferrer, As::Text),
        "machinename" => (Attr::SrcEndpointHostname, As::Text),
        "auth_method" => (Attr::AuthProtocol, As::Text),
        _ => return None,
    })
}

fn classify(kind: &str, event: &mut Event<'_>) {
    let subtype = event.word("subtype").unwrap_or_default();
    let action = event.word("action").unwrap_or_default();
    let allowed = matches!(&*action, "allow" | "alert" | "continue" | "override" | "");
    let ended = event.has(Attr::SrcEndpointIp) || event.has(Attr::DstEndpointIp);
    match (kind, &*subtype) {
        ("TRAFFIC", _) if ended => {
            let activity = match (&*subtype, allowed) {
                (_, false) => 5,
                ("start", _) => 1,
                ("end", _) => 2,
                _ => 6,
            };
            event.class_is(Class::Network, activity);
            event.allowed(allowed);
            event.mark("action");
        }
        ("THREAT", "url") => {
            event.class_is(Class::Http, 3);
            if let Some(url) = event.word("misc") {
                event.set(Attr::HttpRequestUrlUrlString, url);
                event.mark("misc");
            } else {
                event.class_is(Class::Network, 6);
            }
            event.allowed(allowed);
            event.mark("action");
        }
        ("THREAT", _) if !action.is_empty() => {
            event.class_is(Class::DetectionFinding, 1);
            // `Example Overflow(12345)`
            let threat = event.word("threatid").unwrap_or_default();
            let (title, uid) = threat
                .strip_suffix(')')
                .and_then(|inside| inside.rsplit_once('('))
                .unwrap_or((&threat, &threat));
            event.set(Attr::FindingInfoTitle, title.to_owned());
            event.set(Attr::FindingInfoUid, uid.to_owned());
            event.mark("threatid");
            event.allowed(allowed);
            event.mark("action");
        }
        ("SYSTEM", "auth" | "globalprotect" | "general") => {
            let words = event.word("opaque").unwrap_or_default();
            let Some(user) =
                super::between(&words, "user '", "'").or_else(|| super::between(&words, "User name: ", ","))
            else {
                return;
            };
            event.set(Attr::UserName, user.to_owned());
            if let Some(address) =
                super::between(&words, "From: ", ".").and_then(|_| super::word_after(&words, "From: "))
            {
                let address = address.trim_end_matches('.');
                if address.parse::<std::net::IpAddr>().is_ok() {
                    event.set(Attr::SrcEndpointIp, address.to_owned());
                }
            }
            event.class_is(
                Class::Authentication,
                if words.contains("logged out") || words.contains("logout") { 2 } else { 1 },
            );
            event.succeeded(
                !(words.contains("fail") || words.contains("denied") || words.contains("invalid")),
            );
        }
        ("GLOBALPROTECT", _) if event.has(Attr::UserName) => {
            let stage = event.word("stage").unwrap_or_default();
            event.class_is(Class::Authentication, if &*stage == "logout" { 2 } else { 1 });
            let status = event.word("status").unwrap_or_default();
            if !status.is_empty() {
                event.succeeded(&*status == "success");
                event.mark("status");
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, read};

    #[test]
    fn types_become_classes() {
        let flow = "192.0.2.4,198.51.100.9,,,out,corp\\taro,,web-browsing,vsys1,trust,untrust,ethernet1/1,ethernet1/2,fwd,2026/01/20 09:15:02,77,1,50000,443,0,0,0x0,tcp";
        for (rest, class, activity, paths, values) in [
            (format!("TRAFFIC,end,2049,2026/01/20 09:15:02,{flow},allow,300,100,200,4,2026/01/20 09:15:00,2,any,0,1,0x0"), 4001, 2, "src_endpoint.ip dst_endpoint.port traffic.bytes_in user.name duration", r"192.0.2.4 443 200 corp\taro 2000"),
            (format!("TRAFFIC,drop,2049,2026/01/20 09:15:02,{flow},deny,0,0,0,1"), 4001, 5, "disposition", "Blocked"),
            (format!("THREAT,url,2049,2026/01/20 09:15:02,{flow},block-url,\"example.com/a,b\",(9999),malware,informational,client-to-server"), 4002, 3, "http_request.url.url_string disposition", "example.com/a,b Blocked"),
            (format!("THREAT,vulnerability,2049,2026/01/20 09:15:02,{flow},reset-both,\"x\",Example Overflow(30001),any,critical,client-to-server"), 2004, 1, "finding_info.title finding_info.uid severity", "Example Overflow 30001 Critical"),
            ("SYSTEM,auth,0,2026/01/20 09:15:02,,auth-fail,,0,0,general,medium,\"failed authentication for user 'taro'. Reason: Invalid. From: 203.0.113.9.\",1".to_owned(), 3002, 1, "user.name status src_endpoint.ip", "taro Failure 203.0.113.9"),
        ] {
            let event = read(&format!("<14>Jan 20 09:15:02 pa-1 1,2026/01/20 09:15:02,001801000001,{rest}"));
            assert_eq!(event.device(), "paloalto", "{rest}");
            assert_eq!((event.class().uid(), event.activity_id()), (class, activity), "{rest}");
            assert_eq!(at(&event, paths), values, "{rest}");
            assert_eq!(event.time().to_string(), "2026-01-20T00:15:02Z", "{rest}");
        }
    }
}
