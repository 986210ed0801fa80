//! `kakari mail`.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use kakari_kernel::{Clock, SystemClock};
use kakari_mailcheck::{Bilingual, Knowledge, Level, Verdict, check, limits};
use serde::Serialize;

use super::Outcome;

/// Judge a mail: the verdict, its reasons and what to do now.
///
/// Reads .eml and Outlook's .msg. Nothing in the mail is fetched or run. The verdict is safe (no problem was found in
/// what could be checked), unknown, careful or dangerous.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kakari mail suspicious.eml
  kakari mail --format text --lang ja suspicious.eml
  kakari mail --knowledge client.toml --fail-on dangerous inbox/*.eml > verdicts.jsonl

A knowledge file says what the mail cannot:
  trusted_servers = [\"mx.example.jp\"]     # whose Authentication-Results count
  own_domains = [\"example.jp\"]
  [[partners]]
  name = \"...\"
  domains = [\"...\"]
  accounts = [\"1234567\"]")]
pub(crate) struct Args {
    /// Mails; `-` reads one from standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// JSON, one object a line, in both languages; or text to read.
    #[arg(long, value_enum, default_value = "json")]
    format: Format,
    /// The language of the text.
    #[arg(long, value_enum, default_value = "ja")]
    lang: Language,
    /// What is known about the client: servers, partners, history, keys.
    #[arg(long, value_name = "FILE.toml")]
    knowledge: Option<PathBuf>,
    /// Exit with 1 when a mail is judged this or worse.
    #[arg(long, value_enum, value_name = "VERDICT")]
    fail_on: Option<FailOn>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Json,
    Text,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Language {
    Ja,
    En,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum FailOn {
    Unknown,
    Careful,
    Dangerous,
}

impl FailOn {
    fn level(self) -> Level {
        match self {
            Self::Unknown => Level::Unknown,
            Self::Careful => Level::Careful,
            Self::Dangerous => Level::Dangerous,
        }
    }
}

/// One line of output.
#[derive(Debug, Serialize)]
struct Line<'a> {
    file: String,
    #[serde(flatten)]
    verdict: &'a Verdict,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let knowledge = read_knowledge(args.knowledge.as_deref())?;
    let fail_from = args.fail_on.map(FailOn::level);
    let mut out = BufWriter::new(io::stdout().lock());
    let mut found = false;
    let mut unreadable = 0_usize;
    for path in &args.files {
        let verdict = read(path)
            .and_then(|bytes| Ok(check(&bytes, &knowledge)?))
            .with_context(|| path.display().to_string());
        match verdict {
            Ok(verdict) => {
                found |= fail_from.is_some_and(|level| verdict.verdict >= level);
                match args.format {
                    Format::Json => {
                        serde_json::to_writer(
                            &mut out,
                            &Line { file: path.display().to_string(), verdict: &verdict },
                        )
                        .map_err(io::Error::from)?;
                        writeln!(out)?;
                    }
                    Format::Text => write_text(&mut out, path, &verdict, args.lang)?,
                }
            }
            // The other mails are still judged; the exit code tells at the end.
            Err(error) => {
                unreadable += 1;
                out.flush()?;
                eprintln!("kakari: {error:#}");
            }
        }
    }
    out.flush()?;
    if unreadable > 0 {
        bail!("{unreadable} of {} files could not be read as mail", args.files.len());
    }
    Ok(if found { Outcome::Found } else { Outcome::Done })
}

fn read_knowledge(path: Option<&Path>) -> anyhow::Result<Knowledge> {
    let mut knowledge = match path {
        Some(path) => {
            let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
            toml::from_str(&text).with_context(|| path.display().to_string())?
        }
        None => Knowledge::default(),
    };
    if knowledge.now_ms == 0 {
        knowledge.now_ms = SystemClock.now().as_millisecond();
    }
    Ok(knowledge)
}

/// Reads one byte more than a mail may have, so that the engine can refuse it by name.
fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let most = limits::MAIL_BYTES as u64 + 1;
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        io::stdin().lock().take(most).read_to_end(&mut bytes)?;
    } else {
        File::open(path)?.take(most).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

fn write_text(out: &mut impl Write, path: &Path, verdict: &Verdict, lang: Language) -> io::Result<()> {
    let of = |text: &Bilingual| match lang {
        Language::Ja => text.ja.clone(),
        Language::En => text.en.clone(),
    };
    let (advice, reasons, skipped) = match lang {
        Language::Ja => (&verdict.advice.ja, "理由", "確認していないこと"),
        Language::En => (&verdict.advice.en, "Reasons", "Not checked"),
    };
    writeln!(out, "{}: {}", path.display(), of(&verdict.label))?;
    for sentence in advice {
        writeln!(out, "  {sentence}")?;
    }
    if !verdict.signals.is_empty() {
        writeln!(out, "  {reasons}:")?;
    }
    for signal in &verdict.signals {
        let sentence = match lang {
            Language::Ja => signal.ja,
            Language::En => signal.en,
        };
        let seen = if signal.seen.is_empty() { String::new() } else { format!(" [{}]", signal.seen) };
        writeln!(out, "    {:+} {sentence}{seen} ({}, {})", signal.weight, signal.id, signal.place)?;
    }
    if !verdict.not_checked.is_empty() {
        writeln!(out, "  {skipped}:")?;
    }
    for item in &verdict.not_checked {
        writeln!(out, "    {}", of(&item.why))?;
    }
    writeln!(out)
}
