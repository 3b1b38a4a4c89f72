//! The texts of a leaflet that a clinic may change, in reading order.

use std::sync::Arc;

use super::sources::Loaded;
use super::words_text::BASE_TAG;
use crate::document::CalloutKind;
use crate::finding::Finding;
use crate::library::{
    Clinic, Entry, EntryKind, Handout, TEXT_MESSAGE, TextLayer, TextValue, Wording,
};
use crate::locale::Locale;
use crate::resolve::{TextLayers, has_base_tag};
use crate::source;

/// Layer that all leaflets share, in keys.
pub(super) const SHARED: &str = "shared";

/// The texts of a leaflet in a language.
pub(super) struct LeafletTexts {
    pub(super) blocks: Vec<Block>,
}

/// A block of a leaflet, with its texts.
pub(super) struct Block {
    pub(super) key: String,
    /// What it is called: its heading in plain words.
    pub(super) label: String,
    /// What it is, as in `“Take care” box`.
    pub(super) kind: &'static str,
    /// Why it cannot be changed.
    pub(super) locked: Option<&'static str>,
    /// The one that is opened first comes first.
    pub(super) texts: Vec<Text>,
}

impl Block {
    /// Whether all leaflets share its texts, as the letter and the fixed words.
    pub(super) fn is_of_all(&self) -> bool {
        self.key == LETTER || WORD_GROUPS.iter().any(|(key, ..)| *key == self.key)
    }
}

/// A text, and what the clinic has in its place.
#[derive(Clone)]
pub(super) struct Text {
    /// As in `sleep.what-helps.body`.
    pub(super) key: String,
    /// `shared`, or the id of the handout.
    pub(super) layer: String,
    /// Names below the layer.
    pub(super) path: Vec<String>,
    pub(super) name: String,
    pub(super) shape: Shape,
    /// The library's text; `None` if there is none.
    pub(super) library: Option<Wording>,
    /// Whether `library` is the program's own text, because the library has none.
    pub(super) is_built_in: bool,
    /// The clinic's text as it is in its file.
    pub(super) ours: Option<Wording>,
    /// Where the clinic's text is; for a new one, nowhere yet.
    pub(super) home: Home,
    /// Tag of the clinic's texts that ours is in, or will be.
    pub(super) tag: String,
}

/// The file of a clinic's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Home {
    /// `clinic.yaml`.
    Main,
    /// `text/LANG.yaml`.
    Text,
    /// The leaflet is the clinic's own: its file.
    Handout,
    Nowhere,
}

/// How a text is edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Text,
    /// One field for each item.
    Items,
    /// One field for each cell of each row.
    Rows,
}

/// Parts in the order in which they are offered, and their names.
const PARTS: [(&str, &str); 12] = [
    ("body", "Text"),
    ("items", "Items"),
    ("rows", "Rows"),
    ("alt", "Words for people who cannot see the picture"),
    ("heading", "Heading"),
    ("title", "Title"),
    ("caption", "Caption"),
    ("actions", "What to do"),
    ("intro", "Before the list"),
    ("header", "Column headings"),
    ("outro", "After the list"),
    ("note", "Note below the table"),
];

/// Key of title and subtitle.
pub(super) const TITLE: &str = "title";
/// Key of the small print.
pub(super) const CLOSING: &str = "closing";
/// Key of the letter before a leaflet.
pub(super) const LETTER: &str = "letter";
/// Value of the reader that only the letter prints.
pub(super) const ADDRESS_NAME: &str = "address.name";

/// Key and label of a group of fixed words, and their names.
type WordGroup = (&'static str, &'static str, &'static [&'static str]);

/// All fixed words of leaflets.
const WORD_GROUPS: [WordGroup; 4] = [
    (
        "words-labels",
        "Headings and labels",
        &[
            "leaflet",
            "short-leaflet",
            "what-to-do",
            "emergency",
            "caution",
            "info",
            "tip",
            "glossary",
            "contact",
            "references",
            "own-questions",
            "well-established",
            "some-evidence",
            "early-research",
            "not-supported",
        ],
    ),
    (
        "words-pages",
        "Words at the edges of pages",
        &[
            "page-of",
            "see-page",
            "continued",
            "figure",
            "edition",
            "review-by",
            "adapted-by",
            "overdue-title",
            "overdue-body",
            "draft",
            "example",
            "scan-website",
            "scan-references",
            "scan-full-leaflet",
            "full-leaflet-ask",
            "full-leaflet-at",
            "full-leaflet-topics",
            "in-full-leaflet",
            "qr-alt",
        ],
    ),
    (
        "words-sources",
        "Words in the list of sources",
        &[
            "link-to-reference",
            "back-to-text",
            "guideline",
            "review-of-studies",
            "single-study",
            "news",
            "web-page",
            "in-language",
            "or",
            "and",
            "et-al",
        ],
    ),
    (
        "words-letter",
        "Words of the usual letter",
        &[
            "letter",
            "letter-dear",
            "letter-hello",
            "letter-body",
            "letter-questions",
            "letter-closing",
        ],
    ),
];

const OF_BLOCK: &str =
    "Safety messages are the same in all leaflets, so that nobody loses them by mistake.";

/// Where texts come from.
struct Layers<'a> {
    loaded: &'a Loaded,
    handout: &'a Handout,
    language: &'a str,
    shared: Vec<Arc<TextLayer>>,
    own: Vec<Arc<TextLayer>>,
    all: TextLayers,
    below_handout: TextLayers,
    below_shared: TextLayers,
    tag: String,
}

impl LeafletTexts {
    /// Lists the texts of a leaflet. `entries` are its blocks, with those of the clinic.
    pub(super) fn new(
        loaded: &Loaded,
        handout: &Handout,
        language: &str,
        entries: &[Entry],
    ) -> Result<LeafletTexts, Vec<Finding>> {
        let layer = |layer: Option<TextLayer>| layer.into_iter().map(Arc::new).collect();
        let clinic = &loaded.clinic;
        let shared: Vec<Arc<TextLayer>> = layer(loaded.library.shared_text(language)?);
        let own: Vec<Arc<TextLayer>> = layer(handout.text(language)?);
        let id = &handout.definition.id;
        let tag = tag_of(clinic, handout, language);
        let below: &[Arc<TextLayer>] = if handout.is_own { &[] } else { &own };
        let layers = Layers {
            all: TextLayers::new(&shared, &own, clinic, id, language),
            below_handout: TextLayers::under_handout(&shared, below, clinic, language),
            below_shared: TextLayers::under_shared(&shared),
            loaded,
            handout,
            language,
            shared,
            own,
            tag,
        };
        let mut blocks = vec![layers.whole(
            TITLE,
            ("Title and who it is for", "Top of page 1"),
            &[
                ("title", "Title"),
                ("subtitle", "Who it is for"),
                ("short-title", "Short title at the foot"),
            ],
        )];
        for entry in entries {
            blocks.push(layers.block(entry, entries));
        }
        blocks.push(layers.closing());
        blocks.push(layers.whole(
            TEXT_MESSAGE,
            ("Text message (SMS)", "On no page"),
            &[(TEXT_MESSAGE, "Text")],
        ));
        blocks.push(layers.letter());
        blocks.extend(WORD_GROUPS.iter().map(|group| layers.words(group)));
        blocks.retain(|block| !block.texts.is_empty());
        Ok(LeafletTexts { blocks })
    }
}

impl Layers<'_> {
    /// Returns a group of texts that are in no block. `texts` has the key and the name of each.
    fn whole(
        &self,
        key: &str,
        (label, kind): (&str, &'static str),
        texts: &[(&str, &str)],
    ) -> Block {
        let texts = texts
            .iter()
            .filter_map(|(path, name)| self.text(&[path], name));
        Block {
            key: key.to_owned(),
            label: label.to_owned(),
            kind,
            locked: None,
            texts: texts.collect(),
        }
    }

    fn closing(&self) -> Block {
        let locked = self.all.is_locked("closing", &[]).then_some(OF_BLOCK);
        Block {
            key: CLOSING.to_owned(),
            label: "Small print at the end".to_owned(),
            kind: "End of the leaflet",
            locked,
            texts: self
                .text(&["closing", "body"], "Text")
                .into_iter()
                .collect(),
        }
    }

    /// Returns the texts of the letter before a leaflet.
    fn letter(&self) -> Block {
        let phone = self.loaded.clinic.phones.first();
        let questions = phone.map(|_| self.word("letter-questions"));
        let questions = questions.map(|words| words.replace("{phone}", "{{clinic.phone}}"));
        let body = [Some(self.word("letter-body")), questions];
        let body: Vec<String> = body.into_iter().flatten().collect();
        let greeting = self
            .word("letter-dear")
            .replace("{name}", &format!("{{{{{ADDRESS_NAME}}}}}"));
        let signatures = Wording::List(vec![Wording::text("{{clinic.name}}")]);
        let texts = [
            ("body", "Text", Wording::text(&body.join("\n\n"))),
            ("greeting", "Greeting", Wording::text(&greeting)),
            (
                "closing",
                "Closing words",
                Wording::text(&self.word("letter-closing")),
            ),
            ("signatures", "Who signs", signatures),
        ];
        let texts = texts
            .into_iter()
            .filter_map(|(part, name, built_in)| self.built_in(&[LETTER, part], name, built_in));
        Block {
            key: LETTER.to_owned(),
            label: "Letter with the address".to_owned(),
            kind: "Before the leaflet",
            locked: None,
            texts: texts.collect(),
        }
    }

    /// Returns a group of the fixed words of all leaflets.
    fn words(&self, (key, label, names): &WordGroup) -> Block {
        let texts = names.iter().filter_map(|name| {
            let shown = match Locale::of("en").string(name).unwrap_or_default() {
                "" => super::page::capital(&name.replace('-', " ")),
                words => format!("“{words}”"),
            };
            let built_in = Locale::of(self.language).string(name).unwrap_or_default();
            self.built_in(&["words", name], &shown, Wording::text(built_in))
        });
        Block {
            key: (*key).to_owned(),
            label: (*label).to_owned(),
            kind: "Fixed words",
            locked: None,
            texts: texts.collect(),
        }
    }

    /// Returns a fixed word as it is printed.
    fn word(&self, name: &str) -> String {
        let own = self.all.wording(&["words", name]);
        own.map_or_else(
            || {
                let built_in = Locale::of(self.language).string(name);
                built_in.unwrap_or_default().to_owned()
            },
            |own| own.to_lines().into_owned(),
        )
    }

    fn block(&self, entry: &Entry, entries: &[Entry]) -> Block {
        let key = entry.key.as_str();
        let locked = self.all.is_locked(key, entries).then_some(OF_BLOCK);
        let mut texts: Vec<Text> = PARTS
            .iter()
            .filter_map(|(part, name)| self.text(&[key, part], name))
            .collect();
        for label in self.all.names(&[key, "labels"]) {
            let name = format!("In the picture: {}", label.replace(['-', '_'], " "));
            texts.extend(self.text(&[key, "labels", label], &name));
        }
        Block {
            label: self.label(entry),
            kind: kind_name(&entry.kind),
            key: key.to_owned(),
            locked,
            texts,
        }
    }

    /// Returns what a block is called.
    fn label(&self, entry: &Entry) -> String {
        let key = entry.key.as_str();
        if matches!(entry.kind, EntryKind::Figure { .. }) {
            return format!("Picture: {}", key.replace('-', " "));
        }
        let parts = ["heading", "title", "caption"];
        let words = parts
            .iter()
            .find_map(|part| match self.all.wording(&[key, part])? {
                Wording::Text(text) => Some(plain(&text)),
                _ => None,
            });
        let words = words.filter(|words| !words.is_empty());
        let words = words.unwrap_or_else(|| key.replace('-', " "));
        let short: String = words.chars().take(60).collect();
        let is_short = short.len() == words.len();
        super::page::capital(&if is_short {
            short
        } else {
            format!("{} …", short.trim_end())
        })
    }

    /// Returns a text; `None` if no layer has it, or it is no text.
    fn text(&self, path: &[&str], name: &str) -> Option<Text> {
        self.text_of(self.owner(path)?, path, name, None)
    }

    /// Returns a text. `built_in` is the program's own, for a text that no layer has.
    fn built_in(&self, path: &[&str], name: &str, built_in: Wording) -> Option<Text> {
        let new = || (SHARED.to_owned(), self.tag.clone(), None, Home::Nowhere);
        let owner = self.owner(path).unwrap_or_else(new);
        self.text_of(owner, path, name, Some(built_in))
    }

    fn text_of(
        &self,
        (layer, tag, ours, home): Owner,
        path: &[&str],
        name: &str,
        built_in: Option<Wording>,
    ) -> Option<Text> {
        let library = match layer.as_str() {
            SHARED => self.below_shared.wording(path),
            _ => self.below_handout.wording(path),
        };
        let is_built_in = library.is_none() && built_in.is_some();
        let library = library.or(built_in);
        let shape = match ours.as_ref().or(library.as_ref())? {
            Wording::Text(_) => Shape::Text,
            Wording::List(items) if items.iter().any(|item| matches!(item, Wording::List(_))) => {
                Shape::Rows
            }
            Wording::List(_) => Shape::Items,
            Wording::Item { .. } => return None,
        };
        Some(Text {
            key: format!("{layer}.{}", path.join(".")),
            layer,
            path: path.iter().map(|name| (*name).to_owned()).collect(),
            name: name.to_owned(),
            shape,
            library,
            is_built_in,
            ours,
            home,
            tag,
        })
    }

    /// Returns the layer that a clinic's text belongs to, its tag, its words, and its file.
    fn owner(&self, path: &[&str]) -> Option<Owner> {
        let id = &self.handout.definition.id;
        let clinic = &self.loaded.clinic;
        let texts: Vec<_> = clinic.texts(self.language).collect();
        let find = |layers: &[TextLayer]| {
            layers.iter().rev().find_map(|layer| {
                let wording = Wording::of(layer.at(path)?)?;
                let home = match layer.file.name == clinic.file.name {
                    true => Home::Main,
                    false => Home::Text,
                };
                Some((wording, home))
            })
        };
        let found = |name: &str| {
            texts.iter().rev().find_map(|(tag, text)| {
                let layers = match name {
                    SHARED => &text.shared,
                    id => text.handouts.get(id)?,
                };
                let (wording, home) = find(layers)?;
                Some((name.to_owned(), (*tag).to_owned(), Some(wording), home))
            })
        };
        let is_in = |layers: &[Arc<TextLayer>]| layers.iter().any(|layer| is_text(layer.at(path)));
        let new = |name: &str| (name.to_owned(), self.tag.clone(), None, Home::Nowhere);
        if let Some(own) = found(id) {
            return Some(own);
        }
        if self.handout.is_own {
            let layer = self.own.iter().find(|layer| is_text(layer.at(path)));
            if let Some(layer) = layer {
                let wording = layer.at(path).and_then(Wording::of);
                let tag = layer
                    .file
                    .path
                    .as_deref()
                    .and_then(|path| path.file_stem()?.to_str());
                let tag = tag.unwrap_or(self.language).to_owned();
                return Some((id.clone(), tag, wording, Home::Handout));
            }
        } else if is_in(&self.own) {
            return Some(new(id));
        }
        found(SHARED).or_else(|| is_in(&self.shared).then(|| new(SHARED)))
    }
}

/// Layer of a text, its tag, the clinic's words, and their file.
type Owner = (String, String, Option<Wording>, Home);

fn is_text(value: Option<&TextValue>) -> bool {
    matches!(value, Some(TextValue::Text(_) | TextValue::List(_)))
}

/// Returns the tag of the clinic's texts that a new text joins: that of the leaflet's language, or the one without
/// its country where the clinic has such texts.
fn tag_of(clinic: &Clinic, handout: &Handout, language: &str) -> String {
    let wider = source::without_country(language);
    let has = |tag: &str| clinic.text.contains_key(tag);
    match wider {
        Some(wider)
            if !has(language)
                && (has(wider) || !handout.languages().iter().any(|tag| tag == language)) =>
        {
            wider.to_owned()
        }
        _ => language.to_owned(),
    }
}

impl Text {
    /// Returns whether the clinic's text follows the library's.
    pub(super) fn is_added(&self) -> bool {
        self.ours.as_ref().is_some_and(begins_with_library)
    }

    /// Returns whether "Add after" is offered.
    pub(super) fn may_add(&self) -> bool {
        let is_line = matches!(
            self.path.last().map(String::as_str),
            Some(
                "title"
                    | "heading"
                    | "subtitle"
                    | "short-title"
                    | TEXT_MESSAGE
                    | "caption"
                    | "alt"
                    | "header"
            )
        ) || self.path.len() > 2;
        self.library.is_some() && !self.is_built_in && !is_line && self.shape != Shape::Rows
    }

    /// Whether the text is sent as a text message (SMS), and is on no page.
    pub(super) fn is_text_message(&self) -> bool {
        self.path.first().is_some_and(|key| key == TEXT_MESSAGE)
    }

    /// Whether the text is a line, such as a heading.
    pub(super) fn is_line(&self) -> bool {
        let is_running = matches!(
            self.path.last().map(String::as_str),
            Some("body" | "intro" | "outro" | "note" | "alt" | "caption")
        );
        self.shape == Shape::Text && !is_running
    }
}

/// Returns whether a wording is the library's text and something after it.
pub(super) fn begins_with_library(wording: &Wording) -> bool {
    match wording {
        Wording::Text(text) => added(text).is_some(),
        Wording::List(items) => {
            matches!(items.first(), Some(Wording::Text(first)) if first.trim() == BASE_TAG)
        }
        Wording::Item { .. } => false,
    }
}

/// Returns what follows the library's text, if a text begins with it and a blank line.
pub(super) fn added(text: &str) -> Option<&str> {
    let rest = text.strip_prefix(BASE_TAG)?;
    let rest = rest.strip_prefix("\n\n")?;
    (!has_base_tag(rest) && !rest.starts_with('\n')).then_some(rest)
}

fn kind_name(kind: &EntryKind) -> &'static str {
    match kind {
        EntryKind::Section { main_message: true } => "First panel",
        EntryKind::Section { .. } => "Section",
        EntryKind::Notes => "Notes",
        EntryKind::Callout(CalloutKind::Emergency) => "Emergency box",
        EntryKind::Callout(CalloutKind::Caution) => "“Take care” box",
        EntryKind::Callout(CalloutKind::Info) => "Information box",
        EntryKind::Callout(CalloutKind::Tip) => "Tip box",
        EntryKind::Table => "Table",
        EntryKind::Figure { .. } => "Picture",
        EntryKind::Checklist => "List to tick",
        EntryKind::Questions => "Questions",
        EntryKind::Steps => "Steps",
        EntryKind::Form => "Form",
        EntryKind::Glossary => "Glossary",
        EntryKind::Contact => "Contact",
        EntryKind::References => "Sources",
    }
}

/// Returns a heading without marks.
fn plain(text: &str) -> String {
    let mut words = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['[', '{', '*', '\n']) {
        words += &rest[..at];
        let mark = &rest[at..];
        let end = match mark {
            _ if mark.starts_with("[@") => mark.find(']').map(|end| end + 1),
            _ if mark.starts_with('{') => mark.find('}').map(|end| end + 1),
            _ => Some(1),
        };
        rest = &mark[end.unwrap_or(1)..];
    }
    words += rest;
    words.replace(['[', ']', '}'], "").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::string_names;

    #[test]
    fn each_fixed_word_is_in_one_group() {
        let groups = WORD_GROUPS.iter().flat_map(|(_, _, names)| names.iter());
        let mut grouped: Vec<&str> = groups.copied().collect();
        grouped.sort_unstable();
        let mut all: Vec<&str> = string_names().collect();
        all.sort_unstable();
        assert_eq!(grouped, all);
    }

    #[test]
    fn headings_have_no_marks() {
        assert_eq!(
            plain("**Sleep** [@choy-2015] and [pain]{.term}"),
            "Sleep  and pain"
        );
        assert_eq!(added("{{> base}}\n\nMore."), Some("More."));
        assert_eq!(added("{{> base}} more"), None);
        assert_eq!(added("{{> base}}\n\n{{> base}}"), None);
    }
}
