//! The Clinic screen: who the clinic is, and how its leaflets look, with the preview beside.
//!
//! 1. What is typed is written into the text of `clinic.yaml`, in memory, and the clinic is read from that.
//! 2. A preview shows it. Save writes the same text.
//! 3. The form carries the values that it began with. If the file has others meanwhile, all are shown, and nothing
//!    is overwritten.

use std::path::Path;
use std::sync::{Arc, PoisonError};

use axum::extract::{Form, Multipart, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::clinic_check::CheckForm;
use super::clinic_form;
use super::clinic_logo::{MAX_LOGO, Upload, UploadedLogo};
use super::clinic_preview::ClinicPreview;
use super::clinic_printers;
use super::clinic_values::{ClinicValues, LogoChoice, MAX_PHONES, WAS, field_at};
use super::fields::{Fields, field};
use super::form_field::{Fault, Weight, can_be_saved};
use super::message_page::{self, capitalised};
use super::page::{Screen, page};
use super::saved::{ClinicFile, SaveError, stamp};
use super::sources::Loaded;
use super::{Desk, guard, in_background};
use crate::check;
use crate::finding::{Finding, PlaceTarget, Severity};
use crate::font::Faces;
use crate::library::{Clinic, Files};
use crate::request_options::{OptionConflict, OptionSources, RequestOptions, value_named};
use crate::source;
use crate::value_fault::{has_line_break, is_blank};

/// What the screen shows.
pub(super) struct ClinicScreen {
    pub(super) loaded: Arc<Loaded>,
    pub(super) values: ClinicValues,
    /// The values that the form began with.
    pub(super) was: ClinicValues,
    /// Mark of the file that the form began with.
    pub(super) began: String,
    pub(super) faults: Vec<Fault>,
    /// The clinic with what was typed; `None` if it cannot be read.
    pub(super) edited: Option<Clinic>,
    pub(super) preview: Option<ClinicPreview>,
    /// Findings about the logo.
    pub(super) logo_findings: Vec<Finding>,
    pub(super) check: CheckForm,
    pub(super) state: SaveState,
    pub(super) conflicts: Vec<Conflict>,
    /// Fields for telephone numbers.
    pub(super) phone_fields: usize,
    /// Whether there are fields for one more printer.
    pub(super) has_new_printer: bool,
    /// Why the clinic cannot be saved by anybody.
    pub(super) locked: Option<String>,
}

/// What is known about the file.
pub(super) enum SaveState {
    /// The form is as it began.
    Same,
    Saved,
    /// Says why nothing was saved.
    NotSaved(String),
}

/// A value that somebody else changed meanwhile.
pub(super) struct Conflict {
    pub(super) field: &'static str,
    pub(super) words: &'static str,
    pub(super) was: String,
    pub(super) now: String,
    /// What the person typed; `None` if the person did not change it.
    pub(super) yours: Option<String>,
}

/// Answers with the screen.
pub(super) async fn show(
    State(desk): State<Arc<Desk>>,
    axum::extract::Query(fields): axum::extract::Query<Fields>,
) -> Response {
    with_clinic(&desk, Fields::new(), move |desk, loaded, _| {
        let mut screen = ClinicScreen::of_draft(desk, loaded);
        if field(&fields, "saved").is_some() {
            screen.state = SaveState::Saved;
        }
        let logo = screen.uploaded(desk);
        screen.finish(desk, logo.as_deref());
        screen.answer(StatusCode::OK)
    })
    .await
}

/// Answers with the screen for what was typed. Saves nothing.
pub(super) async fn preview(State(desk): State<Arc<Desk>>, Form(fields): Form<Fields>) -> Response {
    with_clinic(&desk, fields, |desk, loaded, fields| {
        let mut screen = ClinicScreen::new(desk, loaded, fields);
        screen.act(fields);
        let logo = screen.uploaded(desk);
        screen.keep(desk);
        screen.finish(desk, logo.as_deref());
        screen.answer(StatusCode::OK)
    })
    .await
}

/// Keeps an uploaded logo in memory, and answers with the screen.
pub(super) async fn upload(State(desk): State<Arc<Desk>>, form: Multipart) -> Response {
    let upload = match Upload::read(form).await {
        Ok(upload) => upload,
        Err(StatusCode::PAYLOAD_TOO_LARGE) => {
            return message_page::answer(StatusCode::PAYLOAD_TOO_LARGE, &message_page::LARGE_FILE);
        }
        Err(status) => return message_page::answer(status, &message_page::NOT_UNDERSTOOD),
    };
    let file = upload.file;
    with_clinic(&desk, upload.fields, |desk, loaded, fields| {
        let mut screen = ClinicScreen::new(desk, loaded, fields);
        match file.map(|bytes| (bytes.len(), UploadedLogo::new(bytes))) {
            None => screen.refuse_logo("Choose a file first."),
            Some((size, _)) if size > MAX_LOGO => {
                screen.refuse_logo("This file is larger than 20 MB. Save the picture smaller.");
            }
            Some((_, None)) => screen.refuse_logo(
                "This file is no picture that can be printed. Save the logo as SVG, PNG or JPEG.",
            ),
            Some((_, Some(logo))) => screen.try_logo(desk, logo),
        }
        let logo = screen.uploaded(desk);
        screen.keep(desk);
        screen.finish(desk, logo.as_deref());
        screen.answer(StatusCode::OK)
    })
    .await
}

/// Saves the clinic.
pub(super) async fn save(State(desk): State<Arc<Desk>>, Form(fields): Form<Fields>) -> Response {
    with_clinic(&desk, fields, |desk, loaded, fields| {
        let mut screen = ClinicScreen::new(desk, loaded, fields);
        let is_same = screen.began == stamp(&screen.loaded.clinic.file.text);
        let is_conflict = !is_same && screen.meet();
        // Whatever happens now, a reload shows what was typed.
        screen.keep(desk);
        let logo = screen.uploaded(desk);
        screen.finish(desk, logo.as_deref());
        if is_conflict {
            screen.state = SaveState::NotSaved(SaveError::Changed.in_words());
            return screen.answer(StatusCode::CONFLICT);
        }
        let today = screen.loaded.date;
        screen.check.ask_if_signed(&mut screen.faults, today);
        if !can_be_saved(&screen.faults) {
            let words = "Not saved: look at what is marked.".to_owned();
            screen.state = SaveState::NotSaved(words);
            return screen.answer(StatusCode::UNPROCESSABLE_ENTITY);
        }
        match screen.write(desk, logo.as_deref()) {
            Ok(()) => guard::redirect("/clinic?saved=1"),
            Err(error) => {
                let status = error.status();
                screen.state = SaveState::NotSaved(error.in_words());
                screen.answer(status)
            }
        }
    })
    .await
}

/// Works with a clinic that is in a folder, and with what was typed about it.
async fn with_clinic(
    desk: &Arc<Desk>,
    fields: Fields,
    work: impl FnOnce(&Desk, Arc<Loaded>, &Fields) -> Response + Send + 'static,
) -> Response {
    in_background(desk, move |desk| match desk.sources() {
        Ok(loaded) if loaded.clinic.is_example() || loaded.clinic.file.path.is_none() => {
            page(&loaded, Screen::Clinic, "Clinic", clinic_form::EXAMPLE)
        }
        Ok(loaded) => work(desk, loaded, &fields),
        Err(findings) => {
            // What was typed is there again when the file is mended.
            if let Ok(latest) = desk.latest()
                && !fields.is_empty()
            {
                ClinicScreen::new(desk, latest, &fields).keep(desk);
            }
            message_page::faulty_files(&findings)
        }
    })
    .await
}

impl ClinicScreen {
    fn new(desk: &Desk, loaded: Arc<Loaded>, fields: &Fields) -> ClinicScreen {
        let saved = ClinicValues::of(&loaded);
        let (values, was) = ClinicValues::read(fields, &saved);
        let phone_fields = values.phones.len().clamp(2, MAX_PHONES);
        let began = match (field(fields, "stamp"), fields.is_empty()) {
            (Some(stamp), _) => stamp.to_owned(),
            (None, true) => stamp(&loaded.clinic.file.text),
            (None, false) => String::new(),
        };
        ClinicScreen {
            began,
            check: CheckForm::read(fields, &loaded),
            locked: desk
                .cannot_save(&loaded.clinic)
                .map(|error| error.in_words()),
            values,
            was,
            faults: Vec::new(),
            edited: None,
            preview: None,
            logo_findings: Vec::new(),
            state: SaveState::Same,
            conflicts: Vec::new(),
            phone_fields,
            has_new_printer: false,
            loaded,
        }
    }

    /// Returns the screen for what was typed and not saved, else for what is saved.
    fn of_draft(desk: &Desk, loaded: Arc<Loaded>) -> ClinicScreen {
        let draft = desk.clinic_draft.get(&loaded.clinic);
        let mut screen = ClinicScreen::new(desk, loaded, &draft.unwrap_or_default());
        if screen.began != stamp(&screen.loaded.clinic.file.text) {
            screen.meet();
        }
        screen
    }

    /// Keeps what was typed in the program's memory; forgets it if it is what is saved.
    fn keep(&self, desk: &Desk) {
        if self.locked.is_some() {
            return;
        }
        let is_saved = self.values.differences(&self.was).is_empty() && !self.check.is_begun();
        match is_saved {
            true => desk.clinic_draft.forget(),
            false => {
                let mut fields = self.values.fields("");
                fields.extend(self.was.fields(WAS));
                fields.extend(self.check.typed());
                fields.push(("stamp".to_owned(), self.began.clone()));
                desk.clinic_draft.keep(&self.loaded.clinic, fields);
            }
        }
    }

    /// Does what a button other than Save asks for.
    fn act(&mut self, fields: &Fields) {
        let Some((action, argument)) = field(fields, "do").and_then(|action| {
            let (action, argument) = action.split_once(' ').unwrap_or((action, ""));
            Some((action, argument)).filter(|(action, _)| !action.is_empty())
        }) else {
            return;
        };
        match action {
            "leave-out" => self.values.logo = LogoChoice::LeftOut,
            "add-phone" => self.phone_fields = (self.phone_fields + 1).min(MAX_PHONES),
            "add-printer" => self.has_new_printer = true,
            "leave-out-printer" => {
                let index = argument.parse::<usize>().ok();
                let index = index.and_then(|number| number.checked_sub(1));
                if let Some(index) = index.filter(|index| *index < self.values.printers.len()) {
                    self.values.printers.remove(index);
                }
            }
            "use-colour" => self.values.set("colour", argument),
            "check-again" => self.check.is_open = true,
            "take" => self.values.take(argument, &self.was),
            "undo" => {
                let saved = ClinicValues::of(&self.loaded);
                self.phone_fields = saved.phones.len().clamp(2, MAX_PHONES);
                self.values = saved.clone();
                self.was = saved;
                self.began = stamp(&self.loaded.clinic.file.text);
                self.check = CheckForm::read(&Fields::new(), &self.loaded);
            }
            _ => {}
        }
    }

    /// Finds what others changed meanwhile, and takes it over where the person did not change it. Returns whether
    /// others changed a value of the form.
    fn meet(&mut self) -> bool {
        let now = ClinicValues::of(&self.loaded);
        for difference in now.differences(&self.was) {
            let field = difference.field;
            if !self.values.differs(field, &now) {
                continue;
            }
            let is_changed = self.values.differs(field, &self.was);
            self.conflicts.push(Conflict {
                field,
                words: difference.words,
                was: self.was.shown(field),
                now: now.shown(field),
                yours: is_changed.then(|| self.values.shown(field)),
            });
            if !is_changed {
                self.values.take(field, &now);
            }
        }
        if self.was.printers != now.printers && self.values.printers != now.printers {
            clinic_printers::find_again(&mut self.values.printers, &now.printers);
        }
        self.was = now;
        self.began = stamp(&self.loaded.clinic.file.text);
        !self.conflicts.is_empty()
    }

    fn refuse_logo(&mut self, words: &str) {
        self.faults.push(Fault::new("logo", words));
    }

    /// Keeps a logo if leaflets can print it.
    fn try_logo(&mut self, desk: &Desk, logo: UploadedLogo) {
        let alt = Some(self.values.get("logo_alt")).filter(|alt| !is_blank(alt));
        let mut chosen = self.was.clone();
        chosen.logo = LogoChoice::New("logo".to_owned());
        chosen.set("logo_alt", alt.unwrap_or("Logo"));
        match edited(&self.loaded.clinic, &chosen, &self.was, Some(&logo)) {
            Ok(_) => match desk.logos.keep(logo) {
                Ok(name) => self.values.logo = LogoChoice::New(name),
                Err(error) => self.refuse_logo(&error.to_string()),
            },
            Err(Unreadable::Findings(findings)) => {
                let words = findings.first().map_or_else(String::new, in_words);
                // The file has no name that the person knows.
                let words = words.replace(&format!("`{}`: ", logo.unsaved_name()), "");
                self.refuse_logo(&capitalised(&words));
            }
            Err(Unreadable::Save(error)) => self.refuse_logo(&error.in_words()),
        }
    }

    /// Returns the uploaded logo. If it was forgotten, the form goes back to the saved one, and says so.
    fn uploaded(&mut self, desk: &Desk) -> Option<Arc<UploadedLogo>> {
        let LogoChoice::New(name) = &self.values.logo else {
            return None;
        };
        let logo = desk.logos.get(name);
        if logo.is_none() {
            self.values.logo = LogoChoice::Kept;
            self.refuse_logo("The file was forgotten. Choose it again.");
        }
        logo
    }

    /// Reads the clinic with what was typed, and makes the preview.
    fn finish(&mut self, desk: &Desk, logo: Option<&UploadedLogo>) {
        self.faults.extend(faults(&self.values, self.has_logo()));
        let is_well = can_be_saved(&self.faults);
        match edited(&self.loaded.clinic, &self.shown(), &self.was, logo) {
            Ok(clinic) => {
                for finding in &clinic.faults {
                    let Some(field) = field_of(finding) else {
                        continue;
                    };
                    // The form says some of it in plainer words.
                    if self.faults.iter().any(|fault| fault.field == field) {
                        continue;
                    }
                    self.faults.push(match finding.severity {
                        Severity::Error => Fault::new(field, in_words(finding)),
                        Severity::Warning | Severity::Note => {
                            Fault::doubt(field, in_words(finding))
                        }
                    });
                }
                self.logo_findings = check::logo_notes(&clinic);
                self.logo_findings.extend(check::low_resolution(&clinic));
                self.edited = Some(clinic);
            }
            // The faults say it in plainer words.
            Err(_) if !is_well => {}
            Err(Unreadable::Findings(findings)) => {
                for finding in findings {
                    let field = field_of(&finding).unwrap_or_else(|| "form".to_owned());
                    self.faults.push(Fault::new(field, in_words(&finding)));
                }
            }
            Err(Unreadable::Save(error)) => {
                self.faults.push(Fault::new("form", error.in_words()));
            }
        }
        let mut previews = desk.previews.lock().unwrap_or_else(PoisonError::into_inner);
        let mut preview = |clinic: &Clinic| {
            let Loaded { library, date, .. } = &*self.loaded;
            previews.make(library, clinic, *date)
        };
        let edited = self.edited.as_ref().map(&mut preview);
        let findings = match edited {
            Some(Ok(made)) => {
                self.preview = Some(made);
                return;
            }
            Some(Err(findings)) => findings,
            None => Vec::new(),
        };
        // The last clinic that could be printed is shown.
        self.preview = preview(&self.loaded.clinic).ok();
        if let Some(finding) = findings.first()
            && can_be_saved(&self.faults)
        {
            // A clinic that could not be printed before may still be saved.
            self.faults.push(match self.preview {
                Some(_) => Fault::new("form", in_words(finding)),
                None => Fault::doubt("form", in_words(finding)),
            });
        }
    }

    /// Returns the values that a preview shows: those of the form, without faulty ones.
    fn shown(&self) -> ClinicValues {
        let mut shown = self.values.clone();
        let faulty = self
            .faults
            .iter()
            .filter(|fault| fault.weight == Weight::Error);
        for fault in faulty {
            shown.take(&fault.field, &self.was);
        }
        if self.has_logo() && is_blank(shown.get("logo_alt")) {
            shown.set("logo_alt", "Logo");
        }
        shown
    }

    /// Whether the form can be saved.
    pub(super) fn can_save(&self) -> bool {
        self.locked.is_none()
    }

    /// Whether leaflets will have a logo.
    pub(super) fn has_logo(&self) -> bool {
        match self.values.logo {
            LogoChoice::Kept => self.loaded.clinic.logo.is_some(),
            LogoChoice::LeftOut => false,
            LogoChoice::New(_) => true,
        }
    }

    /// Writes the files.
    fn write(&self, desk: &Desk, logo: Option<&UploadedLogo>) -> Result<(), SaveError> {
        let clinic = &self.loaded.clinic;
        if let Some(error) = desk.cannot_save(clinic) {
            return Err(error);
        }
        desk.save_with_logo(clinic, &ClinicFile::Main, logo, &|old, name| {
            if old != clinic.file.text {
                return Err(SaveError::Changed);
            }
            self.values.write(&self.was, clinic, old, name)
        })?;
        desk.clinic_draft.forget();
        // A name that is typed and not signed stays in its field.
        if self.check.is_begun() && !self.check.is_signed() {
            desk.clinic_draft.keep(clinic, self.check.typed());
        }
        if let LogoChoice::New(name) = &self.values.logo {
            desk.logos.forget(name);
        }
        self.check
            .record(desk, clinic, self.values.get("emergency"))
    }

    fn answer(&self, status: StatusCode) -> Response {
        let title = match can_be_saved(&self.faults) {
            true => "Clinic",
            false => "Error: Clinic",
        };
        let main = clinic_form::html(self);
        (status, page(&self.loaded, Screen::Clinic, title, &main)).into_response()
    }
}

/// Why the clinic cannot be read with what was typed.
enum Unreadable {
    Findings(Vec<Finding>),
    Save(SaveError),
}

/// Reads the clinic with what was typed, in memory.
fn edited(
    clinic: &Clinic,
    values: &ClinicValues,
    was: &ClinicValues,
    logo: Option<&UploadedLogo>,
) -> Result<Clinic, Unreadable> {
    let path = clinic.file.path.as_deref().unwrap_or(Path::new(""));
    let name = path.file_name().and_then(|name| name.to_str());
    let logo_name = logo.map(UploadedLogo::unsaved_name);
    let text = values
        .write(was, clinic, &clinic.file.text, logo_name.as_deref())
        .map_err(|error| match error {
            SaveError::Faulty(findings) => Unreadable::Findings(findings),
            error => Unreadable::Save(error),
        })?;
    let mut files = Files::from([(name.unwrap_or_default().to_owned(), text.into_bytes())]);
    if let (Some(name), Some(logo)) = (logo_name, logo) {
        files.insert(name, logo.bytes.clone());
    }
    Clinic::load_with(path, files, &Faces::bundled()).map_err(Unreadable::Findings)
}

/// Returns the name of the field that a finding is about.
fn field_of(finding: &Finding) -> Option<String> {
    match &finding.place.as_ref()?.target {
        PlaceTarget::Value(route, _) | PlaceTarget::Key(route) => field_at(route),
        PlaceTarget::File | PlaceTarget::Bytes(_) => None,
    }
}

fn in_words(finding: &Finding) -> String {
    let help = finding.help.as_deref().map(capitalised).unwrap_or_default();
    format!("{} {help}", capitalised(&finding.message))
        .trim()
        .to_owned()
}

/// Finds what is wrong in the form, in words for somebody who has not seen the file.
fn faults(values: &ClinicValues, has_logo: bool) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut say = |field: &str, words: &str| faults.push(Fault::new(field, words));
    let value = |name| values.get(name);
    if is_blank(value("name")) {
        say(
            "name",
            "Write the name that patients know, as in “Riverside Pain Clinic”.",
        );
    }
    if has_logo && is_blank(value("logo_alt")) {
        say("logo_alt", "Say what the logo shows, as in “A green leaf”.");
    }
    let numbers = ["emergency", "crisis"].map(|name| (name.to_owned(), value(name)));
    let phones = values.phones.iter().enumerate();
    let phones = phones.map(|(index, phone)| (format!("phone{}", index + 1), phone.as_str()));
    for (field, number) in phones.chain(numbers) {
        if has_line_break(number) || !number.is_empty() && !number.contains(char::is_numeric) {
            say(&field, "Write the number to call, with its digits.");
        }
    }
    if !value("email").is_empty() && !source::is_email_address(value("email")) {
        say(
            "email",
            "Write an email address, as in desk@clinic.example.",
        );
    }
    let website = value("website");
    if !website.is_empty() && !source::is_web_address(website) {
        let whole = format!("https://{website}");
        match source::is_web_address(&whole) {
            true => say("website", &format!("Write the whole address: {whole}")),
            false => say("website", "Write an address, as in https://clinic.example."),
        }
    }
    if !source::is_colour(value("colour")) {
        say(
            "colour",
            "Write a colour as # and six digits or letters from a to f, as in #0f5c69.",
        );
    }
    let defaults = RequestOptions {
        paper: value_named(value("paper")),
        edition: value_named(value("edition")),
        cover: value_named(value("cover")),
        envelope: value_named(value("envelope")),
        ..RequestOptions::default()
    };
    let options = OptionSources {
        clinic: defaults,
        ..OptionSources::default()
    };
    match options.choose() {
        Ok(_) => {}
        Err(fault) if fault.conflict != OptionConflict::Cover => {
            say("edition", &in_words(&fault.finding));
        }
        Err(_) if value("envelope").is_empty() => {
            say(
                "envelope",
                "Choose the envelope whose window shows the address.",
            );
        }
        Err(fault) => say("envelope", &in_words(&fault.finding)),
    }
    faults.extend(clinic_printers::faults(&values.printers));
    faults
}

/// Returns the worst finding about the logo first.
pub(super) fn by_weight(findings: &[Finding]) -> Vec<&Finding> {
    let mut findings: Vec<&Finding> = findings.iter().collect();
    findings.sort_by_key(|finding| match finding.severity {
        Severity::Error => 0,
        Severity::Warning => 1,
        Severity::Note => 2,
    });
    findings
}
