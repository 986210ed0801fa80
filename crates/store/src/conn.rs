//! Connections and transactions, the same for both engines.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use futures_util::TryStreamExt as _;
use kakari_kernel::{Error, OrgScope, Result};
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{AssertSqlSafe, PgConnection, Postgres, Row as _, Sqlite, SqliteConnection, TypeInfo as _};
use sqlx::{Transaction, ValueRef as _};

use crate::audit::{self, Entry, Unaudited};
use crate::statement::scoped;
use crate::{Row, Value};

pub(crate) enum Inner {
    SqliteRead(PoolConnection<Sqlite>),
    SqliteWrite(Transaction<'static, Sqlite>),
    PostgresRead(PoolConnection<Postgres>),
    PostgresWrite(Transaction<'static, Postgres>),
}

/// Reads within a scope.
pub struct Conn {
    inner: Inner,
}

/// Reads and writes within a scope, all or nothing. Dropped without a commit, nothing has happened.
pub struct Tx {
    conn: Conn,
    at: jiff::Timestamp,
}

/// Statements that see across tenants: sign-in, credentials, the job queue, fleet-wide housekeeping.
pub struct System<'a>(&'a mut Conn);

impl std::fmt::Debug for Conn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Conn")
    }
}

impl std::fmt::Debug for Tx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tx")
    }
}

impl std::fmt::Debug for System<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("System")
    }
}

impl Conn {
    pub(crate) fn new(inner: Inner) -> Self {
        Self { inner }
    }

    /// All rows of an answer. Put a `LIMIT` on whatever can grow.
    pub async fn all(&mut self, scope: &OrgScope, sql: &str, args: &[Value]) -> Result<Vec<Row>> {
        let (sql, owner) = scoped(scope, sql)?;
        self.fetch(sql, owner.iter().chain(args)).await
    }

    /// The first row, if there is one.
    pub async fn first(&mut self, scope: &OrgScope, sql: &str, args: &[Value]) -> Result<Option<Row>> {
        Ok(self.all(scope, sql, args).await?.into_iter().next())
    }

    /// The one row; `NotFound` when there is none, which is also the answer for another tenant's row.
    pub async fn one(&mut self, scope: &OrgScope, sql: &str, args: &[Value]) -> Result<Row> {
        self.first(scope, sql, args).await?.ok_or(Error::NotFound)
    }

    /// Statements without a tenant condition. Each use is a place to look at twice.
    pub fn system(&mut self) -> System<'_> {
        System(self)
    }

    /// Begins a reading transaction; it ends when the connection is closed, which [`Conn`] then does instead
    /// of giving it back.
    pub(crate) async fn begin_snapshot(&mut self, sql: &'static str) -> Result<()> {
        match &mut self.inner {
            Inner::SqliteRead(conn) => {
                conn.close_on_drop();
                sqlx::raw_sql(sql).execute(&mut **conn).await.map(drop)
            }
            Inner::PostgresRead(conn) => {
                conn.close_on_drop();
                sqlx::raw_sql(sql).execute(&mut **conn).await.map(drop)
            }
            Inner::SqliteWrite(_) | Inner::PostgresWrite(_) => Ok(()),
        }
        .map_err(db_error)
    }

    /// Hands over the rows one by one, for answers that do not fit into memory.
    pub(crate) async fn each(&mut self, sql: String, mut take: impl FnMut(Row)) -> Result<()> {
        match &mut self.inner {
            Inner::SqliteRead(conn) => each_sqlite(conn, sql, &mut take).await,
            Inner::SqliteWrite(tx) => each_sqlite(tx, sql, &mut take).await,
            Inner::PostgresRead(conn) => each_postgres(conn, sql, &mut take).await,
            Inner::PostgresWrite(tx) => each_postgres(tx, sql, &mut take).await,
        }
        .map_err(db_error)
    }

    async fn fetch(&mut self, sql: String, args: impl Iterator<Item = &Value>) -> Result<Vec<Row>> {
        match &mut self.inner {
            Inner::SqliteRead(conn) => fetch_sqlite(conn, sql, args).await,
            Inner::SqliteWrite(tx) => fetch_sqlite(tx, sql, args).await,
            Inner::PostgresRead(conn) => fetch_postgres(conn, sql, args).await,
            Inner::PostgresWrite(tx) => fetch_postgres(tx, sql, args).await,
        }
        .map_err(db_error)
    }

    async fn run(&mut self, sql: String, args: impl Iterator<Item = &Value>) -> Result<u64> {
        let done = match &mut self.inner {
            Inner::SqliteWrite(tx) => {
                let done = sqlx::query_with(AssertSqlSafe(sql), bind_sqlite(args)?).execute(&mut **tx).await;
                done.map(|done| done.rows_affected())
            }
            Inner::PostgresWrite(tx) => {
                let done =
                    sqlx::query_with(AssertSqlSafe(sql), bind_postgres(args)?).execute(&mut **tx).await;
                done.map(|done| done.rows_affected())
            }
            Inner::SqliteRead(_) | Inner::PostgresRead(_) => {
                return Err(Error::internal(format!("a reading connection cannot write: {sql}")));
            }
        };
        done.map_err(db_error)
    }
}

impl Tx {
    pub(crate) fn new(inner: Inner, at: jiff::Timestamp) -> Self {
        Self { conn: Conn::new(inner), at }
    }

    /// When this transaction began: one time for everything in it.
    #[must_use]
    pub fn at(&self) -> jiff::Timestamp {
        self.at
    }

    /// Runs a statement and tells how many rows it touched. 0 on a row of another tenant.
    pub async fn execute(&mut self, scope: &OrgScope, sql: &str, args: &[Value]) -> Result<u64> {
        let (sql, owner) = scoped(scope, sql)?;
        self.conn.run(sql, owner.iter().chain(args)).await
    }

    /// Keeps the change together with its audit entry; if the entry cannot be written, nothing has happened.
    ///
    /// # Errors
    /// `Internal` when the scope is not one organisation, or the engine fails.
    pub async fn commit(mut self, scope: &OrgScope, entry: Entry) -> Result<()> {
        self.audit(scope, entry).await?;
        self.finish().await
    }

    /// Adds an entry to the chain of the scope's organisation, for changes that touch several.
    pub async fn audit(&mut self, scope: &OrgScope, entry: Entry) -> Result<()> {
        let at = self.at;
        audit::append(self, scope, at, entry).await
    }

    /// Keeps the change without an entry of its own, for a stated reason.
    pub async fn commit_unaudited(self, _why: Unaudited) -> Result<()> {
        self.finish().await
    }

    /// Keeps changes whose entries were all added with [`Tx::audit`].
    pub async fn commit_audited(self) -> Result<()> {
        self.finish().await
    }

    pub(crate) async fn finish(self) -> Result<()> {
        match self.conn.inner {
            Inner::SqliteWrite(tx) => tx.commit().await.map_err(db_error),
            Inner::PostgresWrite(tx) => tx.commit().await.map_err(db_error),
            Inner::SqliteRead(_) | Inner::PostgresRead(_) => Err(Error::internal("nothing to commit")),
        }
    }
}

impl Deref for Tx {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        &self.conn
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.conn
    }
}

impl System<'_> {
    pub async fn all(&mut self, sql: &str, args: &[Value]) -> Result<Vec<Row>> {
        self.0.fetch(sql.to_owned(), args.iter()).await
    }

    pub async fn first(&mut self, sql: &str, args: &[Value]) -> Result<Option<Row>> {
        Ok(self.all(sql, args).await?.into_iter().next())
    }

    pub async fn execute(&mut self, sql: &str, args: &[Value]) -> Result<u64> {
        self.0.run(sql.to_owned(), args.iter()).await
    }
}

/// A unique or foreign key that says no is a conflict the caller can explain; the rest is a fault.
#[expect(clippy::needless_pass_by_value, reason = "used as a function in map_err")]
pub(crate) fn db_error(error: sqlx::Error) -> Error {
    match &error {
        sqlx::Error::Database(cause) if cause.is_unique_violation() => {
            Error::Conflict("it is already there".into())
        }
        sqlx::Error::PoolTimedOut => Error::Unavailable("the database is busy; try again".into()),
        sqlx::Error::Database(cause) if cause.message().contains("database or disk is full") => {
            Error::Unavailable("the disk is full; free some space, nothing acknowledged is lost".into())
        }
        _ => Error::internal(format!("database: {error}")),
    }
}

async fn fetch_sqlite<'v>(
    conn: &mut SqliteConnection,
    sql: String,
    args: impl Iterator<Item = &'v Value>,
) -> Result<Vec<Row>, sqlx::Error> {
    let args = bind_sqlite(args).map_err(|error| sqlx::Error::Protocol(error.to_string()))?;
    let rows = sqlx::query_with(AssertSqlSafe(sql), args).fetch_all(conn).await?;
    rows_of(&rows, SqliteRow::columns, read_sqlite)
}

async fn fetch_postgres<'v>(
    conn: &mut PgConnection,
    sql: String,
    args: impl Iterator<Item = &'v Value>,
) -> Result<Vec<Row>, sqlx::Error> {
    let args = bind_postgres(args).map_err(|error| sqlx::Error::Protocol(error.to_string()))?;
    let rows = sqlx::query_with(AssertSqlSafe(sql), args).fetch_all(conn).await?;
    rows_of(&rows, PgRow::columns, read_postgres)
}

async fn each_sqlite(
    conn: &mut SqliteConnection,
    sql: String,
    take: &mut impl FnMut(Row),
) -> Result<(), sqlx::Error> {
    let mut rows = sqlx::query(AssertSqlSafe(sql)).fetch(conn);
    while let Some(row) = rows.try_next().await? {
        rows_of(&[row], SqliteRow::columns, read_sqlite)?.into_iter().for_each(&mut *take);
    }
    Ok(())
}

async fn each_postgres(
    conn: &mut PgConnection,
    sql: String,
    take: &mut impl FnMut(Row),
) -> Result<(), sqlx::Error> {
    let mut rows = sqlx::query(AssertSqlSafe(sql)).fetch(conn);
    while let Some(row) = rows.try_next().await? {
        rows_of(&[row], PgRow::columns, read_postgres)?.into_iter().for_each(&mut *take);
    }
    Ok(())
}

fn rows_of<R, C: sqlx::Column>(
    rows: &[R],
    columns: fn(&R) -> &[C],
    read: fn(&R, usize) -> Result<Value, sqlx::Error>,
) -> Result<Vec<Row>, sqlx::Error> {
    let Some(first) = rows.first() else { return Ok(Vec::new()) };
    let names: Arc<[String]> = columns(first).iter().map(|column| column.name().to_owned()).collect();
    rows.iter()
        .map(|row| {
            let values = (0..names.len()).map(|i| read(row, i)).collect::<Result<_, _>>()?;
            Ok(Row { names: Arc::clone(&names), values })
        })
        .collect()
}

fn read_sqlite(row: &SqliteRow, i: usize) -> Result<Value, sqlx::Error> {
    let raw = row.try_get_raw(i)?;
    if raw.is_null() {
        return Ok(Value::Text(None));
    }
    // The type of the value, not of the column: SQLite's columns only lean towards a type.
    Ok(match raw.type_info().name() {
        "INTEGER" | "BOOLEAN" => Value::Int(Some(row.try_get_unchecked(i)?)),
        "REAL" => Value::Real(Some(row.try_get_unchecked(i)?)),
        "BLOB" => Value::Bytes(Some(row.try_get_unchecked(i)?)),
        _ => Value::Text(Some(row.try_get_unchecked(i)?)),
    })
}

fn read_postgres(row: &PgRow, i: usize) -> Result<Value, sqlx::Error> {
    Ok(match row.try_get_raw(i)?.type_info().name() {
        "INT8" => Value::Int(row.try_get(i)?),
        "INT4" => Value::Int(row.try_get::<Option<i32>, _>(i)?.map(i64::from)),
        "BOOL" => Value::Int(row.try_get::<Option<bool>, _>(i)?.map(i64::from)),
        "FLOAT8" => Value::Real(row.try_get(i)?),
        "BYTEA" => Value::Bytes(row.try_get(i)?),
        "TEXT" | "VARCHAR" | "NAME" => Value::Text(row.try_get(i)?),
        other => {
            return Err(sqlx::Error::Protocol(format!(
                "column {i} is {other}: cast it to BIGINT, TEXT or DOUBLE PRECISION"
            )));
        }
    })
}

fn bind_sqlite<'v>(args: impl Iterator<Item = &'v Value>) -> Result<SqliteArguments> {
    use sqlx::Arguments as _;
    let mut bound = SqliteArguments::default();
    for arg in args {
        match arg.clone() {
            Value::Text(text) => bound.add(text),
            Value::Int(int) => bound.add(int),
            Value::Real(real) => bound.add(real),
            Value::Bytes(bytes) => bound.add(bytes),
        }
        .map_err(Error::internal)?;
    }
    Ok(bound)
}

fn bind_postgres<'v>(args: impl Iterator<Item = &'v Value>) -> Result<PgArguments> {
    use sqlx::Arguments as _;
    let mut bound = PgArguments::default();
    for arg in args {
        match arg.clone() {
            // PostgreSQL's texts cannot hold NUL, and a log line may.
            Value::Text(text) => bound.add(
                text.map(|text| if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text }),
            ),
            Value::Int(int) => bound.add(int),
            Value::Real(real) => bound.add(real),
            Value::Bytes(bytes) => bound.add(bytes),
        }
        .map_err(Error::internal)?;
    }
    Ok(bound)
}
