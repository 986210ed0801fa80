//! The command line. Each command is one file: its arguments, an example, what it does.
//!
//! Exit codes: 0 done, 1 found something that the caller asked to fail on, 2 wrong use or unreadable input.

mod checkup;
mod detect;
mod mail;
mod match_;
mod normalize;
mod plan;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Cybersecurity primary care: the one program that a provider runs for hundreds of small organisations.
#[derive(Debug, Parser)]
#[command(name = "kakari", version, about, max_term_width = 110)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Checkup(checkup::Args),
    Normalize(normalize::Args),
    Detect(detect::Args),
    Match(match_::Args),
    Mail(mail::Args),
    Plan(plan::Args),
}

/// How a command ended, when it ended well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Exit code 0.
    Done,
    /// Exit code 1: it found what the caller asked to fail on.
    Found,
}

/// Parses the arguments, runs the command, and turns its result into an exit code.
pub(crate) fn run() -> ExitCode {
    let cli = Cli::parse();
    let result = match cli.command {
        Command::Checkup(args) => checkup::run(&args),
        Command::Normalize(args) => normalize::run(args),
        Command::Detect(args) => detect::run(args),
        Command::Match(args) => match_::run(args),
        Command::Mail(args) => mail::run(args),
        Command::Plan(args) => plan::run(args),
    };
    match result {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Found) => ExitCode::from(1),
        // A reader that closed the pipe has seen enough: `kakari detect … | head` is no error.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("kakari: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|io| io.kind() == std::io::ErrorKind::BrokenPipe)
}
