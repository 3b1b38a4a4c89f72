//! Writes texts into the clinic's files, each where it stands, and records the library's text below it.

use std::sync::Arc;

use serde_json::Value;

use super::drafts::stamp_of_value;
use super::leaflet_texts::{Home, SHARED, Text};
use super::leaflet_titles::title_fault;
use super::saved::{ClinicFile, SaveError};
use super::words_page::Screen;
use crate::customize::audit_overrides;
use crate::library::Wording;
use crate::source::{self, OrderedMap, PlainValue, Route, SourceFile};
use crate::source_file::Step;

/// Saves all drafts of the leaflet. Stops at the first that cannot be saved.
pub(super) fn save_all(screen: &Screen) -> Result<(), SaveError> {
    let texts: Vec<&Text> = screen.unsaved().collect();
    texts.into_iter().try_for_each(|text| save(screen, text))
}

/// Saves the draft of a text.
pub(super) fn save(screen: &Screen, text: &Text) -> Result<(), SaveError> {
    let clinic = &screen.loaded.clinic;
    if let Some(error) = screen.desk.cannot_save(clinic) {
        return Err(error);
    }
    let Some(draft) = screen.desk.drafts.get(text) else {
        return Ok(());
    };
    let wording = draft.wording(text, &screen.saved.vocabulary);
    if text.path == ["title"]
        && let Some(Wording::Text(title)) = &wording
        && let Some(words) = title_fault(&screen.loaded, Some(&text.layer), title)
    {
        return Err(SaveError::SameTitle(words));
    }
    let file = file_of(screen, text);
    let route = match &file {
        ClinicFile::Main => ["text".to_owned(), text.tag.clone(), text.layer.clone()]
            .iter()
            .fold(Route::default(), |route, key| route.key(key.as_str())),
        ClinicFile::Handout { .. } => Route::default(),
        _ => Route::default().key(&text.layer),
    };
    screen.desk.save(clinic, &file, &|old| {
        edited(old, &route, text, wording.as_ref(), &draft.stamp)
    })?;
    screen.desk.drafts.set(text, None);
    record(screen, text)
}

/// Returns the file of a text. A new one goes beside the others of its language.
fn file_of(screen: &Screen, text: &Text) -> ClinicFile {
    let language = text.tag.clone();
    match text.home {
        Home::Main => ClinicFile::Main,
        Home::Text => ClinicFile::Text(language),
        Home::Handout => ClinicFile::Handout {
            id: text.layer.clone(),
            language,
        },
        Home::Nowhere => {
            let main = screen.loaded.clinic.file.path.as_deref();
            let folder = main.and_then(|main| main.parent());
            let has_file =
                folder.is_some_and(|folder| folder.join(format!("text/{language}.yaml")).is_file());
            match has_file {
                true => ClinicFile::Text(language),
                false => ClinicFile::Main,
            }
        }
    }
}

/// Returns the text of a file with a wording. `above` leads to the layer. Refuses if the text in the file is not the
/// one that the draft was begun with.
fn edited(
    old: &str,
    above: &Route,
    text: &Text,
    wording: Option<&Wording>,
    stamp: &str,
) -> Result<String, SaveError> {
    let file = SourceFile {
        name: text.key.clone(),
        path: None,
        text: old.to_owned(),
    };
    let file = Arc::new(file);
    let by_hand = || SaveError::ByHand(text.key.clone());
    let values = source::parse::<OrderedMap<PlainValue>>(&file).map_err(SaveError::Faulty)?;
    let values = Value::Object(values.into_values());
    let layer = above.0.iter().try_fold(&values, |value, step| match step {
        Step::Key(name) => value.get(name),
        Step::Index(index) => value.get(index),
    });
    let names: Vec<&str> = text.path.iter().map(String::as_str).collect();
    // A block that is only a text is its body.
    let block = layer.and_then(|layer| layer.get(*names.first()?));
    let is_alone = names.len() > 1 && block.is_some_and(Value::is_string);
    let found = match is_alone {
        true => block.filter(|_| names[1..] == ["body"]),
        false => {
            layer.and_then(|layer| names.iter().try_fold(layer, |value, name| value.get(name)))
        }
    };
    if stamp_of_value(found) != stamp {
        return Err(SaveError::Changed);
    }
    let whole = |names: &[&str]| {
        names
            .iter()
            .fold(above.clone(), |route, name| route.key(*name))
    };
    let value = wording.map(Wording::to_value);
    match (value, is_alone) {
        (None, _) if found.is_none() => Ok(old.to_owned()),
        (None, true) => source::remove_value(&file, &whole(&names[..1])).ok_or_else(by_hand),
        (None, false) => source::remove_value(&file, &whole(&names)).ok_or_else(by_hand),
        (Some(value), true) if names[1..] == ["body"] => {
            source::set_value(&file, &whole(&names[..1]), &value).ok_or_else(by_hand)
        }
        (Some(value), true) => {
            let body = block.cloned().unwrap_or_default();
            let part = names[1..]
                .iter()
                .rev()
                .fold(value, |inner, name| serde_json::json!({ *name: inner }));
            let mut both = serde_json::json!({ "body": body });
            if let (Some(both), Value::Object(part)) = (both.as_object_mut(), part) {
                both.extend(part);
            }
            source::set_value(&file, &whole(&names[..1]), &both).ok_or_else(by_hand)
        }
        (Some(value), false) => {
            source::set_value(&file, &whole(&names), &value).ok_or_else(by_hand)
        }
    }
}

/// Records the library's text below an override, so that a later change of it is noticed. A record of a text that is
/// gone goes, too.
fn record(screen: &Screen, text: &Text) -> Result<(), SaveError> {
    if text.home == Home::Handout {
        return Ok(());
    }
    let loaded = screen.desk.sources().map_err(SaveError::Faulty)?;
    let is_of_text = |handout: &str| text.layer == SHARED || handout == text.layer;
    let audit = audit_overrides(&loaded.library, &loaded.clinic, &is_of_text);
    let found = audit
        .overrides
        .iter()
        .find(|found| found.key == text.key && found.language == text.tag);
    let entry = found
        .filter(|found| found.base.is_some())
        .map(|found| found.entry());
    let clinic = &loaded.clinic;
    screen.desk.save(clinic, &ClinicFile::Lock, &|old| {
        let mut lock = match old.trim().is_empty() {
            true => Default::default(),
            false => {
                let file = Arc::new(SourceFile {
                    name: "clinic.lock".to_owned(),
                    path: None,
                    text: old.to_owned(),
                });
                crate::library::ClinicLock::parse(&file).map_err(SaveError::Faulty)?
            }
        };
        match &entry {
            Some(entry) => lock.insert(&text.tag, &text.key, entry.clone()),
            None => lock.retain(|tag, key| (tag, key) != (text.tag.as_str(), text.key.as_str())),
        }
        let is_empty = lock == Default::default() && old.trim().is_empty();
        Ok(if is_empty {
            String::new()
        } else {
            lock.to_text()
        })
    })
}
