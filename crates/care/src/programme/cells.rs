//! Hiding small cells, so that no figure tells of a single company.

use serde::Serialize;

/// Fewer clients than this in a cell are hidden.
pub(crate) const SMALLEST: u64 = 5;

/// One cell of a table with totals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Cell {
    pub(crate) count: u64,
    #[serde(skip)]
    total: bool,
    pub(crate) hidden: bool,
}

/// Adds a total to each row and a row of totals, and hides: every count from 1 to 4, and then a further cell
/// in each row and column in which exactly one is hidden, because the total would give it away.
///
/// `counts` is rows of equal length. The answer has one row and one column more.
pub(crate) fn with_totals(counts: &[Vec<u64>]) -> Vec<Vec<Cell>> {
    let columns = counts.first().map_or(0, Vec::len);
    let cell = |count, total| Cell { count, total, hidden: (1..SMALLEST).contains(&count) };
    let mut table: Vec<Vec<Cell>> = counts
        .iter()
        .map(|row| {
            let sum = row.iter().sum();
            row.iter().map(|count| cell(*count, false)).chain([cell(sum, true)]).collect()
        })
        .collect();
    let totals = (0..=columns).map(|c| cell(table.iter().map(|row| row[c].count).sum(), true)).collect();
    table.push(totals);
    // Each round hides at least one more cell, so this ends.
    while hide_one_more(&mut table) {}
    // What is hidden is not even in the answer.
    for cell in table.iter_mut().flatten().filter(|cell| cell.hidden) {
        cell.count = 0;
    }
    table
}

/// Finds a line with exactly one hidden cell and hides the least useful other one. False when there is none.
fn hide_one_more(table: &mut [Vec<Cell>]) -> bool {
    let (rows, columns) = (table.len(), table.first().map_or(0, Vec::len));
    let row_lines = (0..rows).map(|r| (0..columns).map(|c| (r, c)).collect::<Vec<_>>());
    let column_lines = (0..columns).map(|c| (0..rows).map(|r| (r, c)).collect::<Vec<_>>());
    for line in row_lines.chain(column_lines) {
        if line.iter().filter(|(r, c)| table[*r][*c].hidden).count() != 1 {
            continue;
        }
        // A cell with somebody in it first, then a total, then an empty cell; the smallest of them.
        let other = line
            .into_iter()
            .filter(|(r, c)| !table[*r][*c].hidden)
            .min_by_key(|(r, c)| (table[*r][*c].count == 0, table[*r][*c].total, table[*r][*c].count));
        if let Some((r, c)) = other {
            table[r][c].hidden = true;
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(table: &[Vec<Cell>]) -> Vec<Vec<String>> {
        table
            .iter()
            .map(|row| {
                row.iter().map(|cell| if cell.hidden { "-".into() } else { cell.count.to_string() }).collect()
            })
            .collect()
    }

    #[test]
    fn a_small_cell_takes_a_neighbour_in_its_row_and_column_with_it() {
        let table = with_totals(&[vec![3, 10, 20], vec![8, 9, 10]]);
        assert_eq!(shown(&table), [["-", "-", "20", "33"], ["-", "-", "10", "27"], ["11", "19", "30", "60"]]);
    }

    #[test]
    fn large_cells_and_empty_ones_are_shown() {
        assert_eq!(
            shown(&with_totals(&[vec![5, 0], vec![7, 9]])),
            [["5", "0", "5"], ["7", "9", "16"], ["12", "9", "21"]]
        );
    }

    proptest! {
        #[test]
        fn no_line_has_exactly_one_hidden_cell_and_no_small_count_is_shown(
            counts in (1_usize..6).prop_flat_map(|columns| prop::collection::vec(prop::collection::vec(0_u64..12, columns), 1..6))
        ) {
            let table = with_totals(&counts);
            for row in &table {
                prop_assert_ne!(row.iter().filter(|cell| cell.hidden).count(), 1);
            }
            for c in 0..table[0].len() {
                prop_assert_ne!(table.iter().filter(|row| row[c].hidden).count(), 1);
            }
            for cell in table.iter().flatten() {
                prop_assert!(cell.hidden || !(1..SMALLEST).contains(&cell.count));
            }
        }
    }
}
