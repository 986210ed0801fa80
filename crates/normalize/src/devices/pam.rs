//! PAM, whatever program it speaks for: `pam_unix(sshd:auth): authentication failure; … rhost=… user=…`.

use super::{Device, Message, word_after};
use crate::attribute::Attr;
use crate::class::{Class, Severity};
use crate::event::{Event, LogSource};
use crate::normalizer::Context;

pub(super) static DEVICE: Device = Device {
    name: "pam",
    product: "PAM",
    vendor: Some("Linux"),
    recognise: |message, _| module(message).is_some(),
    read,
    log_source: LogSource { product: Some("linux"), category: None, service: Some("auth") },
};

/// The service that PAM speaks for and its message, in the new form and in the old (`su(pam_unix)[4]: …`).
fn module<'a>(message: &Message<'a>) -> Option<(&'a str, &'a str)> {
    if let Some(rest) = message.body.strip_prefix("pam_") {
        let (head, text) = rest.split_once("): ").or_else(|| rest.split_once(") "))?;
        let (_, service) = head.split_once('(')?;
        return Some((service.split(':').next()?, text));
    }
    let tag = message.envelope.tag?;
    tag.strip_suffix(')')?.split_once("(pam_").map(|(service, _)| (service, message.body))
}

fn read<'a>(message: &Message<'a>, event: &mut Event<'a>, _: &Context) -> bool {
    let Some((service, text)) = module(message) else { return false };
    event.fields.clear();
    event.message(message.body);
    event.add("service", Attr::ServiceName, service);
    if let Some(host) = word_after(text, "rhost=") {
        let attr = if host.parse::<std::net::IpAddr>().is_ok() {
            Attr::SrcEndpointIp
        } else {
            Attr::SrcEndpointHostname
        };
        event.add("rhost", attr, host);
    }
    let opened = text.contains("session opened for user ");
    let closed = text.contains("session closed for user ");
    let failed = [
        "authentication failure",
        "check pass",
        "failed",
        "user unknown",
        "could not identify",
        "account expired",
        "denied",
    ]
    .iter()
    .any(|words| text.contains(words));
    let user = word_after(text, "for user ")
        .map(|name| name.split(['(', '\'']).next().unwrap_or(name).trim_start_matches('['))
        .or_else(|| {
            text.rsplit_once(" user=").or_else(|| text.rsplit_once("  user=")).map(|(_, name)| name.trim())
        })
        .map(|name| name.trim_matches(['[', ']']));
    if let Some(user) = user {
        event.add("user", Attr::UserName, user);
    }
    if let Some(actor) =
        word_after(text, "ruser=").or_else(|| word_after(text, "logname=")).filter(|name| !name.contains('='))
    {
        event.add("ruser", Attr::ActorUserName, actor);
    } else if let Some((_, by)) = text.split_once(" by ") {
        event.add("by", Attr::ActorUserName, by.split('(').next().unwrap_or(by));
    }
    event.severity = if failed { Severity::Low } else { Severity::Informational };
    if opened || closed || failed {
        event.succeeded(!failed);
    }
    if event.has(Attr::UserName) && (opened || closed || failed) {
        event.class_is(Class::Authentication, if closed { 2 } else { 1 });
    }
    true
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, read};

    #[test]
    fn both_forms_say_the_same() {
        for (line, class, activity, values) in [
            (
                "sshd[1]: pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=203.0.113.7  user=root",
                3002,
                1,
                "sshd root 203.0.113.7 Failure",
            ),
            (
                "sshd(pam_unix)[1]: authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=203.0.113.7  user=root",
                3002,
                1,
                "sshd root 203.0.113.7 Failure",
            ),
            (
                "sshd[1]: pam_unix(sshd:session): session opened for user taro(uid=1000) by (uid=0)",
                3002,
                1,
                "sshd taro - Success",
            ),
            ("su(pam_unix)[1]: session closed for user taro", 3002, 2, "su taro - Success"),
            ("vsftpd(pam_unix)[1]: check pass; user unknown", 0, 0, "vsftpd - - Failure"),
        ] {
            let event = read(&format!("Jan 20 09:15:02 host-1 {line}"));
            assert_eq!(
                (event.device(), event.class().uid(), event.activity_id()),
                ("pam", class, activity),
                "{line}"
            );
            assert_eq!(at(&event, "service.name user.name src_endpoint.ip status"), values, "{line}");
        }
    }
}
