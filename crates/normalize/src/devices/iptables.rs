//! Linux's packet filter, iptables and nftables, in the kernel's log: `IN=eth0 OUT= SRC=… DST=… PROTO=TCP …`.

use super::{Device, Format, Message};
use crate::attribute::Attr;
use crate::class::{Class, Severity};
use crate::event::{As, Event, LogSource};
use crate::normalizer::Context;

pub(super) static DEVICE: Device = Device {
    name: "iptables",
    product: "netfilter",
    vendor: Some("Linux"),
    recognise: |_, event| ["IN", "OUT", "SRC", "DST", "PROTO"].iter().all(|name| event.field(name).is_some()),
    read,
    log_source: LogSource { product: Some("linux"), category: Some("firewall"), service: None },
};

fn read<'a>(message: &Message<'a>, event: &mut Event<'a>, _: &Context) -> bool {
    if !matches!(message.format, Format::Pairs) {
        return false;
    }
    event.place(|name| {
        Some(match name {
            "SRC" => (Attr::SrcEndpointIp, As::Ip),
            "SPT" => (Attr::SrcEndpointPort, As::Port),
            "IN" => (Attr::SrcEndpointInterfaceName, As::Text),
            "DST" => (Attr::DstEndpointIp, As::Ip),
            "DPT" => (Attr::DstEndpointPort, As::Port),
            "OUT" => (Attr::DstEndpointInterfaceName, As::Text),
            "LEN" => (Attr::TrafficBytes, As::Number),
            _ => return None,
        })
    });
    if let Some(protocol) = event.word("PROTO") {
        event.protocol(protocol.to_ascii_lowercase());
        event.mark("PROTO");
    }
    // Six bytes for each end, then the type.
    if let Some(macs) = event.word("MAC").filter(|macs| macs.len() >= 35) {
        if let (Some(to), Some(from)) = (macs.get(..17), macs.get(18..35)) {
            event.set(Attr::DstEndpointMac, to.to_owned());
            event.set(Attr::SrcEndpointMac, from.to_owned());
        }
        event.mark("MAC");
    }
    let inbound = event.has(Attr::SrcEndpointInterfaceName) && !event.has(Attr::DstEndpointInterfaceName);
    let outbound = event.has(Attr::DstEndpointInterfaceName) && !event.has(Attr::SrcEndpointInterfaceName);
    if inbound || outbound {
        event.set(Attr::ConnectionInfoDirectionId, if inbound { 1 } else { 2 });
    }
    // The rule's prefix is free text; by custom it says the verdict.
    let prefix = message.body.split("IN=").next().unwrap_or("").trim();
    let prefix = prefix.rsplit_once("] ").map_or(prefix, |(_, words)| words).trim_end_matches([':', ' ']);
    let stopped = ["DROP", "REJECT", "BLOCK", "DENY", "DPT", "Shorewall:FORWARD"]
        .iter()
        .any(|word| prefix.to_ascii_uppercase().contains(word));
    let let_through =
        ["ACCEPT", "ALLOW", "PASS"].iter().any(|word| prefix.to_ascii_uppercase().contains(word));
    if !prefix.starts_with('[') {
        event.add("prefix", Attr::FirewallRuleName, prefix);
    }
    event.class_is(Class::Network, if stopped { 5 } else { 6 });
    if stopped || let_through {
        event.allowed(let_through);
    }
    event.severity = if stopped { Severity::Low } else { Severity::Informational };
    true
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, read};

    #[test]
    fn packets_are_read_with_and_without_a_prefix() {
        for (prefix, activity, rule, verdict) in [
            ("DROP-IN: ", 5, "DROP-IN", "Blocked"),
            ("[UFW BLOCK] ", 5, "-", "Blocked"),
            ("[4475569.016000] ACCEPT ", 6, "ACCEPT", "Allowed"),
            ("", 6, "-", "-"),
        ] {
            let event = read(&format!(
                "Jan 20 09:15:02 gate kernel: {prefix}IN=eth0 OUT= MAC=00:00:5e:00:53:01:00:00:5e:00:53:02:08:00 SRC=203.0.113.7 DST=192.0.2.1 LEN=60 TOS=0x00 TTL=44 ID=1 DF PROTO=TCP SPT=40000 DPT=22 WINDOW=1 RES=0x00 SYN URGP=0"
            ));
            assert_eq!(
                (event.device(), event.class().uid(), event.activity_id()),
                ("iptables", 4001, activity),
                "{prefix}"
            );
            assert_eq!(
                at(
                    &event,
                    "src_endpoint.ip src_endpoint.mac dst_endpoint.port connection_info.protocol_num connection_info.direction_id"
                ),
                "203.0.113.7 00:00:5e:00:53:02 22 6 1",
                "{prefix}"
            );
            assert_eq!(at(&event, "firewall_rule.name disposition"), format!("{rule} {verdict}"), "{prefix}");
        }
    }
}
