//! The screen with everything that the clinic's leaflet says differently from the library's, for a colleague to
//! approve.

use std::sync::Arc;

use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::choices::Choices;
use super::decisions::{see_sources, typed_name};
use super::differences::{as_written, parts};
use super::fields::{Fields, field};
use super::finding_links::FindingLinks;
use super::leaflet_head::{Tab, head};
use super::our_changes::{Change, OurChanges};
use super::page::{Screen, filled_icon, icon, page};
use super::saved::SaveError;
use super::sources::Loaded;
use super::things_to_know::faults;
use super::{Desk, guard, message_page, with_sources};
use crate::customize::leaflet::{BlockChange, PartKind};
use crate::document::plain_text;
use crate::escape::escaped;
use crate::library::{Approval, Handout};
use crate::locale::Locale;
use crate::report::{ComparedLeaflet, changes_as_html};

/// Why changes were not approved.
struct Refusal {
    status: StatusCode,
    message: Message,
}

enum Message {
    /// The field with the name is at fault.
    Name,
    Words(String),
}

/// Answers with the changes.
pub(super) async fn show(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    Query(fields): Query<Fields>,
) -> Response {
    with_sources(&desk, move |desk, loaded| {
        with_leaflet(&loaded, &id, &fields, |loaded, handout, choices| {
            screen(desk, loaded, handout, choices, None)
        })
    })
    .await
}

/// Records an approval, and leads back to the changes.
pub(super) async fn approve(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    with_sources(&desk, move |desk, loaded| {
        with_leaflet(
            &loaded,
            &id,
            &fields,
            |loaded, handout, choices| match record(desk, loaded, handout, choices, &fields) {
                Ok(()) => guard::redirect(&format!(
                    "/leaflets/{id}/changes?{}#approved",
                    choices.query().replace("&amp;", "&")
                )),
                Err(refusal) => screen(desk, loaded, handout, choices, Some(refusal)),
            },
        )
    })
    .await
}

/// Answers with the changes as a file that needs nothing else.
pub(super) async fn file(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    Query(fields): Query<Fields>,
) -> Response {
    with_sources(&desk, move |_, loaded| {
        with_leaflet(&loaded, &id, &fields, |loaded, handout, choices| {
            let found = loaded.our_changes(handout, choices);
            let Some(Ok(ours)) = found.as_deref() else {
                return message_page::answer(StatusCode::NOT_FOUND, &message_page::NOT_FOUND);
            };
            let title = plain_text(&ours.ours.document.title);
            let leaflet = ComparedLeaflet {
                clinic: loaded.clinic.name(),
                id: &id,
                version: &handout.definition.version,
                title: &title,
                language: &choices.language,
            };
            let blocks = ours.changes.iter();
            let blocks: Vec<_> = blocks.map(|change| change.difference.clone()).collect();
            let name = format!("attachment; filename=\"{id}-changes.html\"");
            let kind = "text/html; charset=utf-8".to_owned();
            let page = changes_as_html(&leaflet, &blocks);
            ([(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, name)], page).into_response()
        })
    })
    .await
}

fn with_leaflet(
    loaded: &Loaded,
    id: &str,
    fields: &Fields,
    work: impl FnOnce(&Loaded, &Handout, &Choices) -> Response,
) -> Response {
    match loaded.handout(id) {
        Some(Ok(handout)) => {
            let choices = Choices::new(loaded, &handout, fields);
            work(loaded, &handout, &choices)
        }
        Some(Err(findings)) => message_page::faulty_files(&findings),
        None => message_page::answer(StatusCode::NOT_FOUND, &message_page::NOT_FOUND),
    }
}

/// Writes who approved the changes into `clinic.lock`.
fn record(
    desk: &Desk,
    loaded: &Loaded,
    handout: &Handout,
    choices: &Choices,
    fields: &Fields,
) -> Result<(), Refusal> {
    let refuse = |error: SaveError| Refusal {
        status: error.status(),
        message: Message::Words(error.in_words()),
    };
    if let Some(error) = desk.cannot_save(&loaded.clinic) {
        return Err(refuse(error));
    }
    let by = typed_name(fields).ok_or(Refusal {
        status: StatusCode::UNPROCESSABLE_ENTITY,
        message: Message::Name,
    })?;
    let found = loaded.our_changes(handout, choices);
    let Some(Ok(ours)) = found.as_deref() else {
        return Err(refuse(SaveError::Unknown));
    };
    if field(fields, "state") != Some(ours.stamp().as_str()) {
        let words =
            "Not approved: the words have changed since you opened this page. Read them again.";
        return Err(Refusal {
            status: StatusCode::CONFLICT,
            message: Message::Words(words.to_owned()),
        });
    }
    let change = |lock: &mut crate::library::ClinicLock| {
        for key in ours.keys().filter(|key| key.approval.is_none()) {
            let approval = Approval {
                text: key.hash.clone(),
                by: by.clone(),
                on: loaded.date,
            };
            lock.decisions.approve(&key.language, &key.key, approval);
        }
        for found in &ours.unrecorded {
            lock.insert(&found.language, &found.key, found.entry());
        }
        see_sources(lock, loaded, handout);
        Ok(())
    };
    desk.decide(&loaded.clinic, &change).map_err(refuse)
}

fn screen(
    desk: &Desk,
    loaded: &Loaded,
    handout: &Handout,
    choices: &Choices,
    refusal: Option<Refusal>,
) -> Response {
    let found = loaded.our_changes(handout, choices);
    let (title, subtitle) = loaded.title(handout, choices);
    let body = match found.as_deref() {
        None => OWN_LEAFLET.to_owned(),
        Some(Err(findings)) => faults(findings, &FindingLinks::new(loaded, choices, findings)),
        Some(Ok(ours)) if ours.changes.is_empty() => format!(
            "<p class=\"doc nochanges\">You have not changed anything in this leaflet yet. \
             <a href=\"/leaflets/{}/words?{}\">Change its words</a></p>",
            escaped(&choices.id),
            choices.query()
        ),
        Some(Ok(ours)) => list(desk, loaded, handout, choices, ours, refusal.as_ref()),
    };
    let head = head(loaded, handout, choices, (&title, &subtitle), Tab::Changes);
    let languages = other_languages(handout, choices);
    let is_wrong = refusal
        .as_ref()
        .is_some_and(|refusal| matches!(refusal.message, Message::Name));
    let title = match is_wrong {
        true => format!("Error: Our changes: {title}"),
        false => format!("Our changes: {title}"),
    };
    let page = page(
        loaded,
        Screen::Changes,
        &title,
        &format!("{head}{languages}{body}"),
    );
    match refusal {
        Some(refusal) => (refusal.status, page).into_response(),
        None => page,
    }
}

const OWN_LEAFLET: &str = "<p class=\"doc nochanges\">This leaflet is your own. The library has none to compare it with.</p>";

/// Writes links to the changes in other languages.
fn other_languages(handout: &Handout, choices: &Choices) -> String {
    let languages = handout.languages();
    if languages.len() < 2 {
        return String::new();
    }
    let links = languages.iter().map(|language| {
        let name = escaped(&super::library_page::language_name(language));
        let current = match *language == choices.language {
            true => " aria-current=\"true\"",
            false => "",
        };
        let id = escaped(&choices.id);
        format!(
            "<li><a href=\"/leaflets/{id}/changes?language={language}\"{current}>{name}</a></li>"
        )
    });
    let links: String = links.collect();
    format!("<nav class=\"small languages noprint\" aria-label=\"Language\"><ul>{links}</ul></nav>")
}

fn list(
    desk: &Desk,
    loaded: &Loaded,
    handout: &Handout,
    choices: &Choices,
    ours: &OurChanges,
    refusal: Option<&Refusal>,
) -> String {
    let id = escaped(&choices.id);
    let pages = loaded.leaflet(choices).ok();
    let title = plain_text(&ours.ours.document.title);
    let parts = ours.changes.iter().enumerate().map(|(index, change)| {
        let page = pages.as_ref();
        let page = page.and_then(|made| made.layout.block_pages.get(&change.difference.key));
        part(loaded, choices, index, change, page.copied())
    });
    let parts: String = parts.collect();
    format!(
        "<div class=\"head\"><p class=\"about\">For a colleague to read and approve. {} words are ours. {} words are the \
         library’s, and we have left them out. Everything else is the library’s, word for word.</p>\
         <div class=\"head-acts\"><button class=\"btn\" type=\"button\" id=\"print-list\" hidden>{} Print this list</button>\
         <a class=\"btn\" href=\"/leaflets/{id}/changes/file?{query}\" download>{} Save as a web page</a></div></div>\
         <article class=\"card sheet\" aria-label=\"The list\"><header><p class=\"muted small\">{clinic} · {title}, version \
         {version} · compared with the library on {day}</p></header>{parts}{approval}{sign}</article>",
        super::differences::added("Underlined"),
        super::differences::left_out("Struck-through"),
        icon("print"),
        icon("download"),
        query = choices.query(),
        clinic = escaped(loaded.clinic.name()),
        title = escaped(&title),
        version = escaped(&handout.definition.version),
        day = Locale::of("en").long_date(loaded.date),
        approval = approval(desk, loaded, choices, ours, refusal),
        sign = SIGN,
    )
}

/// The table to sign, which is for print only.
const SIGN: &str = "<div class=\"part onlyprint\"><header><h2>Approved by</h2><p>Sign on paper.</p></header>\
    <div class=\"sign\"><p>Name</p><p>Role</p><p>Signature</p><p>Date</p></div></div>";

/// Writes one change.
fn part(
    loaded: &Loaded,
    choices: &Choices,
    index: usize,
    change: &Change,
    page: Option<u32>,
) -> String {
    let difference = &change.difference;
    let name = match difference.key.as_str() {
        "" => "Title".to_owned(),
        _ => super::page::capital(&difference.name),
    };
    // The heading of the region serves for the same heading of the block.
    let shown = match difference.parts.split_first() {
        Some((first, rest))
            if first.kind == PartKind::Heading
                && !rest.is_empty()
                && first.new.as_ref().or(first.old.as_ref()) == Some(&difference.name)
                && (first.old == first.new || difference.change == BlockChange::Inserted) =>
        {
            rest
        }
        _ => &difference.parts[..],
    };
    let page = page.map(|page| format!("Page {page}"));
    let others = change
        .text()
        .map(|text| other_leaflets(loaded, choices, &text.key));
    let places: Vec<String> = page.into_iter().chain(others.flatten()).collect();
    let place = match places.is_empty() {
        true => String::new(),
        false => format!("<span>{}</span>", places.join(", ")),
    };
    let link = match change.text() {
        Some(text) => format!(
            "<a class=\"noprint\" href=\"/leaflets/{}/words/{}?{}\">Change it<span class=\"vh\">: {}</span></a>",
            escaped(&choices.id),
            escaped(&text.key),
            choices.query(),
            escaped(&name)
        ),
        None => String::new(),
    };
    let moved = match &difference.change {
        BlockChange::Moved(Some(after)) => {
            format!("<p>It is now after “{}”.</p>", escaped(after))
        }
        BlockChange::Moved(None) => "<p>It is now the first part.</p>".to_owned(),
        _ => String::new(),
    };
    let is_same = shown.iter().all(|part| part.old == part.new);
    let words = match is_same {
        true => String::new(),
        false => parts(shown),
    };
    let written: String = difference.as_written.iter().map(as_written).collect();
    format!(
        "<section class=\"part chg\" aria-labelledby=\"c{index}\"><header><h2 id=\"c{index}\" lang=\"{language}\">{name}</h2>\
         <div class=\"where\"><span class=\"badge plain\">{badge}</span>{place}{state}{link}</div></header>\
         <div class=\"diff\" lang=\"{language}\">{moved}{words}{written}</div></section>",
        language = escaped(&choices.language),
        name = escaped(&name),
        badge = change.badge(),
        state = state(change),
    )
}

/// Says in which other leaflets a text of all leaflets is.
fn other_leaflets(loaded: &Loaded, choices: &Choices, key: &str) -> Option<String> {
    let mut names = key.split('.');
    if names.next() != Some("shared") {
        return None;
    }
    let block = names.next()?;
    let has = |id: &String| {
        let handout = loaded.handout(id).and_then(Result::ok);
        handout.is_some_and(|handout| loaded.shows(&handout, block))
    };
    let others = loaded
        .ids()
        .iter()
        .filter(|id| **id != choices.id && has(id))
        .count();
    match others {
        0 => None,
        1 => Some("and in 1 other leaflet".to_owned()),
        more => Some(format!("and in {more} other leaflets")),
    }
}

/// Says whether a change is approved.
fn state(change: &Change) -> String {
    let mark = |class: &str, symbol: &str, words: &str| {
        format!(
            "<p class=\"state {class}\">{} {words}</p>",
            filled_icon(symbol)
        )
    };
    let english = Locale::of("en");
    let by = |approval: &Approval| {
        format!(
            "{}, {}",
            escaped(approval.by.as_str()),
            english.long_date(approval.on)
        )
    };
    if change.keys.is_empty() {
        return mark("", "info", "Follows from our other changes");
    }
    let open = change.keys.iter().find(|key| key.approval.is_none());
    if let Some(open) = open {
        return match &open.earlier {
            Some(earlier) => mark(
                "warn",
                "half",
                &format!("Not approved: changed since {}", by(earlier)),
            ),
            None => mark("warn", "half", "Not approved"),
        };
    }
    let latest = change.keys.iter().filter_map(|key| key.approval.as_ref());
    let latest = latest.max_by_key(|approval| approval.on);
    latest.map_or(String::new(), |latest| {
        mark("ok", "ok", &format!("Approved by {}", by(latest)))
    })
}

/// Writes the region in which a colleague approves.
fn approval(
    desk: &Desk,
    loaded: &Loaded,
    choices: &Choices,
    ours: &OurChanges,
    refusal: Option<&Refusal>,
) -> String {
    let open = ours.changes.iter();
    let open = open
        .filter(|change| change.keys.iter().any(|key| key.approval.is_none()))
        .count();
    let count = match (open, ours.changes.len()) {
        (0, _) => "All of these changes are approved.".to_owned(),
        (open, all) if open == all => match all {
            1 => "This change is not approved.".to_owned(),
            all => format!("None of these {all} changes is approved."),
        },
        (1, all) => format!("1 of {all} changes is not approved."),
        (open, all) => format!("{open} of {all} changes are not approved."),
    };
    let (mut note, mut error, mut invalid) = (String::new(), "", "");
    match refusal.map(|refusal| &refusal.message) {
        Some(Message::Words(words)) => {
            note = format!(
                "<div class=\"note stop\" role=\"alert\">{}<h3>{}</h3></div>",
                filled_icon("alert"),
                message_page::marked_up(words)
            );
        }
        Some(Message::Name) => {
            error = "<p class=\"err\" id=\"name-e\">Write your name, in at most 200 letters.</p>";
            invalid = " aria-invalid=\"true\" aria-describedby=\"name-e\"";
        }
        None => {}
    }
    let form = match desk.cannot_save(&loaded.clinic) {
        _ if open == 0 => String::new(),
        Some(SaveError::ReadOnly) => {
            "<p>This computer may only look. Approve on another one, or print this list and sign it.</p>".to_owned()
        }
        Some(_) => "<p><a href=\"/welcome\">Make your own clinic</a> to approve changes.</p>".to_owned(),
        None => format!(
            "<form class=\"stack\" method=\"post\" action=\"/leaflets/{id}/changes\"><input type=\"hidden\" name=\"language\" \
             value=\"{language}\"><input type=\"hidden\" name=\"state\" value=\"{state}\"><div class=\"field\">\
             <label for=\"name\">Your name</label>{error}<input type=\"text\" id=\"name\" name=\"name\" maxlength=\"200\" \
             autocomplete=\"name\"{invalid}></div><p class=\"acts\"><button class=\"btn main\" type=\"submit\">Approve these \
             changes</button></p></form>",
            id = escaped(&choices.id),
            language = escaped(&choices.language),
            state = ours.stamp(),
        ),
    };
    format!(
        "<section class=\"part noprint\" id=\"approved\" aria-labelledby=\"approved-h\"><header>\
         <h2 id=\"approved-h\">Approved by</h2><p>Your name and today’s date are kept with your clinic’s files.</p></header>\
         <div class=\"stack\">{note}<p role=\"status\">{count}</p>{form}</div></section>"
    )
}
