//! Incidents: severities, states and the moves between them. Pure.

use jiff::Timestamp;
use kakari_kernel::{Id, OrgId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How bad it may be, from the gravest of its alerts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Low = 1,
    Medium = 2,
    High = 3,
    Critical = 4,
}

impl Severity {
    pub const ALL: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::Critical];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// From the rank of a rule's level; an informational finding (0) makes no incident by itself.
    pub(crate) fn of_rank(rank: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| *severity as u32 == rank)
    }

    pub(crate) fn rank(self) -> u32 {
        self as u32
    }
}

/// Where an incident stands. The first criteria are those of CSF 2.0's functions: see [`State::function`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Alerts came together; nobody has looked.
    Observed,
    /// Somebody looked and says it is worth work.
    Triaged,
    /// It is an incident by the criteria that were agreed with the client.
    Declared,
    /// It spreads no further.
    Contained,
    /// Its cause is gone.
    Eradicated,
    /// Work goes on as before.
    Recovered,
    /// Done, with a lesson.
    Closed,
}

impl State {
    pub const ALL: [Self; 7] = [
        Self::Observed,
        Self::Triaged,
        Self::Declared,
        Self::Contained,
        Self::Eradicated,
        Self::Recovered,
        Self::Closed,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Observed => "observed",
            Self::Triaged => "triaged",
            Self::Declared => "declared",
            Self::Contained => "contained",
            Self::Eradicated => "eradicated",
            Self::Recovered => "recovered",
            Self::Closed => "closed",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// The function of CSF 2.0 that this state belongs to.
    #[must_use]
    pub fn function(self) -> &'static str {
        match self {
            Self::Observed | Self::Triaged => "detect",
            Self::Declared | Self::Contained | Self::Eradicated => "respond",
            Self::Recovered => "recover",
            Self::Closed => "identify",
        }
    }

    /// Where it may go from here: one step on; back to declared when what was done did not hold; to the end
    /// from anywhere, since most of what is observed proves harmless.
    #[must_use]
    pub fn moves(self) -> Vec<Self> {
        let next = match self {
            Self::Observed => &[Self::Triaged, Self::Closed][..],
            Self::Triaged => &[Self::Declared, Self::Closed],
            Self::Declared => &[Self::Contained, Self::Closed],
            Self::Contained => &[Self::Eradicated, Self::Declared, Self::Closed],
            Self::Eradicated => &[Self::Recovered, Self::Declared, Self::Closed],
            Self::Recovered => &[Self::Closed, Self::Declared],
            Self::Closed => &[],
        };
        next.to_vec()
    }

    /// Whether the client is out of danger, which is what the clock runs for.
    pub(crate) fn stops_clock(self) -> bool {
        self >= Self::Contained
    }
}

/// What it proved to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Somebody attacked, or something broke.
    Real,
    /// It was seen rightly and is nothing to worry about.
    Harmless,
    /// The rule was wrong.
    FalsePositive,
}

impl Verdict {
    pub const ALL: [Self; 3] = [Self::Real, Self::Harmless, Self::FalsePositive];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Real => "real",
            Self::Harmless => "harmless",
            Self::FalsePositive => "false_positive",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.as_str() == name)
    }
}

/// The clock of an incident: how long until the client is out of danger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    Running,
    /// Stands still, with a reason, while the client has to do something.
    Paused,
    Met,
    Missed,
}

impl Clock {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Met => "met",
            Self::Missed => "missed",
        }
    }

    pub(crate) fn from_name(name: &str) -> Self {
        match name {
            "paused" => Self::Paused,
            "met" => Self::Met,
            "missed" => Self::Missed,
            _ => Self::Running,
        }
    }
}

/// An incident of one client.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Incident {
    #[schema(value_type = String)]
    pub id: Id,
    #[schema(value_type = String)]
    pub org: OrgId,
    /// Counts up per client.
    pub number: i64,
    /// `alerts` or `silence`.
    pub trigger: String,
    pub title: String,
    /// For a Japanese reader, empty when the rule has none.
    pub title_ja: String,
    /// What it is about in plain words: an ATT&CK tactic, `silence` or `other`.
    pub tactic: String,
    pub host: String,
    /// The rule of its gravest alert.
    pub rule_id: String,
    pub severity: Severity,
    pub state: State,
    /// Empty until it is closed.
    pub verdict: String,
    pub lesson: String,
    /// Empty while nobody has taken it.
    pub assignee_id: String,
    pub assignee_name: String,
    #[schema(value_type = String)]
    pub opened_at: Timestamp,
    #[schema(value_type = Option<String>)]
    pub closed_at: Option<Timestamp>,
    /// The first and the last event in it.
    #[schema(value_type = String)]
    pub first_at: Timestamp,
    #[schema(value_type = String)]
    pub last_at: Timestamp,
    pub alerts: u64,
    pub events: u64,
    pub clock: Clock,
    #[schema(value_type = String)]
    pub due_at: Timestamp,
    pub left_minutes: i64,
    pub paused_why: String,
    /// Counts the changes; who acts says which one they saw.
    pub version: i64,
}

/// What an alert says to the incidents.
#[derive(Debug, Clone)]
pub(crate) struct Cause {
    pub(crate) rule_id: String,
    pub(crate) title: String,
    pub(crate) title_ja: String,
    pub(crate) tactic: &'static str,
    /// The rank of the rule's level, 0 for informational.
    pub(crate) severity: u32,
    pub(crate) host: String,
    /// How many machines and people alerts named beside this host in a day.
    pub(crate) peers: u64,
    pub(crate) first_at: Timestamp,
    pub(crate) last_at: Timestamp,
    pub(crate) events: u64,
}

/// One line of the story of an incident, in six words.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Entry {
    /// The version of the incident that this made.
    pub version: i64,
    /// When.
    #[schema(value_type = String)]
    pub at: Timestamp,
    /// Who: `person:…`, `job:…`.
    pub actor_id: String,
    pub actor_name: String,
    /// From where.
    pub came_from: String,
    /// With what: web, api, job.
    pub tool: String,
    /// Did what: opened, raised, taken, moved, paused, resumed, noted.
    pub act: String,
    /// How: the state or value that it came to, and why.
    pub outcome: String,
    pub reason: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_reaches_the_end_and_the_end_is_final() {
        for state in State::ALL {
            assert_eq!(state.moves().contains(&State::Closed), state != State::Closed, "{state:?}");
            assert!(!state.moves().contains(&state));
        }
    }

    #[test]
    fn nothing_is_skipped_on_the_way_on() {
        for state in State::ALL {
            for next in state.moves().into_iter().filter(|next| *next != State::Closed && *next > state) {
                assert_eq!(next as u8, state as u8 + 1);
            }
        }
    }

    #[test]
    fn names_come_back_as_what_they_stand_for() {
        for state in State::ALL {
            assert_eq!(State::from_name(state.as_str()), Some(state));
        }
        for severity in Severity::ALL {
            assert_eq!(Severity::of_rank(severity.rank()), Some(severity));
        }
        assert_eq!(Severity::of_rank(0), None);
    }
}
