//! `handout batch`: job files, file names, resuming, shards and bundles.

use std::collections::BTreeMap;
use std::fs;

use crate::pdf_reader::PdfFile;
use crate::test_project::{Run, TestProject};
use serde_json::Value;

/// A handout with the same text for every reader.
const PLAIN: &str = "id: plain\nversion: 2.1.0\nreviewed: 2026-11-21\nreview_by: 2028-11-21\nsections:\n  - section: same\n    role: main-message\n";

pub(crate) fn project() -> TestProject {
    let project = TestProject::new();
    project.write("library/plain/handout.yaml", PLAIN);
    project.write(
        "library/plain/text/en.yaml",
        "title: Plain words\nsame:\n  heading: Words\n  body: The same for all.\n",
    );
    project
}

impl TestProject {
    pub(crate) fn batch(&self, arguments: &[&str]) -> Run {
        self.run(
            &[&["--date", "2026-11-21", "batch"], arguments].concat(),
            "",
        )
    }

    /// Makes a batch that must succeed. Returns its leaflets.
    pub(crate) fn done(&self, jobs: &str, arguments: &[&str]) -> BTreeMap<String, Vec<u8>> {
        self.write("jobs.csv", jobs);
        let run = self.batch(&[&["jobs.csv", "-o", "out"], arguments].concat());
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        self.leaflets("out")
    }

    /// Returns the files of a folder by name, without those of the journal.
    pub(crate) fn leaflets(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        let mut leaflets = BTreeMap::new();
        for entry in fs::read_dir(self.path(folder)).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            if name != "journal.key" && name != "manifest.jsonl" && name != "journal.jsonl" {
                leaflets.insert(name, fs::read(entry.path()).unwrap());
            }
        }
        leaflets
    }

    fn names(&self, folder: &str) -> Vec<String> {
        self.leaflets(folder).into_keys().collect()
    }

    /// Returns the records of a manifest.
    fn manifest(&self, folder: &str) -> Vec<Value> {
        self.records(&format!("{folder}/manifest.jsonl"))
    }

    /// Returns the records of a manifest or journal, without its head.
    pub(crate) fn records(&self, path: &str) -> Vec<Value> {
        let text = fs::read_to_string(self.path(path)).unwrap();
        text.lines()
            .skip(1)
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// Returns the records of a manifest without the row hashes, which differ in every run.
    pub(crate) fn plain_manifest(&self, folder: &str) -> Vec<Value> {
        let mut rows = self.manifest(folder);
        for row in &mut rows {
            row.as_object_mut().unwrap().remove("input");
            row.as_object_mut().unwrap().remove("check");
        }
        rows
    }
}

/// Returns a job file for `visit`, which prints the first name.
pub(crate) fn jobs(rows: std::ops::RangeInclusive<u32>) -> String {
    let rows = rows.map(|row| format!("visit,Ada{row}\n"));
    "handout,patient.first_name\n".to_owned() + &rows.collect::<String>()
}

#[test]
fn job_files_of_all_programs_give_the_same_leaflets() {
    let files = |jobs: &[u8]| {
        let project = project();
        project.write("jobs.csv", jobs);
        let run = project.batch(&["jobs.csv", "-o", "out"]);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        (project.leaflets("out"), run.stderr)
    };
    let (expected, said) = files("handout,patient.first_name\nvisit,Zoë\nplain,\n".as_bytes());
    assert_eq!(
        expected.keys().collect::<Vec<_>>(),
        ["000001-visit.pdf", "000002-plain.pdf"]
    );
    assert_eq!(said, "2 leaflets made (2 pages, 2 sheets)\n");
    for jobs in [
        "\u{feff}handout,patient.first_name\r\nvisit,Zoë\r\nplain,\r\n",
        "handout;patient.first_name;\nvisit;Zoë;\n;;\nplain;;\n\n",
        "patient.first_name\thandout\nZoë\tvisit\n\tplain",
        "sep=;\n\"handout\"; \"patient.first_name\"\n\"visit\";\"Zoë\"\nplain;\"\"\n",
        "{\"handout\": \"visit\", \"patient\": {\"first_name\": \"Zoë\"}}\n{\"handout\": [\"plain\"], \"patient.first_name\": \"\"}\n",
        "\n  {\"patient.first_name\": \"Zoë\", \"handout\": \"visit\", \"copies\": 1}\n\n{\"handout\": \"plain\"}",
    ] {
        assert!(files(jobs.as_bytes()).0 == expected, "{jobs}");
    }
    let legacy = b"handout,patient.first_name\nvisit,Zo\xeb\nplain,\n";
    let (made, said) = files(legacy);
    assert!(made == expected);
    assert!(
        said.contains("warning[legacy-encoding]: line 2: a line of the job file is not UTF-8"),
        "{said}"
    );
}

#[test]
fn leaflet_is_the_same_alone_in_a_batch_and_on_any_number_of_threads() {
    let names = [
        "Ada",
        "Łukasz",
        "Владимир",
        "Zoë",
        "Nguyễn Thị",
        "Κωνσταντίνα",
    ];
    let rows: String = (0..24)
        .map(|row| format!("visit,{}\n", names[row % names.len()]))
        .collect();
    let jobs = format!("handout,patient.first_name\n{rows}");
    let all: Vec<_> = ["1", "2", "8"]
        .map(|jobs_at_a_time| {
            let project = project();
            let leaflets = project.done(&jobs, &["--jobs", jobs_at_a_time]);
            (leaflets, project.plain_manifest("out"))
        })
        .into();
    assert!(all[0] == all[1] && all[0] == all[2]);
    for (row, name) in names.iter().enumerate() {
        let run = project().generate(&[
            "visit",
            "--set",
            &format!("patient.first_name={name}"),
            "-o",
            "-",
        ]);
        let file = format!("{:06}-visit.pdf", row + 1);
        assert!(all[0].0[&file] == run.stdout, "{name}");
    }
}

#[test]
fn manifest_has_every_row_and_replaces_the_journal() {
    let project = project();
    project.done(
        "handout,copies,patient.first_name\nplain,3,Ada\nvisit,,Grace\n",
        &[],
    );
    let rows = project.manifest("out");
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0]["row"], 1);
    assert_eq!(rows[0]["status"], "done");
    assert_eq!(rows[0]["file"], "000001-plain.pdf");
    assert_eq!(
        (&rows[0]["handout"], &rows[0]["version"]),
        (&"plain".into(), &"2.1.0".into())
    );
    assert_eq!(
        (&rows[0]["pages"], &rows[0]["copies"]),
        (&1.into(), &3.into())
    );
    assert_eq!(rows[0]["input"].as_str().unwrap().len(), 32);
    assert_ne!(rows[0]["input"], rows[1]["input"]);
    let text = fs::read_to_string(project.path("out/manifest.jsonl")).unwrap();
    assert!(!text.contains("Ada") && !text.contains("Grace"));
    assert!(!project.path("out/journal.jsonl").exists());
    let bytes = fs::read(project.path("out/000001-plain.pdf")).unwrap();
    use sha2::Digest;
    let sum: String = sha2::Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(rows[0]["sha256"], sum.as_str());
}

#[test]
fn invalid_header_stops_the_batch_before_anything_is_written() {
    for (jobs, says) in [
        ("", "the job file is empty"),
        ("\n \n", "the job file is empty"),
        ("sleep,Ada\n", "no column is called `handout`"),
        (
            "Handouts,name\nvisit,x\n",
            "did you mean the column `Handouts`?",
        ),
        (
            "handout,a,a\nvisit,1,2\n",
            "columns 2 and 3 have the same name",
        ),
        (
            "handout,patient,patient.first_name\n",
            "the name of column 3 is used for a value and for a group",
        ),
        (
            "handout,patient.first_name,patient\n",
            "the name of column 3 is used for a value and for a group",
        ),
        ("handout,a..b\n", "the name of column 2 lacks a part"),
        ("handout,\"name\n", "a quotation mark is not closed"),
        (
            "[{\"handout\": \"visit\"}]\n",
            "the job file is one JSON list",
        ),
        ("handout,name\rvisit,x\r", "carriage returns only"),
        ("\u{feff}", "the job file is empty"),
    ] {
        let project = project();
        project.write("jobs.csv", jobs);
        let before = project.made();
        let run = project.batch(&["jobs.csv", "-o", "out"]);
        assert_eq!(run.code, Some(1), "{jobs:?}: {}", run.stderr);
        assert!(
            run.stderr.contains("error[invalid-header]") && run.stderr.contains(says),
            "{}",
            run.stderr
        );
        assert!(!run.stderr.contains("Ada"), "{}", run.stderr);
        assert_eq!(project.made(), before);
    }
    let project = project();
    let many: String = (0..1001).map(|column| format!(",c{column}")).collect();
    project.write("jobs.csv", format!("handout{many}\n"));
    assert!(
        project
            .batch(&["jobs.csv", "-o", "out"])
            .stderr
            .contains("error[too-large]")
    );
    // The maximum number of columns is accepted.
    project.write(
        "jobs.csv",
        format!("handout{}\n", &many[..many.len() - ",c999,c1000".len()]),
    );
    assert_eq!(project.batch(&["jobs.csv", "-o", "out"]).code, Some(0));
}

/// Invalid rows and their findings.
const BAD_ROWS: [(&str, &str); 10] = [
    (
        "slep,Secretive,,,,",
        "error[unknown-handout]: row 5 (line 6), column `handout`: ",
    ),
    (
        "Secretive,x,,,,",
        "error[unknown-handout]: row 5 (line 6), column `handout`: ",
    ),
    (
        "visit,\"Secretive,,,,",
        "error[invalid-row]: row 5 (line 6), column `patient.first_name`: a quotation mark",
    ),
    (
        "visit,Secretive,,,",
        "error[invalid-row]: row 5 (line 6): the row has 5 cells, and the header 6",
    ),
    (
        "visit,Secretive,Secretive,,,",
        "error[invalid-value]: row 5 (line 6), column `paper`: the value is not one of",
    ),
    (
        "visit,Secretive,,Secretive,,",
        "error[invalid-value]: row 5 (line 6), column `copies`: the value is not a number",
    ),
    (
        "visit,Secretive\0,,,,",
        "error[invalid-row]: row 5 (line 6), column `patient.first_name`: the value has a control",
    ),
    (
        "visit,Secretive 漢,,,,",
        "error[missing-glyph]: row 5 (line 6), column `patient.first_name`: a value for the text",
    ),
    (
        "visit,Secretive,,,sv,",
        "error[unavailable-language]: row 5 (line 6), column `language`: `visit` has no text",
    ),
    (
        "visit,Secretive,,,,../Secretive",
        "error[unsafe-path]: row 5 (line 6), column `clinic`: the clinic of the row is not in",
    ),
];

#[test]
fn invalid_row_is_reported_by_number_and_never_quoted() {
    for (bad, says) in BAD_ROWS {
        let project = project();
        let good = "plain,Ada,,,,\n";
        let jobs = format!(
            "handout,patient.first_name,paper,copies,language,clinic\n{}{bad}\n{good}",
            good.repeat(4)
        );
        project.write("jobs.csv", jobs);
        let run = project.batch(&["jobs.csv", "-o", "out"]);
        assert_eq!(run.code, Some(1), "{bad:?}: {}", run.stderr);
        assert!(run.stderr.contains(says), "{bad:?}: {}", run.stderr);
        assert!(
            !run.stderr.contains("ecretive") && !run.stderr.contains('漢'),
            "{}",
            run.stderr
        );
        assert!(
            run.stderr
                .contains("5 leaflets made (5 pages, 5 sheets), 1 row failed\n"),
            "{}",
            run.stderr
        );
        assert_eq!(project.names("out").len(), 5);
        let manifest = project.manifest("out");
        assert_eq!(manifest[4]["status"], "failed");
        assert!(says.contains(manifest[4]["faults"][0].as_str().unwrap()));
        let journal = fs::read_to_string(project.path("out/manifest.jsonl")).unwrap();
        assert!(!journal.contains("ecretive"), "{journal}");
    }
}

#[test]
fn fifty_invalid_rows_do_not_stop_a_batch_of_a_thousand() {
    let project = project();
    let mut jobs = "handout,patient.first_name,paper,copies,language,clinic\n".to_owned();
    for row in 1..=1000 {
        jobs += match row % 20 {
            0 => BAD_ROWS[row / 20 % BAD_ROWS.len()].0,
            1 => "visit,Zoë,,,,",
            _ => "plain,Ada,,2,,",
        };
        jobs.push('\n');
    }
    project.write("jobs.csv", jobs);
    let run = project.batch(&["jobs.csv", "-o", "out", "--jobs", "2"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(run.stderr.contains("950 leaflets made"), "{}", run.stderr);
    assert!(run.stderr.contains("50 rows failed"), "{}", run.stderr);
    // Findings come in row order.
    let told: Vec<usize> = run
        .stderr
        .split("]: row ")
        .skip(1)
        .map(|rest| rest.split([':', ' ']).next().unwrap().parse().unwrap())
        .collect();
    assert_eq!(told, (1..=50).map(|bad| bad * 20).collect::<Vec<_>>());
    let rows: Vec<u64> = project
        .manifest("out")
        .iter()
        .map(|row| row["row"].as_u64().unwrap())
        .collect();
    assert_eq!(rows, (1..=1000).collect::<Vec<_>>());
    assert_eq!(project.names("out").len(), 950);
}

#[test]
fn all_errors_of_a_row_are_reported() {
    for (jobs, says) in [
        (
            "handout,x\nplain,\"a\" b\nplain,c\n",
            "row 1 (line 2), column `x`: there is text after a closing quotation mark",
        ),
        (
            "handout,x,\nplain,a,b\n",
            "row 1 (line 2): cell 3 is not empty, and its column has no name",
        ),
        (
            "handout,x\nplain,a,b\n",
            "row 1 (line 2): the row has 3 cells, and the header 2",
        ),
        (
            "handout,x\n,a\n",
            "error[missing-field]: row 1 (line 2), column `handout`: the row names no",
        ),
        (
            "handout,x\n;,a\n",
            "error[missing-field]: row 1 (line 2), column `handout`: the row names no",
        ),
        (
            "handout,copies\nplain,1000\n",
            "row 1 (line 2), column `copies`: the value is not a number from 1 to 999",
        ),
        (
            "handout,copies\nplain,-1\n",
            "row 1 (line 2), column `copies`: the value is not a number from 1 to 999",
        ),
        (
            "handout,edition\nplain,huge\n",
            "row 1 (line 2), column `edition`: the value is not one of",
        ),
        (
            "handout,language\nplain,../en\n",
            "row 1 (line 2), column `language`: the value is not the tag of a language",
        ),
        (
            "handout,clinic\nplain,nowhere\n",
            "error[missing-file]: row 1 (line 2), column `clinic`: the clinic of the row",
        ),
        (
            "handout,clinic\nplain,/etc/passwd\n",
            "error[unsafe-path]: row 1 (line 2), column `clinic`: the clinic of the row",
        ),
        (
            "{\"handout\": \"plain\"\n",
            "row 1 (line 1): this is not a JSON object",
        ),
        (
            "{\"handout\": \"plain\", \"handout\": \"visit\"}\n",
            "row 1 (line 1): this is not a JSON object",
        ),
        (
            "{\"handout\": 7}\n",
            "row 1 (line 1), column `handout`: the value is not the id of a handout, nor a list",
        ),
        (
            "{\"handout\": \"plain\", \"a\": \"\\u0000\"}\n",
            "row 1 (line 1), column `a`: the value has a control character (U+0000)",
        ),
        (
            "{\"handout\": \"plain\", \"a.\": 1}\n",
            "row 1 (line 1): the name of a value lacks a part",
        ),
        (
            "{\"handout\": \"plain\", \"name\": {}}\n",
            "row 1 (line 1), column `name`: the value is not text",
        ),
    ] {
        let project = project();
        project.write("jobs.csv", jobs);
        let run = project.batch(&["jobs.csv", "-o", "out"]);
        assert_eq!(run.code, Some(1), "{jobs:?}: {}", run.stderr);
        assert!(run.stderr.contains(says), "{jobs:?}: {}", run.stderr);
    }
    let project = project();
    project.write(
        "jobs.csv",
        format!(
            "handout,x\nplain,{}\nplain,{}\n",
            "a".repeat(65537),
            "a".repeat(8192)
        ),
    );
    let run = project.batch(&["jobs.csv", "-o", "out"]);
    assert!(
        run.stderr.contains(
            "error[too-large]: row 1 (line 2), column `x`: the value is longer than 8 KB"
        ),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("1 leaflet made"), "{}", run.stderr);
    project.write(
        "jobs.csv",
        format!("handout,x\nplain,{}\nplain,\n", "a".repeat(3_000_000)),
    );
    let run = project.batch(&["jobs.csv", "-o", "out", "--overwrite"]);
    assert!(
        run.stderr
            .contains("error[too-large]: row 1 (line 2): the row is longer than 1 MB"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("1 leaflet made"), "{}", run.stderr);
}

#[test]
fn error_of_many_rows_is_explained_once() {
    let project = TestProject::new();
    project.write(
        "jobs.csv",
        "handout,patient.first_name\nslep,Ada\nplain,Bo\nslep,Cy\nslep,Di\n",
    );
    let run = project.batch(&["jobs.csv", "-o", "out"]);
    assert_eq!(run.code, Some(1));
    for row in ["row 1 (line 2)", "row 3 (line 4)", "row 4 (line 5)"] {
        assert!(
            run.stderr
                .contains(&format!("{row}, column `handout`: there is no handout")),
            "{}",
            run.stderr
        );
    }
    assert_eq!(run.stderr.matches("help:").count(), 1, "{}", run.stderr);
}

#[test]
fn invalid_value_is_reported_by_column_and_line() {
    let project = project();
    project.change(
        "library/visit/text/en.yaml",
        "{{patient.first_name}}",
        "{{patient.first_name}} {{patient.town}}",
    );
    // The first row has three lines; its invalid values are on the second and third.
    let jobs = "handout,patient.first_name,patient.note,patient.town,paper,copies\n\
        visit,\"Secretive\nname\",\"漢\nx\",x,secretive,secretive\n\
        visit,Secretive 漢,漢,字,,\n\
        visit,Ada,漢,x,,\n";
    let told = |jobs: &str, flags: &[&str]| -> Vec<Value> {
        project.write("jobs.csv", jobs);
        let run = project.run(
            &[
                &["--date", "2026-11-21", "batch", "jobs.csv", "--dry-run"],
                flags,
            ]
            .concat(),
            "",
        );
        assert_eq!(run.code, Some(1), "{}", run.stderr);
        let text = String::from_utf8(run.stdout).unwrap() + &run.stderr;
        assert!(
            !text.contains("ecretive") && !text.contains(['漢', '字']),
            "{text}"
        );
        let lines = text.lines().filter(|line| line.starts_with('{'));
        let values = lines.map(|line| serde_json::from_str::<Value>(line).unwrap());
        values.filter(|value| value.get("id").is_some()).collect()
    };
    let places = |findings: &[Value]| -> Vec<(String, Value)> {
        let place = |finding: &Value| {
            (
                finding["id"].as_str().unwrap().to_owned(),
                finding["job"].clone(),
            )
        };
        findings.iter().map(place).collect()
    };
    let job = |row: u32, line: u64, column: &str| serde_json::json!({ "row": row, "line": line, "column": column });
    for flags in [&["--message-format", "json"][..], &["--json"]] {
        let findings = told(jobs, flags);
        let expected = [
            ("invalid-value", job(1, 4, "paper")),
            ("invalid-value", job(1, 4, "copies")),
            // Columns that the text does not use are not checked.
            ("missing-glyph", job(2, 5, "patient.first_name")),
            ("missing-glyph", job(2, 5, "patient.town")),
            ("unused-value", Value::Null),
        ];
        assert_eq!(
            places(&findings),
            expected.map(|(id, job)| (id.to_owned(), job)),
            "{findings:?}"
        );
    }
    // Names in a JSON object count as columns.
    let findings = told(
        "\n{\"handout\": \"visit\", \"patient\": {\"town\": \"Secretive\\u0000\", \"note\": [\"\\u0001\"]}, \"copies\": \"x\"}\n",
        &["--message-format", "json"],
    );
    let expected = [
        // Keys of maps may identify a reader.
        ("invalid-row", job(1, 2, "patient")),
        ("invalid-row", job(1, 2, "patient")),
    ];
    assert_eq!(
        places(&findings),
        expected.map(|(id, job)| (id.to_owned(), job)),
        "{findings:?}"
    );
    // An invalid name is not quoted in full.
    let long = format!(
        "{{\"handout\": \"visit\", \"{}\": \"\\u0001\"}}\n",
        "é".repeat(5000)
    );
    let findings = told(&long, &["--message-format", "json"]);
    assert_eq!(
        findings[0]["job"],
        job(1, 1, &format!("{}…", "é".repeat(100)))
    );
    // Findings about the header have a line but no row.
    let findings = told("\nhandout,a,a\n", &["--message-format", "json"]);
    assert_eq!(
        findings[0]["job"],
        serde_json::json!({ "row": null, "line": 2, "column": null })
    );
}

#[test]
fn unclosed_quotation_mark_costs_one_row() {
    let project = project();
    project.write(
        "jobs.csv",
        "handout,patient.first_name\nvisit,\"Ada\nvisit,Grace\nvisit,\"Mary \"\"Q\"\"\nAnning\"\nvisit,Jo\n",
    );
    let run = project.batch(&["jobs.csv", "-o", "out"]);
    assert_eq!(run.code, Some(1));
    assert!(
        run.stderr
            .contains("error[invalid-row]: row 1 (line 2), column `patient.first_name`: "),
        "{}",
        run.stderr
    );
    // A row of two lines counts as one row.
    assert_eq!(
        project.names("out"),
        ["000002-visit.pdf", "000003-visit.pdf", "000004-visit.pdf"]
    );
}

#[test]
fn mixed_encodings_are_an_error() {
    for (jobs, row) in [
        ("handout,patient.first_name\nvisit,Zoë\nvisit,Zo\u{1}\n", 2),
        ("handout,patient.first_name\nvisit,Zo\u{1}\nvisit,Zoë\n", 2),
        ("\u{feff}handout,patient.first_name\nvisit,Zo\u{1}\n", 1),
    ] {
        let project = project();
        let bytes: Vec<u8> = jobs
            .bytes()
            .map(|byte| if byte == 1 { 0xeb } else { byte })
            .collect();
        project.write("jobs.csv", bytes);
        let run = project.batch(&["jobs.csv", "-o", "out"]);
        assert!(
            run.stderr.contains(&format!(
                "error[invalid-row]: row {row} (line {}): the row is",
                row + 1
            )),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn files_are_named_by_the_row_or_the_template() {
    let long = "é".repeat(300);
    let names = [
        "../../x",
        "CON",
        &long,
        "🙂",
        "شيماء",
        "",
        "ada",
        "ADA",
        "a\u{202e}fdp",
        "x.pdf",
        "...",
    ];
    let rows: String = names
        .iter()
        .map(|name| format!("plain,{name},7{name}\n"))
        .collect();
    let project = project();
    let made = project.done(&format!("handout,name,patient.id\n{rows}"), &[]);
    let mut expected = [
        "x.pdf".to_owned(),
        "_CON.pdf".to_owned(),
        format!("{}.pdf", "é".repeat(60)),
        "🙂.pdf".to_owned(),
        "شيماء.pdf".to_owned(),
        "000006-plain.pdf".to_owned(),
        "ada.pdf".to_owned(),
        "ADA-000008.pdf".to_owned(),
        "afdp.pdf".to_owned(),
        "x-000010.pdf".to_owned(),
        "000011-plain.pdf".to_owned(),
    ];
    let listed: Vec<String> = project
        .manifest("out")
        .iter()
        .map(|row| row["file"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(listed, expected);
    expected.sort();
    assert_eq!(made.into_keys().collect::<Vec<_>>(), expected);
    // Names do not depend on threads or shards.
    project.done(
        &format!("handout,name,patient.id\n{rows}"),
        &["--overwrite", "--jobs", "1"],
    );
    assert_eq!(project.names("out"), expected);
    for shard in ["1/2", "2/2"] {
        let folder = format!("part-{}", &shard[..1]);
        let run = project.batch(&["jobs.csv", "-o", &folder, "--shard", shard]);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
    }
    let mut sharded = [project.names("part-1"), project.names("part-2")].concat();
    sharded.sort();
    assert_eq!(sharded, expected);
    project.done(
        "handout,patient.id\nplain,7/8\n",
        &["--overwrite", "--name", "{{patient.id}} {{handout}}"],
    );
    assert_eq!(project.names("out"), ["7-8 plain.pdf"]);
    for (template, says) in [
        (
            "{{patient.ids}}",
            "there is no value `patient.ids`: did you mean `patient.id`?",
        ),
        ("{{row", "`{{` is not closed by `}}`"),
        ("{{nonsense row}}", "--name"),
    ] {
        let run = project.batch(&["jobs.csv", "-o", "elsewhere", "--name", template]);
        assert_eq!(run.code, Some(2), "{}", run.stderr);
        assert!(run.stderr.contains(says), "{}", run.stderr);
        assert!(!project.path("elsewhere").exists());
    }
}

#[test]
fn clinics_of_rows_are_beside_the_job_file() {
    let project = project();
    project.change(
        "library/plain/text/en.yaml",
        "The same for all.",
        "From {{clinic.name}}.",
    );
    project.write(
        "work/jobs.csv",
        "handout,clinic\nplain,north\nplain,south/clinic.yaml\nplain,example\nplain,\n",
    );
    project.write("work/north/clinic.yaml", "name: North Clinic\n");
    project.write(
        "work/south/clinic.yaml",
        "name: South Clinic\ndefaults: { paper: a5 }\n",
    );
    let run = project.batch(&["work/jobs.csv", "-o", "out"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let made = project.leaflets("out");
    for (file, clinic, flags) in [
        ("000001-plain.pdf", "work/north", ["-p", "a4"]),
        ("000002-plain-a5.pdf", "work/south", ["-p", "a5"]),
    ] {
        let alone = project.generate(&[&["plain", "-c", clinic, "-o", "-"], &flags[..]].concat());
        assert!(made[file] == alone.stdout, "{clinic}");
    }
    // The library's clinic, by name, is also the default.
    assert!(made["000003-plain.pdf"] == made["000004-plain.pdf"]);
    // Another folder.
    let run = project.batch(&["work/jobs.csv", "-o", "out2", "--clinics", "library"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(
        run.stderr.contains("does not exist in `library`"),
        "{}",
        run.stderr
    );
}

#[test]
fn folder_with_a_batch_needs_resume_or_overwrite() {
    let project = project();
    project.done(&jobs(1..=3), &[]);
    let before = project.made();
    let run = project.batch(&["jobs.csv", "-o", "out"]);
    assert_eq!(run.code, Some(2));
    assert!(
        run.stderr
            .contains("`--resume` finishes it, `--overwrite` deletes it"),
        "{}",
        run.stderr
    );
    assert_eq!(project.made(), before);
    // Nothing is left to do.
    let run = project.batch(&["jobs.csv", "-o", "out", "--resume"]);
    assert_eq!(
        (run.code, run.stderr.as_str()),
        (
            Some(0),
            "0 leaflets made (0 pages, 0 sheets), 3 done before\n"
        )
    );
    // Old leaflets are deleted.
    project.done(&jobs(1..=2), &["--overwrite"]);
    assert_eq!(
        project.names("out"),
        ["000001-visit.pdf", "000002-visit.pdf"]
    );
    // Foreign files are not replaced.
    project.write("other/000001-visit.pdf", "mine");
    let run = project.batch(&["jobs.csv", "-o", "other"]);
    assert_eq!(run.code, Some(2), "{}", run.stderr);
    assert!(
        run.stderr.contains("000001-visit.pdf` already exists"),
        "{}",
        run.stderr
    );
    assert_eq!(
        fs::read(project.path("other/000001-visit.pdf")).unwrap(),
        b"mine"
    );
}

#[test]
fn forged_manifest_deletes_nothing_outside_its_folder() {
    let project = project();
    project.done(&jobs(1..=1), &[]);
    project.write("precious.pdf", "mine");
    project.change(
        "out/manifest.jsonl",
        "\"000001-visit.pdf\"",
        "\"../precious.pdf\"",
    );
    project.done(&jobs(1..=1), &["--overwrite"]);
    assert_eq!(fs::read(project.path("precious.pdf")).unwrap(), b"mine");
}

#[test]
fn resume_makes_changed_rows_again_and_says_why() {
    let project = project();
    project.done(&jobs(1..=5), &[]);
    let resume = |jobs: &str, arguments: &[&str], says: &str| {
        project.write("jobs.csv", jobs);
        let run = project.batch(&[&["jobs.csv", "-o", "out", "--resume"], arguments].concat());
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        assert!(run.stderr.contains(says), "{}", run.stderr);
        let fresh = TestProject::new();
        fresh.write(
            "library/visit/text/en.yaml",
            fs::read(project.path("library/visit/text/en.yaml")).unwrap(),
        );
        let expected = fresh.done(jobs, arguments);
        assert!(project.leaflets("out") == expected);
        assert_eq!(project.plain_manifest("out"), fresh.plain_manifest("out"));
    };
    let changed = jobs(1..=5).replace("Ada3", "Grace");
    resume(
        &changed,
        &[],
        "1 leaflet made (1 page, 1 sheet), 4 done before\n1 leaflet made again, as the row has changed\n",
    );
    // Empty columns and another order are no change.
    let reordered = changed
        .replace("handout,", "copies,handout,")
        .replace("visit,", "1,visit,");
    resume(
        &reordered,
        &[],
        "0 leaflets made (0 pages, 0 sheets), 5 done before\n",
    );
    project.change(
        "library/visit/text/en.yaml",
        "we are glad",
        "we are very glad",
    );
    resume(
        &changed,
        &[],
        "5 leaflets made again, as the library, the clinic, the options or the program",
    );
    resume(
        &changed,
        &["--paper", "a5"],
        "5 leaflets made again, as the library, the clinic, the options",
    );
    resume(
        &changed,
        &["--paper", "a5", "--name", "x{{row}}"],
        "5 leaflets made again, as the file has a new name",
    );
    let fewer = changed.replace("visit,Ada5\n", "");
    resume(
        &fewer,
        &["--paper", "a5", "--name", "x{{row}}"],
        "4 done before\n1 file deleted that no row needs any more\n",
    );
    fs::remove_file(project.path("out/x000002.pdf")).unwrap();
    resume(
        &fewer,
        &["--paper", "a5", "--name", "x{{row}}"],
        "1 leaflet made again, as the file was gone or damaged\n",
    );
    fs::remove_file(project.path("out/journal.key")).unwrap();
    resume(
        &fewer,
        &["--paper", "a5", "--name", "x{{row}}"],
        "note: `journal.key` is gone, so every row is made again\n",
    );
    // A row that fails now loses its old file.
    project.write("jobs.csv", fewer.replace("Ada1", "漢"));
    let run = project.batch(&[
        "jobs.csv", "-o", "out", "--resume", "--paper", "a5", "--name", "x{{row}}",
    ]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert_eq!(
        project.names("out"),
        ["x000002.pdf", "x000003.pdf", "x000004.pdf"]
    );
    assert!(run.stderr.contains("1 file deleted"), "{}", run.stderr);
}

#[test]
fn rows_that_fail_without_a_change_keep_their_files() {
    let project = project();
    let jobs = "handout,format,patient.first_name\nvisit,html,Ada\nvisit,text,Bo\n";
    let made = project.done(jobs, &[]);
    for _ in 0..2 {
        let wrong = [
            "jobs.csv",
            "-o",
            "out",
            "--resume",
            "--edition",
            "large-print",
        ];
        let run = project.batch(&wrong);
        assert_eq!(run.code, Some(1), "{}", run.stderr);
        let kept = "2 failed rows not changed: the earlier leaflet stays in the folder\n";
        assert!(run.stderr.contains(kept), "{}", run.stderr);
        assert!(project.leaflets("out") == made);
    }
    assert!(project.done(jobs, &["--resume"]) == made);
    // Kept files are deleted once no row needs them.
    project.batch(&[
        "jobs.csv",
        "-o",
        "out",
        "--resume",
        "--edition",
        "large-print",
    ]);
    let made = project.done("handout,format\nplain,html\n", &["--resume"]);
    assert_eq!(made.len(), 1);
}

#[test]
fn no_row_replaces_an_earlier_bundle() {
    let project = project();
    let jobs = "handout,name,patient.first_name\nvisit,all,Ada\n";
    let made = project.done(jobs, &["--bundle", "out/all.pdf"]);
    let names: Vec<&String> = made.keys().collect();
    assert_eq!(names, ["all-000001.pdf", "all.pdf", "all.pdf.jsonl"]);
    assert!(project.done(jobs, &["--resume"]) == made);
}

#[test]
fn names_that_move_from_row_to_row_lose_no_file() {
    let project = project();
    project.done(
        "handout,name,patient.first_name\nvisit,a,One\nvisit,a,Two\nvisit,b,Three\n",
        &[],
    );
    assert_eq!(project.names("out"), ["a-000002.pdf", "a.pdf", "b.pdf"]);
    let swapped = "handout,name,patient.first_name\nvisit,b,One\nvisit,a,Two\nvisit,b,Three\n";
    let made = project.done(swapped, &["--resume"]);
    let expected = TestProject::new().done(swapped, &[]);
    assert_eq!(
        expected.keys().collect::<Vec<_>>(),
        ["a.pdf", "b-000003.pdf", "b.pdf"]
    );
    assert!(made == expected);
}

#[test]
fn resumed_batch_keeps_its_date() {
    let project = project();
    project.change(
        "library/visit/text/en.yaml",
        "glad that you come",
        "glad on {{date}}",
    );
    project.done(&jobs(1..=2), &[]);
    project.write("jobs.csv", jobs(1..=4));
    let run = project.run(&["batch", "jobs.csv", "-o", "out", "--resume"], "");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(
        run.stderr
            .contains("note: the batch was begun on 2026-11-21: its leaflets keep that date")
    );
    assert!(
        run.stderr
            .contains("2 leaflets made (2 pages, 2 sheets), 2 done before"),
        "{}",
        run.stderr
    );
    // An explicit date wins.
    let run = project.run(
        &[
            "--date",
            "2026-11-22",
            "batch",
            "jobs.csv",
            "-o",
            "out",
            "--resume",
        ],
        "",
    );
    assert!(
        run.stderr.contains("4 leaflets made again"),
        "{}",
        run.stderr
    );
}

#[test]
fn second_run_in_a_folder_is_refused() {
    let project = project();
    project.done(&jobs(1..=1), &[]);
    let key = fs::File::options()
        .write(true)
        .open(project.path("out/journal.key"))
        .unwrap();
    key.lock().unwrap();
    for flag in ["--resume", "--overwrite"] {
        let run = project.batch(&["jobs.csv", "-o", "out", flag]);
        assert_eq!(run.code, Some(2));
        assert_eq!(
            run.stderr,
            "error: another run is using `out`: wait until it has finished\n"
        );
    }
    key.unlock().unwrap();
    assert_eq!(
        project.batch(&["jobs.csv", "-o", "out", "--resume"]).code,
        Some(0)
    );
}

#[test]
fn folder_that_cannot_be_written_is_an_error() {
    let project = project();
    project.write("jobs.csv", jobs(1..=1));
    project.write("notes.txt", "");
    for folder in ["notes.txt", "notes.txt/out"] {
        let run = project.batch(&["jobs.csv", "-o", folder]);
        assert_eq!(run.code, Some(2), "{}", run.stderr);
        assert!(run.stderr.contains("notes.txt"), "{}", run.stderr);
    }
    for (arguments, says) in [
        (
            &["nowhere.csv", "-o", "out"][..],
            "cannot open `nowhere.csv`",
        ),
        (&[".", "-o", "out"], "`.` is a folder, not a job file"),
        (&["jobs.csv"], "say where leaflets go"),
        (
            &["jobs.csv", "-o", "out", "-c", "nowhere"],
            "no clinic at `nowhere`",
        ),
        (
            &["jobs.csv", "-o", "out", "--clinics", "nowhere"],
            "no folder `nowhere`",
        ),
        (
            &["jobs.csv", "-o", "out", "--shard", "3/2"],
            "no part 3 of 2",
        ),
        (
            &["jobs.csv", "-o", "out", "--shard", "auto"],
            "JOB_COMPLETION_INDEX",
        ),
        (
            &["jobs.csv", "-o", "out", "--max-errors", "0"],
            "--max-errors",
        ),
        (
            &["jobs.csv", "-o", "out", "--resume", "--overwrite"],
            "cannot be used with",
        ),
        (&["jobs.csv", "--resume"], "--output"),
        (&[], "JOBS"),
    ] {
        let run = project.batch(arguments);
        assert_eq!(run.code, Some(2), "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(says), "{arguments:?}: {}", run.stderr);
        assert!(!project.path("out").exists());
    }
}

#[test]
fn damaged_journal_is_an_error() {
    let project = project();
    project.write("jobs.csv", jobs(1..=1));
    for text in [
        "",
        "{\"batch\":1",
        "{\"batch\":99,\"program\":\"9\",\"date\":\"\",\"name\":\"\",\"shard\":\"1/1\"}\n",
        "x\n",
    ] {
        project.write("out/journal.jsonl", text);
        let run = project.batch(&["jobs.csv", "-o", "out", "--resume"]);
        assert_eq!(run.code, Some(2), "{text}: {}", run.stderr);
        assert!(
            run.stderr.contains("`--overwrite` starts again"),
            "{}",
            run.stderr
        );
    }
    let run = project.batch(&["jobs.csv", "-o", "out", "--overwrite"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
}

#[test]
fn dry_run_counts_leaflets_and_writes_nothing() {
    let project = project();
    project.write("jobs.csv", "handout,copies\nplain,3\nvisit,2\nslep,\n");
    let before = project.made();
    let run = project.batch(&["jobs.csv", "--dry-run", "-o", "out"]);
    assert_eq!(run.code, Some(1));
    assert!(
        run.stderr
            .contains("error[unknown-handout]: row 3 (line 4), column `handout`: "),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr
            .ends_with("2 leaflets would be made (5 pages, 5 sheets), 1 row failed\n"),
        "{}",
        run.stderr
    );
    assert_eq!(project.made(), before);
}

#[test]
fn too_many_errors_stop_the_batch_and_resume_continues_it() {
    let project = project();
    let bad = "handout\n".to_owned() + &"slep\n".repeat(3) + &"plain\n".repeat(2000);
    project.write("jobs.csv", &bad);
    let run = project.batch(&["jobs.csv", "-o", "out", "--max-errors", "2"]);
    assert_eq!(run.code, Some(1));
    assert!(
        run.stderr
            .contains("rows failed; the same command with `--resume` goes on from here\n"),
        "{}",
        run.stderr
    );
    assert!(
        project.path("out/journal.jsonl").exists() && !project.path("out/manifest.jsonl").exists()
    );
    assert!(project.names("out").len() < 2000);
    project.done(
        &bad.replace("slep", "plain"),
        &["--resume", "--max-errors", "2"],
    );
    assert_eq!(project.names("out").len(), 2003);
    assert!(!project.path("out/journal.jsonl").exists());
}

#[test]
fn json_events_of_a_dry_run_do_not_say_that_leaflets_are_made() {
    let project = project();
    project.write("jobs.csv", "handout\nplain\nslep\n");
    for flags in [&[][..], &["-o", "out"], &["--bundle", "all.pdf"]] {
        let arguments = [&["jobs.csv", "--dry-run", "--json"], flags].concat();
        let run = project.batch(&arguments);
        let text = String::from_utf8(run.stdout).unwrap();
        let events: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let rows = events.iter().filter(|event| event["event"] == "row");
        let fates: Vec<&Value> = rows.map(|row| &row["fate"]).collect();
        assert_eq!(fates, ["checked", "failed"], "{flags:?}");
        let end = events.last().unwrap();
        assert_eq!((&end["made"], &end["checked"]), (&0.into(), &1.into()));
        assert_eq!(end["pages"], 1);
        assert_eq!(project.made(), ["jobs.csv"]);
    }
}

#[test]
fn format_of_the_command_line_is_that_of_rows_without_one() {
    let project = project();
    project.write(
        "jobs.csv",
        "handout,format\nplain,\nplain,text\nplain,pdf\n",
    );
    let run = project.batch(&["jobs.csv", "-o", "out", "-f", "html"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let names = ["000001-plain.html", "000002-plain.txt", "000003-plain.pdf"];
    assert_eq!(project.names("out"), names);
    for flags in [
        &["--bundle", "all.pdf"][..],
        &["--print", "ipp://localhost:1/x"],
    ] {
        let run = project.batch(&[&["jobs.csv", "--format", "html"], flags].concat());
        assert_eq!(run.code, Some(2), "{}", run.stderr);
        assert!(
            run.stderr.contains("leave out `--format html`"),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn a_second_job_file_is_explained() {
    let project = project();
    project.write("jobs.csv", "handout\nplain\n");
    project.write("more.csv", "handout\nplain\n");
    let says = |arguments: &[&str]| {
        let run = project.batch(arguments);
        assert_eq!(run.code, Some(2), "{}", run.stderr);
        run.stderr
    };
    let said = says(&["jobs.csv", "more.csv"]);
    assert!(
        said.contains("a batch has one job file, and `more.csv` is one too many"),
        "{said}"
    );
    assert!(!said.contains("the folder of the leaflets"), "{said}");
    let said = says(&["jobs.csv", "leaflets"]);
    assert!(said.contains("write `--output leaflets`"), "{said}");
    assert_eq!(project.made(), ["jobs.csv", "more.csv"]);
}

/// The header is the row with the most cells, below titles.
#[test]
fn header_without_handouts_is_named_by_its_own_line() {
    let project = project();
    for (jobs, line) in [
        ("Visits of May\n\nLeaflet,First name,Date\nsleep,Ada,3\n", 3),
        (
            "Visits;;\nLeaflet;First name;\n\"sleep\";\"Bell, Ada\";\n",
            2,
        ),
        ("Leaflet,First name\nsleep,Ada\n", 1),
    ] {
        project.write("jobs.csv", jobs);
        let run = project.batch(&["jobs.csv", "-o", "out"]);
        let says = format!("error[invalid-header]: line {line}: no column is called `handout`");
        assert_eq!(run.code, Some(1), "{}", run.stderr);
        assert!(run.stderr.contains(&says), "{}", run.stderr);
        assert!(!run.stderr.contains("Ada"), "{}", run.stderr);
    }
}

#[test]
fn json_events_report_every_row() {
    let project = project();
    project.write("jobs.csv", "handout\nplain\nslep\n");
    let run = project.batch(&["jobs.csv", "-o", "out", "--json"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(1), ""));
    let text = String::from_utf8(run.stdout).unwrap();
    let events: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let rows: Vec<&Value> = events
        .iter()
        .filter(|event| event["event"] == "row")
        .collect();
    assert_eq!(
        (&rows[0]["row"], &rows[0]["fate"], &rows[0]["pages"]),
        (&1.into(), &"made".into(), &1.into())
    );
    assert_eq!(
        (&rows[1]["row"], &rows[1]["fate"]),
        (&2.into(), &"failed".into())
    );
    let finding = events
        .iter()
        .find(|event| event["event"] == "finding")
        .unwrap();
    assert_eq!(
        (&finding["row"], &finding["id"]),
        (&2.into(), &"unknown-handout".into())
    );
    assert_eq!(
        finding["job"],
        serde_json::json!({ "row": 2, "line": 3, "column": "handout" })
    );
    assert_eq!(
        (&rows[1]["line"], &finding["message"]),
        (&3.into(), &"there is no handout of this id".into())
    );
    let end = events.last().unwrap();
    assert_eq!(
        (&end["event"], &end["end"], &end["made"], &end["failed"]),
        (&"end".into(), &"finished".into(), &1.into(), &1.into())
    );
    // Quiet runs print nothing.
    let run = project.batch(&["jobs.csv", "-o", "out", "--overwrite", "-q"]);
    assert!(
        run.stdout.is_empty() && run.stderr.contains("row 2") && !run.stderr.contains("made"),
        "{}",
        run.stderr
    );
}

#[test]
fn warnings_of_a_handout_are_shown_once() {
    let project = project();
    project.change(
        "library/visit/handout.yaml",
        "review_by: 2028-11-21",
        "review_by: 2026-11-20",
    );
    project.write("jobs.csv", jobs(1..=5));
    let run = project.batch(&["jobs.csv", "-o", "out"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(
        run.stderr.matches("warning[overdue-review]").count() <= 1,
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("5 leaflets made"), "{}", run.stderr);
}

#[test]
fn shards_cover_all_rows_and_merge_checks_it() {
    let project = project();
    let whole = project.done(&jobs(1..=10), &[]);
    for part in 1..=3 {
        let (shard, folder) = (format!("{part}/3"), format!("part-{part}"));
        let run = project.batch(&["jobs.csv", "-o", &folder, "--shard", &shard]);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
    }
    let parts: BTreeMap<String, Vec<u8>> = (1..=3)
        .flat_map(|part| project.leaflets(&format!("part-{part}")))
        .collect();
    assert!(parts == whole);
    let merge = |folders: &[&str]| project.batch(&[&["merge"], folders].concat());
    let run = merge(&["part-3", "part-1", "part-2", "-o", "all.jsonl"]);
    assert_eq!(
        (run.code, run.stderr.as_str()),
        (Some(0), "10 rows: 10 leaflets (10 pages), complete\n")
    );
    let text = fs::read_to_string(project.path("all.jsonl")).unwrap();
    let rows: Vec<Value> = text
        .lines()
        .skip(1)
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(rows.len(), 10);
    for (row, record) in (1..).zip(&rows) {
        assert_eq!(record["row"], row);
        assert!(project.path(record["file"].as_str().unwrap()).is_file());
    }
    for (folders, says) in [
        (&["part-1", "part-3"][..], "row 2 is missing"),
        (
            &["part-1", "part-2", "part-3", "part-2"],
            "`part-2` and `part-2` both have shard 2/3",
        ),
        (&["out", "part-1"], "row 1 appears twice"),
    ] {
        let run = merge(folders);
        assert_eq!(run.code, Some(1), "{}", run.stderr);
        assert!(
            run.stderr.contains(says) && run.stderr.contains("not complete"),
            "{}",
            run.stderr
        );
    }
    fs::remove_file(project.path("part-2/000005-visit.pdf")).unwrap();
    assert!(
        merge(&["part-1", "part-2", "part-3"])
            .stderr
            .contains("the file of row 5 is not in `part-2`")
    );
    let run = merge(&["part-1", "nowhere"]);
    assert_eq!(run.code, Some(2));
    assert!(
        run.stderr.contains("there is no folder `nowhere`"),
        "{}",
        run.stderr
    );
    // A folder belongs to one shard.
    let run = project.batch(&["jobs.csv", "-o", "part-1", "--shard", "2/3", "--resume"]);
    assert_eq!(run.code, Some(2));
    assert!(
        run.stderr.contains("the folder has shard 1/3"),
        "{}",
        run.stderr
    );
}

#[test]
fn half_written_record_is_cut_off() {
    let project = project();
    let expected = project.done(&jobs(1..=4), &[]);
    let manifest = fs::read(project.path("out/manifest.jsonl")).unwrap();
    let expected_rows = project.plain_manifest("out");
    let lines: Vec<&[u8]> = manifest.split_inclusive(|byte| *byte == b'\n').collect();
    fs::remove_file(project.path("out/manifest.jsonl")).unwrap();
    for tail in [
        &lines[3][..40],
        &[0; 500],
        b"\n",
        &lines[3][..lines[3].len() - 1],
    ] {
        project.write(
            "out/journal.jsonl",
            [lines[0], lines[1], lines[2], tail].concat(),
        );
        project.write("out/.handout-3.tmp", "half");
        let run = project.batch(&["jobs.csv", "-o", "out", "--resume"]);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        assert!(
            run.stderr
                .starts_with("2 leaflets made (2 pages, 2 sheets), 2 done before\n"),
            "{}",
            run.stderr
        );
        assert!(project.leaflets("out") == expected);
        assert_eq!(project.plain_manifest("out"), expected_rows);
        fs::remove_file(project.path("out/manifest.jsonl")).unwrap();
    }
}

#[test]
fn handouts_of_a_row_are_joined_into_one_file() {
    let project = project();
    let jobs = "handout,patient.first_name\n\"visit; plain\",Ada\nplain;nothing,\nplain,\n";
    project.write("jobs.csv", jobs.replace(',', "\t"));
    let run = project.batch(&["jobs.csv", "-o", "out"]);
    assert_eq!(run.code, Some(1));
    assert!(
        run.stderr
            .contains("error[unknown-handout]: row 2 (line 3), column `handout`: "),
        "{}",
        run.stderr
    );
    assert_eq!(
        project.names("out"),
        ["000001-visit+plain.pdf", "000003-plain.pdf"]
    );
    let manifest = project.manifest("out");
    assert_eq!(
        (&manifest[0]["handout"], &manifest[0]["version"]),
        (&"visit;plain".into(), &"1.0.0;2.1.0".into())
    );
    assert_eq!(manifest[0]["pages"], 2);
    let bytes = &project.leaflets("out")["000001-visit+plain.pdf"];
    let file = PdfFile::read(bytes);
    assert_eq!(file.problems(), [""; 0]);
    assert_eq!(file.document.get_pages().len(), 2);
    let texts = file.texts();
    for text in ["Dear Ada, we are glad that you come.", "The same for all."] {
        assert!(texts.iter().any(|other| other == text), "{texts:?}");
    }
    use sha2::Digest;
    let sum: String = sha2::Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(manifest[0]["sha256"], sum.as_str());
}

#[test]
fn bundle_has_all_leaflets_in_row_order() {
    let project = project();
    project.write(
        "jobs.csv",
        "handout,patient.first_name,copies\nvisit,Ada,2\nslep,,\nplain,,\nvisit,Łukasz,\n",
    );
    let run = project.batch(&["jobs.csv", "--bundle", "all.pdf"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(
        run.stderr.ends_with(
            "3 leaflets made (4 pages, 4 sheets), 1 row failed\nall of them are in all.pdf (8 pages)\n"
        ),
        "{}",
        run.stderr
    );
    let bundle = fs::read(project.path("all.pdf")).unwrap();
    let file = PdfFile::read(&bundle);
    assert_eq!(file.problems(), [""; 0]);
    // Four leaflets of one page, each followed by an empty page.
    assert_eq!(file.document.get_pages().len(), 8);
    let greetings: Vec<String> = file
        .texts()
        .into_iter()
        .filter(|text| text.starts_with("Dear") || text.starts_with("The same"))
        .collect();
    assert_eq!(
        greetings,
        [
            "Dear Ada, we are glad that you come.",
            "Dear Ada, we are glad that you come.",
            "The same for all.",
            "Dear Łukasz, we are glad that you come.",
        ]
    );
    // An existing bundle is kept.
    let run = project.batch(&["jobs.csv", "--bundle", "all.pdf"]);
    assert_eq!(run.code, Some(2), "{}", run.stderr);
    assert!(
        run.stderr
            .contains("`all.pdf` already exists: `--overwrite` replaces it"),
        "{}",
        run.stderr
    );
    // The bytes do not depend on threads, files or resuming.
    for arguments in [
        &["--bundle", "all.pdf", "--overwrite", "--jobs", "1"][..],
        &[
            "--bundle",
            "all.pdf",
            "--overwrite",
            "--jobs",
            "8",
            "-o",
            "out",
        ],
        &["--bundle", "all.pdf", "--resume", "-o", "out"],
    ] {
        let run = project.batch(&[&["jobs.csv"], arguments].concat());
        assert_eq!(run.code, Some(1), "{arguments:?}: {}", run.stderr);
        assert!(
            fs::read(project.path("all.pdf")).unwrap() == bundle,
            "{arguments:?}"
        );
    }
    assert_eq!(project.names("out").len(), 3);
    // A stopped batch leaves no bundle.
    let run = project.batch(&["jobs.csv", "--bundle", "none.pdf", "--max-errors", "1"]);
    let finished = run.stderr.contains("all of them are in");
    assert_eq!(
        project.path("none.pdf").exists(),
        finished,
        "{}",
        run.stderr
    );
    // A batch without leaflets makes no bundle.
    project.write("jobs.csv", "handout\nslep\n");
    let run = project.batch(&["jobs.csv", "--bundle", "none2.pdf"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(!project.path("none2.pdf").exists());
    let run = project.batch(&["jobs.csv", "--bundle", "no/such/folder.pdf"]);
    assert_eq!(run.code, Some(2), "{}", run.stderr);
}

#[test]
fn separator_sheets_count_the_leaflets_before_them() {
    let project = project();
    project.write(
        "jobs.csv",
        "handout,copies\nplain,\nslep,\nplain,3\nplain,\n",
    );
    let run = project.batch(&[
        "jobs.csv",
        "--bundle",
        "all.pdf",
        "--separator",
        "2",
        "--sides",
        "one",
    ]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    let file = PdfFile::read(&fs::read(project.path("all.pdf")).unwrap());
    assert_eq!(file.problems(), [""; 0]);
    // Four pages and a sheet, then one page and a sheet.
    assert_eq!(file.document.get_pages().len(), 7);
    let texts = file.texts();
    for text in [
        "End of batch 1",
        "Rows 1 to 3, 21 November 2026",
        "Leaflets: 2. With all copies: 4. Printed pages: 4.",
        "Rows at fault: 1. Numbers: 2.",
        "End of batch 2",
        "Rows 4 to 4, 21 November 2026",
    ] {
        assert!(texts.iter().any(|other| other == text), "{text}: {texts:?}");
    }
}

#[test]
fn places_of_rows_are_beside_the_bundle() {
    let project = project();
    project.write(
        "jobs.csv",
        "handout,copies\nplain,\nslep,\n\"plain;plain\",3\nplain,\n",
    );
    let places = |arguments: &[&str]| {
        let run = project.batch(&[&["jobs.csv", "--bundle", "all.pdf"], arguments].concat());
        assert_eq!(run.code, Some(1), "{}", run.stderr);
        let text = fs::read_to_string(project.path("all.pdf.jsonl")).unwrap();
        let number = |line: &Value, name: &str| line[name].as_u64().unwrap();
        let lines: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let bundle = fs::read(project.path("all.pdf")).unwrap();
        let pages = PdfFile::read(&bundle).document.get_pages().len() as u64;
        assert_eq!(number(&lines[0]["files"][0], "pages"), pages);
        assert_eq!(lines[0]["files"][0]["file"], "all.pdf");
        assert_eq!(number(&lines[0], "rows"), lines.len() as u64 - 1);
        let fields = ["row", "first_page", "pages", "sheets", "copies"];
        let rows = lines[1..].iter();
        let rows: Vec<[u64; 5]> = rows
            .map(|line| fields.map(|field| number(line, field)))
            .collect();
        (rows, text)
    };
    let (one_side, _) = places(&["--sides", "one"]);
    assert_eq!(
        one_side,
        [[1, 1, 1, 1, 1], [3, 2, 6, 6, 3], [4, 8, 1, 1, 1]]
    );
    let run = project.batch(&["jobs.csv", "--bundle", "all.pdf"]);
    assert_eq!(run.code, Some(2), "{}", run.stderr);
    // A separator sheet is between rows.
    let (two_sides, text) = places(&["--overwrite", "--separator", "1"]);
    assert_eq!(
        two_sides,
        [[1, 1, 2, 1, 1], [3, 5, 12, 6, 3], [4, 19, 2, 1, 1]]
    );
    let (_, again) = places(&[
        "--overwrite",
        "--separator",
        "1",
        "--jobs",
        "1",
        "-o",
        "out",
    ]);
    assert_eq!(text, again);
    let (_, resumed) = places(&["--resume", "--separator", "1", "-o", "out"]);
    assert_eq!(text, resumed);
}

#[test]
fn faults_of_a_clinic_and_of_its_texts_are_shown_in_one_run() {
    let project = TestProject::new();
    let text = "library/visit/text/en.yaml";
    project.change(text, "we are glad", "we are [@nobody] glad");
    project.write("good/clinic.yaml", "name: Good Clinic\n");
    project.write("bad/clinic.yaml", "name: Bad Clinic\nphon: 1\n");
    project.write("jobs.csv", "handout\nvisit\n");
    project.write("jobs.jsonl", "{\"handout\":\"visit\"}\n");
    project.write("clinics.csv", "handout,clinic\nvisit,bad\nvisit,bad\n");
    project.write("other.csv", "handout\nnone\n");
    let batch = |clinic: &str, jobs: &str| {
        let stdin = fs::read_to_string(project.path("jobs.csv")).unwrap();
        let date = ["--date", "2026-11-21", "batch", "-o", "out", "-c", clinic];
        project.run(&[&date, &[jobs][..]].concat(), &stdin)
    };
    for (clinic, jobs) in [
        ("bad", "jobs.csv"),
        ("bad", "jobs.jsonl"),
        ("bad", "-"),
        ("good", "clinics.csv"),
    ] {
        let run = batch(clinic, jobs);
        assert_eq!(run.code, Some(1), "{jobs}: {}", run.stderr);
        for finding in ["error[unknown-field]", "error[unknown-citation]"] {
            assert!(run.stderr.contains(finding), "{jobs}: {}", run.stderr);
        }
        fs::remove_dir_all(project.path("out")).ok();
    }
    // Only texts that the rows name.
    let run = batch("bad", "other.csv");
    assert!(!run.stderr.contains("unknown-citation"), "{}", run.stderr);
    // Faults of the header, too.
    project.write("header.csv", "handout,handout\nvisit,visit\n");
    let run = batch("bad", "header.csv");
    for finding in ["error[unknown-field]", "error[invalid-header]"] {
        assert!(run.stderr.contains(finding), "{}", run.stderr);
    }
}
