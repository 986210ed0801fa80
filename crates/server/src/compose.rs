//! Puts the parts together: the one place that names them all.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use axum::Router;
use kakari_care::Care;
use kakari_identity::App;
use kakari_kernel::ports::Notifier;
use kakari_kernel::{Clock, Rng, SystemClock, SystemRng};
use kakari_store::Db;
use kakari_ui::{SliceAssets, Ui};
use kakari_watch::Watch;

use crate::config::Config;
use crate::health;
use crate::mail::Mailer;

/// The rules that come with the program.
const OWN_RULES: include_dir::Dir<'static> = include_dir::include_dir!("$CARGO_MANIFEST_DIR/../../rules");

/// Everything that runs.
pub(crate) struct Program {
    pub(crate) app: App,
    pub(crate) watch: Watch,
    pub(crate) care: Care,
    pub(crate) mail: Arc<dyn Notifier>,
}

/// Templates and texts of the whole program.
pub(crate) fn assets() -> Vec<SliceAssets> {
    [kakari_identity::ASSETS.to_vec(), kakari_watch::ASSETS.to_vec(), kakari_care::ASSETS.to_vec()].concat()
}

impl Program {
    /// Opens the database, reads templates, texts and rules.
    pub(crate) async fn open(config: &Config, demo: bool) -> anyhow::Result<Self> {
        Self::open_with(config, demo, Arc::new(SystemClock), Arc::new(SystemRng)).await
    }

    /// The same with another clock and another source of chance.
    pub(crate) async fn open_with(
        config: &Config,
        demo: bool,
        clock: Arc<dyn Clock>,
        rng: Arc<dyn Rng>,
    ) -> anyhow::Result<Self> {
        let settings = config.settings(demo)?;
        let mail_server = config.mail()?;
        let folder = config.data_dir();
        std::fs::create_dir_all(&folder)
            .with_context(|| format!("the data folder {} cannot be made", folder.display()))?;
        let watch_config = config.watch(Some(own_rules(&folder)?))?;
        let db = Db::open(&config.database_url(), Arc::clone(&clock)).await?;
        let ui = Ui::new(assets()).context("templates or texts")?;
        let app = App::new(db, ui, clock, Arc::clone(&rng), settings, secret(&folder, rng.as_ref())?);
        let watch = Watch::new(app.clone(), watch_config);
        let care = Care::new(app.clone(), kakari_watch::sections(&watch));
        let mail = Arc::new(Mailer::new(mail_server, app.ids.clone()));
        Ok(Self { app, watch, care, mail })
    }

    /// All pages, doors and the API, behind the layers that every answer passes.
    pub(crate) fn router(&self) -> (Router, utoipa::openapi::OpenApi) {
        let (api, openapi) = kakari_identity::routes(&self.app, kakari_watch::panels(&self.watch))
            .merge(kakari_watch::routes(&self.watch))
            .split_for_parts();
        let pages = api.merge(kakari_care::routes(self.care.clone())).merge(health::routes(self));
        let router = kakari_identity::web::layers(&self.app, pages)
            .merge(kakari_ui::assets_router())
            .layer(axum::middleware::map_response(kakari_ui::set_security_headers));
        (router, openapi)
    }
}

/// Puts the program's own rules into the data folder, where a provider can read them. They are written anew
/// at each start; a provider's own rules live elsewhere.
fn own_rules(data: &Path) -> anyhow::Result<std::path::PathBuf> {
    let folder = data.join("rules");
    std::fs::create_dir_all(&folder)?;
    OWN_RULES
        .extract(&folder)
        .with_context(|| format!("the rules cannot be written to {}", folder.display()))?;
    Ok(folder)
}

/// The installation's secret: 32 random bytes in the data folder, made at the first start, readable by the
/// program's user alone.
fn secret(data: &Path, rng: &dyn Rng) -> anyhow::Result<[u8; 32]> {
    let path = data.join("secret");
    match std::fs::read(&path) {
        Ok(bytes) => bytes.try_into().ok().with_context(|| {
            format!(
                "{} does not hold 32 bytes: restore it from a backup, or remove it to sign everybody out",
                path.display()
            )
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let mut bytes = [0; 32];
            rng.fill(&mut bytes);
            let mut options = std::fs::OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            options
                .open(&path)
                .and_then(|mut file| file.write_all(&bytes))
                .with_context(|| format!("{} cannot be written", path.display()))?;
            Ok(bytes)
        }
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
    }
}
