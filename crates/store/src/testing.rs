//! Databases for tests: one suite, run on each engine.

use std::sync::Arc;

use jiff::Timestamp;
use kakari_kernel::{FixedClock, IdMaker, SeededRng};

use crate::Db;

/// A fresh, migrated database of one engine, with a clock and ids that stand still.
#[derive(Debug)]
pub struct TestDb {
    pub db: Db,
    pub clock: Arc<FixedClock>,
    pub ids: IdMaker,
    /// Removed when the test ends.
    _folder: tempfile::TempDir,
}

/// The moment at which tests begin: 2026-04-18 09:00 in Tokyo, a Saturday.
pub const START: Timestamp = Timestamp::constant(1_776_470_400, 0);

/// A fresh SQLite database, and a fresh PostgreSQL schema beside it when `TEST_POSTGRES_URL` is set.
#[expect(
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "test support: a failure here is a failed test"
)]
pub async fn databases() -> Vec<TestDb> {
    let mut urls = vec![None];
    match std::env::var("TEST_POSTGRES_URL") {
        Ok(url) => urls.push(Some(url)),
        Err(_) => eprintln!("skipped: PostgreSQL, because TEST_POSTGRES_URL is not set"),
    }
    let mut databases = Vec::new();
    for url in urls {
        let folder = tempfile::tempdir().expect("a folder for the test's database");
        let url = match url {
            None => format!("sqlite:{}", folder.path().join("test.db").display()),
            Some(url) => fresh_schema(&url).await,
        };
        let clock = Arc::new(FixedClock::at(START));
        let ids = IdMaker::new(clock.clone(), Arc::new(SeededRng::new(7)));
        let db = Db::open(&url, clock.clone()).await.expect("the test's database opens");
        databases.push(TestDb { db, clock, ids, _folder: folder });
    }
    databases
}

/// Makes a schema of its own for one test and gives the address that uses it.
#[expect(clippy::expect_used, reason = "test support: a failure here is a failed test")]
async fn fresh_schema(url: &str) -> String {
    static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    let n = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let schema = format!("t{}_{n}", std::process::id());
    let pool = sqlx::PgPool::connect(url).await.expect("PostgreSQL answers at TEST_POSTGRES_URL");
    for sql in [format!("DROP SCHEMA IF EXISTS {schema} CASCADE"), format!("CREATE SCHEMA {schema}")] {
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&pool).await.expect("the test may make a schema");
    }
    pool.close().await;
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}options=-csearch_path%3D{schema}")
}
