//! Cisco ASA, Firepower and IOS: `%ASA-6-302013: …`. The number names the message, the words hold the ends.

use std::net::IpAddr;

use super::{Device, Format, Message, between, word_after};
use crate::attribute::Attr;
use crate::class::{Class, Severity};
use crate::event::{Event, LogSource};
use crate::normalizer::Context;

pub(super) static DEVICE: Device = Device {
    name: "cisco",
    product: "Cisco",
    vendor: Some("Cisco"),
    recognise: |message, _| {
        matches!(message.format, Format::Text | Format::Pairs) && Tag::find(message.body).is_some()
    },
    read,
    log_source: LogSource { product: Some("cisco"), category: None, service: None },
};

/// `%ASA-6-302013: text`
struct Tag<'a> {
    facility: &'a str,
    severity: u8,
    id: &'a str,
    text: &'a str,
}

impl<'a> Tag<'a> {
    /// Stands at the start of the message, perhaps after a few words (a host, a sequence number).
    fn find(body: &'a str) -> Option<Self> {
        let at = body.bytes().take(160).position(|byte| byte == b'%')?;
        let (head, text) = body.get(at + 1..)?.split_once(':')?;
        let mut parts = head.splitn(3, '-');
        let facility = parts.next().filter(|name| {
            (2..=24).contains(&name.len())
                && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
        })?;
        let mut severity = parts.next()?;
        let mut id = parts.next()?;
        // Nexus and some IOS facilities have a subfacility: `%MODULE-SUB-5-OK`.
        if severity.len() != 1 {
            (severity, id) = id.split_once('-')?;
        }
        let severity = severity.parse().ok().filter(|severity| *severity <= 7)?;
        let id = id.split(' ').next().filter(|id| {
            !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        })?;
        Some(Tag { facility, severity, id, text: text.trim_start() })
    }
}

fn read<'a>(message: &Message<'a>, event: &mut Event<'a>, _: &Context) -> bool {
    let Some(tag) = Tag::find(message.body) else { return false };
    event.fields.clear();
    event.severity = Severity::from_syslog(tag.severity);
    event.set(
        Attr::MetadataProductName,
        match tag.facility {
            "ASA" | "PIX" | "FWSM" => "ASA",
            "FTD" | "NGIPS" => "Firepower",
            _ => "IOS",
        },
    );
    event.set(Attr::MetadataLogName, tag.facility);
    event.add("mnemonic", Attr::MetadataEventCode, tag.id);
    event.message(tag.text);
    if matches!(tag.facility, "ASA" | "PIX" | "FWSM" | "FTD") {
        firewall(&tag, event);
    } else {
        router(&tag, event);
    }
    true
}

fn firewall<'a>(tag: &Tag<'a>, event: &mut Event<'a>) {
    if tag.facility == "FTD" && tag.text.contains("SrcIP: ") {
        return connection_event(tag, event);
    }
    let text = tag.text;
    let number: u32 = tag.id.parse().unwrap_or(0);
    if let Some(user) = user(text) {
        event.add("user", Attr::UserName, user);
    }
    ends(text, event);
    if let Some(protocol) =
        text.split_ascii_whitespace().map(|word| word.trim_matches([',', ':'])).find(|word| {
            ["tcp", "udp", "icmp", "icmp6", "esp", "gre", "igmp"]
                .iter()
                .any(|known| known.eq_ignore_ascii_case(word))
        })
    {
        event.protocol(protocol.to_ascii_lowercase());
    }
    if let Some(rule) = between(text, "access-group \"", "\"").or_else(|| word_after(text, "access-list ")) {
        event.add("rule", Attr::FirewallRuleName, rule);
    }
    let denied = ["Deny", "denied", "Denied", "dropped", "Dropped", "discarded", "rejected"]
        .iter()
        .any(|word| text.contains(word));
    match number {
        // AAA, management and VPN sign-ins.
        113_003..=113_022
        | 605_004
        | 605_005
        | 611_101..=611_103
        | 716_038
        | 716_039
        | 109_005
        | 109_006
        | 113_039
        | 722_022
        | 716_001
        | 716_002
        | 722_037
        | 113_019
        | 315_011
        | 308_001
            if event.has(Attr::UserName) =>
        {
            let failed = denied
                || text.contains("failed")
                || text.contains("Rejected")
                || text.contains("invalid")
                || text.contains("unsuccessful");
            let out = matches!(number, 113_019 | 716_002 | 611_103 | 722_037 | 315_011);
            event.class_is(Class::Authentication, if out { 2 } else { 1 });
            event.succeeded(!failed);
        }
        302_013 | 302_015 | 302_017 | 302_020 => flow(event, 1, true),
        302_014 | 302_016 | 302_018 | 302_021 => {
            flow(event, 2, true);
            if let Some(bytes) = word_after(text, " bytes ") {
                event.add_number("bytes", Attr::TrafficBytes, bytes);
            }
        }
        400_000..=400_099 | 338_001..=338_204 | 733_100..=733_105 | 420_002 | 430_001 => {
            event.class_is(Class::DetectionFinding, 1);
            event.set(Attr::FindingInfoTitle, text);
            event.set(Attr::FindingInfoUid, tag.id);
            event.allowed(!denied);
        }
        304_001 | 304_002 if event.has(Attr::SrcEndpointIp) || event.has(Attr::DstEndpointIp) => {
            flow(event, 6, number == 304_001);
        }
        _ if event.has(Attr::SrcEndpointIp) || event.has(Attr::DstEndpointIp) => {
            flow(event, if denied { 5 } else { 6 }, !denied);
        }
        _ => {}
    }
}

fn flow(event: &mut Event<'_>, activity: u8, allowed: bool) {
    event.class_is(Class::Network, activity);
    event.allowed(allowed);
}

/// One end of a connection: `outside:192.0.2.1/443(LOCAL\taro)`, `192.0.2.1/443`, `192.0.2.1(443)`, `inside/192.0.2.1(443)`.
fn end(word: &str) -> Option<(Option<&str>, &str, Option<&str>)> {
    let word = word.trim_matches([',', ';', '.', '"', '<', '>', '[', ']']);
    let word = word.split("(LOCAL").next()?;
    let address = |text: &str| text.parse::<IpAddr>().is_ok();
    if address(word) {
        return Some((None, word, None));
    }
    // The interface before the address, behind a colon or a slash.
    let (interface, rest) = match word.split_once(['/', ':']) {
        Some((before, after))
            if !address(before)
                && !after.is_empty()
                && !before.contains('(')
                && !before.is_empty()
                && !before.contains(':') =>
        {
            (Some(before), after)
        }
        _ => (None, word),
    };
    if address(rest) {
        return Some((interface, rest, None));
    }
    let (host, port) = rest.split_once('/').or_else(|| rest.split_once('('))?;
    let port = port.split(['(', ')', ' ']).next().filter(|port| !port.is_empty());
    address(host).then_some((interface, host, port))
}

/// The first two ends named in the text are the source and the destination; `for`/`to` in an inbound connection
/// name them the other way round.
fn ends<'a>(text: &'a str, event: &mut Event<'a>) {
    let mut found = text.split([' ', '=']).filter_map(end).filter(|(_, address, _)| *address != "0.0.0.0");
    let (Some(mut first), mut second) = (found.next(), found.next()) else { return };
    // `Built … for outside:A/1 (A/1) to inside:B/2 (B/2)`: the translated address follows in brackets.
    if let Some(other) = text.split_once(" to ").and_then(|(_, after)| after.split([' ', '=']).find_map(end))
    {
        second = Some(other);
    }
    if text.starts_with("Built outbound")
        && let Some(destination) = second
    {
        second = Some(first);
        first = destination;
    }
    add_end(
        event,
        first,
        ["src_ip", "src_port", "src_intf"],
        [Attr::SrcEndpointIp, Attr::SrcEndpointPort, Attr::SrcEndpointInterfaceName],
    );
    if let Some(second) = second {
        add_end(
            event,
            second,
            ["dst_ip", "dst_port", "dst_intf"],
            [Attr::DstEndpointIp, Attr::DstEndpointPort, Attr::DstEndpointInterfaceName],
        );
    }
}

fn add_end<'a>(
    event: &mut Event<'a>,
    (interface, address, port): (Option<&'a str>, &'a str, Option<&'a str>),
    names: [&'static str; 3],
    attrs: [Attr; 3],
) {
    event.add(names[0], attrs[0], address);
    if let Some(port) = port {
        event.add_number(names[1], attrs[1], port);
    }
    if let Some(interface) = interface {
        event.add(names[2], attrs[2], interface);
    }
}

/// `user = taro`, `user 'taro'`, `Username = taro`, `User <taro>`, `uname: taro`, `for user "taro"`.
fn user(text: &str) -> Option<&str> {
    let rest = [
        "user = ",
        "Username = ",
        "User = ",
        "username = ",
        "for user ",
        "User <",
        "user '",
        "uname: ",
        "Uname: ",
        "username: ",
        "user ",
    ]
    .into_iter()
    .find_map(|words| text.split_once(words).map(|(_, rest)| rest))?;
    let rest = rest.trim_start_matches(['"', '\'', '<']);
    rest.split(['"', '\'', '>', ',', ' ', ':']).next().filter(|name| !name.is_empty() && *name != "=")
}

/// Firepower's connection and intrusion events: `SrcIP: 192.0.2.1, DstPort: 443, …`.
fn connection_event<'a>(tag: &Tag<'a>, event: &mut Event<'a>) {
    for (name, value) in
        tag.text.split(", ").filter_map(|pair| pair.split_once(": ")).take(crate::limits::MAX_FIELDS)
    {
        match name {
            "SrcIP" => event.add("SrcIP", Attr::SrcEndpointIp, value),
            "DstIP" => event.add("DstIP", Attr::DstEndpointIp, value),
            "SrcPort" => event.add_number("SrcPort", Attr::SrcEndpointPort, value),
            "DstPort" => event.add_number("DstPort", Attr::DstEndpointPort, value),
            "Protocol" => event.protocol(value),
            "User" => event.add("User", Attr::UserName, value),
            "AccessControlRuleName" => event.add("AccessControlRuleName", Attr::FirewallRuleName, value),
            "URL" => event.add("URL", Attr::UrlUrlString, value),
            "Message" => event.add("Message", Attr::FindingInfoTitle, value.trim_matches('"')),
            "SID" => event.add("SID", Attr::FindingInfoUid, value),
            _ => event.fields.push(crate::event::Field::new(name, value, false)),
        }
    }
    let blocked = event.text("AccessControlRuleAction").is_some_and(|action| action.starts_with("Block"))
        || event
            .text("InlineResult")
            .is_some_and(|result| result.contains("Dropped") || result.contains("Blocked"));
    if tag.id == "430001" && event.has(Attr::FindingInfoTitle) {
        event.class_is(Class::DetectionFinding, 1);
        if !event.has(Attr::FindingInfoUid) {
            event.set(Attr::FindingInfoUid, tag.id);
        }
        event.allowed(!blocked);
    } else {
        flow(
            event,
            match (blocked, tag.id) {
                (true, _) => 5,
                (_, "430002") => 1,
                _ => 2,
            },
            !blocked,
        );
    }
}

/// IOS: sign-ins and access lists; the rest are base events with their mnemonic.
fn router<'a>(tag: &Tag<'a>, event: &mut Event<'a>) {
    let text = tag.text;
    match (tag.facility, tag.id) {
        ("SEC_LOGIN", id) => {
            if let Some(name) = between(text, "[user: ", "]") {
                event.add("user", Attr::UserName, name);
            }
            if let Some(source) = between(text, "[Source: ", "]") {
                event.add("src_ip", Attr::SrcEndpointIp, source);
            }
            if event.has(Attr::UserName) {
                event.class_is(Class::Authentication, 1);
                event.succeeded(id == "LOGIN_SUCCESS");
            }
        }
        ("SEC", _) => {
            ends(text, event);
            if event.has(Attr::SrcEndpointIp) {
                let denied = text.contains(" denied ");
                flow(event, if denied { 5 } else { 6 }, !denied);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, read};

    #[test]
    fn messages_are_read_by_their_number() {
        for (text, class, activity, paths, values) in [
            (
                "%ASA-6-302013: Built inbound TCP connection 77 for outside:203.0.113.7/50000 (203.0.113.7/50000) to dmz:192.0.2.10/443 (198.51.100.10/443)",
                4001,
                1,
                "src_endpoint.ip src_endpoint.interface_name dst_endpoint.ip dst_endpoint.port connection_info.protocol_name",
                "203.0.113.7 outside 192.0.2.10 443 tcp",
            ),
            (
                "%ASA-6-302015: Built outbound UDP connection 78 for outside:203.0.113.53/53 (203.0.113.53/53) to inside:192.0.2.4/5353 (198.51.100.10/5353)",
                4001,
                1,
                "src_endpoint.ip dst_endpoint.ip dst_endpoint.port",
                "192.0.2.4 203.0.113.53 53",
            ),
            (
                "%ASA-6-302014: Teardown TCP connection 77 for outside:203.0.113.7/50000 to dmz:192.0.2.10/443 duration 0:00:30 bytes 512 TCP FINs",
                4001,
                2,
                "traffic.bytes dst_endpoint.port",
                "512 443",
            ),
            (
                "%ASA-4-106023: Deny tcp src outside:203.0.113.7/50000 dst inside:192.0.2.4/3389 by access-group \"acl_in\" [0x0, 0x0]",
                4001,
                5,
                "src_endpoint.ip dst_endpoint.port firewall_rule.name disposition",
                "203.0.113.7 3389 acl_in Blocked",
            ),
            (
                "%ASA-6-106100: access-list acl_in denied tcp outside/203.0.113.7(50000) -> inside/192.0.2.4(23) hit-cnt 1 first hit",
                4001,
                5,
                "src_endpoint.ip src_endpoint.interface_name dst_endpoint.port",
                "203.0.113.7 outside 23",
            ),
            (
                "%ASA-6-113005: AAA user authentication Rejected : reason = AAA failure : server = 192.0.2.3 : user = taro : user IP = 203.0.113.7",
                3002,
                1,
                "user.name status",
                "taro Failure",
            ),
            (
                "%ASA-6-605005: Login permitted from 192.0.2.4/50000 to inside:192.0.2.1/ssh for user \"admin\"",
                3002,
                1,
                "user.name status src_endpoint.ip",
                "admin Success 192.0.2.4",
            ),
            (
                "%FTD-6-430003: AccessControlRuleAction: Block, SrcIP: 203.0.113.7, DstIP: 192.0.2.4, SrcPort: 1, DstPort: 445, Protocol: tcp",
                4001,
                5,
                "dst_endpoint.port disposition",
                "445 Blocked",
            ),
            (
                "%SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: admin] [Source: 203.0.113.7] [localport: 22]",
                3002,
                1,
                "user.name src_endpoint.ip status",
                "admin 203.0.113.7 Failure",
            ),
            (
                "%LINK-3-UPDOWN: Interface GigabitEthernet0/1, changed state to up",
                0,
                0,
                "metadata.event_code severity metadata.product.name",
                "UPDOWN High IOS",
            ),
        ] {
            let event = read(&format!("<166>Jan 20 09:15:02 fw-1 : {text}"));
            assert_eq!(event.device(), "cisco", "{text}");
            assert_eq!((event.class().uid(), event.activity_id()), (class, activity), "{text}");
            assert_eq!(at(&event, paths), values, "{text}");
        }
    }

    #[test]
    fn every_envelope_that_cisco_writes_is_opened() {
        for line in [
            "%ASA-4-106023: Deny udp src a:192.0.2.1/1 dst b:192.0.2.2/2",
            "<166>Jan 20 2026 09:15:02: %ASA-4-106023: Deny udp src a:192.0.2.1/1 dst b:192.0.2.2/2",
            "<166>:Jan 20 09:15:02 UTC: %ASA-4-106023: Deny udp src a:192.0.2.1/1 dst b:192.0.2.2/2",
            "<166>2026-01-20T00:15:02Z fw-1 : %ASA-4-106023: Deny udp src a:192.0.2.1/1 dst b:192.0.2.2/2",
            "<189>364241: *Jan 20 09:15:02.123: %ASA-4-106023: Deny udp src a:192.0.2.1/1 dst b:192.0.2.2/2",
        ] {
            let event = read(line);
            assert_eq!(
                at(&event, "class_uid src_endpoint.ip dst_endpoint.port"),
                "4001 192.0.2.1 2",
                "{line}"
            );
        }
    }
}
