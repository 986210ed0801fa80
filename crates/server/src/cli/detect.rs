//! `kakari detect`.

use super::Outcome;

/// Look for attacks in log files with Sigma rules, one JSON line per alert.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_args: Args) -> anyhow::Result<Outcome> {
    anyhow::bail!("not built yet")
}
