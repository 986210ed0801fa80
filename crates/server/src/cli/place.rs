//! Which installation a command works on.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::config::Config;

/// Read when no file is named.
const DEFAULT_FILE: &str = "/etc/kakari/kakari.toml";

/// Where the configuration and the data are.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Place {
    /// Configuration file [default: /etc/kakari/kakari.toml when it is there]
    #[arg(long, value_name = "FILE", env = "KAKARI_CONFIG", global = true)]
    config: Option<PathBuf>,
    /// Folder of the database and the installation's secret
    #[arg(long, value_name = "DIR", global = true)]
    data_dir: Option<PathBuf>,
}

impl Place {
    /// The configuration: defaults, file, environment, then what the command line says.
    pub(crate) fn config(&self) -> anyhow::Result<Config> {
        let file = match &self.config {
            Some(path) => Some(path.clone()),
            None => Some(PathBuf::from(DEFAULT_FILE)).filter(|path| path.exists()),
        };
        let environment: BTreeMap<String, String> =
            std::env::vars().filter(|(name, _)| name.starts_with("KAKARI_")).collect();
        let mut config = Config::read(file.as_deref(), &environment)?;
        if let Some(folder) = &self.data_dir {
            config.set("server.data_dir", folder.display().to_string());
        }
        Ok(config)
    }

    /// The configuration of an installation that is already there.
    pub(crate) fn existing(&self) -> anyhow::Result<Config> {
        let config = self.config()?;
        must_exist(&config)?;
        Ok(config)
    }
}

/// A mistyped folder must not become an empty installation in which all is well.
pub(crate) fn must_exist(config: &Config) -> anyhow::Result<()> {
    if let Some(path) = config.database_url().strip_prefix("sqlite:") {
        anyhow::ensure!(
            Path::new(path).exists(),
            "there is no installation at {path}: begin one with kakari init, or name its folder with --data-dir"
        );
    }
    Ok(())
}

/// Runs a command that waits for the network or the database.
pub(crate) fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the runtime cannot start")?;
    let result = runtime.block_on(work);
    // Reading standard input cannot be interrupted: do not wait for it.
    runtime.shutdown_timeout(std::time::Duration::from_millis(200));
    result
}
