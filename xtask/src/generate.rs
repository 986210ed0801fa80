//! The reference pages, written by the program itself, so that they cannot differ from it.

use std::process::Command;

use anyhow::Context as _;

/// Writes `docs/reference/`. The check that they are up to date is: write them again, and nothing changes.
pub(crate) fn write() -> anyhow::Result<()> {
    std::fs::create_dir_all("docs/reference")?;
    for (file, arguments) in [
        ("docs/reference/commands.md", &["reference", "commands"][..]),
        ("docs/reference/settings.md", &["reference", "settings"]),
        ("docs/reference/openapi.json", &["openapi"]),
    ] {
        let output = Command::new(env!("CARGO"))
            .args(["run", "-q", "-p", "kakari-server", "--"])
            .args(arguments)
            .output()
            .with_context(|| format!("kakari {}", arguments.join(" ")))?;
        anyhow::ensure!(
            output.status.success(),
            "kakari {}: {}",
            arguments.join(" "),
            String::from_utf8_lossy(&output.stderr)
        );
        std::fs::write(file, output.stdout)?;
    }
    Ok(())
}
