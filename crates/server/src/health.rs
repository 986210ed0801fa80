//! Is it alive, is it ready, and its numbers. None of them holds a client's content.

use axum::extract::{ConnectInfo, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use kakari_identity::App;
use kakari_kernel::Error;
use kakari_store::queue;
use kakari_watch::Watch;
use serde_json::json;

use crate::compose::Program;

/// `/healthz`, `/readyz`, and `/metrics` for askers on this machine.
pub(crate) fn routes(program: &Program) -> Router {
    let health = Router::new().route("/healthz", get(|| async { "ok\n" })).route("/readyz", get(ready));
    health.with_state(program.app.clone()).merge(
        Router::new()
            .route("/metrics", get(metrics_here))
            .with_state((program.app.clone(), program.watch.clone())),
    )
}

/// `/metrics` alone, for an address of its own.
pub(crate) fn metrics_routes(program: &Program) -> Router {
    Router::new().route("/metrics", get(metrics)).with_state((program.app.clone(), program.watch.clone()))
}

/// Ready: the database answers with the schema of this program.
async fn ready(State(app): State<App>) -> Response {
    match app.db.pending_migrations().await {
        Ok(0) => Json(json!({ "ready": true })).into_response(),
        Ok(steps) => not_ready(&format!("{steps} schema steps are not applied")),
        Err(error) => not_ready(&error.to_string()),
    }
}

fn not_ready(why: &str) -> Response {
    tracing::warn!(why, "not ready");
    (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "ready": false }))).into_response()
}

/// Strangers get the same answer as for a page that is not there.
async fn metrics_here(
    ConnectInfo(from): ConnectInfo<std::net::SocketAddr>,
    headers: axum::http::HeaderMap,
    state: State<(App, Watch)>,
) -> Response {
    // Behind a proxy on this machine everybody looks local: a forwarded request is a stranger's.
    let forwarded = headers.contains_key("x-forwarded-for") || headers.contains_key(header::FORWARDED);
    if !from.ip().is_loopback() || forwarded {
        return StatusCode::NOT_FOUND.into_response();
    }
    metrics(state).await
}

async fn metrics(State((app, watch)): State<(App, Watch)>) -> Response {
    match numbers(&app, &watch).await {
        Ok(text) => ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response(),
        Err(error) => not_ready(&error.to_string()),
    }
}

/// In the text format that Prometheus reads.
async fn numbers(app: &App, watch: &Watch) -> Result<String, Error> {
    use std::fmt::Write as _;
    let mut text = String::new();
    for (name, value) in kakari_watch::metrics(watch).await? {
        let _written = writeln!(text, "kakari_{name} {value}");
    }
    let mut conn = app.db.read().await?;
    for (state, jobs) in queue::depth(&mut conn).await? {
        let _written = writeln!(text, "kakari_jobs{{state=\"{state}\"}} {jobs}");
    }
    Ok(text)
}
