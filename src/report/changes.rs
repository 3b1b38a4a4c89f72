//! Changes of a clinic's leaflet, compared with the library's: as text for the terminal, and as a
//! web page that a colleague reads and approves.
//!
//! The page is one file without scripts and loads nothing. It shows deletions and insertions by
//! lines, by colours, and in words for screen readers.

use std::fmt::Write as _;

use super::difference::{Marks, marked};
use super::printable;
use crate::customize::as_written::AsWritten;
use crate::customize::difference::{Change, words};
use crate::customize::leaflet::{BlockChange, BlockDifference, PartDifference, PartKind};
use crate::escape::escaped;

/// The leaflet that is compared.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ComparedLeaflet<'a> {
    /// Name of the clinic.
    pub(crate) clinic: &'a str,
    /// Id of the handout.
    pub(crate) id: &'a str,
    pub(crate) version: &'a str,
    /// Title of the clinic's leaflet.
    pub(crate) title: &'a str,
    /// BCP 47 tag.
    pub(crate) language: &'a str,
}

/// Formats the changes as text.
pub(crate) fn changes_as_text(
    leaflet: &ComparedLeaflet<'_>,
    blocks: &[BlockDifference],
    marks: Marks,
) -> String {
    let ComparedLeaflet {
        clinic,
        id,
        version,
        title,
        ..
    } = leaflet;
    let mut text = format!(
        "{} ({id} {version}): changes by {}\n",
        printable(title),
        printable(clinic)
    );
    if blocks.is_empty() {
        text.push_str("\nThere are no changes.\n");
    }
    for block in blocks {
        let _ = writeln!(
            text,
            "\n{}{}",
            printable(&name(block)),
            change(&block.change, marks)
        );
        let mut is_omission = false;
        for part in &block.parts {
            if part.old == part.new {
                if !is_omission {
                    text.push_str("  …\n");
                }
                is_omission = true;
                continue;
            }
            is_omission = false;
            let sign = if part.kind == PartKind::Item {
                "- "
            } else {
                ""
            };
            let shown = marked(&differences(part), marks);
            for (index, line) in shown.lines().enumerate() {
                let _ = writeln!(text, "  {}{line}", if index == 0 { sign } else { "" });
            }
        }
        for written in &block.as_written {
            if let Some(about) = about(written) {
                let _ = writeln!(text, "  {}", printable(&about));
            }
            for part in &written.parts {
                let _ = writeln!(text, "  {}", marked(&differences(part), marks));
            }
        }
    }
    text
}

/// Says on which values a text depends, if any.
fn about(written: &AsWritten) -> Option<String> {
    let names = &written.depends_on;
    (!names.is_empty()).then(|| {
        let names = names.join(", ");
        format!("This text depends on: {names}. These are all its words:")
    })
}

/// Returns the block's name, followed by its key if they differ.
fn name(block: &BlockDifference) -> String {
    if block.key.is_empty() {
        "Title".to_owned()
    } else if block.name == block.key {
        block.key.clone()
    } else {
        format!("{} ({})", block.name, block.key)
    }
}

fn change(change: &BlockChange, marks: Marks) -> String {
    match change {
        BlockChange::Stays => String::new(),
        BlockChange::Inserted => " – inserted".to_owned(),
        BlockChange::Removed => " – removed".to_owned(),
        BlockChange::Moved(Some(after)) => {
            let after = if marks == Marks::Signs {
                format!("“{after}”")
            } else {
                after.clone()
            };
            format!(" – moved, now after {}", printable(&after))
        }
        BlockChange::Moved(None) => " – moved, now first".to_owned(),
    }
}

fn differences(part: &PartDifference) -> Vec<Change<'_>> {
    words(
        part.old.as_deref().unwrap_or_default(),
        part.new.as_deref().unwrap_or_default(),
    )
}

const STYLE: &str = "\
:root { color-scheme: light; }
body { margin: 0 auto; max-width: 44rem; padding: 2.5rem 1.25rem; font: 1.0625rem/1.55 system-ui, Segoe UI, Roboto, Helvetica Neue, Arial, sans-serif; color: #1a1f24; background: #fff; }
h1, h2, h3 { line-height: 1.25; text-wrap: balance; }
h1 { font-size: 1.75rem; margin: 0 0 .75rem; }
h2 { font-size: 1.25rem; margin: 0 0 .75rem; }
h3 { font-size: 1.0625rem; margin: 1.25rem 0 .25rem; }
p, ul { margin: .5rem 0; }
li { margin: .25rem 0; }
a { color: #0f4f8a; }
code { font-size: .95em; }
header, nav { border-bottom: 1px solid #c9d0d6; padding-bottom: 1rem; margin-bottom: 1rem; }
nav h2 { font-size: 1.0625rem; margin: 0; }
section { border-left: 4px solid #c9d0d6; padding: .25rem 0 .25rem 1.25rem; margin: 2rem 0; }
section.inserted { border-color: #1a7f3c; }
section.removed { border-color: #b3261e; }
.about, .same, .change { color: #3d474f; }
.change { font-weight: normal; }
h2 .change { display: inline-block; border: 1px solid #6b7780; border-radius: .25rem; padding: .1rem .5rem; margin-left: .5rem; font-size: .875rem; vertical-align: middle; }
ins, del { border-radius: .15rem; padding: 0 .1em; -webkit-box-decoration-break: clone; box-decoration-break: clone; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
ins { color: #0b4f21; background: #e0f4e6; text-decoration: underline; text-underline-offset: .15em; }
del { color: #8a1010; background: #fde8e8; text-decoration: line-through; }
.sign { display: grid; grid-template-columns: 3fr 1fr; gap: 1.5rem; margin-top: 3rem; }
.sign p { border-top: 1px solid #1a1f24; margin: 2.5rem 0 0; padding-top: .25rem; color: #3d474f; font-size: .9375rem; }
.screen-reader { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@page { margin: 20mm; }
@media print { body { max-width: none; padding: 0; font-size: 11pt; } h2, h3 { break-after: avoid; } p, li, .sign { break-inside: avoid; } a { color: inherit; } }
";

/// Formats the changes as a web page.
pub(crate) fn changes_as_html(leaflet: &ComparedLeaflet<'_>, blocks: &[BlockDifference]) -> String {
    let ComparedLeaflet {
        clinic,
        id,
        version,
        title,
        language,
    } = leaflet;
    let [clinic, id, version, title, language] =
        [clinic, id, version, title, language].map(|text| escaped(text));
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Changes to {title} – {clinic}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<header>\n\
         <h1>What {clinic} changed in <span lang=\"{language}\">“{title}”</span></h1>\n\
         <p class=\"about\">Leaflet <code>{id}</code>, version {version}, compared with the library’s. New text is \
         <ins>underlined on green</ins>, and deleted text is <del>struck through on red</del>.</p>\n</header>\n"
    );
    // The page is in English; quotes are in the language of the leaflet.
    let quoted = |block: &BlockDifference| match block.key.as_str() {
        "" => "Title".to_owned(),
        _ => format!("<span lang=\"{language}\">{}</span>", escaped(&block.name)),
    };
    let place = |block: &BlockDifference| match block.key.as_str() {
        "" => "title".to_owned(),
        key => escaped(key),
    };
    if !blocks.is_empty() {
        page.push_str("<nav aria-labelledby=\"changed\">\n<h2 id=\"changed\">Changes</h2>\n<ul>\n");
        for block in blocks {
            let change = escaped(&change(&block.change, Marks::Signs));
            let _ = writeln!(
                page,
                "<li><a href=\"#part-{}\">{}</a>{change}</li>",
                place(block),
                quoted(block)
            );
        }
        page.push_str("</ul>\n</nav>\n");
    }
    page.push_str("<main>\n");
    if blocks.is_empty() {
        page.push_str("<p>There are no changes.</p>\n");
    }
    for block in blocks {
        let class = match block.change {
            BlockChange::Stays | BlockChange::Moved(_) => "",
            BlockChange::Inserted => " class=\"inserted\"",
            BlockChange::Removed => " class=\"removed\"",
        };
        // The block's heading also serves as the heading of its changes.
        let (name, parts) = match block.parts.split_first() {
            Some((heading, rest)) if heading.kind == PartKind::Heading && !block.key.is_empty() => {
                (
                    format!("<span lang=\"{language}\">{}</span>", html(heading)),
                    rest,
                )
            }
            _ => (quoted(block), &block.parts[..]),
        };
        let _ = write!(
            page,
            "<section{class} id=\"part-{}\">\n<h2>{name}",
            place(block)
        );
        let change = change(&block.change, Marks::Signs);
        if let Some(change) = change.strip_prefix(" – ") {
            let _ = write!(page, " <span class=\"change\">{}</span>", escaped(change));
        }
        let _ = writeln!(page, "</h2>\n<div lang=\"{language}\">");
        let mut is_list = false;
        for part in parts {
            let is_item = part.kind == PartKind::Item;
            if is_item != is_list {
                page.push_str(if is_item { "<ul>\n" } else { "</ul>\n" });
                is_list = is_item;
            }
            let (element, content) = (element(part.kind), html(part));
            let class = if part.old == part.new {
                " class=\"same\""
            } else {
                ""
            };
            let _ = writeln!(page, "<{element}{class}>{content}</{element}>");
        }
        if is_list {
            page.push_str("</ul>\n");
        }
        for written in &block.as_written {
            if let Some(about) = about(written) {
                let _ = writeln!(
                    page,
                    "<p class=\"same\" lang=\"en\">{}</p>",
                    escaped(&about)
                );
            }
            for part in &written.parts {
                let _ = writeln!(page, "<p>{}</p>", html(part));
            }
        }
        page.push_str("</div>\n</section>\n");
    }
    page.push_str("</main>\n");
    if !blocks.is_empty() {
        page.push_str(
            "<footer class=\"sign\">\n<p>Read and approved by</p>\n<p>Date</p>\n</footer>\n",
        );
    }
    page.push_str("</body>\n</html>\n");
    page
}

fn element(kind: PartKind) -> &'static str {
    match kind {
        PartKind::Heading => "h3",
        PartKind::Paragraph | PartKind::Row => "p",
        PartKind::Item => "li",
    }
}

fn html(part: &PartDifference) -> String {
    // Most screen readers ignore `ins` and `del`, so add words for them.
    let hidden =
        |words: &str| format!("<span class=\"screen-reader\" lang=\"en\">[{words}] </span>");
    differences(part)
        .iter()
        .map(|change| match change {
            Change::Same(text) => escaped(text),
            Change::Removed(text) => format!("<del>{}{}</del>", hidden("deleted:"), escaped(text)),
            Change::Added(text) => format!("<ins>{}{}</ins>", hidden("inserted:"), escaped(text)),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(kind: PartKind, old: &str, new: &str) -> PartDifference {
        let [old, new] = [old, new].map(|text| (!text.is_empty()).then(|| text.to_owned()));
        PartDifference { kind, old, new }
    }

    fn blocks() -> Vec<BlockDifference> {
        let block = |key: &str, name: &str, change, parts| BlockDifference {
            key: key.to_owned(),
            name: name.to_owned(),
            change,
            parts,
            as_written: Vec::new(),
        };
        vec![
            block(
                "",
                "Sleep",
                BlockChange::Stays,
                vec![part(PartKind::Heading, "Sleep", "Sleep <well>")],
            ),
            block(
                "what-helps",
                "What helps",
                BlockChange::Moved(Some("Why".to_owned())),
                vec![
                    part(PartKind::Heading, "What helps", "What helps"),
                    part(PartKind::Item, "Walk 10 minutes.", "Walk 20 minutes."),
                    part(PartKind::Item, "", "Call Anna & Bo."),
                ],
            ),
            block(
                "old",
                "old",
                BlockChange::Removed,
                vec![part(PartKind::Paragraph, "Not any more.", "")],
            ),
        ]
    }

    const LEAFLET: ComparedLeaflet<'static> = ComparedLeaflet {
        clinic: "A & B",
        id: "sleep",
        version: "1.0.0",
        title: "Sleep <well>",
        language: "sv",
    };

    #[test]
    fn text_shows_changed_blocks() {
        insta::assert_snapshot!(changes_as_text(&LEAFLET, &blocks(), Marks::Signs));
    }

    #[test]
    fn page_shows_changed_blocks_and_escapes_text() {
        let page = changes_as_html(&LEAFLET, &blocks());
        assert!(
            !page.contains("<script") && !page.contains("Sleep <well>") && !page.contains("http")
        );
        insta::assert_snapshot!(page);
    }

    #[test]
    fn no_changes_are_stated() {
        assert!(changes_as_text(&LEAFLET, &[], Marks::Signs).contains("There are no changes."));
        assert!(changes_as_html(&LEAFLET, &[]).contains("There are no changes."));
    }
}
