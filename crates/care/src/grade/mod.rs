//! The grade: one letter for how a client stands, with its reasons.
//!
//! Always holds: the letter is that of the weightiest open sign, so one sentence explains it; a client from
//! which nothing comes in has no letter at all, unless something bad is known of it anyway.

mod store;

use kakari_identity::record::OpenSign;
use kakari_kernel::Severity;
use kakari_ui::SliceAssets;
use serde::Serialize;

pub use store::{Standing, standings};

pub const ASSETS: SliceAssets = kakari_ui::slice_assets!("grade", ["_badge.html"]);

/// The sign that a slice raises for a client from which nothing comes in.
pub const NO_DATA: &str = "no-data";

/// How a client stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    A,
    B,
    C,
    D,
    NoData,
}

impl Grade {
    pub const ALL: [Self; 5] = [Self::A, Self::B, Self::C, Self::D, Self::NoData];

    /// The end of its message keys and of its CSS classes.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::A => "a",
            Self::B => "b",
            Self::C => "c",
            Self::D => "d",
            Self::NoData => "none",
        }
    }

    /// The letter, or a dash.
    #[must_use]
    pub fn letter(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::D => "D",
            Self::NoData => "－",
        }
    }

    /// What a page shows of it.
    #[must_use]
    pub fn badge(self) -> Badge {
        Badge { key: self.key(), letter: self.letter() }
    }

    /// The table: the weightiest sign decides. `worst` leaves [`NO_DATA`] out.
    #[must_use]
    pub fn of(worst: Option<Severity>, no_data: bool) -> Self {
        match worst {
            Some(Severity::Danger) => Self::D,
            Some(Severity::Warning) => Self::C,
            _ if no_data => Self::NoData,
            Some(Severity::Attention) => Self::B,
            Some(Severity::Info) | None => Self::A,
        }
    }
}

/// A grade on a page: the end of its message keys and CSS classes, and its letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Badge {
    key: &'static str,
    letter: &'static str,
}

/// A grade and what it was derived from.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    pub grade: Grade,
    /// The signs that made it this grade, weightiest first.
    pub reasons: Vec<OpenSign>,
}

/// Judges by the signs that were open at one moment.
#[must_use]
pub fn judge(open: &[OpenSign]) -> Judgement {
    let real = || open.iter().filter(|sign| sign.kind != NO_DATA);
    let worst = real().map(|sign| sign.severity).max();
    let no_data = open.iter().any(|sign| sign.kind == NO_DATA);
    let grade = Grade::of(worst, no_data);
    let mut reasons: Vec<OpenSign> = match grade {
        Grade::NoData => open.iter().filter(|sign| sign.kind == NO_DATA).cloned().collect(),
        Grade::A => Vec::new(),
        Grade::B | Grade::C | Grade::D => {
            real().filter(|sign| Some(sign.severity) == worst).cloned().collect()
        }
    };
    reasons.sort_by(|a, b| b.points.cmp(&a.points).then(a.since.cmp(&b.since)));
    Judgement { grade, reasons }
}

/// Those of the signs that were open at `at`.
#[must_use]
pub fn open_at(signs: &[OpenSign], at: jiff::Timestamp) -> Vec<OpenSign> {
    signs
        .iter()
        .filter(|sign| sign.since <= at && sign.cleared_at.is_none_or(|cleared| cleared > at))
        .cloned()
        .collect()
}

/// How the grade moved: the end of a message key. Without a letter on either side nothing is compared.
#[must_use]
pub fn trend(before: Option<Grade>, now: Grade) -> &'static str {
    match before {
        None | Some(Grade::NoData) => "first",
        Some(_) if now == Grade::NoData => "first",
        Some(before) if now < before => "better",
        Some(before) if now > before => "worse",
        Some(_) => "same",
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use kakari_kernel::{Id, OrgId};

    use super::*;

    fn sign(kind: &str, severity: Severity, points: u32) -> OpenSign {
        OpenSign {
            org: OrgId(Id::from_parts(1, 1)),
            kind: kind.into(),
            subject: String::new(),
            severity,
            points,
            since: Timestamp::UNIX_EPOCH,
            cleared_at: None,
            args: serde_json::Map::new(),
            link: String::new(),
            todo: None,
        }
    }

    #[test]
    fn the_weightiest_sign_decides_and_is_the_reason() {
        let open = [sign("x", Severity::Attention, 90), sign("y", Severity::Warning, 10)];
        let judged = judge(&open);
        assert_eq!(judged.grade, Grade::C);
        assert_eq!(judged.reasons.iter().map(|sign| sign.kind.as_str()).collect::<Vec<_>>(), ["y"]);
    }

    #[test]
    fn a_client_from_which_nothing_comes_in_is_never_well() {
        assert_eq!(judge(&[sign(NO_DATA, Severity::Attention, 10)]).grade, Grade::NoData);
        let with_little = [sign(NO_DATA, Severity::Attention, 10), sign("x", Severity::Attention, 5)];
        assert_eq!(judge(&with_little).grade, Grade::NoData);
    }

    #[test]
    fn something_bad_counts_even_when_nothing_else_comes_in() {
        let open = [sign(NO_DATA, Severity::Attention, 10), sign("x", Severity::Danger, 5)];
        assert_eq!(judge(&open).grade, Grade::D);
    }

    #[test]
    fn without_any_sign_all_is_well() {
        assert_eq!(judge(&[]), Judgement { grade: Grade::A, reasons: Vec::new() });
    }

    #[test]
    fn a_sign_counts_from_its_beginning_until_it_is_cleared() {
        let at = |s| Timestamp::from_second(s).unwrap();
        let mut past = sign("x", Severity::Danger, 1);
        past.since = at(100);
        past.cleared_at = Some(at(200));
        for (moment, open) in [(99, 0), (100, 1), (199, 1), (200, 0)] {
            assert_eq!(open_at(std::slice::from_ref(&past), at(moment)).len(), open, "{moment}");
        }
    }
}
