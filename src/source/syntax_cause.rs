//! The likely cause of a YAML syntax error, in plain words.
//!
//! A parser reports where it stopped, in its own terms. Authors make few kinds of mistakes. Most are in the line
//! of the error or just above it.

use std::ops::Range;

use super::patterns::is_key;

/// What an author probably did wrong.
pub(super) struct LikelyCause {
    pub(super) message: String,
    pub(super) help: String,
    /// Bytes of the mistake in the file.
    pub(super) bytes: Range<usize>,
}

/// Returns the likely cause of a syntax error that a parser found at byte `at`.
pub(super) fn likely_cause(text: &str, at: usize) -> LikelyCause {
    let lines = lines(text);
    let at = at.min(text.len());
    let is_before = |line: &&Line| line.start <= at && line.is_structure();
    let mut before = lines.iter().filter(is_before).rev();
    let Some(line) = before.next() else {
        return unknown(at..at);
    };
    let above: Vec<&Line> = before.collect();
    odd_blank(line, text)
        .or_else(|| comment_in_bracket(&lines))
        .or_else(|| missing_dash(&lines))
        .or_else(|| line.reserved_start())
        .or_else(|| line.open_quote())
        .or_else(|| line.open_bracket())
        .or_else(|| line.bracket_in_cell())
        .or_else(|| line.missing_space())
        .or_else(|| line.colon_in_text())
        .or_else(|| above.iter().take(2).find_map(|line| line.missing_space()))
        .or_else(|| indentation(line, &above))
        .or_else(|| {
            let (line, above) = above.split_first()?;
            indentation(line, above)
        })
        .or_else(|| {
            let mut above = above.iter().take(2);
            above.find_map(|line| line.open_quote().or_else(|| line.open_bracket()))
        })
        // A quotation mark or bracket may be open for many lines.
        .or_else(|| {
            let mut all = above.iter().rev();
            all.find_map(|line| line.open_quote().or_else(|| line.open_bracket()))
        })
        .or_else(|| bare_key(&above))
        .unwrap_or_else(|| unknown(line.bytes()))
}

/// Finds a bracket that a comment hides the end of, as in `{ colour: #6a3d9a }`.
fn comment_in_bracket(lines: &[Line]) -> Option<LikelyCause> {
    let hidden = |line: &Line| {
        let (value, offset) = (line.value(), line.value_offset());
        let close = match value.chars().next()? {
            '{' => '}',
            '[' => ']',
            _ => return None,
        };
        let hash = value.find(" #")? + 1;
        let (before, comment) = value.split_at(hash);
        let is_hidden = closed_at(before).is_none()
            && before.matches(['"', '\'']).count() % 2 == 0
            && comment.contains(close);
        let word = comment.split([' ', ',', close]).next()?;
        is_hidden.then(|| LikelyCause {
            message: "`#` begins a comment, so the rest of this line is lost".to_owned(),
            help: format!("put the value in quotes: `\"{word}\"`"),
            bytes: line.part(offset + hash, word.len()),
        })
    };
    let mut structure = lines.iter().filter(|line| line.is_structure());
    structure.find_map(hidden)
}

/// Finds a key beside the items of a list, which lacks its dash. A key that has the list in it, as in
/// `sections:`, is further to the left.
fn missing_dash(lines: &[Line]) -> Option<LikelyCause> {
    let lines: Vec<&Line> = lines.iter().filter(|line| line.is_structure()).collect();
    let is_item = |line: &Line| line.content.starts_with("- ");
    let lacks_dash = |(index, line): &(usize, &&Line)| {
        if is_item(line) || !line.has_key() || line.indent == 0 {
            return false;
        }
        let mut above = lines[..*index].iter().rev();
        let beside = above.find(|other| other.indent <= line.indent);
        beside.is_some_and(|beside| beside.indent == line.indent && is_item(beside))
            && above
                .find(|other| {
                    other.indent < line.indent || !(is_item(other) || other.indent > line.indent)
                })
                .is_some_and(|parent| parent.indent < line.indent)
    };
    let (_, line) = lines.iter().enumerate().find(lacks_dash)?;
    let key = line.content.split(':').next().unwrap_or_default();
    Some(LikelyCause {
        message: format!("`{key}` is beside the items of a list, and has no dash"),
        help: format!("write `- {}`", line.content),
        bytes: line.bytes(),
    })
}

/// Finds a key without its colon above a deeper line. `above` begins with the nearest line.
fn bare_key(above: &[&Line]) -> Option<LikelyCause> {
    let below_key =
        |lines: &&[&Line]| is_key(lines[1].content) && lines[0].indent > lines[1].indent;
    let key = above.windows(2).find(below_key)?[1];
    Some(missing_colon(key))
}

fn missing_colon(key: &Line) -> LikelyCause {
    LikelyCause {
        message: "the colon after the key is missing".to_owned(),
        help: format!("write `{}:`", key.content),
        bytes: key.bytes(),
    }
}

fn unknown(bytes: Range<usize>) -> LikelyCause {
    LikelyCause {
        message: "this line cannot be read as YAML".to_owned(),
        help: "look at it and the line above: the indentation, the quotation marks, and a space \
               after each colon"
            .to_owned(),
        bytes,
    }
}

/// A line of the file.
pub(super) struct Line<'a> {
    /// Offset in the file.
    pub(super) start: usize,
    /// Count of spaces before the content.
    pub(super) indent: usize,
    /// The line without blanks around it.
    pub(super) content: &'a str,
    /// Bytes of blanks before the content.
    blanks: usize,
    /// Whether the line belongs to a block of text below `|` or `>`.
    pub(super) is_block: bool,
    /// Indentation of the block of text that this line ends.
    after_block: Option<usize>,
}

/// Finds texts without quotation marks that begin with `&` or `!`. YAML reads the first word as a name or a
/// type, and drops it.
pub(super) fn taken_words(text: &str) -> Vec<LikelyCause> {
    if !text.contains(['&', '!']) {
        return Vec::new();
    }
    let taken = |line: &Line| {
        let value = line.value();
        let first = value.chars().next().filter(|first| "&!".contains(*first))?;
        let name = value[1..].split_whitespace().next()?;
        // An author who uses an alias, or a type of YAML itself, knows YAML.
        let is_meant = match first {
            '&' => text.contains(&format!("*{name}")),
            _ => value.starts_with("!!"),
        };
        let has_value = line.is_structure() && (line.has_key() || line.content.starts_with("- "));
        if is_meant || !has_value {
            return None;
        }
        line.reserved_start()
    };
    lines(text).iter().filter_map(taken).collect()
}

/// Splits a file into lines, and finds the blocks of text below `|` and `>`.
pub(super) fn lines(text: &str) -> Vec<Line<'_>> {
    // Indentation of the line with the `|`, and of the text below it.
    let mut block: Option<(usize, Option<usize>)> = None;
    let mut start = 0;
    let mut lines = Vec::new();
    for line in text.split_inclusive('\n') {
        let content = line.trim();
        let blanks = line.len() - line.trim_start().len();
        let indent = line.len() - line.trim_start_matches(' ').len();
        let is_block = match (&mut block, content) {
            (Some(_), "") => true,
            (Some((_, Some(inner))), _) => indent >= *inner,
            (Some((outer, inner)), _) if indent > *outer => {
                *inner = Some(indent);
                true
            }
            _ => false,
        };
        let mut after_block = None;
        if !is_block {
            after_block = block.take().and_then(|(_, inner)| inner);
            if !content.starts_with('#') && begins_block(content) {
                block = Some((indent, None));
            }
        }
        lines.push(Line {
            start,
            indent,
            content,
            blanks,
            is_block,
            after_block,
        });
        start += line.len();
    }
    lines
}

/// Returns whether a line ends in a block header: `|`, `>-` and the like.
fn begins_block(content: &str) -> bool {
    let last = content.rsplit(' ').next().unwrap_or_default();
    last.starts_with(['|', '>'])
        && last.len() <= 3
        && last[1..]
            .chars()
            .all(|character| "+-123456789".contains(character))
}

impl Line<'_> {
    pub(super) fn is_structure(&self) -> bool {
        !self.is_block && !self.content.is_empty() && !self.content.starts_with('#')
    }

    /// Bytes of the content in the file.
    pub(super) fn bytes(&self) -> Range<usize> {
        let start = self.start + self.blanks;
        start..start + self.content.len()
    }

    /// Bytes of a part of the content.
    pub(super) fn part(&self, offset: usize, length: usize) -> Range<usize> {
        let start = self.bytes().start + offset;
        start..start + length
    }

    /// Returns the offset of the value: what follows dashes and a key.
    pub(super) fn value_offset(&self) -> usize {
        let mut offset = 0;
        while let Some(rest) = self.content[offset..].strip_prefix("- ") {
            offset = self.content.len() - rest.trim_start().len();
        }
        offset + self.key_length(offset).unwrap_or(0)
    }

    /// Returns the length of the key at an offset with its colon and the blanks after it.
    fn key_length(&self, offset: usize) -> Option<usize> {
        let rest = &self.content[offset..];
        let colon = rest.find(':')?;
        let after = &rest[colon + 1..];
        // Keys of texts and fields have no blanks.
        let is_name = !rest[..colon].contains(char::is_whitespace);
        (is_name && (after.is_empty() || after.starts_with([' ', '\t'])))
            .then(|| rest.len() - after.trim_start().len())
    }

    pub(super) fn value(&self) -> &str {
        &self.content[self.value_offset()..]
    }

    pub(super) fn has_key(&self) -> bool {
        let dashes = self.content.trim_start_matches(['-', ' ']);
        self.key_length(self.content.len() - dashes.len()).is_some()
    }

    /// Finds a text that begins with a character that YAML reserves, or with a curly quotation
    /// mark.
    fn reserved_start(&self) -> Option<LikelyCause> {
        let item = self.content.trim_start_matches(['-', ' ']);
        let (value, offset) = match item.starts_with(['@', '%', '`']) {
            true => (item, self.content.len() - item.len()),
            false => (self.value(), self.value_offset()),
        };
        let first = value.chars().next()?;
        let bytes = self.part(offset, first.len_utf8());
        if "“”„‟‘’‚‛«»".contains(first) {
            return Some(LikelyCause {
                message: "curly quotation marks do not put a text in quotes".to_owned(),
                help: "write straight ones (`\"`) around the whole text".to_owned(),
                bytes,
            });
        }
        let is_blank = value[first.len_utf8()..].starts_with(' ');
        let is_reserved = "@%`*&!,".contains(first)
            || ("?-".contains(first) && is_blank && offset > 0)
            || ("|>".contains(first) && !begins_block(self.content))
            || "{[".contains(first) && {
                let rest = value.strip_prefix(first).unwrap_or_default();
                rest.starts_with(first) || closed_at(value).is_some_and(|end| has_more(value, end))
            };
        let name = match first {
            '`' => "a backquote".to_owned(),
            other => format!("`{other}`"),
        };
        is_reserved.then(|| LikelyCause {
            message: format!("a text cannot begin with {name} without quotation marks"),
            help: "put the whole text in quotes (`\"`)".to_owned(),
            bytes,
        })
    }

    /// Finds a quotation mark that is not closed, or text after the closing one.
    fn open_quote(&self) -> Option<LikelyCause> {
        let (value, offset) = (self.value(), self.value_offset());
        let quote = value
            .chars()
            .next()
            .filter(|first| "\"'".contains(*first))?;
        let Some(end) = closed_at(value) else {
            return Some(LikelyCause {
                message: "the closing quotation mark is missing".to_owned(),
                help: format!("write `{quote}` at the end of the text, too"),
                bytes: self.part(offset, value.len()),
            });
        };
        has_more(value, end).then(|| LikelyCause {
            message: "the text goes on after its closing quotation mark".to_owned(),
            help: match quote {
                '"' => "put the whole text in quotes (`\"`), and write `\\\"` for those inside it",
                _ => "put the whole text in straight double quotes (`\"`)",
            }
            .to_owned(),
            bytes: self.part(offset + end, value.len() - end),
        })
    }

    fn open_bracket(&self) -> Option<LikelyCause> {
        let (value, offset) = (self.value(), self.value_offset());
        let (open, close) = match value.chars().next()? {
            '[' => ('[', ']'),
            '{' => ('{', '}'),
            _ => return None,
        };
        closed_at(value).is_none().then(|| LikelyCause {
            message: format!("the bracket `{open}` is not closed"),
            help: format!("write `{close}` at the end, and put text with brackets in quotes"),
            bytes: self.part(offset, value.len()),
        })
    }

    /// Finds a bracket in an unquoted text of a list in brackets.
    fn bracket_in_cell(&self) -> Option<LikelyCause> {
        let (value, offset) = (self.value(), self.value_offset());
        let inner = value.strip_prefix('[')?;
        let mut quote = None;
        let mut before = '[';
        for (at, character) in inner.char_indices() {
            match quote {
                Some(open) if open == character => quote = None,
                Some(_) => {}
                None if "\"'".contains(character) && "[{,".contains(before) => {
                    quote = Some(character);
                }
                None if "[{".contains(character) && !"[{,:".contains(before) => {
                    return Some(LikelyCause {
                        message: format!(
                            "the bracket `{character}` is in a text without quotation marks"
                        ),
                        help: "put the whole cell or item in quotes (`\"`)".to_owned(),
                        bytes: self.part(offset + 1 + at, 1),
                    });
                }
                None => {}
            }
            if !character.is_whitespace() {
                before = character;
            }
        }
        None
    }

    fn missing_space(&self) -> Option<LikelyCause> {
        let content = self.content.trim_start_matches(['-', ' ']);
        let colon = content.find(':')?;
        let (name, rest) = (&content[..colon], &content[colon + 1..]);
        let is_missing = is_key(&name.replace('_', "-"))
            && name.starts_with(|first: char| first.is_ascii_alphabetic())
            && rest.starts_with(|next: char| !next.is_whitespace() && next != '/');
        is_missing.then(|| LikelyCause {
            message: "a space is missing after the colon".to_owned(),
            help: format!("write `{name}: …`"),
            bytes: self.part(self.content.len() - content.len(), colon + 1),
        })
    }

    /// Finds a second colon in a text without quotes.
    fn colon_in_text(&self) -> Option<LikelyCause> {
        let (value, offset) = (self.value(), self.value_offset());
        if offset == 0 || value.starts_with(['"', '\'', '[', '{', '|', '>']) {
            return None;
        }
        let colon = match value.find(": ") {
            Some(colon) => colon,
            None if value.ends_with(':') => value.len() - 1,
            None => return None,
        };
        Some(LikelyCause {
            message: "a colon and a space in a text without quotation marks".to_owned(),
            help: "put a text that has a colon and a space in it in quotes".to_owned(),
            bytes: self.part(offset + colon, 1),
        })
    }
}

/// Returns where the quotation or bracket at the start of a value is closed.
fn closed_at(value: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut quote = None;
    let mut characters = value.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        match (quote, character) {
            (Some('"'), '\\') => {
                characters.next();
            }
            (Some('\''), '\'') if characters.next_if(|next| next.1 == '\'').is_some() => {}
            (Some(open), close) if open == close => {
                quote = None;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            (Some(_), _) => {}
            (None, '"' | '\'') if at == 0 || value[..at].ends_with([' ', ',', '[', '{']) => {
                quote = Some(character);
            }
            (None, '[' | '{') => depth += 1,
            (None, ']' | '}') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// Returns whether more than a comment follows the end of a quotation or bracket.
fn has_more(value: &str, end: usize) -> bool {
    let rest = value[end..].trim_start();
    !rest.is_empty() && !rest.starts_with(['#', ',', ']', '}', ':'])
}

/// Finds a blank other than a space before a line's content.
fn odd_blank(line: &Line, text: &str) -> Option<LikelyCause> {
    let blanks = line.start..line.start + line.blanks;
    let odd = text[blanks.clone()].chars().find(|blank| *blank != ' ')?;
    let message = match odd {
        '\t' => "a tab where YAML wants spaces".to_owned(),
        _ => format!(
            "an unusual space (U+{:04X}) before the text",
            u32::from(odd)
        ),
    };
    Some(LikelyCause {
        message,
        help: "indent with spaces, not tabs".to_owned(),
        bytes: blanks,
    })
}

/// Finds a line that is indented too much or too little, or a line above it without its colon.
fn indentation(line: &Line, above: &[&Line]) -> Option<LikelyCause> {
    let cause = |message: &str, help: String, line: &Line| {
        Some(LikelyCause {
            message: message.to_owned(),
            help,
            bytes: line.bytes(),
        })
    };
    let spaces = |count: usize| match count {
        0 => "without a space".to_owned(),
        1 => "with 1 space".to_owned(),
        _ => format!("with {count} spaces"),
    };
    let parent = above.first();
    let is_entry = line.has_key() || line.content.starts_with("- ");
    let is_below = parent.is_some_and(|parent| line.indent > parent.indent);
    if let Some(indent) = line.after_block.filter(|_| !is_entry || is_below) {
        let help = format!("begin the line {}, as the text above", spaces(indent));
        return cause(
            "the line is indented less than the text above it",
            help,
            line,
        );
    }
    if !is_entry {
        if is_key(line.content) {
            return Some(missing_colon(line));
        }
        let help = "write `key: text`, or indent it like the text that it continues".to_owned();
        return cause("the line has no key and continues no text", help, line);
    }
    let parent = parent?;
    if line.indent > parent.indent {
        if is_key(parent.content) {
            return Some(missing_colon(parent));
        }
        // A list may be indented below its key.
        if !parent.value().is_empty() || !parent.has_key() {
            let help = format!("begin the line {}", spaces(parent.indent));
            return cause(
                "the line is indented further than the line above it",
                help,
                line,
            );
        }
    }
    let mut outer = usize::MAX;
    let mut open = Vec::new();
    for other in above {
        if other.indent < outer {
            outer = other.indent;
            open.push(outer);
        }
    }
    if line.indent < parent.indent && !open.contains(&line.indent) {
        let near = open.iter().min_by_key(|open| open.abs_diff(line.indent));
        let help = format!("begin the line {}", spaces(*near?));
        return cause("the indentation fits no line above", help, line);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::parse_error::ParseError;
    use crate::source::tree;

    /// Returns line, message and help for a file with a syntax error.
    fn explained(text: &str) -> String {
        let Err(ParseError::Syntax(at)) = tree::tree(text) else {
            return format!("no error in {text:?}");
        };
        let cause = likely_cause(text, at);
        let line = text[..cause.bytes.start].matches('\n').count() + 1;
        format!("{line}: {}; {}", cause.message, cause.help)
    }

    #[test]
    fn explains_the_mistakes_of_authors() {
        let texts = [
            "a:\n  heading: What?\n   body: |\n    Text\n",
            "a:\n  body: |\n    One.\n\n  Two is less indented.\n\nb:\n  body: x\n",
            "title: “Steroid injection: shoulder pain”\nsubtitle: x\n",
            "title: T\n\nwhat-it-is\n  heading: What is it?\n  body: x\n",
            "a:\n  heading:What is it?\n  body: |\n    Text\n",
            "items:\n  - one\n  - @home: rest\n  - %5 of people\n",
            "items:\n  - one\n  - %5 of people\n",
            "items:\n  - **Bold** text\n  - two\n",
            "title: Sleep: what helps\nsubtitle: x\n",
            "title: \"Sleep\nsubtitle: x\na: b\n",
            "title: \"Sleep\" and more\nsubtitle: x\n",
            "title: 'Don't worry'\nsubtitle: x\n",
            "phone: [01632 960 123, 01632 960 456\nname: A\n",
            "phone: [01632 960 123, 01632 960 456\n",
            "link: [here](https://a.example) now\nname: A\n",
            "a:\n\theading: x\n",
            "a:\n    b: 1\n  c: 2\n",
            "a:\n  b: 1\n c: 2\n",
            "title: T\njust words here\nsubtitle: x\n",
            "a:\n  heading: x\n  body: `code` first\n",
            "a:\n  heading: x\n  body: {{clinic.name}} is here\n",
            "a:\n  items:\n    - one\n   - two\n",
            "id: a\nsections:\n  - section: x\n    certainty: y\n  table: z\n  - references\n",
            "brand: { colour: #6a3d9a }\nname: A\n",
            "brand: { colour: #6a3d9a }\n",
        ];
        let all: Vec<String> = texts.iter().map(|text| explained(text)).collect();
        insta::assert_snapshot!(all.join("\n"));
    }
}
