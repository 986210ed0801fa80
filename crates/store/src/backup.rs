//! Backup and restore while the program runs, the same file for both engines: what was backed up from SQLite
//! can be restored into PostgreSQL.
//!
//! The file is gzip over JSON lines: a heading, then for each table a line naming its columns followed by one
//! line per row, and at the end a count of the rows. A file that was cut off has no end and is refused.

use std::io::{BufRead, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use kakari_kernel::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::{Db, Engine, Row, Unaudited, Value};

const FORMAT: &str = "kakari-backup-1";
/// A row holds at most one batch of received bytes.
const LINE_MAX: u64 = 256 << 20;
/// Rows per statement at restoring.
const ROWS_AT_ONCE: usize = 200;

#[derive(Debug, Serialize, Deserialize)]
struct Heading {
    format: String,
    /// Names of the applied schema steps.
    schema: Vec<String>,
    at: jiff::Timestamp,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    Table { table: String, columns: Vec<String> },
    Row(Vec<Json>),
    End { end: u64 },
}

/// Writes everything as it was at one moment. Gives the number of rows.
///
/// # Errors
/// Those of the database and of the writer.
pub async fn dump(db: &Db, out: impl Write) -> Result<u64> {
    let mut out = flate2::write::GzEncoder::new(out, flate2::Compression::default());
    let mut tx = db.snapshot().await?;
    let at = db.clock().now();
    let schema = tx.system().all("SELECT name FROM schema_migration ORDER BY name", &[]).await?;
    let schema = schema.iter().map(|row| row.text("name")).collect::<Result<_>>()?;
    write_line(&mut out, &Heading { format: FORMAT.to_owned(), schema, at })?;
    let mut rows = 0;
    for table in tables(db, &mut tx).await? {
        let mut heading: Option<Vec<String>> = None;
        let mut failed = None;
        tx.each(format!("SELECT * FROM {table}"), |row| {
            if failed.is_none() {
                failed = write_row(&mut out, &table, &mut heading, &row).err();
                rows += 1;
            }
        })
        .await?;
        if let Some(error) = failed {
            return Err(error);
        }
    }
    write_line(&mut out, &Line::End { end: rows })?;
    out.finish().and_then(|mut out| out.flush()).map_err(cannot_write)?;
    Ok(rows)
}

/// Fills an empty database from a backup. All or nothing. Gives the number of rows.
///
/// # Errors
/// `Conflict` when the database holds anything already; `Invalid` with the line when the file is no complete
/// backup of this schema.
pub async fn load(db: &Db, input: impl BufRead) -> Result<u64> {
    let mut lines = std::io::BufReader::new(flate2::bufread::GzDecoder::new(input));
    let mut number = 0;
    let wrong = |number: u64, why: &str| Error::invalid(format!("backup line {number}"), why.to_owned());
    let heading = next_line(&mut lines, &mut number)?.ok_or_else(|| wrong(1, "the file is empty"))?;
    let heading: Heading = serde_json::from_str(&heading)
        .ok()
        .filter(|heading: &Heading| heading.format == FORMAT)
        .ok_or_else(|| wrong(1, "this is no kakari backup"))?;

    let mut tx = db.begin().await?;
    let ours = tx.system().all("SELECT name FROM schema_migration ORDER BY name", &[]).await?;
    let ours = ours.iter().map(|row| row.text("name")).collect::<Result<Vec<_>>>()?;
    if heading.schema != ours {
        return Err(wrong(
            1,
            "the backup was made with another version: restore it with that version, then upgrade",
        ));
    }
    let known = tables(db, &mut tx).await?;
    for table in &known {
        if tx.system().first(&format!("SELECT 1 AS one FROM {table} LIMIT 1"), &[]).await?.is_some() {
            return Err(Error::Conflict(format!(
                "the database is not empty (table {table}); restore into a new one"
            )));
        }
    }
    let mut table: Option<(String, Vec<String>)> = None;
    let mut batch: Vec<Vec<Value>> = Vec::new();
    let mut rows = 0;
    loop {
        let Some(line) = next_line(&mut lines, &mut number)? else {
            return Err(wrong(number, "the backup ends in the middle: it was cut off"));
        };
        let line: Line = serde_json::from_str(&line).map_err(|error| wrong(number, &error.to_string()))?;
        let same_table = matches!(line, Line::Row(_));
        if !same_table || batch.len() == ROWS_AT_ONCE {
            insert(&mut tx, table.as_ref(), &mut batch).await?;
        }
        match line {
            Line::Table { table: name, columns } => {
                let plain = |name: &str| {
                    name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
                };
                if !known.contains(&name) || !columns.iter().all(|column| plain(column)) {
                    return Err(wrong(number, "an unknown table"));
                }
                table = Some((name, columns));
            }
            Line::Row(values) => {
                let columns = table.as_ref().map_or(0, |(_, columns)| columns.len());
                if values.len() != columns {
                    return Err(wrong(number, "a row has more or fewer values than its table has columns"));
                }
                batch.push(values.into_iter().map(value_of).collect::<Result<_>>()?);
                rows += 1;
            }
            Line::End { end } if end == rows => break,
            Line::End { .. } => return Err(wrong(number, "rows are missing")),
        }
    }
    tx.commit_unaudited(Unaudited::Schema).await?;
    Ok(rows)
}

/// All tables but the schema's own history.
async fn tables(db: &Db, conn: &mut crate::Conn) -> Result<Vec<String>> {
    let sql = match db.engine() {
        Engine::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'schema_migration' ORDER BY name"
        }
        Engine::Postgres => {
            "SELECT CAST(table_name AS TEXT) AS name FROM information_schema.tables WHERE table_schema = current_schema() \
             AND table_type = 'BASE TABLE' AND table_name <> 'schema_migration' ORDER BY table_name"
        }
    };
    conn.system().all(sql, &[]).await?.iter().map(|row| row.text("name")).collect()
}

async fn insert(
    tx: &mut crate::Tx,
    table: Option<&(String, Vec<String>)>,
    batch: &mut Vec<Vec<Value>>,
) -> Result<()> {
    let Some((table, columns)) = table else { return Ok(()) };
    for row in batch.drain(..) {
        // A missing value has no type in the file: it is written into the statement itself.
        let mut holes = Vec::with_capacity(row.len());
        let mut given = Vec::with_capacity(row.len());
        for value in row {
            if matches!(value, Value::Text(None)) {
                holes.push("NULL".to_owned());
            } else {
                given.push(value);
                holes.push(format!("${}", given.len()));
            }
        }
        let sql = format!("INSERT INTO {table} ({}) VALUES ({})", columns.join(", "), holes.join(", "));
        tx.system().execute(&sql, &given).await?;
    }
    Ok(())
}

fn write_row(out: &mut impl Write, table: &str, heading: &mut Option<Vec<String>>, row: &Row) -> Result<()> {
    if heading.is_none() {
        let columns: Vec<String> = row.names.to_vec();
        write_line(out, &Line::Table { table: table.to_owned(), columns: columns.clone() })?;
        *heading = Some(columns);
    }
    let values = row
        .values
        .iter()
        .map(|value| match value {
            Value::Text(Some(text)) => Json::from(text.as_str()),
            Value::Int(Some(int)) => Json::from(*int),
            Value::Real(Some(real)) => Json::from(*real),
            Value::Bytes(Some(bytes)) => serde_json::json!({ "base64": BASE64.encode(bytes) }),
            Value::Text(None) | Value::Int(None) | Value::Real(None) | Value::Bytes(None) => Json::Null,
        })
        .collect();
    write_line(out, &Line::Row(values))
}

fn value_of(json: Json) -> Result<Value> {
    Ok(match json {
        Json::Null => Value::Text(None),
        Json::String(text) => Value::from(text),
        Json::Number(number) => match number.as_i64() {
            Some(int) => Value::from(int),
            None => Value::from(number.as_f64().unwrap_or_default()),
        },
        Json::Object(map) => {
            let text = map.get("base64").and_then(Json::as_str).unwrap_or_default();
            Value::from(
                BASE64
                    .decode(text)
                    .map_err(|error| Error::invalid("backup", format!("bytes cannot be read: {error}")))?,
            )
        }
        Json::Bool(_) | Json::Array(_) => return Err(Error::invalid("backup", "a value of an unknown kind")),
    })
}

fn write_line(out: &mut impl Write, line: &impl Serialize) -> Result<()> {
    serde_json::to_writer(&mut *out, line).map_err(Error::internal)?;
    out.write_all(b"\n").map_err(cannot_write)
}

#[expect(clippy::needless_pass_by_value, reason = "used as a function in map_err")]
fn cannot_write(error: std::io::Error) -> Error {
    Error::Unavailable(format!("the backup cannot be written: {error}"))
}

fn next_line(lines: &mut impl BufRead, number: &mut u64) -> Result<Option<String>> {
    use std::io::Read as _;
    *number += 1;
    let mut line = String::new();
    let read = lines.by_ref().take(LINE_MAX).read_line(&mut line).map_err(|error| {
        Error::invalid(format!("backup line {number}"), format!("cannot be read: {error}"))
    })?;
    Ok((read > 0).then_some(line))
}
