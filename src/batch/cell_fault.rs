//! `spreadsheet-error`: cells that a spreadsheet spoilt, such as `#REF!` or `9.43E+09`.
//!
//! A leaflet must not print them. Where no text uses them, they are worth a warning.

use encoding_rs::WINDOWS_1252;

use crate::finding::{Finding, Severity};

/// Codes without `!` or `?` at the end. Spreadsheets translate some.
const CODES: [&str; 7] = [
    "#N/A",
    "#N/D",
    "#NV",
    "#N/B",
    "#I/T",
    "#GETTING_DATA",
    "#DATA",
];
/// Forms of day 0, which spreadsheets show for an empty cell with a date format.
const DAYS_ZERO: [&str; 9] = [
    "1900-01-00",
    "00/01/1900",
    "0/1/1900",
    "01/00/1900",
    "1/0/1900",
    "00.01.1900",
    "1899-12-30",
    "30/12/1899",
    "12/30/1899",
];
/// Maximum length of a code or a number.
const MAX_CODE: usize = 32;
/// Minimum number of decimals of a number that looks like a time of day, such as 0.395833333333333.
const MANY_DECIMALS: usize = 10;

/// Damage that a spreadsheet did to a cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum CellFault {
    /// Code such as `#REF!`.
    Error(String),
    /// `########`.
    TooNarrow,
    /// `9.43E+09`.
    Exponent,
    /// Day 0, or a day that is not in the calendar.
    NoDay,
    /// A number with more digits than a spreadsheet keeps.
    LostDigits,
    /// The spreadsheet shows a month or a year, and the value is a day.
    DayNotShown,
    /// The spreadsheet shows a day without its year.
    YearNotShown,
    /// A format that adds words to a date or a time.
    DateWords,
    /// A text with another one inside: a note, ruby, hidden words or a text box.
    TextInside,
    /// Text that is struck out, wholly or in part.
    StruckOut,
    /// Text with a raised or lowered part, as in 10⁹.
    Raised,
    /// Cells that are merged with the cell, and that the spreadsheet hides.
    Covered,
    /// A formula without its value.
    NoValue,
    /// A format that adds words or units that the program cannot write, or that hides the value.
    LostWords,
    /// A number in a format that the program does not know. Its text is the number without format.
    UnknownFormat,
    /// `NULL`, which may also be a name.
    Null,
    /// `=A1+1` as text.
    Formula,
    /// 0.395833333333333.
    ManyDecimals,
    /// `'0123`: with this mark, spreadsheets keep a number as text.
    TextMark,
    /// U+FFFD, which programs write for a letter that they cannot read.
    LostLetter,
    /// UTF-8 that a program read as Windows-1252, as in `ZoÃ«`.
    Garbled,
}

/// A faulty cell of a row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct FaultyCell {
    /// Name of the column.
    pub(super) column: String,
    pub(super) fault: CellFault,
}

impl CellFault {
    /// Finds the fault of a cell; `None` for nearly all cells.
    pub(super) fn of(cell: &str) -> Option<CellFault> {
        let first = *cell.as_bytes().first()?;
        match first {
            b'#' if is_code(cell) => Some(CellFault::Error(cell.to_owned())),
            b'#' if cell.len() > 1 && cell.bytes().all(|byte| byte == b'#') => {
                Some(CellFault::TooNarrow)
            }
            b'E' if is_libreoffice_code(cell) => Some(CellFault::Error(cell.to_owned())),
            b'=' if cell.len() > 1 => Some(CellFault::Formula),
            b'\'' if has_text_mark(cell) => Some(CellFault::TextMark),
            b'N' | b'n' if matches!(cell, "NULL" | "NaN" | "nan") => Some(CellFault::Null),
            b'-' | b'0'..=b'9' => of_number(cell),
            _ if cell.is_ascii() => None,
            _ if cell.contains('\u{fffd}') => Some(CellFault::LostLetter),
            _ if is_misread_utf8(cell) => Some(CellFault::Garbled),
            _ => None,
        }
    }

    /// Returns whether a leaflet must not print the cell.
    fn is_certain(&self) -> bool {
        !matches!(
            self,
            CellFault::UnknownFormat
                | CellFault::YearNotShown
                | CellFault::Null
                | CellFault::Formula
                | CellFault::ManyDecimals
                | CellFault::TextMark
        )
    }

    /// Returns an error if a text uses the cell, else a warning. A doubtful cell is a warning, too.
    pub(super) fn finding(&self, column: &str, is_used: bool) -> Finding {
        const CORRECT: &str =
            "correct the cell in the spreadsheet, or empty it, and save the file again";
        let (message, help) = match self {
            CellFault::Error(code) => (
                format!("the cell is the spreadsheet error `{code}`"),
                CORRECT,
            ),
            CellFault::TooNarrow => (
                "the cell has `#` signs only: its column was too narrow".to_owned(),
                "widen the column in the spreadsheet, and save the file again",
            ),
            CellFault::Exponent => (
                "the cell is a number with an exponent, such as `1.2E+09`, which has lost digits"
                    .to_owned(),
                "format the column as text, type the number again, and save the file again",
            ),
            CellFault::NoDay => (
                "the cell is a date that does not exist, such as `1900-01-00`".to_owned(),
                CORRECT,
            ),
            CellFault::LostDigits => (
                "the cell is a number of more than 15 digits, of which a spreadsheet loses some"
                    .to_owned(),
                "format the column as text, type the number again, and save the file again",
            ),
            CellFault::DayNotShown => (
                "the cell shows a part of a date, such as month and year, and a leaflet would show a day"
                    .to_owned(),
                "format the cell as text, and write what the leaflet is to show, such as `May 2027`; or format it with day, month and year",
            ),
            CellFault::YearNotShown => (
                "the cell shows a date without its year, and a leaflet shows the year: is it right?".to_owned(),
                "format the column with day, month and year, such as `dd/mm/yyyy`, and look at the years",
            ),
            CellFault::DateWords => (
                "the format of the cell adds words or signs to a date or a time, and a leaflet would not print them"
                    .to_owned(),
                "format the column as text, and write what the leaflet is to print, such as `3 April 2027, 9:30 am`; or take them out of the format",
            ),
            CellFault::TextInside => (
                "the text of the cell has another text inside, such as a note, a text box, hidden words, or small words above"
                    .to_owned(),
                "type the text again in an empty cell, and put the note in a cell beside it; comments may stay",
            ),
            CellFault::StruckOut => (
                "the text of the cell, or a part of it, is struck out".to_owned(),
                "delete what is struck out, or the whole row, or remove the line through the text; then save the file again",
            ),
            CellFault::Raised => (
                "a part of the text of the cell is raised or lowered, which a leaflet does not show: 10\u{2079} would become 109"
                    .to_owned(),
                "type the sign itself, such as `\u{b2}`, `\u{2079}` or `\u{2082}`, in place of the number that is raised or lowered, and save the file again",
            ),
            CellFault::Covered => (
                "the spreadsheet hides the cell, and its value, below the cell that it is merged with".to_owned(),
                "split the cells in the spreadsheet, and look which value each row is to have",
            ),
            CellFault::NoValue => (
                "the cell is a formula without a value".to_owned(),
                "open the file in a spreadsheet program, which computes the value, and save it",
            ),
            CellFault::LostWords => (
                "the cell has a format that the program does not know, and that may add a unit or hide the value".to_owned(),
                "format the column as text, and write what the leaflet is to print, such as `5 mg`",
            ),
            CellFault::UnknownFormat => (
                "the cell has a number format that the program does not know: the number is read without it"
                    .to_owned(),
                "format the column as text, or as a number with decimals",
            ),
            CellFault::Null => (
                "the cell is `NULL` or `NaN`: is it an empty value of a database?".to_owned(),
                CORRECT,
            ),
            CellFault::Formula => (
                "the cell begins with `=`: is it a formula?".to_owned(),
                CORRECT,
            ),
            CellFault::ManyDecimals => (
                "the cell is a number with many decimals: is it a time of day?".to_owned(),
                "format the column in the spreadsheet as it is to be printed",
            ),
            CellFault::TextMark => (
                "the cell begins with `'`: is it the mark of a spreadsheet for text? A leaflet prints it".to_owned(),
                "delete the mark in the file; a column with the format text needs none",
            ),
            CellFault::LostLetter => (
                "the cell lost a letter (U+FFFD) when a program wrote the file".to_owned(),
                "export the file again with the encoding UTF-8",
            ),
            CellFault::Garbled => (
                "the letters of the cell are garbled: a program read UTF-8 as another encoding"
                    .to_owned(),
                "export the file again with the encoding UTF-8, from the data before they were garbled",
            ),
        };
        let finding = Finding::warning("spreadsheet-error", message)
            .help(help)
            .in_column(column);
        let severity = if is_used && self.is_certain() {
            Severity::Error
        } else {
            Severity::Warning
        };
        Finding {
            severity,
            ..finding
        }
    }
}

/// Whether a cell is an error code, as in `#REF!`, `#NAME?` or the French `#VALEUR!`.
fn is_code(cell: &str) -> bool {
    if CODES.contains(&cell) {
        return true;
    }
    let Some(name) = cell
        .strip_prefix('#')
        .map(|name| name.trim_start_matches(['\u{a1}', '\u{bf}']))
        .filter(|name| name.len() <= MAX_CODE)
    else {
        return false;
    };
    // Spanish codes begin with an inverted mark and may end without one.
    let has_inverted_mark = name.len() + 1 < cell.len();
    let word = name
        .strip_suffix(['!', '?'])
        .or(has_inverted_mark.then_some(name));
    word.is_some_and(|word| {
        word.chars().any(char::is_uppercase)
            && word
                .chars()
                .all(|c| c.is_uppercase() || c.is_ascii_digit() || matches!(c, '/' | '_'))
    })
}

/// Whether a cell is an error code of LibreOffice, such as `Err:502`.
fn is_libreoffice_code(cell: &str) -> bool {
    cell.strip_prefix("Err:")
        .is_some_and(|code| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether a cell is a number or a formula behind an apostrophe. Words such as `'s-Gravenhage` and quoted ones are
/// not.
fn has_text_mark(cell: &str) -> bool {
    let rest = &cell[1..];
    let is_mark = rest.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '=' | '+' | '@'));
    is_mark && !rest.contains('\'')
}

fn of_number(cell: &str) -> Option<CellFault> {
    if DAYS_ZERO.iter().any(|day| {
        cell.strip_prefix(day)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', 'T']))
    }) {
        return Some(CellFault::NoDay);
    }
    if cell.len() > MAX_CODE {
        return None;
    }
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let number = cell.strip_prefix('-').unwrap_or(cell);
    let (number, exponent) = match number.split_once(['E', 'e']) {
        Some((number, exponent)) => (number, Some(exponent)),
        None => (number, None),
    };
    let (whole, decimals) = number.split_once(['.', ',']).unwrap_or((number, ""));
    if whole.is_empty() || !all_digits(whole) || !all_digits(decimals) {
        return None;
    }
    match exponent {
        Some(exponent) => {
            let digits = exponent.strip_prefix(['+', '-'])?;
            ((1..=3).contains(&digits.len()) && whole.len() <= 3 && all_digits(digits))
                .then_some(CellFault::Exponent)
        }
        None => (decimals.len() >= MANY_DECIMALS).then_some(CellFault::ManyDecimals),
    }
}

/// Returns whether a text is UTF-8 that was read as Windows-1252, as in `ZoÃ«` for `Zoë`.
fn is_misread_utf8(text: &str) -> bool {
    let (bytes, _, has_errors) = WINDOWS_1252.encode(text);
    !has_errors && !text.is_ascii() && std::str::from_utf8(&bytes).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_that_a_spreadsheet_spoilt_are_found() {
        let codes = [
            "#N/A",
            "#REF!",
            "#DIV/0!",
            "#NAME?",
            "#NUM!",
            "#VALUE!",
            "#NULL!",
            "#SPILL!",
            "#CALC!",
            "#GETTING_DATA",
            "#WERT!",
            "#BEZUG!",
            "#NV",
            "#VALEUR!",
            "#\u{a1}REF!",
            "#SAKNAS!",
            "#V\u{c4}RDEFEL!",
            "#I/T",
            "#PUUTTUU!",
            "Err:502",
            "#\u{bf}NOMBRE?",
            "#ERROR!",
        ];
        for code in codes {
            let fault = CellFault::of(code);
            assert_eq!(fault, Some(CellFault::Error(code.to_owned())), "{code}");
        }
        for (cell, fault) in [
            ("########", CellFault::TooNarrow),
            ("9.43E+09", CellFault::Exponent),
            ("9.43E+9", CellFault::Exponent),
            ("Zo\u{fffd}", CellFault::LostLetter),
            ("ZoÃ«", CellFault::Garbled),
            ("donâ€™t", CellFault::Garbled),
            ("-1,2E+12", CellFault::Exponent),
            ("9.43e+09", CellFault::Exponent),
            ("1900-01-00", CellFault::NoDay),
            ("1/0/1900", CellFault::NoDay),
            ("30/12/1899 00:00", CellFault::NoDay),
            ("NULL", CellFault::Null),
            ("=SUM(A1:A3)", CellFault::Formula),
            ("0.395833333333333", CellFault::ManyDecimals),
            ("'0123", CellFault::TextMark),
            ("'+44 1632 960 123", CellFault::TextMark),
            ("'=A1", CellFault::TextMark),
        ] {
            assert_eq!(CellFault::of(cell), Some(fault), "{cell}");
        }
    }

    #[test]
    fn ordinary_cells_are_not_faulty() {
        for cell in [
            "",
            "Ada",
            "#",
            "#1",
            "# 3 Mill Lane",
            "#hashtag",
            "Null",
            "Nullmeyer",
            "1E5",
            "12E05",
            "01632 960 123",
            "1.50",
            "2026-12-01",
            "-",
            "-5",
            "E",
            "Err",
            "E+10",
            "=",
            "3/4/1900",
            "No. 7",
            "10/01/1900",
            "1e3",
            "A1!",
            "#!",
            "#?",
            "1.2.3",
            "'",
            "'s-Gravenhage",
            "'t Hooft",
            "'12' Mill Lane",
        ] {
            assert_eq!(CellFault::of(cell), None, "{cell}");
        }
    }
}
