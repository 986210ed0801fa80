//! Where a package comes from, and so whose advisories speak about it and how its versions are ordered.
//!
//! The words are those of the OSV schema (`Debian:11`, `crates.io`). A distribution carries its release, because
//! an advisory for Debian 11 says nothing about Debian 12.

use std::borrow::Cow;
use std::fmt;

use crate::version::Order;

/// The ecosystem of a package: a family and, for distributions, the release.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ecosystem {
    pub family: Family,
    /// `11` for Debian 11, `3.18` for Alpine v3.18, `8` for `AlmaLinux` 8. `None`: not stated.
    pub release: Option<String>,
}

/// Who publishes the package.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    CratesIo,
    Npm,
    PyPI,
    Go,
    Maven,
    NuGet,
    RubyGems,
    Packagist,
    Pub,
    Hex,
    Swift,
    CocoaPods,
    Conan,
    Kubernetes,
    Debian,
    Ubuntu,
    Alpine,
    Wolfi,
    Chainguard,
    RedHat,
    Rocky,
    Alma,
    Oracle,
    Fedora,
    Amazon,
    Suse,
    OpenSuse,
    AzureLinux,
    Photon,
    /// An operating system build or a KB: the name is `10.0.19045`, the version `10.0.19045.4046`.
    Windows,
    /// A desktop programme from the Windows registry, winget or a ledger. No feed is keyed by these names.
    WindowsProgram,
    /// A product named by CPE (`vendor:product`), which is a guess and never more than unconfirmed.
    Cpe,
    /// An ecosystem this program knows nothing about; the name is kept as it was written.
    Other(String),
}

/// Names of the families in OSV, with the prefixes of each. The first spelling is the one that is printed.
const OSV_NAMES: &[(&str, Family)] = &[
    ("crates.io", Family::CratesIo),
    ("npm", Family::Npm),
    ("PyPI", Family::PyPI),
    ("Go", Family::Go),
    ("Maven", Family::Maven),
    ("NuGet", Family::NuGet),
    ("RubyGems", Family::RubyGems),
    ("Packagist", Family::Packagist),
    ("Pub", Family::Pub),
    ("Hex", Family::Hex),
    ("SwiftURL", Family::Swift),
    ("CocoaPods", Family::CocoaPods),
    ("ConanCenter", Family::Conan),
    ("Kubernetes", Family::Kubernetes),
    ("Debian", Family::Debian),
    ("Ubuntu", Family::Ubuntu),
    ("Alpine", Family::Alpine),
    ("Wolfi", Family::Wolfi),
    ("Chainguard", Family::Chainguard),
    ("Red Hat", Family::RedHat),
    ("Rocky Linux", Family::Rocky),
    ("AlmaLinux", Family::Alma),
    ("Oracle Linux", Family::Oracle),
    ("Fedora", Family::Fedora),
    ("Amazon Linux", Family::Amazon),
    ("SUSE", Family::Suse),
    ("openSUSE", Family::OpenSuse),
    ("Azure Linux", Family::AzureLinux),
    ("Photon OS", Family::Photon),
    ("Windows", Family::Windows),
    ("Windows programs", Family::WindowsProgram),
    ("CPE", Family::Cpe),
];

/// Debian code names and numbers (debian.org/releases); the tracker and the DSA list speak in code names.
const DEBIAN_RELEASES: &[(&str, &str)] = &[
    ("woody", "3.0"),
    ("sarge", "3.1"),
    ("etch", "4"),
    ("lenny", "5"),
    ("squeeze", "6"),
    ("wheezy", "7"),
    ("jessie", "8"),
    ("stretch", "9"),
    ("buster", "10"),
    ("bullseye", "11"),
    ("bookworm", "12"),
    ("trixie", "13"),
    ("forky", "14"),
    ("duke", "15"),
];

impl Family {
    /// How versions of this family are ordered.
    pub fn order(&self) -> Order {
        match self {
            Self::PyPI => Order::Pep440,
            Self::Debian | Self::Ubuntu => Order::Debian,
            Self::Alpine | Self::Wolfi | Self::Chainguard => Order::Apk,
            Self::RedHat
            | Self::Rocky
            | Self::Alma
            | Self::Oracle
            | Self::Fedora
            | Self::Amazon
            | Self::Suse
            | Self::OpenSuse
            | Self::AzureLinux
            | Self::Photon => Order::Rpm,
            Self::Maven => Order::Maven,
            Self::NuGet => Order::NuGet,
            Self::RubyGems => Order::Gem,
            Self::Packagist => Order::Packagist,
            Self::CratesIo
            | Self::Npm
            | Self::Go
            | Self::Pub
            | Self::Hex
            | Self::Swift
            | Self::CocoaPods
            | Self::Conan
            | Self::Kubernetes => Order::Semver,
            Self::Windows | Self::WindowsProgram | Self::Cpe | Self::Other(_) => Order::Generic,
        }
    }

    /// True where advisories name the source package and one source makes several binary packages.
    pub fn advises_by_source(&self) -> bool {
        matches!(
            self,
            Self::Debian
                | Self::Ubuntu
                | Self::Alpine
                | Self::Wolfi
                | Self::Chainguard
                | Self::AzureLinux
                | Self::Photon
        )
    }

    /// True for operating system distributions, whose advisories know about backported fixes.
    pub fn is_distribution(&self) -> bool {
        matches!(self.order(), Order::Debian | Order::Apk | Order::Rpm) || *self == Self::Windows
    }

    /// True where an advisory counts only for the release it names. Wolfi and Chainguard have no releases.
    pub fn has_releases(&self) -> bool {
        self.is_distribution() && !matches!(self, Self::Wolfi | Self::Chainguard | Self::Windows)
    }
}

impl Ecosystem {
    /// An ecosystem without a release.
    pub fn of(family: Family) -> Self {
        Self { family, release: None }
    }

    /// A distribution and its release in any usual spelling (`bullseye`, `v3.18`, `22.04:LTS`).
    pub fn with_release(family: Family, release: &str) -> Self {
        let release = canonical_release(&family, release);
        Self { family, release }
    }

    /// Reads an ecosystem of the OSV schema. What is unknown becomes [`Family::Other`], never an error.
    pub fn from_osv(text: &str) -> Self {
        let (name, release) = text.split_once(':').map_or((text, ""), |(name, release)| (name, release));
        let family =
            OSV_NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, family)| family);
        match family {
            Some(family) => Self::with_release(family.clone(), release),
            None => Self::of(Family::Other(text.to_owned())),
        }
    }

    /// Reads `ID` and `VERSION_ID` of os-release, also as written in SBOMs and on the command line.
    pub fn from_os_release(id: &str, version: &str) -> Option<Self> {
        let family = match id.to_ascii_lowercase().as_str() {
            "debian" | "raspbian" => Family::Debian,
            "ubuntu" => Family::Ubuntu,
            "alpine" => Family::Alpine,
            "wolfi" => Family::Wolfi,
            "chainguard" => Family::Chainguard,
            "rhel" | "redhat" | "centos" => Family::RedHat,
            "rocky" => Family::Rocky,
            "almalinux" | "alma" => Family::Alma,
            "ol" | "oracle" | "oraclelinux" => Family::Oracle,
            "fedora" => Family::Fedora,
            "amzn" | "amazon" => Family::Amazon,
            "sles" | "sled" | "suse" | "sles_sap" => Family::Suse,
            "opensuse" | "opensuse-leap" | "opensuse-tumbleweed" => Family::OpenSuse,
            "mariner" | "azurelinux" | "cbl-mariner" => Family::AzureLinux,
            "photon" => Family::Photon,
            "windows" => Family::Windows,
            _ => return None,
        };
        Some(Self::with_release(family, version))
    }

    /// The form under which names are compared in this family.
    pub fn canonical_name<'a>(&self, name: &'a str) -> Cow<'a, str> {
        match self.family {
            Family::PyPI => Cow::Owned(canonical_pypi(name)),
            // Package URLs of Go modules are written in lower case, OSV's names are not.
            Family::Go
            | Family::NuGet
            | Family::Packagist
            | Family::Hex
            | Family::Cpe
            | Family::WindowsProgram
                if name.chars().any(char::is_uppercase) =>
            {
                Cow::Owned(name.to_lowercase())
            }
            _ => Cow::Borrowed(name),
        }
    }

    /// True when an advisory for `self` can speak about a package of `installed`: same family, and the same
    /// release where both state one.
    pub fn covers(&self, installed: &Self) -> bool {
        self.family == installed.family
            && (self.release.is_none() || installed.release.is_none() || self.release == installed.release)
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Other(name) => f.write_str(name),
            known => f.write_str(
                OSV_NAMES
                    .iter()
                    .find(|(_, family)| family == known)
                    .map_or("unknown ecosystem", |(name, _)| name),
            ),
        }
    }
}

impl fmt::Display for Ecosystem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.release {
            Some(release) => write!(f, "{}:{release}", self.family),
            None => write!(f, "{}", self.family),
        }
    }
}

/// PEP 503: lower case, and every run of `-`, `_` and `.` is one `-`.
fn canonical_pypi(name: &str) -> String {
    let mut canonical = String::with_capacity(name.len());
    for c in name.trim().chars() {
        if !matches!(c, '-' | '_' | '.') {
            canonical.extend(c.to_lowercase());
        } else if !canonical.ends_with('-') {
            canonical.push('-');
        }
    }
    canonical
}

fn canonical_release(family: &Family, release: &str) -> Option<String> {
    let release = release.trim();
    if release.is_empty() || !family.has_releases() {
        return None;
    }
    let canonical = match family {
        Family::Debian => debian_release(release).to_owned(),
        // `22.04:LTS`, `Pro:18.04:LTS`: a fix that only Pro carries is still missing on the machine.
        Family::Ubuntu => {
            release.split(':').find(|part| starts_with_digit(part)).unwrap_or(release).to_owned()
        }
        Family::Alpine => first_numbers(release.trim_start_matches('v'), 2),
        Family::RedHat => red_hat_release(release),
        Family::Rocky | Family::Alma | Family::Oracle => first_numbers(release, 1),
        Family::Suse => suse_release(release),
        Family::OpenSuse => release.trim_start_matches("Leap ").to_ascii_lowercase(),
        Family::Amazon | Family::AzureLinux | Family::Photon | Family::Fedora => release.to_ascii_lowercase(),
        _ => release.to_owned(),
    };
    Some(canonical)
}

/// The number of a Debian release: from the code name, or without the point release (`12.5` is `12`).
fn debian_release(release: &str) -> &str {
    let lower = release.split(['/', '-', ' ']).next().unwrap_or(release);
    if let Some((_, number)) = DEBIAN_RELEASES.iter().find(|(name, _)| name.eq_ignore_ascii_case(lower)) {
        return number;
    }
    match lower.split_once('.') {
        Some((major, _)) if starts_with_digit(major) && major != "3" => major,
        _ => lower,
    }
}

/// Red Hat's OSV entries name the product by CPE: `enterprise_linux:8::baseos` is release 8. Other products
/// (extended support, middleware) keep their whole name, so that they never match a plain RHEL.
fn red_hat_release(release: &str) -> String {
    match release.strip_prefix("enterprise_linux:") {
        Some(rest) => first_numbers(rest, 1),
        None if starts_with_digit(release) => first_numbers(release, 1),
        None => release.to_owned(),
    }
}

/// `Linux Enterprise Server 15 SP3`, `15-SP3` and `15.3` are all `15.3`.
fn suse_release(release: &str) -> String {
    let lower = release.to_ascii_lowercase();
    let numbers: Vec<&str> =
        lower.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let prefix = if lower.contains("micro") { "micro " } else { "" };
    match numbers.as_slice() {
        [] => lower,
        [major] => format!("{prefix}{major}"),
        [major, minor, ..] => format!("{prefix}{major}.{minor}"),
    }
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

/// The first `count` dot-separated numbers, or the text itself when it does not begin with a number.
fn first_numbers(text: &str, count: usize) -> String {
    if !starts_with_digit(text) {
        return text.to_ascii_lowercase();
    }
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (numbers, _) = text.split_at(end);
    numbers.split('.').filter(|part| !part.is_empty()).take(count).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_release_are_one_ecosystem() {
        for (left, right) in [
            ("Debian:11", "Debian:bullseye"),
            ("Ubuntu:22.04:LTS", "Ubuntu:22.04"),
            ("Ubuntu:Pro:18.04:LTS", "Ubuntu:18.04"),
            ("Alpine:v3.18", "Alpine:3.18.4"),
            ("Red Hat:enterprise_linux:8::baseos", "Red Hat:8.6"),
            ("SUSE:Linux Enterprise Server 15 SP3", "SUSE:15.3"),
            ("openSUSE:Leap 15.1", "openSUSE:15.1"),
            ("AlmaLinux:8", "AlmaLinux:8.9"),
        ] {
            assert_eq!(Ecosystem::from_osv(left), Ecosystem::from_osv(right), "{left} {right}");
        }
    }

    #[test]
    fn another_release_is_not_covered_and_an_unstated_one_is() {
        let advisory = Ecosystem::from_osv("Debian:11");
        assert!(!advisory.covers(&Ecosystem::from_osv("Debian:12")));
        assert!(advisory.covers(&Ecosystem::from_osv("Debian")));
        assert!(!advisory.covers(&Ecosystem::from_osv("Ubuntu:11")));
    }

    #[test]
    fn python_names_follow_pep_503() {
        let pypi = Ecosystem::of(Family::PyPI);
        assert_eq!(pypi.canonical_name("Zope.Interface__x"), "zope-interface-x");
    }
}
