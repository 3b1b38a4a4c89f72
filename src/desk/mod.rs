//! The desk: a local web page on which a clinic makes and prints its leaflets, without a terminal.
//!
//! 1. `server` listens on this computer, and `guard` decides which requests are answered. `write_limit` ends a
//!    connection that nobody reads from.
//! 2. `sources` loads library and clinic anew whenever their files change.
//! 3. Each screen is a file: `library_page`, `leaflet_page`, `changes_page`, `review_page`, `clinic_page`,
//!    `welcome_page`, `new_leaflet_page`, `help_page`, `message_page`, `link_page`. It reads a request and writes
//!    HTML. `page` writes what all screens share, and `form_field` and `option_group` what forms do.
//!    `sheet_note` explains that an edition is not on the clinic's usual sheet.
//! 4. `many` makes the leaflets of a list.
//! 5. `made` keeps the leaflets that were made for one reader, for ten minutes, in memory only. `pile` has those that
//!    are printed together: `pile_add` puts them there, with the `reader_values` of the others, and `pile_page` shows
//!    and prints them. `sheet_count` counts sheets of paper. `print_stops` says which leaflets are not printed although they can be made, and
//!    `things_to_know` writes findings in plain words.
//! 6. `log` records what is printed and saved, if the clinic keeps a log. `print_on` prints on the clinic's printers,
//!    and `printer_words` says what became of it.
//! 7. `words_page` shows the texts of a leaflet (`leaflet_texts`), and `words_text` writes templates as words.
//!    `words_view` lays out the pages with words that are not saved, `words_form` and `words_list` write the editor,
//!    and `words_reads` judges the words. Texts that are not saved are in `drafts`, and the clinic in
//!    `clinic_draft`. `clinic_printers` are the printers on the screen Clinic.
//! 8. `words_changes` does what the buttons of that screen say. `words_save` finds the file of a text, and `saved`
//!    writes the clinic's files. `words_conflict` asks when somebody else changed a text, and `words_undo` takes a
//!    save back. `leaflet_titles` refuses a title that another leaflet has.
//! 9. `unmade` lists the leaflets that are not printed, `trial` tries them on the clinic's paper, and `finding_links` leads from a finding to its text.
//!    `review_facts` lists what is due or has changed, and `review_open` what nobody checked or approved.
//!
//! What a person types about a reader comes in the body of a POST request. It never reaches an address, a title,
//! a message or the disk.

mod assets;
mod changes_page;
mod choices;
mod clinic_check;
mod clinic_draft;
mod clinic_form;
mod clinic_logo;
mod clinic_page;
mod clinic_preview;
mod clinic_printers;
mod clinic_values;
mod clinic_verdict;
mod decisions;
mod differences;
mod drafts;
mod fields;
mod finding_links;
mod form_field;
mod guard;
mod help_page;
mod leaflet_form;
mod leaflet_head;
mod leaflet_page;
mod leaflet_texts;
mod leaflet_titles;
mod letter_part;
mod library_page;
mod link_page;
mod log;
mod made;
mod many;
mod message_page;
mod new_leaflet_page;
mod option_group;
mod our_changes;
mod page;
mod pile;
mod pile_add;
mod pile_page;
mod print_on;
mod print_stops;
mod printer_words;
mod private_disk;
mod reader_values;
mod review_decisions;
mod review_facts;
mod review_open;
mod review_page;
mod saved;
mod server;
mod sheet_count;
mod sheet_note;
mod sources;
mod things_to_know;
mod trial;
mod unmade;
mod welcome_page;
mod words_changes;
mod words_conflict;
mod words_form;
mod words_list;
mod words_page;
mod words_reads;
mod words_save;
mod words_text;
mod words_undo;
mod words_view;
mod write_limit;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware;
use axum::response::Response;
use axum::routing::{get, post};
use jiff::civil::Date;

use crate::finding::Finding;
use crate::leaflet::Renderer;
use crate::library::{Clinic, Library};
use crate::log::Log;
use crate::thread_stack;
use clinic_draft::ClinicDraft;
use clinic_logo::UploadedLogos;
use clinic_preview::PreviewMaker;
use drafts::Drafts;
use guard::Guard;
use made::MadeLeaflets;
use many::Many;
use pile::Pile;
use print_on::PrintRequests;
use sources::{Loaded, Sources};
use trial::Requests;
use words_undo::{LastSaves, SeenWordings};
use words_view::Pictures;

/// The most bytes of a form.
const MAX_FORM: usize = 1 << 20;
/// How often leaflets that are too old are forgotten.
const CLEANING: Duration = Duration::from_secs(20);

/// Loads library and clinic as they are on disk now. Without a path, the clinic is the one of the current folder, else
/// the example clinic.
type Load = dyn Fn(Option<&Path>) -> Result<(Library, Clinic), Vec<Finding>> + Send + Sync;

/// Opens a folder in a window.
type OpenFolder = dyn Fn(&Path) -> bool + Send + Sync;

/// Where the desk takes its leaflets from.
pub(crate) struct Workspace {
    /// Loads library and clinic.
    pub(crate) load: Box<Load>,
    /// The clinic to begin with.
    pub(crate) clinic: Option<PathBuf>,
    /// The folder in which the program looks for a clinic if none is named.
    pub(crate) home_of_clinic: Option<PathBuf>,
    /// The folder that is offered for a new clinic.
    pub(crate) new_clinic: PathBuf,
    /// Returns the date of leaflets.
    pub(crate) today: Box<dyn Fn() -> Date + Send + Sync>,
    /// Whether nothing may be written into the clinic's folder.
    pub(crate) read_only: bool,
    /// Where leaflets are recorded before they are printed or saved.
    pub(crate) log: Option<Arc<Log>>,
    /// Opens a folder in a window of this computer. Returns whether it could. `None` if the page is for other
    /// computers, too.
    pub(crate) open_folder: Option<Box<OpenFolder>>,
}

/// How the desk listens.
pub(crate) struct Listening {
    pub(crate) address: SocketAddr,
    /// Names that this computer has in requests, besides `127.0.0.1` and `localhost`.
    pub(crate) hosts: Vec<String>,
}

/// Why the desk could not run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DeskError {
    #[error("cannot listen on {address}")]
    Listen {
        address: SocketAddr,
        source: io::Error,
    },
    #[error("cannot make a secret")]
    Secret(#[from] getrandom::Error),
    #[error("cannot serve the page")]
    Serve(#[from] io::Error),
}

/// What every request needs.
struct Desk {
    workspace: Workspace,
    sources: Sources,
    made: MadeLeaflets,
    /// The clinic's folder or its `clinic.yaml`. The first screen sets it.
    clinic: Mutex<Option<PathBuf>>,
    /// Whether somebody chose to look around without a clinic.
    looked_around: AtomicBool,
    /// What was typed about the clinic and not saved.
    clinic_draft: ClinicDraft,
    /// Logos that were uploaded and not saved.
    logos: UploadedLogos,
    /// Caches for the pages of words that are not saved.
    renderer: Mutex<Renderer>,
    /// Makes the previews of clinics.
    previews: Mutex<PreviewMaker>,
    /// Leaflets for one reader that are printed together.
    pile: Pile,
    /// Requests to print on the clinic's printers.
    print_requests: PrintRequests,
    /// Lists of readers, and the leaflets that are made from them.
    many: Many,
    /// Whether nothing may be written into the clinic's folder. Screens say so instead of offering to save.
    read_only: bool,
    /// Held while a file of the clinic is written.
    saving: Mutex<()>,
    /// Texts that were typed and not saved.
    drafts: Drafts,
    /// The last pages with such texts.
    pictures: Pictures,
    /// Texts before they were saved, for Undo.
    last_saves: LastSaves,
    /// The clinic's texts as pages showed them.
    seen_wordings: SeenWordings,
    /// Requests that are being answered.
    requests: Requests,
}

impl Desk {
    /// Returns the clinic's folder or its `clinic.yaml`; `None` for that of the current folder, or the example.
    fn clinic_path(&self) -> Option<PathBuf> {
        let path = self.clinic.lock().unwrap_or_else(PoisonError::into_inner);
        path.clone()
    }
}

/// Serves the desk until the program is interrupted. `announce` gets the address that a person opens.
pub(crate) fn serve(
    workspace: Workspace,
    listening: &Listening,
    announce: &dyn Fn(&str),
) -> Result<(), DeskError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .thread_stack_size(thread_stack::size())
        .build()?;
    runtime.block_on(run(workspace, listening, announce))
}

async fn run(
    workspace: Workspace,
    listening: &Listening,
    announce: &dyn Fn(&str),
) -> Result<(), DeskError> {
    let listener = server::listen(listening.address)
        .await
        .map_err(|source| DeskError::Listen {
            address: listening.address,
            source,
        })?;
    let address = listener.local_addr()?;
    let guard = Arc::new(Guard::new(address.port(), &listening.hosts)?);
    if let Some(key) = guard.key() {
        // Other computers know this one by its name.
        let host = match listening.hosts.first() {
            Some(name) if !address.ip().is_loopback() => name.clone(),
            _ => Ipv4Addr::LOCALHOST.to_string(),
        };
        announce(&format!("http://{host}:{}/?key={key}", address.port()));
    }
    let desk = Arc::new(Desk {
        read_only: workspace.read_only,
        clinic: Mutex::new(workspace.clinic.clone()),
        workspace,
        sources: Sources::default(),
        made: MadeLeaflets::default(),
        looked_around: AtomicBool::new(false),
        clinic_draft: ClinicDraft::default(),
        logos: UploadedLogos::default(),
        renderer: Mutex::default(),
        previews: Mutex::default(),
        pile: Pile::default(),
        print_requests: PrintRequests::default(),
        many: Many::default(),
        saving: Mutex::default(),
        drafts: Drafts::default(),
        pictures: Pictures::default(),
        last_saves: LastSaves::default(),
        seen_wordings: SeenWordings::default(),
        requests: Requests::default(),
    });
    let ending = Arc::clone(&desk);
    let cleaned = Arc::clone(&desk);
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(CLEANING);
        loop {
            ticks.tick().await;
            cleaned.made.forget_old();
            cleaned.pile.forget_old();
            cleaned.print_requests.forget_old();
            cleaned.many.forget_old();
        }
    });
    let stop = async {
        // Without a handler, Ctrl-C would end the program at once. It cannot be set twice.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let served = server::serve(listener, router(desk, guard), server::LIMITS, stop).await;
    ending.many.end();
    served?;
    Ok(())
}

/// All addresses of the desk.
fn router(desk: Arc<Desk>, guard: Arc<Guard>) -> Router {
    Router::new()
        .route("/", get(library_page::show))
        .route("/clinic", get(clinic_page::show).post(clinic_page::save))
        .route("/clinic/preview", post(clinic_page::preview))
        .route(
            "/clinic/logo",
            post(clinic_page::upload).layer(DefaultBodyLimit::max(clinic_logo::MAX_UPLOAD)),
        )
        .route("/welcome", get(welcome_page::show).post(welcome_page::make))
        .route("/welcome/preview", post(welcome_page::preview))
        .route("/welcome/open", post(welcome_page::open))
        .route("/welcome/made", get(welcome_page::made))
        .route(
            "/leaflets/new",
            get(new_leaflet_page::show).post(new_leaflet_page::make),
        )
        .route("/leaflets", get(library_page::linked))
        .route(
            "/leaflets/{id}",
            get(leaflet_page::show).post(leaflet_page::show_for_reader),
        )
        .route(
            "/leaflets/{id}/changes",
            get(changes_page::show).post(changes_page::approve),
        )
        .route("/leaflets/{id}/changes/file", get(changes_page::file))
        .route("/review", get(review_page::show))
        .route("/review/reviewed", post(review_page::mark_reviewed))
        .route("/review/texts", post(review_page::choose))
        .route("/review/seen", post(review_page::mark_seen))
        .route("/leaflets/{id}/print", post(leaflet_page::print))
        .route("/leaflets/{id}/pile", post(pile_add::add))
        .route("/pile", get(pile_page::show))
        .route("/pile/print", post(pile_page::print))
        .route("/pile/{name}/pile.pdf", get(pile_page::file))
        .route("/pile/remove", post(pile_page::remove))
        .route("/pile/empty", post(pile_page::empty))
        .route("/leaflets/{id}/pages/{page}", get(leaflet_page::picture))
        .route("/leaflets/{id}/files/{file}", get(leaflet_page::file))
        .route("/leaflets/{id}/words", get(words_page::show_first))
        .route(
            "/leaflets/{id}/words/{key}",
            get(words_page::show).post(words_page::change),
        )
        .route(
            "/leaflets/{id}/words/pages/{name}",
            get(words_page::picture),
        )
        .route(
            "/readers/{name}/pages/{page}",
            get(leaflet_page::reader_picture),
        )
        .route(
            "/readers/{name}/files/{file}",
            get(leaflet_page::reader_file),
        )
        .route("/readers/{name}/done", post(leaflet_page::done))
        .merge(many::routes())
        .route("/logo.svg", get(page::logo))
        .route("/alive", get(async || StatusCode::NO_CONTENT))
        .route("/help", get(help_page::show))
        .route("/assets/{version}/{name}", get(assets::show))
        .fallback(message_page::not_found)
        .layer(DefaultBodyLimit::max(MAX_FORM))
        .layer(middleware::map_response(message_page::in_words))
        .layer(middleware::from_fn_with_state(guard, guard::guard))
        .with_state(desk)
}

/// Runs work that takes long on a thread of its own, so that other requests are answered meanwhile.
async fn in_background(
    desk: &Arc<Desk>,
    work: impl FnOnce(&Desk) -> Response + Send + 'static,
) -> Response {
    let desk = Arc::clone(desk);
    let answering = desk.requests.begin();
    let done = tokio::task::spawn_blocking(move || work(&desk)).await;
    drop(answering);
    done.unwrap_or_else(|_| message_page::internal())
}

/// Works with library and clinic as they are on disk now. Answers with their faults if they cannot be read.
async fn with_sources(
    desk: &Arc<Desk>,
    work: impl FnOnce(&Desk, Arc<Loaded>) -> Response + Send + 'static,
) -> Response {
    in_background(desk, |desk| match desk.sources() {
        Ok(loaded) => work(desk, loaded),
        Err(findings) => message_page::faulty_files(&findings),
    })
    .await
}
