//! The form of a leaflet's screen: choices, the reader's values, copies, print and download.

use clap::ValueEnum;

use super::leaflet_page::{Declared, MAX_COPIES, Request, View};
use super::library_page::language_name;
use super::message_page::{capitalised, marked_up};
use super::page::icon;
use super::things_to_know::{before_print, field_label, field_of, in_words};
use crate::escape::escaped;
use crate::leaflet::Format;
use crate::locale::{DateOrder, Locale};
use crate::request_options::name_of;
use crate::resolve::ReferenceMode;
use crate::theme::Edition;

/// Writes the form with all choices.
pub(super) fn form(request: &Request, view: Option<&View>) -> String {
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
