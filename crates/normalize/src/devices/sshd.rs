//! OpenSSH's server, in syslog.

use std::net::IpAddr;

use super::{Device, Format, Message, between, word_after};
use crate::attribute::Attr;
use crate::class::{Class, Severity};
use crate::event::{Event, LogSource};
use crate::normalizer::Context;

pub(super) static DEVICE: Device = Device {
    name: "sshd",
    product: "OpenSSH",
    vendor: Some("OpenBSD"),
    recognise: |message, _| {
        (message.is_from("sshd") || message.is_from("sshd-session"))
            && message.format == Format::Text
            && !message.body.starts_with("pam_")
            && message.envelope.tag.is_none_or(|tag| !tag.contains("pam_"))
    },
    read,
    log_source: LogSource { product: Some("linux"), category: None, service: Some("sshd") },
};

fn read<'a>(message: &Message<'a>, event: &mut Event<'a>, _: &Context) -> bool {
    let body = message.body;
    event.message(body);
    event.set(Attr::ServiceName, "sshd");
    if let Some((address, port)) = peer(body) {
        event.add("src_ip", Attr::SrcEndpointIp, address);
        if let Some(port) = port {
            event.add_number("src_port", Attr::SrcEndpointPort, port);
        }
    }
    if let Some(user) = user(body) {
        event.add("user", Attr::UserName, user);
    }
    let success = if body.starts_with("Accepted ") {
        Some(true)
    } else {
        FAILURES.iter().any(|words| body.contains(words)).then_some(false)
    };
    let closed = CLOSINGS.iter().any(|words| body.starts_with(words));
    if let Some(success) = success {
        if let Some(method) = word_after(body, "Accepted ")
            .or_else(|| word_after(body, "Failed "))
            .filter(|_| body.contains(" for "))
        {
            event.add("method", Attr::AuthProtocol, method);
        }
        event.succeeded(success);
        event.severity = if success { Severity::Informational } else { Severity::Low };
    }
    match (success, closed, event.has(Attr::UserName), event.has(Attr::SrcEndpointIp)) {
        (Some(_), _, true, _) => event.class_is(Class::Authentication, 1),
        (None, true, true, _) if !body.contains("[preauth]") => event.class_is(Class::Authentication, 2),
        (_, true, _, true) => event.class_is(Class::Network, 2),
        (_, _, _, true) if body.starts_with("Connection from ") => event.class_is(Class::Network, 1),
        (_, _, _, true) => event.class_is(Class::Network, 6),
        _ => {}
    }
    true
}

const FAILURES: &[&str] = &[
    "Failed ",
    "Invalid user ",
    "Illegal user ",
    "authentication failure",
    "Authentication failure",
    "not allowed because",
    "maximum authentication attempts exceeded",
    "Too many authentication failures",
    "error: PAM: ",
    "authenticating user ",
    "invalid user ",
    "ROOT LOGIN REFUSED",
    "User not known",
];

const CLOSINGS: &[&str] = &[
    "Disconnected from ",
    "Connection closed by ",
    "Connection reset by ",
    "Received disconnect from ",
    "Close session: ",
    "Disconnecting ",
];

/// The name between the words that stand around it. A name may itself hold spaces: it was typed by a stranger.
fn user(body: &str) -> Option<&str> {
    let rest = [
        "Invalid user ",
        "Illegal user ",
        "invalid user ",
        "illegal user ",
        "authenticating user ",
        " for user ",
        "User ",
        " from user ",
        " for ",
        "user ",
    ]
    .into_iter()
    .find_map(|words| body.split_once(words).map(|(_, rest)| rest))?;
    let end = [" from ", " port ", " not allowed", " by ", " ssh2", " [preauth]", " service "]
        .into_iter()
        .filter_map(|words| rest.find(words))
        .min();
    let name = match end {
        Some(end) => rest.get(..end)?,
        None => rest.split(' ').next()?,
    };
    // `Disconnected from user taro 192.0.2.1 port 1`
    let name = name
        .rsplit_once(' ')
        .filter(|(_, last)| last.parse::<IpAddr>().is_ok())
        .map_or(name, |(name, _)| name);
    Some(name.trim_matches(['\'', '"'])).filter(|name| !name.is_empty() && name.parse::<IpAddr>().is_err())
}

/// The last address in the message that stands where the server puts the peer's, and its port.
fn peer(body: &str) -> Option<(&str, Option<&str>)> {
    if body.starts_with("Server listening") {
        return None;
    }
    // `Connection from 192.0.2.1 port 1 on 192.0.2.2 port 22`: here alone the peer comes first.
    let body = match body.split_once(" on ") {
        Some((peer, _)) if body.starts_with("Connection from ") => peer,
        _ => body,
    };
    let port = body.rsplit_once(" port ").map(|(before, after)| (before, after.split([' ', ':']).next()));
    if let Some((before, port)) = port
        && let Some(address) = before.rsplit(' ').next().filter(|word| word.parse::<IpAddr>().is_ok())
    {
        return Some((address, port.filter(|port| !port.is_empty())));
    }
    let bracketed = between(body, "[", "]").filter(|inside| inside.parse::<IpAddr>().is_ok());
    let plain = || {
        body.split([' ', '=', ','])
            .map(|word| word.trim_matches(['(', ')', ':', '.', ';']))
            .rfind(|word| word.len() > 2 && word.parse::<IpAddr>().is_ok())
    };
    bracketed.or_else(plain).map(|address| (address, None))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, read};

    #[test]
    fn sign_ins_are_told_by_outcome_user_and_peer() {
        for (body, class, activity, values) in [
            (
                "Accepted publickey for taro from 192.0.2.7 port 50022 ssh2: ED25519 SHA256:abc",
                3002,
                1,
                "taro 192.0.2.7 50022 Success",
            ),
            (
                "Failed password for root from 203.0.113.5 port 40001 ssh2",
                3002,
                1,
                "root 203.0.113.5 40001 Failure",
            ),
            (
                "Failed password for invalid user admin from 203.0.113.5 port 40001 ssh2",
                3002,
                1,
                "admin 203.0.113.5 40001 Failure",
            ),
            ("Invalid user  from 203.0.113.5 port 40002", 4001, 6, "- 203.0.113.5 40002 Failure"),
            (
                "Invalid user two words from 2001:db8::5 port 40003",
                3002,
                1,
                "two words 2001:db8::5 40003 Failure",
            ),
            (
                "Connection closed by authenticating user root 203.0.113.5 port 40004 [preauth]",
                3002,
                1,
                "root 203.0.113.5 40004 Failure",
            ),
            ("Disconnected from user taro 192.0.2.7 port 50022", 3002, 2, "taro 192.0.2.7 50022 -"),
            (
                "Received disconnect from 203.0.113.5 port 40005:11: Bye Bye [preauth]",
                4001,
                2,
                "- 203.0.113.5 40005 -",
            ),
            ("Connection from 203.0.113.5 port 40006 on 192.0.2.1 port 22", 4001, 1, "- 203.0.113.5 40006 -"),
            ("Server listening on 0.0.0.0 port 22.", 0, 0, "- - - -"),
        ] {
            let event = read(&format!("Jan 20 09:15:02 host-1 sshd[321]: {body}"));
            assert_eq!(event.device(), "sshd", "{body}");
            assert_eq!((event.class().uid(), event.activity_id()), (class, activity), "{body}");
            assert_eq!(at(&event, "user.name src_endpoint.ip src_endpoint.port status"), values, "{body}");
        }
    }

    #[test]
    fn a_forged_name_does_not_move_the_peers_address() {
        let event = read(
            "Jan 20 09:15:02 host-1 sshd[321]: Invalid user a from 192.0.2.1 port 1 from 203.0.113.5 port 40001",
        );
        assert_eq!(at(&event, "src_endpoint.ip src_endpoint.port"), "203.0.113.5 40001");
    }

    #[test]
    fn the_host_and_the_process_are_kept() {
        let event = read("Jan 20 09:15:02 host-1 sshd[321]: Server listening on :: port 22.");
        assert_eq!(at(&event, "device.hostname time"), "host-1 1768868102000");
    }
}
