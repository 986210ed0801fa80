//! The deadline table of CISA's BOD 26-04, kept as data beside the code.

use std::fmt;

use serde::Serialize;

/// Named in every reason that the table gives.
pub const TABLE_VERSION: &str = "BOD 26-04, table 1.0.0";

const TABLE: &str = include_str!("../../data/bod_26_04.csv");

/// The four questions of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    pub in_kev: bool,
    pub exposed: bool,
    pub automatable: bool,
    pub total: bool,
}

/// Days to mend; `None`: with the next upgrade of the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Deadline {
    #[serde(rename = "deadline_days")]
    pub days: Option<u16>,
    /// Look for traces of an intrusion as well.
    pub forensics: bool,
}

/// What the table says. The clock starts at the earlier of the listing in KEV and the detection on the machine.
pub fn deadline(row: Row) -> Deadline {
    let word = |value: bool| if value { "yes" } else { "no" };
    let impact = if row.total { "total" } else { "partial" };
    let wanted = [word(row.in_kev), word(row.exposed), word(row.automatable), impact];
    let found = TABLE.lines().find_map(|line| {
        let mut columns = line.split(',');
        let matches = wanted.iter().all(|wanted| columns.next() == Some(wanted));
        if !matches {
            return None;
        }
        let days = columns.next()?.parse().ok();
        Some(Deadline { days, forensics: columns.next()? == "yes" })
    });
    // A test reads all sixteen rows, so that the soonest deadline here is never more than a safe answer.
    found.unwrap_or(Deadline { days: Some(3), forensics: true })
}

impl Deadline {
    /// One step sooner: next upgrade, 60, 14, 3 days.
    pub(super) fn sooner(self) -> Self {
        let days = match self.days {
            None => 60,
            Some(days) if days > 14 => 14,
            Some(_) => 3,
        };
        Self { days: Some(days), ..self }
    }
}

impl fmt::Display for Deadline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.days {
            Some(days) => write!(f, "{days} days")?,
            None => f.write_str("the next upgrade")?,
        }
        if self.forensics { f.write_str(" and a forensic look") } else { Ok(()) }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = |value: bool, yes: &'static str, no: &'static str| if value { yes } else { no };
        write!(
            f,
            "{}, {}, {}, {} impact",
            word(self.in_kev, "in KEV", "not in KEV"),
            word(self.exposed, "exposed to the internet", "not exposed"),
            word(self.automatable, "automatable", "not automatable"),
            word(self.total, "total", "partial"),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_sixteen_rows_are_in_the_table_once() {
        let rows: Vec<&str> =
            TABLE.lines().filter(|line| line.starts_with("yes,") || line.starts_with("no,")).collect();
        assert_eq!(rows.len(), 16);
        for bits in 0..16_u8 {
            let bit = |at: u8| bits & (1 << at) != 0;
            let row = Row { in_kev: bit(3), exposed: bit(2), automatable: bit(1), total: bit(0) };
            let found = deadline(row);
            assert!(!found.forensics || found.days == Some(3), "{row}");
            // In KEV is never later than the same row outside KEV.
            let outside = deadline(Row { in_kev: false, ..row });
            assert!(found.days.unwrap_or(u16::MAX) <= outside.days.unwrap_or(u16::MAX), "{row}");
        }
    }
}
