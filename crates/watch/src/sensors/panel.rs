//! What the client's record shows of its sensors.

use async_trait::async_trait;
use kakari_identity::Permission;
use kakari_identity::record::{Panel, RecordPanel};
use kakari_kernel::{OrgScope, Result};
use kakari_ui::PageContext;

use super::store;
use crate::Watch;

/// Sensors, and whether they are heard.
#[derive(Debug, Clone)]
pub struct SensorsPanel(pub Watch);

#[async_trait]
impl RecordPanel for SensorsPanel {
    fn order(&self) -> u32 {
        30
    }

    fn needs(&self) -> Permission {
        Permission::ViewFleet
    }

    async fn panel(&self, scope: &OrgScope, page: &PageContext) -> Result<Panel> {
        let ui = &self.0.app.ui;
        let mut conn = self.0.app.db.read().await?;
        let sensors = store::list(&mut conn, scope).await?;
        drop(conn);
        let text = |key: &str| ui.text(page.lang, key, &[]);
        let in_use: Vec<_> = sensors.iter().filter(|sensor| sensor.retired_at.is_none()).collect();
        let silent = in_use.iter().filter(|sensor| sensor.silent_since(page.now).is_some()).count();
        let last = in_use.iter().filter_map(|sensor| sensor.heard_at).max();
        let (kind, sentence) = match (last, silent) {
            (None, _) => ("none", text("sensors-panel-no-data")),
            (Some(_), 0) => ("good", text("sensors-panel-good")),
            (Some(_), silent) => {
                let silent = i64::try_from(silent).unwrap_or(i64::MAX);
                ("bad", ui.text(page.lang, "sensors-panel-silent", &[("n", silent.into())]))
            }
        };
        let heard = last.map_or_else(|| text("sensors-never"), |at| page.words().ago(at));
        let org = scope.client().map(|org| org.to_string()).unwrap_or_default();
        Ok(Panel {
            title: text("sensors-title"),
            sentence,
            kind,
            facts: vec![
                (text("sensors-panel-count"), in_use.len().to_string()),
                (text("sensors-heard"), heard),
            ],
            href: format!("/c/{org}/sensors"),
        })
    }
}
