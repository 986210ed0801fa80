//! Suricata's EVE JSON.

use super::http::method_activity;
use super::{Device, Format, Message};
use crate::attribute::Attr;
use crate::class::{Class, Severity};
use crate::event::{As, Event, LogSource};
use crate::moment;
use crate::normalizer::Context;

pub(super) static DEVICE: Device = Device {
    name: "suricata",
    product: "Suricata",
    vendor: Some("OISF"),
    recognise: |message, event| {
        message.format == Format::Json
            && event.text("event_type").is_some_and(|kind| {
                event.field("flow_id").is_some()
                    || event.field(kind).is_some()
                    || kind == "stats" && event.field("timestamp").is_some()
            })
    },
    read,
    log_source: LogSource { product: Some("suricata"), category: None, service: None },
};

fn read<'a>(_: &Message<'a>, event: &mut Event<'a>, context: &Context) -> bool {
    let Some(kind) = event.word("event_type") else { return false };
    event.place(|name| {
        Some(match name {
            "src_ip" => (Attr::SrcEndpointIp, As::Ip),
            "src_port" => (Attr::SrcEndpointPort, As::Port),
            "dest_ip" => (Attr::DstEndpointIp, As::Ip),
            "dest_port" => (Attr::DstEndpointPort, As::Port),
            "in_iface" => (Attr::SrcEndpointInterfaceName, As::Text),
            "app_proto" => (Attr::DstEndpointSvcName, As::Text),
            "flow_id" => (Attr::ConnectionInfoUid, As::Text),
            "host" => (Attr::DeviceHostname, As::Text),
            _ => return None,
        })
    });
    if let Some(protocol) = event.word("proto") {
        event.protocol(protocol.to_ascii_lowercase());
        event.mark("proto");
    }
    if let Some(moment) = event.text("timestamp").and_then(moment::any) {
        event.happened_at(moment, &context.zone);
        event.mark("timestamp");
    }
    event.set(Attr::MetadataLogName, kind.clone());
    event.mark("event_type");
    event.severity = Severity::Informational;
    match &*kind {
        "alert" => alert(event),
        "dns" => dns(event),
        "http" => http(event),
        "tls" => {
            event.place_inside(&[
                (&["tls", "sni"], Attr::TlsSni, As::Text),
                (&["tls", "version"], Attr::TlsVersion, As::Text),
            ]);
            event.class_is(Class::Network, 6);
        }
        "flow" | "netflow" => {
            event.place_inside(&[
                (&["flow", "bytes_toserver"], Attr::TrafficBytesOut, As::Number),
                (&["flow", "bytes_toclient"], Attr::TrafficBytesIn, As::Number),
                (&["flow", "pkts_toserver"], Attr::TrafficPacketsOut, As::Number),
                (&["flow", "pkts_toclient"], Attr::TrafficPacketsIn, As::Number),
                (&["flow", "age"], Attr::Duration, As::Seconds),
            ]);
            event.class_is(Class::Network, 2);
        }
        "dhcp" => event.class_is(Class::Dhcp, 5),
        "stats" => {}
        _ => event.class_is(Class::Network, 6),
    }
    let ends = event.has(Attr::SrcEndpointIp) || event.has(Attr::DstEndpointIp);
    if matches!(event.class(), Class::Network | Class::Dhcp) && !ends {
        event.class_is(Class::Base, 0);
    }
    true
}

fn alert(event: &mut Event<'_>) {
    event.place_inside(&[
        (&["alert", "signature"], Attr::FindingInfoTitle, As::Text),
        (&["alert", "signature_id"], Attr::FindingInfoUid, As::Text),
        (&["alert", "category"], Attr::FindingInfoDesc, As::Text),
    ]);
    event.class_is(Class::DetectionFinding, 1);
    // 1 is the worst.
    event.severity = match event.at(&["alert", "severity"]).and_then(crate::Value::as_i64) {
        Some(1) => Severity::High,
        Some(2) => Severity::Medium,
        Some(3) => Severity::Low,
        _ => Severity::Informational,
    };
    let blocked = event.at(&["alert", "action"]).and_then(crate::Value::as_text) == Some("blocked");
    event.allowed(!blocked);
}

fn dns(event: &mut Event<'_>) {
    event.place_inside(&[
        (&["dns", "rrname"], Attr::QueryHostname, As::Text),
        (&["dns", "rrtype"], Attr::QueryType, As::Text),
        (&["dns", "rcode"], Attr::Rcode, As::Text),
    ]);
    // From version 8 on, queries stand in a list.
    let first = match event.at(&["dns", "queries"]) {
        Some(crate::Value::List(items)) => items.first().cloned(),
        _ => None,
    };
    if let Some(query) = first {
        for (name, attr) in [("rrname", Attr::QueryHostname), ("rrtype", Attr::QueryType)] {
            if let Some(value) = query.get(name) {
                event.set(attr, value.clone());
            }
        }
    }
    let answered =
        matches!(event.at(&["dns", "type"]).and_then(crate::Value::as_text), Some("answer" | "response"));
    event.class_is(Class::Dns, if answered { 2 } else { 1 });
}

fn http(event: &mut Event<'_>) {
    event.place_inside(&[
        (&["http", "hostname"], Attr::HttpRequestUrlHostname, As::Text),
        (&["http", "url"], Attr::HttpRequestUrlPath, As::Text),
        (&["http", "http_user_agent"], Attr::HttpRequestUserAgent, As::Text),
        (&["http", "http_refer"], Attr::HttpRequestReferrer, As::Text),
        (&["http", "http_method"], Attr::HttpRequestHttpMethod, As::Text),
        (&["http", "status"], Attr::HttpResponseCode, As::Number),
        (&["http", "length"], Attr::HttpResponseLength, As::Number),
    ]);
    let text = |event: &Event<'_>, name: &str| {
        event.at(&["http", name]).and_then(crate::Value::as_text).unwrap_or("").to_owned()
    };
    let url = format!("{}{}", text(event, "hostname"), text(event, "url"));
    event.set(Attr::HttpRequestUrlUrlString, url);
    event.class_is(Class::Http, method_activity(&text(event, "http_method")));
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, read};

    #[test]
    fn event_types_become_classes() {
        for (rest, class, activity, paths, values) in [
            (
                r#""event_type":"alert","alert":{"action":"allowed","signature_id":2000001,"signature":"EXAMPLE scan","category":"Scan","severity":1}"#,
                2004,
                1,
                "finding_info.title finding_info.uid severity disposition",
                "EXAMPLE scan 2000001 High Allowed",
            ),
            (
                r#""event_type":"dns","dns":{"type":"query","rrname":"example.com","rrtype":"A"}"#,
                4003,
                1,
                "query.hostname query.type",
                "example.com A",
            ),
            (
                r#""event_type":"dns","dns":{"type":"response","queries":[{"rrname":"example.org","rrtype":"TXT"}]}"#,
                4003,
                2,
                "query.hostname query.type",
                "example.org TXT",
            ),
            (
                r#""event_type":"http","http":{"hostname":"example.com","url":"/a","http_method":"GET","status":200}"#,
                4002,
                3,
                "http_request.url.url_string http_response.code",
                "example.com/a 200",
            ),
            (
                r#""event_type":"flow","flow":{"bytes_toserver":5,"bytes_toclient":6,"age":2}"#,
                4001,
                2,
                "traffic.bytes_in duration",
                "6 2000",
            ),
        ] {
            let event = read(&format!(
                r#"{{"timestamp":"2026-01-20T09:15:02.123456+0900","flow_id":1,"src_ip":"192.0.2.4","src_port":50000,"dest_ip":"198.51.100.9","dest_port":80,"proto":"TCP",{rest}}}"#
            ));
            assert_eq!(
                (event.device(), event.class().uid(), event.activity_id()),
                ("suricata", class, activity),
                "{rest}"
            );
            assert_eq!(at(&event, paths), values, "{rest}");
            assert_eq!(
                at(&event, "src_endpoint.ip connection_info.protocol_num time"),
                "192.0.2.4 6 1768868102123",
                "{rest}"
            );
        }
    }
}
