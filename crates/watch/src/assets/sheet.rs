//! From a file to rows of texts, whatever its name says: xlsx by its content, else text in UTF-8, UTF-16 or
//! CP932. Formulas are read by the value that was kept beside them, never computed; macros are never looked at.

use std::borrow::Cow;
use std::io::{Cursor, Read};

use calamine::{DataRef, Reader, Xlsx};
use encoding_rs::{SHIFT_JIS, UTF_16BE, UTF_16LE};
use kakari_kernel::{Error, Result};
use zip::ZipArchive;

pub(super) const FILE_BYTES_MAX: usize = 16 << 20;
/// What a workbook may unpack to.
const INFLATED_BYTES_MAX: u64 = 128 << 20;
const ROWS_MAX: usize = 20_000;
const COLUMNS_MAX: usize = 100;
const CELL_CHARS_MAX: usize = 500;
/// Cells that one merged region may fill.
const MERGED_CELLS_MAX: u64 = 10_000;

/// The rows of a file. Rows differ in length; empty cells are empty texts.
pub type Sheet = Vec<Vec<String>>;

/// Reads the first sheet that has something in it.
///
/// # Errors
/// `Invalid` or `TooLarge` with what to do.
pub fn read(bytes: &[u8]) -> Result<Sheet> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(too_large("16 MiB"));
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return workbook(bytes);
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err(wrong("it is in the old Excel format: open it in Excel and save it as .xlsx"));
    }
    table(&text(bytes)?)
}

fn wrong(why: impl Into<String>) -> Error {
    Error::invalid("file", why)
}

fn too_large(limit: &str) -> Error {
    Error::TooLarge { what: "the ledger".into(), limit: format!("{limit}: split it") }
}

fn workbook(bytes: &[u8]) -> Result<Sheet> {
    let broken = |cause: String| wrong(format!("it is not readable as an Excel file: {cause}"));
    check_size(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| broken(error.to_string()))?;
    for name in book.sheet_names() {
        let merged = book.merge_cells_by_sheet_name(&name).unwrap_or_default();
        // Cell by cell: a single cell in the last corner must not make a sheet of seventeen thousand million.
        let mut cells = book.worksheet_cells_reader(&name).map_err(|error| broken(error.to_string()))?;
        let mut rows = Sheet::new();
        while let Some(cell) = cells.next_cell().map_err(|error| broken(error.to_string()))? {
            let (row, column) = cell.get_position();
            put(&mut rows, row, column, cell_text(cell.get_value()))?;
        }
        if rows.iter().any(|row| row.iter().any(|cell| !cell.is_empty())) {
            for region in merged {
                fill(&mut rows, region.start, region.end)?;
            }
            return Ok(rows);
        }
    }
    Err(wrong("it holds no filled sheet"))
}

/// Unpacks everything once, counting: the sizes that a zip file states may be lies.
fn check_size(bytes: &[u8]) -> Result<()> {
    let broken =
        |cause: &dyn std::fmt::Display| wrong(format!("it is not readable as an Excel file: {cause}"));
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
    let mut left = INFLATED_BYTES_MAX;
    for index in 0..archive.len() {
        let member = archive.by_index(index).map_err(|error| broken(&error))?;
        let read = std::io::copy(&mut member.take(left + 1), &mut std::io::sink())
            .map_err(|error| broken(&error))?;
        left = left.checked_sub(read).ok_or_else(|| too_large("128 MiB unpacked"))?;
    }
    Ok(())
}

fn put(rows: &mut Sheet, row: u32, column: u32, text: String) -> Result<()> {
    let (row, column) = (row as usize, column as usize);
    if text.is_empty() || column >= COLUMNS_MAX {
        return Ok(());
    }
    if row >= ROWS_MAX {
        return Err(too_large("20,000 rows"));
    }
    if rows.len() <= row {
        rows.resize(row + 1, Vec::new());
    }
    if let Some(cells) = rows.get_mut(row) {
        if cells.len() <= column {
            cells.resize(column + 1, String::new());
        }
        if let Some(cell) = cells.get_mut(column) {
            *cell = text;
        }
    }
    Ok(())
}

/// A merged cell holds its text for every row that it covers, in its first column: a department beside five
/// machines is the department of each.
fn fill(rows: &mut Sheet, start: (u32, u32), end: (u32, u32)) -> Result<()> {
    let cells = u64::from(end.0.saturating_sub(start.0)) + 1;
    let text =
        rows.get(start.0 as usize).and_then(|row| row.get(start.1 as usize)).cloned().unwrap_or_default();
    if text.is_empty() || cells > MERGED_CELLS_MAX {
        return Ok(());
    }
    for row in start.0..=end.0 {
        if (row as usize) < rows.len() {
            put(rows, row, start.1, text.clone())?;
        }
    }
    Ok(())
}

fn cell_text(value: &DataRef<'_>) -> String {
    let text = match value {
        DataRef::Empty | DataRef::Error(_) => String::new(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::DateTime(moment) => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
    };
    shorten(&text)
}

fn shorten(text: &str) -> String {
    text.trim().chars().filter(|c| !c.is_control() || *c == '\n').take(CELL_CHARS_MAX).collect()
}

/// Texts of small offices are in CP932 unless they are plainly something else.
fn text(bytes: &[u8]) -> Result<Cow<'_, str>> {
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        return Ok(String::from_utf8_lossy(rest));
    }
    match bytes {
        [0xff, 0xfe, rest @ ..] => return Ok(UTF_16LE.decode_without_bom_handling(rest).0),
        [0xfe, 0xff, rest @ ..] => return Ok(UTF_16BE.decode_without_bom_handling(rest).0),
        _ => {}
    }
    if bytes.contains(&0) {
        return Err(wrong("it is neither an Excel file nor text: save the ledger as .xlsx or .csv"));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(Cow::Borrowed(text));
    }
    let (text, had_errors) = SHIFT_JIS.decode_without_bom_handling(bytes);
    if had_errors {
        return Err(wrong("its letters are neither UTF-8 nor Shift_JIS: save it as .xlsx or as CSV UTF-8"));
    }
    Ok(text)
}

fn table(text: &str) -> Result<Sheet> {
    let head: String = text.lines().take(20).collect::<Vec<_>>().join("\n");
    let delimiter = [b',', b'\t', b';']
        .into_iter()
        .max_by_key(|delimiter| head.bytes().filter(|byte| byte == delimiter).count())
        .unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut rows = Sheet::new();
    for record in reader.records() {
        let record = record.map_err(|error| wrong(format!("it is not readable as a table: {error}")))?;
        let line = record.position().map_or(0, |position| line_of(text, position));
        if line > ROWS_MAX {
            return Err(too_large("20,000 rows"));
        }
        rows.resize(rows.len().max(line.saturating_sub(1)), Vec::new());
        rows.push(record.iter().take(COLUMNS_MAX).map(shorten).collect());
    }
    if rows.iter().all(|row| row.iter().all(String::is_empty)) {
        return Err(wrong("it is empty"));
    }
    Ok(rows)
}

/// The line on which a record begins. The reader passes over blank lines and says where they began; the
/// preview counts them, as a person does.
fn line_of(text: &str, position: &csv::Position) -> usize {
    let from = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let rest = text.as_bytes().get(from..).unwrap_or_default();
    let blank = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).filter(|byte| **byte == b'\n');
    usize::try_from(position.line()).unwrap_or(usize::MAX).saturating_add(blank.count())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn letters_are_read_in_each_encoding() {
        let ledger = "№,機器名\n①,㈱髙橋のＰＣ～\n";
        let (cp932, ..) = SHIFT_JIS.encode(ledger);
        let mut bom = b"\xef\xbb\xbf".to_vec();
        bom.extend(ledger.bytes());
        let mut utf16 = vec![0xff, 0xfe];
        utf16.extend(ledger.encode_utf16().flat_map(u16::to_le_bytes));
        for bytes in [ledger.as_bytes(), &cp932, &bom, &utf16] {
            assert_eq!(read(bytes).unwrap(), [["№", "機器名"], ["①", "㈱髙橋のＰＣ～"]]);
        }
    }

    #[test]
    fn rows_keep_the_numbers_that_a_person_counts() {
        let rows = read("題名\n\n\r\nあ,い\n1,2".as_bytes()).unwrap();
        assert_eq!((rows.len(), rows[3][0].as_str(), rows[4][1].as_str()), (5, "あ", "2"));
    }

    #[test]
    fn what_is_no_ledger_says_what_to_do() {
        for (bytes, word) in [
            (&b"\xd0\xcf\x11\xe0old"[..], "save it as .xlsx"),
            (b"\x89PNG\0", "neither an Excel file"),
            (b"PK\x03\x04cut", "not readable as an Excel file"),
            (b"", "empty"),
            (b"\n\n,,\n", "empty"),
            (b"\xff\xff\xff", "neither UTF-8 nor"),
        ] {
            let error = read(bytes).unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
    }

    #[test]
    fn a_merged_cell_counts_for_every_row_that_it_covers() {
        let mut rows = vec![vec!["総務".to_owned(), "PC-1".into()], vec![String::new(), "PC-2".into()]];
        fill(&mut rows, (0, 0), (1, 0)).unwrap();
        assert_eq!(rows[1], ["総務", "PC-2"]);
        fill(&mut rows, (0, 0), (u32::MAX, 3)).unwrap();
        assert_eq!(rows.len(), 2);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            if let Ok(rows) = read(&bytes) {
                prop_assert!(rows.len() <= ROWS_MAX);
            }
        }

        #[test]
        fn any_bytes_behind_the_mark_of_a_zip_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let mut file = b"PK\x03\x04".to_vec();
            file.extend(bytes);
            prop_assert!(read(&file).is_err());
        }
    }
}
