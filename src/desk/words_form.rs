//! The editor of one text.

use super::drafts::{CELL, Draft, Mode, shown};
use super::finding_links::FindingLinks;
use super::leaflet_texts::{ADDRESS_NAME, LETTER, SHARED, Shape, Text};
use super::message_page::{capitalised, marked_up};
use super::page::{filled_icon, icon};
use super::saved::SaveError;
use super::things_to_know::placed_faults;
use super::words_list::{list, names};
use super::words_page::{Done, Notice, Screen};
use super::words_reads::users;
use super::words_view::View;
use crate::escape::escaped;
use crate::finding::{Finding, PlaceTarget};
use crate::library::{Clinic, UNSAVED, Wording};
use crate::source::Route;

/// Writes the editor. `read` are the regions "How it reads" and "What changes on the page".
pub(super) fn editor(
    screen: &Screen,
    view: Option<&View>,
    notice: &Notice,
    read: &(String, String),
) -> String {
    let (block, text) = (screen.block(), screen.text());
    let label = escaped(&block.label);
    let page = view.and_then(|view| view.page_of(&block.key));
    let page = page.map_or(String::new(), |page| {
        format!("<span>Page {page}</span><span aria-hidden=\"true\">·</span>")
    });
    let faults = view.map_or(&[][..], |view| &view.faults);
    let top = format!(
        "<div class=\"eyebrow\">{page}<span>{kind}</span>{badge}</div><h2 id=\"ed\" tabindex=\"-1\">{label}</h2>{unmade}\
         {parts}{users}",
        unmade = unmade(screen, notice),
        kind = block.kind,
        badge = badge(screen),
        parts = parts(screen),
        users = used_by(screen),
    );
    if let Some(reason) = block.locked {
        return format!(
            "<section class=\"card editor\" aria-labelledby=\"ed\">{top}<p class=\"note slim\">{}<span>{reason}</span></p>{}\
             <p class=\"small\"><a href=\"/clinic\">Change the phone numbers in it</a></p></section>",
            icon("lock"),
            printed_text(screen, view, text),
        );
    }
    let editable = is_editable(screen, text);
    let fields = match editable {
        true => fields(screen),
        false => format!(
            "{}<p class=\"note slim\">{}<span>This text cannot be shown in a field. Change it in the file of your \
             clinic, below <code>{}</code>.</span></p>",
            library_text(screen, text),
            filled_icon("info"),
            escaped(&text.key)
        ),
    };
    // Enter presses the first button of a form. So that button must not save or remove anything.
    format!(
        "<form class=\"card editor\" id=\"editor\" aria-labelledby=\"ed\" method=\"post\" action=\"{address}\" autocomplete=\"off\" \
         data-leaflet=\"{id}\">{top}<button type=\"submit\" name=\"do\" value=\"show\" id=\"by-enter\" hidden>Show the preview</button><div id=\"notice\">{notice_html}</div>{fields}{state}\
         <section class=\"reads\" aria-labelledby=\"readsh\"><h3 id=\"readsh\">How it reads</h3><div id=\"reads\">{reads}</div></section>\
         <section aria-labelledby=\"eff\"><h3 id=\"eff\">What changes on the page</h3><div id=\"effect\">{effects}</div></section>\
         <p class=\"vh\" role=\"status\" id=\"said\"></p>{bar}</form>{lists}",
        address = screen.address(text),
        id = escaped(&screen.choices.id),
        notice_html = notice.html,
        state = state(screen, faults),
        reads = read.0,
        effects = read.1,
        bar = save_bar(screen, notice, editable),
        lists = lists(screen),
    )
}

/// Says that the leaflet cannot be made as it is saved, and what to mend.
fn unmade(screen: &Screen, notice: &Notice) -> String {
    if notice.faults.is_empty() {
        return String::new();
    }
    let links = FindingLinks::new(&screen.loaded, &screen.choices, &notice.faults);
    let (role, heading) = match notice.done.is_some() {
        true => (
            " role=\"alert\"",
            "Your words are saved, but this leaflet cannot be made",
        ),
        false => ("", "This leaflet cannot be made"),
    };
    format!(
        "<section class=\"unmade stack-s\" aria-labelledby=\"unmadeh\"{role}><h3 id=\"unmadeh\">{heading}</h3>\
         <p class=\"small\"><strong>Nothing is lost.</strong> It can be printed again when this is mended and saved.</p>{}\
         </section>",
        placed_faults(&notice.faults, &links, Some(&screen.text().key))
    )
}

/// Writes links to the other texts of the block.
fn parts(screen: &Screen) -> String {
    let (block, current) = (screen.block(), screen.text());
    if block.texts.len() < 2 {
        return String::new();
    }
    let links: String = block
        .texts
        .iter()
        .map(|text| {
            let mark = match text.key == current.key {
                true => " aria-current=\"true\"",
                false => "",
            };
            format!(
                "<li><a href=\"{}#ed\"{mark}>{}</a></li>",
                screen.address(text),
                escaped(&text.name)
            )
        })
        .collect();
    format!("<nav aria-label=\"Parts of this text\"><ul class=\"partlist\">{links}</ul></nav>")
}

/// Says how many leaflets have the text.
fn used_by(screen: &Screen) -> String {
    if screen.text().layer != SHARED {
        return String::new();
    }
    let count = users(&screen.loaded, screen.text(), &screen.choices.language).len();
    if count < 2 {
        return String::new();
    }
    let effect = match screen.block().locked {
        Some(_) => "",
        None => " A change here changes all of them.",
    };
    format!(
        "<p class=\"note slim\">{}<span>{count} leaflets use this text.{effect}</span></p>",
        filled_icon("info")
    )
}

/// Returns whether the field gives the same text again.
fn is_editable(screen: &Screen, text: &Text) -> bool {
    let vocabulary = &screen.saved.vocabulary;
    let is_same = |wording: &Wording, is_added: bool| {
        let draft = Draft {
            mode: if is_added { Mode::Add } else { Mode::Replace },
            words: shown(wording, is_added, vocabulary),
            stamp: String::new(),
        };
        draft.wording(text, vocabulary).as_ref() == Some(wording)
    };
    let ours = text
        .ours
        .as_ref()
        .is_none_or(|ours| is_same(ours, text.is_added() && text.may_add()));
    ours && (text.shape == Shape::Text
        || text
            .library
            .as_ref()
            .is_none_or(|library| is_same(library, false)))
}

fn fields(screen: &Screen) -> String {
    let text = screen.text();
    let draft = screen.draft();
    let modes = match text.library {
        Some(_) => modes(text, draft.mode, screen.desk.read_only),
        None => "<input type=\"hidden\" name=\"mode\" value=\"replace\">".to_owned(),
    };
    let raw = match draft.words.is_raw {
        true => "<input type=\"hidden\" name=\"raw\" value=\"yes\">",
        false => "",
    };
    let buttons = match screen.desk.read_only {
        false => tools(),
        true => String::new(),
    };
    format!(
        "{modes}{library}<div class=\"own\">{field}{raw}\
         <input type=\"hidden\" name=\"stamp\" id=\"stamp\" value=\"{stamp}\"><input type=\"hidden\" name=\"tag\" \
         value=\"{tag}\">{buttons}<div id=\"chips\">{chips}</div></div>",
        library = library_text(screen, text),
        field = match text.shape {
            Shape::Text => text_field(screen, &draft),
            Shape::Items | Shape::Rows => list_fields(screen, &draft),
        },
        stamp = escaped(&draft.stamp),
        tag = escaped(&text.tag),
        chips = chips(screen, &draft),
    )
}

/// Explains codes without plain words.
fn raw_hint(draft: &Draft) -> &'static str {
    match draft.words.is_raw {
        true => {
            "<p class=\"hint\" id=\"ours-hint\">Some codes in this text have no plain words. You see them as in the \
             file. Do not change what is in brackets.</p>"
        }
        false => "",
    }
}

/// Returns what the field is called, and the attributes with which the script changes that.
fn naming(shape: Shape, mode: Mode) -> (&'static str, String) {
    let [own, added] = names(shape);
    let name = match mode {
        Mode::Add => added,
        Mode::Replace | Mode::Library => own,
    };
    (
        name,
        format!("id=\"ours-name\" data-own=\"{own}\" data-added=\"{added}\""),
    )
}

/// Writes the field of a text.
fn text_field(screen: &Screen, draft: &Draft) -> String {
    let text = screen.text();
    let rows = if text.is_line() { 2 } else { 7 };
    let copy = match &text.library {
        Some(library) => shown(library, false, &screen.saved.vocabulary),
        None => Default::default(),
    };
    let read_only = match screen.desk.read_only {
        true => " readonly",
        false => "",
    };
    let hint = raw_hint(draft);
    let described = match hint {
        "" => "",
        _ => " aria-describedby=\"ours-hint\"",
    };
    let (label, naming) = naming(text.shape, draft.mode);
    format!(
        "<div class=\"field\"><label for=\"ours\" {naming}>{label}</label>{hint}\
         <textarea id=\"ours\" name=\"words\" rows=\"{rows}\" spellcheck=\"true\" lang=\"{language}\" data-copy=\"{copy}\" \
         data-copy-explained=\"{explained}\"{read_only}{described}>\n{words}</textarea></div>",
        language = escaped(&screen.choices.language),
        copy = escaped(&copy.text),
        explained = escaped(&copy.explained.join("|")),
        words = escaped(&draft.words.text),
    )
}

/// Writes the fields of a list or table.
fn list_fields(screen: &Screen, draft: &Draft) -> String {
    let (legend, naming) = naming(screen.text().shape, draft.mode);
    format!(
        "<fieldset class=\"group\"><legend {naming}>{legend}</legend>{}<div id=\"list\">{}</div></fieldset>",
        raw_hint(draft),
        list(screen, draft)
    )
}

fn modes(text: &Text, chosen: Mode, is_disabled: bool) -> String {
    let option = |mode: Mode, label: &str| {
        let checked = if mode == chosen { " checked" } else { "" };
        let disabled = if is_disabled { " disabled" } else { "" };
        format!(
            "<label class=\"choice\"><input type=\"radio\" name=\"mode\" value=\"{}\"{checked}{disabled}><span>{label}</span></label>",
            mode.name()
        )
    };
    let add = match text.may_add() || chosen == Mode::Add {
        true => option(Mode::Add, "Add after the library’s text"),
        false => String::new(),
    };
    format!(
        "<fieldset class=\"group\"><legend class=\"vh\">Which words to print</legend><div class=\"choices modes\">{}{add}{}</div></fieldset>",
        option(Mode::Library, "Use the library’s"),
        option(Mode::Replace, "Replace the library’s text"),
    )
}

/// Writes a text as the leaflet prints it, with the clinic's numbers in it; the library's text if it is on no page.
fn printed_text(screen: &Screen, view: Option<&View>, text: &Text) -> String {
    let path = text.path.join(".");
    let items = format!("{path}.");
    let texts = view.map_or(&[][..], |view| &view.resolved.texts);
    let found = texts
        .iter()
        .filter(|used| used.path == path || used.path.starts_with(&items));
    let vocabulary = &screen.saved.vocabulary;
    let words = found.map(|used| vocabulary.words(used.as_str().trim()).text);
    let words: Vec<String> = words.collect();
    if words.is_empty() || text.shape == Shape::Rows {
        return library_text(screen, text);
    }
    format!(
        "<div class=\"lib\"><h3>As it is printed</h3>{}</div>",
        words_as_html(&words.join("\n"), text.shape)
    )
}

/// Writes the library's text.
fn library_text(screen: &Screen, text: &Text) -> String {
    let Some(library) = &text.library else {
        return String::new();
    };
    let words = shown(library, false, &screen.saved.vocabulary).text;
    format!(
        "<div class=\"lib\"><h3>The library’s text</h3>{}</div>",
        words_as_html(&words, text.shape)
    )
}

fn words_as_html(words: &str, shape: Shape) -> String {
    // Explained words and badges have names that authors know.
    let words = without_names(words);
    let mut html = String::new();
    match shape {
        Shape::Text => {
            for paragraph in words
                .split("\n\n")
                .filter(|paragraph| !paragraph.trim().is_empty())
            {
                html += &format!("<p>{}</p>", marks(paragraph));
            }
        }
        Shape::Items | Shape::Rows => {
            let items = words
                .lines()
                .map(|line| format!("<li>{}</li>", marks(&in_one_line(line, shape))));
            html = format!("<ul class=\"dots\">{}</ul>", items.collect::<String>());
        }
    }
    html
}

/// Writes an item or row of a draft on one line, for reading.
pub(super) fn in_one_line(line: &str, shape: Shape) -> String {
    match shape {
        Shape::Rows => {
            let cells = line.split(CELL).map(str::trim);
            let filled: Vec<&str> = cells.filter(|cell| !cell.is_empty()).collect();
            filled.join(" | ")
        }
        Shape::Text | Shape::Items => match line.split_once(CELL) {
            Some((words, "1")) => format!("{words} (1 line to write on)"),
            Some((words, lines)) => format!("{words} ({lines} lines to write on)"),
            None => line.to_owned(),
        },
    }
}

/// Marks words that are explained at a place of their own, as in `[pain, explained]`. The marks become HTML.
fn explained(html: &str) -> String {
    let mut parts = html.split(", explained]");
    let mut marked = String::new();
    let mut part = parts.next().unwrap_or_default();
    for next in parts {
        match part.rsplit_once('[') {
            Some((before, word)) => {
                marked += &format!("{before}<span class=\"term\">{word}</span>");
            }
            None => marked += part,
        }
        part = next;
    }
    marked + part
}

/// Leaves out the names of badges, as in `[words]{.early-research}`.
fn without_names(words: &str) -> String {
    let mut parts = words.split("]{.");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push(']');
        text += part.split_once('}').map_or(part, |(_, rest)| rest);
    }
    text
}

/// Writes words with their marks: bold, and labels in brackets.
fn marks(words: &str) -> String {
    let (heading, words) = match words.strip_prefix("### ") {
        Some(words) => (true, words),
        None => (false, words),
    };
    let mut html = String::new();
    for (index, part) in words.split("**").enumerate() {
        let mut part = explained(&escaped(part).replace('\n', "<br>"));
        // Labels have no brackets in them.
        if part.matches('[').count() == part.matches(']').count() {
            part = part
                .replace('[', "<span class=\"cite\">")
                .replace(']', "</span>");
        }
        html += &match index % 2 {
            0 => part,
            _ => format!("<b>{part}</b>"),
        };
    }
    match heading {
        true => format!("<b>{html}</b>"),
        false => html,
    }
}

/// Words for the values of the clinic and the reader that a text may print.
const DETAILS: &str = "Name, phone and more";

/// Writes the buttons that put something into the field. They work only with the script, which shows them.
fn tools() -> String {
    let button = |list: &str, label: &str| {
        format!(
            "<button class=\"btn plain slim\" type=\"button\" data-list=\"{list}\" aria-expanded=\"false\" \
             aria-controls=\"list-{list}\">{} {label}</button>",
            icon("plus")
        )
    };
    format!(
        "<div class=\"tools\" role=\"group\" aria-label=\"Add to the text\" hidden>{}{}{}</div><div id=\"picker\" hidden></div>",
        button("references", "Reference"),
        button("terms", "Explained word"),
        button("details", DETAILS),
    )
}

/// Writes the lists that the buttons open.
fn lists(screen: &Screen) -> String {
    let vocabulary = &screen.saved.vocabulary;
    let item = |insert: &str, about: &str| {
        format!(
            "<li data-insert=\"{}\">{}</li>",
            escaped(insert),
            escaped(about)
        )
    };
    let sources: String = vocabulary
        .sources
        .iter()
        .map(|source| item(&source.label, &source.entry))
        .collect();
    let terms: String = vocabulary
        .terms
        .iter()
        .map(|(term, meaning)| item(term, meaning))
        .collect();
    // Only the letter can print the address.
    let is_known = |name: &str| name != ADDRESS_NAME || screen.block().key == LETTER;
    let details: String = vocabulary
        .details
        .iter()
        .filter(|(name, _)| is_known(name))
        .map(|(name, label)| item(label, &printed_detail(&screen.loaded.clinic, name)))
        .collect();
    format!(
        "<ul hidden id=\"list-references\" data-label=\"Reference\">{sources}</ul><ul hidden id=\"list-terms\" \
         data-label=\"Explained word\">{terms}</ul><ul hidden id=\"list-details\" data-label=\"{DETAILS}\">{details}</ul>"
    )
}

/// Returns what a detail prints: the clinic's value, or whose it is.
fn printed_detail(clinic: &Clinic, name: &str) -> String {
    let facts = &clinic.facts;
    let value = match name {
        "clinic.name" => Some(clinic.name()),
        "clinic.phone" => clinic.phones.first().map(String::as_str),
        "clinic.emergency_number" => facts.emergency_number.as_deref(),
        "clinic.crisis_line" => facts.crisis_line.as_deref(),
        "clinic.email" => clinic.email(),
        "clinic.website" => clinic.website(),
        "clinic.address" => facts.address.as_deref(),
        "clinic.hours" => facts.hours.as_deref(),
        "clinic.department" => facts.department.as_deref(),
        name if name.starts_with("clinic.") || name.contains(' ') => return String::new(),
        _ => return "filled in for each reader".to_owned(),
    };
    value.map_or_else(|| "empty on the screen “Clinic”".to_owned(), str::to_owned)
}

/// Names the references and the explained words of the text.
fn chips(screen: &Screen, draft: &Draft) -> String {
    let sources = screen
        .saved
        .vocabulary
        .cited(&draft.words)
        .into_iter()
        .map(|source| {
            format!(
                "<li class=\"chip\">{} {}</li>",
                icon("booklet"),
                escaped(&source.label)
            )
        });
    let terms = draft.words.explained.iter().map(|term| {
        let term = escaped(term);
        format!(
            "<li class=\"chip\"><span class=\"term\">{term}</span> in “Words we use” <button type=\"button\" \
             data-forget aria-label=\"Stop explaining “{term}”\">{}</button><input type=\"hidden\" name=\"explained\" value=\"{term}\"></li>",
            icon("x")
        )
    });
    let items: String = sources.chain(terms).collect();
    match items.is_empty() {
        true => String::new(),
        false => format!(
            "<ul class=\"chips\" aria-label=\"References and words in this text\">{items}</ul>"
        ),
    }
}

/// Says whether the words are saved, and what is wrong with them.
pub(super) fn state(screen: &Screen, faults: &[Finding]) -> String {
    let unsaved = screen.unsaved().count();
    let draft = screen.draft();
    let mut problems: Vec<String> = Vec::new();
    for label in screen.saved.vocabulary.unknown_labels(&draft.words) {
        problems.push(format!(
            "“[{}]” is no reference and no detail, so it is printed as it is. Choose one with the buttons.",
            escaped(label)
        ));
    }
    let template = screen.saved.vocabulary.template(&draft.words);
    let has_address = screen.block().key != LETTER
        && draft.mode != Mode::Library
        && template.contains(ADDRESS_NAME);
    if has_address {
        problems
            .push("Only the letter prints the name in the address. Take it out here.".to_owned());
    }
    if screen.is_unsaved(screen.text()) || screen.text().ours.is_some() {
        let (own, others): (Vec<&Finding>, Vec<&Finding>) = faults
            .iter()
            .partition(|fault| is_about(fault, screen.text()));
        // The name of the letter's address has its own words.
        let is_said =
            |fault: &&Finding| has_address && fault.message.contains(&format!("`{ADDRESS_NAME}`"));
        let own = own.into_iter().filter(|fault| !is_said(fault));
        for fault in own.take(3) {
            let help = fault.help.as_deref().map(capitalised).unwrap_or_default();
            let words = marked_up(format!("{} {help}", capitalised(&fault.message)).trim());
            if !problems.contains(&words) {
                problems.push(words);
            }
        }
        if let Some(other) = others.first() {
            let links = FindingLinks::new(&screen.loaded, &screen.choices, faults);
            let link = links.of(other).map_or(String::new(), |link| link.html());
            problems.push(format!(
                "Something else in this leaflet has a fault, so it cannot be printed yet. {link}"
            ));
        }
    }
    let is_empty =
        draft.mode == Mode::Replace && draft.words.text.trim_matches(['\n', ' ', CELL]).is_empty();
    let empty = match is_empty && problems.is_empty() {
        true => empty_note(screen.text()),
        false => String::new(),
    };
    let problems: String = problems
        .iter()
        .map(|words| {
            format!(
                "<p class=\"err\">{}<span>{words}</span></p>",
                filled_icon("alert")
            )
        })
        .collect();
    format!("<div id=\"state\" data-unsaved=\"{unsaved}\">{empty}{problems}</div>")
}

/// Says that a text without words prints nothing.
fn empty_note(text: &Text) -> String {
    let instead = match text.library {
        Some(_) => " To print the library’s words, choose “Use the library’s”.",
        None => "",
    };
    format!(
        "<p class=\"state warn\">{}<span>This is empty, so nothing is printed in its place.{instead}</span></p>",
        filled_icon("half")
    )
}

/// Whether a finding is about the text that is edited.
pub(super) fn is_about(finding: &Finding, text: &Text) -> bool {
    let own = text
        .path
        .iter()
        .fold(Route::default(), |route, name| route.key(name.as_str()));
    finding.place.as_ref().is_some_and(|place| {
        let is_there = match &place.target {
            PlaceTarget::Key(route) | PlaceTarget::Value(route, _) => route.0.starts_with(&own.0),
            PlaceTarget::File | PlaceTarget::Bytes(_) => false,
        };
        place.file.name == UNSAVED && is_there
    })
}

/// Marks a text that is not saved.
pub(super) fn badge(screen: &Screen) -> String {
    let badge = match screen.is_unsaved(screen.text()) {
        true => format!(
            "<span class=\"badge warn\">{} Not saved yet</span>",
            filled_icon("half")
        ),
        false => String::new(),
    };
    format!("<span id=\"unsaved\">{badge}</span>")
}

fn save_bar(screen: &Screen, notice: &Notice, is_editable: bool) -> String {
    match screen.cannot_save() {
        Some(error @ SaveError::ReadOnly) => {
            return format!(
                "<p class=\"note slim\">{}<span>{}</span></p>",
                icon("lock"),
                marked_up(&error.in_words())
            );
        }
        Some(_) => {
            return format!(
                "<p class=\"note slim\">{}<span>This is the example clinic, so nothing can be saved. \
                 <a href=\"/welcome\">Make your own clinic first</a></span></p>",
                filled_icon("info")
            );
        }
        None if !is_editable => return String::new(),
        None => {}
    }
    let unsaved = screen.unsaved().count();
    let all = match unsaved {
        0 | 1 => String::new(),
        _ => format!(
            "<button class=\"btn plain\" type=\"submit\" name=\"do\" value=\"save-all\">Save all {unsaved}</button>"
        ),
    };
    let undo = match screen.is_unsaved(screen.text()) {
        true => "",
        false => " aria-disabled=\"true\"",
    };
    format!(
        "<div class=\"savebar\" id=\"bar\"><button class=\"btn main\" type=\"submit\" name=\"do\" value=\"save\" id=\"save\">Save</button>{all}\
         <button class=\"btn plain\" type=\"submit\" name=\"do\" value=\"undo\"{undo}>{} Undo my changes</button>\
         <button class=\"btn plain without-script\" type=\"submit\" name=\"do\" value=\"show\">Show the preview</button>\
         <a class=\"small all-changes\" href=\"/leaflets/{id}/changes?{query}\">Show all our changes</a>{toast}</div>",
        icon("undo"),
        id = escaped(&screen.choices.id),
        query = screen.choices.query(),
        toast = toast(notice),
    )
}

/// Says what was just done, with a button that undoes it.
fn toast(notice: &Notice) -> String {
    let (words, undo) = match &notice.done {
        Some(Done {
            words: "Saved",
            undo,
        }) if !notice.faults.is_empty() => ("Saved. This leaflet cannot be made yet.", *undo),
        Some(Done {
            words: "Saved",
            undo,
        }) if notice.is_message_faulty => ("Saved. This text message cannot be sent yet.", *undo),
        Some(Done { words, undo }) => (*words, *undo),
        None => ("", None),
    };
    let button = match undo {
        Some(number) => format!(
            "<button class=\"link\" type=\"submit\" name=\"do\" value=\"restore:{number}\">Undo</button>"
        ),
        None => String::new(),
    };
    format!(
        "<div class=\"toast\" id=\"toast\"><p role=\"status\" id=\"saved\">{words}</p>{button}</div>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_html() {
        assert_eq!(
            marks("**Call** us ([pain, explained]) [Choy 2015] <b>"),
            "<b>Call</b> us (<span class=\"term\">pain</span>) <span class=\"cite\">Choy 2015</span> &lt;b&gt;"
        );
        assert_eq!(marks("### Sleep"), "<b>Sleep</b>");
        assert_eq!(marks("a ] b"), "a ] b");
        assert_eq!(without_names("[words]{.early-research} end"), "[words] end");
    }
}
