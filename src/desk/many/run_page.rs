//! The screens of a run: progress, stopped, and ready; and the list of earlier runs.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::super::message_page;
use super::super::page::{capital, filled_icon, icon};
use super::list::Output;
use super::list_page::narrow_row;
use super::make_part::pages_and_sheets;
use super::running::{Running, Runs};
use super::runs::{Folding, KeptProblem, Run, RunResult};
use super::words::{about, counted, rows, size, thousands, took};
use crate::batch;
use crate::escape::escaped;
use crate::finding::Finding;

/// How much a person may do on this computer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// Runs can be made and deleted.
    Full,
    /// Runs can be seen.
    ReadOnly,
}

/// Writes a time, which the script turns into the time of this place. `form` says which parts of it are shown.
fn time(seconds: i64, form: &str) -> String {
    let Ok(time) = Timestamp::from_second(seconds) else {
        return String::new();
    };
    let zoned = time.to_zoned(TimeZone::UTC);
    let months = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let month = usize::try_from(zoned.month() - 1)
        .ok()
        .and_then(|month| months.get(month));
    let day = format!("{} {}", zoned.day(), month.unwrap_or(&""));
    let clock = format!("{:02}:{:02} UTC", zoned.hour(), zoned.minute());
    let shown = match form {
        "clock" => clock,
        "day" => day,
        _ => format!("{day} at {clock}"),
    };
    format!("<time datetime=\"{time}\" data-form=\"{form}\">{shown}</time>")
}

fn crumbs() -> String {
    format!(
        "<p class=\"crumbs\"><a href=\"/many\">{} Make many</a></p>",
        icon("left")
    )
}

/// Writes a form with one button.
fn button(action: &str, class: &str, words: &str) -> String {
    format!(
        "<form method=\"post\" action=\"{action}\"><button class=\"{class}\" type=\"submit\">{words}</button></form>"
    )
}

/// Writes the screen of the run that is under way.
pub(super) fn running(run: &Running, earlier: &str) -> String {
    let counts = run.counts();
    let total = run.expected.leaflets;
    let left = match (run.is_stopping(), run.time_left()) {
        (true, _) => "Finishing the leaflet in hand".to_owned(),
        (false, Some(left)) => format!("{} left", capital(&about(left))),
        (false, None) => "Just begun".to_owned(),
    };
    let (doing, done) = match run.output {
        Output::Bundle | Output::Files => ("Making", "made"),
        Output::Printer => ("Printing", "sent to the printer"),
    };
    // It is read aloud when it changes: at each quarter.
    let quarter = match counts.leaflets * 4 / total.max(1) {
        0 => String::new(),
        1 => format!("A quarter is {done}"),
        2 => format!("Half of them are {done}"),
        3 => format!("Three quarters are {done}"),
        _ => format!("All are {done}"),
    };
    let fact = |name: &str, value: String| format!("<div><dt>{name}</dt><dd>{value}</dd></div>");
    let number = |count: u32| thousands(count.into());
    let facts = [
        fact(
            "Now at row",
            format!("{} of {}", number(counts.row), number(run.rows)),
        ),
        fact("Pages so far", thousands(counts.pages)),
        fact("Rows with a problem", number(counts.failed)),
        fact("Left out by you", number(run.left_out)),
    ]
    .concat();
    let stop = match run.is_stopping() {
        true => String::new(),
        false => format!(
            "<button class=\"btn danger\" type=\"submit\" id=\"stop-run\">{} Stop</button>",
            filled_icon("stop")
        ),
    };
    format!(
        "{crumbs}<div class=\"head\"><div><h1>{doing} “{name}”</h1><p class=\"lead\">You can leave this page. It carries \
         on as long as this program runs.</p></div></div>\
         <section class=\"card run stack-l\" aria-labelledby=\"pr\"><div id=\"run\" data-poll class=\"stack-l\">\
         <div class=\"acts apart\"><div><h2 id=\"pr\" class=\"vh\">Progress</h2><p class=\"big\">{made} of {all}</p>\
         <p class=\"muted\">{noun} {done}</p></div><p class=\"left\"><strong>{left}</strong><br>\
         <span class=\"muted small\">Started at {started}</span></p></div>\
         <progress value=\"{value}\" max=\"{total}\" aria-label=\"Leaflets made\">{made} of {all}</progress>\
         <dl class=\"facts\">{facts}</dl></div><p class=\"vh\" role=\"status\" id=\"quarter\">{quarter}</p>\
         <form class=\"acts\" method=\"post\" action=\"/many/{id}/stop\" id=\"stopping\">{stop}<span class=\"muted small\">\
         What is already made stays. You can carry on later from the same row.</span></form>\
         <p class=\"without-script\"><a href=\"\">Look again</a></p></section>{earlier}",
        crumbs = crumbs(),
        name = escaped(&run.name),
        noun = if counts.leaflets == 1 {
            "leaflet"
        } else {
            "leaflets"
        },
        made = number(counts.leaflets),
        all = number(total),
        value = counts.leaflets.min(total),
        started = time(run.started, "clock"),
        id = run.id,
    )
}

/// Writes the screen of a run that was stopped.
pub(super) fn stopped(
    run: &Run,
    access: Access,
    has_list: bool,
    fault: Option<&[Finding]>,
    is_asked: bool,
    earlier: &str,
) -> String {
    let name = escaped(&run.file.order.name);
    let id = &run.file.id;
    let why = match fault {
        Some(findings) => format!(
            "<p><strong>What is already made is kept.</strong> The run could not go on:</p>{}",
            message_page::fault_list(findings)
        ),
        None => "<p>What is already made is kept. Nothing is made twice when you carry on.</p>"
            .to_owned(),
    };
    let again = match has_list {
        true => "We still have the list, for an hour after it stopped.",
        false => "Choose the same list again to carry on: we keep no lists.",
    };
    let acts = match access {
        Access::ReadOnly => String::new(),
        Access::Full => format!(
            "<p class=\"muted\">{again}</p><div class=\"acts\">{}{}</div>",
            button(
                &format!("/many/{id}/carry-on"),
                "btn main",
                &format!(
                    "{} Carry on<span class=\"vh\"> with {name}</span>",
                    filled_icon("play")
                )
            ),
            ask_button(id, "Delete these files"),
        ),
    };
    format!(
        "{}<div class=\"head\"><div><h1>“{name}” is not finished</h1><p class=\"lead\">{}</p></div></div>\
         <section class=\"stack\" aria-label=\"Carry on or delete\">{why}{acts}{}</section>{earlier}",
        crumbs(),
        stopped_at(run),
        confirmation(run, is_asked),
    )
}

/// Says how far a run came.
fn stopped_at(run: &Run) -> String {
    let kept = batch::kept_run(&run.folder)
        .ok()
        .flatten()
        .unwrap_or_default();
    format!(
        "Stopped at {} of {}, begun {}.",
        thousands(kept.done.into()),
        thousands(run.file.expected.leaflets.into()),
        time(run.file.started, "day-clock")
    )
}

/// Writes the button that asks whether to delete.
fn ask_button(id: &str, words: &str) -> String {
    format!(
        "<form method=\"get\" action=\"/many/{id}\" data-ask><input type=\"hidden\" name=\"ask\" value=\"delete\">\
         <button class=\"btn danger slim\" type=\"submit\" id=\"ask\">{} {words}</button></form>",
        icon("trash")
    )
}

/// Asks whether to delete, if somebody wants to.
fn confirmation(run: &Run, is_asked: bool) -> String {
    if !is_asked {
        return "<div id=\"confirm\"></div>".to_owned();
    }
    let id = &run.file.id;
    let words = match run.count_files() {
        0 => "Delete it".to_owned(),
        count => format!("Delete {}", counted(count, "file")),
    };
    format!(
        "<div id=\"confirm\"><div class=\"note stop\" role=\"group\" aria-labelledby=\"sure\">{}\
         <h3 id=\"sure\" tabindex=\"-1\">Delete “{}”?</h3><p>It cannot be brought back.</p><div class=\"acts\">{}\
         <form method=\"get\" action=\"/many/{id}\" data-keep><button class=\"btn plain\" type=\"submit\">Keep them\
         </button></form></div></div></div>",
        filled_icon("alert"),
        escaped(&run.file.order.name),
        button(&format!("/many/{id}/delete"), "btn danger", &words),
    )
}

/// Writes the screen of a finished run. `said` is what the last action did.
pub(super) fn done(
    run: &Run,
    result: &RunResult,
    access: Access,
    can_open: bool,
    said: &str,
    is_asked: bool,
) -> String {
    let file = &run.file;
    let (name, id, totals) = (escaped(&file.order.name), &file.id, &result.totals);
    let heading = match totals.leaflets {
        1 => format!("1 leaflet is {}", is_done(file.order.output)),
        count => format!(
            "{} are {}",
            counted(count.into(), "leaflet"),
            is_done(file.order.output)
        ),
    };
    let lead = format!(
        "“{name}”, {} in {}. {}",
        match file.order.output {
            Output::Bundle | Output::Files => "made",
            Output::Printer => "printed",
        },
        took(result.seconds),
        match file.rows {
            1 => "The row of your list is accounted for.".to_owned(),
            rows => format!(
                "All {} of your list are accounted for.",
                counted(rows.into(), "row")
            ),
        }
    );
    let open = match can_open && access == Access::Full {
        true => button(
            &format!("/many/{id}/open"),
            "btn plain",
            &format!("{} Open the folder", icon("folder")),
        ),
        false => String::new(),
    };
    let main = match file.order.output {
        Output::Bundle if totals.leaflets > 0 => for_printer(run, result, &open),
        Output::Files if totals.leaflets > 0 => format!(
            "<section class=\"panel stack\" aria-labelledby=\"fl\"><h2 id=\"fl\">A file for each reader</h2>\
             <div class=\"acts apart\"><p><strong>{}</strong><br><span class=\"small muted\">{}, in the folder “{}”\
             </span></p>{open}</div></section>",
            counted(totals.leaflets.into(), "file"),
            pages_and_sheets(totals),
            escaped(&run.folder.file_name().unwrap_or_default().to_string_lossy()),
        ),
        Output::Printer if totals.leaflets > 0 => format!(
            "<section class=\"panel stack\" aria-labelledby=\"fl\"><h2 id=\"fl\">Printed on {}</h2><p>{}. No file of them \
             is kept.</p></section>",
            escaped(&file.order.printer),
            pages_and_sheets(totals),
        ),
        _ => "<section class=\"panel\" aria-label=\"Nothing was made\"><p>No row could be made.</p></section>".to_owned(),
    };
    let delete_words = match file.order.output {
        Output::Bundle | Output::Files => "Delete these files",
        Output::Printer => "Delete this record",
    };
    let delete = match access {
        Access::Full => format!(
            "{}{}",
            ask_button(id, delete_words),
            confirmation(run, is_asked)
        ),
        Access::ReadOnly => String::new(),
    };
    let kept = match file.order.output {
        Output::Bundle | Output::Files => format!(
            "<section class=\"part\" aria-labelledby=\"pv\"><header><h2 id=\"pv\">Names in these files</h2></header>\
             <div class=\"note caution\">{}<h3>Take care: these leaflets hold what your list says about readers</h3>\
             <p class=\"small\">Keep them where you keep patients’ letters, and delete them here once you have printed \
             them.</p><div class=\"stack\">{delete}</div></div></section>",
            filled_icon("alert")
        ),
        Output::Printer => format!(
            "<section class=\"part\" aria-labelledby=\"pv\"><header><h2 id=\"pv\">What is kept</h2></header>\
             <div class=\"stack\"><p>Which rows were printed, so that none is printed twice. Nothing that your list \
             says about readers.</p>{delete}</div></section>"
        ),
    };
    format!(
        "{crumbs}<div class=\"head\"><div><h1>{heading}</h1><p class=\"lead\">{lead}</p></div></div>{main}\
         <p role=\"status\" class=\"small muted\" id=\"said\">{said}</p>{left_out}\
         {kept}",
        crumbs = crumbs(),
        left_out = left_out(run, access),
    )
}

/// Says what became of leaflets.
fn is_done(output: Output) -> &'static str {
    match output {
        Output::Bundle | Output::Files => "ready",
        Output::Printer => "sent to the printer",
    }
}

fn for_printer(run: &Run, result: &RunResult, open: &str) -> String {
    let (id, totals) = (&run.file.id, &result.totals);
    let bundle = run.bundle();
    let bytes = bundle.metadata().map_or(0, |found| found.len());
    let sides = match (run.file.order.both_sides, run.file.folding) {
        (false, _) => "<strong>One side</strong>",
        (true, Folding::None) => "<strong>Both sides, flip on long edge</strong>",
        (true, Folding::All) => "<strong>Both sides, flip on short edge</strong>",
        (true, Folding::Some) => {
            "<strong>Both sides</strong>, with <strong>flip on short edge</strong> for the pages of folded sheets and \
             <strong>flip on long edge</strong> for the others"
        }
    };
    let pages = totals.pages + totals.separators;
    format!(
        "<section class=\"panel stack\" aria-labelledby=\"fl\"><h2 id=\"fl\">For the printer</h2>\
         <div class=\"acts apart\"><div class=\"acts\">{file_icon}<div><p><strong>{name}</strong></p>\
         <p class=\"small muted\">{counts} · {size}</p></div></div><div class=\"acts\">\
         <form method=\"get\" action=\"/many/{id}/files/leaflets.pdf\" target=\"_blank\" id=\"print-many\" data-pages=\"{pages}\">\
         <input type=\"hidden\" name=\"for\" value=\"print\"><button class=\"btn main big\" type=\"submit\" id=\"print-run\">\
         {print} Print</button></form><a class=\"btn big\" id=\"download-run\" href=\"/many/{id}/files/leaflets.pdf\" \
         download>{download} Download PDF</a>{open}</div></div>\
         <p class=\"small\" role=\"status\" id=\"print-status\">In the print window choose <strong>Actual size</strong> and \
         {sides}. Leave the copies at 1.</p></section>",
        file_icon = icon("file"),
        name = escaped(&bundle.file_name().unwrap_or_default().to_string_lossy()),
        counts = pages_and_sheets(totals),
        size = size(bytes),
        print = icon("print"),
        download = icon("download"),
    )
}

/// Rows that have no leaflet, with the reason.
pub(super) fn rows_without_leaflet(run: &Run) -> Vec<KeptProblem> {
    let mut problems = run.file.problems.clone();
    problems.sort_by_key(|problem| problem.rows().first().copied());
    problems
}

fn left_out(run: &Run, access: Access) -> String {
    let problems = rows_without_leaflet(run);
    let mut all: Vec<u32> = problems.iter().flat_map(KeptProblem::rows).collect();
    all.sort_unstable();
    all.dedup();
    if all.is_empty() {
        return String::new();
    }
    let id = &run.file.id;
    let lines: String = problems
        .iter()
        .map(|problem| {
            let numbers = problem.rows();
            format!(
                "<tr><th scope=\"row\" class=\"num\">{}{}</th><td>{}</td><td>{}</td></tr>",
                narrow_row(numbers.len()),
                rows(&numbers),
                escaped(&problem.column),
                escaped(&problem.why)
            )
        })
        .collect();
    let fixed = match access {
        Access::Full => format!(
            "<a class=\"btn\" href=\"/many?after={id}\">{} Choose the fixed list</a>",
            icon("upload")
        ),
        Access::ReadOnly => String::new(),
    };
    format!(
        "<section class=\"part\" aria-labelledby=\"lo\"><header><h2 id=\"lo\">Left out</h2><p>{count} of {all}.</p>\
         </header><div class=\"stack\"><div class=\"scroll\" tabindex=\"0\" role=\"region\" \
         aria-label=\"Table of rows left out\"><table class=\"rows\"><caption class=\"vh\">Rows left out</caption><thead><tr>\
         <th scope=\"col\">Row</th><th scope=\"col\">Column</th><th scope=\"col\">Why</th></tr></thead>\
         <tbody>{lines}</tbody></table></div><p>Fix these rows in your list and choose it again. We make only what is \
         new or changed, and nothing twice.</p><p class=\"acts\">{fixed}<a class=\"btn plain\" \
         href=\"/many/{id}/rows.csv\" download>{download} Download the row numbers</a></p></div></section>",
        count = thousands(all.len() as u64),
        all = counted(run.file.rows.into(), "row"),
        download = icon("download"),
    )
}

/// Writes the earlier runs; nothing if there are none. Leaves out the one with the id `shown`.
pub(super) fn earlier(runs: &[Run], shown: Option<&str>, known: &Runs, access: Access) -> String {
    let is_other = |run: &&Run| Some(run.file.id.as_str()) != shown;
    let items: String = runs
        .iter()
        .filter(is_other)
        .map(|run| earlier_item(run, known, access))
        .collect();
    if items.is_empty() {
        return String::new();
    }
    format!(
        "<section class=\"part earlier\" aria-labelledby=\"ear\"><header><h2 id=\"ear\">Earlier</h2><p>We keep names of \
         lists and counts, not the lists.</p></header><ul class=\"jobs\">{items}</ul></section>"
    )
}

fn earlier_item(run: &Run, known: &Runs, access: Access) -> String {
    let (id, name) = (&run.file.id, escaped(&run.file.order.name));
    let named = |verb: &str| format!("{verb}<span class=\"vh\"> {name}</span>");
    let open = format!(
        "<a class=\"btn plain slim\" href=\"/many/{id}\">{}</a>",
        named("Open")
    );
    let delete = match access {
        Access::ReadOnly => String::new(),
        Access::Full => format!(
            "<form method=\"get\" action=\"/many/{id}\"><input type=\"hidden\" name=\"ask\" value=\"delete\">\
             <button class=\"link small\" type=\"submit\">{}</button></form>",
            named("Delete")
        ),
    };
    let (state, acts) = if known.current().is_some_and(|current| current.id == *id) {
        let state = format!(
            "<p class=\"state\">{} Being made now</p>",
            filled_icon("play")
        );
        (state, open)
    } else if let Some(result) = &run.file.result {
        let state = format!(
            "<p class=\"state ok\">{} <span>{}, {}</span></p>",
            filled_icon("ok"),
            counted(result.totals.leaflets.into(), "leaflet"),
            time(run.file.started, "day")
        );
        (state, open + &delete)
    } else {
        let again = match known.list_of(id).is_some() || access == Access::ReadOnly {
            true => "",
            false => " Choose the same list again to carry on.",
        };
        let state = format!(
            "<p class=\"state warn\">{} <span>{}{again}</span></p>",
            filled_icon("half"),
            stopped_at(run)
        );
        let carry_on = match access {
            Access::ReadOnly => open,
            Access::Full => format!(
                "<form method=\"post\" action=\"/many/{id}/carry-on\"><button class=\"btn slim\" type=\"submit\">{} \
                 {}</button></form>",
                filled_icon("play"),
                format_args!("Carry on<span class=\"vh\"> with {name}</span>")
            ),
        };
        (state, carry_on + &delete)
    };
    format!("<li><div><strong>{name}</strong>{state}</div>{acts}</li>")
}
