//! What the monthly report says of incidents: what was found, what was done, what the client does.

use async_trait::async_trait;
use kakari_identity::record::{Deed, ReportSection, Section, SectionTable};
use kakari_kernel::{OrgScope, Period, Result};
use kakari_ui::Lang;
use kakari_ui::words::Words;

use super::model::{Clock, Incident, State};
use super::store;
use crate::{Watch, detections, sensors};

/// Incidents of the month.
#[derive(Debug, Clone)]
pub struct FoundSection(pub Watch);

impl FoundSection {
    fn text(&self, lang: Lang, key: &str) -> String {
        self.0.app.ui.text(lang, key, &[])
    }

    fn what(&self, lang: Lang, incident: &Incident) -> String {
        if lang == Lang::Ja && !incident.title_ja.is_empty() {
            return incident.title_ja.clone();
        }
        self.text(lang, &format!("incidents-tactic-{}", incident.tactic))
    }

    fn to_do(&self, lang: Lang, incident: &Incident) -> String {
        let key = match (incident.clock, incident.state) {
            (_, State::Closed) => "incidents-todo-nothing",
            (Clock::Paused, _) => "incidents-todo-answer",
            _ => "incidents-todo-wait",
        };
        self.text(lang, key)
    }
}

#[async_trait]
impl ReportSection for FoundSection {
    fn order(&self) -> u32 {
        20
    }

    async fn section(&self, scope: &OrgScope, period: Period, lang: Lang) -> Result<Section> {
        let app = &self.0.app;
        let mut conn = app.db.read().await?;
        let incidents = store::within(&mut conn, scope, period).await?;
        let heard = sensors::heard_within(&mut conn, scope, period).await?;
        let levels = detections::by_level(&mut conn, scope, period).await?;
        drop(conn);
        let words = Words { lang, zone: app.settings.zone.clone(), eras: false, now: period.to };
        let alerts: u64 = levels.iter().map(|(_, alerts, _)| alerts).sum();
        let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let no_data = !heard && incidents.is_empty();
        let sentence = if no_data {
            self.text(lang, "incidents-report-no-data")
        } else if incidents.is_empty() {
            app.ui.text(lang, "incidents-report-none", &[("alerts", number(alerts).into())])
        } else {
            let found = incidents.len() as u64;
            app.ui.text(
                lang,
                "incidents-report-some",
                &[("n", number(found).into()), ("alerts", number(alerts).into())],
            )
        };
        let rows = incidents.iter().map(|incident| {
            vec![
                words.date_short(words.day(incident.opened_at)),
                incident.host.clone(),
                self.what(lang, incident),
                self.text(lang, &format!("incidents-state-{}", incident.state.as_str())),
                self.to_do(lang, incident),
            ]
        });
        let head = ["when", "host", "what", "state", "do"];
        let table = SectionTable {
            caption: self.text(lang, "incidents-report-caption"),
            head: head.map(|column| self.text(lang, &format!("incidents-report-{column}"))).to_vec(),
            rows: rows.collect(),
        };
        let closed = incidents.iter().filter_map(|incident| {
            let at = incident.closed_at.filter(|at| period.contains(*at))?;
            let args = [("host", incident.host.as_str().into()), ("what", self.what(lang, incident).into())];
            Some(Deed { at, text: app.ui.text(lang, "incidents-report-deed", &args) })
        });
        let deeds = closed.collect();
        let tables = if incidents.is_empty() { Vec::new() } else { vec![table] };
        Ok(Section {
            title: self.text(lang, "incidents-report-title"),
            sentence,
            no_data,
            chart: None,
            tables,
            deeds,
        })
    }
}
