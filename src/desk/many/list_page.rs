//! The screen of a list: columns, rows that need attention, a sample, and what to make.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::super::message_page::{self, marked_up};
use super::super::page::{filled_icon, icon};
use super::check::{Check, Checked, CheckedColumn};
use super::known::role_value;
use super::list::{
    Complaint, Decisions, List, ListState, MAX_COPIES, MAX_NAME, Order, Output, SEPARATORS,
};
use super::problems::Problem;
use super::runs::Totals;
use super::sample::SampleView;
use super::words::{about, counted, rows, thousands};
use crate::batch::{ColumnRole, column_name};
use crate::escape::escaped;
use crate::finding::Finding;

/// Endings of lists, for the window in which a file is chosen.
const ENDINGS: &str = ".csv,.tsv,.txt,.xlsx,.ods,.jsonl,.ndjson";

/// Writes the field that takes a list. `hidden` are further fields of its form.
pub(super) fn drop_field(words: &str, button: &str, hidden: &str) -> String {
    format!(
        "<form class=\"drop\" id=\"drop\" method=\"post\" action=\"/many\" enctype=\"multipart/form-data\">{sheet}\
         <div>{words}</div>{hidden}<label class=\"btn\">{upload} {button}<input class=\"vh\" type=\"file\" name=\"list\" \
         id=\"list-file\" accept=\"{ENDINGS}\"></label>\
         <p class=\"without-script\"><button class=\"btn\" type=\"submit\">Read the list</button></p></form>",
        sheet = icon("sheet"),
        upload = icon("upload"),
    )
}

/// Writes a part of the screen, with its number.
pub(super) fn part(number: u8, heading: &str, side: &str, body: &str) -> String {
    let side = match side.is_empty() {
        true => String::new(),
        false => format!("<p>{side}</p>"),
    };
    format!(
        "<section class=\"part\" aria-labelledby=\"part-{number}\"><header><h2 id=\"part-{number}\" tabindex=\"-1\">\
         <span class=\"disc\">{number}</span> {heading}</h2>{side}</header><div>{body}</div></section>"
    )
}

/// Writes the heading of the screen.
pub(super) fn head() -> String {
    "<div class=\"head\"><div><h1>Make many leaflets</h1><p class=\"lead\">From a list of readers: one leaflet for \
     each, or one file for the printer.</p></div></div>"
        .to_owned()
}

/// Writes the screen of a list.
pub(super) fn screen(list: &List, state: &ListState, sample: Option<&SampleView>) -> String {
    let check = &state.check;
    let (second, rest) = match check.result() {
        None => (
            format!("{}{}", general_complaint(state), checking(check)),
            String::new(),
        ),
        Some(Err(findings)) => (unreadable(&list.file, findings), String::new()),
        Some(Ok(checked)) => (
            checked_part(list, state, checked),
            rest(list, state, checked, sample),
        ),
    };
    let poll = match check.result() {
        None => " data-poll",
        Some(_) => "",
    };
    format!(
        "{}{}<div id=\"parts\"{poll}>{}{rest}</div>",
        head(),
        part(
            1,
            "Your list",
            "Read on this computer, never saved, and forgotten ten minutes after you last used it.",
            &your_list(list, state)
        ),
        part(
            2,
            "Check",
            "We point to rows and columns, and never show what is in them.",
            &second
        ),
    )
}

/// Writes what was chosen, and the field for another list.
fn your_list(list: &List, state: &ListState) -> String {
    let mut facts = Vec::new();
    if let Some(sheet) = list.sheet(&state.decisions) {
        facts.push(format!("Sheet “{}”", escaped(sheet)));
    }
    if let Some(Ok(checked)) = state.check.result() {
        facts.push(counted(checked.rows.into(), "row"));
        facts.push(counted(checked.columns.len() as u64, "column"));
    }
    let facts = match facts.is_empty() {
        true => String::new(),
        false => format!("{}. ", facts.join(" · ")),
    };
    let words = format!(
        "<p><strong>{}</strong></p><p class=\"small muted\" id=\"facts\">{facts}Or drop another Excel, CSV or JSON \
         Lines file here.</p>",
        escaped(&list.file)
    );
    let mut earlier = String::new();
    if let Some(folder) = &list.earlier {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        earlier = format!(
            "<p class=\"small\">This is the corrected list of “{}”: we make only what is new or changed.</p>",
            escaped(&name)
        );
    }
    let key = &list.key;
    format!(
        "<div class=\"stack\">{}{earlier}{}<form method=\"post\" action=\"/many/lists/{key}/done\">\
         <button class=\"link small\" type=\"submit\">Forget this list</button></form></div>",
        drop_field(&words, "Choose another file", ""),
        sheets(list, &state.decisions),
    )
}

/// Writes the choice of a sheet; nothing if there is only one.
fn sheets(list: &List, decisions: &Decisions) -> String {
    if list.sheets.len() < 2 {
        return String::new();
    }
    let options =
        list.sheets.iter().enumerate().map(|(index, name)| {
            option(&index.to_string(), &escaped(name), index == decisions.sheet)
        });
    let options: String = options.collect();
    format!(
        "<form method=\"post\" action=\"/many/lists/{}\" data-live=\"parts facts\"><div class=\"field w-m\">\
         <label for=\"list-sheet\">Sheet</label><select id=\"list-sheet\" name=\"sheet\">{options}</select></div>{}</form>",
        list.key,
        without_script("sheet", "Read this sheet"),
    )
}

fn option(value: &str, label: &str, is_chosen: bool) -> String {
    let selected = if is_chosen { " selected" } else { "" };
    format!("<option value=\"{value}\"{selected}>{label}</option>")
}

/// Writes the button of a form that the script sends by itself.
fn without_script(action: &str, words: &str) -> String {
    format!(
        "<input type=\"hidden\" name=\"do\" value=\"{action}\"><p class=\"without-script\">\
         <button class=\"btn slim\" type=\"submit\">{words}</button></p>"
    )
}

fn checking(check: &Check) -> String {
    let (done, rows) = check.progress();
    let (bar, words) = match rows {
        0 => (
            "<progress aria-label=\"Rows checked\"></progress>".to_owned(),
            "Reading the list …".to_owned(),
        ),
        rows => (
            format!(
                "<progress value=\"{done}\" max=\"{rows}\" aria-label=\"Rows checked\"></progress>"
            ),
            format!(
                "Checking row {} of {} …",
                thousands(done.into()),
                thousands(rows.into())
            ),
        ),
    };
    format!(
        "<div class=\"stack\"><p role=\"status\">{words}</p>{bar}<p class=\"without-script\"><a href=\"\">Look \
         again</a></p></div>"
    )
}

/// Says why a list cannot be read.
pub(super) fn unreadable(file: &str, findings: &[Finding]) -> String {
    let mut reasons = String::new();
    for finding in findings {
        let words = |text: &str| {
            let text = text
                .replace("the job file", "the list")
                .replace("the header", "the headings");
            marked_up(&message_page::capitalised(&text))
        };
        let help = finding.help.as_deref().map(words).unwrap_or_default();
        reasons += &format!("<p>{} {help}</p>", words(&finding.message));
    }
    format!(
        "<div class=\"note stop\">{}<h3>We cannot read “{}”</h3>{reasons}<p>We read Excel workbooks (.xlsx), \
         LibreOffice sheets (.ods), CSV and JSON Lines. In your spreadsheet program, choose “Save as” and one of \
         these.</p></div>",
        filled_icon("alert"),
        escaped(file)
    )
}

/// Writes the columns and the rows that need attention.
fn checked_part(list: &List, state: &ListState, checked: &Checked) -> String {
    let open = open_problems(state, checked);
    let faulty: BTreeSet<u32> = open
        .iter()
        .filter(|(_, problem)| problem.is_error)
        .flat_map(|(_, problem)| problem.rows.iter().copied())
        .filter(|row| !state.decisions.left_out.contains(row))
        .collect();
    let made = rows_to_make(&state.decisions, checked).count();
    let number = |count: usize| thousands(count as u64);
    let mut tally = format!(
        "<li class=\"ok\"><b>{}</b> {} ready</li>",
        number(made),
        if made == 1 { "row is" } else { "rows are" }
    );
    let class = if faulty.is_empty() {
        ""
    } else {
        " class=\"warn\""
    };
    let need = if faulty.len() == 1 {
        "row needs attention"
    } else {
        "rows need attention"
    };
    tally += &format!(
        "<li{class}><b>{}</b> <span>{need}</span></li>",
        number(faulty.len())
    );
    let repeated = if checked.repeated == 1 {
        "duplicate"
    } else {
        "duplicates"
    };
    tally += &format!(
        "<li><b class=\"muted\">{}</b> <span class=\"muted\">{repeated}</span></li>",
        thousands(checked.repeated.into())
    );
    if !checked.made_before.is_empty() {
        tally += &format!(
            "<li><b class=\"muted\">{}</b> <span class=\"muted\">made before</span></li>",
            number(checked.made_before.len())
        );
    }
    let remarks: String = checked
        .remarks
        .iter()
        .map(|remark| format!("<p class=\"small\">{}</p>", marked_up(remark)))
        .collect();
    format!(
        "<div class=\"stack-l\" id=\"check\"><div role=\"status\" id=\"tally\"><ul class=\"tally\">{tally}</ul></div>\
         {remarks}{headings}{columns}{leaflet}{attention}{left_out}</div>",
        headings = no_headings(checked),
        columns = columns(list, checked),
        leaflet = leaflet_for_all(list, &state.decisions, checked),
        attention = attention(list, checked, &open),
        left_out = left_out(list, &state.decisions),
    )
}

/// Returns the faults of rows that are not all left out, with their indexes.
fn open_problems<'c>(state: &ListState, checked: &'c Checked) -> Vec<(usize, &'c Problem)> {
    let left_out = &state.decisions.left_out;
    let is_open = |(_, problem): &(usize, &Problem)| {
        let mut rows = problem.rows.iter();
        rows.any(|row| !left_out.contains(row) && !checked.made_before.contains(row))
    };
    checked
        .problems
        .iter()
        .enumerate()
        .filter(is_open)
        .collect()
}

/// Returns the rows that will be made.
pub(super) fn rows_to_make<'c>(
    decisions: &'c Decisions,
    checked: &'c Checked,
) -> impl Iterator<Item = &'c super::check::ReadyRow> {
    checked.ready.iter().filter(|row| {
        !decisions.left_out.contains(&row.row) && !checked.made_before.contains(&row.row)
    })
}

fn no_headings(checked: &Checked) -> String {
    match checked.has_headings {
        true => String::new(),
        false => format!(
            "<div class=\"note caution\">{}<h3>We found no headings</h3><p>The first row of a list says what is in \
             its columns, as in “Leaflet” and “First name”. Choose below what each column is, or write headings above \
             your list and choose it again.</p></div>",
            filled_icon("alert")
        ),
    }
}

fn columns(list: &List, checked: &Checked) -> String {
    let roles = checked.known.roles();
    let row = |(index, column): (usize, &CheckedColumn)| {
        let spoken = match (checked.has_headings, column.letter.is_empty()) {
            (true, true) => format!("column {}", escaped(&column.heading)),
            (true, false) => format!("column {}, {},", column.letter, escaped(&column.heading)),
            (false, _) => format!("column {}", column_name(index)),
        };
        let shown = match (checked.has_headings, column.letter.is_empty()) {
            (true, true) => escaped(&column.heading),
            (true, false) => format!(
                "{}\u{a0}<span class=\"muted dot\">·</span> {}",
                column.letter,
                escaped(&column.heading)
            ),
            (false, _) => column_name(index),
        };
        let options = roles.iter().map(|role| {
            let label = escaped(&checked.known.role_label(role));
            option(&escaped(&role_value(role)), &label, *role == column.role)
        });
        let options: String = options.collect();
        let (class, symbol) = match (&column.role, column.is_fine) {
            (ColumnRole::Ignored, true) => ("", icon("minus")),
            (_, true) => (" ok", filled_icon("ok")),
            (_, false) => (" warn", filled_icon("half")),
        };
        format!(
            "<tr><th scope=\"row\">{shown}</th><td><select id=\"column-{index}\" name=\"column-{index}\" \
             aria-label=\"Use {spoken} as\">{options}</select></td><td><span class=\"state{class}\">{symbol} {}</span>\
             </td></tr>",
            escaped(&column.found)
        )
    };
    let rows: String = checked.columns.iter().enumerate().map(row).collect();
    format!(
        "<form method=\"post\" action=\"/many/lists/{}\" data-live=\"parts facts\"><div class=\"scroll\" tabindex=\"0\" \
         role=\"region\" aria-label=\"Columns of the list\"><table class=\"mid rows\"><caption>Columns</caption><thead><tr>\
         <th scope=\"col\">In your list</th><th scope=\"col\" class=\"used-as\">Used as</th>\
         <th scope=\"col\">What we found</th></tr></thead><tbody>{rows}</tbody></table></div>{}</form>",
        list.key,
        without_script("columns", "Use these columns"),
    )
}

/// Writes the choice of one leaflet for all rows, where no column says which.
fn leaflet_for_all(list: &List, decisions: &Decisions, checked: &Checked) -> String {
    if checked.has_leaflets() {
        return String::new();
    }
    let chosen = decisions.handout.as_deref().unwrap_or_default();
    let mut titles: Vec<(&String, &String)> = checked.known.titles.iter().collect();
    titles.sort_by_key(|(_, title)| title.to_lowercase());
    let options = titles
        .into_iter()
        .map(|(id, title)| option(&escaped(id), &escaped(title), id == chosen));
    let options: String = std::iter::once(option("", "Choose a leaflet", chosen.is_empty()))
        .chain(options)
        .collect();
    format!(
        "<form method=\"post\" action=\"/many/lists/{}\" data-live=\"parts facts\"><div class=\"field w-l\">\
         <label for=\"leaflet\">Leaflet for all rows</label><span class=\"hint\" id=\"leaflet-hint\">No column of the \
         list says which leaflet a reader gets.</span><select id=\"leaflet\" name=\"leaflet\" \
         aria-describedby=\"leaflet-hint\">{options}</select></div>{}</form>",
        list.key,
        without_script("leaflet", "Use this leaflet"),
    )
}

fn attention(list: &List, checked: &Checked, open: &[(usize, &Problem)]) -> String {
    if open.is_empty() {
        return String::new();
    }
    let line = |(index, problem): &(usize, &Problem)| {
        let column = problem
            .column
            .as_deref()
            .map(|name| checked.column_label(name));
        let first = problem.rows.first().copied().unwrap_or_default();
        let count = counted(problem.rows.len() as u64, "row");
        let repair = problem.leaflets.iter().map(|id| {
            format!(
                "<button class=\"btn slim\" type=\"submit\" name=\"use\" value=\"{index}:{first}:{}\">Use {} in \
                 {count}</button> ",
                escaped(id),
                escaped(&checked.known.titles_of(id))
            )
        });
        let repair: String = repair.collect();
        let leave = match problem.rows.len() {
            1 => format!(
                "Leave out<span class=\"vh\"> row {}</span>",
                thousands(first.into())
            ),
            _ => format!("Leave out {count}"),
        };
        format!(
            "<tr><th scope=\"row\" class=\"num\">{}{}</th><td>{}</td><td>{}</td><td><div class=\"acts\">{repair}\
             <button class=\"btn plain slim\" type=\"submit\" name=\"leave\" value=\"{index}:{first}\">{leave}\
             </button></div></td></tr>",
            narrow_row(problem.rows.len()),
            rows(&problem.rows),
            escaped(&column.unwrap_or_default()),
            marked_up(&problem.message),
        )
    };
    let lines: String = open.iter().map(line).collect();
    format!(
        "<form method=\"post\" action=\"/many/lists/{}\" data-live=\"parts facts\">\
         <input type=\"hidden\" name=\"do\" value=\"rows\"><div class=\"scroll\" tabindex=\"0\" role=\"region\" \
         aria-label=\"Table of rows that need attention\"><table class=\"mid rows\"><caption>Rows that need attention\
         </caption><thead><tr><th scope=\"col\">Row</th><th scope=\"col\">Column</th><th scope=\"col\">What is wrong</th>\
         <th scope=\"col\">What to do</th></tr></thead><tbody>{lines}</tbody></table></div></form>\
         <p class=\"small muted\">Rows count from 1, below the headings. Or fix your list in your spreadsheet, save it \
         and choose it again. Nothing has been made yet.</p>",
        list.key,
    )
}

/// Writes what a narrow screen has in place of the heading "Row".
pub(super) fn narrow_row(rows: usize) -> &'static str {
    match rows {
        1 => "<span class=\"narrow\">Row </span>",
        _ => "<span class=\"narrow\">Rows </span>",
    }
}

fn left_out(list: &List, decisions: &Decisions) -> String {
    if decisions.left_out.is_empty() {
        return String::new();
    }
    let left_out: Vec<u32> = decisions.left_out.iter().copied().collect();
    format!(
        "<form class=\"acts\" method=\"post\" action=\"/many/lists/{}\" data-live=\"parts facts\"><p>Left out by you: \
         row {}.</p><button class=\"link\" type=\"submit\" name=\"do\" value=\"back\" id=\"back\">Put them back</button>\
         </form>",
        list.key,
        rows(&left_out)
    )
}

/// Writes the sample, and what to make.
fn rest(list: &List, state: &ListState, checked: &Checked, sample: Option<&SampleView>) -> String {
    if checked.rows == 0 {
        return String::new();
    }
    format!(
        "{}{}",
        part(
            3,
            "Sample",
            "One reader’s leaflet, as it will print. Names show here and nowhere else.",
            &sample_part(list, checked, sample)
        ),
        part(4, "Make them", "", &make_part(list, state, checked)),
    )
}

fn sample_part(list: &List, checked: &Checked, sample: Option<&SampleView>) -> String {
    let key = &list.key;
    let Some(sample) = sample else {
        return format!(
            "<form method=\"post\" action=\"/many/lists/{key}\" data-live=\"parts\"><button class=\"btn plain\" \
             type=\"submit\" name=\"do\" value=\"show\" id=\"sample-shown\">{} Show a sample</button></form>",
            icon("eye")
        );
    };
    let step = |name: &str, label: &str, symbol: &str| {
        format!(
            "<button class=\"btn\" type=\"submit\" name=\"step\" value=\"{name}\" id=\"step-{name}\" \
             aria-label=\"{label}\">{}</button>",
            icon(symbol)
        )
    };
    let row = sample.row;
    // The first button of a form is the one that Enter presses.
    let stepper = format!(
        "<form class=\"acts\" method=\"post\" action=\"/many/lists/{key}\" data-live=\"parts\" autocomplete=\"off\">{}\
         <div class=\"field\"><label for=\"row\">Row</label><div class=\"stepper\">{}<input type=\"number\" id=\"row\" \
         name=\"row\" value=\"{row}\" min=\"1\" max=\"{}\" class=\"num\" inputmode=\"numeric\">{}</div></div></form>",
        without_script("row", "Show this row"),
        step("previous", "Previous row", "left"),
        checked.rows,
        step("next", "Next row", "right"),
    );
    let hide = format!(
        "<form method=\"post\" action=\"/many/lists/{key}\" data-live=\"parts\"><button class=\"btn plain\" \
         type=\"submit\" name=\"do\" value=\"hide\">Hide the sample</button></form>"
    );
    let (paper, facts, all) = match &sample.shown {
        Ok(shown) => (
            format!(
                "<div class=\"preview\"><div class=\"paper\"><img src=\"/readers/{}/pages/1\" width=\"{}\" \
                 height=\"{}\" alt=\"Page 1 of the leaflet for row {row}\"></div></div>",
                shown.name, shown.width, shown.height
            ),
            format!(
                "<dl class=\"facts\"><div><dt>Leaflet</dt><dd>{}</dd></div><div><dt>Language</dt><dd>{}</dd></div>\
                 <div><dt>Pages</dt><dd>{}, on {}</dd></div></dl>",
                escaped(&shown.title),
                escaped(&shown.language),
                shown.pages,
                counted(shown.sheets, "sheet")
            ),
            format!(
                "<a class=\"btn plain\" href=\"/many/lists/{key}/sample\">{} Show all pages</a>",
                icon("eye")
            ),
        ),
        Err(message) => (
            "<div class=\"preview\"><div class=\"paper empty\"></div></div>".to_owned(),
            format!("<p role=\"status\">{}</p>", escaped(message)),
            String::new(),
        ),
    };
    format!(
        "<div class=\"sample\">{paper}<div class=\"stack\">{stepper}{facts}<div class=\"acts\">{all}{hide}</div></div>\
         </div>"
    )
}

/// Counts what an order makes of a list.
pub(super) fn totals(order: &Order, decisions: &Decisions, checked: &Checked) -> Totals {
    let mut totals = Totals::default();
    for row in rows_to_make(decisions, checked) {
        let copies = u64::from(row.copies.unwrap_or(order.copies));
        let sheets = match order.both_sides {
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

fn make_part(list: &List, state: &ListState, checked: &Checked) -> String {
    let order = &state.order;
    let totals = totals(order, &state.decisions, checked);
    let choice = |value: &str, is_chosen: bool, label: &str, small: &str| {
        let checked = if is_chosen { " checked" } else { "" };
        format!(
            "<label class=\"choice\"><input type=\"radio\" name=\"what\" value=\"{value}\"{checked}><span>{label} \
             <small>{small}</small></span></label>"
        )
    };
    let tick = |name: &str, is_on: bool, label: &str, small: &str| {
        let checked = if is_on { " checked" } else { "" };
        format!(
            "<label class=\"tick\"><input type=\"checkbox\" name=\"{name}\"{checked}> <span>{label}\
             <small class=\"small\">{small}</small></span></label>"
        )
    };
    let every = SEPARATORS.iter().map(|every| {
        let every_text = every.to_string();
        option(
            &every_text,
            &format!("{every} leaflets"),
            *every == order.every,
        )
    });
    let every: String = every.collect();
    let is_bundle = order.output == Output::Bundle;
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
    let invalid = |is_bad: bool| if is_bad { " aria-invalid=\"true\"" } else { "" };
    format!(
        "<form class=\"stack-l\" id=\"make\" aria-labelledby=\"part-4\" method=\"post\" action=\"/many/lists/{key}/make\" \
         data-order=\"/many/lists/{key}\" autocomplete=\"off\">{general}\
         <input type=\"hidden\" name=\"revision\" value=\"{revision}\">\
         <fieldset class=\"group\"><legend>What to make</legend><div class=\"choices wide\">{bundle}{files}</div></fieldset>\
         <div class=\"two wide\"><div class=\"stack-s\"><div>{sides}</div><div class=\"of-bundle\">{separators}</div></div>\
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
            is_bundle,
            "One file for the printer",
            "all leaflets, in the order of your list"
        ),
        files = choice(
            "files",
            !is_bundle,
            "A file for each reader",
            "to email, or to keep with the letters"
        ),
        sides = tick(
            "sides",
            order.both_sides,
            "Print on both sides",
            "Each leaflet begins on a new sheet."
        ),
        separators = tick(
            "separators",
            order.separators,
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
        cost = cost(&totals, checked),
    )
}

/// Writes what is wrong with an order as a whole.
fn general_complaint(state: &ListState) -> String {
    let complaint = state.complaint.as_ref();
    let complaint = complaint.filter(|complaint| complaint.field.is_empty());
    complaint.map_or(String::new(), |complaint| {
        format!(
            "<div class=\"note stop\" role=\"alert\">{}<p>{}</p></div>",
            filled_icon("alert"),
            escaped(&complaint.message)
        )
    })
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
fn cost(totals: &Totals, checked: &Checked) -> String {
    if totals.leaflets == 0 {
        return "<button class=\"btn main big\" type=\"submit\" disabled>Make 0 leaflets</button>\
                <p class=\"muted small\">No row of the list is ready.</p>"
            .to_owned();
    }
    let share = f64::from(totals.leaflets) / (checked.ready.len().max(1) as f64);
    // The real run also writes what the check makes.
    let time = checked
        .time
        .mul_f64(share * 1.5)
        .max(Duration::from_secs(1));
    let time = super::super::page::capital(&about(time));
    format!(
        "<button class=\"btn main big\" type=\"submit\">Make {}</button><p class=\"muted small\" role=\"status\">{}.\
         <br>{time}.</p>",
        counted(totals.leaflets.into(), "leaflet"),
        pages_and_sheets(totals)
    )
}

/// Waits a moment for the check of a short list, so that the screen is whole at once.
pub(super) fn wait_for(check: &Arc<Check>) {
    for _ in 0..70 {
        if check.result().is_some() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}
