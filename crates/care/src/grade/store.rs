//! The grade of many clients at once, read from `sign`.

use kakari_kernel::{OrgId, OrgScope, Result, Severity};
use kakari_store::{Conn, args};

use super::{Grade, NO_DATA};

/// One client with its grade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub org: OrgId,
    pub name: String,
    pub industry: String,
    pub staff: u32,
    pub grade: Grade,
}

/// All clients within the scope with their grades, the worst first. At most 5,000.
pub async fn standings(conn: &mut Conn, scope: &OrgScope) -> Result<Vec<Standing>> {
    let rows = conn
        .all(
            scope,
            "SELECT o.org_id, o.name, o.industry, o.staff, \
             COALESCE(MAX(CASE WHEN s.kind = $3 THEN NULL WHEN s.severity = 'danger' THEN 3 \
               WHEN s.severity = 'warning' THEN 2 WHEN s.severity = 'attention' THEN 1 WHEN s.severity = 'info' THEN 0 END), -1) AS worst, \
             MAX(CASE WHEN s.kind = $3 THEN 1 ELSE 0 END) AS no_data \
             FROM organisation o LEFT JOIN sign s ON s.org_id = o.org_id AND s.cleared_at_ms = 0 \
             WHERE {scope:o} AND o.kind = 'client' \
             GROUP BY o.org_id, o.name, o.industry, o.staff ORDER BY worst DESC, no_data DESC, o.name LIMIT 5000",
            args![NO_DATA],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let worst =
                usize::try_from(row.int("worst")?).ok().and_then(|rank| Severity::ALL.get(rank).copied());
            Ok(Standing {
                org: row.org("org_id")?,
                name: row.text("name")?,
                industry: row.text("industry")?,
                staff: u32::try_from(row.int("staff")?).unwrap_or(0),
                grade: Grade::of(worst, row.bool("no_data")?),
            })
        })
        .collect()
}
