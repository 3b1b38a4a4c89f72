//! Bibliographies of clinics: what is printed, and what is said of faults.

use std::fs;
use std::path::Path;

use lopdf::Document;

use crate::pdf_reader::PdfFile;
use crate::test_project::{Run, TestProject};

/// A clinic's handout that cites `keys`, with its references in a file.
fn project(file: &str, references: &str, keys: &[&str]) -> TestProject {
    let project = TestProject::new();
    let citations = keys.iter().map(|key| format!(" Fact [@{key}]."));
    project.write("c/clinic.yaml", "name: Hillside\nphone: 01632 960 777\n");
    project.write(
        "c/h/handout.yaml",
        "id: h\nversion: 1.0.0\nreviewed: 2026-11-21\nreview_by: 2028-11-21\nsections:\n  \
         - section: a\n    role: main-message\n  - references\n",
    );
    project.write(
        "c/h/text/en.yaml",
        format!(
            "title: A leaflet\na:\n  heading: In short\n  body: \"{}\"\n  actions: [Do it.]\n",
            citations.collect::<String>().trim()
        ),
    );
    project.write(&format!("c/{file}"), references);
    project
}

fn generate(project: &TestProject) -> Run {
    project.generate(&["h", "--clinic", "c", "-o", "h.pdf"])
}

/// Returns the words of the leaflet, and what was said.
#[track_caller]
fn printed(file: &str, references: &str, keys: &[&str]) -> (String, String) {
    let project = project(file, references, keys);
    let run = generate(&project);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let pdf = PdfFile::read(&fs::read(project.path("h.pdf")).unwrap());
    let words: Vec<String> = pdf.texts();
    let text = words.join(" ");
    (
        text.split_whitespace().collect::<Vec<_>>().join(" "),
        run.stderr,
    )
}

/// Asserts that `generate` fails and says all parts.
#[track_caller]
fn refused(file: &str, references: &str, parts: &[&str]) {
    let project = project(file, references, &["a"]);
    let run = generate(&project);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    for part in parts {
        assert!(run.stderr.contains(part), "no {part:?} in {}", run.stderr);
    }
}

fn case(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/references");
    fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn every_author_prints_in_full_or_is_named() {
    let keys = [
        "a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9", "b1", "b2", "b3",
    ];
    let (text, said) = printed("references.yaml", &case("authors.yaml"), &keys);
    for author in [
        "World Health Organization. T1.",
        "National Institute for Health and Care Excellence. T2.",
        "Royal College of Physicians. T3.",
        "Smith J, Jones K. T4.",
        "Smith J. T5.",
        "John Smith, Mary Jones. T6.",
        "Department of Health and Social Care. T7.",
        "Smith J. T8.",
        "Who wrote it. T9.",
        "World Health Organization. T10.",
        "de la Cruz A, Müller J. T11.",
        "T12. 2020",
    ] {
        assert!(text.contains(author), "no {author:?} in {text}");
    }
    for doubt in [
        "references.yaml:6:",
        "`John Smith` is printed whole",
        "`\"Smith, John\"` for a person",
        "`Mary Jones` is printed whole",
        "`Who wrote it` is printed whole",
    ] {
        assert!(said.contains(doubt), "no {doubt:?} in {said}");
    }
    assert_eq!(said.matches("unclear-name").count(), 3, "{said}");
}

#[test]
fn a_reference_without_a_title_is_refused() {
    refused(
        "references.yaml",
        "a: { type: report, date: 2020 }\n",
        &["missing-field", "references.yaml:1:", "`title`"],
    );
}

#[test]
fn an_article_without_a_journal_is_no_preprint() {
    let (text, said) = printed(
        "references.yaml",
        "a: { type: article, title: The effect of rest, author: Smith J, date: 2019-02-28 }\n",
        &["a"],
    );
    assert!(
        text.contains("Smith J. The effect of rest. 2019."),
        "{text}"
    );
    assert!(said.contains("the article is in no journal"), "{said}");
}

#[test]
fn keys_of_other_formats_are_named_with_the_right_one() {
    refused(
        "references.yaml",
        &case("references-onemany.yaml"),
        &[
            "references.yaml:7:",
            "no field `doi` here",
            "serial-number: { doi:",
        ],
    );
    let without_doi = case("references-onemany.yaml").replace("  doi: 10.1002", "  # 10.1002");
    refused(
        "references.yaml",
        &without_doi,
        &[
            "references.yaml:13:",
            "`parent` is not written",
            "parent: { type: periodical",
        ],
    );
    for (field, right) in [
        ("journal: Pain", "parent: { type: periodical"),
        ("year: 2020", "write `date: 2021`"),
        ("pages: 1-2", "write `page-range: 232-243`"),
        ("Title: B", "did you mean `title`?"),
        ("institution: A", "write `organization`"),
        ("keywords: [x]", "it is not printed"),
        ("parent: { journal: Pain }", "parent: { type: periodical"),
        (
            "serial-number: { DOI: 10.1000/1 }",
            "write it in small letters: `doi`",
        ),
        (
            "author: [{ family: Smith, given: Jo }]",
            "write `given-name`",
        ),
        ("author: \"Smith, Jo, Lee, Bo\"", "where each name begins"),
        ("grade: E", "write one of A, B, C, D"),
    ] {
        refused(
            "references.yaml",
            &format!("a:\n  type: report\n  title: A\n  date: 2020\n  {field}\n"),
            &["references.yaml:5:", right],
        );
    }
}

#[test]
fn titles_print_as_they_are_meant() {
    let yaml = "\
a: { type: report, title: \"Chronic pain in over 16s [NG193]\", author: NICE, date: 2021 }
b: { type: book, title: Über die Schmerztherapie bei Ödemen, author: { name: Org }, date: 2021 }
c: { type: report, title: \"{McDonald} criteria\", author: { name: Org }, date: 2021 }
d: { type: article, title: Does exercise help?, author: \"A, B.\", date: 2020, parent: { title: J Pain, volume: 1 } }
e: { type: article, title: \"The $5 trial &amp; the $6 <i>trial</i>.\", author: \"A, B.\", date: 2020, parent: { title: J Pain, volume: 1 } }
f: { type: article, title: \"A &foo; paper\", author: \"A, B.\", date: 2020, parent: { title: J Pain, volume: 1 } }
";
    let (text, said) = printed("references.yaml", yaml, &["a", "b", "c", "d", "e", "f"]);
    for title in [
        "NICE. Chronic Pain in over 16s [NG193]. 2021.",
        "Org. Über die Schmerztherapie bei Ödemen. 2021.",
        "Org. McDonald Criteria. 2021.",
        "A B. Does exercise help? J Pain. 2020;1.",
        "The $5 trial & the $6 trial. J Pain. 2020;1.",
    ] {
        assert!(text.contains(title), "no {title:?} in {text}");
    }
    assert!(
        said.contains("`&foo;` is no markup that is known, and is printed as it is"),
        "{said}"
    );
    assert!(said.contains("references.yaml:6:"), "{said}");
}

#[test]
fn hidden_marks_of_references_are_found() {
    let yaml = "\
a: { type: report, title: \"Pain \\u202Ein over 16s\", author: { name: Org }, date: 2021 }
b: { type: article, title: Sleep, author: \"Nov\\u3164ak, B.\", date: 2020, parent: { title: J Pain, volume: 1 } }
c: { type: article, title: Sleep, author: \"A, B.\", date: 2020, parent: { title: \"J \\u2067Pain\", volume: 1 } }
";
    let (_, said) = printed("references.yaml", yaml, &["a", "b", "c"]);
    for place in [
        "references.yaml:1:",
        "references.yaml:2:",
        "references.yaml:3:",
    ] {
        assert!(said.contains(place), "no {place} in {said}");
    }
    assert_eq!(said.matches("warning[lost-mark]").count(), 3, "{said}");
}

#[test]
fn editors_institutions_and_particles_print() {
    let yaml = "\
ed: { type: book, editor: [\"Smith, A.\", \"Jones, B.\"], title: Textbook of pain, publisher: A Press, date: 2020 }
ch:
  type: chapter
  author: \"Ray, C.\"
  title: A chapter
  page-range: 1-9
  date: 2020
  parent: { type: anthology, title: Textbook of pain, editor: [\"Smith, A.\", \"Jones, B.\"], publisher: A Press }
the: { type: thesis, author: \"Ray, C.\", title: A thesis, organization: University of Somewhere, date: 2020 }
van: { type: article, author: \"van der Berg, Jan\", title: A paper, date: 2020, parent: { title: J Pain, volume: 1 } }
";
    let (text, said) = printed("references.yaml", yaml, &["ed", "ch", "the", "van"]);
    for reference in [
        "Smith A, Jones B, eds. Textbook of Pain. A Press; 2020.",
        "Ray C. A chapter. In: Smith A, Jones B, eds. Textbook of Pain. A Press; 2020:1-9.",
        "Ray C. A Thesis. University of Somewhere; 2020.",
        "van der Berg J. A paper. J Pain. 2020;1.",
    ] {
        assert!(text.contains(reference), "no {reference:?} in {text}");
    }
    assert!(!said.contains("warning"), "{said}");
}

#[test]
fn a_doi_is_escaped_in_its_link() {
    let yaml = "arg: { type: article, author: \"Argenti, P. A.\", title: A paper, date: 1998, \
                serial-number: { doi: \"10.1002/(sici)1099-050x(199823/24)37:3/4<197::aid-hrm2>3.0.co;2-#\" }, \
                parent: { title: A Journal, volume: 37 } }\n";
    let project = project("references.yaml", yaml, &["arg"]);
    let run = generate(&project);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let pdf = Document::load(project.path("h.pdf")).unwrap();
    let uris: Vec<String> = pdf
        .objects
        .values()
        .filter_map(|object| object.as_dict().ok()?.get(b"A").ok()?.as_dict().ok())
        .filter_map(|action| action.get(b"URI").ok()?.as_str().ok())
        .map(|uri| String::from_utf8_lossy(uri).into_owned())
        .collect();
    let wanted =
        "https://doi.org/10.1002/(sici)1099-050x(199823/24)37:3/4%3C197::aid-hrm2%3E3.0.co;2-%23";
    assert!(uris.iter().any(|uri| uri == wanted), "{uris:?}");
}

#[test]
fn a_file_of_zotero_is_read() {
    let keys = [
        "buchbinder_corticosteroid_2003",
        "cook_corticosteroid_2018",
        "mohamadi_corticosteroid_2017",
        "national_institute_for_health_and_care_excellence_shoulder_2022",
        "szabó_gelenk_2019",
    ];
    let (text, said) = printed("references.bib", &case("zotero.bib"), &keys);
    for reference in [
        "Buchbinder R, Green S, Youd JM. Corticosteroid injections for shoulder pain. The Cochrane \
         Database of Systematic Reviews. 2003;2003(1):CD004016.",
        "Cook T, Minns Lowe C, Maybury M, Lewis JS. Corticosteroid injection for subacromial \
         impingement: a meta-analysis. British Journal of Sports Medicine. 2018;47(10):667-677.",
        "Mohamadi A, Chan JJ, Claessen FMAP, Ring D, Chen NC. Corticosteroid Injections Give Small and \
         Transient Pain Relief in Rotator Cuff Tendinosis: A Meta-analysis.",
        "National Institute for Health and Care Excellence. Shoulder pain: Clinical Knowledge Summary. \
         2022.",
        "Szabó I, Müller-Ødegård J. Die Schulter: Injektionen & Punktionen. Springer; 2019.",
    ] {
        assert!(text.contains(reference), "no {reference:?} in {text}");
    }
    assert!(!said.contains("warning"), "{said}");
}

#[test]
fn both_files_are_read_and_share_no_key() {
    let yaml = "a: { type: book, title: A book, author: Smith J, date: 2020 }\n";
    let bib = "@book{b,\n  title = {Another},\n  author = {Lee, Bo},\n  date = {2021},\n}\n";
    let project = project("references.yaml", yaml, &["a", "b"]);
    project.write("c/references.bib", bib);
    let run = generate(&project);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    project.write("c/references.bib", bib.replace("{b,", "{a,"));
    let run = generate(&project);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    for part in [
        "duplicate-key",
        "references.bib:1:7",
        "already in `c/references.yaml`",
    ] {
        assert!(run.stderr.contains(part), "no {part:?} in {}", run.stderr);
    }
}

#[test]
fn faults_of_biblatex_have_their_line() {
    let good = "@book{z,\n  title = {Z},\n}\n\n";
    for (entry, parts) in [
        (
            "@book{a,\n  title = {A\n  date = {2020},\n}\n",
            &["references.bib:5:", "does not end"][..],
        ),
        (
            "@book{a,\n  title = {A}\n  date = {2020},\n}\n",
            &["references.bib:7:", "comma"],
        ),
        ("@book{a,\n  title {A},\n}\n", &["references.bib:6:", "`=`"]),
        (
            "@book{a,\n  title = Pain,\n}\n",
            &["references.bib:6:", "`Pain` is no abbreviation"],
        ),
        (
            "@book{z,\n  title = {A},\n}\n",
            &["references.bib:5:", "second time", "line 1"],
        ),
        (
            "@book{a,\n  title = {A},\n  title = {B},\n}\n",
            &["references.bib:7:", "second time"],
        ),
        (
            "@book{a,\n  title = {A},\n  grade = {Z},\n}\n",
            &["references.bib:7:", "A, B, C, D"],
        ),
        (
            "@book{a,\n  date = {2020},\n}\n",
            &["references.bib:5:", "`title` is missing"],
        ),
        (
            "@book{a,\n  title = {A},\n  crossref = {z},\n}\n",
            &["references.bib:7:", "in the entry itself"],
        ),
        (
            "@book{lee 2020,\n  title = {A},\n}\n",
            &[
                "references.bib:5:7",
                "the key of an entry has no blanks",
                "one word",
            ],
        ),
        (
            "@book{a,\n  title = {A}},\n  author = {Smith, Jo},\n}\n",
            &[
                "references.bib:7:3",
                "`author` is outside of an entry",
                "an extra `}`",
            ],
        ),
        (
            "@book{a, title=\"A {\"}b{\"} c\", date=\"2020\"}\n",
            &["references.bib:5:", "is outside of an entry"],
        ),
        (
            "@book{title = {A},\n}\n",
            &["references.bib:5:7", "the entry has no key"],
        ),
        (
            "@string{x = {X}}\n@string{y = x}\n@book{a, title = y}\n",
            &["references.bib:6:", "abbreviation"],
        ),
    ] {
        refused("references.bib", &format!("{good}{entry}"), parts);
    }
}

#[test]
fn doubts_of_biblatex_are_warnings() {
    let bib = "\
@book{a,
  title = {A \\foo{x}},
  autor = {Smith, Jo},
  author = {Royal College of Physicians and Lee, Bo},
  date = {in press},
  mendeley-groups = {x},
}
";
    let (text, said) = printed("references.bib", bib, &["a"]);
    assert!(
        text.contains("Royal College of Physicians, Lee B."),
        "{text}"
    );
    for part in [
        "references.bib:3:3",
        "did you mean `author`?",
        "`\\foo` is no markup that is known, and is printed as it is",
        "`{Royal College of Physicians}` in braces",
        "`in press` is not read as a date",
    ] {
        assert!(said.contains(part), "no {part:?} in {said}");
    }
    assert!(!said.contains("mendeley"), "{said}");
}

#[test]
fn dates_that_never_were_and_lone_others_are_warnings() {
    for (fields, printed_as, parts) in [
        (
            "date = {2024-02-31}",
            "",
            &[
                "references.bib:4:",
                "`2024-02-31` is not read as a date, and is not printed",
            ][..],
        ),
        (
            "date = {2024-13}",
            "",
            &["`2024-13` is not read as a date, and is not printed"],
        ),
        (
            "year = {2023}, month = {2}, day = {30}",
            "2023",
            &["`30` is not read as a date", "a day that the month has"],
        ),
        (
            "year = {2023}, month = {Feb. 30}",
            "2023",
            &["`Feb. 30` is not read as a date"],
        ),
        (
            "year = {2024}, month = {13}",
            "2024",
            &["`13` is not read as a date"],
        ),
    ] {
        let bib = format!(
            "@book{{a,\n  title = {{Atitle}},\n  author = {{Smith, Jo}},\n  {fields},\n}}\n"
        );
        let (text, said) = printed("references.bib", &bib, &["a"]);
        for part in parts {
            assert!(said.contains(part), "no {part:?} in {said}");
        }
        assert!(!said.contains("is missing"), "{said}");
        assert!(
            !text.contains("30, 2023") && !text.contains("February"),
            "{text}"
        );
        let year = printed_as.starts_with("20").then_some(printed_as);
        assert!(
            year.is_none_or(|year| text.contains(year)),
            "{fields}: {text}"
        );
    }
    let bib = "@book{a,\n  title = {Atitle},\n  author = {others},\n  date = {2020},\n}\n";
    let (text, said) = printed("references.bib", bib, &["a"]);
    assert!(
        text.contains("Atitle.") && !text.contains("et al"),
        "{text}"
    );
    assert!(
        said.contains("`author` has no name before `others`"),
        "{said}"
    );
    assert!(said.contains("references.bib:3:"), "{said}");
    let bib = bib
        .replace("others", "and")
        .replace("date", "year = {2019}, date");
    let (text, said) = printed("references.bib", &bib, &["a"]);
    assert!(text.contains("Atitle.") && !text.contains("and."), "{text}");
    assert!(said.contains("a name is missing beside an `and`"), "{said}");
    let both = "`year` is 2019 and `date` is 2020: only `date` is printed";
    assert!(said.contains(both), "{said}");
    let yaml = "a: { type: book, title: Atitle, author: et al, date: 2020 }\n";
    let (text, said) = printed("references.yaml", yaml, &["a"]);
    assert!(!text.contains("et al"), "{text}");
    assert!(
        said.contains("`author` has no name before `others`"),
        "{said}"
    );
}

#[test]
fn latin_1_and_other_names_of_files_say_what_to_do() {
    let yaml = "a: { type: book, title: A book, author: Smith J, date: 2020 }\n";
    let project = project("references.yaml", yaml, &["a"]);
    project.write(
        "c/references.bib",
        &b"@book{b,\n  author = {M\xfcller, Jo},\n}\n"[..],
    );
    let run = generate(&project);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    for part in [
        "error[bibliography-syntax]: the file is not UTF-8 text",
        "references.bib:2:14",
        "the character encoding Unicode (UTF-8)",
    ] {
        assert!(run.stderr.contains(part), "no {part:?} in {}", run.stderr);
    }
    let bib = "@book{b,\n  title = {B},\n  author = {Lee, Bo},\n  date = {2021},\n}\n";
    std::fs::remove_file(project.path("c/references.bib")).unwrap();
    project.write("c/mine.bib", bib);
    let run = generate(&project);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let said = "warning[unread-file]: `mine.bib` is not read";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    assert!(
        run.stderr.contains("rename it to `references.bib`"),
        "{}",
        run.stderr
    );
    project.write("c/references.bib", bib);
    let run = generate(&project);
    assert!(run.stderr.contains(said), "{}", run.stderr);
    assert!(
        run.stderr.contains("put its entries into `references.bib`"),
        "{}",
        run.stderr
    );
}

#[test]
fn other_bib_files_of_a_library_are_named() {
    let project = TestProject::new();
    project.write("library/references.yaml", case("authors.yaml"));
    let bib = "@book{z,\n  title = {B},\n  author = {Lee, Bo},\n  date = {2021},\n}\n";
    project.write("library/mine.bib", bib);
    let generate = || project.generate(&["visit", "--set", "patient.first_name=Ada", "-o", "-"]);
    let run = generate();
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let said = "warning[unread-file]: `mine.bib` is not read";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    fs::rename(
        project.path("library/mine.bib"),
        project.path("library/references.bib"),
    )
    .unwrap();
    assert!(!generate().stderr.contains("unread-file"));
}

#[test]
fn other_formats_say_the_way_out() {
    for (file, content) in [
        ("references.ris", case("zotero.ris")),
        ("My library.ris", case("zotero.ris")),
        ("references.json", case("zotero.json")),
        ("references.yaml", case("zotero.json")),
        ("references.yaml", case("zotero.ris")),
        ("references.bib", case("zotero.ris")),
        ("references.bib", case("zotero.json")),
    ] {
        refused(
            file,
            &content,
            &["unread-file", "BibLaTeX", "`references.bib`"],
        );
    }
    for (file, content) in [
        ("zotero.bib", case("zotero.bib")),
        ("My Library.bib", case("zotero.bib")),
        ("references.bib.txt", case("zotero.bib")),
        ("references.yaml", case("zotero.bib")),
    ] {
        refused(file, &content, &["unread-file", "to `references.bib`"]);
    }
    let yaml = case("authors.yaml").replace("{ grade: A, type", "\n  type");
    refused(
        "references.bib",
        &yaml,
        &["unread-file", "to `references.yaml`"],
    );
}

#[test]
fn hostile_biblatex_is_refused_or_read() {
    let deep = format!("@book{{a, title = {}}}\n", "{".repeat(100_000));
    let commands = format!(
        "@book{{a, title = {{{}x{}}}}}\n",
        "\\emph{".repeat(5_000),
        "}".repeat(5_000)
    );
    let braces = format!("@book{{a, title = {{{}}}}}\n", "{x}y".repeat(200_000));
    let strings = format!(
        "@string{{x = {{{}}}}}\n@book{{a, title = {}}}\n",
        "x".repeat(100_000),
        ["x"; 10_000].join(" # ")
    );
    let itself = "@string{x = x}\n@book{a, title = x}\n".to_owned();
    let circle =
        "@book{a, title = {A}, crossref = {b}}\n@book{b, title = {B}, crossref = {a}}\n".to_owned();
    for text in [deep, commands, braces, strings, itself, circle] {
        refused("references.bib", &text, &["references.bib"]);
    }
    let project = project("references.bib", "", &[]);
    let good = case("zotero.bib");
    for (index, _) in good.char_indices().step_by(97) {
        for cut in [good[..index].to_owned(), good[index..].to_owned()] {
            project.write("c/references.bib", cut);
            let run = generate(&project);
            assert!(matches!(run.code, Some(0 | 1)), "{index}: {}", run.stderr);
        }
    }
}

/// Prints one article for each value of a field, and returns its words and what was said.
fn article(fields: &str) -> (String, String) {
    let entry =
        format!("@article{{a,\n  title = {{T}}, journal = {{Pain}}, volume = 3,\n  {fields}\n}}\n");
    printed("references.bib", &entry, &["a"])
}

#[test]
fn names_in_a_bib_file_are_right_or_named() {
    let right = [
        (
            "Smith J, Jones AB, de la Cruz M",
            "Smith J, Jones AB, de la Cruz M. T.",
        ),
        (
            "Smith, J., Jones, A. B., & Brown, C.",
            "Smith J, Jones AB, Brown C. T.",
        ),
        ("Jane Smith; Ann Jones", "Smith J, Jones A. T."),
        ("Smith, Jane; Jones, Ann", "Smith J, Jones A. T."),
        ("Jane Smith & Ann Jones", "Smith J, Jones A. T."),
        ("Smith, Jane & Jones, Ann", "Smith J, Jones A. T."),
        ("Smith J et al", "Smith J, et al. T."),
        ("Smith J, Jones A, et al", "Smith J, Jones A, et al. T."),
        ("Smith, Jane et al. and Jones, Ann", "Jones A. T."),
        ("Jane Smith and others", "Smith J, et al. T."),
        ("Jane Smith, PhD and Ann Jones, MSc", "Smith J, Jones A. T."),
        ("Dr Jane Smith", "Smith J. T."),
        ("\"Smith, Jane\"", "Smith J. T."),
        (
            "Garc{\\'\\i}a, M and Mart{\\'i}n, A",
            "García M, Martín A. T.",
        ),
        (
            "{Pain, Palliative and Supportive Care Group}",
            "Pain, Palliative and Supportive Care Group. T.",
        ),
        ("Smith, Jr., John", "Smith J Jr. T."),
        ("Smith, Jane\n    and Jones, Ann", "Smith J, Jones A. T."),
    ];
    for (names, expected) in right {
        let (text, said) = article(&format!("author = {{{names}}}, year = 2020"));
        assert!(
            text.contains(expected),
            "{names}: no {expected:?} in {text}\n{said}"
        );
        assert!(!said.contains("unclear-name"), "{names}: {said}");
    }
    let named = [
        "Smith, Jane, Jones, Ann",
        "Smith, J and Jones, A. B. and",
        "and Smith, J",
        "Smith and and Jones",
        "Smith, Jane (Ed.)",
        "Smith, Jane, editor",
        "Ann Jones, MD",
        "Cochrane Pain, Palliative and Supportive Care Group",
        "Centers for Disease Control and Prevention",
        "Smith, Jane and World Health Organization",
        "Johnson & Johnson",
        "Smith, Jane*",
        "Smith J1, Jones A2",
        "Jane Smith, Ann Jones",
        "Smith, Jane [editor]",
        "smith@clinic.example",
    ];
    for names in named {
        let (text, said) = article(&format!("author = {{{names}}}, year = 2020"));
        assert!(said.contains("unclear-name"), "{names}: {text}\n{said}");
        assert!(said.contains("references.bib:3:"), "{names}: {said}");
    }
}

#[test]
fn signs_in_titles_are_no_markup() {
    for (title, expected) in [
        ("a < b and c > d", "a < b and c > d."),
        (
            "Pain when age < 5 and BMI > 30",
            "Pain when age < 5 and BMI > 30.",
        ),
        (
            "adults with IL-6 <b and c> 3",
            "adults with IL-6 <b and c> 3.",
        ),
        ("p<i and q>i", "p<i and q>i."),
        ("<i>In vivo</i> and H<sub>2</sub>O", "In vivo and H2O."),
        ("<span class=\"nocase\">DNA</span> <b>now</b>", "DNA now."),
        ("One &lt;i&gt;two&lt;/i&gt;", "One two."),
    ] {
        let yaml = format!(
            "a: {{type: article, title: '{title}', author: 'Smith, J', date: 2020, parent: {{type: periodical, title: Pain}}}}\n"
        );
        let (text, said) = printed("references.yaml", &yaml, &["a"]);
        assert!(text.contains(expected), "no {expected:?} in {text}");
        assert!(!said.contains("warning"), "{said}");
        let bib = format!("@article{{a, title = {{{title}}}, journal = {{Pain}}, year = 2020}}\n");
        let (text, said) = printed("references.bib", &bib, &["a"]);
        let words = expected.to_lowercase();
        assert!(
            text.to_lowercase().contains(&words),
            "no {words:?} in {text}"
        );
        assert!(!said.contains("warning"), "{said}");
    }
    for title in ["test &lt;b&gt; test", "a </i> b", "<b>bold", "x &foo; y"] {
        let bib = format!("@article{{a, title = {{{title}}}, journal = {{Pain}}, year = 2020}}\n");
        let (text, said) = printed("references.bib", &bib, &["a"]);
        assert!(
            said.contains("is printed as it is"),
            "{title}: {text} {said}"
        );
    }
    let bib =
        "@article{a, title = {``Quoted'' and `single' words}, journal = {Pain}, year = 2020}\n";
    let (text, _) = printed("references.bib", bib, &["a"]);
    assert!(text.contains("“Quoted” and ‘single’ words"), "{text}");
}

#[test]
fn pages_addresses_and_years_of_a_bib_file_are_right_or_named() {
    for (fields, expected) in [
        ("year = 2020, pages = {1--9, 12}", "2020;3:1-9, 12."),
        ("year = 2020, pages = {1, 5, 9}", "2020;3:1, 5, 9."),
        ("year = 2020, pages = {}", "2020;3."),
        (
            "year = 2020, url = {https://x.example/a\\_b\\%20c}",
            "x.example/a_b%20c",
        ),
        (
            "year = 2020, url = {https://x.example/a{\\_}b}",
            "x.example/a_b",
        ),
        (
            "year = 2020, url = {https://x.example/{\\textasciitilde}jane}",
            "x.example/~jane",
        ),
        (
            "year = 2020, url = {https://x.example/\\~{}jane}",
            "x.example/~jane",
        ),
        ("year = 2020, doi = {10.1000/a\\_b}", "doi.org/10.1000/a_b"),
        (
            "year = 2020, eprint = {2001.1234}, eprinttype = {arxiv}",
            "arxiv.org/abs/2001.1234",
        ),
        (
            "year = 2020, eprint = {2001.1234}, archiveprefix = {arXiv}",
            "arxiv.org/abs/2001.1234",
        ),
        ("date = {2020-05-14}", "2020;3."),
        ("year = 2020, month = may", "2020;3."),
        ("year = 2020, month = {May}", "2020;3."),
    ] {
        let (text, said) = article(fields);
        assert!(
            text.contains(expected),
            "{fields}: no {expected:?} in {text}\n{said}"
        );
        assert!(!said.contains("warning"), "{fields}: {said}");
    }
    for (fields, value) in [
        ("year = {2020--2021}", "`2020–2021`"),
        ("year = 20", "`20`"),
        ("year = {in press}", "`in press`"),
        ("year = {c2020}", "`c2020`"),
        ("date = {2020/2021}", "`2020/2021`"),
        ("year = 2020, month = {13}", "`13`"),
        ("year = 2020, month = {spring}", "`spring`"),
        ("year = 2020, doi = {not a doi}", "`not a doi`"),
        (
            "year = 2020, url = {javascript:alert(1)}",
            "`javascript:alert(1)`",
        ),
        ("year = 2020, url = {www.x.example}", "`www.x.example`"),
        ("year = 2020, eprint = {77}, eprinttype = {jstor}", "`77`"),
    ] {
        let (text, said) = article(fields);
        assert!(said.contains("invalid-value"), "{fields}: {text}\n{said}");
        assert!(said.contains(value), "{fields}: {said}");
        assert!(said.contains("references.bib:3:"), "{fields}: {said}");
        assert!(said.contains("help"), "{fields}: {said}");
    }
    let (_, said) = article("year = {}");
    assert!(said.contains("the field `date` is missing"), "{said}");
}

#[test]
fn dates_and_addresses_of_a_yaml_file_are_right_or_named() {
    let entry = |field: &str| {
        format!(
            "a:\n  type: article\n  title: T\n  {field}\n  parent: {{type: periodical, title: Pain}}\n"
        )
    };
    for date in ["20200501", "20", "2020-13", "May 2020", "'2020/2021'"] {
        refused(
            "references.yaml",
            &entry(&format!("date: {date}")),
            &[
                "invalid-value",
                "references.yaml:4:",
                "write a year, a month or a day",
            ],
        );
    }
    for field in [
        "url: 'javascript:alert(1)'",
        "serial-number: {doi: not a doi}",
    ] {
        let (text, said) = printed("references.yaml", &entry(field), &["a"]);
        assert!(said.contains("invalid-value"), "{field}: {text}\n{said}");
        assert!(
            !text.contains("javascript") && !text.contains("not a doi"),
            "{text}"
        );
    }
}

#[test]
fn retracted_works_are_named() {
    for fields in [
        "title = {Rest}, note = {Retracted in 2022, see vol. 4}",
        "title = {RETRACTED: Rest}",
        "title = {Rest (Retracted article. See vol. 398, pg. 1, 2020)}",
        "title = {Rest}, pubstate = {retracted}",
        "title = {Rest}, keywords = {Humans, Retracted Publication}",
        "title = {Rest}, related = {b}, relatedtype = {retraction}",
    ] {
        let bib = format!(
            "@article{{a, author = {{Lee, Bo}}, journaltitle = {{Pain}}, date = {{2020}}, {fields}}}\n"
        );
        let (_, said) = printed("references.bib", &bib, &["a"]);
        assert!(
            said.contains("warning[retracted-reference]"),
            "{fields}: {said}"
        );
        assert_eq!(said.matches("warning[").count(), 1, "{fields}: {said}");
    }
    let yaml = "a: { type: article, title: 'WITHDRAWN: Rest', author: 'Lee, Bo', date: 2020, parent: { type: periodical, title: Pain } }\n";
    let (_, said) = printed("references.yaml", yaml, &["a"]);
    assert!(said.contains("warning[retracted-reference]"), "{said}");
}

#[test]
fn fields_that_are_not_printed_are_named() {
    let bib = "\
@report{a, title = {Chronic pain}, author = {Lee, Bo}, date = {2021}, institution = {NICE},
  type = {NICE guideline}, number = {NG193},
  note = {Publisher: NICE
In Norwegian}}
@article{b, title = {Rest}, author = {Lee, Bo}, journaltitle = {Pain}, date = {2020}, number = {4}, volume = {2},
  pubstate = {inpress}, note = {Publisher: Elsevier}, titleaddon = {Part 2}, related = {a}}
@online{c, title = {Page}, date = {2020}, url = {https://a.example}, organization = {Hill Clinic},
  note = {Accessed: 2021-05-14}}
@online{d, title = {Page}, date = {2020}, url = {https://a.example}, titleaddon = {Hill Clinic},
  shorttitle = {P}, keywords = {x}, langid = {english}}
@thesis{e, title = {Sleep}, author = {Lee, Bo}, date = {2020}, institution = {University of Hill}, type = {phdthesis}}
";
    let (text, said) = printed("references.bib", bib, &["a", "b", "c", "d", "e"]);
    for part in [
        "`number`, `type` are not printed",
        "the note “In Norwegian” is not printed",
        "`pubstate`, `titleaddon`, `related` are not printed",
        "the note “Accessed: 2021-05-14” is not printed",
        "`urldate = {2021-05-14}`",
    ] {
        assert!(said.contains(part), "no {part:?} in {said}");
    }
    assert_eq!(said.matches("unprinted-field").count(), 4, "{said}");
    assert_eq!(text.matches("Hill Clinic").count(), 2, "{text}");
}

#[test]
fn titles_and_degrees_of_authors_are_no_part_of_their_names() {
    for (author, expected) in [
        ("John Smith Jr.", "Smith J Jr."),
        ("Dr. Smith, John", "Smith J."),
        ("{Dr Foster Intelligence}", "Dr Foster Intelligence."),
        ("Smith, John, PhD", "Smith J."),
    ] {
        let (text, said) = article(&format!("author = {{{author}}}"));
        assert!(text.contains(&format!("{expected} T")), "{author}: {text}");
        assert!(!said.contains("unclear-name"), "{author}: {said}");
    }
    let (_, said) = article("author = {Smith, John MD}");
    assert!(said.contains("`Smith, John MD` may be misread"), "{said}");
}
