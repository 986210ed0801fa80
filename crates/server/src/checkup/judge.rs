//! From facts to a grade, its reasons and at most three things to do. Pure.

use std::collections::BTreeSet;

use jiff::ToSpan as _;
use jiff::tz::TimeZone;
use kakari_kernel::Severity;
use serde::Serialize;

use super::eol;
use super::facts::{Args, Facts, NotChecked};
use super::ports::RISKY;
use super::sign_ins::GUESSES;
use super::words::Words;

/// Nobody can keep more than three things in mind.
const TO_DO_MAX: usize = 3;
/// A machine whose packages have not changed for so long is not being updated: twice the 14 days within which
/// SCS criterion 4-4-4-2 wants updates in.
const STALE_DAYS: i64 = 28;
/// Warned so long before updates end.
const EOL_SOON_DAYS: i64 = 180;
/// Failed sign-ins from one address that show somebody guessing, seen from outside.
const MANY_FAILURES: u64 = 100;

/// The check-up's answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Report {
    /// `A`, `B`, `C`, `D`, or `unknown` when too little could be read.
    pub(crate) grade: &'static str,
    /// One sentence about the grade.
    pub(crate) sentence: String,
    /// Why it is this grade, weightiest first.
    pub(crate) reasons: Vec<Reason>,
    /// At most three, the most useful first.
    pub(crate) to_do: Vec<ToDo>,
    /// What was looked at, with what was seen.
    pub(crate) checked: Vec<Checked>,
    pub(crate) not_checked: Vec<NotChecked>,
    pub(crate) host: String,
    pub(crate) os: String,
    pub(crate) at: jiff::Timestamp,
}

/// One reason.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Reason {
    pub(crate) id: &'static str,
    pub(crate) severity: Severity,
    pub(crate) sentence: String,
    /// What it was read from: a file with its line, a port, a name.
    pub(crate) evidence: String,
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct ToDo {
    pub(crate) title: String,
    pub(crate) minutes: u32,
    /// How, one step each.
    pub(crate) steps: Vec<String>,
}

/// Something that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Checked {
    pub(crate) what: &'static str,
    pub(crate) seen: String,
}

/// A rule's finding before it is put into words.
struct Finding {
    id: &'static str,
    severity: Severity,
    evidence: String,
    args: Args,
    /// Minutes of the thing to do.
    minutes: u32,
}

/// Judges the facts and puts the answer into words.
pub(crate) fn judge(facts: &Facts, words: &Words) -> Report {
    let mut findings = Vec::new();
    updates(facts, &mut findings);
    exposures(facts, &mut findings);
    sign_ins(facts, &mut findings);
    open_ports(facts, &mut findings);
    accounts(facts, &mut findings);
    ssh(facts, &mut findings);
    findings
        .sort_by(|a, b| b.severity.cmp(&a.severity).then(a.id.cmp(b.id)).then(a.evidence.cmp(&b.evidence)));

    let worst = findings.first().map(|finding| finding.severity);
    let grade = grade(facts, worst);
    let mut to_do: Vec<ToDo> = Vec::new();
    for finding in findings.iter().filter(|finding| finding.severity > Severity::Info) {
        let todo = ToDo {
            title: words.say(finding.id, "todo", &finding.args),
            minutes: finding.minutes,
            steps: words.say(finding.id, "howto", &finding.args).lines().map(str::to_owned).collect(),
        };
        if to_do.len() < TO_DO_MAX && !to_do.iter().any(|other| other.title == todo.title) {
            to_do.push(todo);
        }
    }
    Report {
        grade,
        sentence: grade_sentence(facts, grade, words),
        reasons: findings
            .iter()
            .map(|finding| Reason {
                id: finding.id,
                severity: finding.severity,
                sentence: words.say(finding.id, "sentence", &finding.args),
                evidence: finding.evidence.clone(),
            })
            .collect(),
        to_do,
        checked: checked(facts, words),
        not_checked: facts.not_checked.clone(),
        host: facts.host.clone(),
        os: facts.os.as_ref().map_or(String::new(), |os| os.name.clone()),
        at: facts.now,
    }
}

/// The weightiest finding decides. Without the system and its packages nothing good can be said.
fn grade(facts: &Facts, worst: Option<Severity>) -> &'static str {
    match worst {
        Some(Severity::Danger) => "D",
        Some(Severity::Warning) => "C",
        _ if facts.os.is_none() || facts.packages.is_none() => "unknown",
        Some(Severity::Attention) => "B",
        Some(Severity::Info) | None => "A",
    }
}

/// A good grade says in the same breath how much it does not cover.
fn grade_sentence(facts: &Facts, grade: &'static str, words: &Words) -> String {
    let sentence = words.plain("grade", grade);
    let gaps: BTreeSet<&str> = facts.not_checked.iter().map(|gap| gap.what).collect();
    if gaps.is_empty() || grade == "unknown" {
        return sentence;
    }
    let list = gaps
        .iter()
        .map(|what| words.plain("what", what))
        .collect::<Vec<_>>()
        .join(&words.plain("page", "comma"));
    sentence + &words.say("grade", "gaps", &[("list", list)].into())
}

fn finding(
    id: &'static str,
    severity: Severity,
    evidence: impl Into<String>,
    minutes: u32,
    args: &[(&'static str, String)],
) -> Finding {
    Finding { id, severity, evidence: evidence.into(), minutes, args: args.iter().cloned().collect() }
}

fn updates(facts: &Facts, findings: &mut Vec<Finding>) {
    let today = facts.now.to_zoned(TimeZone::UTC).date();
    if let Some(os) = &facts.os
        && let Some(last) = eol::last_day(&os.id, &os.version)
    {
        let args = [("os", os.name.clone()), ("date", last.to_string())];
        if last < today {
            findings.push(finding("os-ended", Severity::Danger, "/etc/os-release", 120, &args));
        } else if last < today.saturating_add(EOL_SOON_DAYS.days()) {
            findings.push(finding("os-ends", Severity::Attention, "/etc/os-release", 120, &args));
        }
    }
    if let Some(at) = facts.packages.as_ref().and_then(|packages| packages.changed_at) {
        let days = facts.now.duration_since(at).as_hours() / 24;
        if days > STALE_DAYS {
            findings.push(finding(
                "updates-stale",
                Severity::Warning,
                at.to_string(),
                20,
                &[("days", days.to_string())],
            ));
        }
    }
}

fn exposures(facts: &Facts, findings: &mut Vec<Finding>) {
    let Some(exposures) = &facts.exposures else { return };
    let first = exposures.first.clone().unwrap_or_default();
    for (count, severity) in [
        (exposures.act_now, Severity::Danger),
        (exposures.schedule, Severity::Warning),
        (exposures.watch, Severity::Info),
    ] {
        if count > 0 {
            let args = [("n", count.to_string()), ("package", first.clone())];
            let id = match severity {
                Severity::Danger => "exposed-now",
                Severity::Warning => "exposed-soon",
                _ => "exposed-watch",
            };
            findings.push(finding(id, severity, first.clone(), 20, &args));
        }
    }
}

fn sign_ins(facts: &Facts, findings: &mut Vec<Finding>) {
    let Some(sign_ins) = &facts.sign_ins else { return };
    for from in &sign_ins.guessed {
        let args = [("from", from.clone()), ("n", GUESSES.to_string())];
        findings.push(finding("guessed", Severity::Danger, from.clone(), 60, &args));
    }
    let most = sign_ins.failed_from.iter().max_by_key(|(_, failures)| **failures);
    if let Some((from, failures)) = most.filter(|(_, failures)| **failures >= MANY_FAILURES) {
        let args = [("from", from.clone()), ("n", failures.to_string())];
        findings.push(finding("guessing", Severity::Attention, sign_ins.files.join(", "), 15, &args));
    }
}

fn open_ports(facts: &Facts, findings: &mut Vec<Finding>) {
    for port in facts.ports.iter().flatten() {
        let Some((_, service)) = RISKY.iter().find(|(number, _)| *number == port.number) else { continue };
        let severity =
            if ["telnet", "rsh", "docker"].contains(service) { Severity::Danger } else { Severity::Warning };
        let args = [("service", (*service).to_owned()), ("port", port.number.to_string())];
        findings.push(finding(
            "port-open",
            severity,
            format!("{} port {}", port.address, port.number),
            15,
            &args,
        ));
    }
}

fn accounts(facts: &Facts, findings: &mut Vec<Finding>) {
    let Some(users) = &facts.users else { return };
    for name in &users.second_roots {
        findings.push(finding(
            "second-root",
            Severity::Danger,
            format!("/etc/passwd: {name}"),
            15,
            &[("name", name.clone())],
        ));
    }
    for name in users.without_password.iter().flatten() {
        findings.push(finding(
            "no-password",
            Severity::Danger,
            format!("/etc/shadow: {name}"),
            5,
            &[("name", name.clone())],
        ));
    }
}

fn ssh(facts: &Facts, findings: &mut Vec<Finding>) {
    let Some(ssh) = &facts.ssh else { return };
    let place = |place: String| if place.is_empty() { "default".to_owned() } else { place };
    if let Some(at) = ssh.empty_passwords() {
        findings.push(finding("ssh-empty", Severity::Danger, place(at), 10, &[]));
    }
    if let Some(at) = ssh.root_by_password() {
        findings.push(finding("ssh-root", Severity::Warning, place(at), 10, &[]));
    } else if let Some(at) = ssh.passwords() {
        findings.push(finding("ssh-password", Severity::Info, place(at), 30, &[]));
    }
}

fn checked(facts: &Facts, words: &Words) -> Vec<Checked> {
    let mut checked = Vec::new();
    let mut add = |what: &'static str, args: &[(&'static str, String)]| {
        checked.push(Checked { what, seen: words.say("seen", what, &args.iter().cloned().collect()) });
    };
    if let Some(os) = &facts.os {
        add("os", &[("name", os.name.clone())]);
    }
    if let Some(packages) = &facts.packages {
        add("packages", &[("n", packages.count.to_string())]);
    }
    if let Some(exposures) = &facts.exposures {
        add("exposures", &[("n", (exposures.act_now + exposures.schedule + exposures.watch).to_string())]);
    }
    if let Some(sign_ins) = &facts.sign_ins {
        add(
            "sign_ins",
            &[
                ("lines", sign_ins.lines.to_string()),
                ("failed", sign_ins.failed.to_string()),
                ("succeeded", sign_ins.succeeded.to_string()),
            ],
        );
    }
    if let Some(ports) = &facts.ports {
        let list = ports.iter().map(|port| port.number.to_string()).collect::<Vec<_>>().join(", ");
        add("ports", &[("n", ports.len().to_string()), ("list", list)]);
    }
    if let Some(users) = &facts.users {
        add("users", &[("n", users.people.len().to_string())]);
    }
    if facts.ssh.is_some() {
        add("ssh", &[]);
    }
    checked
}

#[cfg(test)]
mod tests {
    use super::super::facts::{Os, Packages, Port, Users};
    use kakari_ui::Lang;

    use super::super::ssh::SshSettings;
    use super::*;

    fn japanese() -> Words {
        Words::new(Lang::Ja).unwrap()
    }

    fn healthy() -> Facts {
        let now: jiff::Timestamp = "2026-11-21T00:00:00Z".parse().unwrap();
        Facts {
            now,
            os: Some(Os { id: "debian".into(), version: "13".into(), name: "Debian GNU/Linux 13".into() }),
            packages: Some(Packages { count: 300, changed_at: Some(now) }),
            ports: Some(Vec::new()),
            users: Some(Users::default()),
            ..Facts::default()
        }
    }

    #[test]
    fn a_machine_without_findings_is_an_a() {
        let report = judge(&healthy(), &japanese());
        assert_eq!((report.grade, report.reasons.len(), report.to_do.len()), ("A", 0, 0));
    }

    #[test]
    fn a_machine_of_which_nothing_could_be_read_is_unknown() {
        let report = judge(&Facts { now: healthy().now, ..Facts::default() }, &Words::new(Lang::En).unwrap());
        assert_eq!(report.grade, "unknown");
    }

    #[test]
    fn something_bad_counts_even_when_little_could_be_read() {
        let facts = Facts {
            users: Some(Users { second_roots: vec!["toor".into()], ..Users::default() }),
            ..Facts::default()
        };
        assert_eq!(judge(&facts, &japanese()).grade, "D");
    }

    #[test]
    fn each_rule_gives_its_grade() {
        type Change = fn(&mut Facts);
        let cases: [(&str, &str, Change); 7] = [
            ("os-ended", "D", |facts| facts.os.as_mut().unwrap().version = "10".into()),
            ("updates-stale", "C", |facts| {
                facts.packages.as_mut().unwrap().changed_at = Some("2026-09-01T00:00:00Z".parse().unwrap());
            }),
            ("port-open", "D", |facts| {
                facts.ports = Some(vec![Port { number: 23, address: "0.0.0.0".into() }]);
            }),
            ("port-open", "C", |facts| facts.ports = Some(vec![Port { number: 3306, address: "::".into() }])),
            ("no-password", "D", |facts| {
                facts.users.as_mut().unwrap().without_password = Some(vec!["taro".into()]);
            }),
            ("ssh-root", "C", |facts| {
                let mut ssh = SshSettings::default();
                ssh.add("sshd_config", "PermitRootLogin yes\n");
                facts.ssh = Some(ssh);
            }),
            ("ssh-password", "A", |facts| facts.ssh = Some(SshSettings::default())),
        ];
        for (id, grade, change) in cases {
            let mut facts = healthy();
            change(&mut facts);
            let report = judge(&facts, &japanese());
            assert_eq!((report.reasons[0].id, report.grade), (id, grade));
        }
    }

    #[test]
    fn there_are_never_more_than_three_things_to_do() {
        let mut facts = healthy();
        facts.ports =
            Some([21, 23, 445, 3306, 3389].map(|number| Port { number, address: "0.0.0.0".into() }).to_vec());
        let report = judge(&facts, &japanese());
        assert_eq!((report.to_do.len(), report.reasons.len()), (3, 5));
    }

    #[test]
    fn every_sentence_exists_in_both_languages() {
        let mut facts = healthy();
        facts.ports = Some(
            RISKY.iter().map(|(number, _)| Port { number: *number, address: "0.0.0.0".into() }).collect(),
        );
        for lang in [Lang::Ja, Lang::En] {
            let report = judge(&facts, &Words::new(lang).unwrap());
            let text = serde_json::to_string(&report).unwrap();
            assert!(!text.contains('⟦') && !text.contains("{ $"), "{text}");
        }
    }
}
