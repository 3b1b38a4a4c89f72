//! The screen of a list: columns, rows that need attention, a sample, and what to make.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::super::message_page::{self, marked_up};
use super::super::page::{filled_icon, icon};
use super::check::{Check, Checked, CheckedColumn};
use super::known::role_value;
use super::list::{Decisions, List, ListState};
use super::make_part::make_part;
use super::problems::Problem;
use super::sample::SampleView;
use super::words::{counted, rows, thousands};
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

pub(super) fn option(value: &str, label: &str, is_chosen: bool) -> String {
    let selected = if is_chosen { " selected" } else { "" };
    format!("<option value=\"{value}\"{selected}>{label}</option>")
}

/// Writes the button of a form that the script sends by itself.
pub(super) fn without_script(action: &str, words: &str) -> String {
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
        let open = problem.stopped.as_ref().map_or(String::new(), |stopped| {
            format!(
                "<a class=\"btn slim\" href=\"/leaflets/{}?language={}\">Open the leaflet<span class=\"vh\">: {}</span></a> ",
                escaped(&stopped.id),
                escaped(&stopped.language),
                escaped(&checked.known.titles_of(&stopped.id))
            )
        });
        let leave = match problem.rows.len() {
            1 => format!(
                "Leave out<span class=\"vh\"> row {}</span>",
                thousands(first.into())
            ),
            _ => format!("Leave out {count}"),
        };
        format!(
            "<tr><th scope=\"row\" class=\"num\">{}{}</th><td>{}</td><td>{}</td><td><div class=\"acts\">{repair}{open}\
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

/// Writes what is wrong with an order as a whole.
pub(super) fn general_complaint(state: &ListState) -> String {
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

/// Waits a moment for the check of a short list, so that the screen is whole at once.
pub(super) fn wait_for(check: &Arc<Check>) {
    for _ in 0..70 {
        if check.result().is_some() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}
