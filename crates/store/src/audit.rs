//! The audit chain: who, when, from where, with what, did what, how.
//!
//! One chain per organisation. An entry's hash is SHA-256 over the hash before it and the entry as canonical
//! JSON (keys sorted, no spaces), so changing, removing or re-ordering an entry breaks the chain, and a cut
//! tail differs from the head. Entries are written in the transaction of the change.

use kakari_kernel::{Actor, Error, OrgId, OrgScope, Result, to_ms};
use serde::{Deserialize, Serialize};
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

/// An entry as it is kept, and as an export writes it: one JSON object a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    pub provider_id: String,
    pub org_id: String,
    pub seq: i64,
    pub at_ms: i64,
    pub actor_id: String,
    pub actor_name: String,
    pub actor_role: String,
    pub came_from: String,
    pub tool: String,
    pub act: String,
    pub subject: String,
    /// Canonical JSON.
    pub detail: String,
    pub hash: String,
}

impl Kept {
    /// Reads a row of the table `audit`.
    ///
    /// # Errors
    /// `Internal` when a column is missing.
    pub fn of(row: &Row) -> Result<Self> {
        Ok(Self {
            provider_id: row.text("provider_id")?,
            org_id: row.text("org_id")?,
            seq: row.int("seq")?,
            at_ms: row.int("at_ms")?,
            actor_id: row.text("actor_id")?,
            actor_name: row.text("actor_name")?,
            actor_role: row.text("actor_role")?,
            came_from: row.text("came_from")?,
            tool: row.text("tool")?,
            act: row.text("act")?,
            subject: row.text("subject")?,
            detail: row.text("detail")?,
            hash: row.text("hash")?,
        })
    }

    /// What the entry's hash must be after the entry with the hash `before`.
    fn expected_hash(&self, before: &str) -> Result<String> {
        let mut fields = serde_json::to_value(self).map_err(Error::internal)?;
        if let Some(fields) = fields.as_object_mut() {
            fields.remove("hash");
        }
        Ok(link(before, &fields))
    }
}

/// Follows one chain, entry by entry from its beginning.
#[derive(Debug, Clone, Default)]
pub struct Follower {
    seq: i64,
    hash: String,
}

impl Follower {
    /// Takes the next entry; a fault when it is not the one that must follow.
    ///
    /// # Errors
    /// `Internal` when the entry cannot be written as JSON.
    pub fn take(&mut self, entry: &Kept) -> Result<Option<String>> {
        let fault = if entry.seq != self.seq + 1 {
            Some(format!("chain {}: entry {} is missing", entry.org_id, self.seq + 1))
        } else if entry.expected_hash(&self.hash)? != entry.hash {
            Some(format!("chain {}: entry {} was changed", entry.org_id, entry.seq))
        } else {
            None
        };
        (self.seq, self.hash) = (entry.seq, entry.hash.clone());
        Ok(fault)
    }

    /// The newest entry taken.
    #[must_use]
    pub fn head(&self) -> Head {
        Head { seq: self.seq, hash: self.hash.clone() }
    }
}

/// What a check of an export found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Export {
    /// The newest entry of each chain, by organisation: to be compared with the head on the organisation's
    /// monthly report, since a file that was cut at its end cannot tell.
    pub heads: std::collections::BTreeMap<String, Head>,
    pub entries: u64,
    /// One line per fault, naming chain and entry, or the line that is no entry. Empty: all chains hold.
    pub faults: Vec<String>,
}

/// Checks an export without the database: lines of JSON, each chain from its first entry on.
///
/// # Errors
/// Only reading: everything else is a fault among the findings.
pub fn verify_export(lines: impl std::io::BufRead) -> std::io::Result<Export> {
    let mut followers = std::collections::BTreeMap::<String, Follower>::new();
    let mut found = Export::default();
    for (n, line) in lines.lines().enumerate() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let entry: Kept = match serde_json::from_str(&line) {
            Ok(entry) => entry,
            Err(error) => {
                found.faults.push(format!("line {}: no audit entry: {error}", n + 1));
                continue;
            }
        };
        found.entries += 1;
        match followers.entry(entry.org_id.clone()).or_default().take(&entry) {
            Ok(fault) => found.faults.extend(fault),
            Err(error) => found.faults.push(format!("line {}: {error}", n + 1)),
        }
    }
    found.heads = followers.into_iter().map(|(org, follower)| (org, follower.head())).collect();
    Ok(found)
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
        let known = Head { seq: head.int("seq")?, hash: head.text("hash")? };
        let found = verify_chain(db, org, &mut verified).await?;
        if found != known {
            verified
                .faults
                .push(format!("chain {org}: ends at entry {}, its head says {}", found.seq, known.seq));
        }
    }
    Ok(verified)
}

const PAGE: i64 = 5_000;

async fn verify_chain(db: &Db, org: OrgId, verified: &mut Verified) -> Result<Head> {
    let mut follower = Follower::default();
    loop {
        let mut conn = db.read().await?;
        let page = conn
            .system()
            .all(
                "SELECT * FROM audit WHERE org_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
                args![org, follower.seq, PAGE],
            )
            .await?;
        if page.is_empty() {
            return Ok(follower.head());
        }
        for row in page {
            verified.faults.extend(follower.take(&Kept::of(&row)?)?);
            verified.entries += 1;
        }
    }
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
