//! Telling feeds apart by content, and gathering what several of them say.

use serde::Serialize;

use crate::bundle;
use crate::place::{SetAside, Unreadable};
use crate::signals::{Epss, Kev, Ssvc};
use crate::vex::{self, Statement};

use super::msrc::KbBuilds;
use super::{Advisory, alpine, csaf, cve, debian, jvn, msrc, nvd, osv, rustsec};

/// The largest set seen is all of OSV with about 400,000 entries.
pub const MAX_ADVISORIES: usize = 5_000_000;
/// All of OSV for one ecosystem is a zip of less than 500 MB.
pub const MAX_FEED_BYTES: usize = 2 << 30;

/// What a parser understood and what it set aside.
#[derive(Debug, Default)]
pub struct Parsed {
    pub advisories: Vec<Advisory>,
    pub set_aside: Vec<SetAside>,
}

/// One feed as it was given: a file, or the files of one format in a folder or a bundle.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Feed {
    pub name: String,
    pub format: &'static str,
    pub entries: usize,
    /// The date that the feed states, or else that of its newest entry; `None`: the age is not known.
    pub date: Option<String>,
    /// `stated` or `newest entry`.
    pub date_basis: Option<&'static str>,
}

/// Everything that advisories, exploitation lists and VEX statements said, with where it came from.
#[derive(Debug, Default)]
pub struct Feeds {
    pub feeds: Vec<Feed>,
    pub advisories: Vec<Advisory>,
    pub kev: Kev,
    pub epss: Epss,
    pub ssvc: Ssvc,
    pub vex: Vec<Statement>,
    /// Builds of Windows by the number of the update that brings them.
    pub kb_builds: KbBuilds,
    /// With the file that each was in.
    pub set_aside: Vec<(String, SetAside)>,
}

/// Formats of single files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Osv,
    RustSec,
    DebianList,
    DebianTracker,
    AlpineSecdb,
    Nvd,
    CveRecord,
    Kev,
    Epss,
    Csaf,
    OpenVex,
    Msrc,
    Jvn,
}

impl Format {
    fn name(self) -> &'static str {
        match self {
            Self::Osv => "OSV",
            Self::RustSec => "RustSec",
            Self::DebianList => "Debian advisories list",
            Self::DebianTracker => "Debian security tracker",
            Self::AlpineSecdb => "Alpine secdb",
            Self::Nvd => "NVD 2.0",
            Self::CveRecord => "CVE record",
            Self::Csaf => "CSAF",
            Self::OpenVex => "OpenVEX",
            Self::Msrc => "MSRC CVRF",
            Self::Jvn => "JVN",
            Self::Kev => "KEV",
            Self::Epss => "EPSS",
        }
    }
}

impl Feeds {
    /// Reads one file or bundle of the feed `source` and adds what it says. Files that are no feed at all (a licence
    /// beside the data) are passed over and counted by the return value `false`.
    ///
    /// # Errors
    /// [`Unreadable`] when a bundle breaks off; what it held before is kept out, so that old data stays in force.
    pub fn add(&mut self, source: &str, path: &str, bytes: &[u8]) -> Result<bool, Unreadable> {
        let bytes = bundle::gunzip(path, bytes, MAX_FEED_BYTES)?;
        if bundle::is_zip(&bytes) || bundle::is_tar(&bytes) {
            let mut inner = Self::default();
            let mut set_aside = Vec::new();
            let mut failed = None;
            bundle::each_entry(path, &bytes, &mut set_aside, &mut |entry_path, content| {
                if let Err(error) = inner.add_file(source, entry_path, content) {
                    failed.get_or_insert(error);
                }
            })?;
            if let Some(error) = failed {
                return Err(error);
            }
            self.set_aside.extend(set_aside.into_iter().map(|aside| (path.to_owned(), aside)));
            let found = !inner.feeds.is_empty();
            self.merge(inner);
            return Ok(found);
        }
        self.add_file(source, path, &bytes)
    }

    fn add_file(&mut self, source: &str, path: &str, bytes: &[u8]) -> Result<bool, Unreadable> {
        let Some(format) = recognise(path, bytes) else { return Ok(false) };
        let feed = self.feed(source, format.name());
        let mut stated = None;
        let entries_before = self.feeds.get(feed).map_or(0, |feed| feed.entries);
        let mut entries = 0;
        let statements_before = self.vex.len();
        let parsed = match format {
            Format::Osv => osv::parse(bytes),
            Format::RustSec => rustsec::parse(path, bytes),
            Format::DebianList => debian::parse_list(bytes),
            Format::DebianTracker => debian::parse_tracker(bytes),
            Format::AlpineSecdb => alpine::parse(bytes),
            Format::Nvd => nvd::parse(bytes, &mut self.ssvc),
            Format::CveRecord => cve::parse(bytes, &mut self.ssvc),
            Format::Csaf => csaf::parse(bytes, &mut self.vex),
            Format::OpenVex => vex::parse_openvex(bytes, &mut self.vex),
            Format::Msrc => msrc::parse(bytes, &mut self.kb_builds),
            Format::Jvn => jvn::parse(bytes),
            Format::Kev => {
                let (kev, set_aside) = Kev::parse(path, bytes)?;
                stated = kev.released.clone();
                entries = kev.len();
                self.kev.merge(kev);
                Parsed { set_aside, ..Parsed::default() }
            }
            Format::Epss => {
                let (epss, set_aside) = Epss::parse(path, bytes)?;
                stated = epss.score_date.clone();
                entries = epss.len();
                self.epss.merge(epss);
                Parsed { set_aside, ..Parsed::default() }
            }
        };
        self.set_aside.extend(parsed.set_aside.into_iter().map(|aside| (path.to_owned(), aside)));
        entries += parsed.advisories.len().max(self.vex.len() - statements_before);
        let newest =
            parsed.advisories.iter().filter_map(|a| a.modified.as_deref().or(a.published.as_deref())).max();
        let stated_times =
            self.vex.iter().skip(statements_before).filter_map(|statement| statement.time.as_deref());
        let newest = newest.max(stated_times.max()).map(str::to_owned);
        let room = MAX_ADVISORIES.saturating_sub(self.advisories.len());
        if parsed.advisories.len() > room {
            let reason = format!("more than {MAX_ADVISORIES} advisories");
            return Err(Unreadable::new(path, reason, "load the ecosystems that the inventories need"));
        }
        self.advisories.extend(parsed.advisories.into_iter().map(|advisory| Advisory { feed, ..advisory }));
        if let Some(feed) = self.feeds.get_mut(feed) {
            feed.entries = entries_before + entries;
            feed.learn_date(stated, newest);
        }
        Ok(true)
    }

    /// The index of the feed with this source and format.
    fn feed(&mut self, source: &str, format: &'static str) -> usize {
        let known = self.feeds.iter().position(|feed| feed.name == source && feed.format == format);
        known.unwrap_or_else(|| {
            self.feeds.push(Feed {
                name: source.to_owned(),
                format,
                entries: 0,
                date: None,
                date_basis: None,
            });
            self.feeds.len() - 1
        })
    }

    fn merge(&mut self, other: Self) {
        let mut indexes = Vec::with_capacity(other.feeds.len());
        for feed in other.feeds {
            let index = self.feed(&feed.name, feed.format);
            if let Some(known) = self.feeds.get_mut(index) {
                known.entries += feed.entries;
                match feed.date_basis {
                    Some(STATED) => known.learn_date(feed.date, None),
                    _ => known.learn_date(None, feed.date),
                }
            }
            indexes.push(index);
        }
        self.advisories.extend(other.advisories.into_iter().map(|mut advisory| {
            advisory.feed = indexes.get(advisory.feed).copied().unwrap_or_default();
            advisory
        }));
        self.kev.merge(other.kev);
        self.epss.merge(other.epss);
        self.ssvc.merge(other.ssvc);
        self.vex.extend(other.vex);
        for (kb, builds) in other.kb_builds {
            self.kb_builds.entry(kb).or_default().extend(builds);
        }
        self.set_aside.extend(other.set_aside);
    }
}

const STATED: &str = "stated";
const NEWEST_ENTRY: &str = "newest entry";

impl Feed {
    fn learn_date(&mut self, stated: Option<String>, newest: Option<String>) {
        let is_stated = self.date_basis == Some(STATED);
        if let Some(stated) = stated {
            self.date = if is_stated { self.date.take().max(Some(stated)) } else { Some(stated) };
            self.date_basis = Some(STATED);
        } else if !is_stated && newest.is_some() {
            self.date = self.date.take().max(newest);
            self.date_basis = Some(NEWEST_ENTRY);
        }
    }
}

/// How much of a file is looked at to recognise it.
const PROBE_BYTES: usize = 16 << 10;

fn recognise(path: &str, bytes: &[u8]) -> Option<Format> {
    let head = String::from_utf8_lossy(bytes.get(..PROBE_BYTES).unwrap_or(bytes));
    let head = head.trim_start_matches('\u{feff}').trim_start();
    let has = |key: &str| head.contains(key);
    // A date in brackets is no JSON list.
    if head.starts_with('[') && (has("] DSA-") || has("] DLA-") || has("] DTSA-")) {
        return Some(Format::DebianList);
    }
    if head.starts_with(['{', '[']) && !head.starts_with("[[") {
        return json(head, bytes);
    }
    let extension = path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    if head.starts_with("```toml") || (has("[advisory]") && has("package =")) {
        Some(Format::RustSec)
    } else if head.starts_with("#model_version:") || is_epss_heading(head) {
        Some(Format::Epss)
    } else if head.starts_with("cveID,") || head.starts_with("\"cveID\"") {
        Some(Format::Kev)
    } else if head.starts_with('<') {
        (has("VULDEF-Document") || has("jvn.jp/rss") || has("jvndb.jvn.jp")).then_some(Format::Jvn)
    } else if matches!(extension.as_str(), "yaml" | "yml") && has("id:") && has("affected:") {
        Some(Format::Osv)
    } else {
        None
    }
}

/// `cve,epss,percentile`, or with other columns between.
fn is_epss_heading(head: &str) -> bool {
    let first = head.lines().next().unwrap_or_default().to_ascii_lowercase();
    let columns: Vec<&str> = first.split(',').map(str::trim).collect();
    columns.contains(&"cve") && columns.contains(&"epss")
}

/// Keys of the top level that tell JSON feeds apart. The whole document is read for them, since keys have no order.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct JsonProbe {
    id: Option<serde::de::IgnoredAny>,
    affected: Option<serde::de::IgnoredAny>,
    modified: Option<serde::de::IgnoredAny>,
    vulns: Option<serde::de::IgnoredAny>,
    document: Option<serde::de::IgnoredAny>,
    statements: Option<serde::de::IgnoredAny>,
    #[serde(rename = "catalogVersion")]
    catalog_version: Option<serde::de::IgnoredAny>,
    #[serde(rename = "dataType")]
    data_type: Option<serde::de::IgnoredAny>,
    cve: Option<serde::de::IgnoredAny>,
    #[serde(rename = "totalResults")]
    total_results: Option<serde::de::IgnoredAny>,
    packages: Option<serde::de::IgnoredAny>,
    reponame: Option<serde::de::IgnoredAny>,
    distroversion: Option<serde::de::IgnoredAny>,
    #[serde(rename = "DocumentTitle")]
    cvrf_title: Option<serde::de::IgnoredAny>,
    #[serde(rename = "ProductTree")]
    cvrf_tree: Option<serde::de::IgnoredAny>,
}

/// Words near the beginning of each JSON format.
const BROKEN: &[(&str, Format)] = &[
    ("\"catalogVersion\"", Format::Kev),
    ("\"csaf_version\"", Format::Csaf),
    ("openvex.dev/ns", Format::OpenVex),
    ("\"CVE_RECORD\"", Format::CveRecord),
    ("\"resultsPerPage\"", Format::Nvd),
    ("\"secfixes\"", Format::AlpineSecdb),
    ("\"DocumentTracking\"", Format::Msrc),
    ("\"releases\"", Format::DebianTracker),
    ("\"affected\"", Format::Osv),
];

fn json(head: &str, bytes: &[u8]) -> Option<Format> {
    if head.starts_with('[') {
        return (head.contains("\"affected\"") && head.contains("\"id\"")).then_some(Format::Osv);
    }
    let probe: Option<JsonProbe> =
        serde_json::Deserializer::from_slice(bytes).into_iter().next().and_then(Result::ok);
    // A document that breaks off is still a feed: its parser says what is wrong with it.
    let Some(probe) = probe else {
        return BROKEN.iter().find(|(mark, _)| head.contains(mark)).map(|(_, format)| *format);
    };
    let found = if probe.catalog_version.is_some() {
        Format::Kev
    } else if probe.statements.is_some() {
        Format::OpenVex
    } else if probe.cvrf_title.is_some() && probe.cvrf_tree.is_some() {
        Format::Msrc
    } else if probe.document.is_some() {
        Format::Csaf
    } else if probe.data_type.is_some() {
        Format::CveRecord
    } else if probe.cve.is_some() || probe.total_results.is_some() {
        Format::Nvd
    } else if probe.packages.is_some() && (probe.reponame.is_some() || probe.distroversion.is_some()) {
        Format::AlpineSecdb
    } else if (probe.id.is_some() && (probe.affected.is_some() || probe.modified.is_some()))
        || probe.vulns.is_some()
    {
        Format::Osv
    } else if debian::is_tracker(head) {
        Format::DebianTracker
    } else {
        return None;
    };
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feed_that_breaks_off_is_named_and_never_passed_over() {
        let kev = br#"{"catalogVersion":"1","vulnerabilities":[{"cveID":"CVE-20"#;
        assert!(
            Feeds::default().add("kev", "kev.json", kev).unwrap_err().reason.contains("not a readable KEV")
        );
        let osv = br#"{"id":"X","affected":[{"package":{"eco"#;
        let mut feeds = Feeds::default();
        assert!(feeds.add("osv", "x.json", osv).unwrap());
        assert_eq!(feeds.set_aside.len(), 1);
    }

    #[test]
    fn a_licence_beside_the_data_is_passed_over() {
        assert!(!Feeds::default().add("x", "LICENSE", b"Permission is hereby granted").unwrap());
    }

    #[test]
    fn the_newest_entry_is_the_date_unless_the_feed_states_one() {
        let mut feeds = Feeds::default();
        for modified in ["2024-05-01T00:00:00Z", "2023-01-01T00:00:00Z"] {
            let entry = format!(r#"{{"id":"X","modified":"{modified}","affected":[]}}"#);
            feeds.add("osv", "x.json", entry.as_bytes()).unwrap();
        }
        assert_eq!(feeds.feeds[0].date.as_deref(), Some("2024-05-01T00:00:00Z"));
        assert_eq!((feeds.feeds[0].date_basis, feeds.feeds[0].entries), (Some("newest entry"), 2));
    }
}
