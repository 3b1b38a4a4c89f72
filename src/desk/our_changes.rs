//! What the clinic's leaflet says differently from the library's, and which of it somebody approved.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;
use serde_json::Map;

use super::choices::Choices;
use super::differences::{readable, readable_with_choices, reader_label};
use super::saved::stamp;
use super::sources::Loaded;
use crate::batch::nest_object;
use crate::customize::as_written::shown_in;
use crate::customize::leaflet::{BlockChange, BlockDifference};
use crate::customize::{Override, OverrideState, with_base};
use crate::finding::{Finding, Place};
use crate::leaflet::{Comparison, LeafletRequest, compare_with_library};
use crate::library::{Approval, Clinic, Entry, EntryKind, Handout, TextHash};
use crate::locale::Locale;
use crate::resolve::{JobData, Resolved};

/// The changes of a clinic to one leaflet in one language.
pub(super) struct OurChanges {
    pub(super) changes: Vec<Change>,
    pub(super) ours: Resolved,
    /// Texts whose library text `clinic.lock` does not record yet.
    pub(super) unrecorded: Vec<Override>,
}

/// A block that differs from the library's.
pub(super) struct Change {
    /// Texts are as people read them.
    pub(super) difference: BlockDifference,
    /// What is approved in it; nothing if it follows from other changes.
    pub(super) keys: Vec<ChangedKey>,
}

/// A text or a place of a block that the clinic changed.
pub(super) struct ChangedKey {
    /// BCP 47 tag of the text layer.
    pub(super) language: String,
    /// As in `sleep.what-helps.body`; `sleep.what-helps` for the place of a block.
    pub(super) key: String,
    /// Hash of what is printed.
    pub(super) hash: TextHash,
    /// Whether it is a text, which can be changed on the screen Words.
    pub(super) is_text: bool,
    /// Who approved this text.
    pub(super) approval: Option<Approval>,
    /// Who approved an earlier text.
    pub(super) earlier: Option<Approval>,
}

/// Changes by handout and language.
#[derive(Default)]
pub(super) struct KeptChanges(Mutex<HashMap<(String, String), Kept>>);

type Kept = Arc<Result<OurChanges, Vec<Finding>>>;

impl Loaded {
    /// Returns the changes to a leaflet of the library; `None` for the clinic's own leaflet.
    pub(super) fn our_changes(&self, handout: &Handout, choices: &Choices) -> Option<Kept> {
        let id = &handout.definition.id;
        let of_library = self.library.ids().contains(id);
        let theirs = of_library.then(|| self.library.handout(id))?;
        let key = (id.clone(), choices.language.clone());
        let kept = || {
            self.changes
                .0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        if let Some(known) = kept().get(&key) {
            return Some(Arc::clone(known));
        }
        let found = theirs.and_then(|theirs| our_changes(self, handout, &theirs, choices));
        let found = Arc::new(found);
        kept().insert(key, Arc::clone(&found));
        Some(found)
    }
}

impl OurChanges {
    /// Returns everything that is approved together.
    pub(super) fn keys(&self) -> impl Iterator<Item = &ChangedKey> {
        self.changes.iter().flat_map(|change| &change.keys)
    }

    /// Returns a mark of all changes, to see whether somebody changed them meanwhile.
    pub(super) fn stamp(&self) -> String {
        let keys = self.keys();
        let keys = keys.map(|key| format!("{} {} {}\n", key.language, key.key, key.hash.as_str()));
        stamp(&keys.collect::<String>())
    }
}

impl Change {
    /// Says in one word what the clinic did.
    pub(super) fn badge(&self) -> &'static str {
        let written = self.difference.as_written.iter();
        let written = written.flat_map(|text| &text.parts);
        let mut parts = self.difference.parts.iter().chain(written);
        let only_adds = parts.all(|part| match (&part.old, &part.new) {
            (Some(old), Some(new)) => {
                let changes = crate::customize::difference::words(old, new);
                !changes.iter().any(|change| {
                    matches!(change, crate::customize::difference::Change::Removed(_))
                })
            }
            (old, _) => old.is_none(),
        });
        match self.difference.change {
            BlockChange::Inserted => "Added",
            BlockChange::Removed => "Left out",
            BlockChange::Moved(_) => "Moved",
            BlockChange::Stays if only_adds => "Added to",
            BlockChange::Stays => "Changed",
        }
    }

    /// Returns the text that the screen Words opens.
    pub(super) fn text(&self) -> Option<&ChangedKey> {
        let body = |key: &&ChangedKey| key.is_text && key.key.ends_with(".body");
        let mut keys = self.keys.iter();
        keys.clone()
            .find(body)
            .or_else(|| keys.find(|key| key.is_text))
    }
}

/// Values of a reader that no leaflet has, and the names that are shown in their place.
struct Placeholders {
    data: JobData,
    /// A value as it is printed, and its name.
    printed: Vec<(String, String)>,
}

impl Placeholders {
    fn new(loaded: &Loaded, handout: &Handout, language: &str) -> Placeholders {
        let definition = &handout.definition;
        let of_clinic = loaded.clinic.facts.data.iter();
        let of_clinic = of_clinic.map(|field| (&field.name, field.is_date));
        let of_handout = definition.data.iter();
        let of_handout = of_handout.map(|name| (name, definition.dates.contains(name)));
        let locale = Locale::of(language);
        let (mut data, mut printed) = (Map::new(), Vec::new());
        for (number, (name, is_date)) in (0_i16..).zip(of_handout.chain(of_clinic)) {
            let label = format!("[{}]", reader_label(name));
            let value = match is_date {
                false => format!("Valuexq{number:03}q"),
                true => Date::new(2199 - number % 300, 12, 31)
                    .unwrap_or(Date::MAX)
                    .to_string(),
            };
            if let Some(date) = value.parse().ok().filter(|_| is_date) {
                for words in [locale.long_date(date), locale.month_and_year(date)] {
                    printed.push((words, label.clone()));
                }
            }
            printed.push((value.clone(), label));
            // Names that contradict each other are a fault of the leaflet, which says so itself.
            let _ = nest_object(&mut data, name, value.into());
        }
        Placeholders { data, printed }
    }

    /// Replaces the values by their names.
    fn named(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (printed, label) in &self.printed {
            text = text.replace(printed, label);
        }
        text
    }
}

fn our_changes(
    loaded: &Loaded,
    handout: &Handout,
    theirs: &Handout,
    choices: &Choices,
) -> Result<OurChanges, Vec<Finding>> {
    let (library, clinic) = (&loaded.library, &loaded.clinic);
    let language = choices.language.as_str();
    let placeholders = Placeholders::new(loaded, handout, language);
    let request =
        LeafletRequest::new(library, handout, clinic, loaded.date).with_language(language);
    let Comparison {
        ours,
        mut blocks,
        overrides,
    } = compare_with_library(&request, theirs, &placeholders.data)?;
    let bibliography = library.bibliography_with(clinic)?;
    for part in blocks.iter_mut().flat_map(|block| &mut block.parts) {
        for text in [&mut part.old, &mut part.new].into_iter().flatten() {
            *text = readable(&placeholders.named(text), &bibliography);
        }
    }
    let written = blocks.iter_mut().flat_map(|block| &mut block.as_written);
    for part in written.flat_map(|text| &mut text.parts) {
        for text in [&mut part.old, &mut part.new].into_iter().flatten() {
            *text = readable_with_choices(text, &bibliography);
        }
    }
    for block in &mut blocks {
        block.name = match name_of_unseen(&block.key) {
            Some(name) => name,
            None => readable(&placeholders.named(&block.name), &bibliography),
        };
    }
    let changes =
        blocks.into_iter().map(|difference| {
            let texts = overrides
                .iter()
                .filter(|found| shown_in(found) == difference.key);
            let mut keys: Vec<ChangedKey> = texts
                .map(|found| {
                    let hash = printed_hash(found, clinic);
                    changed_key(loaded, &found.language, &found.key, hash, true)
                })
                .collect();
            let place = place(loaded, handout, &ours.entries, &difference);
            keys.extend(place.map(|(key, place)| {
                changed_key(loaded, language, &key, TextHash::of(&place), false)
            }));
            Change { difference, keys }
        });
    let changes = changes.collect();
    let is_unrecorded = |found: &Override| found.state(clinic) == OverrideState::Unrecorded;
    Ok(OurChanges {
        changes,
        ours,
        unrecorded: overrides.into_iter().filter(is_unrecorded).collect(),
    })
}

/// Hashes what a text prints: its words, the library's words in it, and the clinic's values.
fn printed_hash(found: &Override, clinic: &Clinic) -> TextHash {
    let words = with_base(&found.own, found.base.as_ref());
    match clinic.values_in(&words.to_lines()).as_str() {
        "" => words.hash(),
        values => TextHash::of(&format!("{}\n{values}", words.to_value())),
    }
}

fn changed_key(
    loaded: &Loaded,
    language: &str,
    key: &str,
    hash: TextHash,
    is_text: bool,
) -> ChangedKey {
    let decisions = &loaded.clinic.lock.decisions;
    let approval = decisions.approval(language, key, &hash).cloned();
    let any = decisions
        .approved
        .get(language)
        .and_then(|keys| keys.get(key));
    ChangedKey {
        language: language.to_owned(),
        key: key.to_owned(),
        hash,
        is_text,
        earlier: any.filter(|_| approval.is_none()).cloned(),
        approval,
    }
}

/// Names a text that is no block of the leaflet.
fn name_of_unseen(key: &str) -> Option<String> {
    if let Some(part) = key.strip_prefix("letter.") {
        let part = match part {
            "body" => "text",
            "closing" => "closing words",
            "signatures" => "who signs",
            part => part,
        };
        return Some(format!("The letter before the leaflet: {part}"));
    }
    match (key, key.strip_prefix("words.")) {
        ("short-title", _) => Some("The title at the foot of each page".to_owned()),
        ("text-message", _) => Some("The text message (SMS)".to_owned()),
        (_, Some(word)) => Some(format!("The word for “{word}”")),
        _ => None,
    }
}

/// Returns the key of a block that the clinic inserted, moved or removed, and where it is now. For a figure, this
/// includes a hash of its picture. `entries` are the blocks of the clinic's leaflet.
fn place(
    loaded: &Loaded,
    handout: &Handout,
    entries: &[Entry],
    difference: &BlockDifference,
) -> Option<(String, String)> {
    let id = &handout.definition.id;
    let mut place = loaded.clinic.sections.get(id)?.place(&difference.key)?;
    let entry = entries.iter().find(|entry| entry.key == difference.key);
    if let Some(entry) = entry
        && let EntryKind::Figure { image } = &entry.kind
    {
        let named_at = Place {
            file: Arc::clone(&entry.file),
            target: entry.place(),
        };
        let picture = handout.picture_hash(image, &named_at);
        place += &format!(" picture {}", picture.unwrap_or_default());
    }
    Some((format!("{id}.{}", difference.key), place))
}
