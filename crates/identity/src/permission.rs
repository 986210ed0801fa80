//! What each role may do. One table, read by every handler.

use kakari_kernel::Role;

/// Something a person may be allowed to do with the organisations they reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// See one organisation's record.
    View,
    /// See all clients of the provider side by side: the round, the queue.
    ViewFleet,
    /// See the companies of one's own group.
    ViewGroup,
    /// See figures over many clients, never one by name.
    ViewProgramme,
    /// Work on signs and incidents: take, answer, snooze, close.
    Handle,
    /// Change what is known about an organisation: assets, people at the client, importances.
    EditRecord,
    /// Do one's own things to do, answer questions.
    Answer,
    /// See the audit chain.
    ViewAudit,
    /// Invite people of an organisation, change and disable them; those of the provider need `Administer` too.
    ManagePeople,
    /// Sensors, tokens, people of the provider, settings, failed jobs.
    Administer,
}

impl Permission {
    #[must_use]
    pub fn granted_to(self, role: Role) -> bool {
        use Role::{Admin, Advisor, Executive, Operator, Owner, Programme, ReadOnly};
        match self {
            Self::View => matches!(role, Owner | Executive | Advisor | Operator | Admin | ReadOnly),
            Self::ViewFleet => matches!(role, Advisor | Operator | Admin | ReadOnly),
            Self::ViewGroup => matches!(role, Executive),
            Self::ViewProgramme => matches!(role, Programme | Admin),
            Self::Handle => matches!(role, Advisor | Operator | Admin),
            Self::EditRecord => matches!(role, Owner | Advisor | Operator | Admin),
            Self::Answer => matches!(role, Owner | Advisor | Operator | Admin),
            Self::ViewAudit => matches!(role, Admin | ReadOnly | Advisor),
            Self::ManagePeople => matches!(role, Owner | Advisor | Admin),
            Self::Administer => matches!(role, Admin),
        }
    }
}
