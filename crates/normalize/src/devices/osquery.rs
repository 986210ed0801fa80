//! osquery's results: one row of a scheduled query, added, removed or as a snapshot.

use super::{Device, Format, Message};
use crate::attribute::Attr;
use crate::class::{Class, Severity};
use crate::event::{As, Event, LogSource};
use crate::moment;
use crate::normalizer::Context;
use crate::value::Value;

pub(super) static DEVICE: Device = Device {
    name: "osquery",
    product: "osquery",
    vendor: Some("osquery"),
    recognise: |message, event| {
        message.format == Format::Json
            && event.field("name").is_some()
            && (event.field("columns").is_some()
                || event.field("snapshot").is_some()
                || event.field("diffResults").is_some())
            && ["hostIdentifier", "calendarTime", "unixTime", "action"]
                .iter()
                .any(|name| event.field(name).is_some())
    },
    read,
    log_source: LogSource { product: Some("osquery"), category: None, service: None },
};

fn read<'a>(_: &Message<'a>, event: &mut Event<'a>, context: &Context) -> bool {
    event.place(|name| {
        Some(match name {
            "name" => (Attr::MetadataEventCode, As::Text),
            "hostIdentifier" => (Attr::DeviceHostname, As::Text),
            _ => return None,
        })
    });
    let counted = match event.field("unixTime") {
        Some(Value::Number(number)) => moment::epoch(&number.to_string()),
        Some(Value::Text(text)) => moment::epoch(text),
        _ => None,
    };
    if let Some(moment) = counted {
        event.happened_at(moment, &context.zone);
        event.mark("unixTime");
        event.mark("calendarTime");
    }
    event.severity = Severity::Informational;
    let action = event.word("action").unwrap_or_default();
    event.other_activity(if action.is_empty() { "snapshot".into() } else { action.clone() });
    event.mark("action");
    let query = event.word("name").unwrap_or_default();
    let added = &*action != "removed";
    let has =
        |event: &Event<'_>, name: &str| event.at(&["columns", name]).is_some_and(|value| !value.is_blank());
    if has(event, "cmdline") && has(event, "path") && query.contains("process") {
        event.place_inside(&[
            (&["columns", "cmdline"], Attr::ProcessCmdLine, As::Text),
            (&["columns", "path"], Attr::ProcessFilePath, As::Text),
            (&["columns", "pid"], Attr::ProcessPid, As::Number),
            (&["columns", "parent"], Attr::ActorProcessPid, As::Number),
            (&["columns", "name"], Attr::ProcessName, As::Text),
            (&["columns", "uid"], Attr::ActorUserUid, As::Text),
        ]);
        event.activity = None;
        event.class_is(Class::Process, if added { 1 } else { 2 });
    } else if has(event, "remote_address") {
        event.place_inside(&[
            (&["columns", "local_address"], Attr::SrcEndpointIp, As::Ip),
            (&["columns", "local_port"], Attr::SrcEndpointPort, As::Port),
            (&["columns", "remote_address"], Attr::DstEndpointIp, As::Ip),
            (&["columns", "remote_port"], Attr::DstEndpointPort, As::Port),
        ]);
        if event.has(Attr::DstEndpointIp) {
            event.activity = None;
            event.class_is(Class::Network, if added { 1 } else { 2 });
        }
    } else if has(event, "target_path") {
        event.place_inside(&[
            (&["columns", "target_path"], Attr::FilePath, As::Text),
            (&["columns", "uid"], Attr::ActorUserUid, As::Text),
        ]);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, read};

    #[test]
    fn rows_are_read_by_their_columns() {
        for (rest, class, paths, values) in [
            (
                r#""name":"pack_process_events","columns":{"path":"/bin/sh","cmdline":"sh -c id","pid":"42","uid":"0"}"#,
                1007,
                "process.cmd_line process.pid",
                "sh -c id 42",
            ),
            (
                r#""name":"sockets","columns":{"remote_address":"198.51.100.9","remote_port":"443"}"#,
                4001,
                "dst_endpoint.ip dst_endpoint.port",
                "198.51.100.9 443",
            ),
            (
                r#""name":"users","columns":{"username":"new"}"#,
                0,
                "activity_name unmapped.columns.username metadata.event_code",
                "added new users",
            ),
        ] {
            let event = read(&format!(
                r#"{{"hostIdentifier":"pc-1","unixTime":1768868102,"action":"added",{rest}}}"#
            ));
            assert_eq!((event.device(), event.class().uid()), ("osquery", class), "{rest}");
            assert_eq!(at(&event, paths), values, "{rest}");
            assert_eq!(at(&event, "device.hostname time"), "pc-1 1768868102000");
        }
    }
}
