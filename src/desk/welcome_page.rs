//! The first screen: it helps to make a clinic, while there is none.
//!
//! This is the only screen that writes outside the folder of a clinic: into a new or empty folder that the person
//! chooses.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::fields::{Fields, field};
use super::form_field::{Fault, TextField};
use super::message_page::{capitalised, marked_up};
use super::page::{Screen, filled_icon, icon, page};
use super::sources::Loaded;
use super::{Desk, guard, with_sources};
use crate::escape::escaped;
use crate::finding::Finding;
use crate::font::Faces;
use crate::library::{Clinic, Files};
use crate::scaffold::clinic::{NewClinic, Samples};
use crate::scaffold::{self, ScaffoldError, Schemas};
use crate::value_fault::{has_line_break, is_blank};

/// Name of a clinic that has none yet, in the preview.
const NO_NAME: &str = "Your clinic";

/// Answers with the first screen.
pub(super) async fn show(State(desk): State<Arc<Desk>>) -> Response {
    with_sources(&desk, |desk, loaded| match loaded.clinic.is_example() {
        true => screen(desk, &loaded, &Answers::empty(desk), StatusCode::OK),
        false => guard::redirect("/"),
    })
    .await
}

/// Answers with the screen for what was typed so far. Saves nothing.
pub(super) async fn preview(State(desk): State<Arc<Desk>>, Form(fields): Form<Fields>) -> Response {
    with_sources(&desk, move |desk, loaded| {
        screen(desk, &loaded, &Answers::read(&fields), StatusCode::OK)
    })
    .await
}

/// Makes the clinic, and goes on to the leaflets.
pub(super) async fn make(State(desk): State<Arc<Desk>>, Form(fields): Form<Fields>) -> Response {
    with_sources(&desk, move |desk, loaded| {
        if !loaded.clinic.is_example() {
            return guard::redirect("/");
        }
        let mut answers = Answers::read(&fields);
        answers.check();
        if answers.faults.is_empty() {
            match answers.write(desk, &loaded) {
                Ok(folder) => return opened(desk, folder),
                Err(fault) => answers.faults.push(fault),
            }
        }
        screen(desk, &loaded, &answers, StatusCode::UNPROCESSABLE_ENTITY)
    })
    .await
}

/// Works with a clinic that exists, and goes on to the leaflets.
pub(super) async fn open(State(desk): State<Arc<Desk>>, Form(fields): Form<Fields>) -> Response {
    with_sources(&desk, move |desk, loaded| {
        if !loaded.clinic.is_example() {
            return guard::redirect("/");
        }
        let folder = field(&fields, "existing").unwrap_or_default();
        match read_clinic(desk, Path::new(folder)) {
            Ok(()) => opened(desk, PathBuf::from(folder)),
            Err(words) => {
                let answers = Answers {
                    existing: folder.to_owned(),
                    faults: vec![Fault::new("existing", words)],
                    ..Answers::empty(desk)
                };
                screen(desk, &loaded, &answers, StatusCode::UNPROCESSABLE_ENTITY)
            }
        }
    })
    .await
}

/// Answers with how to start the program for a clinic in a folder of its own.
pub(super) async fn made(State(desk): State<Arc<Desk>>) -> Response {
    with_sources(&desk, |desk, loaded| {
        let folder = desk.clinic_path().unwrap_or_default();
        let folder = escaped(&folder.display().to_string());
        let main = format!(
            "<div class=\"head\"><div><h1>Your clinic is ready</h1><p class=\"lead\">It is kept in the folder \
             <code>{folder}</code>.</p></div></div><p class=\"doc\">The program does not look there by itself. To \
             open it next time, start the program with <code>handout serve --clinic \"{folder}\"</code>. The person \
             who looks after this computer can put that on the desktop.</p>\
             <p class=\"acts below\"><a class=\"btn main\" href=\"/\">See the leaflets</a> \
             <a href=\"/clinic\">Add your logo and colour</a></p>"
        );
        page(&loaded, Screen::Leaflets, "Your clinic is ready", &main)
    })
    .await
}

/// Works with a clinic from now on.
fn opened(desk: &Desk, folder: PathBuf) -> Response {
    let is_found_next_time = desk.workspace.home_of_clinic.as_ref() == Some(&folder);
    *desk.clinic.lock().unwrap_or_else(PoisonError::into_inner) = Some(folder);
    match is_found_next_time {
        true => guard::redirect("/"),
        false => guard::redirect("/welcome/made"),
    }
}

/// Reads the clinic in a folder. Says in words what is wrong.
fn read_clinic(desk: &Desk, folder: &Path) -> Result<(), String> {
    path_fault(folder).map_or(Ok(()), Err)?;
    let has_clinic = folder.is_file() || folder.join("clinic.yaml").is_file();
    if !has_clinic {
        return Err("There is no clinic in this folder: it has no file clinic.yaml.".to_owned());
    }
    (desk.workspace.load)(Some(folder))
        .map(|_| ())
        .map_err(in_words)
}

/// Returns what is wrong, in one or two sentences.
fn in_words(findings: Vec<Finding>) -> String {
    let Some(finding) = findings.first() else {
        return "It cannot be read.".to_owned();
    };
    let help = finding.help.as_deref().map(capitalised).unwrap_or_default();
    format!("{} {help}", capitalised(&finding.message))
        .trim()
        .to_owned()
}

impl Desk {
    /// Whether the first screen comes before the list of leaflets.
    pub(super) fn welcomes(&self, loaded: &Loaded) -> bool {
        loaded.clinic.is_example()
            && self.clinic_path().is_none()
            && !self.looked_around.load(Ordering::Relaxed)
    }
}

/// What a person typed.
struct Answers {
    name: String,
    phone: String,
    emergency: String,
    folder: String,
    /// Folder of a clinic that exists.
    existing: String,
    faults: Vec<Fault>,
}

impl Answers {
    fn empty(desk: &Desk) -> Answers {
        Answers {
            folder: desk.workspace.new_clinic.display().to_string(),
            ..Answers::read(&Fields::new())
        }
    }

    fn read(fields: &Fields) -> Answers {
        let value = |name| field(fields, name).unwrap_or_default().to_owned();
        Answers {
            name: value("name"),
            phone: value("phone"),
            emergency: value("emergency"),
            folder: value("folder"),
            existing: String::new(),
            faults: Vec::new(),
        }
    }

    /// Finds what is wrong, so that nothing is written.
    fn check(&mut self) {
        if is_blank(&self.name) || has_line_break(&self.name) {
            let words = "Write the name that patients know, as in “Riverside Pain Clinic”.";
            self.faults.push(Fault::new("name", words));
        }
        for (field, number) in [("phone", &self.phone), ("emergency", &self.emergency)] {
            if !number.is_empty() && !number.contains(char::is_numeric) {
                self.faults.push(Fault::new(
                    field,
                    "Write the number to call, with its digits.",
                ));
            }
        }
        if let Some(words) = folder_fault(Path::new(&self.folder)) {
            self.faults.push(Fault::new("folder", words));
        }
    }

    /// Returns the files of the clinic.
    fn files(&self, loaded: &Loaded) -> Vec<(String, Vec<u8>)> {
        // A number that is not finished is left out of the preview.
        let given = |text: &str| text.contains(char::is_numeric).then(|| text.to_owned());
        let (phone, emergency) = (given(&self.phone), given(&self.emergency));
        let new = NewClinic {
            name: if is_blank(&self.name) {
                NO_NAME
            } else {
                &self.name
            },
            phone: phone.as_deref(),
            emergency_number: emergency.as_deref(),
            samples: Samples::LeftOut,
        };
        let folder = Path::new(&self.folder).file_name().unwrap_or_default();
        new.files(&folder.to_string_lossy(), &loaded.library)
    }

    fn clinic(&self, loaded: &Loaded) -> Result<Clinic, Vec<Finding>> {
        Clinic::from_files(Files::from_iter(self.files(loaded)), &Faces::bundled())
    }

    /// Writes the clinic. Returns its folder.
    fn write(&self, desk: &Desk, loaded: &Loaded) -> Result<PathBuf, Fault> {
        if desk.read_only {
            return Err(Fault::new("folder", READ_ONLY));
        }
        self.clinic(loaded)
            .map_err(|findings| Fault::new("name", in_words(findings)))?;
        let folder = PathBuf::from(&self.folder);
        // Two windows may not make a clinic in the same folder.
        let _only = desk.clinic.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(words) = folder_fault(&folder) {
            return Err(Fault::new("folder", words));
        }
        scaffold::write_folder(&folder, &self.files(loaded), Schemas::Written)
            .map_err(|error| Fault::new("folder", cannot_write(&error)))?;
        Ok(folder)
    }
}

const READ_ONLY: &str = "This computer may only look: the program was started with `--read-only`.";

/// Says why a folder was not made.
fn cannot_write(error: &ScaffoldError) -> String {
    let source = match error {
        ScaffoldError::Folder { source, .. } | ScaffoldError::File { source, .. } => source,
        ScaffoldError::Exists(_) => {
            return "There are other files in this folder now. Choose an empty folder.".to_owned();
        }
    };
    match source.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "You may not write there. Choose another folder, such as one in your documents."
                .to_owned()
        }
        io::ErrorKind::StorageFull => "The disk is full. Nothing was saved.".to_owned(),
        kind => format!("The folder cannot be made ({kind}). Choose another one."),
    }
}

/// Returns what is wrong with the path of a folder.
fn path_fault(folder: &Path) -> Option<String> {
    let example = match cfg!(windows) {
        true => r"C:\Users\Ann\Documents\Leaflets",
        false => "/home/ann/Documents/Leaflets",
    };
    let has_steps = folder
        .components()
        .any(|part| matches!(part, Component::ParentDir | Component::CurDir));
    let text = folder.to_str().unwrap_or_default();
    let is_path = folder.is_absolute() && !has_steps && !text.contains(char::is_control);
    (!is_path).then(|| format!("Write the whole path of the folder, as in {example}"))
}

/// Returns why a clinic cannot be made in a folder.
fn folder_fault(folder: &Path) -> Option<String> {
    if let Some(fault) = path_fault(folder) {
        return Some(fault);
    }
    let Some(parent) = folder.parent() else {
        return Some("This is a whole disk. Choose a folder on it.".to_owned());
    };
    match fs::symlink_metadata(folder) {
        Ok(found) if found.is_dir() => match fs::read_dir(folder).map(|mut names| names.next()) {
            Ok(None) => None,
            Ok(Some(_)) if folder.join("clinic.yaml").is_file() => Some(
                "There is a clinic in this folder already. Open it below, or choose another folder."
                    .to_owned(),
            ),
            Ok(Some(_)) => Some(
                "There are other files in this folder, and they stay as they are. Choose a new or an empty folder."
                    .to_owned(),
            ),
            Err(_) => Some("You may not look into this folder. Choose another one.".to_owned()),
        },
        Ok(_) => Some("There is a file of this name. Choose another name for the folder.".to_owned()),
        Err(_) if parent.is_dir() => None,
        Err(_) => Some(format!(
            "There is no folder `{}`. Make it first, or choose another place.",
            parent.display()
        )),
    }
}

fn screen(desk: &Desk, loaded: &Loaded, answers: &Answers, status: StatusCode) -> Response {
    let title = match answers.faults.is_empty() {
        true => "Welcome",
        false => "Error: Welcome",
    };
    let main = welcome(desk, loaded, answers);
    (status, page(loaded, Screen::Welcome, title, &main)).into_response()
}

fn welcome(desk: &Desk, loaded: &Loaded, answers: &Answers) -> String {
    let forms = match desk.read_only {
        true => format!(
            "<div class=\"note below\">{}<h2>There is no clinic yet</h2><p>{}</p></div><p class=\"acts\">\
             <a class=\"btn\" href=\"/?look=around\">Just look around</a></p>{}",
            filled_icon("info"),
            marked_up(READ_ONLY),
            form_to_open(answers)
        ),
        false => form_to_make(desk, answers) + &form_to_open(answers),
    };
    format!(
        "<div class=\"first\"><div><h1>Welcome. Whose leaflets are these?</h1>\
         <p class=\"lead\">Three answers are enough to start. They appear on every leaflet, and you can change them at \
         any time.</p>{forms}</div><aside aria-labelledby=\"seen-h\" class=\"preview\"><h2 id=\"seen-h\">How it will look</h2>\
         <div id=\"seen\">{}</div></aside></div>",
        picture(desk, loaded, answers)
    )
}

impl Answers {
    fn field(
        &self,
        name: &str,
        kind: &str,
        label: &str,
        hint: &str,
        value: &str,
        attributes: &str,
    ) -> String {
        let field = TextField {
            name,
            kind,
            label,
            hint,
            value,
            attributes,
            class: "",
        };
        field.html(&self.faults)
    }

    /// Returns the attribute of a part that is open because it has a fault.
    fn open(&self, field: &str) -> &'static str {
        match self.faults.iter().any(|fault| fault.field == field) {
            true => " open",
            false => "",
        }
    }
}

/// Writes the form that makes a clinic.
fn form_to_make(desk: &Desk, answers: &Answers) -> String {
    let off = " autocomplete=\"off\"";
    let texts = [
        answers.field(
            "name",
            "text",
            "Name of the clinic",
            "As patients know it.",
            &answers.name,
            " required autocomplete=\"organization\"",
        ),
        answers.field(
            "phone",
            "tel",
            "Telephone",
            "The number to call with questions.",
            &answers.phone,
            off,
        ),
        answers.field(
            "emergency",
            "tel",
            "Emergency number",
            "The one for your country, such as 999, 112 or 911.",
            &answers.emergency,
            off,
        ),
    ]
    .concat();
    let folder = answers.field(
        "folder",
        "text",
        "Folder",
        "A new folder, or an empty one.",
        &answers.folder,
        " autocomplete=\"off\" spellcheck=\"false\"",
    );
    let place = place_in_words(&desk.workspace.new_clinic);
    format!(
        "<form class=\"stack\" id=\"welcome\" aria-label=\"Your clinic\" method=\"post\" action=\"/welcome\" \
         data-preview=\"/welcome/preview\">{texts}\
         <div class=\"where\">{}<div><p class=\"small muted\">Your words are kept in {place}. To move to another \
         computer, copy that folder.</p><details{}><summary>Choose another folder</summary>{folder}</details></div></div>\
         <p class=\"acts\"><button class=\"btn main big\" type=\"submit\">Save and see the leaflets</button>\
         <a href=\"/?look=around\">Just look around</a></p></form>",
        icon("folder"),
        answers.open("folder"),
    )
}

/// Writes the form that opens a clinic.
fn form_to_open(answers: &Answers) -> String {
    let existing = answers.field(
        "existing",
        "text",
        "Folder of your clinic",
        "The one that has the file clinic.yaml.",
        &answers.existing,
        " required autocomplete=\"off\" spellcheck=\"false\"",
    );
    format!(
        "<form class=\"where\" aria-label=\"A clinic that you have\" method=\"post\" action=\"/welcome/open\">{}<div>\
         <p class=\"small muted\">Does your clinic have a folder already? Open it, and carry on where you left off.</p>\
         <details{}><summary>Open a folder</summary>{existing}<p class=\"below\"><button class=\"btn slim\" type=\"submit\">\
         Open it</button></p></details></div></form>",
        icon("people"),
        answers.open("existing"),
    )
}

/// Says where a folder is, as in "the folder Leaflets, under Documents", as HTML.
fn place_in_words(folder: &Path) -> String {
    let name = |path: &Path| {
        path.file_name()
            .map(|name| escaped(&name.to_string_lossy()))
    };
    match (name(folder), folder.parent().and_then(name)) {
        (Some(folder), Some(parent)) => format!("the folder {folder}, under {parent}"),
        _ => format!("the folder {}", escaped(&folder.display().to_string())),
    }
}

/// Shows the top of a leaflet with the answers; without them if they cannot be printed.
fn picture(desk: &Desk, loaded: &Loaded, answers: &Answers) -> String {
    let preview = |answers: &Answers| {
        let clinic = answers.clinic(loaded)?;
        let mut previews = desk.previews.lock().unwrap_or_else(PoisonError::into_inner);
        previews.make(&loaded.library, &clinic, loaded.date)
    };
    match preview(answers) {
        Ok(preview) => {
            let top = &preview.top;
            let name = match is_blank(&answers.name) {
                true => "no name yet".to_owned(),
                false => format!("the name “{}”", escaped(&answers.name)),
            };
            format!(
                "<div class=\"crop\"><img src=\"{}\" width=\"{}\" height=\"{}\" alt=\"The top of a leaflet, with {name}\">\
                 </div>",
                top.address, top.size.0, top.size.1
            )
        }
        Err(findings) => format!("<p>{}</p>", marked_up(&in_words(findings))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_new_and_empty_folders_are_taken() {
        let home = tempfile::TempDir::new().unwrap();
        let path = |name: &str| home.path().join(name);
        fs::create_dir_all(path("full/inner")).unwrap();
        fs::create_dir_all(path("clinic")).unwrap();
        fs::create_dir_all(path("empty")).unwrap();
        fs::write(path("clinic/clinic.yaml"), "name: A\n").unwrap();
        fs::write(path("file"), "").unwrap();
        for name in ["new", "empty"] {
            assert_eq!(folder_fault(&path(name)), None, "{name}");
        }
        for (folder, words) in [
            (path("full"), "other files"),
            (path("clinic"), "a clinic in this folder already"),
            (path("file"), "a file of this name"),
            (path("missing/new"), "There is no folder"),
            (path("empty/../new"), "the whole path"),
            (PathBuf::from("new"), "the whole path"),
            (PathBuf::new(), "the whole path"),
            (path("a\nb"), "the whole path"),
        ] {
            let fault = folder_fault(&folder).unwrap();
            assert!(fault.contains(words), "{}: {fault}", folder.display());
        }
    }
}
