//! Counts the sheets of paper of a leaflet.

use crate::library::PrinterFile;
use crate::printer::PrintSides;
use crate::theme::Paper;

/// Returns the sheets of a leaflet's copies; `None` for the printer is the browser's print window, where people choose
/// both sides.
pub(super) fn sheets(
    pages: usize,
    paper: Paper,
    copies: u32,
    printer: Option<&PrinterFile>,
) -> u64 {
    let of_copy = match is_one_sided(paper, printer) {
        true => pages,
        false => pages.div_ceil(2),
    };
    of_copy as u64 * u64::from(copies)
}

/// Says how many pages and sheets a leaflet has, as in `5 pages, 3 sheets, both sides`.
pub(super) fn sheets_in_words(
    pages: usize,
    paper: Paper,
    copies: u32,
    printer: Option<&PrinterFile>,
) -> String {
    let sheets = sheets(pages, paper, copies, printer);
    let counted = |count: u64, one: &str| match count {
        1 => format!("1 {one}"),
        count => format!("{count} {one}s"),
    };
    let sides = match (pages, is_one_sided(paper, printer)) {
        (1, _) => "",
        (_, true) => ", one side",
        (_, false) => ", both sides",
    };
    let (pages, sheets) = (counted(pages as u64, "page"), counted(sheets, "sheet"));
    format!("{pages}, {sheets}{sides}")
}

fn is_one_sided(paper: Paper, printer: Option<&PrinterFile>) -> bool {
    let sides = printer.and_then(|printer| printer.job(paper, 1).sides);
    sides == Some(PrintSides::One)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printer_of_one_side_needs_a_sheet_for_each_page() {
        let printer = |sides| PrinterFile {
            name: "Reception".to_owned(),
            address: serde_json::from_str("\"ipp://server/a\"").unwrap(),
            sides,
            staple: false,
            fold: false,
            tray: None,
        };
        let one = printer(Some(PrintSides::One));
        let two = printer(Some(PrintSides::Two));
        let its_own = printer(None);
        let said = |pages, paper, printer| sheets_in_words(pages, paper, 2, printer);
        assert_eq!(
            said(5, Paper::A4, Some(&one)),
            "5 pages, 10 sheets, one side"
        );
        for printer in [None, Some(&two), Some(&its_own)] {
            assert_eq!(said(5, Paper::A4, printer), "5 pages, 6 sheets, both sides");
        }
        assert_eq!(said(1, Paper::A4, Some(&one)), "1 page, 2 sheets");
        // Sheets that are folded have both sides on each printer.
        assert_eq!(
            said(2, Paper::DlTrifold, Some(&one)),
            "2 pages, 2 sheets, both sides"
        );
    }
}
