//! Files: `kakari ingest --org X FILE…`.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use jiff::tz::TimeZone;
use kakari_kernel::{Error, Id, OrgScope, Result};
use kakari_normalize::{Context, Normalizer};
use sha2::{Digest as _, Sha256};

use super::deliver::{Accepted, Delivery, accept};
use super::framing;
use super::store::Format;
use crate::Watch;

/// A file up to this size is taken as one piece, whatever it is.
const WHOLE_BYTES_MAX: u64 = 64 << 20;
/// A longer text is cut at line ends into batches of about this size.
const PIECE_BYTES: usize = 8 << 20;

/// Puts a file on the spool of a sensor: EVTX, JSON, text, and gzip or zip of these. The same content again
/// is the same delivery and is not counted twice.
///
/// # Errors
/// `Invalid` naming the file and what to do: it cannot be read, is empty, or is an archive, recording or
/// table larger than 64 MiB.
pub async fn ingest_file(watch: &Watch, scope: &OrgScope, sensor: Id, path: &Path) -> Result<Accepted> {
    let name = path.display().to_string();
    let wrong = |why: String| Error::invalid(name.clone(), why);
    let unreadable =
        |error: std::io::Error| wrong(format!("it cannot be read: {error}; does it exist, may we read it?"));
    let mut file = File::open(path).map_err(unreadable)?;
    let size = file.metadata().map_err(unreadable)?.len();
    if size == 0 {
        return Err(wrong("it is empty".into()));
    }
    if size <= WHOLE_BYTES_MAX {
        let mut content = Vec::new();
        file.take(WHOLE_BYTES_MAX + 1).read_to_end(&mut content).map_err(unreadable)?;
        let records = kakari_normalize::records(std::io::Cursor::new(content.clone())).count() as u64;
        let key = key_of(Sha256::new().chain_update(&content));
        return spool(watch, scope, sensor, Format::File, &content, records, &key).await;
    }
    let mut so_far = Sha256::new();
    let mut total = Accepted { records: 0, repeated: true };
    let mut left = Vec::new();
    let mut is_first = true;
    loop {
        let mut piece = std::mem::take(&mut left);
        let wanted = (PIECE_BYTES as u64).saturating_sub(piece.len() as u64);
        let read = file.by_ref().take(wanted).read_to_end(&mut piece).map_err(unreadable)?;
        if piece.is_empty() {
            return Ok(total);
        }
        if is_first && !is_lines(watch, &piece) {
            let what = "an archive, recording or table larger than 64 MiB is not taken: split it";
            return Err(wrong(what.into()));
        }
        is_first = false;
        // A line without an end that fills the piece goes on as it is: the reader keeps it in pieces too.
        if read > 0
            && let Some(end) = piece.iter().rposition(|byte| *byte == b'\n')
        {
            left = piece.split_off(end + 1);
        }
        let records = framing::lines(&piece).count() as u64;
        so_far.update(&piece);
        let key = key_of(so_far.clone());
        let accepted = spool(watch, scope, sensor, Format::Lines, &piece, records, &key).await?;
        total.records += accepted.records;
        total.repeated &= accepted.repeated;
    }
}

/// The name of a delivery: a hash of the file up to its end, so that equal pieces have different names.
fn key_of(hasher: Sha256) -> String {
    format!("sha256:{}", hex::encode(hasher.finalize()))
}

/// Delivers a piece of a file. A quota is waited for: the file stands on disk.
async fn spool(
    watch: &Watch,
    scope: &OrgScope,
    sensor: Id,
    format: Format,
    content: &[u8],
    records: u64,
    key: &str,
) -> Result<Accepted> {
    let delivery = Delivery { format, content, records, key: Some(key) };
    loop {
        match accept(watch, scope, sensor, &delivery).await {
            Err(Error::TooMany { retry_after_s }) => {
                tokio::time::sleep(std::time::Duration::from_secs(retry_after_s)).await;
            }
            other => return other,
        }
    }
}

/// Whether the first line stands for itself, so that the text may be cut at any line end.
fn is_lines(watch: &Watch, head: &[u8]) -> bool {
    let normalizer = Normalizer::new(Context::new(watch.app.clock.now(), TimeZone::UTC));
    let first = framing::lines(head).next();
    first.is_some_and(|line| {
        !line.bytes.contains(&0) && normalizer.normalize(line.bytes).parse_error().is_none()
    })
}
