//! The only SQL on `asset`, `asset_software`, `asset_import` and `asset_mapping`.

use jiff::Timestamp;
use kakari_kernel::{Error, Id, OrgId, OrgScope, Result};
use kakari_store::{Conn, Row, Tx, Value, args};
use kakari_ui::Listing;
use serde::Serialize;
use serde_json::Value as Json;
use utoipa::ToSchema;

use super::ledger::{Field, Mapping};

/// A client has at most so many machines; a ledger that would make more is refused.
pub(super) const ASSETS_MAX: i64 = 20_000;
/// Rows of one statement.
const ROWS_PER_STATEMENT: usize = 300;

/// A machine of a client.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Asset {
    #[schema(value_type = String)]
    pub id: Id,
    #[schema(value_type = String)]
    pub org: OrgId,
    pub name: String,
    pub kind: String,
    pub serial: String,
    pub mac: String,
    pub host: String,
    pub ip: String,
    pub os: String,
    pub maker: String,
    pub model: String,
    pub owner: String,
    pub place: String,
    /// `2024-04-01`, or empty.
    pub bought: String,
    pub quantity: i64,
    /// Its number in the client's own ledger.
    pub ledger_number: String,
    pub note: String,
    /// 1 to 5, 0 while nobody has answered.
    pub importance: i64,
    /// The answers that the importance was derived from.
    pub importance_why: Json,
    #[schema(value_type = String)]
    pub updated_at: Timestamp,
}

impl Asset {
    pub(super) fn new(id: Id, org: OrgId, now: Timestamp) -> Self {
        Self {
            id,
            org,
            name: String::new(),
            kind: String::new(),
            serial: String::new(),
            mac: String::new(),
            host: String::new(),
            ip: String::new(),
            os: String::new(),
            maker: String::new(),
            model: String::new(),
            owner: String::new(),
            place: String::new(),
            bought: String::new(),
            quantity: 1,
            ledger_number: String::new(),
            note: String::new(),
            importance: 0,
            importance_why: Json::Null,
            updated_at: now,
        }
    }

    pub(super) fn value(&self, field: Field) -> &str {
        match field {
            Field::Number => &self.ledger_number,
            Field::Name => &self.name,
            Field::Kind => &self.kind,
            Field::Host => &self.host,
            Field::Serial => &self.serial,
            Field::Mac => &self.mac,
            Field::Ip => &self.ip,
            Field::Os => &self.os,
            Field::Maker => &self.maker,
            Field::Model => &self.model,
            Field::Owner => &self.owner,
            Field::Place => &self.place,
            Field::Bought => &self.bought,
            Field::Note => &self.note,
            Field::Quantity => "",
        }
    }

    pub(super) fn set(&mut self, field: Field, value: String) {
        let place = match field {
            Field::Number => &mut self.ledger_number,
            Field::Name => &mut self.name,
            Field::Kind => &mut self.kind,
            Field::Host => &mut self.host,
            Field::Serial => &mut self.serial,
            Field::Mac => &mut self.mac,
            Field::Ip => &mut self.ip,
            Field::Os => &mut self.os,
            Field::Maker => &mut self.maker,
            Field::Model => &mut self.model,
            Field::Owner => &mut self.owner,
            Field::Place => &mut self.place,
            Field::Bought => &mut self.bought,
            Field::Note => &mut self.note,
            Field::Quantity => {
                self.quantity = value.parse().unwrap_or(self.quantity);
                return;
            }
        };
        *place = value;
    }
}

/// One installed package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Software {
    pub ecosystem: String,
    pub name: String,
    pub version: String,
    pub purl: String,
}

/// Adds a machine, or writes it back.
pub(super) async fn save(tx: &mut Tx, scope: &OrgScope, asset: &Asset) -> Result<()> {
    let now = tx.at();
    tx.execute(
        scope,
        "INSERT INTO asset (provider_id, org_id, asset_id, name, kind, serial, mac, host, ip, os, maker, model, \
         owner, place, bought, quantity, ledger_number, note, importance, importance_why, created_at_ms, updated_at_ms) \
         VALUES ({owner}, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $21) \
         ON CONFLICT (asset_id) DO UPDATE SET name = $4, kind = $5, serial = $6, mac = $7, host = $8, ip = $9, os = $10, \
         maker = $11, model = $12, owner = $13, place = $14, bought = $15, quantity = $16, ledger_number = $17, \
         note = $18, importance = $19, importance_why = $20, updated_at_ms = $21 \
         WHERE asset.provider_id = $1 AND asset.org_id = $2",
        args![
            asset.id, &asset.name, &asset.kind, &asset.serial, &asset.mac, &asset.host, &asset.ip, &asset.os,
            &asset.maker, &asset.model, &asset.owner, &asset.place, &asset.bought, asset.quantity,
            &asset.ledger_number, &asset.note, asset.importance, asset.importance_why.to_string(), now
        ],
    )
    .await?;
    Ok(())
}

/// # Errors
/// `NotFound` when the scope has no such machine.
pub async fn get(conn: &mut Conn, scope: &OrgScope, id: Id) -> Result<Asset> {
    asset(&conn.one(scope, "SELECT * FROM asset WHERE {scope} AND asset_id = $3", args![id]).await?)
}

/// All machines of a client, for merging and export.
pub(super) async fn all(conn: &mut Conn, scope: &OrgScope) -> Result<Vec<Asset>> {
    let rows = conn
        .all(scope, "SELECT * FROM asset WHERE {scope} ORDER BY name, asset_id LIMIT $3", args![ASSETS_MAX])
        .await?;
    rows.iter().map(asset).collect()
}

/// The machine with this host name.
pub(super) async fn with_host(conn: &mut Conn, scope: &OrgScope, host: &str) -> Result<Option<Asset>> {
    let row = conn
        .first(
            scope,
            "SELECT * FROM asset WHERE {scope} AND host = $3 ORDER BY asset_id LIMIT 1",
            args![host],
        )
        .await?;
    row.as_ref().map(asset).transpose()
}

/// One page of machines, and how many there are.
pub(super) async fn list(conn: &mut Conn, scope: &OrgScope, listing: &Listing) -> Result<(Vec<Asset>, u64)> {
    let column = match listing.sort() {
        "kind" => "kind",
        "host" => "host",
        "os" => "os",
        "owner" => "owner",
        "importance" => "importance",
        _ => "name",
    };
    let direction = if listing.is_descending() { "DESC" } else { "ASC" };
    let sql = format!(
        "SELECT * FROM asset WHERE {{scope}} ORDER BY {column} {direction}, name, asset_id LIMIT $3 OFFSET $4"
    );
    let rows = conn.all(scope, &sql, args![listing.limit(), listing.offset()]).await?;
    Ok((rows.iter().map(asset).collect::<Result<_>>()?, count(conn, scope).await?.machines))
}

/// Figures of a client's machines.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counts {
    pub(super) machines: u64,
    pub(super) unanswered: u64,
    pub(super) vital: u64,
}

pub(super) async fn count(conn: &mut Conn, scope: &OrgScope) -> Result<Counts> {
    let row = conn
        .one(
            scope,
            "SELECT COUNT(*) AS machines, CAST(COALESCE(SUM(CASE importance WHEN 0 THEN 1 ELSE 0 END), 0) AS BIGINT) \
             AS unanswered, CAST(COALESCE(SUM(CASE WHEN importance >= 4 THEN 1 ELSE 0 END), 0) AS BIGINT) AS vital \
             FROM asset WHERE {scope}",
            &[],
        )
        .await?;
    Ok(Counts {
        machines: row.count("machines")?,
        unanswered: row.count("unanswered")?,
        vital: row.count("vital")?,
    })
}

/// Exchanges what is installed on a machine for a newer list.
pub(super) async fn set_software(tx: &mut Tx, scope: &OrgScope, id: Id, software: &[Software]) -> Result<()> {
    tx.execute(scope, "DELETE FROM asset_software WHERE {scope} AND asset_id = $3", args![id]).await?;
    for chunk in software.chunks(ROWS_PER_STATEMENT) {
        let mut places = Vec::new();
        let mut args: Vec<Value> = vec![id.into()];
        for one in chunk {
            let first = args.len() + 3;
            let numbers: Vec<String> = (first..first + 4).map(|number| format!("${number}")).collect();
            places.push(format!("({{owner}}, $3, {})", numbers.join(", ")));
            args.extend([&one.ecosystem, &one.name, &one.version, &one.purl].map(Value::from));
        }
        let sql = format!(
            "INSERT INTO asset_software (provider_id, org_id, asset_id, ecosystem, name, version, purl) VALUES {} \
             ON CONFLICT (asset_id, ecosystem, name, version) DO NOTHING",
            places.join(", ")
        );
        tx.execute(scope, &sql, &args).await?;
    }
    Ok(())
}

/// What is installed on a machine, by name; and how much that is.
pub async fn software_of(
    conn: &mut Conn,
    scope: &OrgScope,
    id: Id,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Software>, u64)> {
    let rows = conn
        .all(
            scope,
            "SELECT ecosystem, name, version, purl FROM asset_software WHERE {scope} AND asset_id = $3 \
             ORDER BY name, version, ecosystem LIMIT $4 OFFSET $5",
            args![id, limit, offset],
        )
        .await?;
    let total = conn
        .one(
            scope,
            "SELECT COUNT(*) AS packages FROM asset_software WHERE {scope} AND asset_id = $3",
            args![id],
        )
        .await?;
    let software = rows
        .iter()
        .map(|row| {
            Ok(Software {
                ecosystem: row.text("ecosystem")?,
                name: row.text("name")?,
                version: row.text("version")?,
                purl: row.text("purl")?,
            })
        })
        .collect::<Result<_>>()?;
    Ok((software, total.count("packages")?))
}

/// Keeps an uploaded ledger until it is committed or given up; older ones of the client go.
pub(super) async fn put_import(
    tx: &mut Tx,
    scope: &OrgScope,
    id: Id,
    file_name: &str,
    content: &[u8],
) -> Result<()> {
    let now = tx.at();
    tx.execute(scope, "DELETE FROM asset_import WHERE {scope}", &[]).await?;
    tx.execute(
        scope,
        "INSERT INTO asset_import (provider_id, org_id, import_id, file_name, content, created_at_ms) \
         VALUES ({owner}, $3, $4, $5, $6)",
        args![id, file_name, content, now],
    )
    .await?;
    Ok(())
}

/// The file name and content of an uploaded ledger.
///
/// # Errors
/// `NotFound` when it was committed, given up, or belongs to somebody else.
pub(super) async fn import(conn: &mut Conn, scope: &OrgScope, id: Id) -> Result<(String, Vec<u8>)> {
    let row = conn
        .one(scope, "SELECT file_name, content FROM asset_import WHERE {scope} AND import_id = $3", args![id])
        .await?;
    Ok((row.text("file_name")?, row.bytes("content")?))
}

pub(super) async fn remove_import(tx: &mut Tx, scope: &OrgScope, id: Id) -> Result<()> {
    tx.execute(scope, "DELETE FROM asset_import WHERE {scope} AND import_id = $3", args![id]).await?;
    Ok(())
}

/// How a header was understood last time.
pub(super) async fn mapping(conn: &mut Conn, scope: &OrgScope, header: &str) -> Result<Option<Mapping>> {
    let row = conn
        .first(scope, "SELECT mapping FROM asset_mapping WHERE {scope} AND header_hash = $3", args![header])
        .await?;
    row.map(|row| serde_json::from_value(row.json("mapping")?).map_err(Error::internal)).transpose()
}

pub(super) async fn keep_mapping(
    tx: &mut Tx,
    scope: &OrgScope,
    header: &str,
    mapping: &Mapping,
) -> Result<()> {
    let text = serde_json::to_string(mapping).map_err(Error::internal)?;
    tx.execute(
        scope,
        "INSERT INTO asset_mapping (provider_id, org_id, header_hash, mapping) VALUES ({owner}, $3, $4) \
         ON CONFLICT (org_id, header_hash) DO UPDATE SET mapping = $4",
        args![header, text],
    )
    .await?;
    Ok(())
}

fn asset(row: &Row) -> Result<Asset> {
    Ok(Asset {
        id: row.id("asset_id")?,
        org: row.org("org_id")?,
        name: row.text("name")?,
        kind: row.text("kind")?,
        serial: row.text("serial")?,
        mac: row.text("mac")?,
        host: row.text("host")?,
        ip: row.text("ip")?,
        os: row.text("os")?,
        maker: row.text("maker")?,
        model: row.text("model")?,
        owner: row.text("owner")?,
        place: row.text("place")?,
        bought: row.text("bought")?,
        quantity: row.int("quantity")?,
        ledger_number: row.text("ledger_number")?,
        note: row.text("note")?,
        importance: row.int("importance")?,
        importance_why: row.json("importance_why")?,
        updated_at: row.time("updated_at_ms")?,
    })
}
