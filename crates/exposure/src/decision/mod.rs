//! The decision: by when a finding must be dealt with, how it ranks, and why.
//!
//! The deadline comes first, from the table of CISA's BOD 26-04 kept as data, with local shifts that each leave a
//! line of reasons. The score only orders findings with the same label, and can be computed by hand from the policy
//! file.

mod action;
mod policy;
mod table;

use serde::Serialize;

use crate::advisory::{Advisory, Severity, best};
use crate::signals::{Epss, Forecast, Kev, Ssvc};

pub use action::{Action, Risk, machine_likelihood, rank_actions};
pub use policy::{BadPolicy, Policy, Reach};
pub use table::{Deadline, Row, TABLE_VERSION, deadline};

/// What a person does about a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Label {
    Watch,
    Schedule,
    ActNow,
}

/// What is known about the machine. `None` is "not known", and the assumption made for it is a reason.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Circumstances {
    pub reach: Option<Reach>,
    /// 1 to 5.
    pub criticality: Option<u8>,
    /// Credit for a verified compensating control, 0 to 1.
    pub mitigation: f64,
    /// No more updates from the maker.
    pub end_of_life: bool,
    /// A public exploit is known.
    pub public_exploit: bool,
}

/// The exploitation lists that a decision looks at.
#[derive(Debug, Clone, Copy)]
pub struct Signals<'a> {
    pub kev: &'a Kev,
    pub epss: &'a Epss,
    pub ssvc: &'a Ssvc,
}

/// A decision with everything that it was made from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Decision {
    pub label: Label,
    #[serde(flatten)]
    pub deadline: Deadline,
    /// 0 to 100: `100 × sqrt(likelihood × importance)`.
    pub score: f64,
    pub likelihood: f64,
    pub importance: f64,
    pub in_kev: bool,
    #[serde(skip)]
    pub forecast: Option<Forecast>,
    /// In the order in which they were applied.
    pub reasons: Vec<String>,
}

/// Decides about an advisory on a machine.
pub fn decide(
    advisory: &Advisory,
    severity: Option<&Severity>,
    signals: Signals<'_>,
    on: Circumstances,
    policy: &Policy,
) -> Decision {
    let mut reasons = Vec::new();
    let listing = advisory.cves.iter().find_map(|cve| signals.kev.get(cve));
    let in_kev = listing.is_some();
    if let Some(listing) = listing {
        reasons.push(format!("{} is known to be exploited, listed {}", listing.cve, listing.date_added));
    }
    let reach = on.reach.unwrap_or_else(|| {
        reasons.push("how the machine is reached is not known: internal assumed".to_owned());
        Reach::Internal
    });
    let criticality = on.criticality.unwrap_or_else(|| {
        let default = policy.default_criticality();
        reasons.push(format!("the importance of the machine is not known: {default} of 5 assumed"));
        default
    });
    let vector = severity.and_then(|severity| severity.vector.as_deref()).unwrap_or_default();
    let (automatable, total) = exploitability(advisory, signals.ssvc, in_kev, vector, &mut reasons);
    let row = Row { in_kev, exposed: reach == Reach::Internet, automatable, total };
    let mut due = deadline(row);
    reasons.push(format!("{row} gives {due} ({TABLE_VERSION})"));
    let forecast = advisory
        .cves
        .iter()
        .filter_map(|cve| signals.epss.get(cve))
        .max_by(|left, right| left.probability.total_cmp(&right.probability));
    shift(&mut due, forecast, criticality, on, policy, &mut reasons);
    if let Some(kind) = &advisory.informational {
        due = Deadline { days: None, forensics: false };
        reasons.push(format!("{kind}: for information, no vulnerability"));
    }
    let probability =
        probability(forecast, in_kev, on.public_exploit, vector, signals.epss, policy, &mut reasons);
    let likelihood =
        probability * policy.reach(reach) * (1.0 - on.mitigation.clamp(0.0, policy.most_mitigation()));
    let importance = f64::from(criticality.clamp(1, 5)) / 5.0 * policy.impact(total);
    let is_vulnerability = advisory.informational.is_none();
    Decision {
        label: Label::of(due),
        deadline: due,
        score: if is_vulnerability { round(100.0 * (likelihood * importance).sqrt(), 1.0) } else { 0.0 },
        likelihood: if is_vulnerability { round(likelihood, 4.0) } else { 0.0 },
        importance: round(importance, 4.0),
        in_kev,
        forecast,
        reasons,
    }
}

impl Decision {
    /// Lifts the deadline, because somebody stated a reason.
    pub fn watch(&mut self, reason: String) {
        self.label = Label::Watch;
        self.deadline = Deadline { days: None, forensics: false };
        self.reasons.push(reason);
    }
}

impl Label {
    fn of(due: Deadline) -> Self {
        match due.days {
            Some(days) if days <= 3 => Self::ActNow,
            Some(_) => Self::Schedule,
            None => Self::Watch,
        }
    }
}

/// The severity to show: that of the package where it differs, else the best of the advisory.
pub fn severity_of(advisory: &Advisory, affected: usize) -> Option<&Severity> {
    advisory
        .affected
        .get(affected)
        .and_then(|affected| affected.severity.as_ref())
        .or_else(|| best(&advisory.severity))
}

/// Whether an attack can be automated and gives total control: from SSVC data, or assumed in a stated way.
fn exploitability(
    advisory: &Advisory,
    ssvc: &Ssvc,
    in_kev: bool,
    vector: &str,
    reasons: &mut Vec<String>,
) -> (bool, bool) {
    if let Some((cve, points)) = advisory.cves.iter().find_map(|cve| Some((cve, ssvc.get(cve)?))) {
        reasons.push(format!(
            "SSVC of {cve}: automatable {}, impact {}",
            yes_no(points.automatable),
            impact_word(points.total)
        ));
        return (points.automatable, points.total);
    }
    if !in_kev {
        reasons.push("no SSVC data: not automatable and total impact assumed".to_owned());
        return (false, true);
    }
    if vector.is_empty() {
        reasons.push("exploited, without SSVC data: automatable and total impact assumed".to_owned());
        return (true, true);
    }
    let has = |metric: &str| vector.contains(metric);
    let automatable = has("AV:N") && has("AC:L") && has("PR:N") && has("UI:N");
    let total = (has("/C:H") && has("/I:H") && has("/A:H")) || (has("/VC:H") && has("/VI:H") && has("/VA:H"));
    reasons.push(format!(
        "no SSVC data: automatable {}, impact {} read from the CVSS vector",
        yes_no(automatable),
        impact_word(total)
    ));
    (automatable, total)
}

fn shift(
    due: &mut Deadline,
    forecast: Option<Forecast>,
    criticality: u8,
    on: Circumstances,
    policy: &Policy,
    reasons: &mut Vec<String>,
) {
    if due.days == Some(60)
        && let Some(percentile) = forecast.and_then(|forecast| forecast.percentile)
        && percentile >= policy.epss_percentile()
    {
        due.days = Some(14);
        reasons.push(format!(
            "EPSS percentile {percentile:.3} is inside the effort budget: 14 days instead of 60"
        ));
    }
    if criticality >= policy.critical_asset() && due.days != Some(3) {
        *due = due.sooner();
        reasons.push(format!("importance {criticality} of 5: one step sooner, {due}"));
    }
    if on.end_of_life {
        reasons.push("the maker gives no more updates: isolate or replace".to_owned());
    }
}

fn probability(
    forecast: Option<Forecast>,
    in_kev: bool,
    public_exploit: bool,
    vector: &str,
    epss: &Epss,
    policy: &Policy,
    reasons: &mut Vec<String>,
) -> f64 {
    let mut probability = match forecast {
        Some(forecast) => {
            let model = epss.model_version.as_deref().unwrap_or("of unknown version");
            reasons.push(format!("EPSS {} by model {model}", forecast.probability));
            forecast.probability
        }
        None => {
            let estimate = policy.missing_epss(vector.contains("AV:N"));
            reasons.push(format!("no EPSS score: {estimate} estimated"));
            estimate
        }
    };
    if public_exploit {
        probability = probability.max(policy.public_exploit());
    }
    if in_kev {
        probability = probability.max(policy.in_kev());
    }
    probability
}

fn yes_no(value: bool) -> &'static str {
    if value { "yes" } else { "no" }
}

fn impact_word(total: bool) -> &'static str {
    if total { "total" } else { "partial" }
}

fn round(value: f64, digits: f64) -> f64 {
    let factor = 10_f64.powf(digits);
    (value * factor).round() / factor
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(cve: &str, on: Circumstances) -> Decision {
        let kev =
            r#"{"catalogVersion":"1","vulnerabilities":[{"cveID":"CVE-2024-1","dateAdded":"2024-01-02"}]}"#;
        let kev = Kev::parse("kev.json", kev.as_bytes()).unwrap().0;
        let epss = "#model_version:v2026.06.15,score_date:2026-09-29T12:00:22Z\ncve,epss,percentile\nCVE-2024-2,0.25,0.98\n";
        let epss = Epss::parse("epss.csv", epss.as_bytes()).unwrap().0;
        let ssvc = Ssvc::default();
        let advisory = Advisory { id: cve.to_owned(), cves: vec![cve.to_owned()], ..Advisory::default() };
        decide(&advisory, None, Signals { kev: &kev, epss: &epss, ssvc: &ssvc }, on, &Policy::default())
    }

    #[test]
    fn an_exploited_vulnerability_on_the_internet_is_due_in_three_days_with_forensics() {
        let decision = decided(
            "CVE-2024-1",
            Circumstances { reach: Some(Reach::Internet), criticality: Some(5), ..Circumstances::default() },
        );
        assert_eq!(
            (decision.label, decision.deadline.days, decision.deadline.forensics),
            (Label::ActNow, Some(3), true)
        );
        // 100 × sqrt(0.9 × 1.0 × 1.0)
        assert!((decision.score - 94.9).abs() < 0.05, "{}", decision.score);
    }

    #[test]
    fn what_is_not_known_is_assumed_in_words() {
        let decision = decided("CVE-2024-2", Circumstances::default());
        assert_eq!(decision.label, Label::Watch);
        assert!(
            decision.reasons.iter().any(|reason| reason.contains("internal assumed")),
            "{:?}",
            decision.reasons
        );
        // 100 × sqrt(0.25 × 0.4 × 3/5 × 1.0)
        assert!((decision.score - 24.5).abs() < 0.05, "{}", decision.score);
    }

    #[test]
    fn a_critical_machine_is_one_step_sooner() {
        let on = |criticality| Circumstances {
            reach: Some(Reach::Internal),
            criticality: Some(criticality),
            ..Circumstances::default()
        };
        assert_eq!(decided("CVE-2024-9", on(4)).deadline.days, None);
        assert_eq!(decided("CVE-2024-9", on(5)).deadline.days, Some(60));
    }

    #[test]
    fn a_control_is_credited_up_to_the_policy_s_limit() {
        let on = |mitigation| Circumstances {
            reach: Some(Reach::Internet),
            criticality: Some(5),
            mitigation,
            ..Circumstances::default()
        };
        let without = decided("CVE-2024-2", on(0.0)).likelihood;
        assert!((decided("CVE-2024-2", on(1.0)).likelihood - without * 0.3).abs() < 1e-9);
    }
}
