//! Apache's and nginx's access logs (common, combined, with a virtual host) and error logs.

use std::net::IpAddr;

use super::http::method_activity;
use super::{Device, Format, Message, between};
use crate::attribute::Attr;
use crate::class::{Class, Severity};
use crate::event::{Event, LogSource};
use crate::moment;
use crate::normalizer::Context;

pub(super) static DEVICE: Device = Device {
    name: "apache",
    product: "Apache or nginx",
    vendor: None,
    recognise: |message, _| {
        matches!(message.format, Format::Text | Format::Pairs)
            && (Access::read(message.body).is_some() || Trouble::read(message.body).is_some())
    },
    read,
    log_source: LogSource { product: None, category: Some("webserver"), service: None },
};

/// `client - user [time] "method target version" status bytes "referrer" "agent"`
struct Access<'a> {
    client: &'a str,
    user: &'a str,
    time: &'a str,
    request: &'a str,
    status: &'a str,
    bytes: &'a str,
    referrer: &'a str,
    agent: &'a str,
}

impl<'a> Access<'a> {
    fn read(body: &'a str) -> Option<Self> {
        let (head, rest) = body.split_once(" [")?;
        let (time, rest) = rest.split_once("] \"")?;
        moment::common_log(time)?;
        let mut words = head.split_ascii_whitespace();
        let mut client = words.next()?;
        let mut ident = words.next()?;
        // A virtual host, or a proxy's list of clients, before the client.
        if client.parse::<IpAddr>().is_err() && ident != "-" && ident.parse::<IpAddr>().is_ok() {
            client = ident;
            ident = words.next()?;
        }
        let user = words.next().unwrap_or(ident);
        let (request, rest) = closing_quote(rest)?;
        let mut after = rest.split_ascii_whitespace();
        let (status, bytes) = (after.next()?, after.next()?);
        if status.len() != 3 || !status.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let mut quoted = rest.split_once('"').map(|(_, rest)| rest);
        let mut next = || {
            let (text, rest) = closing_quote(quoted?)?;
            quoted = rest.split_once('"').map(|(_, rest)| rest);
            Some(text)
        };
        let (referrer, agent) = (next().unwrap_or("-"), next().unwrap_or("-"));
        Some(Access { client, user, time, request, status, bytes, referrer, agent })
    }
}

/// Up to the next quote that is not escaped.
fn closing_quote(text: &str) -> Option<(&str, &str)> {
    let mut escaped = false;
    let end = text.bytes().position(|byte| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    })?;
    Some((text.get(..end)?, text.get(end + 1..)?))
}

/// `[time] [module:level] [pid …] [client …] text` or nginx's `[level] pid#tid: text`.
struct Trouble<'a> {
    time: Option<&'a str>,
    level: &'a str,
    client: Option<&'a str>,
    text: &'a str,
}

impl<'a> Trouble<'a> {
    fn read(body: &'a str) -> Option<Self> {
        Self::nginx(body).or_else(|| Self::apache(body))
    }

    /// The envelope took the time off already.
    fn nginx(body: &'a str) -> Option<Self> {
        let (level, text) = body.strip_prefix('[')?.split_once("] ")?;
        let (process, rest) = text.split_once('#')?;
        let thread = rest.split([':', ' ']).next()?;
        let numbered = [process, thread]
            .iter()
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
        let client = between(text, "client: ", ",").filter(|client| client.parse::<IpAddr>().is_ok());
        (numbered && is_level(level)).then_some(Trouble { time: None, level, client, text })
    }

    fn apache(body: &'a str) -> Option<Self> {
        let mut trouble = Trouble { time: None, level: "", client: None, text: body };
        while let Some((inside, rest)) = trouble.text.strip_prefix('[').and_then(|rest| rest.split_once(']'))
        {
            let level = inside.rsplit(':').next().unwrap_or("");
            if let Some(client) = inside.strip_prefix("client ") {
                trouble.client = Some(client);
            } else if trouble.level.is_empty() && is_level(level) {
                trouble.level = level;
            } else if trouble.time.is_none() && inside.len() > 20 {
                trouble.time = inside.get(4..);
            } else if !inside.starts_with("pid ") {
                break;
            }
            trouble.text = rest.trim_start();
        }
        (!trouble.level.is_empty()
            && (trouble.time.is_some() || trouble.client.is_some() || trouble.text.starts_with("Apache")))
        .then_some(trouble)
    }
}

fn is_level(word: &str) -> bool {
    matches!(word, "emerg" | "alert" | "crit" | "error" | "warn" | "notice" | "info" | "debug")
        || word.strip_prefix("trace").is_some_and(|digit| digit.len() == 1)
}

fn read<'a>(message: &Message<'a>, event: &mut Event<'a>, context: &Context) -> bool {
    event.fields.clear();
    if let Some(access) = Access::read(message.body) {
        read_access(&access, event, context);
        return true;
    }
    let Some(trouble) = Trouble::read(message.body) else { return false };
    event.message(trouble.text);
    event.severity = Severity::from_word(trouble.level).unwrap_or_default();
    if let Some(time) = trouble.time
        && let Some(moment) = moment::any(time)
    {
        event.happened(moment, time, &context.zone);
    }
    if let Some(client) = trouble.client {
        let (address, port) = match client.rsplit_once(':') {
            Some((address, port)) if client.parse::<IpAddr>().is_err() => {
                (address.trim_matches(['[', ']']), port)
            }
            _ => (client, ""),
        };
        event.add("c-ip", Attr::SrcEndpointIp, address);
        if !port.is_empty() {
            event.add_number("c-port", Attr::SrcEndpointPort, port);
        }
        if let Some(request) = between(trouble.text, "request: \"", "\"") {
            read_request(request, event);
            event.class_is(Class::Http, event.activity_id);
        }
    }
    true
}

fn read_access<'a>(access: &Access<'a>, event: &mut Event<'a>, context: &Context) {
    if let Some((moment, _)) = moment::common_log(access.time) {
        event.happened(moment, access.time, &context.zone);
    }
    let attr =
        if access.client.parse::<IpAddr>().is_ok() { Attr::SrcEndpointIp } else { Attr::SrcEndpointHostname };
    event.add("c-ip", attr, access.client);
    event.add("cs-username", Attr::ActorUserName, access.user);
    event.class_is(Class::Http, 99);
    read_request(access.request, event);
    event.add_number("sc-status", Attr::HttpResponseCode, access.status);
    if access.bytes != "-" {
        event.add_number("sc-bytes", Attr::TrafficBytesOut, access.bytes);
    }
    event.add("cs-referer", Attr::HttpRequestReferrer, access.referrer);
    event.add("cs-user-agent", Attr::HttpRequestUserAgent, access.agent);
    event.severity = Severity::Informational;
    event.succeeded(!access.status.starts_with(['4', '5']));
}

/// `GET /a?b=c HTTP/1.1`, under the names that Sigma's web server rules use. What a scanner sends instead of a
/// request is kept as its target.
fn read_request<'a>(request: &'a str, event: &mut Event<'a>) {
    let (method, rest) = request.split_once(' ').unwrap_or(("", request));
    let (target, version) = rest.rsplit_once(" HTTP/").unwrap_or((rest, ""));
    event.activity_id = method_activity(method);
    if event.activity_id == 99 {
        event.other_activity(if method.is_empty() { "Malformed" } else { method });
    }
    event.add("cs-method", Attr::HttpRequestHttpMethod, method);
    event.add("cs-uri", Attr::HttpRequestUrlUrlString, target);
    event.add("cs-version", Attr::HttpRequestVersion, version);
    let (stem, query) = target.split_once('?').unwrap_or((target, ""));
    event.add("cs-uri-stem", Attr::HttpRequestUrlPath, stem);
    // Rules look for what the query holds in the whole target too.
    event.add_unmapped("cs-uri-query", if query.is_empty() { target } else { query });
    event.mark("cs-uri-query");
    // The class needs a request even where nothing was sent.
    event.set(Attr::HttpRequestUrlUrlString, target);
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, read};

    #[test]
    fn accesses_are_http_activities() {
        for (line, values) in [
            (
                r#"203.0.113.7 - - [20/Jan/2026:09:15:02 +0900] "GET /a?b=c HTTP/1.1" 404 196 "-" "scan \"x\"""#,
                r#"3 203.0.113.7 - /a?b=c 404 scan \"x\""#,
            ),
            (
                r#"192.0.2.4 - taro [20/Jan/2026:09:15:02 +0900] "POST /login HTTP/2.0" 200 -"#,
                "6 192.0.2.4 taro /login 200 -",
            ),
            (
                r#"www.example.com:443 192.0.2.4 - - [20/Jan/2026:09:15:02 +0900] "HEAD / HTTP/1.0" 200 5 "http://a.example/" "curl/8""#,
                "4 192.0.2.4 - / 200 curl/8",
            ),
            (
                r#"203.0.113.7 - - [20/Jan/2026:09:15:02 +0900] "\x16\x03\x01" 400 0 "-" "-""#,
                r"99 203.0.113.7 - \x16\x03\x01 400 -",
            ),
        ] {
            let event = read(line);
            assert_eq!((event.device(), event.class().uid()), ("apache", 4002), "{line}");
            assert_eq!(
                at(
                    &event,
                    "activity_id src_endpoint.ip actor.user.name http_request.url.url_string http_response.code http_request.user_agent"
                ),
                values,
                "{line}"
            );
            assert_eq!(event.time().to_string(), "2026-01-20T00:15:02Z", "{line}");
        }
    }

    #[test]
    fn error_logs_of_all_generations_are_read() {
        for (line, values) in [
            (
                "[Tue Jan 20 09:15:02 2026] [error] [client 203.0.113.7] File does not exist: /x",
                "High 203.0.113.7 File does not exist: /x 1768868102000",
            ),
            (
                "[Tue Jan 20 09:15:02.000000 2026] [core:warn] [pid 1:tid 2] [client 203.0.113.7:4000] AH1: y",
                "Medium 203.0.113.7 AH1: y 1768868102000",
            ),
            (
                "2026/01/20 09:15:02 [crit] 80#2: *1 z, client: 203.0.113.7, server: _",
                "Critical 203.0.113.7 80#2: *1 z, client: 203.0.113.7, server: _ 1768868102000",
            ),
        ] {
            let event = read(line);
            assert_eq!(event.device(), "apache", "{line}");
            assert_eq!(at(&event, "severity src_endpoint.ip message time"), values, "{line}");
        }
    }
}
