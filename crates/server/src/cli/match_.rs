//! `kakari match`.

use super::Outcome;

/// Match an inventory against advisories, one JSON line per finding.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_args: Args) -> anyhow::Result<Outcome> {
    anyhow::bail!("not built yet")
}
