//! Care: what the owner, the advisor, the executive and the programme office look at.
//!
//! Everything here is read from the signs on the record, so each grade, each place in the round and each
//! thing to do opens onto its inputs.

pub mod consultation;
pub mod grade;
pub mod group;
pub mod home;
pub mod programme;
pub mod reports;
pub mod round;

use std::fmt;
use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;
use kakari_identity::App;
use kakari_identity::record::ReportSection;
use kakari_ui::SliceAssets;

/// Templates and texts of all slices here.
pub const ASSETS: &[SliceAssets] = &[
    grade::ASSETS,
    home::ASSETS,
    round::ASSETS,
    reports::ASSETS,
    consultation::ASSETS,
    group::ASSETS,
    programme::ASSETS,
];

/// What the handlers of this crate share: the app, and the report's sections from all over the product.
#[derive(Clone)]
pub struct Care {
    pub app: App,
    sections: Arc<[Arc<dyn ReportSection>]>,
}

impl Care {
    /// Sections are printed in their own order.
    pub fn new(app: App, mut sections: Vec<Arc<dyn ReportSection>>) -> Self {
        sections.sort_by_key(|section| section.order());
        Self { app, sections: sections.into() }
    }
}

impl fmt::Debug for Care {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Care")
    }
}

impl FromRef<Care> for App {
    fn from_ref(care: &Care) -> Self {
        care.app.clone()
    }
}

/// All pages of this crate.
pub fn routes(care: Care) -> Router {
    Router::new()
        .merge(home::routes())
        .merge(round::routes())
        .merge(reports::routes())
        .merge(consultation::routes())
        .merge(group::routes())
        .merge(programme::routes())
        .with_state(care)
}

/// What has to happen without anybody asking: brings the weight of waiting questions up to date. May run as
/// often as it likes.
///
/// # Errors
/// Those of the database; nothing is half done.
pub async fn tick(app: &App) -> kakari_kernel::Result<()> {
    consultation::weigh_waiting(app).await
}

/// A page, or the fault that kept it from being made.
fn rendered(
    page: Result<axum::response::Html<String>, kakari_ui::UiError>,
) -> kakari_kernel::Result<axum::response::Html<String>> {
    page.map_err(kakari_kernel::Error::internal)
}
