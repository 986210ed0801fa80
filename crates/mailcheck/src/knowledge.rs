//! What the caller knows and the mail does not say.
//!
//! The engine keeps nothing and asks nobody: trusted servers, partners, history, keys and lists are passed in. What is
//! not passed in is not guessed; it appears under "not checked".

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

/// Everything known about the client and the world when a mail is judged.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Knowledge {
    /// Now, in milliseconds since 1970 in UTC. 0 when unknown: nothing is then called new.
    pub now_ms: i64,
    /// Names of the client's own receiving servers, as they write them in `Authentication-Results`.
    pub trusted_servers: BTreeSet<String>,
    /// The client's own domains.
    pub own_domains: BTreeSet<String>,
    /// Names of the client's people that fraud would borrow: owner, accountant.
    pub own_people: BTreeSet<String>,
    /// The client's partners.
    pub partners: Vec<Partner>,
    /// Who was met before. Absent: not checked.
    pub history: Option<History>,
    /// Brands besides the built-in list.
    pub brands: Vec<Brand>,
    /// Addresses, domains, hosts or whole links confirmed as dangerous.
    pub blocked: BTreeSet<String>,
    /// DKIM keys: `selector._domainkey.domain` to the text of its TXT record.
    pub dkim_keys: BTreeMap<String, String>,
}

/// A company the client deals with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Partner {
    /// Its name, as in display names.
    pub name: String,
    /// Its domains.
    pub domains: BTreeSet<String>,
    /// The account numbers it is paid on.
    pub accounts: BTreeSet<String>,
}

/// First-seen times, in milliseconds since 1970 in UTC.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct History {
    /// Addresses that wrote to this client.
    pub senders: BTreeMap<String, i64>,
    /// Registered domains met by any client, in senders or links.
    pub domains: BTreeMap<String, i64>,
}

/// A company that phishing imitates.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Brand {
    /// Names in display names and text.
    pub names: Vec<String>,
    /// Words in hosts, lower case.
    pub tokens: Vec<String>,
    /// Domains that are its own; `name.*` is the name under the ending of any country.
    pub domains: Vec<String>,
}
