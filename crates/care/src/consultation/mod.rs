//! Consultation (相談): a client asks, a person with a name answers, and it stays one thread.
//!
//! Always holds: a question that waits for us is a sign on the round, heavier once it has waited an hour;
//! an answer clears it. Anyone who may see the client may read the thread; the owner and staff may write.

mod ask;
mod store;
mod thread;

use axum::Router;
use axum::routing::get;
use jiff::Timestamp;
use kakari_identity::{App, record};
use kakari_kernel::{OrgScope, Reach, Result, Severity, Sign};
use kakari_store::{Tx, Unaudited};
use kakari_ui::SliceAssets;
use serde_json::{Map, json};

use crate::Care;

pub(crate) use ask::open;

pub const ASSETS: SliceAssets = kakari_ui::slice_assets!("consultation", ["ask.html", "thread.html"]);

/// Longest text of one message, in characters.
pub(crate) const BODY_MAX: usize = 4_000;

const WAITING: &str = "question-waiting";
const POINTS: u32 = 30;
/// Added once a question has waited an hour: the round's table.
const POINTS_AFTER_AN_HOUR: u32 = 30;
const HOUR_MS: i64 = 3_600_000;

pub(crate) fn routes() -> Router<Care> {
    Router::new()
        .route("/c/{org}/ask", get(ask::show).post(ask::post))
        .route("/c/{org}/consultations/{id}", get(thread::show).post(thread::post))
}

/// Raises or re-weighs the sign of a question that waits since `asked_at`.
async fn raise(tx: &mut Tx, scope: &OrgScope, id: &str, subject: &str, asked_at: Timestamp) -> Result<()> {
    let waited_ms = tx.at().as_millisecond() - asked_at.as_millisecond();
    let late = waited_ms >= HOUR_MS;
    let org =
        scope.client().ok_or_else(|| kakari_kernel::Error::internal("a question belongs to one client"))?;
    let mut args = Map::new();
    args.insert("subject".into(), json!(subject));
    let sign = Sign {
        kind: WAITING,
        subject: id.to_owned(),
        // A question is no danger by itself: it asks for us, not for the owner.
        severity: Severity::Info,
        points: if late { POINTS + POINTS_AFTER_AN_HOUR } else { POINTS },
        since: asked_at,
        args,
        link: format!("/c/{org}/consultations/{id}"),
        todo: None,
    };
    record::raise(tx, scope, &sign).await?;
    Ok(())
}

/// Brings the weight of all waiting questions up to date.
pub(crate) async fn weigh_waiting(app: &App) -> Result<()> {
    let mut tx = app.db.begin().await?;
    for waiting in store::all_waiting(&mut tx).await? {
        let scope = OrgScope::grant(waiting.provider, Reach::Client(waiting.org));
        raise(&mut tx, &scope, &waiting.id, &waiting.subject, waiting.asked_at).await?;
    }
    tx.commit_unaudited(Unaudited::Derived).await
}
