//! YAML as a tree in which every node knows its place in the file.

use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span};

/// The deepest nesting that is read: nothing that people write comes near it.
pub(super) const MAX_DEPTH: usize = 64;

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// Its bytes in the file; for an alias those of the alias.
    pub(super) bytes: Range<usize>,
    /// What it is, shared with its aliases.
    pub(super) content: Rc<Content>,
}

/// What a node is.
#[derive(Debug)]
pub(super) enum Content {
    /// Text, a number, `true`, `null`.
    Scalar { value: String, style: ScalarStyle },
    /// A list.
    List(Vec<Node>),
    /// A map: keys and values in the order of the file, also those that stand twice.
    Map(Vec<(Node, Node)>),
}

/// Why a file has no tree.
#[derive(Debug)]
pub(super) enum Fault {
    /// It is not YAML; what the parser says, and where.
    Syntax(String, usize),
    /// It is nested too deeply.
    TooDeep(usize),
    /// It has a second document.
    SecondDocument(usize),
}

impl Node {
    /// The node's words, if it is a scalar.
    pub(super) fn scalar(&self) -> Option<&str> {
        match &*self.content {
            Content::Scalar { value, .. } => Some(value),
            _ => None,
        }
    }
}

impl Node {
    /// How many bytes its texts have with all aliases written out.
    pub(super) fn expanded(&self) -> usize {
        fn of(content: &Rc<Content>, known: &mut BTreeMap<*const Content, usize>) -> usize {
            if let Some(known) = known.get(&Rc::as_ptr(content)) {
                return *known;
            }
            let sum = |sum: usize, part: usize| sum.saturating_add(part);
            let bytes = match &**content {
                Content::Scalar { value, .. } => value.len(),
                Content::List(items) => items
                    .iter()
                    .map(|item| of(&item.content, known))
                    .fold(0, sum),
                Content::Map(entries) => {
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

/// A collection that is being read.
enum Open {
    List(Vec<Node>),
    Map(Vec<(Node, Node)>, Option<Node>),
}

/// A collection that is being read, where it began and by which name it may be called.
struct Opened {
    collection: Open,
    start: usize,
    anchor: usize,
    /// How deeply what it has so far is nested.
    height: usize,
}

/// Reads the tree of a file; `None` if it has no content.
pub(super) fn tree(text: &str) -> Result<Option<Node>, Fault> {
    let places = Places::new(text);
    let mut parser = Parser::new_from_str(text);
    // What has a name, and how deeply it is nested in itself.
    let mut anchors: BTreeMap<usize, (Rc<Content>, usize)> = BTreeMap::new();
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
                    return Err(Fault::SecondDocument(start));
                }
                continue;
            }
            Event::Scalar(value, style, anchor, _) => {
                let content = Rc::new(Content::Scalar {
                    value: value.into_owned(),
                    style,
                });
                anchors.insert(anchor, (Rc::clone(&content), 0));
                (Node { bytes, content }, 0)
            }
            Event::Alias(anchor) => {
                // An alias of a collection that is still open would be endless.
                let Some((content, height)) = anchors.get(&anchor) else {
                    return Err(Fault::Syntax(
                        "an alias stands for itself".to_owned(),
                        start,
                    ));
                };
                if open.len() + height > MAX_DEPTH {
                    return Err(Fault::TooDeep(start));
                }
                (
                    Node {
                        bytes,
                        content: Rc::clone(content),
                    },
                    *height,
                )
            }
            Event::SequenceStart(anchor, _) => {
                open.push(Opened {
                    collection: Open::List(Vec::new()),
                    start,
                    anchor,
                    height: 0,
                });
                if open.len() > MAX_DEPTH {
                    return Err(Fault::TooDeep(start));
                }
                continue;
            }
            Event::MappingStart(anchor, _) => {
                open.push(Opened {
                    collection: Open::Map(Vec::new(), None),
                    start,
                    anchor,
                    height: 0,
                });
                if open.len() > MAX_DEPTH {
                    return Err(Fault::TooDeep(start));
                }
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(Opened {
                    collection,
                    start,
                    anchor,
                    height,
                }) = open.pop()
                else {
                    continue;
                };
                let height = height + 1;
                let content = Rc::new(match collection {
                    Open::List(items) => Content::List(items),
                    Open::Map(entries, _) => Content::Map(entries),
                });
                anchors.insert(anchor, (Rc::clone(&content), height));
                (
                    Node {
                        bytes: start..bytes.end.max(start),
                        content,
                    },
                    height,
                )
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
        match &mut parent.collection {
            Open::List(items) => items.push(finished),
            Open::Map(entries, key) => match key.take() {
                None => *key = Some(finished),
                Some(key) => entries.push((key, finished)),
            },
        }
    }
    Ok(root)
}

fn syntax(error: &ScanError, places: &Places) -> Fault {
    let at = places.at(error.marker().index());
    match error.info() {
        // The parser reads ahead, and may reach its own limit before ours is seen.
        "recursion limit exceeded" => Fault::TooDeep(at),
        message => Fault::Syntax(message.to_owned(), at),
    }
}

/// From the parser's places, which count characters, to bytes.
struct Places {
    /// Where each character starts; empty if all are ASCII.
    starts: Vec<usize>,
    length: usize,
}

impl Places {
    fn new(text: &str) -> Places {
        let starts = if text.is_ascii() {
            Vec::new()
        } else {
            text.char_indices().map(|(at, _)| at).collect()
        };
        Places {
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
