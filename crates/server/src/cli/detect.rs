//! `kakari detect`.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use jiff::tz::TimeZone;
use kakari_detect::correlation::{Alert, Limits, Seen, TenantState};
use kakari_detect::sigma::{Engine, Level, Match, Reason, Refused, RuleInfo, RuleMask, RuleSet};
use kakari_kernel::{Clock, SystemClock};
use kakari_normalize::{Context, Normalizer, Record, Trouble, records};
use kakari_watch::detections::{group_reasons, sigma_event};
use serde::Serialize;

use super::Outcome;

/// A rule archive whose files are larger than this together is not read to its end.
const MAX_ARCHIVE_BYTES: u64 = 256 << 20;

/// How often a terminal is told how far the reading is.
const RECORDS_PER_PROGRESS: u64 = 20_000;

/// Look for attacks in log files with Sigma rules, one JSON line per alert.
///
/// Reads EVTX, JSON, CSV, text logs, and gzip and zip of these, told apart by their content. Each line has
/// rule_id, rule_title, level, file, position (the record's number, from 1), tags and matched, the reasons.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kakari detect --rules rules Security.evtx Sysmon.evtx
  kakari detect --rules sigma.tar.gz --min-level high evidence/ > alerts.jsonl
  kakari detect --rules rules --fail-on critical /var/log/auth.log || echo 'call somebody'")]
pub(crate) struct Args {
    /// Folder, .tar.gz or .yml of Sigma rules; may be given more than once.
    #[arg(long, required = true, value_name = "PATH")]
    rules: Vec<PathBuf>,
    /// Files and folders of logs; `-` reads standard input. Folders are walked.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Leave out alerts below this level.
    #[arg(long, value_name = "LEVEL", default_value = "informational", value_parser = level)]
    min_level: Level,
    /// End with exit code 1 when there was an alert of this level or above.
    #[arg(long, value_name = "LEVEL", value_parser = level)]
    fail_on: Option<Level>,
    /// List the rules that are not used, with their files and reasons, on standard error.
    #[arg(long)]
    explain_rules: bool,
    /// The zone of times that name none.
    #[arg(long, value_name = "ZONE", default_value = "Asia/Tokyo")]
    zone: String,
}

fn level(text: &str) -> Result<Level, String> {
    let levels = [Level::Informational, Level::Low, Level::Medium, Level::High, Level::Critical];
    let names = || levels.map(Level::as_str).join(", ");
    levels
        .into_iter()
        .find(|level| level.as_str() == text)
        .ok_or_else(|| format!("no such level; try one of {}", names()))
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let zone = TimeZone::get(&args.zone)
        .with_context(|| format!("--zone {}: no such zone; try Asia/Tokyo or UTC", args.zone))?;
    let (set, refused) = load(&args.rules)?;
    tell_refused(&set, &refused, args.explain_rules);
    if set.is_empty() {
        bail!("no rule could be loaded from {}", shown(&args.rules));
    }
    let received_at = SystemClock.now();
    let mut run = Run {
        engine: Engine::compile(set),
        mask: RuleMask::all(),
        normalizer: Normalizer::new(Context::new(received_at, zone)),
        received_ms: received_at.as_millisecond(),
        state: TenantState::default(),
        min_level: args.min_level,
        worst: None,
        out: BufWriter::with_capacity(1 << 16, io::stdout().lock()),
        records: 0,
        shows_progress: io::stderr().is_terminal(),
        unreadable: Vec::new(),
    };
    for path in &args.files {
        run.walk(path)?;
    }
    run.out.flush()?;
    run.finish(args.fail_on)
}

fn shown(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}

fn load(paths: &[PathBuf]) -> anyhow::Result<(RuleSet, Vec<Refused>)> {
    let mut files = Vec::new();
    for path in paths {
        collect_rules(path, &mut files)
            .with_context(|| format!("rules in {} could not be read", path.display()))?;
    }
    Ok(RuleSet::parse(files))
}

fn collect_rules(path: &Path, files: &mut Vec<(String, Vec<u8>)>) -> anyhow::Result<()> {
    let is_yaml = |path: &Path| matches!(path.extension().and_then(OsStr::to_str), Some("yml" | "yaml"));
    if path.is_dir() {
        let mut entries = fs::read_dir(path)?.collect::<io::Result<Vec<_>>>()?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let (kind, path) = (entry.file_type()?, entry.path());
            // A linked folder may lead back here.
            if kind.is_dir() || (is_yaml(&path) && path.is_file()) {
                collect_rules(&path, files)?;
            }
        }
        return Ok(());
    }
    let file = File::open(path)?;
    if is_yaml(path) {
        files.push((path.display().to_string(), read_rule(file)?));
        return Ok(());
    }
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(file).take(MAX_ARCHIVE_BYTES));
    for entry in archive.entries()? {
        let entry = entry.context("this is no folder, no .yml and no .tar.gz")?;
        let name = entry.path()?.into_owned();
        if is_yaml(&name) {
            files.push((name.display().to_string(), read_rule(entry)?));
        }
    }
    Ok(())
}

/// One byte more than a rule may have, so that a larger one is refused by its size.
fn read_rule(file: impl Read) -> io::Result<Vec<u8>> {
    let mut yaml = Vec::new();
    file.take(kakari_detect::sigma::MAX_FILE_BYTES as u64 + 1).read_to_end(&mut yaml)?;
    Ok(yaml)
}

fn tell_refused(set: &RuleSet, refused: &[Refused], explain: bool) {
    if !refused.is_empty() {
        let advice = if explain { "" } else { "; --explain-rules lists them" };
        eprintln!("kakari: {} rules loaded, {} not used{advice}", set.len(), refused.len());
    }
    if explain {
        for rule in refused {
            let title = rule.title.as_deref().map_or(String::new(), |title| format!(" ({title})"));
            eprintln!("{}{title}: {}", rule.file, rule.reason);
        }
        for note in set.notes() {
            eprintln!("{note} (used all the same)");
        }
    }
}

/// What the run has so far.
struct Run<W: Write> {
    engine: Engine,
    mask: RuleMask,
    normalizer: Normalizer,
    received_ms: i64,
    state: TenantState,
    min_level: Level,
    /// The highest level of any alert.
    worst: Option<Level>,
    out: W,
    records: u64,
    shows_progress: bool,
    /// File and reason of each that could not be read, or not to its end.
    unreadable: Vec<String>,
}

/// One line of output.
#[derive(Serialize)]
struct Line<'l> {
    rule_id: &'l str,
    rule_title: &'l str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title_ja: Option<&'l str>,
    level: Level,
    file: &'l str,
    /// The archive member.
    #[serde(skip_serializing_if = "Option::is_none")]
    member: Option<&'l str>,
    position: u64,
    tags: &'l [String],
    matched: &'l [Reason],
    /// For a correlation: how many, since when, and where.
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<String>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    events: &'l [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<&'l str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    advice_ja: Option<&'l str>,
}

/// Where a record was read.
struct Place<'p> {
    file: &'p str,
    member: Option<&'p str>,
    position: u64,
}

impl<W: Write> Run<W> {
    /// Reads a file, or what a folder holds in the order of its names. Fails only when the output does.
    fn walk(&mut self, path: &Path) -> anyhow::Result<()> {
        if path == Path::new("-") {
            return self.read(io::stdin(), "standard input");
        }
        let name = path.display().to_string();
        if !path.is_dir() {
            return match File::open(path) {
                Ok(file) => self.read(file, &name),
                Err(error) => self.give_up(&name, &error),
            };
        }
        let mut entries = match fs::read_dir(path).and_then(Iterator::collect::<io::Result<Vec<_>>>) {
            Ok(entries) => entries,
            Err(error) => return self.give_up(&name, &error),
        };
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let linked_folder =
                entry.file_type().is_ok_and(|kind| kind.is_symlink()) && entry.path().is_dir();
            if !linked_folder {
                self.walk(&entry.path())?;
            }
        }
        Ok(())
    }

    fn give_up(&mut self, name: &str, reason: &io::Error) -> anyhow::Result<()> {
        self.unreadable.push(format!("{name}: {reason}"));
        Ok(())
    }

    fn read(&mut self, file: impl Read + Send + 'static, name: &str) -> anyhow::Result<()> {
        for record in records(file) {
            self.records += 1;
            if self.shows_progress && self.records.is_multiple_of(RECORDS_PER_PROGRESS) {
                eprint!("\r{} records, {name} ", self.records);
            }
            let place = Place { file: name, member: record.member.as_deref(), position: record.position };
            if let Some(trouble @ (Trouble::Unreadable { .. } | Trouble::Damaged { .. })) = &record.trouble {
                let member = place.member.map_or(String::new(), |member| format!(" ({member})"));
                self.unreadable.push(format!("{name}{member}: record {}: {trouble}", record.position));
                continue;
            }
            self.look(&record, &place)?;
        }
        Ok(())
    }

    fn look(&mut self, record: &Record, place: &Place<'_>) -> anyhow::Result<()> {
        let event = self.normalizer.normalize_record(record);
        let matches = match sigma_event(&self.engine, &self.mask, &event) {
            Ok(matches) => matches,
            Err(error) => {
                self.unreadable.push(format!("{}: record {}: {error}", place.file, place.position));
                return Ok(());
            }
        };
        for found in &matches {
            let reference = format!("{}#{}", place.member.unwrap_or(place.file), place.position);
            let seen = Seen {
                time_ms: event.time().as_millisecond(),
                received_ms: self.received_ms,
                source: place.file,
                event: &reference,
            };
            let alerts = self.state.observe(
                self.engine.correlations(),
                &Limits::default(),
                &found.observations,
                &seen,
            );
            if found.alerts {
                self.tell_match(found, place)?;
            }
            for alert in &alerts {
                self.tell_alert(alert, place)?;
            }
        }
        Ok(())
    }

    fn tell_match(&mut self, found: &Match, place: &Place<'_>) -> anyhow::Result<()> {
        let line = Line { matched: &found.matched, ..Line::new(&found.rule, place) };
        self.tell(&line)
    }

    fn tell_alert(&mut self, alert: &Alert, place: &Place<'_>) -> anyhow::Result<()> {
        let matched = group_reasons(alert);
        let time =
            |milliseconds| jiff::Timestamp::from_millisecond(milliseconds).ok().map(|time| time.to_string());
        let line = Line {
            matched: &matched,
            count: Some(alert.count),
            first: time(alert.first_ms),
            last: time(alert.last_ms),
            events: &alert.events,
            ..Line::new(&alert.rule, place)
        };
        self.tell(&line)
    }

    fn tell(&mut self, line: &Line<'_>) -> anyhow::Result<()> {
        self.worst = self.worst.max(Some(line.level));
        if line.level >= self.min_level {
            serde_json::to_writer(&mut self.out, line).map_err(io::Error::from)?;
            self.out.write_all(b"\n")?;
        }
        Ok(())
    }

    fn finish(self, fail_on: Option<Level>) -> anyhow::Result<Outcome> {
        if self.shows_progress {
            eprintln!("\r{} records", self.records);
        }
        for (correlation, count) in self.state.not_counted() {
            eprintln!("kakari: correlation {correlation} is under-counting: no room for {count} events");
        }
        match self.unreadable.as_slice() {
            [] if fail_on.is_some_and(|level| self.worst >= Some(level)) => Ok(Outcome::Found),
            [] => Ok(Outcome::Done),
            [only] => bail!("{only}"),
            many => bail!("{} files or records could not be read\n  {}", many.len(), many.join("\n  ")),
        }
    }
}

impl<'l> Line<'l> {
    fn new(rule: &'l Arc<RuleInfo>, place: &Place<'l>) -> Self {
        Self {
            rule_id: &rule.id,
            rule_title: &rule.title,
            title_ja: rule.title_ja.as_deref(),
            level: rule.level,
            file: place.file,
            member: place.member,
            position: place.position,
            tags: &rule.tags,
            matched: &[],
            count: None,
            first: None,
            last: None,
            events: &[],
            advice: rule.advice_en.as_deref(),
            advice_ja: rule.advice_ja.as_deref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::{SignedDuration, Timestamp};
    use kakari_identity::testing::{World, settings};
    use kakari_kernel::Actor;
    use kakari_watch::sensors::{self, Kind, NewSensor};
    use kakari_watch::{Watch, WatchConfig, ingest};
    use serde_json::{Value as Json, json};

    use super::*;

    const RULES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../rules");

    #[test]
    fn levels_are_read_by_their_names_only() {
        assert_eq!(level("high"), Ok(Level::High));
        assert!(level("High").is_err_and(|message| message.contains("informational, low")));
    }

    #[test]
    fn a_larger_rule_than_allowed_is_cut_where_its_size_is_seen() {
        let large = vec![b' '; kakari_detect::sigma::MAX_FILE_BYTES + 100];
        let (set, refused) = RuleSet::parse([("large.yml", read_rule(large.as_slice()).unwrap())]);
        assert!(set.is_empty());
        assert!(refused[0].reason.contains("limit"), "{}", refused[0].reason);
    }

    /// Lines of a server, a firewall and a PC, as each of them writes.
    fn corpus(now: Timestamp) -> [String; 2] {
        let seconds_ago = |seconds: i64| now - SignedDuration::from_secs(seconds);
        let tokyo = |at: Timestamp| at.to_zoned(TimeZone::get("Asia/Tokyo").unwrap());
        let syslog = |at: Timestamp, message: &str| {
            format!("<86>{} sv01 {message}", tokyo(at).strftime("%b %e %H:%M:%S"))
        };
        let fortigate = |at: Timestamp, about: &str| {
            let time = tokyo(at).strftime("date=%Y-%m-%d time=%H:%M:%S");
            format!("{time} devname=\"fw\" devid=\"FGT60F0000000000\" tz=\"+0900\" vd=\"root\" {about}")
        };
        let mut lines = Vec::new();
        for n in (0..12).rev() {
            let at = seconds_ago(n * 20);
            lines.push(syslog(at, "sshd[77]: Failed password for root from 203.0.113.77 port 40000 ssh2"));
            lines.push(fortigate(
                at,
                "logid=\"0100032002\" type=\"event\" subtype=\"system\" level=\"alert\" logdesc=\"Admin login failed\" \
                 user=\"admin\" srcip=203.0.113.78 action=\"login\" status=\"failed\"",
            ));
        }
        lines.push(syslog(
            now,
            "sudo: taro : user NOT in sudoers ; TTY=pts/0 ; PWD=/home/taro ; USER=root ; COMMAND=/bin/ls",
        ));
        lines.push(fortigate(
            now,
            "logid=\"0211008192\" type=\"utm\" subtype=\"virus\" eventtype=\"infected\" level=\"warning\" \
             msg=\"File is infected.\" action=\"blocked\" service=\"HTTP\" srcip=192.168.1.31 dstip=198.51.100.23",
        ));
        let started = json!({
            "@timestamp": now.to_string(),
            "winlog": {
                "channel": "Microsoft-Windows-Sysmon/Operational", "event_id": 1,
                "provider_name": "Microsoft-Windows-Sysmon", "computer_name": "PC03",
                "event_data": {
                    "Image": "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe",
                    "CommandLine": "powershell.exe -NoP -W Hidden -Enc SQBFAFgAIAAoAE4AZQB3AC0ATwBiAGoAZQBjAHQAKQA=",
                    "ParentImage": "C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE",
                },
            },
        });
        [lines.join("\n") + "\n", format!("{started}\n")]
    }

    /// How many events each rule was found in, by the command.
    fn told(folder: &Path, received_at: Timestamp) -> BTreeMap<String, i64> {
        let (set, _) = load(&[RULES.into()]).unwrap();
        let zone = TimeZone::get("Asia/Tokyo").unwrap();
        let mut run = Run {
            engine: Engine::compile(set),
            mask: RuleMask::all(),
            normalizer: Normalizer::new(Context::new(received_at, zone)),
            received_ms: received_at.as_millisecond(),
            state: TenantState::default(),
            min_level: Level::Informational,
            worst: None,
            out: BufWriter::new(Vec::new()),
            records: 0,
            shows_progress: false,
            unreadable: Vec::new(),
        };
        run.walk(folder).unwrap();
        assert!(run.unreadable.is_empty(), "{:?}", run.unreadable);
        let mut told = BTreeMap::new();
        for line in run.out.into_inner().unwrap().split(|byte| *byte == b'\n').filter(|line| !line.is_empty())
        {
            let line: Json = serde_json::from_slice(line).unwrap();
            let events = line.get("count").and_then(Json::as_i64).unwrap_or(1);
            *told.entry(line["rule_id"].as_str().unwrap().to_owned()).or_default() += events;
        }
        told
    }

    /// The same by the server, of the same files.
    async fn kept(world: &World, folder: &Path) -> BTreeMap<String, i64> {
        let config = WatchConfig { rules_dir: Some(RULES.into()), ..WatchConfig::default() };
        let watch = Watch::new(world.app.clone(), config);
        let scope = world.ours.scope(world.ours.client);
        let new = NewSensor {
            name: "evidence".into(),
            kind: Kind::Upload,
            zone: "Asia/Tokyo".into(),
            device: String::new(),
        };
        let (sensor, _) = sensors::add(&watch, &scope, &Actor::cli("test"), new).await.unwrap();
        for file in ["1.log", "2.jsonl"] {
            ingest::ingest_file(&watch, &scope, sensor.id, &folder.join(file)).await.unwrap();
        }
        ingest::drain(&watch).await.unwrap();
        let mut conn = world.app.db.read().await.unwrap();
        let sql = "SELECT rule_id, CAST(SUM(events) AS BIGINT) AS events FROM alert GROUP BY rule_id";
        let rows = conn.system().all(sql, &[]).await.unwrap();
        rows.iter().map(|row| (row.text("rule_id").unwrap(), row.int("events").unwrap())).collect()
    }

    #[tokio::test]
    async fn the_command_and_the_server_find_the_same() {
        let world =
            World::on(kakari_store::testing::databases().await.remove(0), &kakari_watch::ASSETS, settings())
                .await;
        let now = world.app.clock.now();
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in ["1.log", "2.jsonl"].iter().zip(corpus(now)) {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let told = told(folder.path(), now);
        assert_eq!(told, kept(&world, folder.path()).await);
        for (rule, events) in [
            ("96ef57bf-eaf3-4f20-b35e-480474e7c257", 10),
            ("3fe3fef6-d14e-4065-b569-f4cebd71e31f", 10),
            ("6d14ea62-64b9-4a50-bb01-3d0be67104f7", 1),
        ] {
            assert_eq!(told.get(rule), Some(&events), "{told:?}");
        }
        assert!(told.len() >= 5, "{told:?}");
    }
}
