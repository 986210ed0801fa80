//! dnsmasq: DNS and DHCP of small routers and of Pi-hole.

use super::{Device, Message};
use crate::attribute::Attr;
use crate::class::Class;
use crate::event::{Event, LogSource};
use crate::normalizer::Context;

pub(super) static DEVICE: Device = Device {
    name: "dnsmasq",
    product: "dnsmasq",
    vendor: None,
    recognise: |message, _| message.is_from("dnsmasq") || message.is_from("dnsmasq-dhcp"),
    read,
    log_source: LogSource { product: Some("dnsmasq"), category: Some("dns"), service: None },
};

fn read<'a>(message: &Message<'a>, event: &mut Event<'a>, _: &Context) -> bool {
    let body = message.body;
    event.fields.clear();
    event.message(body);
    let mut words: Vec<&str> = body.split_ascii_whitespace().take(12).collect();
    // `log-queries=extra` puts a serial number and `192.0.2.4/50000` first.
    if let [serial, client, ..] = words[..]
        && serial.bytes().all(|byte| byte.is_ascii_digit())
        && let Some((address, port)) = client.split_once('/')
    {
        event.add("src_ip", Attr::SrcEndpointIp, address);
        event.add_number("src_port", Attr::SrcEndpointPort, port);
        words.drain(..2);
    }
    match words[..] {
        [verb, name, "from", client, ..] if verb.starts_with("query[") => {
            event.class_is(Class::Dns, 1);
            event.add("query", Attr::QueryHostname, name);
            event.add(
                "record_type",
                Attr::QueryType,
                verb.trim_start_matches("query[").trim_end_matches(']'),
            );
            if !event.has(Attr::SrcEndpointIp) {
                event.add("src_ip", Attr::SrcEndpointIp, client);
            }
        }
        ["forwarded", name, "to", server, ..] => {
            event.class_is(Class::Dns, 1);
            event.add("query", Attr::QueryHostname, name);
            event.add("dst_ip", Attr::DstEndpointIp, server);
        }
        ["reply" | "cached" | "config", name, "is", answer, ..] => {
            event.class_is(Class::Dns, 2);
            event.add("query", Attr::QueryHostname, name);
            event.add_unmapped("answer", answer);
        }
        // Pi-hole: `gravity blocked example.com is 0.0.0.0`
        [.., "blocked", name, "is", answer] => {
            event.class_is(Class::Dns, 2);
            event.add("query", Attr::QueryHostname, name);
            event.add_unmapped("answer", answer);
            event.allowed(false);
        }
        [verb, ..] if verb.starts_with("DHCP") => dhcp(&words, event),
        _ => {}
    }
    true
}

/// `DHCPACK(br0) 192.0.2.10 00:00:5e:00:53:01 pc-1`; a discovery has no address yet.
fn dhcp<'a>(words: &[&'a str], event: &mut Event<'a>) {
    let Some((verb, interface)) = words.first().map(|first| first.split_once('(').unwrap_or((first, "")))
    else {
        return;
    };
    let activity = match verb {
        "DHCPDISCOVER" => 1,
        "DHCPOFFER" => 2,
        "DHCPREQUEST" => 3,
        "DHCPDECLINE" => 4,
        "DHCPACK" => 5,
        "DHCPNAK" => 6,
        "DHCPRELEASE" => 7,
        "DHCPINFORM" => 8,
        _ => return,
    };
    event.add("interface", Attr::DstEndpointInterfaceName, interface.trim_end_matches(')'));
    for word in words.iter().skip(1) {
        if word.parse::<std::net::IpAddr>().is_ok() {
            event.add("src_ip", Attr::SrcEndpointIp, word);
        } else if word.len() == 17 && word.matches(':').count() == 5 {
            event.add("src_mac", Attr::SrcEndpointMac, word);
        } else {
            event.add("src_host", Attr::SrcEndpointHostname, word);
        }
    }
    if event.has(Attr::SrcEndpointIp) || event.has(Attr::SrcEndpointMac) {
        event.class_is(Class::Dhcp, activity);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, read};

    #[test]
    fn names_and_leases_are_read() {
        for (line, class, activity, paths, values) in [
            (
                "dnsmasq[9]: query[A] example.com from 192.0.2.4",
                4003,
                1,
                "query.hostname query.type src_endpoint.ip",
                "example.com A 192.0.2.4",
            ),
            (
                "dnsmasq[9]: 77 192.0.2.4/50000 query[AAAA] example.com from 192.0.2.4",
                4003,
                1,
                "query.type src_endpoint.port",
                "AAAA 50000",
            ),
            ("dnsmasq[9]: reply example.com is 198.51.100.9", 4003, 2, "unmapped.answer", "198.51.100.9"),
            (
                "dnsmasq[9]: gravity blocked ads.example.com is 0.0.0.0",
                4003,
                2,
                "query.hostname disposition",
                "ads.example.com Blocked",
            ),
            (
                "dnsmasq-dhcp[9]: DHCPACK(br0) 192.0.2.10 00:00:5e:00:53:01 pc-1",
                4004,
                5,
                "src_endpoint.ip src_endpoint.mac src_endpoint.hostname",
                "192.0.2.10 00:00:5e:00:53:01 pc-1",
            ),
        ] {
            let event = read(&format!("Jan 20 09:15:02 gate {line}"));
            assert_eq!(
                (event.device(), event.class().uid(), event.activity_id()),
                ("dnsmasq", class, activity),
                "{line}"
            );
            assert_eq!(at(&event, paths), values, "{line}");
        }
    }
}
