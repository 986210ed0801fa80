//! Every bound of this crate in one place. Input is written by strangers, so each of these can be reached.

/// Longest record (a line, a JSON value) that is read as one piece. Longer ones are cut into pieces, none dropped.
pub const MAX_RECORD_BYTES: usize = 1 << 20;

/// Most fields (for JSON: values at all depths) that one record may carry.
pub const MAX_FIELDS: usize = 4096;

/// Deepest nesting of a JSON record. Cloud audit events reach 12.
pub const MAX_DEPTH: usize = 48;

/// Compressed archives are held in memory while they are read; larger ones are refused.
pub const MAX_ARCHIVE_BYTES: u64 = 512 << 20;

/// Members of one zip archive.
pub const MAX_ARCHIVE_MEMBERS: usize = 65_536;

/// Archives inside archives: a zip of gzip files is common, deeper is not.
pub const MAX_ARCHIVE_DEPTH: usize = 3;

/// Output bytes for each input byte that a compressed stream may give once it is past
/// [`RATIO_FREE_BYTES`]. Real logs compress 10 to 100 times; deflate's limit is 1032.
pub const MAX_RATIO: u64 = 400;

/// A compressed stream may give this much before its ratio is looked at.
pub const RATIO_FREE_BYTES: u64 = 16 << 20;

/// Most output of one compressed stream, whatever its ratio.
pub const MAX_INFLATED_BYTES: u64 = 64 << 30;

/// Columns of a table with a header (CSV, Zeek).
pub const MAX_COLUMNS: usize = 1024;

/// A year-less or zone-less time may lie this far ahead of its receipt: clocks are wrong, zones are guessed.
/// What would be later belongs to the year before.
pub const AHEAD_DAYS: i64 = 2;
