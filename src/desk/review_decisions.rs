//! Decisions on the screen Review: a leaflet was reviewed, a text was chosen, a source was seen.

use axum::http::StatusCode;

use super::Desk;
use super::decisions::{see_sources, typed_name};
use super::fields::{Fields, field};
use super::review_facts::ChangedText;
use super::saved::{ClinicFile, SaveError, shown_name, stamp};
use super::sources::Loaded;
use crate::customize::with_base;
use crate::finding::PlaceTarget;
use crate::library::{ClinicLock, Review, TextHash, Wording};
use crate::locale::Locale;
use crate::source;

/// What went wrong with a form, and where it is said.
#[derive(Default)]
pub(super) struct Outcome {
    pub(super) status: StatusCode,
    /// Faults of the form "Mark as reviewed", by field.
    pub(super) faults: Vec<(&'static str, &'static str)>,
    /// Said at the top.
    pub(super) message: Option<String>,
}

impl From<SaveError> for Outcome {
    fn from(error: SaveError) -> Outcome {
        Outcome {
            status: error.status(),
            faults: Vec::new(),
            message: Some(error.in_words()),
        }
    }
}

/// Records that a clinician reviewed a leaflet.
pub(super) fn reviewed(desk: &Desk, loaded: &Loaded, fields: &Fields) -> Result<(), Outcome> {
    if let Some(error) = desk.cannot_save(&loaded.clinic) {
        return Err(error.into());
    }
    let id = field(fields, "mark").unwrap_or_default();
    let handout = loaded.handout(id).and_then(Result::ok);
    let handout = handout.ok_or(SaveError::Unknown)?;
    let version = &handout.definition.version;
    let words = loaded.clinic.own_words(&handout.definition);
    let read = field(fields, "words");
    let is_other = |read: &str| read != words.as_str();
    if field(fields, "version") != Some(version) || read.is_some_and(is_other) {
        return Err(SaveError::Changed.into());
    }
    let by = typed_name(fields);
    let typed = field(fields, "next").unwrap_or_default();
    let next = Locale::of("en").read_date(typed, loaded.date_order());
    let next = next.ok().map(|written| written.date);
    let next = next.filter(|next| *next > loaded.date);
    let (Some(by), Some(next)) = (&by, next) else {
        let mut faults = Vec::new();
        if by.is_none() {
            faults.push((
                "name",
                "Write the name of the clinician, in at most 200 letters.",
            ));
        }
        if next.is_none() {
            let words = "Write a day after today, as in “30 November 2028”.";
            faults.push(("next", words));
        }
        return Err(Outcome {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            faults,
            message: None,
        });
    };
    let record = |lock: &mut ClinicLock| {
        let review = Review {
            version: version.clone(),
            words: Some(words.clone()),
            by: by.clone(),
            on: loaded.date,
            next,
        };
        lock.decisions.reviewed.insert(id.to_owned(), review);
        see_sources(lock, loaded, &handout);
        Ok(())
    };
    Ok(desk.decide(&loaded.clinic, &record)?)
}

/// Records that the entry of a source was seen.
pub(super) fn seen(desk: &Desk, loaded: &Loaded, fields: &Fields) -> Result<(), Outcome> {
    let key = field(fields, "source").unwrap_or_default();
    let sources = &loaded.review().sources;
    let source = sources.iter().find(|source| source.key == key);
    let source = source.ok_or(SaveError::Unknown)?;
    if field(fields, "state") != Some(source.hash.as_str()) {
        return Err(SaveError::Changed.into());
    }
    let record = |lock: &mut ClinicLock| {
        lock.decisions
            .seen
            .insert(source.key.clone(), TextHash::clone(&source.hash));
        Ok(())
    };
    Ok(desk.decide(&loaded.clinic, &record)?)
}

/// Prints the words that a person chose, and records the choice.
pub(super) fn chosen(desk: &Desk, loaded: &Loaded, fields: &Fields) -> Result<(), Outcome> {
    if let Some(error) = desk.cannot_save(&loaded.clinic) {
        return Err(error.into());
    }
    let (key, language) = (field(fields, "key"), field(fields, "language"));
    let texts = &loaded.review().texts;
    let text = texts.iter().find(|text| {
        key == Some(text.found.key.as_str()) && language == Some(text.found.language.as_str())
    });
    let text = text.ok_or(SaveError::Changed)?;
    if field(fields, "state") != Some(text.state().as_str()) {
        return Err(SaveError::Changed.into());
    }
    let choice = field(fields, "choice").and_then(Choice::named);
    let choice = choice.filter(|choice| text.choices().contains(choice));
    let choice = choice.ok_or(SaveError::Unknown)?;
    let found = &text.found;
    match choice {
        Choice::Both if !found.holds_base() => write_text(desk, loaded, text, text.both.as_ref())?,
        Choice::Library => write_text(desk, loaded, text, None)?,
        Choice::Both | Choice::Ours => {}
    }
    let record = |lock: &mut ClinicLock| {
        match choice {
            Choice::Library => lock.remove(&found.language, &found.key),
            Choice::Both | Choice::Ours => {
                lock.insert(&found.language, &found.key, found.entry());
            }
        }
        Ok(())
    };
    Ok(desk.decide(&loaded.clinic, &record)?)
}

/// Replaces a text of the clinic in its file, or removes it.
fn write_text(
    desk: &Desk,
    loaded: &Loaded,
    text: &ChangedText,
    wording: Option<&Wording>,
) -> Result<(), SaveError> {
    let file = &text.found.place.file;
    let PlaceTarget::Value(route, _) = &text.found.place.target else {
        return Err(SaveError::Unknown);
    };
    let target = match file.path == loaded.clinic.file.path {
        true => ClinicFile::Main,
        false => ClinicFile::Text(text.found.language.clone()),
    };
    let by_hand = || SaveError::by_hand(shown_name(&loaded.clinic, &target), file, route);
    desk.save(&loaded.clinic, &target, &|old| {
        if old != file.text.as_str() {
            return Err(SaveError::Changed);
        }
        let edited = match wording {
            Some(wording) => source::replace_value(file, route, &wording.to_value()),
            None => source::remove_value(file, route),
        };
        edited.ok_or_else(by_hand)
    })
}

/// What to print of a text that the clinic and the library changed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    Both,
    Ours,
    Library,
}

impl Choice {
    pub(super) const ALL: [(Choice, &'static str, &'static str, &'static str); 3] = [
        (
            Choice::Both,
            "both",
            "Take both",
            "both changes, put together",
        ),
        (
            Choice::Ours,
            "ours",
            "Keep ours",
            "and note that you have seen the change",
        ),
        (
            Choice::Library,
            "library",
            "Take the library’s",
            "and remove ours",
        ),
    ];

    fn named(name: &str) -> Option<Choice> {
        let mut all = Choice::ALL.into_iter();
        all.find_map(|(choice, known, ..)| (known == name).then_some(choice))
    }
}

impl ChangedText {
    /// Returns a mark of all texts that a person sees.
    pub(super) fn state(&self) -> String {
        let found = &self.found;
        stamp(&format!("{:?} {:?} {:?}", self.was, found.base, found.own))
    }

    /// Returns what can be chosen, the best first. A text that takes in the library's words has the new ones already.
    pub(super) fn choices(&self) -> Vec<Choice> {
        let both = self.both.is_some().then_some(Choice::Both);
        let ours = (!self.found.holds_base()).then_some(Choice::Ours);
        both.into_iter()
            .chain(ours)
            .chain([Choice::Library])
            .collect()
    }

    /// Returns the wording that a choice prints; `None` if there would be no text.
    pub(super) fn reads(&self, choice: Choice) -> Option<Wording> {
        let base = self.found.base.as_ref();
        match choice {
            Choice::Both => Some(with_base(self.both.as_ref()?, base)),
            Choice::Ours => Some(with_base(&self.found.own, base)),
            Choice::Library => base.cloned(),
        }
    }
}
