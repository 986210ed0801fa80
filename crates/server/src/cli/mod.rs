//! The command line. Each command is one file: its arguments, an example, what it does.
//!
//! Exit codes: 0 done, 1 found something that the caller asked to fail on, 2 wrong use or unreadable input.
#![expect(
    clippy::doc_markdown,
    reason = "the comments on arguments are the help that people read on a terminal"
)]

mod audit;
mod backup;
mod checkup;
mod completions;
mod demo;
mod detect;
mod doctor;
mod ingest;
mod init;
mod mail;
mod match_;
mod migrate;
mod normalize;
mod openapi;
mod place;
mod plan;
mod reference;
mod serve;

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
    Demo(demo::Args),
    Checkup(checkup::Args),
    Init(init::Args),
    Serve(serve::Args),
    Ingest(ingest::Args),
    Doctor(doctor::Args),
    Migrate(migrate::Args),
    Backup(backup::Backup),
    Restore(backup::Restore),
    Audit(audit::Args),
    Normalize(normalize::Args),
    Detect(detect::Args),
    Match(match_::Args),
    Mail(mail::Args),
    Plan(plan::Args),
    Completions(completions::Args),
    Openapi(openapi::Args),
    #[command(hide = true)]
    Reference(reference::Args),
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
        Command::Demo(args) => demo::run(&args),
        Command::Checkup(args) => checkup::run(&args),
        Command::Init(args) => init::run(&args),
        Command::Serve(args) => serve::run(&args),
        Command::Ingest(args) => ingest::run(&args),
        Command::Doctor(args) => doctor::run(&args),
        Command::Migrate(args) => migrate::run(&args),
        Command::Backup(args) => backup::backup(&args),
        Command::Restore(args) => backup::restore(&args),
        Command::Audit(args) => audit::run(&args),
        Command::Normalize(args) => normalize::run(&args),
        Command::Detect(args) => detect::run(&args),
        Command::Match(args) => match_::run(&args),
        Command::Mail(args) => mail::run(&args),
        Command::Plan(args) => plan::run(&args),
        Command::Completions(args) => completions::run(&args),
        Command::Openapi(args) => openapi::run(&args),
        Command::Reference(args) => reference::run(&args),
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

/// One line on standard output; a reader that has gone away is an error like any other.
pub(crate) fn say(line: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    writeln!(std::io::stdout().lock(), "{line}")
}
