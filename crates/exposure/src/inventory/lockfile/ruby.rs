//! Gemfile.lock.

use crate::ecosystem::{Ecosystem, Family};
use crate::place::Place;

use super::super::{Component, Inventory};

/// Under `specs:`, a gem is indented by four spaces and its requirements by six.
pub(super) fn gemfile_lock(text: &str, inventory: &mut Inventory) {
    let mut section = "";
    for (index, line) in text.lines().enumerate() {
        if !line.starts_with(' ') {
            section = line.trim();
        } else if let Some(spec) = line.strip_prefix("    ").filter(|spec| !spec.starts_with(' '))
            && let Some((name, version)) = spec.trim_end_matches(')').split_once(" (")
        {
            let at = Place::line(index);
            match section {
                // `nokogiri (1.13.0-x86_64-linux)`: the platform is no part of the version.
                "GEM" => {
                    let version = version.split('-').next().unwrap_or(version);
                    inventory.take(Component::new(Ecosystem::of(Family::RubyGems), name, version, at));
                }
                "GIT" | "PATH" => {
                    inventory.set_aside(at, spec, "from a repository or a folder, not from RubyGems");
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn gems_without_their_requirements() {
        let text = "PATH\n  remote: .\n  specs:\n    mine (0.1)\n\nGEM\n  remote: https://rubygems.org/\n  specs:\n    rails (6.0.2)\n      rack (~> 2.0)\n    nokogiri (1.13.0-x86_64-linux)\n\nDEPENDENCIES\n  rails (~> 6.0)\n";
        let inventory = crate::inventory::read("Gemfile.lock", text.as_bytes()).unwrap();
        let names: Vec<_> =
            inventory.components.iter().map(|c| format!("{} {}", c.name, c.version)).collect();
        assert_eq!(names, ["rails 6.0.2", "nokogiri 1.13.0"]);
    }
}
