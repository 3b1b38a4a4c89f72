//! Decisions of a person about a list: columns, values and rows. A job file for the command line needs none.
//!
//! A list has headings of its own. Each of its columns gets a role: the one that a person chose, else the one that
//! its heading is known for, else none. Values of a list may be titles and names of languages, which become ids and
//! tags. Decisions hold for a run: the list itself stays as it is.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::job_file::{Fields, RESERVED, nest};
use crate::resolve::{ADDRESS_LINES, address_lines};

/// The meaning of a column of a list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ColumnRole {
    /// A column that the program reads itself, such as `handout`.
    Reserved(&'static str),
    /// Reader data under a dotted name.
    Data(String),
    /// The column is not read at all.
    Ignored,
}

/// Decisions about a list.
#[derive(Clone, Debug, Default)]
pub struct ListPlan {
    /// Roles of known headings, by [`folded`] heading.
    pub headings: BTreeMap<String, ColumnRole>,
    /// [`folded`] headings of parts of an address, such as a postcode. In the order of their columns, they are its
    /// lines.
    pub address_parts: BTreeSet<String>,
    /// Roles that a person chose, by the index of the column.
    pub chosen: BTreeMap<usize, ColumnRole>,
    /// Roles of the names in JSON Lines, which have no columns in order.
    pub names: BTreeMap<String, ColumnRole>,
    /// Ids of all handouts. A cell that is an id as it is names that handout, whatever the titles are.
    pub ids: BTreeSet<String>,
    /// Values that replace words of a list, by reserved column and [`folded`] words.
    pub words: BTreeMap<(&'static str, String), String>,
    /// Handouts of rows that name none.
    pub handout: Option<String>,
    /// Copies of rows that name no number.
    pub copies: Option<u32>,
    /// Handouts that replace the value of a row.
    pub handouts: BTreeMap<u32, String>,
    /// Rows that are left out.
    pub left_out: BTreeSet<u32>,
}

impl ListPlan {
    /// Returns the roles of columns in their order.
    ///
    /// A role that two columns would have goes to the one that a person chose, else to the first one. The other
    /// is ignored. So is a name that does not nest with another, such as `visit` beside `visit.date`.
    ///
    /// Parts of an address get the lines that no other column has. A column with the whole address beside them is one
    /// of them.
    pub(super) fn roles(&self, headings: &[&str]) -> Vec<ColumnRole> {
        let mut roles = vec![ColumnRole::Ignored; headings.len()];
        let mut taken = BTreeSet::new();
        let mut shape = Map::new();
        let mut is_free = |role: &ColumnRole| match role {
            ColumnRole::Ignored => false,
            ColumnRole::Reserved(_) => taken.insert(role.clone()),
            ColumnRole::Data(name) => {
                taken.insert(role.clone()) && nest(&mut shape, name, Value::Null).is_ok()
            }
        };
        for (index, role) in &self.chosen {
            if *index < roles.len() && is_free(role) {
                roles[*index] = role.clone();
            }
        }
        let open = headings.iter().map(|heading| folded(heading)).enumerate();
        let open: Vec<(usize, String)> = open
            .filter(|(index, _)| !self.chosen.contains_key(index))
            .collect();
        let whole = ColumnRole::Data(ADDRESS_LINES.to_owned());
        let is_part = |heading: &String| {
            self.address_parts.contains(heading) && !self.headings.contains_key(heading)
        };
        let has_parts = open.iter().any(|(_, heading)| is_part(heading));
        let mut parts = Vec::new();
        for (index, heading) in open {
            match self.headings.get(&heading) {
                Some(role) if has_parts && *role == whole => parts.push(index),
                Some(role) if is_free(role) => roles[index] = role.clone(),
                None if is_part(&heading) => parts.push(index),
                _ => {}
            }
        }
        // A row has its address in one column or in several.
        if self.chosen.values().all(|role| *role != whole) {
            let mut lines = address_lines().map(ColumnRole::Data);
            for index in parts {
                if let Some(line) = lines.find(&mut is_free) {
                    roles[index] = line;
                }
            }
        }
        roles
    }

    /// Gives the names of JSON Lines their roles, as if they were headings in this order.
    pub fn with_names(mut self, names: &[String]) -> ListPlan {
        let headings: Vec<&str> = names.iter().map(String::as_str).collect();
        let roles = self.roles(&headings);
        self.names = names.iter().cloned().zip(roles).collect();
        self
    }

    /// Returns whether any of some headings is known, and whether one of them is the handout's.
    pub(super) fn knows<'h>(&self, headings: impl Iterator<Item = &'h str>) -> (bool, bool) {
        let roles: Vec<&ColumnRole> = headings
            .filter_map(|heading| self.headings.get(&folded(heading)))
            .collect();
        let has_handout = roles.contains(&&ColumnRole::Reserved(RESERVED[0]));
        (!roles.is_empty(), has_handout)
    }

    /// Returns the name that a role has in a job file; `None` if it has none.
    pub(super) fn name_of(role: &ColumnRole) -> Option<&str> {
        match role {
            ColumnRole::Reserved(name) => Some(name),
            ColumnRole::Data(name) => Some(name),
            ColumnRole::Ignored => None,
        }
    }

    /// Returns the name that a name of JSON Lines has in a job file; `None` if it is not read.
    pub(super) fn name_for(&self, name: &str) -> Option<&str> {
        self.names.get(name).and_then(ListPlan::name_of)
    }

    /// Puts the decisions about a row into its fields.
    pub(super) fn apply(&self, row: u32, fields: &mut Fields) {
        for (name, value) in RESERVED.into_iter().zip(&mut fields.reserved) {
            if let Value::String(text) = value {
                *text = self.meant(name, text);
            }
            let default = match name {
                "handout" => self.handout.clone().map(Value::String),
                "copies" => self.copies.map(Value::from),
                _ => None,
            };
            if let (Value::Null, Some(default)) = (&*value, default) {
                *value = default;
            }
        }
        if let Some(handout) = self.handouts.get(&row) {
            fields.reserved[0] = Value::String(handout.clone());
        }
    }

    /// Returns the value that replaces the words of a cell. A `;` separates several handouts.
    fn meant(&self, column: &'static str, text: &str) -> String {
        let is_handout = column == RESERVED[0];
        let meant = |text: &str| {
            let id = self.ids.get(text.trim()).filter(|_| is_handout);
            id.or_else(|| self.words.get(&(column, folded(text))))
        };
        match meant(text) {
            Some(value) => value.clone(),
            None if is_handout && text.contains(';') => {
                let parts = text.split(';').map(str::trim);
                let parts: Vec<&str> = parts
                    .map(|part| meant(part).map_or(part, String::as_str))
                    .collect();
                parts.join(";")
            }
            None => text.to_owned(),
        }
    }
}

/// Returns the letters and digits of a text in small letters, to compare headings and titles.
pub(crate) fn folded(text: &str) -> String {
    let letters = text.chars().filter(|character| character.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(name: &str) -> ColumnRole {
        ColumnRole::Data(name.to_owned())
    }

    #[test]
    fn two_columns_never_have_the_same_role() {
        let mut plan = ListPlan::default();
        for (heading, role) in [
            ("leaflet", ColumnRole::Reserved("handout")),
            ("firstname", data("patient.first_name")),
            ("name", data("patient.first_name")),
            ("visit", data("visit")),
            ("date", data("visit.date")),
        ] {
            plan.headings.insert(heading.to_owned(), role);
        }
        let headings = ["LEAFLET", "First-Name", "Name", "Visit", "Date", "NHS no."];
        let ignored = ColumnRole::Ignored;
        let known = [
            ColumnRole::Reserved("handout"),
            data("patient.first_name"),
            ignored.clone(),
            data("visit"),
            ignored.clone(),
            ignored.clone(),
        ];
        assert_eq!(plan.roles(&headings), known);

        plan.chosen.insert(2, data("patient.first_name"));
        plan.chosen.insert(4, data("visit.date"));
        plan.chosen.insert(0, ColumnRole::Ignored);
        plan.chosen.insert(99, data("visit.time"));
        let chosen = [
            ignored.clone(),
            ignored.clone(),
            data("patient.first_name"),
            ignored.clone(),
            data("visit.date"),
            ignored,
        ];
        assert_eq!(plan.roles(&headings), chosen);
    }

    #[test]
    fn parts_of_an_address_are_its_free_lines() {
        let mut plan = ListPlan::default();
        for name in ["address.lines", "address.line2"] {
            plan.headings.insert(folded(name), data(name));
        }
        plan.headings
            .insert("address".to_owned(), data("address.lines"));
        let parts = ["street", "town", "postcode"];
        plan.address_parts = parts.map(str::to_owned).into();
        let line = |number: u32| data(&format!("address.line{number}"));
        let ignored = ColumnRole::Ignored;
        assert_eq!(
            plan.roles(&["Town", "Post code", "Street"]),
            [line(1), line(2), line(3)]
        );
        assert_eq!(
            plan.roles(&["Street", "Address line 2", "Town", "Age", "Post code"]),
            [line(1), line(2), line(3), ignored.clone(), line(4)]
        );
        assert_eq!(plan.roles(&["Address", "Postcode"]), [line(1), line(2)]);
        assert_eq!(plan.roles(&["Address"]), [data("address.lines")]);
        plan.chosen.insert(0, data("address.lines"));
        assert_eq!(
            plan.roles(&["Address", "Postcode"]),
            [data("address.lines"), ignored]
        );
    }

    #[test]
    fn decisions_about_rows_replace_their_values() {
        let mut plan = ListPlan {
            handout: Some("pacing".to_owned()),
            copies: Some(2),
            ..ListPlan::default()
        };
        plan.handouts.insert(3, "sleep".to_owned());
        let words = ("handout", folded("Sleep better!"));
        plan.words.insert(words, "sleep".to_owned());
        let applied = |row, handout: Value| {
            let mut fields = Fields::default();
            fields.reserved[0] = handout;
            plan.apply(row, &mut fields);
            fields.reserved
        };
        assert_eq!(applied(1, "sleep BETTER".into())[0], "sleep");
        assert_eq!(applied(1, "Sleep better; fog".into())[0], "sleep;fog");
        assert_eq!(applied(2, Value::Null)[0], "pacing");
        assert_eq!(applied(2, Value::Null)[6], 2);
        assert_eq!(applied(3, "slep".into())[0], "sleep");
        // The title of one leaflet may read like the id of another.
        let words = ("handout", folded("Brain-fog"));
        plan.words.insert(words, "fog-2".to_owned());
        plan.ids.insert("brain-fog".to_owned());
        let applied = |handout: &str| plan.meant("handout", handout);
        assert_eq!(applied("brain-fog"), "brain-fog");
        assert_eq!(applied("sleep better; brain-fog"), "sleep;brain-fog");
        assert_eq!(applied("Brain fog"), "fog-2");
    }
}
