//! `kakari migrate`.

use std::sync::Arc;

use kakari_kernel::SystemClock;
use kakari_store::Db;

use super::Outcome;
use super::place::{Place, block_on};

/// Bring the database's schema up to date, without starting the server.
///
/// Example: kakari migrate --config /etc/kakari/kakari.toml
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let config = args.place.config()?;
    std::fs::create_dir_all(config.data_dir())?;
    block_on(async {
        let db = Db::open(&config.database_url(), Arc::new(SystemClock)).await?;
        eprintln!("the schema is up to date ({:?})", db.engine());
        db.close().await;
        Ok(Outcome::Done)
    })
}
