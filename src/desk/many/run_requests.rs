//! Requests about a run: its screen, stop, carry on, delete, and its files.

use std::fs::File;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_DISPOSITION;
use axum::response::Response;

use super::check::findings_of;
use super::download::{attached, csv_cell, disposition};
use super::file_body::FileBody;
use super::known::Known;
use super::list::{List, Output};
use super::running::Beginning;
use super::runs::Run;
use super::{Place, either, faulty, not_found, run_page, words};
use crate::batch::{self, StartMode};
use crate::desk::fields::{Fields, field};
use crate::desk::{Desk, guard, in_background, message_page};
use crate::escape::escaped;

/// Goes on with a stopped run.
pub(super) fn go_on(
    desk: &Desk,
    place: &Place,
    mut run: Run,
    list: Arc<List>,
) -> Result<Response, Box<Response>> {
    run.file.result = None;
    let known = Known::new(
        &place.loaded,
        run.file.letter().cover_of(&place.loaded.clinic),
    );
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
        log: desk.workspace.log.clone(),
    };
    match desk.many.runs.begin(beginning) {
        Ok(()) => Ok(guard::redirect(&address)),
        Err(_) => Ok(message_page::answer(
            StatusCode::CONFLICT,
            &message_page::OTHER_RUN,
        )),
    }
}

/// Answers with the screen of a run.
pub(super) async fn show_run(
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

pub(super) async fn stop(State(desk): State<Arc<Desk>>, Path(id): Path<String>) -> Response {
    if let Some(running) = desk.many.runs.current().filter(|running| running.id == id) {
        running.stop();
    }
    guard::redirect(&format!("/many/{id}"))
}

/// Goes on with a stopped run, or asks for its list.
pub(super) async fn carry_on(State(desk): State<Arc<Desk>>, Path(id): Path<String>) -> Response {
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

pub(super) async fn delete(State(desk): State<Arc<Desk>>, Path(id): Path<String>) -> Response {
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
pub(super) async fn open(State(desk): State<Arc<Desk>>, Path(id): Path<String>) -> Response {
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
pub(super) async fn bundle(
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
pub(super) async fn row_numbers(State(desk): State<Arc<Desk>>, Path(id): Path<String>) -> Response {
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
