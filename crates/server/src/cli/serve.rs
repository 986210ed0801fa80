//! `kakari serve`.

use super::Outcome;
use super::place::{Place, block_on};
use crate::compose::Program;
use crate::config::Config;
use crate::{log, serve};

/// Run the server of this installation until it is told to stop.
///
/// Example: kakari serve --config /etc/kakari/kakari.toml
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let config = args.place.config()?;
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
    let program = Program::open(config, false).await?;
    tracing::info!(address = %listener.local_addr()?, "listening");
    serve::run(&program, listener, metrics).await
}
