//! Version orders: for each ecosystem the one its own package manager uses.
//!
//! A [`Version`] is parsed once and compared many times. Where a crate was measured right against the package
//! manager itself it is used; the others are the short modules beside this one, each with pairs from the
//! documentation of its package manager.

mod apk;
mod gem;
mod generic;
mod maven;
mod nuget;
mod packagist;
mod semver;
mod sortkey;

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// Longer texts are not versions. It bounds the work of every comparison.
pub const MAX_VERSION_BYTES: usize = 512;

/// How versions are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Order {
    Semver,
    Pep440,
    Debian,
    Rpm,
    Apk,
    Maven,
    NuGet,
    Gem,
    Packagist,
    /// Numbers by value, words by letter: for Windows builds, CPE and ecosystems without a rule of their own.
    Generic,
}

impl Order {
    /// The name shown in the evidence of a finding.
    pub fn name(self) -> &'static str {
        match self {
            Self::Semver => "semver",
            Self::Pep440 => "pep440",
            Self::Debian => "dpkg",
            Self::Rpm => "rpm",
            Self::Apk => "apk",
            Self::Maven => "maven",
            Self::NuGet => "nuget",
            Self::Gem => "gem",
            Self::Packagist => "composer",
            Self::Generic => "generic",
        }
    }
}

/// A text that is no version in its ecosystem's order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is not a version in {order} order")]
pub struct NotAVersion {
    pub text: String,
    pub order: &'static str,
}

/// A parsed version. Comparing versions of two different orders is meaningless but total.
#[derive(Debug, Clone)]
pub struct Version(Key);

/// Equal is what the order calls equal: in Alpine's, `1.2` and `1.2-r0`.
impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Version {}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    /// Bytes in the order of the versions.
    Sorted(Box<[u8]>),
    Pep440(Box<pep440_rs::Version>),
    Apk(Box<apk::Apk>),
    Maven(Box<maven::Maven>),
    Gem(Box<gem::Gem>),
    Generic(Box<generic::Generic>),
}

impl Version {
    /// Parses `text` in the given order.
    ///
    /// # Errors
    /// When the order cannot place the text, for instance `2004d` in PEP 440. Such a version can still be compared
    /// by equality with the list of affected versions.
    pub fn parse(order: Order, text: &str) -> Result<Self, NotAVersion> {
        let text = text.trim();
        let key = if text.is_empty() || text.len() > MAX_VERSION_BYTES || !text.is_ascii() {
            // No package manager allows anything but ASCII, and the order of other letters is nobody's rule.
            None
        } else {
            let sorted = |key: Vec<u8>| Key::Sorted(key.into_boxed_slice());
            match order {
                Order::Semver => semver::key(text).map(sorted),
                Order::NuGet => nuget::key(text).map(sorted),
                Order::Packagist => packagist::key(text).map(sorted),
                Order::Debian => Some(sorted(sortkey::debian(text))),
                Order::Rpm => Some(sorted(rpm_version::Evr::parse(text).sortkey().into())),
                Order::Pep440 => {
                    pep440_rs::Version::from_str(text).ok().map(|version| Key::Pep440(Box::new(version)))
                }
                Order::Apk => apk::Apk::parse(text).map(|version| Key::Apk(Box::new(version))),
                Order::Maven => Some(Key::Maven(Box::new(maven::Maven::parse(text)))),
                Order::Gem => gem::Gem::parse(text).map(|version| Key::Gem(Box::new(version))),
                Order::Generic => {
                    generic::Generic::parse(text).map(|version| Key::Generic(Box::new(version)))
                }
            }
        };
        key.map(Self)
            .ok_or_else(|| NotAVersion { text: text.chars().take(80).collect(), order: order.name() })
    }
}

/// Compares two texts in an order.
///
/// # Errors
/// When one of them is no version in it.
pub fn compare(order: Order, left: &str, right: &str) -> Result<Ordering, NotAVersion> {
    Ok(Version::parse(order, left)?.cmp(&Version::parse(order, right)?))
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Compares runs of decimal digits of any length by value.
fn compare_digits(left: &str, right: &str) -> Ordering {
    Digits::new(left).cmp(&Digits::new(right))
}

/// A run of decimal digits, ordered by value and free of overflow.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Digits {
    /// What fits into 64 bits, which is nearly everything; it is smaller than what does not.
    Small(u64),
    /// Without leading zeros. The length comes first, so that the derived order is that of the values.
    Big(usize, Box<str>),
}

impl Digits {
    fn new(text: &str) -> Self {
        let text = text.trim_start_matches('0');
        if text.is_empty() {
            return Self::Small(0);
        }
        text.parse().map_or_else(|_| Self::Big(text.len(), text.into()), Self::Small)
    }

    fn is_zero(&self) -> bool {
        *self == Self::Small(0)
    }
}

impl Default for Digits {
    fn default() -> Self {
        Self::Small(0)
    }
}

/// Splits a text into its leading part whose characters satisfy `pred` and the rest.
pub(crate) fn split_while(text: &str, pred: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|c: char| !pred(c)).unwrap_or(text.len());
    text.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_no_package_manager_writes_are_refused_by_name() {
        for order in [Order::Debian, Order::Rpm, Order::Pep440, Order::Semver, Order::Apk, Order::Maven] {
            for text in ["", "  ", "１.２", &"1".repeat(600)] {
                assert!(Version::parse(order, text).is_err(), "{order} {text:.20}");
            }
        }
    }

    #[test]
    fn equality_is_that_of_the_order() {
        let version = |text| Version::parse(Order::Apk, text).unwrap();
        assert_eq!(version("1.1"), version("1.1-r0"));
    }

    #[test]
    fn an_epoch_outweighs_the_version() {
        assert!(compare(Order::Debian, "1:1.0", "9.0").unwrap().is_gt());
        assert!(compare(Order::Rpm, "1:1.0-1", "9.0-1").unwrap().is_gt());
    }
}
