//! `kakari mail`.

use super::Outcome;

/// Judge a mail: the verdict and its reasons as JSON.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_args: Args) -> anyhow::Result<Outcome> {
    anyhow::bail!("not built yet")
}
