//! `/queue/events`: tells an open queue that there is news. It sends a sentence, never rows, so that nothing
//! moves under the pointer.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Query, State as AxumState};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::get;
use futures_util::stream::{self, Stream};
use kakari_identity::web::{Staff, WebResult};
use kakari_kernel::{OrgScope, Result, from_ms};
use kakari_ui::Lang;
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;

use super::store;
use crate::Watch;

/// How often an open page looks. The state database is asked, so news of other processes arrives too.
const LOOK: Duration = Duration::from_secs(3);
/// A stream ends after this; the browser opens it again, and whoever may no longer look is turned away.
const LOOKS: u32 = 200;

pub(super) fn routes() -> OpenApiRouter<Watch> {
    OpenApiRouter::new().route("/queue/events", get(events))
}

#[derive(Deserialize)]
struct After {
    /// When the page was made, in milliseconds.
    #[serde(default)]
    after: i64,
}

struct Listening {
    watch: Watch,
    scope: OrgScope,
    lang: Lang,
    after: jiff::Timestamp,
    told: u64,
    looks: u32,
}

async fn events(
    AxumState(watch): AxumState<Watch>,
    staff: Staff,
    Query(After { after }): Query<After>,
) -> WebResult<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    let listening = Listening {
        watch,
        scope: staff.scope,
        lang: staff.page.lang,
        after: from_ms(after),
        told: 0,
        looks: 0,
    };
    let news = stream::unfold(listening, next);
    Ok(Sse::new(news).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))))
}

/// Waits for the next number of new incidents that was not told yet. The stream ends with the process.
async fn next(mut listening: Listening) -> Option<(Result<Event, Infallible>, Listening)> {
    while listening.looks < LOOKS {
        listening.looks += 1;
        match count(&listening).await {
            Ok(new) if new > listening.told => {
                listening.told = new;
                let count = i64::try_from(new).unwrap_or(i64::MAX);
                let text =
                    listening.watch.app.ui.text(listening.lang, "incidents-new", &[("n", count.into())]);
                return Some((Ok(Event::default().event("new").data(text)), listening));
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "the queue's news could not be read"),
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = listening.watch.stopped() => return None,
        }
    }
    None
}

async fn count(listening: &Listening) -> Result<u64> {
    let mut conn = listening.watch.app.db.read().await?;
    store::opened_after(&mut conn, &listening.scope, listening.after).await
}
