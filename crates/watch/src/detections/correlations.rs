//! What correlations remember of one client between batches.
//!
//! A batch begins with the memory that the batch before it left. What it made of it is kept in the
//! transaction that takes the batch off the spool, if nobody kept another memory since it was read: a crash
//! counts nothing twice and loses nothing.

use kakari_detect::correlation::{Alert, Correlation, Limits, Seen, TenantState};
use kakari_detect::sigma::{Engine, Observation};
use kakari_kernel::{Error, OrgScope, Result};
use kakari_store::Tx;

use super::store;
use crate::Watch;

/// A correlation that is grouped by strangers' addresses has this many groups at most, so that one client's
/// memory stays some hundred kilobytes while it is being scanned.
const GROUPS_MAX: usize = 2_000;
/// One client's memory. A larger one begins anew: it is read and written with each batch that adds to it.
const MEMORY_BYTES_MAX: usize = 8 << 20;

/// What correlations remember of a client, and which version of it this was read as.
#[derive(Debug, Clone, Default)]
pub(crate) struct Memory {
    state: TenantState,
    /// 0 when nothing is kept yet.
    version: i64,
    /// What had been left out when the memory was read.
    left_out_before: LeftOut,
    /// Whether the batch added to it.
    changed: bool,
}

/// Observations that correlations could not count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct LeftOut {
    /// Further behind the newest of their sensor than windows are kept open.
    pub(crate) too_late: u64,
    /// Further ahead of the time of receipt than a clock may be.
    pub(crate) ahead: u64,
    /// Without room: the client has too many groups, or the group too many events.
    pub(crate) no_room: u64,
}

impl LeftOut {
    fn of(state: &TenantState) -> Self {
        let no_room = state.not_counted().map(|(_, count)| count).sum();
        Self { too_late: state.too_late, ahead: state.ahead, no_room }
    }

    /// Counts begin anew with a correlation whose definition changed.
    fn since(self, before: Self) -> Self {
        Self {
            too_late: self.too_late.saturating_sub(before.too_late),
            ahead: self.ahead.saturating_sub(before.ahead),
            no_room: self.no_room.saturating_sub(before.no_room),
        }
    }
}

impl Memory {
    fn new(mut state: TenantState, version: i64, engine: &Engine) -> Self {
        state.keep_only(engine.correlations());
        Self { left_out_before: LeftOut::of(&state), state, version, changed: false }
    }

    /// Takes what an event means for correlations and tells those that came true.
    pub(super) fn observe(
        &mut self,
        correlations: &[Correlation],
        observations: &[Observation],
        seen: &Seen<'_>,
    ) -> Vec<Alert> {
        self.changed |= !observations.is_empty();
        let limits = Limits { groups: GROUPS_MAX, ..Limits::default() };
        self.state.observe(correlations, &limits, observations, seen)
    }
}

/// The client's memory as the last batch left it, as far as these rules still have use for it.
pub(super) async fn recall(watch: &Watch, scope: &OrgScope, engine: &Engine) -> Result<Memory> {
    if engine.correlations().is_empty() {
        return Ok(Memory::default());
    }
    let mut conn = watch.app.db.read().await?;
    let Some((version, text)) = store::correlation_state(&mut conn, scope).await? else {
        return Ok(Memory::default());
    };
    let state = serde_json::from_str(&text).unwrap_or_else(|error| {
        tracing::warn!(client = ?scope.client(), %error, "the memory of correlations cannot be read and begins anew");
        watch.figures.correlations_forgotten();
        TenantState::default()
    });
    Ok(Memory::new(state, version, engine))
}

/// Keeps a memory that a batch added to.
///
/// # Errors
/// `Conflict` when another memory was kept since this one was read: the batch has to be read again.
pub(super) async fn remember(
    tx: &mut Tx,
    watch: &Watch,
    scope: &OrgScope,
    memory: &Memory,
) -> Result<LeftOut> {
    if !memory.changed {
        return Ok(LeftOut::default());
    }
    let mut text = serde_json::to_string(&memory.state).map_err(Error::internal)?;
    if text.len() > MEMORY_BYTES_MAX {
        tracing::warn!(client = ?scope.client(), bytes = text.len(), "the memory of correlations is too large and begins anew");
        watch.figures.correlations_forgotten();
        text = serde_json::to_string(&TenantState::default()).map_err(Error::internal)?;
    }
    if !store::keep_correlation_state(tx, scope, memory.version, &text).await? {
        return Err(Error::Conflict("the memory of correlations was changed by another batch".into()));
    }
    Ok(LeftOut::of(&memory.state).since(memory.left_out_before))
}
