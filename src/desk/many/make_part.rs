//! The last part of the screen of a list: what to make of it, and what that takes.

use std::time::Duration;

use super::super::fields::{Fields, field};
use super::super::letter_part::{envelope_words, envelopes, letter_words};
use super::super::page::filled_icon;
use super::check::Checked;
use super::list::{
    Complaint, Decisions, List, ListState, MAX_COPIES, MAX_NAME, Order, Output, SEPARATORS,
};
use super::list_page::{general_complaint, option, rows_to_make, without_script};
use super::runs::{Folding, Totals};
use super::words::{about, counted, thousands};
use crate::escape::escaped;
use crate::library::Clinic;
use crate::request_options::{Cover, RequestOptions, fitting_paper, name_of, value_named};
use crate::theme::{Edition, Envelope, Paper};

/// Returns which leaflets are on sheets that are folded.
pub(super) fn folding(decisions: &Decisions, checked: &Checked) -> Folding {
    let rows = || rows_to_make(decisions, checked);
    match (
        rows().any(|row| row.is_folded),
        rows().all(|row| row.is_folded),
    ) {
        (false, _) => Folding::None,
        (true, false) => Folding::Some,
        (true, true) => Folding::All,
    }
}

/// Whether any leaflet is on sheets that are folded. Those are always printed on both sides.
pub(super) fn needs_both_sides(decisions: &Decisions, checked: &Checked) -> bool {
    folding(decisions, checked) != Folding::None
}

/// Counts what an order makes of a list.
pub(super) fn totals(order: &Order, decisions: &Decisions, checked: &Checked) -> Totals {
    let mut totals = Totals::default();
    let clinic = &checked.loaded.clinic;
    let both_sides = order.has_both_sides(clinic) || needs_both_sides(decisions, checked);
    for row in rows_to_make(decisions, checked) {
        let copies = u64::from(row.copies.unwrap_or(order.copies));
        let sheets = match both_sides {
            true => row.sheets,
            false => row.pages,
        };
        totals.leaflets += 1;
        totals.pages += u64::from(row.pages) * copies;
        totals.sheets += u64::from(sheets) * copies;
    }
    if let Some(every) = order.separator() {
        totals.separators = totals.leaflets.div_ceil(every).into();
    }
    totals
}

/// Says how many pages and sheets that is.
pub(super) fn pages_and_sheets(totals: &Totals) -> String {
    let separators = match totals.separators {
        0 => String::new(),
        count => format!(", and {}", counted(count, "separator sheet")),
    };
    format!(
        "{} on {}{separators}",
        counted(totals.pages, "page"),
        counted(totals.sheets, "sheet")
    )
}

/// Writes the part with its form.
pub(super) fn make_part(list: &List, state: &ListState, checked: &Checked) -> String {
    let order = &state.order;
    let totals = totals(order, &state.decisions, checked);
    let choice = |value: &str, is_chosen: bool, label: &str, small: &str| {
        let checked = if is_chosen { " checked" } else { "" };
        format!(
            "<label class=\"choice\"><input type=\"radio\" name=\"what\" value=\"{value}\"{checked}><span>{label} \
             <small>{small}</small></span></label>"
        )
    };
    let tick = |name: &str, attributes: &str, label: &str, small: &str| {
        format!(
            "<label class=\"tick\"><input type=\"checkbox\" name=\"{name}\"{attributes}> <span>{label}\
             <small class=\"small\">{small}</small></span></label>"
        )
    };
    let ticked = |is_on: bool| if is_on { " checked" } else { "" };
    let is_folded = needs_both_sides(&state.decisions, checked);
    let every = SEPARATORS.iter().map(|every| {
        let every_text = every.to_string();
        option(
            &every_text,
            &format!("{every} leaflets"),
            *every == order.every,
        )
    });
    let every: String = every.collect();
    let printers = printers(order, &checked.loaded.clinic, state.complaint.as_ref());
    let printer = match printers.is_empty() {
        true => String::new(),
        false => choice(
            "printer",
            order.output == Output::Printer,
            "Print them now",
            "on a printer of your clinic, one job for each reader",
        ),
    };
    let complaint = |field: &str| {
        state
            .complaint
            .as_ref()
            .filter(|complaint| complaint.field == field)
    };
    let (bad, name_error) = field_error(complaint("name"), "name");
    let (bad_copies, copies_error) = field_error(complaint("copies"), "each");
    let copies = copies_of_list(&state.decisions, checked);
    let general = general_complaint(state);
    let mixed = match folding(&state.decisions, checked) {
        Folding::Some => format!(
            "<div class=\"note caution of-bundle\">{}<h3>Folded and flat sheets do not go in one file</h3><p>A printer turns \
             folded sheets on the short edge, and the others on the long edge. Make a file for each reader, or make two \
             lists of this one.</p></div>",
            filled_icon("alert")
        ),
        Folding::None | Folding::All => String::new(),
    };
    let letter = letter(list, &state.decisions, checked);
    let invalid = |is_bad: bool| if is_bad { " aria-invalid=\"true\"" } else { "" };
    format!(
        "{letter}<form class=\"stack-l\" id=\"make\" aria-labelledby=\"part-4\" method=\"post\" action=\"/many/lists/{key}/make\" \
         data-order=\"/many/lists/{key}\" autocomplete=\"off\">{general}\
         <input type=\"hidden\" name=\"revision\" value=\"{revision}\">\
         <fieldset class=\"group\"><legend>What to make</legend><div class=\"choices wide\">{bundle}{files}{printer}</div></fieldset>{printers}{mixed}\
         <div class=\"two wide\"><div class=\"stack-s\"><div class=\"of-files\">{sides}</div><div class=\"of-bundle\">{separators}</div></div>\
         <div class=\"stack\"><div class=\"field of-bundle\"><label for=\"every\">Separator sheet after every</label>\
         <select id=\"every\" name=\"every\" class=\"w-m\">{every}</select></div>\
         <div class=\"field{bad_copies}\"><label for=\"each\">Copies for each reader</label>{copies_hint}{copies_error}\
         <input type=\"number\" id=\"each\" name=\"each\" {copies} min=\"1\" max=\"{MAX_COPIES}\" class=\"w-s\" \
         inputmode=\"numeric\"{described_copies}{invalid_copies}></div></div></div>\
         <div class=\"field w-l{bad}\"><label for=\"name\">Name</label><span class=\"hint\" id=\"name-hint\">The files go \
         into the folder “made” of your clinic, under this name. Write no patient’s name.</span>{name_error}\
         <input type=\"text\" id=\"name\" name=\"name\" value=\"{name}\" maxlength=\"{MAX_NAME}\" spellcheck=\"false\" \
         aria-describedby=\"name-hint{described}\"{invalid_name}></div>\
         <div class=\"acts\" id=\"cost\">{cost}</div></form>",
        key = list.key,
        revision = state.revision,
        bundle = choice(
            "bundle",
            order.output == Output::Bundle,
            "One file for the printer",
            "all leaflets, in the order of your list"
        ),
        files = choice(
            "files",
            order.output == Output::Files,
            "A file for each reader",
            "to email, or to keep with the letters"
        ),
        sides = tick(
            "sides",
            match is_folded {
                true => " checked disabled",
                false => ticked(order.both_sides),
            },
            "Print on both sides",
            match is_folded {
                true => "Folded sheets are always printed on both sides.",
                false => "Each leaflet begins on a new sheet.",
            }
        ),
        separators = tick(
            "separators",
            ticked(order.separators),
            "Separator sheets",
            "Each says which rows follow."
        ),
        copies = match copies.is_of_list {
            true => "disabled".to_owned(),
            false => format!("value=\"{}\"", order.copies),
        },
        copies_hint = copies.hint,
        name = escaped(&order.name),
        described = if bad.is_empty() { "" } else { " name-error" },
        invalid_name = invalid(!bad.is_empty()),
        invalid_copies = invalid(!bad_copies.is_empty()),
        described_copies = match (copies.hint.is_empty(), bad_copies.is_empty()) {
            (true, true) => "",
            (false, true) => " aria-describedby=\"each-hint\"",
            (true, false) => " aria-describedby=\"each-error\"",
            (false, false) => " aria-describedby=\"each-hint each-error\"",
        },
        cost = cost(&totals, checked, order.output),
    )
}

/// Writes the choice of a printer; nothing if the clinic has none.
fn printers(order: &Order, clinic: &Clinic, complaint: Option<&Complaint>) -> String {
    let printers = &clinic.facts.printers;
    if printers.is_empty() {
        return String::new();
    }
    let options: String = printers
        .iter()
        .map(|printer| {
            let name = printer.name.trim();
            option(&escaped(name), &escaped(name), name == order.printer)
        })
        .collect();
    let complaint = complaint.filter(|complaint| complaint.field == "printer");
    let (bad, error) = field_error(complaint, "printer");
    format!(
        "<div class=\"field of-printer w-l{bad}\"><label for=\"printer\">Print on</label>{error}<select id=\"printer\" \
         name=\"printer\">{options}</select></div>"
    )
}

/// Writes the choice of a letter for this run.
fn letter(list: &List, decisions: &Decisions, checked: &Checked) -> String {
    let clinic = &checked.loaded.clinic;
    let cover = decisions.cover_of(clinic);
    let (legend, kind, words) = letter_words(clinic, "each leaflet");
    let ticked = match cover {
        Cover::None => "",
        Cover::Letter | Cover::Masthead => " checked",
    };
    let chosen = envelope_of(decisions, clinic);
    let options: String = envelopes_of(clinic)
        .map(|envelope| {
            option(
                &name_of(&envelope),
                envelope_words(envelope),
                envelope == chosen,
            )
        })
        .collect();
    format!(
        "<form class=\"letter-of-list\" method=\"post\" action=\"/many/lists/{}\" data-live=\"parts facts\" \
         autocomplete=\"off\"><fieldset class=\"group letter\"><legend>{legend}</legend><label class=\"tick\">\
         <input type=\"checkbox\" id=\"list-cover\" name=\"cover\" value=\"{kind}\"{ticked}> <span>{words}\
         <small class=\"small\">The address is in columns of your list, such as “Addressee” and “Address”.</small></span>\
         </label><div class=\"of-letter\"><div class=\"field w-l\"><label for=\"list-envelope\">Envelope</label>\
         <select id=\"list-envelope\" name=\"envelope\">{options}</select></div></div></fieldset>{}</form>",
        list.key,
        without_script("letter", "Use this choice"),
    )
}

/// Returns the clinic's usual paper, or the whole sheet of the same country: letters are on no other.
fn letter_paper(clinic: &Clinic) -> Paper {
    let usual = RequestOptions::of_clinic(clinic).paper;
    fitting_paper(Edition::LARGE_PRINT, usual.unwrap_or(Paper::A4))
}

fn envelopes_of(clinic: &Clinic) -> impl Iterator<Item = Envelope> {
    envelopes(letter_paper(clinic))
}

/// Returns the envelope that is chosen, else the clinic's, else the first one for its paper.
fn envelope_of(decisions: &Decisions, clinic: &Clinic) -> Envelope {
    let usual = RequestOptions::of_clinic(clinic).envelope;
    let first = || envelopes_of(clinic).next();
    let chosen = decisions.envelope.or(usual).or_else(first);
    chosen.unwrap_or(Envelope::UkDl)
}

/// Reads the choice of a letter.
pub(super) fn choose_letter(decisions: &mut Decisions, clinic: &Clinic, fields: &Fields) {
    let cover = field(fields, "cover").and_then(value_named);
    let envelope = field(fields, "envelope").and_then(value_named);
    let offered = envelope.filter(|chosen| envelopes_of(clinic).any(|known| known == *chosen));
    decisions.envelope = offered.or_else(|| Some(envelope_of(decisions, clinic)));
    decisions.cover = Some(cover.unwrap_or(Cover::None));
}

/// What a list says about copies.
struct ListCopies {
    /// Whether it says them for all rows.
    is_of_list: bool,
    /// HTML.
    hint: String,
}

/// Says which rows get the person's number of copies. Numbers in the list take precedence.
fn copies_of_list(decisions: &Decisions, checked: &Checked) -> ListCopies {
    let (mut with, mut without) = (0, 0);
    for row in rows_to_make(decisions, checked) {
        match row.copies {
            Some(_) => with += 1,
            None => without += 1,
        }
    }
    let column = escaped(&checked.column_label("copies"));
    let hint = match (with, without) {
        (0, _) => String::new(),
        (_, 0) => format!("Your list says how many, in column {column}."),
        (_, 1) => format!("For the row that has no number in column {column}."),
        (_, rows) => format!(
            "For the {} rows that have no number in column {column}.",
            thousands(rows)
        ),
    };
    ListCopies {
        is_of_list: with > 0 && without == 0,
        hint: match hint.is_empty() {
            true => hint,
            false => format!("<span class=\"hint\" id=\"each-hint\">{hint}</span>"),
        },
    }
}

/// Returns the class of a field with an error, and the error.
fn field_error(complaint: Option<&Complaint>, id: &str) -> (&'static str, String) {
    match complaint {
        None => ("", String::new()),
        Some(complaint) => (
            " bad",
            format!(
                "<span class=\"err\" id=\"{id}-error\">{} {}</span>",
                filled_icon("alert"),
                escaped(&complaint.message)
            ),
        ),
    }
}

/// Writes the button that makes the leaflets, and what they take.
fn cost(totals: &Totals, checked: &Checked, output: Output) -> String {
    let verb = match output {
        Output::Bundle | Output::Files => "Make",
        Output::Printer => "Print",
    };
    if totals.leaflets == 0 {
        return format!(
            "<button class=\"btn main big\" type=\"submit\" disabled>{verb} 0 leaflets</button>\
             <p class=\"muted small\">No row of the list is ready.</p>"
        );
    }
    let share = f64::from(totals.leaflets) / (checked.ready.len().max(1) as f64);
    // The real run also writes what the check makes.
    let time = checked
        .time
        .mul_f64(share * 1.5)
        .max(Duration::from_secs(1));
    let time = super::super::page::capital(&about(time));
    format!(
        "<button class=\"btn main big\" type=\"submit\">{verb} {}</button><p class=\"muted small\" role=\"status\">{}.\
         <br>{time}.</p>",
        counted(totals.leaflets.into(), "leaflet"),
        pages_and_sheets(totals)
    )
}
