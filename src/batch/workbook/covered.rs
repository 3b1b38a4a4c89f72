//! Values of merged cells that the spreadsheet hides. Nobody sees whether they are right.

use super::{MAX_CELLS, Sheet, too_many_cells};
use crate::batch::cell_fault::CellFault;
use crate::finding::Finding;

/// Maximum number of rows that merged cells touch. Damaged files may merge the same rows again and again.
const MAX_ROWS: usize = 8 * MAX_CELLS;

/// Marks all values of merged cells but the first.
pub(super) fn mark(sheet: &mut Sheet) -> Result<(), Finding> {
    let mut touched = 0;
    for ((first_row, first_column), (last_row, last_column)) in &sheet.merged {
        if first_row > last_row || first_column > last_column {
            continue;
        }
        for (row, cells) in sheet.rows.range_mut(first_row..=last_row) {
            touched += 1;
            if touched > MAX_ROWS {
                return Err(too_many_cells());
            }
            for (column, cell) in cells.range_mut(first_column..=last_column) {
                if (row, column) != (first_row, first_column) {
                    cell.set_fault(CellFault::Covered);
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::batch::workbook::SheetCell;

    #[test]
    fn only_the_first_of_merged_cells_has_a_value() {
        let cell = |text: &str| SheetCell {
            text: text.to_owned(),
            fault: None,
        };
        let row = || BTreeMap::from([(0, cell("a")), (1, cell("b")), (2, cell(""))]);
        let mut sheet = Sheet {
            rows: BTreeMap::from([(3, row()), (4, row()), (5, row())]),
            merged: vec![((3, 1), (4, 2)), ((9, 9), (1, 1))],
            ..Sheet::default()
        };
        mark(&mut sheet).unwrap();
        let mut faulty = Vec::new();
        for (row, cells) in &sheet.rows {
            let covered = cells
                .iter()
                .filter(|(_, cell)| cell.fault == Some(CellFault::Covered));
            faulty.extend(covered.map(|(column, _)| (*row, *column)));
        }
        assert_eq!(faulty, [(4, 1)]);
    }
}
