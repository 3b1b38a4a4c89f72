//! Reads a finished PDF file: its structure tree, its text in reading order, and inconsistencies.
//!
//! Inconsistencies are between tags, pages, marked content and links. The outside judges check each
//! object, but not whether two objects agree.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use lopdf::content::Content;
use lopdf::{Dictionary, Document, Object, ObjectId};

pub(crate) struct PdfFile {
    pub document: Document,
    /// Page objects, in order.
    pub pages: Vec<ObjectId>,
    /// Marked content of each page, in painting order.
    pub content: Vec<Vec<Sequence>>,
    /// Root element of the structure tree.
    pub root: Node,
    problems: Vec<String>,
}

/// A marked-content sequence.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Sequence {
    /// For example `P` or `Artifact`.
    pub tag: String,
    /// Marked-content identifier; `None` for an artifact.
    pub mcid: Option<i64>,
    pub text: String,
    /// Text of each operator that shows text.
    pub shown: Vec<String>,
    pub glyphs: Vec<PlacedGlyph>,
}

/// Position of a glyph in PDF coordinates.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PlacedGlyph {
    pub size: f32,
    pub x: f32,
    pub y: f32,
}

/// A structure element.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub id: ObjectId,
    pub role: String,
    pub kids: Vec<Kid>,
    pub alt: Option<String>,
    pub actual_text: Option<String>,
    pub language: Option<String>,
    pub name: Option<String>,
    /// For example `Scope=Column`, sorted.
    pub attributes: Vec<String>,
}

#[derive(Clone, Debug)]
pub(crate) enum Kid {
    Element(Node),
    /// Page index and MCID.
    Content(usize, i64),
    Annotation(ObjectId),
}

struct Font {
    texts: BTreeMap<u16, String>,
    widths: BTreeMap<u16, f32>,
}

impl PdfFile {
    /// Reads a file. [`PdfFile::problems`] lists its inconsistencies.
    pub(crate) fn read(bytes: &[u8]) -> PdfFile {
        let document = Document::load_mem(bytes).expect("a readable PDF file");
        let pages: Vec<ObjectId> = document.get_pages().into_values().collect();
        let mut problems = Vec::new();
        let content = (0..pages.len())
            .map(|page| read_page(&document, page, pages[page], &mut problems))
            .collect();
        let tree = document
            .catalog()
            .unwrap()
            .get_deref(b"StructTreeRoot", &document);
        let tree = tree
            .and_then(Object::as_dict)
            .expect("a structure tree")
            .clone();
        let root_id = tree
            .get(b"K")
            .and_then(Object::as_reference)
            .expect("one root element");
        let tree_id = document
            .catalog()
            .unwrap()
            .get(b"StructTreeRoot")
            .unwrap()
            .as_reference()
            .unwrap();
        let root = read_node(&document, root_id, tree_id, &pages, &mut problems);
        let mut file = PdfFile {
            document,
            pages,
            content,
            root,
            problems,
        };
        file.check_graph(&tree);
        file
    }

    /// Returns the inconsistencies, one sentence each.
    pub(crate) fn problems(&self) -> &[String] {
        &self.problems
    }

    /// Returns the structure tree as indented lines, each with the text of its element.
    pub(crate) fn tag_tree(&self) -> String {
        let mut out = String::new();
        self.write_node(&self.root, 0, &mut out);
        out
    }

    /// Returns the text of each element with content, in structure order.
    pub(crate) fn texts(&self) -> Vec<String> {
        let mut texts = Vec::new();
        self.collect_texts(&self.root, &mut texts);
        texts
    }

    /// Returns the text of each operator that shows text, in the order of the file.
    pub(crate) fn shown(&self) -> Vec<&str> {
        let sequences = self.content.iter().flatten();
        let shown = sequences.flat_map(|sequence| &sequence.shown);
        shown.map(String::as_str).collect()
    }

    /// Returns all elements in reading order.
    pub(crate) fn nodes(&self) -> Vec<&Node> {
        let mut nodes = vec![&self.root];
        let mut next = 0;
        while next < nodes.len() {
            let kids: Vec<&Node> = nodes[next].kids.iter().filter_map(Kid::element).collect();
            nodes.splice(next + 1..next + 1, kids);
            next += 1;
        }
        nodes
    }

    /// Returns the text of an element without its child elements.
    pub(crate) fn own_text(&self, node: &Node) -> String {
        let pieces = node.kids.iter().filter_map(|kid| match *kid {
            Kid::Content(page, number) => {
                self.sequence(page, number).map(|sequence| &*sequence.text)
            }
            _ => None,
        });
        pieces.collect()
    }

    /// Returns the annotation dictionaries of a page.
    pub(crate) fn annotations(&self, page: usize) -> Vec<(ObjectId, &Dictionary)> {
        let page = self.document.get_dictionary(self.pages[page]).unwrap();
        let Ok(list) = page
            .get_deref(b"Annots", &self.document)
            .and_then(Object::as_array)
        else {
            return vec![];
        };
        let ids = list.iter().map(|entry| entry.as_reference().unwrap());
        ids.map(|id| (id, self.document.get_dictionary(id).unwrap()))
            .collect()
    }

    fn sequence(&self, page: usize, number: i64) -> Option<&Sequence> {
        self.content
            .get(page)?
            .iter()
            .find(|sequence| sequence.mcid == Some(number))
    }

    fn collect_texts(&self, node: &Node, texts: &mut Vec<String>) {
        if node.kids.iter().any(|kid| matches!(kid, Kid::Content(..))) {
            texts.push(self.own_text(node));
        }
        node.kids
            .iter()
            .filter_map(Kid::element)
            .for_each(|kid| self.collect_texts(kid, texts));
    }

    fn write_node(&self, node: &Node, depth: usize, out: &mut String) {
        let _ = write!(out, "{}{}", "  ".repeat(depth), node.role);
        for attribute in &node.attributes {
            let _ = write!(out, " {attribute}");
        }
        for (key, value) in [
            ("id", &node.name),
            ("lang", &node.language),
            ("alt", &node.alt),
            ("actual", &node.actual_text),
        ] {
            if let Some(value) = value {
                let _ = write!(out, " {key}={value:?}");
            }
        }
        if node.kids.iter().any(|kid| matches!(kid, Kid::Content(..))) {
            let _ = write!(out, " {:?}", self.own_text(node));
        }
        for kid in &node.kids {
            if let Kid::Annotation(id) = kid {
                let _ = write!(out, " -> {}", self.target(*id));
            }
        }
        out.push('\n');
        node.kids
            .iter()
            .filter_map(Kid::element)
            .for_each(|kid| self.write_node(kid, depth + 1, out));
    }

    /// Returns the target of a link: its address, or for example `page 2`.
    pub(crate) fn target(&self, annotation: ObjectId) -> String {
        let annotation = self.document.get_dictionary(annotation).unwrap();
        let action = annotation
            .get_deref(b"A", &self.document)
            .and_then(Object::as_dict);
        if let Ok(uri) = action
            .and_then(|action| action.get(b"URI"))
            .and_then(Object::as_str)
        {
            return String::from_utf8_lossy(uri).into_owned();
        }
        let destination = annotation
            .get_deref(b"Dest", &self.document)
            .and_then(Object::as_array);
        let page = destination
            .ok()
            .and_then(|array| array.first()?.as_reference().ok());
        let page = page.and_then(|page| self.pages.iter().position(|&id| id == page));
        page.map_or("nowhere".to_owned(), |page| format!("page {}", page + 1))
    }

    fn check_graph(&mut self, tree: &Dictionary) {
        let mut problems = std::mem::take(&mut self.problems);
        let document = &self.document;
        let mut problem = |text: String| problems.push(text);

        // The parent tree, as a map.
        let mut parent_tree: BTreeMap<i64, &Object> = BTreeMap::new();
        let root = tree
            .get_deref(b"ParentTree", document)
            .and_then(Object::as_dict)
            .expect("a parent tree");
        let mut nums = Vec::new();
        read_number_tree(document, root, &mut nums, &mut problem);
        for &(key, value) in &nums {
            if parent_tree.insert(key, value).is_some() {
                problem(format!("the parent tree has key {key} twice"));
            }
        }
        if !nums.iter().map(|(key, _)| key).is_sorted() {
            problem("the parent tree is not sorted".to_owned());
        }

        // Elements that claim content and annotations.
        let mut claimed: BTreeMap<(usize, i64), ObjectId> = BTreeMap::new();
        let mut annotated: BTreeMap<ObjectId, ObjectId> = BTreeMap::new();
        let mut names: BTreeMap<String, ObjectId> = BTreeMap::new();
        for node in self.nodes() {
            let mixed = node.kids.iter().any(|kid| matches!(kid, Kid::Content(..)))
                && node.kids.iter().any(|kid| matches!(kid, Kid::Element(_)));
            if mixed {
                problem(format!(
                    "{} {:?} holds both content and elements",
                    node.role, node.id
                ));
            }
            if let Some(name) = &node.name
                && names.insert(name.clone(), node.id).is_some()
            {
                problem(format!("two elements are called {name:?}"));
            }
            for kid in &node.kids {
                let twice = match kid {
                    Kid::Content(page, number) => {
                        claimed.insert((*page, *number), node.id).is_some()
                    }
                    Kid::Annotation(id) => annotated.insert(*id, node.id).is_some(),
                    Kid::Element(_) => false,
                };
                if twice {
                    problem(format!("{kid:?} belongs to two elements"));
                }
            }
        }

        // IDs of elements.
        let listed = tree
            .get_deref(b"IDTree", document)
            .and_then(Object::as_dict);
        let listed = listed
            .and_then(|tree| tree.get(b"Names"))
            .and_then(Object::as_array);
        let listed: Vec<(String, ObjectId)> = listed.map_or(Vec::new(), |names| {
            let pair = |pair: &[Object]| {
                (
                    text_string(&pair[0]).unwrap(),
                    pair[1].as_reference().unwrap(),
                )
            };
            names.chunks(2).map(pair).collect()
        });
        if listed != names.clone().into_iter().collect::<Vec<_>>() {
            problem(format!(
                "the tree of names says {listed:?}, the elements say {names:?}"
            ));
        }

        for (page, sequences) in self.content.iter().enumerate() {
            let dictionary = document.get_dictionary(self.pages[page]).unwrap();
            let key = dictionary
                .get(b"StructParents")
                .and_then(Object::as_i64)
                .ok();
            let parents = key.and_then(|key| parent_tree.get(&key));
            let parents =
                parents.and_then(|list| document.dereference(list).ok()?.1.as_array().ok());
            let Some(parents) = parents else {
                if key.is_none() && sequences.iter().all(|sequence| sequence.tag == "Artifact") {
                    continue;
                }
                problem(format!("page {} is not in the parent tree", page + 1));
                continue;
            };
            let mut seen = BTreeSet::new();
            for sequence in sequences {
                let Some(number) = sequence.mcid else {
                    if sequence.tag != "Artifact" {
                        problem(format!(
                            "page {}: {} is in no element",
                            page + 1,
                            sequence.tag
                        ));
                    }
                    continue;
                };
                if !seen.insert(number) {
                    problem(format!("page {}: MCID {number} twice", page + 1));
                }
                let owner = claimed.remove(&(page, number));
                let parent = parents
                    .get(number as usize)
                    .and_then(|parent| parent.as_reference().ok());
                if owner.is_none() || owner != parent {
                    problem(format!(
                        "page {}: MCID {number} is of {owner:?}, but its parent is {parent:?}",
                        page + 1
                    ));
                }
            }
            if parents.len() != seen.len() {
                problem(format!(
                    "page {}: {} parents for {} pieces",
                    page + 1,
                    parents.len(),
                    seen.len()
                ));
            }
            if dictionary.get(b"Tabs").and_then(Object::as_name).ok() != Some(b"S") {
                problem(format!("page {}: no tab order", page + 1));
            }
            for (id, annotation) in self.annotations(page) {
                let key = annotation.get(b"StructParent").and_then(Object::as_i64);
                let parent = key
                    .ok()
                    .and_then(|key| parent_tree.get(&key))
                    .and_then(|parent| parent.as_reference().ok());
                let owner = annotated.remove(&id);
                if owner.is_none() || owner != parent {
                    problem(format!(
                        "page {}: annotation {id:?} is of {owner:?}, but its parent is {parent:?}",
                        page + 1
                    ));
                }
                let role = owner.and_then(|owner| document.get_dictionary(owner).ok());
                let role = role.and_then(|owner| owner.get(b"S").and_then(Object::as_name).ok());
                if role != Some(b"Link") {
                    problem(format!(
                        "page {}: annotation {id:?} is not in a Link",
                        page + 1
                    ));
                }
                if annotation
                    .get(b"Contents")
                    .ok()
                    .and_then(text_string)
                    .is_none_or(|text| text.is_empty())
                {
                    problem(format!(
                        "page {}: annotation {id:?} has no description",
                        page + 1
                    ));
                }
                if annotation.get(b"F").and_then(Object::as_i64).ok() != Some(4) {
                    problem(format!(
                        "page {}: annotation {id:?} is not printed",
                        page + 1
                    ));
                }
                if self.target(id) == "nowhere" {
                    problem(format!(
                        "page {}: annotation {id:?} leads nowhere",
                        page + 1
                    ));
                }
            }
        }
        for (page, number) in claimed.into_keys() {
            problem(format!(
                "page {}: MCID {number} is claimed but not there",
                page + 1
            ));
        }
        for id in annotated.into_keys() {
            problem(format!("annotation {id:?} is on no page"));
        }
        self.problems = problems;
    }
}

impl Kid {
    fn element(&self) -> Option<&Node> {
        match self {
            Kid::Element(node) => Some(node),
            _ => None,
        }
    }
}

/// Decodes a text string: UTF-16 with a byte order mark, else one byte per character.
pub(crate) fn text_string(object: &Object) -> Option<String> {
    let bytes = object.as_str().ok()?;
    match bytes {
        [0xfe, 0xff, rest @ ..] => {
            let units: Vec<u16> = rest
                .chunks(2)
                .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
                .collect();
            String::from_utf16(&units).ok()
        }
        _ => Some(bytes.iter().map(|&byte| char::from(byte)).collect()),
    }
}

/// Reads the entries of a number tree. Wrong `/Limits` are a problem.
fn read_number_tree<'a>(
    document: &'a Document,
    node: &'a Dictionary,
    nums: &mut Vec<(i64, &'a Object)>,
    problem: &mut impl FnMut(String),
) {
    let start = nums.len();
    if let Ok(kids) = node.get(b"Kids").and_then(Object::as_array) {
        for kid in kids {
            let kid = document
                .get_dictionary(kid.as_reference().unwrap())
                .unwrap();
            read_number_tree(document, kid, nums, problem);
        }
    }
    if let Ok(pairs) = node.get(b"Nums").and_then(Object::as_array) {
        nums.extend(
            pairs
                .chunks(2)
                .map(|pair| (pair[0].as_i64().unwrap(), &pair[1])),
        );
    }
    if let Ok(limits) = node.get(b"Limits").and_then(Object::as_array) {
        let limits: Vec<i64> = limits.iter().map(|limit| limit.as_i64().unwrap()).collect();
        let real = nums[start..]
            .first()
            .zip(nums.last())
            .map(|(first, last)| vec![first.0, last.0]);
        if real.as_ref() != Some(&limits) {
            problem(format!(
                "a node of the parent tree says {limits:?} and has {real:?}"
            ));
        }
    }
}

fn read_node(
    document: &Document,
    id: ObjectId,
    parent: ObjectId,
    pages: &[ObjectId],
    problems: &mut Vec<String>,
) -> Node {
    let dictionary = document.get_dictionary(id).expect("a structure element");
    let role =
        String::from_utf8_lossy(dictionary.get(b"S").unwrap().as_name().unwrap()).into_owned();
    if dictionary.get(b"P").and_then(Object::as_reference).ok() != Some(parent) {
        problems.push(format!("{role} {id:?} does not name its parent {parent:?}"));
    }
    let page_of = |dictionary: &Dictionary| {
        let page = dictionary.get(b"Pg").and_then(Object::as_reference).ok()?;
        pages.iter().position(|&id| id == page)
    };
    let own_page = page_of(dictionary);
    let list = match dictionary.get(b"K") {
        Ok(Object::Array(list)) => list.clone(),
        Ok(single) => vec![single.clone()],
        Err(_) => Vec::new(),
    };
    let mut kids = Vec::new();
    for kid in &list {
        match kid {
            Object::Integer(number) => kids.push(Kid::Content(own_page.expect("a page"), *number)),
            Object::Reference(kid) => {
                kids.push(Kid::Element(read_node(document, *kid, id, pages, problems)))
            }
            Object::Dictionary(kid) if kid.get(b"Type").unwrap().as_name().unwrap() == b"MCR" => {
                let page = page_of(kid).or(own_page).expect("a page");
                kids.push(Kid::Content(
                    page,
                    kid.get(b"MCID").unwrap().as_i64().unwrap(),
                ));
            }
            Object::Dictionary(kid) => {
                kids.push(Kid::Annotation(
                    kid.get(b"Obj").unwrap().as_reference().unwrap(),
                ));
            }
            other => problems.push(format!("{role} {id:?} holds {other:?}")),
        }
    }
    let mut attributes = Vec::new();
    let all = dictionary
        .get_deref(b"A", document)
        .and_then(Object::as_array)
        .cloned()
        .unwrap_or_default();
    for attribute in all.iter().filter_map(|attribute| attribute.as_dict().ok()) {
        for (key, value) in attribute
            .iter()
            .filter(|(key, _)| !matches!(&key[..], b"O" | b"Placement"))
        {
            let value = match value {
                Object::Name(name) => String::from_utf8_lossy(name).into_owned(),
                Object::Array(numbers) => {
                    let numbers = numbers
                        .iter()
                        .map(|number| format!("{:.0}", number.as_float().unwrap()));
                    numbers.collect::<Vec<_>>().join(",")
                }
                other => format!("{other:?}"),
            };
            attributes.push(format!("{}={value}", String::from_utf8_lossy(key)));
        }
    }
    attributes.sort();
    let text = |key: &[u8]| dictionary.get(key).ok().and_then(text_string);
    Node {
        id,
        role,
        kids,
        alt: text(b"Alt"),
        actual_text: text(b"ActualText"),
        language: text(b"Lang"),
        name: text(b"ID"),
        attributes,
    }
}

fn read_fonts(document: &Document, page: ObjectId) -> BTreeMap<String, Font> {
    let resources = document
        .get_dictionary(page)
        .unwrap()
        .get_deref(b"Resources", document);
    let fonts = resources
        .and_then(Object::as_dict)
        .and_then(|resources| resources.get_deref(b"Font", document));
    let Ok(fonts) = fonts.and_then(Object::as_dict) else {
        return BTreeMap::new();
    };
    let fonts = fonts.iter().map(|(name, font)| {
        let font = document.dereference(font).unwrap().1.as_dict().unwrap();
        let map = font
            .get_deref(b"ToUnicode", document)
            .unwrap()
            .as_stream()
            .unwrap();
        let map = String::from_utf8(map.decompressed_content().unwrap()).unwrap();
        let descendants = font
            .get_deref(b"DescendantFonts", document)
            .unwrap()
            .as_array()
            .unwrap();
        let descendant = document
            .dereference(&descendants[0])
            .unwrap()
            .1
            .as_dict()
            .unwrap();
        let table = descendant
            .get_deref(b"W", document)
            .unwrap()
            .as_array()
            .unwrap();
        let mut widths = BTreeMap::new();
        for group in table.chunks(2) {
            for (code, width) in
                (group[0].as_i64().unwrap() as u16..).zip(group[1].as_array().unwrap())
            {
                widths.insert(code, width.as_float().unwrap());
            }
        }
        let encoding = font.get(b"Encoding").unwrap().as_name().unwrap();
        assert_eq!(encoding, b"Identity-H");
        assert!(map.contains("<0000> <FFFF>\nendcodespacerange"), "{map}");
        let font = Font {
            texts: read_meanings(&map),
            widths,
        };
        (String::from_utf8_lossy(name).into_owned(), font)
    });
    fonts.collect()
}

/// Reads the texts of codes in a `/ToUnicode` map, which is made of lines like `<0041> <0061>`.
fn read_meanings(map: &str) -> BTreeMap<u16, String> {
    let mut meanings = BTreeMap::new();
    let (_, map) = map.split_once("endcodespacerange").unwrap();
    for line in map.lines() {
        let Some(pair) = line
            .strip_prefix('<')
            .and_then(|rest| rest.strip_suffix('>'))
        else {
            continue;
        };
        let (code, text) = pair.split_once("> <").unwrap();
        let unit = |digits: &str| u16::from_str_radix(digits, 16).unwrap();
        let units: Vec<u16> = (0..text.len() / 4)
            .map(|place| unit(&text[place * 4..place * 4 + 4]))
            .collect();
        let text = String::from_utf16(&units).unwrap();
        assert_eq!(meanings.insert(unit(code), text), None, "{line}");
    }
    meanings
}

fn read_page(
    document: &Document,
    page: usize,
    id: ObjectId,
    problems: &mut Vec<String>,
) -> Vec<Sequence> {
    let fonts = read_fonts(document, id);
    let content = document.get_page_content(id);
    let content = Content::decode(&content).expect("readable content");
    let number = |object: &Object| object.as_float().unwrap();

    let mut done: Vec<Sequence> = Vec::new();
    // Open sequences. A nested one is a span with `ActualText`.
    let mut open: Vec<Option<String>> = Vec::new();
    let (mut font, mut size, mut rise) = (String::new(), 0.0, 0.0);
    let (mut line, mut pen) = ((0.0, 0.0), 0.0);
    let mut in_text = false;
    // For each open sequence: whether it began inside a text object.
    let mut begun_in_text: Vec<bool> = Vec::new();
    for operation in &content.operations {
        let operands = &operation.operands;
        match &*operation.operator {
            "BT" | "ET" => {
                in_text = operation.operator == "BT";
                (line, pen) = ((0.0, 0.0), 0.0);
            }
            "BDC" | "BMC" => {
                let properties = operands.get(1).and_then(|operand| operand.as_dict().ok());
                let tag = String::from_utf8_lossy(operands[0].as_name().unwrap()).into_owned();
                begun_in_text.push(in_text);
                if open.is_empty() {
                    let mcid = properties
                        .and_then(|properties| properties.get(b"MCID").ok()?.as_i64().ok());
                    done.push(Sequence {
                        tag,
                        mcid,
                        ..Sequence::default()
                    });
                    open.push(None);
                } else {
                    let text = properties
                        .and_then(|properties| text_string(properties.get(b"ActualText").ok()?));
                    if open.len() > 1 || text.is_none() {
                        problems.push(format!("page {}: {tag} inside another sequence", page + 1));
                    }
                    open.push(text);
                }
            }
            "EMC" => {
                if begun_in_text.pop() != Some(in_text) {
                    problems.push(format!(
                        "page {}: marked content and text objects overlap",
                        page + 1
                    ));
                }
                if let Some(Some(text)) = open.pop() {
                    done.last_mut().unwrap().text.push_str(&text);
                }
            }
            "Tf" => {
                font = String::from_utf8_lossy(operands[0].as_name().unwrap()).into_owned();
                size = number(&operands[1]);
            }
            "Ts" => rise = number(&operands[0]),
            "Td" => {
                line = (line.0 + number(&operands[0]), line.1 + number(&operands[1]));
                pen = 0.0;
            }
            "Tj" | "TJ" => {
                let parts = match &operands[0] {
                    Object::Array(parts) => parts.clone(),
                    single => vec![single.clone()],
                };
                let Some(sequence) = done.last_mut().filter(|_| !open.is_empty()) else {
                    problems.push(format!("page {}: text outside marked content", page + 1));
                    continue;
                };
                sequence.shown.push(String::new());
                for part in parts {
                    let Ok(bytes) = part.as_str() else {
                        pen -= number(&part) * size / 1000.0;
                        continue;
                    };
                    let known = &fonts[&font];
                    for code in bytes.chunks(2) {
                        let code = code
                            .iter()
                            .fold(0, |code, &byte| (code << 8) | u16::from(byte));
                        let text = known.texts.get(&code);
                        if code == 0 || text.is_none() || !known.widths.contains_key(&code) {
                            problems.push(format!(
                                "page {}: glyph {code} of {font} is unknown",
                                page + 1
                            ));
                        }
                        if open.iter().all(Option::is_none) {
                            sequence
                                .text
                                .push_str(text.map_or("\u{fffd}", String::as_str));
                        }
                        let shown = sequence.shown.last_mut().unwrap();
                        shown.push_str(text.map_or("\u{fffd}", String::as_str));
                        let (x, y) = (line.0 + pen, line.1 + rise);
                        sequence.glyphs.push(PlacedGlyph { size, x, y });
                        pen += known.widths.get(&code).copied().unwrap_or_default() * size / 1000.0;
                    }
                }
            }
            "f" | "f*" | "S" | "B" | "B*" | "Do" => {
                if open.is_empty() {
                    problems.push(format!(
                        "page {}: {} outside marked content",
                        page + 1,
                        operation.operator
                    ));
                }
                if in_text {
                    problems.push(format!(
                        "page {}: {} inside a text object",
                        page + 1,
                        operation.operator
                    ));
                }
            }
            _ => {}
        }
    }
    if !open.is_empty() || in_text {
        problems.push(format!("page {}: open at the end", page + 1));
    }
    done
}
