//! Reading the table `audit`; only the store's own commit writes it.

use jiff::Timestamp;
use kakari_kernel::{OrgId, OrgScope, Result};
use kakari_store::audit::Kept;
use kakari_store::{Conn, Value, args};
use kakari_ui::Listing;

/// Which entries a page shows.
#[derive(Debug, Clone, Default)]
pub(super) struct Filter {
    /// Part of the organisation's name.
    pub(super) client: String,
    /// The beginning of the act's name: `person` or `person.invite`.
    pub(super) act: String,
    /// Part of the person's name.
    pub(super) person: String,
    pub(super) from: Option<Timestamp>,
    pub(super) to: Option<Timestamp>,
}

/// An entry with the name of its organisation.
pub(super) struct Line {
    pub(super) entry: Kept,
    pub(super) org_name: String,
}

const MATCHES: &str = "FROM audit a LEFT JOIN organisation o ON o.org_id = a.org_id WHERE {scope:a} \
    AND ($3 = '' OR LOWER(o.name) LIKE $3 ESCAPE '!') AND ($4 = '' OR a.act LIKE $4 ESCAPE '!') \
    AND ($5 = '' OR LOWER(a.actor_name) LIKE $5 ESCAPE '!') AND a.at_ms >= $6 AND a.at_ms < $7";

/// One page of the entries that match, the newest first, and how many there are in all.
pub(super) async fn page(
    conn: &mut Conn,
    scope: &OrgScope,
    filter: &Filter,
    listing: &Listing,
) -> Result<(Vec<Line>, u64)> {
    let contains = |text: &str| if text.is_empty() { String::new() } else { format!("%{}%", escaped(text)) };
    let begins = |text: &str| if text.is_empty() { String::new() } else { format!("{}%", escaped(text)) };
    let mut bound: Vec<Value> = vec![
        contains(&filter.client.to_lowercase()).into(),
        begins(&filter.act).into(),
        contains(&filter.person.to_lowercase()).into(),
        filter.from.unwrap_or(Timestamp::UNIX_EPOCH).into(),
        filter.to.unwrap_or(Timestamp::MAX).into(),
    ];
    let count = conn.one(scope, &format!("SELECT COUNT(*) AS entries {MATCHES}"), &bound).await?;
    bound.extend([Value::from(listing.limit()), Value::from(listing.offset())]);
    let direction = if listing.is_descending() { "DESC" } else { "ASC" };
    let sql = format!(
        "SELECT a.*, COALESCE(o.name, '') AS org_name {MATCHES} \
         ORDER BY a.at_ms {direction}, a.org_id, a.seq {direction} LIMIT $8 OFFSET $9"
    );
    let rows = conn.all(scope, &sql, &bound).await?;
    let lines = rows.iter().map(|row| Ok(Line { entry: Kept::of(row)?, org_name: row.text("org_name")? }));
    Ok((lines.collect::<Result<_>>()?, count.count("entries")?))
}

/// The names of the acts that stand in the chains of the scope, for the filter.
pub(super) async fn acts(conn: &mut Conn, scope: &OrgScope) -> Result<Vec<String>> {
    let rows =
        conn.all(scope, "SELECT DISTINCT act FROM audit WHERE {scope} ORDER BY act LIMIT 300", &[]).await?;
    rows.iter().map(|row| row.text("act")).collect()
}

/// The organisations that have a chain.
pub(super) async fn chains(conn: &mut Conn, scope: &OrgScope) -> Result<Vec<OrgId>> {
    let rows = conn.all(scope, "SELECT org_id FROM audit_head WHERE {scope} ORDER BY org_id", &[]).await?;
    rows.iter().map(|row| row.org("org_id")).collect()
}

/// The entries of one chain after the entry `after`, in their order.
pub(super) async fn chain(conn: &mut Conn, scope: &OrgScope, after: i64, limit: i64) -> Result<Vec<Kept>> {
    let rows = conn
        .all(
            scope,
            "SELECT * FROM audit WHERE {scope} AND seq > $3 ORDER BY seq LIMIT $4",
            args![after, limit],
        )
        .await?;
    rows.iter().map(Kept::of).collect()
}

fn escaped(text: &str) -> String {
    text.replace('!', "!!").replace('%', "!%").replace('_', "!_")
}
