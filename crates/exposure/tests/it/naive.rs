//! The slow, obvious matcher: every advisory, every range, both bounds compared as they are written.

use std::ops::Bound;

use kakari_exposure::Component;
use kakari_exposure::advisory::{Advisory, Affected, Range};
use kakari_exposure::version::{Order, Version};

/// Indexes of the advisories that apply to a component.
pub(crate) fn find(advisories: &[Advisory], component: &Component) -> Vec<usize> {
    let found = advisories.iter().enumerate().filter(|(_, advisory)| {
        !advisory.withdrawn
            && advisory.affected.iter().any(|affected| applies(affected, component, advisories))
    });
    found.map(|(index, _)| index).collect()
}

fn names(affected: &Affected, component: &Component) -> bool {
    let (name, _) = component.advised_as();
    affected.ecosystem.covers(&component.ecosystem)
        && affected.ecosystem.canonical_name(&affected.name) == component.ecosystem.canonical_name(name)
}

fn applies(affected: &Affected, component: &Component, advisories: &[Advisory]) -> bool {
    if !names(affected, component) {
        return false;
    }
    let order = component.ecosystem.family.order();
    let version = with_epoch(component, order, advisories);
    if let Some(wanted) = &affected.module {
        let right = match &component.module {
            Some(module) => module == wanted,
            None => version.contains(".module"),
        };
        if !right {
            return false;
        }
    }
    let installed = Version::parse(order, &version);
    let listed = affected.versions.iter().any(|listed| match (&installed, Version::parse(order, listed)) {
        (Ok(installed), Ok(listed)) => *installed == listed,
        _ => *listed == version,
    });
    listed
        || installed
            .is_ok_and(|installed| affected.ranges.iter().any(|range| holds(range, order, &installed)))
}

/// An rpm version without an epoch takes the highest that the advisories for this package have.
fn with_epoch(component: &Component, order: Order, advisories: &[Advisory]) -> String {
    let (_, version) = component.advised_as();
    if order != Order::Rpm || version.contains(':') {
        return version.to_owned();
    }
    let bounds = advisories
        .iter()
        .filter(|advisory| !advisory.withdrawn)
        .flat_map(|advisory| &advisory.affected)
        .filter(|affected| names(affected, component))
        .flat_map(|affected| &affected.ranges)
        .flat_map(|range| [&range.lower, &range.upper]);
    let epochs = bounds.filter_map(|bound| match bound {
        Bound::Included(text) | Bound::Excluded(text) => text.split_once(':')?.0.parse::<u32>().ok(),
        Bound::Unbounded => None,
    });
    match epochs.max() {
        Some(epoch) if epoch > 0 => format!("{epoch}:{version}"),
        _ => version.to_owned(),
    }
}

fn holds(range: &Range, order: Order, installed: &Version) -> bool {
    let parse = |text: &String| Version::parse(order, text);
    let above = match &range.lower {
        Bound::Unbounded => Ok(true),
        Bound::Included(text) => parse(text).map(|lower| *installed >= lower),
        Bound::Excluded(text) => parse(text).map(|lower| *installed > lower),
    };
    let below = match &range.upper {
        Bound::Unbounded => Ok(true),
        Bound::Included(text) => parse(text).map(|upper| *installed <= upper),
        Bound::Excluded(text) => parse(text).map(|upper| *installed < upper),
    };
    // A bound that is no version makes the whole range unusable.
    matches!((above, below), (Ok(true), Ok(true)))
}
