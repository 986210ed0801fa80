//! What the client's record shows of its incidents.

use async_trait::async_trait;
use kakari_identity::record::{Panel, RecordPanel};
use kakari_kernel::{OrgScope, Result};
use kakari_ui::PageContext;

use super::store;
use crate::{Watch, sensors};

/// Open incidents, at a glance.
#[derive(Debug, Clone)]
pub struct IncidentsPanel(pub Watch);

#[async_trait]
impl RecordPanel for IncidentsPanel {
    fn order(&self) -> u32 {
        20
    }

    async fn panel(&self, scope: &OrgScope, page: &PageContext) -> Result<Panel> {
        let ui = &self.0.app.ui;
        let mut conn = self.0.app.db.read().await?;
        let counts = store::open_by_assignee(&mut conn, scope).await?;
        let heard = sensors::ever_heard(&mut conn, scope).await?;
        drop(conn);
        let open: u64 = counts.iter().map(|(_, incidents)| incidents).sum();
        let waiting =
            counts.iter().find(|(person, _)| person.is_empty()).map_or(0, |(_, incidents)| *incidents);
        let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let (kind, sentence) = match (open, heard) {
            (0, false) => ("none", ui.text(page.lang, "incidents-panel-no-data", &[])),
            (0, true) => ("good", ui.text(page.lang, "incidents-panel-none", &[])),
            _ => ("warn", ui.text(page.lang, "incidents-panel-open", &[("n", number(open).into())])),
        };
        let fact =
            |key: &str, value: u64| (ui.text(page.lang, key, &[]), kakari_ui::words::number(value as f64));
        let org = scope.client().map(|org| org.to_string()).unwrap_or_default();
        Ok(Panel {
            title: ui.text(page.lang, "incidents-title", &[]),
            sentence,
            kind,
            facts: vec![
                fact("incidents-panel-fact-open", open),
                fact("incidents-panel-fact-waiting", waiting),
            ],
            href: format!("/c/{org}/incidents"),
        })
    }
}
