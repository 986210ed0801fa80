//! The demo: an invented provider with invented clients.
//!
//! Always holds: nothing derived is put in by hand. Companies, people and sensors are made as an administrator
//! makes them; logs come in at the ingest door with each sensor's token; questions and handling are forms that
//! people send. Only the clock is ours: it walks through the last five weeks while the story is told.

mod clients;
mod clock;
mod logs;
mod people;
mod story;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use kakari_kernel::SystemRng;

use crate::compose::Program;
use crate::config::Config;
use clock::StoryClock;

/// As many as in the pilot that the sizes are taken from.
pub(crate) const CLIENTS: u16 = 105;
/// Lies in every folder that a demo made; a folder without it is somebody's.
const MARK: &str = "kakari-demo";

/// Makes the folder anew and tells the story. Gives the program and a sign-in link for each persona.
///
/// # Errors
/// When the folder holds something else, or cannot be made.
pub(crate) async fn make(
    folder: &Path,
    address: SocketAddr,
    clients: u16,
) -> anyhow::Result<(Program, Vec<(&'static str, String)>)> {
    fresh(folder)?;
    let mut config = Config::read(None, &std::collections::BTreeMap::new())?;
    for (key, value) in [
        ("server.data_dir", folder.display().to_string()),
        ("server.base_url", format!("http://{address}")),
        ("provider.service_name", "Kakari".to_owned()),
        ("provider.name", clients::PROVIDER.to_owned()),
        ("provider.phone", "096-000-0000".to_owned()),
        ("log.level", "warn".to_owned()),
    ] {
        config.set(key, value);
    }
    crate::log::start(&config)?;
    let clock = Arc::new(StoryClock::default());
    let program = Program::open_with(&config, true, clock.clone(), Arc::new(SystemRng)).await?;
    let links = story::tell(&program, &clock, clients).await?;
    Ok((program, links))
}

fn fresh(folder: &Path) -> anyhow::Result<()> {
    let mark = folder.join(MARK);
    if folder.exists() {
        let empty = folder.read_dir().with_context(|| folder.display().to_string())?.next().is_none();
        anyhow::ensure!(
            empty || mark.exists(),
            "{} holds something else than a demo; choose another folder with --dir",
            folder.display()
        );
        std::fs::remove_dir_all(folder).with_context(|| format!("{} cannot be emptied", folder.display()))?;
    }
    std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    std::fs::write(mark, "All companies and people in here are invented.\n")?;
    Ok(())
}
