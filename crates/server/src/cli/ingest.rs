//! `kakari ingest`.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use kakari_identity::organisations;
use kakari_kernel::{Actor, Id, OrgId, OrgScope, ProviderId, Reach};
use kakari_watch::{ingest, sensors};

use super::Outcome;
use super::place::{Place, block_on};
use crate::compose::Program;

/// Take log files into one client's record: EVTX, JSON lines, text, and gzip or zip of these.
///
/// A file that was taken before is not counted twice. Works beside a running server.
///
/// Example: kakari ingest --org 01k… evidence/*.evtx auth.log
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The client: its id, or its name when only one client has it
    #[arg(long, value_name = "ID|NAME")]
    org: String,
    /// Zone of times that name none
    #[arg(long, value_name = "ZONE", default_value = "Asia/Tokyo")]
    zone: String,
    /// Files and folders; folders are walked
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Folder of Sigma rules [default: the setting watch.rules_dir]
    #[arg(long, value_name = "DIR")]
    rules: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let mut config = args.place.existing()?;
    if let Some(folder) = &args.rules {
        config.set("watch.rules_dir", folder.display().to_string());
    }
    crate::log::start(&config)?;
    block_on(async {
        let program = Program::open(&config, false).await?;
        let done = take(&program, args).await;
        program.app.db.close().await;
        done
    })
}

async fn take(program: &Program, args: &Args) -> anyhow::Result<Outcome> {
    let scope = find(program, &args.org).await?;
    let sensor = upload_sensor(program, &scope, &args.zone).await?;
    let mut files = Vec::new();
    let mut problems = Vec::new();
    for path in &args.files {
        walk(path, &mut files, &mut problems);
    }
    let (mut records, mut repeated) = (0, 0);
    for file in &files {
        match ingest::ingest_file(&program.watch, &scope, sensor, file).await {
            Ok(accepted) if accepted.repeated => repeated += 1,
            Ok(accepted) => records += accepted.records,
            Err(error) => problems.push(error.to_string()),
        }
    }
    // What is spooled is on disk; a running server reads it too, and each batch is read once.
    ingest::drain(&program.watch).await?;
    eprintln!("{records} records from {} files taken, {repeated} files were known already", files.len());
    if problems.is_empty() { Ok(Outcome::Done) } else { anyhow::bail!("{}", problems.join("\n")) }
}

/// The client that an id or a name means, whichever provider's it is: whoever runs this owns the machine.
async fn find(program: &Program, wanted: &str) -> anyhow::Result<OrgScope> {
    let mut conn = program.app.db.read().await?;
    let providers = organisations::providers(&mut conn).await?;
    let mut found: Vec<(ProviderId, OrgId, String)> = Vec::new();
    for provider in providers {
        let fleet = OrgScope::grant(provider, Reach::Fleet);
        for org in organisations::list(&mut conn, &fleet).await? {
            if org.id.to_string() == wanted || org.name == wanted {
                found.push((provider, org.id, org.name));
            }
        }
    }
    match &found[..] {
        [(provider, org, _)] => Ok(OrgScope::grant(*provider, Reach::Client(*org))),
        [] => anyhow::bail!("--org {wanted}: there is no such client; the list is at /clients"),
        many => anyhow::bail!("--org {wanted}: {} clients have that name; give the id", many.len()),
    }
}

async fn upload_sensor(program: &Program, scope: &OrgScope, zone: &str) -> anyhow::Result<Id> {
    let mut conn = program.app.db.read().await?;
    let known = sensors::list(&mut conn, scope).await?;
    drop(conn);
    if let Some(sensor) = known.iter().find(|sensor| {
        sensor.kind == sensors::Kind::Upload && sensor.zone == zone && sensor.retired_at.is_none()
    }) {
        return Ok(sensor.id);
    }
    let new = sensors::NewSensor {
        name: "kakari ingest".into(),
        kind: sensors::Kind::Upload,
        zone: zone.to_owned(),
        device: String::new(),
    };
    let (sensor, _) = sensors::add(&program.watch, scope, &Actor::cli("ingest"), new)
        .await
        .context("the sensor for uploads")?;
    Ok(sensor.id)
}

fn walk(path: &Path, files: &mut Vec<PathBuf>, problems: &mut Vec<String>) {
    let listed = match std::fs::metadata(path) {
        Ok(found) if found.is_dir() => {
            std::fs::read_dir(path).and_then(Iterator::collect::<std::io::Result<Vec<_>>>)
        }
        Ok(_) => {
            files.push(path.to_owned());
            return;
        }
        Err(error) => {
            problems.push(format!("{}: {error}", path.display()));
            return;
        }
    };
    match listed {
        Ok(mut entries) => {
            entries.sort_by_key(std::fs::DirEntry::file_name);
            // A link may lead back here.
            for entry in entries.iter().filter(|entry| entry.file_type().is_ok_and(|kind| !kind.is_symlink()))
            {
                walk(&entry.path(), files, problems);
            }
        }
        Err(error) => problems.push(format!("{}: {error}", path.display())),
    }
}
