//! `kakari completions`.

use clap::CommandFactory as _;
use clap_complete::Shell;

use super::{Cli, Outcome};

/// Print the completion script of a shell.
///
/// Example: `kakari completions bash > /etc/bash_completion.d/kakari`
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    shell: Shell,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "kakari", &mut script);
    super::say(String::from_utf8(script)?.trim_end())?;
    Ok(Outcome::Done)
}
