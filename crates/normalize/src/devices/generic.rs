//! Records whose format is known and whose device is not: they become OCSF base events with every field kept,
//! and what is called the same everywhere is mapped.

use super::{Device, Message, NO_SOURCE};
use crate::attribute::Attr;
use crate::class::{Class, Severity};
use crate::event::{As, Event};
use crate::moment;
use crate::normalizer::Context;

macro_rules! generic {
    ($($constant:ident = $name:literal, $product:literal, $read:expr;)*) => {
        $(pub(crate) static $constant: Device = Device {
            name: $name,
            product: $product,
            vendor: None,
            recognise: |_, _| false,
            read: $read,
            log_source: NO_SOURCE,
        };)*

        pub(crate) static ALL: &[&Device] = &[$(&$constant),*];
    };
}

generic! {
    JSON = "json", "JSON", read_members;
    PAIRS = "pairs", "key=value", read_members;
    TABLE = "table", "Table", read_members;
    CEF = "cef", "CEF", read_cef;
    LEEF = "leef", "LEEF", read_members;
    SYSLOG = "syslog", "syslog", read_syslog;
    TEXT = "text", "Text", |_, _, _| true;
}

fn read_members<'a>(_: &Message<'a>, event: &mut Event<'a>, context: &Context) -> bool {
    event.place(common_place);
    common_time(event, context);
    if let Some(severity) = ["severity", "level", "Severity", "priority"]
        .into_iter()
        .find_map(|name| Severity::from_word(event.text(name)?))
    {
        event.severity = severity;
    }
    true
}

fn read_syslog<'a>(message: &Message<'a>, event: &mut Event<'a>, _: &Context) -> bool {
    event.message(message.body);
    true
}

/// CEF's dictionary. A record with both ends of a connection is network activity; one that its device calls
/// an attack (severity 7 and more) stays a base event, since only the device's own reader knows which it is.
fn read_cef<'a>(message: &Message<'a>, event: &mut Event<'a>, context: &Context) -> bool {
    event.place(cef_place);
    cef_header(message, event);
    cef_time(event, context);
    if let Some(protocol) = event.text("proto").map(str::to_owned) {
        event.set(Attr::ConnectionInfoProtocolName, protocol.to_ascii_lowercase());
        event.mark("proto");
    }
    if event.has(Attr::SrcEndpointIp) && event.has(Attr::DstEndpointIp) {
        event.class_is(Class::Network, 6);
    }
    true
}

/// The CEF header's name, id, product and severity.
pub(crate) fn cef_header<'a>(message: &Message<'a>, event: &mut Event<'a>) {
    let (super::Format::Cef(header) | super::Format::Leef(header)) = &message.format else { return };
    event.set(Attr::MetadataProductName, header.product.clone());
    event.set(Attr::MetadataProductVendorName, header.vendor.clone());
    event.set(Attr::MetadataProductVersion, header.version.clone());
    event.set(Attr::MetadataEventCode, header.event_id.clone());
    if !header.name.is_empty() {
        event.set(Attr::Message, header.name.clone());
    }
    event.severity = match header.severity.trim().parse::<u8>() {
        Ok(0..=3) => Severity::Low,
        Ok(4..=6) => Severity::Medium,
        Ok(7 | 8) => Severity::High,
        Ok(9 | 10) => Severity::Critical,
        _ => Severity::from_word(header.severity.trim()).unwrap_or_default(),
    };
}

/// `rt`, `end`, `start`: when it happened, in that order of trust.
pub(crate) fn cef_time(event: &mut Event<'_>, context: &Context) {
    for name in ["rt", "end", "start", "deviceReceiptTime"] {
        if let Some(moment) = event.field(name).and_then(|value| moment::any(value.as_text()?)) {
            event.happened_at(moment, &context.zone);
            event.mark(name);
            return;
        }
    }
}

/// Where the keys of CEF's dictionary go.
pub(crate) fn cef_place(name: &str) -> Option<(Attr, As)> {
    Some(match name {
        "src" => (Attr::SrcEndpointIp, As::Ip),
        "spt" => (Attr::SrcEndpointPort, As::Port),
        "smac" => (Attr::SrcEndpointMac, As::Text),
        "shost" => (Attr::SrcEndpointHostname, As::Text),
        "deviceInboundInterface" => (Attr::SrcEndpointInterfaceName, As::Text),
        "dst" => (Attr::DstEndpointIp, As::Ip),
        "dpt" => (Attr::DstEndpointPort, As::Port),
        "dmac" => (Attr::DstEndpointMac, As::Text),
        "dhost" => (Attr::DstEndpointHostname, As::Text),
        "deviceOutboundInterface" => (Attr::DstEndpointInterfaceName, As::Text),
        "dvc" => (Attr::DeviceIp, As::Ip),
        "dvchost" => (Attr::DeviceHostname, As::Text),
        "deviceExternalId" => (Attr::DeviceUid, As::Text),
        "suser" => (Attr::ActorUserName, As::Text),
        "suid" => (Attr::ActorUserUid, As::Text),
        "duser" => (Attr::UserName, As::Text),
        "duid" => (Attr::UserUid, As::Text),
        "app" => (Attr::AppName, As::Text),
        "in" => (Attr::TrafficBytesIn, As::Number),
        "out" => (Attr::TrafficBytesOut, As::Number),
        "cnt" => (Attr::Count, As::Number),
        "fname" => (Attr::FileName, As::Text),
        "filePath" => (Attr::FilePath, As::Text),
        "fsize" => (Attr::FileSize, As::Number),
        "request" => (Attr::UrlUrlString, As::Text),
        "msg" => (Attr::StatusDetail, As::Text),
        "externalId" => (Attr::MetadataUid, As::Text),
        "reason" => (Attr::StatusDetail, As::Text),
        _ => return None,
    })
}

/// Names that mean the same wherever they are seen.
fn common_place(name: &str) -> Option<(Attr, As)> {
    Some(match name {
        "src_ip" | "srcip" | "source_ip" | "SourceIp" | "sourceIPAddress" | "client_ip" | "clientip"
        | "ClientIP" | "src" => (Attr::SrcEndpointIp, As::Ip),
        "src_port" | "srcport" | "source_port" | "SourcePort" | "spt" => (Attr::SrcEndpointPort, As::Port),
        "dst_ip" | "dstip" | "dest_ip" | "destination_ip" | "DestinationIp" | "dst" => {
            (Attr::DstEndpointIp, As::Ip)
        }
        "dst_port" | "dstport" | "dest_port" | "destination_port" | "DestinationPort" | "dpt" => {
            (Attr::DstEndpointPort, As::Port)
        }
        "hostname" | "host" | "Hostname" | "Computer" | "device_name" => (Attr::DeviceHostname, As::Text),
        "user" | "username" | "user_name" | "UserName" | "usrName" => (Attr::ActorUserName, As::Text),
        "message" | "msg" | "Message" => (Attr::Message, As::Text),
        "event_id" | "eventId" | "EventID" | "eventName" => (Attr::MetadataEventCode, As::Text),
        _ => return None,
    })
}

/// The names under which records carry their time, the more exact first.
const TIME_FIELDS: &[&str] = &[
    "@timestamp",
    "timestamp",
    "Timestamp",
    "time",
    "eventTime",
    "EventTime",
    "TimeCreated",
    "CreationTime",
    "created_at",
    "createdAt",
    "published",
    "datetime",
    "date",
    "ts",
    "event_time",
    "devTime",
];

/// The record's own time.
pub(crate) fn common_time(event: &mut Event<'_>, context: &Context) {
    for name in TIME_FIELDS {
        let moment = match event.field(name) {
            Some(crate::Value::Text(text)) => moment::any(text),
            Some(crate::Value::Number(number)) => moment::epoch(&number.to_string()),
            _ => None,
        };
        if let Some(moment) = moment {
            event.happened_at(moment, &context.zone);
            event.mark(name);
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::devices::testing::{at, read};

    #[test]
    fn a_record_of_an_unknown_device_keeps_all_its_fields() {
        let event = read(r#"{"src_ip":"192.0.2.1","colour":"red","time":"2026-02-01T00:00:00Z","user":"a"}"#);
        assert_eq!(event.device(), "json");
        assert_eq!(
            at(&event, "class_uid src_endpoint.ip unmapped.colour time"),
            "0 192.0.2.1 red 1769904000000"
        );
        assert_eq!(event.parse_error(), None);
    }

    #[test]
    fn prose_is_only_kept() {
        let event = read("no format at all");
        assert_eq!((event.device(), event.raw()), ("text", "no format at all"));
        assert!(event.parse_error().is_some());
    }

    #[test]
    fn cef_of_any_vendor_is_mapped_by_its_dictionary() {
        let event = read(
            "<134>Feb  1 11:59:00 gate CEF:0|Example|Gate|2.1|42|Blocked|8|src=192.0.2.1 spt=1025 dst=198.51.100.2 dpt=443 proto=TCP rt=1769914740000 cs1=x",
        );
        assert_eq!(
            at(
                &event,
                "class_uid src_endpoint.ip dst_endpoint.port severity metadata.product.name metadata.event_code unmapped.cs1 time"
            ),
            "4001 192.0.2.1 443 High Gate 42 x 1769914740000"
        );
    }
}
