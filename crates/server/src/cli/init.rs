//! `kakari init`.

use kakari_identity::init;
use kakari_kernel::Actor;

use super::Outcome;
use super::place::{Place, block_on};
use crate::compose::Program;

/// Begin an installation: the provider and its first administrator. Needs no mail.
///
/// Prints a link that works once and for three days, with which the administrator sets a password.
///
/// Example: kakari init --provider 熊本かかりつけ --name 山田花子 --email hanako@provider.example
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Name of the company that provides the service
    #[arg(long)]
    provider: String,
    /// Name of the first administrator
    #[arg(long)]
    name: String,
    /// Mail address of the first administrator
    #[arg(long)]
    email: String,
    #[command(flatten)]
    place: Place,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    anyhow::ensure!(args.email.contains('@'), "--email {}: a mail address has an @", args.email);
    let config = args.place.config()?;
    block_on(async {
        let program = Program::open(&config, false).await?;
        let founded =
            init::found(&program.app, &Actor::cli("init"), &args.provider, &args.name, &args.email).await?;
        program.app.db.close().await;
        eprintln!(
            "The installation in {} is ready. Start it with: kakari serve",
            config.data_dir().display()
        );
        eprintln!("Then open this link once, within three days, to set the administrator's password:");
        super::say(&founded.link)?;
        Ok(Outcome::Done)
    })
}
