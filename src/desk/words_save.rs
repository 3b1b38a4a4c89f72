//! Writes texts into the clinic's files, each where it stands, and records the library's text below it.

use std::sync::Arc;

use serde_json::{Value, json};

use super::drafts::stamp_of;
use super::leaflet_texts::{Home, SHARED, Text};
use super::leaflet_titles::title_fault;
use super::saved::{self, ClinicFile, SaveError};
use super::words_page::Screen;
use crate::customize::audit_overrides;
use crate::library::{Clinic, TextLayer, Wording};
use crate::source::{self, OrderedMap, PlainValue, Route, SourceFile};

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
    let wanted = stamp_of(wording.as_ref());
    let file = file_of(screen, text);
    let stamp_in = |content: &str| {
        let ours = ours_in(clinic, &file, content, text)?;
        Ok(stamp_of(ours.as_ref()))
    };
    screen.desk.save(clinic, &file, &|old| {
        let stamp = stamp_in(old)?;
        if stamp != draft.stamp {
            return Err(SaveError::Changed);
        }
        if stamp == wanted {
            return Ok(old.to_owned());
        }
        let name = saved::shown_name(clinic, &file);
        let (new, route) = edited(old, &file, &name, text, wording.as_ref())?;
        // The file must say what the person wrote, and not only be readable.
        match stamp_in(&new)? == wanted {
            true => Ok(new),
            false => Err(SaveError::by_hand(
                name.clone(),
                &source_file(&name, old),
                &route,
            )),
        }
    })?;
    screen.desk.drafts.set(text, None);
    record(screen, text)
}

/// Returns the clinic's text as the program reads it from the content of a file.
fn ours_in(
    clinic: &Clinic,
    file: &ClinicFile,
    content: &str,
    text: &Text,
) -> Result<Option<Wording>, SaveError> {
    let read = saved::clinic_with(clinic, file, content)?;
    let path: Vec<&str> = text.path.iter().map(String::as_str).collect();
    let at = |layer: &TextLayer| layer.at(&path).and_then(Wording::of);
    if let ClinicFile::Handout { id, language } = file {
        let handout = read.handout(id).ok_or(SaveError::Unknown)?;
        let layer = handout.and_then(|handout| handout.text(language));
        return Ok(layer.map_err(SaveError::Faulty)?.as_ref().and_then(at));
    }
    let texts = read.text.get(&text.tag);
    let layers = texts.and_then(|texts| match text.layer.as_str() {
        SHARED => Some(&texts.shared),
        id => texts.handouts.get(id),
    });
    let is_in_main = *file == ClinicFile::Main;
    let mut layers = layers.into_iter().flatten();
    let layer = layers.find(|layer| (layer.file.name == read.file.name) == is_in_main);
    Ok(layer.and_then(at))
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

fn source_file(name: &str, text: &str) -> Arc<SourceFile> {
    Arc::new(SourceFile {
        name: name.to_owned(),
        path: None,
        text: text.to_owned(),
    })
}

/// Returns the text of a file with a wording; without it, if the wording is `None`. Returns where the text is, too.
fn edited(
    old: &str,
    file: &ClinicFile,
    name: &str,
    text: &Text,
    wording: Option<&Wording>,
) -> Result<(String, Route), SaveError> {
    let above = match file {
        ClinicFile::Main => vec!["text", &text.tag, &text.layer],
        ClinicFile::Handout { .. } => Vec::new(),
        ClinicFile::Text(_) | ClinicFile::Lock => vec![text.layer.as_str()],
    };
    let route = |names: &[&str]| {
        let keys = above.iter().chain(names);
        keys.fold(Route::default(), |route, key| route.key(*key))
    };
    let file = source_file(name, old);
    let values = source::parse::<OrderedMap<PlainValue>>(&file).map_err(SaveError::Faulty)?;
    let values = Value::Object(values.into_values());
    let names: Vec<&str> = text.path.iter().map(String::as_str).collect();
    let (first, part) = names.split_first().ok_or(SaveError::Unknown)?;
    let mut keys = above.iter().chain([first]);
    let block = keys.try_fold(&values, |value, key| value.get(*key));
    // A block that is only a text is its body.
    let body = block.filter(|block| !part.is_empty() && !block.is_object());
    let route = match body {
        Some(_) => route(&[first]),
        None => route(&names),
    };
    let edited = match (wording.map(Wording::to_value), body) {
        (None, _) => source::remove_value(&file, &route),
        (Some(value), Some(body)) if part != ["body"] => {
            let inner = part.iter().rev();
            let inner = inner.fold(value, |inner, name| json!({ *name: inner }));
            // A key without a value is an empty text.
            let mut both = json!({ "body": body.as_str().unwrap_or_default() });
            if let (Some(both), Value::Object(inner)) = (both.as_object_mut(), inner) {
                both.extend(inner);
            }
            source::set_value(&file, &route, &both)
        }
        (Some(value), _) => source::set_value(&file, &route, &value),
    };
    match edited {
        Some(edited) => Ok((edited, route)),
        None => Err(SaveError::by_hand(name.to_owned(), &file, &route)),
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
