//! `kakari plan`.

use super::Outcome;

/// Find the care plan for risks, measures and a budget, as JSON.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_args: Args) -> anyhow::Result<Outcome> {
    anyhow::bail!("not built yet")
}
