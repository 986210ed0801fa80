//! How many events one core looks at, with how many rules, beside rsigma-eval with strict routing.
//!
//! `cargo bench -p kakari-detect` on the recordings of the shared data, without the rendered message. From
//! bytes to detections, parsing included, one thread, thread CPU time, the two engines taking turns in one
//! run. The detections stand beside the rates: a rate without them is no result. The two differ by the
//! mapping of event 4688 and by what `DIFFERENCES.md` lists.
//!
//! `cargo bench -p kakari-detect -- --write FILE` writes the events for `examples/detect_loop.rs`.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark tells and may panic")]

mod support;

use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use kakari_detect::sigma::{Event, RuleMask};
use serde_json::Value;

/// What the forwarders of the recordings added, and the message that Windows renders from the other fields.
const LEFT_OUT: [&str; 15] = [
    "Message",
    "@timestamp",
    "@version",
    "host",
    "port",
    "tags",
    "SourceModuleType",
    "SourceModuleName",
    "EventReceivedTime",
    "EventTypeOrignal",
    "SeverityValue",
    "Severity",
    "OpcodeValue",
    "ERROR_EVT_UNRESOLVED",
    "Category",
];

const EVENTS: usize = 30_000;

const ROUNDS: usize = 3;

fn main() {
    let Some(folder) = folder() else {
        println!("skipped: shared data absent");
        return;
    };
    let lean = events(&folder, &LEFT_OUT);
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(place) = arguments.iter().position(|argument| argument == "--write") {
        std::fs::write(arguments.get(place + 1).unwrap(), lean.join(&b'\n')).unwrap();
        return;
    }
    let full = events(&folder, &[]);
    println!("| corpus | bytes | rules | engine | load s | events/s | detections | memory MB |");
    println!("|---|---|---|---|---|---|---|---|");
    for (name, events, counts) in [("lean", &lean, &[100, 1_000, 3_754][..]), ("full", &full, &[3_754][..])] {
        let bytes = events.iter().map(Vec::len).sum::<usize>() / events.len();
        for count in counts {
            let files = support::rule_files(&folder.join(support::ARCHIVE), *count);
            compare(&format!("| {name} | {bytes} | {} |", files.len()), &files, events);
        }
    }
}

fn compare(row: &str, files: &[support::RuleFile], events: &[Vec<u8>]) {
    let before = resident_megabytes();
    let start = cpu_time();
    let ours = support::kakari(files);
    let our_load = cpu_time() - start;
    let mask = RuleMask::all();
    let run_ours =
        || events.iter().map(|event| ours.detect(&Event::json(event), &mask).unwrap().len()).sum::<usize>();
    // Classes are compiled when their first event comes: once around before the clock runs.
    run_ours();
    let our_memory = resident_megabytes() - before;
    let before = resident_megabytes();
    let start = cpu_time();
    let mut theirs = support::Rsigma::new(files);
    let their_load = cpu_time() - start;
    events.iter().for_each(|event| {
        theirs.detect(event);
    });
    let their_memory = resident_megabytes() - before;
    let (mut our_best, mut their_best) = (Duration::MAX, Duration::MAX);
    let (mut our_found, mut their_found) = (0, 0);
    for _ in 0..ROUNDS {
        let start = cpu_time();
        our_found = run_ours();
        our_best = our_best.min(cpu_time() - start);
        let start = cpu_time();
        their_found = events.iter().map(|event| theirs.detect(event)).sum();
        their_best = their_best.min(cpu_time() - start);
    }
    let rate = |time: Duration| events.len() as f64 / time.as_secs_f64();
    for (engine, load, rate, found, memory) in [
        ("kakari", our_load, rate(our_best), our_found, our_memory),
        ("rsigma-eval 0.23, strict", their_load, rate(their_best), their_found, their_memory),
    ] {
        println!("{row} {engine} | {:.2} | {rate:.0} | {found} | {memory} |", load.as_secs_f64());
    }
    println!("{row} ratio | | {:.1} | | |", rate(our_best) / rate(their_best));
}

fn folder() -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "a benchmark has no configuration to read it from")]
    let named = std::env::var("KAKARI_TEST_DATA").ok().map(PathBuf::from);
    let folder = named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"));
    folder.is_dir().then_some(folder)
}

/// Windows events of all recordings, an even spread of them, without some fields.
fn events(folder: &Path, left_out: &[&str]) -> Vec<Vec<u8>> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder.join("windows")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "zip"));
    paths.sort();
    let mut events = Vec::new();
    for path in paths {
        let mut archive = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
        for number in 0..archive.len() {
            let mut member = archive.by_index(number).unwrap();
            if !member.name().unwrap().ends_with(".json") || member.name().unwrap().starts_with("__MACOSX") {
                continue;
            }
            let mut json = Vec::new();
            member.read_to_end(&mut json).unwrap();
            for record in serde_json::Deserializer::from_slice(&json).into_iter::<Value>() {
                let mut record = record.unwrap();
                if let Some(fields) = record.as_object_mut().filter(|fields| fields.contains_key("EventID")) {
                    fields.retain(|name, _| !left_out.contains(&name.as_str()));
                    events.push(serde_json::to_vec(&record).unwrap());
                }
            }
        }
    }
    // Neighbours in a recording are alike: strides through all of them mix the sources.
    let stride = events.len() / EVENTS + 1;
    (0..stride).flat_map(|start| events.iter().skip(start).step_by(stride)).take(EVENTS).cloned().collect()
}

/// CPU time of this thread.
fn cpu_time() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(text.split(' ').next().unwrap().parse().unwrap())
}

fn resident_megabytes() -> i64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap();
    text.split(' ').nth(1).unwrap().parse::<i64>().unwrap() * 4096 / 1_000_000
}
