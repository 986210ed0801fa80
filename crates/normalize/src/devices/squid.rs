//! Squid's access log in its own format, with or without a syslog envelope.

use super::http::{method_activity, url_host};
use super::{Device, Format, Message};
use crate::attribute::Attr;
use crate::class::{Class, Severity};
use crate::event::{Event, LogSource};
use crate::moment;
use crate::normalizer::Context;

pub(super) static DEVICE: Device = Device {
    name: "squid",
    product: "Squid",
    vendor: None,
    recognise: |message, _| {
        matches!(message.format, Format::Text | Format::Pairs) && Access::read(message.body).is_some()
    },
    read,
    log_source: LogSource { product: Some("squid"), category: Some("proxy"), service: None },
};

/// `time elapsed client result/status bytes method url user hierarchy/peer type`
struct Access<'a> {
    time: &'a str,
    elapsed_ms: &'a str,
    client: &'a str,
    result: &'a str,
    status: &'a str,
    bytes: &'a str,
    method: &'a str,
    url: &'a str,
    user: &'a str,
    hierarchy: &'a str,
    content_type: &'a str,
}

impl<'a> Access<'a> {
    fn read(body: &'a str) -> Option<Self> {
        let mut words = body.split_ascii_whitespace();
        let (time, elapsed_ms, client, result) = (words.next()?, words.next()?, words.next()?, words.next()?);
        let (seconds, milliseconds) = time.split_once('.')?;
        let counted = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !(seconds.len() >= 9 && counted(seconds) && counted(milliseconds))
            || elapsed_ms.parse::<i64>().is_err()
        {
            return None;
        }
        let (result, status) =
            result.split_once('/').filter(|(result, _)| result.contains('_') || *result == "NONE")?;
        Some(Access {
            time,
            elapsed_ms,
            client,
            result,
            status,
            bytes: words.next()?,
            method: words.next()?,
            url: words.next()?,
            user: words.next().unwrap_or("-"),
            hierarchy: words.next().unwrap_or("-"),
            content_type: words.next().unwrap_or("-"),
        })
    }
}

fn read<'a>(message: &Message<'a>, event: &mut Event<'a>, context: &Context) -> bool {
    let Some(access) = Access::read(message.body) else { return false };
    event.fields.clear();
    if let Some(moment) = moment::epoch(access.time) {
        event.happened(moment, access.time, &context.zone);
    }
    event.class_is(Class::Http, method_activity(access.method));
    if event.activity_id == 99 {
        event.other_activity(access.method);
    }
    // Names as Sigma's proxy rules use them.
    event.add("c-ip", Attr::SrcEndpointIp, access.client);
    if !event.has(Attr::SrcEndpointIp) {
        event.set(Attr::SrcEndpointHostname, access.client);
    }
    event.add("cs-method", Attr::HttpRequestHttpMethod, access.method);
    event.add("c-uri", Attr::HttpRequestUrlUrlString, access.url);
    event.add("cs-username", Attr::ActorUserName, access.user);
    event.add_number("sc-status", Attr::HttpResponseCode, access.status);
    event.add_number("sc-bytes", Attr::TrafficBytesOut, access.bytes);
    event.add_number("time-taken", Attr::Duration, access.elapsed_ms);
    event.add("content-type", Attr::HttpResponseContentType, access.content_type);
    event.add("result", Attr::StatusCode, access.result);
    if let Some(host) = url_host(access.url) {
        event.add("cs-host", Attr::HttpRequestUrlHostname, host);
    }
    event.add_unmapped("hierarchy", access.hierarchy);
    event.allowed(!access.result.contains("DENIED"));
    event.severity = if access.result.contains("DENIED") { Severity::Low } else { Severity::Informational };
    true
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, read};

    #[test]
    fn an_access_is_an_http_activity() {
        for (line, values) in [
            (
                "1768868102.123    231 192.0.2.9 TCP_MISS/200 1536 GET http://www.example.com/a?b=c taro HIER_DIRECT/198.51.100.1 text/html",
                "3 192.0.2.9 www.example.com 200 Allowed taro",
            ),
            (
                "1768868102.123      0 192.0.2.9 TCP_DENIED/407 1785 CONNECT example.org:443 - HIER_NONE/- text/html",
                "1 192.0.2.9 example.org 407 Blocked -",
            ),
            (
                "Jan 20 09:15:02 proxy squid[77]: 1768868102.123 12 2001:db8::9 TCP_TUNNEL/200 99 CONNECT [2001:db8::1]:443 - HIER_DIRECT/2001:db8::1 -",
                "1 2001:db8::9 2001:db8::1 200 Allowed -",
            ),
        ] {
            let event = read(line);
            assert_eq!(event.device(), "squid", "{line}");
            assert_eq!(
                at(
                    &event,
                    "activity_id src_endpoint.ip http_request.url.hostname http_response.code disposition actor.user.name"
                ),
                values,
                "{line}"
            );
            assert_eq!(event.time().as_millisecond(), 1_768_868_102_123, "{line}");
        }
    }
}
