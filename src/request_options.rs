//! Options of a leaflet and their names in YAML, job files and flags.
//!
//! The first source that sets an option wins: the row of a job file, the command line, the clinic's
//! `defaults`, the built-in default.

use crate::library::Clinic;
use crate::resolve::ReferenceMode;
use crate::theme::{Edition, Paper};

/// Options of a leaflet. `None` leaves the choice to the next source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RequestOptions {
    /// BCP 47 tag.
    pub language: Option<String>,
    pub paper: Option<Paper>,
    pub edition: Option<Edition>,
    pub references: Option<ReferenceMode>,
}

impl RequestOptions {
    /// Reads the `defaults` of a clinic.
    pub fn of_clinic(clinic: &Clinic) -> RequestOptions {
        let value = |key: &str| clinic.defaults.get(key).map(String::as_str);
        RequestOptions {
            language: value("language").map(str::to_owned),
            paper: value("paper").and_then(Paper::from_name),
            edition: value("edition").and_then(Edition::from_name),
            references: value("references").and_then(ReferenceMode::from_name),
        }
    }

    /// Takes missing options from `fallback`.
    pub fn or(self, fallback: RequestOptions) -> RequestOptions {
        RequestOptions {
            language: self.language.or(fallback.language),
            paper: self.paper.or(fallback.paper),
            edition: self.edition.or(fallback.edition),
            references: self.references.or(fallback.references),
        }
    }
}

/// An option with a fixed set of named values.
pub(crate) trait NamedValue: Copy + PartialEq + 'static {
    const NAMES: &'static [(&'static str, Self)];

    /// Returns the value with this name.
    fn from_name(name: &str) -> Option<Self> {
        Self::NAMES
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| *value)
    }

    /// Returns the name of the value.
    fn name(self) -> &'static str {
        Self::NAMES
            .iter()
            .find(|(_, value)| *value == self)
            .map_or("", |(name, _)| name)
    }
}

impl NamedValue for Paper {
    const NAMES: &'static [(&'static str, Paper)] = &[
        ("a4", Paper::A4),
        ("letter", Paper::Letter),
        ("a5", Paper::A5),
    ];
}

impl NamedValue for Edition {
    const NAMES: &'static [(&'static str, Edition)] = &[("standard", Edition::Standard)];
}

impl NamedValue for ReferenceMode {
    const NAMES: &'static [(&'static str, ReferenceMode)] = &[
        ("full", ReferenceMode::Full),
        ("short", ReferenceMode::Short),
        ("qr", ReferenceMode::Qr),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::DEFAULTS;

    fn names<T: NamedValue>() -> Vec<&'static str> {
        T::NAMES.iter().map(|(name, _)| *name).collect()
    }

    #[test]
    fn clinics_may_set_every_value_of_an_option() {
        for (option, _, values) in DEFAULTS {
            let known = match option {
                "paper" => names::<Paper>(),
                "edition" => names::<Edition>(),
                "references" => names::<ReferenceMode>(),
                _ => continue,
            };
            assert_eq!(known, values, "{option}");
        }
    }
}
