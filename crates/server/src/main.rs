//! The binary `kakari`: one program for the provider, the relay at a client's site and the command line.

mod checkup;
mod cli;
mod compose;
mod config;
mod demo;
mod health;
mod log;
mod mail;
mod serve;
mod work;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
