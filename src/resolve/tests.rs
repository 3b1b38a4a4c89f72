//! Documents of small libraries on disk.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use jiff::civil::{Date, date};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::markdown_template::{Gaps, MarkdownTemplate};
use super::sourced_text::SourcedText;
use super::*;
use crate::document::{
    Block, BlockKind, Callout, Document, Inline, ListItem, Mark, Section, SectionRole, Target,
    plain_text,
};
use crate::finding::{Finding, Place, PlaceTarget};
use crate::font::Faces;
use crate::library::{Clinic, Entry, Library};
use crate::locale::Locale;
use crate::picture::{DrawingOrigin, PictureFile, PictureUse};
use crate::source::Route;
use crate::template::{Context, DayFormat, Engine, Names, ValueFormat};
use crate::theme::Length;

/// A library with one handout, `leaflet`, and a clinic. Each file starts with the required fields.
struct ResolveFixture {
    folder: TempDir,
    language: &'static str,
    references: ReferenceMode,
    length: Length,
    data: JobData,
    today: Date,
}

const LIBRARY: &str = "name: Test\npublisher: Test Press\nlanguage: en\n";
const DEFINITION: &str =
    "id: leaflet\nversion: 1.2.3\nreviewed: 2026-01-02\nreview_by: 2028-11-21\n";
const REFERENCES: &str = r#"
first-2021:
  type: article
  title: "First things: a review"
  author: ["Smith, Anna", "Jones, Bo"]
  date: 2021
  serial-number: { doi: 10.1000/first }
  parent: { type: periodical, title: Journal of Firsts, volume: 3, issue: 2 }
second-2019:
  type: web
  title: Second thoughts
  author: National Institute
  date: 2019
  url: https://www.second.example/thoughts
third-1985:
  type: article
  title: Third time lucky
  author: "Clark, S."
  date: 1985
  serial-number: { pmid: "3910836" }
  parent: { type: periodical, title: Rheumatology, volume: 12 }
"#;
const GLOSSARY: &str = r#"
- {id: cytokine, term: cytokine, definition: "A messenger.", sv: {term: cytokin, definition: "En budbärare."}}
- {id: arthritis, term: rheumatoid arthritis, definition: "A joint disease.", sv: ledgångsreumatism}
"#;

fn small_picture() -> Arc<PictureFile> {
    let svg =
        b"<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'><path d='M0 0H1V1'/></svg>";
    let (labels, faces) = (BTreeMap::new(), Faces::bundled());
    let (purpose, origin) = (PictureUse::Figure, DrawingOrigin::Foreign);
    Arc::new(PictureFile::read(svg, &labels, purpose, &faces, origin).unwrap())
}

/// Makes the document of one reader.
fn resolve(
    sources: Sources<'_>,
    options: Options,
    data: &JobData,
) -> Result<Resolved, Vec<Finding>> {
    let mut names = Vec::new();
    data_names(data, "", &mut names);
    Plan::new(sources, options, &names)?.resolve(data)
}

impl ResolveFixture {
    fn new(sections: &str, text: &str) -> ResolveFixture {
        let fixture = ResolveFixture {
            folder: TempDir::new().unwrap(),
            language: "en",
            references: ReferenceMode::Full,
            length: Length::Full,
            data: JobData::new(),
            today: date(2026, 11, 21),
        };
        fixture
            .file("library.yaml", LIBRARY)
            .file("references.yaml", REFERENCES)
            .file("glossary.yaml", GLOSSARY)
            .file(
                "clinics/c/clinic.yaml",
                "name: A*B & Sons\nphone: 01632 960 123\n",
            )
            .file(
                "leaflet/handout.yaml",
                &format!("{DEFINITION}sections:\n{sections}"),
            )
            .file("leaflet/text/en.yaml", &format!("title: A title\n{text}"))
    }

    fn file(self, path: &str, text: &str) -> ResolveFixture {
        let path = self.folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    fn clinic(self, text: &str) -> ResolveFixture {
        self.file("clinics/c/clinic.yaml", text)
    }

    fn data(mut self, data: Value) -> ResolveFixture {
        self.data = data.as_object().cloned().unwrap_or_default();
        self
    }

    fn resolve(&self) -> Result<Resolved, Vec<Finding>> {
        self.with_sources(|sources, options| resolve(sources, options, &self.data))
    }

    fn with_sources<T>(
        &self,
        make: impl FnOnce(Sources<'_>, Options) -> Result<T, Vec<Finding>>,
    ) -> Result<T, Vec<Finding>> {
        let root: &Path = self.folder.path();
        let library = Library::open(root)?;
        let clinic = Clinic::load(&root.join("clinics/c"), &Faces::bundled())?;
        let handout = library.handout("leaflet")?;
        let shared = library.shared_text(self.language)?;
        let text = handout.text(self.language)?;
        let sources = Sources {
            manifest: library.manifest(),
            licence: &library.manifest().licence,
            definition: Arc::new(handout.definition.clone()),
            shared: shared.into_iter().map(Arc::new).collect(),
            handout: text.into_iter().map(Arc::new).collect(),
            clinic: Arc::new(clinic.clone()),
            glossary: Arc::clone(library.glossary()),
            bibliography: Cow::Borrowed(library.bibliography()),
            figure: Arc::new(|_: &Entry, _: &BTreeMap<String, String>| Ok(small_picture())),
        };
        make(
            sources,
            Options {
                letter: false,
                is_address_in_masthead: false,
                language: self.language.to_owned(),
                date: self.today,
                references: self.references,
                length: self.length,
                purpose: Purpose::Patients,
                text_message: false,
            },
        )
    }

    /// Returns the document as text, one line for each block.
    fn shown(&self) -> String {
        match self.resolve() {
            Ok(resolved) => show(&resolved.document),
            Err(findings) => panic!("{}", self.list(&findings)),
        }
    }

    /// Returns the findings, each with its place and the text there.
    fn findings(&self) -> String {
        match self.resolve() {
            Ok(resolved) => self.list(&resolved.findings),
            Err(findings) => self.list(&findings),
        }
    }

    fn list(&self, findings: &[Finding]) -> String {
        let mut out = String::new();
        for finding in findings {
            let place = finding
                .place
                .as_ref()
                .map(|place| self.pointed_at(place))
                .unwrap_or_default();
            let _ = writeln!(out, "{}: {} @ {place}", finding.id, finding.message);
            if let Some(help) = &finding.help {
                let _ = writeln!(out, "  {help}");
            }
        }
        out
    }

    /// Returns file, line and column of a place, and the text there.
    fn pointed_at(&self, place: &Place) -> String {
        let name = place.file.name.rsplit('/').next().unwrap_or_default();
        let at = crate::source::locate(place).map(|at| format!(":{}:{}", at.line, at.column));
        let file = format!("{name}{}", at.unwrap_or_default());
        match &place.target {
            PlaceTarget::Value(route, Some(range)) => {
                let mut value: serde_yaml::Value = serde_yaml::from_str(&place.file.text).unwrap();
                for step in &route.0 {
                    value = match step {
                        crate::source_file::Step::Key(key) => value[key.as_str()].clone(),
                        crate::source_file::Step::Index(index) => value[*index].clone(),
                    };
                }
                format!(
                    "{file} {route} {:?}",
                    &value.as_str().unwrap()[range.clone()]
                )
            }
            PlaceTarget::Value(route, None) => format!("{file} {route}"),
            PlaceTarget::Key(route) => format!("{file} key {route}"),
            PlaceTarget::Bytes(range) => format!("{file} {:?}", &place.file.text[range.clone()]),
            PlaceTarget::File => file,
        }
    }
}

fn show(document: &Document) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "title: {}", line(&document.title));
    for section in &document.sections {
        show_section(section, &mut out);
    }
    for block in &document.closing {
        show_block(block, 0, &mut out);
    }
    out
}

fn show_section(section: &Section, out: &mut String) {
    let mark = match section.mark {
        None => String::new(),
        Some(Mark::Certainty(certainty)) => format!(" ({certainty:?})"),
        Some(Mark::Icon(icon)) => format!(" ({icon:?})"),
    };
    let _ = writeln!(
        out,
        "section {}: {}{mark}",
        section.key,
        section.heading.as_deref().map(line).unwrap_or_default()
    );
    for block in &section.blocks {
        show_block(block, 1, out);
    }
    match &section.role {
        SectionRole::Body => {}
        SectionRole::MainMessage {
            actions_heading,
            actions,
        } => {
            let _ = writeln!(out, "  {}:", line(actions_heading));
            for action in actions {
                let _ = writeln!(out, "    ✓ {}", line(action));
            }
        }
        SectionRole::Contact { rows, qr } => {
            for row in rows {
                let _ = writeln!(out, "  {:?}: {}", row.icon, line(&row.text));
            }
            if let Some(qr) = qr {
                let _ = writeln!(out, "  qr: {} “{}” “{}”", qr.url, qr.label, qr.alt);
            }
        }
    }
}

fn show_block(block: &Block, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    let key = block
        .key
        .as_ref()
        .map(|key| format!("#{key} "))
        .unwrap_or_default();
    let items = |items: &[ListItem], mark: &str, out: &mut String| {
        for item in items {
            let _ = writeln!(
                out,
                "{indent}{key}{mark}{}",
                if item.write_in_lines > 0 {
                    format!(" ({} lines)", item.write_in_lines)
                } else {
                    String::new()
                }
            );
            item.blocks
                .iter()
                .for_each(|block| show_block(block, depth + 1, out));
        }
    };
    match &block.kind {
        BlockKind::Paragraph(text) => {
            let _ = writeln!(out, "{indent}{key}{}", line(text));
        }
        BlockKind::Heading { level, text } => {
            let _ = writeln!(out, "{indent}{key}h{level} {}", line(text));
        }
        BlockKind::List(list) => items(list, "•", out),
        BlockKind::Steps { start, items: list } => items(list, &format!("{start}."), out),
        BlockKind::Checklist(list) => items(list, "☐", out),
        BlockKind::Form(form) => {
            let _ = writeln!(out, "{indent}{key}form {}", line(&form.caption));
            items(&form.items, "_", out);
        }
        BlockKind::WriteInLines(lines) => {
            let _ = writeln!(out, "{indent}{key}{lines} lines");
        }
        BlockKind::Callout(Callout {
            kind,
            label,
            title,
            blocks,
        }) => {
            let _ = writeln!(
                out,
                "{indent}{key}{kind:?} [{}] {}",
                label.as_deref().unwrap_or(""),
                line(title)
            );
            blocks
                .iter()
                .for_each(|block| show_block(block, depth + 1, out));
        }
        BlockKind::Table(table) => {
            let _ = writeln!(out, "{indent}{key}table {}", line(&table.caption));
            for row in std::iter::once(&table.header).chain(&table.rows) {
                let cells: Vec<String> = row.iter().map(|cell| line(cell)).collect();
                let _ = writeln!(out, "{indent}  | {} |", cells.join(" | "));
            }
            table
                .note
                .iter()
                .for_each(|block| show_block(block, depth + 1, out));
        }
        BlockKind::Figure(figure) => {
            let _ = writeln!(
                out,
                "{indent}{key}{} {} (alt: {})",
                figure.label,
                line(&figure.caption),
                figure.alt
            );
        }
        BlockKind::Glossary(entries) => {
            for entry in entries {
                let _ = writeln!(
                    out,
                    "{indent}{key}{}: {}",
                    entry.term,
                    line(&entry.definition)
                );
            }
        }
        BlockKind::References(list) => {
            for entry in &list.entries {
                let _ = writeln!(out, "{indent}{key}{}. {}", entry.number, line(&entry.text));
            }
            if let Some(qr) = &list.qr {
                let _ = writeln!(out, "{indent}qr: {}", qr.url);
            }
        }
    }
}

fn line(inlines: &[Inline]) -> String {
    inlines
        .iter()
        .map(|inline| match inline {
            Inline::Text(text) => text.clone(),
            Inline::Strong(content) => format!("*{}*", line(content)),
            Inline::Link {
                target: Target::Uri(uri),
                content,
            } => format!("<{}>({uri})", line(content)),
            Inline::Link {
                target: Target::Block(key),
                content,
            } => format!("<{}>(#{key})", line(content)),
            Inline::Term { id, content } => format!("{{{}={id}}}", line(content)),
            Inline::Citation(numbers) => format!("{numbers:?}"),
            Inline::Badge(certainty) => format!("<{certainty:?}>"),
            Inline::LineBreak => "⏎".to_owned(),
        })
        .collect()
}

/// A fixture with a reference list and a section `a` with this body.
fn body(body: &str) -> ResolveFixture {
    let indented: String = body.lines().map(|line| format!("    {line}\n")).collect();
    ResolveFixture::new(
        "  - section: a\n  - references\n",
        &format!("a:\n  heading: A\n  body: |\n{indented}"),
    )
}

#[test]
fn builds_each_kind_of_block() {
    let fixture = ResolveFixture::new(
        "  - { section: short, role: main-message }
  - { section: facts, certainty: some-evidence }
  - { callout: careful, kind: caution }
  - table: compare
  - { figure: dial, image: figures/dial.svg }
  - steps: start
  - checklist: signs
  - questions: ask
  - form: plan
  - notes: mine
  - { callout: urgent, kind: emergency }
  - contact
  - glossary
  - references
",
        r#"subtitle: For adults
short-title: Short
short:
  heading: The short answer
  body: "Yes [@first-2021]. See [the table](#compare)."
  actions: ["**Move.** It helps [@second-2019; @first-2021].", Call us]
facts:
  heading: Facts
  body: |
    A [Cytokine]{.term} and [arthritis]{.term}. [Early]{.early-research} *so far*.

    ### Below

    1. one
       - nested
    2. two
careful: { title: ask first, body: "Do not stop." }
compare:
  caption: Side by side
  header: [What, This, That]
  rows: [[Swelling, "No [@third-1985]", "Yes, *often*"], [Mine, "", ""]]
  note: Ask us.
dial: { alt: A dial, caption: A dial of pain, labels: { top: Top } }
start: { items: [Low, Slow] }
signs: { heading: Signs, intro: "Tick:", items: [Fever, { text: Pain, lines: 2 }], outro: Call. }
ask: { heading: Questions, items: [Why?, { text: My own questions, lines: 4 }] }
plan: { caption: My plan, items: [Early signs, { text: Call, lines: 2 }], outro: Keep it. }
mine: { heading: Notes, body: Write. }
urgent: { title: Get help, body: Call. }
closing: General information.
"#,
    )
    .clinic("name: Clinic\nphone: [01 23, 04 56]\nemail: a@b.example\nwebsite: https://b.example/\nhours: always\naddress: Lane 1\n");
    insta::assert_snapshot!(fixture.shown());
}

#[test]
fn values_keep_their_markdown_characters() {
    let fixture = body("{{clinic.name}} [{{clinic.vars.x}}] {{clinic.vars.number}}")
        .clinic("name: \"A*B & Sons_[x](y) <b> `c` #1 | @d {e} ~f\"\nvars: { x: \"1. \\\\ & {{clinic.name}}\", number: 7 }\n");
    assert_eq!(
        fixture.shown(),
        "title: A title\nsection a: A\n  A*B & Sons_[x](y) <b> `c` #1 | @d {e} ~f [1. \\ & {{clinic.name}}] 7\n"
    );
}

#[test]
fn values_start_no_blocks() {
    for value in [
        "# x",
        "1. x",
        "- x",
        "> x",
        "    x",
        "=== ",
        "| a | b |",
        "<div>",
        "``` x",
    ] {
        let fixture =
            body("{{clinic.vars.x}}").clinic(&format!("name: C\nvars: {{ x: \"{value}\" }}\n"));
        assert_eq!(
            fixture.shown(),
            format!("title: A title\nsection a: A\n  {}\n", value.trim())
        );
    }
}

#[test]
fn templates_have_conditions_loops_lists_and_helpers() {
    let fixture = body(
        "{{#if clinic.email}}{{clinic.email}}{{else if clinic.phone}}{{clinic.phone}}{{else}}none{{/if}}.
{{#each clinic.vars.days}}{{@index}} {{this}}{{#unless @last}}; {{/unless}}{{/each}}.
{{clinic.vars.days}}. {{list clinic.vars.days \"and\"}}.
{{handout.review_by}} {{date handout.review_by \"month\"}} {{date}}.
{{plural 1 \"day\" \"days\"}} {{plural clinic.vars.n one=\"day\" other=\"days\"}}.
{{#with clinic.vars.deep}}{{er}} {{@root.clinic.name}}{{/with}} {{#each clinic.vars.deep as |v k|}}{{k}}={{v}}{{/each}}{{!-- gone {{x}} --}}
{{#if (eq clinic.name \"C\")}}same{{/if}}{{#if (not clinic.email)}}, no email{{/if}}",
    )
    .clinic("name: C\nphone: 01 23\nvars: { days: [Mon, Tue, Wed], n: 2, deep: { er: in } }\n");
    assert_eq!(
        fixture.shown().lines().nth(2).unwrap().trim(),
        "01\u{a0}23. 0 Mon; 1 Tue; 2 Wed. Mon, Tue or Wed. Mon, Tue and Wed. 21\u{a0}November 2028 November 2028 21\u{a0}November 2026. day days. in C er=in same, no email"
    );
}

#[test]
fn unknown_variables_are_errors_also_in_conditions_and_branches_not_taken() {
    let fixture = body(
        "{{clinic.nmae}}\n{{#if clinic.fax}}x{{/if}} {{#unless patient.name}}x{{/unless}}\n{{#each clinic.list}}{{/each}}{{#with clin}}{{/with}}{{#if clinic.email}}{{nothing.here}}{{/if}}",
    );
    insta::assert_snapshot!(fixture.findings());
}

#[test]
fn help_for_an_unknown_variable_is_a_whole_name_or_says_where_to_add_it() {
    for (text, help) in [
        ("{{clinc.name}}", "did you mean `clinic.name`?"),
        (
            "{{clinic.vars.fee}}",
            "write `fee` under `vars` in `clinic.yaml`",
        ),
        ("{{clinic.name.first}}", "`clinic.name` has no names in it"),
    ] {
        let findings = body(text).findings();
        assert!(findings.contains(help), "{findings}");
    }
}

#[test]
fn template_mistakes_point_at_their_tag() {
    for (text, pointed) in [
        ("a {{#if clinic.name}} b", "{{"),
        ("a {{clinic.name b", "{{"),
        ("a {{/if}} b", "{{"),
        ("a {{#if clinic.name}}x{{/each}}", "{{"),
        ("a {{{clinic.name}}} b", "{{{clinic.name}}"),
        ("a {{> other}} b", "{{> other}}"),
        ("a {{shout clinic.name}} b", "{{shout clinic.name}}"),
        (
            "a {{#loop clinic.name}}{{/loop}} b",
            "{{#loop clinic.name}}",
        ),
    ] {
        let findings = body(text).findings();
        assert!(
            findings.starts_with("template-syntax"),
            "{text}: {findings}"
        );
        assert!(
            findings.contains(&format!("a.body {pointed:?}")),
            "{text}: {findings}"
        );
    }
}

#[test]
fn job_data_may_be_absent_if_declared_and_stays_out_of_metadata() {
    let text = "a: { heading: A, body: \"{{#if patient.first_name}}Dear {{patient.first_name}}{{else}}Hello{{/if}}.\" }\n";
    let fixture = |declared: &str| {
        ResolveFixture::new("  - section: a\n", text).file(
            "leaflet/handout.yaml",
            &format!("{DEFINITION}{declared}sections: [{{ section: a }}]\n"),
        )
    };
    let declared = "data: [patient.first_name]\n";
    assert!(fixture(declared).shown().ends_with("  Hello.\n"));
    assert!(
        fixture(declared)
            .data(json!({ "patient": { "first_name": "Zoë *" } }))
            .shown()
            .ends_with("  Dear Zoë *.\n")
    );
    assert!(fixture("").findings().starts_with("unknown-variable"));
    assert!(
        fixture("")
            .data(json!({ "patient": { "first_name": "Bo" } }))
            .shown()
            .ends_with("  Dear Bo.\n")
    );
    let titled = ResolveFixture::new(
        "  - section: a\n",
        "a: { heading: \"For {{patient.name}}\", body: x }\n",
    )
    .file(
        "leaflet/handout.yaml",
        &format!("{DEFINITION}data: [patient.name]\nsections: [{{ section: a }}]\n"),
    );
    assert!(
        titled
            .findings()
            .contains("@ en.yaml:2:22 a.heading \"patient.name\""),
        "{}",
        titled.findings()
    );
}

#[test]
fn plan_matches_resolving_each_reader_alone() {
    let text = "a: { heading: A, body: \"{{#if p.new}}New [@second-2019].{{/if}} Old [@first-2021]. {{p.name}}\" }\n";
    let fixture = |data: &Value| {
        ResolveFixture::new("  - section: a\n  - references\n", text).data(data.clone())
    };
    let readers = [
        json!({ "p": { "new": true, "name": "Bo" } }),
        json!({ "p": { "new": false, "name": "Ida" } }),
    ];
    let shown = fixture(&readers[0]).shown();
    assert!(shown.contains("New[1]. Old[2]. Bo"), "{shown}");
    assert!(
        shown.contains("  1. National Institute. Second thoughts. 2019."),
        "{shown}"
    );
    let names = ["p.new".to_owned(), "p.name".to_owned()];
    let together = fixture(&readers[0]).with_sources(|sources, options| {
        let plan = Plan::new(sources, options, &names)?;
        assert!(plan.uses_job_data());
        readers
            .iter()
            .map(|data| plan.resolve(data.as_object().unwrap()))
            .collect::<Result<Vec<_>, _>>()
    });
    for (reader, resolved) in readers.iter().zip(together.unwrap()) {
        assert_eq!(
            resolved.document,
            fixture(reader).resolve().unwrap().document
        );
    }
}

#[test]
fn every_shipped_leaflet_resolves() {
    let library = Library::embedded().unwrap();
    let clinic = library
        .clinic("example", &Faces::bundled())
        .unwrap()
        .unwrap();
    for id in library.ids() {
        let handout = library.handout(&id).unwrap();
        let shared = library.shared_text("en").unwrap();
        let text = handout.text("en").unwrap();
        let sources = Sources {
            manifest: library.manifest(),
            licence: &library.manifest().licence,
            definition: Arc::new(handout.definition.clone()),
            shared: shared.into_iter().map(Arc::new).collect(),
            handout: text.into_iter().map(Arc::new).collect(),
            clinic: Arc::new(clinic.clone()),
            glossary: Arc::clone(library.glossary()),
            bibliography: Cow::Borrowed(library.bibliography()),
            figure: Arc::new(|_: &Entry, _: &BTreeMap<String, String>| Ok(small_picture())),
        };
        let today = handout.definition.reviewed.unwrap();
        let options = Options {
            letter: false,
            is_address_in_masthead: false,
            language: "en".to_owned(),
            date: today,
            references: ReferenceMode::Full,
            length: Length::Full,
            purpose: Purpose::Patients,
            text_message: false,
        };
        let resolved = resolve(sources, options, &JobData::new()).unwrap();
        assert!(
            resolved.findings.is_empty(),
            "{id}: {:?}",
            resolved.findings[0].message
        );
    }
}

#[test]
fn layers_override_each_other() {
    let fixture = ResolveFixture::new(
        "  - section: a\n  - checklist: c\n",
        "a:\n  heading: Handout\n  body: |\n    {{> base}}\n    handout\nc: { items: [one, two] }\n",
    )
    .file("text/en.yaml", "a:\n  heading: Shared\n  body: |\n    shared\n")
    .clinic(
        "name: C
text:
  en:
    shared:
      a:
        body: |
          {{> base}}
          clinic shared
    leaflet:
      a:
        body: |
          clinic handout
          {{> base}}
      c: { items: [zero, \"{{> base}}\", three] }
",
    );
    assert_eq!(
        fixture.shown(),
        "title: A title
section a: Handout
  clinic handout
  shared
  clinic shared
  handout
  #c ☐
    zero
  #c ☐
    one
  #c ☐
    two
  #c ☐
    three
"
    );
    let resolved = fixture.resolve().unwrap();
    assert_eq!(resolved.document.about.contributor.as_deref(), Some("C"));
}

#[test]
fn problems_in_a_base_text_point_at_the_base() {
    let fixture = ResolveFixture::new(
        "  - section: a\n",
        "a:\n  heading: A\n  body: |\n    {{> base}}\n\n    Mine {{clinic.oops}}.\n",
    )
    .file(
        "text/en.yaml",
        "a:\n  body: |\n    Below [@nothing] {{clinic.name}} and [x]{.term}.\n",
    );
    let findings = fixture.findings();
    assert!(
        findings.contains("@ en.yaml:7:12 a.body \"clinic.oops\""),
        "{findings}"
    );
    let fixture = ResolveFixture::new(
        "  - section: a\n",
        "a:\n  heading: A\n  body: |\n    {{> base}}\n\n    Mine.\n",
    )
    .file(
        "text/en.yaml",
        "a:\n  body: |\n    Below [@nothing] {{clinic.name}} and [x]{.term}.\n",
    );
    let findings = fixture.findings();
    assert!(
        findings.contains(
            "unknown-citation: no reference named `nothing` @ en.yaml:3:12 a.body \"@nothing\""
        ),
        "{findings}"
    );
    assert!(
        findings.contains("unknown-term: the glossary has no term `x` @ en.yaml:3:43 a.body \"x\""),
        "{findings}"
    );
}

#[test]
fn clinics_change_sections_but_not_locked_ones() {
    let sections =
        "  - section: a\n  - { callout: safe, kind: caution, locked: true }\n  - section: b\n";
    let text =
        "a: { heading: A, body: a }\nb: { heading: B, body: b }\nsafe: { title: safe, body: s }\n";
    let fixture = ResolveFixture::new(sections, text).clinic(
        "name: C
text: { en: { leaflet: { own: { heading: Own, body: o } } } }
sections:
  leaflet:
    insert: [{ section: own, after: a }]
    move: [{ key: b, before: a }]
",
    );
    assert_eq!(
        fixture.shown(),
        "title: A title\nsection b: B\n  b\nsection a: A\n  a\nsection own: Own\n  o\n  #safe Caution [Take care:] safe\n    s\n"
    );
    let fixture = ResolveFixture::new(sections, text)
        .clinic(
            "name: C
text: { en: { leaflet: { safe: { title: no } }, shared: { spine: { body: \"\" } } } }
sections:
  leaflet:
    insert: [{ section: own, after: zz }]
    move: [{ key: aa, before: b }, { key: safe, before: a }]
    remove: [safe, bb]
",
        )
        .file(
            "text/en.yaml",
            "spine: { locked: true, title: x, body: y }\n",
        );
    insta::assert_snapshot!(fixture.findings());
}

#[test]
fn reports_missing_and_misplaced_parts() {
    let fixture = ResolveFixture::new(
        "  - section: a
  - { callout: notarthritis, kind: info }
  - table: t
  - { figure: f, image: f.svg }
  - steps: s
",
        "a: { heading: A, body: \"[@first-2021]\", items: [x] }
not-arthritis: { title: x, body: y }
t: { caption: T, header: [a, b], rows: [[1a, 1b], [2a]] }
f: { caption: F }
s: { heading: S }
",
    );
    insta::assert_snapshot!(fixture.findings());
}

#[test]
fn a_block_after_the_main_message_can_be_linked_to() {
    let text = "a: { heading: A, body: \"[b](#f)\" }\nf: { alt: A, caption: F }\n";
    let fixture = ResolveFixture::new(
        "  - { section: a, role: main-message }\n  - { figure: f, image: f.svg }\n",
        text,
    );
    let document = fixture
        .resolve()
        .unwrap_or_else(|findings| panic!("{}", fixture.list(&findings)))
        .document;
    assert_eq!(document.sections[1].blocks[0].key.as_deref(), Some("f"));
}

#[test]
fn masthead_shows_first_of_many_phones_if_contact_section_has_all() {
    let phones = |sections: &str, phones: &str| {
        let fixture = ResolveFixture::new(
            &format!("  - section: a\n{sections}"),
            "a: { heading: A, body: B }\n",
        );
        let fixture = fixture.clinic(&format!("name: C\nphone: [{phones}]\n"));
        let document = fixture
            .resolve()
            .unwrap_or_else(|findings| panic!("{}", fixture.list(&findings)))
            .document;
        document.masthead.phones.len()
    };
    assert_eq!(phones("  - contact\n", "'1', '2', '3'"), 1);
    assert_eq!(phones("  - contact\n", "'1', '2'"), 2);
    assert_eq!(phones("", "'1', '2', '3'"), 3);
}

#[test]
fn own_questions_alone_make_no_empty_list() {
    let fixture = ResolveFixture::new(
        "  - questions: q\n",
        "q: { heading: Q, items: [{ text: Mine, lines: 3 }] }\n",
    );
    let document = fixture
        .resolve()
        .unwrap_or_else(|findings| panic!("{}", fixture.list(&findings)))
        .document;
    let blocks = &document.sections[0].blocks;
    assert!(
        matches!(blocks[0].kind, BlockKind::Heading { .. }),
        "{}",
        show(&document)
    );
    assert!(
        matches!(blocks[1].kind, BlockKind::WriteInLines(3)),
        "{}",
        show(&document)
    );
}

#[test]
fn text_with_an_error_is_not_reported_as_missing() {
    let text = "title: \"{{nobody}}\"\nf: { alt: \"{{nobody}}\", caption: F }\nn: { heading: \"{{nobody}}\" }\n";
    let fixture = ResolveFixture::new("  - { figure: f, image: f.svg }\n  - notes: n\n", "");
    let fixture = fixture.file("leaflet/text/en.yaml", text);
    let findings = fixture.resolve().err().unwrap_or_default();
    let ids: Vec<&str> = findings.iter().map(|finding| finding.id).collect();
    assert_eq!(ids, ["unknown-variable"; 3], "{}", fixture.list(&findings));
    let fixture = ResolveFixture::new("  - table: t\n", "t: { header: [a, b], rows: [] }\n");
    assert!(
        fixture
            .findings()
            .starts_with("unknown-text: the text of `t` has no `caption` @"),
        "{}",
        fixture.findings()
    );
}

#[test]
fn reports_unsupported_markdown() {
    let fixture = body(
        "# One
## Two
##### Five

A <b>bold</b> ![image](x.png) `code` [bad](javascript:x) [plain](http://x.example) [gone](#b) [x]{.tern}

<div>x</div>

    code

> quote

---",
    );
    insta::assert_snapshot!(fixture.findings());
}

#[test]
fn empty_cells_of_tables_are_reported() {
    let said = |table: &str| {
        ResolveFixture::new("", &format!("t: {{ caption: T, {table} }}\n"))
            .file(
                "leaflet/handout.yaml",
                &format!("{DEFINITION}data: [patient.none]\nsections: [{{ table: t }}]\n"),
            )
            .findings()
    };
    let condition = "{{#if patient.none}}x{{/if}}";
    let no_rows = "`t` has no row with words";
    for (table, expected) in [
        (
            r#"header: ["", b], rows: [[1, 2], ["", ""]]"#.to_owned(),
            "",
        ),
        (
            r#"header: [a, ""], rows: [[1, 2]]"#.to_owned(),
            "this column has no name",
        ),
        (r#"header: [a, b], rows: [["", ""]]"#.to_owned(), no_rows),
        (
            format!("header: [a, '{condition}'], rows: [[1, 2]]"),
            "this column has no name",
        ),
        (
            format!("header: [a, b], rows: [[1, 2], ['{condition}', '']]"),
            "this row is empty",
        ),
        (
            format!("header: [a, b], rows: [['{condition}', '']]"),
            no_rows,
        ),
    ] {
        let said = said(&table);
        assert!(said.contains(expected), "{table}: {said}");
        assert_eq!(said.is_empty(), expected.is_empty(), "{table}: {said}");
    }
}

#[test]
fn no_cell_of_a_markdown_table_is_dropped() {
    let rows = |rows: &str| format!("| a | b |\n|---|---|\n{rows}");
    for sound in ["| 1 | 2 |", "1 | 2", "| 1 \\| one | 2", "| 1 |"] {
        assert!(body(&rows(sound)).resolve().is_ok(), "{sound}");
    }
    for (wide, place) in [("| 1 | 2 | 3 |", "7"), ("| 1 | 2 |\n1 | 2 | 3", "8")] {
        let findings = body(&rows(wide)).findings();
        assert!(
            findings.starts_with("table-shape: this row has 3 cells, the header has 2"),
            "{findings}"
        );
        assert!(
            findings.contains(&format!("en.yaml:{place}:5")),
            "{findings}"
        );
    }
}

#[test]
fn citations_are_numbered_in_reading_order_and_merged() {
    let fixture = body(
        "A [@second-2019] b [@first-2021; @second-2019] c [@third-1985][@first-2021] **d** [@third-1985] [@second-2019].",
    );
    insta::assert_snapshot!(fixture.shown());
}

#[test]
fn citations_without_a_list_are_an_error() {
    let fixture = ResolveFixture::new(
        "  - section: a\n",
        "a: { heading: A, body: \"[@first-2021]\" }\n",
    );
    assert!(
        fixture.findings().starts_with("missing-field"),
        "{}",
        fixture.findings()
    );
}

#[test]
fn short_reference_list_has_one_line_per_entry() {
    let mut fixture = body("[@first-2021] [@third-1985]");
    fixture.references = ReferenceMode::Short;
    let shown = fixture.shown();
    assert!(
        shown.contains(
            "1. Smith\u{a0}et al. First things. 2021. <doi.org/10.1000/first>(https://doi.org/10.1000/first)"
        ),
        "{shown}"
    );
    assert!(
        shown.contains(
            "2. Clark. Third time lucky. 1985. <PMID 3910836>(https://pubmed.ncbi.nlm.nih.gov/3910836/)"
        ),
        "{shown}"
    );
    fixture.references = ReferenceMode::Qr;
    assert!(
        fixture.findings().starts_with("unavailable-reference-list"),
        "{}",
        fixture.findings()
    );
    let mut fixture = fixture.clinic("name: C\nreferences_url: \"https://c.example/{id}\"\n");
    fixture.references = ReferenceMode::Qr;
    assert!(fixture.shown().contains("qr: https://c.example/leaflet"));
}

/// A leaflet with locked and other blocks, in its short form.
fn short_form() -> ResolveFixture {
    let sections = "  - {section: main, role: main-message}\n  - section: signs\n    locked: true\n  - section: why\n  \
                    - {callout: help, kind: emergency, locked: true}\n  - {callout: tip, kind: tip}\n  - contact\n  - references\n";
    let text = "main: {heading: Main, body: 'See [why](#why) [@third-1985].', actions: [Walk.]}\n\
                signs: {heading: Signs, body: 'Look at [the help](#help).'}\n\
                why: {heading: Why it hurts, body: Reasons.}\n\
                help: {title: Help, body: Call now.}\ntip: {title: Rest, body: Lie down.}\n";
    let mut fixture = ResolveFixture::new(sections, text);
    fixture.references = ReferenceMode::Short;
    fixture.length = Length::Short;
    fixture
}

#[test]
fn short_form_has_main_message_locked_texts_and_contact() {
    let shown = short_form().shown();
    for words in [
        "Main",
        "Walk.",
        "Signs",
        "Call now.",
        "This is the short form. Ask us",
        "PMID 3910836",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    for words in [
        "Reasons.",
        "Lie down.",
        "(#why)",
        "(#help)",
        "Third time lucky",
    ] {
        assert!(!shown.contains(words), "{words}: {shown}");
    }
    assert!(
        shown.contains("See why (full leaflet)") && shown.contains("Look at the help."),
        "{shown}"
    );
    assert!(
        shown.contains("The full leaflet has more: Why it hurts"),
        "{shown}"
    );
}

#[test]
fn short_form_leads_to_the_full_leaflet() {
    let fixture = short_form().clinic("name: C\nreferences_url: \"https://c.example/{id}\"\n");
    let shown = fixture.shown();
    assert!(shown.contains("Full leaflet: "), "{shown}");
    assert!(shown.contains("qr: https://c.example/leaflet"), "{shown}");
}

#[test]
fn short_form_needs_a_main_message() {
    let mut fixture = ResolveFixture::new(
        "  - section: why\n",
        "why: {heading: Why, body: Reasons.}\n",
    );
    fixture.length = Length::Short;
    assert!(
        fixture.findings().contains("no short form"),
        "{}",
        fixture.findings()
    );
}

#[test]
fn reports_unusable_citation_styles() {
    let fixture = body("[@first-2021]");
    for style in ["apa", "no-such-style"] {
        let findings = body("[@first-2021]")
            .file(
                "library.yaml",
                &format!("{LIBRARY}citation_style: {style}\n"),
            )
            .findings();
        assert!(
            findings.starts_with("invalid-value")
                && findings.contains("library.yaml:4:17 citation_style"),
            "{findings}"
        );
    }
    let vancouver = fixture
        .file(
            "library.yaml",
            &format!("{LIBRARY}citation_style: vancouver\n"),
        )
        .shown();
    assert!(
        vancouver.contains(
            "  1. Smith A, Jones B. First things: a review. Journal of Firsts. 2021;3(2)."
        ),
        "{vancouver}"
    );
}

#[test]
fn swedish_and_norwegian_leaflets_speak_their_language() {
    for (language, label, page) in [
        ("sv", "Var försiktig:", "Sida {page} av {pages}"),
        ("nb", "Vær forsiktig:", "Side {page} av {pages}"),
    ] {
        let mut fixture = ResolveFixture::new("  - { callout: c, kind: caution }\n", "").file(
            &format!("leaflet/text/{language}.yaml"),
            "title: Titel\nc: { title: \"säg \\\"hej\\\"\", body: \"{{handout.review_by}}\" }\n",
        );
        fixture.language = language;
        let resolved = fixture.resolve().unwrap();
        let BlockKind::Callout(callout) = &resolved.document.sections[0].blocks[0].kind else {
            panic!()
        };
        assert_eq!(callout.label.as_deref(), Some(label));
        assert_eq!(resolved.document.ui_strings.page_of, page);
        let quoted = if language == "sv" {
            "säg ”hej”"
        } else {
            "säg «hej»"
        };
        assert_eq!(plain_text(&callout.title), quoted);
    }
}

#[test]
fn terms_without_a_translation_are_left_out_of_the_glossary() {
    let mut fixture = ResolveFixture::new("  - section: a\n  - glossary\n", "").file(
        "leaflet/text/sv.yaml",
        "title: T\na: { heading: A, body: \"[cytokin]{.term} [ledgångsreumatism]{.term}\" }\n",
    );
    fixture.language = "sv";
    assert!(
        fixture.findings().starts_with("untranslated-term"),
        "{}",
        fixture.findings()
    );
    assert!(
        fixture.shown().ends_with(
            "section glossary: Ord i det här bladet (Glossary)\n  cytokin: En budbärare.\n"
        ),
        "{}",
        fixture.shown()
    );
}

#[test]
fn overdue_leaflet_says_so_or_is_refused() {
    let mut fixture = body("x");
    fixture.today = date(2028, 11, 22);
    let resolved = fixture.resolve().unwrap();
    assert_eq!(resolved.document.notices.len(), 1);
    assert_eq!(
        fixture.list(&resolved.findings),
        "overdue-review: the leaflet should have been reviewed by 2028-11-21 @ handout.yaml:4:12 review_by\n  \
         review it and set `reviewed` and `review_by`\n"
    );
    let mut fixture = fixture.file(
        "library.yaml",
        &format!("{LIBRARY}review: {{ overdue: refuse }}\n"),
    );
    assert!(fixture.resolve().is_err());
    fixture.today = date(2028, 11, 21);
    assert!(fixture.resolve().unwrap().document.notices.is_empty());
}

#[test]
fn shared_words_override_built_in_ones() {
    let fixture = ResolveFixture::new(
        "  - { callout: c, kind: tip }\n",
        "c: { title: t, body: b }\n",
    )
    .file("text/en.yaml", "words: { tip: \"Hint:\" }\n");
    assert!(fixture.shown().contains("Tip [Hint:] t"));
    let wrong = ResolveFixture::new(
        "  - { callout: c, kind: tip }\n",
        "c: { title: t, body: b }\n",
    )
    .file("text/en.yaml", "words: { tipp: \"Hint:\" }\n");
    assert!(
        wrong.findings().contains("did you mean `tip`?"),
        "{}",
        wrong.findings()
    );
}

#[test]
fn right_to_left_values_stay_in_order() {
    let fixture =
        body("Ask {{clinic.vars.who}} today.").clinic("name: C\nvars: { who: \"د. ليلى\" }\n");
    assert!(
        fixture
            .shown()
            .contains("Ask \u{2068}د. ليلى\u{2069} today."),
        "{}",
        fixture.shown()
    );
}

#[test]
fn missing_glyph_has_the_place_of_its_character() {
    let fixture = body("Fine — “so far”, but 𝕏.");
    let resolved = fixture.resolve().unwrap();
    let findings = crate::check::missing_glyph(&resolved, &|character| character != '𝕏', &|_| None);
    assert!(
        fixture.list(&findings).starts_with(
            "missing-glyph: no typeface has the character `𝕏` (U+1D54F) @ en.yaml:5:26 a.body \"𝕏\""
        ),
        "{}",
        fixture.list(&findings)
    );
}

#[test]
fn hostile_texts_cause_no_panic() {
    for text in [
        "[".repeat(5000),
        "*".repeat(20000),
        format!("{}x", "{{#if clinic.name}}".repeat(2000)),
        format!("{{{{{}x", "(a ".repeat(5000)),
        (0..300)
            .map(|depth| format!("{}- x\n", "  ".repeat(depth)))
            .collect::<String>(),
        "{{#each clinic.vars.l}}{{#each clinic.vars.l}}x{{/each}}{{/each}}".to_owned(),
        "[@".repeat(3000),
        "> ".repeat(3000),
    ] {
        let _ = body(&text).resolve();
    }
}

struct Everything;

impl markdown::NameIndex for Everything {
    fn term(&self, words: &str) -> Option<String> {
        (words.len() < 9).then(|| words.to_owned())
    }

    fn term_names(&self) -> Vec<String> {
        vec!["term".to_owned()]
    }

    fn citation(&self, key: &str) -> Option<u32> {
        (key.len() < 9).then_some(1)
    }

    fn citation_keys(&self) -> Vec<String> {
        vec!["key".to_owned()]
    }
}

fn engine() -> Engine {
    Engine::new(ValueFormat {
        locale: Locale::of("en"),
        or: "or".to_owned(),
        and: "and".to_owned(),
        days: DayFormat::Words,
    })
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { failure_persistence: None, ..Default::default() })]

    #[test]
    fn no_text_panics(text in "(\\PC|\n|\\{\\{|\\}\\}|\\{\\{#if |\\{\\{/if\\}\\}|\\{\\{> base\\}\\}|clinic|\\[@|\\]|\\[a\\]\\{\\.term\\}|\\*\\*|- |### |\\| ){0,40}") {
        let file = Arc::new(crate::source::SourceFile { name: "t".to_owned(), path: None, text: text.clone() });
        let source = SourcedText::authored(&file, Route::default(), &text);
        let targets = BTreeSet::new();
        let setting = markdown::MarkdownScope { locale: Locale::of("en"), targets: &targets, short_form: None, index: &Everything };
        let mut findings = Vec::new();
        markdown::blocks(&source, &setting, &mut findings);
        markdown::inlines(&source, &setting, &mut findings);
        let context = json!({ "clinic": "C" });
        let names = Names { context: &context, job_data: &[], declared: &[] };
        match MarkdownTemplate::compile(source, names) {
            Ok(template) => {
                if let Ok((text, _)) = template.render(&engine(), &Context::from(context), Gaps::Left) {
                    markdown::blocks(&text, &setting, &mut findings);
                }
            }
            Err(more) => findings.extend(more),
        }
        for finding in findings {
            if let Some(Place { target: PlaceTarget::Value(_, Some(range)), .. }) = finding.place {
                proptest::prop_assert!(text.get(range.clone()).is_some(), "{range:?}");
            }
        }
    }

    #[test]
    fn plain_words_come_through_whole(words in "[a-zåäö ,.?%°]{0,60}") {
        let context = json!({ "x": words });
        let file = Arc::new(crate::source::SourceFile { name: "t".to_owned(), path: None, text: Default::default() });
        let template = MarkdownTemplate::compile(
            SourcedText::authored(&file, Route::default(), "{{x}}"),
            Names { context: &context, job_data: &[], declared: &[] },
        ).unwrap();
        let (text, _) = template.render(&engine(), &Context::from(context), Gaps::Left).unwrap();
        let targets = BTreeSet::new();
        let setting = markdown::MarkdownScope { locale: Locale::of("en"), targets: &targets, short_form: None, index: &Everything };
        let mut findings = Vec::new();
        let shown = plain_text(&markdown::inlines(&text, &setting, &mut findings));
        let expected = words.split_whitespace().collect::<Vec<_>>().join(" ");
        proptest::prop_assert_eq!(shown, expected);
    }
}

#[test]
fn references_say_what_they_are() {
    let references = REFERENCES
        .replace(
            "second-2019:\n",
            "second-2019:\n  kind: guideline\n  language: de\n",
        )
        .replace(
            "third-1985:\n",
            "third-1985:\n  kind: study\n  language: en\n",
        );
    let text = "a: { body: \"A [@first-2021; @second-2019; @third-1985].\" }\n";
    let fixture = ResolveFixture::new("  - section: a\n  - references\n", text);
    let fixture = fixture.file("references.yaml", &references);
    let shown = fixture.shown();
    assert!(shown.contains(" Guideline (in German)"), "{shown}");
    assert!(shown.contains(" Single\u{a0}study"), "{shown}");
    assert!(!shown.contains("English"), "{shown}");
    let first = shown.lines().find(|line| line.contains("First things"));
    assert!(first.unwrap().ends_with("/first)"), "{shown}");
    assert_eq!(fixture.findings(), "");
}

#[test]
fn a_language_without_a_name_is_reported() {
    let references = REFERENCES.replace(
        "second-2019:\n",
        "second-2019:\n  kind: web\n  language: tlh\n",
    );
    let text = "a: { body: \"A [@second-2019].\" }\n";
    let fixture = ResolveFixture::new("  - section: a\n  - references\n", text);
    insta::assert_snapshot!(fixture.file("references.yaml", &references).findings());
}
