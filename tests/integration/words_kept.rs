//! Words of authors reach the page unchanged, or a finding names them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use handout::layout::page::{Artifact, Content, Item, Layout, Role, Tag};
use handout::{
    Clinic, Faces, Finding, JobData, LeafletError, LeafletRequest, Library, Paper, Renderer, render,
};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::pdf_reader::PdfFile;
use crate::test_project::{PROGRAM, TestProject, copy_folder};

// Cases: the folders below `tests/cases`.

/// A run of `handout generate` in a copy of a case's folder.
struct Case {
    code: Option<i32>,
    messages: String,
    file: Option<PdfFile>,
}

fn case(name: &str, arguments: &[&str]) -> Case {
    let from = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/cases")
        .join(name);
    let folder = TempDir::new().unwrap();
    copy_folder(&from, folder.path());
    let output = Command::new(PROGRAM)
        .args(["--date", "2026-11-29"])
        .args(arguments)
        .args(["-o", "out.pdf"])
        .current_dir(folder.path())
        .env_clear()
        .output()
        .unwrap();
    let bytes = fs::read(folder.path().join("out.pdf")).ok();
    Case {
        code: output.status.code(),
        messages: String::from_utf8(output.stderr).unwrap(),
        file: bytes.map(|bytes| PdfFile::read(&bytes)),
    }
}

impl Case {
    fn text(&self) -> String {
        let file = self
            .file
            .as_ref()
            .unwrap_or_else(|| panic!("{}", self.messages));
        file.texts().join("\n")
    }
}

#[test]
fn heading_levels_never_skip_in_a_callout() {
    let case = case(
        "01-heading-skip",
        &["generate", "sleep", "-c", "clinic.yaml"],
    );
    assert_eq!(case.code, Some(0), "{}", case.messages);
    assert!(
        case.messages.contains("clinic.yaml:11:"),
        "{}",
        case.messages
    );
    assert!(
        case.messages.contains("warning[heading-order]"),
        "{}",
        case.messages
    );
    let file = case.file.unwrap();
    let mut level = 0;
    for node in file.nodes() {
        let Some(next) = node
            .role
            .strip_prefix('H')
            .and_then(|level| level.parse().ok())
        else {
            continue;
        };
        assert!(next <= level + 1, "H{next} after H{level}");
        level = next;
    }
}

#[test]
fn addresses_keep_their_characters() {
    let text = case("06-addresses", &["generate", "h", "-c", "."]).text();
    assert_eq!(
        text.matches("nora.o'brien@clinic.example").count(),
        3,
        "{text}"
    );
    assert!(text.contains("desk--two@clinic.example"), "{text}");
}

#[test]
fn heading_without_words_is_an_error() {
    let case = case("17-empty-heading", &["generate", "h", "-c", "."]);
    assert_eq!(case.code, Some(1));
    assert!(
        case.messages.contains("error[empty-heading]"),
        "{}",
        case.messages
    );
    assert!(
        case.messages.contains("h/text/en.yaml:9:"),
        "{}",
        case.messages
    );
}

#[test]
fn line_separator_is_a_space() {
    let case = case("18-line-separator", &["generate", "h", "-c", "."]);
    assert!(
        case.text().contains("First line second line."),
        "{}",
        case.messages
    );
}

#[test]
fn lost_marks_are_reported() {
    let case = case("20-lost-marks", &["generate", "h", "-c", "."]);
    assert_eq!(case.code, Some(0));
    let marks = case.messages.matches("warning[lost-mark]").count();
    assert_eq!(marks, 4, "{}", case.messages);
    for line in [9, 12, 14] {
        let place = format!("h/text/en.yaml:{line}:");
        assert!(case.messages.contains(&place), "{place} {}", case.messages);
    }
    assert!(case.text().contains("Name: ..........."), "{}", case.text());
}

#[test]
fn lines_of_address_and_hours_stay_lines() {
    let case = case("21-address-lines", &["generate", "h", "-c", "."]);
    let lines = lines(case.file.as_ref().unwrap());
    for line in [
        "Mon 8-6",
        "Tue 9-5",
        "12 Mill Lane",
        "Inverleigh",
        "IN1 2AB",
    ] {
        assert!(lines.contains(line), "{line}: {lines:?}");
    }
}

/// Texts of a file by their baselines, from all pages.
fn lines(file: &PdfFile) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    for sequences in &file.content {
        let mut by_baseline: std::collections::BTreeMap<i64, String> = Default::default();
        for sequence in sequences {
            let mut texts = sequence.text.chars();
            for glyph in &sequence.glyphs {
                let line = by_baseline.entry((glyph.y * 10.0) as i64).or_default();
                line.extend(texts.next());
            }
        }
        lines.extend(by_baseline.into_values().map(|line| line.trim().to_owned()));
    }
    lines
}

#[test]
fn badge_wider_than_its_column_keeps_its_words() {
    let badge = "Early research that only few people have tried and that nobody has yet repeated \
        in a large study with a good method, so be careful";
    for heading in ["", "heading: Welcome, "] {
        let project = TestProject::new();
        project.write(
            "library/text/en.yaml",
            format!("words: {{ early-research: \"{badge}\" }}\n"),
        );
        project.change(
            "library/visit/handout.yaml",
            "    role: main-message",
            "  - section: more\n    certainty: early-research",
        );
        let text = format!("more: {{ {heading}body: Words. }}\n");
        let path = "library/visit/text/en.yaml";
        project.change(path, "square:\n", &format!("{text}square:\n"));
        let run = project.generate(&["visit", "-o", "-"]);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        let words = PdfFile::read(&run.stdout).texts().join(" ");
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains(badge), "{words}");
    }
}

#[test]
fn callout_behind_an_empty_glossary_is_printed() {
    let case = case("24-empty-glossary", &["--library", ".", "generate", "one"]);
    assert!(
        case.text().contains("Call 999 if you cannot breathe."),
        "{}",
        case.text()
    );
}

#[test]
fn language_without_built_in_words_lists_them() {
    let case = case("13-language", &["generate", "h", "-c", "."]);
    assert_eq!(case.code, Some(0), "{}", case.messages);
    assert!(
        case.messages.contains("warning[unavailable-language]"),
        "{}",
        case.messages
    );
    for word in [
        "what-to-do",
        "page-of",
        "contact",
        "review-by",
        "months",
        "quotation marks",
    ] {
        assert!(case.messages.contains(word), "{word}: {}", case.messages);
    }
}

#[test]
fn language_with_words_of_its_own_still_lacks_months() {
    let project = TestProject::new();
    let english = project.run(&["schema", "text"], "");
    assert_eq!(english.code, Some(0));
    let names = [
        "leaflet",
        "short-leaflet",
        "draft",
        "example",
        "page-of",
        "see-page",
        "continued",
        "link-to-reference",
        "back-to-text",
        "well-established",
        "some-evidence",
        "early-research",
        "not-supported",
        "what-to-do",
        "emergency",
        "caution",
        "info",
        "tip",
        "figure",
        "edition",
        "review-by",
        "adapted-by",
        "overdue-title",
        "overdue-body",
        "glossary",
        "contact",
        "references",
        "guideline",
        "review-of-studies",
        "single-study",
        "news",
        "web-page",
        "in-language",
        "own-questions",
        "scan-website",
        "scan-references",
        "full-leaflet-ask",
        "full-leaflet-at",
        "full-leaflet-topics",
        "in-full-leaflet",
        "scan-full-leaflet",
        "qr-alt",
        "or",
        "and",
        "et-al",
    ];
    let words: String = names
        .iter()
        .map(|name| format!("  {name}: Wort\n"))
        .collect();
    project.write("library/text/de.yaml", format!("words:\n{words}"));
    let text = "title: T\nwelcome: { heading: H, body: B }\nsquare: { alt: A, caption: C }\n";
    project.write("library/visit/text/de.yaml", text);
    let run = project.generate(&["visit", "-l", "de", "-o", "-"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(run.stderr.contains("names of months"), "{}", run.stderr);
    assert!(!run.stderr.contains("these words"), "{}", run.stderr);
}

#[test]
fn soft_hyphens_show_only_where_a_line_breaks_and_never_in_metadata() {
    const WORD: &str = "extra\u{ad}ordi\u{ad}nari\u{ad}ly";
    let project = TestProject::new();
    let body = [WORD; 12].join("\u{ad}");
    let text = json!({
        "title": format!("Your {WORD} visit"),
        "welcome": { "heading": format!("An {WORD} welcome"), "body": body },
        "square": { "alt": format!("An {WORD} square"), "caption": format!("An {WORD} square") },
    });
    project.write("library/visit/text/en.yaml", text.to_string());
    let run = project.generate(&["visit", "-o", "-", "-p", "a5"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let texts = PdfFile::read(&run.stdout).texts();
    let body = texts
        .iter()
        .find(|text| text.matches("extra").count() == 12);
    let body = body.expect("a very long word");
    let broken = body.matches('\u{ad}').count();
    assert!(broken > 0 && broken < 12, "{body}");
    assert!(!body.contains(['-', '\u{2010}']), "{body}");
    assert_eq!(
        body.replace(['\u{ad}', ' '], ""),
        "extraordinarily".repeat(12)
    );
    let file = lopdf::Document::load_mem(&run.stdout).unwrap();
    let mut seen = 0;
    for object in file.objects.values() {
        let Ok(dictionary) = object.as_dict() else {
            continue;
        };
        for key in [&b"Title"[..], b"Alt", b"Contents", b"Subject"] {
            let string = dictionary
                .get(key)
                .ok()
                .and_then(crate::pdf_reader::text_string);
            if let Some(string) = string {
                assert!(!string.contains('\u{ad}'), "{string:?}");
                seen += usize::from(string.contains("extraordinarily"));
            }
        }
    }
    assert!(seen >= 3, "{seen}");
    let bytes = String::from_utf8_lossy(&run.stdout);
    assert!(!bytes.contains('\u{ad}'));
}

#[test]
fn title_that_the_footer_cuts_is_reported() {
    let project = TestProject::new();
    project.change(
        "library/visit/text/en.yaml",
        "title: Your visit",
        &format!("title: {}Your visit", "A very long title ".repeat(170)),
    );
    for paper in ["a4", "a5"] {
        let run = project.generate(&["visit", "-o", "-", "-p", paper]);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        assert!(
            run.stderr.contains("the footer cuts this title"),
            "{}",
            run.stderr
        );
        assert!(
            run.stderr.contains("visit/text/en.yaml:1:"),
            "{}",
            run.stderr
        );
    }
    project.write(
        "library/clinics/example/clinic.yaml",
        format!("name: {}\n", "Long ".repeat(50)),
    );
    let run = project.generate(&["visit", "-o", "-"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(
        run.stderr.contains("more than 200 letters"),
        "{}",
        run.stderr
    );
}

#[test]
fn languages_that_no_leaflet_can_be_in_are_refused() {
    for (language, reason) in [
        ("ar", "right to left"),
        ("he-IL", "right to left"),
        ("az-Arab", "right to left"),
        ("EN", "unread-file"),
    ] {
        let project = TestProject::new();
        let text = "title: T\nwelcome: { heading: H, body: B }\nsquare: { alt: A, caption: C }\n";
        project.write(&format!("library/visit/text/{language}.yaml"), text);
        let run = project.generate(&["visit", "-l", language, "-o", "out.pdf"]);
        assert_eq!(run.code, Some(1), "{language}: {}", run.stderr);
        assert!(run.stderr.contains(reason), "{language}: {}", run.stderr);
        assert!(!project.path("out.pdf").exists());
    }
}

#[test]
fn footer_never_touches_the_text() {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/a5-footer");
    for words in [0, 20, 60, 100, 300] {
        let folder = TempDir::new().unwrap();
        copy_folder(&from, folder.path());
        let path = folder.path().join("long/text/en.yaml");
        let text = fs::read_to_string(&path).unwrap();
        let title = "a longer title ".repeat(words);
        fs::write(
            &path,
            text.replacen("\n", &format!("\nshort-title: {title}and more\n"), 1),
        )
        .unwrap();
        let faces = Faces::bundled();
        let library = Library::embedded().unwrap();
        let clinic = Clinic::load(folder.path(), &faces).unwrap();
        let handout = clinic.handout("long").unwrap().unwrap();
        let request =
            LeafletRequest::new(&library, &handout, &clinic, "2026-11-29".parse().unwrap())
                .with_paper(Paper::A5);
        let leaflet = render(&request, &JobData::new(), &mut Renderer::default());
        let Ok(leaflet) = leaflet else {
            panic!("{words}")
        };
        for page in &leaflet.layout.pages {
            let is_footer = |item: &&Item| item.tag == Tag::Artifact(Artifact::Footer);
            let rule = page.items.iter().find(is_footer).unwrap().at.y;
            for item in page.items.iter().filter(|item| !is_footer(item)) {
                if let Content::Text(run) = &item.content {
                    assert!(item.at.y + run.size * 0.25 < rule, "{words}: {}", run.text);
                }
            }
        }
    }
}

#[test]
fn long_dash_of_a_drawing_is_valid_pdf() {
    let project = TestProject::new();
    let drawing = r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><path d="M0 5H40" stroke="black" stroke-dasharray="0 1000000"/><path d="M0 9H40" stroke="black" stroke-dasharray="1000000 900000 5"/></svg>"#;
    project.write("library/visit/figures/square.svg", drawing);
    let run = project.generate(&["visit", "-o", "-"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let file = PdfFile::read(&run.stdout);
    for object in file.document.objects.values() {
        let Ok(stream) = object.as_stream() else {
            continue;
        };
        let Ok(content) = stream.decompressed_content() else {
            continue;
        };
        let Ok(content) = lopdf::content::Content::decode(&content) else {
            continue;
        };
        for operation in content
            .operations
            .iter()
            .filter(|operation| operation.operator == "d")
        {
            let lengths = operation.operands[0].as_array().unwrap();
            for length in lengths {
                let length = length.as_float().unwrap();
                assert!((0.0..=100_000.0).contains(&length), "{lengths:?}");
            }
        }
    }
}

// Marks, one member of the kind each.

#[test]
fn blocks_without_content_are_reported() {
    let project = TestProject::new();
    project.write(
        "library/visit/handout.yaml",
        "id: visit
version: 1.0.0
reviewed: 2026-11-21
review_by: 2028-11-21
sections:
  - section: welcome
  - table: days
  - checklist: bag
  - steps: way
  - callout: tip
    kind: tip
  - section: alone
",
    );
    let text = json!({
        "title": "Your visit",
        "welcome": { "heading": "Welcome", "body": "Words." },
        "days": { "caption": "Days", "header": ["A", "B"], "rows": [] },
        "bag": { "heading": "Bag", "intro": "Bring:", "items": [] },
        "way": { "items": [], "outro": "You are there." },
        "tip": { "title": "rest" },
        "alone": { "heading": "Alone", "body": "{{#if clinic.phone}}no{{/if}}" },
    });
    project.write("library/visit/text/en.yaml", text.to_string());
    let run = project.generate(&["visit", "-o", "-"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    for message in [
        "`days` has no rows",
        "`bag` has no items",
        "`way` has no items",
        "the call-out `tip` has no words for its `body`",
        "there is nothing below this heading",
    ] {
        assert!(run.stderr.contains(message), "{message}: {}", run.stderr);
    }
    assert_eq!(PdfFile::read(&run.stdout).problems(), [""; 0]);
}

#[test]
fn emergency_without_message_is_an_error() {
    let definition = "id: visit
version: 1.0.0
reviewed: 2026-11-21
review_by: 2028-11-21
sections:
  - section: welcome
  - callout: stop
    kind: KIND
";
    for (kind, body) in [
        ("emergency", ""),
        ("emergency", ", body: \"\""),
        ("emergency", ", body: \"{{#if clinic.phone}}no{{/if}}\""),
        ("caution\n    locked: true", ""),
    ] {
        let project = TestProject::new();
        project.write(
            "library/visit/handout.yaml",
            definition.replace("KIND", kind),
        );
        let text = format!(
            "title: T\nwelcome: {{ heading: H, body: B }}\nstop: {{ title: Get help{body} }}\n"
        );
        project.write("library/visit/text/en.yaml", text);
        let run = project.generate(&["visit", "-o", "-"]);
        assert_eq!(run.code, Some(1), "{kind} {body}");
        let message = "the call-out `stop` has no words for its `body`";
        assert!(run.stderr.contains(message), "{}", run.stderr);
    }
}

/// Makes a leaflet whose section `welcome` has a body.
fn with_body(body: &str) -> (Option<PdfFile>, String) {
    let project = TestProject::new();
    project.write("library/visit/handout.yaml", "id: visit\nversion: 1.0.0\nreviewed: 2026-11-21\nreview_by: 2028-11-21\nsections:\n  - section: welcome\n    role: main-message\n  - references\n");
    let text = json!({
        "title": "Your visit",
        "welcome": { "heading": "Welcome", "body": format!("Read this [@study-2020].\n\n{body}") },
    });
    project.write("library/visit/text/en.yaml", text.to_string());
    project.write("library/references.yaml", "study-2020: { type: article, title: A study, author: [\"Berg, Åsa\"], date: 2020, parent: { title: Sleep }, grade: B }\n");
    let run = project.generate(&["visit", "-o", "-"]);
    let file = (run.code == Some(0)).then(|| PdfFile::read(&run.stdout));
    (file, run.stderr)
}

#[test]
fn marks_that_are_no_markdown_are_reported() {
    for body in [
        "• Eat well\n• Sleep well",
        "Do this:\n\n•\u{a0}Eat well",
        "o Eat well\no Sleep well",
        "Do this:\no Eat well\no Sleep well",
        "· Eat well",
        "– Eat well\n– Sleep well",
        "-\u{a0}Eat well",
        "-Eat well\n-Sleep well",
        "1)Eat well\n2)Sleep well",
        "- • Eat well",
        "Do this: • Eat • Sleep",
        "On days\n2. Eat\n3. Sleep",
        "It helps [study-2020].",
        "It helps ( @study-2020 ).",
        "It helps [@study-2020, p. 4",
        "It helps (@study-2020).",
        "It helps (see @study-2020).",
        "It helps @study-2020.",
        "It helps [3].",
        "It helps [1, 2–4].",
        "It helps.¹ It works.²",
        "It helps^1,2^.",
        "It helps¹ a lot.",
        "The leg² hurts.",
        "“It helps.”³ It works.",
        "It helps (1).",
        "It helps (1, 2) a lot.",
        "It helps.(1–3) It works.",
        "It helps(2; 4).",
        "It helps (1) and works (2) too.",
        "You can: (1) rest, (2) walk.",
        "(1) first, (2) second",
        "(1) Rest.\n\n(2) Walk.",
        "On days: (a) rest (b) walk",
        "On days: a) rest b) walk",
        "Bring a card · water · a coat",
        "Bring: · a card · water",
        "·card ·water",
        "◦ a card ◦ water",
        "It helps (study-2020).",
        "It helps \\\\cite{study-2020}.",
        "It helps [study-2020, p. 4].",
        "It helps [^1].",
        "**Warning:**call us.",
        "Call ** us** now.",
        "Call **us now.",
        "Call *us now.",
        "Call __us now.",
        "See [our page](https://clinic.example/a b).",
        "See [our page] (https://clinic.example) and [it](",
        "Take [this] {.term} now.",
        "Take 2*3*4 mg.",
        "~~Old~~ new.",
        "###Heading",
        "- [ ] Eat well",
        "| a | b |\n| c | d |",
        "[](https://clinic.example) is our page.",
        "Bring: 1) a card 2) water 3) a friend",
        "Bring 1. a card 2. water 3. a friend",
        "Bring: - a card - water",
        "Bring - a card - water - a coat - a friend",
        "* Bring water * eat well * go home",
        "Rest.\\nCall us.",
        "Rest.\\n",
        "Caf\\u00e9 Mill",
        "This is ==strong==.",
        "Rest {#rest} well.",
        "Dear %first_name%, rest.",
        "Call clinic.phone}} now.",
    ] {
        let (_, messages) = with_body(body);
        assert!(
            messages.contains("warning[lost-mark]"),
            "{body}: {messages}"
        );
        assert!(!messages.contains("error["), "{body}: {messages}");
        assert!(
            messages.contains("visit/text/en.yaml:"),
            "{body}: {messages}"
        );
    }
}

#[test]
fn words_that_look_like_marks_are_not_reported() {
    for body in [
        "Take 3 – 4 a day, 2 * 3 at most, and sign: ______ or ...........",
        "Write to a_b@clinic.example or nora@clinic.example, 24/7 [@study-2020].",
        "\\* With a doctor. Say \\[3\\] or \\**.",
        "- one\n- two\n\n1. one\n2. two",
        "Pages\n12 and 13. It is –5 degrees, at 1.5 or 2.Next.",
        "### Later\n\nYes; **no**, *maybe*. #1 is rest.",
        "We are open Monday - Friday. It was a long - but good - day. Step 1. Rest.",
        "A room of 10 m² and 3 km², 10⁵ cells.",
        "Mix (2 cups) and take two (2) tablets. You have type (2). Rate your pain (1–10).",
        "In a study (2019), 5 (4–6) had pain. Call (020) 123 45 or (08) 12 34 56, 24 h (24/7).",
        "It hurts \\(1\\). Ward 3 · First floor. 2 · 3 · 4 is 24. A col·lecció, and CO², SpO² or R².",
        "At 10 ml/min/1.73 m² and 5 s⁻¹ or 3 ft². See (a) or ask.",
        "Take 2 - 3 a day: 1 - 2 in the morning, 3 * 4 a week.",
        "It is 5 % or 10%–20%, 40 % of 3%.",
        "1 + 1 == 2, and 2 + 2 == 4.",
    ] {
        let (file, messages) = with_body(body);
        assert!(
            file.is_some() && !messages.contains("lost-mark"),
            "{body}: {messages}"
        );
    }
}

#[test]
fn line_that_looks_like_an_address_of_a_link_is_an_error() {
    let (file, messages) = with_body("[Note]: Rest.\n\nMore.");
    assert!(file.is_none());
    assert!(
        messages.contains("error[unsupported-markdown]"),
        "{messages}"
    );
}

#[test]
fn characters_of_word_processors_do_no_harm() {
    for character in [
        '\u{2028}', '\u{2029}', '\u{85}', '\u{a0}', '\u{ad}', '\u{200b}', '\u{2060}', '\u{feff}',
    ] {
        let project = TestProject::new();
        // Written as it is, not escaped.
        let text = format!(
            "title: Your visit\nwelcome:\n  heading: Welcome\n  body: |\n    One{character}two three.\n    Four.\nsquare: {{ alt: A square, caption: A square }}\n"
        );
        project.write("library/visit/text/en.yaml", text);
        let run = project.generate(&["visit", "-o", "-"]);
        assert_eq!(run.code, Some(0), "{character:?}: {}", run.stderr);
        let words: String = PdfFile::read(&run.stdout).texts().join(" ");
        let plain = words
            .replace(['\u{ad}', '\u{200b}', '\u{2060}', '\u{feff}'], "")
            .replace('\u{a0}', " ");
        let expected = match character {
            '\u{2028}' | '\u{2029}' | '\u{85}' | '\u{a0}' => "One two three. Four.",
            _ => "Onetwo three. Four.",
        };
        assert!(plain.contains(expected), "{character:?}: {words}");
    }
}

// All words, over generated definitions.

/// Where the words of a part are.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Source {
    Absent,
    Empty,
    /// A condition that does not hold.
    Conditional,
    Library,
    Clinic,
    /// In both, so that the clinic's words count.
    Both,
}

/// An entry of a definition and its texts.
#[derive(Clone, Debug)]
struct Block {
    kind: usize,
    parts: Vec<Source>,
    /// Shape of the body: 0 is a paragraph, then a heading of level 3 or 4 before it.
    shape: usize,
    certainty: bool,
    locked: bool,
    removed: bool,
}

/// Kinds, with their parts. A part with `!` is needed.
const KINDS: [(&str, &[&str]); 15] = [
    ("section main-message", &["heading", "!body", "actions"]),
    ("contact", &["heading", "body", "outro"]),
    ("section", &["heading", "body"]),
    ("section", &["heading", "body"]),
    ("callout emergency", &["!title", "!body"]),
    ("callout caution", &["!title", "body"]),
    ("callout tip", &["!title", "body"]),
    ("table", &["!caption", "!header", "!rows", "note"]),
    ("checklist", &["heading", "intro", "!items", "outro"]),
    ("questions", &["heading", "intro", "!items", "outro"]),
    ("steps", &["heading", "intro", "!items", "outro"]),
    ("form", &["heading", "caption", "!items", "outro"]),
    ("notes", &["!heading", "body"]),
    ("glossary", &["heading", "body", "outro"]),
    ("references", &["heading", "body", "outro"]),
];

fn block() -> impl Strategy<Value = Block> {
    let source = prop_oneof![
        2 => Just(Source::Absent),
        1 => Just(Source::Empty),
        1 => Just(Source::Conditional),
        8 => Just(Source::Library),
        1 => Just(Source::Clinic),
        1 => Just(Source::Both),
    ];
    let rarely = || prop::bool::weighted(0.15);
    (
        0..KINDS.len(),
        prop::collection::vec(source, 4),
        0..5_usize,
        (rarely(), rarely(), rarely()),
    )
        .prop_map(|(kind, parts, shape, (certainty, locked, removed))| Block {
            kind,
            parts,
            shape,
            certainty,
            locked,
            removed,
        })
}

/// A library with one handout, `h`, and what must be on its pages.
struct Generated {
    folder: TempDir,
    /// Block and word.
    words: Vec<(String, String)>,
    badges: usize,
}

fn generate(blocks: &[Block], terms: bool, cites: bool) -> Generated {
    let (mut library, mut clinic) = (Map::new(), Map::new());
    let (mut entries, mut removed) = (Vec::new(), Vec::new());
    let mut generated = Generated {
        folder: TempDir::new().unwrap(),
        words: Vec::new(),
        badges: 0,
    };
    let mut marks = vec![];
    marks.extend(terms.then_some(" [ache]{.term}"));
    let has_references = blocks
        .iter()
        .any(|block| KINDS[block.kind].0 == "references" && !block.removed);
    marks.extend((cites && has_references).then_some(" [@study]"));
    let mut seen = BTreeSet::new();
    for (index, block) in blocks.iter().enumerate() {
        let (kind, parts) = KINDS[block.kind];
        let (name, role) = kind.split_once(' ').unwrap_or((kind, ""));
        let is_list = matches!(name, "glossary" | "references" | "contact");
        let key = if is_list {
            name.to_owned()
        } else if role == "main-message" {
            role.to_owned()
        } else {
            format!("b{index}")
        };
        if !seen.insert(key.clone()) {
            continue;
        }
        let mut entry = json!({ name: key });
        if is_list {
            entry = json!(name);
        } else if name == "section" && !role.is_empty() {
            entry["role"] = json!(role);
        } else if !role.is_empty() {
            entry["kind"] = json!(role);
        }
        let mut sources = block.parts.clone();
        for (part, source) in parts.iter().zip(&mut sources) {
            // Most definitions are right, so that most of them give a leaflet.
            let is_faulty = matches!(source, Source::Absent | Source::Empty | Source::Conditional);
            if part.starts_with('!') && is_faulty && block.shape > 0 {
                *source = Source::Library;
            }
        }
        let is_own = |source: &Source| matches!(source, Source::Clinic | Source::Both);
        let is_locked = block.locked && !is_list && !sources.iter().any(is_own);
        let is_removed = block.removed && !is_locked;
        if is_locked {
            entry["locked"] = json!(true);
        }
        if is_removed {
            removed.push(key.clone());
        }
        let mut is_shown = false;
        for (part, source) in parts.iter().zip(sources) {
            let part = part.trim_start_matches('!');
            let mut words = |layer: &str| {
                let word = format!("{key}{part}{layer}x");
                let mut text = word.clone();
                let mut found = vec![word];
                if matches!(part, "body" | "intro" | "outro" | "note") {
                    text = format!("{text}{}", marks.pop().unwrap_or_default());
                    let heading = ["", "", "### ", "#### ", "### a\n\n#### "][block.shape];
                    if !heading.is_empty() {
                        found.push(format!("{key}{part}{layer}hx"));
                        text = format!("{heading}{}\n\n{text}", found[1]);
                    }
                }
                (text, found)
            };
            let value = |text: &str| match part {
                "header" => json!([text, "B"]),
                "rows" => json!([[text, ""], ["", ""]]),
                "actions" => json!([text, ""]),
                "items" => json!([text, "", { "text": "", "lines": 1 }]),
                _ => json!(text),
            };
            let put = |layer: &mut Map<String, Value>, text: &str| {
                let block = layer.entry(key.clone()).or_insert_with(|| json!({}));
                block[part] = value(text);
            };
            let mut expected = Vec::new();
            match source {
                Source::Absent => {}
                Source::Empty => put(&mut library, ""),
                Source::Conditional => put(&mut library, "{{#if clinic.website}}no{{/if}}"),
                Source::Library => {
                    let (text, found) = words("l");
                    put(&mut library, &text);
                    expected = found;
                }
                Source::Clinic | Source::Both => {
                    if source == Source::Both {
                        put(&mut library, "no");
                    }
                    let (text, found) = words("c");
                    put(&mut clinic, &text);
                    expected = found;
                }
            }
            is_shown |= !expected.is_empty();
            if !is_removed {
                let named = expected.into_iter().map(|word| (key.clone(), word));
                generated.words.extend(named);
            }
        }
        if name == "section" && block.certainty {
            entry["certainty"] = json!("early-research");
            generated.badges += usize::from(is_shown && !is_removed);
        }
        entries.push(entry);
    }
    library.insert("title".to_owned(), json!("A title"));
    let write = |path: &str, text: String| {
        let path = generated.folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("library.yaml", "name: A library\n".to_owned());
    write(
        "glossary.yaml",
        "- { id: ache, term: ache, definition: A pain. }\n".to_owned(),
    );
    write(
        "references.yaml",
        "study: { type: article, title: A study, author: [\"Berg, Åsa\"], date: 2020, parent: { title: Sleep }, grade: B }\n"
            .to_owned(),
    );
    let definition = json!({
        "id": "h", "version": "1.0.0", "reviewed": "2026-11-21", "review_by": "2028-11-21",
        "sections": entries,
    });
    write("h/handout.yaml", definition.to_string());
    write("h/text/en.yaml", Value::Object(library).to_string());
    let facts = json!({
        "name": "Clinic",
        "text": { "en": { "h": clinic } },
        "sections": { "h": { "remove": removed } },
    });
    write("clinics/c/clinic.yaml", facts.to_string());
    generated
}

/// Makes the leaflet, or returns the errors.
fn leaflet(folder: &Path) -> Result<(Layout, Vec<Finding>), Vec<Finding>> {
    let faces = Faces::bundled();
    let library = Library::open(folder)?;
    let clinic = Clinic::load(&folder.join("clinics/c"), &faces)?;
    let handout = library.handout("h")?;
    let today = "2026-11-29".parse().unwrap();
    let request = LeafletRequest::new(&library, &handout, &clinic, today);
    match render(&request, &JobData::new(), &mut Renderer::default()) {
        Ok(leaflet) => Ok(((*leaflet.layout).clone(), leaflet.findings)),
        Err(LeafletError::Findings(findings)) => Err(findings),
        Err(LeafletError::Pdf(error)) => panic!("{error}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_word_is_on_a_page_or_in_a_finding(
        blocks in prop::collection::vec(block(), 1..7),
        terms in any::<bool>(),
        cites in any::<bool>(),
    ) {
        let generated = generate(&blocks, terms, cites);
        let (layout, findings) = match leaflet(generated.folder.path()) {
            Ok(leaflet) => leaflet,
            Err(findings) => {
                prop_assert!(!findings.is_empty());
                return Ok(());
            }
        };
        let mut printed = String::new();
        for item in layout.pages.iter().flat_map(|page| &page.items) {
            if let (Content::Text(run), Tag::Element(_)) = (&item.content, item.tag) {
                printed.push_str(&run.text);
            }
        }
        for (key, word) in &generated.words {
            let name = format!("`{key}`");
            let is_named = findings.iter().any(|finding| finding.message.contains(&name));
            prop_assert!(printed.contains(word) || is_named, "{word}\n{printed}\n{findings:?}");
        }
        let badges = printed.matches("Early research").count();
        prop_assert!(badges >= generated.badges, "{badges} badges\n{printed}");
        let mut level = 0;
        for element in &layout.structure {
            if let Role::Heading(next) = element.role {
                prop_assert!(next <= level + 1, "H{next} after H{level}");
                level = next;
            }
        }
    }
}

#[test]
fn words_that_a_badge_replaces_are_named() {
    let project = TestProject::new();
    let text = "library/visit/text/en.yaml";
    project.change(
        text,
        "we are glad",
        "we are [not sure]{.early-research}, but glad",
    );
    let run = project.generate(&["visit", "--set", "patient.first_name=Ada"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(run.stderr.contains("warning[lost-words]"), "{}", run.stderr);
    project.change(text, "[not sure]", "[Early research]");
    let run = project.generate(&["visit", "--set", "patient.first_name=Ada"]);
    assert!(!run.stderr.contains("lost-words"), "{}", run.stderr);
}
