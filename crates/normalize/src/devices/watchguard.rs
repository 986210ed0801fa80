//! `WatchGuard` Firebox: a few words of free text in the middle of `key="value"` pairs, `msg_id` first.

use std::net::IpAddr;

use super::{Device, Format, Message};
use crate::attribute::Attr;
use crate::class::Class;
use crate::event::{As, Event, LogSource};
use crate::normalizer::Context;

pub(super) static DEVICE: Device = Device {
    name: "watchguard",
    product: "Firebox",
    vendor: Some("WatchGuard"),
    recognise: |message, event| {
        matches!(message.format, Format::Pairs | Format::Text)
            && message.body.contains("msg_id=\"")
            && event.text("msg_id").is_none_or(is_message_id)
    },
    read,
    log_source: LogSource { product: Some("watchguard"), category: Some("firewall"), service: None },
};

/// `3000-0148`
fn is_message_id(id: &str) -> bool {
    id.len() == 9
        && id.split_once('-').is_some_and(|(left, right)| {
            left.len() == 4 && left.bytes().chain(right.bytes()).all(|byte| byte.is_ascii_alphanumeric())
        })
}

fn read<'a>(message: &Message<'a>, event: &mut Event<'a>, _: &Context) -> bool {
    let Some((_, after)) = message.body.split_once("msg_id=\"") else { return false };
    let Some((id, rest)) = after.split_once('"').filter(|(id, _)| is_message_id(id)) else { return false };
    if event.field("msg_id").is_none() {
        let Ok(pairs) = crate::pairs::read(message.body) else { return false };
        event.take_fields(pairs);
    }
    event.set(Attr::MetadataEventCode, id);
    event.mark("msg_id");
    event.place(|name| {
        Some(match name {
            "msg" => (Attr::Message, As::Text),
            "src_user" | "user" => (Attr::UserName, As::Text),
            "app_name" => (Attr::AppName, As::Text),
            "dstname" | "host" => (Attr::HttpRequestUrlHostname, As::Text),
            "arg" | "path" => (Attr::HttpRequestUrlPath, As::Text),
            "op" => (Attr::HttpRequestHttpMethod, As::Text),
            "sent_bytes" => (Attr::TrafficBytesOut, As::Number),
            "rcvd_bytes" => (Attr::TrafficBytesIn, As::Number),
            "duration" => (Attr::Duration, As::Seconds),
            "geo_src" => return None,
            "proxy_act" => (Attr::PolicyName, As::Text),
            "signature_name" | "virus" => (Attr::FindingInfoTitle, As::Text),
            "signature_id" => (Attr::FindingInfoUid, As::Text),
            _ => return None,
        })
    });
    let flow = rest.trim_start();
    if !read_flow(flow, event) {
        read_sign_in(flow, event);
    }
    true
}

/// `Allow 1-Trusted 0-External [40 tcp 20 127] 192.0.2.4 198.51.100.9 50000 443 …`: verdict, interfaces, then the
/// first two addresses and the two numbers after them.
fn read_flow<'a>(text: &'a str, event: &mut Event<'a>) -> bool {
    let mut words = text.split_ascii_whitespace();
    let Some(
        verdict @ ("Allow" | "Deny" | "ProxyAllow:" | "ProxyDeny:" | "ProxyDrop:" | "ProxyBlock:"
        | "ProxyStrip:"),
    ) = words.next()
    else {
        return false;
    };
    let words: Vec<&str> = words.take(16).collect();
    let Some(at) = words.windows(2).position(|pair| pair.iter().all(|word| word.parse::<IpAddr>().is_ok()))
    else {
        return false;
    };
    let mut after = words.iter().skip(at);
    let mut next = || after.next().copied().unwrap_or("");
    event.add("src_ip", Attr::SrcEndpointIp, next());
    event.add("dst_ip", Attr::DstEndpointIp, next());
    event.add_number("src_port", Attr::SrcEndpointPort, next());
    event.add_number("dst_port", Attr::DstEndpointPort, next());
    event.add("src_intf", Attr::SrcEndpointInterfaceName, words.first().copied().unwrap_or(""));
    event.add("dst_intf", Attr::DstEndpointInterfaceName, words.get(1).copied().unwrap_or(""));
    if let Some(protocol) =
        words.iter().take(at).find(|word| matches!(**word, "tcp" | "udp" | "icmp" | "igmp" | "esp" | "gre"))
    {
        event.protocol(*protocol);
    }
    let allowed = matches!(verdict, "Allow" | "ProxyAllow:");
    event.add_unmapped("disp", verdict.trim_end_matches(':'));
    event.mark("disp");
    event.class_is(Class::Network, if allowed { 6 } else { 5 });
    if event.has(Attr::FindingInfoTitle) {
        event.class_is(Class::DetectionFinding, 1);
        if !event.has(Attr::FindingInfoUid) {
            event.set(Attr::FindingInfoUid, "signature");
        }
    } else if event.has(Attr::HttpRequestUrlHostname) {
        let method = event.word("op");
        event.class_is(Class::Http, method.map_or(3, |method| super::http::method_activity(&method)));
    }
    event.allowed(allowed);
    true
}

/// `Management user admin@Firebox-DB from 192.0.2.4 log in attempt was rejected`, `SSL VPN user taro@… from …`.
fn read_sign_in<'a>(text: &'a str, event: &mut Event<'a>) {
    let Some((_, rest)) = text.split_once("user ") else { return };
    let Some((user, rest)) = rest.split_once(" from ") else { return };
    event.add("user", Attr::UserName, user.trim_matches('\''));
    if let Some(address) = rest.split([' ', ',']).next().filter(|word| word.parse::<IpAddr>().is_ok()) {
        event.add("src_ip", Attr::SrcEndpointIp, address);
    }
    let failed = ["reject", "fail", "denied", "invalid"].iter().any(|word| rest.contains(word));
    let out = ["logged out", "log out", "logoff"].iter().any(|word| rest.contains(word));
    event.class_is(Class::Authentication, if out { 2 } else { 1 });
    event.succeeded(!failed);
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, read};

    #[test]
    fn flows_and_sign_ins_are_read_from_the_free_text() {
        for (line, class, activity, paths, values) in [
            (
                r#"<140>Jan 20 09:15:02 firebox firewall: msg_id="3000-0148" Deny 0-External 1-Trusted 52 tcp 20 115 198.51.100.7 192.0.2.4 41000 3389 offset 8 S 1 win 32  (Unhandled External Packet-00)"#,
                4001,
                5,
                "src_endpoint.ip dst_endpoint.port connection_info.protocol_name disposition",
                "198.51.100.7 3389 tcp Blocked",
            ),
            (
                r#"<142>Jan 20 09:15:02 firebox http-proxy[77]: msg_id="1AFF-0024" ProxyAllow: 1-Trusted 0-External tcp 192.0.2.4 198.51.100.9 50000 80 msg="HTTP request" proxy_act="HTTP-Client" op="GET" dstname="example.com" arg="/a" sent_bytes="10" rcvd_bytes="20"  (HTTP-proxy-00)"#,
                4002,
                3,
                "http_request.url.hostname traffic.bytes_in disposition",
                "example.com 20 Allowed",
            ),
            (
                r#"<140>Jan 20 09:15:02 firebox sessiond[99]: msg_id="3E00-0004" Management user admin@Firebox-DB from 203.0.113.9 log in attempt was rejected."#,
                3002,
                1,
                "user.name src_endpoint.ip status",
                "admin@Firebox-DB 203.0.113.9 Failure",
            ),
        ] {
            let event = read(line);
            assert_eq!(event.device(), "watchguard", "{line}");
            assert_eq!((event.class().uid(), event.activity_id()), (class, activity), "{line}");
            assert_eq!(at(&event, paths), values, "{line}");
        }
    }
}
