//! The only SQL on `organisation`.

use kakari_kernel::{OrgScope, Result};
use kakari_store::{Conn, Row, Tx, args};

use super::{Kind, Organisation};

/// Adds an organisation; the scope is the new organisation itself.
///
/// # Errors
/// `Conflict` when its id is already there.
pub async fn add(tx: &mut Tx, scope: &OrgScope, org: &Organisation) -> Result<()> {
    let kind = match org.kind {
        Kind::Provider => "provider",
        Kind::Client => "client",
    };
    tx.execute(
        scope,
        "INSERT INTO organisation (provider_id, org_id, kind, group_id, name, industry, staff, prefecture, \
         advisor_id, created_at_ms) VALUES ({owner}, $3, $4, $5, $6, $7, $8, NULL, $9)",
        args![kind, org.group, &org.name, &org.industry, org.staff, &org.prefecture, org.created_at],
    )
    .await?;
    Ok(())
}

/// The scope's own organisation.
///
/// # Errors
/// `NotFound` when the scope is not one organisation, or it is not there.
pub async fn get(conn: &mut Conn, scope: &OrgScope) -> Result<Organisation> {
    let row = conn.one(scope, "SELECT * FROM organisation WHERE {scope}", &[]).await?;
    organisation(&row)
}

/// The clients that the scope reaches, by name. At most 5,000.
pub async fn list(conn: &mut Conn, scope: &OrgScope) -> Result<Vec<Organisation>> {
    let rows = conn
        .all(
            scope,
            "SELECT * FROM organisation WHERE {scope} AND kind = 'client' ORDER BY name LIMIT 5000",
            &[],
        )
        .await?;
    rows.iter().map(organisation).collect()
}

fn organisation(row: &Row) -> Result<Organisation> {
    Ok(Organisation {
        id: row.org("org_id")?,
        kind: if row.text("kind")? == "provider" { Kind::Provider } else { Kind::Client },
        group: row.text_or_none("group_id")?.map(|id| id.parse()).transpose()?,
        name: row.text("name")?,
        industry: row.text("industry")?,
        staff: u32::try_from(row.int("staff")?).unwrap_or(0),
        prefecture: row.text("prefecture")?,
        created_at: row.time("created_at_ms")?,
    })
}
