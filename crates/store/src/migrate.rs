//! The schema's history: one list of files, applied in order, each once, each recorded with its hash.

use kakari_kernel::{Error, Result, to_ms};
use sha2::{Digest as _, Sha256};

use crate::{Conn, Row, args};

/// One step. Expand first, contract in a later release, so that the old binary can still run beside it.
pub(crate) struct Migration {
    pub(crate) name: &'static str,
    pub(crate) sql: &'static str,
}

macro_rules! migrations {
    ($($name:literal),* $(,)?) => {
        &[$(Migration { name: $name, sql: include_str!(concat!("../migrations/", $name, ".sql")) }),*]
    };
}

/// All steps, oldest first. A test compares the list with the folder.
pub(crate) const MIGRATIONS: &[Migration] =
    migrations!["0001_store", "0002_identity", "0003_watch", "0004_care"];

fn hash(sql: &str) -> String {
    hex::encode(Sha256::digest(sql.as_bytes()))
}

/// Brings the schema up to date inside the given transaction.
///
/// # Errors
/// `Unavailable` when the database was written by a newer program, or a step that was already applied has
/// been changed since.
pub(crate) async fn migrate(conn: &mut crate::Tx) -> Result<usize> {
    let at = to_ms(conn.at());
    let mut system = conn.system();
    system
        .execute(
            "CREATE TABLE IF NOT EXISTS schema_migration \
             (name TEXT PRIMARY KEY, sha256 TEXT NOT NULL, applied_at_ms BIGINT NOT NULL)",
            &[],
        )
        .await?;
    let applied = system.all("SELECT name, sha256 FROM schema_migration ORDER BY name", &[]).await?;
    check(&applied)?;
    let mut done = 0;
    for migration in MIGRATIONS.iter().skip(applied.len()) {
        for statement in statements(migration.sql) {
            system.execute(&statement, &[]).await.map_err(|error| {
                Error::internal(format!("migration {} failed at «{statement}»: {error}", migration.name))
            })?;
        }
        system
            .execute(
                "INSERT INTO schema_migration (name, sha256, applied_at_ms) VALUES ($1, $2, $3)",
                args![migration.name, hash(migration.sql), at],
            )
            .await?;
        done += 1;
    }
    Ok(done)
}

/// How many steps are still to be applied.
pub(crate) async fn pending(conn: &mut Conn) -> Result<usize> {
    let applied = conn.system().all("SELECT name, sha256 FROM schema_migration ORDER BY name", &[]).await?;
    check(&applied)?;
    Ok(MIGRATIONS.len() - applied.len())
}

fn check(applied: &[Row]) -> Result<()> {
    for (i, row) in applied.iter().enumerate() {
        let name = row.text("name")?;
        let Some(known) = MIGRATIONS.get(i).filter(|known| known.name == name) else {
            return Err(Error::Unavailable(format!(
                "the database was written by a newer kakari (it has the step {name}, this program ends at {}): \
                 use that version or newer, or restore a backup made with this one",
                MIGRATIONS.last().map_or("nothing", |last| last.name)
            )));
        };
        if row.text("sha256")? != hash(known.sql) {
            return Err(Error::Unavailable(format!(
                "the schema step {name} differs from the one this database was built with: \
                 this program and this database do not belong together"
            )));
        }
    }
    Ok(())
}

/// Splits a step into statements at semicolons that end a line; our steps hold no procedures.
fn statements(sql: &str) -> Vec<String> {
    let code: Vec<&str> = sql.lines().filter(|line| !line.trim_start().starts_with("--")).collect();
    code.join("\n")
        .split(";\n")
        .map(|s| s.trim().trim_end_matches(';').to_owned())
        .filter(|s| !s.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_names_every_file_of_the_folder_in_order() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .map(|name| name.trim_end_matches(".sql").to_owned())
            .collect();
        files.sort();
        let listed: Vec<&str> = MIGRATIONS.iter().map(|migration| migration.name).collect();
        assert_eq!(files, listed);
    }
}
