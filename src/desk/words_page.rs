//! The screen on which a clinic changes the words of a leaflet: its texts, its pages, and one text to edit.
//!
//! 1. [`Screen`] reads a request: leaflet, choices, text, and what was typed. What was typed becomes a draft in the
//!    program's memory.
//! 2. `words_view` lays out the leaflet with all drafts, `words_form` writes the editor, and `words_reads` judges
//!    the words.
//! 3. `words_save` writes drafts into the clinic's files.

use std::sync::Arc;

use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use super::choices::Choices;
use super::drafts::{CELL, Draft, Mode, stamp_of, to_text_value};
use super::fields::{Fields, field};
use super::leaflet_head::{Tab, head};
use super::leaflet_texts::{Block, Home, LETTER, Text};
use super::letter_part::usual_envelope;
use super::message_page;
use super::page::{self, icon, page};
use super::saved::SaveError;
use super::sources::Loaded;
use super::words_changes::changed;
use super::words_conflict::conflict;
use super::words_form::{editor, is_about};
use super::words_list::list;
use super::words_reads::Asked;
use super::words_view::{PagePicture, SavedLeaflet, View, data_address, with_wording};
use super::{Desk, in_background};
use crate::document::plain_text;
use crate::escape::escaped;
use crate::finding::Finding;
use crate::library::{Clinic, Handout};

pub(super) const TOO_MUCH: &str = "This is too much text. Nothing of it was kept.";

/// Answers with the first text of a leaflet.
pub(super) async fn show_first(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    Query(fields): Query<Fields>,
) -> Response {
    in_background(&desk, move |desk| answer(desk, &id, None, &fields)).await
}

/// Answers with a text.
pub(super) async fn show(
    State(desk): State<Arc<Desk>>,
    Path((id, key)): Path<(String, String)>,
    Query(fields): Query<Fields>,
) -> Response {
    in_background(&desk, move |desk| answer(desk, &id, Some(&key), &fields)).await
}

/// Keeps what was typed, and does what the button says.
pub(super) async fn change(
    State(desk): State<Arc<Desk>>,
    Path((id, key)): Path<(String, String)>,
    Query(query): Query<Fields>,
    Form(form): Form<Fields>,
) -> Response {
    in_background(&desk, move |desk| changed(desk, &id, &key, &query, &form)).await
}

/// Answers with the picture of a page.
pub(super) async fn picture(
    State(desk): State<Arc<Desk>>,
    Path((_, name)): Path<(String, String)>,
) -> Response {
    match desk.pictures.get(&name) {
        Some(svg) => ([(CONTENT_TYPE, "image/svg+xml")], svg.to_string()).into_response(),
        None => message_page::answer(StatusCode::NOT_FOUND, &message_page::NOT_FOUND),
    }
}

/// A request for the screen.
pub(super) struct Screen<'a> {
    pub(super) desk: &'a Desk,
    pub(super) loaded: Arc<Loaded>,
    pub(super) choices: Choices,
    pub(super) saved: Arc<SavedLeaflet>,
    /// Indices of the block, and of its text.
    at: (usize, usize),
}

/// What is said above the editor.
#[derive(Default)]
pub(super) struct Notice {
    /// HTML.
    pub(super) html: String,
    pub(super) done: Option<Done>,
    /// Why the leaflet cannot be made as it is saved.
    pub(super) faults: Vec<Finding>,
    /// Whether the text is a text message that cannot be sent.
    pub(super) is_message_faulty: bool,
}

/// What was just done.
pub(super) struct Done {
    pub(super) words: &'static str,
    /// Number of the save that can be undone.
    pub(super) undo: Option<u64>,
}

/// What became of words that were typed.
#[derive(PartialEq, Eq)]
pub(super) enum Kept {
    Yes,
    /// The field was empty, so the library's text was put into it.
    Begun,
    TooLong,
    TooMany,
}

/// Why there is no screen.
pub(super) enum NoScreen {
    /// There is no such leaflet or text.
    NotFound,
    /// A file cannot be read.
    Faulty(Vec<Finding>),
}

impl From<Vec<Finding>> for NoScreen {
    fn from(findings: Vec<Finding>) -> NoScreen {
        NoScreen::Faulty(findings)
    }
}

impl NoScreen {
    pub(super) fn answer(&self) -> Response {
        match self {
            NoScreen::NotFound => {
                message_page::answer(StatusCode::NOT_FOUND, &message_page::NOT_FOUND)
            }
            NoScreen::Faulty(findings) => message_page::faulty_files(findings),
        }
    }
}

impl<'a> Screen<'a> {
    /// Finds the leaflet and the text.
    pub(super) fn new(
        desk: &'a Desk,
        loaded: Arc<Loaded>,
        id: &str,
        key: Option<&str>,
        fields: &Fields,
    ) -> Result<Screen<'a>, NoScreen> {
        let handout = loaded.handout(id).ok_or(NoScreen::NotFound)??;
        let choices = Choices::new(&loaded, &handout, fields);
        let saved = loaded.saved_leaflet(&choices)?;
        let texts = &saved.texts;
        let at = match key {
            None => texts
                .blocks
                .iter()
                .position(|block| block.locked.is_none())
                .map(|block| (block, 0)),
            Some(key) => texts.blocks.iter().enumerate().find_map(|(index, block)| {
                let text = block.texts.iter().position(|text| text.key == key)?;
                Some((index, text))
            }),
        };
        Ok(Screen {
            at: at.ok_or(NoScreen::NotFound)?,
            desk,
            loaded,
            choices,
            saved,
        })
    }

    pub(super) fn block(&self) -> &Block {
        &self.saved.texts.blocks[self.at.0]
    }

    pub(super) fn text(&self) -> &Text {
        &self.block().texts[self.at.1]
    }

    /// Returns what the field shows: the draft, else what is saved.
    pub(super) fn draft(&self) -> Draft {
        self.draft_of(self.text())
    }

    /// Returns the draft of a text, else what is saved.
    pub(super) fn draft_of(&self, text: &Text) -> Draft {
        let draft = self.desk.drafts.get(text);
        draft.unwrap_or_else(|| Draft::saved(text, &self.saved.vocabulary))
    }

    /// Whether a text has words that are not saved.
    pub(super) fn is_unsaved(&self, text: &Text) -> bool {
        self.desk.drafts.get(text).is_some()
    }

    /// Returns the texts with words that are not saved.
    pub(super) fn unsaved(&self) -> impl Iterator<Item = &Text> {
        let texts = self
            .saved
            .texts
            .blocks
            .iter()
            .flat_map(|block| &block.texts);
        texts.filter(|text| self.is_unsaved(text))
    }

    /// Whether the clinic's files may be written.
    pub(super) fn cannot_save(&self) -> Option<SaveError> {
        self.desk.cannot_save(&self.loaded.clinic)
    }

    /// Address of a text, in HTML.
    pub(super) fn address(&self, text: &Text) -> String {
        format!(
            "/leaflets/{}/words/{}?{}",
            escaped(&self.choices.id),
            escaped(&text.key),
            self.choices.query()
        )
    }

    /// Keeps what was typed as a draft; forgets the draft if it is what is saved.
    pub(super) fn keep(&self, form: &Fields) -> Kept {
        let text = self.text();
        let Some(mut draft) = Draft::typed(form) else {
            return Kept::Yes;
        };
        if draft.is_too_long() {
            return Kept::TooLong;
        }
        let vocabulary = &self.saved.vocabulary;
        let mut kept = Kept::Yes;
        // A text that is replaced begins as the library's.
        if draft.mode == Mode::Replace
            && draft.words.text.trim_matches(['\n', CELL]).is_empty()
            && self.draft().mode != Mode::Replace
            && let Some(library) = &text.library
        {
            draft.words = super::drafts::shown(library, false, vocabulary);
            kept = Kept::Begun;
        }
        match self.keep_draft(draft) {
            true => kept,
            false => Kept::TooMany,
        }
    }

    /// Keeps a draft; forgets it if it is what is saved. Returns false if there are too many.
    pub(super) fn keep_draft(&self, draft: Draft) -> bool {
        let text = self.text();
        if draft.mode == Mode::Add && draft.words.text.trim().is_empty() && text.ours.is_none() {
            // Nothing is added.
            return self.desk.drafts.set(text, None);
        }
        let is_as_saved = draft.wording(text, &self.saved.vocabulary) == text.ours
            && draft.stamp == stamp_of(text.ours.as_ref())
            && !draft.has_empty_item(text);
        self.desk.drafts.set(text, (!is_as_saved).then_some(draft))
    }

    /// Returns clinic and leaflet with all drafts of this leaflet. The text that is edited is a layer of its own, so
    /// that findings about it are found.
    fn with_drafts(&self) -> (Clinic, Handout) {
        let mut clinic = self.loaded.clinic.clone();
        let mut handout = self.saved.handout.clone();
        let vocabulary = &self.saved.vocabulary;
        for block in self
            .saved
            .texts
            .blocks
            .iter()
            .filter(|block| block.locked.is_none())
        {
            for text in &block.texts {
                let is_edited = text.key == self.text().key;
                let wording = match self.desk.drafts.get(text) {
                    Some(draft) => draft.wording(text, vocabulary),
                    None if is_edited && text.home != Home::Nowhere => text.ours.clone(),
                    None => continue,
                };
                let value = wording.as_ref().map(to_text_value);
                match text.home {
                    Home::Handout => handout = handout.with_text(&text.tag, &text.path, value),
                    _ => clinic = with_wording(clinic, text, wording.as_ref()),
                }
            }
        }
        (clinic, handout)
    }

    fn view(&self) -> Result<View, Vec<Finding>> {
        let Screen {
            desk,
            loaded,
            choices,
            ..
        } = self;
        let letter = (self.block().key == LETTER).then(|| usual_envelope(&loaded.clinic, choices));
        let view = View::new(desk, loaded, choices, letter, self.with_drafts());
        match self.text().is_text_message() {
            true => view.map(|view| view.with_faults_of_text_message(loaded, choices)),
            false => view,
        }
    }

    /// Returns whether the clinic's text differs from the one that the draft was begun with.
    pub(super) fn is_conflict(&self, text: &Text) -> bool {
        let draft = self.desk.drafts.get(text);
        draft.is_some_and(|draft| draft.stamp != stamp_of(text.ours.as_ref()))
    }
}

fn answer(desk: &Desk, id: &str, key: Option<&str>, fields: &Fields) -> Response {
    let loaded = desk.sources().map_err(NoScreen::Faulty);
    match loaded.and_then(|loaded| Screen::new(desk, loaded, id, key, fields)) {
        Ok(screen) => {
            let done = ["saved", "undone"].into_iter().find_map(|name| {
                let number = field(fields, name)?.parse().ok();
                Some(Done {
                    words: match name {
                        "saved" => "Saved",
                        _ => "The former words are back",
                    },
                    undo: number.filter(|number| desk.last_saves.get(*number).is_some()),
                })
            });
            let notice = Notice {
                done,
                ..Notice::default()
            };
            whole(&screen, notice)
        }
        Err(problem) => problem.answer(),
    }
}

pub(super) fn refused(screen: &Screen, status: StatusCode, words: &str) -> Response {
    let html = format!(
        "<div class=\"note stop\" role=\"alert\">{}<h2>{}</h2></div>",
        page::filled_icon("alert"),
        message_page::marked_up(words)
    );
    let notice = Notice {
        html,
        ..Notice::default()
    };
    (status, whole(screen, notice)).into_response()
}

/// Writes the whole screen.
pub(super) fn whole(screen: &Screen, mut notice: Notice) -> Response {
    notice.faults = screen
        .loaded
        .leaflet(&screen.choices)
        .err()
        .unwrap_or_default();
    let conflict = match screen.is_conflict(screen.text()) {
        true => conflict(screen),
        false => String::new(),
    };
    screen.desk.seen_wordings.keep(screen.text().ours.as_ref());
    let view = screen.view();
    let text = screen.text();
    let has_faults = |view: &View| view.faults.iter().any(|fault| is_about(fault, text));
    notice.is_message_faulty = text.is_text_message() && view.as_ref().is_ok_and(has_faults);
    let definition = &screen.saved.handout.definition;
    let (title, subtitle) = match &view {
        Ok(View { resolved, .. }) => {
            let document = &resolved.document;
            let subtitle = document.subtitle.as_deref().map(plain_text);
            (plain_text(&document.title), subtitle.unwrap_or_default())
        }
        Err(_) => (definition.id.clone(), String::new()),
    };
    if let Ok(view) = &view {
        screen.desk.pictures.keep(&view.pages);
    }
    let pages = match &view {
        Ok(view) => pages(screen, view, &|picture| {
            Some(format!(
                "/leaflets/{}/words/pages/{}",
                escaped(&screen.choices.id),
                picture.name
            ))
        }),
        Err(findings) => format!(
            "<div class=\"doc\">{}</div>",
            message_page::fault_list(findings)
        ),
    };
    let count = view.as_ref().map_or(0, |view| view.pages.len());
    let head = head(
        &screen.loaded,
        &screen.saved.handout,
        &screen.choices,
        (&title, &subtitle),
        Tab::Words,
    );
    let read = view.as_ref().map_or_else(
        |_| (String::new(), String::new()),
        |view| judged(screen, view),
    );
    let main = format!(
        "{head}{conflict}<div class=\"words\">{outline}<section class=\"preview\" aria-label=\"Preview\">{tools}\
         <section class=\"pages\" aria-label=\"Pages of the leaflet\" tabindex=\"0\" id=\"pages\">{pages}</section></section>\
         {editor}</div>",
        outline = outline(screen, view.as_ref().ok()),
        tools = tools(count),
        editor = editor(screen, view.as_ref().ok(), &notice, &read),
    );
    let title = format!("Words: {title}");
    page(&screen.loaded, page::Screen::Words, &title, &main)
}

/// Writes the regions "How it reads" and "What changes on the page".
fn judged(screen: &Screen, view: &View) -> (String, String) {
    let text = screen.text();
    let wording = screen.draft().wording(text, &screen.saved.vocabulary);
    let asked = Asked {
        desk: screen.desk,
        loaded: &screen.loaded,
        saved: &screen.saved,
        choices: &screen.choices,
        block: screen.block(),
        text,
        wording: wording.as_ref(),
        view,
    };
    let effects = match screen.is_unsaved(text) {
        true => asked.effects(),
        false => "<p class=\"small muted\">Nothing is changed yet.</p>".to_owned(),
    };
    (asked.reads(), effects)
}

/// Answers with what follows from the typed words at once: pages, marks, and what is wrong. Pictures that the page
/// has already are left out.
pub(super) fn parts(screen: &Screen, form: &Fields) -> Response {
    let shown: Vec<&str> = field(form, "shown")
        .unwrap_or_default()
        .split(',')
        .collect();
    let view = screen.view();
    let (pages, faults) = match &view {
        Ok(view) => {
            let address = |picture: &PagePicture| {
                let is_shown = shown.contains(&picture.name.as_str());
                (!is_shown).then(|| data_address(&picture.svg))
            };
            (pages(screen, view, &address), view.faults.as_slice())
        }
        Err(findings) => (String::new(), findings.as_slice()),
    };
    // The fields of a list that begins as the library's.
    let fields = match field(form, "list") {
        Some(_) => format!("<div id=\"list\">{}</div>", list(screen, &screen.draft())),
        None => String::new(),
    };
    let html = format!(
        "<!DOCTYPE html><title>Words</title><section id=\"pages\">{pages}</section>{}{}{}{fields}",
        super::words_form::badge(screen),
        super::words_form::state(screen, faults),
        outline(screen, view.as_ref().ok()),
    );
    axum::response::Html(html).into_response()
}

/// Answers with how the typed words read.
pub(super) fn read(screen: &Screen) -> Response {
    let html = match screen.view() {
        Ok(view) => {
            let (reads, effects) = judged(screen, &view);
            format!("<div id=\"reads\">{reads}</div><div id=\"effect\">{effects}</div>")
        }
        Err(_) => String::new(),
    };
    axum::response::Html(format!("<!DOCTYPE html><title>Words</title>{html}")).into_response()
}

/// Writes the buttons above the pages. They work only with the script, which shows them.
fn tools(count: usize) -> String {
    let button = |name: &str, label: &str, symbol: &str| {
        format!(
            "<button class=\"btn plain sq\" type=\"button\" data-do=\"{name}\" aria-label=\"{label}\">{}</button>",
            icon(symbol)
        )
    };
    format!(
        "<div class=\"ptools\" hidden><div role=\"group\" aria-label=\"Pages\">{}<output id=\"place\">Page 1 of {count}\
         </output>{}</div><p class=\"end small muted\">Shows your changes</p></div>",
        button("previous", "Previous page", "left"),
        button("next", "Next page", "right"),
    )
}

/// Writes the pages, with a link over each text. `address` returns the address of a picture.
fn pages(screen: &Screen, view: &View, address: &dyn Fn(&PagePicture) -> Option<String>) -> String {
    let count = view.pages.len();
    let mut list = String::new();
    for (index, (picture, page)) in view.pages.iter().zip(&view.layout.pages).enumerate() {
        let number = index + 1;
        let (width, height) = (page.size.width.0.round(), page.size.height.0.round());
        let source =
            address(picture).map_or(String::new(), |address| format!(" src=\"{address}\""));
        list += &format!(
            "<li id=\"page-{number}\" data-name=\"{}\"><div class=\"paper\"><img{source} width=\"{width}\" \
             height=\"{height}\" alt=\"Page {number} of {count}\">{}</div></li>",
            picture.name,
            spots(screen, picture)
        );
    }
    format!("<ol>{list}</ol>")
}

fn spots(screen: &Screen, picture: &PagePicture) -> String {
    let mut html = String::new();
    for spot in &picture.spots {
        let mut blocks = screen.saved.texts.blocks.iter();
        let Some(block) = blocks.find(|block| block.key == spot.block) else {
            continue;
        };
        let Some(text) = block.texts.first() else {
            continue;
        };
        let is_current = block.key == screen.block().key;
        let (current, pencil) = match is_current {
            true => (" aria-current=\"true\"", icon("pencil")),
            false => ("", String::new()),
        };
        html += &format!(
            "<a class=\"spot\" href=\"{}#ed\" aria-label=\"Change: {}\"{current} style=\"left:{}%;top:{}%;width:{}%;\
             height:{}%\">{pencil}</a>",
            screen.address(text),
            escaped(&block.label),
            spot.left,
            spot.top,
            spot.width,
            spot.height
        );
    }
    html
}

/// Writes the list of texts.
fn outline(screen: &Screen, view: Option<&View>) -> String {
    let mut list = String::new();
    let (mut shown, mut has_all) = (0, false);
    for block in &screen.saved.texts.blocks {
        let page = view.and_then(|view| view.page_of(&block.key));
        if block.is_of_all() {
            if !has_all {
                list += "<li class=\"pg\">For every leaflet</li>";
            }
            has_all = true;
        } else if let Some(page) = page.filter(|page| *page > shown) {
            shown = page;
            list += &format!("<li class=\"pg\" aria-hidden=\"true\">Page {page}</li>");
        }
        let Some(text) = block.texts.first() else {
            continue;
        };
        let is_ours = block.texts.iter().any(|text| text.ours.is_some());
        let is_unsaved = block.texts.iter().any(|text| screen.is_unsaved(text));
        let mark = match (block.locked, is_unsaved, is_ours) {
            (Some(_), ..) => format!("{}<span class=\"vh\"> locked</span>", icon("lock")),
            (None, true, _) => "<span class=\"chip warn\">Not saved</span>".to_owned(),
            (None, false, true) => "<span class=\"chip ours\">Ours</span>".to_owned(),
            (None, false, false) => String::new(),
        };
        let current = match block.key == screen.block().key {
            true => " aria-current=\"true\"",
            false => "",
        };
        let class = if is_ours || is_unsaved {
            ""
        } else {
            " class=\"theirs\""
        };
        list += &format!(
            "<li{class}><a href=\"{}#ed\"{current}><span>{}</span>{mark}</a></li>",
            screen.address(text),
            escaped(&block.label)
        );
    }
    let mut blocks = screen.saved.texts.blocks.iter();
    let note = match blocks.any(|block| block.locked.is_some()) {
        true => format!(
            "<p class=\"locknote small muted\">{}<span>Safety messages are locked. They are the same for every clinic, so \
             nobody can lose them by mistake. The phone numbers in them are yours.</span></p>",
            icon("lock")
        ),
        false => String::new(),
    };
    format!(
        "<nav class=\"outline\" aria-labelledby=\"texts\"><h2 id=\"texts\">Texts</h2>\
         <label class=\"tick small with-script-only\"><input type=\"checkbox\" name=\"ours\" id=\"only-ours\"> <span>Only ours</span></label>\
         <ol class=\"list\" id=\"outline\">{list}</ol>{note}</nav>"
    )
}
