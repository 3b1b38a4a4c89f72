//! The screen that asks for a list, and the reading of the list that a person chose.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::multipart::MultipartError;
use axum::extract::{Multipart, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::download::{attached, csv_cell};
use super::known::Known;
use super::list::{Decisions, List, Order};
use super::run_page::{self, Access};
use super::run_requests::go_on;
use super::runs::Run;
use super::{MAX_LIST, Place, either, list_page};
use crate::desk::fields::{Fields, field};
use crate::desk::page::filled_icon;
use crate::desk::{Desk, guard, in_background, message_page};
use crate::escape::escaped;

/// Answers with the field for a list, and the earlier runs.
pub(super) async fn start(State(desk): State<Arc<Desk>>, Query(fields): Query<Fields>) -> Response {
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
pub(super) async fn example(State(desk): State<Arc<Desk>>) -> Response {
    in_background(&desk, |desk| {
        either(Place::new(desk).map(|place| {
            let cover = Decisions::default().cover_of(&place.loaded.clinic);
            let mut known = Known::new(&place.loaded, cover);
            // The lines of an address are in one column.
            known.fields.retain(|field| {
                !field.name.starts_with("address.line") || field.name == "address.lines"
            });
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
pub(super) async fn upload(State(desk): State<Arc<Desk>>, form: Multipart) -> Response {
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
        let text = "Choose the file that the run was begun with, as it was then. If you do not have it any more, delete \
             the run below, and choose your list as a new one. Nothing was changed.";
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
