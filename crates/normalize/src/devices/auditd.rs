//! Linux's audit daemon: `type=SYSCALL msg=audit(1768868102.123:77): key=value …`.

use super::{Device, Message, between};
use crate::attribute::Attr;
use crate::class::{Class, Severity};
use crate::event::{As, Event, LogSource};
use crate::moment;
use crate::normalizer::Context;
use crate::pairs;

pub(super) static DEVICE: Device = Device {
    name: "auditd",
    product: "auditd",
    vendor: Some("Linux"),
    recognise: |message, _| message.body.contains("msg=audit(") && message.body.contains("type="),
    read,
    log_source: LogSource { product: Some("linux"), category: None, service: Some("auditd") },
};

fn read<'a>(message: &Message<'a>, event: &mut Event<'a>, context: &Context) -> bool {
    let Some(stamp) = between(message.body, "msg=audit(", ")") else { return false };
    if event.field("type").is_none() {
        let Ok(pairs) = pairs::read(message.body) else { return false };
        event.take_fields(pairs);
    }
    // `msg='op=PAM:authentication acct="taro" …'`: the inner pairs are the message.
    if let Some(Ok(inner)) = between(message.body, "msg='", "'").map(pairs::read) {
        event.take_fields(inner);
    }
    event.fields.retain(|field| {
        field.name != "msg" || !matches!(&field.value, crate::Value::Text(text) if text.starts_with("audit("))
    });
    let (time, serial) = stamp.split_once(':').unwrap_or((stamp, ""));
    if let Some(moment) = moment::epoch(time) {
        event.happened(moment, time, &context.zone);
    }
    if !serial.is_empty() {
        event.set(Attr::MetadataUid, serial);
    }
    event.place(|name| {
        Some(match name {
            "type" => (Attr::MetadataEventCode, As::Text),
            "exe" => (Attr::ActorProcessFilePath, As::Text),
            "comm" => (Attr::ActorProcessName, As::Text),
            "pid" => (Attr::ActorProcessPid, As::Number),
            "uid" => (Attr::ActorUserUid, As::Text),
            "ses" => (Attr::ActorSessionUid, As::Text),
            "acct" => (Attr::UserName, As::Text),
            "addr" => (Attr::SrcEndpointIp, As::Ip),
            "hostname" => (Attr::SrcEndpointHostname, As::Text),
            "node" => (Attr::DeviceHostname, As::Text),
            "op" => (Attr::Message, As::Text),
            "name" => (Attr::FilePath, As::Text),
            _ => return None,
        })
    });
    if let Some(result) = event.first_word(&["res", "success", "result"]) {
        event.succeeded(matches!(&*result, "success" | "yes" | "1"));
        event.mark("res");
        event.mark("success");
    }
    classify(event);
    true
}

fn classify(event: &mut Event<'_>) {
    let kind = event.word("type").unwrap_or_default();
    event.severity = if kind.starts_with("ANOM_") || kind.starts_with("AVC") {
        Severity::Medium
    } else {
        Severity::Informational
    };
    let (class, activity) = match &*kind {
        "USER_LOGIN" | "USER_AUTH" | "USER_START" | "CRED_ACQ" => (Class::Authentication, 1),
        "USER_END" | "USER_LOGOUT" | "CRED_DISP" => (Class::Authentication, 2),
        "ADD_USER" => (Class::AccountChange, 1),
        "DEL_USER" => (Class::AccountChange, 6),
        "USER_CHAUTHTOK" => (Class::AccountChange, 3),
        "SYSCALL" | "EXECVE" | "PROCTITLE"
            if event.has(Attr::ActorProcessFilePath)
                && matches!(event.text("syscall"), Some("59" | "322" | "11" | "execve")) =>
        {
            (Class::Process, 1)
        }
        _ => return,
    };
    if class != Class::Process && !event.has(Attr::UserName) {
        return;
    }
    event.class_is(class, activity);
    if class == Class::Process {
        // The process that was started is the one that the call left behind.
        for (field, attr) in [("exe", Attr::ProcessFilePath), ("comm", Attr::ProcessName)] {
            if let Some(value) = event.word(field) {
                event.set(attr, value);
            }
        }
        if let Some(pid) = event.field("pid").and_then(crate::Value::as_i64) {
            event.set(Attr::ProcessPid, pid);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, read};

    #[test]
    fn records_are_read_by_their_type() {
        for (line, class, paths, values) in [
            (
                r#"type=SYSCALL msg=audit(1768868102.123:77): arch=c000003e syscall=59 success=yes exit=0 ppid=1 pid=42 auid=1000 uid=1000 comm="curl" exe="/usr/bin/curl" key="net""#,
                1007,
                "process.name process.pid status metadata.uid time",
                "curl 42 Success 77 1768868102123",
            ),
            (
                r#"type=USER_LOGIN msg=audit(1768868102.123:78): pid=9 uid=0 auid=1 ses=3 msg='op=login acct="taro" exe="/usr/sbin/sshd" hostname=? addr=203.0.113.7 terminal=ssh res=failed'"#,
                3002,
                "user.name src_endpoint.ip status",
                "taro 203.0.113.7 Failure",
            ),
            (
                r#"type=ANOM_ABEND msg=audit(1768868102.123:79): auid=1 uid=0 pid=7 comm="x" sig=11"#,
                0,
                "severity unmapped.sig",
                "Medium 11",
            ),
        ] {
            let event = read(line);
            assert_eq!((event.device(), event.class().uid()), ("auditd", class), "{line}");
            assert_eq!(at(&event, paths), values, "{line}");
        }
    }
}
