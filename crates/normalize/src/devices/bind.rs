//! BIND's query log and refusals.

use std::net::IpAddr;

use super::{Device, Format, Message, between};
use crate::attribute::Attr;
use crate::class::{Class, Severity};
use crate::event::{Event, LogSource};
use crate::normalizer::Context;

pub(super) static DEVICE: Device = Device {
    name: "bind",
    product: "BIND",
    vendor: Some("ISC"),
    recognise: |message, _| {
        matches!(message.format, Format::Text | Format::Pairs)
            && (message.is_from("named")
                || (message.body.contains("client ")
                    && message.body.contains("#")
                    && message.body.contains(": query: ")))
    },
    read,
    log_source: LogSource { product: Some("bind"), category: Some("dns"), service: None },
};

fn read<'a>(message: &Message<'a>, event: &mut Event<'a>, _: &Context) -> bool {
    let body = message.body;
    event.fields.clear();
    event.message(body);
    // `client @0x7f 192.0.2.4#50000 (example.com): query: example.com IN A +E(0)K (192.0.2.1)`
    if let Some((_, rest)) = body.split_once("client ") {
        let rest =
            rest.split_once(' ').filter(|(mark, _)| mark.starts_with("@0x")).map_or(rest, |(_, rest)| rest);
        if let Some((address, after)) =
            rest.split_once('#').filter(|(address, _)| address.parse::<IpAddr>().is_ok())
        {
            event.add("src_ip", Attr::SrcEndpointIp, address);
            event.add_number(
                "src_port",
                Attr::SrcEndpointPort,
                after.split([' ', ':', '/']).next().unwrap_or(""),
            );
        }
    }
    let refused = ["denied", "REFUSED", "refused"].iter().any(|word| body.contains(word));
    if let Some((_, query)) = body.split_once(": query: ") {
        let mut words = query.split(' ');
        event.add("query", Attr::QueryHostname, words.next().unwrap_or(""));
        event.add("query_class", Attr::QueryClass, words.next().unwrap_or(""));
        event.add("record_type", Attr::QueryType, words.next().unwrap_or(""));
    } else if let Some(name) = between(body, "query (cache) '", "'")
        .or_else(|| between(body, "query '", "'"))
        .or_else(|| between(body, "(", ")").filter(|name| name.contains('.')))
    {
        let (name, rest) = name.split_once('/').unwrap_or((name, ""));
        event.add("query", Attr::QueryHostname, name);
        event.add("record_type", Attr::QueryType, rest.split('/').next().unwrap_or(""));
    }
    if event.has(Attr::SrcEndpointIp) || event.has(Attr::QueryHostname) {
        event.class_is(
            Class::Dns,
            if body.contains("response") || body.contains("resolving") { 2 } else { 1 },
        );
        if refused {
            event.set(Attr::RcodeId, 5);
            event.allowed(false);
            event.severity = Severity::Low;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, read};

    #[test]
    fn queries_are_read_in_old_and_new_words() {
        for (body, values) in [
            (
                "client @0x7f01 192.0.2.4#50000 (example.com): query: example.com IN AAAA +E(0)K (192.0.2.1)",
                "1 192.0.2.4 50000 example.com AAAA -",
            ),
            ("client 192.0.2.4#50000: query: example.com IN A +", "1 192.0.2.4 50000 example.com A -"),
            (
                "client @0x7f01 203.0.113.7#40000 (example.org): query (cache) 'example.org/ANY/IN' denied",
                "1 203.0.113.7 40000 example.org ANY 5",
            ),
            ("client 203.0.113.7#1036: query (cache) denied", "1 203.0.113.7 1036 - - 5"),
        ] {
            let event = read(&format!("Jan 20 09:15:02 ns named[464]: {body}"));
            assert_eq!((event.device(), event.class().uid()), ("bind", 4003), "{body}");
            assert_eq!(
                at(
                    &event,
                    "activity_id src_endpoint.ip src_endpoint.port query.hostname query.type rcode_id"
                ),
                values,
                "{body}"
            );
        }
    }
}
