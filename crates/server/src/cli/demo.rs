//! `kakari demo`.

use std::net::SocketAddr;
use std::path::PathBuf;

use super::Outcome;
use super::place::block_on;
use crate::{demo, serve};

/// Show Kakari with an invented provider and 105 invented clients, in a fresh folder, on loopback.
///
/// Prints one sign-in link per persona. The data are sent in through the same doors as a client's would be.
/// The folder is made anew each time.
///
/// Example: kakari demo --listen 127.0.0.1:8300
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder for the demo; one that holds anything but an earlier demo is left alone
    #[arg(long, value_name = "DIR", default_value = "kakari-demo")]
    dir: PathBuf,
    /// Address and port; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8300")]
    listen: SocketAddr,
    /// How many clients
    #[arg(long, default_value_t = demo::CLIENTS, value_parser = clap::value_parser!(u16).range(6..=2000))]
    clients: u16,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    anyhow::ensure!(
        args.listen.ip().is_loopback(),
        "--listen {}: a demo's links need no password, so it stays on loopback",
        args.listen
    );
    block_on(async {
        let listener = serve::bind(args.listen).await?;
        let address = listener.local_addr()?;
        let (program, links) = demo::make(&args.dir, address, args.clients).await?;
        super::say(&format!(
            "Kakari demo: http://{address}   (folder {}, stop with Ctrl-C)",
            args.dir.display()
        ))?;
        for (persona, link) in &links {
            super::say(&format!("{persona:<10} {link}"))?;
        }
        serve::run(&program, listener, None).await?;
        Ok(Outcome::Done)
    })
}
