//! Putting the slices together: state, routes, workers.

use std::fmt;
use std::net::SocketAddr;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;

use axum::extract::FromRef;
use futures_util::future::BoxFuture;
use kakari_identity::App;
use kakari_identity::record::{RecordPanel, ReportSection};
use kakari_kernel::ports::EventStore;
use kakari_kernel::{Id, Result};
use kakari_ui::SliceAssets;
use tokio::sync::{Notify, watch};
use utoipa_axum::router::OpenApiRouter;

use crate::detections::Rules;
use crate::events::SqlEvents;
use crate::figures::Figures;
use crate::ingest::{self, Doors};
use crate::{assets, detections, events, incidents, sensors};

/// The templates and texts of all slices of this crate.
pub const ASSETS: [SliceAssets; 5] =
    [assets::ASSETS, detections::ASSETS, events::ASSETS, incidents::ASSETS, sensors::ASSETS];

/// How a syslog listener is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    Udp,
    Tcp,
}

/// A syslog listener. All that arrives there is its sensor's, so it is bound to an address that only that
/// client's devices reach.
#[derive(Debug, Clone)]
pub struct Listener {
    pub transport: Transport,
    pub address: SocketAddr,
    pub sensor: Id,
}

/// The settings of this crate.
#[derive(Debug, Clone)]
pub struct WatchConfig {
    /// Folder of Sigma rules; `None` detects nothing.
    pub rules_dir: Option<PathBuf>,
    pub listeners: Vec<Listener>,
    /// What one sensor may deliver in a minute.
    pub quota_bytes_per_minute: u64,
    /// How long events are kept.
    pub retention_days: u32,
}

impl Default for WatchConfig {
    fn default() -> Self {
        Self { rules_dir: None, listeners: Vec::new(), quota_bytes_per_minute: 256 << 20, retention_days: 90 }
    }
}

/// Shared by all handlers and workers of this crate. Cheap to clone.
#[derive(Clone)]
pub struct Watch(Arc<Inner>);

/// See [`Watch`].
pub struct Inner {
    pub app: App,
    pub config: WatchConfig,
    pub events: Arc<dyn EventStore>,
    pub rules: Rules,
    pub figures: Figures,
    pub(crate) doors: Doors,
    /// Rung when a batch was spooled, so that the worker need not wait for its next look.
    pub(crate) spooled: Notify,
    stopping: watch::Sender<bool>,
}

impl Watch {
    /// With events kept in the state database. Reads the rules.
    pub fn new(app: App, config: WatchConfig) -> Self {
        let events = Arc::new(SqlEvents::new(app.db.clone(), app.settings.zone.clone()));
        Self::with_events(app, events, config)
    }

    /// With events kept elsewhere.
    pub fn with_events(app: App, events: Arc<dyn EventStore>, config: WatchConfig) -> Self {
        let rules = Rules::new(config.rules_dir.clone());
        let doors = Doors::new(config.quota_bytes_per_minute);
        let (stopping, _) = watch::channel(false);
        Self(Arc::new(Inner {
            app,
            config,
            events,
            rules,
            figures: Figures::default(),
            doors,
            spooled: Notify::new(),
            stopping,
        }))
    }

    /// Asks workers and live pages to end. What was acknowledged stays on disk and is read at the next start.
    pub fn stop(&self) {
        self.0.stopping.send_replace(true);
    }

    /// Returns once [`Watch::stop`] was called.
    pub(crate) async fn stopped(&self) {
        let mut stopping = self.0.stopping.subscribe();
        // The sender lives in `self`, so waiting cannot fail.
        let _ended = stopping.wait_for(|stop| *stop).await.is_ok();
    }

    /// Reads the rules again, after the folder changed.
    pub fn reload_rules(&self) {
        self.0.rules.reload();
    }
}

impl Deref for Watch {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watch")
    }
}

impl FromRef<Watch> for App {
    fn from_ref(watch: &Watch) -> Self {
        watch.app.clone()
    }
}

/// All routes of this crate: pages, doors, JSON API.
pub fn routes(watch: &Watch) -> OpenApiRouter {
    OpenApiRouter::new()
        .merge(ingest::routes())
        .merge(events::routes())
        .merge(sensors::routes())
        .merge(detections::routes())
        .merge(incidents::routes())
        .merge(assets::routes())
        .with_state(watch.clone())
}

/// Work that runs beside the web, until [`Watch::stop`].
pub struct Worker {
    pub name: String,
    pub run: BoxFuture<'static, Result<()>>,
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Worker({})", self.name)
    }
}

/// The workers, each to be spawned: the reader of the spool, the clock, one for each listener. A worker that
/// returns an error could not begin, for instance because its port is in use; the error says so.
pub fn workers(watch: &Watch) -> Vec<Worker> {
    let mut workers = vec![
        Worker { name: "spool".into(), run: Box::pin(ingest::work(watch.clone())) },
        Worker { name: "clock".into(), run: Box::pin(clock(watch.clone())) },
    ];
    for listener in &watch.config.listeners {
        let name = format!("syslog {}", listener.address);
        workers.push(Worker { name, run: Box::pin(ingest::listen(watch.clone(), listener.clone())) });
    }
    workers
}

/// Runs [`crate::tick`] every minute.
async fn clock(watch: Watch) -> Result<()> {
    loop {
        if let Err(error) = crate::tick(&watch, watch.app.clock.now()).await {
            tracing::warn!(%error, "the clock's work failed and is tried again");
        }
        tokio::select! {
            () = tokio::time::sleep(std::time::Duration::from_secs(60)) => {}
            () = watch.stopped() => return Ok(()),
        }
    }
}

/// Name and value of each number of this crate, for `/metrics`.
pub async fn metrics(watch: &Watch) -> Result<Vec<(&'static str, u64)>> {
    let mut numbers = watch.figures.read().to_vec();
    numbers.extend(ingest::backlog(watch).await?);
    numbers.push(("rules", watch.rules.loaded().count() as u64));
    Ok(numbers)
}

/// What this crate writes into the monthly report.
pub fn sections(watch: &Watch) -> Vec<Arc<dyn ReportSection>> {
    vec![Arc::new(events::ReceivedSection(watch.clone())), Arc::new(incidents::FoundSection(watch.clone()))]
}

/// What this crate shows on the client's record.
pub fn panels(watch: &Watch) -> Vec<Arc<dyn RecordPanel>> {
    vec![Arc::new(incidents::IncidentsPanel(watch.clone())), Arc::new(sensors::SensorsPanel(watch.clone()))]
}
