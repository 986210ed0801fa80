//! `kakari normalize`.

use super::Outcome;

/// Normalize log files into OCSF events, one JSON line each.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_args: Args) -> anyhow::Result<Outcome> {
    anyhow::bail!("not built yet")
}
