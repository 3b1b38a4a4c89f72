//! Parser events to running text.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag, TagEnd};

use super::lost_marks::{MARK, PlainText, lost_mark};
use super::reader::Reader;
use super::typed_marks::is_list_sign;
use crate::document::{Certainty, Inline, Inlines, Target, plain_text};
use crate::finding::{Finding, nearest_citation};
use crate::resolve::addresses::split_addresses;
use crate::resolve::draft::{FAULT_MARK, mark};
use crate::resolve::smart_punctuation::push_smart;
use crate::words::has_words;

/// Deepest nesting of inline marks.
const MAX_MARK_DEPTH: usize = 12;

impl Reader<'_, '_> {
    /// Parses the running text of an element.
    pub(super) fn paragraph(&mut self, end: TagEnd) -> Inlines {
        self.previous = None;
        self.plain = PlainText::default();
        let mut content = self.inlines(Some(end), 0);
        self.report_lost_marks();
        trim(&mut content);
        content
    }

    /// Parses running text that has no element, up to the next block.
    pub(super) fn loose_text(&mut self) -> Inlines {
        self.previous = None;
        self.plain = PlainText::default();
        let before = self.next;
        let mut content = self.inlines(None, 0);
        self.report_lost_marks();
        // Never stop at an event that is not running text.
        if self.next == before {
            self.next += 1;
        }
        trim(&mut content);
        content
    }

    /// Parses running text up to the end of an element, or up to the next block.
    fn inlines(&mut self, end: Option<TagEnd>, depth: usize) -> Inlines {
        let mut inlines: Inlines = Vec::new();
        while let Some((event, range)) = self.next_event() {
            match event {
                Event::End(_) | Event::Start(_) | Event::Rule
                    if end.is_none() && !is_mark(&event) =>
                {
                    self.next -= 1;
                    break;
                }
                Event::End(tag) if Some(tag) == end => break,
                Event::Text(words) => self.words(&words, range, &mut inlines),
                Event::SoftBreak => {
                    self.plain.push("\n", range.start);
                    self.push(" ", true, &mut inlines);
                }
                Event::HardBreak => {
                    self.plain.push("\n", range.start);
                    self.previous = None;
                    trim_end(&mut inlines);
                    inlines.push(Inline::LineBreak);
                }
                Event::Start(Tag::Strong | Tag::Emphasis | Tag::Link { .. })
                    if depth >= MAX_MARK_DEPTH =>
                {
                    let finding = Finding::error("too-large", "marks are nested too deep");
                    self.report(finding, range);
                    self.skip();
                }
                Event::Start(Tag::Link {
                    link_type,
                    dest_url,
                    ..
                }) => self.link(link_type, &dest_url, range, &mut inlines, depth + 1),
                Event::Start(tag @ (Tag::Strong | Tag::Emphasis)) => {
                    self.check_emphasis(&range);
                    let outer = std::mem::replace(&mut self.strong, true);
                    let content = self.inlines(Some(tag.to_end()), depth + 1);
                    self.strong = outer;
                    if outer {
                        inlines.extend(content);
                    } else if !content.is_empty() {
                        inlines.push(Inline::Strong(content));
                    }
                }
                Event::Code(words) => {
                    self.push(&words, false, &mut inlines);
                    let help = "a backtick that means itself is written \\`";
                    self.unsupported("code is not supported", help, range);
                }
                Event::InlineHtml(words) | Event::Html(words) => {
                    self.push(&words, false, &mut inlines);
                    let help = "write it in Markdown; a `<` that means itself is written `\\<`";
                    self.unsupported("HTML is not supported", help, range);
                }
                Event::Start(Tag::Image { .. }) => {
                    let help = "use a `figure` in the definition";
                    self.unsupported("images are not supported in text", help, range);
                    self.skip();
                }
                Event::Start(_) => self.skip(),
                _ => {}
            }
        }
        inlines
    }

    /// Adds plain text, without the markup that is parsed already.
    fn words(&mut self, words: &str, range: Range<usize>, inlines: &mut Inlines) {
        let mut words = words;
        if range.start < self.read {
            let skipped = (self.read - range.start).min(words.len());
            words = words.get(skipped..).unwrap_or("");
        }
        if self.shift > 0 && range.start == 0 {
            words = words.strip_prefix(',').unwrap_or(words);
        }
        let source = range.end.saturating_sub(words.len())..range.end;
        if self.line.get(source.clone()) == Some(words) {
            let authored = self.authored(&source).unwrap_or(words);
            self.plain.push_source(self.line, source.clone(), authored);
            for (piece, is_address) in split_addresses(self.line, source, &self.addresses) {
                self.push(piece, !is_address, inlines);
            }
        } else {
            // A character entity means itself, except a bullet.
            let is_bullet = words.chars().count() == 1 && words.contains(is_list_sign);
            let plain = if is_bullet { words } else { MARK };
            self.plain.push(plain, range.start);
            self.push(words, true, inlines);
        }
    }

    /// Appends words. In prose, typewriter marks become typographic ones.
    fn push(&mut self, words: &str, is_prose: bool, inlines: &mut Inlines) {
        if words.is_empty() {
            return;
        }
        if !matches!(inlines.last(), Some(Inline::Text(_))) {
            inlines.push(Inline::Text(String::new()));
        }
        if let Some(Inline::Text(out)) = inlines.last_mut() {
            let words = &*words.replace(['\u{85}', '\u{2028}', '\u{2029}'], " ");
            let words = if self.previous == Some(' ') {
                words.trim_start_matches(' ')
            } else {
                words
            };
            if is_prose {
                push_smart(words, self.scope.locale.quotes, &mut self.previous, out);
            } else {
                out.push_str(words);
                self.previous = words.chars().next_back().or(self.previous);
            }
        }
    }

    fn link(
        &mut self,
        kind: LinkType,
        address: &str,
        range: Range<usize>,
        inlines: &mut Inlines,
        depth: usize,
    ) {
        let end = range.end;
        self.plain.push(MARK, range.start);
        match kind {
            LinkType::ShortcutUnknown | LinkType::CollapsedUnknown if address == "cite" => {
                self.skip();
                self.cite(range, inlines);
            }
            // To the parser, `[word][@key]` and `[@key][@other]` are a link's text and label.
            LinkType::ReferenceUnknown if address == "cite" => {
                let whole = self.line.get(range.clone()).unwrap_or("");
                let split = whole
                    .rfind('[')
                    .map_or(range.start, |index| range.start + index);
                if whole.trim_start_matches('[').trim_start().starts_with('@') {
                    self.skip();
                    self.cite(range.start..split, inlines);
                } else {
                    let content = self.inlines(Some(TagEnd::Link), depth);
                    inlines.extend(content);
                }
                self.cite(split..range.end, inlines);
            }
            LinkType::ShortcutUnknown | LinkType::CollapsedUnknown | LinkType::ReferenceUnknown => {
                let content = self.inlines(Some(TagEnd::Link), depth);
                let class = range.end..(range.end + address.len() + 3).min(self.line.len());
                self.read = class.end;
                self.classed(address, content, range, class, inlines);
            }
            _ => {
                let content = self.inlines(Some(TagEnd::Link), depth);
                let scheme = if kind == LinkType::Email {
                    "mailto:"
                } else {
                    ""
                };
                let place = range.clone();
                match self.target(&format!("{scheme}{address}"), range) {
                    None => inlines.extend(content),
                    Some(Target::Block(key)) if let Some(short_form) = self.scope.short_form => {
                        inlines.extend(content);
                        if short_form.absent.contains(&key) {
                            inlines.push(Inline::Text(format!(" ({})", short_form.where_they_are)));
                        }
                    }
                    Some(_) if !has_words(&plain_text(&content)) => {
                        let finding = lost_mark("a link without words is not printed");
                        self.report(finding.help("write `[words](address)`"), place);
                        inlines.extend(content);
                    }
                    Some(target) => inlines.push(Inline::Link { target, content }),
                }
            }
        }
        self.plain.push(MARK, end);
    }

    fn target(&mut self, address: &str, range: Range<usize>) -> Option<Target> {
        let place = self
            .line
            .get(range.clone())
            .and_then(|link| link.rfind(address))
            .map_or(range.clone(), |index| {
                range.start + index..range.start + index + address.len()
            });
        if let Some(key) = address.strip_prefix('#') {
            if self.scope.targets.contains(key) {
                return Some(Target::Block(key.to_owned()));
            }
            let mut finding =
                Finding::error("unknown-target", format!("there is no block named `{key}`"));
            if self.may_suggest() {
                let keys: Vec<&str> = self.scope.targets.iter().map(String::as_str).collect();
                finding = finding
                    .help(format!("there are {}", keys.join(", ")))
                    .suggest(key, keys);
            }
            self.report(finding, place);
            return None;
        }
        let scheme = address.split(':').next().unwrap_or("").to_ascii_lowercase();
        let is_clean = !address.chars().any(|c| c.is_control() || c.is_whitespace());
        if is_clean
            && address.len() > scheme.len() + 1
            && matches!(scheme.as_str(), "https" | "mailto" | "tel")
        {
            return Some(Target::Uri(address.to_owned()));
        }
        let message = "a link leads to an `https:`, `mailto:` or `tel:` address or to `#key`";
        let finding = Finding::error("invalid-value", message);
        self.report(
            match scheme.as_str() {
                "http" => finding.help("write `https:`"),
                _ => finding,
            },
            place,
        );
        None
    }

    /// Parses `[@key; @key]`.
    fn cite(&mut self, range: Range<usize>, inlines: &mut Inlines) {
        let whole = self.line.get(range.clone()).unwrap_or("");
        let mut numbers = Vec::new();
        let mut offset = range.start;
        for part in whole.split(';') {
            let start = offset + part.len()
                - part
                    .trim_start_matches(|c: char| c.is_whitespace() || c == '[')
                    .len();
            offset += part.len() + 1;
            let key = part.trim_matches(|c: char| c.is_whitespace() || matches!(c, '[' | ']'));
            if key.is_empty() {
                continue;
            }
            let place = start..start + key.len();
            let Some(key) = key.strip_prefix('@') else {
                let finding = Finding::error("unsupported-markdown", "a citation holds only keys");
                self.report(finding.help("write `[@one; @two]`"), place);
                continue;
            };
            let key = &*visible(key);
            match self.scope.index.citation(key) {
                Some(number) => numbers.push(number),
                None => {
                    let keys = match self.may_suggest() {
                        true => self.scope.index.citation_keys(),
                        false => Vec::new(),
                    };
                    let near = nearest_citation(key, keys.iter().map(String::as_str));
                    let help = match near {
                        Some(near) => format!("did you mean `{near}`?"),
                        None if key.contains(',') => {
                            format!(
                                "write a semicolon between keys: `[@{}]`",
                                key.replace(',', ";")
                            )
                        }
                        None => {
                            "references are in `references.yaml` and `references.bib`".to_owned()
                        }
                    };
                    let finding =
                        Finding::error("unknown-citation", format!("no reference named `{key}`"));
                    self.report(finding.help(help), place);
                    inlines.push(Inline::Text(" ".to_owned()));
                    inlines.extend(mark(FAULT_MARK));
                }
            }
        }
        if numbers.is_empty() {
            return;
        }
        trim_end(inlines);
        self.previous = Some(']');
        if let Some(Inline::Citation(before)) = inlines.last_mut() {
            before.extend(numbers);
        } else {
            inlines.push(Inline::Citation(numbers));
        }
    }

    /// Parses `[words]{.class}`.
    fn classed(
        &mut self,
        class: &str,
        content: Inlines,
        range: Range<usize>,
        class_range: Range<usize>,
        inlines: &mut Inlines,
    ) {
        if class == "term" {
            let words = plain_text(&content);
            let words = visible(words.trim());
            let words = words.trim();
            let Some(id) = self.scope.index.term(words) else {
                let names = match self.may_suggest() {
                    true => self.scope.index.term_names(),
                    false => Vec::new(),
                };
                let message = format!("the glossary has no term `{words}`");
                let finding = Finding::error("unknown-term", message)
                    .help("add it to `glossary.yaml` beside `clinic.yaml` or `library.yaml`")
                    .suggest(words, names.iter().map(String::as_str));
                let place = range.start + 1..range.end.saturating_sub(1);
                inlines.extend(content);
                return self.report(finding, place);
            };
            inlines.push(Inline::Term { id, content });
            return;
        }
        let mut certainties = Certainty::ALL.into_iter();
        if let Some(certainty) = certainties.find(|certainty| certainty.name() == class) {
            self.previous = Some('x');
            inlines.push(Inline::Badge(certainty));
            let words = plain_text(&content).trim().to_lowercase();
            let printed = self
                .scope
                .locale
                .string(certainty.name())
                .unwrap_or_default();
            let is_printed = |name: &str| name.to_lowercase().contains(&words);
            if !is_printed(printed) && !is_printed(&certainty.name().replace('-', " ")) {
                let message = "a badge prints its own words, so these are lost";
                let finding = Finding::warning("lost-words", message).help(format!(
                    "write your words before it, and `[{printed}]{{.{class}}}` behind them"
                ));
                self.report(finding, range);
            }
            return;
        }
        let names = Certainty::ALL.map(Certainty::name);
        let message = format!("there is no mark named `{class}`");
        let finding = Finding::error("unsupported-markdown", message)
            .help(format!("there are `term`, `{}`", names.join("`, `")))
            .suggest(class, names.into_iter().chain(["term"]));
        inlines.extend(content);
        self.report(finding, class_range);
    }
}

/// Removes characters that are never seen, such as soft hyphens from word processors.
fn visible(name: &str) -> String {
    name.replace(
        [
            '\u{ad}', '\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}', '\u{feff}',
        ],
        "",
    )
}

/// Whether an event starts an inline element.
fn is_mark(event: &Event<'_>) -> bool {
    matches!(
        event,
        Event::Start(Tag::Strong | Tag::Emphasis | Tag::Link { .. } | Tag::Image { .. })
    )
}

/// Removes white space from the end.
fn trim_end(inlines: &mut Inlines) {
    while let Some(Inline::Text(words)) = inlines.last_mut() {
        let length = words.trim_end_matches([' ', '\n', '\t']).len();
        words.truncate(length);
        if !words.is_empty() {
            return;
        }
        inlines.pop();
    }
}

/// Removes white space and line breaks from both ends.
pub(super) fn trim(inlines: &mut Inlines) {
    trim_end(inlines);
    while matches!(inlines.last(), Some(Inline::LineBreak)) {
        inlines.pop();
        trim_end(inlines);
    }
    if let Some(Inline::Text(words)) = inlines.first_mut() {
        let trimmed = words.trim_start_matches([' ', '\n', '\t']);
        if trimmed.len() < words.len() {
            *words = trimmed.to_owned();
        }
        if words.is_empty() {
            inlines.remove(0);
        }
    }
}
