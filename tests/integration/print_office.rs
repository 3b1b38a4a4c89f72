//! Bundles for a print office: marks on sheets, files for trays, and the order of the rows.

use std::collections::BTreeMap;
use std::fs;

use crate::batch::project;
use crate::golden::render;
use crate::pdf_reader::PdfFile;
use crate::test_project::TestProject;
use image::{GrayImage, RgbImage, imageops};
use serde_json::Value;

/// Three pixels for each module.
const DPI: f32 = 225.0;
/// Distance of the middle of a code from the right edge.
const MIDDLE_MM: f32 = 8.5;
/// Distance of a mark from the upper edge.
const TOP_MM: f32 = 26.0;

/// Patterns of the values 0 to 106 in ISO/IEC 15417, with a bar for each 1 and a space for each 0. The last one is
/// the stop character without its last bar.
const PATTERNS: [&str; 107] = [
    "11011001100",
    "11001101100",
    "11001100110",
    "10010011000",
    "10010001100",
    "10001001100",
    "10011001000",
    "10011000100",
    "10001100100",
    "11001001000",
    "11001000100",
    "11000100100",
    "10110011100",
    "10011011100",
    "10011001110",
    "10111001100",
    "10011101100",
    "10011100110",
    "11001110010",
    "11001011100",
    "11001001110",
    "11011100100",
    "11001110100",
    "11101101110",
    "11101001100",
    "11100101100",
    "11100100110",
    "11101100100",
    "11100110100",
    "11100110010",
    "11011011000",
    "11011000110",
    "11000110110",
    "10100011000",
    "10001011000",
    "10001000110",
    "10110001000",
    "10001101000",
    "10001100010",
    "11010001000",
    "11000101000",
    "11000100010",
    "10110111000",
    "10110001110",
    "10001101110",
    "10111011000",
    "10111000110",
    "10001110110",
    "11101110110",
    "11010001110",
    "11000101110",
    "11011101000",
    "11011100010",
    "11011101110",
    "11101011000",
    "11101000110",
    "11100010110",
    "11101101000",
    "11101100010",
    "11100011010",
    "11101111010",
    "11001000010",
    "11110001010",
    "10100110000",
    "10100001100",
    "10010110000",
    "10010000110",
    "10000101100",
    "10000100110",
    "10110010000",
    "10110000100",
    "10011010000",
    "10011000010",
    "10000110100",
    "10000110010",
    "11000010010",
    "11001010000",
    "11110111010",
    "11000010100",
    "10001111010",
    "10100111100",
    "10010111100",
    "10010011110",
    "10111100100",
    "10011110100",
    "10011110010",
    "11110100100",
    "11110010100",
    "11110010010",
    "11011011110",
    "11011110110",
    "11110110110",
    "10101111000",
    "10100011110",
    "10001011110",
    "10111101000",
    "10111100010",
    "11110101000",
    "11110100010",
    "10111011110",
    "10111101110",
    "11101011110",
    "11110101110",
    "11010000100",
    "11010010000",
    "11010011100",
    "11000111010",
];

/// Returns the digits of the code at the right edge of a page; `None` for a page without marks.
fn decoded(page: &RgbImage) -> Option<String> {
    let page: GrayImage = imageops::grayscale(page);
    let x = page.width() - (MIDDLE_MM / 25.4 * DPI).round() as u32;
    let dark: Vec<bool> = (0..page.height())
        .map(|y| page.get_pixel(x, y)[0] < 128)
        .collect();
    // The mark begins here. Above it, the page may be dark.
    let top = (TOP_MM / 25.4 * DPI).ceil() as usize;
    let first = top + dark[top..].iter().position(|&dark| dark)?;
    // Bars and spaces, until a light area of ten modules.
    let module = DPI / 75.0;
    let mut runs: Vec<u32> = Vec::new();
    let mut rest = &dark[first..];
    loop {
        let &colour = rest.first()?;
        let end = rest
            .iter()
            .position(|&dark| dark != colour)
            .unwrap_or(rest.len());
        let modules = (end as f32 / module).round() as u32;
        if !colour && modules >= 10 {
            break;
        }
        assert!(
            (end as f32 - modules as f32 * module).abs() <= 1.0,
            "{end} pixels"
        );
        runs.push(modules);
        rest = &rest[end..];
    }
    let quiet = (first - top) as f32;
    assert!((quiet - 10.0 * module).abs() <= 1.0, "{quiet} pixels");
    let widths: String = runs
        .iter()
        .enumerate()
        .map(|(index, &width)| ["1", "0"][index % 2].repeat(width as usize))
        .collect();
    let (characters, end) = widths.split_at(widths.len() - 2);
    assert_eq!((characters.len() % 11, end), (0, "11"));
    let values: Vec<usize> = (0..characters.len())
        .step_by(11)
        .map(|start| {
            let pattern = &characters[start..start + 11];
            PATTERNS
                .iter()
                .position(|known| *known == pattern)
                .expect(pattern)
        })
        .collect();
    let [start, data @ .., check, stop] = &values[..] else {
        panic!("{values:?}");
    };
    assert_eq!((*start, *stop), (105, 106));
    let sum: usize = (1..).zip(data).map(|(place, value)| place * value).sum();
    assert_eq!((start + sum) % 103, *check);
    Some(data.iter().map(|pair| format!("{pair:02}")).collect())
}

/// Returns the code of a page; an empty text for a page without a mark.
fn mark(file: &[u8], page: usize) -> String {
    decoded(&render(file.to_vec(), page, DPI)).unwrap_or_default()
}

/// Returns the codes of all pages.
fn marks(file: &[u8]) -> Vec<String> {
    let pages = PdfFile::read(file).document.get_pages().len();
    (1..=pages).map(|page| mark(file, page)).collect()
}

/// Adds a handout with a text of three pages.
fn with_long_text(project: &TestProject) {
    let text = "It is a long text that says the same words again and again.\n\n    ".repeat(30);
    project.write(
        "library/long/handout.yaml",
        "id: long\nversion: 1.0.0\nreviewed: 2026-11-21\nreview_by: 2028-11-21\nsections:\n  - section: same\n    role: main-message\n",
    );
    project.write(
        "library/long/text/en.yaml",
        format!("title: Long words\nsame:\n  heading: Words\n  body: |\n    {text}\n"),
    );
}

#[test]
fn marks_have_row_and_sheet_on_the_front_of_each_sheet() {
    let project = project();
    with_long_text(&project);
    project.write("jobs.csv", "handout,copies\nplain,\nslep,\nlong;plain,2\n");
    let bundle = |arguments: &[&str]| {
        let all = [&["jobs.csv", "--bundle", "all.pdf", "--marks"], arguments].concat();
        let run = project.batch(&all);
        assert_eq!(run.code, Some(1), "{}", run.stderr);
        fs::read(project.path("all.pdf")).unwrap()
    };
    let file = bundle(&["-o", "out"]);
    assert_eq!(PdfFile::read(&file).problems(), [""; 0]);
    // The long text has three pages, and the fourth is blank.
    let copy = [
        "00000003001003",
        "",
        "00000003002003",
        "",
        "00000003003003",
        "",
    ];
    let expected = [&["00000001001001", ""][..], &copy, &copy].concat();
    assert_eq!(marks(&file), expected);
    // The text is there, too, but it is not read aloud.
    let shown = PdfFile::read(&file);
    for text in ["3", "2/3"] {
        assert!(shown.shown().contains(&text), "{text}: {:?}", shown.shown());
        assert!(!shown.texts().iter().any(|other| other == text));
    }
    // Leaflets in the folder have no marks.
    let leaflets = project.leaflets("out");
    assert_eq!(marks(&leaflets["000001-plain.pdf"]), [""]);
    assert_eq!(marks(&leaflets["000003-long+plain.pdf"]), [""; 4]);
    let again = bundle(&["-o", "out2", "--overwrite", "--jobs", "1"]);
    assert!(file == again);
    // On one side, each page is a sheet. Separator sheets have no mark.
    let one_side = bundle(&["--overwrite", "--sides", "one", "--separator", "1"]);
    let codes = [1, 2, 3].map(|page| mark(&one_side, page));
    assert_eq!(codes, ["00000001001001", "", "00000003001004"]);
}

#[test]
fn marks_are_legible_in_every_edition_and_on_letters() {
    let project = project();
    project.write(
        "jobs.csv",
        "handout,paper,edition,cover,address.name,address.lines\n\
         plain,a4,,,,\nplain,letter,mono,,,\nplain,a5,,,,\nplain,a4,large-print,,,\n\
         plain,a5,high-contrast,,,\nplain,letter,\"large-print,high-contrast\",,,\n\
         plain,a4,,letter,Ada Bell,12 Mill Lane; Inverleigh\n",
    );
    let run = project.batch(&[
        "jobs.csv",
        "--bundle",
        "all.pdf",
        "--marks",
        "--sides",
        "one",
        "--envelope",
        "din-5008-a",
    ]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let codes = marks(&fs::read(project.path("all.pdf")).unwrap());
    let rows: Vec<&str> = codes.iter().map(|code| &code[6..]).collect();
    let expected = [
        "01001001", "02001001", "03001001", "04001001", "05001001", "06001001", "07001002",
        "07002002",
    ];
    assert_eq!(rows, expected);
}

#[test]
fn marks_on_folded_paper_are_an_error() {
    let project = project();
    project.write("jobs.csv", "handout,paper\nplain,a5-booklet\nplain,a4\n");
    for arguments in [&["--dry-run"][..], &[]] {
        let all = [&["jobs.csv", "--bundle", "all.pdf", "--marks"], arguments].concat();
        let run = project.batch(&all);
        assert_eq!(run.code, Some(1), "{}", run.stderr);
        assert!(
            run.stderr.contains("error[folded-mark]: row 1"),
            "{}",
            run.stderr
        );
    }
    for (arguments, said) in [
        (
            &["--bundle", "b.pdf", "--marks", "-p", "dl-trifold"][..],
            "`--marks` is not for paper that is folded",
        ),
        (&["-o", "out", "--marks"], "--bundle"),
        (
            &["--print", "ipp://localhost:9/p", "--marks"],
            "`--marks` is for `--bundle`",
        ),
        (&["-o", "out", "--max-sheets", "5"], "--bundle"),
        (
            &["-o", "out", "--sort", "handout"],
            "`--sort` is for `--bundle` and `--print`",
        ),
        (
            &["--bundle", "/dev/null", "--max-sheets", "5"],
            "`--max-sheets` makes several files",
        ),
        (
            &["--bundle", "out/all.pdf", "-o", "out", "--max-sheets", "5"],
            "give `--bundle` another folder",
        ),
        (
            &["--bundle", "b.pdf", "--sort", "handout,postcode"],
            "no column `postcode`: `--sort` can use handout, paper",
        ),
    ] {
        let run = project.batch(&[&["jobs.csv"], arguments].concat());
        assert_eq!(run.code, Some(2), "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(said), "{arguments:?}: {}", run.stderr);
        assert!(
            !project.path("out").exists() && !project.path("b.pdf").exists(),
            "{arguments:?}"
        );
    }
}

/// Returns the head of the manifest of `all.pdf`, and for each row its number, file, first page, pages and sheets.
fn places(project: &TestProject) -> (Value, Vec<(u64, String, [u64; 3])>) {
    let text = fs::read_to_string(project.path("print/all.pdf.jsonl")).unwrap();
    let mut lines = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let head = lines.next().unwrap();
    let number = |line: &Value, name: &str| line[name].as_u64().unwrap();
    let rows = lines.map(|line| {
        let file = line["file"].as_str().unwrap().to_owned();
        let numbers = ["first_page", "pages", "sheets"].map(|name| number(&line, name));
        (number(&line, "row"), file, numbers)
    });
    (head, rows.collect())
}

#[test]
fn bundle_is_divided_into_files_of_some_sheets() {
    let project = project();
    with_long_text(&project);
    fs::create_dir(project.path("print")).unwrap();
    // Two sheets, one, two, one, and six in copies.
    project.write(
        "jobs.csv",
        "handout,copies\nlong,\nplain,\nlong,\nplain,\nlong,3\nplain,\n",
    );
    let batch = |arguments: &[&str]| {
        let all = [&["jobs.csv", "--bundle", "print/all.pdf"], arguments].concat();
        project.batch(&all)
    };
    let run = batch(&["--max-sheets", "6", "--separator", "2"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    let said = "error[too-many-sheets]: row 5 (line 6): the row needs 7 sheets with its copies and a separator sheet, and `--max-sheets` allows 6";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    assert!(
        run.stderr
            .contains("all of them are in print/all-01.pdf to print/all-02.pdf (20 pages)"),
        "{}",
        run.stderr
    );
    let names =
        |project: &TestProject| -> Vec<String> { project.leaflets("print").into_keys().collect() };
    assert_eq!(
        names(&project),
        ["all-01.pdf", "all-02.pdf", "all.pdf.jsonl"]
    );
    let (head, rows) = places(&project);
    let of = |number: u32| format!("all-{number:02}.pdf");
    // A separator sheet is after two leaflets, and at the end of each file.
    assert_eq!(
        rows,
        [
            (1, of(1), [1, 4, 2]),
            (2, of(1), [5, 2, 1]),
            (3, of(2), [1, 4, 2]),
            (4, of(2), [5, 2, 1]),
            (6, of(2), [9, 2, 1]),
        ]
    );
    for file in head["files"].as_array().unwrap() {
        let bytes = fs::read(project.path("print").join(file["file"].as_str().unwrap())).unwrap();
        let read = PdfFile::read(&bytes);
        assert_eq!(read.problems(), [""; 0]);
        assert_eq!(
            file["pages"].as_u64().unwrap(),
            read.document.get_pages().len() as u64
        );
        assert!(file["sheets"].as_u64().unwrap() <= 6);
    }
    let texts = |name: &str| PdfFile::read(&project.leaflets("print")[name]).texts();
    assert!(texts("all-01.pdf").contains(&"End of batch 1".to_owned()));
    assert!(texts("all-02.pdf").contains(&"End of batch 2".to_owned()));
    assert!(texts("all-02.pdf").contains(&"End of batch 3".to_owned()));

    // A bundle is not replaced, and a smaller one leaves no parts of the larger one.
    let run = batch(&["--max-sheets", "100"]);
    assert_eq!(run.code, Some(2), "{}", run.stderr);
    let run = batch(&["--max-sheets", "100", "--overwrite"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(names(&project), ["all-01.pdf", "all.pdf.jsonl"]);
    let run = batch(&["--overwrite"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(names(&project), ["all.pdf", "all.pdf.jsonl"]);
    // A file that no batch has made stays.
    project.write("print/all-02.pdf", "%PDF-1.4 of somebody else");
    let run = batch(&["--overwrite", "--max-sheets", "100"]);
    assert_eq!(run.code, Some(2), "{}", run.stderr);
    assert!(run.stderr.contains("print/all-02.pdf"), "{}", run.stderr);
    let run = batch(&["--overwrite"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(names(&project), ["all-02.pdf", "all.pdf", "all.pdf.jsonl"]);
}

#[test]
fn parts_are_the_same_on_any_number_of_threads_and_after_a_resume() {
    let project = project();
    let rows: String = (0..40)
        .map(|row| format!("visit,Ada{row},{}\n", row % 3 + 1))
        .collect();
    project.write(
        "jobs.csv",
        format!("handout,patient.first_name,copies\n{rows}"),
    );
    fs::create_dir(project.path("print")).unwrap();
    let parts = |arguments: &[&str]| -> BTreeMap<String, Vec<u8>> {
        let all = [
            "jobs.csv",
            "--bundle",
            "print/all.pdf",
            "--max-sheets",
            "10",
            "--marks",
            "--sort",
            "copies",
        ];
        let run = project.batch(&[&all, arguments].concat());
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        project.leaflets("print")
    };
    let first = parts(&["-o", "out", "--jobs", "4"]);
    assert!(first.len() > 5);
    assert!(first == parts(&["-o", "out", "--resume", "--jobs", "1"]));
    assert!(first == parts(&["--overwrite", "--jobs", "2"]));
    // A resumed batch replaces its own parts only.
    let run = project.batch(&[
        "jobs.csv",
        "--bundle",
        "print/all.pdf",
        "-o",
        "out",
        "--resume",
    ]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let names: Vec<String> = project.leaflets("print").into_keys().collect();
    assert_eq!(names, ["all.pdf", "all.pdf.jsonl"]);
}

#[test]
fn sorted_rows_keep_their_numbers_names_and_places_in_the_manifest() {
    let project = project();
    let header = "handout,patient.first_name,address.postcode\n";
    let rows = [
        "visit,Ada,SW10\n",
        "slep,,\n",
        "visit,Bo,SW2\n",
        "plain,,SW2\n",
        "visit,Cy,\n",
        "visit,Di,N1\n",
    ];
    fs::create_dir(project.path("print")).unwrap();
    project.write("jobs.csv", header.to_owned() + &rows.concat());
    let batch = |arguments: &[&str]| {
        let run = project.batch(
            &[
                &["jobs.csv", "-o", "out", "--bundle", "print/all.pdf"],
                arguments,
            ]
            .concat(),
        );
        assert_eq!(run.code, Some(1), "{}", run.stderr);
        let is_unused = run.stderr.contains("unused-value");
        assert_eq!(is_unused, arguments.is_empty(), "{}", run.stderr);
        (project.leaflets("out"), project.plain_manifest("out"))
    };
    let order = || -> Vec<u64> {
        places(&project)
            .1
            .into_iter()
            .map(|(row, ..)| row)
            .collect()
    };
    let unsorted = batch(&[]);
    assert_eq!(order(), [1, 3, 4, 5, 6]);
    let sorted = batch(&["--overwrite", "--sort", "handout, address.postcode"]);
    assert_eq!(order(), [4, 6, 3, 1, 5]);
    assert!(sorted == unsorted);
    let sorted = batch(&["--resume", "--sort", "address.postcode"]);
    assert_eq!(order(), [6, 3, 4, 1, 5]);
    assert!(sorted == unsorted);
    // Some rows are made again, others are not.
    fs::remove_file(project.path("out/000003-visit.pdf")).unwrap();
    fs::remove_file(project.path("out/000001-visit.pdf")).unwrap();
    let sorted = batch(&["--resume", "--sort", "address.postcode", "--jobs", "1"]);
    assert!(sorted == unsorted);
    // Each shard sorts its own rows, and together they have all.
    for shard in ["1/2", "2/2"] {
        let folder = format!("shard-{}", &shard[..1]);
        let bundle = format!("print/{folder}.pdf");
        let run = project.batch(&[
            "jobs.csv",
            "-o",
            &folder,
            "--bundle",
            &bundle,
            "--shard",
            shard,
            "--sort",
            "address.postcode",
            "--max-sheets",
            "2",
        ]);
        assert!(matches!(run.code, Some(0 | 1)), "{}", run.stderr);
    }
    let run = project.batch(&["merge", "shard-1", "shard-2", "--output", "-"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    let merged = String::from_utf8(run.stdout).unwrap();
    let merged: Vec<Value> = merged
        .lines()
        .skip(1)
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let rows: Vec<u64> = merged
        .iter()
        .map(|record| record["row"].as_u64().unwrap())
        .collect();
    assert_eq!(rows, [1, 2, 3, 4, 5, 6]);
}
