//! Decisions that nobody made yet: an emergency number that is not checked, and changes that are not approved.

use std::collections::BTreeSet;

use super::choices::Choices;
use super::fields::Fields;
use super::our_changes::ChangedKey;
use super::sources::Loaded;
use crate::escape::escaped;
use crate::library::TextHash;

/// Decisions that nobody made yet.
#[derive(Default)]
pub(super) struct OpenDecisions {
    /// The clinic's emergency number, if nobody checked it.
    number: Option<String>,
    unapproved: Vec<Unapproved>,
}

/// A leaflet with changes that nobody approved.
struct Unapproved {
    id: String,
    title: String,
    count: usize,
    /// Choices of the leaflet, as an address has them.
    query: String,
}

impl Loaded {
    /// Returns the decisions that nobody made yet. The example clinic has none.
    pub(super) fn open_decisions(&self) -> &OpenDecisions {
        self.open.get_or_init(|| match self.clinic.file.path {
            Some(_) => OpenDecisions {
                number: unchecked_number(self).map(str::to_owned),
                unapproved: unapproved(self),
            },
            None => OpenDecisions::default(),
        })
    }
}

impl OpenDecisions {
    pub(super) fn count(&self) -> usize {
        usize::from(self.number.is_some()) + self.unapproved.len()
    }

    /// Writes the region; nothing if all is checked and approved.
    pub(super) fn html(&self) -> String {
        let number = self.number.as_ref().map_or(String::new(), |number| {
            format!(
                "<li><div><p>Nobody has checked the <strong>emergency number {}</strong>.</p></div>\
                 <a class=\"btn slim\" href=\"/clinic#check\">Check it<span class=\"vh\">: the emergency number</span></a></li>",
                escaped(number)
            )
        });
        let changes: String = self.unapproved.iter().map(Unapproved::html).collect();
        if number.is_empty() && changes.is_empty() {
            return String::new();
        }
        format!(
            "<section class=\"part\" aria-labelledby=\"open\"><header><h2 id=\"open\">Not checked or approved</h2>\
             <p>A colleague looks at these, and signs with a name.</p></header><ul class=\"jobs\">{number}{changes}</ul></section>"
        )
    }
}

impl Unapproved {
    fn html(&self) -> String {
        let Unapproved {
            id,
            title,
            count,
            query,
        } = self;
        let (id, title) = (escaped(id), escaped(title));
        let changes = match count {
            1 => "1 change is".to_owned(),
            _ => format!("{count} changes are"),
        };
        format!(
            "<li><div><p><strong>{title}</strong>: {changes} not approved.</p></div><a class=\"btn slim\" \
             href=\"/leaflets/{id}/changes?{query}\">Read<span class=\"vh\"> our changes in {title}</span></a></li>"
        )
    }
}

/// Returns the clinic's emergency number, if nobody checked it.
fn unchecked_number(loaded: &Loaded) -> Option<&str> {
    let number = loaded.clinic.facts.emergency_number.as_deref()?;
    let checked = &loaded.clinic.lock.decisions.checked.emergency_number;
    let is_checked = checked.as_ref().is_some_and(|check| check.value == number);
    (!is_checked).then_some(number)
}

/// Returns the leaflets with changes that nobody approved. A change that several leaflets share is counted in the
/// first.
fn unapproved(loaded: &Loaded) -> Vec<Unapproved> {
    let mut seen: BTreeSet<(String, String)> = BTreeSet::new();
    let mut found = Vec::new();
    for id in loaded.ids() {
        let Some(Ok(handout)) = loaded.handout(&id) else {
            continue;
        };
        // Most leaflets have no words of the clinic, and need no comparison.
        if loaded.clinic.own_words(&handout.definition) == TextHash::of("") {
            continue;
        }
        let choices = Choices::new(loaded, &handout, &Fields::new());
        let Some(ours) = loaded.our_changes(&handout, &choices) else {
            continue;
        };
        let Ok(ours) = ours.as_ref() else {
            continue;
        };
        let mut is_new = |key: &ChangedKey| {
            key.approval.is_none() && seen.insert((key.language.clone(), key.key.clone()))
        };
        // Each key of a change is looked at, so that the next leaflet does not count it again.
        let changes = ours
            .changes
            .iter()
            .map(|change| change.keys.iter().filter(|key| is_new(key)).count());
        let count = changes.filter(|new| *new > 0).count();
        if count > 0 {
            found.push(Unapproved {
                title: loaded.title(&handout, &choices).0,
                query: choices.query(),
                id,
                count,
            });
        }
    }
    found
}
