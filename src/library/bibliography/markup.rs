//! HTML and TeX in texts of references, as PubMed, Crossref and Zotero write them.
//!
//! References print as plain text: `<i>in vivo</i>` becomes "in vivo", `&amp;` becomes "&", and
//! `$\beta$` becomes "β".

use std::collections::BTreeMap;
use std::ops::Range;

use hayagriva::types::{ChunkKind, ChunkedString, FormatString};

/// A character, and whether styles must keep its case.
type Marked = (char, bool);

/// HTML elements that mark text and end nowhere else, without attributes.
const TAGS: &[&str] = &[
    "a",
    "b",
    "br",
    "cite",
    "em",
    "font",
    "i",
    "inf",
    "italic",
    "p",
    "sc",
    "scp",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "tt",
    "u",
    "bold",
    "title",
    "underline",
    "monospace",
];

/// The longest tag that is looked for, in characters.
const MAX_TAG: usize = 300;

/// Named characters of HTML.
const ENTITIES: &[(&str, &str)] = &[
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", " "),
    ("ensp", " "),
    ("emsp", " "),
    ("thinsp", " "),
    ("ndash", "–"),
    ("mdash", "—"),
    ("minus", "−"),
    ("hellip", "…"),
    ("lsquo", "‘"),
    ("rsquo", "’"),
    ("ldquo", "“"),
    ("rdquo", "”"),
    ("laquo", "«"),
    ("raquo", "»"),
    ("bull", "•"),
    ("middot", "·"),
    ("deg", "°"),
    ("plusmn", "±"),
    ("times", "×"),
    ("divide", "÷"),
    ("le", "≤"),
    ("ge", "≥"),
    ("ne", "≠"),
    ("asymp", "≈"),
    ("rarr", "→"),
    ("micro", "µ"),
    ("sup2", "²"),
    ("sup3", "³"),
    ("frac12", "½"),
    ("copy", "©"),
    ("reg", "®"),
    ("trade", "™"),
    ("euro", "€"),
    ("pound", "£"),
    ("sect", "§"),
    ("szlig", "ß"),
    ("aelig", "æ"),
    ("AElig", "Æ"),
    ("oslash", "ø"),
    ("Oslash", "Ø"),
    ("aring", "å"),
    ("Aring", "Å"),
    ("shy", ""),
    ("auml", "ä"),
    ("ouml", "ö"),
    ("uuml", "ü"),
    ("Auml", "Ä"),
    ("Ouml", "Ö"),
    ("Uuml", "Ü"),
    ("iuml", "ï"),
    ("euml", "ë"),
    ("eacute", "é"),
    ("egrave", "è"),
    ("ecirc", "ê"),
    ("aacute", "á"),
    ("agrave", "à"),
    ("acirc", "â"),
    ("iacute", "í"),
    ("igrave", "ì"),
    ("icirc", "î"),
    ("oacute", "ó"),
    ("ograve", "ò"),
    ("ocirc", "ô"),
    ("uacute", "ú"),
    ("ugrave", "ù"),
    ("ucirc", "û"),
    ("ntilde", "ñ"),
    ("atilde", "ã"),
    ("otilde", "õ"),
    ("ccedil", "ç"),
    ("Eacute", "É"),
    ("Ccedil", "Ç"),
    ("Ntilde", "Ñ"),
    ("scaron", "š"),
];

/// Greek letters, by their names in HTML and TeX. A capital letter begins with a capital.
const GREEK: &[(&str, char)] = &[
    ("alpha", 'α'),
    ("beta", 'β'),
    ("gamma", 'γ'),
    ("delta", 'δ'),
    ("epsilon", 'ε'),
    ("varepsilon", 'ε'),
    ("zeta", 'ζ'),
    ("eta", 'η'),
    ("theta", 'θ'),
    ("iota", 'ι'),
    ("kappa", 'κ'),
    ("lambda", 'λ'),
    ("mu", 'μ'),
    ("nu", 'ν'),
    ("xi", 'ξ'),
    ("omicron", 'ο'),
    ("pi", 'π'),
    ("rho", 'ρ'),
    ("sigma", 'σ'),
    ("tau", 'τ'),
    ("upsilon", 'υ'),
    ("phi", 'φ'),
    ("chi", 'χ'),
    ("psi", 'ψ'),
    ("omega", 'ω'),
    ("Gamma", 'Γ'),
    ("Delta", 'Δ'),
    ("Sigma", 'Σ'),
    ("Omega", 'Ω'),
    ("Theta", 'Θ'),
    ("Lambda", 'Λ'),
    ("Phi", 'Φ'),
    ("Psi", 'Ψ'),
];

/// TeX commands that only change the look of their argument.
const TEX_MARKS: &[&str] = &[
    "textit",
    "emph",
    "textbf",
    "textsc",
    "textrm",
    "textup",
    "textsl",
    "texttt",
    "textsf",
    "textnormal",
    "mathrm",
    "mathit",
    "mathbf",
    "mathsf",
    "text",
    "mbox",
    "hbox",
    "mkbibemph",
    "mkbibitalic",
    "mkbibbold",
    "underline",
    "url",
    "textsubscript",
    "mathregular",
    "rm",
    "it",
    "bf",
    "em",
    "relax",
    "textnohyphenation",
    "ensuremath",
    "uppercase",
    "nocase",
];

/// TeX commands that stand for a character.
const TEX_SIGNS: &[(&str, &str)] = &[
    ("pm", "±"),
    ("times", "×"),
    ("leq", "≤"),
    ("le", "≤"),
    ("geq", "≥"),
    ("ge", "≥"),
    ("neq", "≠"),
    ("approx", "≈"),
    ("sim", "~"),
    ("circ", "°"),
    ("degree", "°"),
    ("textdegree", "°"),
    ("cdot", "·"),
    ("rightarrow", "→"),
    ("to", "→"),
    ("prime", "′"),
    ("textmu", "µ"),
    ("mu", "µ"),
    ("infty", "∞"),
    ("ldots", "…"),
    ("textregistered", "®"),
    ("texteuro", "€"),
    ("euro", "€"),
    ("textsterling", "£"),
    ("textonehalf", "½"),
    ("textquotedblleft", "“"),
    ("%", "%"),
    ("&", "&"),
    ("$", "$"),
    ("#", "#"),
    ("_", "_"),
    ("{", "{"),
    ("}", "}"),
    (",", " "),
    (";", " "),
    (" ", " "),
    ("textnumero", "№"),
    ("textordfeminine", "ª"),
    ("slash", "/"),
    ("/", ""),
    ("-", ""),
    ("textthreequartersemdash", "—"),
    ("textminus", "−"),
    ("textasciimacron", "¯"),
    ("quad", " "),
];

/// Replaces the markup of a text. Returns what cannot be printed, as in `&foo;` or `\foo`.
pub(super) fn replace_markup(text: &mut FormatString) -> Option<String> {
    let mut unknown = None;
    clean(&mut text.value, &mut unknown);
    if let Some(short) = &mut text.short {
        clean(short, &mut unknown);
    }
    unknown
}

fn clean(text: &mut ChunkedString, unknown: &mut Option<String>) {
    let is_clean = text.0.iter().all(|chunk| {
        chunk.kind != ChunkKind::Math && !chunk.value.contains(['<', '&', '\\', '~', '`', '\n'])
    });
    if is_clean && !text.0.iter().any(|chunk| chunk.value.contains("  ")) {
        return;
    }
    let mut source: Vec<Marked> = Vec::new();
    for chunk in &text.0 {
        let is_kept = chunk.kind != ChunkKind::Normal;
        if chunk.kind == ChunkKind::Math {
            let math: Vec<Marked> = chunk.value.chars().map(|c| (c, true)).collect();
            source = replace_tex(&math, TexMode::Math, source, unknown);
        } else {
            source.extend(chunk.value.chars().map(|character| (character, is_kept)));
        }
    }
    source = replace_tex(&source, TexMode::Text, Vec::new(), unknown);
    // Crossref escapes twice, as in `&amp;lt;i&amp;gt;`.
    for _ in 0..2 {
        source = replace_tags(&source);
        source = replace_entities(&source);
    }
    source = replace_tags(&source);
    source = replace_quotes(source);
    if unknown.is_none() {
        *unknown = unknown_entity(&source).or_else(|| unpaired_tag(&source));
    }
    *text = ChunkedString::new();
    let mut was_blank = true;
    for (character, is_kept) in source {
        let is_blank = character.is_whitespace() && character != '\u{a0}';
        if !(is_blank && was_blank) {
            let kind = if is_kept {
                ChunkKind::Verbatim
            } else {
                ChunkKind::Normal
            };
            text.push_char(if is_blank { ' ' } else { character }, kind);
        }
        was_blank = is_blank;
    }
}

/// A tag in a text: its place, its name, and whether it opens or closes an element.
struct Tag {
    range: Range<usize>,
    name: String,
    is_closing: bool,
    /// Ends in itself, as in `<br/>`.
    is_empty: bool,
}

/// Finds the tags that mark text.
fn tags(source: &[Marked]) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut at = 0;
    while let Some((character, _)) = source.get(at) {
        if *character == '<'
            && let Some(end) = source[at..]
                .iter()
                .take(MAX_TAG)
                .position(|(c, _)| *c == '>')
            && let tag = source[at + 1..at + end]
                .iter()
                .map(|(c, _)| *c)
                .collect::<String>()
            && let Some(name) = tag_name(&tag)
        {
            tags.push(Tag {
                range: at..at + end + 1,
                is_empty: tag.ends_with('/') || matches!(name.as_str(), "br" | "p"),
                name,
                is_closing: tag.starts_with('/'),
            });
            at += end;
        }
        at += 1;
    }
    tags
}

/// Returns for each tag whether another one opens or closes its element.
fn paired(tags: &[Tag]) -> Vec<bool> {
    let mut paired = vec![false; tags.len()];
    let mut open: Vec<usize> = Vec::new();
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, tag) in tags.iter().enumerate() {
        let name = tag.name.as_str();
        if tag.is_empty {
            paired[index] = true;
        } else if !tag.is_closing {
            open.push(index);
            *count.entry(name).or_default() += 1;
        } else if count.get(name).is_some_and(|count| *count > 0) {
            while let Some(start) = open.pop() {
                let opened = tags[start].name.as_str();
                if let Some(count) = count.get_mut(opened) {
                    *count -= 1;
                }
                if opened == name {
                    (paired[start], paired[index]) = (true, true);
                    break;
                }
            }
        }
    }
    paired
}

/// Removes tags. Digits in `<sup>` become superscript. A tag without its partner is text, as in
/// `IL-6 <b and c> 3`.
fn replace_tags(source: &[Marked]) -> Vec<Marked> {
    let tags = tags(source);
    let paired = paired(&tags);
    let mut clean: Vec<Marked> = Vec::with_capacity(source.len());
    let mut superscript: Option<usize> = None;
    let mut from = 0;
    for (tag, _) in tags.iter().zip(paired).filter(|(_, paired)| *paired) {
        clean.extend(&source[from..tag.range.start]);
        from = tag.range.end;
        match tag.name.as_str() {
            "sup" if !tag.is_closing => superscript = Some(clean.len()),
            "sup" => {
                if let Some(start) = superscript.take() {
                    raise(&mut clean, start);
                }
            }
            "br" | "p" => clean.push((' ', source[tag.range.start].1)),
            _ => {}
        }
    }
    clean.extend(&source[from..]);
    clean
}

/// Returns a tag whose partner is missing.
fn unpaired_tag(source: &[Marked]) -> Option<String> {
    let tag = tags(source).into_iter().next()?;
    Some(source[tag.range].iter().map(|(c, _)| *c).collect())
}

/// Replaces TeX's quotation marks, as in ``` ``words'' ```.
fn replace_quotes(source: Vec<Marked>) -> Vec<Marked> {
    if !source.iter().any(|(c, _)| *c == '`') {
        return source;
    }
    let mut clean: Vec<Marked> = Vec::with_capacity(source.len());
    let (mut opened, mut opened_single) = (0_usize, 0_usize);
    let mut at = 0;
    while let Some(&(character, is_kept)) = source.get(at) {
        let is_double = source
            .get(at + 1)
            .is_some_and(|(next, _)| *next == character);
        let mark = match character {
            '`' if is_double => {
                opened += 1;
                '“'
            }
            '`' => {
                opened_single += 1;
                '‘'
            }
            '\'' if is_double && opened > 0 => {
                opened -= 1;
                '”'
            }
            // An apostrophe stands between letters.
            '\'' if opened_single > 0
                && !source
                    .get(at + 1)
                    .is_some_and(|(next, _)| next.is_alphanumeric()) =>
            {
                opened_single -= 1;
                '’'
            }
            other => other,
        };
        at += if is_double && matches!(mark, '“' | '”') {
            2
        } else {
            1
        };
        clean.push((mark, is_kept));
    }
    clean
}

/// Returns the name of a tag that marks text, such as `i` for `/i` or `span class="x"`.
fn tag_name(tag: &str) -> Option<String> {
    let tag = tag.strip_prefix('/').unwrap_or(tag).trim_end_matches('/');
    let name = tag.split_whitespace().next()?.to_lowercase();
    let attributes = tag.get(name.len()..)?.trim();
    // `<b and c>` is no tag, but two comparisons.
    let has_value = |attribute: &str| attribute.contains('=') || attribute.ends_with(['"', '\'']);
    if tag.starts_with(char::is_whitespace) || !attributes.split_whitespace().all(has_value) {
        return None;
    }
    // Crossref has elements of JATS and MathML.
    if let Some((space, name)) = name.split_once(':') {
        return matches!(space, "jats" | "mml" | "m").then(|| name.to_owned());
    }
    TAGS.contains(&name.as_str()).then_some(name)
}

/// Writes digits and signs from `start` as superscript, if they follow a digit or letter, as in 10⁻³
/// and m². Before a letter, as in ¹⁸F, plain digits cannot be misread.
fn raise(text: &mut [Marked], start: usize) {
    let follows_word = start > 0 && text[start - 1].0.is_alphanumeric();
    let raised = |character: char| {
        Some(match character {
            '0' => '⁰',
            '1' => '¹',
            '2' => '²',
            '3' => '³',
            '4'..='9' => char::from_u32(0x2070 + character.to_digit(10)?)?,
            '-' | '−' | '–' => '⁻',
            '+' => '⁺',
            _ => return None,
        })
    };
    let all: Option<Vec<char>> = text[start..].iter().map(|(c, _)| raised(*c)).collect();
    if follows_word && let Some(all) = all {
        for (place, character) in text[start..].iter_mut().zip(all) {
            place.0 = character;
        }
    }
}

fn replace_entities(source: &[Marked]) -> Vec<Marked> {
    let mut clean: Vec<Marked> = Vec::with_capacity(source.len());
    let mut at = 0;
    while let Some(&(character, is_kept)) = source.get(at) {
        if let Some((name, length)) = entity(&source[at..])
            && let Some(value) = entity_value(&name)
        {
            clean.extend(value.chars().map(|value| (value, is_kept)));
            at += length;
            continue;
        }
        clean.push((character, is_kept));
        at += 1;
    }
    clean
}

/// Returns the name of an entity at the start, and its length with `&` and `;`.
fn entity(source: &[Marked]) -> Option<(String, usize)> {
    if source.first()?.0 != '&' {
        return None;
    }
    let end = source.iter().take(12).position(|(c, _)| *c == ';')?;
    let name: String = source[1..end].iter().map(|(c, _)| *c).collect();
    let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '#') && name.len() > 1;
    is_name.then_some((name, end + 1))
}

fn entity_value(name: &str) -> Option<String> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        let character = char::from_u32(code).filter(|character| !character.is_control())?;
        return Some(character.to_string());
    }
    let found = ENTITIES.iter().find(|(known, _)| *known == name);
    let greek = || GREEK.iter().find(|(known, _)| *known == name);
    found
        .map(|(_, value)| (*value).to_owned())
        .or_else(|| greek().map(|(_, letter)| letter.to_string()))
}

fn unknown_entity(source: &[Marked]) -> Option<String> {
    let at = |at: usize| entity(&source[at..]);
    let found = (0..source.len()).find_map(at);
    found.map(|(name, _)| format!("&{name};"))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum TexMode {
    Text,
    Math,
}

/// Replaces commands, and in formulas braces and the marks of super- and subscript. Appends the result
/// to `clean`.
fn replace_tex(
    source: &[Marked],
    mode: TexMode,
    mut clean: Vec<Marked>,
    unknown: &mut Option<String>,
) -> Vec<Marked> {
    // Where superscript began, and the depth of its braces.
    let mut raised: Option<(usize, usize)> = None;
    let mut depth = 0_usize;
    let mut marks: Vec<usize> = Vec::new();
    let mut at = 0;
    while let Some(&(character, is_kept)) = source.get(at) {
        at += 1;
        match character {
            '\\' => {
                let name: String = command(&source[at..]);
                if name.is_empty() {
                    clean.push((character, is_kept));
                    continue;
                }
                at += name.chars().count();
                let opens = source.get(at).is_some_and(|(c, _)| *c == '{');
                if let Some((_, sign)) = TEX_SIGNS.iter().find(|(known, _)| *known == name) {
                    clean.extend(sign.chars().map(|sign| (sign, is_kept)));
                } else if let Some((_, letter)) = GREEK.iter().find(|(known, _)| *known == name) {
                    clean.push((*letter, true));
                } else if name == "textsuperscript" && opens {
                    at += 1;
                    depth += 1;
                    raised = Some((clean.len(), depth));
                    continue;
                } else if TEX_MARKS.contains(&name.as_str()) {
                    if opens {
                        at += 1;
                        depth += 1;
                        marks.push(depth);
                        continue;
                    }
                } else {
                    unknown.get_or_insert_with(|| format!("\\{name}"));
                    clean.push((character, is_kept));
                    clean.extend(name.chars().map(|c| (c, is_kept)));
                    continue;
                }
                // A blank ends the name of a command. BibLaTeX's parser writes one.
                let is_word = name.chars().all(char::is_alphabetic);
                if is_word && source.get(at).is_some_and(|(c, _)| *c == ' ') {
                    at += 1;
                }
            }
            '{' if mode == TexMode::Math || !marks.is_empty() || raised.is_some() => depth += 1,
            '}' if depth > 0 => {
                if let Some((start, of)) = raised
                    && of == depth
                {
                    raise(&mut clean, start);
                    raised = None;
                }
                marks.pop_if(|mark| *mark == depth);
                depth -= 1;
            }
            '^' if mode == TexMode::Math => match source.get(at) {
                Some(('{', _)) => {
                    at += 1;
                    depth += 1;
                    raised = Some((clean.len(), depth));
                }
                Some(&next) => {
                    at += 1;
                    let start = clean.len();
                    clean.push(next);
                    raise(&mut clean, start);
                }
                None => {}
            },
            '_' if mode == TexMode::Math => {}
            // A blank where a line must not break.
            '~' if mode == TexMode::Text && is_tie(source, at - 1) => clean.push((' ', is_kept)),
            _ => clean.push((character, is_kept)),
        }
    }
    clean
}

/// Returns whether a `~` is TeX's blank: it joins two words.
fn is_tie(source: &[Marked], at: usize) -> bool {
    let is_word = |index: Option<usize>| {
        let character = index.and_then(|index| source.get(index));
        character.is_some_and(|(c, _)| c.is_alphanumeric() || *c == '.')
    };
    is_word(at.checked_sub(1)) && is_word(Some(at + 1))
}

/// Returns the name of the command after a backslash: letters, or one other character.
fn command(source: &[Marked]) -> String {
    let letters = source.iter().map(|(c, _)| *c);
    let name: String = letters.take_while(char::is_ascii_alphabetic).collect();
    if name.is_empty() {
        return source
            .first()
            .map(|(c, _)| c.to_string())
            .unwrap_or_default();
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        let mut text = FormatString::with_value(text);
        let unknown = replace_markup(&mut text);
        format!(
            "{text}{}",
            unknown
                .map(|unknown| format!(" [{unknown}]"))
                .unwrap_or_default()
        )
    }

    #[test]
    fn removes_html() {
        for (text, expected) in [
            (
                "Effects <i>in vivo</i> of H<sub>2</sub>O &amp; salt",
                "Effects in vivo of H2O & salt",
            ),
            (
                "<sup>18</sup>F in 10<sup>-3</sup> of 5 m<sup>2</sup>",
                "18F in 10⁻³ of 5 m²",
            ),
            (
                "a<br/>b <span class=\"x\">c</span> <jats:italic>d</jats:italic>",
                "a b c d",
            ),
            ("TNF-&alpha; &#8211; 5&nbsp;mg &#x3b2;", "TNF-α – 5 mg β"),
            ("&amp;lt;i&amp;gt;x&amp;lt;/i&amp;gt;", "x"),
            (
                "p < 0.05 and x>y; AT&T; <0.5",
                "p < 0.05 and x>y; AT&T; <0.5 [&T;]",
            ),
            ("Q&A; R&foo; x", "Q&A; R&foo; x [&foo;]"),
            ("Line\n  break", "Line break"),
        ] {
            let expected = expected.replace(" [&T;]", "");
            assert_eq!(plain(text), expected, "{text}");
        }
    }

    #[test]
    fn removes_tex() {
        for (text, expected) in [
            (
                r"Effects \textit{in vivo} of \emph{a {b} c}",
                "Effects in vivo of a b c",
            ),
            (r"TNF-\alpha  and 10\textsuperscript{-3}", "TNF-α and 10⁻³"),
            (r"Smith~J ~50 a~b", "Smith J ~50 a b"),
            (r"A \foo{x}", r"A \foo{x} [\foo]"),
        ] {
            assert_eq!(plain(text), expected, "{text}");
        }
        let mut text = FormatString::default();
        text.value.push_str("a ", ChunkKind::Normal);
        text.value.push_str(r"\beta_{\textrm{2}}", ChunkKind::Math);
        text.value.push_str(" of 10", ChunkKind::Normal);
        text.value.push_str(r"^{\textrm{-3}}", ChunkKind::Math);
        assert_eq!(replace_markup(&mut text), None);
        assert_eq!(text.to_string(), "a β2 of 10⁻³");
    }
}
