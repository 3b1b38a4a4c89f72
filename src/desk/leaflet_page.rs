//! The screen of one leaflet: its pages, the choices, print and download.
//!
//! Choices stand in the address. Values of a reader come in the body of a POST request, and the pages and files
//! made with them have a name that nobody can guess.

use std::sync::Arc;

use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use clap::ValueEnum;
use serde_json::{Map, Value};

use super::choices::Choices;
use super::library_page::language_name;
use super::made::MadeLeaflet;
use super::message_page::{self, capitalised, marked_up};
use super::page::{Screen, filled_icon, icon, page};
use super::sources::Loaded;
use super::{Desk, guard, in_background};
use crate::batch::nest_object;
use crate::escape::escaped;
use crate::finding::{Finding, Severity};
use crate::leaflet::Format;
use crate::library::Handout;
use crate::locale::{DateOrder, Locale};
use crate::request_options::name_of;
use crate::resolve::{JobData, ReferenceMode};
use crate::theme::Edition;

/// The most copies of one print file.
const MAX_COPIES: u32 = 500;
/// Name of the file that is printed, in addresses.
const PRINT_FILE: &str = "print.pdf";
/// Findings that are shown at once. The others are behind a button.
const SHOWN_FINDINGS: usize = 3;

type Fields = Vec<(String, String)>;

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
struct Request {
    loaded: Arc<Loaded>,
    handout: Handout,
    choices: Choices,
    declared: Vec<Declared>,
    data: JobData,
    /// `None` if the field has no number of copies.
    copies: Option<u32>,
}

/// A value of the reader that the handout or the clinic declares.
struct Declared {
    /// Dotted, as in `patient.first_name`.
    name: String,
    is_date: bool,
}

impl Request {
    /// Reads an address or a form. Fails with the answer that says what is wrong.
    fn new(desk: &Desk, id: &str, fields: &Fields) -> Result<Request, Box<Response>> {
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
        let mut data = Map::new();
        for (name, value) in fields {
            let value = value.trim();
            let is_declared = declared.iter().any(|field| field.name == *name);
            if !is_declared || value.is_empty() {
                continue;
            }
            // Two names may contradict each other, as `visit` and `visit.date` do.
            if let Err(problem) = nest_object(&mut data, name, value.into()) {
                let message = format!("`{name}`: the name of a value {problem}");
                let finding = Finding::error("invalid-value", message);
                return Err(Box::new(message_page::faulty_files(&[finding])));
            }
        }
        let choices = Choices::new(&loaded, &handout, fields);
        Ok(Request {
            loaded,
            handout,
            choices,
            declared,
            data,
            copies: copies(fields),
        })
    }

    /// Returns what was typed into a field.
    fn value(&self, name: &str) -> &str {
        let mut steps = name.split('.');
        let first = steps.next().and_then(|step| self.data.get(step));
        let value = steps.fold(first, |value, step| value?.get(step));
        value.and_then(Value::as_str).unwrap_or_default()
    }
}

/// Returns the number of copies: 1 if the fields do not say, `None` if it is too large or no number.
fn copies(fields: &Fields) -> Option<u32> {
    let Some((_, copies)) = fields.iter().find(|(name, _)| name == "copies") else {
        return Some(1);
    };
    let copies = copies.trim().parse().ok();
    copies.filter(|copies| (1..=MAX_COPIES).contains(copies))
}

/// Returns the reader data that the handout or the clinic declares.
fn declared(loaded: &Loaded, handout: &Handout) -> Vec<Declared> {
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

fn screen(request: &Request, view: Result<View, Vec<Finding>>) -> Response {
    let title = view
        .as_ref()
        .map_or(&request.choices.id, |view| &view.made.title);
    let main = whole(request, title, &view);
    page(&request.loaded, Screen::Leaflets, title, &main)
}

/// A leaflet that was made, and where its pages and files are.
struct View {
    made: Arc<MadeLeaflet>,
    /// Name of a reader's leaflet.
    reader: Option<String>,
}

impl View {
    fn new(desk: &Desk, request: &Request) -> Result<View, Vec<Finding>> {
        let Request {
            loaded,
            choices,
            data,
            ..
        } = request;
        if data.is_empty() {
            let made = loaded.leaflet(choices)?;
            return Ok(View { made, reader: None });
        }
        let made = MadeLeaflet::for_reader(loaded, choices, data)?;
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

    fn file_address(&self, format: Format) -> String {
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
    let definition = &request.handout.definition;
    let review = Locale::of("en").month_and_year(definition.review_by);
    let (preview, result, subtitle) = match view {
        Ok(view) => (
            pages(view),
            things_to_know(&view.made.findings),
            view.made.subtitle.as_str(),
        ),
        Err(findings) => (
            "<p class=\"doc\">No pages: the leaflet cannot be made.</p>".to_owned(),
            faults(findings),
            "",
        ),
    };
    let lead = match subtitle.is_empty() {
        true => String::new(),
        false => format!("<p class=\"lead\">{}</p>", escaped(subtitle)),
    };
    let count = view.as_ref().map_or(0, |view| view.made.layout.pages.len());
    format!(
        "<p class=\"crumbs\"><a href=\"/\">{left} All leaflets</a></p>\
         <div class=\"head slim\"><div><h1>{title}</h1>{lead}</div></div>\
         <div class=\"tabrow\"><nav class=\"tabs\" aria-label=\"This leaflet\"><ul><li>\
         <a href=\"/leaflets/{id}\" aria-current=\"page\">Print or download</a></li></ul></nav>\
         <p class=\"meta\">Version {version} · next review {review}</p></div>\
         <div class=\"view\"><section class=\"preview\" aria-label=\"Preview\">{tools}\
         <section class=\"pages\" aria-label=\"Pages of the leaflet\" tabindex=\"0\" id=\"pages\">{preview}</section>\
         </section><div>{form}<div id=\"result\">{result}</div></div></div>",
        left = icon("left"),
        id = escaped(&definition.id),
        title = escaped(title),
        version = escaped(&definition.version),
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

/// Writes the form with all choices.
fn form(request: &Request, view: Option<&View>) -> String {
    let Request {
        choices,
        handout,
        copies,
        ..
    } = request;
    let copies = copies.unwrap_or(1);
    let languages: Vec<(String, String)> = handout
        .languages()
        .into_iter()
        .map(|language| (escaped(&language), escaped(&language_name(&language))))
        .collect();
    let editions: Vec<(String, String)> = Edition::value_variants()
        .iter()
        .map(|edition| (name_of(edition), edition_label(&name_of(edition))))
        .collect();
    let papers: Vec<(String, String)> = choices
        .edition
        .papers()
        .iter()
        .map(|paper| (name_of(paper), paper_label(&name_of(paper))))
        .collect();
    let references: Vec<(String, String)> = ReferenceMode::value_variants()
        .iter()
        .map(|mode| (name_of(mode), reference_label(&name_of(mode))))
        .collect();
    let groups = [
        group("Language", "language", &languages, &choices.language),
        group("Edition", "edition", &editions, &name_of(&choices.edition)),
        group("Paper", "paper", &papers, &name_of(&choices.paper)),
        group(
            "References",
            "references",
            &references,
            &name_of(&choices.references),
        ),
    ]
    .concat();
    let id = escaped(&choices.id);
    let reader = view.and_then(|view| view.reader.as_deref());
    let reader = reader.map_or(String::new(), |name| {
        format!("<input type=\"hidden\" name=\"reader\" value=\"{name}\">")
    });
    format!(
        "<form class=\"card opts\" id=\"choices\" aria-labelledby=\"choose\" method=\"post\" action=\"/leaflets/{id}\" \
         autocomplete=\"off\"><h2 id=\"choose\">Choices</h2><div id=\"groups\"><span hidden data-address=\"/leaflets/{id}?{query}\"></span>{reader}\
         {groups}</div>{fields}<p class=\"without-script\"><button class=\"btn\" type=\"submit\">Show the preview</button></p>\
         <div class=\"sum\"><div class=\"field\"><label for=\"copies\">Copies</label><div class=\"stepper\">\
         <button class=\"btn\" type=\"button\" data-do=\"fewer\" aria-label=\"Fewer copies\">{minus}</button>\
         <input type=\"number\" id=\"copies\" name=\"copies\" min=\"1\" max=\"{MAX_COPIES}\" value=\"{copies}\" inputmode=\"numeric\">\
         <button class=\"btn\" type=\"button\" data-do=\"more\" aria-label=\"More copies\">{plus}</button></div></div>\
         <p class=\"muted small\" role=\"status\" id=\"sheets\">{sheets}</p></div>\
         <div id=\"formats\">{formats}</div><p class=\"small muted\" role=\"status\" id=\"print-status\"></p></form>",
        query = choices.query(),
        fields = reader_fields(request, view),
        minus = icon("minus"),
        plus = icon("plus"),
        sheets = view.map_or(String::new(), |view| sheets(
            view.made.layout.pages.len(),
            copies
        )),
        formats = view.map_or(String::new(), |view| formats(view, &id)),
    )
}

/// Writes a group of options; nothing if there is only one.
fn group(legend: &str, name: &str, options: &[(String, String)], chosen: &str) -> String {
    if options.len() < 2 {
        return String::new();
    }
    let options: String = options
        .iter()
        .map(|(value, label)| {
            let checked = if value == chosen { " checked" } else { "" };
            format!(
                "<label class=\"choice\"><input type=\"radio\" name=\"{name}\" value=\"{value}\"{checked}><span>{label}\
                 </span></label>"
            )
        })
        .collect();
    format!(
        "<fieldset class=\"group\"><legend>{legend}</legend><div class=\"choices\">{options}</div></fieldset>"
    )
}

/// Returns words for an edition, as HTML.
fn edition_label(name: &str) -> String {
    let label = |part: &str| match part {
        "standard" => "Standard <small>12 point</small>".to_owned(),
        "large-print" => "Large print <small>18 point</small>".to_owned(),
        "extra-large" => "Extra large <small>24 point</small>".to_owned(),
        "mono" => "Black and white".to_owned(),
        "high-contrast" => "White on black <small>for screens</small>".to_owned(),
        "short" => "Short <small>the most important</small>".to_owned(),
        other => in_words(other),
    };
    let labels: Vec<String> = name.split(',').map(label).collect();
    match &*labels {
        [first, second] => {
            // The size of the type stands last.
            let (words, small) = first.split_once(" <small>").unwrap_or((first, ""));
            let small = if small.is_empty() {
                String::new()
            } else {
                format!(" <small>{small}")
            };
            format!("{words}, {}{small}", second.to_lowercase())
        }
        labels => labels.concat(),
    }
}

fn paper_label(name: &str) -> String {
    match name {
        "a4" | "a5" => name.to_uppercase(),
        "a5-booklet" => "A5 booklet".to_owned(),
        "letter-booklet" => "Half-letter booklet".to_owned(),
        "dl-trifold" => "Folded".to_owned(),
        other => in_words(other),
    }
}

fn reference_label(name: &str) -> String {
    match name {
        "qr" => "QR code".to_owned(),
        other => in_words(other),
    }
}

/// Turns a name such as `first_name` into words: "First name".
fn in_words(name: &str) -> String {
    let words = name.replace(['-', '_', '.'], " ");
    let mut characters = words.chars();
    let first = characters
        .next()
        .map(|first| first.to_uppercase().to_string());
    escaped(&(first.unwrap_or_default() + characters.as_str()))
}

/// Writes the fields of reader data that the texts use in this language.
fn reader_fields(request: &Request, view: Option<&View>) -> String {
    let is_used =
        |field: &&Declared| view.is_none_or(|view| view.made.used_data.contains(&field.name));
    let fields: String = request
        .declared
        .iter()
        .enumerate()
        .filter(|(_, field)| is_used(field))
        .map(|(index, field)| reader_field(request, view, index, field))
        .collect();
    if fields.is_empty() {
        return fields;
    }
    format!(
        "<fieldset class=\"group\" aria-describedby=\"forhint\"><legend>For one reader</legend>\
         <p class=\"hint\" id=\"forhint\">Printed on this leaflet and never saved. Leave empty what is not needed.</p>\
         <div class=\"two\">{fields}</div></fieldset>"
    )
}

/// Writes the field of one value, with what is wrong with it, or how it is printed.
fn reader_field(request: &Request, view: Option<&View>, index: usize, field: &Declared) -> String {
    let Declared { name, is_date } = field;
    let value = request.value(name);
    let fault = view.and_then(|view| {
        let mut faults = view.made.faults.iter();
        faults.find(|fault| field_of(fault) == Some(name))
    });
    let (need, note) = match fault {
        Some(_) if value.is_empty() => ("(needed)", String::new()),
        Some(fault) => {
            let help = fault.help.as_deref().map(capitalised).unwrap_or_default();
            let message = format!("{} {help}", capitalised(&fault.message));
            let message = marked_up(&message);
            ("", format!("<span class=\"err\">{message}</span>"))
        }
        None if *is_date => ("", date_in_words(request, value)),
        None => ("", String::new()),
    };
    let invalid = match note.contains("err") {
        true => " aria-invalid=\"true\"",
        false => "",
    };
    format!(
        "<div class=\"field\"><label for=\"r{index}\">{label} <small id=\"r{index}-need\" data-part>{need}</small></label>\
         <input type=\"text\" id=\"r{index}\" name=\"{name}\" value=\"{value}\" autocomplete=\"off\" \
         spellcheck=\"false\" aria-describedby=\"r{index}-note\"{invalid}>\
         <p class=\"hint after\" id=\"r{index}-note\" data-part>{note}</p></div>",
        label = field_label(name),
        name = escaped(name),
        value = escaped(value),
    )
}

/// Returns the name of the value that a finding is about.
fn field_of(finding: &Finding) -> Option<&String> {
    finding.job.as_ref().and_then(|job| job.column.as_ref())
}

/// Returns words for a value, as HTML: "First name" for `patient.first_name`.
fn field_label(name: &str) -> String {
    in_words(name.strip_prefix("patient.").unwrap_or(name))
}

/// Says how a date is printed, so that a slip is seen.
fn date_in_words(request: &Request, value: &str) -> String {
    let locale = Locale::of(&request.choices.language);
    let defaults = &request.loaded.clinic.facts.defaults.0;
    let order = defaults.get("date_order");
    let order = order.and_then(|order| DateOrder::named(order));
    match locale.read_date(value, order) {
        Ok(written) => format!("Prints as {}", escaped(&locale.long_date(written.date))),
        Err(_) => String::new(),
    }
}

fn sheets(pages: usize, copies: u32) -> String {
    let sheets = pages.div_ceil(2) as u64 * u64::from(copies);
    match (pages, sheets) {
        (1, 1) => "1 page, 1 sheet".to_owned(),
        (_, 1) => format!("{pages} pages, 1 sheet, both sides"),
        (1, _) => format!("1 page, {sheets} sheets"),
        _ => format!("{pages} pages, {sheets} sheets, both sides"),
    }
}

/// Writes Print, and the links to files.
fn formats(view: &View, id: &str) -> String {
    let link = |format: Format, symbol: &str, words: &str| {
        format!(
            "<a href=\"{}\" download>{} {words}</a>",
            view.file_address(format),
            icon(symbol)
        )
    };
    if !view.made.faults.is_empty() {
        return format!(
            "{}<div class=\"go\"><button class=\"btn main big\" type=\"submit\" id=\"print\" disabled>{} Print</button>\
             </div>",
            before_print(&view.made.faults),
            icon("print")
        );
    }
    format!(
        "<div class=\"go\"><button class=\"btn main big\" type=\"submit\" id=\"print\" formaction=\"/leaflets/{id}/print\" \
         formtarget=\"_blank\">{} Print</button><a class=\"btn big\" href=\"{}\" download>{} Download PDF</a></div>\
         <p class=\"more\"><span class=\"muted\">Or as</span> {} {}</p>",
        icon("print"),
        view.file_address(Format::Pdf),
        icon("download"),
        link(Format::Html, "web", "Web page"),
        link(Format::Text, "text", "Plain text"),
    )
}

/// Says what is missing or wrong in the fields of a reader.
fn before_print(faults: &[Finding]) -> String {
    let mut items: Vec<String> = Vec::new();
    for fault in faults {
        let item = sentences(fault);
        if !items.contains(&item) {
            items.push(item);
        }
    }
    let items: String = items
        .iter()
        .map(|item| format!("<li>{item}</li>"))
        .collect();
    format!(
        "<div class=\"note below\">{}<h3>Before you print</h3><ul class=\"small dots\">{items}</ul></div>",
        filled_icon("info")
    )
}

/// Writes a finding as HTML, for somebody who does not write leaflets.
fn sentences(finding: &Finding) -> String {
    if let Some(name) = field_of(finding) {
        let label = field_label(name);
        return match finding.id {
            "empty-value" => format!("Fill in “{label}”: this leaflet prints it."),
            _ => format!("Look at “{label}”: {}.", marked_up(&finding.message)),
        };
    }
    let help = finding.help.as_deref().map(capitalised).unwrap_or_default();
    marked_up(format!("{} {help}", capitalised(&finding.message)).trim())
}

/// Writes warnings and notes, worst first.
fn things_to_know(findings: &[Finding]) -> String {
    let mut findings: Vec<&Finding> = findings.iter().collect();
    findings.sort_by_key(|finding| match finding.severity {
        Severity::Error => 0,
        Severity::Warning => 1,
        Severity::Note => 2,
    });
    if findings.is_empty() {
        return String::new();
    }
    const NUMBERS: [&str; 9] = [
        "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine",
    ];
    let count = findings.len();
    let number = NUMBERS
        .get(count - 1)
        .map_or_else(|| count.to_string(), |word| (*word).to_owned());
    let things = if count == 1 { "thing" } else { "things" };
    let item = |finding: &&Finding| format!("<li>{}</li>", sentences(finding));
    let shown: String = findings.iter().take(SHOWN_FINDINGS).map(item).collect();
    let rest: String = findings.iter().skip(SHOWN_FINDINGS).map(item).collect();
    let rest = match rest.is_empty() {
        true => rest,
        false => format!(
            "<details><summary>Show all {count}</summary><ul class=\"small dots\">{rest}</ul></details>"
        ),
    };
    format!(
        "<section class=\"note below\" aria-labelledby=\"know\">{}<h2 id=\"know\">{number} {things} to know</h2>\
         <p class=\"small\">Nothing here stops you printing.</p><ul class=\"small dots\">{shown}</ul>{rest}</section>",
        filled_icon("info")
    )
}

/// Says why there is no leaflet.
fn faults(findings: &[Finding]) -> String {
    let errors: Vec<Finding> = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .cloned()
        .collect();
    format!(
        "<section class=\"below\" aria-labelledby=\"faults\"><h2 id=\"faults\">This leaflet could not be made</h2>\
         <p><strong>Nothing is lost.</strong> Correct what is named here, and load this page again.</p>{}</section>",
        message_page::fault_list(&errors)
    )
}

/// Makes a file for the printer, and leads to it.
pub(super) async fn print(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    in_background(&desk, move |desk| {
        let request = match Request::new(desk, &id, &fields) {
            Ok(request) => request,
            Err(response) => return *response,
        };
        let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
        let Some(copies) = request.copies else {
            return message_page::answer(unprocessable, &message_page::COPIES);
        };
        let made = MadeLeaflet::for_reader(&request.loaded, &request.choices, &request.data);
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
            Ok(made) => file_answer(&made, &request.loaded, &file, None),
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
        if file != PRINT_FILE {
            return file_answer(&made, loaded, &file, None);
        }
        match copies(&fields) {
            Some(copies) => file_answer(&made, loaded, &file, Some(copies)),
            None => message_page::answer(StatusCode::UNPROCESSABLE_ENTITY, &message_page::COPIES),
        }
    })
    .await
}

/// Answers with a file. With copies it is for the printer, and is shown instead of saved.
fn file_answer(made: &MadeLeaflet, loaded: &Loaded, file: &str, copies: Option<u32>) -> Response {
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
    match bytes {
        Ok(bytes) => (
            [
                (CONTENT_TYPE, kind.to_owned()),
                (CONTENT_DISPOSITION, shown),
            ],
            bytes,
        )
            .into_response(),
        Err(findings) => message_page::faulty_files(&findings),
    }
}

/// Forgets a reader's leaflet.
pub(super) async fn done(State(desk): State<Arc<Desk>>, Path(name): Path<String>) -> Response {
    desk.made.forget(&name);
    StatusCode::NO_CONTENT.into_response()
}
