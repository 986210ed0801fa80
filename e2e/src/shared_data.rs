//! Real recordings that are not part of the project.

use std::path::{Path, PathBuf};

/// A file or folder of the shared data; `None`, and a word on the output, where it is absent.
pub fn shared(path: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let folder = std::env::var_os("KAKARI_TEST_DATA").map_or_else(beside, PathBuf::from);
    let found = folder.join(path);
    if found.exists() {
        return Some(found);
    }
    println!("skipped: shared data absent ({path})");
    None
}
