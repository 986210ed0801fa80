//! The doors through which events come in: what is acknowledged stays, what is wrong is answered clearly, and
//! nothing that arrives makes the server grow or fall.

use std::io::Write as _;
use std::net::{TcpStream, UdpSocket};
use std::process::Command;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use kakari_e2e::command::run;
use kakari_e2e::database::count;
use kakari_e2e::http::Visitor;
use kakari_e2e::office::{Office, attack};
use kakari_e2e::server::{Server, free_address};

const DOOR: &str = "/ingest/v1/events";
const NDJSON: (&str, &str) = ("content-type", "application/x-ndjson");
const GZIP: (&str, &str) = ("content-encoding", "gzip");
/// Far below what the hostile bodies of these tests add up to.
const MEMORY_MAX_MIB: u64 = 500;

/// Waits until everything that was acknowledged has been read.
pub fn wait_until_read(server: &Visitor) {
    let start = Instant::now();
    loop {
        let metrics = server.stranger().get("/metrics").expect(200).text();
        if metrics.lines().any(|line| line == "kakari_backlog 0") {
            return;
        }
        assert!(start.elapsed() < Duration::from_secs(60), "the spool is not read:\n{metrics}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn gzip_of(length: usize) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let mebibyte = vec![b' '; 1 << 20];
    for _ in 0..length >> 20 {
        encoder.write_all(&mebibyte).unwrap();
    }
    encoder.finish().unwrap()
}

#[test]
fn only_the_token_of_a_sensor_in_use_opens_the_door() {
    let mut office = Office::found();
    let client = office.admin.add_client("肥後木工所");
    let sensor = office.admin.add_sensor(&client, "http");
    let api = office.admin.add_token(&client, "admin");
    let address = office.server().address();
    let mut cut = sensor.token.clone();
    cut.pop();
    for token in ["", "kks_", "kks_00", &cut, &sensor.token.to_uppercase(), &sensor.id, &api] {
        let answer = Visitor::with_token(address, token).send("POST", DOOR, &[NDJSON], b"{}\n").expect(401);
        assert_eq!(answer.json()["error"]["code"], "unauthenticated", "{token}");
    }
    office.server().visitor().send("POST", DOOR, &[NDJSON], b"{}\n").expect(401);
    // A person's session is no credential of a sensor.
    office.admin.clone().send("POST", DOOR, &[NDJSON], b"{}\n").expect(401);
    let answer =
        Visitor::with_token(address, &sensor.token).send("POST", DOOR, &[NDJSON], b"{}\n{}\n").expect(202);
    assert_eq!(answer.json()["accepted"], 2);
    wait_until_read(&office.admin);
    assert_eq!(count(office.data(), "SELECT COUNT(*) FROM event"), 2);
    let retire = format!("/c/{client}/sensors/{}", sensor.id);
    office.admin.submit(&retire, &format!("{retire}/retire"), &[]).expect(303);
    Visitor::with_token(address, &sensor.token).send("POST", DOOR, &[NDJSON], b"{}\n").expect(401);
}

#[test]
fn hostile_bodies_get_clear_answers_and_the_server_stays_small_and_alive() {
    let mut office = Office::found();
    let client = office.admin.add_client("肥後木工所");
    let sensor = office.admin.add_sensor(&client, "http");
    let address = office.server().address();
    let mut shipper = Visitor::with_token(address, &sensor.token);

    let bomb = gzip_of(512 << 20);
    assert!(bomb.len() < 16 << 20, "a bomb is small: {}", bomb.len());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            let (mut shipper, bomb) = (shipper.clone(), &bomb);
            scope.spawn(move || shipper.send("POST", DOOR, &[NDJSON, GZIP], bomb).expect(413));
        }
    });
    let line = vec![b'x'; 100_000_000];
    let answer = shipper.send("POST", DOOR, &[NDJSON], &line).expect(413).json();
    assert_eq!(answer["error"]["code"], "too_large", "{answer}");
    assert!(answer["error"]["message"].as_str().unwrap().contains("16 MiB"), "{answer}");
    drop(line);

    let mut cut = GzEncoder::new(Vec::new(), Compression::fast());
    cut.write_all(b"{\"a\":\"one line that is long enough to be cut\"}\n").unwrap();
    let mut cut = cut.finish().unwrap();
    cut.truncate(20);
    for (headers, body) in [
        (&[NDJSON, GZIP][..], &cut[..]),
        (&[NDJSON, GZIP], b"this is not gzip"),
        (&[NDJSON, ("content-encoding", "br")], b"{}"),
        (&[NDJSON, ("idempotency-key", "")], b"{}"),
    ] {
        let answer = shipper.send("POST", DOOR, headers, body).expect(400).json();
        assert_eq!(answer["error"]["code"], "invalid", "{answer}");
    }
    office.server().visitor().send("GET", DOOR, &[], b"").expect(405);

    // What cannot be understood is kept, with its reason, and counted.
    let odd: &[&[u8]] = &[
        b"\xff\xfe\x80 no UTF-8\n",
        b"a\0b\0c\n",
        b"{\"open\": \n",
        b"\n\r\n",
        "{\"n\": \"長い\", \"deep\": ".as_bytes(),
    ];
    let mut body = odd.concat();
    body.extend(b"[".repeat(200_000));
    body.push(b'\n');
    let accepted = shipper.send("POST", DOOR, &[NDJSON], &body).expect(202).json();
    assert_eq!(accepted["accepted"], 4, "empty lines are no records");
    wait_until_read(&office.admin);
    assert!(count(office.data(), "SELECT COUNT(*) FROM event") >= 4);
    assert_eq!(count(office.data(), "SELECT COUNT(*) FROM event WHERE parse_error = ''"), 0);
    assert_eq!(count(office.data(), "SELECT COUNT(*) FROM ingest_batch"), 0);

    shipper.send("POST", DOOR, &[NDJSON], b"{}\n").expect(202);
    assert!(office.server().is_alive());
    let peak = office.server().peak_memory_mib();
    assert!(peak < MEMORY_MAX_MIB, "{peak} MiB");
    let page = office.admin.get(&format!("/c/{client}/sensors/{}", sensor.id)).expect(200).text();
    assert!(page.contains("16 MiB") || page.contains("gzip") || page.contains("idempotency-key"), "{page}");
}

#[test]
fn the_same_delivery_twice_is_counted_once() {
    let mut office = Office::found();
    let client = office.admin.add_client("肥後木工所");
    let sensor = office.admin.add_sensor(&client, "http");
    let other = office.admin.add_sensor(&client, "http");
    let address = office.server().address();
    let key = [NDJSON, ("idempotency-key", "monday-1")];
    let mut shipper = Visitor::with_token(address, &sensor.token);
    assert_eq!(
        shipper.send("POST", DOOR, &key, b"{\"a\":1}\n{\"a\":2}\n").expect(202).json()["repeated"],
        false
    );
    assert_eq!(
        shipper.send("POST", DOOR, &key, b"{\"a\":1}\n{\"a\":2}\n").expect(202).json()["repeated"],
        true
    );
    // A name belongs to its sensor.
    let mut other = Visitor::with_token(address, &other.token);
    assert_eq!(other.send("POST", DOOR, &key, b"{\"a\":1}\n").expect(202).json()["repeated"], false);
    wait_until_read(&office.admin);
    assert_eq!(count(office.data(), "SELECT COUNT(*) FROM event"), 3);
}

/// The web may be ready a moment before the listeners are.
fn connect(address: std::net::SocketAddr) -> TcpStream {
    for _ in 0..100 {
        if let Ok(stream) = TcpStream::connect(address) {
            return stream;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    TcpStream::connect(address).unwrap()
}

#[test]
fn syslog_over_udp_and_tcp_belongs_to_the_client_of_its_listener() {
    let mut office = Office::found();
    let (ours, theirs) = (office.admin.add_client("肥後木工所"), office.admin.add_client("有明水産"));
    let (udp, tcp) = (office.admin.add_sensor(&ours, "syslog"), office.admin.add_sensor(&theirs, "syslog"));
    let udp_at = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let tcp_at = free_address();
    office.take_server().stop();
    let listeners = format!("udp://{udp_at}/{}, tcp://{tcp_at}/{}", udp.id, tcp.id);
    office.start(&[("KAKARI_WATCH_SYSLOG", &listeners)]);

    let rfc3164 =
        "<134>Apr 18 10:00:01 fw01 sshd[1]: Accepted password for 有明水産 from 192.0.2.1 port 1 ssh2";
    let rfc5424 = "<134>1 2026-04-18T10:00:02+09:00 fw01 sshd 1 - - Failed password for root from 192.0.2.2 port 2 ssh2";
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    for message in [rfc3164, rfc5424, "<134>no more than this", ""] {
        socket.send_to(message.as_bytes(), udp_at).unwrap();
    }
    let mut stream = connect(tcp_at);
    // Both ways to tell where a message ends, and a last one without an end.
    write!(stream, "{rfc3164}\n{rfc5424}\n").unwrap();
    drop(stream);
    let mut stream = connect(tcp_at);
    write!(stream, "{} {rfc5424}{} {rfc3164}", rfc5424.len(), rfc3164.len()).unwrap();
    drop(stream);
    let mut stream = connect(tcp_at);
    write!(stream, "{rfc3164}").unwrap();
    drop(stream);

    let of = |org: &str| count(office.data(), &format!("SELECT COUNT(*) FROM event WHERE org_id = '{org}'"));
    let start = Instant::now();
    while (of(&ours), of(&theirs)) != (3, 5) {
        assert!(start.elapsed() < Duration::from_secs(20), "{} by UDP, {} by TCP", of(&ours), of(&theirs));
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn a_syslog_port_in_use_and_an_unknown_sensor_stop_the_start_with_a_sentence() {
    let mut office = Office::found();
    let client = office.admin.add_client("肥後木工所");
    let sensor = office.admin.add_sensor(&client, "syslog");
    office.take_server().stop();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap();
    for (listener, part) in [
        (format!("tcp://{taken}/{}", sensor.id), taken.to_string()),
        (format!("tcp://{}/01k0000000000000000000000z", free_address()), "syslog".to_owned()),
    ] {
        let mut serve = kakari_e2e::command::call(["serve"]);
        serve.envs(kakari_e2e::server::settings_of(office.data(), free_address()));
        serve.env("KAKARI_WATCH_SYSLOG", listener);
        let ran = kakari_e2e::command::finish(serve, b"");
        assert!(ran.code == Some(2) && ran.err.contains(&part), "{ran:?}");
    }
}

#[test]
fn events_from_1970_2106_and_no_time_at_all_are_kept_and_shown() {
    let mut office = Office::found();
    let client = office.admin.add_client("肥後木工所");
    let sensor = office.admin.add_sensor(&client, "http");
    let times = [
        "1970-01-01T00:00:00Z",
        "2106-02-07T06:28:16Z",
        "9999-12-31T23:59:59.999Z",
        "-9999-01-01T00:00:00Z",
        "99999999999999999999",
        "昨日",
    ];
    let lines = times.map(|time| format!("{{\"@timestamp\":\"{time}\",\"message\":\"x\"}}"));
    office.admin.deliver(&sensor, &lines);
    let attacks = times.map(|time| attack("HIGO-PC").replacen('{', &format!("{{\"UtcTime\":\"{time}\","), 1));
    office.admin.deliver(&sensor, &attacks);
    wait_until_read(&office.admin);
    assert_eq!(count(office.data(), "SELECT COUNT(*) FROM event"), 2 * i64::try_from(times.len()).unwrap());
    for page in ["", "/home", "/events", "/alerts", "/incidents", "/reports"] {
        office.admin.get(&format!("/c/{client}{page}")).expect(200);
    }
    office.admin.get("/queue").expect(200);
}

#[test]
fn a_full_disk_is_answered_and_nothing_acknowledged_is_lost() {
    let mut office = Office::found();
    let client = office.admin.add_client("肥後木工所");
    let sensor = office.admin.add_sensor(&client, "http");
    office.take_server().stop();
    let used_kib = office.data().join("kakari.db").metadata().unwrap().len() / 1024;
    let mut server = Server::start_on_full_disk(office.data(), used_kib + 2_000);
    let mut shipper = Visitor::with_token(server.address(), &sensor.token);
    let mut acknowledged = 0;
    let mut refused = 0;
    for batch in 0..60 {
        let line = |line| format!("{{\"message\":\"batch {batch} line {line} {}\"}}\n", "x".repeat(500));
        let body: String = (0..200).map(line).collect();
        match shipper.send("POST", DOOR, &[NDJSON], body.as_bytes()).status {
            202 => acknowledged += 200,
            500..600 => refused += 1,
            other => panic!("{other}"),
        }
    }
    assert!(refused > 0, "the disk was never full");
    assert!(server.is_alive());
    server.kill();
    office.start(&[]);
    wait_until_read(&office.admin);
    println!("{acknowledged} acknowledged, {refused} deliveries refused");
    assert_eq!(count(office.data(), "SELECT COUNT(*) FROM event"), acknowledged);
}

/// How long the process lives each time, in milliseconds: from "hardly ready" to "well at work".
const LIVES_MS: [u64; 6] = [30, 900, 140, 420, 75, 650];
const BATCHES: usize = 600;
const LINES: usize = 7;

#[test]
fn what_was_acknowledged_survives_a_kill_at_any_moment_and_is_counted_once() {
    let mut office = Office::found();
    let client = office.admin.add_client("肥後木工所");
    let sensor = office.admin.add_sensor(&client, "http");
    let mut acknowledged = 0;
    let mut next = 0;
    for life in LIVES_MS {
        let address = office.server().address();
        let pid = office.server().pid().to_string();
        let killer = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(life));
            Command::new("kill").args(["-KILL", &pid]).status().unwrap()
        });
        let mut shipper = Visitor::with_token(address, &sensor.token);
        // A batch without an answer is sent again in the next life, under the same name.
        while let Ok(answer) = send_batch(&mut shipper, next) {
            assert_eq!(answer.status, 202, "{}", answer.text());
            acknowledged += 1;
            next += 1;
        }
        assert!(killer.join().unwrap().success());
        office.take_server().kill();
        office.start(&[]);
    }
    let mut shipper = Visitor::with_token(office.server().address(), &sensor.token);
    while next < BATCHES.max(acknowledged + 20) {
        assert_eq!(send_batch(&mut shipper, next).unwrap().status, 202);
        next += 1;
    }
    wait_until_read(&office.admin);
    let sent = i64::try_from(next * LINES).unwrap();
    println!("{} kills, {acknowledged} batches acknowledged before one, {sent} events", LIVES_MS.len());
    assert_eq!(count(office.data(), "SELECT COUNT(*) FROM event"), sent);
    let different = "SELECT COUNT(DISTINCT json_extract(ocsf, '$.raw_data')) FROM event";
    assert_eq!(count(office.data(), different), sent);
    assert_eq!(count(office.data(), "SELECT SUM(events) FROM event_day"), sent);
    let verified = run(["audit", "verify", "--data-dir", office.data().to_str().unwrap()]);
    assert_eq!(verified.code, Some(0), "{verified:?}");
}

fn send_batch(shipper: &mut Visitor, number: usize) -> std::io::Result<kakari_e2e::http::Answer> {
    let key = format!("batch-{number}");
    let line = |line| format!("{{\"message\":\"batch {number} line {line}\"}}\n");
    let body: String = (0..LINES).map(line).collect();
    shipper.try_send("POST", DOOR, &[NDJSON, ("idempotency-key", &key)], body.as_bytes())
}
