//! `kakari match`.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use kakari_exposure::decision::{Circumstances, Label, Policy, Reach};
use kakari_exposure::inventory::{self, Hints, Inventory};
use kakari_exposure::report::{Knowledge, Line};
use kakari_exposure::{Ecosystem, Feeds};

use super::Outcome;

/// Match an inventory against advisories, one JSON line per finding.
///
/// The last line names what had no data. No findings and nothing in `not_checked` means that nothing known applies;
/// no findings with something in `not_checked` does not.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  kakari match --advisories advisory-db/ --advisories kev.json --sbom Cargo.lock\n  \
    kakari match --advisories osv/Debian/all.zip --sbom /var/lib/dpkg/status --os debian:12 --fail-on act-now"
)]
pub(crate) struct Args {
    /// Advisories: folders, files, zip or tar files. OSV, RustSec, Debian, Alpine, KEV, EPSS and others, told apart by content.
    #[arg(long, required = true, num_args = 1.., value_name = "PATH")]
    advisories: Vec<PathBuf>,
    /// Inventories: package lists, lock files, SBOMs, told apart by content.
    #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
    sbom: Vec<PathBuf>,
    /// The distribution, for package lists that do not say it.
    #[arg(long, value_name = "ID:VERSION", value_parser = parse_os)]
    os: Option<Ecosystem>,
    /// How the machine is reached.
    #[arg(long, value_enum)]
    reach: Option<ReachArg>,
    /// How important the machine is, from 1 to 5.
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=5))]
    criticality: Option<u8>,
    /// Another file of constants for the score.
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// The form of the output.
    #[arg(long, value_enum, default_value = "json")]
    format: FormatArg,
    /// Exit with 1 when a finding has this label or a more urgent one. Unconfirmed findings do not count.
    #[arg(long, value_enum, value_name = "LABEL")]
    fail_on: Option<FailOn>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum FormatArg {
    /// JSON lines.
    Json,
    /// A line a finding, for reading.
    Text,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum ReachArg {
    Internet,
    Mail,
    Internal,
    Isolated,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum FailOn {
    ActNow,
    Schedule,
    Watch,
}

fn parse_os(text: &str) -> Result<Ecosystem, String> {
    let (id, version) =
        text.split_once(':').ok_or("write the ID and VERSION_ID of os-release, such as debian:12")?;
    Ecosystem::from_os_release(id, version)
        .ok_or_else(|| format!("'{id}' is no distribution with known advisories"))
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let policy = match &args.policy {
        Some(path) => {
            Policy::parse(&std::fs::read_to_string(path).with_context(|| path.display().to_string())?)
                .with_context(|| path.display().to_string())?
        }
        None => Policy::default(),
    };
    let knowledge = Knowledge::new(read_feeds(&args.advisories)?, policy);
    let hints = Hints { os: args.os.clone() };
    let inventories =
        args.sbom.iter().map(|path| read_inventory(path, &hints)).collect::<anyhow::Result<Vec<_>>>()?;
    let circumstances = Circumstances {
        reach: args.reach.map(|reach| match reach {
            ReachArg::Internet => Reach::Internet,
            ReachArg::Mail => Reach::Mail,
            ReachArg::Internal => Reach::Internal,
            ReachArg::Isolated => Reach::Isolated,
        }),
        criticality: args.criticality,
        ..Circumstances::default()
    };
    let lines: Vec<Line> =
        inventories.iter().flat_map(|inventory| knowledge.lines(inventory, circumstances)).collect();
    let last = knowledge.last_line(&inventories, &lines);
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    match args.format {
        FormatArg::Json => {
            for line in &lines {
                serde_json::to_writer(&mut out, line)?;
                out.write_all(b"\n")?;
            }
            serde_json::to_writer(&mut out, &last)?;
            out.write_all(b"\n")?;
        }
        FormatArg::Text => {
            for line in &lines {
                let fixed = line.fixed.as_deref().unwrap_or("no fix known");
                writeln!(
                    out,
                    "{:?}\t{}\t{} {}\t{} -> {fixed}\t{}",
                    line.decision.label, line.advisory, line.package, line.version, line.range, line.summary
                )?;
            }
            for gap in &last.not_checked {
                let whose = gap.ecosystem.as_deref().unwrap_or(&gap.file);
                writeln!(out, "not checked\t{whose}\t{} components\t{}", gap.components, gap.reason)?;
            }
        }
    }
    out.flush()?;
    let least = args.fail_on.map(|label| match label {
        FailOn::ActNow => Label::ActNow,
        FailOn::Schedule => Label::Schedule,
        FailOn::Watch => Label::Watch,
    });
    let fails =
        least.is_some_and(|least| lines.iter().any(|line| line.counts() && line.decision.label >= least));
    Ok(if fails { Outcome::Found } else { Outcome::Done })
}

fn read_inventory(path: &Path, hints: &Hints) -> anyhow::Result<Inventory> {
    let name = path.display().to_string();
    let size = std::fs::metadata(path).with_context(|| name.clone())?.len();
    if size > inventory::MAX_INVENTORY_BYTES as u64 {
        bail!(
            "{name}: {} MB is more than the {} MB that are read; split it",
            size >> 20,
            inventory::MAX_INVENTORY_BYTES >> 20
        );
    }
    let bytes = std::fs::read(path).with_context(|| name.clone())?;
    Ok(inventory::read_with(&name, &bytes, hints)?)
}

fn read_feeds(paths: &[PathBuf]) -> anyhow::Result<Feeds> {
    let mut feeds = Feeds::default();
    for path in paths {
        let source = path.display().to_string();
        let mut found = false;
        for file in files_below(path)? {
            let name = file.display().to_string();
            let bytes = std::fs::read(&file).with_context(|| name.clone())?;
            found |= feeds.add(&source, &name, &bytes)?;
        }
        if !found {
            bail!("{source}: no advisories in a known format here; without data nothing can be said");
        }
    }
    Ok(feeds)
}

/// The files of a folder in a stable order, without what version control keeps. Links are not followed.
fn files_below(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if !std::fs::metadata(path).with_context(|| path.display().to_string())?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    let mut folders = vec![path.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let entry = entry.with_context(|| folder.display().to_string())?;
            let kind = entry.file_type().with_context(|| entry.path().display().to_string())?;
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            if kind.is_dir() && !hidden {
                folders.push(entry.path());
            } else if kind.is_file() && !hidden {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    Ok(files)
}
