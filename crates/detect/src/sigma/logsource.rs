//! Log sources: which rules look at which events.
//!
//! A rule states some of product, category and service; each key that it states must equal the event's,
//! and a key that it does not state is any. Without this, rules fire on fields that mean something else
//! in another source. An event can belong to several sources: a 4688 event is a process creation and a
//! line of the security log.

use serde::{Deserialize, Serialize};

/// Where an event comes from, in the words of Sigma, lower case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LogSource {
    /// The maker or family, such as `windows`, `linux`, `aws`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// What kind of event, such as `process_creation`, `webserver`, `firewall`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// The log, such as `security`, `sshd`, `cloudtrail`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
}

impl LogSource {
    /// A source from its three keys; an empty text means that the key is not known.
    #[must_use]
    pub fn new(product: &str, category: &str, service: &str) -> Self {
        let key = |text: &str| (!text.is_empty()).then(|| text.to_lowercase());
        Self { product: key(product), category: key(category), service: key(service) }
    }

    /// Whether a rule with the log source `rule` looks at events of this one.
    #[must_use]
    pub fn satisfies(&self, rule: &LogSource) -> bool {
        let agrees = |asked: &Option<String>, have: &Option<String>| asked.is_none() || asked == have;
        agrees(&rule.product, &self.product)
            && agrees(&rule.category, &self.category)
            && agrees(&rule.service, &self.service)
    }
}

impl std::fmt::Display for LogSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let keys = [("product", &self.product), ("category", &self.category), ("service", &self.service)];
        let mut separator = "";
        for (name, value) in keys {
            if let Some(value) = value {
                write!(f, "{separator}{name}={value}")?;
                separator = " ";
            }
        }
        if separator.is_empty() { f.write_str("any source") } else { Ok(()) }
    }
}
