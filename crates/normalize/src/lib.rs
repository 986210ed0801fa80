//! Engine: bytes to events (OCSF classes).
