//! Postfix: what was taken in, passed on, refused, by queue id.

use super::{Device, Message, between, word_after};
use crate::attribute::Attr;
use crate::class::{Class, Severity};
use crate::event::{Event, LogSource};
use crate::normalizer::Context;
use crate::value::Value;

pub(super) static DEVICE: Device = Device {
    name: "postfix",
    product: "Postfix",
    vendor: None,
    recognise: |message, _| message.envelope.tag.is_some_and(|tag| tag.starts_with("postfix")),
    read,
    log_source: LogSource { product: Some("linux"), category: None, service: Some("postfix") },
};

fn read<'a>(message: &Message<'a>, event: &mut Event<'a>, _: &Context) -> bool {
    let body = message.body;
    event.fields.clear();
    event.message(body);
    let queue_id = body.split_once(": ").map(|(id, _)| id).filter(|id| {
        (5..=24).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && *id != "NOQUEUE"
    });
    if let Some(id) = queue_id {
        event.add("queue_id", Attr::EmailMessageUid, id);
    }
    if let Some(sender) = between(body, "from=<", ">") {
        event.add("from", Attr::EmailFrom, sender);
    }
    if let Some(recipient) = between(body, " to=<", ">") {
        event.set(Attr::EmailSmtpTo, Value::List(vec![recipient.into()]));
        event.add_unmapped("to", recipient);
        event.mark("to");
    }
    if let Some(id) = between(body, "message-id=<", ">") {
        event.add("message-id", Attr::EmailMessageUid, id);
    }
    if let Some(size) = word_after(body, "size=") {
        event.add_number("size", Attr::EmailSize, size);
    }
    if let Some((host, address)) = client(body) {
        event.add("client", Attr::SrcEndpointHostname, host);
        event.add("client_ip", Attr::SrcEndpointIp, address);
    }
    if let Some(user) = word_after(body, "sasl_username=") {
        event.add("sasl_username", Attr::UserName, user);
    }
    let status = word_after(body, "status=");
    if let Some(status) = status {
        event.add("status", Attr::StatusCode, status);
        event.succeeded(status == "sent");
    }
    let refused = body.contains("reject: ") || body.contains("blocked using");
    let has_mail =
        event.has(Attr::EmailMessageUid) || event.has(Attr::EmailFrom) || event.has(Attr::EmailSmtpTo);
    if body.contains("authentication failed") && body.contains("SASL") {
        event.severity = Severity::Low;
        event.succeeded(false);
        if event.has(Attr::UserName) {
            event.class_is(Class::Authentication, 1);
        } else {
            event.class_is(Class::Network, 6);
        }
    } else if has_mail {
        let sends = message
            .envelope
            .tag
            .is_some_and(|tag| tag.ends_with("/smtp") || tag.ends_with("/lmtp") || tag.ends_with("/error"));
        event.class_is(Class::Email, if sends { 1 } else { 2 });
        event.set(Attr::DirectionId, if sends { 2 } else { 1 });
        if refused {
            event.allowed(false);
        }
    } else if event.has(Attr::SrcEndpointIp) {
        event.class_is(
            Class::Network,
            match body.split(' ').next() {
                Some("connect") => 1,
                Some("disconnect") => 2,
                _ if refused => 5,
                _ => 6,
            },
        );
        if refused {
            event.allowed(false);
        }
    }
    true
}

/// `from mail.example.com[192.0.2.25]`, `client=unknown[203.0.113.7]`, `from [203.0.113.7]:47407`.
fn client(body: &str) -> Option<(&str, &str)> {
    let (before, rest) =
        body.split_once('[').filter(|(before, _)| before.ends_with("from ") || !before.ends_with(' '))?;
    let (address, _) = rest.split_once(']')?;
    address.parse::<std::net::IpAddr>().ok()?;
    let host = before.rsplit([' ', '=']).next().unwrap_or("");
    Some((host, address))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, read};

    #[test]
    fn deliveries_and_refusals_are_mail_activities() {
        for (line, class, activity, paths, values) in [
            (
                "postfix/smtpd[1]: 4ABCDE1234: client=mail.example.com[192.0.2.25]",
                4009,
                2,
                "email.message_uid src_endpoint.ip src_endpoint.hostname",
                "4ABCDE1234 192.0.2.25 mail.example.com",
            ),
            (
                "postfix/smtp[1]: 4ABCDE1234: to=<a@example.org>, relay=mx.example.org[198.51.100.25]:25, delay=1, dsn=2.0.0, status=sent (250 ok)",
                4009,
                1,
                "email.smtp_to.0 status",
                "a@example.org Success",
            ),
            (
                "postfix/smtpd[1]: NOQUEUE: reject: RCPT from unknown[203.0.113.7]: 554 5.7.1 <b@example.org>: Relay access denied; from=<x@example.net> to=<b@example.org> proto=ESMTP",
                4009,
                2,
                "email.from email.smtp_to.0 src_endpoint.ip disposition",
                "x@example.net b@example.org 203.0.113.7 Blocked",
            ),
            (
                "postfix/postscreen[1]: NOQUEUE: reject: RCPT from [203.0.113.7]:47407: 550 5.7.1 Service unavailable",
                4001,
                5,
                "src_endpoint.ip disposition",
                "203.0.113.7 Blocked",
            ),
            (
                "postfix/smtpd[1]: warning: unknown[203.0.113.7]: SASL LOGIN authentication failed: UGFzc3dvcmQ6, sasl_username=taro",
                3002,
                1,
                "user.name src_endpoint.ip status",
                "taro 203.0.113.7 Failure",
            ),
            (
                "postfix/smtpd[1]: connect from unknown[203.0.113.7]",
                4001,
                1,
                "src_endpoint.ip",
                "203.0.113.7",
            ),
        ] {
            let event = read(&format!("Jan 20 09:15:02 mail {line}"));
            assert_eq!(
                (event.device(), event.class().uid(), event.activity_id()),
                ("postfix", class, activity),
                "{line}"
            );
            assert_eq!(at(&event, paths), values, "{line}");
        }
    }
}
