//! The screen that starts a leaflet of the clinic's own: an empty frame, or a copy of a leaflet of the library.

use std::sync::{Arc, PoisonError};

use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::fields::{Fields, field};
use super::form_field::{Fault, TextField, faults_of};
use super::leaflet_titles::title_fault;
use super::message_page::marked_up;
use super::page::{Screen, filled_icon, icon, page};
use super::saved::SaveError;
use super::sources::Loaded;
use super::{Desk, guard, with_sources};
use crate::disk::folder_of;
use crate::escape::escaped;
use crate::library::{Handout, TextValue};
use crate::scaffold::handout::{ExampleReference, NewHandout, REFERENCES_FILE, first_review};
use crate::scaffold::{self, ScaffoldError, Schemas};
use crate::source::{self, Route, SourceFile};
use crate::value_fault::{has_line_break, is_blank};

/// Id of a leaflet whose title has no letters for one.
const DEFAULT_ID: &str = "leaflet";
/// Ids that an address or a folder of the clinic has, or that Windows reserves for devices.
const RESERVED: [&str; 10] = [
    "new", "made", "text", "fonts", "clinics", "figures", "con", "prn", "aux", "nul",
];
/// The most letters of title and audience.
const MAX_LETTERS: usize = 200;
/// Version of a new leaflet.
const FIRST_VERSION: &str = "0.1.0";

/// Answers with the form.
pub(super) async fn show(State(desk): State<Arc<Desk>>) -> Response {
    with_sources(&desk, |desk, loaded| {
        let answers = Answers::read(&Fields::new());
        screen(desk, &loaded, &answers, StatusCode::OK)
    })
    .await
}

/// Makes the leaflet, and goes on to its words.
pub(super) async fn make(State(desk): State<Arc<Desk>>, Form(fields): Form<Fields>) -> Response {
    with_sources(&desk, move |desk, loaded| {
        let mut answers = Answers::read(&fields);
        answers.check(&loaded);
        let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
        if !answers.faults.is_empty() {
            return screen(desk, &loaded, &answers, unprocessable);
        }
        match answers.write(desk, &loaded) {
            Ok(id) => guard::redirect(&format!("/leaflets/{id}/words")),
            Err(error) => {
                let status = error.status();
                answers.faults.push(Fault::new("form", error.in_words()));
                screen(desk, &loaded, &answers, status)
            }
        }
    })
    .await
}

/// What a person typed.
struct Answers {
    title: String,
    audience: String,
    /// Id of the library's leaflet to copy.
    copied: Option<String>,
    faults: Vec<Fault>,
}

impl Answers {
    fn read(fields: &Fields) -> Answers {
        let value = |name| field(fields, name).unwrap_or_default().to_owned();
        Answers {
            title: value("title"),
            audience: value("audience"),
            copied: (value("begin") == "copy").then(|| value("leaflet")),
            faults: Vec::new(),
        }
    }

    fn check(&mut self, loaded: &Loaded) {
        let is_long = |text: &str| text.chars().count() > MAX_LETTERS;
        if is_blank(&self.title) || has_line_break(&self.title) {
            let words = "Write the title, as a question or the main words.";
            self.faults.push(Fault::new("title", words));
        } else if let Some(words) = title_fault(loaded, None, &self.title) {
            self.faults.push(Fault::new("title", words));
        }
        for (field, text) in [("title", &self.title), ("audience", &self.audience)] {
            if is_long(text) {
                self.faults
                    .push(Fault::new(field, "Write at most 200 letters."));
            } else if text.contains(['{', '}', '`']) {
                let words = "Write the words alone, without braces and backticks.";
                self.faults.push(Fault::new(field, words));
            }
        }
        if has_line_break(&self.audience) {
            self.faults
                .push(Fault::new("audience", "Write it on one line."));
        }
        let copied = self.copied.as_ref();
        if copied.is_some_and(|id| !loaded.library.ids().contains(id)) {
            let words = "Choose a leaflet of the list.";
            self.faults.push(Fault::new("leaflet", words));
        }
    }

    /// Writes the leaflet into a folder of its own. Returns its id.
    fn write(&self, desk: &Desk, loaded: &Loaded) -> Result<String, SaveError> {
        let clinic = &loaded.clinic;
        if clinic.is_example() {
            return Err(SaveError::Example);
        }
        if let Some(error) = desk.cannot_save(clinic) {
            return Err(error);
        }
        let main = clinic.file.path.as_deref().ok_or(SaveError::Example)?;
        let folder = folder_of(main);
        // Two windows may not take the same id.
        let _only = desk.saving.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = loaded.ids();
        let is_free =
            |id: &String| !taken.contains(id) && folder.join(id).symlink_metadata().is_err();
        let wanted = id_for(&self.title);
        let others = (2..1000).map(|number| format!("{wanted}-{number}"));
        let mut ids = std::iter::once(wanted.clone()).chain(others);
        let id = ids.find(is_free).ok_or(SaveError::Unknown)?;
        let files = match &self.copied {
            Some(copied) => self.copy(loaded, copied, &id)?,
            None => {
                let reference = example_reference(loaded, folder);
                let new = NewHandout {
                    id: &id,
                    title: &self.title,
                    subtitle: self.subtitle(),
                    languages: &clinic.languages(&loaded.library.manifest().language),
                    today: loaded.date,
                    reference: reference.as_ref(),
                    check: &format!("handout check {id} --clinic ."),
                };
                if let Some(references) = new.references() {
                    scaffold::write_new(&folder.join(REFERENCES_FILE), &references)
                        .map_err(on_disk)?;
                }
                scaffold::write_schemas(folder).map_err(on_disk)?;
                new.files()
            }
        };
        scaffold::write_folder(&folder.join(&id), &files, Schemas::LeftOut).map_err(on_disk)?;
        Ok(id)
    }

    fn subtitle(&self) -> Option<&str> {
        Some(&*self.audience).filter(|audience| !is_blank(audience))
    }

    /// Returns the files of a leaflet of the library, in the clinic's language only, with another id and title. Nobody
    /// has reviewed the copy.
    fn copy(
        &self,
        loaded: &Loaded,
        copied: &str,
        id: &str,
    ) -> Result<Vec<(String, Vec<u8>)>, SaveError> {
        let handout = loaded.library.handout(copied).map_err(SaveError::Faulty)?;
        let language = language_of(loaded, &handout);
        let text_file = format!("text/{language}.yaml");
        let has_short_title =
            matches!(handout.text(&language), Ok(Some(text)) if text.get("short-title").is_some());
        let mut files = Vec::new();
        for (path, bytes) in handout.files() {
            let edited = match &*path {
                "handout.yaml" => {
                    let review_by = first_review(loaded.date).to_string();
                    let values = [
                        ("id", Some(id)),
                        ("version", Some(FIRST_VERSION)),
                        ("review_by", Some(&*review_by)),
                    ];
                    let edited = edit(&path, &bytes, &values)?;
                    match handout.definition.reviewed {
                        Some(_) => without(&path, &edited, "reviewed")?,
                        None => edited,
                    }
                }
                path if path == text_file => {
                    let titles = [("title", Some(&*self.title)), ("subtitle", self.subtitle())];
                    let edited = edit(path, &bytes, &titles)?;
                    match has_short_title {
                        // Footers have it, and it is the copied leaflet's.
                        true => without(path, &edited, "short-title")?,
                        false => edited,
                    }
                }
                path if path.starts_with("text/") => continue,
                _ => bytes,
            };
            files.push((path, edited));
        }
        Ok(files)
    }
}

/// Returns the reference that an empty frame cites.
fn example_reference(loaded: &Loaded, folder: &std::path::Path) -> Option<ExampleReference> {
    if let Some(key) = loaded.clinic.references.keys().next() {
        return Some(ExampleReference::Existing(key.to_owned()));
    }
    let files = [REFERENCES_FILE, "references.bib"];
    let is_there = files
        .iter()
        .any(|file| folder.join(file).symlink_metadata().is_ok());
    (!is_there).then_some(ExampleReference::New)
}

fn on_disk(error: ScaffoldError) -> SaveError {
    match error {
        ScaffoldError::Folder { source, .. } | ScaffoldError::File { source, .. } => {
            SaveError::Disk(source)
        }
        ScaffoldError::Exists(_) => SaveError::Changed,
    }
}

/// Replaces values at the top of a YAML file. `None` keeps a value.
fn edit(path: &str, bytes: &[u8], values: &[(&str, Option<&str>)]) -> Result<Vec<u8>, SaveError> {
    let source = source::from_bytes(bytes, path.to_owned(), None);
    let source = source.map_err(|fault| SaveError::Faulty(vec![fault]))?;
    let mut file = SourceFile {
        name: path.to_owned(),
        path: None,
        text: source.text.clone(),
    };
    for (key, value) in values {
        if let Some(value) = value {
            let route = Route::default().key(*key);
            let edited = source::set_value(&file, &route, &Value::from(*value));
            let by_hand = || SaveError::by_hand(path.to_owned(), &file, &route);
            file.text = edited.ok_or_else(by_hand)?;
        }
    }
    Ok(file.text.into_bytes())
}

/// Removes a value at the top of a YAML file.
fn without(path: &str, bytes: &[u8], key: &str) -> Result<Vec<u8>, SaveError> {
    let file = source::from_bytes(bytes, path.to_owned(), None);
    let file = file.map_err(|fault| SaveError::Faulty(vec![fault]))?;
    let route = Route::default().key(key);
    let edited = source::remove_value(&file, &route);
    let edited = edited.ok_or_else(|| SaveError::by_hand(path.to_owned(), &file, &route))?;
    Ok(edited.into_bytes())
}

/// Returns the id for a title: `our-classes` for `Our classes`.
fn id_for(title: &str) -> String {
    let id = scaffold::folder_name(title).filter(|id| source::is_key(id));
    let id = id.unwrap_or_else(|| DEFAULT_ID.to_owned());
    let is_port = |id: &str| {
        let number = id.strip_prefix("com").or_else(|| id.strip_prefix("lpt"));
        number.is_some_and(|number| number.len() == 1)
    };
    match RESERVED.contains(&&*id) || is_port(&id) {
        true => format!("{id}-{DEFAULT_ID}"),
        false => id,
    }
}

/// Returns the language in which a leaflet is copied.
fn language_of(loaded: &Loaded, handout: &Handout) -> String {
    let languages = handout.languages();
    let wanted = loaded.clinic.facts.defaults.0.get("language");
    let wanted = wanted
        .into_iter()
        .chain([&loaded.library.manifest().language]);
    let without_country = |tag: &String| source::without_country(tag).map(str::to_owned);
    let mut tags = wanted.flat_map(|tag| [Some(tag.clone()), without_country(tag)]);
    tags.find_map(|tag| tag.filter(|tag| languages.contains(tag)))
        .or_else(|| languages.first().cloned())
        .unwrap_or_default()
}

fn screen(desk: &Desk, loaded: &Loaded, answers: &Answers, status: StatusCode) -> Response {
    let title = match answers.faults.is_empty() {
        true => "Start a leaflet of your own",
        false => "Error: Start a leaflet of your own",
    };
    let locked = match loaded.clinic.is_example() {
        true => Some(SaveError::Example),
        false => desk.cannot_save(&loaded.clinic),
    };
    let body = match locked {
        Some(SaveError::Example) => format!(
            "<div class=\"note\">{}<h2>Make your clinic first</h2><p>Leaflets of your own are kept in its folder. \
             <a href=\"/welcome\">Make your clinic</a></p></div>",
            filled_icon("info")
        ),
        Some(error) => format!(
            "<div class=\"note\">{}<h2>You can look, and not change</h2><p>{}</p></div>",
            filled_icon("info"),
            marked_up(&error.in_words())
        ),
        None => form(loaded, answers),
    };
    let main = format!(
        "<p class=\"crumbs\"><a href=\"/\">{} All leaflets</a></p><div class=\"head slim\"><div>\
         <h1>Start a leaflet of your own</h1><p class=\"lead\">You write its words next. It is kept in your clinic’s \
         folder.</p></div></div>{body}",
        icon("left")
    );
    (status, page(loaded, Screen::Leaflets, title, &main)).into_response()
}

fn form(loaded: &Loaded, answers: &Answers) -> String {
    let text = |name, label, hint, value, attributes| {
        let field = TextField {
            name,
            kind: "text",
            label,
            hint,
            value,
            attributes,
            class: "",
        };
        field.html(&answers.faults)
    };
    let options: String = loaded
        .library
        .ids()
        .iter()
        .filter_map(|id| Some((id, loaded.library.handout(id).ok()?)))
        .map(|(id, handout)| {
            let selected = match answers.copied.as_ref() == Some(id) {
                true => " selected",
                false => "",
            };
            let title = title_of(loaded, &handout).unwrap_or_else(|| id.clone());
            let (id, title) = (escaped(id), escaped(&title));
            format!("<option value=\"{id}\"{selected}>{title}</option>")
        })
        .collect();
    let checked = |is_copy| match answers.copied.is_some() == is_copy {
        true => " checked",
        false => "",
    };
    let form_fault = match answers.faults.iter().any(|fault| fault.field == "form") {
        true => format!(
            "<div class=\"note stop\">{}<h2>The leaflet was not made</h2>{}</div>",
            filled_icon("alert"),
            faults_of(&answers.faults, "form")
        ),
        false => String::new(),
    };
    format!(
        "<form class=\"stack newleaflet\" aria-label=\"New leaflet\" method=\"post\" action=\"/leaflets/new\">{form_fault}{}{}\
         <fieldset class=\"group\"><legend>Begin with</legend><div class=\"choices\"><label class=\"choice\">\
         <input type=\"radio\" name=\"begin\" value=\"frame\"{}><span>An empty frame <small>headings, and samples to \
         replace</small></span></label><label class=\"choice\"><input type=\"radio\" name=\"begin\" value=\"copy\"{}>\
         <span>A copy <small>of a leaflet of the library</small></span></label></div></fieldset>\
         <div class=\"field copied\"><label for=\"leaflet\">Leaflet to copy</label><span class=\"hint\" id=\"leaflet-h\">The copy \
         is yours: later changes of the library do not reach it.</span>{}<select id=\"leaflet\" name=\"leaflet\" \
         aria-describedby=\"leaflet-e leaflet-h\">{options}</select></div>\
         <p class=\"acts below\"><button class=\"btn main big\" type=\"submit\">Start writing</button> \
         <a href=\"/\">Not now</a></p></form>",
        text(
            "title",
            "Title",
            "What your reader asks, or the main words.",
            &answers.title,
            " required autocomplete=\"off\""
        ),
        text(
            "audience",
            "For whom",
            "Stands below the title, as in “For adults who wait for a scan”. You can leave this empty.",
            &answers.audience,
            " autocomplete=\"off\""
        ),
        checked(false),
        checked(true),
        faults_of(&answers.faults, "leaflet"),
    )
}

/// Returns the title of a leaflet as its author wrote it.
pub(super) fn title_of(loaded: &Loaded, handout: &Handout) -> Option<String> {
    let text = handout.text(&language_of(loaded, handout)).ok()??;
    let title = text.get("title").and_then(TextValue::text)?;
    Some(title.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_keys_and_no_reserved_names() {
        for (title, id) in [
            ("Our classes: what to bring?", "our-classes-what-to-bring"),
            ("New", "new-leaflet"),
            ("CON", "con-leaflet"),
            ("COM1", "com1-leaflet"),
            ("../../etc/passwd", "etc-passwd"),
            ("痛み", "leaflet"),
            ("2027", "2027"),
        ] {
            let made = id_for(title);
            assert_eq!(made, id, "{title}");
            assert!(source::is_key(&made), "{title}");
        }
    }
}
