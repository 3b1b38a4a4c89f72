//! Requests about a list: its screen, decisions about it, and the start of a run.

use std::sync::{Arc, PoisonError};

use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::check::Checked;
use super::known::{Known, role_named};
use super::list::{
    self, Complaint, List, ListState, MAX_COPIES, MAX_NAME, Order, Output, SEPARATORS,
};
use super::running::Beginning;
use super::runs::{KeptProblem, ListMark, NoFolder, Run, RunFile};
use super::{Place, either, faulty, forgotten, list_page, make_part, sample};
use crate::batch::StartMode;
use crate::desk::fields::{Fields, field};
use crate::desk::{Desk, guard, in_background};
use crate::finding::Finding;

/// Answers a request about a list, or says that the list is forgotten. `answer` gets the list and its key.
async fn with_list(
    desk: &Arc<Desk>,
    key: String,
    answer: impl FnOnce(&Desk, &Arc<List>, &str) -> Response + Send + 'static,
) -> Response {
    in_background(desk, move |desk| match desk.many.lists.get(&key) {
        Some(list) => answer(desk, &list, &key),
        None => forgotten(desk, &key),
    })
    .await
}

/// Answers with the screen of a list.
pub(super) async fn show_list(State(desk): State<Arc<Desk>>, Path(key): Path<String>) -> Response {
    with_list(&desk, key, move |desk, list, _| {
        either(Place::new(desk).map(|place| {
            check_outdated(&place, list);
            list_screen(desk, &place, list)
        }))
    })
    .await
}

/// Checks a list again if the clinic or its leaflets are not as they were. Returns whether it does.
fn check_outdated(place: &Place, list: &Arc<List>) -> bool {
    let check = Arc::clone(&list.state().check);
    let is_outdated = match check.result() {
        Some(Ok(checked)) => !Arc::ptr_eq(&checked.loaded, &place.loaded),
        _ => false,
    };
    if is_outdated {
        list.check_again(Arc::clone(&place.loaded));
    }
    is_outdated
}

fn list_screen(desk: &Desk, place: &Place, list: &List) -> Response {
    let check = Arc::clone(&list.state().check);
    list_page::wait_for(&check);
    let sample = match check.result() {
        Some(Ok(checked)) if checked.rows > 0 => sample::view(desk, list, checked),
        _ => None,
    };
    let state = list.state();
    let main = list_page::screen(list, &state, sample.as_ref());
    let title = match state.complaint {
        Some(_) => "Error: Make many",
        None => "Make many",
    };
    place.page(title, &main)
}

/// Answers with all pages of the sample.
pub(super) async fn show_sample(
    State(desk): State<Arc<Desk>>,
    Path(key): Path<String>,
) -> Response {
    with_list(&desk, key, move |desk, list, key| {
        let Some(main) = sample::all_pages(desk, list) else {
            return guard::redirect(&format!("/many/lists/{key}"));
        };
        either(Place::new(desk).map(|place| place.page("Sample", &main)))
    })
    .await
}

pub(super) async fn forget_list(
    State(desk): State<Arc<Desk>>,
    Path(key): Path<String>,
) -> Response {
    if let Some(list) = desk.many.lists.get(&key) {
        sample::forget(&desk, &list);
    }
    desk.many.lists.forget(&key);
    guard::redirect("/many")
}

/// Takes a decision about a list.
pub(super) async fn change_list(
    State(desk): State<Arc<Desk>>,
    Path(key): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    with_list(&desk, key, move |desk, list, key| {
        let check = Arc::clone(&list.state().check);
        list_page::wait_for(&check);
        let answer = guard::redirect(&format!("/many/lists/{key}"));
        let checked = match check.result() {
            Some(Ok(checked)) => checked,
            // Another sheet may be readable.
            _ if field(&fields, "sheet").is_none() => return answer,
            _ => {
                return either(Place::new(desk).map(|place| {
                    if choose_sheet(&mut list.state(), list, &fields) {
                        list.check_again(place.loaded);
                    }
                    answer
                }));
            }
        };
        if decide(list, checked, &fields) {
            return either(Place::new(desk).map(|place| {
                list.check_again(place.loaded);
                answer
            }));
        }
        answer
    })
    .await
}

fn choose_sheet(state: &mut ListState, list: &List, fields: &Fields) -> bool {
    let sheet = field(fields, "sheet").and_then(|sheet| sheet.parse::<usize>().ok());
    let Some(sheet) =
        sheet.filter(|sheet| *sheet < list.sheets.len() && *sheet != state.decisions.sheet)
    else {
        return false;
    };
    // Decisions about another sheet mean nothing here.
    state.decisions = list::Decisions {
        sheet,
        cover: state.decisions.cover,
        envelope: state.decisions.envelope,
        ..Default::default()
    };
    state.revision += 1;
    true
}

/// Takes a decision. Returns whether the list has to be checked again.
fn decide(list: &List, checked: &Checked, fields: &Fields) -> bool {
    let mut state = list.state();
    let before = state.decisions.clone();
    state.complaint = None;
    match field(fields, "do").unwrap_or_default() {
        "sheet" => return choose_sheet(&mut state, list, fields),
        "columns" => choose_columns(&mut state, checked, fields),
        "leaflet" => {
            let id = field(fields, "leaflet").filter(|id| checked.known.titles.contains_key(*id));
            state.decisions.handout = id.map(str::to_owned);
        }
        "rows" => choose_rows(&mut state, checked, fields),
        "back" => state.decisions.left_out.clear(),
        "row" => choose_sample(&mut state, checked, fields),
        "letter" => {
            let clinic = &checked.loaded.clinic;
            make_part::choose_letter(&mut state.decisions, clinic, fields);
        }
        "hide" => state.is_sample_hidden = true,
        "show" => state.is_sample_hidden = false,
        "order" => {
            let is_folded = make_part::needs_both_sides(&state.decisions, checked);
            state.complaint = read_order(&mut state.order, fields, is_folded).err();
        }
        _ => {}
    }
    if state.decisions != before {
        state.revision += 1;
    }
    // Rows that are left out are not made, whatever is in them.
    let mut after = state.decisions.clone();
    after.left_out = before.left_out.clone();
    after != before
}

fn choose_columns(state: &mut ListState, checked: &Checked, fields: &Fields) {
    let roles = checked.known.roles();
    let mut changed = Vec::new();
    for (index, column) in checked.columns.iter().enumerate() {
        let value = field(fields, &format!("column-{index}"));
        let role = value.and_then(|value| role_named(value, &roles));
        if let Some(role) = role.filter(|role| *role != column.role) {
            changed.push((index, role));
        }
    }
    for (index, role) in changed {
        // Another column that was chosen for the same is not used any more.
        state
            .decisions
            .columns
            .retain(|other, known| *other == index || *known != role);
        state.decisions.columns.insert(index, role);
    }
}

/// Applies a repair to rows, or leaves them out.
fn choose_rows(state: &mut ListState, checked: &Checked, fields: &Fields) {
    let problem = |name| {
        let mut parts = field(fields, name)?.splitn(3, ':');
        let (index, first) = (parts.next()?, parts.next()?);
        let problem = checked.problems.get(index.parse::<usize>().ok()?)?;
        // The list may have been checked again since the button was shown.
        let is_same = problem.rows.first()?.to_string() == first;
        is_same.then(|| (problem, parts.next()))
    };
    if let Some((problem, Some(leaflet))) = problem("use")
        && let Some(leaflet) = problem.leaflets.iter().find(|id| *id == leaflet)
    {
        let rows = problem.rows.iter().map(|row| (*row, leaflet.clone()));
        state.decisions.handouts.extend(rows);
    }
    if let Some((problem, _)) = problem("leave") {
        state.decisions.left_out.extend(&problem.rows);
    }
}

fn choose_sample(state: &mut ListState, checked: &Checked, fields: &Fields) {
    let row = field(fields, "row").and_then(|row| row.parse::<u32>().ok());
    let row = row.unwrap_or(1);
    let row = match field(fields, "step") {
        Some("previous") => row.saturating_sub(1),
        Some("next") => row.saturating_add(1),
        _ => row,
    };
    state.show_row(row.clamp(1, checked.rows.max(1)));
    state.is_sample_hidden = false;
}

/// Reads what to make. Fails with what is wrong, and keeps the rest. Sheets that are folded leave no choice of sides.
fn read_order(order: &mut Order, fields: &Fields, is_folded: bool) -> Result<(), Complaint> {
    let is_on = |name| field(fields, name).is_some();
    order.output = match field(fields, "what") {
        Some("files") => Output::Files,
        Some("printer") => Output::Printer,
        _ => Output::Bundle,
    };
    if !is_folded {
        order.both_sides = is_on("sides");
    }
    order.separators = is_on("separators");
    order.printer = field(fields, "printer").unwrap_or_default().to_owned();
    let every = field(fields, "every").and_then(|every| every.parse().ok());
    if let Some(every) = every.filter(|every| SEPARATORS.contains(every)) {
        order.every = every;
    }
    order.name = field(fields, "name")
        .unwrap_or_default()
        .chars()
        .take(MAX_NAME)
        .collect();
    // The field has no value where the list has all numbers.
    let Some(copies) = field(fields, "each") else {
        return Ok(());
    };
    let copies = copies.parse().ok();
    match copies.filter(|copies| (1..=MAX_COPIES).contains(copies)) {
        Some(copies) => order.copies = copies,
        None => {
            return Err(Complaint {
                field: "copies",
                message: format!("Write a number from 1 to {MAX_COPIES}."),
            });
        }
    }
    Ok(())
}

/// Begins a run.
pub(super) async fn make(
    State(desk): State<Arc<Desk>>,
    Path(key): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    with_list(&desk, key, move |desk, list, _| {
        either(
            Place::new(desk).and_then(|place| match begin(desk, &place, list, &fields)? {
                Ok(address) => Ok(guard::redirect(&address)),
                Err(complaint) => {
                    list.state().complaint = Some(complaint);
                    let page = list_screen(desk, &place, list);
                    list.state().complaint = None;
                    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
                }
            }),
        )
    })
    .await
}

/// Makes the folder of a run, and begins it. Returns its address, or what is wrong with the order.
fn begin(
    desk: &Desk,
    place: &Place,
    list: &Arc<List>,
    fields: &Fields,
) -> Result<Result<String, Complaint>, Box<Response>> {
    let folder = place.writable()?;
    let complaint = |field, message: &str| {
        Ok(Err(Complaint {
            field,
            message: message.to_owned(),
        }))
    };
    let _only = list
        .beginning
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    if let Some(address) = desk.many.lists.run_of(&list.key) {
        return Ok(Ok(address));
    }
    let (mut order, decisions, check) = {
        let mut state = list.state();
        let seen = field(fields, "revision").and_then(|seen| seen.parse::<u64>().ok());
        if seen.is_some_and(|seen| seen != state.revision) {
            return complaint(
                "",
                "The list was changed in another window. Look at it again, then press the button.",
            );
        }
        let check = Arc::clone(&state.check);
        let is_folded = match check.result() {
            Some(Ok(checked)) => make_part::needs_both_sides(&state.decisions, checked),
            _ => false,
        };
        if let Err(complaint) = read_order(&mut state.order, fields, is_folded) {
            return Ok(Err(complaint));
        }
        (state.order.clone(), state.decisions.clone(), check)
    };
    let Some(Ok(checked)) = check.result() else {
        return complaint(
            "",
            "The list is still being checked. Wait a moment, and try again.",
        );
    };
    if check_outdated(place, list) {
        return complaint(
            "",
            "Your clinic or its leaflets have changed, so the list is checked again. Look at it, then press the \
             button.",
        );
    }
    let clinic = &checked.loaded.clinic;
    if order.output == Output::Printer && order.printer(clinic).is_none() {
        return complaint(
            "printer",
            "Your clinic has no such printer any more. Choose another one.",
        );
    }
    order.both_sides = order.has_both_sides(clinic);
    order.both_sides |= make_part::needs_both_sides(&decisions, checked);
    let expected = make_part::totals(&order, &decisions, checked);
    if expected.leaflets == 0 {
        return complaint("", "No row of the list is ready.");
    }
    if desk.many.runs.current().is_some() {
        return complaint(
            "",
            "Another list is being made. Wait until it is ready, or stop it.",
        );
    }
    let program_fault = |error: getrandom::Error| {
        let finding = Finding::error("program-fault", error.to_string());
        Box::new(faulty(place, &[finding]))
    };
    let mark = ListMark::of(&list.bytes).map_err(program_fault)?;
    let file = RunFile::new(
        order,
        &decisions,
        mark,
        checked.rows,
        expected,
        &checked.made_before,
    );
    let mut file = file.map_err(program_fault)?;
    file.problems = kept_problems(&decisions, checked);
    file.folding = make_part::folding(&decisions, checked);
    let address = format!("/many/{}", file.id);
    let run = match Run::create(folder, file) {
        Ok(run) => run,
        Err(NoFolder::NoName) => return complaint("name", "Write a name with letters or digits."),
        Err(NoFolder::Exists) => {
            return complaint(
                "name",
                "There are leaflets of this name. Write another name.",
            );
        }
        Err(NoFolder::Disk(error)) => {
            let message = format!("Nothing was made: {error}.");
            return complaint("", &message);
        }
    };
    let beginning = Beginning {
        run,
        list: Arc::clone(list),
        loaded: Arc::clone(&checked.loaded),
        known: Known::new(&checked.loaded, decisions.cover_of(&checked.loaded.clinic)),
        plan: checked.plan.clone(),
        start: StartMode::Fresh,
        log: desk.workspace.log.clone(),
    };
    match desk.many.runs.begin(beginning) {
        Ok(()) => {
            // The run has the list now.
            desk.many.lists.give_to_run(&list.key, &address);
            Ok(Ok(address))
        }
        Err(beginning) => {
            // Best effort: the folder has nothing but its record.
            let _ = beginning.run.delete();
            complaint(
                "",
                "Another list is being made. Wait until it is ready, or stop it.",
            )
        }
    }
}

/// Returns the rows that will have no leaflet, without anything that the list says.
fn kept_problems(decisions: &list::Decisions, checked: &Checked) -> Vec<KeptProblem> {
    let left_out: Vec<u32> = decisions.left_out.iter().copied().collect();
    let mut kept = Vec::new();
    if !left_out.is_empty() {
        kept.push(KeptProblem::new(
            &left_out,
            String::new(),
            "Left out by you".to_owned(),
        ));
    }
    for problem in checked.problems.iter().filter(|problem| problem.is_error) {
        let is_left =
            |row: &u32| !decisions.left_out.contains(row) && !checked.made_before.contains(row);
        let rows: Vec<u32> = problem.rows.iter().copied().filter(is_left).collect();
        if !rows.is_empty() {
            let column = problem.column.as_deref();
            let column = column.map_or(String::new(), |name| checked.plain_column_label(name));
            kept.push(KeptProblem::new(&rows, column, problem.why.clone()));
        }
    }
    kept
}
