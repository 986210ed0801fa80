//! Debian and Ubuntu: `/var/lib/dpkg/status` and the listings of `dpkg -l` and `dpkg-query -W`.

use crate::ecosystem::{Ecosystem, Family};
use crate::place::Place;

use super::text::paragraphs;
use super::{Component, Inventory, Source};

/// Architectures as dpkg names them; rpm's names differ (`x86_64`, `noarch`).
pub(super) const ARCHITECTURES: [&str; 11] =
    ["amd64", "all", "arm64", "armhf", "armel", "i386", "ppc64el", "s390x", "riscv64", "mips64el", "any"];

/// Version of Ubuntu's `base-files`, which keeps Debian's number, and the release it belongs to.
const UBUNTU_BASE_FILES: &[(&str, &str)] = &[
    ("7.2ubuntu", "14.04"),
    ("9.4ubuntu", "16.04"),
    ("10.1ubuntu", "18.04"),
    ("11ubuntu", "20.04"),
    ("12ubuntu", "22.04"),
    ("13ubuntu", "24.04"),
];

/// The status file. Packages that were removed and left only their configuration are not installed.
pub(super) fn status(text: &str, inventory: &mut Inventory) {
    let mut ubuntu = false;
    for paragraph in paragraphs(text) {
        let Some(name) = paragraph.get("Package") else { continue };
        let installed = paragraph.get("Status").is_none_or(|status| status.ends_with(" installed"));
        if !installed {
            continue;
        }
        ubuntu |= paragraph.get("Maintainer").is_some_and(|maintainer| maintainer.contains("Ubuntu"));
        let mut component =
            package(name, paragraph.get("Version").unwrap_or_default(), Place::line(paragraph.line));
        component.arch = paragraph.get("Architecture").map(str::to_owned);
        component.source = paragraph.get("Source").map(source);
        inventory.take(component);
    }
    find_release(inventory, ubuntu);
}

/// A listing: the table of `dpkg -l`, or columns of `dpkg-query -W` with name and version first.
pub(super) fn listing(text: &str, inventory: &mut Inventory) {
    for (index, line) in text.lines().enumerate() {
        let at = Place::line(index);
        let columns: Vec<&str> = if line.contains('\t') {
            line.split('\t').map(str::trim).collect()
        } else {
            line.split_whitespace().collect()
        };
        match columns.as_slice() {
            [] => {}
            // `ii`: wanted and installed. Any other pair of state letters is not installed as it should be.
            [state, name, version, arch, ..] if is_state(state) => {
                if state.chars().nth(1) == Some('i') {
                    let mut component = package(name, version, at);
                    component.arch = Some((*arch).to_owned());
                    inventory.take(component);
                }
            }
            [first, ..] if first.starts_with(['|', '+']) || first.contains("=") => {}
            [name, version, rest @ ..]
                if is_name(name) && version.starts_with(|c: char| c.is_ascii_digit()) =>
            {
                let mut component = package(name, version, at);
                read_extra_columns(&mut component, rest);
                inventory.take(component);
            }
            [name, ..] => inventory.set_aside(at, *name, "no package name and version in this line"),
        }
    }
    find_release(inventory, false);
}

/// True for the state column of `dpkg -l`: `ii`, `rc`, `hi`, `iU`.
pub(super) fn is_state(text: &str) -> bool {
    let bytes = text.as_bytes();
    matches!(bytes.len(), 2 | 3)
        && matches!(bytes.first(), Some(b'u' | b'i' | b'r' | b'p' | b'h'))
        && matches!(bytes.get(1), Some(b'n' | b'c' | b'H' | b'U' | b'F' | b'W' | b't' | b'i'))
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.' | b':' | b'_'))
}

/// Architecture, source package and source version, in the order in which people usually ask for them.
fn read_extra_columns(component: &mut Component, columns: &[&str]) {
    for column in columns.iter().filter(|column| !column.is_empty()) {
        if ARCHITECTURES.contains(column) {
            component.arch = Some((*column).to_owned());
        } else if let Some(source) = &mut component.source {
            let version = column.trim_matches(['(', ')']);
            if source.version.is_none() && version.starts_with(|c: char| c.is_ascii_digit()) {
                source.version = Some(version.to_owned());
            }
        } else if is_name(column.split_whitespace().next().unwrap_or_default()) {
            component.source = Some(source(column));
        }
    }
}

fn package(name: &str, version: &str, at: Place) -> Component {
    let (name, arch) = name.split_once(':').map_or((name, None), |(name, arch)| (name, Some(arch)));
    let mut component = Component::new(Ecosystem::of(Family::Debian), name, version, at);
    component.arch = arch.map(str::to_owned);
    component
}

/// `Source: glibc (2.31-13)`: the version is there only when it differs from the binary's.
fn source(field: &str) -> Source {
    match field.split_once('(') {
        Some((name, version)) => Source {
            name: name.trim().to_owned(),
            version: Some(version.trim_end_matches(')').trim().to_owned()),
        },
        None => Source { name: field.trim().to_owned(), version: None },
    }
}

/// A package list does not name its release. `base-files` carries it; failing that, the newest `+debNNu` suffix does.
fn find_release(inventory: &mut Inventory, ubuntu: bool) {
    let ubuntu = ubuntu
        || inventory.components.iter().filter(|c| c.version.contains("ubuntu")).count()
            > inventory.components.len() / 20;
    let base_files = inventory.components.iter().find(|component| component.name == "base-files");
    let found = if ubuntu {
        base_files.and_then(|base| {
            let (_, release) =
                UBUNTU_BASE_FILES.iter().find(|(prefix, _)| base.version.starts_with(prefix))?;
            Some(((*release).to_owned(), format!("base-files {}", base.version)))
        })
    } else {
        base_files
            .and_then(|base| {
                Some((leading_number(&base.version)?.to_string(), format!("base-files {}", base.version)))
            })
            .or_else(|| {
                let newest = inventory.components.iter().filter_map(|c| security_suffix(&c.version)).max()?;
                Some((newest.to_string(), format!("the newest version suffix deb{newest}u")))
            })
    };
    let family = if ubuntu { Family::Ubuntu } else { Family::Debian };
    for component in &mut inventory.components {
        component.ecosystem = Ecosystem::of(family.clone());
    }
    inventory.host.os = Some(match &found {
        Some((release, _)) => Ecosystem::with_release(family, release),
        None => Ecosystem::of(family),
    });
    inventory.host.os_basis = found.map(|(_, basis)| basis);
}

fn leading_number(text: &str) -> Option<u32> {
    let (digits, _) = crate::version::split_while(text, |c| c.is_ascii_digit());
    digits.parse().ok()
}

/// 11 of `1.2-3+deb11u1`.
fn security_suffix(version: &str) -> Option<u32> {
    let (_, suffix) = version.rsplit_once("deb")?;
    let (digits, rest) = crate::version::split_while(suffix, |c| c.is_ascii_digit());
    rest.starts_with('u').then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::super::read;

    const STATUS: &str = "Package: libssl1.1\nStatus: install ok installed\nArchitecture: amd64\nSource: openssl (1.1.1n-0)\n\
        Version: 1.1.1n-0+deb11u3\nDescription: Secure Sockets Layer\n toolkit: libraries\n\n\
        Package: gone\nStatus: deinstall ok config-files\nVersion: 1.0\n\n\
        Package: base-files\nStatus: install ok installed\nVersion: 11.1+deb11u6\n\n\
        Package: noversion\nStatus: install ok installed\n";

    #[test]
    fn the_status_file_gives_source_release_and_what_is_missing() {
        let inventory = read("status", STATUS.as_bytes()).unwrap();
        assert_eq!(inventory.host.os.as_ref().unwrap().to_string(), "Debian:11");
        let names: Vec<_> = inventory.components.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, ["libssl1.1", "base-files"]);
        assert_eq!(inventory.components[0].advised_as(), ("openssl", "1.1.1n-0"));
        assert_eq!(inventory.components[0].ecosystem.to_string(), "Debian:11");
        assert_eq!(inventory.set_aside[0].reason, "no version");
    }

    #[test]
    fn listings_of_dpkg_are_read() {
        let table = "Desired=Unknown/Install/Remove/Purge/Hold\n| Status=Not/Inst/Conf-files\n||/ Name Version Architecture Description\n\
            +++-====-====-====-====\nii  adduser  3.118  all  add and remove users\nrc  old  1.0  amd64  removed\n\
            hi  libc6:amd64  2.31-13+deb11u5  amd64  GNU C Library\n";
        let inventory = read("list.txt", table.as_bytes()).unwrap();
        assert_eq!(inventory.components.len(), 2, "{inventory:?}");
        assert_eq!(inventory.components[1].name, "libc6");
        let columns = "adduser\t3.118\tall\tadduser\nlibc6\t2.31-13+deb11u5\tamd64\tglibc\t2.31-13+deb11u5\n";
        let inventory = read("list.txt", columns.as_bytes()).unwrap();
        assert_eq!(inventory.components[1].advised_as().0, "glibc");
        assert_eq!(inventory.host.os.unwrap().to_string(), "Debian:11");
    }

    #[test]
    fn ubuntu_is_told_from_debian() {
        let text = "Package: base-files\nStatus: install ok installed\nMaintainer: Ubuntu Developers <x@example.org>\nVersion: 12ubuntu4.4\n";
        assert_eq!(read("status", text.as_bytes()).unwrap().host.os.unwrap().to_string(), "Ubuntu:22.04");
    }
}
