//! The screen Review: leaflets that are due, library texts that changed under the clinic's, updated sources.
//!
//! Each decision is a form. The ones about texts carry a mark of the texts that the person saw.

use std::sync::Arc;

use axum::extract::{Form, Query, State};
use axum::response::{IntoResponse, Response};
use jiff::ToSpan;
use jiff::civil::Date;

use super::choices::Choices;
use super::differences::{lines, paragraphs, source_label};
use super::fields::{Fields, field};
use super::library_page::language_name;
use super::message_page::{capitalised, marked_up};
use super::page::{Screen, filled_icon, icon, page};
use super::review_decisions::{Choice, Outcome, chosen, reviewed, seen};
use super::review_facts::{ChangedText, Due, UpdatedSource, WhyDue};
use super::saved::SaveError;
use super::sources::Loaded;
use super::unmade::{Refusal, Unmade};
use super::{Desk, guard, message_page, with_sources};
use crate::customize::leaflet::block_names;
use crate::customize::with_base;
use crate::escape::escaped;
use crate::library::{Handout, Wording};
use crate::locale::Locale;

/// Answers with everything that needs a look.
pub(super) async fn show(State(desk): State<Arc<Desk>>, Query(fields): Query<Fields>) -> Response {
    with_sources(&desk, move |desk, loaded| {
        screen(desk, &loaded, &fields, Outcome::default())
    })
    .await
}

/// Records that a clinician reviewed a leaflet.
pub(super) async fn mark_reviewed(
    State(desk): State<Arc<Desk>>,
    Form(fields): Form<Fields>,
) -> Response {
    decided(desk, fields, reviewed).await
}

/// Prints the words that a person chose, and records the choice.
pub(super) async fn choose(State(desk): State<Arc<Desk>>, Form(fields): Form<Fields>) -> Response {
    decided(desk, fields, chosen).await
}

/// Records that the entry of a source was seen.
pub(super) async fn mark_seen(
    State(desk): State<Arc<Desk>>,
    Form(fields): Form<Fields>,
) -> Response {
    decided(desk, fields, seen).await
}

/// Writes a decision, and leads back to the screen.
async fn decided(
    desk: Arc<Desk>,
    fields: Fields,
    decide: fn(&Desk, &Loaded, &Fields) -> Result<(), Outcome>,
) -> Response {
    with_sources(&desk, move |desk, loaded| {
        match decide(desk, &loaded, &fields) {
            Ok(()) => guard::redirect("/review"),
            Err(outcome) => screen(desk, &loaded, &fields, outcome),
        }
    })
    .await
}

fn screen(desk: &Desk, loaded: &Arc<Loaded>, fields: &Fields, outcome: Outcome) -> Response {
    loaded.try_leaflets(&desk.requests);
    let facts = loaded.review();
    let refused = loaded.refused();
    let trying = loaded.trial.progress(loaded.ids().len());
    let open = loaded.open_decisions().html();
    let lead = match facts.count() + refused.len() {
        0 => nothing(loaded, open.is_empty() && trying.is_empty()),
        _ => "<p class=\"lead\">What is due, and what has changed since you last looked.</p>"
            .to_owned(),
    };
    let message = outcome.message.as_ref().map_or(String::new(), |words| {
        format!(
            "<div class=\"note stop\" role=\"alert\">{}<h2>{}</h2></div>",
            filled_icon("alert"),
            message_page::marked_up(words)
        )
    });
    let read_only = match desk.cannot_save(&loaded.clinic) {
        None => String::new(),
        Some(SaveError::ReadOnly) => {
            "<p class=\"note slim\">This computer may only look. Decide on another one.</p>".to_owned()
        }
        Some(_) => {
            "<p class=\"note slim\"><a href=\"/welcome\">Make your own clinic</a> to decide here.</p>".to_owned()
        }
    };
    let can_save = read_only.is_empty();
    let main = format!(
        "<div class=\"head\"><div><h1>Review</h1><div id=\"lead\">{lead}</div><p class=\"small muted\" \
         id=\"trying\">{trying}</p></div></div>{message}{read_only}<div id=\"attention\">{}</div>{}{}{}{open}",
        not_printed(&refused),
        due(loaded, fields, &outcome, can_save),
        texts(loaded, can_save),
        sources(loaded, can_save),
    );
    let title = match outcome.faults.is_empty() {
        true => "Review",
        false => "Error: Review",
    };
    (outcome.status, page(loaded, Screen::Review, title, &main)).into_response()
}

/// Says that nothing is due or changed, and when the next review is due. `is_all` tells whether nobody waits for a
/// check or an approval, either.
fn nothing(loaded: &Loaded, is_all: bool) -> String {
    let ids = loaded.ids();
    let dates = ids.iter().filter_map(|id| {
        let handout = loaded.handout(id)?.ok()?;
        Some(loaded.clinic.review_dates(&handout.definition).review_by)
    });
    let next = dates.min().map_or(String::new(), |next| {
        format!(
            " The next review is due on {}.",
            Locale::of("en").long_date(next)
        )
    });
    let nothing = match is_all {
        true => "Nothing needs attention.",
        false => "Nothing is due, and nothing has changed in the library.",
    };
    format!("<p class=\"lead\">{nothing}{next}</p>")
}

/// Returns the title of a leaflet in the clinic's language.
fn title_of(loaded: &Loaded, handout: &Handout) -> String {
    let choices = Choices::new(loaded, handout, &Fields::new());
    loaded.title(handout, &choices).0
}

fn title_of_id(loaded: &Loaded, id: &str) -> String {
    let handout = loaded.handout(id).and_then(Result::ok);
    handout.map_or_else(|| id.to_owned(), |handout| title_of(loaded, &handout))
}

/// Writes the leaflets that are not printed, with the first reason.
fn not_printed(refused: &[Arc<Unmade>]) -> String {
    let is_stopped = |leaflet: &&Arc<Unmade>| leaflet.refusal == Refusal::Stopped;
    let (stopped, unmade): (Vec<_>, Vec<_>) = refused.iter().partition(is_stopped);
    let part = |id: &str, heading: &str, side: &str, leaflets: &[&Arc<Unmade>]| {
        if leaflets.is_empty() {
            return String::new();
        }
        let items: String = leaflets
            .iter()
            .map(|leaflet| refused_item(leaflet))
            .collect();
        format!(
            "<section class=\"part\" aria-labelledby=\"{id}\"><header><h2 id=\"{id}\">{heading}</h2>\
             <p>{side}</p></header><ul class=\"jobs\">{items}</ul></section>"
        )
    };
    let mended = "Nothing is lost. They can be printed when they are mended.";
    let asked = "They can be read here. They are printed when this is mended.";
    part("unmade", "Cannot be made", mended, &unmade)
        + &part("stopped", "Cannot be printed yet", asked, &stopped)
}

fn refused_item(leaflet: &Unmade) -> String {
    let (id, title) = (escaped(&leaflet.id), escaped(&leaflet.title));
    let (query, language) = match &leaflet.language {
        Some(language) => (
            format!("?language={}", escaped(language)),
            format!(", in {}", escaped(&language_name(language))),
        ),
        None => Default::default(),
    };
    let why = leaflet.first().map_or(String::new(), |fault| {
        marked_up(&capitalised(&fault.message))
    });
    let words = escaped(&leaflet.refusal.in_words());
    format!(
        "<li><div><p><strong>{title}</strong><span class=\"muted\">{language}</span></p><p class=\"small\">{why}</p></div>\
         <a class=\"btn slim\" href=\"/leaflets/{id}{query}\">See why<span class=\"vh\"> {title} {words}</span></a></li>"
    )
}

/// Writes the leaflets that are due.
fn due(loaded: &Loaded, fields: &Fields, outcome: &Outcome, can_save: bool) -> String {
    let due = &loaded.review().due;
    if due.is_empty() {
        return String::new();
    }
    let refuses = loaded.library.manifest().review.overdue == crate::library::OverduePolicy::Refuse;
    let rows = due.iter().map(|due| {
        let title = escaped(&title_of_id(loaded, &due.id));
        let id = escaped(&due.id);
        let day = Locale::of("en").long_date(due.review_by);
        let (state, readers) = match (&due.why, refuses) {
            (WhyDue::UnclearWords { by, on }, _) => (
                format!(
                    "<span class=\"state soon\">{} Reviewed by {} on {}. Nobody recorded which of your words were read\
                     </span>",
                    filled_icon("clock"),
                    escaped(by),
                    Locale::of("en").long_date(*on)
                ),
                "The library’s dates of review, until you review it again.",
            ),
            (WhyDue::Overdue, false) => (
                format!("<span class=\"state late\">{} Overdue since {day}</span>", filled_icon("clock")),
                "A notice on page 1 says that the review is overdue.",
            ),
            (WhyDue::Overdue, true) => (
                format!("<span class=\"state late\">{} Overdue since {day}</span>", filled_icon("clock")),
                "It cannot be printed until it is reviewed.",
            ),
            (WhyDue::Soon, _) => (
                format!("<span class=\"state soon\">{} Due on {day}</span>", filled_icon("clock")),
                "Nothing yet.",
            ),
        };
        let mark = match can_save {
            true => format!(
                "<form method=\"get\" action=\"/review#mark\"><button class=\"btn plain slim\" type=\"submit\" name=\"mark\" \
                 value=\"{id}\">Mark as reviewed<span class=\"vh\"> “{title}”</span></button></form>"
            ),
            false => String::new(),
        };
        format!(
            "<tr><th scope=\"row\">{title}</th><td>{state}</td><td><span class=\"narrow\">Readers see: </span>{readers}</td><td><div class=\"acts\">\
             <a class=\"btn slim\" href=\"/leaflets/{id}\">Read<span class=\"vh\"> {title}</span></a>{mark}</div></td></tr>"
        )
    });
    let rows: String = rows.collect();
    let marked = field(fields, "mark").filter(|_| can_save);
    let marked = marked.and_then(|id| due.iter().find(|due| due.id == id));
    let form = marked.map_or(String::new(), |due| mark_form(loaded, due, fields, outcome));
    format!(
        "<section class=\"part\" aria-labelledby=\"due\"><header><h2 id=\"due\">Due for review</h2>\
         <p>A clinician reads all of it and sets a new date.</p></header><div class=\"stack\"><div class=\"scroll\" \
         tabindex=\"0\" role=\"region\" aria-label=\"Leaflets due for review\"><table class=\"mid due rows\"><caption class=\"vh\">\
         Leaflets due for review</caption><thead><tr><th scope=\"col\">Leaflet</th><th scope=\"col\">When</th>\
         <th scope=\"col\">What readers see</th><th scope=\"col\"><span class=\"vh\">Actions</span></th></tr></thead>\
         <tbody>{rows}</tbody></table></div>{form}</div></section>"
    )
}

/// Returns a mark of the clinic's words in a leaflet; empty if it cannot be read.
fn own_words(loaded: &Loaded, id: &str) -> String {
    let handout = loaded.handout(id).and_then(Result::ok);
    let words = handout.map(|handout| loaded.clinic.own_words(&handout.definition));
    words.map_or(String::new(), |words| words.as_str().to_owned())
}

/// Asks for the clinician and the next date.
fn mark_form(loaded: &Loaded, due: &Due, fields: &Fields, outcome: &Outcome) -> String {
    let english = Locale::of("en");
    let two_years: Option<Date> = loaded.date.checked_add(2.years()).ok();
    let next = two_years.map_or(String::new(), |date| {
        english.long_date(date).replace('\u{a0}', " ")
    });
    let value = |name: &str| field(fields, name);
    let input = |name: &str, label: &str, hint: &str, value: &str, more: &str| {
        let fault = outcome.faults.iter().find(|(field, _)| *field == name);
        let (error, invalid) = match fault {
            Some((_, words)) => (
                format!("<p class=\"err\" id=\"{name}-e\">{words}</p>"),
                format!(" aria-invalid=\"true\" aria-describedby=\"{name}-e\""),
            ),
            None => (String::new(), String::new()),
        };
        format!(
            "<div class=\"field\"><label for=\"{name}\">{label}</label>{hint}{error}<input type=\"text\" id=\"{name}\" \
             name=\"{name}\" value=\"{}\" maxlength=\"200\"{invalid}{more}></div>",
            escaped(value)
        )
    };
    let title = escaped(&title_of_id(loaded, &due.id));
    format!(
        "<form class=\"card marking stack\" id=\"mark\" method=\"post\" action=\"/review/reviewed\" aria-labelledby=\"mark-h\">\
         <h3 id=\"mark-h\">Mark “{title}” as reviewed</h3><p class=\"small\">Version {version}. The new date is printed at the \
         foot of the leaflet, until the library has another version, or your words in it change.</p>\
         <input type=\"hidden\" name=\"mark\" value=\"{id}\"><input type=\"hidden\" name=\"version\" value=\"{version}\">\
         <input type=\"hidden\" name=\"words\" value=\"{words}\">\
         <div class=\"two\">{name}{next}</div>\
         <p class=\"acts\"><button class=\"btn main\" type=\"submit\">Save the review</button><a href=\"/review\">Not now</a></p>\
         </form>",
        version = escaped(&due.version),
        id = escaped(&due.id),
        words = own_words(loaded, &due.id),
        name = input(
            "name",
            "Name of the clinician",
            "",
            value("name").unwrap_or_default(),
            " autocomplete=\"name\""
        ),
        next = input(
            "next",
            "Next review",
            "",
            value("next").unwrap_or(&next),
            " autocomplete=\"off\""
        ),
    )
}

/// Writes the library texts that changed.
fn texts(loaded: &Loaded, can_save: bool) -> String {
    let texts = &loaded.review().texts;
    if texts.is_empty() {
        return String::new();
    }
    let articles: String = texts
        .iter()
        .enumerate()
        .map(|(index, text)| article(loaded, index, text, can_save))
        .collect();
    let count = match texts.len() {
        1 => "You had changed 1 of them.".to_owned(),
        more => format!("You had changed {more} of them."),
    };
    let taking_in = texts.iter().filter(|text| text.found.holds_base()).count();
    let printed = match taking_in {
        0 => "We print your words until you choose.",
        all if all == texts.len() => {
            "Your words take in the library’s, so its new words are printed already."
        }
        _ => {
            "We print your words until you choose. Where they take in the library’s, its new words are printed already."
        }
    };
    format!(
        "<section class=\"part\" aria-labelledby=\"chg\"><header><h2 id=\"chg\">Library texts that changed</h2>\
         <p>{count} {printed}</p></header><div class=\"stack\">{articles}</div></section>"
    )
}

/// Writes one changed text, with the library's text before and now, and the clinic's.
fn article(loaded: &Loaded, index: usize, text: &ChangedText, can_save: bool) -> String {
    let found = &text.found;
    let bibliography = loaded
        .library
        .bibliography_with(&loaded.clinic)
        .unwrap_or_default();
    let shown = |wording: Option<&Wording>| {
        wording.map_or(String::new(), |wording| lines(wording, &bibliography))
    };
    let was = shown(text.was.as_ref());
    let is = shown(found.base.as_ref());
    let yours = shown(Some(&with_base(&found.own, text.was.as_ref())));
    let before = match text.was {
        Some(_) => paragraphs(&was, &was),
        None => "<p class=\"muted\">The library had no text here.</p>".to_owned(),
    };
    let now = match found.base {
        Some(_) => paragraphs(&was, &is),
        None => "<p class=\"muted\">The library no longer has this text.</p>".to_owned(),
    };
    let language = escaped(&found.language);
    let version = |class: &str, heading: &str, html: &str| {
        format!(
            "<div class=\"ver{class}\"><h4>{heading}</h4>\
             <div lang=\"{language}\">{html}</div></div>"
        )
    };
    let name = name_of(loaded, text);
    let choices = text.choices();
    let first = choices.first().copied().unwrap_or(Choice::Library);
    let shown_choices = Choice::ALL
        .into_iter()
        .filter(|(choice, ..)| choices.contains(choice));
    let radios: String = shown_choices
        .clone()
        .map(|(choice, value, label, remark)| {
            let checked = if choice == first { " checked" } else { "" };
            format!(
                "<label class=\"choice\"><input type=\"radio\" name=\"choice\" value=\"{value}\"{checked}><span>{label} \
                 <small>{remark}</small></span></label>"
            )
        })
        .collect();
    let reads: String = shown_choices
        .map(|(choice, value, ..)| {
            let reads = match text.reads(choice) {
                Some(wording) => {
                    let wording = shown(Some(&wording));
                    paragraphs(&wording, &wording)
                }
                None => "<p>Nothing: the text goes.</p>".to_owned(),
            };
            format!(
                "<div class=\"reads\" data-choice=\"{value}\" lang=\"{language}\">{reads}</div>"
            )
        })
        .collect();
    let why = match (found.holds_base(), text.both.is_some(), &found.base) {
        (true, ..) => {
            "<p class=\"small\">Your text takes in the library’s words, so the new ones are printed already.</p>"
        }
        (_, false, Some(_)) if text.was.is_some() => {
            "<p class=\"small\">You and the library changed the same words, so they cannot be put together here.</p>"
        }
        _ => "",
    };
    let words = text.leaflets.first().map_or(String::new(), |id| {
        format!(
            "<a class=\"btn plain\" href=\"/leaflets/{}/words/{}?language={language}\">{} Change the words first</a>",
            escaped(id),
            escaped(&found.key),
            icon("pencil")
        )
    });
    let form = match can_save {
        false => words,
        true => format!(
            "<form class=\"stack\" method=\"post\" action=\"/review/texts\" aria-labelledby=\"m{index}\">\
             <input type=\"hidden\" name=\"key\" value=\"{key}\"><input type=\"hidden\" name=\"language\" value=\"{language}\">\
             <input type=\"hidden\" name=\"state\" value=\"{state}\">\
             <fieldset class=\"group\"><legend>Which words should we print?</legend>\
             <div class=\"choices\" style=\"--min:12rem\">{radios}</div></fieldset>{why}\
             <div class=\"lib\" role=\"status\"><h4>It will read</h4>{reads}</div>\
             <p class=\"acts\"><button class=\"btn {main}\" type=\"submit\">Save this choice</button>{words}\
             <button class=\"link small later\" type=\"button\" hidden>Decide later</button></p></form>",
            key = escaped(&found.key),
            state = text.state(),
            // One main button on a screen.
            main = if index == 0 { "main" } else { "" },
        ),
    };
    format!(
        "<article class=\"card merge\" aria-labelledby=\"m{index}\"><header><div><h3 id=\"m{index}\" lang=\"{language}\">{name}\
         </h3><p class=\"small muted\">{where_}</p></div></header><div class=\"three\">{}{}{}</div>{form}</article>",
        version("", "The library, before", &before),
        version("", "The library, now", &now),
        version(" mine-v", "Yours", &paragraphs(&was, &yours)),
        name = escaped(&name),
        where_ = place_of(loaded, text),
    )
}

/// Returns the heading of the block that a text is in.
fn name_of(loaded: &Loaded, text: &ChangedText) -> String {
    let block = text.found.path.first().map_or("", String::as_str);
    let name = || {
        let handout = loaded.handout(text.leaflets.first()?)?.ok()?;
        let fields = vec![("language".to_owned(), text.found.language.clone())];
        let choices = Choices::new(loaded, &handout, &fields);
        let names = block_names(&*loaded.document(&handout, &choices).ok()?);
        names
            .into_iter()
            .find_map(|(key, name)| (key == block).then_some(name))
    };
    let name = match block {
        "title" => Some("Title".to_owned()),
        "subtitle" => Some("Subtitle".to_owned()),
        "closing" => Some("Closing words".to_owned()),
        "text-message" => Some("Text message (SMS)".to_owned()),
        _ => name(),
    };
    super::page::capital(&name.unwrap_or_else(|| block.replace('-', " ")))
}

/// Says in which leaflet a text is, as HTML.
fn place_of(loaded: &Loaded, text: &ChangedText) -> String {
    let Some(id) = text.leaflets.first() else {
        return "In no leaflet".to_owned();
    };
    if text.leaflets.len() > 1 && text.leaflets.len() == loaded.ids().len() {
        return "In all leaflets".to_owned();
    }
    let mut place = escaped(&title_of_id(loaded, id));
    let block = text.found.path.first().map_or("", String::as_str);
    if let Some(page) = page_of(loaded, id, &text.found.language, block) {
        place += &format!(", page {page}");
    }
    match text.leaflets.len() {
        1 => place,
        2 => place + ", and 1 other leaflet",
        more => place + &format!(", and {} other leaflets", more - 1),
    }
}

/// Returns the page on which a block begins.
fn page_of(loaded: &Loaded, id: &str, language: &str, block: &str) -> Option<u32> {
    let handout = loaded.handout(id)?.ok()?;
    let fields = vec![("language".to_owned(), language.to_owned())];
    let choices = Choices::new(loaded, &handout, &fields);
    let made = loaded.leaflet(&choices).ok()?;
    made.layout.block_pages.get(block).copied()
}

/// Writes the sources that were updated.
fn sources(loaded: &Loaded, can_save: bool) -> String {
    let sources = &loaded.review().sources;
    if sources.is_empty() {
        return String::new();
    }
    let items: String = sources
        .iter()
        .map(|source| source_item(loaded, source, can_save))
        .collect();
    format!(
        "<section class=\"part\" aria-labelledby=\"ev\"><header><h2 id=\"ev\">Evidence that was updated</h2>\
         <p>Sources that your leaflets cite.</p></header><ul class=\"jobs\">{items}</ul></section>"
    )
}

fn source_item(loaded: &Loaded, source: &UpdatedSource, can_save: bool) -> String {
    let bibliography = loaded
        .library
        .bibliography_with(&loaded.clinic)
        .unwrap_or_default();
    let label = escaped(&source_label(&source.key, &bibliography));
    let language = |id: &str| {
        let handout = loaded.handout(id)?.ok()?;
        Some(Choices::new(loaded, &handout, &Fields::new()).language)
    };
    let page = |id: &str, block: &str| page_of(loaded, id, &language(id)?, block);
    let places: Vec<String> = source
        .cited
        .iter()
        .map(|(id, block)| {
            let title = escaped(&title_of_id(loaded, id));
            match page(id, block) {
                Some(page) => format!("{title}, page {page}"),
                None => title,
            }
        })
        .collect();
    let first = source.cited.first().map_or(String::new(), |(id, block)| {
        let id_shown = escaped(id);
        let page = page(id, block).map_or(String::new(), |page| format!("#page-{page}"));
        format!(
            "<a class=\"btn slim\" href=\"/leaflets/{id_shown}{page}\">See where<span class=\"vh\"> {label} is cited</span></a>"
        )
    });
    let mark = match can_save {
        true => format!(
            "<form method=\"post\" action=\"/review/seen\"><input type=\"hidden\" name=\"source\" value=\"{}\">\
             <input type=\"hidden\" name=\"state\" value=\"{}\"><button class=\"btn plain slim\" type=\"submit\">Mark as seen\
             <span class=\"vh\"> “{label}”</span></button></form>",
            escaped(&source.key),
            source.hash.as_str()
        ),
        false => String::new(),
    };
    format!(
        "<li><div><p><strong>{label}</strong>: {}</p><p class=\"small muted\">Cited in {}.</p></div>{first}{mark}</li>",
        escaped(&source.entry),
        places.join("; ")
    )
}
