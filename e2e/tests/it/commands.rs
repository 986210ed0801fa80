//! The commands as a stranger meets them: help, wrong use, wrong files.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};

use kakari_e2e::command::{Ran, call, finish, run};
use kakari_e2e::office::init;
use kakari_e2e::server::{fresh_folder, settings_of};
use kakari_e2e::{database, server};

const RULE: &str = r"
title: Any shell
id: 3b6f3c9e-0000-4000-8000-000000000001
level: high
logsource: {category: process_creation, product: windows}
detection: {a: {Image|endswith: '\cmd.exe'}, condition: a}
";

/// Wrong use, in a sentence that names `part`: exit code 2, nothing on the output, no trace of the program's
/// inside.
fn assert_refused(ran: &Ran, part: &str) {
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.err.contains(part), "«{part}» is not in: {}", ran.err);
    assert!(ran.out.is_empty(), "{}", ran.out);
    assert!(!ran.err.contains("panicked") && !ran.err.contains("src/"), "{}", ran.err);
}

/// The commands that a help page lists.
fn listed(help: &str) -> Vec<String> {
    let commands =
        help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    commands
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_command_shows_an_example_in_its_help() {
    let commands = listed(&run(["--help"]).out);
    assert!(commands.len() >= 15, "{commands:?}");
    for command in &commands {
        let help = run([command, "--help"]);
        assert_eq!(help.code, Some(0), "{command}");
        let inner = listed(&help.out);
        let pages = match inner.is_empty() {
            true => vec![help.out],
            false => inner.iter().map(|inner| run([command, inner, "--help"]).out).collect(),
        };
        for page in pages {
            assert!(page.contains("Example") && page.contains(&format!("kakari {command}")), "{page}");
        }
    }
}

#[test]
fn an_unknown_command_or_option_ends_with_2_and_says_what_there_is() {
    assert_refused(&run(["detekt"]), "detect");
    assert_refused(&run(["plan", "--budjet", "1", "x.json"]), "--budget");
    assert_refused(&run(["serve", "--port", "80"]), "--port");
    assert_refused(&run(["completions", "tcsh-like"]), "bash");
    assert_refused(&run(["demo", "--listen", "0.0.0.0:0"]), "loopback");
    let none: [&str; 0] = [];
    assert_eq!(run(none).code, Some(2));
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let (folder, data) = fresh_folder();
    let gone = folder.path().join("gone");
    let gone = gone.to_str().unwrap();
    let rules = folder.path().join("rule.yml");
    std::fs::write(&rules, RULE).unwrap();
    let rules = rules.to_str().unwrap();
    let data = data.to_str().unwrap();
    for arguments in [
        &["normalize", gone][..],
        &["detect", "--rules", gone, gone],
        &["detect", "--rules", rules, gone],
        &["match", "--advisories", gone, "--sbom", gone],
        &["mail", gone],
        &["plan", gone],
        &["checkup", "--root", gone],
        &["restore", gone, "--data-dir", data],
        &["serve", "--config", gone],
    ] {
        let ran = run(arguments);
        assert_eq!(ran.code, Some(2), "{arguments:?}: {ran:?}");
        assert!(ran.err.contains(gone), "{arguments:?}: {}", ran.err);
    }
}

#[test]
fn a_file_of_another_kind_is_refused_by_name_or_kept_with_its_reason() {
    let (folder, data) = fresh_folder();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let noise = write("noise.bin", &[0, 159, 146, 150, 255, 0, 13, 10, 0]);
    let empty = write("empty", b"");
    let cut = write("cut.evtx", b"ElfFile\0\0\0\0\0");
    let data = data.to_str().unwrap();
    // What can be judged only with knowledge of its kind is refused.
    assert_refused(&run(["plan", &noise]), "noise.bin");
    assert_refused(&run(["plan", &empty]), "empty");
    assert_refused(&run(["restore", &noise, "--data-dir", data]), "noise.bin");
    assert_refused(&run(["restore", &empty, "--data-dir", data]), "empty");
    let ran = run(["match", "--advisories", &noise, "--sbom", &noise]);
    assert!(ran.code == Some(2) && ran.err.contains("noise.bin"), "{ran:?}");
    // A line that says nothing is an event all the same; a recording that ends in its head is not.
    let kept = run(["normalize", &noise]);
    assert!(kept.out.contains("\"parse_error\"") && kept.code == Some(0), "{kept:?}");
    assert_eq!(run(["normalize", &empty]).code, Some(0));
    let cut = run(["normalize", &cut]);
    assert!(cut.code == Some(2) && cut.err.contains("cut.evtx"), "{cut:?}");
    // A mail is whatever comes as one.
    let mail = run(["mail", &empty]);
    assert!(mail.code == Some(0) || (mail.code == Some(2) && mail.err.contains("empty")), "{mail:?}");
    assert!(!mail.out.contains("\"safe\""), "nothing is not safe: {}", mail.out);
}

#[test]
fn a_closed_pipe_is_no_error() {
    let folder = tempfile::tempdir().unwrap();
    let many = folder.path().join("many.log");
    std::fs::write(
        &many,
        "Apr 18 10:00:00 host sshd[1]: Accepted password for a from 192.0.2.1 port 1 ssh2\n".repeat(20_000),
    )
    .unwrap();
    let mut command = call(["normalize", many.to_str().unwrap()]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let ended = child.wait_with_output().unwrap();
    assert!(first.contains("class_uid"), "{first}");
    assert_eq!((ended.status.code(), String::from_utf8_lossy(&ended.stderr).as_ref()), (Some(0), ""));
}

#[test]
fn what_was_asked_to_fail_fails_with_1() {
    let (folder, data) = fresh_folder();
    let rules = folder.path().join("rule.yml");
    std::fs::write(&rules, RULE).unwrap();
    let log = folder.path().join("log.json");
    let event = r#"{"Channel":"Microsoft-Windows-Sysmon/Operational","EventID":1,"Image":"C:\\Windows\\System32\\cmd.exe"}"#;
    std::fs::write(&log, event).unwrap();
    let detect = ["detect", "--rules", rules.to_str().unwrap(), log.to_str().unwrap()];
    let plain = run(detect);
    assert!(plain.code == Some(0) && plain.out.contains("Any shell"), "{plain:?}");
    assert_eq!(run(detect.iter().chain(&["--fail-on", "high"])).code, Some(1));
    assert_eq!(run(detect.iter().chain(&["--fail-on", "critical"])).code, Some(0));
    // A doctor that finds something wrong says so in its exit code.
    let mut doctor = call(["doctor", "--data-dir", data.to_str().unwrap()]);
    doctor.env("KAKARI_PROVIDER_ZONE", "Asia/Tokio");
    let doctor = finish(doctor, b"");
    assert!(
        doctor.code == Some(1) && doctor.out.contains("provider.zone") && doctor.out.contains("Asia/Tokio"),
        "{doctor:?}"
    );
}

#[test]
fn a_port_in_use_is_named_before_anything_else_begins() {
    let (_folder, data) = fresh_folder();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let mut serve = call(["serve"]);
    serve.envs(settings_of(&data, address));
    assert_refused(&finish(serve, b""), &address.to_string());
    assert!(!data.exists(), "nothing was made");
    let demo = run(["demo", "--listen", &address.to_string(), "--dir", data.to_str().unwrap()]);
    assert_refused(&demo, &address.to_string());
}

#[test]
fn a_data_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "a file, no folder").unwrap();
    let below = file.join("data");
    let mut serve = call(["serve"]);
    serve.envs(settings_of(&below, server::free_address()));
    assert_refused(&finish(serve, b""), below.to_str().unwrap());
    let somebodys = run(["demo", "--listen", "127.0.0.1:0", "--dir", folder.path().to_str().unwrap()]);
    assert_refused(&somebodys, folder.path().to_str().unwrap());
    assert!(file.exists(), "a folder that is somebody's is left alone");
}

#[test]
fn a_database_of_a_newer_version_is_left_alone() {
    let (_folder, data) = fresh_folder();
    init(&data, "見本", "a@provider.example");
    database::execute(&data, "INSERT INTO schema_migration VALUES ('9999_later', 'x', 0)");
    for arguments in [&["serve"][..], &["migrate"], &["audit", "verify"]] {
        let mut command = call(arguments);
        command.envs(settings_of(&data, server::free_address()));
        assert_refused(&finish(command, b""), "newer");
    }
}

#[test]
fn a_wrong_setting_is_named_with_its_place_and_the_mend() {
    let (folder, data) = fresh_folder();
    init(&data, "見本", "a@provider.example");
    let config = folder.path().join("kakari.toml");
    for (toml, parts) in [
        ("[server]\nlisten = 8300\n", &["server.listen", "kakari.toml", "127.0.0.1:8300"][..]),
        ("[server]\nlissten = \"127.0.0.1:1\"\n", &["server.lissten", "kakari.toml"]),
        ("[log]\nlevel = \"loud\"\n", &["log.level", "loud", "debug"]),
        ("[watch]\nrules_dir = \"/no/such/folder\"\n", &["watch.rules_dir", "/no/such/folder"]),
        ("[server\n", &["kakari.toml", "line 1"]),
    ] {
        std::fs::write(&config, toml).unwrap();
        let mut serve = call(["serve", "--config", config.to_str().unwrap()]);
        serve.env("KAKARI_SERVER_DATA_DIR", &data);
        let ran = finish(serve, b"");
        for part in parts {
            assert_refused(&ran, part);
        }
    }
}

#[test]
fn completions_for_bash_can_be_read_by_bash() {
    let script = run(["completions", "bash"]);
    assert_eq!(script.code, Some(0));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kakari.bash");
    std::fs::write(&path, &script.out).unwrap();
    if !Path::new("/bin/bash").exists() {
        println!("skipped: no bash");
        return;
    }
    let probe = format!("source {} && complete -p kakari", path.display());
    let bash = Command::new("/bin/bash").args(["--norc", "-c", &probe]).output().unwrap();
    assert!(bash.status.success(), "{}", String::from_utf8_lossy(&bash.stderr));
}

#[test]
fn a_check_up_of_this_machine_says_what_it_saw_and_what_not() {
    let checkup = run(["checkup", "--format", "json"]);
    assert_eq!(checkup.code, Some(0), "{}", checkup.err);
    let result: serde_json::Value = serde_json::from_str(&checkup.out).unwrap();
    assert!(result["grade"].is_string(), "{result}");
    assert!(result["reasons"].is_array() && result["not_checked"].is_array(), "{result}");
    assert!(result["to_do"].as_array().unwrap().len() <= 3, "{result}");
}
