//! A document as one web page in one file, without scripts and without requests to anywhere.
//!
//! `blocks` writes headings and blocks. `inlines` writes running text, and `pictures` logos, figures and icons.
//! The style sheet is `style.css`; its colours are derived from the brand colour. Words and their order are
//! those of the PDF, without page numbers.

mod blocks;
mod inlines;
mod pictures;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::document::{BlockKind, Document, Section, SectionRole};
use crate::escape::escaped;
use crate::font::Faces;
use crate::geometry::Colour;
use crate::locale::{Direction, Locale};
use crate::theme::Palette;

/// First bytes of each page.
const FIRST_BYTES: &str = "<!DOCTYPE html>";
/// Start of the element that names the program.
const GENERATOR: &str = "<meta name=\"generator\" content=\"handout ";
/// Number of bytes that have both.
pub(crate) const MARKED_BYTES: u64 = 1024;

const STYLE: &str = include_str!("html/style.css");

/// Returns the document as a web page. `faces` give the widths of words in drawings.
pub(crate) fn html(document: &Document, palettes: &WebPalettes, faces: &Faces) -> String {
    let mut page = WebPage {
        document,
        faces,
        palette: palettes.light,
        out: String::new(),
        listed: document.references().map(|entry| entry.number).collect(),
        terms: document.terms(),
        cited: BTreeSet::new(),
        names: 0,
        ids: BTreeSet::new(),
    };
    page.head(palettes);
    page.masthead();
    page.main();
    page.footer();
    page.out
}

/// Returns whether a page is one of ours by its first [`MARKED_BYTES`].
pub(crate) fn is_ours(start: &[u8]) -> bool {
    let start = String::from_utf8_lossy(start);
    start.starts_with(FIRST_BYTES) && start.contains(GENERATOR)
}

/// Colours for light and for dark screens.
pub(crate) struct WebPalettes {
    pub(crate) light: Palette,
    pub(crate) dark: Palette,
}

impl WebPalettes {
    /// Derives all colours from a clinic's brand colour.
    pub(crate) fn from_brand(brand: Colour) -> WebPalettes {
        WebPalettes {
            light: Palette::from_brand(brand),
            dark: Palette::on_black(brand),
        }
    }
}

struct WebPage<'a> {
    document: &'a Document,
    faces: &'a Faces,
    /// Colours of drawings. Their background is white on dark screens, too.
    palette: Palette,
    out: String,
    /// Numbers of the references that the page lists.
    listed: BTreeSet<u32>,
    /// Ids of the terms that the page explains.
    terms: BTreeSet<&'a str>,
    /// Numbers that were cited so far. The first citation is the target of the reference.
    cited: BTreeSet<u32>,
    /// Count of generated ids.
    names: usize,
    /// Keys that are ids of elements above.
    ids: BTreeSet<String>,
}

impl WebPage<'_> {
    fn push(&mut self, html: &str) {
        self.out.push_str(html);
    }

    /// Writes a text, escaped.
    fn words(&mut self, text: &str) {
        self.out.push_str(&escaped(text));
    }

    /// Returns an id that no key of a block has.
    fn next_name(&mut self) -> String {
        self.names += 1;
        format!("n_{}", self.names)
    }

    fn head(&mut self, palettes: &WebPalettes) {
        let about = &self.document.about;
        let direction = match Locale::of(&self.document.language).direction {
            Direction::LeftToRight => "ltr",
            Direction::RightToLeft => "rtl",
        };
        let language = escaped(&self.document.language);
        let version = env!("CARGO_PKG_VERSION");
        let _ = write!(
            self.out,
            "{FIRST_BYTES}\n<html lang=\"{language}\" dir=\"{direction}\">\n<head>\n\
             <meta charset=\"UTF-8\">\n{GENERATOR}{version}\">\n<title>{}</title>\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n",
            escaped(&about.title)
        );
        let facts = [
            ("description", Some(&about.description)),
            ("dcterms.publisher", Some(&about.publisher)),
            ("dcterms.contributor", about.contributor.as_ref()),
            ("dcterms.source", Some(&about.source)),
            ("dcterms.modified", Some(&about.date)),
            ("dcterms.rights", Some(&about.rights)),
        ];
        for (name, value) in facts {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                let _ = writeln!(
                    self.out,
                    "<meta name=\"{name}\" content=\"{}\">",
                    escaped(value)
                );
            }
        }
        let (light, dark) = (variables(&palettes.light), variables(&palettes.dark));
        let _ = write!(
            self.out,
            "<style>\n:root {{ {light} }}\n@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n\
             {STYLE}</style>\n</head>\n<body>\n"
        );
    }

    fn masthead(&mut self) {
        let masthead = &self.document.masthead;
        self.push("<header>\n");
        if let Some(logo) = &masthead.logo {
            self.push("<div class=\"logo\">");
            self.picture(&logo.picture, &logo.alt, pictures::LOGO_WIDTH);
            self.push("</div>\n");
        }
        self.push("<div class=\"clinic\">\n");
        if masthead.shows_name {
            self.line("name", &masthead.name);
        }
        if let Some(department) = &masthead.department {
            self.line("department", department);
        }
        self.push("</div>\n<div class=\"details\">\n");
        match &masthead.status {
            Some(status) => self.line("status", status),
            None => self.line("kind", &masthead.kind),
        }
        for phone in &masthead.phones {
            self.line("phone", phone);
        }
        self.push("</div>\n</header>\n");
    }

    /// Writes a paragraph of a class.
    fn line(&mut self, class: &str, text: &str) {
        let _ = writeln!(self.out, "<p class=\"{class}\">{}</p>", escaped(text));
    }

    fn main(&mut self) {
        let document = self.document;
        self.push("<main>\n<h1>");
        self.inlines(&document.title);
        self.push("</h1>\n");
        if let Some(subtitle) = &document.subtitle {
            self.push("<p class=\"deck\">");
            self.inlines(subtitle);
            self.push("</p>\n");
        }
        for notice in &document.notices {
            self.callout(notice, None);
        }
        for section in &document.sections {
            self.section(section);
        }
        if !document.closing.is_empty() {
            self.push("<div class=\"closing\">\n");
            self.blocks(&document.closing);
            self.push("</div>\n");
        }
        self.push("</main>\n");
    }

    fn section(&mut self, section: &Section) {
        let class = match section.role {
            SectionRole::Body => "section",
            SectionRole::MainMessage { .. } => "panel main-message",
            SectionRole::Contact { .. } => "panel contact",
        };
        let key = escaped(&section.key);
        self.ids.insert(section.key.clone());
        let tag = match section.heading {
            Some(_) => {
                let _ = writeln!(
                    self.out,
                    "<section class=\"{class}\" id=\"{key}\" aria-labelledby=\"{key}_h\">"
                );
                "section"
            }
            None => {
                let _ = writeln!(self.out, "<div class=\"{class}\" id=\"{key}\">");
                "div"
            }
        };
        if let Some(heading) = &section.heading {
            self.section_heading(heading, section.mark, &key);
        }
        self.blocks(&section.blocks);
        match &section.role {
            SectionRole::Body => {}
            SectionRole::MainMessage {
                actions_heading,
                actions,
            } => {
                let level = if section.heading.is_some() { 3 } else { 2 };
                self.actions(level, actions_heading, actions);
            }
            SectionRole::Contact { rows, qr } => self.contact(rows, qr.as_ref()),
        }
        let _ = writeln!(self.out, "</{tag}>");
    }

    fn footer(&mut self) {
        self.push("<footer>\n");
        self.line("about", &self.document.footer.line());
        self.push("</footer>\n</body>\n</html>\n");
    }
}

impl Document {
    /// Ids of the terms that its glossaries explain.
    fn terms(&self) -> BTreeSet<&str> {
        let blocks = self.sections.iter().flat_map(|section| &section.blocks);
        let glossaries = blocks.filter_map(|block| match &block.kind {
            BlockKind::Glossary(entries) => Some(entries),
            _ => None,
        });
        glossaries.flatten().map(|entry| &*entry.id).collect()
    }
}

/// Returns the custom properties of the style sheet.
fn variables(palette: &Palette) -> String {
    let colours = [
        ("ground", palette.ground),
        ("ink", palette.ink),
        ("muted", palette.muted),
        ("brand", palette.brand),
        ("tint", palette.tint),
        ("rule", palette.rule),
        ("emergency", palette.emergency),
        ("on-colour", palette.on_colour),
        ("caution", palette.caution),
        ("caution-tint", palette.caution_tint),
        ("tip", palette.tip),
        ("tip-tint", palette.tip_tint),
    ];
    let variables = colours.map(|(name, colour)| format!("--{name}: {colour};"));
    variables.join(" ")
}
