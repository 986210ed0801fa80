//! Fortinet FortiGate: `key=value`, by syslog or from a file.

use super::{Device, Format, Message};
use crate::attribute::Attr;
use crate::class::{Class, Severity};
use crate::event::{As, Event, LogSource};
use crate::moment;
use crate::normalizer::Context;

pub(super) static DEVICE: Device = Device {
    name: "fortigate",
    product: "FortiGate",
    vendor: Some("Fortinet"),
    recognise,
    read,
    log_source: LogSource { product: Some("fortigate"), category: None, service: None },
};

fn recognise(message: &Message<'_>, event: &Event<'_>) -> bool {
    message.format == Format::Pairs
        && event.field("type").is_some()
        && (event.field("logid").or_else(|| event.field("log_id")).is_some())
        && (event.field("subtype").is_some()
            || event.field("devid").is_some()
            || event.field("device_id").is_some())
        && event.text("device") != Some("SFW")
}

fn read<'a>(_: &Message<'a>, event: &mut Event<'a>, context: &Context) -> bool {
    event.place(place);
    time(event, context);
    let word = event.text("level").or_else(|| event.text("pri")).or_else(|| event.text("crlevel"));
    event.severity = word.and_then(Severity::from_word).unwrap_or_default();
    let kind = event.text("type").unwrap_or("").to_owned();
    let subtype = event.text("subtype").unwrap_or("").to_owned();
    event.mark("type");
    event.mark("subtype");
    event.set(Attr::MetadataLogName, format!("{kind}/{subtype}"));
    let protocol = event.field("proto").and_then(crate::Value::as_i64);
    if let Some(number) = protocol.filter(|number| (0..=255).contains(number)) {
        event.set(Attr::ConnectionInfoProtocolNum, number);
        if let Some(name) = protocol_name(number) {
            event.set(Attr::ConnectionInfoProtocolName, name);
        }
        event.mark("proto");
    }
    match (&*kind, &*subtype) {
        ("traffic", _) => traffic(event),
        ("utm" | "webfilter", "webfilter" | "urlfilter" | "ftgd_blk" | "ftgd_allow") => web(event),
        ("utm" | "dns", "dns" | "dns-query" | "dns-response") => dns(event),
        ("utm", "app-ctrl") | ("app-ctrl", _) => {
            verdict(event);
            event.class_is(Class::Network, 6);
        }
        ("utm" | "ips" | "virus" | "anomaly" | "emailfilter" | "dlp" | "waf", _) => finding(event),
        ("event", "user") => login(event),
        ("event", "vpn") => vpn(event),
        ("event", "system") => system(event),
        _ => {
            outcome(event);
        }
    }
    true
}

fn place(name: &str) -> Option<(Attr, As)> {
    Some(match name {
        "srcip" | "src" => (Attr::SrcEndpointIp, As::Ip),
        "srcport" | "src_port" => (Attr::SrcEndpointPort, As::Port),
        "srcintf" | "src_int" => (Attr::SrcEndpointInterfaceName, As::Text),
        "srcmac" => (Attr::SrcEndpointMac, As::Text),
        "srcname" => (Attr::SrcEndpointHostname, As::Text),
        "dstip" | "dst" => (Attr::DstEndpointIp, As::Ip),
        "dstport" | "dst_port" => (Attr::DstEndpointPort, As::Port),
        "dstintf" | "dst_int" => (Attr::DstEndpointInterfaceName, As::Text),
        "dstmac" => (Attr::DstEndpointMac, As::Text),
        "dstname" | "hostname" => (Attr::DstEndpointHostname, As::Text),
        "remip" => (Attr::SrcEndpointIp, As::Ip),
        "remport" => (Attr::SrcEndpointPort, As::Port),
        "locip" => (Attr::DstEndpointIp, As::Ip),
        "locport" => (Attr::DstEndpointPort, As::Port),
        "service" => (Attr::DstEndpointSvcName, As::Text),
        "devname" => (Attr::DeviceHostname, As::Text),
        "devid" | "device_id" => (Attr::DeviceUid, As::Text),
        "logid" | "log_id" => (Attr::MetadataEventCode, As::Text),
        "user" => (Attr::UserName, As::Text),
        "sessionid" => (Attr::ConnectionInfoUid, As::Text),
        "policyid" => (Attr::FirewallRuleUid, As::Text),
        "policyname" => (Attr::FirewallRuleName, As::Text),
        "app" => (Attr::AppName, As::Text),
        "duration" => (Attr::Duration, As::Seconds),
        "sentbyte" | "sent" => (Attr::TrafficBytesOut, As::Number),
        "rcvdbyte" | "rcvd" => (Attr::TrafficBytesIn, As::Number),
        "sentpkt" | "sent_pkt" => (Attr::TrafficPacketsOut, As::Number),
        "rcvdpkt" | "rcvd_pkt" => (Attr::TrafficPacketsIn, As::Number),
        "logdesc" | "attack" | "virus" => (Attr::Message, As::Text),
        "msg" => (Attr::StatusDetail, As::Text),
        "reason" => (Attr::StatusCode, As::Text),
        "qname" => (Attr::QueryHostname, As::Text),
        "qtype" => (Attr::QueryType, As::Text),
        "qclass" => (Attr::QueryClass, As::Text),
        "vpntunnel" => (Attr::TunnelInterfaceName, As::Text),
        "filename" => (Attr::FileName, As::Text),
        "agent" => (Attr::HttpRequestUserAgent, As::Text),
        _ => return None,
    })
}

/// `eventtime` counts since 1970 (seconds or nanoseconds, by firmware); `date` and `time` are local, `tz` their zone.
fn time(event: &mut Event<'_>, context: &Context) {
    let counted = event.text("eventtime").and_then(moment::epoch);
    let written = || moment::from_parts(event.text("date")?, event.text("time")?, event.text("tz"));
    if let Some(moment) = counted.or_else(written) {
        event.happened_at(moment, &context.zone);
        for name in ["eventtime", "date", "time", "tz"] {
            event.mark(name);
        }
    }
}

fn protocol_name(number: i64) -> Option<&'static str> {
    match number {
        1 => Some("icmp"),
        6 => Some("tcp"),
        17 => Some("udp"),
        58 => Some("icmp6"),
        _ => None,
    }
}

fn traffic(event: &mut Event<'_>) {
    let action = event.text("action").or_else(|| event.text("status")).unwrap_or("").to_owned();
    let activity = match &*action {
        "deny" | "blocked" | "block" | "dropped" => 5,
        "client-rst" | "server-rst" => 3,
        "timeout" | "ip-conn" => 4,
        "start" => 1,
        "close" => 2,
        _ => 6,
    };
    event.class_is(Class::Network, activity);
    event.allowed(activity != 5);
    event.mark("action");
    event.mark("status");
    direction(event);
}

fn direction(event: &mut Event<'_>) {
    let id = match event.text("direction").or_else(|| event.text("dir")) {
        Some("incoming" | "inbound") => 1,
        Some("outgoing" | "outbound") => 2,
        _ => return,
    };
    event.set(Attr::ConnectionInfoDirectionId, id);
    event.mark("direction");
}

/// What a security profile did with a connection.
fn verdict(event: &mut Event<'_>) {
    let Some(action) = event.text("action").or_else(|| event.text("status")) else { return };
    let stopped = [
        "block",
        "blocked",
        "deny",
        "dropped",
        "drop_session",
        "reset",
        "reset_client",
        "reset_server",
        "clear_session",
        "dropped_session",
    ];
    let allowed = !stopped.iter().any(|word| action.eq_ignore_ascii_case(word));
    event.allowed(allowed);
    event.mark("action");
    direction(event);
}

fn web(event: &mut Event<'_>) {
    event.class_is(Class::Http, 3);
    verdict(event);
    if let Some(url) = event.text("url").map(str::to_owned) {
        let host = event.text("hostname").unwrap_or("").to_owned();
        let full = if url.starts_with('/') { format!("{host}{url}") } else { url };
        event.set(Attr::HttpRequestUrlUrlString, full);
        event.mark("url");
        if !host.is_empty() {
            event.set(Attr::HttpRequestUrlHostname, host);
        }
    }
    match event.text("method").or_else(|| event.text("httpmethod")) {
        Some("POST") => event.activity_id = 6,
        Some("CONNECT") => event.activity_id = 1,
        _ => {}
    }
}

fn dns(event: &mut Event<'_>) {
    let answered =
        event.text("eventtype") == Some("dns-response") || event.text("subtype") == Some("dns-response");
    event.class_is(Class::Dns, if answered { 2 } else { 1 });
    verdict(event);
}

/// An attack, a virus, a spam mail: something that the device judged.
fn finding(event: &mut Event<'_>) {
    event.class_is(Class::DetectionFinding, 1);
    verdict(event);
    let title = ["attack", "virus", "logdesc", "msg", "eventtype"]
        .into_iter()
        .find_map(|name| event.text(name))
        .unwrap_or("security event")
        .to_owned();
    event.set(Attr::FindingInfoTitle, title);
    let uid = ["attackid", "virusid", "logid"]
        .into_iter()
        .find_map(|name| event.text(name))
        .unwrap_or("unknown")
        .to_owned();
    event.set(Attr::FindingInfoUid, uid);
    if let Some(severity) = event.text("severity").and_then(Severity::from_word) {
        event.severity = severity;
        event.mark("severity");
    }
}

/// True for an outcome that the device calls a success; `None` where it says nothing.
fn outcome(event: &mut Event<'_>) -> Option<bool> {
    let status = event.text("status").or_else(|| event.text("result"))?;
    let success = match status {
        "success" | "succeeded" | "up" | "negotiate_success" => true,
        "failed" | "failure" | "fail" | "error" | "negotiate_error" | "dpd_failure" => false,
        _ => return None,
    };
    event.succeeded(success);
    event.mark("status");
    Some(success)
}

fn login(event: &mut Event<'_>) {
    let action = event.text("action").unwrap_or("").to_owned();
    outcome(event);
    if event.has(Attr::UserName) {
        event.class_is(Class::Authentication, if action.contains("logout") { 2 } else { 1 });
        if !event.has(Attr::StatusId) && action.contains("success") {
            event.succeeded(true);
        } else if !event.has(Attr::StatusId) && action.contains("fail") {
            event.succeeded(false);
        }
    }
    event.mark("action");
}

fn vpn(event: &mut Event<'_>) {
    let action = event.text("action").unwrap_or("").to_owned();
    if action.starts_with("ssl-") || action.contains("login") {
        let failed = action.contains("fail") || action.contains("deny") || action.contains("alert");
        if event.has(Attr::UserName) {
            event.class_is(
                Class::Authentication,
                if action.contains("exit") || action.contains("logout") || action.contains("down") {
                    2
                } else {
                    1
                },
            );
            event.succeeded(!failed);
            event.mark("action");
            return;
        }
    }
    outcome(event);
    let activity = match &*action {
        "tunnel-up" | "phase2-up" => 1,
        "tunnel-down" | "phase2-down" => 2,
        "tunnel-stats" | "negotiate" => 3,
        _ => 99,
    };
    if event.has(Attr::SrcEndpointIp) || event.has(Attr::DstEndpointIp) {
        event.class_is(Class::Tunnel, activity);
        if activity == 99 {
            event.other_activity(action);
        }
        event.mark("action");
    }
}

fn system(event: &mut Event<'_>) {
    // The administrator's address stands in `ui=https(192.0.2.1)`.
    if let Some(address) = event
        .text("ui")
        .and_then(|ui| super::between(ui, "(", ")"))
        .filter(|inside| inside.parse::<std::net::IpAddr>().is_ok())
    {
        let address = address.to_owned();
        event.set(Attr::SrcEndpointIp, address);
        event.mark("ui");
    }
    match event.text("action") {
        Some("login" | "logout") => login(event),
        _ => {
            outcome(event);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, read};

    const TRAFFIC: &str = r#"<189>date=2026-01-20 time=09:15:02 devname="gate-1" devid="FGT60F0000000001" eventtime=1768868102123456789 tz="+0900" logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=192.0.2.10 srcport=50123 srcintf="internal" dstip=198.51.100.7 dstport=443 dstintf="wan1" sessionid=4711 proto=6 action="close" policyid=3 service="HTTPS" duration=12 sentbyte=1500 rcvdbyte=90210"#;

    #[test]
    fn every_kind_of_record_gets_its_class() {
        let head = r#"date=2026-01-20 time=09:15:02 devname="gate-1" devid="FGT60F0000000001" level="alert" logid="1""#;
        for (rest, class, activity, more, values) in [
            (
                r#"type="traffic" subtype="forward" srcip=192.0.2.1 dstip=198.51.100.2 action="deny" proto=17"#,
                4001,
                5,
                "disposition connection_info.protocol_name",
                "Blocked udp",
            ),
            (
                r#"type="utm" subtype="webfilter" hostname="example.com" url="/a" action="blocked""#,
                4002,
                3,
                "http_request.url.url_string disposition",
                "example.com/a Blocked",
            ),
            (
                r#"type="utm" subtype="dns" eventtype="dns-response" qname="example.org" qtype="A" srcip=192.0.2.1"#,
                4003,
                2,
                "query.hostname",
                "example.org",
            ),
            (
                r#"type="utm" subtype="ips" attack="Example.Overflow" attackid=99 severity="critical" srcip=192.0.2.1"#,
                2004,
                1,
                "finding_info.title severity",
                "Example.Overflow Critical",
            ),
            (
                r#"type="event" subtype="system" action="login" status="failed" user="root" ui="ssh(203.0.113.9)""#,
                3002,
                1,
                "user.name status src_endpoint.ip",
                "root Failure 203.0.113.9",
            ),
            (
                r#"type="event" subtype="vpn" action="ssl-login-fail" user="taro" remip=203.0.113.9"#,
                3002,
                1,
                "user.name status src_endpoint.ip",
                "taro Failure 203.0.113.9",
            ),
            (
                r#"type="event" subtype="vpn" action="tunnel-up" remip=203.0.113.9 vpntunnel="branch""#,
                4014,
                1,
                "tunnel_interface.name",
                "branch",
            ),
        ] {
            let event = read(&format!("{head} {rest}"));
            assert_eq!(event.device(), "fortigate", "{rest}");
            assert_eq!((event.class().uid(), event.activity_id()), (class, activity), "{rest}");
            assert_eq!(at(&event, more), values, "{rest}");
        }
    }

    #[test]
    fn a_traffic_record_is_read_whole() {
        let event = read(TRAFFIC);
        assert_eq!(
            at(
                &event,
                "src_endpoint.ip src_endpoint.port dst_endpoint.ip dst_endpoint.port traffic.bytes_in duration device.uid time"
            ),
            "192.0.2.10 50123 198.51.100.7 443 90210 12000 FGT60F0000000001 1768868102123"
        );
        assert_eq!(event.record().get("srcip").unwrap(), "192.0.2.10");
        assert_eq!(event.raw(), TRAFFIC);
    }

    #[test]
    fn local_time_takes_the_sensors_zone() {
        let event =
            read(r#"date=2026-01-20 time=09:15:02 devid=FGT1 logid=1 type=event subtype=user level=notice"#);
        assert_eq!(event.time().to_string(), "2026-01-20T00:15:02Z");
    }
}
