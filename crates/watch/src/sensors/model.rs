//! A sensor, and when its silence means something. Pure.

use jiff::{SignedDuration, Timestamp};
use kakari_kernel::{Id, OrgScope};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Silence that is always said, whatever a sensor's habits are.
pub(super) const SILENCE: SignedDuration = SignedDuration::from_hours(24);

/// How a sensor's events come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Over HTTP with its token.
    Http,
    /// At a syslog listener that is bound to it in the configuration.
    Syslog,
    /// Files that a person brings. Silence means nothing.
    Upload,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Http, Self::Syslog, Self::Upload];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Syslog => "syslog",
            Self::Upload => "upload",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// What sends events of one client.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sensor {
    pub id: Id,
    /// Its client.
    pub scope: OrgScope,
    pub name: String,
    pub kind: Kind,
    /// The zone of times that name none, such as `Asia/Tokyo`.
    pub zone: String,
    /// The device as set by hand; empty for recognition by content.
    pub device: String,
    pub created_at: Timestamp,
    /// `None` while it is in use.
    pub retired_at: Option<Timestamp>,
    /// When something last arrived; `None` when nothing ever did.
    pub heard_at: Option<Timestamp>,
    /// Deliveries that were refused, and why the last one was.
    pub refused: u64,
    pub refused_why: String,
}

impl Sensor {
    /// Since when the sensor has been silent for longer than it may be; `None` while all is in order.
    #[must_use]
    pub fn silent_since(&self, now: Timestamp) -> Option<Timestamp> {
        if self.kind == Kind::Upload || self.retired_at.is_some() {
            return None;
        }
        let last = self.heard_at.unwrap_or(self.created_at);
        (now.duration_since(last) >= SILENCE).then_some(last)
    }
}

#[cfg(test)]
mod tests {
    use kakari_kernel::{OrgId, ProviderId, Reach};

    use super::*;

    fn sensor(heard_h: Option<i64>, kind: Kind, retired: bool) -> Sensor {
        let at = |hours| Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours);
        let id = Id::from_parts(1, 1);
        Sensor {
            id,
            scope: OrgScope::grant(ProviderId(id), Reach::Client(OrgId(id))),
            name: "utm".into(),
            kind,
            zone: "Asia/Tokyo".into(),
            device: String::new(),
            created_at: at(0),
            retired_at: retired.then(|| at(1)),
            heard_at: heard_h.map(at),
            refused: 0,
            refused_why: String::new(),
        }
    }

    #[test]
    fn silence_is_a_day_since_the_last_word_or_since_the_beginning() {
        let at = |hours| Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours);
        for (heard, now, silent) in
            [(Some(10), 33, false), (Some(10), 34, true), (None, 23, false), (None, 24, true)]
        {
            assert_eq!(
                sensor(heard, Kind::Syslog, false).silent_since(at(now)).is_some(),
                silent,
                "{heard:?} {now}"
            );
        }
        assert_eq!(sensor(Some(10), Kind::Upload, false).silent_since(at(99)), None);
        assert_eq!(sensor(Some(10), Kind::Http, true).silent_since(at(99)), None);
    }
}
