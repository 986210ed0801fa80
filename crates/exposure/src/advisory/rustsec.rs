//! `RustSec`: one Markdown file an advisory, with its data as TOML in front.

use std::cmp::Ordering;
use std::ops::Bound;

use semver::{BuildMetadata, Comparator, Op, Prerelease, Version, VersionReq};
use serde::Deserialize;

use crate::ecosystem::{Ecosystem, Family};
use crate::place::{Place, SetAside};

use super::read::Parsed;
use super::{Advisory, Affected, Range, Severity, is_cve};

#[derive(Deserialize)]
struct File {
    advisory: Front,
    #[serde(default)]
    versions: Versions,
}

#[derive(Deserialize)]
struct Front {
    id: String,
    package: String,
    #[serde(default)]
    aliases: Vec<String>,
    date: Option<String>,
    cvss: Option<String>,
    informational: Option<String>,
    withdrawn: Option<String>,
    collection: Option<String>,
    title: Option<String>,
}

#[derive(Deserialize, Default)]
struct Versions {
    #[serde(default)]
    patched: Vec<String>,
    #[serde(default)]
    unaffected: Vec<String>,
}

/// Reads one advisory. `path` tells crates from the toolchain (`rust/std/…`), where the file itself does not.
pub fn parse(path: &str, bytes: &[u8]) -> Parsed {
    let mut parsed = Parsed::default();
    match advisory(path, &String::from_utf8_lossy(bytes)) {
        Ok(advisory) => parsed.advisories.push(advisory),
        Err(reason) => parsed.set_aside.push(SetAside::new(Place::File, path, reason)),
    }
    parsed
}

fn advisory(path: &str, text: &str) -> Result<Advisory, String> {
    let (front, body) = match text.trim_start().strip_prefix("```toml") {
        Some(rest) => rest.split_once("\n```").ok_or("the TOML in front has no end")?,
        None => (text, ""),
    };
    let file: File = toml::from_str(front).map_err(|error| error.to_string())?;
    let front = file.advisory;
    // `…/rust/std/RUSTSEC-….md`: the folder above the package's, not one that somebody keeps the database in.
    let in_toolchain = path.rsplit(['/', '\\']).nth(2) == Some("rust");
    let family = match front.collection.as_deref() {
        Some("rust") => Family::Other("Rust toolchain".to_owned()),
        None if in_toolchain => Family::Other("Rust toolchain".to_owned()),
        _ => Family::CratesIo,
    };
    let mut affected = Affected::new(Ecosystem::of(family), front.package);
    affected.ranges = affected_ranges(&file.versions)?;
    let title = body.lines().find_map(|line| line.strip_prefix("# ")).map(str::trim).unwrap_or_default();
    Ok(Advisory {
        cves: front.aliases.iter().filter(|id| is_cve(id)).cloned().collect(),
        summary: front.title.unwrap_or_else(|| title.to_owned()),
        severity: front.cvss.as_deref().and_then(Severity::from_vector).into_iter().collect(),
        id: front.id,
        aliases: front.aliases,
        published: front.date.clone(),
        modified: front.date,
        withdrawn: front.withdrawn.is_some(),
        informational: front.informational,
        affected: vec![affected],
        feed: 0,
    })
}

/// A place between versions: before one, or right after it. Ranges of any openness are then plain intervals.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Cut {
    version: Version,
    after: bool,
}

impl Ord for Cut {
    fn cmp(&self, other: &Self) -> Ordering {
        self.version.cmp_precedence(&other.version).then(self.after.cmp(&other.after))
    }
}

impl PartialOrd for Cut {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Cut {
    fn lower(self) -> Bound<String> {
        if self.after {
            Bound::Excluded(self.version.to_string())
        } else {
            Bound::Included(self.version.to_string())
        }
    }

    fn upper(self) -> Bound<String> {
        if self.after {
            Bound::Included(self.version.to_string())
        } else {
            Bound::Excluded(self.version.to_string())
        }
    }
}

/// From the first cut on, up to the second; `None` is open.
type Interval = (Option<Cut>, Option<Cut>);

/// Everything that is neither patched nor unaffected. Bounds are compared by precedence: `VersionReq::matches` would
/// hide pre-releases.
fn affected_ranges(versions: &Versions) -> Result<Vec<Range>, String> {
    let mut safe = Vec::new();
    for text in versions.patched.iter().chain(&versions.unaffected) {
        let requirement =
            VersionReq::parse(text).map_err(|error| format!("requirement '{text}': {error}"))?;
        safe.push(intersection(&requirement.comparators));
    }
    // `None` as the lower end sorts first, as it should.
    safe.sort_by(|left, right| left.0.cmp(&right.0));
    let mut ranges = Vec::new();
    let mut covered: Option<Cut> = None;
    for (from, to) in safe {
        if from > covered {
            ranges.push(Range {
                lower: covered.clone().map_or(Bound::Unbounded, Cut::lower),
                upper: from.clone().map_or(Bound::Unbounded, Cut::upper),
            });
        }
        match to {
            None => return Ok(ranges),
            Some(to) if from.as_ref().is_none_or(|from| *from < to) => covered = covered.max(Some(to)),
            // An empty requirement covers nothing, but what lay before it is still affected, as pushed.
            Some(_) => covered = covered.max(from),
        }
    }
    ranges.push(Range { lower: covered.map_or(Bound::Unbounded, Cut::lower), upper: Bound::Unbounded });
    Ok(ranges)
}

fn intersection(comparators: &[Comparator]) -> Interval {
    comparators.iter().map(interval).fold((None, None), |(from, to), (other_from, other_to)| {
        let to = match (to, other_to) {
            (Some(left), Some(right)) => Some(left.min(right)),
            (left, right) => left.or(right),
        };
        (from.max(other_from), to)
    })
}

/// The interval of one comparator, by the rules of Cargo's documentation ("Specifying Dependencies").
fn interval(comparator: &Comparator) -> Interval {
    let (major, minor, patch) = (comparator.major, comparator.minor, comparator.patch);
    let low = Version {
        major,
        minor: minor.unwrap_or(0),
        patch: patch.unwrap_or(0),
        pre: comparator.pre.clone(),
        build: BuildMetadata::EMPTY,
    };
    let before = |version: Version| Some(Cut { version, after: false });
    let after = |version: Version| Some(Cut { version, after: true });
    // The first version after everything that `1`, `1.2` or `1.2.3` stands for, its pre-releases included.
    let next = || match (minor, patch) {
        (None, _) => floor(major.saturating_add(1), 0, 0),
        (Some(minor), None) => floor(major, minor.saturating_add(1), 0),
        (Some(minor), Some(patch)) => floor(major, minor, patch.saturating_add(1)),
    };
    let is_full = patch.is_some();
    match comparator.op {
        Op::Exact if is_full => (before(low.clone()), after(low)),
        Op::Greater if is_full => (after(low), None),
        Op::Greater => (before(next()), None),
        Op::GreaterEq => (before(low), None),
        Op::Less => (None, before(low)),
        Op::LessEq if is_full => (None, after(low)),
        Op::LessEq => (None, before(next())),
        Op::Tilde => match minor {
            None => (before(low), before(floor(major.saturating_add(1), 0, 0))),
            Some(minor) => (before(low), before(floor(major, minor.saturating_add(1), 0))),
        },
        Op::Caret => {
            let upper = match (major, minor, patch) {
                (0, Some(0), Some(patch)) => floor(0, 0, patch.saturating_add(1)),
                (0, Some(minor), _) => floor(0, minor.saturating_add(1), 0),
                _ => floor(major.saturating_add(1), 0, 0),
            };
            (before(low), before(upper))
        }
        // `1.*`, and `=1.2`, which means the same as `1.2.*`.
        _ => (before(low), before(next())),
    }
}

/// The lowest version of a line, below all its pre-releases: `2.0.0-0`.
fn floor(major: u64, minor: u64, patch: u64) -> Version {
    let pre = Prerelease::new("0").unwrap_or(Prerelease::EMPTY);
    Version { major, minor, patch, pre, build: BuildMetadata::EMPTY }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranges(patched: &[&str], unaffected: &[&str]) -> Vec<String> {
        let own = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
        let versions = Versions { patched: own(patched), unaffected: own(unaffected) };
        affected_ranges(&versions).unwrap().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_is_neither_patched_nor_unaffected_is_affected() {
        assert_eq!(ranges(&[], &[]), ["*"]);
        assert_eq!(ranges(&[">= 1.5.5"], &[]), ["<1.5.5"]);
        assert_eq!(
            ranges(&[">= 1.8.4, < 1.9.0", ">= 1.13.1"], &["< 0.1.14"]),
            [">=0.1.14 <1.8.4", ">=1.9.0 <1.13.1"]
        );
        assert_eq!(ranges(&["^0.2.3", ">1.0.0"], &[]), ["<0.2.3", ">=0.3.0-0 <=1.0.0"]);
        assert_eq!(ranges(&["=1.2.3"], &[]), ["<1.2.3", ">1.2.3"]);
        assert_eq!(ranges(&["*"], &[]), Vec::<String>::new());
    }

    #[test]
    fn the_toolchain_is_told_from_crates_by_its_folder_alone() {
        let text = b"[advisory]\nid = \"X\"\npackage = \"std\"\n";
        let ecosystem = |path: &str| parse(path, text).advisories[0].affected[0].ecosystem.to_string();
        assert_eq!(ecosystem("db/rust/std/X.md"), "Rust toolchain");
        assert_eq!(ecosystem("/home/rust/db/crates/std/X.md"), "crates.io");
    }

    #[test]
    fn a_broken_file_is_named() {
        assert_eq!(parse("x.md", b"```toml\n[advisory]\n").set_aside.len(), 1);
        assert_eq!(parse("x.md", b"# Only prose").set_aside.len(), 1);
    }
}
