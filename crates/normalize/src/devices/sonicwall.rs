//! `SonicWall`: `id=firewall sn=… key=value`, its message number in `m`.

use std::borrow::Cow;

use super::{Device, Format, Message};
use crate::attribute::Attr;
use crate::class::{Class, Severity};
use crate::event::{As, Event, LogSource};
use crate::moment;
use crate::normalizer::Context;

pub(super) static DEVICE: Device = Device {
    name: "sonicwall",
    product: "SonicWall",
    vendor: Some("SonicWall"),
    recognise: |message, event| {
        message.format == Format::Pairs
            && ["id", "sn", "fw", "m"].iter().all(|name| event.field(name).is_some())
    },
    read,
    log_source: LogSource { product: Some("sonicwall"), category: Some("firewall"), service: None },
};

fn read<'a>(_: &Message<'a>, event: &mut Event<'a>, context: &Context) -> bool {
    event.place(|name| {
        Some(match name {
            "sn" => (Attr::DeviceUid, As::Text),
            "id" => (Attr::DeviceHostname, As::Text),
            "fw" => (Attr::DeviceIp, As::Ip),
            "m" => (Attr::MetadataEventCode, As::Text),
            "msg" => (Attr::Message, As::Text),
            "note" => (Attr::StatusDetail, As::Text),
            "srcV6" => (Attr::SrcEndpointIp, As::Ip),
            "dstV6" => (Attr::DstEndpointIp, As::Ip),
            "srcMac" => (Attr::SrcEndpointMac, As::Text),
            "dstMac" => (Attr::DstEndpointMac, As::Text),
            "dstname" => (Attr::DstEndpointHostname, As::Text),
            "usr" | "user" => (Attr::UserName, As::Text),
            "sent" => (Attr::TrafficBytesOut, As::Number),
            "rcvd" => (Attr::TrafficBytesIn, As::Number),
            "spkt" => (Attr::TrafficPacketsOut, As::Number),
            "rpkt" => (Attr::TrafficPacketsIn, As::Number),
            "cdur" => (Attr::Duration, As::Number),
            "appName" => (Attr::AppName, As::Text),
            "rule" => (Attr::FirewallRuleName, As::Text),
            "n" => (Attr::MetadataUid, As::Text),
            _ => return None,
        })
    });
    if let Some(moment) = event.text("time").and_then(moment::any) {
        event.happened_at(moment, &context.zone);
        event.mark("time");
    }
    event.severity = event
        .text("pri")
        .and_then(|level| level.parse().ok())
        .map_or(Severity::Unknown, Severity::from_syslog);
    event.mark("pri");
    for (name, ip, port, interface, host) in [
        (
            "src",
            Attr::SrcEndpointIp,
            Attr::SrcEndpointPort,
            Attr::SrcEndpointInterfaceName,
            Attr::SrcEndpointHostname,
        ),
        (
            "dst",
            Attr::DstEndpointIp,
            Attr::DstEndpointPort,
            Attr::DstEndpointInterfaceName,
            Attr::DstEndpointHostname,
        ),
    ] {
        if let Some(endpoint) = event.word(name) {
            place_endpoint(event, &endpoint, [ip, port, interface, host]);
            event.mark(name);
        }
    }
    if let Some(protocol) = event.word("proto") {
        event.protocol(protocol);
        event.mark("proto");
    }
    classify(event);
    true
}

/// `192.0.2.1:4507:WAN:host`, any part but the first missing; for IPv6 the address stands elsewhere.
fn place_endpoint(event: &mut Event<'_>, endpoint: &str, [ip, port, interface, host]: [Attr; 4]) {
    let mut parts = endpoint.split(':');
    if let Some(address) = parts.next().filter(|address| address.parse::<std::net::IpAddr>().is_ok()) {
        event.set(ip, address.to_owned());
    }
    if let Some(number) = parts.next().and_then(|port| port.parse::<u16>().ok()) {
        event.set(port, i64::from(number));
    }
    for (attr, part) in [interface, host].into_iter().zip(parts) {
        if !part.is_empty() {
            event.set(attr, part.to_owned());
        }
    }
}

/// Messages are numbered; the words of the rest say whether something was stopped.
fn classify(event: &mut Event<'_>) {
    let number = event.field("m").and_then(crate::Value::as_i64).unwrap_or(0);
    let words = event.word("msg").unwrap_or(Cow::Borrowed("")).to_ascii_lowercase();
    let has = |word: &str| words.contains(word);
    match number {
        // Logins of administrators and users, and their failures.
        29..=33 | 35 | 199 | 200 | 235..=238 | 243..=246 | 261 | 262 | 328 | 329 | 759 | 1080 | 1461
            if has("log") =>
        {
            let failed = has("denied") || has("fail") || has("bad") || has("invalid") || has("not allowed");
            let out = has("logged out") || has("logout") || has("session ended");
            if !event.has(Attr::UserName) && number < 36 {
                event.set(Attr::UserName, "admin");
            }
            if event.has(Attr::UserName) {
                event.class_is(Class::Authentication, if out { 2 } else { 1 });
                event.succeeded(!failed);
            }
        }
        14 | 16 | 97 => {
            event.class_is(Class::Http, 3);
            event.allowed(number == 97);
            let host = event.word("dstname").unwrap_or_default();
            let path = event.word("arg").unwrap_or_default();
            if host.is_empty() {
                event.class_is(Class::Network, if number == 97 { 6 } else { 5 });
            } else {
                event.set(Attr::HttpRequestUrlUrlString, format!("{host}{path}"));
                event.set(Attr::HttpRequestUrlHostname, host);
                event.mark("arg");
            }
        }
        _ if has("intrusion")
            || has("ips ")
            || has("virus")
            || has("malware")
            || has("spyware")
            || has("attack")
            || has("botnet") =>
        {
            event.class_is(Class::DetectionFinding, 1);
            let title = event.word("msg").unwrap_or_default();
            event.set(Attr::FindingInfoTitle, title);
            event.set(Attr::FindingInfoUid, number.to_string());
            event.allowed(!(has("block") || has("prevent") || has("drop")));
        }
        _ if event.has(Attr::SrcEndpointIp) || event.has(Attr::DstEndpointIp) => {
            let stopped = has("drop") || has("denied") || has("block") || has("reject");
            let activity = match number {
                _ if stopped => 5,
                98 => 1,
                537 => 2,
                _ => 6,
            };
            event.class_is(Class::Network, activity);
            event.allowed(!stopped);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, read};

    #[test]
    fn messages_get_their_class_by_number_and_words() {
        let head =
            r#"<134>id=office-1 sn=0017C5000001 time="2026-01-20 00:15:02 UTC" fw=203.0.113.1 pri=5 c=64"#;
        for (rest, class, activity, paths, values) in [
            (
                r#"m=36 msg="TCP connection dropped" n=1 src=198.51.100.7:4507:X1 dst=203.0.113.1:445:X0:pc-1 proto=tcp/445"#,
                4001,
                5,
                "src_endpoint.ip src_endpoint.port dst_endpoint.hostname disposition connection_info.protocol_num",
                "198.51.100.7 4507 pc-1 Blocked 6",
            ),
            (
                r#"m=98 msg="Connection Opened" n=2 src=192.0.2.4:1025:X0 dst=198.51.100.9:443:X1 proto=tcp/https"#,
                4001,
                1,
                "dst_endpoint.svc_name dst_endpoint.interface_name disposition",
                "https X1 Allowed",
            ),
            (
                r#"m=14 msg="Web site access denied" src=192.0.2.4:1025:X0 dst=198.51.100.9:443:X1 dstname=example.com arg=/a"#,
                4002,
                3,
                "http_request.url.url_string disposition",
                "example.com/a Blocked",
            ),
            (
                r#"m=30 msg="Administrator login denied due to bad credentials" src=198.51.100.7:1:X1 dst=203.0.113.1:443:X0"#,
                3002,
                1,
                "user.name status src_endpoint.ip",
                "admin Failure 198.51.100.7",
            ),
            (
                r#"m=608 msg="IPS Detection Alert: Example" src=198.51.100.7 dst=192.0.2.4"#,
                2004,
                1,
                "finding_info.uid",
                "608",
            ),
        ] {
            let event = read(&format!("{head} {rest}"));
            assert_eq!(event.device(), "sonicwall", "{rest}");
            assert_eq!((event.class().uid(), event.activity_id()), (class, activity), "{rest}");
            assert_eq!(at(&event, paths), values, "{rest}");
            assert_eq!(event.time().to_string(), "2026-01-20T00:15:02Z", "{rest}");
        }
    }

    #[test]
    fn ipv6_stands_in_its_own_fields() {
        let event = read(
            "id=a sn=1 time=\"2026-01-20 00:15:02 UTC\" fw=203.0.113.1 pri=5 m=1233 msg=\"dropped\" srcV6=fe80::1 src=:49702:X0 dstV6=ff02::1 dst=:5355",
        );
        assert_eq!(at(&event, "src_endpoint.ip src_endpoint.port dst_endpoint.port"), "fe80::1 49702 5355");
    }
}
