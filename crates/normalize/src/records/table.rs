//! Tables with a header: CSV, Zeek's tab-separated logs, W3C's logs.

use std::borrow::Cow;
use std::io::BufRead;
use std::sync::Arc;

use super::lines::Lines;
use super::{Record, Trouble, read_line};
use crate::limits::{MAX_COLUMNS, MAX_RECORD_BYTES};
use crate::value::{Object, Value};

/// What a header says: the columns' names and how a row is cut.
#[derive(Debug, Clone, PartialEq)]
pub struct Columns {
    names: Vec<String>,
    delimiter: char,
    /// Cells may be quoted, as in CSV.
    quoted: bool,
    /// Zeek's `#path`, put into every row as `_path`.
    path: Option<String>,
}

impl Columns {
    /// The header of a CSV file, if the text starts with one: names, each once, none of them a value.
    pub(super) fn of_csv(text: &[u8]) -> Option<Self> {
        let end = text.iter().position(|byte| *byte == b'\n')?;
        let line = std::str::from_utf8(text.get(..end)?).ok()?.trim_end_matches('\r');
        let delimiter = [',', '\t', ';'].into_iter().max_by_key(|mark| line.matches(*mark).count())?;
        let columns = Columns { names: Vec::new(), delimiter, quoted: true, path: None };
        let names: Vec<String> = columns.cells(line).map(|cell| cell.trim().to_owned()).collect();
        let is_name = |name: &String| {
            let mut letters = name.chars();
            name.len() <= 96
                && letters.next().is_some_and(|first| first.is_alphabetic() || first == '_' || first == '@')
                && letters.all(|letter| letter.is_alphanumeric() || " _-./()#%:@".contains(letter))
                && !name.contains(": ")
        };
        let distinct = names.iter().collect::<std::collections::HashSet<_>>().len() == names.len();
        let fits = (3..=MAX_COLUMNS).contains(&names.len()) && names.iter().all(is_name) && distinct;
        fits.then_some(Columns { names, ..columns })
    }

    /// The cells of a row under their names. Cells beyond the header keep their number as name.
    pub(crate) fn row<'a>(&'a self, text: &'a str) -> Object<'a> {
        let path = self.path.as_deref().map(|path| (Cow::Borrowed("_path"), Value::from(path)));
        let cells = self.cells(text).take(MAX_COLUMNS).enumerate().map(|(index, cell)| {
            let name = self.names.get(index).map_or_else(
                || Cow::Owned(format!("column{}", index + 1)),
                |name| Cow::Borrowed(name.as_str()),
            );
            (name, Value::Text(cell))
        });
        path.into_iter().chain(cells).collect()
    }

    fn cells<'a>(&self, text: &'a str) -> Cells<'a> {
        Cells { rest: Some(text), delimiter: self.delimiter, quoted: self.quoted }
    }
}

/// The cells of one row.
pub(crate) struct Cells<'a> {
    rest: Option<&'a str>,
    delimiter: char,
    quoted: bool,
}

impl<'a> Cells<'a> {
    /// The cells of a row that needs no header, such as Palo Alto's.
    pub(crate) fn of_csv(text: &'a str) -> Self {
        Cells { rest: Some(text), delimiter: ',', quoted: true }
    }
}

impl<'a> Iterator for Cells<'a> {
    type Item = Cow<'a, str>;

    fn next(&mut self) -> Option<Cow<'a, str>> {
        let text = self.rest?;
        if self.quoted
            && let Some(inside) = text.strip_prefix('"')
            && let Some((cell, after)) = quoted_cell(inside)
        {
            self.rest = after.split_once(self.delimiter).map(|(_, rest)| rest);
            return Some(cell);
        }
        match text.split_once(self.delimiter) {
            Some((cell, rest)) => {
                self.rest = Some(rest);
                Some(Cow::Borrowed(cell))
            }
            None => {
                self.rest = None;
                Some(Cow::Borrowed(text))
            }
        }
    }
}

/// A cell up to its closing quote; two quotes stand for one.
fn quoted_cell(text: &str) -> Option<(Cow<'_, str>, &str)> {
    let mut from = 0;
    loop {
        let at = from + memchr::memchr(b'"', text.as_bytes().get(from..)?)?;
        let after = text.get(at + 1..)?;
        if after.starts_with('"') {
            from = at + 2;
            continue;
        }
        let cell = text.get(..at)?;
        let cell =
            if cell.contains("\"\"") { Cow::Owned(cell.replace("\"\"", "\"")) } else { Cow::Borrowed(cell) };
        return Some((cell, after));
    }
}

/// Rows of a CSV file. A quoted cell may hold line ends.
pub(super) struct Rows<R> {
    reader: R,
    columns: Arc<Columns>,
    line: u64,
    ended: bool,
}

impl<R: BufRead> Rows<R> {
    pub(super) fn new(reader: R, columns: Columns) -> Self {
        Rows { reader, columns: Arc::new(columns), line: 0, ended: false }
    }
}

impl<R: BufRead> Iterator for Rows<R> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        let mut row = Vec::with_capacity(512);
        let mut line = Vec::with_capacity(512);
        let mut start = 0;
        while !self.ended {
            match read_line(&mut self.reader, &mut line, MAX_RECORD_BYTES - row.len()) {
                Ok(true) => self.line += 1,
                Ok(false) => self.ended = true,
                Err(error) => {
                    self.ended = true;
                    let reason = format!("reading failed: {error}");
                    return Some(Record {
                        bytes: row,
                        ..Record::trouble(self.line, Trouble::Unreadable { reason })
                    });
                }
            }
            if row.is_empty() {
                start = self.line;
            }
            row.extend_from_slice(&line);
            let open = row.iter().filter(|byte| **byte == b'"').count() % 2 == 1;
            if open && !self.ended && row.len() < MAX_RECORD_BYTES {
                continue;
            }
            while matches!(row.last(), Some(b'\n' | b'\r')) {
                row.pop();
            }
            // The header itself says nothing that happened.
            if row.is_empty() || start == 1 {
                row.clear();
                continue;
            }
            let trouble = (row.len() >= MAX_RECORD_BYTES).then_some(Trouble::Piece { piece: 1 });
            return Some(Record {
                columns: Some(Arc::clone(&self.columns)),
                trouble,
                ..Record::new(row, start)
            });
        }
        None
    }
}

/// Rows of a log whose header lines start with `#`; a later header replaces an earlier one.
pub(super) struct ZeekRows<R> {
    lines: Lines<R>,
    delimiter: char,
    path: Option<String>,
    columns: Option<Arc<Columns>>,
}

impl<R: BufRead> ZeekRows<R> {
    pub(super) fn new(reader: R) -> Self {
        ZeekRows { lines: Lines::new(reader), delimiter: '\t', path: None, columns: None }
    }

    fn header(&mut self, line: &str) {
        if let Some(separator) = line.strip_prefix("#separator ") {
            let code =
                separator.trim().strip_prefix("\\x").and_then(|digits| u32::from_str_radix(digits, 16).ok());
            self.delimiter = code.and_then(char::from_u32).unwrap_or('\t');
        } else if let Some(path) = line.strip_prefix("#path") {
            self.path = Some(path.trim().to_owned());
        } else if let Some(names) = line.strip_prefix("#fields") {
            self.columns(names.trim_start_matches(self.delimiter), self.delimiter);
        } else if let Some(names) = line.strip_prefix("#Fields:") {
            self.columns(names.trim(), ' ');
        }
    }

    fn columns(&mut self, names: &str, delimiter: char) {
        let names = names.split(delimiter).take(MAX_COLUMNS).map(str::to_owned).collect();
        self.columns = Some(Arc::new(Columns { names, delimiter, quoted: false, path: self.path.clone() }));
    }
}

impl<R: BufRead> Iterator for ZeekRows<R> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        loop {
            let record = self.lines.next()?;
            if record.trouble.is_none() && record.bytes.starts_with(b"#") {
                self.header(&String::from_utf8_lossy(&record.bytes));
                continue;
            }
            return Some(Record { columns: self.columns.clone(), ..record });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::records;

    fn rows(text: &'static str) -> Vec<Vec<(String, String)>> {
        records(text.as_bytes())
            .map(|record| {
                let text = std::str::from_utf8(&record.bytes).unwrap();
                let row = record.columns.as_ref().unwrap().row(text);
                row.into_iter()
                    .map(|(name, value)| (name.into_owned(), value.as_text().unwrap().to_owned()))
                    .collect()
            })
            .collect()
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn csv_cells_may_hold_delimiters_quotes_and_line_ends() {
        let read = rows("time,user,note\r\n1,\"a,b\",\"say \"\"hi\"\"\nthere\"\r\n2,c,\n");
        assert_eq!(
            read,
            [
                pairs(&[("time", "1"), ("user", "a,b"), ("note", "say \"hi\"\nthere")]),
                pairs(&[("time", "2"), ("user", "c"), ("note", "")])
            ]
        );
    }

    #[test]
    fn zeek_rows_carry_the_names_of_their_header() {
        let read = rows(
            "#separator \\x09\n#path\tconn\n#fields\tts\tuid\n#types\ttime\tstring\n1.5\tC1\n#close\t2026\n",
        );
        assert_eq!(read, [pairs(&[("_path", "conn"), ("ts", "1.5"), ("uid", "C1")])]);
    }

    #[test]
    fn a_line_of_values_is_no_header() {
        for text in ["1,2026-01-01,x,y\n", "Jan  1 10:00:00 host a,b,c,d\n", "a=1,b=2,c=3,d=4\n", "a,a,b,c\n"]
        {
            assert!(records(text.as_bytes()).all(|record| record.columns.is_none()), "{text}");
        }
    }
}
