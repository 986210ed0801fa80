//! API tokens: how programs come in.
//!
//! Always holds: a token is shown once and only its hash is kept; it belongs to one client or to the provider
//! (then it reaches all clients); it ends by itself; only administrators make and revoke them, after a fresh
//! proof.

mod make;
mod model;
mod store;

use axum::routing::{get, post};
use jiff::SignedDuration;
use kakari_kernel::Result;
use kakari_store::Unaudited;
use kakari_ui::{SliceAssets, slice_assets};
use utoipa_axum::router::OpenApiRouter;

use crate::App;

pub use model::Token;

pub(crate) const ASSETS: SliceAssets = slice_assets!("tokens", ["list.html", "made.html"]);

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .route("/c/{org}/tokens", get(make::show).post(make::add))
        .route("/c/{org}/tokens/{token}/revoke", post(make::revoke))
}

/// Use is noted at most this often.
const NOTE_USE_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// The token with this hash, if it holds; its use is noted.
pub(crate) async fn of_secret(app: &App, hash: &str) -> Result<Option<Token>> {
    let now = app.clock.now();
    let found = store::live(&mut app.db.read().await?, hash, now).await?;
    if let Some(token) = &found
        && token.used_at.is_none_or(|used_at| now.duration_since(used_at) >= NOTE_USE_EVERY)
    {
        let mut tx = app.db.begin().await?;
        store::note_use(&mut tx, hash).await?;
        tx.commit_unaudited(Unaudited::Session).await?;
    }
    Ok(found)
}
