//! Ids: 26 characters, sortable by the time they were made, made only from a passed clock and rng.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{Clock, Error, Result, Rng};

/// An id of anything: a ULID, written as 26 lower-case characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Id(ulid::Ulid);

impl Id {
    /// Builds an id from milliseconds since 1970 and 80 random bits.
    #[must_use]
    pub fn from_parts(at_ms: u64, random: u128) -> Self {
        Self(ulid::Ulid::from_parts(at_ms, random))
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut buffer = [0; ulid::ULID_LEN];
        let text = self.0.array_to_str(&mut buffer);
        text.make_ascii_lowercase();
        f.write_str(text)
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Id {
    type Err = Error;
    /// # Errors
    /// `NotFound`: a text that is no id names nothing, and saying so must not differ from an unknown id.
    fn from_str(text: &str) -> Result<Self> {
        ulid::Ulid::from_string(text).ok().map(Self).ok_or(Error::NotFound)
    }
}

impl TryFrom<String> for Id {
    type Error = Error;
    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<Id> for String {
    fn from(id: Id) -> Self {
        id.to_string()
    }
}

macro_rules! typed_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Id);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
        impl FromStr for $name {
            type Err = Error;
            fn from_str(text: &str) -> Result<Self> {
                text.parse().map(Self)
            }
        }
    };
}

typed_id!(
    /// One organisation: a client, a group's head, or the provider itself.
    OrgId
);
typed_id!(
    /// The organisation that runs this program for its clients.
    ProviderId
);
typed_id!(
    /// A person who can sign in.
    PersonId
);

impl ProviderId {
    /// The provider seen as an organisation: it has a record of its own.
    #[must_use]
    pub fn as_org(self) -> OrgId {
        OrgId(self.0)
    }
}

/// Makes ids from a clock and a source of chance, so that tests see the same ids every time.
#[derive(Clone)]
pub struct IdMaker {
    clock: Arc<dyn Clock>,
    rng: Arc<dyn Rng>,
}

impl fmt::Debug for IdMaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdMaker")
    }
}

impl IdMaker {
    pub fn new(clock: Arc<dyn Clock>, rng: Arc<dyn Rng>) -> Self {
        Self { clock, rng }
    }

    /// A new id. Ids of one millisecond are ordered by chance.
    #[must_use]
    pub fn id(&self) -> Id {
        let at_ms = u64::try_from(self.clock.now().as_millisecond()).unwrap_or(0);
        let mut bytes = [0; 16];
        self.rng.fill(&mut bytes);
        Id::from_parts(at_ms, u128::from_le_bytes(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_the_round_trip_and_sorts_by_time() {
        let early = Id::from_parts(1_000, u128::MAX);
        let late = Id::from_parts(1_001, 0);
        assert!(early.to_string() < late.to_string());
        assert_eq!(early.to_string().parse::<Id>().unwrap(), early);
        assert_eq!(early.to_string().len(), 26);
    }

    #[test]
    fn a_text_that_is_no_id_is_not_found() {
        assert!(matches!("../../etc/passwd".parse::<OrgId>(), Err(Error::NotFound)));
    }
}
