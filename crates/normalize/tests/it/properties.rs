//! For any bytes: no panic, nothing lost, and what is written is JSON.

use kakari_normalize::{Event, Record, records};
use proptest::prelude::*;

use crate::normalizer;

/// The slow twin of [`Event::write_json`] builds a tree; both must say the same.
fn assert_json_holds(event: &Event<'_>) {
    let mut line = Vec::new();
    event.write_json(&mut line);
    let read: serde_json::Value = serde_json::from_slice(&line).expect("JSON");
    assert_eq!(read, event.to_json());
    assert_eq!(read.get("raw_data").and_then(serde_json::Value::as_str), Some(event.raw()));
    let kept = read.get("class_uid") == Some(&0.into()) && read.get("parse_error").is_some();
    assert_eq!(kept, event.parse_error().is_some());
    assert_eq!(crate::ocsf::complaint(event), None, "{}", event.raw());
}

/// Pieces of real formats, so that random lines reach the readers behind the recognisers.
const SCRAPS: &[&str] = &[
    "<134>",
    "<189>1 ",
    "2026-01-20T09:15:02Z ",
    "Jan 20 09:15:02 ",
    "host-1 ",
    "sshd[1]: ",
    "sudo: ",
    "named[1]: ",
    "dnsmasq[1]: ",
    "postfix/smtpd[1]: ",
    "kernel: ",
    "CEF:0|a|b|c|d|e|5|",
    "LEEF:2.0|a|b|c|d|^|",
    "%ASA-6-302013: ",
    "%SEC-6-X: ",
    "msg_id=\"3000-0148\" ",
    "Deny ",
    "a b 192.0.2.1 198.51.100.2 1 2 ",
    "type=traffic ",
    "logid=1 ",
    "subtype=forward ",
    "device=\"SFW\" ",
    "log_type=\"Firewall\" ",
    "log_component=x ",
    "id=a sn=1 fw=1.1.1.1 m=98 ",
    "src=192.0.2.1:1:X0 ",
    "IN=eth0 OUT= SRC=192.0.2.1 DST=192.0.2.2 PROTO=TCP ",
    "msg=audit(1768868102.1:7): ",
    "type=SYSCALL ",
    "syscall=59 exe=\"/bin/x\" ",
    "1768868102.123 1 ",
    "TCP_MISS/200 ",
    "GET http://x/ ",
    "192.0.2.1 - - [20/Jan/2026:09:15:02 +0900] \"",
    "\" 200 5 ",
    "[INSPECT] ",
    "LAN1[out][1] ",
    "TCP 192.0.2.1:1 > 192.0.2.2:2",
    " filter: ",
    "Rejected at IN(1)",
    "1,2026/01/20 09:15:02,1,TRAFFIC,end,",
    "Failed password for ",
    "invalid user ",
    " from 192.0.2.1 port 22",
    "pam_unix(sshd:auth): ",
    "user=",
    "=",
    "\"",
    "'",
    "\\",
    "|",
    ",",
    "[",
    "]",
    "{",
    "}",
    "(",
    ")",
    ":",
    " ",
    "日本",
    "é",
    "\u{0}",
    "1",
    "-",
    "{\"EventID\":1,\"Channel\":\"Security\",\"x\":",
    "{\"Event\":{\"System\":",
    "{\"winlog\":{",
    "{\"win\":{\"system\":{}}}",
    "\"a\"",
    "{}",
    "null",
    "}}",
    "{\"event_type\":\"dns\",\"flow_id\":1,\"dns\":",
    "{\"_path\":\"conn\",\"ts\":1,",
    "{\"eventSource\":\"a\",\"eventName\":\"b\",\"awsRegion\":",
];

/// How files of each kind begin.
const HEADS: &[&[u8]] = &[
    b"",
    b"\x1f\x8b\x08",
    b"PK\x03\x04",
    b"ElfFile\0",
    b"\xff\xfe",
    b"[{",
    b"{\n",
    b"#separator \\x09\n#fields\ta\tb\n",
    b"a,b,c\n",
];

fn scraps() -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(SCRAPS), 0..14).prop_map(|scraps| scraps.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2048, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_become_an_event_that_keeps_them(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let normalizer = normalizer();
        let event = normalizer.normalize(&bytes);
        assert_json_holds(&event);
        if let Ok(text) = std::str::from_utf8(&bytes) {
            prop_assert_eq!(event.raw(), text.strip_prefix('\u{feff}').unwrap_or(text));
        }
    }

    #[test]
    fn lines_of_half_right_formats_are_read_or_kept(line in scraps()) {
        let normalizer = normalizer();
        let event = normalizer.normalize(line.as_bytes());
        assert_json_holds(&event);
        prop_assert_eq!(event.raw(), &line);
        prop_assert_eq!(event.clone().into_owned().to_json(), event.to_json());
    }

    #[test]
    fn every_device_set_by_hand_takes_or_leaves_any_line(line in scraps(), device in proptest::sample::select(kakari_normalize::device_names().collect::<Vec<_>>())) {
        let context = kakari_normalize::Context::new("2026-02-01T03:00:00Z".parse().expect("a time"), jiff::tz::TimeZone::UTC);
        let device = kakari_normalize::device_named(device).expect("a device");
        let normalizer = kakari_normalize::Normalizer::new(context.with_device(device));
        assert_json_holds(&normalizer.normalize(line.as_bytes()));
    }

    #[test]
    fn any_file_ends(bytes in proptest::collection::vec(any::<u8>(), 0..2000), head in proptest::sample::select(HEADS)) {
        let whole = [head, &bytes].concat();
        let normalizer = normalizer();
        for record in records(std::io::Cursor::new(whole)).take(5000) {
            assert_json_holds(&normalizer.normalize_record(&record));
        }
    }

    #[test]
    fn text_files_lose_no_byte_but_line_ends(lines in proptest::collection::vec("[^\r\n]{0,60}", 0..20)) {
        // Prose in front keeps the file from being recognised as a table.
        let file = format!("some words: first\n{}", lines.join("\n"));
        let read: Vec<Vec<u8>> = records(std::io::Cursor::new(file.clone().into_bytes())).map(|record: Record| record.bytes).collect();
        let expected: Vec<Vec<u8>> = file.split('\n').filter(|line| !line.is_empty()).map(|line| line.as_bytes().to_vec()).collect();
        prop_assert_eq!(read, expected);
    }
}
