//! How fast the pages of everyday work are with 500 clients and 100,000 alerts, and how much memory that takes.
//!
//! Everything comes in at the doors: the clients through the form, the alerts as events that the program's own
//! rules find. Making them takes some minutes; the measured part is the end.
//!
//! `KAKARI_BIN=target/release/kakari cargo run --release -p kakari-e2e --example pages -- [CLIENTS [ALERTS]]`
#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a measurement prints its numbers and ends when it cannot be made"
)]

use std::time::{Duration, Instant};

use kakari_e2e::database::count;
use kakari_e2e::http::Visitor;
use kakari_e2e::office::{Office, Sensor, attack};

/// Requests to each page, after some to warm up.
const REQUESTS: usize = 400;
const WARM_UP: usize = 40;

fn main() {
    let mut arguments = std::env::args().skip(1).map(|number| number.parse().expect("a number"));
    let clients: usize = arguments.next().unwrap_or(500);
    let alerts: usize = arguments.next().unwrap_or(100_000);

    let started = Instant::now();
    let mut office = Office::found();
    let provider = office.admin.provider();
    let advisor = office.admin.add_person(&provider, "advisor", "田中", "advisor@provider.example");
    let operator = office.admin.add_person(&provider, "operator", "佐藤", "operator@provider.example");
    let companies = open_clients(&mut office, clients);
    let owner = office.admin.add_person(&companies[0].0, "owner", "代表", "owner@client.example");
    println!("{clients} clients after {:.0?}", started.elapsed());

    // Two rules find each of these events.
    deliver_alerts(&mut office, &companies, alerts.div_ceil(2 * clients));
    let found = count(office.data(), "SELECT COUNT(*) FROM alert");
    let incidents = count(office.data(), "SELECT COUNT(*) FROM incident WHERE state <> 'closed'");
    println!("{found} alerts in {incidents} open incidents after {:.0?}\n", started.elapsed());

    println!("{:<16}{:>9}{:>9}{:>9}{:>11}", "page", "p50", "p99", "worst", "size");
    let home = format!("/c/{}/home", companies[0].0);
    let record = format!("/c/{}", companies[0].0);
    for (name, mut visitor, path) in [
        ("owner's home", owner, home.as_str()),
        ("round", advisor.clone(), "/round"),
        ("queue", operator.clone(), "/queue"),
        ("queue, page 50", operator, "/queue?page=50"),
        ("client's record", advisor, record.as_str()),
    ] {
        measure(name, &mut visitor, path);
    }
    println!("\nmost memory so far: {} MiB", office.server().peak_memory_mib());
    println!(
        "database: {} MiB",
        office.data().join("kakari.db").metadata().map_or(0, |file| file.len() >> 20)
    );
    // What the pages alone need, without the work of reading so much at once.
    office.take_server().stop();
    office.start(&[]);
    let mut again = office.admin.clone();
    for _ in 0..100 {
        again.get("/queue").expect(200);
        again.get("/round").expect(200);
    }
    println!("most memory of a fresh start with these pages: {} MiB", office.server().peak_memory_mib());
}

fn open_clients(office: &mut Office, clients: usize) -> Vec<(String, Sensor)> {
    (0..clients)
        .map(|number| {
            let org = office.admin.add_client(&format!("見本{number:04}商店"));
            let sensor = office.admin.add_sensor(&org, "http");
            (org, sensor)
        })
        .collect()
}

/// The same attack on each host of each client: as many incidents as there are hosts, the worst case for a queue.
fn deliver_alerts(office: &mut Office, companies: &[(String, Sensor)], hosts: usize) {
    for (_, sensor) in companies {
        let lines: Vec<String> = (0..hosts).map(|host| attack(&format!("PC{host:04}"))).collect();
        for part in lines.chunks(500) {
            office.admin.deliver(sensor, part);
        }
    }
    let mut anybody = office.server().visitor();
    while !anybody.get("/metrics").expect(200).text().lines().any(|line| line == "kakari_backlog 0") {
        std::thread::sleep(Duration::from_millis(500));
    }
}

fn measure(name: &str, visitor: &mut Visitor, path: &str) {
    let mut times = Vec::with_capacity(REQUESTS);
    let mut size = 0;
    for number in 0..REQUESTS + WARM_UP {
        let start = Instant::now();
        let answer = visitor.get(path).expect(200);
        if number >= WARM_UP {
            times.push(start.elapsed());
        }
        size = answer.body.len();
    }
    times.sort_unstable();
    let at = |share: usize| ms(times[(times.len() - 1) * share / 100]);
    println!("{name:<16}{:>9}{:>9}{:>9}{:>8} kB", at(50), at(99), at(100), size.div_ceil(1000));
}

fn ms(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}
