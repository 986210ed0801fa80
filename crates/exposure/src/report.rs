//! What a match prints: one line a finding, and a last line that says what was not checked.

use serde::Serialize;

use crate::advisory::{Feed, Feeds, Severity};
use crate::decision::{
    Action, Circumstances, Decision, Label, Policy, Risk, Signals, decide, rank_actions, severity_of,
};
use crate::inventory::{Component, Inventory, Summary};
use crate::matcher::{Catalogue, Confidence, Coverage, Finding, NotChecked};
use crate::place::{Place, SetAside};
use crate::signals::{Epss, Kev, Ssvc};

/// Everything that a report is made from.
#[derive(Debug)]
pub struct Knowledge {
    pub catalogue: Catalogue,
    pub feeds: Vec<Feed>,
    pub kev: Kev,
    pub epss: Epss,
    pub ssvc: Ssvc,
    pub set_aside: Vec<(String, SetAside)>,
    pub policy: Policy,
}

/// One finding with its evidence and what to do about it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    pub file: String,
    pub position: Place,
    pub advisory: String,
    pub aliases: Vec<String>,
    pub cves: Vec<String>,
    pub summary: String,
    pub ecosystem: String,
    pub package: String,
    pub version: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_package: Option<String>,
    pub purl: Option<String>,
    pub range: String,
    pub fixed: Option<String>,
    pub comparator: &'static str,
    pub confidence: Confidence,
    pub feed: String,
    pub feed_date: Option<String>,
    pub feed_date_basis: Option<&'static str>,
    pub severity: Option<Severity>,
    pub informational: Option<String>,
    pub kev: Option<KevLine>,
    pub epss: Option<EpssLine>,
    #[serde(flatten)]
    pub decision: Decision,
    pub policy: String,
    pub notes: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KevLine {
    pub date_added: String,
    pub ransomware: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EpssLine {
    pub probability: f64,
    pub percentile: Option<f64>,
    pub model_version: Option<String>,
    pub score_date: Option<String>,
}

/// The last line.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LastLine {
    pub not_checked: Vec<NotChecked>,
    pub findings: usize,
    pub unconfirmed: usize,
    pub informational: usize,
    pub act_now: usize,
    pub schedule: usize,
    pub watch: usize,
    /// What removes most risk, first. Unconfirmed findings take no part.
    pub actions: Vec<Action>,
    pub inventories: Vec<Summary>,
    pub feeds: Vec<Feed>,
    /// Entries of the feeds that could not be used: how many, and the first few.
    pub advisories_set_aside: usize,
    pub advisories_set_aside_examples: Vec<String>,
}

const EXAMPLES: usize = 10;
const ACTIONS: usize = 20;

impl Knowledge {
    /// Indexes what the feeds said.
    pub fn new(feeds: Feeds, policy: Policy) -> Self {
        Self {
            catalogue: Catalogue::new(feeds.advisories),
            feeds: feeds.feeds,
            kev: feeds.kev,
            epss: feeds.epss,
            ssvc: feeds.ssvc,
            set_aside: feeds.set_aside,
            policy,
        }
    }

    fn signals(&self) -> Signals<'_> {
        Signals { kev: &self.kev, epss: &self.epss, ssvc: &self.ssvc }
    }

    /// The findings of one inventory, in its order.
    pub fn lines(&self, inventory: &Inventory, on: Circumstances) -> Vec<Line> {
        let mut lines = Vec::new();
        for component in &inventory.components {
            for finding in self.catalogue.find(component).findings {
                lines.extend(self.line(inventory, component, finding, on));
            }
        }
        lines
    }

    fn line(
        &self,
        inventory: &Inventory,
        component: &Component,
        finding: Finding,
        on: Circumstances,
    ) -> Option<Line> {
        let advisory = self.catalogue.advisories().get(finding.advisory)?;
        let feed = self.feeds.get(advisory.feed);
        let severity = severity_of(advisory, finding.affected);
        let decision = decide(advisory, severity, self.signals(), on, &self.policy);
        let listing = advisory.cves.iter().find_map(|cve| self.kev.get(cve));
        Some(Line {
            file: inventory.file.clone(),
            position: component.at,
            advisory: advisory.id.clone(),
            aliases: advisory.aliases.clone(),
            cves: advisory.cves.clone(),
            summary: advisory.summary.clone(),
            ecosystem: component.ecosystem.to_string(),
            package: component.name.clone(),
            version: component.version.clone(),
            source_package: component.source.as_ref().map(|source| source.name.clone()),
            purl: component.purl.clone(),
            range: finding.range,
            fixed: finding.fixed,
            comparator: finding.order.name(),
            confidence: finding.confidence,
            feed: feed.map(|feed| format!("{} ({})", feed.name, feed.format)).unwrap_or_default(),
            feed_date: feed.and_then(|feed| feed.date.clone()),
            feed_date_basis: feed.and_then(|feed| feed.date_basis),
            severity: severity.cloned(),
            informational: advisory.informational.clone(),
            kev: listing.map(|listing| KevLine {
                date_added: listing.date_added.clone(),
                ransomware: listing.known_ransomware_campaign_use == "Known",
            }),
            epss: decision.forecast.map(|forecast| EpssLine {
                probability: forecast.probability,
                percentile: forecast.percentile,
                model_version: self.epss.model_version.clone(),
                score_date: self.epss.score_date.clone(),
            }),
            decision,
            policy: self.policy.version.clone(),
            notes: finding.notes,
        })
    }

    /// Sums up, and says what was not checked.
    pub fn last_line(&self, inventories: &[Inventory], lines: &[Line]) -> LastLine {
        let mut not_checked: Vec<NotChecked> = inventories
            .iter()
            .flat_map(|inventory| Coverage::not_checked(&self.catalogue, inventory))
            .collect();
        for feed in self.feeds.iter().filter(|feed| feed.date.is_none()) {
            not_checked.push(NotChecked {
                file: feed.name.clone(),
                ecosystem: None,
                components: 0,
                reason: format!(
                    "the date of this {} feed is not known, so neither is what it is missing",
                    feed.format
                ),
                examples: Vec::new(),
            });
        }
        let count = |pred: &dyn Fn(&Line) -> bool| lines.iter().filter(|line| pred(line)).count();
        let label = |label: Label| count(&|line| line.counts() && line.decision.label == label);
        LastLine {
            not_checked,
            findings: count(&Line::counts),
            unconfirmed: count(&|line| line.confidence == Confidence::Unconfirmed),
            informational: count(&|line| line.informational.is_some()),
            act_now: label(Label::ActNow),
            schedule: label(Label::Schedule),
            watch: label(Label::Watch),
            actions: self.actions(inventories, lines),
            inventories: inventories.iter().map(Inventory::summary).collect(),
            feeds: self.feeds.clone(),
            advisories_set_aside: self.set_aside.len(),
            advisories_set_aside_examples: self
                .set_aside
                .iter()
                .take(EXAMPLES)
                .map(|(file, aside)| format!("{file}: {} {}: {}", aside.at, aside.what, aside.reason))
                .collect(),
        }
    }

    fn actions(&self, inventories: &[Inventory], lines: &[Line]) -> Vec<Action> {
        let families: std::collections::HashMap<String, &crate::Family> = inventories
            .iter()
            .flat_map(|inventory| &inventory.components)
            .map(|component| (component.ecosystem.to_string(), &component.ecosystem.family))
            .collect();
        let risks: Vec<Risk<'_>> = lines
            .iter()
            .filter(|line| line.counts())
            .filter_map(|line| {
                Some(Risk {
                    machine: &line.file,
                    family: families.get(&line.ecosystem)?,
                    package: &line.package,
                    fixed: line.fixed.as_deref(),
                    vulnerability: line.cves.first().unwrap_or(&line.advisory),
                    label: line.decision.label,
                    weight: line.decision.likelihood * line.decision.importance,
                })
            })
            .collect();
        let mut actions = rank_actions(&risks);
        actions.truncate(ACTIONS);
        actions
    }
}

impl Line {
    /// True for a vulnerability that is more than a guess.
    pub fn counts(&self) -> bool {
        self.confidence > Confidence::Unconfirmed && self.informational.is_none()
    }
}
