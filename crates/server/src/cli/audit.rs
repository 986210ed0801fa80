//! `kakari audit`.

use std::sync::Arc;

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
/// Example: kakari audit verify --data-dir kakari-data
#[derive(Debug, clap::Args)]
struct Verify {
    #[command(flatten)]
    place: Place,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let Command::Verify(args) = &args.command;
    let config = args.place.config()?;
    block_on(async {
        let db = Db::open(&config.database_url(), Arc::new(SystemClock)).await?;
        let verified = audit::verify(&db).await?;
        db.close().await;
        super::say(&format!("{} chains, {} entries", verified.chains, verified.entries))?;
        for fault in &verified.faults {
            super::say(&format!("FAULT {fault}"))?;
        }
        if verified.faults.is_empty() {
            super::say("every chain holds")?;
            Ok(Outcome::Done)
        } else {
            Ok(Outcome::Found)
        }
    })
}
