//! Zeek's logs, tab-separated under their header or as JSON, told by `_path`, `@stream` or their fields.

use std::borrow::Cow;

use super::http::method_activity;
use super::{Device, Format, Message, NO_SOURCE};
use crate::attribute::Attr;
use crate::class::{Class, Severity};
use crate::event::{As, Event, LogSource};
use crate::moment;
use crate::normalizer::Context;

pub(super) static DEVICE: Device = Device {
    name: "zeek",
    product: "Zeek",
    vendor: Some("Zeek"),
    recognise: |message, event| {
        matches!(message.format, Format::Json | Format::Row)
            && event.field("ts").is_some()
            && (event.field("uid").is_some()
                || event.field("_path").is_some()
                || event.field("@stream").is_some())
            && path(event).is_some()
    },
    read,
    log_source: NO_SOURCE,
};

/// The log's name, without the date that a rotated file carries.
fn path<'a>(event: &Event<'a>) -> Option<Cow<'a, str>> {
    if let Some(said) = event.first_word(&["_path", "@stream"]) {
        return Some(said);
    }
    let has = |name: &str| event.field(name).is_some();
    let ends = has("id.orig_h") || has("id_orig_h");
    let guess = match () {
        () if !ends => return None,
        () if has("conn_state") => "conn",
        () if has("qtype_name") || has("query") => "dns",
        () if has("method") && has("uri") => "http",
        () if has("server_name") || has("cipher") => "ssl",
        () => "unknown",
    };
    Some(Cow::Borrowed(guess))
}

fn read<'a>(_: &Message<'a>, event: &mut Event<'a>, context: &Context) -> bool {
    let Some(path) = path(event) else { return false };
    // Tab-separated logs write `-` for what is unset.
    event.fields.retain(|field| !matches!(&field.value, crate::Value::Text(text) if text == "-"));
    event.place(place);
    let stamp = match event.field("ts") {
        Some(crate::Value::Number(number)) => moment::epoch(&number.to_string()),
        Some(crate::Value::Text(text)) => moment::any(text),
        _ => None,
    };
    if let Some(moment) = stamp {
        event.happened_at(moment, &context.zone);
        event.mark("ts");
    }
    event.severity = Severity::Informational;
    event.set(Attr::MetadataLogName, path.clone());
    event.mark("_path");
    event.mark("@stream");
    let (class, activity) = match &*path {
        "conn" => conn(event),
        "dns" => dns(event),
        "http" => (Class::Http, event.text("method").map_or(99, method_activity)),
        "smb_files" | "files" => file(event),
        "dhcp" => (Class::Dhcp, 5),
        "notice" | "weird" => notice(event),
        "kerberos" | "ntlm" | "radius" if event.has(Attr::UserName) => sign_in(event),
        "ssh" | "rdp" if event.text("auth_success").is_some() && event.has(Attr::UserName) => sign_in(event),
        "smtp" => (Class::Email, 2),
        "tunnel" => (Class::Tunnel, 1),
        _ => (Class::Network, 6),
    };
    let ends = event.has(Attr::SrcEndpointIp) || event.has(Attr::DstEndpointIp);
    let fits = match class {
        Class::Network | Class::Dhcp | Class::Tunnel => ends || event.has(Attr::SrcEndpointMac),
        Class::Email => {
            event.has(Attr::EmailFrom) || event.has(Attr::EmailTo) || event.has(Attr::EmailSubject)
        }
        _ => true,
    };
    if fits {
        event.class_is(class, activity);
    }
    if class == Class::Http {
        url(event);
        if activity == 99 {
            let method = event.word("method").unwrap_or(Cow::Borrowed("Unknown"));
            event.other_activity(method);
        }
    }
    let service = SERVICES.iter().copied().find(|known| *known == path);
    event.log_sources = vec![LogSource { product: Some("zeek"), category: category(&path), service }];
    true
}

/// The logs that rules name as their service.
const SERVICES: &[&str] = &[
    "conn",
    "dns",
    "http",
    "smb_files",
    "dce_rpc",
    "x509",
    "rdp",
    "kerberos",
    "ssl",
    "ssh",
    "files",
    "ntlm",
    "smb_mapping",
    "notice",
    "weird",
    "dhcp",
    "smtp",
    "ftp",
    "tunnel",
];

fn category(path: &str) -> Option<&'static str> {
    match path {
        "dns" => Some("dns"),
        "conn" => Some("firewall"),
        "http" => Some("proxy"),
        _ => None,
    }
}

/// JSON writes `id.orig_h` or, where dots are forbidden, `id_orig_h`.
fn place(name: &str) -> Option<(Attr, As)> {
    Some(match name {
        "id.orig_h" | "id_orig_h" | "client_addr" => (Attr::SrcEndpointIp, As::Ip),
        "id.orig_p" | "id_orig_p" => (Attr::SrcEndpointPort, As::Port),
        "orig_l2_addr" | "mac" => (Attr::SrcEndpointMac, As::Text),
        "id.resp_h" | "id_resp_h" | "server_addr" => (Attr::DstEndpointIp, As::Ip),
        "id.resp_p" | "id_resp_p" => (Attr::DstEndpointPort, As::Port),
        "resp_l2_addr" => (Attr::DstEndpointMac, As::Text),
        "service" => (Attr::DstEndpointSvcName, As::Text),
        "proto" => (Attr::ConnectionInfoProtocolName, As::Text),
        "uid" => (Attr::ConnectionInfoUid, As::Text),
        "duration" => (Attr::Duration, As::Seconds),
        "orig_bytes" => (Attr::TrafficBytesOut, As::Number),
        "resp_bytes" => (Attr::TrafficBytesIn, As::Number),
        "orig_pkts" => (Attr::TrafficPacketsOut, As::Number),
        "resp_pkts" => (Attr::TrafficPacketsIn, As::Number),
        "query" => (Attr::QueryHostname, As::Text),
        "qtype_name" => (Attr::QueryType, As::Text),
        "qclass_name" => (Attr::QueryClass, As::Text),
        "rcode" => (Attr::RcodeId, As::Number),
        "rcode_name" => (Attr::Rcode, As::Text),
        "method" => (Attr::HttpRequestHttpMethod, As::Text),
        "user_agent" => (Attr::HttpRequestUserAgent, As::Text),
        "referrer" => (Attr::HttpRequestReferrer, As::Text),
        "status_code" => (Attr::HttpResponseCode, As::Number),
        "server_name" => (Attr::TlsSni, As::Text),
        "version" => (Attr::TlsVersion, As::Text),
        "cipher" => (Attr::TlsCipher, As::Text),
        "username" | "client" | "user" => (Attr::UserName, As::Text),
        "domainname" => (Attr::UserDomain, As::Text),
        "host_name" | "hostname" => (Attr::SrcEndpointHostname, As::Text),
        "@system" => (Attr::DeviceHostname, As::Text),
        "mailfrom" => (Attr::EmailSmtpFrom, As::Text),
        "from" => (Attr::EmailFrom, As::Text),
        "subject" => (Attr::EmailSubject, As::Text),
        "tunnel_type" => (Attr::TunnelInterfaceName, As::Text),
        _ => return None,
    })
}

/// Zeek writes a connection when it ends; its state says how.
fn conn(event: &mut Event<'_>) -> (Class, u8) {
    let activity = match event.text("conn_state") {
        Some("SF" | "S2" | "S3") => 2,
        Some("REJ") => 5,
        Some("RSTO" | "RSTR" | "RSTOS0" | "RSTRH") => 3,
        Some("S0" | "SH" | "SHR") => 4,
        Some("S1") => 1,
        _ => 6,
    };
    if let Some(state) = event.word("conn_state") {
        event.set(Attr::StatusCode, state);
        event.mark("conn_state");
    }
    (Class::Network, activity)
}

fn dns(event: &mut Event<'_>) -> (Class, u8) {
    if let Some(answers) = event.field("answers").filter(|answers| !answers.is_blank()) {
        let texts: Vec<String> = match answers {
            crate::Value::List(items) => {
                items.iter().filter_map(|item| item.as_text().map(str::to_owned)).collect()
            }
            value => {
                value.as_text().into_iter().flat_map(|text| text.split(',')).map(str::to_owned).collect()
            }
        };
        let list = texts
            .into_iter()
            .map(|text| crate::Value::Object(vec![(Cow::Borrowed("rdata"), text.into())]))
            .collect();
        event.set(Attr::Answers, crate::Value::List(list));
        event.mark("answers");
        return (Class::Dns, 2);
    }
    (Class::Dns, if event.has(Attr::RcodeId) { 2 } else { 1 })
}

fn url(event: &mut Event<'_>) {
    let host = event.word("host").unwrap_or_default();
    let uri = event.word("uri").unwrap_or_default();
    event.set(
        Attr::HttpRequestUrlUrlString,
        if uri.contains("://") { uri.clone().into_owned() } else { format!("{host}{uri}") },
    );
    event.set(Attr::HttpRequestUrlPath, uri);
    if !host.is_empty() {
        event.set(Attr::HttpRequestUrlHostname, host);
        event.mark("host");
    }
    event.mark("uri");
}

/// A file over the network. Nobody's process is known, so it is traffic that names a file.
fn file(event: &mut Event<'_>) -> (Class, u8) {
    if let Some(name) = event.first_word(&["name", "filename"]) {
        event.set(Attr::FileName, name);
        event.mark("name");
        event.mark("filename");
    }
    (Class::Network, 6)
}

fn sign_in(event: &mut Event<'_>) -> (Class, u8) {
    let said = match event.field("success").or_else(|| event.field("auth_success")) {
        Some(crate::Value::Bool(flag)) => Some(*flag),
        Some(crate::Value::Text(text)) => Some(text == "T" || text == "true"),
        _ => None,
    };
    if let Some(success) = said {
        event.succeeded(success);
        event.mark("success");
        event.mark("auth_success");
    }
    (Class::Authentication, if event.text("request_type") == Some("TGS") { 4 } else { 1 })
}

fn notice(event: &mut Event<'_>) -> (Class, u8) {
    let title = event.first_word(&["note", "name"]).unwrap_or(Cow::Borrowed("notice"));
    event.set(Attr::FindingInfoTitle, title.clone());
    event.set(Attr::FindingInfoUid, title);
    for name in ["note", "name"] {
        event.mark(name);
    }
    if let Some(text) = event.word("msg") {
        event.set(Attr::Message, text);
        event.mark("msg");
    }
    (Class::DetectionFinding, 1)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, read};
    use crate::{Context, Normalizer, records};

    #[test]
    fn each_log_gets_its_class() {
        for (line, class, activity, paths, values) in [
            (
                r#"{"_path":"conn","ts":1768868102.123,"uid":"C1","id.orig_h":"192.0.2.4","id.orig_p":50000,"id.resp_h":"198.51.100.9","id.resp_p":443,"proto":"tcp","conn_state":"SF","duration":1.5,"orig_bytes":10,"resp_bytes":20}"#,
                4001,
                2,
                "src_endpoint.ip dst_endpoint.port duration traffic.bytes_in time",
                "192.0.2.4 443 1500 20 1768868102123",
            ),
            (
                r#"{"ts":"2026-01-20T00:15:02Z","uid":"C1","id_orig_h":"192.0.2.4","id_resp_h":"198.51.100.53","query":"example.com","qtype_name":"A","rcode":0,"answers":["192.0.2.80"]}"#,
                4003,
                2,
                "query.hostname answers.0.rdata",
                "example.com 192.0.2.80",
            ),
            (
                r#"{"@stream":"http","ts":1768868102.123,"uid":"C1","id_orig_h":"192.0.2.4","id_resp_h":"198.51.100.9","method":"POST","host":"example.com","uri":"/a","status_code":200}"#,
                4002,
                6,
                "http_request.url.url_string http_response.code",
                "example.com/a 200",
            ),
            (
                r#"{"_path":"notice","ts":1768868102.123,"note":"Scan::Port_Scan","msg":"x"}"#,
                2004,
                1,
                "finding_info.title",
                "Scan::Port_Scan",
            ),
        ] {
            let event = read(line);
            assert_eq!(
                (event.device(), event.class().uid(), event.activity_id()),
                ("zeek", class, activity),
                "{line}"
            );
            assert_eq!(at(&event, paths), values, "{line}");
        }
    }

    #[test]
    fn tab_separated_rows_read_like_json() {
        let file = b"#separator \\x09\n#path\tconn\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tconn_state\n1768868102.123\tC1\t192.0.2.4\t50000\t198.51.100.9\t443\ttcp\t-\tREJ\n";
        let normalizer =
            Normalizer::new(Context::new("2026-02-01T03:00:00Z".parse().unwrap(), jiff::tz::TimeZone::UTC));
        let record = records(&file[..]).next().unwrap();
        let event = normalizer.normalize_record(&record);
        assert_eq!(
            at(
                &event,
                "class_uid activity_id src_endpoint.port dst_endpoint.svc_name connection_info.protocol_name"
            ),
            "4001 5 50000 - tcp"
        );
    }
}
