//! EPSS: the probability that a vulnerability is exploited within 30 days. A score means little without the version
//! of the model: the change of June 2026 nearly tripled the median.

use std::collections::HashMap;

use crate::advisory::is_cve;
use crate::place::{Place, SetAside, Unreadable};

/// The forecast for one CVE.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forecast {
    /// 0 to 1.
    pub probability: f64,
    /// 0 to 1: the share of all CVEs that score no higher.
    pub percentile: Option<f64>,
}

/// One day's file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Epss {
    pub model_version: Option<String>,
    pub score_date: Option<String>,
    forecasts: HashMap<String, Forecast>,
}

impl Epss {
    /// Reads the daily CSV: a comment with model and date, then columns found by their names.
    ///
    /// # Errors
    /// When there is no column for the CVE or the score.
    pub fn parse(name: &str, bytes: &[u8]) -> Result<(Self, Vec<SetAside>), Unreadable> {
        let text = String::from_utf8_lossy(bytes);
        let mut epss = Self::default();
        let mut body = text.trim_start_matches('\u{feff}');
        if let Some(rest) = body.strip_prefix('#') {
            let (comment, rows) = rest.split_once('\n').unwrap_or((rest, ""));
            for field in comment.split(',') {
                match field.trim().split_once(':') {
                    Some(("model_version", value)) => epss.model_version = Some(value.to_owned()),
                    Some(("score_date", value)) => epss.score_date = Some(value.to_owned()),
                    _ => {}
                }
            }
            body = rows;
        }
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(body.as_bytes());
        let headers = reader.headers().cloned().unwrap_or_default();
        let column = |wanted: &[&str]| {
            headers.iter().position(|header| wanted.contains(&header.trim().to_ascii_lowercase().as_str()))
        };
        let (Some(cve_column), Some(score_column)) = (column(&["cve"]), column(&["epss"])) else {
            return Err(Unreadable::new(
                name,
                "no columns 'cve' and 'epss'",
                "fetch it again; the older one stays in force",
            ));
        };
        let percentile_column = column(&["percentile", "epss percentile"]);
        let mut set_aside = Vec::new();
        for (index, record) in reader.records().enumerate() {
            let at = Place::line(index + 2);
            let Ok(record) = record else {
                set_aside.push(SetAside::new(at, "", "no readable row"));
                continue;
            };
            let fraction = |column: usize| {
                record.get(column)?.trim().parse::<f64>().ok().filter(|p| (0.0..=1.0).contains(p))
            };
            match (record.get(cve_column).map(str::trim).filter(|cve| is_cve(cve)), fraction(score_column)) {
                (Some(cve), Some(probability)) => {
                    let percentile = percentile_column.and_then(fraction);
                    epss.forecasts.insert(cve.to_owned(), Forecast { probability, percentile });
                }
                _ => set_aside.push(SetAside::new(
                    at,
                    record.get(cve_column).unwrap_or_default(),
                    "no CVE with a score from 0 to 1",
                )),
            }
        }
        Ok((epss, set_aside))
    }

    pub fn get(&self, cve: &str) -> Option<Forecast> {
        self.forecasts.get(cve).copied()
    }

    pub fn len(&self) -> usize {
        self.forecasts.len()
    }

    pub fn is_empty(&self) -> bool {
        self.forecasts.is_empty()
    }

    pub(crate) fn merge(&mut self, other: Self) {
        if other.score_date >= self.score_date {
            self.model_version = other.model_version;
            self.score_date = other.score_date;
            self.forecasts.extend(other.forecasts);
        }
    }
}
