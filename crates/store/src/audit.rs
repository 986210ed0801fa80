//! The audit chain: who, when, from where, with what, did what, how.
//!
//! One chain per organisation. An entry's hash is SHA-256 over the hash before it and the entry as canonical
//! JSON (keys sorted, no spaces), so changing, removing or re-ordering an entry breaks the chain, and a cut
//! tail differs from the head. Entries are written in the transaction of the change.

use kakari_kernel::{Actor, Error, OrgId, OrgScope, Result, to_ms};
use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};

use crate::{Conn, Db, Row, Tx, args};

/// What is written about one change.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub actor: Actor,
    /// What was done: `incident.close`, `token.create`. The page has a sentence for each.
    pub act: &'static str,
    /// To what: `incident:01j…`.
    pub subject: String,
    /// How: values before and after, the reason. Never a secret, never a client's content.
    pub detail: Json,
}

/// Why a change has no entry of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unaudited {
    /// Data that arrived: it carries its own who, when and where from.
    Ingest,
    /// Derived from inputs, and derivable again.
    Derived,
    /// A session was used or a limit counted: seen in the session's own rows.
    Session,
    /// The queue's own book-keeping.
    Queue,
    /// The schema was brought up to date.
    Schema,
}

/// The newest entry of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    pub seq: i64,
    /// 64 hexadecimal digits.
    pub hash: String,
}

/// What a check of all chains found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    pub chains: u64,
    pub entries: u64,
    /// One line per fault, naming chain and entry. Empty: all chains hold.
    pub faults: Vec<String>,
}

pub(crate) async fn append(tx: &mut Tx, scope: &OrgScope, at: jiff::Timestamp, entry: Entry) -> Result<()> {
    let org = scope.client().ok_or_else(|| Error::internal("an audit entry belongs to one organisation"))?;
    let mut system = tx.system();
    system
        .execute(
            "INSERT INTO audit_head (org_id, provider_id, seq, hash) VALUES ($1, $2, 0, '') ON CONFLICT (org_id) DO NOTHING",
            args![org, scope.provider()],
        )
        .await?;
    // Taking the number locks the head until the commit, so two writers cannot take the same one.
    let head = system
        .first("UPDATE audit_head SET seq = seq + 1 WHERE org_id = $1 RETURNING seq, hash", args![org])
        .await?
        .ok_or_else(|| Error::internal("the audit head vanished"))?;
    let seq = head.int("seq")?;
    let before = head.text("hash")?;
    let detail = canonical(&entry.detail);
    let role = entry.actor.role.map_or("", |role| role.as_str());
    let tool = entry.actor.tool.to_string();
    let fields = json!({
        "provider_id": scope.provider().to_string(), "org_id": org.to_string(), "seq": seq, "at_ms": to_ms(at),
        "actor_id": entry.actor.id, "actor_name": entry.actor.name, "actor_role": role,
        "came_from": entry.actor.from, "tool": tool, "act": entry.act, "subject": entry.subject, "detail": detail,
    });
    let hash = link(&before, &fields);
    system
        .execute(
            "INSERT INTO audit (provider_id, org_id, seq, at_ms, actor_id, actor_name, actor_role, came_from, tool, \
             act, subject, detail, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            args![
                scope.provider(), org, seq, at, entry.actor.id, entry.actor.name, role, entry.actor.from, tool,
                entry.act, entry.subject, detail, hash.as_str()
            ],
        )
        .await?;
    system.execute("UPDATE audit_head SET hash = $2 WHERE org_id = $1", args![org, hash]).await?;
    Ok(())
}

/// The newest entry of the organisation's chain: what a monthly report prints.
pub async fn head(conn: &mut Conn, scope: &OrgScope) -> Result<Option<Head>> {
    let row = conn.first(scope, "SELECT seq, hash FROM audit_head WHERE {scope}", &[]).await?;
    row.map(|row| Ok(Head { seq: row.int("seq")?, hash: row.text("hash")? })).transpose()
}

/// Reads every chain from its beginning and names each fault.
pub async fn verify(db: &Db) -> Result<Verified> {
    let mut conn = db.read().await?;
    let mut system = conn.system();
    // A chain is named by an entry, a head, or both: a head whose entries are all gone is a fault too.
    let heads = system
        .all(
            "SELECT org_id, MAX(seq) AS seq, MAX(hash) AS hash FROM \
             (SELECT org_id, seq, hash FROM audit_head UNION ALL SELECT DISTINCT org_id, 0 AS seq, '' AS hash FROM audit) h \
             GROUP BY org_id ORDER BY org_id",
            &[],
        )
        .await?;
    let mut verified = Verified { chains: 0, entries: 0, faults: Vec::new() };
    for head in heads {
        verified.chains += 1;
        let org = head.org("org_id")?;
        let (seq, hash) = verify_chain(db, org, &mut verified).await?;
        if (seq, hash.as_str()) != (head.int("seq")?, head.text("hash")?.as_str()) {
            verified
                .faults
                .push(format!("chain {org}: ends at entry {seq}, its head says {}", head.int("seq")?));
        }
    }
    Ok(verified)
}

const PAGE: i64 = 5_000;

async fn verify_chain(db: &Db, org: OrgId, verified: &mut Verified) -> Result<(i64, String)> {
    let (mut seq, mut before) = (0, String::new());
    loop {
        let mut conn = db.read().await?;
        let page = conn
            .system()
            .all(
                "SELECT * FROM audit WHERE org_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
                args![org, seq, PAGE],
            )
            .await?;
        if page.is_empty() {
            return Ok((seq, before));
        }
        for row in page {
            let (found, hash) = (row.int("seq")?, row.text("hash")?);
            if found != seq + 1 {
                verified.faults.push(format!("chain {org}: entry {} is missing", seq + 1));
            } else if link(&before, &fields_of(&row)?) != hash {
                verified.faults.push(format!("chain {org}: entry {found} was changed"));
            }
            (seq, before) = (found, hash);
            verified.entries += 1;
        }
    }
}

fn fields_of(row: &Row) -> Result<Json> {
    let mut fields = serde_json::Map::new();
    for column in [
        "provider_id",
        "org_id",
        "actor_id",
        "actor_name",
        "actor_role",
        "came_from",
        "tool",
        "act",
        "subject",
        "detail",
    ] {
        fields.insert(column.to_owned(), row.text(column)?.into());
    }
    fields.insert("seq".into(), row.int("seq")?.into());
    fields.insert("at_ms".into(), row.int("at_ms")?.into());
    Ok(Json::Object(fields))
}

fn link(before: &str, fields: &Json) -> String {
    let mut hasher = Sha256::new();
    hasher.update(before.as_bytes());
    hasher.update(canonical(fields).as_bytes());
    hex::encode(hasher.finalize())
}

/// JSON with sorted keys and no spaces, whatever order it was built in.
#[must_use]
pub fn canonical(value: &Json) -> String {
    match value {
        Json::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            let members: Vec<String> = keys
                .into_iter()
                .map(|key| format!("{}:{}", Json::from(key.as_str()), canonical(&map[key])))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        Json::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        scalar => scalar.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_json_does_not_depend_on_the_order_of_keys() {
        let one: Json = serde_json::from_str(r#"{"b":[1,{"y":"a\"b","x":null}],"a":true}"#).unwrap();
        let two: Json = serde_json::from_str(r#"{"a":true,"b":[1,{"x":null,"y":"a\"b"}]}"#).unwrap();
        assert_eq!(canonical(&one), canonical(&two));
        assert_eq!(canonical(&one), r#"{"a":true,"b":[1,{"x":null,"y":"a\"b"}]}"#);
    }
}
