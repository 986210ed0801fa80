//! `kakari backup` and `kakari restore`.

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use kakari_kernel::SystemClock;
use kakari_store::{Db, backup};

use super::Outcome;
use super::place::{Place, block_on};

/// Write everything as it is at this moment into one file, while the server runs.
///
/// The installation's secret (the file `secret` in the data folder) is not in it: keep a copy of that file
/// apart, or everybody sets up their second factor anew after a restore.
///
/// Example: kakari backup kakari-2026-04-18.backup
#[derive(Debug, clap::Args)]
pub(crate) struct Backup {
    /// The file to make; it must not exist
    file: PathBuf,
    #[command(flatten)]
    place: Place,
}

/// Fill an empty installation from a backup; SQLite and PostgreSQL read each other's backups.
///
/// Example: kakari restore kakari-2026-04-18.backup --data-dir fresh-folder
#[derive(Debug, clap::Args)]
pub(crate) struct Restore {
    /// A file made by kakari backup
    file: PathBuf,
    #[command(flatten)]
    place: Place,
}

pub(crate) fn backup(args: &Backup) -> anyhow::Result<Outcome> {
    let config = args.place.existing()?;
    block_on(async {
        let db = Db::open(&config.database_url(), Arc::new(SystemClock)).await?;
        // Written beside and renamed at the end: a file with the name is a whole backup.
        anyhow::ensure!(!args.file.exists(), "{} is already there; choose another name", args.file.display());
        let part = args.file.with_extension("part");
        let file = File::create(&part).with_context(|| format!("{} cannot be made", part.display()))?;
        let rows = backup::dump(&db, BufWriter::new(&file)).await?;
        file.sync_all().with_context(|| format!("{} cannot be written", part.display()))?;
        std::fs::rename(&part, &args.file)
            .with_context(|| format!("{} cannot be made", args.file.display()))?;
        db.close().await;
        eprintln!("{rows} rows in {}", args.file.display());
        Ok(Outcome::Done)
    })
}

pub(crate) fn restore(args: &Restore) -> anyhow::Result<Outcome> {
    let config = args.place.config()?;
    let file = File::open(&args.file).with_context(|| format!("{} cannot be opened", args.file.display()))?;
    std::fs::create_dir_all(config.data_dir())?;
    block_on(async {
        let db = Db::open(&config.database_url(), Arc::new(SystemClock)).await?;
        let rows =
            backup::load(&db, BufReader::new(file)).await.with_context(|| args.file.display().to_string())?;
        db.close().await;
        eprintln!("{rows} rows restored");
        Ok(Outcome::Done)
    })
}
