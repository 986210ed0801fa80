//! `kakari plan`.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::ValueEnum;
use kakari_planner::answer::{Worked, work_out};
use kakari_planner::input::{MAX_BYTES, Override, Task, Unreadable, read};
use kakari_planner::plan::{Effort, Mode};
use kakari_planner::words::{Language, page};

use super::Outcome;

/// Find the care plan for risks, measures and a budget, as JSON.
///
/// FILE is JSON: what can happen (scenarios), what can be done (measures) and a budget. The README of
/// crates/planner describes every field with one complete example; examples/plan holds ten files.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  kakari plan examples/plan/01-workshop.json --format text --lang en

The smallest file:
  {\"budget_yen\": 120000,
   \"scenarios\": [{\"id\": \"fraud\", \"frequency_per_year\": 0.2, \"loss_yen\": 3000000}],
   \"measures\": [{\"id\": \"mfa\", \"cost_yen\": 24000, \"effects\": {\"fraud\": 0.5}}]}

Exit code 0: a plan, or the proof that there is none. 2: the file cannot be read.")]
pub(crate) struct Args {
    /// The planning file, or - for standard input.
    file: PathBuf,
    /// The budget in yen of every phase, instead of the file's.
    #[arg(long, value_name = "YEN", value_parser = clap::value_parser!(i64).range(0..=kakari_planner::input::MAX_YEN))]
    budget: Option<i64>,
    /// What the best plan is best at, instead of the file's.
    #[arg(long, value_enum)]
    mode: Option<ModeName>,
    /// Try every plan instead of searching, to check the answer. For small files.
    #[arg(long)]
    brute_force: bool,
    /// Stop the search after this many nodes and state the gap.
    #[arg(long, default_value_t = 200_000, value_parser = clap::value_parser!(u64).range(1..))]
    nodes: u64,
    /// Stop the search after this many seconds and state the gap. Such an answer may differ between runs.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    seconds: u64,
    /// The language of the sentences.
    #[arg(long, value_enum, default_value_t = LanguageName::Ja)]
    lang: LanguageName,
    /// JSON for programs, text for people.
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ModeName {
    /// The least remaining risk within the budget.
    Risk,
    /// The least cost that meets all needed criteria.
    Criteria,
    /// All needed criteria first, then the least remaining risk.
    Both,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LanguageName {
    Ja,
    En,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Json,
    Text,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let task = read_task(args)?;
    let start = Instant::now();
    let limit = Duration::from_secs(args.seconds);
    let effort = Effort { nodes: args.nodes, out_of_time: &|| start.elapsed() >= limit };
    let worked =
        work_out(&task, args.brute_force, &effort).with_context(|| args.file.display().to_string())?;
    let mut out = std::io::stdout().lock();
    out.write_all(print(&worked, args)?.as_bytes())?;
    out.flush()?;
    Ok(Outcome::Done)
}

fn read_task(args: &Args) -> anyhow::Result<Task> {
    let name = args.file.display();
    let bytes = read_bytes(&args.file).with_context(|| {
        format!("{name} cannot be read; give the path of a planning file, or - for standard input")
    })?;
    let mode = args.mode.map(|mode| match mode {
        ModeName::Risk => Mode::Risk,
        ModeName::Criteria => Mode::Criteria,
        ModeName::Both => Mode::Both,
    });
    read(&bytes, Override { budget_yen: args.budget, mode }).map_err(|Unreadable(faults)| {
        let lines: Vec<String> = faults.iter().take(20).map(|fault| format!("{name}: {fault}")).collect();
        let more = faults.len().saturating_sub(lines.len());
        let more = if more > 0 { format!("\n{name}: and {more} more") } else { String::new() };
        anyhow::anyhow!("{}{more}", lines.join("\n"))
    })
}

/// Reads one byte more than the reader accepts, so that it can say that the file is too large.
fn read_bytes(file: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = MAX_BYTES as u64 + 1;
    if file == Path::new("-") {
        std::io::stdin().lock().take(most).read_to_end(&mut bytes)?;
    } else {
        File::open(file)?.take(most).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

fn print(worked: &Worked<'_>, args: &Args) -> anyhow::Result<String> {
    let language = match args.lang {
        LanguageName::Ja => Language::Japanese,
        LanguageName::En => Language::English,
    };
    Ok(match args.format {
        Format::Json => serde_json::to_string_pretty(&worked.answer(language))? + "\n",
        Format::Text => page(worked, language),
    })
}
