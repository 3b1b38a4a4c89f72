//! Replaces the entities of a document type, which Illustrator writes for the addresses of its namespaces.
//!
//! An entity is one short text without references and markup. So a drawing cannot grow without bound, and
//! cannot read another file.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::safety::unsafe_at;
use crate::picture::PictureError;

/// Most entities of a document type.
const MAX_ENTITIES: usize = 64;
/// Most bytes of the text of an entity.
const MAX_LENGTH: usize = 1_000;
/// Most bytes that entities may add to a drawing.
const MAX_ADDED: usize = 1024 * 1024;

/// Most bytes of the name of an entity.
const MAX_NAME: usize = 100;

/// Replaces references to entities, and blanks their declarations. Borrows a text that has none.
pub(super) fn expand(text: &str) -> Result<Cow<'_, str>, PictureError> {
    let Some(doctype) = document_type(text) else {
        return Ok(Cow::Borrowed(text));
    };
    let mut declared = Declarations::read(text, doctype)?;
    if declared.values.is_empty() {
        return Ok(Cow::Borrowed(text));
    }
    let mut expanded = std::mem::take(&mut declared.blanked);
    let (mut rest, mut added) = (declared.end, 0);
    while let Some(at) = text[rest..].find(['&', '<']).map(|found| rest + found) {
        expanded.push_str(&text[rest..at]);
        let after = &text[at..];
        if let Some(end) = literal_end(after) {
            expanded.push_str(&after[..end]);
            rest = at + end;
            continue;
        }
        match declared.value(after) {
            Some((length, value)) => {
                added += value.len();
                if added > MAX_ADDED {
                    return Err(unsafe_at("its entities make it too large", Some(at)));
                }
                expanded.push_str(value);
                rest = at + length;
            }
            None => {
                expanded.push_str(&after[..1]);
                rest = at + 1;
            }
        }
    }
    expanded.push_str(&text[rest..]);
    Ok(Cow::Owned(expanded))
}

/// Returns the length of a comment, CDATA section or processing instruction at the start of a text. None of
/// them has references.
fn literal_end(text: &str) -> Option<usize> {
    let kinds = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")];
    let (start, end) = kinds.iter().find(|(start, _)| text.starts_with(start))?;
    let inside = &text[start.len()..];
    // An open one is an error of the XML parser.
    let length = inside.find(end).map(|found| found + end.len());
    Some(start.len() + length.unwrap_or(inside.len()))
}

/// Returns the offset of the document type, which is before the first element.
fn document_type(text: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        at += text[at..].find('<')?;
        match literal_end(&text[at..]) {
            Some(end) => at += end,
            None => return text[at..].starts_with("<!DOCTYPE").then_some(at),
        }
    }
}

/// The entities of a document type.
struct Declarations {
    values: BTreeMap<String, String>,
    /// Text up to `end`, with spaces in place of the entities.
    blanked: String,
    end: usize,
}

impl Declarations {
    fn read(text: &str, doctype: usize) -> Result<Declarations, PictureError> {
        let mut declarations = Declarations {
            values: BTreeMap::new(),
            blanked: text[..doctype].to_owned(),
            end: doctype,
        };
        let name_end = markup_end(&text[doctype..], &['[', '>']);
        declarations.keep(text, doctype + name_end);
        if !text[..declarations.end].ends_with('[') {
            return Ok(declarations);
        }
        loop {
            let at = declarations.end;
            let rest = &text[at..];
            let length = if let Some(end) = literal_end(rest) {
                end
            } else if rest.starts_with("<!ENTITY") {
                let length = markup_end(rest, &['>']);
                let (name, value) = entity(&rest[..length], at)?;
                if declarations.values.len() >= MAX_ENTITIES {
                    return Err(unsafe_at("it declares too many entities", Some(at)));
                }
                // The first declaration counts (XML 1.0, 4.2).
                declarations.values.entry(name.to_owned()).or_insert(value);
                let blank = rest[..length].chars().map(|c| {
                    if c == '\n' {
                        "\n"
                    } else {
                        &"    "[..c.len_utf8()]
                    }
                });
                declarations.blanked.extend(blank);
                declarations.end += length;
                continue;
            } else if rest.starts_with('<') {
                markup_end(rest, &['>'])
            } else if rest.starts_with('%') {
                return Err(unsafe_at("it uses parameter entities", Some(at)));
            } else if rest.is_empty() || rest.starts_with(']') {
                return Ok(declarations);
            } else {
                let end = |c| matches!(c, '<' | '%' | ']');
                rest.find(end).unwrap_or(rest.len())
            };
            declarations.keep(text, at + length);
        }
    }

    /// Returns the text of the reference at the start of a text, and the length of the reference.
    fn value(&self, text: &str) -> Option<(usize, &str)> {
        let name = text.strip_prefix('&')?;
        let length = name
            .bytes()
            .take(MAX_NAME + 1)
            .position(|byte| byte == b';')?;
        Some((length + 2, self.values.get(&name[..length])?))
    }

    fn keep(&mut self, text: &str, end: usize) {
        self.blanked.push_str(&text[self.end..end]);
        self.end = end;
    }
}

/// Returns the length of markup up to one of these characters outside of quotation marks.
fn markup_end(text: &str, ends: &[char]) -> usize {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if ends.contains(&c) => return at + c.len_utf8(),
            None if matches!(c, '"' | '\'') => quote = Some(c),
            None => {}
        }
    }
    text.len()
}

/// Reads `<!ENTITY name "text">`. Returns the name, and the text as it may be in elements and attributes.
fn entity(declaration: &str, at: usize) -> Result<(&str, String), PictureError> {
    let refuse = |reason: &str| Err(unsafe_at(reason, Some(at)));
    let inside = declaration
        .trim_start_matches("<!ENTITY")
        .trim_end_matches('>')
        .trim();
    let (name, rest) = inside
        .split_once(char::is_whitespace)
        .unwrap_or((inside, ""));
    if name.starts_with('%') {
        return refuse("it declares a parameter entity");
    }
    let rest = rest.trim();
    if rest.starts_with("SYSTEM") || rest.starts_with("PUBLIC") {
        return refuse("it declares an entity in another file");
    }
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
    let value = quote.and_then(|quote| rest.strip_prefix(quote)?.strip_suffix(quote));
    match value {
        None => refuse("it declares an entity without a text"),
        Some(value) if value.contains(['&', '%']) => {
            refuse("it declares an entity that uses another one")
        }
        Some(value) if value.contains('<') => refuse("it declares an entity with elements"),
        Some(value) if value.len() > MAX_LENGTH => refuse("it declares an entity that is too long"),
        Some(value) => {
            let escaped = value
                .replace('"', "&quot;")
                .replace('\'', "&apos;")
                .replace('>', "&gt;");
            Ok((name, escaped))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(declarations: &str, body: &str) -> String {
        let text = format!("<!DOCTYPE svg [{declarations}]>{body}");
        let expanded = expand(&text).unwrap();
        let (_, body) = expanded.split_once("]>").unwrap();
        body.to_owned()
    }

    fn reason(text: &str) -> String {
        match expand(text) {
            Err(PictureError::Unsafe { reason, .. }) => reason,
            other => panic!("{text} gave {other:?}"),
        }
    }

    #[test]
    fn references_become_the_text_of_their_entity() {
        let declared = "<!ENTITY ns 'http://a.example'>\n<!ATTLIST svg x CDATA #FIXED '&ns;'>
            <!-- <!ENTITY no \"no\"> --><!ENTITY st \"fill:'a'\"> <!ENTITY ns 'second'>";
        for (body, expected) in [
            ("<svg xmlns='&ns;'/>", "<svg xmlns='http://a.example'/>"),
            (
                "<a b='&st;'>&st;</a>",
                "<a b='fill:&apos;a&apos;'>fill:&apos;a&apos;</a>",
            ),
            ("<a>&lt;&no;&#38; & &ns</a>", "<a>&lt;&no;&#38; & &ns</a>"),
            ("<![CDATA[&ns;]]>&ns;", "<![CDATA[&ns;]]>http://a.example"),
            ("<!--&ns;--><?a &ns;?>", "<!--&ns;--><?a &ns;?>"),
            ("<!--&ns;", "<!--&ns;"),
        ] {
            assert_eq!(expanded(declared, body), expected);
        }
    }

    #[test]
    fn declarations_are_blanked() {
        let text = "\u{feff}<?xml version='1.0'?><!-- <!DOCTYPE no --><!DOCTYPE svg [\n<!ENTITY é\n'>'>]><svg/>";
        let expanded = expand(text).unwrap();
        assert!(!expanded.contains("ENTITY"));
        assert_eq!(expanded.find("<svg"), text.find("<svg"));
        assert_eq!(expanded.lines().count(), text.lines().count());
    }

    #[test]
    fn text_without_entities_stays() {
        for text in [
            "<svg>&a;</svg>",
            "<!DOCTYPE svg><svg/>",
            "<!DOCTYPE svg PUBLIC \"[\" 'x>'><svg><!-- <!ENTITY a 'b'> --></svg>",
            "<!DOCTYPE svg [<!ELEMENT svg ANY>]><svg/>",
            "<!DOCTYPE svg [",
            "<!DOCTYPE",
            "",
        ] {
            assert_eq!(expand(text).unwrap(), text);
        }
    }

    #[test]
    fn entities_that_could_grow_or_read_files_are_refused() {
        let many: String = (0..=MAX_ENTITIES)
            .map(|n| format!("<!ENTITY e{n} 'x'>"))
            .collect();
        let long = "x".repeat(MAX_LENGTH + 1);
        for (declared, expected) in [
            (
                "<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>",
                "it declares an entity that uses another one",
            ),
            (
                "<!ENTITY a '&#38;b;'>",
                "it declares an entity that uses another one",
            ),
            (
                "<!ENTITY a SYSTEM 'file:///etc/passwd'>",
                "it declares an entity in another file",
            ),
            (
                "<!ENTITY a PUBLIC 'x' 'y'>",
                "it declares an entity in another file",
            ),
            ("<!ENTITY % a 'x'>", "it declares a parameter entity"),
            ("<!ENTITY %a 'x'>", "it declares a parameter entity"),
            ("%a;", "it uses parameter entities"),
            (
                "<!ENTITY a '<rect/>'>",
                "it declares an entity with elements",
            ),
            ("<!ENTITY a>", "it declares an entity without a text"),
            ("<!ENTITY", "it declares an entity without a text"),
            (
                &format!("<!ENTITY a '{long}'>"),
                "it declares an entity that is too long",
            ),
            (&many, "it declares too many entities"),
        ] {
            assert_eq!(
                reason(&format!("<!DOCTYPE svg [{declared}]><svg/>")),
                expected
            );
        }
        let value = "x".repeat(MAX_LENGTH);
        let body = "&a;".repeat(MAX_ADDED / MAX_LENGTH + 1);
        let text = format!("<!DOCTYPE svg [<!ENTITY a '{value}'>]><svg>{body}</svg>");
        assert_eq!(reason(&text), "its entities make it too large");
    }
}
