//! When the makers of an operating system stop mending it.
//!
//! From the makers' own life-cycle pages: wiki.debian.org/LTS, ubuntu.com/about/release-cycle,
//! alpinelinux.org/releases, access.redhat.com/support/policy/updates/errata, rockylinux.org,
//! almalinux.org, aws.amazon.com. Free, public updates only; paid extensions are not counted.

use jiff::civil::{Date, date};

/// Name in os-release, beginning of its version, last day of updates.
const LAST_DAYS: &[(&str, &str, Date)] = &[
    ("debian", "9", date(2022, 6, 30)),
    ("debian", "10", date(2024, 6, 30)),
    ("debian", "11", date(2026, 8, 31)),
    ("debian", "12", date(2028, 6, 30)),
    ("debian", "13", date(2030, 6, 30)),
    ("ubuntu", "16.04", date(2021, 4, 30)),
    ("ubuntu", "18.04", date(2023, 5, 31)),
    ("ubuntu", "20.04", date(2025, 5, 31)),
    ("ubuntu", "22.04", date(2027, 4, 30)),
    ("ubuntu", "24.04", date(2029, 4, 30)),
    ("centos", "6", date(2020, 11, 30)),
    ("centos", "7", date(2024, 6, 30)),
    ("centos", "8", date(2021, 12, 31)),
    ("rhel", "7", date(2024, 6, 30)),
    ("rhel", "8", date(2029, 5, 31)),
    ("rhel", "9", date(2032, 5, 31)),
    ("rocky", "8", date(2029, 5, 31)),
    ("rocky", "9", date(2032, 5, 31)),
    ("almalinux", "8", date(2029, 3, 1)),
    ("almalinux", "9", date(2032, 5, 31)),
    ("amzn", "2", date(2026, 6, 30)),
    ("alpine", "3.18", date(2025, 5, 9)),
    ("alpine", "3.19", date(2025, 11, 1)),
    ("alpine", "3.20", date(2026, 4, 1)),
    ("alpine", "3.21", date(2026, 11, 1)),
    ("alpine", "3.22", date(2027, 5, 1)),
];

/// The last day of updates, when it is known.
pub(crate) fn last_day(id: &str, version: &str) -> Option<Date> {
    LAST_DAYS
        .iter()
        .find(|(of, release, _)| {
            *of == id
                && version.strip_prefix(release).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
        .map(|(_, _, last)| *last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_is_found_by_its_whole_number() {
        assert_eq!(last_day("debian", "12"), Some(date(2028, 6, 30)));
        assert_eq!(last_day("centos", "7.9.2009"), Some(date(2024, 6, 30)));
        assert_eq!(last_day("amzn", "2023"), None);
        assert_eq!(last_day("alpine", "3.2"), None);
        assert_eq!(last_day("debian", ""), None);
    }
}
