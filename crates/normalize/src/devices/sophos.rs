//! Sophos Firewall (XG, XGS): `device="SFW" key=value` with `log_type`.

use super::{Device, Format, Message};
use crate::attribute::Attr;
use crate::class::{Class, Severity};
use crate::event::{As, Event, LogSource};
use crate::moment;
use crate::normalizer::Context;

pub(super) static DEVICE: Device = Device {
    name: "sophos",
    product: "Sophos Firewall",
    vendor: Some("Sophos"),
    recognise: |message, event| {
        message.format == Format::Pairs
            && event.field("log_type").is_some()
            && (event.field("log_component").is_some() || event.field("log_subtype").is_some())
            && (event.field("device").is_some() || event.field("device_name").is_some())
    },
    read,
    log_source: LogSource { product: Some("sophos"), category: Some("firewall"), service: None },
};

fn read<'a>(_: &Message<'a>, event: &mut Event<'a>, context: &Context) -> bool {
    event.place(|name| {
        Some(match name {
            "src_ip" | "srcip" => (Attr::SrcEndpointIp, As::Ip),
            "src_port" => (Attr::SrcEndpointPort, As::Port),
            "src_mac" | "src_mac_address" => (Attr::SrcEndpointMac, As::Text),
            "in_interface" => (Attr::SrcEndpointInterfaceName, As::Text),
            "src_zone" | "srczone" | "src_zone_type" | "srczonetype" => (Attr::SrcEndpointZone, As::Text),
            "dst_ip" | "dstip" => (Attr::DstEndpointIp, As::Ip),
            "dst_port" => (Attr::DstEndpointPort, As::Port),
            "dst_mac" => (Attr::DstEndpointMac, As::Text),
            "out_interface" => (Attr::DstEndpointInterfaceName, As::Text),
            "dst_zone" | "dstzone" | "dst_zone_type" | "dstzonetype" => (Attr::DstEndpointZone, As::Text),
            "device_name" => (Attr::DeviceHostname, As::Text),
            "device_id" | "device_serial_id" => (Attr::DeviceUid, As::Text),
            "log_id" => (Attr::MetadataEventCode, As::Text),
            "user_name" | "username" => (Attr::UserName, As::Text),
            "user_agent" => (Attr::HttpRequestUserAgent, As::Text),
            "fw_rule_id" => (Attr::FirewallRuleUid, As::Text),
            "fw_rule_name" => (Attr::FirewallRuleName, As::Text),
            "application" | "app_name" => (Attr::AppName, As::Text),
            "url" => (Attr::HttpRequestUrlUrlString, As::Text),
            "domain" | "domainname" => (Attr::HttpRequestUrlHostname, As::Text),
            "status_code" | "statuscode" | "httpstatus" => (Attr::HttpResponseCode, As::Number),
            "sent_bytes" | "bytes_sent" => (Attr::TrafficBytesOut, As::Number),
            "recv_bytes" | "bytes_received" => (Attr::TrafficBytesIn, As::Number),
            "sent_pkts" | "packets_sent" => (Attr::TrafficPacketsOut, As::Number),
            "recv_pkts" | "packets_received" => (Attr::TrafficPacketsIn, As::Number),
            "duration" => (Attr::Duration, As::Seconds),
            "message" => (Attr::Message, As::Text),
            "reason" => (Attr::StatusDetail, As::Text),
            "con_id" | "connid" => (Attr::ConnectionInfoUid, As::Text),
            "from_email_address" | "sender" => (Attr::EmailFrom, As::Text),
            "email_subject" | "subject" => (Attr::EmailSubject, As::Text),
            _ => return None,
        })
    });
    time(event, context);
    event.severity = event
        .first_word(&["priority", "severity"])
        .and_then(|word| Severity::from_word(&word))
        .unwrap_or_default();
    event.mark("priority");
    event.mark("severity");
    if let Some(protocol) = event.word("protocol") {
        event.protocol(protocol);
        event.mark("protocol");
    }
    classify(event);
    true
}

/// `timestamp` with its offset, or `date`, `time` and the zone's name or offset.
fn time(event: &mut Event<'_>, context: &Context) {
    let stamped = event.text("timestamp").and_then(moment::any);
    let written = || moment::from_parts(event.text("date")?, event.text("time")?, event.text("timezone"));
    if let Some(moment) = stamped.or_else(written) {
        event.happened_at(moment, &context.zone);
        for name in ["timestamp", "date", "time", "timezone"] {
            event.mark(name);
        }
    }
}

fn classify(event: &mut Event<'_>) {
    let kind = event.word("log_type").unwrap_or_default();
    let subtype = event.word("log_subtype").unwrap_or_default();
    let component = event.word("log_component").unwrap_or_default();
    event.set(Attr::MetadataLogName, format!("{kind}/{component}"));
    let stopped = matches!(
        &*subtype,
        "Denied"
            | "Dropped"
            | "Deny"
            | "Drop"
            | "Blocked"
            | "Detected and dropped"
            | "Reject"
            | "Virus"
            | "Spam"
    );
    match &*kind {
        "Firewall" | "SSL" | "VPN" | "Wireless Protection" if event.has(Attr::SrcEndpointIp) => {
            event.class_is(Class::Network, if stopped { 5 } else { 6 });
            event.allowed(!stopped);
        }
        "Content Filtering" | "Web" | "WAF" => {
            let known = event.has(Attr::HttpRequestUrlUrlString) || event.has(Attr::HttpRequestUrlHostname);
            event.class_is(if known { Class::Http } else { Class::Network }, if known { 3 } else { 6 });
            event.allowed(!stopped);
        }
        "IDP" | "IPS" | "ATP" | "Sandbox" | "Anti-Virus" | "Anti Virus" | "Heartbeat" | "Endpoint" => {
            event.class_is(Class::DetectionFinding, 1);
            let title = event.first_word(&[
                "signature_msg",
                "threatname",
                "virus",
                "malware",
                "classification",
                "log_component",
            ]);
            event.set(Attr::FindingInfoTitle, title.unwrap_or_default());
            event.set(
                Attr::FindingInfoUid,
                event.first_word(&["signature_id", "eventid", "log_id"]).unwrap_or_default(),
            );
            event.allowed(!(stopped || &*subtype == "Drop"));
        }
        "Event"
            if event.has(Attr::UserName)
                && (component.contains("Authentication")
                    || &*subtype == "Authentication"
                    || component == "GUI"
                    || component.contains("SSH")
                    || component.contains("Console")) =>
        {
            let status = event.word("status").unwrap_or_default();
            let words = event.word("message").unwrap_or_default();
            event.class_is(
                Class::Authentication,
                if words.contains("logged out") || words.contains("logout") { 2 } else { 1 },
            );
            event.succeeded(status.starts_with("Succes"));
            event.mark("status");
        }
        "Anti-Spam" | "Anti Spam" | "Email" if event.has(Attr::EmailFrom) => {
            event.class_is(Class::Email, 3);
            event.allowed(!stopped);
        }
        _ => {}
    }
    for name in ["log_type", "log_component", "log_subtype"] {
        event.mark(name);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, read};

    #[test]
    fn log_types_become_classes() {
        let head = r#"device="SFW" date=2026-01-20 time=09:15:02 timezone="JST" device_name="XGS116" device_id=X1 log_id=010101600001 priority=Information"#;
        for (rest, class, activity, paths, values) in [
            (
                r#"log_type="Firewall" log_component="Firewall Rule" log_subtype="Denied" src_ip=192.0.2.4 src_port=1 dst_ip=198.51.100.9 dst_port=53 protocol="UDP" fw_rule_id=5"#,
                4001,
                5,
                "disposition connection_info.protocol_num firewall_rule.uid",
                "Blocked 17 5",
            ),
            (
                r#"log_type="Content Filtering" log_component="HTTP" log_subtype="Allowed" url="http://example.com/" src_ip=192.0.2.4"#,
                4002,
                3,
                "http_request.url.url_string disposition",
                "http://example.com/ Allowed",
            ),
            (
                r#"log_type="IDP" log_component="Signatures" log_subtype="Drop" signature_id=77 signature_msg="Example" src_ip=192.0.2.4"#,
                2004,
                1,
                "finding_info.title finding_info.uid",
                "Example 77",
            ),
            (
                r#"log_type="Event" log_component="Firewall Authentication" log_subtype="Authentication" status="Failed" user_name="taro" src_ip=192.0.2.4"#,
                3002,
                1,
                "user.name status",
                "taro Failure",
            ),
        ] {
            let event = read(&format!("{head} {rest}"));
            assert_eq!(event.device(), "sophos", "{rest}");
            assert_eq!((event.class().uid(), event.activity_id()), (class, activity), "{rest}");
            assert_eq!(at(&event, paths), values, "{rest}");
            assert_eq!(event.time().to_string(), "2026-01-20T00:15:02Z", "{rest}");
        }
    }
}
