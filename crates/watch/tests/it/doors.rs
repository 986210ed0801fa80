//! What the doors acknowledge, refuse and bound.

use std::io::Write as _;

use kakari_kernel::ports::EventFilter;
use kakari_watch::sensors::Kind;

use crate::world::{desk, desks, started};

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn an_acknowledged_delivery_is_on_disk_before_the_answer_and_belongs_to_the_tokens_client() {
    for desk in desks().await {
        let (_, token) = desk.our_sensor().await;
        let theirs = desk.world.theirs.client;
        // The content names another client in every way it can.
        let line = format!("{{\"org_id\":\"{theirs}\",\"tenant\":\"{theirs}\",\"message\":\"hello\"}}");
        let answer =
            desk.deliver_with(&token, &[("x-org", &theirs.to_string())], format!("{line}\n{line}\n")).await;
        assert_eq!((answer.status, answer.body.as_str()), (202, r#"{"accepted":2,"repeated":false}"#));
        assert_eq!(desk.number("SELECT COUNT(*) AS n FROM ingest_batch").await, 1);
        kakari_watch::ingest::drain(&desk.watch).await.unwrap();
        let filter = EventFilter { limit: 10, ..EventFilter::default() };
        assert_eq!(desk.watch.events.latest(&desk.ours(), &filter).await.unwrap().len(), 2);
        for other in [desk.world.ours.scope(desk.world.ours.other), desk.world.theirs.scope(theirs)] {
            assert!(desk.watch.events.latest(&other, &filter).await.unwrap().is_empty());
        }
    }
}

#[tokio::test]
async fn a_wrong_or_retired_token_is_refused_and_leaves_nothing() {
    let desk = desk().await;
    let (sensor, token) = desk.our_sensor().await;
    for wrong in ["", "kks_0000", &token[..20], &format!("{token}0"), "Bearer"] {
        assert_eq!(desk.deliver(wrong, "line").await.status, 401, "{wrong}");
    }
    let admin = desk.world.sign_in(&desk.world.ours, kakari_kernel::Role::Admin).await;
    let org = desk.world.ours.client;
    let retired = admin.post(&desk.router, &format!("/c/{org}/sensors/{sensor}/retire"), &[]).await;
    assert_eq!(retired.status, 303);
    assert_eq!(desk.deliver(&token, "line").await.status, 401);
    assert_eq!(desk.number("SELECT COUNT(*) AS n FROM ingest_batch").await, 0);
}

#[tokio::test]
async fn a_retried_delivery_is_counted_once_per_sensor() {
    for desk in desks().await {
        let (_, token) = desk.our_sensor().await;
        let (_, other) = desk.sensor(&desk.world.theirs, desk.world.theirs.client, Kind::Http).await;
        let key = [("idempotency-key", "batch-1")];
        assert!(desk.deliver_with(&token, &key, "a\nb\n").await.body.contains("\"repeated\":false"));
        kakari_watch::ingest::drain(&desk.watch).await.unwrap();
        let again = desk.deliver_with(&token, &key, "a\nb\n").await;
        assert_eq!((again.status, again.body.as_str()), (202, r#"{"accepted":2,"repeated":true}"#));
        assert!(desk.deliver_with(&other, &key, "a\n").await.body.contains("\"repeated\":false"));
        kakari_watch::ingest::drain(&desk.watch).await.unwrap();
        assert_eq!(desk.number("SELECT COUNT(*) AS n FROM event").await, 3);
        assert_eq!(desk.deliver_with(&token, &[("idempotency-key", "")], "a").await.status, 400);
    }
}

#[tokio::test]
async fn too_large_and_unreadable_deliveries_say_what_to_do_and_are_counted_on_the_sensor() {
    let desk = desk().await;
    let (_, token) = desk.our_sensor().await;
    let large = desk.deliver(&token, vec![b'x'; 17 << 20]).await;
    assert_eq!(large.status, 413);
    assert!(large.body.contains("smaller"), "{}", large.body);
    let bomb = gzip(&vec![b' '; 65 << 20]);
    assert_eq!(desk.deliver_with(&token, &[("content-encoding", "gzip")], bomb).await.status, 413);
    assert_eq!(desk.deliver_with(&token, &[("content-encoding", "gzip")], "plain").await.status, 400);
    assert_eq!(desk.deliver_with(&token, &[("content-encoding", "br")], "plain").await.status, 400);
    assert_eq!(desk.number("SELECT refused AS n FROM sensor WHERE refused > 0").await, 4);
    assert_eq!(desk.number("SELECT COUNT(*) AS n FROM ingest_batch").await, 0);
}

#[tokio::test]
async fn a_sensor_over_its_quota_is_told_when_to_come_back() {
    let desk = desk().await;
    let (_, token) = desk.our_sensor().await;
    let chunk = vec![b'x'; 16 << 20];
    let mut last = desk.deliver(&token, chunk.clone()).await;
    for _ in 0..16 {
        if last.status != 202 {
            break;
        }
        last = desk.deliver(&token, chunk.clone()).await;
    }
    assert_eq!(last.status, 429);
    assert!(last.headers.contains_key("retry-after"));
}

#[tokio::test]
async fn whatever_arrives_is_kept_with_its_reason_and_nothing_panics() {
    for desk in desks().await {
        let (_, token) = desk.our_sensor().await;
        let mut body = b"no known format at all\n\xff\xfe\xfd broken \x00 bytes\n".to_vec();
        body.extend(b"{\"cut\": \n");
        body.extend(vec![b'y'; 3 << 20]);
        body.push(b'\n');
        for year in ["1970-01-01 00:00:01", "2106-02-07 06:28:15"] {
            body.extend(
                started("PC-01", "calc.exe", "2026-04-18T00:00:00Z")
                    .replace("2026-04-18 00:00:00", year)
                    .bytes(),
            );
            body.push(b'\n');
        }
        assert_eq!(desk.deliver(&token, body).await.status, 202);
        kakari_watch::ingest::drain(&desk.watch).await.unwrap();
        let filter = EventFilter { limit: 100, ..EventFilter::default() };
        let events = desk.watch.events.latest(&desk.ours(), &filter).await.unwrap();
        assert_eq!(events.len(), 8);
        for event in &events {
            assert!(!event.parse_error.is_empty(), "{event:?}");
            assert!(event.ocsf.to_string().len() < 3 << 20);
            assert_eq!(event.at, event.received_at);
        }
        let unreadable = desk.number("SELECT CAST(SUM(unreadable) AS BIGINT) AS n FROM sensor_hour").await;
        assert_eq!(unreadable, 8);
        assert_eq!(desk.number("SELECT CAST(SUM(unreadable) AS BIGINT) AS n FROM event_day").await, 8);
    }
}

#[tokio::test]
async fn syslog_over_udp_and_tcp_reaches_the_listeners_sensor_whatever_it_says() {
    let desk = desk().await;
    let (sensor, _) = desk.sensor(&desk.world.ours, desk.world.ours.client, Kind::Syslog).await;
    let free = |udp: bool| {
        if udp {
            std::net::UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
        } else {
            std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
        }
    };
    let (udp, tcp) = (free(true), free(false));
    let listeners = vec![
        kakari_watch::Listener { transport: kakari_watch::Transport::Udp, address: udp, sensor },
        kakari_watch::Listener { transport: kakari_watch::Transport::Tcp, address: tcp, sensor },
    ];
    let config = kakari_watch::WatchConfig { listeners, ..crate::world::config() };
    let watch = kakari_watch::Watch::new(desk.world.app.clone(), config);
    let workers: Vec<_> =
        kakari_watch::workers(&watch).into_iter().map(|worker| tokio::spawn(worker.run)).collect();
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    let other = desk.world.theirs.client;
    let line = format!("<34>1 2026-04-18T00:00:00Z fw app - - - org={other} message");
    let socket = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
    socket.send_to(line.as_bytes(), udp).await.unwrap();
    let mut stream = tokio::net::TcpStream::connect(tcp).await.unwrap();
    let text = format!("{} {line}{line}\n", line.len());
    tokio::io::AsyncWriteExt::write_all(&mut stream, text.as_bytes()).await.unwrap();
    drop(stream);
    let filter = EventFilter { limit: 10, ..EventFilter::default() };
    let mut events = Vec::new();
    for _ in 0..100 {
        events = watch.events.latest(&desk.ours(), &filter).await.unwrap();
        if events.len() == 3 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(events.len(), 3);
    assert!(events.iter().all(|event| event.sensor_id == sensor.to_string() && event.parse_error.is_empty()));
    watch.stop();
    for worker in workers {
        worker.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_port_in_use_is_named_with_what_to_do() {
    let desk = desk().await;
    let (sensor, _) = desk.sensor(&desk.world.ours, desk.world.ours.client, Kind::Syslog).await;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let listener = kakari_watch::Listener {
        transport: kakari_watch::Transport::Tcp,
        address: taken.local_addr().unwrap(),
        sensor,
    };
    let config = kakari_watch::WatchConfig { listeners: vec![listener], ..crate::world::config() };
    let watch = kakari_watch::Watch::new(desk.world.app.clone(), config);
    let worker = kakari_watch::workers(&watch).pop().unwrap();
    let error = worker.run.await.unwrap_err().to_string();
    assert!(error.contains("another program"), "{error}");
}

#[tokio::test]
async fn a_file_is_taken_once_however_often_it_is_brought() {
    let desk = desk().await;
    let scope = desk.ours();
    let (sensor, _) = desk.sensor(&desk.world.ours, desk.world.ours.client, Kind::Upload).await;
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    };
    let lines = format!(
        "{}\n{}\n",
        started("PC-01", "a.exe", "2026-04-17T00:00:00Z"),
        started("PC-01", "b.exe", "2026-04-17T00:00:01Z")
    );
    let text = write("events.jsonl", lines.as_bytes());
    let gz = write("events.jsonl.gz", &gzip(b"{\"pretty\":\n 1}\n{\"pretty\": 2}\n"));
    let empty = write("empty.log", b"");
    let ingest = kakari_watch::ingest::ingest_file;
    assert_eq!(ingest(&desk.watch, &scope, sensor, &text).await.unwrap().records, 2);
    assert!(ingest(&desk.watch, &scope, sensor, &text).await.unwrap().repeated);
    assert_eq!(ingest(&desk.watch, &scope, sensor, &gz).await.unwrap().records, 2);
    for (path, word) in [(empty, "empty"), (folder.path().join("absent"), "does it exist")] {
        let error = ingest(&desk.watch, &scope, sensor, &path).await.unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    }
    kakari_watch::ingest::drain(&desk.watch).await.unwrap();
    assert_eq!(desk.number("SELECT COUNT(*) AS n FROM event").await, 4);
}
