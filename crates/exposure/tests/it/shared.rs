//! Where data from outside the project is found.

use std::io::Read;
use std::path::PathBuf;

/// A path in the shared data, or `None` with a word when it is not there.
pub(crate) fn path(relative: &str) -> Option<PathBuf> {
    let root = option_env!("KAKARI_TEST_DATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let path = root.join(relative);
    if path.exists() {
        Some(path)
    } else {
        println!("skipped: shared data absent");
        None
    }
}

pub(crate) fn bytes(relative: &str) -> Option<Vec<u8>> {
    Some(std::fs::read(path(relative)?).unwrap())
}

pub(crate) fn gunzipped(relative: &str) -> Option<String> {
    let bytes = bytes(relative)?;
    let mut text = String::new();
    flate2::read::GzDecoder::new(bytes.as_slice()).take(1 << 30).read_to_string(&mut text).unwrap();
    Some(text)
}
