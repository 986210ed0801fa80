//! sudo and su: who became whom, and for what command.

use super::{Device, Message};
use crate::attribute::Attr;
use crate::class::{Class, Severity};
use crate::event::{Event, LogSource};
use crate::normalizer::Context;

pub(super) static DEVICE: Device = Device {
    name: "sudo",
    product: "sudo",
    vendor: None,
    recognise: |message, _| {
        (message.is_from("sudo") && message.body.contains(" : ") && message.body.contains("COMMAND="))
            || (message.envelope.tag == Some("su")
                && !message.body.starts_with("pam_")
                && su(message.body).is_some())
    },
    read,
    log_source: LogSource { product: Some("linux"), category: None, service: Some("sudo") },
};

fn read<'a>(message: &Message<'a>, event: &mut Event<'a>, _: &Context) -> bool {
    event.fields.clear();
    event.message(message.body);
    if message.envelope.tag == Some("su") {
        let Some((from, to, success)) = su(message.body) else { return false };
        event.add("user", Attr::ActorUserName, from);
        event.add("target_user", Attr::UserName, to);
        sign_in(event, success);
        return true;
    }
    let Some((user, rest)) = message.body.split_once(" : ") else { return false };
    event.add("user", Attr::ActorUserName, user.trim());
    let mut refused = None;
    let (parts, command) = rest.split_once("COMMAND=").unwrap_or((rest, ""));
    for part in parts.split(" ; ").map(str::trim) {
        match part.split_once('=') {
            Some(("USER", name)) => event.add("USER", Attr::ProcessUserName, name),
            Some(("PWD", folder)) => event.add("PWD", Attr::ProcessWorkingDirectory, folder),
            Some(("TTY", terminal)) => event.add_unmapped("TTY", terminal),
            None if !part.is_empty() => refused = Some(part),
            _ => {}
        }
    }
    let command = command.trim();
    event.add("COMMAND", Attr::ProcessCmdLine, command);
    let program = command.split(' ').next().unwrap_or("");
    if !program.is_empty() {
        event.set(Attr::ProcessFilePath, program);
        event.set(Attr::ProcessName, program.rsplit('/').next().unwrap_or(program));
        event.class_is(Class::Process, 1);
    }
    if let Some(reason) = refused {
        event.add("reason", Attr::StatusDetail, reason);
    }
    event.succeeded(refused.is_none());
    event.severity = if refused.is_some() { Severity::Medium } else { Severity::Informational };
    true
}

fn sign_in(event: &mut Event<'_>, success: bool) {
    event.class_is(Class::Authentication, 1);
    event.succeeded(success);
    event.severity = if success { Severity::Informational } else { Severity::Low };
}

/// `FAILED SU (to root) taro on pts/0`, `(to root) taro on pts/0`, `BAD SU taro to root on …`, `+ pts/0 taro:root`.
fn su(body: &str) -> Option<(&str, &str, bool)> {
    let (rest, success) = match body.strip_prefix("FAILED SU ").or_else(|| body.strip_prefix("FAILED su ")) {
        Some(rest) => (rest, false),
        None => match body.strip_prefix("BAD SU ") {
            Some(rest) => (rest, false),
            None => (body.strip_prefix("Successful su for ").unwrap_or(body), true),
        },
    };
    if let Some((to, after)) = rest.strip_prefix("(to ").and_then(|rest| rest.split_once(") ")) {
        return Some((after.split(' ').next()?, to, success));
    }
    if let Some((mark @ ('+' | '-'), rest)) =
        body.split_at_checked(1).and_then(|(mark, rest)| Some((mark.chars().next()?, rest)))
    {
        let (from, to) = rest.trim_start().split_once(' ')?.1.split_once(':')?;
        return Some((from, to, mark == '+'));
    }
    if let Some((from, to)) = body
        .strip_prefix("failed: ")
        .and_then(|rest| rest.split_once(" changing from "))
        .and_then(|(_, users)| users.split_once(" to "))
    {
        return Some((from, to, false));
    }
    let (from, to) =
        rest.split_once(" to ").or_else(|| rest.split_once(" by ").map(|(to, from)| (from, to)))?;
    let to = to.split(' ').next()?;
    (!from.contains(' ') && !from.is_empty() && !to.is_empty()).then_some((from, to, success))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, read};

    #[test]
    fn commands_and_changes_of_user_are_read() {
        for (line, class, paths, values) in [
            (
                "sudo:     taro : TTY=pts/4 ; PWD=/home/taro ; USER=root ; COMMAND=/usr/bin/tail -f /var/log/syslog",
                1007,
                "actor.user.name process.user.name process.name process.cmd_line status",
                "taro root tail /usr/bin/tail -f /var/log/syslog Success",
            ),
            (
                "sudo: hanako : user NOT in sudoers ; TTY=pts/1 ; PWD=/tmp ; USER=root ; COMMAND=/bin/ls",
                1007,
                "actor.user.name status status_detail severity",
                "hanako Failure user NOT in sudoers Medium",
            ),
            (
                "su[234]: FAILED SU (to root) taro on pts/0",
                3002,
                "actor.user.name user.name status",
                "taro root Failure",
            ),
            (
                "su[234]: BAD SU taro to root on /dev/ttyp0",
                3002,
                "actor.user.name user.name status",
                "taro root Failure",
            ),
            ("su: taro to root on /dev/ttyp1", 3002, "actor.user.name user.name status", "taro root Success"),
            ("su: - pts/1 taro:root", 3002, "actor.user.name user.name status", "taro root Failure"),
        ] {
            let event = read(&format!("Jan 20 09:15:02 host-1 {line}"));
            assert_eq!((event.device(), event.class().uid()), ("sudo", class), "{line}");
            assert_eq!(at(&event, paths), values, "{line}");
        }
    }
}
