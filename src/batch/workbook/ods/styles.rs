//! Styles of cells in `content.xml`: struck-out, raised and lowered text, and parts of dates.

use std::collections::{HashMap, HashSet};

use quick_xml::events::BytesStart;

use crate::batch::cell_fault::CellFault;
use crate::batch::workbook::attribute;
use crate::batch::workbook::cell::part_of_date;

/// Styles by name. They come before the tables.
#[derive(Default)]
pub(super) struct Styles {
    /// Name of the style that is being read.
    open: String,
    struck: HashSet<String>,
    /// Styles of text that is raised or lowered.
    raised: HashSet<String>,
    /// Whether a format of dates shows the day, and the year.
    dates: HashMap<String, (bool, bool)>,
    /// Format of dates of a style of cells.
    formats: HashMap<String, String>,
}

impl Styles {
    /// Reads the start of an element.
    pub(super) fn start(&mut self, start: &BytesStart<'_>) {
        match start.name().as_ref() {
            "style:style" => {
                self.open = attribute(start, "style:name").unwrap_or_default();
                if let Some(format) = attribute(start, "style:data-style-name") {
                    self.formats.insert(self.open.clone(), format);
                }
            }
            "number:date-style" => {
                self.open = attribute(start, "style:name").unwrap_or_default();
                self.dates.insert(self.open.clone(), (false, false));
            }
            "number:day" => self.date().0 = true,
            "number:year" => self.date().1 = true,
            "style:text-properties" => {
                let value = |name| attribute(start, name).is_some_and(|value| value != "none");
                if value("style:text-line-through-style") || value("style:text-line-through-type") {
                    self.struck.insert(self.open.clone());
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

    fn date(&mut self) -> &mut (bool, bool) {
        self.dates.entry(self.open.clone()).or_default()
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
        self.struck.contains(style)
    }

    /// Returns the fault of a date in this style.
    pub(super) fn date_fault(&self, style: &str) -> Option<CellFault> {
        let (has_day, has_year) = *self.dates.get(self.formats.get(style)?)?;
        part_of_date(has_day, has_year)
    }
}
