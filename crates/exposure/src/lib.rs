//! Engine: inventory x advisories to findings.
