//! Where the tenant may be chosen, and where statements may do without one.

use std::path::{Path, PathBuf};

/// Files that may grant a scope: sign-in and tokens, ingest credentials, jobs, set-up. Everything else gets
/// its scope handed in.
const GRANT: &[&str] = &[
    "crates/kernel/src/scope.rs",
    "crates/store/src/queue.rs",
    "crates/identity/src/",
    "crates/watch/src/ingest/",
    "crates/watch/src/sensors/",
    "crates/watch/src/incidents/",
    "crates/watch/src/events/",
    "crates/watch/src/detections/rules.rs",
    "crates/care/src/consultation/mod.rs",
    "crates/server/src/",
];

/// SQL stands in the `store.rs` of a slice, or in a folder `store`.
const SQL: &[&str] = &["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM "];

/// Names every place that breaks a rule. Test code is free.
pub(crate) fn faults() -> anyhow::Result<Vec<String>> {
    let mut faults = Vec::new();
    for path in files_with(Path::new("crates"), "rs")? {
        let text = std::fs::read_to_string(&path)?;
        let name = path.to_string_lossy().replace('\\', "/");
        if name.contains("/tests/")
            || name.contains("/testing")
            || name.ends_with("tests.rs")
            || name.contains("/benches/")
        {
            continue;
        }
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        if code.contains("OrgScope::grant") && !GRANT.iter().any(|allowed| name.starts_with(allowed)) {
            faults.push(format!("{name}: grants a scope; take it as a parameter"));
        }
        let slice = name.starts_with("crates/identity/")
            || name.starts_with("crates/watch/")
            || name.starts_with("crates/care/");
        let store = name.ends_with("store.rs")
            || name.contains("/store/")
            || name == "crates/identity/src/web/signed.rs";
        let sql = code.lines().any(|line| {
            !line.trim_start().starts_with("//") && SQL.iter().any(|word| line.contains(&format!("\"{word}")))
        });
        if slice && !store && sql {
            faults.push(format!("{name}: has SQL; it belongs into the store.rs of its slice"));
        }
    }
    Ok(faults)
}

/// All files below a folder with this ending, in order.
pub(crate) fn files_with(folder: &Path, ending: &str) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            if path.file_name().is_none_or(|name| name != "target") {
                files.extend(files_with(&path, ending)?);
            }
        } else if path.extension().is_some_and(|extension| extension == ending) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
