//! What the buttons of the screen "Words" do: keep, save, merge, undo, and arrange the items of a list.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::drafts::{Draft, stamp_of};
use super::fields::{Fields, field};
use super::leaflet_texts::{Shape, Text};
use super::saved::SaveError;
use super::words_conflict::merged;
use super::words_list::{Arrange, empty_line, field_id};
use super::words_page::{Kept, NoScreen, Notice, Screen, TOO_MUCH, parts, read, refused, whole};
use super::words_save::save;
use super::words_undo::Former;
use super::{Desk, guard, message_page};
use crate::escape::escaped;
use crate::finding::Finding;
use crate::source;

/// Keeps what was typed, and does what the button says.
pub(super) fn changed(desk: &Desk, id: &str, key: &str, query: &Fields, form: &Fields) -> Response {
    let action = field(form, "do").unwrap_or("show");
    // While somebody types, the files are as the page showed them. They are read again before they are changed.
    let loaded = match action {
        "show" | "keep" | "read" => desk.latest(),
        _ => desk.sources(),
    };
    let loaded = loaded.map_err(NoScreen::Faulty);
    let screen = match loaded.and_then(|loaded| Screen::new(desk, loaded, id, Some(key), query)) {
        Ok(screen) => screen,
        Err(NoScreen::Faulty(findings)) => {
            return kept_unread(desk, (id, key), query, form, &findings);
        }
        Err(problem) => return problem.answer(),
    };
    if screen.block().locked.is_some() {
        return refused(
            &screen,
            StatusCode::FORBIDDEN,
            "This text is locked. It stays as it is.",
        );
    }
    if desk.read_only {
        return refused(
            &screen,
            StatusCode::FORBIDDEN,
            &SaveError::ReadOnly.in_words(),
        );
    }
    match screen.keep(form) {
        Kept::Begun if action.starts_with("save") => {
            return refused(
                &screen,
                StatusCode::OK,
                "Nothing is saved yet. The field was empty, so it begins as the library’s text. Change the words, and \
                 save again.",
            );
        }
        Kept::Yes | Kept::Begun => {}
        Kept::TooLong => {
            return refused(&screen, StatusCode::PAYLOAD_TOO_LARGE, TOO_MUCH);
        }
        Kept::TooMany => {
            return refused(
                &screen,
                StatusCode::INSUFFICIENT_STORAGE,
                "Too many texts are not saved. These words were not kept. Save some of the others first.",
            );
        }
    }
    match action {
        "keep" => StatusCode::NO_CONTENT.into_response(),
        "show" if field(form, "shown").is_some() => parts(&screen, form),
        "read" => read(&screen),
        "undo" => {
            desk.drafts.set(screen.text(), None);
            guard::redirect(&format!("{}#{}", plain_address(&screen), focus(form)))
        }
        "mine" | "both" => settle(&screen, form, action),
        "save" => saved(&screen, &[screen.text()], "saved", focus(form)),
        "save-all" => {
            let texts: Vec<&Text> = screen.unsaved().collect();
            saved(&screen, &texts, "saved", focus(form))
        }
        _ if action.starts_with("restore:") => restore(&screen, action),
        _ => match Arrange::named(action) {
            Some(arrange) if screen.text().shape != Shape::Text => arranged(&screen, arrange),
            _ => whole(&screen, Notice::default()),
        },
    }
}

/// Keeps what was typed although the files cannot be read, and answers with their faults and the words.
fn kept_unread(
    desk: &Desk,
    (id, key): (&str, &str),
    query: &Fields,
    form: &Fields,
    findings: &[Finding],
) -> Response {
    let draft = Draft::typed(form).filter(|draft| !draft.is_too_long());
    let tag = field(form, "tag").filter(|tag| source::is_language(tag));
    let (Some(draft), Some(tag), false) = (draft, tag, desk.read_only) else {
        return message_page::faulty_files(findings);
    };
    let words = draft.words.text.clone();
    match desk.drafts.set_at(tag, key, Some(draft)) {
        true => {
            let mut address = format!("/leaflets/{}/words/{}", escaped(id), escaped(key));
            if let Some(language) = field(query, "language") {
                address += &format!("?language={}", escaped(language));
            }
            message_page::faulty_files_with_words(findings, &words, &address)
        }
        false => message_page::faulty_files(findings),
    }
}

/// Returns the id of the element that has the focus after the page is loaded anew.
fn focus(form: &Fields) -> &str {
    let is_id = |id: &&str| {
        !id.is_empty()
            && id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    field(form, "focus").filter(is_id).unwrap_or("save")
}

/// Saves the drafts of texts. Then leads to the page, or to the first text that failed. `mark` names the action in the
/// address, and `focus` is the id of the next element.
fn saved(screen: &Screen, texts: &[&Text], mark: &str, focus: &str) -> Response {
    let with_drafts = texts.iter().filter(|text| screen.is_unsaved(text));
    let former: Vec<Former> = with_drafts.map(|text| Former::of(screen, text)).collect();
    // One that fails keeps no other from being saved.
    let errors: Vec<SaveError> = texts
        .iter()
        .filter_map(|text| save(screen, text).err())
        .collect();
    match errors.into_iter().next() {
        None => {
            let number = match former.is_empty() {
                true => 0,
                false => screen.desk.last_saves.keep(former),
            };
            guard::redirect(&format!(
                "{}&{mark}={number}#{focus}",
                plain_address(screen)
            ))
        }
        Some(SaveError::Changed) => conflicting(screen),
        Some(error) => refused(screen, error.status(), &error.in_words()),
    }
}

/// Answers that a text in the file is not the one that its draft was begun with.
fn conflicting(screen: &Screen) -> Response {
    if screen.is_conflict(screen.text()) {
        return (StatusCode::CONFLICT, whole(screen, Notice::default())).into_response();
    }
    // Of several texts, another one was changed by somebody else.
    match screen.unsaved().find(|text| screen.is_conflict(text)) {
        Some(text) => guard::redirect(&screen.address(text).replace("&amp;", "&")),
        None => refused(screen, StatusCode::CONFLICT, &SaveError::Changed.in_words()),
    }
}

/// Saves the words that the person chose, after somebody else changed the text. They must have seen the words that
/// are in the file now.
fn settle(screen: &Screen, form: &Fields, action: &str) -> Response {
    let text = screen.text();
    let now = stamp_of(text.ours.as_ref());
    if field(form, "theirs") != Some(&now) {
        return conflicting(screen);
    }
    let draft = match action {
        "both" => match merged(screen) {
            Some(merged) => Draft::of(text, Some(&merged), &screen.saved.vocabulary, now),
            None => return conflicting(screen),
        },
        _ => Draft {
            stamp: now,
            ..screen.draft()
        },
    };
    screen.desk.drafts.set(text, Some(draft));
    saved(screen, &[text], "saved", "save")
}

/// Brings back what the clinic had before a save, which the button names by its number.
fn restore(screen: &Screen, action: &str) -> Response {
    let number = action
        .strip_prefix("restore:")
        .and_then(|number| number.parse().ok());
    let found = number.and_then(|number| Some((number, screen.desk.last_saves.get(number)?)));
    let Some((number, former)) = found else {
        let words = "Not undone: this was too long ago. Change the words, and save them.";
        return refused(screen, StatusCode::GONE, words);
    };
    let texts: Option<Vec<(&Text, &Former)>> = former
        .iter()
        .map(|former| Some((former.text(screen)?, former)))
        .collect();
    let Some(texts) = texts else {
        let words = "Not undone: the leaflet has other texts now. Change the words, and save them.";
        return refused(screen, StatusCode::CONFLICT, words);
    };
    if texts.iter().any(|(text, _)| screen.is_unsaved(text)) {
        let words =
            "Not undone: you typed other words since. “Undo my changes” takes those back first.";
        return refused(screen, StatusCode::CONFLICT, words);
    }
    for (text, former) in &texts {
        screen.desk.drafts.set(text, Some(former.draft.clone()));
    }
    screen.desk.last_saves.forget(number);
    let texts: Vec<&Text> = texts.into_iter().map(|(text, _)| text).collect();
    saved(screen, &texts, "undone", "save")
}

/// Adds, moves or removes an item, and leads back to its field.
fn arranged(screen: &Screen, arrange: Arrange) -> Response {
    let mut draft = screen.draft();
    let (text, at) = arrange.arranged(&draft.words.text, &empty_line(screen));
    draft.words.text = text;
    if !screen.keep_draft(draft) {
        return refused(screen, StatusCode::PAYLOAD_TOO_LARGE, TOO_MUCH);
    }
    let id = field_id(screen.text(), at);
    guard::redirect(&format!("{}#{id}", plain_address(screen)))
}

fn plain_address(screen: &Screen) -> String {
    screen.address(screen.text()).replace("&amp;", "&")
}
