//! A look into the SQLite file of an installation, for what no page shows: counts, and damage done on purpose.

use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, Connection as _, Row as _};

/// The number that a query gives, on the database in this data folder.
pub fn count(data: &Path, sql: &str) -> i64 {
    on(data, async |connection| {
        sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_one(connection).await.unwrap().get(0)
    })
}

/// The texts that a query gives, on the database in this data folder.
pub fn texts(data: &Path, sql: &str) -> Vec<String> {
    on(data, async |connection| {
        sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_all(connection).await.unwrap()
    })
}

/// Changes the database in this data folder; tells how many rows it touched.
pub fn execute(data: &Path, sql: &str) -> u64 {
    on(data, async |connection| {
        sqlx::query(AssertSqlSafe(sql.to_owned())).execute(connection).await.unwrap().rows_affected()
    })
}

/// Every table with the number of its rows.
pub fn row_counts(data: &Path) -> Vec<(String, i64)> {
    on(data, async |connection| {
        let sql =
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
        let tables: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut *connection).await.unwrap();
        let mut counts = Vec::new();
        for table in tables {
            let sql = AssertSqlSafe(format!("SELECT COUNT(*) FROM \"{table}\""));
            counts.push((table, sqlx::query_scalar(sql).fetch_one(&mut *connection).await.unwrap()));
        }
        counts
    })
}

fn on<T>(data: &Path, work: impl AsyncFnOnce(&mut SqliteConnection) -> T) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let options = SqliteConnectOptions::new()
            .filename(data.join("kakari.db"))
            .busy_timeout(std::time::Duration::from_secs(10));
        let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
        let result = work(&mut connection).await;
        connection.close().await.unwrap();
        result
    })
}
