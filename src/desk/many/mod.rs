//! Make many: a leaflet for each reader of a list, made by the batch of the command line.
//!
//! 1. A person chooses a [`list`]. It stays in memory, under a name that nobody can guess.
//! 2. [`known`] says what a list may say, and [`check`] finds out which rows can be made. [`stopped_leaflets`] refuses what Print refuses. [`problems`] has their
//!    faults in plain words, [`list_page`] shows them, [`sample`] shows the leaflet of one row, and [`make_part`] asks what to
//!    make.
//!    [`new_list`] and [`list_requests`] answer the requests.
//! 3. [`running`] makes the leaflets, in a folder below the clinic's ([`runs`]), and [`run_page`] shows how far it is.
//!    [`run_requests`] answers the requests.
//!
//! What a column says about readers is shown in the sample and nowhere else. It is written to leaflets and nowhere
//! else.

mod check;
mod download;
mod file_body;
mod known;
mod list;
mod list_page;
mod list_requests;
mod make_part;
mod new_list;
mod problems;
mod run_page;
mod run_requests;
mod running;
mod runs;
mod sample;
mod stopped_leaflets;
mod words;

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use super::page::{Screen, page};
use super::sources::Loaded;
use super::{Desk, guard, message_page};
use crate::finding::Finding;
use list::Lists;
use run_page::Access;
use running::Runs;
use runs::Run;

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
    let upload = get(new_list::start)
        .post(new_list::upload)
        .layer(DefaultBodyLimit::max(MAX_LIST + AROUND_LIST));
    Router::new()
        .route("/many", upload)
        .route("/many/example.csv", get(new_list::example))
        .route(
            "/many/lists/{list}",
            get(list_requests::show_list).post(list_requests::change_list),
        )
        .route("/many/lists/{list}/sample", get(list_requests::show_sample))
        .route("/many/lists/{list}/make", post(list_requests::make))
        .route("/many/lists/{list}/done", post(list_requests::forget_list))
        .route("/many/{run}", get(run_requests::show_run))
        .route("/many/{run}/stop", post(run_requests::stop))
        .route("/many/{run}/carry-on", post(run_requests::carry_on))
        .route("/many/{run}/delete", post(run_requests::delete))
        .route("/many/{run}/open", post(run_requests::open))
        .route("/many/{run}/files/leaflets.pdf", get(run_requests::bundle))
        .route("/many/{run}/rows.csv", get(run_requests::row_numbers))
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

/// Answers a request for a list that is not there: with its run, if there is one.
fn forgotten(desk: &Desk, list: &str) -> Response {
    match desk.many.lists.run_of(list) {
        Some(address) => guard::redirect(&address),
        None => message_page::answer(StatusCode::GONE, &message_page::LIST_FORGOTTEN),
    }
}

/// Returns the good answer or the bad one.
fn either(answer: Result<Response, Box<Response>>) -> Response {
    answer.unwrap_or_else(|response| *response)
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
