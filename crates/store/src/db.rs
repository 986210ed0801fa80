//! Opening the database.

use std::fmt;
use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use kakari_kernel::{Clock, Error, Result};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, SqlitePool};

use crate::audit::Unaudited;
use crate::conn::{Conn, Inner, Tx, db_error};
use crate::migrate;

/// How long a writer waits for another one before it says so.
const BUSY: Duration = Duration::from_secs(10);
const READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 16;

/// Which engine holds the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

#[derive(Clone)]
enum Pool {
    /// One writer, so that writers queue here and not inside SQLite; several readers beside it.
    Sqlite {
        write: SqlitePool,
        read: SqlitePool,
    },
    Postgres(PgPool),
}

/// The state database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    pool: Pool,
    clock: Arc<dyn Clock>,
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Db({:?})", self.engine())
    }
}

impl Db {
    /// Opens `sqlite:PATH` (made when it is not there) or `postgres://…` and brings the schema up to date.
    ///
    /// # Errors
    /// `Unavailable` with what to do, when the address is wrong, the server does not answer, or the database
    /// was written by a newer program.
    pub async fn open(url: &str, clock: Arc<dyn Clock>) -> Result<Self> {
        let db = Self { pool: open_pool(url).await?, clock };
        let mut tx = db.begin().await?;
        if db.engine() == Engine::Postgres {
            // Two processes that start at once must not apply the same step; the number is ours alone.
            tx.system().execute("SELECT pg_advisory_xact_lock(7307110)", &[]).await?;
        }
        migrate::migrate(&mut tx).await?;
        tx.commit_unaudited(Unaudited::Schema).await?;
        Ok(db)
    }

    #[must_use]
    pub fn engine(&self) -> Engine {
        match self.pool {
            Pool::Sqlite { .. } => Engine::Sqlite,
            Pool::Postgres(_) => Engine::Postgres,
        }
    }

    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// A connection for reading. Each statement sees what was committed when it began.
    pub async fn read(&self) -> Result<Conn> {
        let inner = match &self.pool {
            Pool::Sqlite { read, .. } => Inner::SqliteRead(read.acquire().await.map_err(db_error)?),
            Pool::Postgres(pool) => Inner::PostgresRead(pool.acquire().await.map_err(db_error)?),
        };
        Ok(Conn::new(inner))
    }

    /// A transaction for reading and writing. In SQLite it holds the one right to write from its beginning,
    /// so do no slow work inside.
    pub async fn begin(&self) -> Result<Tx> {
        let inner = match &self.pool {
            Pool::Sqlite { write, .. } => {
                Inner::SqliteWrite(write.begin_with("BEGIN IMMEDIATE").await.map_err(db_error)?)
            }
            Pool::Postgres(pool) => Inner::PostgresWrite(pool.begin().await.map_err(db_error)?),
        };
        Ok(Tx::new(inner, self.clock.now()))
    }

    /// A connection that sees everything as it is at this moment, however long it reads.
    pub(crate) async fn snapshot(&self) -> Result<Conn> {
        let mut conn = self.read().await?;
        let begin = match self.engine() {
            Engine::Sqlite => "BEGIN DEFERRED",
            Engine::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        conn.begin_snapshot(begin).await?;
        Ok(conn)
    }

    /// How many schema steps are still to be applied; for health checks.
    pub async fn pending_migrations(&self) -> Result<usize> {
        migrate::pending(&mut self.read().await?).await
    }

    /// Waits for running statements and closes all connections.
    pub async fn close(&self) {
        match &self.pool {
            Pool::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Pool::Postgres(pool) => pool.close().await,
        }
    }
}

async fn open_pool(url: &str) -> Result<Pool> {
    if let Some(path) = url.strip_prefix("sqlite:") {
        let options = SqliteConnectOptions::from_str(url)
            .map_err(|error| Error::Unavailable(format!("the database address {url} is wrong: {error}")))?
            .create_if_missing(true)
            .foreign_keys(true)
            .busy_timeout(BUSY)
            .pragma("cache_size", "-32000")
            .pragma("temp_store", "memory")
            .journal_mode(SqliteJournalMode::Wal)
            // What was acknowledged is on disk: FULL waits for it at every commit.
            .synchronous(SqliteSynchronous::Full);
        let opened = |error| {
            Error::Unavailable(format!(
                "cannot open the database {path}: {error}; does the folder exist, may we write there?"
            ))
        };
        let keep = SqlitePoolOptions::new()
            .min_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .acquire_timeout(BUSY);
        let write = keep.clone().max_connections(1).connect_with(options.clone()).await.map_err(opened)?;
        let read = keep
            .max_connections(READERS)
            .connect_with(options.pragma("query_only", "on"))
            .await
            .map_err(opened)?;
        Ok(Pool::Sqlite { write, read })
    } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
        let options = PgConnectOptions::from_str(url)
            .map_err(|error| Error::Unavailable(format!("the database address is wrong: {error}")))?;
        let pool = PgPoolOptions::new()
            .max_connections(POSTGRES_CONNECTIONS)
            .acquire_timeout(BUSY)
            .connect_with(options)
            .await
            .map_err(|error| Error::Unavailable(format!("PostgreSQL does not answer: {error}")))?;
        Ok(Pool::Postgres(pool))
    } else {
        Err(Error::Unavailable(format!("{url} is no database address: write sqlite:PATH or postgres://…")))
    }
}
