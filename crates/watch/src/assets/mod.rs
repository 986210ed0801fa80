//! Assets: the machines of a client, what is installed on them, and how much depends on each.
//!
//! Always holds: nothing of a ledger is stored before somebody has seen what was understood of it; machines are
//! recognised by serial number, hardware address or host name, and a row that points at two of them is shown
//! as a conflict instead of guessed; an importance keeps the answers that it came from.
//!
//! Who may: whoever sees the record sees them, whoever may edit the record changes them.

mod api;
mod export;
mod import;
mod importance;
mod ledger;
mod list;
mod merge;
mod panel;
mod sheet;
mod show;
mod software;
mod store;

use kakari_ui::SliceAssets;
use utoipa_axum::router::OpenApiRouter;

use crate::Watch;

pub use import::{Outcome, import_ledger};
pub use panel::{AssetsPanel, AssetsSection};
pub use sheet::read as read_sheet;
pub use software::import_software;
pub use store::{Asset, Software, get, software_of};

/// Templates and texts.
pub const ASSETS: SliceAssets =
    kakari_ui::slice_assets!("assets", ["assets.html", "asset.html", "import.html", "preview.html"]);

pub(crate) fn routes() -> OpenApiRouter<Watch> {
    OpenApiRouter::new()
        .merge(list::routes())
        .merge(export::routes())
        .merge(import::routes())
        .merge(show::routes())
        .merge(api::routes())
}
