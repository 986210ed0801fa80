//! `kakari audit`.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use kakari_kernel::SystemClock;
use kakari_store::{Db, audit};

use super::Outcome;
use super::place::{Place, block_on};

/// The audit chain: who did what, when, from where, with what, how.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Verify(Verify),
}

/// Read every chain from its beginning and name each entry that was changed or is missing (exit code 1).
///
/// With a file, an export from the audit page is checked, anywhere and without the database. The printed heads
/// are to be compared with those on the monthly reports: a file that was cut at its end cannot tell by itself.
///
/// Examples: kakari audit verify --data-dir kakari-data; kakari audit verify audit.ndjson
#[derive(Debug, clap::Args)]
struct Verify {
    /// An export of the audit page
    export: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let Command::Verify(args) = &args.command;
    match &args.export {
        Some(file) => export(file),
        None => database(&args.place),
    }
}

fn export(file: &Path) -> anyhow::Result<Outcome> {
    let name = file.display();
    let lines = BufReader::new(File::open(file).with_context(|| format!("{name} cannot be opened"))?);
    let found = audit::verify_export(lines).with_context(|| format!("{name} cannot be read"))?;
    for (org, head) in &found.heads {
        super::say(&format!("chain {org} ends at entry {} {}", head.seq, head.hash))?;
    }
    // An empty file proves nothing, so it is not said to hold.
    anyhow::ensure!(found.entries > 0 || !found.faults.is_empty(), "{name} holds no audit entries");
    tell(found.heads.len() as u64, found.entries, &found.faults)
}

fn database(place: &Place) -> anyhow::Result<Outcome> {
    let config = place.existing()?;
    block_on(async {
        let db = Db::open(&config.database_url(), Arc::new(SystemClock)).await?;
        let verified = audit::verify(&db).await?;
        db.close().await;
        tell(verified.chains, verified.entries, &verified.faults)
    })
}

fn tell(chains: u64, entries: u64, faults: &[String]) -> anyhow::Result<Outcome> {
    super::say(&format!("{chains} chains, {entries} entries"))?;
    for fault in faults {
        super::say(&format!("FAULT {fault}"))?;
    }
    if faults.is_empty() {
        super::say("every chain holds")?;
        Ok(Outcome::Done)
    } else {
        Ok(Outcome::Found)
    }
}
