//! Job files of spreadsheet programs: workbooks, their faults, and dates.
//!
//! `tests/workbooks/write.py` wrote the workbooks with openpyxl. `visits.ods` and `visits-libreoffice.xlsx`
//! are from LibreOffice.

use std::fs;
use std::io::{Cursor, Write as _};
use std::path::Path;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::pdf_reader::PdfFile;
use crate::test_project::{Run, TestProject};

const TEXT: &str = "title: Your visit
welcome:
  heading: Welcome
  body: |
    {{patient.first_name}} comes on {{visit.date}} at {{visit.time}}, number {{patient.number}}, dose
    {{patient.dose}}, {{#if visit.first}}first{{else}}again{{/if}}, {{visit.share}}.
square:
  alt: A black square
  caption: A square
";

fn workbook(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/workbooks");
    fs::read(folder.join(name)).unwrap()
}

fn project(data: &str) -> TestProject {
    let project = TestProject::new();
    project.change(
        "library/visit/handout.yaml",
        "data: [patient.first_name]",
        &format!("data: {data}"),
    );
    project
}

/// Returns a project with the handout that prints all columns of `visits`.
fn visits() -> TestProject {
    let project = project(
        "[patient.first_name, { visit.date: date }, visit.time, patient.number, patient.dose, visit.first, visit.share]",
    );
    project.write("library/visit/text/en.yaml", TEXT);
    project
}

/// Returns a project whose handout prints `visit.date`.
fn dated(data: &str) -> TestProject {
    let project = project(data);
    project.change(
        "library/visit/text/en.yaml",
        "Dear {{patient.first_name}}, we",
        "Come on {{visit.date}}. We",
    );
    project
}

fn page(project: &TestProject, file: &str) -> String {
    let file = PdfFile::read(&project.leaflets("out")[file]);
    file.texts().join(" ").replace('\u{a0}', " ")
}

fn assert_says(run: &Run, expected: &[&str]) {
    for part in expected {
        assert!(run.stderr.contains(part), "{part}\n{}", run.stderr);
    }
}

#[test]
fn workbooks_of_two_programs_print_as_they_look() {
    for name in ["visits.xlsx", "visits.ods", "visits-libreoffice.xlsx"] {
        let project = visits();
        project.write(name, workbook(name));
        let run = project.batch(&[name, "-o", "out"]);
        assert_eq!(run.code, Some(0), "{name}: {}", run.stderr);
        assert_says(
            &run,
            &[
                "warning[skipped-rows]: row 1 of the sheet is above the header, and is left out",
                "warning[skipped-rows]: row 7 of the sheet is a row of totals, and is left out",
                "2 leaflets made (3 pages, 3 sheets)",
            ],
        );
        assert!(!run.stderr.contains("Ada"), "{}", run.stderr);
        assert_eq!(run.stderr.matches("warning").count(), 2, "{}", run.stderr);
        let first = page(&project, "000001-visit.pdf");
        let expected = "Ada comes on 3 April 2027 at 09:30, number 00123, dose 1.50, first, 50%.";
        assert!(first.contains(expected), "{name}: {first}");
        let second = page(&project, "000002-visit.pdf");
        let expected =
            "Zoë comes on 31 December 2027 at 14:00, number 01632 960123, dose 2.00, again, 12.5%.";
        assert!(second.contains(expected), "{name}: {second}");
        // Nothing has changed, so nothing is made again.
        let again = project.batch(&[name, "-o", "out", "--resume"]);
        assert_says(
            &again,
            &["0 leaflets made (0 pages, 0 sheets), 2 done before"],
        );
        let shard = project.batch(&[name, "-o", "part", "--shard", "2/2", "--json"]);
        assert_eq!(shard.code, Some(0), "{}", shard.stderr);
        assert_eq!(project.leaflets("part").len(), 1);
        let dry = project.batch(&[name, "--dry-run"]);
        assert_eq!(dry.code, Some(0), "{}", dry.stderr);
    }
}

#[test]
fn faulty_cells_fail_rows_that_print_them() {
    let project = TestProject::new();
    project.write("faults.xlsx", workbook("faults.xlsx"));
    let run = project.batch(&["faults.xlsx", "-o", "out"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert_says(
        &run,
        &[
            "error[spreadsheet-error]: row 1 (row 2 of the sheet), column `patient.first_name`: the cell is the spreadsheet error `#REF!`",
            "warning[spreadsheet-error]: row 2 (row 3 of the sheet), column `patient.note`: the cell is the spreadsheet error `#N/A`",
            "error[spreadsheet-error]: row 3 (row 4 of the sheet), column `patient.first_name`: the cell is a formula without a value",
            "error[spreadsheet-error]: row 4 (row 5 of the sheet), column `patient.first_name`: the cell is a number of more than 15 digits",
            "warning[spreadsheet-error]: row 5 (row 6 of the sheet), column `patient.first_name`: the cell has a number format",
            "error[spreadsheet-error]: row 6 (row 7 of the sheet), column `patient.first_name`: the cell is a date that does not exist",
            "warning[merged-cells]: cells are merged (B8 to B9)",
            "warning[empty-value]: row 8 (row 9 of the sheet), column `patient.first_name`: the value is empty",
            "4 leaflets made (4 pages, 4 sheets), 4 rows failed",
        ],
    );
}

#[test]
fn sheets_are_chosen_by_name() {
    let project = TestProject::new();
    project.write("sheets.xlsx", workbook("sheets.xlsx"));
    let run = project.batch(&["sheets.xlsx", "-o", "out"]);
    assert_eq!(run.code, Some(1));
    assert_says(
        &run,
        &[
            "error[invalid-header]: row 1 of the sheet: no column is called `handout`",
            "`--sheet NAME` chooses another: `December`",
        ],
    );
    let run = project.batch(&["sheets.xlsx", "-o", "out", "--sheet", "Decembre"]);
    assert_eq!(run.code, Some(2));
    assert_says(
        &run,
        &["the workbook has no sheet `Decembre`: its sheets are `Read me`, `December`"],
    );
    let run = project.batch(&["sheets.xlsx", "-o", "out", "--sheet", "December"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let run = project.batch(&["sheets.xlsx", "-o", "out", "--sheet", "Notes"]);
    assert_says(&run, &["`Read me`, `December`"]);
    project.write("jobs.csv", "handout\nvisit\n");
    let run = project.batch(&["jobs.csv", "--dry-run", "--sheet", "A"]);
    assert_says(&run, &["`--sheet` is for workbooks"]);
}

#[test]
fn files_that_cannot_be_read_say_how_to_go_on() {
    let zip = |names: &[&str]| {
        // An archive without content: local entries, then the directory.
        let mut bytes = Vec::new();
        let mut directory = Vec::new();
        for name in names {
            let length = u16::try_from(name.len()).unwrap().to_le_bytes();
            let offset = u32::try_from(bytes.len()).unwrap().to_le_bytes();
            bytes.extend_from_slice(b"PK\x03\x04\x14\0\0\0\0\0\0\0\x21\0\0\0\0\0\0\0\0\0\0\0\0\0");
            bytes.extend_from_slice(&length);
            bytes.extend_from_slice(&[0, 0]);
            bytes.extend_from_slice(name.as_bytes());
            directory.extend_from_slice(
                b"PK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\x21\0\0\0\0\0\0\0\0\0\0\0\0\0",
            );
            directory.extend_from_slice(&length);
            directory.extend_from_slice(&[0; 12]);
            directory.extend_from_slice(&offset);
            directory.extend_from_slice(name.as_bytes());
        }
        let start = u32::try_from(bytes.len()).unwrap().to_le_bytes();
        let count = u16::try_from(names.len()).unwrap().to_le_bytes();
        let size = u32::try_from(directory.len()).unwrap().to_le_bytes();
        bytes.extend_from_slice(&directory);
        bytes.extend_from_slice(b"PK\x05\x06\0\0\0\0");
        bytes.extend_from_slice(&[count, count].concat());
        bytes.extend_from_slice(&[size, start].concat());
        bytes.extend_from_slice(&[0, 0]);
        bytes
    };
    let compound = |name: &str| {
        let mut bytes = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
        bytes.extend(name.encode_utf16().flat_map(u16::to_le_bytes));
        bytes
    };
    let visits = workbook("visits.xlsx");
    let cut_off = visits[..visits.len() / 2].to_vec();
    for (bytes, says) in [
        (
            zip(&["[Content_Types].xml", "xl/workbook.bin"]),
            "binary workbook (`.xlsb`)",
        ),
        (
            zip(&["Index/Document.iwa", "Metadata/Properties.plist"]),
            "workbook of Numbers",
        ),
        (
            zip(&["[Content_Types].xml", "word/document.xml"]),
            "a document, not a workbook",
        ),
        (zip(&["jobs.csv"]), "a ZIP archive"),
        (
            zip(&["[Content_Types].xml", "xl/workbook.xml"]),
            "the workbook is damaged",
        ),
        (zip(&["mimetype", "content.xml"]), "the workbook is damaged"),
        (compound("EncryptedPackage"), "protected with a password"),
        (compound("Workbook"), "an old workbook (`.xls`)"),
        (compound("WordDocument"), "a document, not a workbook"),
        (cut_off, "the workbook is damaged"),
        (
            b"<html><table><tr><td>handout</td></tr></table></html>".to_vec(),
            "a web page",
        ),
        (b"<?xml version=\"1.0\"?><Workbook/>".to_vec(), "XML"),
        (b"%PDF-1.7".to_vec(), "a PDF file"),
    ] {
        let project = TestProject::new();
        project.write("jobs.xlsx", bytes);
        let run = project.batch(&["jobs.xlsx", "--dry-run"]);
        assert_eq!(run.code, Some(1), "{says}: {}", run.stderr);
        assert_says(&run, &["error[unreadable-workbook]", says, "= help: "]);
    }
}

#[test]
fn csv_of_spreadsheets_is_read_in_utf_16() {
    let text = "handout,patient.first_name\r\nvisit,Zoë ਊ\r\nplain,\"two\r\nlines\"\r\n";
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for bytes in [
        [b"\xff\xfe".as_slice(), &little].concat(),
        [b"\xfe\xff".as_slice(), &big].concat(),
        little,
        big,
    ] {
        let project = crate::batch::project();
        project.write("jobs.csv", bytes);
        let run = project.batch(&["jobs.csv", "-o", "out", "--max-errors", "9"]);
        // No face has the Gurmukhi letter: its code has the byte of a line feed.
        assert_says(
            &run,
            &[
                "row 1 (line 2), column `patient.first_name`: a value",
                "1 leaflet made",
            ],
        );
        assert!(!run.stderr.contains("legacy-encoding"), "{}", run.stderr);
    }
}

#[test]
fn titles_and_totals_are_named_and_left_out() {
    for (jobs, says) in [
        (
            "Visits of December,\n,\nhandout,copies\nvisit,1\n",
            "line 1 is above the header, and is left out",
        ),
        (
            "\"Visits, all\"\nPrinted today\nhandout;copies\nvisit;1\n",
            "lines 1 and 2 are above the header, and are left out",
        ),
        (
            "handout,copies\nvisit,1\nTotal,1\n",
            "line 3 is a row of totals, and is left out",
        ),
        (
            "handout,copies,patient.first_name\nvisit,1,Ada\n,1,Sum:\n,,\n\"\",\"\",\"\"\n",
            "line 3 is a row of totals",
        ),
    ] {
        let project = TestProject::new();
        project.write("jobs.csv", jobs);
        let run = project.batch(&["jobs.csv", "-o", "out"]);
        assert_eq!(run.code, Some(0), "{jobs}: {}", run.stderr);
        assert_says(&run, &["warning[skipped-rows]: ", says, "1 leaflet made"]);
    }
    // Further up, such a row may be a patient without a handout.
    let project = TestProject::new();
    project.write(
        "jobs.csv",
        "handout,patient.first_name\nvisit,Ada\n,Sum\nvisit,Bo\n",
    );
    let run = project.batch(&["jobs.csv", "-o", "out"]);
    assert_eq!(run.code, Some(1));
    assert_says(
        &run,
        &["error[missing-field]: row 2 (line 3)", "2 leaflets made"],
    );
    project.write("jobs.csv", "handout,copies\r\n");
    let run = project.batch(&["jobs.csv", "-o", "out", "--overwrite"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_says(
        &run,
        &["warning[no-rows]: the job file has a header and no rows"],
    );
}

#[test]
fn errors_of_spreadsheets_in_csv_are_not_printed() {
    let project = dated("[visit.date]");
    project.write(
        "jobs.csv",
        "handout,visit.date,patient.number\nvisit,#REF!,1\nvisit,########,1\nvisit,9.43E+09,1\nvisit,1900-01-00,1\n\
         visit,2027-04-03,#N/A\nvisit,,1\nvisit,NULL,1\n",
    );
    let run = project.batch(&["jobs.csv", "-o", "out"]);
    assert_eq!(run.code, Some(1));
    assert_says(
        &run,
        &[
            "error[spreadsheet-error]: row 1 (line 2), column `visit.date`: the cell is the spreadsheet error `#REF!`",
            "error[spreadsheet-error]: row 2 (line 3), column `visit.date`: the cell has `#` signs only",
            "error[spreadsheet-error]: row 3 (line 4), column `visit.date`: the cell is a number with an exponent",
            "error[spreadsheet-error]: row 4 (line 5), column `visit.date`: the cell is a date that does not exist",
            "warning[spreadsheet-error]: row 5 (line 6), column `patient.number`: the cell is the spreadsheet error `#N/A`",
            "warning[empty-value]: row 6 (line 7), column `visit.date`: the value is empty, and this text prints it",
            "warning[spreadsheet-error]: row 7 (line 8), column `visit.date`: the cell is `NULL`",
            "3 leaflets made",
            "4 rows failed",
        ],
    );
    assert!(!run.stderr.contains("9.43"), "{}", run.stderr);
    project.write("jobs.csv", "handout,copies\nvisit,#REF!\n");
    let run = project.batch(&["jobs.csv", "-o", "out", "--overwrite"]);
    assert_says(
        &run,
        &["error[spreadsheet-error]: row 1 (line 2), column `copies`"],
    );
}

#[test]
fn new_errors_of_excel_are_faults_of_their_cells() {
    let project = TestProject::new();
    project.write("new-errors.xlsx", workbook("new-errors.xlsx"));
    let run = project.batch(&["new-errors.xlsx", "-o", "out"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    let codes = [
        "SPILL", "CALC", "FIELD", "BLOCKED", "UNKNOWN", "CONNECT", "EXTERNAL", "BUSY", "PYTHON",
    ];
    for (row, code) in (1..).zip(codes) {
        let expected = format!(
            "warning[spreadsheet-error]: row {row} (row {} of the sheet), column `patient.note`: the cell is the spreadsheet error `#{code}!`",
            row + 1
        );
        assert_says(&run, &[&expected]);
    }
    assert_says(
        &run,
        &[
            "error[spreadsheet-error]: row 10 (row 11 of the sheet), column `patient.first_name`: the cell is the spreadsheet error `#SPILL!`",
            "10 leaflets made (10 pages, 10 sheets), 1 row failed",
        ],
    );
    assert!(page(&project, "000011-visit.pdf").contains("Grace"));
}

#[test]
fn false_is_false_in_every_job_file() {
    let project = visits();
    for (value, expected) in [
        ("TRUE", "first,"),
        ("true", "first,"),
        ("FALSE", "again,"),
        ("False", "again,"),
        ("false", "again,"),
        ("FALSKT", "again,"),
    ] {
        project.write(
            "jobs.csv",
            format!("handout,patient.first_name,visit.date,visit.time,patient.number,patient.dose,visit.first,visit.share\nvisit,Ada,2027-04-03,09:30,1,1,{value},1\n"),
        );
        let run = project.batch(&["jobs.csv", "-o", "out", "--overwrite"]);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        let page = page(&project, "000001-visit.pdf");
        assert!(page.contains(expected), "{value}: {page}");
    }
}

/// Zero counts as a value, and is printed as it is written.
#[test]
fn zero_is_a_value_in_every_job_file() {
    let project = project("[patient.children]");
    project.change(
        "library/visit/text/en.yaml",
        "Dear {{patient.first_name}}, we",
        "{{#if patient.children}}With {{patient.children}}{{else}}Without{{/if}}, we",
    );
    for (written, expected) in [("0", "With 0,"), ("0.00", "With 0.00,"), ("", "Without,")] {
        project.write(
            "jobs.csv",
            format!("handout,patient.children\nvisit,{written}\n"),
        );
        let number = if written.is_empty() { "null" } else { written };
        let row = format!("{{\"handout\": \"visit\", \"patient\": {{\"children\": {number}}}}}\n");
        project.write("jobs.jsonl", row);
        let name = |name| {
            format!(
                "<table:table-cell office:value-type=\"string\"><text:p>{name}</text:p></table:table-cell>"
            )
        };
        let value = match written {
            "" => "<table:table-cell/>".to_owned(),
            shown => format!(
                "<table:table-cell office:value-type=\"float\" office:value=\"0\"><text:p>{shown}</text:p></table:table-cell>"
            ),
        };
        let rows = [
            [name("handout"), name("patient.children")].concat(),
            [name("visit"), value].concat(),
        ];
        let rows = rows.map(|row| format!("<table:table-row>{row}</table:table-row>"));
        project.write("jobs.ods", open_document(&rows.concat()));
        for jobs in ["jobs.csv", "jobs.jsonl", "jobs.ods"] {
            let run = project.batch(&[jobs, "-o", "out", "--overwrite"]);
            assert_eq!(run.code, Some(0), "{jobs}: {}", run.stderr);
            let page = page(&project, "000001-visit.pdf");
            assert!(page.contains(expected), "{jobs} {written}: {page}");
        }
        project.write(
            "reader.yaml",
            format!("patient: {{ children: {number} }}\n"),
        );
        let run = project.generate(&["visit", "--data", "reader.yaml", "-o", "-"]);
        let page = PdfFile::read(&run.stdout).texts().join(" ");
        assert!(page.contains(expected), "{written}: {page}");
    }
}

#[test]
fn declared_dates_are_read_or_refused() {
    for data in ["[{ visit.date: date }]", "[]"] {
        let project = dated(data);
        if data == "[]" {
            project.write(
                "library/clinics/example/clinic.yaml",
                "name: Small Clinic\ndata: [{ visit.date: date }]\n",
            );
        }
        project.write(
            "jobs.csv",
            "handout,visit.date\nvisit,03/04/2027\nvisit,31/12/2027\nvisit,3 April 2027\nvisit,46357\nvisit,soon\n\
             visit,2027-04-03 09:30\nvisit,3/4/27\n",
        );
        let run = project.batch(&["jobs.csv", "-o", "out"]);
        assert_eq!(run.code, Some(1), "{}", run.stderr);
        assert_says(
            &run,
            &[
                "error[ambiguous-date]: row 1 (line 2), column `visit.date`: the date can be read in two ways: day before month (dmy) or month before day (mdy)",
                "date_order: dmy",
                "error[invalid-value]: row 4 (line 5), column `visit.date`: the value is the number of a day",
                "error[invalid-value]: row 5 (line 6), column `visit.date`: the value is not a date",
                "warning[invalid-value]: row 6 (line 7), column `visit.date`: the date has a time of day",
                "error[ambiguous-date]: row 7 (line 8), column `visit.date`: the year of the date has two digits",
            ],
        );
        assert!(!run.stderr.contains("/04"), "{}", run.stderr);
        assert!(page(&project, "000002-visit.pdf").contains("Come on 31 December 2027."));
        assert!(page(&project, "000003-visit.pdf").contains("Come on 3 April 2027."));
    }
}

#[test]
fn order_of_dates_comes_from_the_clinic() {
    for (order, expected) in [("dmy", "3 April 2027"), ("mdy", "4 March 2027")] {
        let project = dated("[{ visit.date: date }]");
        project.write(
            "library/clinics/example/clinic.yaml",
            format!("name: Small Clinic\ndefaults: {{ date_order: {order} }}\n"),
        );
        project.done("handout,visit.date\nvisit,03/04/2027\n", &[]);
        assert!(page(&project, "000001-visit.pdf").contains(expected));
        let run = project.generate(&["visit", "--set", "visit.date=13/14/2027"]);
        assert_says(
            &run,
            &[
                "error[invalid-value]",
                "`visit.date`: the date is not in the calendar",
            ],
        );
    }
}

#[test]
fn undeclared_date_in_numbers_is_a_warning() {
    for (value, is_raw) in [
        ("03/04/2027", true),
        ("31.12.2027", true),
        ("03-Apr-27", true),
        ("2027-04-03 00:00:00", true),
        ("2027-04-03", false),
        ("3 April 2027", false),
        ("Ward 3/4", false),
        ("01632 960 123", false),
        ("46357", false),
    ] {
        let project = dated("[visit.date]");
        project.write("jobs.csv", format!("handout,visit.date\nvisit,{value}\n"));
        let run = project.batch(&["jobs.csv", "-o", "out"]);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        let says = "warning[raw-date]: row 1 (line 2), column `visit.date`: the value is a date";
        assert_eq!(run.stderr.contains(says), is_raw, "{value}: {}", run.stderr);
        let is_count = run.stderr.contains(
            "warning[raw-date]: row 1 (line 2), column `visit.date`: the value is a number",
        );
        assert_eq!(is_count, value == "46357", "{value}: {}", run.stderr);
    }
}

#[test]
fn what_a_list_looks_like_is_not_lost() {
    for name in ["looks.xlsx", "looks.ods"] {
        let project = project("[patient.first_name, { visit.date: date }]");
        project.change(
            "library/visit/text/en.yaml",
            "Dear {{patient.first_name}}, we",
            "Dear {{patient.first_name}}, come on {{visit.date}}. We",
        );
        project.write(name, workbook(name));
        let run = project.batch(&[name, "-o", "out"]);
        assert_eq!(run.code, Some(1), "{name}: {}", run.stderr);
        let struck = "the text of the cell, or a part of it, is struck out";
        let expected = [
            "warning[hidden-cells]: rows 3 to 4, 9 of the sheet are hidden, perhaps by a filter, and get leaflets, too".to_owned(),
            "warning[hidden-cells]: column D (`patient.note`) of the sheet is hidden, and is read, too".to_owned(),
            "error[spreadsheet-error]: row 2 (row 3 of the sheet), column `visit.date`: the cell shows a part of a date, such as month and year".to_owned(),
            "warning[spreadsheet-error]: row 3 (row 4 of the sheet), column `visit.date`: the cell shows a date without its year".to_owned(),
            format!("error[spreadsheet-error]: row 4 (row 5 of the sheet), column `handout`: {struck}"),
            format!("error[spreadsheet-error]: row 5 (row 6 of the sheet), column `visit.date`: {struck}"),
            format!("error[spreadsheet-error]: row 6 (row 7 of the sheet), column `patient.first_name`: {struck}"),
            format!("warning[spreadsheet-error]: row 8 (row 9 of the sheet), column `patient.note`: {struck}"),
        ];
        assert_says(&run, &expected.each_ref().map(String::as_str));
        assert_eq!(
            run.stderr.matches(struck).count(),
            4,
            "{name}: {}",
            run.stderr
        );
        // A row that is struck out as a whole has one error, and a comment is not a part of its cell.
        let made: Vec<String> = project.leaflets("out").into_keys().collect();
        let rows = [1, 3, 7, 8].map(|row| format!("{row:06}-visit.pdf"));
        assert_eq!(made, rows, "{name}");
        let last = page(&project, "000008-visit.pdf");
        assert!(
            last.contains("Dear Hal, come on 3 April 2027."),
            "{name}: {last}"
        );
        let bold = page(&project, "000007-visit.pdf");
        assert!(bold.contains("Dear Gus Green, come"), "{name}: {bold}");
    }
}

/// Returns a workbook of LibreOffice with these rows of a table.
fn open_document(rows: &str) -> Vec<u8> {
    open_document_with(rows, "", "")
}

/// Returns a workbook of LibreOffice with these rows of a table, its styles, and those that all its sheets share.
fn open_document_with(rows: &str, own_styles: &str, shared_styles: &str) -> Vec<u8> {
    let names = ["office", "style", "text", "table", "draw", "number"]
        .map(|name| format!("xmlns:{name}=\"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0\""))
        .join(" ");
    let shared = format!(
        "<office:document-styles {names}><office:styles>{shared_styles}</office:styles></office:document-styles>"
    );
    let content = format!(
        "<office:document-content {names}><office:automatic-styles>\
         <style:style style:name=\"T1\" style:family=\"text\"><style:text-properties style:text-position=\"33% 58%\"/></style:style>\
         <style:style style:name=\"T2\" style:family=\"text\"><style:text-properties style:text-position=\"0% 100%\"/></style:style>\
         {own_styles}</office:automatic-styles><office:body><office:spreadsheet><table:table table:name=\"A\">{rows}</table:table>\
         </office:spreadsheet></office:body></office:document-content>"
    );
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", &content),
        ("styles.xml", &shared),
        (
            "META-INF/manifest.xml",
            "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>",
        ),
    ] {
        archive
            .start_file(name, SimpleFileOptions::default())
            .unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn raised_text_and_values_below_merged_cells_fail_their_rows() {
    let project = TestProject::new();
    let cell = |kind: &str, attributes: &str, words: &str| {
        format!(
            "<table:{kind} office:value-type=\"string\"{attributes}><text:p>{words}</text:p></table:{kind}>"
        )
    };
    let row = |cells: [String; 2]| format!("<table:table-row>{}</table:table-row>", cells.concat());
    let visit = || cell("table-cell", "", "visit");
    let span = |style: &str| format!("10<text:span text:style-name=\"{style}\">9</text:span>");
    let merged = " table:number-rows-spanned=\"2\" table:number-columns-spanned=\"1\"";
    let rows = [
        row(["handout", "patient.first_name"].map(|name| cell("table-cell", "", name))),
        row([visit(), cell("table-cell", "", &span("T1"))]),
        row([visit(), cell("table-cell", "", &span("T2"))]),
        row([visit(), cell("table-cell", merged, "Ada")]),
        row([visit(), cell("covered-table-cell", "", "Bo")]),
    ];
    project.write("jobs.ods", open_document(&rows.concat()));
    let run = project.batch(&["jobs.ods", "-o", "out"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    let place = |row: u32| {
        format!(
            "error[spreadsheet-error]: row {row} (row {} of the sheet), column `patient.first_name`: ",
            row + 1
        )
    };
    let raised = format!("{}a part of the text of the cell is raised", place(1));
    let covered = format!("{}the spreadsheet hides the cell", place(4));
    assert_says(
        &run,
        &[&raised, &covered, "warning[merged-cells]", "2 rows failed"],
    );
    assert!(page(&project, "000002-visit.pdf").contains("Dear 109,"));
    assert!(page(&project, "000003-visit.pdf").contains("Dear Ada,"));
}

#[test]
fn cells_print_what_their_sheet_shows_and_nothing_inside_it() {
    let note = "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>not on Sundays</text:p>\
                </text:note-body></text:note>";
    let remark = "<office:annotation><text:p>remark</text:p></office:annotation>";
    let text = |inner: &str| {
        format!("<table:table-cell office:value-type=\"string\">{inner}</table:table-cell>")
    };
    let time = |value: &str| {
        format!("<table:table-cell office:value-type=\"time\" office:time-value=\"{value}\"/>")
    };
    let inside = "the text of the cell has another text inside";
    let ruby = "<text:ruby><text:ruby-base>Ki</text:ruby-base><text:ruby-text>KI</text:ruby-text></text:ruby>";
    let frame = "<draw:frame><draw:text-box><text:p>BOX</text:p></draw:text-box></draw:frame>";
    let image = "<draw:frame><draw:image/><text:p/></draw:frame>";
    let percent = "<table:table-cell office:value-type=\"percentage\" office:value=\"0.5\"/>";
    for (cell, expected) in [
        (text(&format!("<text:p>Ada{note}</text:p>")), Err(inside)),
        (text(&format!("<text:p>A{ruby}</text:p>")), Err(inside)),
        (text(&format!("{frame}<text:p>Ada</text:p>")), Err(inside)),
        (
            text("<text:p>Ada<text:hidden-text>Bo</text:hidden-text></text:p>"),
            Err(inside),
        ),
        (
            text(&format!("{remark}<text:p>Ada</text:p>")),
            Ok("Dear Ada, we"),
        ),
        (
            text(&format!("<text:p>Ada</text:p>{image}")),
            Ok("Dear Ada, we"),
        ),
        (time("PT1M30S"), Ok("Dear 00:01:30, we")),
        (time("PT90M"), Ok("Dear 01:30, we")),
        (
            time("P1M"),
            Err("the cell has a format that the program does not know"),
        ),
        (
            percent.to_owned(),
            Err("the cell has a format that the program does not know"),
        ),
    ] {
        let project = TestProject::new();
        let names =
            ["handout", "patient.first_name"].map(|name| text(&format!("<text:p>{name}</text:p>")));
        let row = |cells: &str| format!("<table:table-row>{cells}</table:table-row>");
        let rows = row(&names.concat()) + &row(&(text("<text:p>visit</text:p>") + &cell));
        project.write("jobs.ods", open_document(&rows));
        let run = project.batch(&["jobs.ods", "-o", "out"]);
        match expected {
            Ok(words) => {
                assert_eq!(run.code, Some(0), "{cell}: {}", run.stderr);
                let page = page(&project, "000001-visit.pdf");
                assert!(page.contains(words), "{cell}: {page}");
            }
            Err(words) => {
                assert_eq!(run.code, Some(1), "{cell}: {}", run.stderr);
                assert_says(&run, &["error[spreadsheet-error]: row 1", words]);
            }
        }
    }
}

#[test]
fn dates_of_libreoffice_have_the_parts_that_their_sheet_shows() {
    const PARTS: &str = "<number:day/><number:text>.</number:text><number:month/><number:text>.</number:text>\
                         <number:year/>";
    const TIME: &str = "<number:hours number:style=\"long\"/><number:text>:</number:text>\
                        <number:minutes number:style=\"long\"/>";
    let words = "the format of the cell adds words or signs to a date or a time";
    for (format, expected) in [
        (PARTS.to_owned(), Ok("3 April 2027")),
        (
            format!("{PARTS}<number:text> </number:text>{TIME}"),
            Ok("2027-04-03 09:30"),
        ),
        (
            format!("{PARTS}<number:text> um </number:text>{TIME}<number:text> Uhr</number:text>"),
            Err(words),
        ),
        (TIME.to_owned(), Ok("09:30")),
        (
            "<number:month/><number:year/>".to_owned(),
            Err("the cell shows a part of a date"),
        ),
    ] {
        let project = dated("[visit.date]");
        let style = format!(
            "<number:date-style style:name=\"N1\">{format}</number:date-style>\
             <style:style style:name=\"own\" style:data-style-name=\"N1\"/>"
        );
        let cell = "<table:table-cell table:style-name=\"child\" office:value-type=\"date\" \
                    office:date-value=\"2027-04-03T09:30:00\"><text:p>x</text:p></table:table-cell>";
        let text = |words: &str| {
            format!(
                "<table:table-cell office:value-type=\"string\"><text:p>{words}</text:p></table:table-cell>"
            )
        };
        let rows = format!(
            "<table:table-row>{}{}</table:table-row><table:table-row>{}{cell}</table:table-row>",
            text("handout"),
            text("visit.date"),
            text("visit"),
        );
        // The style of the cell inherits from one that all sheets share.
        let child = "<style:style style:name=\"child\" style:parent-style-name=\"own\"/>";
        project.write("jobs.ods", open_document_with(&rows, child, &style));
        let run = project.batch(&["jobs.ods", "-o", "out"]);
        match expected {
            Ok(date) => {
                assert_eq!(run.code, Some(0), "{format}: {}", run.stderr);
                let page = page(&project, "000001-visit.pdf");
                assert!(
                    page.contains(&format!("Come on {date}. We")),
                    "{format}: {page}"
                );
            }
            Err(words) => {
                assert_eq!(run.code, Some(1), "{format}: {}", run.stderr);
                assert_says(&run, &["error[spreadsheet-error]: row 1", words]);
            }
        }
    }
}

#[test]
fn a_list_on_a_hidden_sheet_is_named() {
    let project = TestProject::new();
    project.write("hidden.xlsx", workbook("hidden.xlsx"));
    let run = project.batch(&["hidden.xlsx", "-o", "out"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    let expected = [
        "row 1 of the sheet: no column is called `handout`",
        "if the list is in `Visits`, show that sheet",
    ];
    assert_says(&run, &expected);
}

#[test]
fn columns_and_cells_of_hospital_programs_are_read_or_refused() {
    let project = TestProject::new();
    project.write(
        "a.csv",
        "handout,patient.first_name\nvisit,\"=\"\"Ada\"\"\"\n",
    );
    let run = project.batch(&["a.csv", "-o", "out"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(page(&project, "000001-visit.pdf").contains("Dear Ada,"));
    project.write("b.csv", "handout,\"patient.\nfirst_name\"\nvisit,Ada\n");
    let run = project.batch(&["b.csv", "-o", "other"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert_says(&run, &["the name of column 2 has a line break"]);
}
