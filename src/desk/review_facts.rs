//! What needs a look: leaflets that are due for review, library texts that changed, sources that were updated.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;

use super::choices::Choices;
use super::fields::Fields;
use super::sources::Loaded;
use crate::customize::merge::{MergeResult, merge};
use crate::customize::{Override, OverrideState, audit_overrides};
use crate::document::plain_text;
use crate::library::{Handout, LockEntry, TextHash, TextValue, Wording};
use crate::resolve::Resolved;

/// Everything that needs a look.
pub(super) struct ReviewFacts {
    /// Overdue leaflets first.
    pub(super) due: Vec<Due>,
    pub(super) texts: Vec<ChangedText>,
    pub(super) sources: Vec<UpdatedSource>,
}

/// A leaflet that is due for review.
pub(super) struct Due {
    pub(super) id: String,
    pub(super) version: String,
    pub(super) review_by: Date,
    pub(super) why: WhyDue,
}

/// Why a leaflet is due for review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum WhyDue {
    Overdue,
    Soon,
    /// The record of the clinic's review does not say which of the clinic's own words were read.
    UnclearWords {
        by: String,
        on: Date,
    },
}

/// A text of the clinic whose library text changed or went.
pub(super) struct ChangedText {
    pub(super) found: Override,
    /// The library's text when the clinic wrote its own.
    pub(super) was: Option<Wording>,
    /// Both changes together. `None` if they touch the same words.
    pub(super) both: Option<Wording>,
    /// Ids of the leaflets that show it.
    pub(super) leaflets: Vec<String>,
}

/// A source whose entry is not as somebody saw it.
pub(super) struct UpdatedSource {
    pub(super) key: String,
    pub(super) hash: TextHash,
    /// The entry as it is printed.
    pub(super) entry: String,
    /// Ids of the leaflets that cite it, and the first block there that does.
    pub(super) cited: Vec<(String, String)>,
}

impl ReviewFacts {
    /// Returns the number of leaflets, texts and sources.
    pub(super) fn count(&self) -> usize {
        self.due.len() + self.texts.len() + self.sources.len()
    }

    /// Returns the leaflets that show a changed text.
    pub(super) fn with_changed_texts(&self) -> BTreeSet<&str> {
        self.texts
            .iter()
            .flat_map(|text| &text.leaflets)
            .map(String::as_str)
            .collect()
    }

    /// Returns the leaflets that cite an updated source.
    pub(super) fn with_updated_sources(&self) -> BTreeSet<&str> {
        let cited = self.sources.iter().flat_map(|source| &source.cited);
        cited.map(|(id, _)| id.as_str()).collect()
    }
}

impl Loaded {
    /// Returns what needs a look.
    pub(super) fn review(&self) -> &ReviewFacts {
        self.review.get_or_init(|| ReviewFacts {
            due: due(self),
            texts: changed_texts(self),
            sources: updated_sources(self),
        })
    }

    /// Counts everything that the screen Review lists, without leaflets that are yet to be tried.
    pub(super) fn to_look_at(&self) -> usize {
        self.review().count() + self.refused().len() + self.open_decisions().count()
    }

    /// Returns title and subtitle of a leaflet: as authored, if it has faults.
    pub(super) fn title(&self, handout: &Handout, choices: &Choices) -> (String, String) {
        if let Ok(resolved) = self.document(handout, choices) {
            let document = &resolved.document;
            let subtitle = document.subtitle.as_deref().unwrap_or_default();
            return (plain_text(&document.title), plain_text(subtitle));
        }
        let text = handout.text(&choices.language).ok().flatten();
        let authored = |key: &str| {
            let text = text.as_ref().and_then(|text| text.get(key));
            let text = text.and_then(TextValue::text).map(str::trim);
            text.unwrap_or_default().to_owned()
        };
        (authored("title"), authored("subtitle"))
    }

    /// Returns the keys of the sources that a leaflet cites, in all its languages.
    pub(super) fn cited(&self, handout: &Handout) -> BTreeSet<String> {
        let mut keys = BTreeSet::new();
        for language in handout.languages() {
            let fields = vec![("language".to_owned(), language)];
            let choices = Choices::new(self, handout, &fields);
            if let Ok(resolved) = self.document(handout, &choices) {
                keys.extend(
                    resolved
                        .document
                        .references()
                        .map(|entry| entry.key.clone()),
                );
            }
        }
        keys
    }

    /// Returns whether a leaflet has a block, or a text that all leaflets have.
    pub(super) fn shows(&self, handout: &Handout, block: &str) -> bool {
        let definition = &handout.definition;
        let inserted = self.clinic.sections.get(&definition.id);
        let mut inserted = inserted.into_iter().flat_map(|changes| &changes.insert);
        crate::library::LEAFLET_TEXTS.contains(&block)
            || definition.entries.iter().any(|entry| entry.key == block)
            || inserted.any(|(entry, _)| entry.key == block)
    }

    /// Returns all handouts that can be read.
    fn handouts(&self) -> Vec<Handout> {
        let ids = self.ids();
        ids.iter().filter_map(|id| self.handout(id)?.ok()).collect()
    }
}

/// Returns the first day on which a review is due soon.
pub(super) fn is_due_soon(loaded: &Loaded, review_by: Date) -> bool {
    let days = (review_by - loaded.date).get_days();
    i64::from(days) <= i64::from(loaded.library.manifest().review.due_soon.0)
}

fn due(loaded: &Loaded) -> Vec<Due> {
    let due = loaded.handouts().into_iter().filter_map(|handout| {
        let definition = handout.definition;
        let review_by = loaded.clinic.review_dates(&definition).review_by;
        let unclear = loaded.clinic.unclear_review(&definition);
        let unclear = unclear.map(|review| WhyDue::UnclearWords {
            by: review.by.as_str().to_owned(),
            on: review.on,
        });
        let why = match is_due_soon(loaded, review_by) {
            true if review_by < loaded.date => Some(WhyDue::Overdue),
            true => Some(WhyDue::Soon),
            false => None,
        };
        Some(Due {
            why: why.or(unclear)?,
            id: definition.id,
            version: definition.version,
            review_by,
        })
    });
    let mut due: Vec<Due> = due.collect();
    due.sort_by_key(|due| due.review_by);
    due
}

fn changed_texts(loaded: &Loaded) -> Vec<ChangedText> {
    let (library, clinic) = (&loaded.library, &loaded.clinic);
    let audit = audit_overrides(library, clinic, &|_| true);
    let texts = audit.overrides.into_iter().filter_map(|found| {
        let entry: Option<LockEntry> = match found.state(clinic) {
            OverrideState::Changed(entry) => Some(entry.clone()),
            OverrideState::Orphaned(entry) => entry.cloned(),
            OverrideState::Own | OverrideState::Current | OverrideState::Unrecorded => return None,
        };
        let was = entry.and_then(|entry| entry.base);
        let both = match (&was, &found.base) {
            (_, Some(_)) if found.holds_base() => Some(found.own.clone()),
            (Some(was), Some(is)) => match merge(was, &found.own, is) {
                MergeResult::Merged(merged) => Some(merged),
                MergeResult::Conflicts(_) => None,
            },
            _ => None,
        };
        let leaflets = leaflets_with(loaded, &found);
        Some(ChangedText {
            found,
            was,
            both,
            leaflets,
        })
    });
    texts.collect()
}

/// Returns the ids of the leaflets that show a text.
fn leaflets_with(loaded: &Loaded, found: &Override) -> Vec<String> {
    let owner = found.key.split('.').next().unwrap_or_default();
    let block = found.path.first().map_or("", String::as_str);
    let handouts = loaded.handouts().into_iter();
    let shown = handouts.filter(|handout| match owner {
        "shared" => loaded.shows(handout, block),
        id => handout.definition.id == id,
    });
    shown.map(|handout| handout.definition.id).collect()
}

fn updated_sources(loaded: &Loaded) -> Vec<UpdatedSource> {
    let seen = &loaded.clinic.lock.decisions.seen;
    let Ok(bibliography) = loaded.library.bibliography_with(&loaded.clinic) else {
        return Vec::new();
    };
    let updated = seen.iter().filter_map(|(key, seen)| {
        let hash = bibliography.hash(key)?;
        (hash != *seen).then_some((key, hash))
    });
    let updated: Vec<(&String, TextHash)> = updated.collect();
    if updated.is_empty() {
        return Vec::new();
    }
    let leaflets: Vec<(String, Arc<Resolved>)> = loaded
        .handouts()
        .into_iter()
        .filter_map(|handout| {
            let choices = Choices::new(loaded, &handout, &Fields::new());
            let resolved = loaded.document(&handout, &choices).ok()?;
            Some((handout.definition.id, resolved))
        })
        .collect();
    let mut sources = Vec::new();
    for (key, hash) in updated {
        let (mut entry, mut cited) = (None, Vec::new());
        for (id, resolved) in &leaflets {
            let mut references = resolved.document.references();
            let Some(reference) = references.find(|reference| reference.key == *key) else {
                continue;
            };
            entry.get_or_insert_with(|| plain_text(&reference.text));
            cited.push((id.clone(), first_citing(resolved, key)));
        }
        // A source that no leaflet cites does no harm.
        if let Some(entry) = entry {
            sources.push(UpdatedSource {
                key: key.clone(),
                hash,
                entry,
                cited,
            });
        }
    }
    sources
}

/// Returns the first block that cites a source; empty if none does by itself.
fn first_citing(resolved: &Resolved, key: &str) -> String {
    let is_end = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || "-_".contains(c));
    let cites = |text: &str| {
        let mut found = text.match_indices(key);
        found.any(|(at, _)| text[..at].ends_with('@') && is_end(&text[at + key.len()..]))
    };
    let mut texts = resolved.texts.iter();
    let text = texts.find(|text| cites(text.as_str()));
    let block = text.and_then(|text| text.path.split('.').next());
    block.unwrap_or_default().to_owned()
}
