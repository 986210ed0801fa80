//! `kakari openapi`.

use super::Outcome;
use super::place::{Place, block_on};
use crate::compose::Program;

/// Print the OpenAPI document of the JSON API, made from the code.
///
/// Example: kakari openapi > openapi.json
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_args: &Args) -> anyhow::Result<Outcome> {
    let folder = tempfile::tempdir()?;
    let mut config = Place::default().config()?;
    config.set("server.data_dir", folder.path().display().to_string());
    config.set("database.url", String::new());
    block_on(async {
        let program = Program::open(&config, false).await?;
        let (_, openapi) = program.router();
        super::say(&openapi.to_pretty_json()?)?;
        program.app.db.close().await;
        Ok(Outcome::Done)
    })
}
