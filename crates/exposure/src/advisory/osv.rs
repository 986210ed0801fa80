//! OSV: the format in which most feeds come, as JSON (one object, an array, JSON lines) and as `PyPA`'s YAML.

use std::cmp::Ordering;
use std::ops::Bound;

use serde::Deserialize;
use serde_json::Value;

use crate::ecosystem::Ecosystem;
use crate::json::null_is_default;
use crate::place::{Place, SetAside};
use crate::version::{Order, Version};

use super::read::Parsed;
use super::{Advisory, Affected, Range, Severity, cve_in};

#[derive(Deserialize)]
struct Entry {
    id: String,
    #[serde(default, deserialize_with = "null_is_default")]
    aliases: Vec<String>,
    #[serde(default, deserialize_with = "null_is_default")]
    upstream: Vec<String>,
    #[serde(default, deserialize_with = "null_is_default")]
    related: Vec<String>,
    #[serde(default, deserialize_with = "null_is_default")]
    summary: String,
    published: Option<String>,
    modified: Option<String>,
    withdrawn: Option<String>,
    #[serde(default, deserialize_with = "null_is_default")]
    severity: Vec<Score>,
    #[serde(default, deserialize_with = "null_is_default")]
    affected: Vec<AffectedEntry>,
    database_specific: Option<Specific>,
}

#[derive(Deserialize)]
struct AffectedEntry {
    package: Option<Package>,
    #[serde(default, deserialize_with = "null_is_default")]
    ranges: Vec<RangeEntry>,
    #[serde(default, deserialize_with = "null_is_default")]
    versions: Vec<String>,
    #[serde(default, deserialize_with = "null_is_default")]
    severity: Vec<Score>,
    ecosystem_specific: Option<Specific>,
    database_specific: Option<Specific>,
}

#[derive(Deserialize)]
struct Package {
    ecosystem: String,
    name: String,
}

#[derive(Deserialize)]
struct RangeEntry {
    #[serde(default, deserialize_with = "null_is_default")]
    r#type: String,
    #[serde(default, deserialize_with = "null_is_default")]
    events: Vec<Event>,
}

/// The schema allows one key an event.
#[derive(Deserialize)]
struct Event {
    introduced: Option<String>,
    fixed: Option<String>,
    last_affected: Option<String>,
    limit: Option<String>,
}

#[derive(Deserialize)]
struct Score {
    #[serde(default)]
    score: String,
}

/// What single databases add: GitHub a word for the severity, Debian the urgency, `AlmaLinux` the module.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Specific {
    severity: Option<Value>,
    urgency: Option<String>,
    rpm_modularity: Option<String>,
    informational: Option<String>,
}

/// Reads OSV entries from JSON or YAML.
pub fn parse(bytes: &[u8]) -> Parsed {
    let mut parsed = Parsed::default();
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if !text.starts_with(['{', '[']) {
        match serde_norway::from_str::<Entry>(text) {
            Ok(entry) => take(entry, Place::File, &mut parsed),
            Err(error) => {
                parsed.set_aside.push(SetAside::new(Place::File, "", format!("no OSV entry: {error}")));
            }
        }
        return parsed;
    }
    if text.starts_with('[') {
        match serde_json::from_str::<Vec<Value>>(text) {
            Ok(values) => take_values(values, &mut parsed),
            Err(error) => parsed.set_aside.push(SetAside::new(
                Place::File,
                "",
                format!("no list of OSV entries: {error}"),
            )),
        }
        return parsed;
    }
    // One object is by far the most common; several lines are tried when that is not all.
    match serde_json::from_str::<Entry>(text) {
        Ok(entry) => take(entry, Place::File, &mut parsed),
        Err(whole) => {
            let lines: Vec<(usize, &str)> =
                text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).collect();
            if lines.iter().all(|(_, line)| line.starts_with('{') && line.trim_end().ends_with('}'))
                && lines.len() > 1
            {
                for (index, line) in lines {
                    take_text(line, Place::line(index), &mut parsed);
                }
            } else if let Ok(answer) = serde_json::from_str::<Answer>(text) {
                take_values(answer.vulns, &mut parsed);
            } else {
                parsed.set_aside.push(SetAside::new(Place::File, "", format!("no OSV entry: {whole}")));
            }
        }
    }
    parsed
}

/// An answer of the OSV service wraps the entries once more.
#[derive(Deserialize)]
struct Answer {
    vulns: Vec<Value>,
}

fn take_values(values: Vec<Value>, parsed: &mut Parsed) {
    for (index, value) in values.into_iter().enumerate() {
        let at = Place::item(index);
        match serde_json::from_value(value) {
            Ok(entry) => take(entry, at, parsed),
            Err(error) => parsed.set_aside.push(SetAside::new(at, "", format!("no OSV entry: {error}"))),
        }
    }
}

fn take_text(text: &str, at: Place, parsed: &mut Parsed) {
    match serde_json::from_str(text) {
        Ok(entry) => take(entry, at, parsed),
        Err(error) => parsed.set_aside.push(SetAside::new(at, "", format!("no OSV entry: {error}"))),
    }
}

fn take(entry: Entry, at: Place, parsed: &mut Parsed) {
    let mut advisory = Advisory {
        cves: cves(&entry),
        severity: entry.severity.iter().filter_map(|score| Severity::from_vector(&score.score)).collect(),
        id: entry.id,
        aliases: entry.aliases,
        summary: entry.summary,
        published: entry.published,
        modified: entry.modified,
        withdrawn: entry.withdrawn.is_some(),
        ..Advisory::default()
    };
    if advisory.severity.is_empty()
        && let Some(word) =
            entry.database_specific.as_ref().and_then(|specific| specific.severity.as_ref()?.as_str())
    {
        advisory.severity.extend(Severity::from_word(word));
    }
    for listed in entry.affected {
        let Some(package) = listed.package else {
            parsed.set_aside.push(SetAside::new(
                at,
                advisory.id.as_str(),
                "an affected entry without a package",
            ));
            continue;
        };
        let mut affected = Affected::new(Ecosystem::from_osv(&package.ecosystem), package.name);
        affected.versions = listed.versions;
        for specific in [listed.ecosystem_specific, listed.database_specific].into_iter().flatten() {
            affected.module = affected.module.or(specific.rpm_modularity);
            advisory.informational = advisory.informational.take().or(specific.informational);
            let word = specific.urgency.as_deref().or_else(|| specific.severity.as_ref()?.as_str());
            affected.severity = affected.severity.or_else(|| Severity::from_word(word?));
        }
        affected.severity =
            listed.severity.iter().find_map(|s| Severity::from_vector(&s.score)).or(affected.severity);
        let order = affected.ecosystem.family.order();
        let mut problems = Vec::new();
        // A range of commits cannot be compared with a version; the list of versions stands for it.
        for range in listed.ranges.into_iter().filter(|range| range.r#type != "GIT") {
            affected.ranges.extend(pair(range.events, order, &mut problems));
        }
        if affected.ranges.is_empty() && affected.versions.is_empty() && problems.is_empty() {
            problems.push("only commits are listed, no versions".to_owned());
        }
        for problem in problems {
            let what = format!("{} {}", advisory.id, affected.name);
            parsed.set_aside.push(SetAside::new(at, what, problem));
        }
        advisory.affected.push(affected);
    }
    parsed.advisories.push(advisory);
}

/// A distribution's advisory is not another name of a CVE but the fix of one or several. Before the schema had
/// `upstream`, they were listed as `related`.
fn cves(entry: &Entry) -> Vec<String> {
    let direct = std::iter::once(&entry.id).chain(&entry.aliases).chain(&entry.upstream);
    let mut cves: Vec<String> = direct.filter_map(|id| cve_in(id)).map(str::to_owned).collect();
    let is_distribution = entry
        .affected
        .iter()
        .filter_map(|affected| affected.package.as_ref())
        .any(|package| Ecosystem::from_osv(&package.ecosystem).family.is_distribution());
    if cves.is_empty() && is_distribution {
        cves.extend(entry.related.iter().filter_map(|id| cve_in(id)).map(str::to_owned));
    }
    cves.sort();
    cves.dedup();
    cves
}

/// Turns events into ranges: in the order in which they are listed, each `introduced` with the end that follows it.
/// Sorting first loses matches where a fix and an introduction coincide or intervals overlap, so only lists that
/// make no pairs as they stand are sorted, and that is said.
fn pair(events: Vec<Event>, order: Order, problems: &mut Vec<String>) -> Vec<Range> {
    let mut steps: Vec<Step> = events.into_iter().filter_map(Step::of).collect();
    if !alternates(&steps) {
        problems.push("events out of order: read as sorted".to_owned());
        if let Err(problem) = sort(&mut steps, order) {
            problems.push(problem);
        }
    }
    let mut ranges = Vec::new();
    let mut lower: Option<Bound<String>> = None;
    for step in steps {
        match step {
            Step::Introduced(version) => {
                lower.get_or_insert(if version == "0" { Bound::Unbounded } else { Bound::Included(version) });
            }
            Step::Fixed(version) => match lower.take() {
                Some(lower) => ranges.push(Range { lower, upper: Bound::Excluded(version) }),
                None => problems.push(format!("fixed {version} without an introduction before it")),
            },
            Step::LastAffected(version) => match lower.take() {
                Some(lower) => ranges.push(Range { lower, upper: Bound::Included(version) }),
                None => problems.push(format!("last_affected {version} without an introduction before it")),
            },
        }
    }
    if let Some(lower) = lower {
        ranges.push(Range { lower, upper: Bound::Unbounded });
    }
    for range in &ranges {
        problems.extend(problem_of(range, order));
    }
    ranges
}

enum Step {
    Introduced(String),
    Fixed(String),
    LastAffected(String),
}

impl Step {
    fn of(event: Event) -> Option<Self> {
        let fixed = event.fixed.or(event.limit).filter(|version| version != "*");
        match (event.introduced, fixed, event.last_affected) {
            (Some(version), _, _) => Some(Self::Introduced(version)),
            (None, Some(version), _) => Some(Self::Fixed(version)),
            (None, None, Some(version)) => Some(Self::LastAffected(version)),
            (None, None, None) => None,
        }
    }

    fn version(&self) -> &str {
        let (Self::Introduced(version) | Self::Fixed(version) | Self::LastAffected(version)) = self;
        version
    }

    fn is_start(&self) -> bool {
        matches!(self, Self::Introduced(_))
    }
}

/// True for start, end, start, end, …, where the last end may be missing.
fn alternates(steps: &[Step]) -> bool {
    steps.iter().enumerate().all(|(index, step)| step.is_start() == (index % 2 == 0))
}

fn sort(steps: &mut Vec<Step>, order: Order) -> Result<(), String> {
    let mut keyed = Vec::with_capacity(steps.len());
    for step in steps.iter() {
        let version = step.version();
        let key = if version == "0" {
            None
        } else {
            Some(Version::parse(order, version).map_err(|e| e.to_string())?)
        };
        keyed.push(key);
    }
    let mut pairs: Vec<(Option<Version>, Step)> = keyed.into_iter().zip(std::mem::take(steps)).collect();
    // At one version, an end comes before a start: affected again from there on.
    pairs.sort_by(|left, right| left.0.cmp(&right.0).then(left.1.is_start().cmp(&right.1.is_start())));
    *steps = pairs.into_iter().map(|(_, step)| step).collect();
    Ok(())
}

/// What is wrong with a range: a bound that is no version, or nothing between the bounds.
pub(super) fn problem_of(range: &Range, order: Order) -> Option<String> {
    let parsed = |bound: &Bound<String>| match bound {
        Bound::Included(version) | Bound::Excluded(version) => Version::parse(order, version).map(Some),
        Bound::Unbounded => Ok(None),
    };
    match (parsed(&range.lower), parsed(&range.upper)) {
        (Err(error), _) | (_, Err(error)) => Some(format!("range {range} cannot be compared: {error}")),
        (Ok(Some(lower)), Ok(Some(upper))) => {
            let closed = matches!((&range.lower, &range.upper), (Bound::Included(_), Bound::Included(_)));
            match lower.cmp(&upper) {
                Ordering::Greater => Some(format!("impossible range {range}")),
                Ordering::Equal if !closed => Some(format!("impossible range {range}")),
                _ => None,
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranges(events: &str) -> (Vec<String>, Vec<String>) {
        let text = format!(
            r#"{{"id":"X-1","affected":[{{"package":{{"ecosystem":"npm","name":"a"}},"ranges":[{{"type":"SEMVER","events":{events}}}]}}]}}"#
        );
        let parsed = parse(text.as_bytes());
        let listed = parsed.advisories[0].affected[0].ranges.iter().map(ToString::to_string).collect();
        (listed, parsed.set_aside.into_iter().map(|aside| aside.reason).collect())
    }

    #[test]
    fn events_are_paired_as_listed() {
        let (listed, problems) =
            ranges(r#"[{"introduced":"0"},{"fixed":"1.0"},{"introduced":"1.0"},{"last_affected":"1.4"}]"#);
        assert_eq!(listed, ["<1.0", ">=1.0 <=1.4"]);
        assert_eq!(problems, Vec::<String>::new());
    }

    #[test]
    fn events_out_of_order_are_sorted_and_named() {
        let (listed, problems) =
            ranges(r#"[{"fixed":"2.0"},{"introduced":"1.0"},{"introduced":"3.0"},{"fixed":"3.5"}]"#);
        assert_eq!(listed, [">=1.0 <2.0", ">=3.0 <3.5"]);
        assert_eq!(problems, ["events out of order: read as sorted"]);
    }

    #[test]
    fn what_cannot_be_evaluated_is_named() {
        let (_, problems) = ranges(r#"[{"introduced":"3.0"},{"fixed":"2.0"}]"#);
        assert_eq!(problems, ["impossible range >=3.0 <2.0"]);
        let (_, problems) = ranges(r#"[{"introduced":"0"},{"fixed":"next"}]"#);
        assert!(problems[0].contains("cannot be compared"), "{problems:?}");
        let (listed, problems) = ranges(r#"[{"fixed":"2.0"}]"#);
        assert!(listed.is_empty() && problems.len() == 2, "{problems:?}");
    }

    #[test]
    fn lines_lists_and_yaml_are_all_read() {
        let one = r#"{"id":"A","affected":[]}"#;
        assert_eq!(parse(format!("{one}\n{one}\n").as_bytes()).advisories.len(), 2);
        assert_eq!(parse(format!("[{one},{one}]").as_bytes()).advisories.len(), 2);
        assert_eq!(parse(b"id: PYSEC-1\naffected:\n- package:\n    name: a\n    ecosystem: PyPI\n  versions: ['1.0']\n").advisories.len(), 1);
        assert_eq!(parse(b"{\"id\":\"A\"").set_aside.len(), 1);
        // One broken line loses one entry.
        let parsed = parse(format!("{one}\n{{\"id\":1}}\n{one}\n").as_bytes());
        assert_eq!((parsed.advisories.len(), parsed.set_aside.len()), (2, 1));
    }
}
