//! Web pages and plain texts say what the PDF says.

use std::collections::BTreeSet;

use handout::document::{BlockKind, Document, SectionRole};
use handout::font::is_never_drawn;
use handout::picture::{Picture, VectorItem};
use handout::{Format, JobData, LeafletRequest, Paper, Renderer, render};

use crate::reading_order::{Part, Reading};
use crate::shipped_library::{SHIPPED, TODAY};
use crate::test_project::TestProject;

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

fn words_of(id: &str) -> Words {
    let document = SHIPPED.document(id, Paper::A4);
    let reading = Reading::of(&document);
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
        drawn: drawn(&document),
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

#[test]
fn web_pages_have_the_words_of_the_pdf_in_the_same_order() {
    for id in SHIPPED.library.ids() {
        let words = words_of(&id);
        let mut expected = String::new();
        for part in &words.parts {
            match part {
                Part::Text(text) => expected.push_str(text),
                Part::Table { grid, .. } => expected.extend(grid.iter().map(String::as_str)),
            }
        }
        expected.push_str(&words.footer);
        let page = made(&id, Format::Html);
        assert_eq!(squeezed(&text_of(&page)), squeezed(&expected), "{id}");
    }
}

fn without_addresses(text: &str) -> String {
    let mut pieces = text.split('<');
    let mut text = pieces.next().unwrap().to_owned();
    text.extend(pieces.map(|piece| piece.split_once('>').unwrap().1));
    text
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
        // Addresses of links are added here, and badges are in parentheses.
        let text = without_addresses(&text);
        let without_parentheses = |text: &str| squeezed(text).replace(['(', ')'], "");
        let text = without_parentheses(&text);
        let mut from = 0;
        let mut steps_back = 0;
        let Words { parts, drawn, .. } = words_of(&id);
        for part in parts {
            let part = match part {
                Part::Text(text) if drawn.contains(&text) => continue,
                Part::Text(text) => text,
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
        // Only the references are at another place.
        assert!(steps_back <= 1, "{id}: {steps_back}");
    }
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
