//! Set-up texts to copy: how common shippers are told to send to a sensor.

use serde::Serialize;

use super::model::{Kind, Sensor};
use crate::Watch;
use crate::watch::Transport;

/// One text, with the file it belongs into.
#[derive(Debug, Serialize)]
pub(super) struct Setup {
    pub(super) product: &'static str,
    pub(super) file: &'static str,
    pub(super) text: String,
}

/// The texts that fit the sensor. Where the token is not at hand, its place is marked.
pub(super) fn texts(watch: &Watch, sensor: &Sensor, token: Option<&str>) -> Vec<Setup> {
    match sensor.kind {
        Kind::Http => over_http(&watch.app.settings.base_url, token.unwrap_or("TOKEN")),
        Kind::Syslog => over_syslog(watch, sensor),
        Kind::Upload => vec![Setup {
            product: "kakari",
            file: "",
            text: format!("kakari ingest --org {} FILE…\n", org_of(sensor)),
        }],
    }
}

fn org_of(sensor: &Sensor) -> String {
    sensor.scope.client().map(|org| org.to_string()).unwrap_or_default()
}

fn over_http(base_url: &str, token: &str) -> Vec<Setup> {
    let host = base_url.split_once("://").map_or(base_url, |(_, rest)| rest);
    let (name, port) = host.split_once(':').unwrap_or((host, "443"));
    let tls = if base_url.starts_with("https://") { "on" } else { "off" };
    vec![
        Setup {
            product: "Fluent Bit",
            file: "/etc/fluent-bit/fluent-bit.conf",
            text: format!(
                "[OUTPUT]\n    Name    http\n    Match   *\n    Host    {name}\n    Port    {port}\n    URI     /ingest/v1/events\n    \
                 Format  json_lines\n    Header  Authorization Bearer {token}\n    Compress gzip\n    tls     {tls}\n"
            ),
        },
        Setup {
            product: "Winlogbeat + Fluent Bit",
            file: "winlogbeat.yml",
            text: "winlogbeat.event_logs:\n  - name: Security\n  - name: System\n  - name: Microsoft-Windows-Sysmon/Operational\n  \
                   - name: Microsoft-Windows-PowerShell/Operational\n  - name: Microsoft-Windows-Windows Defender/Operational\n\
                   output.file:\n  path: C:\\ProgramData\\winlogbeat\\out\n  filename: events\n"
                .to_owned(),
        },
        Setup {
            product: "rsyslog (omhttp)",
            file: "/etc/rsyslog.d/90-kakari.conf",
            text: format!(
                "module(load=\"omhttp\")\n*.* action(type=\"omhttp\" server=\"{name}\" serverport=\"{port}\" restpath=\"ingest/v1/events\"\n  \
                 useHttps=\"{tls}\" httpheaders=[\"Authorization: Bearer {token}\"]\n  template=\"RSYSLOG_SyslogProtocol23Format\" batch=\"on\" \
                 batch.format=\"newline\"\n  queue.type=\"LinkedList\" queue.filename=\"kakari\" queue.saveOnShutdown=\"on\" action.resumeRetryCount=\"-1\")\n"
            ),
        },
        Setup {
            product: "curl",
            file: "",
            text: format!(
                "curl -H 'Authorization: Bearer {token}' -H 'Content-Type: application/x-ndjson' \\\n  \
                 --data-binary @events.ndjson {base_url}/ingest/v1/events\n"
            ),
        },
    ]
}

fn over_syslog(watch: &Watch, sensor: &Sensor) -> Vec<Setup> {
    let listener = watch.config.listeners.iter().find(|listener| listener.sensor == sensor.id);
    let (host, port, udp) = match listener {
        Some(listener) => (
            listener.address.ip().to_string(),
            listener.address.port().to_string(),
            listener.transport == Transport::Udp,
        ),
        None => ("ADDRESS".to_owned(), "PORT".to_owned(), false),
    };
    let at = if udp { "@" } else { "@@(o)" };
    let protocol = if udp { "udp" } else { "reliable" };
    let transport = if udp { "udp" } else { "tcp" };
    vec![
        Setup {
            product: "kakari",
            file: "kakari.toml",
            text: format!(
                "[[listeners]]\ntransport = \"{transport}\"\naddress = \"{host}:{port}\"\nsensor = \"{}\"\n",
                sensor.id
            ),
        },
        Setup {
            product: "rsyslog",
            file: "/etc/rsyslog.d/90-kakari.conf",
            text: format!("*.* {at}{host}:{port};RSYSLOG_SyslogProtocol23Format\n"),
        },
        Setup {
            product: "FortiGate",
            file: "CLI",
            text: format!(
                "config log syslogd setting\n  set status enable\n  set server \"{host}\"\n  set port {port}\n  set mode {protocol}\n  \
                 set format default\nend\n"
            ),
        },
        Setup {
            product: "Fluent Bit",
            file: "/etc/fluent-bit/fluent-bit.conf",
            text: format!(
                "[OUTPUT]\n    Name    syslog\n    Match   *\n    Host    {host}\n    Port    {port}\n    Mode    {transport}\n    \
                 Syslog_Format rfc5424\n"
            ),
        },
    ]
}
