//! The index of advisories by package name.

use std::collections::{BTreeSet, HashMap};
use std::ops::Bound;

use crate::advisory::{Advisory, Affected, Range};
use crate::ecosystem::{Ecosystem, Family};
use crate::inventory::Component;
use crate::version::{Order, Version};

use super::{Confidence, Coverage, Finding, Match};

/// Advisories, ready to be matched.
#[derive(Debug, Default)]
pub struct Catalogue {
    advisories: Vec<Advisory>,
    packages: HashMap<Family, HashMap<String, Package>>,
    coverage: Coverage,
}

/// All that is known about one package name of one family.
#[derive(Debug, Default)]
struct Package {
    /// Every bound, in ascending order and without repetition.
    ladder: Vec<Version>,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    advisory: u32,
    affected: u32,
    intervals: Vec<Interval>,
    /// Listed versions that have no place in the order, compared as text.
    unordered_versions: Vec<String>,
    /// The highest epoch of the bounds, for lists that leave epochs out.
    epoch: u32,
}

/// Ranks of versions on a ladder: rung `i` itself is `2i + 1`, the gap below it `2i`.
#[derive(Debug, Clone, Copy)]
struct Interval {
    from: u32,
    /// Exclusive.
    to: u32,
    /// The range it stands for, or none for a listed version.
    range: Option<u32>,
}

impl Catalogue {
    /// Indexes advisories. Withdrawn ones are kept for display and never match.
    pub fn new(advisories: Vec<Advisory>) -> Self {
        let mut catalogue = Self { coverage: Coverage::default(), packages: HashMap::new(), advisories };
        let mut places: HashMap<(&Family, String), Vec<(u32, u32)>> = HashMap::new();
        for (advisory_index, advisory) in catalogue.advisories.iter().enumerate() {
            for (affected_index, affected) in advisory.affected.iter().enumerate() {
                catalogue.coverage.add(&affected.ecosystem);
                if advisory.withdrawn {
                    continue;
                }
                let name = affected.ecosystem.canonical_name(&affected.name).into_owned();
                let place = (index_u32(advisory_index), index_u32(affected_index));
                places.entry((&affected.ecosystem.family, name)).or_default().push(place);
            }
        }
        let mut packages: HashMap<Family, HashMap<String, Package>> = HashMap::new();
        for ((family, name), places) in places {
            let package = Package::build(&catalogue.advisories, family.order(), &places);
            packages.entry(family.clone()).or_default().insert(name, package);
        }
        catalogue.packages = packages;
        catalogue
    }

    pub fn advisories(&self) -> &[Advisory] {
        &self.advisories
    }

    pub fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    /// Every advisory that applies to a component, one finding an advisory.
    pub fn find(&self, component: &Component) -> Match {
        let (name, version) = component.advised_as();
        let mut found = self.find_as(&component.ecosystem, name, version, component.module.as_deref());
        if matches!(component.ecosystem.family, Family::Cpe | Family::WindowsProgram | Family::Other(_)) {
            for (product, version) in component.cpes.iter().filter_map(|cpe| product_of(cpe)) {
                let version =
                    if version == "*" || version == "-" { component.version.as_str() } else { version };
                let guessed = self.find_as(&Ecosystem::of(Family::Cpe), &product, version, None);
                found.findings.extend(guessed.findings);
                found.unordered |= guessed.unordered;
            }
            found.findings.sort_by_key(|finding| finding.advisory);
            found.findings.dedup_by_key(|finding| finding.advisory);
        }
        found
    }

    /// True when some advisory names this package, whatever the version.
    pub fn knows(&self, component: &Component) -> bool {
        self.package(&component.ecosystem, component.advised_as().0).is_some()
    }

    fn package(&self, ecosystem: &Ecosystem, name: &str) -> Option<&Package> {
        self.packages.get(&ecosystem.family)?.get(ecosystem.canonical_name(name).as_ref())
    }

    fn find_as(&self, ecosystem: &Ecosystem, name: &str, version: &str, module: Option<&str>) -> Match {
        let Some(package) = self.package(ecosystem, name) else { return Match::default() };
        let order = ecosystem.family.order();
        let applicable =
            || package.entries.iter().filter(|entry| self.affected(entry).ecosystem.covers(ecosystem));
        let mut notes = Vec::new();
        let mut version = version.to_owned();
        if order == Order::Rpm && !version.contains(':') {
            // SBOMs and `rpm -qa` leave out the epoch; the distribution's own advisories have it.
            let epoch = applicable().map(|entry| entry.epoch).max().unwrap_or_default();
            if epoch > 0 {
                version = format!("{epoch}:{version}");
                notes.push(format!("epoch {epoch} taken from the advisories: the inventory states none"));
            }
        }
        let rank = Version::parse(order, &version).ok().map(|version| rank(&package.ladder, &version));
        let mut found =
            Match { findings: Vec::new(), unordered: rank.is_none() && applicable().next().is_some() };
        for entry in applicable() {
            let affected = self.affected(entry);
            let Some(hit) = entry.hit(rank, &version) else { continue };
            let Some((confidence, note)) = confidence(affected, ecosystem, &version, module) else {
                continue;
            };
            let range = match hit {
                Some(index) => affected.ranges.get(index as usize),
                None => None,
            };
            let finding = Finding {
                advisory: entry.advisory as usize,
                affected: entry.affected as usize,
                range: range.map_or_else(|| format!("={version}"), ToString::to_string),
                fixed: range
                    .and_then(Range::fixed)
                    .or_else(|| next_fix(affected, order, &version))
                    .map(str::to_owned),
                order,
                confidence,
                notes: notes.iter().cloned().chain(note).collect(),
            };
            found.findings.push(finding);
        }
        found.findings.sort_by(|left, right| {
            left.advisory.cmp(&right.advisory).then(right.confidence.cmp(&left.confidence))
        });
        found.findings.dedup_by_key(|finding| finding.advisory);
        found
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "entries are made from the indexes of the advisories beside them"
    )]
    fn affected(&self, entry: &Entry) -> &Affected {
        &self.advisories[entry.advisory as usize].affected[entry.affected as usize]
    }
}

fn index_u32(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// How sure, and what was assumed; `None` when the advisory is about another module stream.
fn confidence(
    affected: &Affected,
    installed: &Ecosystem,
    version: &str,
    module: Option<&str>,
) -> Option<(Confidence, Option<String>)> {
    let mut assumed = None;
    if let Some(wanted) = &affected.module {
        match module {
            Some(module) if module == wanted => {}
            Some(_) => return None,
            // A package that was not built as a module cannot be of its stream.
            None if !version.contains(".module") => return None,
            None => assumed = Some(format!("the module stream is not known; the advisory is about {wanted}")),
        }
    }
    if affected.ecosystem.release.is_some() && installed.release.is_none() && installed.family.has_releases()
    {
        assumed = Some(format!("the release is not known; the advisory is about {}", affected.ecosystem));
    }
    let confidence = match (&assumed, &installed.family) {
        (Some(_), _) | (None, Family::Cpe) => Confidence::Unconfirmed,
        (None, family) if family.is_distribution() => Confidence::Confirmed,
        (None, _) => Confidence::Range,
    };
    Some((confidence, assumed))
}

/// The lowest fixed version above the installed one.
fn next_fix<'a>(affected: &'a Affected, order: Order, version: &str) -> Option<&'a str> {
    let installed = Version::parse(order, version).ok()?;
    affected
        .ranges
        .iter()
        .filter_map(|range| {
            let fixed = range.fixed()?;
            let parsed = Version::parse(order, fixed).ok()?;
            (parsed > installed).then_some((parsed, fixed))
        })
        .min_by(|left, right| left.0.cmp(&right.0))
        .map(|(_, fixed)| fixed)
}

/// `vendor:product` and the version of a CPE 2.3 or 2.2 name.
pub(crate) fn product_of(cpe: &str) -> Option<(String, &str)> {
    let parts = cpe.strip_prefix("cpe:2.3:").or_else(|| cpe.strip_prefix("cpe:/"))?;
    let mut parts = parts.split(':');
    let (_, vendor, product) = (parts.next()?, parts.next()?, parts.next()?);
    if vendor.is_empty() || product.is_empty() {
        return None;
    }
    let version = parts.next().filter(|version| !version.is_empty()).unwrap_or("*");
    Some((format!("{vendor}:{product}").to_ascii_lowercase(), version))
}

impl Package {
    fn build(advisories: &[Advisory], order: Order, places: &[(u32, u32)]) -> Self {
        let affected = |place: &(u32, u32)| advisories.get(place.0 as usize)?.affected.get(place.1 as usize);
        let mut rungs = BTreeSet::new();
        for affected in places.iter().filter_map(affected) {
            for bound in affected.ranges.iter().flat_map(|range| [&range.lower, &range.upper]) {
                rungs.extend(bound_text(bound).and_then(|text| Version::parse(order, text).ok()));
            }
            rungs.extend(affected.versions.iter().filter_map(|text| Version::parse(order, text).ok()));
        }
        let ladder: Vec<Version> = rungs.into_iter().collect();
        let entries = places
            .iter()
            .filter_map(|place| Some(Entry::build(*place, affected(place)?, order, &ladder)))
            .collect();
        Self { ladder, entries }
    }
}

impl Entry {
    fn build(place: (u32, u32), affected: &Affected, order: Order, ladder: &[Version]) -> Self {
        let mut intervals = Vec::new();
        let mut epoch = 0;
        for (index, range) in affected.ranges.iter().enumerate() {
            for text in [&range.lower, &range.upper].into_iter().filter_map(bound_text) {
                epoch =
                    epoch.max(text.split_once(':').and_then(|(epoch, _)| epoch.parse().ok()).unwrap_or(0));
            }
            let (Some(from), Some(to)) = (lower_rank(range, order, ladder), upper_rank(range, order, ladder))
            else {
                continue;
            };
            intervals.push(Interval { from, to, range: Some(index_u32(index)) });
        }
        let mut unordered_versions = Vec::new();
        for text in &affected.versions {
            match Version::parse(order, text).map(|version| rank(ladder, &version)) {
                Ok(rank) if intervals.iter().any(|interval| interval.holds(rank)) => {}
                Ok(rank) => intervals.push(Interval { from: rank, to: rank + 1, range: None }),
                Err(_) => unordered_versions.push(text.clone()),
            }
        }
        Self { advisory: place.0, affected: place.1, intervals, unordered_versions, epoch }
    }

    /// `Some(Some(range))` in a range, `Some(None)` in the list.
    fn hit(&self, rank: Option<u32>, version: &str) -> Option<Option<u32>> {
        let in_interval = rank.and_then(|rank| self.intervals.iter().find(|interval| interval.holds(rank)));
        match in_interval {
            Some(interval) => Some(interval.range),
            None => self.unordered_versions.iter().any(|listed| listed == version).then_some(None),
        }
    }
}

impl Interval {
    fn holds(self, rank: u32) -> bool {
        self.from <= rank && rank < self.to
    }
}

fn bound_text(bound: &Bound<String>) -> Option<&str> {
    match bound {
        Bound::Included(text) | Bound::Excluded(text) => Some(text),
        Bound::Unbounded => None,
    }
}

/// `2i + 1` on rung `i`, `2i` in the gap below it.
fn rank(ladder: &[Version], version: &Version) -> u32 {
    match ladder.binary_search(version) {
        Ok(rung) => index_u32(rung).saturating_mul(2).saturating_add(1),
        Err(rung) => index_u32(rung).saturating_mul(2),
    }
}

/// `None` when the bound is no version: such a range holds nothing, and its parser has named it.
fn lower_rank(range: &Range, order: Order, ladder: &[Version]) -> Option<u32> {
    match &range.lower {
        Bound::Unbounded => Some(0),
        Bound::Included(text) => Some(rank(ladder, &Version::parse(order, text).ok()?)),
        Bound::Excluded(text) => Some(rank(ladder, &Version::parse(order, text).ok()?) + 1),
    }
}

fn upper_rank(range: &Range, order: Order, ladder: &[Version]) -> Option<u32> {
    match &range.upper {
        Bound::Unbounded => Some(u32::MAX),
        Bound::Excluded(text) => Some(rank(ladder, &Version::parse(order, text).ok()?)),
        Bound::Included(text) => Some(rank(ladder, &Version::parse(order, text).ok()?) + 1),
    }
}
