//! Engine: events to alerts. Sigma rules.
