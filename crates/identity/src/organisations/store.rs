//! The only SQL on `organisation` and `supply`.

use kakari_kernel::{Error, OrgId, OrgScope, PersonId, ProviderId, Result};
use kakari_store::{Conn, Row, Tx, Value, args};
use kakari_ui::Listing;

use super::model::{Kind, Organisation, Related, Relations, search_key};

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
        "INSERT INTO organisation (provider_id, org_id, kind, group_id, name, search_key, industry, staff, \
         prefecture, phone, advisor_id, created_at_ms) VALUES ({owner}, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        args![
            kind,
            org.group,
            &org.name,
            search_key(&org.name),
            &org.industry,
            org.staff,
            &org.prefecture,
            &org.phone,
            org.advisor,
            org.created_at
        ],
    )
    .await?;
    Ok(())
}

/// The scope's own organisation.
///
/// # Errors
/// `NotFound` when the scope is not one organisation, or it is not there.
pub async fn get(conn: &mut Conn, scope: &OrgScope) -> Result<Organisation> {
    if scope.client().is_none() {
        return Err(Error::NotFound);
    }
    let row = conn.one(scope, "SELECT * FROM organisation WHERE {scope}", &[]).await?;
    organisation(&row)
}

/// Every provider of this installation; for the command line.
pub async fn providers(conn: &mut Conn) -> Result<Vec<ProviderId>> {
    let rows = conn
        .system()
        .all("SELECT org_id FROM organisation WHERE kind = 'provider' ORDER BY org_id", &[])
        .await?;
    rows.iter().map(|row| row.id("org_id").map(ProviderId)).collect()
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

pub(super) async fn change(tx: &mut Tx, scope: &OrgScope, org: &Organisation) -> Result<()> {
    let touched = tx
        .execute(
            scope,
            "UPDATE organisation SET name = $3, search_key = $4, industry = $5, staff = $6, prefecture = $7, \
             phone = $8, advisor_id = $9 WHERE {scope}",
            args![
                &org.name,
                search_key(&org.name),
                &org.industry,
                org.staff,
                &org.prefecture,
                &org.phone,
                org.advisor
            ],
        )
        .await?;
    if touched == 0 { Err(Error::NotFound) } else { Ok(()) }
}

/// Which clients a list shows.
#[derive(Debug, Clone)]
pub(super) struct Filter {
    /// Part of the name; empty for all.
    pub(super) name: String,
    /// Empty for all.
    pub(super) industry: String,
    pub(super) staff: (u32, u32),
    /// The weight of the heaviest open sign; `None` for all, 0 for clients without a sign.
    pub(super) weight: Option<i64>,
}

/// One line of the list of clients.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) org: Organisation,
    pub(super) advisor: String,
    pub(super) signs: u64,
    pub(super) points: u64,
    /// 0 without a sign, 1 to 4 for the four severities.
    pub(super) weight: i64,
}

/// Open signs by client: how many, how heavy.
const SIGNS: &str = "(SELECT org_id, COUNT(*) AS signs, CAST(SUM(points) AS BIGINT) AS points, \
    MAX(CASE severity WHEN 'danger' THEN 4 WHEN 'warning' THEN 3 WHEN 'attention' THEN 2 ELSE 1 END) AS weight \
    FROM sign WHERE {scope} AND cleared_at_ms = 0 GROUP BY org_id)";
const MATCHES: &str = "{scope:o} AND o.kind = 'client' AND ($3 = '' OR o.search_key LIKE $4 ESCAPE '!') \
    AND ($5 = '' OR o.industry = $5) AND o.staff BETWEEN $6 AND $7 AND ($8 < 0 OR COALESCE(s.weight, 0) = $8)";

/// One page of the clients that match, and how many there are in all.
pub(super) async fn search(
    conn: &mut Conn,
    scope: &OrgScope,
    filter: &Filter,
    listing: &Listing,
) -> Result<(Vec<Line>, u64)> {
    let key = search_key(&filter.name);
    let pattern = format!("%{}%", key.replace('!', "!!").replace('%', "!%").replace('_', "!_"));
    let (from, to) = filter.staff;
    let mut bound: Vec<Value> = vec![
        key.into(),
        pattern.into(),
        filter.industry.as_str().into(),
        from.into(),
        to.into(),
        filter.weight.unwrap_or(-1).into(),
    ];
    let count = format!(
        "SELECT COUNT(*) AS clients FROM organisation o LEFT JOIN {SIGNS} s ON s.org_id = o.org_id WHERE {MATCHES}"
    );
    let total = conn.one(scope, &count, &bound).await?.count("clients")?;
    let column = match listing.sort() {
        "name" => "o.search_key",
        "industry" => "o.industry",
        "staff" => "o.staff",
        "advisor" => "advisor",
        "since" => "o.created_at_ms",
        _ => "points",
    };
    let direction = if listing.is_descending() { "DESC" } else { "ASC" };
    bound.extend([Value::from(listing.limit()), Value::from(listing.offset())]);
    let page = format!(
        "SELECT o.*, COALESCE(p.name, '') AS advisor, COALESCE(s.signs, 0) AS signs, \
         COALESCE(s.points, 0) AS points, COALESCE(s.weight, 0) AS weight \
         FROM organisation o LEFT JOIN {SIGNS} s ON s.org_id = o.org_id \
         LEFT JOIN person p ON p.person_id = o.advisor_id AND p.provider_id = o.provider_id \
         WHERE {MATCHES} ORDER BY {column} {direction}, o.search_key, o.org_id LIMIT $9 OFFSET $10"
    );
    let rows = conn.all(scope, &page, &bound).await?;
    let lines = rows.iter().map(|row| {
        Ok(Line {
            org: organisation(row)?,
            advisor: row.text("advisor")?,
            signs: row.count("signs")?,
            points: row.count("points")?,
            weight: row.int("weight")?,
        })
    });
    Ok((lines.collect::<Result<_>>()?, total))
}

/// The name of the person who looks after an organisation; empty when nobody does.
pub(crate) async fn advisor_name(conn: &mut Conn, scope: &OrgScope) -> Result<String> {
    let row = conn
        .one(
            scope,
            "SELECT COALESCE(p.name, '') AS advisor FROM organisation o LEFT JOIN person p \
             ON p.person_id = o.advisor_id AND p.provider_id = o.provider_id WHERE {scope:o}",
            &[],
        )
        .await?;
    row.text("advisor")
}

/// Everyone the scope's organisation belongs together with.
pub(crate) async fn relations(conn: &mut Conn, scope: &OrgScope) -> Result<Relations> {
    let mut found = Relations::default();
    // Each statement begins at the organisation of the scope and stays within its provider.
    let kinds = [
        ("JOIN organisation r ON r.org_id = o.group_id", 0),
        ("JOIN organisation r ON r.group_id = o.org_id", 1),
        ("JOIN supply s ON s.org_id = o.org_id JOIN organisation r ON r.org_id = s.supplier_id", 2),
        ("JOIN supply s ON s.supplier_id = o.org_id JOIN organisation r ON r.org_id = s.org_id", 3),
    ];
    for (join, kind) in kinds {
        let sql = format!(
            "SELECT r.org_id, r.name FROM organisation o {join} \
             WHERE {{scope:o}} AND r.provider_id = o.provider_id ORDER BY r.search_key, r.org_id LIMIT 200"
        );
        let rows = conn.all(scope, &sql, &[]).await?;
        let related = rows
            .iter()
            .map(|row| Ok(Related { id: row.org("org_id")?, name: row.text("name")? }))
            .collect::<Result<Vec<_>>>()?;
        match kind {
            0 => found.head = related.into_iter().next(),
            1 => found.members = related,
            2 => found.suppliers = related,
            _ => found.customers = related,
        }
    }
    Ok(found)
}

pub(super) async fn set_group(tx: &mut Tx, scope: &OrgScope, head: Option<OrgId>) -> Result<()> {
    let touched =
        tx.execute(scope, "UPDATE organisation SET group_id = $3 WHERE {scope}", args![head]).await?;
    if touched == 0 { Err(Error::NotFound) } else { Ok(()) }
}

pub(super) async fn add_supplier(tx: &mut Tx, scope: &OrgScope, supplier: OrgId) -> Result<()> {
    tx.execute(
        scope,
        "INSERT INTO supply (provider_id, org_id, supplier_id) VALUES ({owner}, $3) \
         ON CONFLICT (org_id, supplier_id) DO NOTHING",
        args![supplier],
    )
    .await?;
    Ok(())
}

pub(super) async fn drop_supplier(tx: &mut Tx, scope: &OrgScope, supplier: OrgId) -> Result<()> {
    let touched =
        tx.execute(scope, "DELETE FROM supply WHERE {scope} AND supplier_id = $3", args![supplier]).await?;
    if touched == 0 { Err(Error::NotFound) } else { Ok(()) }
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
        phone: row.text("phone")?,
        advisor: row.text_or_none("advisor_id")?.map(|id| id.parse::<PersonId>()).transpose()?,
        created_at: row.time("created_at_ms")?,
    })
}
