//! Decisions that nobody made yet: an emergency number that is not checked, and changes that are not approved.

use std::collections::BTreeMap;

use super::choices::Choices;
use super::fields::Fields;
use super::our_changes::ChangedKey;
use super::sources::Loaded;
use crate::escape::escaped;
use crate::finding::joined;
use crate::library::TextHash;

/// Start of the keys of texts that leaflets share.
const SHARED_KEY: &str = "shared.";
/// The most leaflets with a shared change that are named.
const MAX_NAMED: usize = 3;

/// Decisions that nobody made yet.
#[derive(Default)]
pub(super) struct OpenDecisions {
    /// The clinic's emergency number, if nobody checked it.
    number: Option<String>,
    unapproved: Vec<Unapproved>,
}

/// Changes that nobody approved, in a leaflet or in several.
struct Unapproved {
    /// Id of the leaflet in which they are read.
    id: String,
    /// Its title, or what the leaflets are called.
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

/// Returns the changes that nobody approved: those of single leaflets, then those that leaflets share.
fn unapproved(loaded: &Loaded) -> Vec<Unapproved> {
    let mut leaflets: Vec<Unapproved> = Vec::new();
    // Leaflets that show a shared change, as indices, by its language and key.
    let mut shared: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
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
        let index = leaflets.len();
        let mut count = 0;
        for change in &ours.changes {
            let open = change.keys.iter().filter(|key| key.approval.is_none());
            let (of_all, own): (Vec<&ChangedKey>, Vec<&ChangedKey>) =
                open.partition(|key| key.key.starts_with(SHARED_KEY));
            count += usize::from(!own.is_empty());
            if let Some(key) = of_all.first() {
                let users = shared.entry((key.language.clone(), key.key.clone()));
                users.or_default().push(index);
            }
        }
        leaflets.push(Unapproved {
            title: loaded.title(&handout, &choices).0,
            query: choices.query(),
            id,
            count,
        });
    }
    let mut groups: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
    for users in shared.into_values() {
        match users[..] {
            [only] => leaflets[only].count += 1,
            _ => *groups.entry(users).or_default() += 1,
        }
    }
    let shared: Vec<Unapproved> = groups
        .into_iter()
        .map(|(users, count)| shared_by(loaded, &leaflets, &users, count))
        .collect();
    leaflets.retain(|leaflet| leaflet.count > 0);
    leaflets.extend(shared);
    leaflets
}

/// Returns changes that several leaflets share. They are read in the first of these.
fn shared_by(
    loaded: &Loaded,
    leaflets: &[Unapproved],
    users: &[usize],
    count: usize,
) -> Unapproved {
    let users: Vec<&Unapproved> = users.iter().map(|index| &leaflets[*index]).collect();
    let named = users
        .iter()
        .take(MAX_NAMED)
        .map(|user| format!("“{}”", user.title));
    let mut named: Vec<String> = named.collect();
    match users.len().saturating_sub(MAX_NAMED) {
        0 => {}
        1 => named.push("1 other leaflet".to_owned()),
        more => named.push(format!("{more} other leaflets")),
    }
    Unapproved {
        id: users
            .first()
            .map_or_else(String::new, |user| user.id.clone()),
        query: users
            .first()
            .map_or_else(String::new, |user| user.query.clone()),
        title: match users.len() == loaded.ids().len() {
            true => "All leaflets".to_owned(),
            false => joined(&named, "and"),
        },
        count,
    }
}
