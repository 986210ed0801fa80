//! `kakari reference`: the pages below `docs/reference/`, written by the program itself.

use std::fmt::Write as _;

use clap::CommandFactory as _;

use super::{Cli, Outcome};
use crate::config::{SETTINGS, variable};

/// Print a reference page as Markdown.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    page: Page,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Page {
    Commands,
    Settings,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let text = match args.page {
        Page::Commands => commands()?,
        Page::Settings => settings()?,
    };
    super::say(text.trim_end())?;
    Ok(Outcome::Done)
}

fn commands() -> anyhow::Result<String> {
    let mut text = String::from("# Commands\n\nWritten by `cargo xtask generate` from the program itself.\n");
    let mut cli = Cli::command().term_width(100);
    cli.build();
    for command in
        cli.get_subcommands_mut().filter(|command| !command.is_hide_set() && command.get_name() != "help")
    {
        let help = command.render_long_help().to_string();
        write!(text, "\n## kakari {}\n\n```text\n{}\n```\n", command.get_name(), help.trim_end())?;
    }
    Ok(text)
}

fn settings() -> anyhow::Result<String> {
    let mut text = String::from(
        "# Settings\n\nWritten by `cargo xtask generate` from the program itself. A setting stands in the \
         configuration file under its section, or in the environment variable beside it; secrets also in a file that \
         the variable with `_FILE` at its end names.\n\n| setting | variable | default | meaning |\n|---|---|---|---|\n",
    );
    for setting in SETTINGS {
        let default =
            if setting.default.is_empty() { String::new() } else { format!("`{}`", setting.default) };
        writeln!(text, "| `{}` | `{}` | {default} | {} |", setting.key, variable(setting.key), setting.help)?;
    }
    Ok(text)
}
