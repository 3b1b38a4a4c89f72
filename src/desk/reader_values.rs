//! What was typed about one reader, for several leaflets.

use std::collections::BTreeMap;

use super::fields::Fields;

/// Values by the names of their fields in a form. None is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ReaderValues(BTreeMap<String, String>);

impl ReaderValues {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a value, in place of another of the same name.
    pub(super) fn insert(&mut self, name: &str, value: String) {
        self.0.insert(name.to_owned(), value);
    }

    /// Whether two readers have different values of the same name.
    pub(super) fn contradict(&self, other: &ReaderValues) -> bool {
        let mut values = self.0.iter();
        values.any(|(name, value)| other.0.get(name).is_some_and(|other| other != value))
    }

    /// Returns the values that another reader lacks.
    pub(super) fn without(&self, other: &ReaderValues) -> ReaderValues {
        let values = self
            .0
            .iter()
            .filter(|(name, _)| !other.0.contains_key(*name));
        ReaderValues(
            values
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
        )
    }

    /// Returns the values of both.
    pub(super) fn and(&self, other: &ReaderValues) -> ReaderValues {
        let mut all = other.0.clone();
        all.extend(self.0.clone());
        ReaderValues(all)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Returns the fields of a form, with these values in place of empty ones.
    pub(super) fn fill(&self, fields: &Fields) -> Fields {
        let is_ours = |name: &String| self.0.contains_key(name);
        let others = fields.iter().filter(|(name, _)| !is_ours(name)).cloned();
        let ours = self
            .0
            .iter()
            .map(|(name, value)| (name.clone(), value.clone()));
        others.chain(ours).collect()
    }
}
