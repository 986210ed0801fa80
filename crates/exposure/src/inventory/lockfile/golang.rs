//! go.mod and go.sum.

use std::collections::BTreeMap;

use crate::ecosystem::{Ecosystem, Family};
use crate::place::Place;
use crate::version::{Order, Version};

use super::super::{Component, Inventory};

fn module(name: &str, version: &str, at: Place) -> Component {
    Component::new(Ecosystem::of(Family::Go), name, version, at)
}

/// The old module, the one version it counts for, and the new module with its version, where that is no folder.
type Replacement<'a> = (&'a str, Option<&'a str>, Option<(&'a str, &'a str)>);

/// The selected versions, after `replace`. Since Go 1.17 indirect modules are listed too.
pub(super) fn go_mod(text: &str, inventory: &mut Inventory) {
    let mut required: BTreeMap<&str, (&str, Place)> = BTreeMap::new();
    let mut replaced: Vec<Replacement<'_>> = Vec::new();
    let mut block = "";
    for (index, line) in text.lines().enumerate() {
        let line = line.split("//").next().unwrap_or_default().trim();
        let (keyword, rest) = match line.split_once(' ') {
            _ if line == ")" => {
                block = "";
                continue;
            }
            Some((keyword, "(")) => {
                block = keyword;
                continue;
            }
            Some((keyword @ ("require" | "replace" | "exclude" | "module" | "retract" | "tool"), rest))
                if block.is_empty() =>
            {
                (keyword, rest)
            }
            _ => (block, line),
        };
        let words: Vec<&str> = rest.split_whitespace().collect();
        match (keyword, words.as_slice()) {
            ("require", [name, version, ..]) => {
                required.insert(name, (version, Place::line(index)));
            }
            ("replace", words) => {
                let mut sides = words.split(|word| *word == "=>");
                let (Some(old), Some(new)) = (sides.next(), sides.next()) else { continue };
                // A replacement without a version is a folder.
                let new = new.first().and_then(|name| Some((*name, *new.get(1)?)));
                if let Some(name) = old.first() {
                    replaced.push((name, old.get(1).copied(), new));
                }
            }
            _ => {}
        }
    }
    for (name, (version, at)) in required {
        let replacement =
            replaced.iter().find(|(old, only, _)| *old == name && only.is_none_or(|only| only == version));
        match replacement {
            Some((_, _, Some((name, version)))) => inventory.take(module(name, version, at)),
            Some((_, _, None)) => inventory.set_aside(at, name, "replaced by a folder"),
            None => inventory.take(module(name, version, at)),
        }
    }
}

/// Checksums of every version that was looked at. Go builds with the highest one, so the others are left out.
pub(super) fn go_sum(text: &str, inventory: &mut Inventory) {
    let mut highest: BTreeMap<&str, (Option<Version>, &str, Place)> = BTreeMap::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let at = Place::line(index);
        let mut words = line.split_whitespace();
        let (Some(name), Some(version), Some(_)) = (words.next(), words.next(), words.next()) else {
            inventory.set_aside(at, line, "not a module, a version and a checksum");
            continue;
        };
        // Only the go.mod of this version was read, not its code.
        if version.ends_with("/go.mod") {
            continue;
        }
        let parsed = Version::parse(Order::Semver, version).ok();
        let entry = highest.entry(name).or_insert_with(|| (parsed.clone(), version, at));
        if parsed > entry.0 {
            *entry = (parsed, version, at);
        }
    }
    for (name, (_, version, at)) in highest {
        inventory.take(module(name, version, at));
    }
}

pub(super) fn is_sum_line(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    matches!(words.as_slice(), [_, version, hash] if version.starts_with('v') && hash.starts_with("h1:"))
}

#[cfg(test)]
mod tests {
    use crate::inventory::read;

    #[test]
    fn replacements_count_and_checksums_alone_do_not() {
        let text = "module example.com/me\n\ngo 1.20\n\nrequire (\n\ta.example/x v1.0.0\n\tb.example/y v1.0.0 // indirect\n)\n\
            require c.example/z v1.0.0\nreplace a.example/x => d.example/x v1.5.0\nreplace c.example/z => ../z\n";
        let inventory = read("go.mod", text.as_bytes()).unwrap();
        let names: Vec<_> =
            inventory.components.iter().map(|c| format!("{} {}", c.name, c.version)).collect();
        assert_eq!(names, ["d.example/x v1.5.0", "b.example/y v1.0.0"]);
        let sum = "a.example/x v1.0.0 h1:a=\na.example/x v1.2.0 h1:b=\na.example/x v1.9.0/go.mod h1:c=\n";
        let inventory = read("go.sum", sum.as_bytes()).unwrap();
        assert_eq!(inventory.components[0].version, "v1.2.0");
    }
}
