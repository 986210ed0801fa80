//! Alpine: `/lib/apk/db/installed` and `apk list --installed`.

use crate::ecosystem::{Ecosystem, Family};
use crate::place::Place;

use super::text::paragraphs;
use super::{Component, Inventory, Source};

/// The database: `P:` name, `V:` version, `A:` architecture, `o:` origin (the source package).
pub(super) fn installed(text: &str, inventory: &mut Inventory) {
    for paragraph in paragraphs(text) {
        // One-letter fields differ by case: `A:` is the architecture, `a:` the access of a directory.
        let at = Place::line(paragraph.line);
        let Some(name) = paragraph.get("P") else {
            inventory.set_aside(at, "", "a paragraph without P:");
            continue;
        };
        let mut component =
            Component::new(Ecosystem::of(Family::Alpine), name, paragraph.get("V").unwrap_or_default(), at);
        component.arch = paragraph.get("A").map(str::to_owned);
        component.source = paragraph.get("o").map(|origin| Source { name: origin.to_owned(), version: None });
        inventory.take(component);
    }
    find_release(inventory);
}

/// `musl-1.2.4-r2 x86_64 {musl} (MIT) [installed]`, or only `musl-1.2.4-r2` as `apk info -v` prints it.
pub(super) fn listing(text: &str, inventory: &mut Inventory) {
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let at = Place::line(index);
        let mut words = line.split_whitespace();
        let Some((name, version)) = words.next().and_then(split_name) else {
            inventory.set_aside(at, line, "no package name and version in this line");
            continue;
        };
        let mut component = Component::new(Ecosystem::of(Family::Alpine), name, version, at);
        for word in words {
            if let Some(origin) = word.strip_prefix('{') {
                component.source =
                    Some(Source { name: origin.trim_end_matches('}').to_owned(), version: None });
            } else if component.arch.is_none() && !word.starts_with(['(', '[']) {
                component.arch = Some(word.to_owned());
            }
        }
        inventory.take(component);
    }
    find_release(inventory);
}

/// Splits `lib-x-1.2.4-r2` before the version; the version always ends in `-rN`.
pub(super) fn split_name(text: &str) -> Option<(&str, &str)> {
    let (front, revision) = text.rsplit_once("-r")?;
    if revision.is_empty() || !revision.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (name, version) = front.rsplit_once('-')?;
    if name.is_empty() || !version.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    Some((name, text.split_at(name.len() + 1).1))
}

/// `alpine-release` carries the release of the distribution.
fn find_release(inventory: &mut Inventory) {
    let release = inventory.components.iter().find(|component| component.name == "alpine-release");
    let os = match release {
        Some(package) => {
            inventory.host.os_basis = Some(format!("alpine-release {}", package.version));
            Ecosystem::with_release(Family::Alpine, &package.version)
        }
        None => Ecosystem::of(Family::Alpine),
    };
    inventory.host.os = Some(os);
}

#[cfg(test)]
mod tests {
    use super::super::read;

    #[test]
    fn the_database_gives_origin_and_release() {
        let text = "C:Q1abc=\nP:libcrypto3\nV:3.1.4-r1\nA:x86_64\no:openssl\nF:lib\nM:0:0:0755\nR:libcrypto.so.3\na:0:0:755\n\n\
            C:Q1def=\nP:alpine-release\nV:3.18.4-r0\nA:x86_64\n";
        let inventory = read("installed", text.as_bytes()).unwrap();
        assert_eq!(inventory.host.os.unwrap().to_string(), "Alpine:3.18");
        assert_eq!(inventory.components[0].advised_as(), ("openssl", "3.1.4-r1"));
        assert_eq!(inventory.components[0].arch.as_deref(), Some("x86_64"));
    }

    #[test]
    fn the_listing_is_read() {
        let text = "WARNING\nlib-x-y-1.2.4_p1-r2 x86_64 {lib-x} (MIT) [installed]\nmusl-1.2.4-r2 x86_64 {musl} (MIT) [installed]\n";
        let inventory = read("list", text.as_bytes()).unwrap();
        assert_eq!(inventory.components[0].name, "lib-x-y");
        assert_eq!(inventory.components[0].version, "1.2.4_p1-r2");
        assert_eq!(inventory.set_aside.len(), 1);
    }
}
