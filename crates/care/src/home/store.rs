//! The only SQL on `todo_answer`.

use kakari_kernel::{Error, OrgScope, Result};
use kakari_store::{Conn, Tx, args};
use serde::Serialize;

use super::OpenSignKey;

/// What the owner said about something to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Answer {
    Done,
    /// Please do it for me.
    Help,
}

impl Answer {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Help => "help",
        }
    }
}

/// The answers of one client. At most 500, the newest.
pub(crate) async fn answers(conn: &mut Conn, scope: &OrgScope) -> Result<Vec<(OpenSignKey, Answer)>> {
    let rows =
        conn.all(scope, "SELECT * FROM todo_answer WHERE {scope} ORDER BY at_ms DESC LIMIT 500", &[]).await?;
    rows.iter()
        .map(|row| {
            let answer = match row.text("answer")?.as_str() {
                "done" => Answer::Done,
                "help" => Answer::Help,
                other => return Err(Error::internal(format!("unknown answer {other}"))),
            };
            let key = OpenSignKey {
                kind: row.text("kind")?,
                subject: row.text("subject")?,
                since: row.time("since_ms")?,
            };
            Ok((key, answer))
        })
        .collect()
}

/// Keeps the answer; a later one replaces it.
pub(super) async fn answer(
    tx: &mut Tx,
    scope: &OrgScope,
    key: &OpenSignKey,
    answer: Answer,
    name: &str,
) -> Result<()> {
    let at = tx.at();
    tx.execute(
        scope,
        "INSERT INTO todo_answer (provider_id, org_id, kind, subject, since_ms, answer, person_name, at_ms) \
         VALUES ({owner}, $3, $4, $5, $6, $7, $8) ON CONFLICT (org_id, kind, subject, since_ms) \
         DO UPDATE SET answer = excluded.answer, person_name = excluded.person_name, at_ms = excluded.at_ms",
        args![&key.kind, &key.subject, key.since, answer.as_str(), name, at],
    )
    .await?;
    Ok(())
}
