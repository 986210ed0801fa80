//! Yamaha's RTX, NVR and FWX routers and WLX access points: no vendor code, told by the words at the start.

use std::net::IpAddr;

use super::{Device, Format, Message, between};
use crate::attribute::Attr;
use crate::class::Class;
use crate::event::{Event, LogSource};
use crate::moment;
use crate::normalizer::Context;

pub(super) static DEVICE: Device = Device {
    name: "yamaha",
    product: "RTX",
    vendor: Some("Yamaha"),
    recognise: |message, _| matches!(message.format, Format::Text) && Line::of(message).is_some(),
    read,
    log_source: LogSource { product: Some("yamaha"), category: Some("firewall"), service: None },
};

/// What kind of line it is.
enum Line<'a> {
    Filter { interface: &'a str, passed: bool, inbound: bool, filter: &'a str, flow: &'a str },
    Inspect { interface: &'a str, outbound: bool, flow: &'a str, rest: &'a str },
    Dhcp { rest: &'a str },
    Ike { rest: &'a str },
    Tunnel { name: &'a str, up: bool },
    SignIn { succeeded: bool, user: Option<&'a str>, rest: &'a str },
    Switch { rest: &'a str },
}

impl<'a> Line<'a> {
    /// These routers write no host, so that an envelope may have taken their first word for one.
    fn of(message: &Message<'a>) -> Option<Self> {
        Self::read(message.body).or_else(|| Self::read(message.envelope.after_time))
    }

    fn read(body: &'a str) -> Option<Self> {
        if let Some(rest) = body.strip_prefix("[INSPECT] ") {
            let (head, flow) = rest.split_once(' ')?;
            let mut parts = head.split(['[', ']']).filter(|part| !part.is_empty());
            let interface = head.rsplitn(3, '[').last()?;
            let outbound = parts.any(|part| part == "out");
            let (flow, rest) = flow.split_once(" (").unwrap_or((flow, ""));
            return Some(Line::Inspect { interface, outbound, flow, rest });
        }
        for mark in ["[DHCPD] ", "[DHCP] "] {
            if let Some(rest) = body.strip_prefix(mark) {
                return Some(Line::Dhcp { rest });
            }
        }
        if body.starts_with("[IKE")
            || body.starts_with("[IPSEC")
            || body.starts_with("[L2TP")
            || body.starts_with("[PPTP")
        {
            return Some(Line::Ike { rest: body.split_once("] ")?.1 });
        }
        if let Some(rest) = body.strip_prefix("[SWCTL] ") {
            return Some(Line::Switch { rest });
        }
        if let Some((name, state)) = body.strip_prefix("IP Tunnel[").and_then(|rest| rest.split_once("] ")) {
            return Some(Line::Tunnel { name, up: state.starts_with("Up") });
        }
        filter(body).or_else(|| sign_in(body))
    }
}

/// `TUNNEL[1] Rejected at IN(300) filter: UDP 192.0.2.1:67 > 192.0.2.2:68`
fn filter(body: &str) -> Option<Line<'_>> {
    let (head, flow) = body.split_once(" filter: ")?;
    let (head, filter) = head.strip_suffix(')')?.rsplit_once('(')?;
    let (interface, verdict) = head.split_once(' ')?;
    let (passed, inbound) = match verdict {
        "Rejected at IN" => (false, true),
        "Rejected at OUT" => (false, false),
        "Passed at IN" => (true, true),
        "Passed at OUT" => (true, false),
        _ => return None,
    };
    Some(Line::Filter { interface, passed, inbound, filter, flow })
}

/// `Login succeeded for HTTP: 192.0.2.4 admin`, `Login failed for TELNET: 192.0.2.4`, `Logout from …`.
fn sign_in(body: &str) -> Option<Line<'_>> {
    let (succeeded, rest) = if let Some(rest) = body.strip_prefix("Login succeeded for ") {
        (true, rest)
    } else if let Some(rest) = body.strip_prefix("Login failed for ") {
        (false, rest)
    } else {
        return None;
    };
    let words = rest.split_once(": ").map_or(rest, |(_, words)| words);
    let user = words.split_ascii_whitespace().find(|word| word.parse::<IpAddr>().is_err());
    Some(Line::SignIn { succeeded, user, rest: words })
}

fn read<'a>(message: &Message<'a>, event: &mut Event<'a>, context: &Context) -> bool {
    let Some(line) = Line::of(message) else { return false };
    event.host_in_envelope = Line::read(message.body).is_some();
    event.message(if event.host_in_envelope { message.body } else { message.envelope.after_time });
    match line {
        Line::Filter { interface, passed, inbound, filter, flow } => {
            read_flow(flow, event);
            event.add(
                if inbound { "in_interface" } else { "out_interface" },
                if inbound { Attr::SrcEndpointInterfaceName } else { Attr::DstEndpointInterfaceName },
                interface,
            );
            event.add("filter", Attr::FirewallRuleUid, filter);
            event.set(Attr::ConnectionInfoDirectionId, if inbound { 1 } else { 2 });
            if event.has(Attr::SrcEndpointIp) || event.has(Attr::SrcEndpointMac) {
                event.class_is(Class::Network, if passed { 6 } else { 5 });
            }
            event.allowed(passed);
        }
        Line::Inspect { interface, outbound, flow, rest } => {
            read_flow(flow, event);
            event.add(
                "interface",
                if outbound { Attr::DstEndpointInterfaceName } else { Attr::SrcEndpointInterfaceName },
                interface,
            );
            event.set(Attr::ConnectionInfoDirectionId, if outbound { 2 } else { 1 });
            // The time in brackets is when the session began; the line is written when it ends.
            if let Some((moment, _)) = moment::iso(rest)
                && let Some(began) = moment.resolve(&context.zone, context.received_at)
            {
                event.set(Attr::StartTime, began.as_millisecond());
                if !event.time_is_given() {
                    event.happened_at(moment, &context.zone);
                }
            }
            event.class_is(Class::Network, 2);
            event.allowed(true);
        }
        Line::Dhcp { rest } => dhcp(rest, event),
        Line::Ike { rest } => {
            if let Some(peer) = rest.split([' ', '[', ']']).rfind(|word| word.parse::<IpAddr>().is_ok()) {
                event.add("peer", Attr::SrcEndpointIp, peer);
                event.class_is(Class::Tunnel, 99);
                event.other_activity("Negotiate");
            }
        }
        Line::Tunnel { name, up } => {
            event.add("tunnel", Attr::TunnelInterfaceName, name);
            event.class_is(Class::Tunnel, if up { 1 } else { 2 });
        }
        Line::SignIn { succeeded, user, rest } => {
            if let Some(address) = rest.split_ascii_whitespace().find(|word| word.parse::<IpAddr>().is_ok()) {
                event.add("src_ip", Attr::SrcEndpointIp, address);
            }
            event.add("user", Attr::UserName, user.unwrap_or("admin"));
            event.class_is(Class::Authentication, 1);
            event.succeeded(succeeded);
        }
        Line::Switch { rest } => event.add_unmapped("switch", rest),
    }
    true
}

/// `UDP 192.0.2.1:67 > 192.0.2.2:68`, `TCP 2001:db8::1.56609 > 2001:db8::2.443`, `aa:… > bb:… IP6`.
fn read_flow<'a>(flow: &'a str, event: &mut Event<'a>) {
    let Some((left, right)) = flow.split_once(" > ") else { return };
    let (protocol, source) = left.rsplit_once(' ').unwrap_or(("", left));
    let mut after = right.split([' ', ',']);
    let destination = after.next().unwrap_or("");
    match protocol {
        "" => event.protocol(after.next().unwrap_or("")),
        protocol => event.protocol(protocol.to_ascii_lowercase()),
    }
    for (text, names, attrs) in [
        (
            source,
            ["src_ip", "src_port", "src_mac"],
            [Attr::SrcEndpointIp, Attr::SrcEndpointPort, Attr::SrcEndpointMac],
        ),
        (
            destination,
            ["dst_ip", "dst_port", "dst_mac"],
            [Attr::DstEndpointIp, Attr::DstEndpointPort, Attr::DstEndpointMac],
        ),
    ] {
        let (address, port) = address_and_port(text);
        if address.parse::<IpAddr>().is_ok() {
            event.add(names[0], attrs[0], address);
            if let Some(port) = port {
                event.add_number(names[1], attrs[1], port);
            }
        } else if address.len() == 17 && address.matches(':').count() == 5 {
            event.add(names[2], attrs[2], address);
        }
    }
}

/// IPv4 takes its port after a colon, IPv6 after a dot.
fn address_and_port(text: &str) -> (&str, Option<&str>) {
    if text.parse::<IpAddr>().is_ok() {
        return (text, None);
    }
    let mark = if text.matches(':').count() > 1 { '.' } else { ':' };
    match text.rsplit_once(mark) {
        Some((address, port)) if address.parse::<IpAddr>().is_ok() => (address, Some(port)),
        _ => (text, None),
    }
}

/// `LAN1(port1) Extends 192.0.2.10: 00:00:5e:00:53:01`
fn dhcp<'a>(rest: &'a str, event: &mut Event<'a>) {
    let words = ["Allocates ", "Extends ", "Releases ", "Expires "];
    let Some((verb, lease)) =
        words.into_iter().find_map(|verb| rest.split_once(verb).map(|(_, lease)| (verb.trim(), lease)))
    else {
        return;
    };
    let (address, mac) = lease.split_once(": ").unwrap_or((lease, ""));
    event.add("src_ip", Attr::SrcEndpointIp, address);
    event.add("src_mac", Attr::SrcEndpointMac, mac);
    if let Some(port) = between(rest, "(", ")") {
        event.add("port", Attr::SrcEndpointInterfaceName, port);
    }
    let activity = match verb {
        "Releases" => 7,
        "Expires" => 9,
        _ => 5,
    };
    event.class_is(Class::Dhcp, activity);
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, read};

    #[test]
    fn every_line_shape_is_read() {
        for (line, class, activity, paths, values) in [
            (
                "TUNNEL[1] Rejected at IN(300) filter: UDP 192.0.2.1:67 > 192.0.2.2:68",
                4001,
                5,
                "src_endpoint.ip src_endpoint.port dst_endpoint.port connection_info.protocol_name firewall_rule.uid disposition",
                "192.0.2.1 67 68 udp 300 Blocked",
            ),
            (
                "PP[01] Passed at OUT(200099) filter: TCP 192.0.2.4:50000 > 198.51.100.2:443",
                4001,
                6,
                "dst_endpoint.interface_name disposition",
                "PP[01] Allowed",
            ),
            (
                "PP[01] Rejected at IN(default) filter: TCP 2001:db8::1.50000 > 2001:db8::2.22",
                4001,
                5,
                "src_endpoint.ip dst_endpoint.port",
                "2001:db8::1 22",
            ),
            (
                "LAN1(port3) Rejected at IN(5) filter: 00:00:5e:00:53:01 > ff:ff:ff:ff:ff:ff IP6",
                4001,
                5,
                "src_endpoint.mac connection_info.protocol_name",
                "00:00:5e:00:53:01 IP6",
            ),
            (
                "[INSPECT] LAN2[out][31] TCP 2001:db8::1.56609 > 2001:db8::2.443 (2026/01/20 09:15:02)",
                4001,
                2,
                "src_endpoint.port dst_endpoint.port dst_endpoint.interface_name start_time",
                "56609 443 LAN2 1768868102000",
            ),
            (
                "[INSPECT] PP[01][out][101] TCP 192.0.2.1:1234 > 198.51.100.2:80 (2026/01/20 09:15:02)",
                4001,
                2,
                "dst_endpoint.ip dst_endpoint.interface_name",
                "198.51.100.2 PP[01]",
            ),
            (
                "[DHCPD] LAN1(port1) Extends 192.0.2.10: 00:00:5e:00:53:01",
                4004,
                5,
                "src_endpoint.ip src_endpoint.mac",
                "192.0.2.10 00:00:5e:00:53:01",
            ),
            ("[DHCPD] Allocates 192.0.2.11: 00:00:5e:00:53:02", 4004, 5, "src_endpoint.ip", "192.0.2.11"),
            ("[IKE] respond ISAKMP phase to 198.51.100.1", 4014, 99, "src_endpoint.ip", "198.51.100.1"),
            ("IP Tunnel[1] Up", 4014, 1, "tunnel_interface.name activity_name", "1 Open"),
            (
                "Login failed for HTTP: 203.0.113.7 admin",
                3002,
                1,
                "user.name src_endpoint.ip status",
                "admin 203.0.113.7 Failure",
            ),
            (
                "[SWCTL] lan1:6(XX): lan1:2 link up (100-fdx)",
                0,
                0,
                "unmapped.switch",
                "lan1:6(XX): lan1:2 link up (100-fdx)",
            ),
        ] {
            for head in ["", "<134>", "<134>Jan 20 09:15:02 ", "<134>Jan 20 09:15:02 rtx-1 "] {
                let event = read(&format!("{head}{line}"));
                assert_eq!(event.device(), "yamaha", "{head}{line}");
                assert_eq!((event.class().uid(), event.activity_id()), (class, activity), "{head}{line}");
                assert_eq!(at(&event, paths), values, "{head}{line}");
                assert_eq!(
                    at(&event, "device.hostname"),
                    if head.ends_with("rtx-1 ") { "rtx-1" } else { "-" },
                    "{head}{line}"
                );
            }
        }
    }
}
