//! `kakari checkup`.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Context as _;
use jiff::tz::TimeZone;
use kakari_kernel::{Clock as _, SystemClock};
use kakari_ui::Lang;

use super::Outcome;
use crate::checkup::{Advisories, Words, gather, html, judge, text};

/// A check-up of this machine, or of a folder that holds one: a grade, its reasons, at most three things to do.
///
/// Reads the system's release, installed packages, sign-in logs, listening ports, accounts and SSH settings.
/// Needs no root and says what it could not read.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  kakari checkup\n  kakari checkup --advisories osv/Debian/ --format html > checkup.html\n  \
    kakari checkup --root /mnt/other-machine --format json"
)]
pub(crate) struct Args {
    /// The folder below which the machine lies
    #[arg(long, value_name = "DIR", default_value = "/")]
    root: PathBuf,
    /// Advisories to match the installed packages against: folders, files, zip or tar files
    #[arg(long, value_name = "PATH", num_args = 1..)]
    advisories: Vec<PathBuf>,
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Language of the sentences: ja or en
    #[arg(long, value_name = "LANG", default_value = "ja", value_parser = lang)]
    lang: Lang,
    /// The zone of times in logs that name none
    #[arg(long, value_name = "ZONE", default_value = "Asia/Tokyo")]
    zone: String,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Format {
    Text,
    Json,
    Html,
}

fn lang(text: &str) -> Result<Lang, String> {
    Lang::from_code(text).ok_or_else(|| "write ja or en".to_owned())
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    anyhow::ensure!(args.root.is_dir(), "--root {}: no such folder", args.root.display());
    let zone = TimeZone::get(&args.zone)
        .with_context(|| format!("--zone {}: no such zone; try Asia/Tokyo or UTC", args.zone))?;
    let advisories =
        if args.advisories.is_empty() { None } else { Some(Advisories::read(&args.advisories)?) };
    let facts = gather(&args.root, SystemClock.now(), &zone, advisories.as_ref());
    let words = Words::new(args.lang)?;
    let report = judge(&facts, &words);
    let page = match args.format {
        Format::Text => text(&report, &words),
        Format::Json => serde_json::to_string_pretty(&report)? + "\n",
        Format::Html => html(&report, &words)?,
    };
    std::io::stdout().lock().write_all(page.as_bytes())?;
    Ok(Outcome::Done)
}
