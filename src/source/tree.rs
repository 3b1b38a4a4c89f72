//! YAML as a tree whose nodes know their places in the file.

use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span};

use super::parse_error::{MAX_DEPTH, ParseError};
use crate::source_file::Step;

/// A value and its place.
#[derive(Clone, Debug)]
pub(super) struct YamlNode {
    /// Bytes of the value in the file; of the alias, where it is one.
    pub(super) bytes: Range<usize>,
    /// The value, shared with its aliases.
    pub(super) content: Rc<YamlContent>,
}

/// The value of a node.
#[derive(Debug)]
pub(super) enum YamlContent {
    Scalar {
        value: String,
        style: ScalarStyle,
    },
    List(Vec<YamlNode>),
    /// Keys and values in the order of the file, with duplicates.
    Map(Vec<(YamlNode, YamlNode)>),
}

impl YamlNode {
    /// Returns the text of a scalar, before YAML gives it a type.
    pub(super) fn scalar(&self) -> Option<&str> {
        match &*self.content {
            YamlContent::Scalar { value, .. } => Some(value),
            _ => None,
        }
    }

    /// Returns the key and the value that a step leads to; for a list, the item as both. Of
    /// duplicate keys, the first counts.
    pub(super) fn child(&self, step: &Step) -> Option<(&YamlNode, &YamlNode)> {
        match (&*self.content, step) {
            (YamlContent::Map(entries), Step::Key(name)) => entries
                .iter()
                .find(|(key, _)| key.scalar() == Some(name))
                .map(|(key, value)| (key, value)),
            (YamlContent::List(items), Step::Index(index)) => {
                items.get(*index).map(|item| (item, item))
            }
            _ => None,
        }
    }

    /// Counts the bytes of all scalars, with every alias written out.
    pub(super) fn expanded(&self) -> usize {
        fn of(content: &Rc<YamlContent>, known: &mut BTreeMap<*const YamlContent, usize>) -> usize {
            if let Some(known) = known.get(&Rc::as_ptr(content)) {
                return *known;
            }
            let sum = |sum: usize, part: usize| sum.saturating_add(part);
            let bytes = match &**content {
                YamlContent::Scalar { value, .. } => value.len(),
                YamlContent::List(items) => items
                    .iter()
                    .map(|item| of(&item.content, known))
                    .fold(0, sum),
                YamlContent::Map(entries) => {
                    let parts = entries.iter().flat_map(|(key, value)| [key, value]);
                    parts.map(|part| of(&part.content, known)).fold(0, sum)
                }
            };
            known.insert(Rc::as_ptr(content), bytes);
            bytes
        }
        of(&self.content, &mut BTreeMap::new())
    }
}

/// A list or map that the parser is in.
struct Opened {
    content: YamlContent,
    /// In a map: the key whose value comes next.
    key: Option<YamlNode>,
    start: usize,
    anchor: usize,
    /// Depth of the deepest child so far.
    height: usize,
}

/// Parses a file; `None` if it is empty.
pub(super) fn tree(text: &str) -> Result<Option<YamlNode>, ParseError> {
    let places = ByteOffsets::new(text);
    let mut parser = Parser::new_from_str(text);
    // Anchored nodes and their depths.
    let mut anchors: BTreeMap<usize, (Rc<YamlContent>, usize)> = BTreeMap::new();
    let mut open: Vec<Opened> = Vec::new();
    let mut root = None;
    let mut documents = 0;
    loop {
        let (event, span) = match parser.next_event() {
            None => break,
            Some(Ok(event)) => event,
            Some(Err(error)) => return Err(syntax(&error, &places)),
        };
        let (bytes, start) = (places.bytes(&span), places.at(span.start.index()));
        let (finished, height) = match event {
            Event::DocumentStart(_) => {
                documents += 1;
                if documents > 1 {
                    return Err(ParseError::SecondDocument(start));
                }
                continue;
            }
            Event::Scalar(value, style, anchor, _) => {
                let content = Rc::new(YamlContent::Scalar {
                    value: value.into_owned(),
                    style,
                });
                anchors.insert(anchor, (Rc::clone(&content), 0));
                (YamlNode { bytes, content }, 0)
            }
            Event::Alias(anchor) => {
                // An alias inside the collection that it names would be endless.
                let Some((content, height)) = anchors.get(&anchor) else {
                    return Err(ParseError::EndlessAlias(start));
                };
                if open.len() + height > MAX_DEPTH {
                    return Err(ParseError::TooDeep(start));
                }
                let content = Rc::clone(content);
                (YamlNode { bytes, content }, *height)
            }
            Event::SequenceStart(anchor, _) | Event::MappingStart(anchor, _) => {
                let content = match event {
                    Event::SequenceStart(..) => YamlContent::List(Vec::new()),
                    _ => YamlContent::Map(Vec::new()),
                };
                open.push(Opened {
                    content,
                    key: None,
                    start,
                    anchor,
                    height: 0,
                });
                if open.len() > MAX_DEPTH {
                    return Err(ParseError::TooDeep(start));
                }
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(done) = open.pop() else {
                    continue;
                };
                let (content, height) = (Rc::new(done.content), done.height + 1);
                anchors.insert(done.anchor, (Rc::clone(&content), height));
                let bytes = done.start..bytes.end.max(done.start);
                (YamlNode { bytes, content }, height)
            }
            Event::StreamStart | Event::StreamEnd | Event::DocumentEnd | Event::Nothing => {
                continue;
            }
        };
        let Some(parent) = open.last_mut() else {
            root = Some(finished);
            continue;
        };
        parent.height = parent.height.max(height);
        match (&mut parent.content, parent.key.take()) {
            (YamlContent::List(items), _) => items.push(finished),
            (YamlContent::Map(entries), Some(key)) => entries.push((key, finished)),
            (YamlContent::Map(_), None) => parent.key = Some(finished),
            (YamlContent::Scalar { .. }, _) => {}
        }
    }
    Ok(root)
}

fn syntax(error: &ScanError, places: &ByteOffsets) -> ParseError {
    let at = places.at(error.marker().index());
    match error.info() {
        // The parser reads ahead and may reach its own limit first.
        "recursion limit exceeded" => ParseError::TooDeep(at),
        _ => ParseError::Syntax(at),
    }
}

/// Converts the parser's places, which count characters, to bytes.
struct ByteOffsets {
    /// Byte offset of each character; empty if all are ASCII.
    starts: Vec<usize>,
    length: usize,
}

impl ByteOffsets {
    fn new(text: &str) -> ByteOffsets {
        let starts = if text.is_ascii() {
            Vec::new()
        } else {
            text.char_indices().map(|(at, _)| at).collect()
        };
        ByteOffsets {
            starts,
            length: text.len(),
        }
    }

    fn at(&self, character: usize) -> usize {
        if self.starts.is_empty() {
            character.min(self.length)
        } else {
            self.starts.get(character).copied().unwrap_or(self.length)
        }
    }

    fn bytes(&self, span: &Span) -> Range<usize> {
        let start = self.at(span.start.index());
        start..self.at(span.end.index()).max(start)
    }
}
