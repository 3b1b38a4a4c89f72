//! Web pages and plain texts say what the PDF says.

use std::collections::BTreeSet;

use handout::document::{BlockKind, Document, SectionRole};
use handout::font::is_never_drawn;
use handout::picture::{Picture, VectorItem};
use handout::{Clinic, Faces, Format, JobData, LeafletRequest, Paper, Renderer, render};

use crate::pdf_reader::PdfFile;
use crate::reading_order::{Part, Reading};
use crate::shipped_library::{SHIPPED, TODAY};
use crate::test_project::{Run, TestProject, run_in};

/// Makes a shipped leaflet in a format.
fn made(id: &str, format: Format) -> String {
    let handout = SHIPPED.library.handout(id).unwrap();
    let date = TODAY.parse().unwrap();
    let request = LeafletRequest::new(&SHIPPED.library, &handout, &SHIPPED.clinic, date)
        .with_language("en")
        .with_format(format);
    let leaflet = render(&request, &JobData::new(), &mut Renderer::new()).unwrap();
    String::from_utf8(leaflet.bytes).unwrap()
}

/// The expected words of a leaflet without page numbers.
struct Words {
    parts: Vec<Part>,
    footer: String,
    /// Words inside drawings and beside QR codes. A plain text lacks them.
    drawn: Vec<String>,
}

fn words_of(document: &Document) -> Words {
    let reading = Reading::of(document);
    let see_page = format!(" ({})", reading.see_page.replace("{page}", "#"));
    let page_of = &document.ui_strings.page_of;
    let without_page = |text: String| text.replace(&see_page, "");
    let parts = reading.parts.into_iter().map(|part| match part {
        Part::Text(text) => Part::Text(without_page(text)),
        Part::Table { grid, lists } => Part::Table {
            grid: grid.into_iter().map(without_page).collect(),
            lists: lists.into_iter().map(without_page).collect(),
        },
    });
    Words {
        parts: parts.collect(),
        footer: reading.footer.replace(page_of, ""),
        drawn: drawn(document),
    }
}

fn drawn(document: &Document) -> Vec<String> {
    let mut drawn = Vec::new();
    for section in &document.sections {
        if let SectionRole::Contact { qr: Some(qr), .. } = &section.role {
            drawn.push(qr.label.clone());
        }
        for block in &section.blocks {
            if let BlockKind::Figure(figure) = &block.kind
                && let Picture::Vector(drawing) = &**figure.picture.picture()
            {
                drawn.extend(drawing.items.iter().filter_map(|item| match item {
                    VectorItem::Text(_, run) => Some(run.text.clone()),
                    VectorItem::Shape(_) | VectorItem::Graphic(_) => None,
                }));
            }
        }
    }
    drawn
}

#[test]
fn every_shipped_leaflet_has_a_text_message() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for id in SHIPPED.library.ids() {
        let texts =
            std::fs::read_to_string(root.join(format!("handouts/{id}/text/en.yaml"))).unwrap();
        let written = texts
            .lines()
            .find_map(|line| line.strip_prefix("text-message: "));
        let expected = written.unwrap_or_else(|| panic!("{id} has no text message"));
        for clinic in ["typical", "example"] {
            let clinic_path = format!("handouts/clinics/{clinic}");
            let run = run_in(root, &["generate", &id, "--summary", "-c", &clinic_path]);
            assert_eq!(run.code, Some(0), "{id}: {}", run.stderr);
            let said = String::from_utf8(run.stdout).unwrap();
            let status = match clinic {
                "example" => "Example - not for patients: ",
                _ => "",
            };
            assert_eq!(said, format!("{status}{expected}\n"), "{id}");
            assert!(said.chars().count() <= 161 && said.is_ascii(), "{id}");
        }
    }
}

/// Returns a project whose leaflet has this text message, and the flags that print it.
fn with_text_message(line: &str) -> (TestProject, [&'static str; 6]) {
    let project = TestProject::new();
    project.write("own/clinic.yaml", "name: Own\n");
    project.change(
        "library/visit/text/en.yaml",
        "welcome:\n",
        &format!("{line}welcome:\n"),
    );
    let name = "patient.first_name=Ada";
    (project, ["visit", "-c", "own", "--summary", "--set", name])
}

#[test]
fn values_that_only_the_text_message_uses_are_used() {
    let (project, _) = with_text_message("text-message: \"Come at {{visit.time}}.\"\n");
    let jobs = "handout,patient.first_name,visit.time,ward\nvisit,Ada,9 am,3\n";
    project.write("jobs.csv", jobs);
    let set = ["patient.first_name=Ada", "visit.time=9 am", "ward=3"];
    let set: Vec<&str> = set.into_iter().flat_map(|value| ["--set", value]).collect();
    let preview = ["preview", "visit", "-o", "page.png"];
    for arguments in [
        [&["generate", "visit"], &set[..]].concat(),
        [&preview, &set[..]].concat(),
        vec!["batch", "jobs.csv", "-o", "out"],
    ] {
        let run = project.run(&arguments, "");
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        let said = "warning[unused-value]: no text uses `ward`\n";
        assert!(run.stderr.contains(said), "{}", run.stderr);
    }
}

const MAIN: &str = "Dear Ada, we are glad that you come.\n";

#[test]
fn the_text_message_is_sent_in_place_of_the_main_message() {
    let printed = |project: &TestProject, flags: &[&str]| {
        let run = project.generate(flags);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        String::from_utf8(run.stdout).unwrap()
    };
    let (project, flags) = with_text_message(
        "text-message: \"Come, {{patient.first_name}}. **Call** {{clinic.name}}.\"\n",
    );
    assert_eq!(printed(&project, &flags), "Come, Ada. Call Own.\n");
    // The pages do not change, and their footer names no clinic that changed them.
    let pages = |project: &TestProject| {
        let run = project.generate(&["visit", "-c", "own", "--format", "text", "-o", "-"]);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        String::from_utf8(run.stdout).unwrap()
    };
    let before = pages(&with_text_message("").0);
    assert_eq!(pages(&project), before);
    let clinic = |text: &str| format!("name: Own\ntext: {{ en: {{ visit: {{ {text} }} }} }}\n");
    project.write("own/clinic.yaml", clinic("text-message: Ours."));
    assert_eq!(printed(&project, &flags), "Ours.\n");
    assert_eq!(pages(&project), before);
    // A clinic's main message is not left out for the library's text message.
    project.write(
        "own/clinic.yaml",
        clinic("welcome: { body: Bring your list. }"),
    );
    assert_eq!(printed(&project, &flags), "Bring your list.\n");
    project.write(
        "own/clinic.yaml",
        clinic("welcome: { body: Bring your list. }, text-message: Bring it."),
    );
    assert_eq!(printed(&project, &flags), "Bring it.\n");
    // An empty text, and one of a leaflet with a locked main message, take nobody's place.
    project.write("own/clinic.yaml", clinic("text-message: \"\""));
    assert_eq!(printed(&project, &flags), MAIN);
    let (locked, flags) = with_text_message("");
    locked.write("own/clinic.yaml", clinic("text-message: Ours."));
    locked.change(
        "library/visit/handout.yaml",
        "role: main-message",
        "role: main-message\n    locked: true",
    );
    assert_eq!(printed(&locked, &flags), MAIN);
    let run = locked.generate(&flags);
    let said = "warning[locked-text]: the main message is locked";
    assert!(run.stderr.contains(said), "{}", run.stderr);
}

#[test]
fn a_text_message_that_is_too_long_is_found_by_check() {
    let long = "x".repeat(161);
    let (project, flags) = with_text_message(&format!("text-message: {long}\n"));
    let fault = "error[long-text-message]: `text-message` is 1 character too long for a text message: it has 161, and 160 fit";
    for run in [
        project.generate(&flags),
        project.run(&["check", "visit", "-c", "own"], ""),
    ] {
        assert_eq!(run.code, Some(1), "{}", run.stderr);
        assert!(run.stderr.contains(fault), "{}", run.stderr);
        assert!(run.stderr.contains("visit/text/en.yaml:"), "{}", run.stderr);
    }
    let (project, _) = with_text_message("text-message: Call {{clinic.fone}}.\n");
    let run = project.run(&["check", "visit", "-c", "own"], "");
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(run.stderr.contains("unknown-variable"), "{}", run.stderr);
    // A leaflet on paper does not need it.
    let run = project.generate(&["visit", "-c", "own"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    // A main message that is too long has a way out.
    let (project, flags) = with_text_message("");
    project.change(
        "library/visit/text/en.yaml",
        "we are glad",
        &format!("we {long} are glad"),
    );
    let run = project.generate(&flags);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    for part in [
        "the main message is",
        "write it in fewer words as `text-message: …`",
    ] {
        assert!(run.stderr.contains(part), "{}", run.stderr);
    }
}

#[test]
fn text_messages_go_to_a_new_file() {
    let project = TestProject::new();
    project.write("own/clinic.yaml", "name: Own\n");
    let summary = [
        "visit",
        "-c",
        "own",
        "--summary",
        "--set",
        "patient.first_name=Ada",
    ];
    let run = project.generate(&[&summary, &["-o", "sms.txt"][..]].concat());
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let written = std::fs::read_to_string(project.path("sms.txt")).unwrap();
    assert_eq!(written, "Dear Ada, we are glad that you come.\n");
    let run = project.generate(&[&summary, &["-o", "sms.txt"][..]].concat());
    assert_eq!(run.code, Some(2), "{}", run.stderr);
    // A name with a letter that is not in the GSM alphabet leaves less room.
    let summary = ["visit", "-c", "own", "--summary", "--set"];
    let run = project.generate(&[&summary, &["patient.first_name=Łukasz"][..]].concat());
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let name = format!("patient.first_name=Ł{}", "u".repeat(40));
    let run = project.generate(&[&summary, &[&*name][..]].concat());
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(
        run.stderr.contains("4 characters too long"),
        "{}",
        run.stderr
    );
    assert!(
        run.stdout.is_empty() && !run.stderr.contains("Ł"),
        "{}",
        run.stderr
    );
}

/// Makes a batch in a folder `out`.
fn batch_of(project: &TestProject, jobs: &str, arguments: &[&str]) -> Run {
    project.write("jobs.csv", jobs);
    project.batch(&[&["jobs.csv", "-o", "out"], arguments].concat())
}

/// Lines of a batch's manifest without its head.
fn manifest(project: &TestProject, folder: &str) -> Vec<serde_json::Value> {
    let path = project.path(&format!("{folder}/manifest.jsonl"));
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().skip(1);
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn rows_choose_their_formats() {
    let project = TestProject::new();
    let jobs = "handout,format,patient.first_name\n\
                visit,,Ada\nvisit,html,A & <b>\nvisit,Text,漢字\nvisit,PDF,Grace\nvisit,docx,Mary\n";
    let run = batch_of(&project, jobs, &[]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    let fault = "error[invalid-value]: row 5 (line 6), column `format`: the value is not one of `pdf`, `html`, `text`";
    assert!(run.stderr.contains(fault), "{}", run.stderr);
    assert!(
        run.stderr
            .contains("4 leaflets made (2 pages, 2 sheets), 1 row failed"),
        "{}",
        run.stderr
    );
    let rows = manifest(&project, "out");
    let files: Vec<&str> = rows.iter().filter_map(|row| row["file"].as_str()).collect();
    assert_eq!(
        files,
        [
            "000001-visit.pdf",
            "000002-visit.html",
            "000003-visit.txt",
            "000004-visit.pdf"
        ]
    );
    let pages: Vec<Option<u64>> = rows.iter().map(|row| row["pages"].as_u64()).collect();
    assert_eq!(pages, [Some(1), None, None, Some(1), None]);
    // The same bytes as a single leaflet.
    for (file, format, name) in [
        ("000001-visit.pdf", "pdf", "Ada"),
        ("000002-visit.html", "html", "A & <b>"),
        ("000003-visit.txt", "text", "漢字"),
    ] {
        let set = format!("patient.first_name={name}");
        let run = project.generate(&["visit", "-f", format, "-o", "-", "--set", &set]);
        let in_batch = std::fs::read(project.path(&format!("out/{file}"))).unwrap();
        assert!(run.stdout == in_batch, "{file}");
    }
    // Nothing is left to do but the failed row. A row of another format gets another file.
    let run = batch_of(&project, jobs, &["--resume"]);
    assert!(
        run.stderr.contains("4 done before, 1 row failed"),
        "{}",
        run.stderr
    );
    let run = batch_of(
        &project,
        &jobs
            .replace("visit,html", "visit,text")
            .replace("docx", "html"),
        &["--resume"],
    );
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(
        run.stderr.contains("2 leaflets made, 3 done before"),
        "{}",
        run.stderr
    );
    let files: Vec<String> = project
        .made()
        .into_iter()
        .filter(|file| file.contains("visit"))
        .collect();
    assert_eq!(
        files,
        [
            "out/000001-visit.pdf",
            "out/000002-visit.txt",
            "out/000003-visit.txt",
            "out/000004-visit.pdf",
            "out/000005-visit.html"
        ]
    );
}

#[test]
fn shards_with_several_formats_are_merged() {
    let project = TestProject::new();
    project.write(
        "jobs.csv",
        "handout,format,patient.first_name,name\nvisit,html,Ada,Ada\nvisit,pdf,Ada,Ada\nvisit,text,Ada,\n",
    );
    for shard in ["1/2", "2/2"] {
        let folder = format!("part-{}", &shard[..1]);
        let run = project.batch(&["jobs.csv", "-o", &folder, "--shard", shard]);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
    }
    let run = project.run(&["batch", "merge", "part-1", "part-2"], "");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let files = |folder| -> Vec<String> {
        let rows = manifest(&project, folder);
        rows.iter()
            .map(|row| row["file"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(files("part-1"), ["Ada.html", "000003-visit.txt"]);
    // Names differ in more than their endings.
    assert_eq!(files("part-2"), ["Ada-000002.pdf"]);
}

#[test]
fn a_bundle_has_pdf_leaflets_only() {
    let project = TestProject::new();
    let jobs = "handout,format,patient.first_name\nvisit,html,Ada\nvisit,,Grace\nvisit,text,Mary\n";
    project.write("jobs.csv", jobs);
    for arguments in [
        &["--bundle", "all.pdf"][..],
        &["--bundle", "all.pdf", "--dry-run"],
    ] {
        let run = project.batch(&[&["jobs.csv"], arguments].concat());
        assert_eq!(run.code, Some(1), "{}", run.stderr);
        let fault = "error[unavailable-format]: row 1 (line 2), column `format`: a bundle has PDF leaflets only";
        assert!(run.stderr.contains(fault), "{}", run.stderr);
        assert!(
            run.stderr.contains("1 leaflet") && run.stderr.contains("2 rows failed"),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn clinics_choose_the_format_of_their_rows() {
    let project = TestProject::new();
    project.write(
        "north/clinic.yaml",
        "name: North\ndefaults: { format: html, edition: large-print }\n",
    );
    let jobs = "handout,clinic,format,edition,patient.first_name\n\
                visit,north,,,Ada\nvisit,,,,Ada\nvisit,north,pdf,,Ada\nvisit,north,,mono,Ada\nvisit;visit,north,,,Ada\n";
    let run = batch_of(&project, jobs, &[]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    for fault in [
        "error[unavailable-edition]: row 4 (line 5), column `edition`: the edition `mono` is for PDF only",
        "error[unavailable-format]: row 5 (line 6): only PDF leaflets are joined in one file",
    ] {
        assert!(run.stderr.contains(fault), "{fault}: {}", run.stderr);
    }
    let rows = manifest(&project, "out");
    let files: Vec<&str> = rows.iter().filter_map(|row| row["file"].as_str()).collect();
    assert_eq!(
        files,
        [
            "000001-visit.html",
            "000002-visit.pdf",
            "000003-visit-large-print.pdf"
        ]
    );
    // A bundle asks for PDF.
    project.write(
        "jobs.csv",
        "handout,clinic,patient.first_name\nvisit,north,Ada\n",
    );
    let run = project.batch(&["jobs.csv", "--bundle", "all.pdf"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
}

/// Removes all white space, and characters that are never drawn.
fn squeezed(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !is_never_drawn(*c))
        .collect()
}

/// Returns the text of a page's body in order, without tags.
fn text_of(page: &str) -> String {
    let body = page.split_once("<body>").unwrap().1;
    let mut text = String::new();
    // Numbers of the next items of the lists around a place; none for bullets.
    let mut lists: Vec<Option<u32>> = Vec::new();
    for piece in body.split('<') {
        let (tag, words) = piece.split_once('>').unwrap_or(("", piece));
        match tag.split(' ').next().unwrap() {
            "ol" => {
                let start = tag.split_once("start=\"").map(|(_, start)| start);
                let start = start.and_then(|start| start.split('"').next().unwrap().parse().ok());
                lists.push(Some(start.unwrap_or(1)));
            }
            "ul" => lists.push(None),
            "/ol" | "/ul" => drop(lists.pop()),
            // The browser numbers the steps.
            "li" => {
                if let Some(Some(number)) = lists.last_mut() {
                    text.push_str(&number.to_string());
                    *number += 1;
                }
            }
            _ => {}
        }
        text.push_str(words);
    }
    for (entity, character) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&amp;", "&"),
    ] {
        text = text.replace(entity, character);
    }
    text
}

/// Returns all words but those of the footer, with tables as grids.
fn in_grids(words: &Words) -> String {
    let mut expected = String::new();
    for part in &words.parts {
        match part {
            Part::Text(text) => expected.push_str(text),
            Part::Table { grid, .. } => expected.extend(grid.iter().map(String::as_str)),
        }
    }
    expected
}

/// Checks that a web page has the words in the same order.
fn assert_page_says(page: &str, words: &Words, id: &str) {
    let expected = in_grids(words) + &words.footer;
    assert_eq!(squeezed(&text_of(page)), squeezed(&expected), "{id}");
}

#[test]
fn web_pages_have_the_words_of_the_pdf_in_the_same_order() {
    for id in SHIPPED.library.ids() {
        let words = words_of(&SHIPPED.document(&id, Paper::A4));
        assert_page_says(&made(&id, Format::Html), &words, &id);
    }
}

fn without_addresses(text: &str) -> String {
    let mut pieces = text.split('<');
    let mut text = pieces.next().unwrap().to_owned();
    text.extend(pieces.map(|piece| piece.split_once('>').unwrap().1));
    text
}

/// Checks that a plain text has the words. Only the references may be at another place.
fn assert_text_says(text: &str, words: &Words, id: &str) {
    // Addresses of links are added in a plain text, and badges are in parentheses.
    let without_parentheses = |text: &str| squeezed(text).replace(['(', ')'], "");
    let text = without_parentheses(&without_addresses(text));
    let mut from = 0;
    let mut steps_back = 0;
    for part in &words.parts {
        let part = match part {
            Part::Text(text) if words.drawn.contains(text) => continue,
            Part::Text(text) => text.clone(),
            Part::Table { lists, .. } => lists.join("*"),
        };
        for line in part.split('*').map(without_parentheses) {
            let found = text[from..].find(&line).map(|at| from + at);
            let at = found.or_else(|| text.find(&line));
            let at = at.unwrap_or_else(|| panic!("{id}: no `{line}` in\n{text}"));
            steps_back += usize::from(at < from);
            from = at;
        }
    }
    assert!(steps_back <= 1, "{id}: {steps_back}");
}

#[test]
fn plain_texts_have_the_words_of_the_pdf() {
    for id in SHIPPED.library.ids() {
        let text = made(&id, Format::Text);
        assert!(
            text.lines()
                .all(|line| line.chars().count() <= 72
                    || line.split(' ').any(|word| word.len() > 50)),
            "{id}"
        );
        assert_text_says(&text, &words_of(&SHIPPED.document(&id, Paper::A4)), &id);
    }
}

#[test]
fn rows_say_the_same_in_each_format() {
    let project = TestProject::new();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("tests/clinics/greeting");
    let jobs = "handout,format,patient.first_name,visit.date\n\
                inflammation-link,pdf,Zoë & Ada,2026-12-03\n\
                inflammation-link,html,Zoë & Ada,2026-12-03\n\
                inflammation-link,text,Zoë & Ada,2026-12-03\n";
    project.write("jobs.csv", jobs);
    let clinic = folder.to_str().unwrap();
    let run = run_in(
        &project.path(""),
        &["batch", "jobs.csv", "-c", clinic, "-o", "out"],
    );
    assert_eq!(run.code, Some(0), "{}", run.stderr);

    let clinic = Clinic::load(&folder, &Faces::bundled()).unwrap();
    let handout = SHIPPED.library.handout("inflammation-link").unwrap();
    let date = TODAY.parse().unwrap();
    let request = LeafletRequest::new(&SHIPPED.library, &handout, &clinic, date);
    let mut data = JobData::new();
    data.insert(
        "patient".to_owned(),
        serde_json::json!({ "first_name": "Zoë & Ada" }),
    );
    data.insert(
        "visit".to_owned(),
        serde_json::json!({ "date": "2026-12-03" }),
    );
    let document = handout::leaflet::document(&request, &data)
        .unwrap()
        .document;
    let words = words_of(&document);
    let file = |name: &str| std::fs::read(project.path(&format!("out/{name}"))).unwrap();
    let page = String::from_utf8(file("000002-inflammation-link.html")).unwrap();
    assert_page_says(&page, &words, "web page");
    let text = String::from_utf8(file("000003-inflammation-link.txt")).unwrap();
    assert_text_says(&text, &words, "text");
    let mut pdf = PdfFile::read(&file("000001-inflammation-link.pdf"))
        .texts()
        .concat();
    for number in 1..20 {
        let see_page = document
            .ui_strings
            .see_page
            .replace("{page}", &number.to_string());
        pdf = pdf.replace(&format!("({see_page})"), "");
    }
    assert_eq!(squeezed(&pdf), squeezed(&in_grids(&words)));
}

#[test]
fn web_pages_link_citations_both_ways_and_load_nothing() {
    for id in SHIPPED.library.ids() {
        let page = made(&id, Format::Html);
        let values = |attribute: &str| -> BTreeSet<&str> {
            page.split(attribute)
                .skip(1)
                .map(|rest| rest.split('"').next().unwrap())
                .collect()
        };
        let (ids, links) = (values(" id=\""), values("href=\""));
        for link in &links {
            match link.strip_prefix('#') {
                Some(target) => assert!(ids.contains(target), "{id}: {link}"),
                None => assert!(
                    ["https:", "http:", "mailto:", "tel:"]
                        .iter()
                        .any(|scheme| link.starts_with(scheme)),
                    "{id}: {link}"
                ),
            }
        }
        let cited = ids.iter().filter(|id| id.starts_with("citation_")).count();
        let listed = ids.iter().filter(|id| id.starts_with("reference_")).count();
        assert!(cited > 0 && cited <= listed, "{id}: {cited} of {listed}");
        let all_ids = page.matches(" id=\"").count();
        assert_eq!(all_ids, ids.len(), "{id}: an id occurs twice");
        for absent in ["<script", "src=\"http", "url(http", "@import"] {
            assert!(!page.contains(absent), "{id}: {absent}");
        }
        assert!(page.len() <= 150_000, "{id}: {} bytes", page.len());
    }
}

#[test]
fn formats_have_their_own_endings_and_a_clinic_chooses_one() {
    let project = TestProject::new();
    for (format, file) in [("html", "visit.html"), ("text", "visit.txt")] {
        let run = project.generate(&[
            "visit",
            "--format",
            format,
            "--set",
            "patient.first_name=A & <b>",
        ]);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        let written = std::fs::read_to_string(project.path(file)).unwrap();
        let name = match format {
            "html" => "Dear A &amp; &lt;b&gt;, we",
            _ => "Dear A & <b>, we",
        };
        assert!(written.contains(name), "{written}");
    }
    project.write(
        "library/clinics/example/clinic.yaml",
        "name: Small Clinic\ndefaults: { format: text }\n",
    );
    let run = project.generate(&[
        "visit",
        "-o",
        "by-default/",
        "--set",
        "patient.first_name=Ada",
    ]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(project.made().contains(&"by-default/visit.txt".to_owned()));
}

#[test]
fn reader_values_in_callouts_reach_every_format() {
    let project = TestProject::new();
    project.change(
        "library/visit/handout.yaml",
        "  - figure: square",
        "  - callout: come\n    kind: caution\n  - figure: square",
    );
    project.change("library/visit/text/en.yaml", "square:\n", "come:\n  title: come in time\n  body: Dear {{patient.first_name}}, come in time.\nsquare:\n");
    for format in ["pdf", "html", "text"] {
        let run = project.generate(&[
            "visit",
            "--format",
            format,
            "--set",
            "patient.first_name=Ada",
        ]);
        assert_eq!(run.code, Some(0), "{format}: {}", run.stderr);
        let run = project.generate(&["visit", "--format", format]);
        assert_eq!(run.code, Some(1), "{format}: {}", run.stderr);
    }
}

#[test]
fn files_of_other_kinds_are_not_replaced() {
    let project = TestProject::new();
    for (format, file) in [
        ("html", "notes"),
        ("text", "notes"),
        ("html", "a.txt"),
        ("text", "a.html"),
    ] {
        project.write("notes", "my words");
        let run = project.generate(&[
            "visit",
            "-f",
            format,
            "-o",
            file,
            "--set",
            "patient.first_name=Ada",
        ]);
        assert_eq!(run.code, Some(2), "{format} {file}: {}", run.stderr);
        assert_eq!(project.made(), ["notes"], "{format} {file}");
    }
}

#[test]
fn only_files_of_the_program_are_replaced() {
    let project = TestProject::new();
    for (format, file, own) in [
        (
            "html",
            "visit.html",
            "<!DOCTYPE html>\n<p>my page, not of any handout",
        ),
        ("text", "visit.txt", "my words\n\n[1] a note\n"),
        (
            "text",
            "visit.txt",
            "[handout visit 1.0.0]\nand my own words below it\n",
        ),
    ] {
        project.write(file, own);
        let generate =
            || project.generate(&["visit", "-f", format, "--set", "patient.first_name=Ada"]);
        let run = generate();
        assert_eq!(run.code, Some(2), "{file}: {}", run.stderr);
        assert!(run.stderr.contains("choose another name"), "{}", run.stderr);
        assert_eq!(std::fs::read_to_string(project.path(file)).unwrap(), own);
        std::fs::remove_file(project.path(file)).unwrap();
        for _ in 0..2 {
            let run = generate();
            assert_eq!(run.code, Some(0), "{file}: {}", run.stderr);
        }
        std::fs::remove_file(project.path(file)).unwrap();
    }
}

#[test]
fn a_file_that_the_leaflet_is_made_from_is_not_replaced() {
    let project = TestProject::new();
    for data in [
        "patient.first_name: Ada\n",
        "patient.first_name: Ada # [handout x]\n",
        "",
    ] {
        project.write("visit.txt", data);
        let run = project.generate(&["visit", "-f", "text", "-d", "visit.txt"]);
        assert_eq!(run.code, Some(2), "{}", run.stderr);
        assert!(run.stderr.contains("is made from"), "{}", run.stderr);
        assert_eq!(
            std::fs::read_to_string(project.path("visit.txt")).unwrap(),
            data
        );
    }
    // The job file of a batch.
    std::fs::remove_file(project.path("visit.txt")).unwrap();
    let jobs = "handout,format,name,patient.first_name\nvisit,text,visit,Ada\n";
    project.write("visit.txt", jobs);
    for arguments in [&[][..], &["--overwrite"]] {
        let run = project.batch(&[&["visit.txt", "-o", "."], arguments].concat());
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        assert_eq!(
            std::fs::read_to_string(project.path("visit.txt")).unwrap(),
            jobs
        );
        assert!(project.path("visit-000001.txt").is_file());
    }
}

#[test]
fn only_pdf_needs_faces() {
    let project = TestProject::new();
    for name in ["漢字 नमस्ते", "Ada 🌸"] {
        for (format, file) in [("html", "visit.html"), ("text", "visit.txt")] {
            let set = format!("patient.first_name={name}");
            let run = project.generate(&["visit", "-f", format, "--set", &set]);
            assert_eq!(run.code, Some(0), "{format} {name}: {}", run.stderr);
            assert!(!run.stderr.contains("dropped-emoji"), "{}", run.stderr);
            let written = std::fs::read_to_string(project.path(file)).unwrap();
            assert!(written.contains(name), "{written}");
        }
    }
    let run = project.generate(&["visit", "--set", "patient.first_name=漢字"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    // No device has a sign for private use.
    let run = project.generate(&[
        "visit",
        "-f",
        "text",
        "--set",
        "patient.first_name=A\u{f0b7}",
    ]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
}

#[test]
fn errors_prevent_every_format() {
    let project = TestProject::new();
    project.change(
        "library/visit/text/en.yaml",
        "we are glad",
        "see [@nobody-2020], we are glad",
    );
    for format in ["html", "text"] {
        let run = project.generate(&[
            "visit",
            "--format",
            format,
            "--set",
            "patient.first_name=Ada",
        ]);
        assert_eq!(run.code, Some(1), "{}", run.stderr);
        assert!(run.stderr.contains("nobody-2020"), "{}", run.stderr);
    }
    assert_eq!(project.made(), [""; 0]);
}
