//! Logs on standard error. They never hold a client's content: see `docs/STYLE.md`.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

use crate::config::Config;

/// Starts logging as the configuration says. Libraries are one step quieter.
///
/// # Errors
/// Names the setting that cannot be used.
pub(crate) fn start(config: &Config) -> anyhow::Result<()> {
    let level = config.text("log.level");
    if !["error", "warn", "info", "debug"].contains(&level) {
        anyhow::bail!(
            "log.level (from {}): «{level}» is none of error, warn, info, debug",
            config.origin("log.level")
        );
    }
    // The reader of Windows recordings warns of its own build for each file.
    let filter = EnvFilter::new(format!(
        "warn,evtx=error,kakari={level},kakari_store={level},kakari_identity={level},kakari_watch={level},kakari_care={level}"
    ));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let started = match config.text("log.format") {
        "json" => log.json().try_init(),
        "text" => log.try_init(),
        other => anyhow::bail!(
            "log.format (from {}): «{other}» is neither text nor json",
            config.origin("log.format")
        ),
    };
    started.map_err(|error| anyhow::anyhow!("logging cannot start: {error}"))
}
