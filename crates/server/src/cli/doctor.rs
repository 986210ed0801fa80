//! `kakari doctor`.

use std::sync::Arc;
use std::time::Duration;

use kakari_kernel::{SystemClock, to_ms};
use kakari_store::Db;

use super::Outcome;
use super::place::{Place, block_on};
use crate::config::{Config, SETTINGS};

/// How long a server elsewhere may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Check an installation: each setting with where it came from, what is wrong and how to mend it.
///
/// Exit code 1 when something is wrong.
///
/// Example: kakari doctor --config /etc/kakari/kakari.toml
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let config = args.place.config()?;
    for setting in SETTINGS {
        let value = config.text(setting.key);
        let shown = if setting.secret && !value.is_empty() { "(set)" } else { value };
        super::say(&format!("{:28} {shown:32} from {}", setting.key, config.origin(setting.key)))?;
    }
    super::say("")?;
    let findings = block_on(examine(&config))?;
    for (well, line) in &findings {
        super::say(&format!("{} {line}", if *well { "ok  " } else { "BAD " }))?;
    }
    Ok(if findings.iter().all(|(well, _)| *well) { Outcome::Done } else { Outcome::Found })
}

/// Each finding with whether it is well.
async fn examine(config: &Config) -> anyhow::Result<Vec<(bool, String)>> {
    let mut findings = Vec::new();
    let mut note = |result: Result<String, String>| match result {
        Ok(line) => findings.push((true, line)),
        Err(line) => findings.push((false, line)),
    };
    note(
        config.settings(false).map(|_| "the settings can be used".into()).map_err(|wrong| wrong.to_string()),
    );
    note(
        config
            .watch(None)
            .map(|_| "rules and listeners can be used".into())
            .map_err(|wrong| wrong.to_string()),
    );
    note(data_folder(config));
    note(database(config).await);
    note(port(config).await);
    note(tls(config));
    note(mail(config).await);
    note(clock());
    Ok(findings)
}

fn data_folder(config: &Config) -> Result<String, String> {
    let folder = config.data_dir();
    let shown = folder.display();
    std::fs::create_dir_all(&folder)
        .map_err(|error| format!("the data folder {shown} cannot be made: {error}"))?;
    tempfile::NamedTempFile::new_in(&folder)
        .map(|_| format!("the data folder {shown} can be written"))
        .map_err(|error| {
            format!("the data folder {shown} cannot be written: {error}; give it to the user who runs kakari")
        })
}

async fn database(config: &Config) -> Result<String, String> {
    let db =
        Db::open(&config.database_url(), Arc::new(SystemClock)).await.map_err(|error| error.to_string())?;
    let engine = db.engine();
    db.close().await;
    Ok(format!("the database opens ({engine:?}) and its schema is up to date"))
}

async fn port(config: &Config) -> Result<String, String> {
    let address = config.listen().map_err(|wrong| wrong.to_string())?;
    match tokio::net::TcpListener::bind(address).await {
        Ok(_) => Ok(format!("{address} is free")),
        Err(error) => Err(format!(
            "{address} cannot be taken ({error}): a running kakari has it, or choose another with server.listen"
        )),
    }
}

fn tls(config: &Config) -> Result<String, String> {
    let base = config.text("server.base_url");
    let local =
        ["http://127.0.0.1", "http://localhost", "http://[::1]"].iter().any(|start| base.starts_with(start));
    if base.starts_with("https://") || local {
        Ok(format!("browsers reach it at {base}"))
    } else {
        Err(format!(
            "server.base_url {base} is not https: passwords would travel in the open; put a TLS proxy in front"
        ))
    }
}

/// Connects and signs in, and sends nothing.
async fn mail(config: &Config) -> Result<String, String> {
    let Some(server) = config.mail().map_err(|wrong| wrong.to_string())? else {
        return Ok("no mail server: links are shown to whoever makes them".into());
    };
    let (name, from) = (config.text("mail.server"), config.text("mail.from"));
    match server.check(PATIENCE).await {
        Ok(()) => Ok(format!("{name} answers; mails go out as {from}")),
        Err(error) => {
            Err(format!("no mail goes out through {name}: {error}; mails wait and are tried again"))
        }
    }
}

fn clock() -> Result<String, String> {
    use kakari_kernel::Clock as _;
    // The day this check was written: no right clock is before it.
    const WRITTEN_MS: i64 = 1_795_219_200_000;
    let now = SystemClock.now();
    if to_ms(now) < WRITTEN_MS {
        Err(format!("the machine's clock says {now}: set it, or every due date and every mail link is wrong"))
    } else {
        Ok(format!("the machine's clock says {now}"))
    }
}
