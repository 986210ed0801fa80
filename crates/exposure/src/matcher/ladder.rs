//! The ladder of one package name: all version bounds of its advisories in order, and each range as two ranks on it.

use std::ops::Bound;

use crate::advisory::{Advisory, Affected, Range};
use crate::version::{Order, Version};

use super::catalogue::{Place, index_u32};

/// All that advisories say about one package name of one family.
#[derive(Debug, Default)]
pub(super) struct Ladder {
    /// Every bound, in ascending order and without repetition.
    rungs: Vec<Version>,
    /// All ranges and listed versions of all entries, by their lower end, so that a look-up stops early.
    intervals: Vec<Interval>,
    entries: Vec<Entry>,
    /// The releases that the entries name; an entry has the index.
    releases: Vec<String>,
}

/// One affected package of one advisory.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) advisory: u32,
    pub(super) affected: u32,
    /// The highest epoch of the bounds, for lists that leave epochs out.
    pub(super) epoch: u32,
    /// Only a module stream is affected.
    pub(super) of_module: bool,
    release: Option<u32>,
    /// Listed versions that have no place in the order, compared as text.
    unordered_versions: Vec<String>,
}

/// Where a version stands: rung `i` itself is `2i + 1`, the gap below it `2i`.
type Rank = u32;

#[derive(Debug, Clone, Copy)]
struct Interval {
    from: Rank,
    /// Exclusive.
    to: Rank,
    entry: u32,
    /// The range of the entry, or [`LISTED`].
    range: u32,
}

/// The version is in the list of affected versions and in no range.
const LISTED: u32 = u32::MAX;

impl Ladder {
    pub(super) fn build(advisories: &[Advisory], order: Order, places: &[Place]) -> Self {
        let affected = |place: &Place| advisories.get(place.0 as usize)?.affected.get(place.1 as usize);
        // Each text is parsed once; its slot is its number in the order in which `add` asks again.
        let mut parsed: Vec<(Version, usize)> = Vec::new();
        let mut slots = 0;
        for text in places.iter().filter_map(affected).flat_map(texts) {
            parsed.extend(Version::parse(order, text).ok().map(|version| (version, slots)));
            slots += 1;
        }
        parsed.sort_unstable_by(|left, right| left.0.cmp(&right.0));
        let mut ranks: Vec<Option<Rank>> = vec![None; slots];
        let mut rungs: Vec<Version> = Vec::with_capacity(parsed.len());
        for (version, slot) in parsed {
            if rungs.last() != Some(&version) {
                rungs.push(version);
            }
            if let Some(rank) = ranks.get_mut(slot) {
                *rank = Some(on_rung(rungs.len() - 1));
            }
        }
        rungs.shrink_to_fit();
        let mut ladder = Self { rungs, ..Self::default() };
        ladder.entries.reserve_exact(places.len());
        let mut ranks = ranks.into_iter();
        for place in places {
            if let Some(affected) = affected(place) {
                ladder.add(*place, affected, &mut ranks);
            }
        }
        ladder.intervals.sort_by_key(|interval| (interval.from, interval.entry, interval.range));
        ladder.intervals.shrink_to_fit();
        ladder
    }

    /// Takes the ranks of the texts of one affected package, in the order of [`texts`].
    fn add(&mut self, place: Place, affected: &Affected, ranks: &mut impl Iterator<Item = Option<Rank>>) {
        let entry = index_u32(self.entries.len());
        let first = self.intervals.len();
        for (index, range) in affected.ranges.iter().enumerate() {
            let mut rank = |bound: &Bound<String>| match bound {
                Bound::Unbounded => None,
                Bound::Included(_) | Bound::Excluded(_) => ranks.next().flatten(),
            };
            let (lower, upper) = (rank(&range.lower), rank(&range.upper));
            let from = match &range.lower {
                Bound::Unbounded => Some(0),
                Bound::Included(_) => lower,
                Bound::Excluded(_) => lower.map(|rank| rank + 1),
            };
            let to = match &range.upper {
                Bound::Unbounded => Some(Rank::MAX),
                Bound::Excluded(_) => upper,
                Bound::Included(_) => upper.map(|rank| rank + 1),
            };
            // A bound that is no version makes a range that holds nothing; its parser has named it.
            if let (Some(from), Some(to)) = (from, to) {
                self.intervals.push(Interval { from, to, entry, range: index_u32(index) });
            }
        }
        let mut unordered_versions = Vec::new();
        for text in &affected.versions {
            match ranks.next().flatten() {
                Some(rank) => {
                    let in_range = self.intervals.iter().skip(first).any(|interval| interval.holds(rank));
                    if !in_range {
                        self.intervals.push(Interval { from: rank, to: rank + 1, entry, range: LISTED });
                    }
                }
                None => unordered_versions.push(text.clone()),
            }
        }
        let epochs =
            affected.ranges.iter().flat_map(bounds).filter_map(|text| text.split_once(':')?.0.parse().ok());
        let epoch = epochs.max().unwrap_or(0);
        let release = affected.ecosystem.release.as_ref().map(|release| self.release_index(release));
        let of_module = affected.module.is_some();
        self.entries.push(Entry {
            advisory: place.0,
            affected: place.1,
            epoch,
            of_module,
            release,
            unordered_versions,
        });
    }

    fn release_index(&mut self, release: &str) -> u32 {
        let known = self.releases.iter().position(|known| known == release);
        index_u32(known.unwrap_or_else(|| {
            self.releases.push(release.to_owned());
            self.releases.len() - 1
        }))
    }

    /// Tells the entries that can speak about a release, as [`crate::Ecosystem::covers`] does, without a comparison
    /// of texts for each.
    pub(super) fn covers(&self, release: Option<&str>) -> impl Fn(&Entry) -> bool + use<> {
        let any = release.is_none();
        let wanted = release
            .and_then(|release| self.releases.iter().position(|known| known == release))
            .map(index_u32);
        move |entry| any || entry.release.is_none() || entry.release == wanted
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    /// Advisory and affected package of every entry.
    pub(super) fn places(&self) -> impl Iterator<Item = Place> + '_ {
        self.entries.iter().map(|entry| (entry.advisory, entry.affected))
    }

    /// Where a version stands; `None` when it has no place in the order.
    pub(super) fn rank(&self, order: Order, version: &str) -> Option<Rank> {
        let version = Version::parse(order, version).ok()?;
        Some(match self.rungs.binary_search(&version) {
            Ok(rung) => on_rung(rung),
            Err(rung) => index_u32(rung).saturating_mul(2),
        })
    }

    /// Calls `hit` with every entry that names the version and with the range, or none when it is only listed. An
    /// entry may come twice.
    pub(super) fn each_hit(
        &self,
        rank: Option<Rank>,
        version: &str,
        hit: &mut dyn FnMut(&Entry, Option<u32>),
    ) {
        match rank {
            Some(rank) => {
                let begun = self.intervals.iter().take_while(|interval| interval.from <= rank);
                for interval in begun.filter(|interval| rank < interval.to) {
                    if let Some(entry) = self.entries.get(interval.entry as usize) {
                        hit(entry, Some(interval.range).filter(|range| *range != LISTED));
                    }
                }
            }
            // A version without a place in the order can still be listed by name.
            None => {
                let lists = |entry: &&Entry| entry.unordered_versions.iter().any(|listed| listed == version);
                for entry in self.entries.iter().filter(lists) {
                    hit(entry, None);
                }
            }
        }
    }
}

impl Interval {
    fn holds(self, rank: Rank) -> bool {
        self.from <= rank && rank < self.to
    }
}

fn bounds(range: &Range) -> impl Iterator<Item = &str> {
    [&range.lower, &range.upper].into_iter().filter_map(|bound| match bound {
        Bound::Included(text) | Bound::Excluded(text) => Some(text.as_str()),
        Bound::Unbounded => None,
    })
}

/// Every version text of an affected package: bounds first, then the list.
fn texts(affected: &Affected) -> impl Iterator<Item = &str> {
    affected.ranges.iter().flat_map(bounds).chain(affected.versions.iter().map(String::as_str))
}

fn on_rung(rung: usize) -> Rank {
    index_u32(rung).saturating_mul(2).saturating_add(1)
}
