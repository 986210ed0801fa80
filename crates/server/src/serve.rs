//! Running: listen, work, stop in good order.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::compose::Program;
use crate::{health, work};

/// How long open requests may take to end at stopping.
const GRACE: Duration = Duration::from_secs(10);
const TICK: Duration = Duration::from_secs(60);

/// Takes the address, so that a port in use is known before anything else begins.
///
/// # Errors
/// Names the address and what to do.
pub(crate) async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen on {address}: is another kakari running there? choose another port with KAKARI_SERVER_LISTEN")
    })
}

/// Serves until it is told to stop, then lets open requests and the batch in work end.
///
/// # Errors
/// A worker that could not begin, for instance because its port is in use.
pub(crate) async fn run(
    program: &Program,
    listener: TcpListener,
    metrics: Option<TcpListener>,
) -> anyhow::Result<()> {
    let mut workers = JoinSet::new();
    for worker in kakari_watch::workers(&program.watch) {
        workers.spawn(async move { worker.run.await.with_context(|| worker.name) });
    }
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let jobs = work::run(program.app.clone(), Arc::clone(&program.mail), stopped.clone());
    workers.spawn(async move {
        jobs.await;
        Ok(())
    });
    let app = program.app.clone();
    let clock = tokio::spawn(async move {
        loop {
            if let Err(error) = kakari_care::tick(&app).await {
                tracing::warn!(%error, "the clock's work failed and is tried again");
            }
            tokio::time::sleep(TICK).await;
        }
    });
    let metrics = metrics.map(|listener| {
        tokio::spawn(listen(listener, health::metrics_routes(program), std::future::pending()))
    });
    let (router, _) = program.router();
    let watch = program.watch.clone();
    let mut server = tokio::spawn(listen(listener, router, work::told(stopped)));
    let ended = tokio::select! {
        () = asked_to_stop() => {
            tracing::info!("stopping");
            Ok(())
        }
        Some(worker) = workers.join_next() => worker.context("a worker broke")?,
        served = &mut server => served.context("the web broke")?,
    };
    watch.stop();
    stop.send_replace(true);
    clock.abort();
    if let Some(metrics) = metrics {
        metrics.abort();
    }
    let in_order = async {
        while workers.join_next().await.is_some() {}
        // When the web itself ended first, its handle was already asked and must not be asked again.
        if !server.is_finished() {
            let _served = (&mut server).await;
        }
    };
    if tokio::time::timeout(GRACE, in_order).await.is_err() {
        tracing::warn!("some requests did not end in time and were cut off; nothing acknowledged is lost");
    }
    program.app.db.close().await;
    ended
}

async fn listen(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(stop)
        .await
        .context("the web stopped")
}

/// Ctrl-C, or the service manager's word.
async fn asked_to_stop() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! { () = interrupt => {}, () = terminate => {} }
}
