//! The shipped leaflets, read back from their files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;
use std::sync::{Arc, LazyLock};

use crate::pdf_reader::{Kid, Node, PdfFile};
use crate::reading_order::{Part, Reading};
use crate::shipped_library::{PAPERS, SHIPPED, TODAY};
use crate::test_project::PROGRAM;
use handout::document::{BlockKind, Document};
use handout::font::is_never_drawn;
use handout::layout::page::{Content, Destination, Layout, LinkTarget, Tag};
use handout::{Edition, Leaflet, Paper, Renderer};

/// A leaflet with its file, read back.
struct TestedLeaflet {
    id: String,
    paper: Paper,
    edition: Edition,
    /// For example `sleep on a5`.
    name: String,
    document: Arc<Document>,
    leaflet: Leaflet,
    file: PdfFile,
}

/// Leaflets that are made in other editions, too: one with most tables, a long one and a form.
const IN_EDITIONS: [&str; 3] = ["inflammation-link", "sleep", "my-flare-plan"];

/// Editions other than the standard one, and booklets.
const EDITIONS: [(Edition, Paper, &str); 6] = [
    (Edition::LARGE_PRINT, Paper::Letter, "letter, large-print"),
    (Edition::EXTRA_LARGE_MONO, Paper::A4, "a4, extra-large,mono"),
    (Edition::MONO, Paper::A5, "a5, mono"),
    (
        Edition::LARGE_PRINT_HIGH_CONTRAST,
        Paper::A4,
        "a4, large-print,high-contrast",
    ),
    (Edition::STANDARD, Paper::A5Booklet, "a5-booklet"),
    (Edition::MONO, Paper::LetterBooklet, "letter-booklet, mono"),
];

/// Every leaflet on every paper, and some in other editions.
static ALL: LazyLock<Vec<TestedLeaflet>> = LazyLock::new(|| {
    let ids = SHIPPED.library.ids();
    let make = |id: &str, (edition, paper, name): (Edition, Paper, &str)| {
        let leaflet = SHIPPED.make_edition(id, paper, edition);
        let (document, file) = (SHIPPED.document(id, paper), PdfFile::read(&leaflet.bytes));
        TestedLeaflet {
            id: id.to_owned(),
            paper,
            edition,
            name: format!("{id} on {name}"),
            document,
            leaflet,
            file,
        }
    };
    let standard =
        |id: &String| PAPERS.map(|(paper, name)| make(id, (Edition::STANDARD, paper, name)));
    let mut all: Vec<TestedLeaflet> = ids.iter().flat_map(standard).collect();
    for id in IN_EDITIONS {
        all.extend(EDITIONS.map(|edition| make(id, edition)));
    }
    all
});

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

#[test]
fn every_file_is_sound() {
    for TestedLeaflet { name, file, .. } in ALL.iter() {
        assert_eq!(file.problems(), [""; 0], "{name}");
    }
}

/// Returns the laid-out text of each page: tagged content and artifacts, with plain spaces for
/// no-break ones.
fn placed_text(layout: &Layout) -> Vec<[String; 2]> {
    let page = |page: &handout::layout::page::Page| {
        let mut texts = [String::new(), String::new()];
        for item in &page.items {
            if let Content::Text(run) = &item.content {
                let text = &mut texts[usize::from(matches!(item.tag, Tag::Artifact(_)))];
                let drawn = run
                    .text
                    .chars()
                    .filter(|&character| !is_never_drawn(character));
                text.extend(drawn.map(|character| {
                    if character.is_whitespace() {
                        ' '
                    } else {
                        character
                    }
                }));
            }
        }
        texts
    };
    layout.pages.iter().map(page).collect()
}

#[test]
fn every_glyph_maps_to_its_text() {
    for TestedLeaflet {
        name,
        leaflet,
        file,
        ..
    } in ALL.iter()
    {
        let expected = placed_text(&leaflet.layout);
        assert_eq!(file.content.len(), expected.len(), "{name}");
        for (page, (sequences, expected)) in file.content.iter().zip(expected).enumerate() {
            let text = |artifacts: bool| -> String {
                let these = sequences
                    .iter()
                    .filter(|sequence| sequence.mcid.is_none() == artifacts);
                these.map(|sequence| &*sequence.text).collect()
            };
            assert_eq!(
                [text(false), text(true)],
                expected,
                "{name}, page {}",
                page + 1
            );
        }
    }
}

/// Returns the printed numbers of the pages on a page of the file, which may be a side of a booklet.
fn page_numbers(layout: &Layout, page: usize) -> Vec<usize> {
    let sides = layout.pages.len();
    match layout.pages[page].panels.is_empty() {
        true => vec![page + 1],
        false => vec![page + 1, 2 * sides - page],
    }
}

#[test]
fn printed_page_numbers_match_link_targets() {
    let mut named = BTreeSet::new();
    for TestedLeaflet {
        name,
        document,
        leaflet,
        ..
    } in ALL.iter()
    {
        let layout = &leaflet.layout;
        for (page, [text, _]) in layout.pages.iter().zip(placed_text(layout)) {
            let text = squeezed(&text);
            for link in &page.links {
                let LinkTarget::Destination(place) = link.target else {
                    continue;
                };
                let see_page = |number: &str| {
                    let see_page = document.ui_strings.see_page.replace("{page}", number);
                    squeezed(&format!("{} ({see_page}", link.description))
                };
                if text.contains(see_page("\0").split('\0').next().unwrap()) {
                    let Destination { page, at, .. } = layout.destinations[place];
                    let mut numbers = page_numbers(layout, page);
                    if numbers.len() > 1 {
                        // Odd pages of a booklet are at the right.
                        let is_right = at.x > layout.pages[page].size.width / 2.0;
                        numbers.retain(|number| (number % 2 == 1) == is_right);
                    }
                    let [number] = numbers[..] else {
                        panic!("{name}, {}: {numbers:?}", link.description);
                    };
                    assert!(
                        text.contains(&see_page(&number.to_string())),
                        "{name}, {}",
                        link.description
                    );
                    named.insert((leaflet.layout.pages[0].size.height.0 as u32, number));
                }
            }
        }
    }
    // At least one link leads to an unusual page.
    assert!(named.len() > PAPERS.len(), "{named:?}");
}

/// Replaces the printed page number of a link by `#`, as in the document.
fn without_page_numbers(text: &str, see_page: &str) -> String {
    let (before, after) = see_page.split_once("{page}").unwrap();
    let (before, after) = (squeezed(before), squeezed(after));
    let mut out = String::new();
    let mut rest = text;
    while let Some((head, tail)) = rest.split_once(&format!("({before}")) {
        let number = tail.trim_start_matches(|character: char| character.is_ascii_digit());
        assert!(
            number.starts_with(&format!("{after})")),
            "…{head}({before}{tail:.20}"
        );
        out.push_str(&format!("{head}({before}#"));
        rest = number;
    }
    out + rest
}

#[test]
fn every_word_of_the_document_is_in_the_structure_once_and_in_order() {
    for TestedLeaflet {
        name,
        document,
        file,
        ..
    } in ALL.iter()
    {
        let reading = Reading::of(document);
        let said = file.texts().concat();
        let said = without_page_numbers(&squeezed(&said), &document.ui_strings.see_page);
        let mut rest = &*said;
        for part in &reading.parts {
            let ways = match part {
                Part::Text(text) => vec![squeezed(text)],
                Part::Table { grid, lists } => {
                    vec![squeezed(&grid.concat()), squeezed(&lists.concat())]
                }
            };
            let after = ways.iter().find_map(|way| rest.strip_prefix(&**way));
            let here: String = rest.chars().take(80).collect();
            rest = after.unwrap_or_else(|| panic!("{name} says {here:?}, the document {part:?}"));
        }
        assert_eq!(rest, "", "{name} says more than its document");
    }
}

/// Returns the page, from 1, of the first content below a node.
fn page_of(node: &Node) -> Option<usize> {
    node.kids.iter().find_map(|kid| match kid {
        Kid::Element(node) => page_of(node),
        Kid::Content(page, _) => Some(page + 1),
        Kid::Annotation(_) => None,
    })
}

fn text_of(file: &PdfFile, node: &Node) -> String {
    let kid = |kid: &Kid| match kid {
        Kid::Element(node) => text_of(file, node),
        _ => String::new(),
    };
    file.own_text(node) + &node.kids.iter().map(kid).collect::<String>()
}

/// Returns the target of a link; see [`PdfFile::target`].
fn target(file: &PdfFile, link: &Node) -> String {
    let annotation = link.kids.iter().find_map(|kid| match kid {
        Kid::Annotation(id) => Some(*id),
        _ => None,
    });
    file.target(annotation.expect("a link has an annotation"))
}

fn number(text: &str) -> Option<u32> {
    text.trim_matches(|character: char| !character.is_ascii_digit())
        .parse()
        .ok()
}

#[test]
fn links_lead_where_they_say() {
    let (mut citations, mut blocks, mut addresses) = (0, 0, 0);
    for TestedLeaflet {
        name,
        document,
        leaflet,
        file,
        ..
    } in ALL.iter()
    {
        let nodes = file.nodes();
        // Page of each reference, and page of its first citation.
        let mut references = BTreeMap::new();
        let mut cited = BTreeMap::new();
        for item in nodes.iter().filter(|node| node.role == "LI") {
            let [Kid::Element(label), Kid::Element(body)] = &item.kids[..] else {
                continue;
            };
            if body
                .kids
                .iter()
                .any(|kid| matches!(kid, Kid::Element(entry) if entry.role == "BibEntry"))
            {
                references.insert(
                    number(&text_of(file, label)).unwrap(),
                    page_of(item).unwrap(),
                );
            }
        }
        for (index, node) in nodes
            .iter()
            .enumerate()
            .filter(|(_, node)| node.role == "Link")
        {
            let text = file.own_text(node);
            let target = target(file, node);
            let context = format!("{name}: {text:?} leads to {target}");
            if let Some(page) = target.strip_prefix("page ") {
                let page: usize = page.parse().unwrap();
                match number(&text) {
                    // The number of a reference links back to its first citation.
                    Some(number) if text.ends_with('.') => {
                        assert_eq!(cited[&number], page, "{context}")
                    }
                    Some(number) => {
                        citations += 1;
                        cited.entry(number).or_insert(page_of(node).unwrap());
                        assert_eq!(references[&number], page, "{context}");
                    }
                    None => {
                        blocks += 1;
                        let next = squeezed(&file.own_text(nodes[index + 1]));
                        let says = |number: &usize| {
                            let see_page = &document.ui_strings.see_page;
                            let said = see_page.replace("{page}", &number.to_string());
                            next.starts_with(&squeezed(&format!("({said})")))
                        };
                        let numbers = page_numbers(&leaflet.layout, page - 1);
                        assert!(numbers.iter().any(says), "{context}, {next:?}");
                    }
                }
            } else {
                addresses += 1;
                let schemes = ["https://", "mailto:", "tel:"];
                assert!(
                    schemes.iter().any(|scheme| target.starts_with(scheme)),
                    "{context}"
                );
            }
        }
        assert_eq!(
            cited.len(),
            references.len(),
            "{name}: every reference is cited"
        );
    }
    assert!(
        citations > 100 && blocks > 0 && addresses > 100,
        "{citations} {blocks} {addresses}"
    );
}

/// One process makes all leaflets with shared caches; the others were made one by one.
#[test]
fn leaflet_is_the_same_alone_and_among_others() {
    let folder = tempfile::tempdir().unwrap();
    let status = Command::new(PROGRAM)
        .env_clear()
        .args(["--date", TODAY, "generate"])
        .args(SHIPPED.library.ids())
        .arg("-o")
        .arg(folder.path())
        .status();
    assert!(status.unwrap().success());
    let is_made =
        |made: &&TestedLeaflet| made.paper == Paper::A4 && made.edition == Edition::STANDARD;
    for made in ALL.iter().filter(is_made) {
        let file = fs::read(folder.path().join(format!("{}.pdf", made.id))).unwrap();
        assert!(made.leaflet.bytes == file, "{}", made.name);
    }
}

#[test]
fn tag_tree_of_inflammation_link() {
    let made = ALL
        .iter()
        .find(|made| made.name == "inflammation-link on a4")
        .unwrap();
    insta::assert_snapshot!(made.file.tag_tree());
}

#[test]
fn overdue_leaflet_says_so_below_its_title() {
    let on = |date| SHIPPED.make_with("inflammation-link", Paper::A4, date, &mut Renderer::new());
    for (date, overdue) in [("2028-11-21", false), ("2028-11-22", true)] {
        let leaflet = on(date);
        let warnings: Vec<&str> = leaflet.findings.iter().map(|finding| finding.id).collect();
        assert_eq!(
            warnings.contains(&"overdue-review"),
            overdue,
            "{warnings:?} on {date}"
        );
        let file = PdfFile::read(&leaflet.bytes);
        let nodes = file.nodes();
        let title = nodes.iter().position(|node| node.role == "H1").unwrap();
        let file = &file;
        let notice = nodes[title..]
            .iter()
            .find(|node| node.role == "Div" || node.role == "H2")
            .unwrap();
        assert_eq!(notice.role == "Div", overdue, "{}", text_of(file, notice));
        assert_eq!(text_of(file, notice).contains("November 2028"), overdue);
    }
}

#[test]
fn flare_plan_has_two_pages_before_contact_and_references() {
    let is_large = |made: &&TestedLeaflet| {
        let has_large_paper = matches!(made.paper, Paper::A4 | Paper::Letter);
        made.id == "my-flare-plan" && has_large_paper && made.edition == Edition::STANDARD
    };
    for TestedLeaflet { name, leaflet, .. } in ALL.iter().filter(is_large) {
        let pages: Vec<String> = placed_text(&leaflet.layout)
            .into_iter()
            .map(|[text, _]| squeezed(&text))
            .collect();
        assert_eq!(pages.len(), 3, "{name}");
        // The fields and the safety call-outs share a page.
        assert!(pages[1].contains("Myearlysigns"), "{name}");
        assert!(pages[1].contains("Iflifefeelstoohard"), "{name}");
        assert!(pages[2].starts_with("Talktous"), "{name}");
        assert!(pages[2].contains("Wherethiscomesfrom"), "{name}");
    }
}

/// Returns the names of all block kinds in a document.
fn kinds(document: &Document) -> Vec<&'static str> {
    let blocks = document.sections.iter().flat_map(|section| &section.blocks);
    blocks
        .map(|block| match &block.kind {
            BlockKind::Paragraph(_) => "paragraph",
            BlockKind::Heading { .. } => "heading",
            BlockKind::List(_) => "list",
            BlockKind::Steps { .. } => "steps",
            BlockKind::Checklist(_) => "checklist",
            BlockKind::Form(_) => "form",
            BlockKind::WriteInLines(_) => "write-in lines",
            BlockKind::Callout(_) => "callout",
            BlockKind::Table(_) => "table",
            BlockKind::Figure(_) => "figure",
            BlockKind::Glossary(_) => "glossary",
            BlockKind::References(_) => "references",
        })
        .collect()
}

#[test]
fn shipped_leaflets_use_every_tested_block_kind() {
    let mut all: Vec<&str> = ALL.iter().flat_map(|made| kinds(&made.document)).collect();
    all.sort_unstable();
    all.dedup();
    for kind in [
        "callout",
        "checklist",
        "figure",
        "form",
        "glossary",
        "list",
        "paragraph",
        "references",
        "steps",
        "table",
    ] {
        assert!(all.contains(&kind), "no {kind} among {all:?}");
    }
}
