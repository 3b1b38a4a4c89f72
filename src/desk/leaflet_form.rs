//! The form of a leaflet's screen: choices, the reader's values, letter, copies, print and download.

use jiff::civil::Date;

use super::finding_links::FindingLinks;
use super::leaflet_page::{Declared, MAX_COPIES, Request, View, order_field};
use super::letter_part;
use super::library_page::language_name;
use super::message_page::{capitalised, marked_up};
use super::option_group::{Choice, OptionGroup, editions, papers, references};
use super::page::icon;
use super::pile_page::{self, SHORT_EDGE};
use super::print_on::{PrinterChoice, Report, printer_named};
use super::sheet_count::sheets_in_words;
use super::sheet_note::sheet_note;
use super::things_to_know::{before_print, field_label, field_of};
use crate::escape::escaped;
use crate::leaflet::Format;
use crate::locale::{DateOrder, DateProblem, Locale};
use crate::request_options::name_of;
use crate::resolve::ReferenceMode;

/// Writes the form with all choices.
pub(super) fn form(request: &Request, view: Option<&View>) -> String {
    let Request {
        loaded,
        choices,
        handout,
        copies,
        ..
    } = request;
    let copies = copies.unwrap_or(1);
    let languages = OptionGroup {
        legend: "Language",
        name: "language",
        more: "",
        choices: handout
            .languages()
            .iter()
            .map(|language| Choice::new(language, escaped(&language_name(language))))
            .collect(),
        usual: &[],
    };
    let groups = [
        languages.html(&choices.language),
        editions().html(&name_of(&choices.edition)),
        papers(choices.edition.papers()).html(&name_of(&choices.paper)),
        references(loaded.has_references_url() || choices.references == ReferenceMode::Qr)
            .html(&name_of(&choices.references)),
    ]
    .concat();
    let printer = PrinterChoice {
        id: "printer",
        label: "Print on",
        chosen: &request.printer,
    };
    let id = escaped(&choices.id);
    let reader = view.and_then(|view| view.reader.as_deref());
    let reader = reader.map_or(String::new(), |name| {
        format!("<input type=\"hidden\" name=\"reader\" value=\"{name}\">")
    });
    format!(
        "<form class=\"card opts\" id=\"choices\" aria-labelledby=\"choose\" method=\"post\" action=\"/leaflets/{id}\" \
         autocomplete=\"off\"><h2 id=\"choose\">Choices</h2><div id=\"groups\"><span hidden data-address=\"/leaflets/{id}?{query}\"></span>{reader}\
         {groups}</div><div id=\"sheet-note\" role=\"status\">{note}</div>{fields}{letter}<p class=\"without-script\"><button class=\"btn\" type=\"submit\">Show the preview</button></p>\
         <div class=\"sum\" id=\"amount\"{unmade}><div class=\"field\"><label for=\"copies\">Copies</label><div class=\"stepper\">\
         <button class=\"btn\" type=\"button\" data-do=\"fewer\" aria-label=\"Fewer copies\">{minus}</button>\
         <input type=\"number\" id=\"copies\" name=\"copies\" min=\"1\" max=\"{MAX_COPIES}\" value=\"{copies}\" inputmode=\"numeric\">\
         <button class=\"btn\" type=\"button\" data-do=\"more\" aria-label=\"More copies\">{plus}</button></div></div>\
         <p class=\"muted small\" role=\"status\" id=\"sheets\">{sheets}</p></div>{printer}\
         <div id=\"formats\">{formats}</div><p class=\"small muted\" role=\"status\" id=\"print-status\">{said}</p>\
         <div id=\"print-details\">{details}</div></form>",
        query = choices.query(),
        note = request
            .unused_paper
            .map_or(String::new(), |paper| sheet_note(
                &loaded.clinic,
                choices,
                paper
            )),
        // The field stays for the next choice, with which the leaflet may be made.
        unmade = if view.is_none() { " hidden" } else { "" },
        fields = reader_fields(request, view),
        letter = letter_part::html(request, view),
        printer = printer.html(loaded),
        said = request
            .printed
            .as_ref()
            .map(Report::said)
            .unwrap_or_default(),
        details = request
            .printed
            .as_ref()
            .map(Report::details)
            .unwrap_or_default(),
        minus = icon("minus"),
        plus = icon("plus"),
        sheets = view.map_or(String::new(), |view| sheets_in_words(
            view.made.layout.pages.len(),
            choices.paper,
            copies,
            printer_named(loaded, &request.printer)
        )),
        formats = view.map_or(String::new(), |view| formats(request, view, &id)),
    )
}

/// Writes the fields of reader data that the texts use in this language. Without a leaflet, only what was typed
/// already is shown.
fn reader_fields(request: &Request, view: Option<&View>) -> String {
    let is_used = |field: &&Declared| match view {
        // The letter has a field for the whole address.
        _ if request.choices.letter.is_asked() && letter_part::is_of_address(&field.name) => false,
        Some(view) => view.made.used_data.contains(&field.name),
        None => !request.value(&field.name).is_empty(),
    };
    let fields: String = request
        .declared
        .iter()
        .enumerate()
        .filter(|(_, field)| is_used(field))
        .map(|(index, field)| reader_field(request, view, index, field))
        .collect();
    let group = match fields.is_empty() {
        true => fields,
        false => format!(
            "<fieldset class=\"group\" aria-describedby=\"forhint\"><legend>For one reader</legend>\
             <p class=\"hint\" id=\"forhint\">Printed on this leaflet and never saved. Leave empty what is not needed.</p>\
             <div class=\"two\">{fields}</div></fieldset>"
        ),
    };
    format!("<div id=\"reader\">{group}</div>")
}

/// Writes the field of one value, with what is wrong with it, or how it is printed.
fn reader_field(request: &Request, view: Option<&View>, index: usize, field: &Declared) -> String {
    let Declared { name, is_date } = field;
    let value = request.value(name);
    let fault = view.and_then(|view| {
        let mut faults = view.made.faults.iter();
        faults.find(|fault| field_of(fault) == Some(name))
    });
    let question = match is_date {
        true => DateQuestion::new(request, name, value),
        false => None,
    };
    let (need, note) = match (fault, &question) {
        (Some(_), _) if value.is_empty() => ("(needed)", String::new()),
        (Some(_), Some(_)) => (
            "",
            "<span class=\"err\">This can be two days. Choose which one is meant.</span>"
                .to_owned(),
        ),
        (Some(fault), None) => {
            let help = fault.help.as_deref().map(capitalised).unwrap_or_default();
            let message = format!("{} {help}", capitalised(&fault.message));
            let message = marked_up(&message);
            ("", format!("<span class=\"err\">{message}</span>"))
        }
        (None, _) if *is_date => ("", date_in_words(request, name, value)),
        (None, _) => ("", String::new()),
    };
    let invalid = match note.contains("err") {
        true => " aria-invalid=\"true\"",
        false => "",
    };
    let question = question.map_or(String::new(), |question| question.html(name));
    let question = match is_date {
        true => format!("<div id=\"r{index}-question\" data-part>{question}</div>"),
        false => String::new(),
    };
    format!(
        "<div class=\"field\"><label for=\"r{index}\">{label} <small id=\"r{index}-need\" data-part>{need}</small></label>\
         <input type=\"text\" id=\"r{index}\" name=\"{name}\" value=\"{value}\" dir=\"auto\" autocomplete=\"off\" \
         spellcheck=\"false\" aria-describedby=\"r{index}-note\"{invalid}>\
         <p class=\"hint after\" id=\"r{index}-note\" data-part>{note}</p>{question}</div>",
        label = field_label(name),
        name = escaped(name),
        value = escaped(value),
    )
}

/// The two days that a date can be, and the one that is meant.
struct DateQuestion {
    days: [(DateOrder, Date); 2],
    meant: Option<DateOrder>,
    locale: &'static Locale,
}

impl DateQuestion {
    /// Returns the question for a date, unless the clinic has an order of dates or the date is certain.
    fn new(request: &Request, name: &str, value: &str) -> Option<DateQuestion> {
        let locale = Locale::of(&request.choices.language);
        let order = request.loaded.date_order();
        if locale.read_date(value, order) != Err(DateProblem::TwoOrders) {
            return None;
        }
        let day = |order| {
            let written = locale.read_date(value, Some(order)).ok()?;
            Some((order, written.date))
        };
        Some(DateQuestion {
            days: [day(DateOrder::DayFirst)?, day(DateOrder::MonthFirst)?],
            meant: request.order_of(name),
            locale,
        })
    }

    fn html(&self, name: &str) -> String {
        let options: String = self
            .days
            .iter()
            .map(|(order, date)| {
                let checked = if self.meant == Some(*order) { " checked" } else { "" };
                format!(
                    "<label class=\"choice\"><input type=\"radio\" name=\"{name}\" value=\"{value}\"{checked}>\
                     <span>{day}</span></label>",
                    name = escaped(&order_field(name)),
                    value = order.name(),
                    day = escaped(&self.locale.long_date(*date)),
                )
            })
            .collect();
        format!(
            "<fieldset class=\"question\"><legend>Which day is meant?</legend><div class=\"choices\">{options}</div>\
             </fieldset>"
        )
    }
}

/// Says how a date is printed, so that a slip is seen.
fn date_in_words(request: &Request, name: &str, value: &str) -> String {
    let locale = Locale::of(&request.choices.language);
    let order = request.loaded.date_order().or(request.order_of(name));
    match locale.read_date(value, order) {
        Ok(written) => {
            let past = match written.date < request.loaded.date {
                true => ". This day is in the past",
                false => "",
            };
            format!(
                "Prints as {}{past}",
                escaped(&locale.long_date(written.date))
            )
        }
        Err(_) => String::new(),
    }
}

/// Writes Print, and the links to files.
fn formats(request: &Request, view: &View, id: &str) -> String {
    let link = |format: Format, symbol: &str, words: &str| {
        format!(
            "<a href=\"{}\" download>{} {words}</a>",
            view.file_address(format),
            icon(symbol)
        )
    };
    if !view.made.faults.is_empty() {
        // The pile may have the values that are missing here.
        let is_about_reader = view
            .made
            .faults
            .iter()
            .all(|fault| field_of(fault).is_some());
        let pile = match request.pile.link.as_str() {
            "" => String::new(),
            link if is_about_reader => {
                format!("<p class=\"more\">{} {link}</p>", pile_page::add_button(id))
            }
            link => format!("<p class=\"more\">{link}</p>"),
        };
        return format!(
            "{}<div class=\"go\"><button class=\"btn main big\" type=\"submit\" id=\"print\" disabled>{} Print</button>\
             </div>{pile}",
            before_print(
                &view.made.faults,
                &FindingLinks::new(&request.loaded, &request.choices, &view.made.faults)
            ),
            icon("print")
        );
    }
    let is_folded = request.choices.paper.is_folded();
    format!(
        "<div class=\"go\">{flip}<button class=\"btn main big\" type=\"submit\" id=\"print\"{folded} formaction=\"/leaflets/{id}/print\" \
         formtarget=\"_blank\">{} Print</button><a class=\"btn big\" href=\"{}\" download>{} Download PDF</a></div>\
         <p class=\"more\"><span class=\"muted\">Or as</span> {} {}</p>\
         <p class=\"more\">{} {}</p>",
        icon("print"),
        view.file_address(Format::Pdf),
        icon("download"),
        link(Format::Html, "web", "Web page"),
        link(Format::Text, "text", "Plain text"),
        pile_page::add_button(id),
        request.pile.link,
        // The print window asks for the edge to flip on. For a printer of the clinic, the program sets it.
        flip = match is_folded && printer_named(&request.loaded, &request.printer).is_none() {
            true => SHORT_EDGE,
            false => "",
        },
        folded = match is_folded {
            true => " data-folded",
            false => "",
        },
    )
}
