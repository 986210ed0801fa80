//! `kakari serve`.

use std::path::PathBuf;

use super::Outcome;
use super::place::{Place, block_on, must_exist};
use crate::compose::Program;
use crate::config::Config;
use crate::{log, serve};

/// Run the server of this installation until it is told to stop.
///
/// Example: kakari serve --config /etc/kakari/kakari.toml
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder of Sigma rules [default: the setting watch.rules_dir]
    #[arg(long, value_name = "DIR")]
    rules: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let mut config = args.place.config()?;
    if let Some(folder) = &args.rules {
        config.set("watch.rules_dir", folder.display().to_string());
    }
    log::start(&config)?;
    block_on(serve(&config))?;
    Ok(Outcome::Done)
}

async fn serve(config: &Config) -> anyhow::Result<()> {
    let listener = serve::bind(config.listen()?).await?;
    let metrics = match config.metrics_listen()? {
        Some(address) => Some(serve::bind(address).await?),
        None => None,
    };
    must_exist(config)?;
    let program = Program::open(config, false).await?;
    tracing::info!(address = %listener.local_addr()?, "listening");
    serve::run(&program, listener, metrics).await
}
