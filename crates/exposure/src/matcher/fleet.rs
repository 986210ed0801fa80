//! Many machines at once: what is installed is interned, so that each package version of the whole fleet is matched
//! once, and a machine's findings are its list of package versions joined with that small table.

use std::collections::{BTreeMap, HashMap};

use crate::ecosystem::Ecosystem;
use crate::inventory::Component;

use super::packed::{pack, push, unpack};
use super::{Catalogue, Name};

/// A fleet of machines, by number.
#[derive(Debug, Default)]
pub struct Fleet {
    packages: Vec<Package>,
    package_ids: HashMap<Key, u32>,
    coordinates: Vec<Coordinate>,
    /// Sorted coordinates of each machine, packed.
    machines: Vec<Box<[u8]>>,
    postings: Postings,
    /// Advisories of each coordinate, sorted.
    matches: Vec<Box<[u32]>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    ecosystem: Ecosystem,
    name: String,
    module: Option<String>,
}

#[derive(Debug)]
struct Package {
    key: Key,
    /// Coordinates of this package by version.
    versions: BTreeMap<Box<str>, u32>,
}

#[derive(Debug)]
struct Coordinate {
    package: u32,
}

/// The machines of each coordinate, one after another.
#[derive(Debug, Default)]
struct Postings {
    /// Where the list of a coordinate begins; one more than there are coordinates.
    starts: Vec<usize>,
    /// Sorted machines, packed.
    lists: Vec<u8>,
}

/// How the advisories of one coordinate changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub coordinate: u32,
    pub opened: Vec<u32>,
    pub closed: Vec<u32>,
}

impl Fleet {
    /// The number of a component's package version.
    pub fn intern(&mut self, component: &Component) -> u32 {
        let (name, version) = component.advised_as();
        let key = Key {
            ecosystem: component.ecosystem.clone(),
            name: component.ecosystem.canonical_name(name).into_owned(),
            module: component.module.clone(),
        };
        let next_package = as_u32(self.packages.len());
        let package = *self.package_ids.entry(key).or_insert_with_key(|key| {
            self.packages.push(Package { key: key.clone(), versions: BTreeMap::new() });
            next_package
        });
        let next = as_u32(self.coordinates.len());
        let Some(entry) = self.packages.get_mut(package as usize) else { return next };
        if let Some(known) = entry.versions.get(version) {
            return *known;
        }
        entry.versions.insert(version.into(), next);
        self.coordinates.push(Coordinate { package });
        self.matches.push(Box::default());
        next
    }

    /// Adds a machine and gives its number. [`Self::index`] makes it found by its packages.
    pub fn add_machine(&mut self, mut coordinates: Vec<u32>) -> u32 {
        coordinates.sort_unstable();
        coordinates.dedup();
        self.machines.push(pack(&coordinates));
        as_u32(self.machines.len() - 1)
    }

    /// Replaces what a machine has. Its findings follow at once; [`Self::index`] must run before the next feed change.
    pub fn set_machine(&mut self, machine: u32, mut coordinates: Vec<u32>) {
        coordinates.sort_unstable();
        coordinates.dedup();
        if let Some(slot) = self.machines.get_mut(machine as usize) {
            *slot = pack(&coordinates);
        }
    }

    /// Builds the lists from packages to machines.
    pub fn index(&mut self) {
        let mut lists: Vec<(Vec<u8>, u32)> = vec![(Vec::new(), 0); self.coordinates.len()];
        for (machine, coordinates) in self.machines.iter().enumerate() {
            let machine = as_u32(machine);
            for coordinate in unpack(coordinates) {
                if let Some((bytes, last)) = lists.get_mut(coordinate as usize) {
                    push(bytes, machine - *last);
                    *last = machine;
                }
            }
        }
        let mut postings = Postings { starts: vec![0], lists: Vec::new() };
        postings.lists.reserve_exact(lists.iter().map(|(bytes, _)| bytes.len()).sum());
        for (bytes, _) in lists {
            postings.lists.extend(bytes);
            postings.starts.push(postings.lists.len());
        }
        self.postings = postings;
    }

    /// Matches every package version of the fleet anew. Gives the number of matches.
    pub fn rematch(&mut self, catalogue: &Catalogue) -> usize {
        for package in &self.packages {
            let found = matches_of(package, catalogue);
            for (coordinate, advisories) in package.versions.values().zip(found) {
                if let Some(slot) = self.matches.get_mut(*coordinate as usize) {
                    *slot = advisories.into_boxed_slice();
                }
            }
        }
        self.matches.iter().map(|advisories| advisories.len()).sum()
    }

    /// Matches only the packages with these names, as [`Catalogue::update`] gives them, and says what changed.
    pub fn rematch_names(
        &mut self,
        catalogue: &Catalogue,
        names: &std::collections::BTreeSet<Name>,
    ) -> Vec<Change> {
        let mut changes = Vec::new();
        let touched = self.packages.iter().filter(|package| {
            // A lookup without copying the name would need a borrowed form of the pair.
            names.contains(&(package.key.ecosystem.family.clone(), package.key.name.clone()))
        });
        for package in touched {
            let found = matches_of(package, catalogue);
            for (coordinate, advisories) in package.versions.values().zip(found) {
                let Some(slot) = self.matches.get_mut(*coordinate as usize) else { continue };
                let opened: Vec<u32> = advisories
                    .iter()
                    .filter(|advisory| slot.binary_search(advisory).is_err())
                    .copied()
                    .collect();
                let closed: Vec<u32> = slot
                    .iter()
                    .filter(|advisory| advisories.binary_search(advisory).is_err())
                    .copied()
                    .collect();
                if !opened.is_empty() || !closed.is_empty() {
                    *slot = advisories.into_boxed_slice();
                    changes.push(Change { coordinate: *coordinate, opened, closed });
                }
            }
        }
        changes
    }

    /// The machines that have a package version, in ascending order.
    pub fn machines_with(&self, coordinate: u32) -> impl Iterator<Item = u32> + '_ {
        let start = |index: usize| self.postings.starts.get(index).copied().unwrap_or_default();
        let (from, to) = (start(coordinate as usize), start(coordinate as usize + 1));
        unpack(self.postings.lists.get(from..to).unwrap_or_default())
    }

    /// The machines to which any of these advisories applies: whom a new entry in KEV concerns.
    pub fn machines_affected_by(&self, advisories: &[u32]) -> Vec<u32> {
        let hit = |found: &[u32]| advisories.iter().any(|advisory| found.binary_search(advisory).is_ok());
        let coordinates = self.matches.iter().enumerate().filter(|(_, found)| hit(found));
        let mut machines: Vec<u32> =
            coordinates.flat_map(|(coordinate, _)| self.machines_with(as_u32(coordinate))).collect();
        machines.sort_unstable();
        machines.dedup();
        machines
    }

    /// Package versions and advisories of one machine.
    pub fn findings(&self, machine: u32) -> impl Iterator<Item = (u32, u32)> + '_ {
        let coordinates = self.machines.get(machine as usize).map(|list| &**list).unwrap_or_default();
        unpack(coordinates).flat_map(|coordinate| {
            let advisories = self.matches.get(coordinate as usize).map(|list| &**list).unwrap_or_default();
            advisories.iter().map(move |advisory| (coordinate, *advisory))
        })
    }

    /// Ecosystem and name of a package version.
    pub fn name(&self, coordinate: u32) -> Option<(&Ecosystem, &str)> {
        let package = self.coordinates.get(coordinate as usize)?.package;
        let key = &self.packages.get(package as usize)?.key;
        Some((&key.ecosystem, &key.name))
    }

    pub fn coordinates(&self) -> usize {
        self.coordinates.len()
    }
}

fn matches_of(package: &Package, catalogue: &Catalogue) -> Vec<Vec<u32>> {
    let key = &package.key;
    catalogue.advisories_of(
        &key.ecosystem,
        &key.name,
        key.module.as_deref(),
        package.versions.keys().map(|version| &**version),
    )
}

fn as_u32(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::advisory::{Advisory, Affected};
    use crate::ecosystem::Family;
    use crate::place::Place;

    fn npm(name: &str, version: &str) -> Component {
        Component::new(Ecosystem::of(Family::Npm), name, version, Place::File)
    }

    fn advisory(id: &str, name: &str, fixed: &str) -> Advisory {
        let affected = vec![Affected::before(Ecosystem::of(Family::Npm), name, Some(fixed))];
        Advisory { id: id.to_owned(), affected, ..Advisory::default() }
    }

    #[test]
    fn a_changed_advisory_opens_and_closes_on_the_right_machines() {
        let mut fleet = Fleet::default();
        let (old, new) = (fleet.intern(&npm("a", "1.0.0")), fleet.intern(&npm("a", "2.0.0")));
        let other = fleet.intern(&npm("b", "1.0.0"));
        assert_eq!(fleet.intern(&npm("a", "1.0.0")), old);
        let first = fleet.add_machine(vec![old, other]);
        let second = fleet.add_machine(vec![new]);
        fleet.index();
        let mut catalogue = Catalogue::new(vec![advisory("X", "a", "1.5.0")]);
        assert_eq!(fleet.rematch(&catalogue), 1);
        assert_eq!(fleet.findings(first).collect::<Vec<_>>(), [(old, 0)]);
        assert_eq!(fleet.machines_affected_by(&[0]), [first]);
        // The fix turns out to be incomplete, and b is affected too.
        let names = catalogue.update(vec![advisory("X", "a", "2.5.0"), advisory("Y", "b", "9.0.0")]);
        let changes = fleet.rematch_names(&catalogue, &names);
        assert_eq!(
            changes.iter().map(|change| (change.coordinate, change.opened.clone())).collect::<Vec<_>>(),
            [(new, vec![0]), (other, vec![1])]
        );
        assert_eq!(fleet.machines_affected_by(&[0]), [first, second]);
        // It is withdrawn.
        let names = catalogue.update(vec![Advisory { withdrawn: true, ..advisory("X", "a", "2.5.0") }]);
        assert_eq!(
            fleet.rematch_names(&catalogue, &names).iter().map(|change| change.closed.len()).sum::<usize>(),
            2
        );
        assert_eq!(fleet.machines_affected_by(&[0]), Vec::<u32>::new());
    }
}
