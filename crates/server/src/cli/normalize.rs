//! `kakari normalize`.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::builder::PossibleValuesParser;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use kakari_kernel::{Clock, SystemClock};
use kakari_normalize::{Context, Event, Normalizer, Trouble, device_named, device_names, records};

use super::Outcome;

/// Normalize log files into OCSF events, one JSON line each.
///
/// Reads text, JSON, EVTX, Zeek, CSV, and gzip and zip of these, told apart by their content. A line that cannot
/// be read becomes an event with class_uid 0, the reason in parse_error and the line in raw_data.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kakari normalize /var/log/auth.log
  kakari normalize --summary evidence/ > events.jsonl
  ssh gate cat /var/log/messages | kakari normalize --zone Asia/Tokyo -")]
pub(crate) struct Args {
    /// Files and folders; `-` reads standard input. Folders are walked.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Read every record as this device's. Without it the device is recognised by content.
    #[arg(long, value_name = "DEVICE", value_parser = PossibleValuesParser::new(device_names()), hide_possible_values = true)]
    device: Option<String>,
    /// The zone of times that name none.
    #[arg(long, value_name = "ZONE", default_value = "Asia/Tokyo")]
    zone: String,
    /// When the records were received; settles missing years. Now, if not given.
    #[arg(long, value_name = "TIME")]
    received: Option<Timestamp>,
    /// Print a table to standard error: for each device its lines, how many were recognised, how many fields mapped.
    #[arg(long)]
    summary: bool,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let zone = TimeZone::get(&args.zone)
        .with_context(|| format!("--zone {}: no such zone; try Asia/Tokyo or UTC", args.zone))?;
    let context = Context::new(args.received.unwrap_or_else(|| SystemClock.now()), zone);
    let context = match args.device.as_deref().and_then(device_named) {
        Some(device) => context.with_device(device),
        None => context,
    };
    let mut run = Run {
        normalizer: Normalizer::new(context),
        out: BufWriter::with_capacity(1 << 16, io::stdout().lock()),
        line: Vec::with_capacity(4096),
        tally: BTreeMap::new(),
        unreadable: Vec::new(),
    };
    for path in &args.files {
        run.walk(path)?;
    }
    run.out.flush()?;
    if args.summary {
        eprint!("{}", table(&run.tally));
    }
    match &*run.unreadable {
        [] => Ok(Outcome::Done),
        [only] => bail!("{only}"),
        many => bail!("{} files could not be read\n  {}", many.len(), many.join("\n  ")),
    }
}

/// What the run has so far.
struct Run<W: Write> {
    normalizer: Normalizer,
    out: W,
    line: Vec<u8>,
    tally: BTreeMap<&'static str, Tally>,
    /// File and reason of each that could not be read, or not to its end.
    unreadable: Vec<String>,
}

/// What came from one device.
#[derive(Debug, Default)]
struct Tally {
    lines: u64,
    recognised: u64,
    fields: u64,
    mapped: u64,
}

impl<W: Write> Run<W> {
    /// Reads a file, or what a folder holds in the order of its names. Fails only when the output does.
    fn walk(&mut self, path: &Path) -> anyhow::Result<()> {
        if path == Path::new("-") {
            return self.read(io::stdin(), "standard input");
        }
        let name = path.display().to_string();
        let listed = match fs::metadata(path) {
            Ok(found) if found.is_dir() => {
                fs::read_dir(path).and_then(Iterator::collect::<io::Result<Vec<_>>>)
            }
            Ok(_) => {
                return match File::open(path) {
                    Ok(file) => self.read(file, &name),
                    Err(error) => self.give_up(&name, &error.to_string()),
                };
            }
            Err(error) => return self.give_up(&name, &error.to_string()),
        };
        match listed {
            Ok(mut entries) => {
                entries.sort_by_key(fs::DirEntry::file_name);
                for entry in entries {
                    // A linked folder may lead back here.
                    let linked_folder =
                        entry.file_type().is_ok_and(|kind| kind.is_symlink()) && entry.path().is_dir();
                    if !linked_folder {
                        self.walk(&entry.path())?;
                    }
                }
                Ok(())
            }
            Err(error) => self.give_up(&name, &error.to_string()),
        }
    }

    fn read(&mut self, file: impl Read + Send + 'static, name: &str) -> anyhow::Result<()> {
        for record in records(file) {
            match &record.trouble {
                Some(trouble @ (Trouble::Unreadable { .. } | Trouble::Damaged { .. })) => {
                    let place =
                        record.member.as_deref().map_or(String::new(), |member| format!(" ({member})"));
                    self.unreadable.push(format!("{name}{place}: record {}: {trouble}", record.position));
                }
                Some(Trouble::Piece { .. }) | None => {}
            }
            let event = self.normalizer.normalize_record(&record);
            self.line.clear();
            event.write_json(&mut self.line);
            self.line.push(b'\n');
            self.out.write_all(&self.line)?;
            self.tally.entry(event.device()).or_default().count(&event);
        }
        Ok(())
    }

    fn give_up(&mut self, name: &str, reason: &str) -> anyhow::Result<()> {
        self.unreadable.push(format!("{name}: {reason}"));
        Ok(())
    }
}

impl Tally {
    fn count(&mut self, event: &Event<'_>) {
        self.lines += 1;
        self.recognised += u64::from(event.parse_error().is_none());
        self.fields += event.fields().len() as u64;
        self.mapped += event.fields().iter().filter(|field| field.mapped).count() as u64;
    }
}

fn table(tally: &BTreeMap<&'static str, Tally>) -> String {
    let share = |part: u64, whole: u64| match whole {
        0 => "-".to_owned(),
        whole => format!("{:.1} %", part as f64 * 100.0 / whole as f64),
    };
    let mut table = format!("{:<18}{:>12}{:>14}{:>16}\n", "device", "lines", "recognised", "fields mapped");
    for (device, tally) in tally {
        let Tally { lines, recognised, fields, mapped } = *tally;
        table += &format!(
            "{device:<18}{lines:>12}{:>14}{:>16}\n",
            share(recognised, lines),
            share(mapped, fields)
        );
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_a_row_for_each_device() {
        let tally = BTreeMap::from([
            ("fortigate", Tally { lines: 3, recognised: 3, fields: 60, mapped: 45 }),
            ("text", Tally { lines: 1, recognised: 0, fields: 0, mapped: 0 }),
        ]);
        let lines: Vec<String> =
            table(&tally).lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(
            lines,
            ["device lines recognised fields mapped", "fortigate 3 100.0 % 75.0 %", "text 1 0.0 % -"]
        );
    }
}
