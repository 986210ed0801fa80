//! What every handler and job gets: the database, the pages, time and chance, the provider's settings.

use std::fmt;
use std::net::IpAddr;
use std::ops::Deref;
use std::sync::Arc;

use jiff::tz::TimeZone;
use kakari_kernel::{Clock, IdMaker, Rng};
use kakari_store::Db;
use kakari_ui::Ui;
use kakari_ui::words::BusinessHours;
use tokio::sync::Semaphore;

use crate::Issuer;

/// The provider's settings, read once at start.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The name of the service in the header.
    pub service_name: String,
    /// The company behind it, in the footer.
    pub provider_name: String,
    /// The number that owners call, as people write it.
    pub phone: String,
    /// When someone answers it.
    pub hours: BusinessHours,
    /// Where readers live unless they say otherwise.
    pub zone: TimeZone,
    /// `https://kakari.example`, without a slash at the end. Links in mails begin with it.
    pub base_url: String,
    /// Whether cookies may only travel over TLS. False on loopback.
    pub secure_cookies: bool,
    /// Sample data and sign-in links that work more than once.
    pub demo: bool,
    /// Whether mails can be sent. Without them, a link is shown to whoever makes it, to be handed over.
    pub mail: bool,
    /// Reverse proxies whose `X-Forwarded-For` is believed. From anybody else the header is ignored.
    pub trusted_proxies: Vec<IpAddr>,
    /// Where staff may also prove who they are.
    pub issuer: Option<Issuer>,
}

/// How many passwords are hashed at the same time: each takes 19 MiB and a processor for a while.
const HASHES_AT_ONCE: usize = 2;

/// Shared by all handlers and jobs. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

/// See [`App`].
pub struct Inner {
    pub db: Db,
    pub ui: Ui,
    pub clock: Arc<dyn Clock>,
    pub rng: Arc<dyn Rng>,
    pub ids: IdMaker,
    pub settings: Settings,
    /// 32 random bytes of this installation: form tokens and the seal on kept secrets are derived from it.
    pub secret: [u8; 32],
    pub(crate) hashing: Semaphore,
}

impl App {
    pub fn new(
        db: Db,
        ui: Ui,
        clock: Arc<dyn Clock>,
        rng: Arc<dyn Rng>,
        settings: Settings,
        secret: [u8; 32],
    ) -> Self {
        let ids = IdMaker::new(Arc::clone(&clock), Arc::clone(&rng));
        let hashing = Semaphore::new(HASHES_AT_ONCE);
        Self(Arc::new(Inner { db, ui, clock, rng, ids, settings, secret, hashing }))
    }
}

impl Deref for App {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("App")
    }
}
