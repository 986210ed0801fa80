//! Red Hat's relatives and SUSE: `rpm -qa`, plain or with the query formats in common use.

use crate::ecosystem::{Ecosystem, Family};
use crate::place::Place;

use super::{Component, Inventory, Source};

/// Architectures as rpm names them.
pub(super) const ARCHITECTURES: [&str; 11] =
    ["x86_64", "noarch", "i686", "i586", "i386", "aarch64", "ppc64le", "ppc64", "s390x", "armv7hl", "src"];

/// Packages that carry the release of their distribution.
const RELEASE_PACKAGES: &[(&str, Family)] = &[
    ("redhat-release", Family::RedHat),
    ("redhat-release-server", Family::RedHat),
    ("centos-release", Family::RedHat),
    ("centos-linux-release", Family::RedHat),
    ("centos-stream-release", Family::RedHat),
    ("rocky-release", Family::Rocky),
    ("almalinux-release", Family::Alma),
    ("oraclelinux-release", Family::Oracle),
    ("fedora-release-common", Family::Fedora),
    ("fedora-release", Family::Fedora),
    ("system-release", Family::Amazon),
    ("sles-release", Family::Suse),
    ("openSUSE-release", Family::OpenSuse),
    ("Leap-release", Family::OpenSuse),
    ("mariner-release", Family::AzureLinux),
    ("azurelinux-release", Family::AzureLinux),
    ("photon-release", Family::Photon),
];

/// Marks in the release field of a package, where no release package is listed.
const RELEASE_MARKS: &[(&str, Family)] = &[
    (".amzn", Family::Amazon),
    (".el", Family::RedHat),
    (".fc", Family::Fedora),
    (".cm", Family::AzureLinux),
    (".azl", Family::AzureLinux),
    (".ph", Family::Photon),
];

pub(super) fn listing(text: &str, inventory: &mut Inventory) {
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let at = Place::line(index);
        match package(line, at) {
            // Keys that rpm keeps in its database are no software.
            Some(component) if component.name == "gpg-pubkey" => {}
            Some(component) => inventory.take(component),
            None => inventory.set_aside(at, line, "no package name, version and release in this line"),
        }
    }
    find_release(inventory);
}

/// One line: `name-[epoch:]version-release.arch`, or columns in which every value shows by its shape what it is.
pub(super) fn package(line: &str, at: Place) -> Option<Component> {
    let mut columns =
        line.split(['\t', ' ', '|', ',', ';']).map(str::trim).filter(|column| !column.is_empty());
    let first = columns.next()?;
    let rest: Vec<&str> = columns.collect();
    let mut component = Component::new(Ecosystem::of(Family::RedHat), "", "", at);
    if rest.iter().all(|column| is_extra(column)) && first.contains('-') {
        let (nevr, arch) = match first.rsplit_once('.') {
            Some((nevr, arch)) if ARCHITECTURES.contains(&arch) => (nevr, Some(arch)),
            _ => (first, None),
        };
        let (name_version, release) = nevr.rsplit_once('-')?;
        let (name, version) = name_version.rsplit_once('-')?;
        // yum prints `epoch:name-version-release`, rpm `name-epoch:version-release`.
        let (name, version) = match name.split_once(':') {
            Some((epoch, name)) => (name, format!("{epoch}:{version}-{release}")),
            None => (name, format!("{version}-{release}")),
        };
        (component.name, component.version) = (name.to_owned(), version);
        component.arch = arch.map(str::to_owned);
    } else {
        component.name = first.to_owned();
    }
    let (mut epoch, mut version, mut release) = (None, None, None);
    for column in rest {
        if let Some(source) = column.strip_suffix(".src.rpm") {
            component.source = source_of(source);
        } else if ARCHITECTURES.contains(&column) {
            component.arch = Some(column.to_owned());
        } else if column.matches(':').count() >= 2 {
            component.module = module_of(column);
        } else if column == "(none)" {
            // As the epoch it is zero; as the module or the source it is nothing.
            if epoch.is_none() && version.is_none() && component.version.is_empty() {
                epoch = Some("0");
            }
        } else if component.version.is_empty() && version.is_none() {
            let is_number = column.bytes().all(|b| b.is_ascii_digit());
            if is_number && epoch.is_none() {
                epoch = Some(column);
            } else {
                version = Some(column);
            }
        } else if version.is_some() && release.is_none() {
            release = Some(column);
        }
    }
    if component.version.is_empty() {
        component.version = join_evr(epoch, version, release)?;
    }
    let starts_well = component.version.starts_with(|c: char| c.is_ascii_digit() || c.is_ascii_alphabetic());
    (starts_well && !component.name.is_empty()).then_some(component)
}

fn is_extra(column: &str) -> bool {
    column.ends_with(".src.rpm")
        || ARCHITECTURES.contains(&column)
        || column == "(none)"
        || column.matches(':').count() >= 2
}

/// Puts the columns together again. A version of digits alone was taken for the epoch; without a release it was not.
fn join_evr(epoch: Option<&str>, version: Option<&str>, release: Option<&str>) -> Option<String> {
    match (epoch, version, release) {
        (Some(epoch), Some(version), Some(release)) => Some(format!("{epoch}:{version}-{release}")),
        (Some(version), Some(release), None) if !release.contains('-') => {
            Some(format!("{version}-{release}"))
        }
        (Some(epoch), Some(evr), None) => Some(format!("{epoch}:{evr}")),
        (None, Some(version), Some(release)) => Some(format!("{version}-{release}")),
        (None, Some(evr), None) if evr.contains('-') => Some(evr.replace("(none):", "0:")),
        _ => None,
    }
}

/// `openssl-1.1.1k-6.el8` of a source package's file name.
pub(super) fn source_of(nvr: &str) -> Option<Source> {
    let (name_version, release) = nvr.rsplit_once('-')?;
    let (name, version) = name_version.rsplit_once('-')?;
    Some(Source { name: name.to_owned(), version: Some(format!("{version}-{release}")) })
}

/// `nodejs:18` of `nodejs:18:8080020230718:63b34585`.
pub(super) fn module_of(label: &str) -> Option<String> {
    let mut parts = label.split(':');
    Some(format!("{}:{}", parts.next()?, parts.next()?))
}

fn find_release(inventory: &mut Inventory) {
    let by_package = inventory.components.iter().find_map(|component| {
        let (_, family) = RELEASE_PACKAGES.iter().find(|(name, _)| *name == component.name)?;
        let version =
            component.version.split_once(':').map_or(component.version.as_str(), |(_, version)| version);
        let (version, _) = version.split_once('-')?;
        Some((Ecosystem::with_release(family.clone(), version), format!("{} {version}", component.name)))
    });
    let found = by_package.or_else(|| {
        inventory.components.iter().find_map(|component| {
            RELEASE_MARKS.iter().find_map(|(mark, family)| {
                let (_, after) = component.version.rsplit_once(mark)?;
                let (digits, _) = crate::version::split_while(after, |c| c.is_ascii_digit());
                let basis = format!("the mark {mark}{digits} in the packages");
                (!digits.is_empty()).then(|| (Ecosystem::with_release(family.clone(), digits), basis))
            })
        })
    });
    if let Some((os, basis)) = found {
        inventory.host.os = Some(os);
        inventory.host.os_basis = Some(basis);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn query_formats_in_common_use_give_the_same_package() {
        for line in [
            "openssl-libs-1:1.1.1k-6.el8_5.x86_64",
            "1:openssl-libs-1.1.1k-6.el8_5.x86_64",
            "openssl-libs 1 1.1.1k 6.el8_5 x86_64",
            "openssl-libs\t1:1.1.1k-6.el8_5\tx86_64\topenssl-1.1.1k-6.el8_5.src.rpm",
            "openssl-libs|1|1.1.1k|6.el8_5|x86_64|(none)",
        ] {
            let component = package(line, Place::File).unwrap();
            assert_eq!(component.name, "openssl-libs", "{line}");
            assert_eq!(component.version, "1:1.1.1k-6.el8_5", "{line}");
            assert_eq!(component.arch.as_deref(), Some("x86_64"), "{line}");
        }
    }

    #[test]
    fn an_epoch_that_rpm_says_is_none_is_zero() {
        for line in [
            "bash (none) 4.4.20 4.el8 x86_64",
            "bash\t(none):4.4.20-4.el8\tx86_64",
            "bash 0 4.4.20 4.el8 x86_64",
        ] {
            assert_eq!(package(line, Place::File).unwrap().version, "0:4.4.20-4.el8", "{line}");
        }
        assert_eq!(package("bash-4.4.20-4.el8.x86_64", Place::File).unwrap().version, "4.4.20-4.el8");
    }

    #[test]
    fn a_module_is_its_name_and_stream() {
        let line = "nodejs 1 18.16.1 1.module_el8 x86_64 nodejs:18:8080020230718:63b34585";
        assert_eq!(package(line, Place::File).unwrap().module.as_deref(), Some("nodejs:18"));
    }

    #[test]
    fn the_release_comes_from_the_release_package_or_the_marks() {
        for (text, expected) in [
            ("bash-4.4.20-4.el8.x86_64\nrocky-release-8.6-3.el8.noarch\n", "Rocky Linux:8"),
            ("bash-4.4.20-4.el8.x86_64\nzlib-1.2.11-18.el8.x86_64\n", "Red Hat:8"),
            ("bash-4.2.46-34.amzn2.x86_64\nzlib-1.2.7-19.amzn2.0.1.x86_64\n", "Amazon Linux:2"),
        ] {
            assert_eq!(
                super::super::read("rpm.txt", text.as_bytes()).unwrap().host.os.unwrap().to_string(),
                expected
            );
        }
    }
}
