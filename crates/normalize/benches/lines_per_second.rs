//! What one core reads: lines and bytes a second, for the two formats that make up most of what a small office sends.
//!
//! `cargo bench -p kakari-normalize`. Each event is dropped before the next one is read, as a server does.

#![expect(clippy::unwrap_used, reason = "a benchmark may panic")]

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use jiff::tz::TimeZone;
use kakari_normalize::{Context, Normalizer, Value};

fn main() {
    divan::main();
}

/// A FortiGate traffic record as version 7 writes it, 738 bytes.
const FORTIGATE: &str = r#"<189>date=2026-01-20 time=09:15:02 devname="office-fw1" devid="FGT60FTK00000001" eventtime=1768868102123456789 tz="+0900" logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=192.0.2.10 srcport=50123 srcintf="internal" srcintfrole="lan" dstip=198.51.100.7 dstport=443 dstintf="wan1" dstintfrole="wan" srccountry="Reserved" dstcountry="Japan" sessionid=4711 proto=6 action="close" policyid=3 policytype="policy" poluuid="48420c8a-5c88-51e9-0424-a37f9e74621e" policyname="office-out" service="HTTPS" trandisp="snat" transip=203.0.113.1 transport=50123 duration=12 sentbyte=1500 rcvdbyte=90210 sentpkt=12 rcvdpkt=70 appcat="unscanned" osname="Windows" mastersrcmac="00:00:5e:00:53:01" srcmac="00:00:5e:00:53:01""#;

/// The same with fewer columns, 533 bytes.
const FORTIGATE_SHORT: &str = r#"<189>date=2026-01-20 time=09:15:02 devname="office-fw1" devid="FGT60FTK00000001" eventtime=1768868102123456789 tz="+0900" logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=192.0.2.10 srcport=50123 srcintf="internal" srcintfrole="lan" dstip=198.51.100.7 dstport=443 dstintf="wan1" dstintfrole="wan" srccountry="Reserved" dstcountry="Japan" sessionid=4711 proto=6 action="close" policyid=3 policytype="policy" service="HTTPS" trandisp="snat" transip=203.0.113.1 duration=12 sentbyte=1500 rcvdbyte=90210"#;

/// A process creation as a forwarder writes it, 1,001 bytes.
const SYSMON: &str = r#"{"TimeCreated":"2026-01-20T00:15:02.123Z","Channel":"Microsoft-Windows-Sysmon/Operational","EventID":1,"Level":"4","Hostname":"pc-1.example.com","SourceName":"Microsoft-Windows-Sysmon","RuleName":"-","UtcTime":"2026-01-20 00:15:02.120","ProcessGuid":"{4dc16835-c18b-6089-a203-000000002e00}","ProcessId":"6480","Image":"C:\\Windows\\System32\\cmd.exe","FileVersion":"10.0.19041.1","Description":"Windows Command Processor","Product":"Microsoft Windows Operating System","Company":"Microsoft Corporation","OriginalFileName":"Cmd.Exe","CommandLine":"cmd.exe /c dir C:\\Users","CurrentDirectory":"C:\\Users\\taro\\","User":"EXAMPLE\\taro","LogonId":"0x4a0d6","TerminalSessionId":"1","IntegrityLevel":"Medium","Hashes":"MD5=0639B0A6F69B3265C1E42227D650B7D1,SHA256=CE9F70E104C07D92FC05FBD6000839FD6A87FF010E706396F87DD679244ED97B","ParentProcessGuid":"{4dc16835-c189-6089-a003-000000002e00}","ParentProcessId":"4120","ParentImage":"C:\\Windows\\explorer.exe","ParentCommandLine":"C:\\Windows\\Explorer.EXE"}"#;

const SSHD: &str = "<86>Jan 20 09:15:02 host-1 sshd[321]: Failed password for invalid user admin from 203.0.113.5 port 40001 ssh2";

const LINES: &[(&str, &str)] = &[
    ("fortigate", FORTIGATE),
    ("fortigate short", FORTIGATE_SHORT),
    ("sysmon json", SYSMON),
    ("sshd", SSHD),
];

fn line(name: &str) -> &'static str {
    LINES.iter().find(|(known, _)| *known == name).unwrap().1
}

fn normalizer() -> Normalizer {
    let received_at = "2026-02-01T03:00:00Z".parse().unwrap();
    Normalizer::new(Context::new(received_at, TimeZone::get("Asia/Tokyo").unwrap()))
}

/// Bytes to event, every attribute set.
#[divan::bench(args = LINES.iter().map(|(name, _)| *name), sample_size = 1000)]
fn to_event(bencher: Bencher<'_, '_>, name: &str) {
    let (normalizer, line) = (normalizer(), line(name));
    bencher
        .counter(ItemsCount::new(1_u32))
        .counter(BytesCount::of_str(line))
        .bench_local(|| normalizer.normalize(divan::black_box(line.as_bytes())).time());
}

/// Bytes to event to OCSF as JSON.
#[divan::bench(args = LINES.iter().map(|(name, _)| *name), sample_size = 1000)]
fn to_ocsf_json(bencher: Bencher<'_, '_>, name: &str) {
    let (normalizer, line) = (normalizer(), line(name));
    let mut out = Vec::with_capacity(8192);
    bencher.counter(ItemsCount::new(1_u32)).counter(BytesCount::of_str(line)).bench_local(|| {
        out.clear();
        normalizer.normalize(divan::black_box(line.as_bytes())).write_json(&mut out);
        out.len()
    });
}

/// The parse limit for JSON: our borrowed tree, and `serde_json`'s own.
#[divan::bench(sample_size = 1000)]
fn json_parse_borrowed(bencher: Bencher<'_, '_>) {
    bencher
        .counter(ItemsCount::new(1_u32))
        .bench_local(|| Value::from_json(divan::black_box(SYSMON)).unwrap().is_blank());
}

#[divan::bench(sample_size = 1000)]
fn json_parse_serde_value(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(1_u32)).bench_local(|| {
        serde_json::from_str::<serde_json::Value>(divan::black_box(SYSMON)).unwrap().is_null()
    });
}
