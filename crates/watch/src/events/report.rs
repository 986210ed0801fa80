//! What the monthly report says of what came in.

use async_trait::async_trait;
use jiff::Timestamp;
use kakari_identity::record::{ReportSection, Section, SectionTable};
use kakari_kernel::{Month, OrgScope, Period, Result};
use kakari_ui::Lang;
use kakari_ui::words::{Words, number};

use super::store;
use crate::Watch;

const MONTHS: usize = 6;
const DEVICES_SHOWN: usize = 8;

/// What came in, by source, with the counts of six months.
#[derive(Debug, Clone)]
pub struct ReceivedSection(pub Watch);

#[async_trait]
impl ReportSection for ReceivedSection {
    fn order(&self) -> u32 {
        10
    }

    async fn section(&self, scope: &OrgScope, period: Period, lang: Lang) -> Result<Section> {
        let app = &self.0.app;
        let text = |key: &str| app.ui.text(lang, key, &[]);
        let counts = self.0.events.counts(scope, period).await?;
        let months = self.months(scope, period, lang).await?;
        let events: u64 = counts.iter().map(|count| count.events).sum();
        let unreadable: u64 = counts.iter().map(|count| count.unreadable).sum();
        let whole = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let sentence = if events == 0 {
            text("events-report-no-data")
        } else {
            let args = [("n", whole(events).into()), ("unreadable", whole(unreadable).into())];
            app.ui.text(lang, "events-report-some", &args)
        };
        let mut by_device: Vec<(String, u64, u64)> = Vec::new();
        for count in &counts {
            match by_device.iter_mut().find(|(device, ..)| *device == count.device) {
                Some(row) => (row.1, row.2) = (row.1 + count.events, row.2 + count.unreadable),
                None => by_device.push((count.device.clone(), count.events, count.unreadable)),
            }
        }
        by_device.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let rows = by_device.into_iter().take(DEVICES_SHOWN).map(|(device, events, unreadable)| {
            let to_do =
                if unreadable * 10 > events { "events-report-do-check" } else { "events-report-do-nothing" };
            vec![device, grouped(events), grouped(unreadable), text(to_do)]
        });
        let sources = SectionTable {
            caption: text("events-report-sources"),
            head: ["device", "count", "unreadable", "do"]
                .map(|key| text(&format!("events-report-{key}")))
                .to_vec(),
            rows: rows.collect(),
        };
        let over_time = SectionTable {
            caption: text("events-report-months"),
            head: vec![text("events-report-month"), text("events-report-count")],
            rows: months,
        };
        Ok(Section {
            title: text("events-report-title"),
            sentence,
            no_data: events == 0,
            chart: None,
            tables: if events == 0 { vec![over_time] } else { vec![sources, over_time] },
            deeds: Vec::new(),
        })
    }
}

impl ReceivedSection {
    /// The six months up to the end of the period, oldest first. A month without data says so.
    async fn months(&self, scope: &OrgScope, period: Period, lang: Lang) -> Result<Vec<Vec<String>>> {
        let app = &self.0.app;
        let zone = &app.settings.zone;
        let last =
            Month::of(Timestamp::from_millisecond(period.to.as_millisecond() - 1).unwrap_or(period.to), zone);
        let mut months = vec![last];
        while let (Some(month), true) = (months.last(), months.len() < MONTHS) {
            months.push(month.previous());
        }
        months.reverse();
        let Some(first) = months.first() else { return Ok(Vec::new()) };
        let whole = Period { from: first.period(zone)?.from, to: period.to };
        let mut conn = app.db.read().await?;
        let days = store::by_day(&mut conn, scope, whole).await?;
        let words = Words { lang, zone: zone.clone(), eras: false, now: period.to };
        months
            .iter()
            .map(|month| {
                let span = month.period(zone)?;
                let events: u64 =
                    days.iter().filter(|(day, _)| span.contains(*day)).map(|(_, events)| events).sum();
                let count =
                    if events == 0 { app.ui.text(lang, "events-report-none", &[]) } else { grouped(events) };
                Ok(vec![words.month(month.first_day()), count])
            })
            .collect()
    }
}

#[expect(clippy::cast_precision_loss, reason = "a count of events stays below 2^53")]
fn grouped(count: u64) -> String {
    number(count as f64)
}
