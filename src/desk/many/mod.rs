//! Make many: a leaflet for each reader of a list, made by the batch of the command line.
//!
//! 1. A person chooses a [`list`]. It stays in memory, under a name that nobody can guess.
//! 2. [`known`] says what a list may say, and [`check`] finds out which rows can be made. [`problems`] has their
//!    faults in plain words, [`list_page`] shows them, and [`sample`] shows the leaflet of one row.
//! 3. [`running`] makes the leaflets, in a folder below the clinic's ([`runs`]), and [`run_page`] shows how far it is.
//!
//! What a column says about readers is shown in the sample and nowhere else. It is written to leaflets and nowhere
//! else.

mod check;
mod file_body;
mod known;
mod list;
mod list_page;
mod problems;
mod run_page;
mod running;
mod runs;
mod sample;
mod words;

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::multipart::MultipartError;
use axum::extract::{DefaultBodyLimit, Form, Multipart, Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use super::fields::{Fields, field};
use super::page::{Screen, filled_icon, page};
use super::sources::Loaded;
use super::{Desk, guard, in_background, message_page};
use crate::batch::{self, StartMode};
use crate::escape::escaped;
use crate::finding::Finding;
use check::{Checked, findings_of};
use file_body::FileBody;
use known::{Known, role_named};
use list::{Complaint, List, ListState, Lists, MAX_COPIES, MAX_NAME, Order, Output, SEPARATORS};
use run_page::Access;
use running::{Beginning, Runs};
use runs::{KeptProblem, ListMark, NoFolder, Run, RunFile};

/// The most bytes of a list, as of a workbook.
const MAX_LIST: usize = 64 * 1024 * 1024;
/// Bytes of a form around a list.
const AROUND_LIST: usize = 64 * 1024;

/// Lists and runs of this program.
#[derive(Default)]
pub(super) struct Many {
    lists: Lists,
    runs: Arc<Runs>,
}

impl Many {
    /// Forgets lists whose time has passed.
    pub(super) fn forget_old(&self) {
        self.lists.forget_old();
        self.runs.forget_old();
    }

    /// Stops what is under way, and waits until it is written.
    pub(super) fn end(&self) {
        self.lists.end();
        self.runs.end();
    }
}

/// All addresses of lists and runs.
pub(super) fn routes() -> Router<Arc<Desk>> {
    let upload = get(start)
        .post(upload)
        .layer(DefaultBodyLimit::max(MAX_LIST + AROUND_LIST));
    Router::new()
        .route("/many", upload)
        .route("/many/example.csv", get(example))
        .route("/many/lists/{list}", get(show_list).post(change_list))
        .route("/many/lists/{list}/sample", get(show_sample))
        .route("/many/lists/{list}/make", post(make))
        .route("/many/lists/{list}/done", post(forget_list))
        .route("/many/{run}", get(show_run))
        .route("/many/{run}/stop", post(stop))
        .route("/many/{run}/carry-on", post(carry_on))
        .route("/many/{run}/delete", post(delete))
        .route("/many/{run}/open", post(open))
        .route("/many/{run}/files/leaflets.pdf", get(bundle))
        .route("/many/{run}/rows.csv", get(row_numbers))
}

/// The clinic, and what may be written there.
struct Place {
    loaded: Arc<Loaded>,
    /// The clinic's folder; `None` for a clinic that is built in.
    folder: Option<PathBuf>,
    access: Access,
}

impl Place {
    fn new(desk: &Desk) -> Result<Place, Box<Response>> {
        let loaded = desk
            .sources()
            .map_err(|findings| Box::new(message_page::faulty_files(&findings)))?;
        let clinic = &loaded.clinic;
        let folder = match clinic.is_example() {
            true => None,
            false => clinic.folder_on_disk().map(std::path::Path::to_owned),
        };
        let access = match folder.is_some() && !desk.read_only {
            true => Access::Full,
            false => Access::ReadOnly,
        };
        Ok(Place {
            loaded,
            folder,
            access,
        })
    }

    fn runs(&self) -> Vec<Run> {
        self.folder.as_deref().map(Run::all).unwrap_or_default()
    }

    fn run(&self, id: &str) -> Result<Run, Box<Response>> {
        let run = self
            .folder
            .as_deref()
            .and_then(|folder| Run::find(folder, id));
        run.ok_or_else(|| Box::new(not_found()))
    }

    /// Returns the clinic's folder, if it may be written.
    fn writable(&self) -> Result<&std::path::Path, Box<Response>> {
        let folder = self
            .folder
            .as_deref()
            .filter(|_| self.access == Access::Full);
        folder.ok_or_else(|| {
            Box::new(message_page::answer(
                StatusCode::FORBIDDEN,
                &message_page::NOTHING_SAVED,
            ))
        })
    }

    fn page(&self, title: &str, main: &str) -> Response {
        page(&self.loaded, Screen::Many, title, main)
    }
}

fn not_found() -> Response {
    message_page::answer(StatusCode::NOT_FOUND, &message_page::NOT_FOUND)
}

fn forgotten() -> Response {
    message_page::answer(StatusCode::GONE, &message_page::LIST_FORGOTTEN)
}

/// Returns the good answer or the bad one.
fn either(answer: Result<Response, Box<Response>>) -> Response {
    answer.unwrap_or_else(|response| *response)
}

/// Answers with the field for a list, and the earlier runs.
async fn start(State(desk): State<Arc<Desk>>, Query(fields): Query<Fields>) -> Response {
    in_background(&desk, move |desk| {
        either(Place::new(desk).and_then(|place| {
            let purpose = Purpose::new(&place, &fields)?;
            Ok(start_page(desk, &place, &purpose, ""))
        }))
    })
    .await
}

/// What a list is chosen for.
enum Purpose {
    NewRun,
    /// To go on with a stopped run.
    CarryOn(Run),
    /// To make what was missing in a finished run.
    After(Run),
}

impl Purpose {
    fn new(place: &Place, fields: &Fields) -> Result<Purpose, Box<Response>> {
        let id = |name| field(fields, name).filter(|id| !id.is_empty());
        if let Some(id) = id("carry-on") {
            return place.run(id).map(Purpose::CarryOn);
        }
        match id("after") {
            Some(id) => place.run(id).map(Purpose::After),
            None => Ok(Purpose::NewRun),
        }
    }
}

/// Writes the screen without a list. `fault` is what is wrong with the list that was chosen, as HTML.
fn start_page(desk: &Desk, place: &Place, purpose: &Purpose, fault: &str) -> Response {
    let earlier = run_page::earlier(&place.runs(), None, &desk.many.runs, place.access);
    if place.access == Access::ReadOnly {
        let why = match place.folder {
            Some(_) => {
                "This program was started so that it saves nothing (<code>--read-only</code>). Leaflets from a \
                        list are saved, so make them on another computer."
            }
            None => {
                "Leaflets from a list are saved in your clinic’s folder, and this is the example clinic. \
                     <a href=\"/welcome\">Make your own clinic</a> first."
            }
        };
        let main = format!(
            "{}<div class=\"note\">{}<h2>Nothing can be made here</h2><p>{why}</p></div>{earlier}",
            list_page::head(),
            filled_icon("info")
        );
        return place.page("Make many", &main);
    }
    let hidden = |name: &str, run: &Run| {
        format!(
            "<input type=\"hidden\" name=\"{name}\" value=\"{}\">",
            run.file.id
        )
    };
    let (words, hidden) = match purpose {
        Purpose::NewRun => (
            "<p><strong>Drop an Excel, CSV or JSON Lines file here</strong></p><p class=\"small muted\">A row for each \
             reader. The first row says what is in the columns, such as Leaflet and First name.</p>"
                .to_owned(),
            String::new(),
        ),
        Purpose::CarryOn(run) => (
            format!(
                "<p><strong>Choose the same list again to carry on with “{}”</strong></p><p class=\"small muted\">We \
                 check that it is the same. What is already made stays.</p>",
                escaped(&run.file.order.name)
            ),
            hidden("carry-on", run),
        ),
        Purpose::After(run) => (
            format!(
                "<p><strong>Choose the fixed list of “{}”</strong></p><p class=\"small muted\">We make only what is new \
                 or changed, and nothing twice.</p>",
                escaped(&run.file.order.name)
            ),
            hidden("after", run),
        ),
    };
    let looks = "<p class=\"small muted\">A list looks like this: <a href=\"/many/example.csv\" download>an example \
                 list</a>.</p>";
    let body = format!(
        "<div class=\"stack\">{fault}{}{looks}</div>",
        list_page::drop_field(&words, "Choose a file", &hidden)
    );
    let main = format!(
        "{}{}{earlier}",
        list_page::head(),
        list_page::part(
            1,
            "Your list",
            "Read on this computer, and never saved.",
            &body
        )
    );
    place.page("Make many", &main)
}

/// Answers with a list that shows what lists look like.
async fn example(State(desk): State<Arc<Desk>>) -> Response {
    in_background(&desk, |desk| {
        either(Place::new(desk).map(|place| {
            let known = Known::new(&place.loaded);
            let mut headings = vec!["Leaflet".to_owned()];
            headings.extend(known.fields.iter().map(|field| field.label.clone()));
            headings.extend(["Language", "Edition", "Copies"].map(str::to_owned));
            let titles = known.titles.values().take(2);
            let values = |title: &String| {
                let mut row = vec![title.clone()];
                row.extend(known.fields.iter().map(|field| match field.is_date {
                    true => "2026-12-14".to_owned(),
                    false if field.name.ends_with("first_name") => "Ada".to_owned(),
                    false => String::new(),
                }));
                row.extend(["English", "Standard", "1"].map(str::to_owned));
                row
            };
            let rows = std::iter::once(headings).chain(titles.map(values));
            let lines = rows.map(|row| {
                row.iter()
                    .map(|cell| csv_cell(cell))
                    .collect::<Vec<_>>()
                    .join(",")
            });
            // Excel needs the mark to read UTF-8.
            let text = format!("\u{feff}{}\r\n", lines.collect::<Vec<_>>().join("\r\n"));
            attached(
                Body::from(text),
                "text/csv; charset=utf-8",
                "example list.csv",
                None,
            )
        }))
    })
    .await
}

fn csv_cell(text: &str) -> String {
    match text.contains([',', '"', '\n']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

/// Answers with a file that is saved under a name.
fn attached(body: Body, kind: &str, name: &str, length: Option<u64>) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    let values = [
        (CONTENT_TYPE, Some(kind.to_owned())),
        (CONTENT_DISPOSITION, Some(disposition("attachment", name))),
        (CONTENT_LENGTH, length.map(|length| length.to_string())),
    ];
    for (header, value) in values {
        if let Some(Ok(value)) = value.map(|value| value.parse()) {
            headers.insert(header, value);
        }
    }
    response
}

/// Writes the name of a file in a header (RFC 6266), which has ASCII letters only.
fn disposition(kind: &str, name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || " .-_".contains(c) {
                c
            } else {
                '-'
            }
        })
        .collect();
    let encoded: String = name
        .bytes()
        .map(
            |byte| match byte.is_ascii_alphanumeric() || b".-_".contains(&byte) {
                true => char::from(byte).to_string(),
                false => format!("%{byte:02X}"),
            },
        )
        .collect();
    format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

/// A form with a list.
#[derive(Default)]
struct Upload {
    file: String,
    bytes: Bytes,
    fields: Fields,
}

impl Upload {
    async fn read(mut form: Multipart) -> Result<Upload, MultipartError> {
        let mut upload = Upload::default();
        while let Some(part) = form.next_field().await? {
            let name = part.name().unwrap_or_default().to_owned();
            match name.as_str() {
                "list" => {
                    upload.file = part.file_name().unwrap_or("list").to_owned();
                    upload.bytes = part.bytes().await?;
                }
                _ => upload.fields.push((name, part.text().await?)),
            }
        }
        Ok(upload)
    }
}

/// Takes a list.
async fn upload(State(desk): State<Arc<Desk>>, form: Multipart) -> Response {
    let upload = match Upload::read(form).await {
        Ok(upload) if upload.bytes.len() <= MAX_LIST => upload,
        Err(error) if error.status() != StatusCode::PAYLOAD_TOO_LARGE => {
            return message_page::answer(StatusCode::BAD_REQUEST, &message_page::NOT_UNDERSTOOD);
        }
        _ => {
            let status = StatusCode::PAYLOAD_TOO_LARGE;
            return message_page::answer(status, &message_page::LIST_TOO_LARGE);
        }
    };
    in_background(&desk, move |desk| either(read_list(desk, upload))).await
}

fn read_list(desk: &Desk, upload: Upload) -> Result<Response, Box<Response>> {
    let place = Place::new(desk)?;
    let folder = place.writable()?;
    let purpose = Purpose::new(&place, &upload.fields)?;
    let refused = |fault: &str| {
        let page = start_page(desk, &place, &purpose, fault);
        (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
    };
    let note = |heading: &str, text: &str| {
        format!(
            "<div class=\"note stop\" role=\"alert\">{}<h3>{heading}</h3><p>{text}</p></div>",
            filled_icon("alert")
        )
    };
    if upload.bytes.is_empty() {
        return Ok(refused(&note(
            "There is nothing in this file",
            "Choose a file with a list of readers.",
        )));
    }
    if let Purpose::CarryOn(run) = &purpose
        && !run.file.list.is_of(&upload.bytes)
    {
        let text =
            "Choose the file that the run was begun with, as it was then. Nothing was changed.";
        return Ok(refused(&note("This is not the same list", text)));
    }
    let (earlier, order) = match &purpose {
        Purpose::After(run) => {
            let order = Order {
                name: next_name(folder, &run.file.order.name),
                ..run.file.order.clone()
            };
            (Some(run.folder.clone()), order)
        }
        // The name of the list's file may be a patient's, and a run's name becomes that of its folder.
        Purpose::NewRun | Purpose::CarryOn(_) => {
            let name = format!("Leaflets {}", place.loaded.date);
            (None, Order::named(free_name(folder, name)))
        }
    };
    let list = match List::new(
        &upload.file,
        upload.bytes,
        earlier,
        order,
        Arc::clone(&place.loaded),
    ) {
        Ok(list) => list,
        Err(findings) => return Ok(refused(&list_page::unreadable(&upload.file, &findings))),
    };
    if let Purpose::CarryOn(run) = purpose {
        list.state().check.stop();
        return go_on(desk, &place, run, list);
    }
    let address = format!("/many/lists/{}", list.key);
    desk.many.lists.keep(list);
    Ok(guard::redirect(&address))
}

/// Returns the name, or one with a number if a run has it.
fn free_name(clinic: &std::path::Path, name: String) -> String {
    match is_taken(&Run::all(clinic), &name) {
        true => next_name(clinic, &name),
        false => name,
    }
}

fn is_taken(runs: &[Run], name: &str) -> bool {
    let mut runs = runs.iter();
    runs.any(|run| run.file.order.name.eq_ignore_ascii_case(name))
}

/// Returns a name that no run has, as in `Autumn recall 2`.
fn next_name(clinic: &std::path::Path, name: &str) -> String {
    let runs = Run::all(clinic);
    let base = match name.rsplit_once(' ') {
        Some((base, number)) if number.parse::<u32>().is_ok_and(|number| number < 100) => base,
        _ => name,
    };
    let names = (2..).map(|number| format!("{base} {number}"));
    names
        .take(1000)
        .find(|name| !is_taken(&runs, name))
        .unwrap_or_else(|| name.to_owned())
}

/// Goes on with a stopped run.
fn go_on(
    desk: &Desk,
    place: &Place,
    mut run: Run,
    list: Arc<List>,
) -> Result<Response, Box<Response>> {
    run.file.result = None;
    let known = Known::new(&place.loaded);
    let decisions = run.file.decisions(&known.roles());
    let address = format!("/many/{}", run.file.id);
    let has_begun = batch::kept_run(&run.folder)
        .map_err(|error| Box::new(faulty(place, &findings_of(error))))?
        .is_some();
    let beginning = Beginning {
        plan: list.plan(&known, &decisions),
        start: match has_begun {
            true => StartMode::Resume,
            false => StartMode::Fresh,
        },
        run,
        list,
        loaded: Arc::clone(&place.loaded),
        known,
    };
    match desk.many.runs.begin(beginning) {
        Ok(()) => Ok(guard::redirect(&address)),
        Err(_) => Ok(message_page::answer(
            StatusCode::CONFLICT,
            &message_page::OTHER_RUN,
        )),
    }
}

/// Answers that something could not be done, with the details for the person who looks after the computer.
fn faulty(place: &Place, findings: &[Finding]) -> Response {
    let main = format!(
        "<div class=\"fault\"><h1>This did not work</h1><p class=\"doc\"><strong>What was made is still there.</strong> \
         Go back and try again.</p>{}<p><a href=\"/many\">Make many</a></p></div>",
        message_page::fault_list(findings)
    );
    (
        StatusCode::INTERNAL_SERVER_ERROR,
        place.page("This did not work", &main),
    )
        .into_response()
}

/// Answers with the screen of a list.
async fn show_list(State(desk): State<Arc<Desk>>, Path(key): Path<String>) -> Response {
    in_background(&desk, move |desk| {
        let Some(list) = desk.many.lists.get(&key) else {
            return forgotten();
        };
        either(Place::new(desk).map(|place| list_screen(desk, &place, &list)))
    })
    .await
}

fn list_screen(desk: &Desk, place: &Place, list: &List) -> Response {
    let check = Arc::clone(&list.state().check);
    list_page::wait_for(&check);
    let sample = match check.result() {
        Some(Ok(checked)) if checked.rows > 0 => sample::view(desk, list, checked),
        _ => None,
    };
    let state = list.state();
    let main = list_page::screen(list, &state, sample.as_ref());
    let title = match state.complaint {
        Some(_) => "Error: Make many",
        None => "Make many",
    };
    place.page(title, &main)
}

/// Answers with all pages of the sample.
async fn show_sample(State(desk): State<Arc<Desk>>, Path(key): Path<String>) -> Response {
    in_background(&desk, move |desk| {
        let Some(list) = desk.many.lists.get(&key) else {
            return forgotten();
        };
        let Some(main) = sample::all_pages(desk, &list) else {
            return guard::redirect(&format!("/many/lists/{key}"));
        };
        either(Place::new(desk).map(|place| place.page("Sample", &main)))
    })
    .await
}

async fn forget_list(State(desk): State<Arc<Desk>>, Path(key): Path<String>) -> Response {
    if let Some(list) = desk.many.lists.get(&key) {
        sample::forget(&desk, &list);
    }
    desk.many.lists.forget(&key);
    guard::redirect("/many")
}

/// Takes a decision about a list.
async fn change_list(
    State(desk): State<Arc<Desk>>,
    Path(key): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    in_background(&desk, move |desk| {
        let Some(list) = desk.many.lists.get(&key) else {
            return forgotten();
        };
        let check = Arc::clone(&list.state().check);
        list_page::wait_for(&check);
        let answer = guard::redirect(&format!("/many/lists/{key}"));
        let checked = match check.result() {
            Some(Ok(checked)) => checked,
            // Another sheet may be readable.
            _ if field(&fields, "sheet").is_none() => return answer,
            _ => {
                return either(Place::new(desk).map(|place| {
                    if choose_sheet(&mut list.state(), &list, &fields) {
                        list.check_again(place.loaded);
                    }
                    answer
                }));
            }
        };
        if decide(&list, checked, &fields) {
            return either(Place::new(desk).map(|place| {
                list.check_again(place.loaded);
                answer
            }));
        }
        answer
    })
    .await
}

fn choose_sheet(state: &mut ListState, list: &List, fields: &Fields) -> bool {
    let sheet = field(fields, "sheet").and_then(|sheet| sheet.parse::<usize>().ok());
    let Some(sheet) =
        sheet.filter(|sheet| *sheet < list.sheets.len() && *sheet != state.decisions.sheet)
    else {
        return false;
    };
    // Decisions about another sheet mean nothing here.
    state.decisions = list::Decisions {
        sheet,
        ..Default::default()
    };
    true
}

/// Takes a decision. Returns whether the list has to be checked again.
fn decide(list: &List, checked: &Checked, fields: &Fields) -> bool {
    let mut state = list.state();
    let before = state.decisions.clone();
    state.complaint = None;
    match field(fields, "do").unwrap_or_default() {
        "sheet" => return choose_sheet(&mut state, list, fields),
        "columns" => choose_columns(&mut state, checked, fields),
        "leaflet" => {
            let id = field(fields, "leaflet").filter(|id| checked.known.titles.contains_key(*id));
            state.decisions.handout = id.map(str::to_owned);
        }
        "rows" => choose_rows(&mut state, checked, fields),
        "back" => state.decisions.left_out.clear(),
        "row" => choose_sample(&mut state, checked, fields),
        "hide" => state.is_sample_hidden = true,
        "show" => state.is_sample_hidden = false,
        "order" => {
            state.complaint = read_order(&mut state.order, fields).err();
        }
        _ => {}
    }
    // Rows that are left out are not made, whatever is in them.
    let mut after = state.decisions.clone();
    after.left_out = before.left_out.clone();
    after != before
}

fn choose_columns(state: &mut ListState, checked: &Checked, fields: &Fields) {
    let roles = checked.known.roles();
    let mut changed = Vec::new();
    for (index, column) in checked.columns.iter().enumerate() {
        let value = field(fields, &format!("column-{index}"));
        let role = value.and_then(|value| role_named(value, &roles));
        if let Some(role) = role.filter(|role| *role != column.role) {
            changed.push((index, role));
        }
    }
    for (index, role) in changed {
        // Another column that was chosen for the same is not used any more.
        state
            .decisions
            .columns
            .retain(|other, known| *other == index || *known != role);
        state.decisions.columns.insert(index, role);
    }
}

/// Applies a repair to rows, or leaves them out.
fn choose_rows(state: &mut ListState, checked: &Checked, fields: &Fields) {
    let problem = |name| {
        let (index, first) = field(fields, name)?.split_once(':')?;
        let problem = checked.problems.get(index.parse::<usize>().ok()?)?;
        // The list may have been checked again since the button was shown.
        let is_same = problem.rows.first()?.to_string() == first;
        is_same.then_some(problem)
    };
    if let Some(problem) = problem("use")
        && let Some(leaflet) = &problem.leaflet
    {
        let rows = problem.rows.iter().map(|row| (*row, leaflet.clone()));
        state.decisions.handouts.extend(rows);
    }
    if let Some(problem) = problem("leave") {
        state.decisions.left_out.extend(&problem.rows);
    }
}

fn choose_sample(state: &mut ListState, checked: &Checked, fields: &Fields) {
    let row = field(fields, "row").and_then(|row| row.parse::<u32>().ok());
    let row = row.unwrap_or(1);
    let row = match field(fields, "step") {
        Some("previous") => row.saturating_sub(1),
        Some("next") => row.saturating_add(1),
        _ => row,
    };
    state.show_row(row.clamp(1, checked.rows.max(1)));
    state.is_sample_hidden = false;
}

/// Reads what to make. Fails with what is wrong, and keeps the rest.
fn read_order(order: &mut Order, fields: &Fields) -> Result<(), Complaint> {
    let is_on = |name| field(fields, name).is_some();
    order.output = match field(fields, "what") {
        Some("files") => Output::Files,
        _ => Output::Bundle,
    };
    order.both_sides = is_on("sides");
    order.separators = is_on("separators");
    let every = field(fields, "every").and_then(|every| every.parse().ok());
    if let Some(every) = every.filter(|every| SEPARATORS.contains(every)) {
        order.every = every;
    }
    order.name = field(fields, "name")
        .unwrap_or_default()
        .chars()
        .take(MAX_NAME)
        .collect();
    let copies = field(fields, "each").and_then(|copies| copies.parse().ok());
    match copies.filter(|copies| (1..=MAX_COPIES).contains(copies)) {
        Some(copies) => order.copies = copies,
        None => {
            return Err(Complaint {
                field: "copies",
                message: format!("Write a number from 1 to {MAX_COPIES}."),
            });
        }
    }
    Ok(())
}

/// Begins a run.
async fn make(
    State(desk): State<Arc<Desk>>,
    Path(key): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    in_background(&desk, move |desk| {
        let Some(list) = desk.many.lists.get(&key) else {
            return forgotten();
        };
        either(
            Place::new(desk).and_then(|place| match begin(desk, &place, &list, &fields)? {
                Ok(address) => Ok(guard::redirect(&address)),
                Err(complaint) => {
                    list.state().complaint = Some(complaint);
                    let page = list_screen(desk, &place, &list);
                    list.state().complaint = None;
                    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
                }
            }),
        )
    })
    .await
}

/// Makes the folder of a run, and begins it. Returns its address, or what is wrong with the order.
fn begin(
    desk: &Desk,
    place: &Place,
    list: &Arc<List>,
    fields: &Fields,
) -> Result<Result<String, Complaint>, Box<Response>> {
    let folder = place.writable()?;
    let complaint = |field, message: &str| {
        Ok(Err(Complaint {
            field,
            message: message.to_owned(),
        }))
    };
    let (order, decisions, check) = {
        let mut state = list.state();
        if let Err(complaint) = read_order(&mut state.order, fields) {
            return Ok(Err(complaint));
        }
        let check = Arc::clone(&state.check);
        (state.order.clone(), state.decisions.clone(), check)
    };
    let Some(Ok(checked)) = check.result() else {
        return complaint(
            "",
            "The list is still being checked. Wait a moment, and try again.",
        );
    };
    let expected = list_page::totals(&order, &decisions, checked);
    if expected.leaflets == 0 {
        return complaint("", "No row of the list is ready.");
    }
    if desk.many.runs.current().is_some() {
        return complaint(
            "",
            "Another list is being made. Wait until it is ready, or stop it.",
        );
    }
    let program_fault = |error: getrandom::Error| {
        let finding = Finding::error("program-fault", error.to_string());
        Box::new(faulty(place, &[finding]))
    };
    let mark = ListMark::of(&list.bytes).map_err(program_fault)?;
    let file = RunFile::new(
        order,
        &decisions,
        mark,
        checked.rows,
        expected,
        &checked.made_before,
    );
    let mut file = file.map_err(program_fault)?;
    file.problems = kept_problems(&decisions, checked);
    let address = format!("/many/{}", file.id);
    let run = match Run::create(folder, file) {
        Ok(run) => run,
        Err(NoFolder::NoName) => return complaint("name", "Write a name with letters or digits."),
        Err(NoFolder::Exists) => {
            return complaint(
                "name",
                "There are leaflets of this name. Write another name.",
            );
        }
        Err(NoFolder::Disk(error)) => {
            let message = format!("Nothing was made: {error}.");
            return complaint("", &message);
        }
    };
    let beginning = Beginning {
        run,
        list: Arc::clone(list),
        loaded: Arc::clone(&checked.loaded),
        known: Known::new(&checked.loaded),
        plan: checked.plan.clone(),
        start: StartMode::Fresh,
    };
    match desk.many.runs.begin(beginning) {
        Ok(()) => {
            // The run has the list now.
            desk.many.lists.forget(&list.key);
            Ok(Ok(address))
        }
        Err(beginning) => {
            // Best effort: the folder has nothing but its record.
            let _ = beginning.run.delete();
            complaint(
                "",
                "Another list is being made. Wait until it is ready, or stop it.",
            )
        }
    }
}

/// Returns the rows that will have no leaflet, without anything that the list says.
fn kept_problems(decisions: &list::Decisions, checked: &Checked) -> Vec<KeptProblem> {
    let left_out: Vec<u32> = decisions.left_out.iter().copied().collect();
    let mut kept = Vec::new();
    if !left_out.is_empty() {
        kept.push(KeptProblem::new(
            &left_out,
            String::new(),
            "Left out by you".to_owned(),
        ));
    }
    for problem in checked.problems.iter().filter(|problem| problem.is_error) {
        let is_left =
            |row: &u32| !decisions.left_out.contains(row) && !checked.made_before.contains(row);
        let rows: Vec<u32> = problem.rows.iter().copied().filter(is_left).collect();
        if !rows.is_empty() {
            let column = problem.column.as_deref();
            let column = column.map_or(String::new(), |name| checked.plain_column_label(name));
            kept.push(KeptProblem::new(&rows, column, problem.why.clone()));
        }
    }
    kept
}

/// Answers with the screen of a run.
async fn show_run(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    Query(fields): Query<Fields>,
) -> Response {
    in_background(&desk, move |desk| {
        let is_asked = field(&fields, "ask") == Some("delete");
        either(run_screen(desk, &id, is_asked, ""))
    })
    .await
}

fn run_screen(
    desk: &Desk,
    id: &str,
    is_asked: bool,
    said: &str,
) -> Result<Response, Box<Response>> {
    let place = Place::new(desk)?;
    let current = desk.many.runs.current();
    let earlier = || run_page::earlier(&place.runs(), Some(id), &desk.many.runs, place.access);
    if let Some(running) = current.as_deref().filter(|running| running.id == id) {
        let title = format!(
            "Making {}",
            words::counted(running.expected.leaflets.into(), "leaflet")
        );
        return Ok(place.page(&title, &run_page::running(running, &earlier())));
    }
    let run = place.run(id)?;
    let Some(result) = &run.file.result else {
        let has_list = desk.many.runs.list_of(id).is_some();
        let fault = desk.many.runs.fault_of(id);
        let main = run_page::stopped(
            &run,
            place.access,
            has_list,
            fault.as_deref(),
            is_asked,
            &earlier(),
        );
        return Ok(place.page("Not finished", &main));
    };
    let can_open = desk.workspace.open_folder.is_some();
    let main = run_page::done(&run, result, place.access, can_open, said, is_asked);
    let ready = words::counted(result.totals.leaflets.into(), "leaflet");
    Ok(place.page(&format!("{ready} ready"), &main))
}

async fn stop(State(desk): State<Arc<Desk>>, Path(id): Path<String>) -> Response {
    if let Some(running) = desk.many.runs.current().filter(|running| running.id == id) {
        running.stop();
    }
    guard::redirect(&format!("/many/{id}"))
}

/// Goes on with a stopped run, or asks for its list.
async fn carry_on(State(desk): State<Arc<Desk>>, Path(id): Path<String>) -> Response {
    in_background(&desk, move |desk| {
        either(Place::new(desk).and_then(|place| {
            place.writable()?;
            let run = place.run(&id)?;
            let is_running = desk
                .many
                .runs
                .current()
                .is_some_and(|running| running.id == id);
            if is_running || run.file.result.is_some() {
                return Ok(guard::redirect(&format!("/many/{id}")));
            }
            match desk.many.runs.list_of(&id) {
                Some(list) => go_on(desk, &place, run, list),
                None => Ok(guard::redirect(&format!("/many?carry-on={id}"))),
            }
        }))
    })
    .await
}

async fn delete(State(desk): State<Arc<Desk>>, Path(id): Path<String>) -> Response {
    in_background(&desk, move |desk| {
        either(Place::new(desk).and_then(|place| {
            place.writable()?;
            let run = place.run(&id)?;
            if desk
                .many
                .runs
                .current()
                .is_some_and(|running| running.id == id)
            {
                return Ok(message_page::answer(
                    StatusCode::CONFLICT,
                    &message_page::OTHER_RUN,
                ));
            }
            desk.many.runs.forget(&id);
            match run.delete() {
                Ok(()) => Ok(guard::redirect("/many")),
                Err(error) => Ok(faulty(&place, &findings_of(error))),
            }
        }))
    })
    .await
}

/// Opens the folder of a run on this computer.
async fn open(State(desk): State<Arc<Desk>>, Path(id): Path<String>) -> Response {
    in_background(&desk, move |desk| {
        either(Place::new(desk).and_then(|place| {
            let run = place.run(&id)?;
            let Some(open_folder) = desk.workspace.open_folder.as_ref() else {
                return Err(Box::new(not_found()));
            };
            let folder = run
                .folder
                .canonicalize()
                .unwrap_or_else(|_| run.folder.clone());
            let shown = escaped(&folder.display().to_string());
            let said = match open_folder(&folder) {
                true => {
                    format!("The folder opens in a window of its own. It is <code>{shown}</code>.")
                }
                false => format!("The folder is <code>{shown}</code>."),
            };
            run_screen(desk, &id, false, &said)
        }))
    })
    .await
}

/// Answers with the file for the printer.
async fn bundle(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    Query(fields): Query<Fields>,
) -> Response {
    in_background(&desk, move |desk| {
        either(Place::new(desk).and_then(|place| {
            let run = place.run(&id)?;
            let path = run.bundle();
            let is_there = run.file.result.is_some() && run.file.order.output == Output::Bundle;
            let file = match is_there {
                true => File::open(&path).and_then(FileBody::new).ok(),
                false => None,
            };
            let Some((body, length)) = file else {
                return Err(Box::new(not_found()));
            };
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let mut response = attached(Body::new(body), "application/pdf", &name, Some(length));
            if field(&fields, "for") == Some("print")
                && let Ok(inline) = disposition("inline", &name).parse()
            {
                response.headers_mut().insert(CONTENT_DISPOSITION, inline);
            }
            Ok(response)
        }))
    })
    .await
}

/// Answers with the numbers of the rows that have no leaflet.
async fn row_numbers(State(desk): State<Arc<Desk>>, Path(id): Path<String>) -> Response {
    in_background(&desk, move |desk| {
        either(Place::new(desk).and_then(|place| {
            let run = place.run(&id)?;
            let mut text = "\u{feff}Row,Column,Why\r\n".to_owned();
            for problem in run_page::rows_without_leaflet(&run) {
                for row in problem.rows() {
                    text += &format!(
                        "{row},{},{}\r\n",
                        csv_cell(&problem.column),
                        csv_cell(&problem.why)
                    );
                }
            }
            let name = format!("{} rows left out.csv", run.file.order.name);
            Ok(attached(
                Body::from(text),
                "text/csv; charset=utf-8",
                &name,
                None,
            ))
        }))
    })
    .await
}
