//! Puts a leaflet on the pile.
//!
//! 1. The values of the pile's reader fill the fields that are empty.
//! 2. A leaflet for another reader is refused, unless the pile was printed: then it begins a new pile. If it would take
//!    values of a pile that was printed, a person says whether the reader is the same.
//! 3. A leaflet that prints an empty value is refused, as Print refuses it.
//! 4. The leaflets of the pile are made again with values that are new.

use std::sync::Arc;

use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::fields::{Fields, field};
use super::leaflet_page::{self, Declared, Reader, Request, View};
use super::letter_part::{self, add_address, is_of_address};
use super::pile::{NewLeaflet, Piled, Refusal};
use super::pile_page::{ANSWER, NEW_PILE, SAME_READER, ShownPile};
use super::reader_values::ReaderValues;
use super::things_to_know::field_label;
use super::{Desk, in_background, message_page};
use crate::batch::nest_object;
use crate::escape::escaped;
use crate::leaflet::data_names;

/// Puts a leaflet on the pile, and answers with the leaflet's screen.
pub(super) async fn add(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    in_background(&desk, move |desk| {
        add_leaflet(desk, &id, &fields).unwrap_or_else(|response| *response)
    })
    .await
}

fn add_leaflet(desk: &Desk, id: &str, fields: &Fields) -> Result<Response, Box<Response>> {
    let pile = &desk.pile;
    let _only = pile.change();
    let typed = Request::new(desk, id, fields)?;
    let Some(copies) = typed.copies else {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        let answer = message_page::answer(status, &message_page::COPIES);
        return Err(Box::new(answer));
    };
    let values = typed.reader_values();
    let answer = field(fields, ANSWER);
    let was_printed = pile.is_printed();
    let is_next_reader =
        was_printed && (answer == Some(NEW_PILE) || pile.values().contradict(&values));
    let known = match is_next_reader {
        true => ReaderValues::default(),
        false => pile.values(),
    };
    if known.contradict(&values) {
        return Ok(refused(desk, typed, Refusal::OtherReader));
    }
    if let Some(refusal) = pile.refusal(&typed.choices).filter(|_| !is_next_reader)
        && (refusal != Refusal::Again || field(fields, "again").is_none())
    {
        return Ok(refused(desk, typed, refusal));
    }
    let taken = typed.lacking(&known);
    if was_printed && !taken.is_empty() && answer != Some(SAME_READER) {
        return Ok(refused(desk, typed, Refusal::Printed));
    }
    let mut request = match taken.is_empty() {
        true => typed,
        false => Request::new(desk, id, &taken.fill(fields))?,
    };
    if !known.is_empty() {
        request.reader = Reader::OnePerson;
    }
    let made = match request.made() {
        Ok(made) if made.faults.is_empty() => made,
        _ => return Ok(refused(desk, request, Refusal::Faulty)),
    };
    if is_next_reader {
        pile.empty();
    }
    let all = known.and(&request.reader_values());
    let remade: Vec<_> = match all == known {
        true => Vec::new(),
        false => {
            let leaflets = pile.leaflets();
            let others = leaflets.iter();
            others
                .filter(|piled| !piled.is_replaced_by(&request.choices))
                .filter_map(|piled| remade(piled, &all))
                .collect()
        }
    };
    let said = said(is_next_reader, &taken, &remade);
    pile.put(NewLeaflet {
        made,
        copies,
        values: all,
        remade: remade.into_iter().map(|(piled, _)| piled).collect(),
    });
    Ok(answered(desk, request, StatusCode::OK, &Ok(said)))
}

fn refused(desk: &Desk, request: Request, refusal: Refusal) -> Response {
    let status = match refusal {
        Refusal::Faulty => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::CONFLICT,
    };
    answered(desk, request, status, &Err(refusal))
}

fn answered(
    desk: &Desk,
    mut request: Request,
    status: StatusCode,
    added: &Result<String, Refusal>,
) -> Response {
    request.pile = ShownPile::new(desk, &request.loaded, &request.choices.id, &request.printer);
    request.pile.say(added);
    let view = View::new(desk, &request);
    (status, leaflet_page::screen(&request, view)).into_response()
}

/// Makes a leaflet of the pile again, and returns it with the values that are new in it. `None` if it stays as it is.
fn remade(piled: &Piled, values: &ReaderValues) -> Option<(Piled, ReaderValues)> {
    let made = &piled.made;
    let loaded = made.loaded()?;
    let handout = loaded.handout(&made.choices.id)?.ok()?;
    let declared: Vec<Declared> = leaflet_page::declared(loaded, &handout);
    let is_in_letter = made.choices.letter.is_asked();
    let known = data_names(made.data());
    let mut data = made.data().clone();
    let mut new = ReaderValues::default();
    for (name, value) in values.iter() {
        let is_used = made.used_data.iter().any(|used| used == name);
        let added = match name {
            letter_part::FIELD
                if is_in_letter && !known.iter().any(|known| is_of_address(known)) =>
            {
                add_address(value, &mut data)
            }
            _ if is_used
                && !(is_in_letter && is_of_address(name))
                && !known.iter().any(|known| known == name)
                && declared.iter().any(|field| field.name == name) =>
            {
                nest_object(&mut data, name, value.into())
            }
            _ => continue,
        };
        if added.is_ok() {
            new.insert(name, value.to_owned());
        }
    }
    let remade = leaflet_page::made(loaded, &made.choices, &declared, &data, Reader::OnePerson);
    let piled = match remade {
        Ok(made) => Piled {
            stops: made.faults.clone(),
            made: Arc::new(made),
            ..piled.clone()
        },
        Err(stops) => Piled {
            stops,
            ..piled.clone()
        },
    };
    let is_other = !new.is_empty() || !piled.stops.is_empty();
    is_other.then_some((piled, new))
}

/// Says what was done, as HTML.
fn said(is_next_reader: bool, taken: &ReaderValues, remade: &[(Piled, ReaderValues)]) -> String {
    let mut said = match is_next_reader {
        true => "The pile before was printed, and is gone. This leaflet begins a new pile.",
        false => "This leaflet is on the pile.",
    }
    .to_owned();
    if !taken.is_empty() {
        said += &format!(
            " It has what was typed for the pile’s reader: {}.",
            labels(taken)
        );
    }
    for (piled, new) in remade.iter().filter(|(_, new)| !new.is_empty()) {
        let title = escaped(&piled.made.title);
        said += &format!(" “{title}” on the pile has it now, too: {}.", labels(new));
    }
    said
}

/// Lists the labels of values, as HTML: `“First name”, “Address”`.
fn labels(values: &ReaderValues) -> String {
    let labels = values.iter().map(|(name, _)| match name {
        letter_part::FIELD => "“Address”".to_owned(),
        name => format!("“{}”", field_label(name)),
    });
    labels.collect::<Vec<String>>().join(", ")
}
