//! Detections: what rules find in events, each finding once.
//!
//! Always holds: an alert keeps its rule's title and level, so it can be read when the rule is gone; the same
//! finding (rule, host, key value) within 24 hours is one alert with a count; an alert whose incident is
//! closed takes nothing more, the finding opens a new one. Correlations count an event once, in its own time,
//! whatever crashes in between.
//!
//! Who may: the client's record shows its alerts to whoever sees the record; the rules are the staff's.

mod alert;
mod api;
mod correlations;
mod engine;
mod model;
mod rules;
mod sigma_event;
mod store;

use kakari_kernel::{OrgScope, Result};
use kakari_store::Tx;
use kakari_ui::SliceAssets;
use utoipa_axum::router::OpenApiRouter;

use crate::Watch;
use crate::incidents::{self, Cause};

pub(crate) use correlations::{LeftOut, Memory};
pub(crate) use engine::Examination;
pub use engine::{Loaded, Rules};
pub(crate) use model::{Finding, Folder};
pub use sigma_event::{group_reasons, sigma_event};
pub use store::Alert;
pub(crate) use store::{by_level, of_event, of_incident};

/// Templates and texts.
pub const ASSETS: SliceAssets =
    kakari_ui::slice_assets!("detections", ["alert.html", "alerts.html", "rules.html", "rule.html"]);

pub(crate) fn routes() -> OpenApiRouter<Watch> {
    OpenApiRouter::new().merge(alert::routes()).merge(rules::routes()).merge(api::routes())
}

/// Keeps the findings of one batch, folded into alerts that are there or as new ones in their incidents, and
/// what correlations remember of it. Tells what they could not count.
pub(crate) async fn keep(
    tx: &mut Tx,
    watch: &Watch,
    scope: &OrgScope,
    folder: Folder,
    memory: &Memory,
) -> Result<LeftOut> {
    for draft in folder.into_drafts() {
        let mut folded = false;
        for (alert, incident) in store::candidates(tx, scope, &draft).await? {
            let seen = match incident {
                Some(incident) => {
                    incidents::seen_again(tx, scope, incident, draft.first_at, draft.last_at, draft.events)
                        .await?
                }
                None => true,
            };
            if seen {
                store::fold(tx, scope, alert, &draft).await?;
                folded = true;
                break;
            }
        }
        if !folded {
            let day = model::FOLD_WINDOW;
            let from = draft.first_at.saturating_sub(day).unwrap_or(draft.first_at);
            let to = draft.last_at.saturating_add(day).unwrap_or(draft.last_at);
            let peers = store::peers(tx, scope, &draft.host, from, to).await?;
            let incident = incidents::place(tx, watch, scope, &Cause::of(&draft, peers)).await?;
            store::insert(tx, scope, watch.app.ids.id(), &draft, incident).await?;
        }
    }
    correlations::remember(tx, watch, scope, memory).await
}

impl Cause {
    fn of(draft: &model::Draft, peers: u64) -> Self {
        Self {
            rule_id: draft.rule.id.clone(),
            title: draft.rule.title.clone(),
            title_ja: draft.rule.title_ja.clone().unwrap_or_default(),
            tactic: model::tactic(&draft.rule.tags),
            severity: model::rank(draft.rule.level),
            host: draft.host.clone(),
            peers,
            first_at: draft.first_at,
            last_at: draft.last_at,
            events: draft.events,
        }
    }
}
