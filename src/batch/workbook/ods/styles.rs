//! Styles of cells: struck-out, raised and lowered text, and formats of dates, times and numbers.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use quick_xml::events::BytesStart;

use crate::batch::cell_fault::CellFault;
use crate::batch::workbook::attribute;

/// Most styles in a chain of inheritance. Damaged files may have cycles.
const MAX_PARENTS: usize = 16;

/// Styles by name. They come before the tables. Later styles replace earlier ones of the same name.
#[derive(Default)]
pub(super) struct Styles {
    /// Name of the style or format that is being read.
    open: String,
    /// Whether the words of a format are being read.
    is_in_text: bool,
    /// Whether the next part of a format is the total of hours, minutes or seconds, as in `26:30`.
    is_elapsed: bool,
    /// Whether text is struck out. Styles that do not say so are missing.
    struck: HashMap<String, bool>,
    /// Styles of text that is raised or lowered.
    raised: HashSet<String>,
    /// Formats of dates and times, in Excel's notation.
    codes: HashMap<String, Rc<str>>,
    /// Formats of numbers that add words or signs.
    wordy: HashSet<String>,
    /// Format of a style of cells.
    formats: HashMap<String, String>,
    /// Style from which a style inherits.
    parents: HashMap<String, String>,
}

impl Styles {
    /// Reads the start of an element.
    pub(super) fn start(&mut self, start: &BytesStart<'_>) {
        let is_long = || attribute(start, "number:style").as_deref() == Some("long");
        match start.name().as_ref() {
            "style:style" => {
                self.open(start);
                self.struck.remove(&self.open);
                self.raised.remove(&self.open);
                let format = attribute(start, "style:data-style-name");
                set(&mut self.formats, &self.open, format);
                let parent = attribute(start, "style:parent-style-name");
                set(&mut self.parents, &self.open, parent);
            }
            "number:date-style" | "number:time-style" => {
                self.open(start);
                self.codes.insert(self.open.clone(), Rc::from(""));
                let truncates = attribute(start, "number:truncate-on-overflow");
                self.is_elapsed = truncates.as_deref() == Some("false");
            }
            "number:number-style" | "number:percentage-style" | "number:currency-style" => {
                self.open(start);
                self.codes.remove(&self.open);
                self.wordy.remove(&self.open);
            }
            "number:text" => self.is_in_text = true,
            "number:currency-symbol" => {
                self.wordy.insert(self.open.clone());
            }
            "number:day" => self.push(if is_long() { "dd" } else { "d" }),
            "number:day-of-week" => self.push("ddd"),
            "number:month" => {
                let is_textual = attribute(start, "number:textual").as_deref() == Some("true");
                self.push(match (is_textual, is_long()) {
                    (true, _) => "mmm",
                    (false, true) => "mm",
                    (false, false) => "m",
                });
            }
            "number:year" => self.push("yyyy"),
            "number:era" => self.push("g"),
            "number:hours" => self.push_time(if is_long() { "hh" } else { "h" }),
            "number:minutes" => self.push_time(if is_long() { "mm" } else { "m" }),
            "number:seconds" => self.push_time(if is_long() { "ss" } else { "s" }),
            "number:am-pm" => self.push("AM/PM"),
            "style:text-properties" => {
                let names = [
                    "style:text-line-through-style",
                    "style:text-line-through-type",
                ];
                let values = names.map(|name| attribute(start, name));
                if values.iter().any(Option::is_some) {
                    let is_struck = values.iter().flatten().any(|value| value != "none");
                    self.struck.insert(self.open.clone(), is_struck);
                }
                // As in `super 58%`; text on its line is `0% 100%`.
                let position = attribute(start, "style:text-position").unwrap_or_default();
                let shift = position.split_whitespace().next().unwrap_or("0%");
                if !matches!(shift, "0%" | "0") {
                    self.raised.insert(self.open.clone());
                }
            }
            _ => {}
        }
    }

    /// Reads text between elements.
    pub(super) fn text(&mut self, text: &str) {
        if !self.is_in_text {
            return;
        }
        if self.codes.contains_key(&self.open) {
            let literal: String = text.chars().flat_map(|c| ['\\', c]).collect();
            self.push(&literal);
        } else if text.contains(|c: char| c.is_alphanumeric() || c == '%') {
            self.wordy.insert(self.open.clone());
        }
    }

    /// Reads the end of an element.
    pub(super) fn end(&mut self, name: &str) {
        if name == "number:text" {
            self.is_in_text = false;
        }
    }

    fn open(&mut self, start: &BytesStart<'_>) {
        self.open = attribute(start, "style:name").unwrap_or_default();
    }

    /// Adds a part to the format of dates or times that is being read.
    fn push(&mut self, part: &str) {
        if let Some(code) = self.codes.get_mut(&self.open) {
            *code = format!("{code}{part}").into();
        }
    }

    fn push_time(&mut self, part: &str) {
        match std::mem::take(&mut self.is_elapsed) {
            true => self.push(&format!("[{part}]")),
            false => self.push(part),
        }
    }

    /// Returns the fault of a cell with this style in a part of its text. A cell that is raised as a whole loses
    /// nothing.
    pub(super) fn fault_of_part(&self, style: &str) -> Option<CellFault> {
        match self.is_struck(style) {
            true => Some(CellFault::StruckOut),
            false => self.raised.contains(style).then_some(CellFault::Raised),
        }
    }

    pub(super) fn is_struck(&self, style: &str) -> bool {
        let mut styles = self.with_parents(style);
        let said = styles.find_map(|style| self.struck.get(style));
        said.copied().unwrap_or(false)
    }

    /// Returns the format of a style for dates or times, in Excel's notation; `None` if it is not known.
    pub(super) fn code(&self, style: &str) -> Option<&Rc<str>> {
        let code = self.codes.get(self.format(style)?)?;
        (!code.is_empty()).then_some(code)
    }

    /// Returns whether a style adds words or signs to a number.
    pub(super) fn has_words(&self, style: &str) -> bool {
        self.format(style)
            .is_some_and(|format| self.wordy.contains(format))
    }

    fn format(&self, style: &str) -> Option<&str> {
        let mut styles = self.with_parents(style);
        styles
            .find_map(|style| self.formats.get(style))
            .map(String::as_str)
    }

    /// Returns a style and those from which it inherits.
    fn with_parents<'s>(&'s self, style: &'s str) -> impl Iterator<Item = &'s str> {
        let parent = |style: &&'s str| self.parents.get(*style).map(String::as_str);
        std::iter::successors(Some(style), parent).take(MAX_PARENTS)
    }
}

fn set(map: &mut HashMap<String, String>, name: &str, value: Option<String>) {
    match value {
        Some(value) => map.insert(name.to_owned(), value),
        None => map.remove(name),
    };
}
