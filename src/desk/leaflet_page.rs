//! The screen of one leaflet: its pages, the choices, print and download.
//!
//! Choices stand in the address. Values of a reader come in the body of a POST request, and the pages and files
//! made with them have a name that nobody can guess.

use std::sync::Arc;

use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde_json::Map;

use super::choices::{Choices, UnusedPaper};
use super::fields::{Fields, field};
use super::finding_links::FindingLinks;
use super::leaflet_form::form;
use super::leaflet_head::{Tab, head};
use super::letter_part::{self, add_address, is_of_address, typed_address};
use super::log::SentLeaflet;
use super::made::MadeLeaflet;
use super::message_page;
use super::new_leaflet_page::title_of;
use super::page::{Screen, icon, page};
use super::pile_page::ShownPile;
use super::print_on::{self, PrintRequest, Report};
use super::reader_values::ReaderValues;
use super::sources::Loaded;
use super::things_to_know::{faults, things_to_know};
use super::{Desk, guard, in_background};
use crate::batch::nest_object;
use crate::escape::escaped;
use crate::finding::Finding;
use crate::leaflet::{Format, data_names};
use crate::library::Handout;
use crate::locale::{DateOrder, DateProblem, Locale};
use crate::log::Action;
use crate::resolve::JobData;

/// The most copies of one print file.
pub(super) const MAX_COPIES: u32 = 500;
/// Name of the file that is printed, in addresses.
const PRINT_FILE: &str = "print.pdf";
/// Answers with a leaflet for anyone.
pub(super) async fn show(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    Query(fields): Query<Fields>,
) -> Response {
    in_background(&desk, move |desk| answer(desk, &id, &fields)).await
}

/// Answers with a leaflet for the reader whose values the form has.
pub(super) async fn show_for_reader(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    in_background(&desk, move |desk| answer(desk, &id, &fields)).await
}

/// A leaflet as it was asked for.
pub(super) struct Request {
    pub(super) loaded: Arc<Loaded>,
    pub(super) handout: Handout,
    pub(super) choices: Choices,
    /// The paper that the edition is not made for.
    pub(super) unused_paper: Option<UnusedPaper>,
    pub(super) declared: Vec<Declared>,
    /// Values with dates as they are meant.
    data: JobData,
    /// As soon as one value is typed, the leaflet is for a person.
    pub(super) reader: Reader,
    /// Values as they were typed.
    typed: Fields,
    /// The address of the letter as it was typed.
    pub(super) address: String,
    /// Names of dates, and how each is meant.
    orders: Vec<(String, DateOrder)>,
    /// `None` if the field has no number of copies.
    pub(super) copies: Option<u32>,
    pub(super) pile: ShownPile,
    /// Name of the clinic's printer that is chosen; empty for the browser's print window.
    pub(super) printer: String,
    /// What became of a print on the clinic's printer.
    pub(super) printed: Option<Report>,
}

/// Whom a leaflet is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reader {
    Anyone,
    /// Each value that the leaflet prints and that is empty stops Print.
    OnePerson,
}

/// A value of the reader that the handout or the clinic declares.
pub(super) struct Declared {
    /// Dotted, as in `patient.first_name`.
    pub(super) name: String,
    pub(super) is_date: bool,
}

impl Request {
    /// Reads an address or a form. Fails with the answer that says what is wrong.
    pub(super) fn new(desk: &Desk, id: &str, fields: &Fields) -> Result<Request, Box<Response>> {
        let loaded = desk
            .sources()
            .map_err(|findings| Box::new(message_page::faulty_files(&findings)))?;
        let handout = match loaded.handout(id) {
            Some(Ok(handout)) => handout,
            Some(Err(findings)) => return Err(Box::new(message_page::faulty_files(&findings))),
            None => {
                return Err(Box::new(message_page::answer(
                    StatusCode::NOT_FOUND,
                    &message_page::NOT_FOUND,
                )));
            }
        };
        let declared = declared(&loaded, &handout);
        let mut choices = Choices::new(&loaded, &handout, fields);
        choices.letter = choices.letter.or_of_clinic(&loaded.clinic);
        let orders = orders(&declared, fields);
        let mut data = Map::new();
        let mut typed = Fields::new();
        for (name, value) in fields {
            let value = value.trim();
            let is_declared = declared.iter().any(|field| field.name == *name);
            // The letter has a field for the whole address.
            let is_in_letter = choices.letter.is_asked() && is_of_address(name);
            if !is_declared || is_in_letter || value.is_empty() {
                continue;
            }
            typed.push((name.clone(), value.to_owned()));
            let order = orders.iter().find(|(dated, _)| dated == name);
            let date = order.and_then(|(_, order)| date_meant(&choices.language, value, *order));
            let value = date.as_deref().unwrap_or(value);
            // Two names may contradict each other, as `visit` and `visit.date` do.
            if let Err(problem) = nest_object(&mut data, name, value.into()) {
                return Err(Box::new(nested_twice(name, problem)));
            }
        }
        let address = typed_address(fields).to_owned();
        if choices.letter.is_asked()
            && let Err(problem) = add_address(&address, &mut data)
        {
            return Err(Box::new(nested_twice("address", problem)));
        }
        let printer = field(fields, "printer").unwrap_or_default().to_owned();
        Ok(Request {
            address,
            handout,
            reader: match data.is_empty() {
                true => Reader::Anyone,
                false => Reader::OnePerson,
            },
            unused_paper: choices.unused_paper(&loaded.clinic, fields),
            choices,
            declared,
            data,
            typed,
            orders,
            copies: copies(fields),
            pile: ShownPile::new(desk, &loaded, id, &printer),
            printer,
            printed: None,
            loaded,
        })
    }

    /// Returns what was typed into a field.
    pub(super) fn value(&self, name: &str) -> &str {
        field(&self.typed, name).unwrap_or_default()
    }

    /// Makes the leaflet for the reader whose values were typed.
    pub(super) fn made(&self) -> Result<MadeLeaflet, Vec<Finding>> {
        made(
            &self.loaded,
            &self.choices,
            &self.declared,
            &self.data,
            self.reader,
        )
    }

    /// Returns what was typed about the reader. A day that can be read is written as `YYYY-MM-DD`, so that leaflets in
    /// other languages can read it.
    pub(super) fn reader_values(&self) -> ReaderValues {
        let locale = Locale::of(&self.choices.language);
        let mut values = ReaderValues::default();
        for (name, value) in &self.typed {
            let is_date = |field: &Declared| field.is_date && field.name == *name;
            let order = self.loaded.date_order().or(self.order_of(name));
            let read = || locale.read_date(value, order).ok();
            let day = self.declared.iter().any(is_date).then(read).flatten();
            let value = day.map_or_else(|| value.clone(), |written| written.date.to_string());
            values.insert(name, value);
        }
        let lines = self.address.lines().map(str::trim);
        let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
        if self.choices.letter.is_asked() && !lines.is_empty() {
            values.insert(letter_part::FIELD, lines.join("\n"));
        }
        values
    }

    /// Returns those values of a reader that the leaflet prints and that were not typed.
    pub(super) fn lacking(&self, known: &ReaderValues) -> ReaderValues {
        let is_in_letter = self.choices.letter.is_asked();
        let for_anyone = self.loaded.leaflet(&self.choices);
        let is_printed = |name: &str| match name {
            letter_part::FIELD => is_in_letter,
            name if is_in_letter && is_of_address(name) => false,
            name => match &for_anyone {
                Ok(made) => made.used_data.iter().any(|used| used == name),
                Err(_) => true,
            },
        };
        let is_declared = |name: &str| {
            name == letter_part::FIELD || self.declared.iter().any(|field| field.name == name)
        };
        let mut lacking = ReaderValues::default();
        for (name, value) in known.without(&self.reader_values()).iter() {
            if is_declared(name) && is_printed(name) {
                lacking.insert(name, value.to_owned());
            }
        }
        lacking
    }

    /// Returns how the person says that a date is meant.
    pub(super) fn order_of(&self, name: &str) -> Option<DateOrder> {
        let mut orders = self.orders.iter();
        orders.find_map(|(known, order)| (known == name).then_some(*order))
    }
}

/// Makes a leaflet with the values of a reader.
pub(super) fn made(
    loaded: &Arc<Loaded>,
    choices: &Choices,
    declared: &[Declared],
    data: &JobData,
    reader: Reader,
) -> Result<MadeLeaflet, Vec<Finding>> {
    let made = MadeLeaflet::for_reader(loaded, choices, data)?;
    if reader == Reader::Anyone {
        return Ok(made);
    }
    let known = data_names(data);
    let is_to_fill_in = |name: &str| {
        // The letter has a field for the whole address.
        let is_in_letter = choices.letter.is_asked() && is_of_address(name);
        let is_known = known.iter().any(|known| known == name);
        !is_in_letter && !is_known && declared.iter().any(|field| field.name == name)
    };
    Ok(made.stopped_by_gaps(is_to_fill_in))
}

/// Answers that the names of two values do not go together.
fn nested_twice(name: &str, problem: &str) -> Response {
    let message = format!("`{name}`: the name of a value {problem}");
    message_page::faulty_files(&[Finding::error("invalid-value", message)])
}

/// Returns the name of the field that says how a date is meant. Reader data has no colon in its name.
pub(super) fn order_field(name: &str) -> String {
    format!("meant:{name}")
}

/// Reads how dates are meant.
fn orders(declared: &[Declared], fields: &Fields) -> Vec<(String, DateOrder)> {
    let dates = declared.iter().filter(|field| field.is_date);
    dates
        .filter_map(|date| {
            let order = field(fields, &order_field(&date.name))?;
            Some((date.name.clone(), DateOrder::named(order)?))
        })
        .collect()
}

/// Returns a date that could be two days as `YYYY-MM-DD`; `None` if it is one day already, or no date.
fn date_meant(language: &str, value: &str, order: DateOrder) -> Option<String> {
    let locale = Locale::of(language);
    match locale.read_date(value, None) {
        Err(DateProblem::TwoOrders) => {
            let written = locale.read_date(value, Some(order)).ok()?;
            Some(written.date.to_string())
        }
        _ => None,
    }
}

/// Returns the number of copies: 1 if the fields do not say, `None` if it is too large or no number.
fn copies(fields: &Fields) -> Option<u32> {
    let Some(copies) = field(fields, "copies") else {
        return Some(1);
    };
    let copies = copies.parse().ok();
    copies.filter(|copies| (1..=MAX_COPIES).contains(copies))
}

/// Returns the reader data that the handout or the clinic declares.
pub(super) fn declared(loaded: &Loaded, handout: &Handout) -> Vec<Declared> {
    let definition = &handout.definition;
    let of_handout = definition.data.iter().map(|name| Declared {
        name: name.clone(),
        is_date: definition.dates.contains(name),
    });
    let of_clinic = loaded.clinic.facts.data.iter().map(|field| Declared {
        name: field.name.clone(),
        is_date: field.is_date,
    });
    let mut declared: Vec<Declared> = Vec::new();
    for field in of_handout.chain(of_clinic) {
        match declared.iter_mut().find(|known| known.name == field.name) {
            Some(known) => known.is_date |= field.is_date,
            None => declared.push(field),
        }
    }
    declared
}

fn answer(desk: &Desk, id: &str, fields: &Fields) -> Response {
    match Request::new(desk, id, fields) {
        Ok(request) => {
            let view = View::new(desk, &request);
            screen(&request, view)
        }
        Err(response) => *response,
    }
}

pub(super) fn screen(request: &Request, view: Result<View, Vec<Finding>>) -> Response {
    let title = match &view {
        Ok(view) => view.made.title.clone(),
        Err(_) => title_of(&request.loaded, &request.handout)
            .unwrap_or_else(|| request.choices.id.clone()),
    };
    let main = whole(request, &title, &view);
    page(&request.loaded, Screen::Leaflets, &title, &main)
}

/// A leaflet that was made, and where its pages and files are.
pub(super) struct View {
    pub(super) made: Arc<MadeLeaflet>,
    /// Name of a reader's leaflet.
    pub(super) reader: Option<String>,
}

impl View {
    pub(super) fn new(desk: &Desk, request: &Request) -> Result<View, Vec<Finding>> {
        if request.reader == Reader::Anyone {
            let made = request.loaded.leaflet(&request.choices)?;
            return Ok(View { made, reader: None });
        }
        let made = request.made()?;
        let name = desk.made.keep(made).map_err(no_secret)?;
        let made = desk.made.get(&name).ok_or_else(Vec::new)?;
        Ok(View {
            made,
            reader: Some(name),
        })
    }

    fn picture_address(&self, page: usize) -> String {
        let choices = &self.made.choices;
        match &self.reader {
            Some(name) => format!("/readers/{name}/pages/{page}"),
            None => format!(
                "/leaflets/{}/pages/{page}?{}",
                escaped(&choices.id),
                choices.query()
            ),
        }
    }

    pub(super) fn file_address(&self, format: Format) -> String {
        let choices = &self.made.choices;
        let (id, ending) = (escaped(&choices.id), format.extension());
        match &self.reader {
            Some(name) => format!("/readers/{name}/files/{id}.{ending}"),
            None => format!("/leaflets/{id}/files/{id}.{ending}?{}", choices.query()),
        }
    }
}

fn no_secret(error: getrandom::Error) -> Vec<Finding> {
    vec![Finding::error("program-fault", error.to_string())]
}

/// Writes the whole screen.
fn whole(request: &Request, title: &str, view: &Result<View, Vec<Finding>>) -> String {
    let links =
        |findings: &[Finding]| FindingLinks::new(&request.loaded, &request.choices, findings);
    let (preview, result, subtitle) = match view {
        Ok(view) => (
            pages(view),
            things_to_know(&view.made.findings, &links(&view.made.findings)),
            view.made.subtitle.as_str(),
        ),
        Err(findings) => (faults(findings, &links(findings)), String::new(), ""),
    };
    let count = view.as_ref().map_or(0, |view| view.made.layout.pages.len());
    format!(
        "{head}\
         <div class=\"view\"><section class=\"preview\" aria-label=\"Preview\">{tools}\
         <section class=\"pages\" aria-label=\"Pages of the leaflet\" tabindex=\"0\" id=\"pages\">{preview}</section>\
         </section><div>{form}<div id=\"result\">{result}</div><p class=\"small\" role=\"status\" id=\"pile-status\">{said}</p>\
         <div id=\"pile-details\"></div><div id=\"pile\">{pile}</div></div></div>",
        said = request.pile.said,
        pile = request.pile.region,
        head = head(
            &request.loaded,
            &request.handout,
            &request.choices,
            (title, subtitle),
            Tab::Print
        ),
        tools = tools(count),
        form = form(request, view.as_ref().ok()),
    )
}

/// Writes the buttons above the pages. They work only with the script, which shows them.
fn tools(count: usize) -> String {
    let button = |name: &str, label: &str, symbol: &str| {
        format!(
            "<button class=\"btn plain sq\" type=\"button\" data-do=\"{name}\" aria-label=\"{label}\">{}</button>",
            icon(symbol)
        )
    };
    format!(
        "<div class=\"ptools\" hidden><div role=\"group\" aria-label=\"Pages\">{}<output id=\"place\" \
         data-count=\"{count}\">Page 1 of {count}</output>{}</div><div class=\"end zoomer\" role=\"group\" \
         aria-label=\"Zoom\">{}<output id=\"zoom\">100%</output>{}<button class=\"btn plain slim\" type=\"button\" \
         data-do=\"fit\">Fit the width</button></div></div>",
        button("previous", "Previous page", "left"),
        button("next", "Next page", "right"),
        button("smaller", "Zoom out", "minus"),
        button("larger", "Zoom in", "plus"),
    )
}

/// Writes the pages.
fn pages(view: &View) -> String {
    let count = view.made.layout.pages.len();
    let mut list = String::new();
    for (index, page) in view.made.layout.pages.iter().enumerate() {
        let number = index + 1;
        let (width, height) = (page.size.width.0.round(), page.size.height.0.round());
        list += &format!(
            "<li id=\"page-{number}\"><figure><div class=\"paper\"><img src=\"{}\" width=\"{width}\" height=\"{height}\" \
             alt=\"Page {number} of {count}\"></div><figcaption aria-hidden=\"true\">Page {number} of {count}</figcaption>\
             </figure></li>",
            view.picture_address(number)
        );
    }
    format!("<ol>{list}</ol>")
}

/// Prints on the printer of the clinic that is chosen, else makes a file for the browser's print window.
pub(super) async fn print(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    match PrintRequest::read(&fields) {
        None => print_in_browser(&desk, id, fields).await,
        Some(print) => {
            let work = in_background(&desk, move |desk| {
                print_on_printer(desk, &id, &fields, &print)
            });
            print_on::answered(work).await
        }
    }
}

/// Prints on a printer of the clinic, and answers with the leaflet's screen, which says what became of it.
fn print_on_printer(desk: &Desk, id: &str, fields: &Fields, print: &PrintRequest) -> Response {
    let mut request = match Request::new(desk, id, fields) {
        Ok(request) => request,
        Err(response) => return *response,
    };
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    let Some(copies) = request.copies else {
        return message_page::answer(unprocessable, &message_page::COPIES);
    };
    let view = match View::new(desk, &request) {
        Ok(view) if view.made.faults.is_empty() => view,
        view => return (unprocessable, screen(&request, view)).into_response(),
    };
    let leaflet = SentLeaflet {
        made: &view.made,
        loaded: &request.loaded,
        copies,
    };
    match print.print(desk, &request.loaded, &[leaflet]) {
        Ok(report) => {
            let status = report.status();
            request.printed = Some(report);
            (status, screen(&request, Ok(view))).into_response()
        }
        Err(response) => *response,
    }
}

/// Makes a file for the browser's print window, and leads to it.
async fn print_in_browser(desk: &Arc<Desk>, id: String, fields: Fields) -> Response {
    in_background(desk, move |desk| {
        let request = match Request::new(desk, &id, &fields) {
            Ok(request) => request,
            Err(response) => return *response,
        };
        let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
        let Some(copies) = request.copies else {
            return message_page::answer(unprocessable, &message_page::COPIES);
        };
        let made = request.made();
        let name = match made {
            Ok(made) if made.faults.is_empty() => desk.made.keep(made).map_err(no_secret),
            Ok(made) => {
                let view = View {
                    made: Arc::new(made),
                    reader: None,
                };
                return (unprocessable, screen(&request, Ok(view))).into_response();
            }
            Err(findings) => Err(findings),
        };
        match name {
            Ok(name) => guard::redirect(&format!(
                "/readers/{name}/files/{PRINT_FILE}?copies={copies}"
            )),
            Err(findings) => (unprocessable, screen(&request, Err(findings))).into_response(),
        }
    })
    .await
}

/// Answers with a page as a picture.
pub(super) async fn picture(
    State(desk): State<Arc<Desk>>,
    Path((id, page)): Path<(String, String)>,
    Query(fields): Query<Fields>,
) -> Response {
    in_background(&desk, move |desk| {
        let made = desk.latest().and_then(|loaded| {
            let handout = loaded.handout(&id).unwrap_or_else(|| Err(Vec::new()))?;
            let choices = Choices::new(&loaded, &handout, &fields);
            let made = loaded.leaflet(&choices)?;
            Ok((loaded, made))
        });
        match made {
            Ok((loaded, made)) => picture_answer(&made, &loaded, &page),
            Err(_) => message_page::answer(StatusCode::NOT_FOUND, &message_page::NOT_FOUND),
        }
    })
    .await
}

/// Answers with a page of a reader's leaflet.
pub(super) async fn reader_picture(
    State(desk): State<Arc<Desk>>,
    Path((name, page)): Path<(String, String)>,
) -> Response {
    in_background(&desk, move |desk| match desk.made.get(&name) {
        Some(made) => match made.loaded() {
            Some(loaded) => picture_answer(&made, loaded, &page),
            None => message_page::internal(),
        },
        None => message_page::answer(StatusCode::GONE, &message_page::FORGOTTEN),
    })
    .await
}

/// Answers with a page, counted from 1.
fn picture_answer(made: &MadeLeaflet, loaded: &Loaded, page: &str) -> Response {
    let page: Option<usize> = page.parse().ok();
    let page = page.and_then(|page| page.checked_sub(1));
    match page.and_then(|page| made.picture(loaded, page)) {
        Some(svg) => ([(CONTENT_TYPE, "image/svg+xml")], svg).into_response(),
        None => message_page::answer(StatusCode::NOT_FOUND, &message_page::NOT_FOUND),
    }
}

/// Answers with a file of a leaflet for anyone.
pub(super) async fn file(
    State(desk): State<Arc<Desk>>,
    Path((id, file)): Path<(String, String)>,
    Query(fields): Query<Fields>,
) -> Response {
    in_background(&desk, move |desk| {
        let request = match Request::new(desk, &id, &fields) {
            Ok(request) => request,
            Err(response) => return *response,
        };
        match request.loaded.leaflet(&request.choices) {
            Ok(made) if made.faults.is_empty() => {
                file_answer(desk, &made, &request.loaded, &file, None)
            }
            Ok(made) => message_page::faulty_files(&made.faults),
            Err(findings) => message_page::faulty_files(&findings),
        }
    })
    .await
}

/// Answers with a file of a reader's leaflet.
pub(super) async fn reader_file(
    State(desk): State<Arc<Desk>>,
    Path((name, file)): Path<(String, String)>,
    Query(fields): Query<Fields>,
) -> Response {
    in_background(&desk, move |desk| {
        let Some(made) = desk.made.get(&name) else {
            return message_page::answer(StatusCode::GONE, &message_page::FORGOTTEN);
        };
        let Some(loaded) = made.loaded() else {
            return message_page::internal();
        };
        if !made.faults.is_empty() {
            return message_page::faulty_files(&made.faults);
        }
        if file != PRINT_FILE {
            return file_answer(desk, &made, loaded, &file, None);
        }
        match copies(&fields) {
            Some(copies) => file_answer(desk, &made, loaded, &file, Some(copies)),
            None => message_page::answer(StatusCode::UNPROCESSABLE_ENTITY, &message_page::COPIES),
        }
    })
    .await
}

/// Answers with a file. With copies it is for the printer, and is shown instead of saved.
fn file_answer(
    desk: &Desk,
    made: &MadeLeaflet,
    loaded: &Loaded,
    file: &str,
    copies: Option<u32>,
) -> Response {
    let format = match file.rsplit_once('.') {
        Some((_, "pdf")) => Format::Pdf,
        Some((_, "html")) => Format::Html,
        Some((_, "txt")) => Format::Text,
        _ => return message_page::answer(StatusCode::NOT_FOUND, &message_page::NOT_FOUND),
    };
    let bytes = match copies {
        Some(copies) => made.print_file(loaded, copies),
        None => made.file(loaded, format),
    };
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(findings) => return message_page::faulty_files(&findings),
    };
    let action = match copies {
        Some(_) => Action::Printed,
        None => Action::Saved,
    };
    let sent = SentLeaflet {
        made,
        loaded,
        copies: copies.unwrap_or(1),
    };
    let record = || desk.record(action, format, &[sent], &bytes);
    let recorded = match copies {
        // Each press of Print makes a leaflet of its own.
        Some(copies) => made.record_once(copies, record),
        None => record(),
    };
    if let Err(answer) = recorded {
        return *answer;
    }
    let kind = match format {
        Format::Pdf => "application/pdf",
        Format::Html => "text/html; charset=utf-8",
        Format::Text => "text/plain; charset=utf-8",
    };
    let shown = if copies.is_some() {
        "inline"
    } else {
        "attachment"
    };
    // Names of handouts have letters, digits and hyphens only.
    let shown = format!(
        "{shown}; filename=\"{}.{}\"",
        made.choices.id,
        format.extension()
    );
    let headers = [
        (CONTENT_TYPE, kind.to_owned()),
        (CONTENT_DISPOSITION, shown),
    ];
    (headers, bytes).into_response()
}

/// Forgets a reader's leaflet.
pub(super) async fn done(State(desk): State<Arc<Desk>>, Path(name): Path<String>) -> Response {
    desk.made.forget(&name);
    StatusCode::NO_CONTENT.into_response()
}
