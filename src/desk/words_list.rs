//! Lists and tables in the editor: a field for each item or cell, and buttons that add, move and remove.
//!
//! The draft of a list has a line for each item or row: see [`Draft`]. The buttons work without the script, too: each
//! sends the form, and the answer leads back to the field.

use super::drafts::{CELL, Draft, Mode};
use super::fields::Fields;
use super::leaflet_texts::{Shape, Text};
use super::page::icon;
use super::words_page::Screen;
use crate::escape::escaped;

/// About the letters in a line of an item's field, and of a cell's.
const ITEM_LETTERS: usize = 46;
const CELL_LETTERS: usize = 34;

/// What a button of a list does. Items are counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrange {
    Add,
    Up(usize),
    Down(usize),
    Remove(usize),
}

impl Arrange {
    /// Reads the value of a button, as in `up:2`, which counts from 1.
    pub(super) fn named(name: &str) -> Option<Arrange> {
        if name == "add" {
            return Some(Arrange::Add);
        }
        let (action, number) = name.split_once(':')?;
        let index = number.parse::<usize>().ok()?.checked_sub(1)?;
        match action {
            "up" => Some(Arrange::Up(index)),
            "down" => Some(Arrange::Down(index)),
            "remove" => Some(Arrange::Remove(index)),
            _ => None,
        }
    }

    /// Arranges the lines of a draft. `empty` is a new line. Returns the lines, and the index of the one to go on
    /// with. What is out of range changes nothing.
    pub(super) fn arranged(self, text: &str, empty: &str) -> (String, usize) {
        let mut lines: Vec<&str> = text.split('\n').collect();
        let last = lines.len() - 1;
        let at = match self {
            Arrange::Add => {
                lines.push(empty);
                last + 1
            }
            Arrange::Up(index) if (1..=last).contains(&index) => {
                lines.swap(index, index - 1);
                index - 1
            }
            Arrange::Down(index) if index < last => {
                lines.swap(index, index + 1);
                index + 1
            }
            Arrange::Remove(0) if last == 0 => {
                lines = vec![empty];
                0
            }
            Arrange::Remove(index) if index <= last => {
                lines.remove(index);
                index.min(last - 1)
            }
            Arrange::Up(index) | Arrange::Down(index) | Arrange::Remove(index) => index.min(last),
        };
        (lines.join("\n"), at)
    }
}

/// Reads the fields of a list or table, as the text of a draft; `None` if the form has none.
pub(super) fn typed(form: &Fields) -> Option<String> {
    let clean = |value: &str| value.replace(CELL, "");
    let mut lines: Vec<String> = Vec::new();
    let mut is_first_cell = false;
    for (name, value) in form {
        match name.as_str() {
            // What was pasted in several lines becomes several items.
            "item[]" => lines.extend(
                clean(value)
                    .replace("\r\n", "\n")
                    .split('\n')
                    .map(str::to_owned),
            ),
            "lines[]" => {
                let count = value.trim().parse::<u8>().ok().filter(|count| *count > 0);
                if let (Some(line), Some(count)) = (lines.last_mut(), count) {
                    *line += &format!("{CELL}{count}");
                }
            }
            "row[]" => {
                lines.push(String::new());
                is_first_cell = true;
            }
            "cell[]" => {
                let Some(line) = lines.last_mut() else {
                    continue;
                };
                if !is_first_cell {
                    line.push(CELL);
                }
                is_first_cell = false;
                *line += &clean(value)
                    .lines()
                    .map(str::trim)
                    .collect::<Vec<_>>()
                    .join(" ");
            }
            _ => {}
        }
    }
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// Returns the line of a new item or row.
pub(super) fn empty_line(screen: &Screen) -> String {
    match screen.text().shape {
        Shape::Text | Shape::Items => String::new(),
        Shape::Rows => CELL.to_string().repeat(columns(screen).len().max(1) - 1),
    }
}

/// Returns the id of the first field of an item or row, counted from 0.
pub(super) fn field_id(text: &Text, index: usize) -> String {
    match text.shape {
        Shape::Text => "ours".to_owned(),
        Shape::Items => format!("item-{}", index + 1),
        Shape::Rows => format!("cell-{}-1", index + 1),
    }
}

/// Returns the headings of the columns, in plain words.
fn columns(screen: &Screen) -> Vec<String> {
    let header = screen.block().texts.iter().find(|text| {
        text.path.last().is_some_and(|part| part == "header") && text.shape == Shape::Items
    });
    let Some(header) = header else {
        return Vec::new();
    };
    let draft = screen.draft_of(header);
    let words = match (draft.mode, &header.library) {
        (Mode::Library, Some(library)) => {
            super::drafts::shown(library, false, &screen.saved.vocabulary)
        }
        _ => draft.words,
    };
    let columns = words.text.lines();
    columns.map(|column| column.replace("**", "")).collect()
}

/// Writes the fields of a list or table, and its buttons.
pub(super) fn list(screen: &Screen, draft: &Draft) -> String {
    let text = screen.text();
    let form = Form {
        columns: columns(screen),
        language: escaped(&screen.choices.language),
        is_read_only: screen.desk.read_only,
        // A column heading that goes or moves would leave its cells behind.
        is_fixed: text.path.last().is_some_and(|part| part == "header"),
    };
    let entry = |number: usize, line: &str, last: usize| match text.shape {
        Shape::Rows => form.row(number, line, last),
        Shape::Text | Shape::Items => form.item(number, line, last),
    };
    let lines: Vec<&str> = draft.words.text.split('\n').collect();
    let entries: String = lines
        .iter()
        .enumerate()
        .map(|(index, line)| entry(index + 1, line, lines.len()))
        .collect();
    let (add, template) = match form.is_read_only || form.is_fixed {
        true => (String::new(), String::new()),
        false => (
            format!(
                "<button class=\"btn plain slim\" type=\"submit\" name=\"do\" value=\"add\" id=\"add\">{} Add{}</button>",
                icon("plus"),
                match text.shape {
                    Shape::Rows => " a row",
                    Shape::Text | Shape::Items => " an item",
                }
            ),
            format!(
                "<template id=\"entry\">{}</template>",
                entry(0, &empty_line(screen), 0)
            ),
        ),
    };
    let what = match text.shape {
        Shape::Rows => "Row",
        Shape::Text | Shape::Items => "Item",
    };
    format!(
        "<ol class=\"entries\" id=\"entries\" data-what=\"{what}\">{entries}</ol>{add}{template}"
    )
}

/// Returns what a list is called, in each mode.
pub(super) fn names(shape: Shape) -> [&'static str; 2] {
    match shape {
        Shape::Text => ["Our text", "Our text, added after it"],
        Shape::Items => ["Our list", "Our items, added after it"],
        Shape::Rows => ["Our table", "Our rows, added after it"],
    }
}

/// What all fields of a list share.
struct Form {
    columns: Vec<String>,
    language: String,
    is_read_only: bool,
    is_fixed: bool,
}

impl Form {
    /// Writes an item. `number` counts from 1.
    fn item(&self, number: usize, line: &str, last: usize) -> String {
        let (words, lines) = match line.split_once(CELL) {
            Some((words, lines)) => (words, Some(lines)),
            None => (line, None),
        };
        let lines = lines.map_or(String::new(), |lines| {
            format!(
                "<p class=\"writing small\"><label for=\"lines-{number}\">Lines to write on</label><input type=\"number\" \
                 id=\"lines-{number}\" name=\"lines[]\" min=\"0\" max=\"20\" value=\"{}\"{}></p>",
                escaped(lines),
                self.read_only()
            )
        });
        format!(
            "<li><div class=\"entryhead\"><label for=\"item-{number}\">Item <span class=\"n\">{number}</span></label>{}</div>\
             {}{lines}</li>",
            self.buttons("item", number, last),
            self.field("item", &format!("item-{number}"), words, ITEM_LETTERS)
        )
    }

    /// Writes a row, with a field for each of its cells.
    fn row(&self, number: usize, line: &str, last: usize) -> String {
        let cells: String = line
            .split(CELL)
            .enumerate()
            .map(|(index, words)| {
                let column = index + 1;
                let id = format!("cell-{number}-{column}");
                let label = match self.columns.get(index) {
                    Some(heading) => escaped(heading),
                    None => format!("Column {column}"),
                };
                format!(
                    "<p class=\"cell\"><label for=\"{id}\">{label}</label>{}</p>",
                    self.field("cell", &id, words, CELL_LETTERS)
                )
            })
            .collect();
        format!(
            "<li><div role=\"group\" aria-labelledby=\"row-{number}\"><div class=\"entryhead\"><b id=\"row-{number}\">Row \
             <span class=\"n\">{number}</span></b>{}</div><input type=\"hidden\" name=\"row[]\" value=\"\">{cells}</div></li>",
            self.buttons("row", number, last)
        )
    }

    /// Writes a field. `width` is the number of letters in a line of it.
    fn field(&self, name: &str, id: &str, words: &str, width: usize) -> String {
        let rows = words.chars().count().div_ceil(width).max(1);
        format!(
            "<textarea id=\"{id}\" name=\"{name}[]\" rows=\"{rows}\" spellcheck=\"true\" lang=\"{}\"{}>\n{}</textarea>",
            self.language,
            self.read_only(),
            escaped(words)
        )
    }

    fn read_only(&self) -> &'static str {
        match self.is_read_only {
            true => " readonly",
            false => "",
        }
    }

    /// Writes the buttons of an item or row. One that can do nothing stays, so that it keeps the focus.
    fn buttons(&self, what: &str, number: usize, last: usize) -> String {
        if self.is_read_only || self.is_fixed {
            return String::new();
        }
        let off = |is_off: bool| match is_off {
            true => " aria-disabled=\"true\"",
            false => "",
        };
        let arrow = |action: &str, label: &str, is_off: bool| {
            format!(
                "<button class=\"btn plain sq\" type=\"submit\" name=\"do\" value=\"{action}:{number}\" aria-label=\"{label}: \
                 {what} {number}\"{}>{}</button>",
                off(is_off),
                icon(action)
            )
        };
        format!(
            "<span class=\"moves\">{}{}<button class=\"btn plain slim\" type=\"submit\" name=\"do\" value=\"remove:{number}\" \
             aria-label=\"Remove: {what} {number}\">Remove</button></span>",
            arrow("up", "Up", number == 1),
            arrow("down", "Down", number == last),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        pairs.iter().map(owned).collect()
    }

    #[test]
    fn fields_become_lines() {
        let items = fields(&[
            ("item[]", "One\r\nTwo"),
            ("item[]", ""),
            ("item[]", "Mine"),
            ("lines[]", "3"),
        ]);
        assert_eq!(typed(&items).unwrap(), "One\nTwo\n\nMine\u{1f}3");
        let rows = fields(&[
            ("cell[]", "lost"),
            ("row[]", ""),
            ("cell[]", "a\u{1f} | b"),
            ("cell[]", ""),
            ("row[]", ""),
            ("cell[]", "c\r\nd"),
            ("cell[]", "e"),
        ]);
        assert_eq!(typed(&rows).unwrap(), "a | b\u{1f}\nc d\u{1f}e");
        assert_eq!(typed(&fields(&[])), None);
    }

    #[test]
    fn items_move_and_go() {
        let arranged = |name: &str, text: &str| Arrange::named(name).unwrap().arranged(text, "-");
        assert_eq!(arranged("up:2", "a\nb\nc"), ("b\na\nc".to_owned(), 0));
        assert_eq!(arranged("down:2", "a\nb\nc"), ("a\nc\nb".to_owned(), 2));
        assert_eq!(arranged("remove:3", "a\nb\nc"), ("a\nb".to_owned(), 1));
        assert_eq!(arranged("remove:1", "a"), ("-".to_owned(), 0));
        assert_eq!(arranged("add", "a"), ("a\n-".to_owned(), 1));
        for name in ["up:1", "down:3", "up:9", "remove:9"] {
            assert_eq!(arranged(name, "a\nb\nc").0, "a\nb\nc", "{name}");
        }
        for name in ["up", "up:0", "up:x", "drop:1", "save"] {
            assert_eq!(Arrange::named(name), None, "{name}");
        }
    }
}
