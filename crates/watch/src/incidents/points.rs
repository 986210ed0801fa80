//! What an open incident weighs as a sign: the one table, for everybody to see.

use kakari_kernel as kernel;

use super::model::Severity;

/// Weight in the advisor's round and word on the client's record.
pub(super) fn weight(severity: Severity) -> (kernel::Severity, u32) {
    match severity {
        Severity::Critical => (kernel::Severity::Danger, 100),
        Severity::High => (kernel::Severity::Danger, 80),
        Severity::Medium => (kernel::Severity::Warning, 50),
        Severity::Low => (kernel::Severity::Attention, 15),
    }
}
