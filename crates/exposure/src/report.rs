//! What a match prints: one line a finding, and a last line that says what was not checked.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use crate::advisory::{Feed, Feeds, KbBuilds, Severity, windows_line};
use crate::decision::{
    Action, Circumstances, Decision, Label, Policy, Risk, Signals, decide, machine_likelihood, rank_actions,
    severity_of,
};
use crate::ecosystem::{Ecosystem, Family};
use crate::inventory::{Component, Inventory, Summary};
use crate::matcher::{Catalogue, Confidence, Coverage, Finding, NotChecked};
use crate::place::{Place, SetAside};
use crate::signals::{Epss, Kev, Ssvc};
use crate::version::{Order, compare};
use crate::vex::{Statement, Status};

/// Everything that a report is made from.
#[derive(Debug)]
pub struct Knowledge {
    pub catalogue: Catalogue,
    pub feeds: Vec<Feed>,
    pub kev: Kev,
    pub epss: Epss,
    pub ssvc: Ssvc,
    /// Japanese titles by CVE, from JVN.
    pub titles_ja: HashMap<String, String>,
    pub vex: Vec<Statement>,
    pub kb_builds: KbBuilds,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title_ja: Option<String>,
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
    /// Somebody's statement about this finding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vex: Option<VexLine>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VexLine {
    pub status: Status,
    pub justification: Option<String>,
    pub author: Option<String>,
    pub time: Option<String>,
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
    /// What the first three actions are worth, a machine each.
    pub exposure: Vec<Exposure>,
    pub inventories: Vec<Summary>,
    pub feeds: Vec<Feed>,
    /// Entries of the feeds that could not be used: how many, and the first few.
    pub advisories_set_aside: usize,
    pub advisories_set_aside_examples: Vec<String>,
}

/// The likelihood that a machine is hit, before and after the first three actions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Exposure {
    pub file: String,
    pub before: f64,
    pub after_three_actions: f64,
}

const EXAMPLES: usize = 10;
const ACTIONS: usize = 20;

impl Knowledge {
    /// Indexes what the feeds said.
    pub fn new(feeds: Feeds, policy: Policy) -> Self {
        let titles = feeds.advisories.iter().filter(|advisory| advisory.id.starts_with("JVN"));
        let titles_ja = titles
            .flat_map(|advisory| advisory.cves.iter().map(|cve| (cve.clone(), advisory.summary.clone())))
            .collect();
        Self {
            titles_ja,
            vex: feeds.vex,
            kb_builds: feeds.kb_builds,
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
        let windows = self.windows_by_updates(inventory);
        for component in inventory.components.iter().chain(&windows) {
            for finding in self.catalogue.find(component).findings {
                lines.extend(self.line(inventory, component, finding, on));
            }
        }
        lines
    }

    /// The build of a Windows machine that listed only its updates: each update brings a build and implies all older
    /// ones of its line, so the highest of them is the least that is installed.
    fn windows_by_updates(&self, inventory: &Inventory) -> Vec<Component> {
        if inventory.host.windows_build.is_some() {
            return Vec::new();
        }
        let mut highest: BTreeMap<&str, &String> = BTreeMap::new();
        for build in inventory.host.kbs.iter().filter_map(|kb| self.kb_builds.get(kb)).flatten() {
            let Some(line) = windows_line(build) else { continue };
            let known = highest.entry(line).or_insert(build);
            if compare(Order::Generic, build, known).is_ok_and(std::cmp::Ordering::is_gt) {
                *known = build;
            }
        }
        // One update serves several lines, but a machine has one: the one that most of its updates name.
        let line = highest.keys().copied().max_by_key(|line| {
            let names_line = |kb: &&u32| {
                self.kb_builds
                    .get(kb)
                    .is_some_and(|builds| builds.iter().any(|b| windows_line(b) == Some(line)))
            };
            inventory.host.kbs.iter().filter(names_line).count()
        });
        let build = line.and_then(|line| Some((line, *highest.get(line)?)));
        build
            .map(|(line, build)| Component::new(Ecosystem::of(Family::Windows), line, build, Place::File))
            .into_iter()
            .collect()
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
        let mut decision = decide(advisory, severity, self.signals(), on, &self.policy);
        // The newest statement counts.
        let statements = self.vex.iter().filter(|statement| statement.speaks_about(advisory, component));
        let vex = statements.max_by(|left, right| left.time.cmp(&right.time));
        if let Some(statement) = vex.filter(|statement| statement.status.closes()) {
            decision.watch(format!(
                "VEX of {}: {:?}",
                statement.author.as_deref().unwrap_or("an unknown author"),
                statement.status
            ));
        }
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
            title_ja: advisory.cves.iter().find_map(|cve| self.titles_ja.get(cve)).cloned(),
            vex: vex.map(|statement| VexLine {
                status: statement.status,
                justification: statement.justification.clone(),
                author: statement.author.clone(),
                time: statement.time.clone(),
            }),
        })
    }

    /// Sums up, and says what was not checked.
    pub fn last_line(&self, inventories: &[Inventory], lines: &[Line]) -> LastLine {
        let mut not_checked: Vec<NotChecked> = inventories
            .iter()
            .flat_map(|inventory| Coverage::not_checked(&self.catalogue, inventory))
            .collect();
        let updates_only =
            |inventory: &&Inventory| !inventory.host.kbs.is_empty() && inventory.host.windows_build.is_none();
        for inventory in inventories
            .iter()
            .filter(updates_only)
            .filter(|inventory| self.windows_by_updates(inventory).is_empty())
        {
            not_checked.push(NotChecked {
                file: inventory.file.clone(),
                ecosystem: Some(Family::Windows.to_string()),
                components: inventory.host.kbs.len(),
                reason: "no feed knows the build that these updates bring, and the inventory states none"
                    .to_owned(),
                examples: Vec::new(),
            });
        }
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
        let actions = self.actions(inventories, lines);
        let label = |label: Label| count(&|line| line.counts() && line.decision.label == label);
        LastLine {
            not_checked,
            findings: count(&Line::counts),
            unconfirmed: count(&|line| line.confidence == Confidence::Unconfirmed),
            informational: count(&|line| line.informational.is_some()),
            act_now: label(Label::ActNow),
            schedule: label(Label::Schedule),
            watch: label(Label::Watch),
            exposure: inventories.iter().map(|inventory| exposure(inventory, lines, &actions)).collect(),
            actions,
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
        let families: HashMap<String, &Family> = inventories
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
                    vulnerability: line.vulnerability(),
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

fn exposure(inventory: &Inventory, lines: &[Line], actions: &[Action]) -> Exposure {
    // One vulnerability under two names happens once.
    let mut worst: BTreeMap<(&str, &str), (f64, bool)> = BTreeMap::new();
    for line in lines.iter().filter(|line| line.file == inventory.file && line.counts()) {
        let closes = |action: &Action| {
            action.package == line.package && action.upgrade_to.is_some() && line.fixed.is_some()
        };
        let is_closed = actions.iter().take(3).any(closes);
        let known = worst.entry((line.package.as_str(), line.vulnerability())).or_insert((0.0, true));
        *known = (known.0.max(line.decision.likelihood), known.1 && is_closed);
    }
    let open = worst.values().filter(|(_, is_closed)| !is_closed);
    Exposure {
        file: inventory.file.clone(),
        before: machine_likelihood(worst.values().map(|(likelihood, _)| *likelihood)),
        after_three_actions: machine_likelihood(open.map(|(likelihood, _)| *likelihood)),
    }
}

impl Line {
    /// The name under which several advisories speak about one vulnerability.
    fn vulnerability(&self) -> &str {
        self.cves.first().unwrap_or(&self.advisory)
    }

    /// True for a vulnerability that is more than a guess and that no statement closes.
    pub fn counts(&self) -> bool {
        let closed = self.vex.as_ref().is_some_and(|vex| vex.status.closes());
        self.confidence > Confidence::Unconfirmed && self.informational.is_none() && !closed
    }
}
