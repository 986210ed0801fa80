//! Style sheet, scripts and the mark, under names that change with their content, so that browsers may keep
//! them for ever.

use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use sha2::{Digest, Sha256};

/// One file that pages load.
#[derive(Debug)]
pub struct Asset {
    /// The name that templates use: `asset("kakari.css")`.
    pub name: &'static str,
    /// The address with the content's hash in it.
    pub href: String,
    /// The media type.
    pub media_type: &'static str,
    /// The content.
    pub body: &'static str,
}

const CSS: &str = concat!(
    include_str!("../assets/vendor/design-tokens/tokens.css"),
    include_str!("../assets/kakari.css"),
    include_str!("../assets/charts.css"),
    include_str!("../assets/print.css"),
);

static ASSETS: LazyLock<[Asset; 4]> = LazyLock::new(|| {
    [
        asset("kakari.css", "text/css; charset=utf-8", CSS),
        asset("htmx.js", "text/javascript; charset=utf-8", include_str!("../assets/vendor/htmx/htmx.min.js")),
        asset("app.js", "text/javascript; charset=utf-8", include_str!("../assets/app.js")),
        asset("mark.svg", "image/svg+xml", include_str!("../assets/mark.svg")),
    ]
});

fn asset(name: &'static str, media_type: &'static str, body: &'static str) -> Asset {
    let hash: String = hex::encode(Sha256::digest(body)).chars().take(12).collect();
    let (stem, extension) = name.split_once('.').unwrap_or((name, ""));
    Asset { name, href: format!("/assets/{stem}.{hash}.{extension}"), media_type, body }
}

/// All assets, for whoever writes pages to files.
pub fn all() -> &'static [Asset] {
    &*ASSETS
}

/// The address of the asset called `name`.
pub fn href(name: &str) -> Option<&'static str> {
    all().iter().find(|asset| asset.name == name).map(|asset| asset.href.as_str())
}

/// Serves `/assets/…`. An outdated or unknown name is a 404 without a body.
pub fn assets_router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{file}", get(serve))
}

async fn serve(Path(file): Path<String>) -> Response {
    let wanted = all().iter().find(|asset| asset.href.strip_prefix("/assets/") == Some(file.as_str()));
    let Some(asset) = wanted else { return StatusCode::NOT_FOUND.into_response() };
    let headers = [
        (header::CONTENT_TYPE, asset.media_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, asset.body).into_response()
}
