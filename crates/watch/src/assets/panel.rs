//! What the client's record and the monthly report say of its machines.

use async_trait::async_trait;
use kakari_identity::record::{Panel, RecordPanel, ReportSection, Section, SectionTable};
use kakari_kernel::{OrgScope, Period, Result};
use kakari_ui::{Lang, PageContext, TextArg};

use super::store;
use crate::Watch;

/// Machines, and whether anybody said how much depends on them.
#[derive(Debug, Clone)]
pub struct AssetsPanel(pub Watch);

/// Machines in the monthly report.
#[derive(Debug, Clone)]
pub struct AssetsSection(pub Watch);

fn arg(count: u64) -> TextArg<'static> {
    i64::try_from(count).unwrap_or(i64::MAX).into()
}

/// The one sentence: how many there are, or that nobody knows.
fn sentence(watch: &Watch, lang: Lang, counts: store::Counts) -> String {
    let ui = &watch.app.ui;
    match (counts.machines, counts.unanswered) {
        (0, _) => ui.text(lang, "assets-none", &[]),
        (machines, 0) => ui.text(lang, "assets-known", &[("n", arg(machines))]),
        (machines, open) => ui.text(lang, "assets-unanswered", &[("n", arg(machines)), ("open", arg(open))]),
    }
}

#[async_trait]
impl RecordPanel for AssetsPanel {
    fn order(&self) -> u32 {
        40
    }

    async fn panel(&self, scope: &OrgScope, page: &PageContext) -> Result<Panel> {
        let ui = &self.0.app.ui;
        let mut conn = self.0.app.db.read().await?;
        let counts = store::count(&mut conn, scope).await?;
        drop(conn);
        let org = scope.client().map(|org| org.to_string()).unwrap_or_default();
        let kind = match (counts.machines, counts.unanswered) {
            (0, _) => "none",
            (_, 0) => "good",
            _ => "notice",
        };
        let fact = |key: &str, count: u64| (ui.text(page.lang, key, &[]), count.to_string());
        Ok(Panel {
            title: ui.text(page.lang, "assets-title", &[]),
            sentence: sentence(&self.0, page.lang, counts),
            kind,
            facts: vec![fact("assets-count", counts.machines), fact("assets-vital", counts.vital)],
            href: format!("/c/{org}/assets"),
        })
    }
}

#[async_trait]
impl ReportSection for AssetsSection {
    fn order(&self) -> u32 {
        50
    }

    async fn section(&self, scope: &OrgScope, _period: Period, lang: Lang) -> Result<Section> {
        let text = |key: &str| self.0.app.ui.text(lang, key, &[]);
        let mut conn = self.0.app.db.read().await?;
        let counts = store::count(&mut conn, scope).await?;
        drop(conn);
        let no_data = counts.machines == 0;
        let row = |key: &str, count: u64, to_do: &str| vec![text(key), count.to_string(), text(to_do)];
        let answer = if counts.unanswered == 0 { "assets-do-nothing" } else { "assets-do-answer" };
        let table = SectionTable {
            caption: text("assets-title"),
            head: vec![text("assets-what"), text("assets-count"), text("assets-do")],
            rows: vec![
                row("assets-all", counts.machines, "assets-do-nothing"),
                row("assets-vital", counts.vital, "assets-do-nothing"),
                row("assets-open", counts.unanswered, answer),
            ],
        };
        Ok(Section {
            title: text("assets-title"),
            sentence: sentence(&self.0, lang, counts),
            no_data,
            chart: None,
            tables: if no_data { Vec::new() } else { vec![table] },
            deeds: Vec::new(),
        })
    }
}
