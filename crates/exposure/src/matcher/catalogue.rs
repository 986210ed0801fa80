//! The index of advisories by package name.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::advisory::{Advisory, Affected, Range};
use crate::ecosystem::{Ecosystem, Family};
use crate::inventory::Component;
use crate::version::{Order, Version};

use super::ladder::{Entry, Ladder};
use super::{Confidence, Coverage, Finding, Match};

/// A package name in a family, as advisories are indexed by it.
pub type Name = (Family, String);

/// An advisory and one of its affected packages, by index.
pub(super) type Place = (u32, u32);

/// Advisories, ready to be matched.
#[derive(Debug, Default)]
pub struct Catalogue {
    advisories: Vec<Advisory>,
    packages: HashMap<Family, HashMap<String, Ladder>>,
    coverage: Coverage,
    /// Advisories by a hash of feed and id. A collision leads to the wrong one, so what is found is compared.
    by_id: HashMap<u64, u32>,
}

impl Catalogue {
    /// Indexes advisories. Withdrawn ones are kept for display and never match.
    pub fn new(advisories: Vec<Advisory>) -> Self {
        let mut coverage = Coverage::default();
        let mut places: HashMap<(&Family, Cow<'_, str>), Vec<Place>> = HashMap::new();
        for (index, advisory) in advisories.iter().enumerate() {
            for (affected_index, affected) in advisory.affected.iter().enumerate() {
                coverage.add(&affected.ecosystem);
                if !advisory.withdrawn {
                    let name = affected.ecosystem.canonical_name(&affected.name);
                    let place = (index_u32(index), index_u32(affected_index));
                    places.entry((&affected.ecosystem.family, name)).or_default().push(place);
                }
            }
        }
        let mut packages: HashMap<Family, HashMap<String, Ladder>> = HashMap::new();
        for ((family, name), places) in places {
            let ladder = Ladder::build(&advisories, family.order(), &places);
            packages.entry(family.clone()).or_default().insert(name.into_owned(), ladder);
        }
        let by_id = advisories
            .iter()
            .enumerate()
            .map(|(index, advisory)| (id_hash(advisory), index_u32(index)))
            .collect();
        Self { advisories, packages, coverage, by_id }
    }

    /// Replaces advisories that have a known id within their feed and adds the others. Gives the names whose matches
    /// may have changed; indexes of advisories stay as they were.
    pub fn update(&mut self, changed: Vec<Advisory>) -> BTreeSet<Name> {
        let mut touched: BTreeMap<Name, BTreeSet<u32>> = BTreeMap::new();
        for advisory in changed {
            for affected in &advisory.affected {
                self.coverage.add(&affected.ecosystem);
            }
            let index = self.index_of(&advisory).unwrap_or_else(|| {
                self.by_id.insert(id_hash(&advisory), index_u32(self.advisories.len()));
                self.advisories.push(Advisory::default());
                self.advisories.len() - 1
            });
            if let Some(slot) = self.advisories.get_mut(index) {
                let old = std::mem::replace(slot, advisory);
                for name in names_of(&old).into_iter().chain(names_of(slot)) {
                    touched.entry(name).or_default().insert(index_u32(index));
                }
            }
        }
        for ((family, name), changed) in &touched {
            let packages = self.packages.entry(family.clone()).or_default();
            let old = packages.remove(name).unwrap_or_default();
            let mut places: Vec<(u32, u32)> =
                old.places().filter(|place| !changed.contains(&place.0)).collect();
            places.extend(changed.iter().flat_map(|index| places_of(&self.advisories, *index, family, name)));
            places.sort_unstable();
            if !places.is_empty() {
                packages.insert(name.clone(), Ladder::build(&self.advisories, family.order(), &places));
            }
        }
        touched.into_keys().collect()
    }

    fn index_of(&self, wanted: &Advisory) -> Option<usize> {
        let same = |advisory: &Advisory| advisory.feed == wanted.feed && advisory.id == wanted.id;
        let index = *self.by_id.get(&id_hash(wanted))? as usize;
        if self.advisories.get(index).is_some_and(same) {
            Some(index)
        } else {
            self.advisories.iter().position(same)
        }
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
        // Where no feed is keyed by the package's own name, its CPE is all there is.
        if matches!(component.ecosystem.family, Family::Cpe | Family::WindowsProgram | Family::Other(_)) {
            for (product, version) in component.cpes.iter().filter_map(|cpe| product_of(cpe)) {
                let version = if matches!(version, "*" | "-") { component.version.as_str() } else { version };
                let guessed = self.find_as(&Ecosystem::of(Family::Cpe), &product, version, None);
                found.findings.extend(guessed.findings);
                found.unordered |= guessed.unordered;
            }
            found.findings.sort_by_key(|finding| finding.advisory);
            found.findings.dedup_by_key(|finding| finding.advisory);
        }
        found
    }

    /// The advisories that apply to each of several versions of one package, without their evidence: the look-up that
    /// a fleet repeats half a million times.
    pub fn advisories_of<'a>(
        &self,
        ecosystem: &Ecosystem,
        name: &str,
        module: Option<&str>,
        versions: impl Iterator<Item = &'a str>,
    ) -> Vec<Vec<u32>> {
        let Some(ladder) = self.ladder(ecosystem, name) else {
            return versions.map(|_| Vec::new()).collect();
        };
        let order = ecosystem.family.order();
        let covers = ladder.covers(ecosystem.release.as_deref());
        versions
            .map(|version| {
                let (version, _) = self.with_epoch(ladder, ecosystem, version);
                let rank = ladder.rank(order, &version);
                let mut advisories = Vec::new();
                ladder.each_hit(rank, &version, &mut |entry, _| {
                    let of_other_module = || {
                        entry.of_module
                            && confidence(self.affected(entry), ecosystem, &version, module).is_none()
                    };
                    if covers(entry) && !of_other_module() {
                        advisories.push(entry.advisory);
                    }
                });
                advisories.sort_unstable();
                advisories.dedup();
                advisories
            })
            .collect()
    }

    fn ladder(&self, ecosystem: &Ecosystem, name: &str) -> Option<&Ladder> {
        self.packages.get(&ecosystem.family)?.get(ecosystem.canonical_name(name).as_ref())
    }

    fn find_as(&self, ecosystem: &Ecosystem, name: &str, version: &str, module: Option<&str>) -> Match {
        let Some(ladder) = self.ladder(ecosystem, name) else { return Match::default() };
        let order = ecosystem.family.order();
        let (version, note) = self.with_epoch(ladder, ecosystem, version);
        let rank = ladder.rank(order, &version);
        let applies = ladder.covers(ecosystem.release.as_deref());
        let unordered = rank.is_none() && ladder.entries().any(&applies);
        let mut findings = Vec::new();
        ladder.each_hit(rank, &version, &mut |entry, range| {
            if !applies(entry) {
                return;
            }
            let affected = self.affected(entry);
            let Some((confidence, assumed)) = confidence(affected, ecosystem, &version, module) else {
                return;
            };
            let range = range.and_then(|index| affected.ranges.get(index as usize));
            findings.push(Finding {
                advisory: entry.advisory as usize,
                affected: entry.affected as usize,
                range: range.map_or_else(|| format!("={version}"), ToString::to_string),
                fixed: range
                    .and_then(Range::fixed)
                    .or_else(|| next_fix(affected, order, &version))
                    .map(str::to_owned),
                order,
                confidence,
                notes: note.iter().cloned().chain(assumed).collect(),
            });
        });
        findings.sort_by(|left, right| {
            let best = right.confidence.cmp(&left.confidence);
            left.advisory.cmp(&right.advisory).then(best).then(left.affected.cmp(&right.affected))
        });
        findings.dedup_by_key(|finding| finding.advisory);
        Match { findings, unordered }
    }

    /// SBOMs and `rpm -qa` leave out the epoch; the distribution's own advisories have it.
    fn with_epoch<'a>(
        &self,
        ladder: &Ladder,
        ecosystem: &Ecosystem,
        version: &'a str,
    ) -> (Cow<'a, str>, Option<String>) {
        if ecosystem.family.order() != Order::Rpm || version.contains(':') {
            return (Cow::Borrowed(version), None);
        }
        let covers = ladder.covers(ecosystem.release.as_deref());
        let with_epoch = ladder.entries().filter(|entry| entry.epoch > 0 && covers(entry));
        match with_epoch.map(|entry| entry.epoch).max() {
            Some(epoch) => {
                let note = format!("epoch {epoch} taken from the advisories: the inventory states none");
                (Cow::Owned(format!("{epoch}:{version}")), Some(note))
            }
            None => (Cow::Borrowed(version), None),
        }
    }

    /// Entries are made from the indexes of the advisories beside them, so this never misses.
    fn affected(&self, entry: &Entry) -> &Affected {
        &self.advisories[entry.advisory as usize].affected[entry.affected as usize]
    }
}

/// The same in every run, since no key is drawn by chance.
fn id_hash(advisory: &Advisory) -> u64 {
    let mut hasher = DefaultHasher::new();
    (advisory.feed, advisory.id.as_str()).hash(&mut hasher);
    hasher.finish()
}

pub(super) fn index_u32(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// The names under which an advisory is indexed.
fn names_of(advisory: &Advisory) -> Vec<Name> {
    let listed = advisory.affected.iter().filter(|_| !advisory.withdrawn);
    let name = |affected: &Affected| affected.ecosystem.canonical_name(&affected.name).into_owned();
    listed.map(|affected| (affected.ecosystem.family.clone(), name(affected))).collect()
}

/// The entries of one advisory that are about one name.
fn places_of(advisories: &[Advisory], index: u32, family: &Family, name: &str) -> Vec<Place> {
    let advisory = advisories.get(index as usize).filter(|advisory| !advisory.withdrawn);
    let listed = advisory.into_iter().flat_map(|advisory| advisory.affected.iter().enumerate());
    let named = listed.filter(|(_, affected)| {
        affected.ecosystem.family == *family && affected.ecosystem.canonical_name(&affected.name) == name
    });
    named.map(|(affected, _)| (index, index_u32(affected))).collect()
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
    let fixes = affected.ranges.iter().filter_map(Range::fixed);
    let parsed = fixes.filter_map(|fixed| Some((Version::parse(order, fixed).ok()?, fixed)));
    let above = parsed.filter(|(version, _)| *version > installed);
    above.min_by(|left, right| left.0.cmp(&right.0)).map(|(_, fixed)| fixed)
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
