//! `lost-mark`: marks that an author meant, and the parser does not know. They would print as text.

use std::ops::Range;

use pulldown_cmark::{Options, Parser};

use super::reader::Reader;
use super::typed_marks;
use crate::finding::Finding;
use crate::locale::{Locale, lists};

/// Advice for running text of several lines.
const ONE_PARAGRAPH: &str =
    "these lines are printed as one paragraph, without lists and headings: write sentences";

/// Replaces a character or an element that is no text of the author.
pub(super) const MARK: &str = "\u{1}";

/// Plain text of a paragraph, with a line break for each line break of the author.
#[derive(Debug, Default)]
pub(super) struct PlainText {
    text: String,
    /// Starts of the pieces, in the text and in the parser's input.
    starts: Vec<(usize, usize)>,
    /// End of the last piece in the parser's input.
    end: usize,
}

impl PlainText {
    pub(super) fn push(&mut self, words: &str, source: usize) {
        self.starts.push((self.text.len(), source));
        self.text.push_str(words);
    }

    /// Appends a part of the parser's input, which an author wrote as `words`. An escaped character means itself.
    pub(super) fn push_source(&mut self, line: &str, part: Range<usize>, words: &str) {
        // A backslash that is text itself belongs to the piece before.
        let is_escaped = line[..part.start].ends_with('\\') && self.end != part.start;
        if is_escaped && words.starts_with(|first: char| first.is_ascii_punctuation()) {
            self.push(MARK, part.start);
            self.text.push_str(&words[1..]);
        } else {
            self.push(words, part.start);
        }
        self.end = part.end;
    }

    /// Returns the offset in the parser's input.
    fn source(&self, at: usize) -> usize {
        let next = self.starts.partition_point(|(start, _)| *start <= at);
        let (start, source) = self.starts[next.saturating_sub(1)];
        source + (at - start)
    }
}

/// A mark that the parser left in a text.
pub(super) struct LostMark {
    pub(super) range: Range<usize>,
    pub(super) message: &'static str,
    pub(super) help: &'static str,
}

pub(super) fn lost_mark(message: &str) -> Finding {
    Finding::warning("lost-mark", message)
}

impl Reader<'_, '_> {
    /// Reports the first mark of each kind in the paragraph.
    pub(super) fn report_lost_marks(&mut self) {
        let plain = std::mem::take(&mut self.plain);
        let text = plain.text.as_str();
        let is_known = |key: &str| self.scope.index.citation(key).is_some();
        let list = typed_bullet(text).or_else(|| typed_marks::typed_list(text));
        let is_numbered = list
            .as_ref()
            .is_some_and(|list| text[list.range.clone()].starts_with('('));
        let citation = citation_without_brackets(text, &is_known);
        let number = typed_number(text);
        let other = match (&citation, &number) {
            (None, None) => typed_marks::typed_citation(text),
            _ => None,
        };
        let other_number = raised_number(text);
        let raised = match (&other, &other_number) {
            (None, None) => typed_marks::raised_or_lowered(text),
            _ => None,
        };
        let is_one_paragraph = !self.is_blocks() && text.contains('\n');
        let [list, line_start] = [list, at_line_start(text)].map(|mark| match is_one_paragraph {
            true => mark.map(|mark| LostMark {
                help: ONE_PARAGRAPH,
                ..mark
            }),
            false => mark,
        });
        let found = [
            list,
            raised,
            line_start,
            broken_line(text),
            citation,
            number,
            other,
            typed_marks::parted_link(text),
            typed_marks::placeholder(text),
            typed_marks::foreign_mark(text),
            number_in_parentheses(text, self.scope.locale).filter(|_| !is_numbered),
            other_number,
            mark_of_strong_words(text),
            mark_of_link(text),
        ];
        for LostMark {
            range,
            message,
            help,
        } in found.into_iter().flatten()
        {
            let last = range.end.saturating_sub(1).max(range.start);
            let source = plain.source(range.start)..plain.source(last) + 1;
            self.report(lost_mark(message).help(help), source);
        }
    }

    /// Reports emphasis within a word or a number: its marks are rather meant to be printed.
    pub(super) fn check_emphasis(&mut self, range: &Range<usize>) {
        let line = self.line;
        let before = line[..range.start].chars().next_back();
        let after = line[range.end..].chars().next();
        let is_word = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
        if is_word(before) && is_word(after) {
            let finding = lost_mark("these marks make the words between them bold and vanish")
                .help("write `\\*` for a `*` that is printed, or `×` between numbers");
            self.report(finding, range.clone());
        }
    }

    /// Reports lines that the parser takes for the address of a link, as in `[Note]: Rest`.
    pub(super) fn report_definitions(&mut self) {
        if !self.line.contains("]:") {
            return;
        }
        let parser = Parser::new_ext(self.line, Options::ENABLE_TABLES);
        let definitions = parser.reference_definitions().iter();
        let mut spans: Vec<Range<usize>> = definitions.map(|(_, link)| link.span.clone()).collect();
        spans.sort_by_key(|span| span.start);
        for span in spans {
            self.unsupported(
                "this line is not printed: it looks like the address of a link",
                "write `\\[` for a bracket that is printed, or the link as `[words](address)`",
                span,
            );
        }
    }
}

/// Characters that word processors put before the items of a list.
pub(super) const BULLETS: &str = "•‣⁃◦▪▫●○■□·∙➢➤►";

/// How much a line looks like the item of a list.
#[derive(PartialEq)]
enum Bullet {
    None,
    /// Only beside other items.
    Perhaps,
    Yes,
}

/// Finds lines that begin with a typed bullet or number.
fn typed_bullet(text: &str) -> Option<LostMark> {
    let mut lines: Vec<(usize, Bullet)> = Vec::new();
    for (start, line) in lines_of(text) {
        let bullet = bullet(line, lines.is_empty());
        if bullet != Bullet::None {
            lines.push((start, bullet));
        }
    }
    if lines.is_empty()
        && let Some(start) = list_in_line(text)
    {
        return Some(list_mark(start..text.ceil_char_boundary(start + 1)));
    }
    // On the first line, `1)` may number a heading or a cell.
    let is_item = |(start, bullet): &(usize, Bullet)| {
        *bullet == Bullet::Yes || *start > 0 && text[*start..].starts_with("1)")
    };
    let is_list = lines.len() > 1 || lines.iter().any(is_item);
    let (start, _) = lines.into_iter().next().filter(|_| is_list)?;
    let length = text[start..].chars().next().map_or(0, char::len_utf8);
    Some(list_mark(start..start + length))
}

/// Finds a list on one line, as in `Bring: 1) a card 2) water` or `Bring: - a card - water`. Returns the
/// start of its first item.
fn list_in_line(text: &str) -> Option<usize> {
    /// Two hyphens may be dashes, as in `a long - but good - day`.
    const MIN_HYPHENS: usize = 4;
    const MIN_STARS: usize = 2;
    /// One middle dot separates two words, as in `Ward 3 · First floor`.
    const MIN_BULLETS: usize = 2;
    // A list that was pasted as one line.
    let mut pasted = text.match_indices(['•', '●', '▪']).map(|(at, _)| at);
    if let (Some(first), Some(_)) = (pasted.next(), pasted.next()) {
        return Some(first);
    }
    let bullets = BULLETS
        .char_indices()
        .map(|(at, mark)| &BULLETS[at..at + mark.len_utf8()]);
    let mut typed = bullets.filter_map(|mark| bulleted_in_line(text, mark, MIN_BULLETS));
    typed
        .next()
        .or_else(|| numbered_in_line(text, &["1)", "2)"]))
        .or_else(|| numbered_in_line(text, &["a)", "b)"]))
        .or_else(|| in_parentheses(text, &["(1)", "(2)"]))
        .or_else(|| in_parentheses(text, &["(a)", "(b)"]))
        .or_else(|| numbered_in_line(text, &["1.", "2.", "3."]))
        .or_else(|| bulleted_in_line(text, "-", MIN_HYPHENS))
        .or_else(|| bulleted_in_line(text, "*", MIN_STARS))
}

/// Finds `(1)` and `(2)` before items. Behind a word, they are rather citations.
fn in_parentheses(text: &str, marks: &[&str]) -> Option<usize> {
    let start = numbered_in_line(text, marks)?;
    let before = text[..start].trim_end();
    (before.is_empty() || before.ends_with([':', ';'])).then_some(start)
}

fn numbered_in_line(text: &str, marks: &[&str]) -> Option<usize> {
    let mut starts = Vec::new();
    for mark in marks {
        let from = starts.last().copied().unwrap_or(0);
        starts.push(items_in_line(text, mark).find(|at| *at >= from)?);
    }
    starts.first().copied()
}

/// Finds a list with `mark` before each item. Behind a colon, two items are enough.
fn bulleted_in_line(text: &str, mark: &str, min_items: usize) -> Option<usize> {
    let start = items_in_line(text, mark).next()?;
    let follows_colon = text[..start].trim_end().ends_with(':');
    let min_items = if follows_colon { 2 } else { min_items };
    (items_in_line(text, mark).count() >= min_items).then_some(start)
}

/// Returns the places where `mark` begins an item. An item begins with a letter, so `2 * 3` has none. Only a
/// typed bullet may touch it.
fn items_in_line<'t>(text: &'t str, mark: &'t str) -> impl Iterator<Item = usize> + 't {
    let is_item = move |at: &usize| {
        let before = &text[..*at];
        let rest = &text[at + mark.len()..];
        let item = match rest.strip_prefix(' ') {
            None if BULLETS.contains(mark) => rest,
            item => item.unwrap_or_default(),
        };
        (before.is_empty() || before.ends_with(char::is_whitespace))
            && item.starts_with(char::is_alphabetic)
    };
    let found = text.match_indices(mark).map(|(at, _)| at);
    found.filter(is_item)
}

pub(super) fn list_mark(range: Range<usize>) -> LostMark {
    LostMark {
        range,
        message: "this looks like the item of a list, but is none",
        help: "begin each item with `- ` on a new line, or number it `1. `",
    }
}

fn bullet(line: &str, is_first: bool) -> Bullet {
    let mut characters = line.chars();
    let first = characters.next();
    let next = characters.next();
    let is_blank = next.is_some_and(char::is_whitespace);
    let is_letter = next.is_some_and(char::is_alphabetic);
    match first {
        Some(mark) if BULLETS.contains(mark) && characters.next().is_some() => Bullet::Yes,
        // In some languages `o` is a word.
        Some('o') if is_blank && is_first => Bullet::Yes,
        Some('o' | '–' | '—') if is_blank => Bullet::Perhaps,
        // The parser does not know this blank, such as a no-break space. Or the text is running text.
        Some('-' | '*' | '+') if is_blank => match line[1..].trim_start().chars().next() {
            Some(first) if first.is_alphabetic() => Bullet::Yes,
            _ => Bullet::None,
        },
        Some('-') if is_letter && is_first => Bullet::Yes,
        Some('-' | '–' | '—') if is_letter => Bullet::Perhaps,
        // The items may be paragraphs of their own.
        Some('(') if is_first && list_number(line).is_some() => Bullet::Yes,
        Some('(') if list_number(line).is_some() => Bullet::Perhaps,
        Some('0'..='9') => {
            let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
            let after = rest
                .strip_prefix(['.', ')'])
                .and_then(|rest| rest.chars().next());
            let is_short = line.len() - rest.len() < 3;
            if is_short && after.is_some_and(|after| after.is_alphabetic() || after.is_whitespace())
            {
                Bullet::Perhaps
            } else {
                Bullet::None
            }
        }
        _ => Bullet::None,
    }
}

/// Returns the number of an item such as `(2) words`.
fn list_number(line: &str) -> Option<&str> {
    let (number, words) = line.strip_prefix('(')?.split_once(')')?;
    let is_number = matches!(number.len(), 1 | 2) && number.bytes().all(|b| b.is_ascii_digit());
    let is_item = words.strip_prefix(' ')?.starts_with(char::is_alphabetic);
    (is_number && is_item).then_some(number)
}

/// Finds headings, quotations, rules, tables and boxes that the parser does not know.
fn at_line_start(text: &str) -> Option<LostMark> {
    let has_lines = text.contains('\n');
    lines_of(text).find_map(|(start, line)| {
        let hashes = line.len() - line.trim_start_matches('#').len();
        let is_title = line.starts_with("# ") && line[2..].starts_with(char::is_uppercase);
        let (length, message, help) = if is_title || hashes > 1 && line.len() > hashes {
            (
                hashes,
                "this line begins like a heading, but is none",
                "put a line of its own and a space behind the `#`: `### Words`",
            )
        } else if line
            .strip_prefix("> ")
            .is_some_and(|words| words.starts_with(char::is_alphabetic))
        {
            (
                1,
                "this line begins like a quotation, but is none",
                "put the words in quotation marks, or write `\\>` for a `>` that is printed",
            )
        } else if has_lines && is_rule(line) {
            (
                line.trim_end().len(),
                "this line looks like a rule, but is none",
                "delete it",
            )
        } else if ["[ ] ", "[x] ", "[X] "]
            .iter()
            .any(|mark| line.starts_with(mark))
            && !line[4..].starts_with('(')
        {
            (
                3,
                "this is no box to tick",
                "use a `checklist` in the definition",
            )
        } else if line.starts_with('|') && line.trim_end().ends_with('|') && line.len() > 2 {
            (
                1,
                "this line looks like a row of a table, but is none",
                "use a `table` in the definition, or write `|---|---|` below the header",
            )
        } else {
            return None;
        };
        Some(LostMark {
            range: start..start + length,
            message,
            help,
        })
    })
}

/// Returns whether a line has only marks of a rule, or of the heading above it.
fn is_rule(line: &str) -> bool {
    const SHORTEST: usize = 3;
    let line = line.trim_end();
    let is_of = |mark: char| line.chars().all(|character| character == mark);
    line.len() >= SHORTEST && ['=', '-', '_', '~'].into_iter().any(is_of)
}

/// Finds a backslash at the end of a line, where blocks of text have a line break.
fn broken_line(text: &str) -> Option<LostMark> {
    lines_of(text).find_map(|(start, line)| {
        let length = line.trim_end().strip_suffix('\\')?.len();
        Some(LostMark {
            range: start + length..start + length + 1,
            message: "this `\\` is printed as it is: there is no line break here",
            help: "delete it, or write `\\\\` for a backslash that is printed",
        })
    })
}

/// Returns the lines and their offsets, without the blanks before them.
pub(super) fn lines_of(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    text.split('\n').map(move |line| {
        let trimmed = line.trim_start();
        let at = start + line.len() - trimmed.len();
        start += line.len() + 1;
        (at, trimmed)
    })
}

/// Finds `(@key)`, and `@key` or `[key]` with the key of a reference.
fn citation_without_brackets(text: &str, is_known: &dyn Fn(&str) -> bool) -> Option<LostMark> {
    let is_key = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '/');
    let mut before = ' ';
    for (at, character) in text.char_indices() {
        if matches!(character, '@' | '[' | '(' | '{') {
            let rest = &text[at + 1..];
            let key = &rest[..rest.find(|c| !is_key(c)).unwrap_or(rest.len())];
            let closed = rest[key.len()..].starts_with([']', ')', '}', ',', ';']);
            let key = key.trim_end_matches(['.', ':']);
            let is_citation = match character {
                '[' | '(' | '{' => closed && is_known(key),
                _ if before.is_alphanumeric() || "._-+".contains(before) => false,
                _ => matches!(before, '(' | '[' | ';' | '{') || is_known(key),
            };
            if is_citation && !key.is_empty() {
                return Some(LostMark {
                    range: at..at + 1 + key.len(),
                    message: "this is printed as it is: it is no citation",
                    help: "cite in square brackets: `[@key]` or `[@one; @two]`",
                });
            }
        }
        if !character.is_whitespace() || !"([;{".contains(before) {
            before = character;
        }
    }
    None
}

/// Finds numbers in square brackets, which look like citations.
fn typed_number(text: &str) -> Option<LostMark> {
    text.match_indices('[').find_map(|(at, _)| {
        let rest = &text[at + 1..];
        let is_note = rest.starts_with('^');
        let is_number = |c: char| c.is_ascii_digit() || c.is_whitespace() || ",;-–".contains(c);
        let number = rest.trim_start_matches('^');
        let length = number.find(|c| !is_number(c)).unwrap_or(number.len());
        let is_closed = number[length..].starts_with(']');
        let has_digit = number[..length].starts_with(|c: char| c.is_ascii_digit());
        (is_note || is_closed && has_digit).then(|| number_mark(at..at + 1))
    })
}

/// Finds numbers in parentheses behind words, as in `pain (1, 3–5)`. Allows `two (2) tablets`, `type (2)`,
/// scales such as `pain (1–10)`, years and telephone numbers.
fn number_in_parentheses(text: &str, locale: &Locale) -> Option<LostMark> {
    text.match_indices('(').find_map(|(at, _)| {
        let (inside, after) = text[at + 1..].split_once(')')?;
        let before = text[..at].trim_end();
        let word = before.rsplit(char::is_whitespace).next().unwrap_or_default();
        let is_behind_word = before.ends_with(|c: char| {
            c.is_alphabetic() || ".,;:!?%)\"”’»".contains(c)
        });
        let is_counted = locale.is_number_word(word) || locale.is_number_label(word);
        let is_longer_number = after.trim_start().starts_with(|c: char| c.is_ascii_digit());
        let is_citation =
            is_behind_word && !is_counted && !is_longer_number && are_citations(inside);
        is_citation.then(|| LostMark {
            help: "cite by key: `[@key]`. Begin the items of a list with `1. ` on new lines. Write `\\(` for \
                   a number that is printed",
            ..number_mark(at..at + inside.len() + 2)
        })
    })
}

/// Whether a text is a list of the numbers of references, such as `1, 3–5`.
fn are_citations(text: &str) -> bool {
    /// A wider range is rather a scale.
    const MAX_RANGE: u8 = 6;
    text.split([',', ';']).all(|part| {
        let mut numbers = part.split(['-', '–']).map(|number| {
            let number = number.trim();
            let is_short = !number.starts_with('0') && number.len() <= 2;
            number.parse::<u8>().ok().filter(|_| is_short)
        });
        match (numbers.next(), numbers.next(), numbers.next()) {
            (Some(Some(_)), None, _) => true,
            (Some(Some(first)), Some(Some(last)), None) => {
                first < last && last - first <= MAX_RANGE
            }
            _ => false,
        }
    })
}

/// Finds raised numbers behind a word or a full stop, as in `pain.¹` or `pain^1^`. Allows units such as `cm²`
/// and formulas such as `CO²`.
fn raised_number(text: &str) -> Option<LostMark> {
    const UNITS: &str = "m mm cm dm km µm nm in ft yd mi s";
    const MAX_FORMULA_LETTERS: usize = 3;
    text.char_indices().find_map(|(at, character)| {
        let before = &text[..at];
        let length = match character {
            '⁰' | '¹' | '²' | '³' | '⁴'..='⁹' => character.len_utf8(),
            '^' => {
                let (number, _) = text[at + 1..].split_once('^')?;
                let is_number = number
                    .chars()
                    .all(|c| c.is_ascii_digit() || ",-–".contains(c));
                (is_number && !number.is_empty()).then_some(number.len() + 2)?
            }
            _ => return None,
        };
        let word = before
            .rsplit(|c: char| !c.is_alphabetic())
            .next()
            .unwrap_or_default();
        let is_formula = word.chars().count() <= MAX_FORMULA_LETTERS
            && (lists(UNITS, word) || word.contains(char::is_uppercase));
        // Nobody writes a power of one.
        let is_power = is_formula && character != '¹';
        let is_behind_text = before
            .ends_with(['.', ',', ')', ';', ':', '!', '?', '%', '"', '”', '’', '»'])
            || !word.is_empty() && !is_power;
        is_behind_text.then(|| number_mark(at..at + length))
    })
}

pub(super) fn number_mark(range: Range<usize>) -> LostMark {
    LostMark {
        range,
        message: "this number is no citation: it points at no reference",
        help: "cite by key: `[@key]`; numbers follow by themselves",
    }
}

/// Finds marks of links and classes.
fn mark_of_link(text: &str) -> Option<LostMark> {
    let link = text.find("](");
    let class = text
        .match_indices("{.")
        .find(|(at, _)| text[at + 2..].starts_with(char::is_alphabetic));
    let at = [link, class.map(|(at, _)| at)]
        .into_iter()
        .flatten()
        .min()?;
    Some(LostMark {
        range: at..at + 2,
        message: "this mark is printed as it is",
        help: "write `[words](address)` without spaces in the address, or `[word]{.term}`",
    })
}

/// Finds marks of strong words.
fn mark_of_strong_words(text: &str) -> Option<LostMark> {
    let is_letter = |c: char| c.is_alphabetic();
    let mut before = None;
    let found = text.char_indices().find_map(|(at, first)| {
        let previous = before.replace(first);
        if !"*_~".contains(first) || previous == Some(first) {
            return None;
        }
        let before = previous;
        let rest = &text[at..];
        let run = rest.len() - rest.trim_start_matches(first).len();
        let after = rest[run..].chars().next();
        let touches_letter = before.is_some_and(is_letter) || after.is_some_and(is_letter);
        let length = match first {
            '*' | '_' if run == 2 && (first == '*' || touches_letter) => 2,
            '*' if run == 3 => 3,
            '*' | '_'
                if run == 1
                    && !before.is_some_and(char::is_alphanumeric)
                    && after.is_some_and(is_letter) =>
            {
                1
            }
            '~' if run == 2 && touches_letter => 2,
            _ => return None,
        };
        Some(at..at + length)
    });
    found.map(|range| LostMark {
        range,
        message: "this mark is printed as it is",
        help: "write `**words**` with a space outside the marks and none inside, or `\\*` for a `*` \
               that is printed",
    })
}
