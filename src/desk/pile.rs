//! The pile: several leaflets for one reader, which are printed together. It is in memory only.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::fields::{Fields, field};
use super::library_page::language_name;
use super::log::SentLeaflet;
use super::made::{self, MadeLeaflet};
use super::option_group::edition_label;
use super::page::{Screen, icon, page};
use super::print_on::{self, PrintRequest, PrinterChoice, Report};
use super::sources::Loaded;
use super::{Desk, guard, in_background, message_page, with_sources};
use crate::escape::escaped;
use crate::leaflet::Format;
use crate::log::Action;
use crate::resolve::{JobData, data_names};

/// Time after the last use, after which the pile is emptied.
const KEPT: Duration = Duration::from_secs(600);
/// The most leaflets of the pile.
const MAX_LEAFLETS: usize = 50;

/// A leaflet of the pile.
struct Piled {
    /// Tells it from the others.
    number: u64,
    made: Arc<MadeLeaflet>,
    copies: u32,
}

/// Leaflets for one reader.
#[derive(Default)]
pub(super) struct Pile(Mutex<Leaflets>);

#[derive(Default)]
struct Leaflets {
    leaflets: Vec<Piled>,
    used: Option<Instant>,
    /// Number of the leaflet that comes next.
    next: u64,
}

/// Why a leaflet is not put on the pile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    OtherReader,
    TooMany,
    /// It is there already. A person may want it all the same.
    Again,
}

impl Refusal {
    pub(super) fn words(self) -> &'static str {
        match self {
            Refusal::OtherReader => {
                "The pile holds leaflets for another reader. Print it or empty it first."
            }
            Refusal::TooMany => "The pile is full. Print it or empty it first.",
            Refusal::Again => "This leaflet is on the pile already. Nothing was added.",
        }
    }
}

impl Pile {
    /// Returns the leaflets. Empties the pile if its time has passed.
    fn leaflets(&self) -> MutexGuard<'_, Leaflets> {
        let mut pile = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if pile.used.is_none_or(|used| used.elapsed() >= KEPT) {
            pile.leaflets.clear();
        }
        pile
    }

    /// Puts a leaflet on the pile. `again` is whether a person wants it twice.
    pub(super) fn add(&self, made: MadeLeaflet, copies: u32, again: bool) -> Result<(), Refusal> {
        let mut pile = self.leaflets();
        if pile.leaflets.len() >= MAX_LEAFLETS {
            return Err(Refusal::TooMany);
        }
        let mut others = pile.leaflets.iter();
        if others.any(|other| is_of_others(other.made.data(), made.data())) {
            return Err(Refusal::OtherReader);
        }
        let same = |other: &Piled| {
            let (other, own) = (&other.made.choices, &made.choices);
            (&other.id, &other.language) == (&own.id, &own.language)
        };
        if !again && pile.leaflets.iter().any(same) {
            return Err(Refusal::Again);
        }
        let number = pile.next;
        pile.next += 1;
        let made = Arc::new(made);
        pile.leaflets.push(Piled {
            number,
            made,
            copies,
        });
        pile.used = Some(Instant::now());
        Ok(())
    }

    /// Takes a leaflet off the pile.
    fn remove(&self, number: u64) {
        let mut pile = self.leaflets();
        pile.leaflets.retain(|piled| piled.number != number);
        pile.used = Some(Instant::now());
    }

    fn empty(&self) {
        self.leaflets().leaflets.clear();
    }

    /// Empties the pile if its time has passed.
    pub(super) fn forget_old(&self) {
        drop(self.leaflets());
    }

    /// Returns the number of leaflets, without copies.
    pub(super) fn count(&self) -> usize {
        self.leaflets().leaflets.len()
    }
}

/// Returns whether two readers have different values of the same name.
fn is_of_others(one: &JobData, other: &JobData) -> bool {
    let values = |data: &JobData| -> BTreeMap<String, Value> {
        let mut names = Vec::new();
        data_names(data, "", &mut names);
        let value = |name: &String| {
            let mut steps = name.split('.');
            let first = steps.next().and_then(|step| data.get(step));
            steps.fold(first, |value, step| value?.get(step)).cloned()
        };
        names
            .into_iter()
            .filter_map(|name| Some((name.clone(), value(&name)?)))
            .collect()
    };
    let one = values(one);
    values(other)
        .iter()
        .any(|(name, value)| one.get(name).is_some_and(|own| own != value))
}

/// What a leaflet's screen shows of the pile, as HTML.
pub(super) struct ShownPile {
    /// Link to the pile; empty if there is none.
    pub(super) link: String,
    pub(super) region: String,
    /// What the last action did.
    pub(super) said: &'static str,
}

impl ShownPile {
    pub(super) fn new(
        desk: &Desk,
        loaded: &Loaded,
        id: &str,
        added: Option<Result<(), Refusal>>,
    ) -> ShownPile {
        let again = match added {
            Some(Err(Refusal::Again)) => format!(
                "<p class=\"below-s\"><button class=\"btn plain slim\" type=\"submit\" form=\"choices\" \
                 id=\"add-again\" formaction=\"/leaflets/{id}/pile\" name=\"again\" value=\"yes\">Add it \
                 again</button></p>"
            ),
            _ => String::new(),
        };
        ShownPile {
            link: link(desk, "#pile", ""),
            region: format!("{again}{}", region(desk, loaded, Head::Part, "")),
            said: match added {
                None => "",
                Some(Ok(())) => "This leaflet is on the pile.",
                Some(Err(refusal)) => refusal.words(),
            },
        }
    }
}

/// Writes a link to the pile; nothing if it is empty.
pub(super) fn link(desk: &Desk, address: &str, attributes: &str) -> String {
    match desk.pile.count() {
        0 => String::new(),
        1 => format!("<a href=\"{address}\"{attributes}>Pile, 1 leaflet</a>"),
        count => format!("<a href=\"{address}\"{attributes}>Pile, {count} leaflets</a>"),
    }
}

/// How the pile is headed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Head {
    /// It is a part of a leaflet's screen.
    Part,
    /// It has a screen of its own.
    Screen,
}

/// Writes the pile; nothing if it is empty. `printer` is the clinic's printer that is chosen.
fn region(desk: &Desk, loaded: &Loaded, head: Head, printer: &str) -> String {
    let pile = desk.pile.leaflets();
    if pile.leaflets.is_empty() {
        return String::new();
    }
    let items: String = pile.leaflets.iter().map(item).collect();
    let sheets: u64 = pile.leaflets.iter().map(Piled::sheets).sum();
    let (label, heading) = match head {
        Head::Part => (
            "aria-labelledby=\"pile-head\"",
            "<h2 id=\"pile-head\" tabindex=\"-1\">Pile</h2><p class=\"hint\">For one reader. Kept for ten minutes, and \
             never saved.</p>",
        ),
        Head::Screen => ("aria-label=\"Pile\"", ""),
    };
    let printers = PrinterChoice {
        id: "pile-printer",
        label: "Print the pile on",
        chosen: printer,
    };
    let printers = printers.html(loaded);
    // A leaflet's screen has its own main button.
    let main = match head {
        Head::Part => "",
        Head::Screen => " main",
    };
    format!(
        "<section class=\"card pile\" {label}>{heading}<ul class=\"piled\">{items}</ul><p class=\"small muted\">{} \
         together.</p><div class=\"acts\"><form class=\"printpile\" method=\"post\" action=\"/pile/print\" target=\"_blank\" \
         data-pile=\"print\">{printers}<button class=\"btn{main}\" type=\"submit\">{} Print the pile</button></form>\
         <form method=\"post\" action=\"/pile/empty\" data-pile=\"empty\"><button class=\"btn plain\" type=\"submit\">\
         Empty the pile</button></form></div></section>",
        counted_sheets(sheets),
        icon("print")
    )
}

impl Piled {
    fn sheets(&self) -> u64 {
        self.made.layout.pages.len().div_ceil(2) as u64 * u64::from(self.copies)
    }
}

fn counted_sheets(sheets: u64) -> String {
    match sheets {
        1 => "1 sheet".to_owned(),
        sheets => format!("{sheets} sheets"),
    }
}

/// Writes a leaflet with the button that removes it.
fn item(piled: &Piled) -> String {
    let made = &piled.made;
    let mut facts = vec![
        escaped(&language_name(&made.choices.language)),
        edition_label(&made.choices.edition),
    ];
    if made.choices.letter.envelope().is_some() {
        facts.push("with a letter".to_owned());
    } else if made.choices.letter.is_asked() {
        facts.push("with an address".to_owned());
    }
    if piled.copies > 1 {
        facts.push(format!("{} copies", piled.copies));
    }
    facts.push(counted_sheets(piled.sheets()));
    let title = escaped(&made.title);
    format!(
        "<li><p><strong>{title}</strong><br><span class=\"small muted\">{}</span></p><form method=\"post\" \
         action=\"/pile/remove\" data-pile=\"remove\"><button class=\"btn plain slim\" type=\"submit\" \
         name=\"leaflet\" value=\"{}\">Remove<span class=\"vh\"> {title}</span></button></form></li>",
        facts.join(" · "),
        piled.number
    )
}

/// Answers with the screen of the pile.
pub(super) async fn show(State(desk): State<Arc<Desk>>) -> Response {
    with_sources(&desk, |desk, loaded| screen(desk, &loaded, None, "")).await
}

/// Writes the screen of the pile. `report` is what became of a print on the clinic's printer.
fn screen(desk: &Desk, loaded: &Loaded, report: Option<&Report>, printer: &str) -> Response {
    let region = region(desk, loaded, Head::Screen, printer);
    let body = match region.is_empty() {
        true => "<p class=\"doc\">Nothing is on the pile. Choose a leaflet, and press “Add to pile”.</p>"
            .to_owned(),
        false => format!(
            "{region}<p class=\"small\" role=\"status\" id=\"pile-status\">{}</p><div id=\"pile-details\">{}</div>",
            report.map(Report::said).unwrap_or_default(),
            report.map(Report::details).unwrap_or_default()
        ),
    };
    let main = format!(
        "<p class=\"crumbs\"><a href=\"/\">{} All leaflets</a></p><div class=\"head\"><div><h1>Pile</h1>\
         <p class=\"lead\">Leaflets for one reader, printed together. Kept for ten minutes, and never saved.\
         </p></div></div><div class=\"pile-alone\">{body}</div>",
        icon("left")
    );
    page(loaded, Screen::Leaflets, "Pile", &main)
}

/// Takes a leaflet off the pile.
pub(super) async fn remove(State(desk): State<Arc<Desk>>, Form(fields): Form<Fields>) -> Response {
    if let Some(number) = field(&fields, "leaflet").and_then(|number| number.parse().ok()) {
        desk.pile.remove(number);
    }
    guard::redirect("/pile")
}

/// Writes the button that adds a leaflet.
pub(super) fn add_button(id: &str) -> String {
    format!(
        "<button class=\"link withic\" type=\"submit\" id=\"add-to-pile\" formaction=\"/leaflets/{id}/pile\">{} Add to \
         pile</button>",
        icon("layers")
    )
}

/// Returns the leaflets of the pile with their copies, and counts that as a use of it.
fn for_print(desk: &Desk) -> Vec<(Arc<MadeLeaflet>, u32)> {
    let mut pile = desk.pile.leaflets();
    pile.used = pile.used.map(|_| Instant::now());
    let leaflets = pile.leaflets.iter();
    leaflets
        .map(|piled| (Arc::clone(&piled.made), piled.copies))
        .collect()
}

fn as_sent(leaflets: &[(Arc<MadeLeaflet>, u32)]) -> Vec<SentLeaflet<'_>> {
    let sent = leaflets.iter().filter_map(|(made, copies)| {
        Some(SentLeaflet {
            made,
            loaded: made.loaded()?,
            copies: *copies,
        })
    });
    sent.collect()
}

/// Prints the pile on the clinic's printer that is chosen, else leads to its file.
pub(super) async fn send(State(desk): State<Arc<Desk>>, Form(fields): Form<Fields>) -> Response {
    let Some(print) = PrintRequest::read(&fields) else {
        return guard::redirect("/pile/pile.pdf");
    };
    let work = with_sources(&desk, move |desk, loaded| {
        let leaflets = for_print(desk);
        if leaflets.is_empty() {
            return message_page::answer(StatusCode::GONE, &message_page::PILE_EMPTY);
        }
        match print.print(desk, &loaded, &as_sent(&leaflets)) {
            Ok(report) => {
                let screen = screen(desk, &loaded, Some(&report), print.printer());
                (report.status(), screen).into_response()
            }
            Err(response) => *response,
        }
    });
    print_on::answered(work).await
}

/// Answers with the file of the pile.
pub(super) async fn print(State(desk): State<Arc<Desk>>) -> Response {
    in_background(&desk, |desk| {
        let leaflets = for_print(desk);
        if leaflets.is_empty() {
            return message_page::answer(StatusCode::GONE, &message_page::PILE_EMPTY);
        }
        match made::print_together(&leaflets) {
            Ok(bytes) => {
                let sent = as_sent(&leaflets);
                if let Err(answer) = desk.record(Action::Printed, Format::Pdf, &sent, &bytes) {
                    return *answer;
                }
                let headers = [
                    (CONTENT_TYPE, "application/pdf"),
                    (CONTENT_DISPOSITION, "inline; filename=\"pile.pdf\""),
                ];
                (headers, Body::from(bytes)).into_response()
            }
            Err(findings) => message_page::faulty_files(&findings),
        }
    })
    .await
}

/// Empties the pile.
pub(super) async fn empty(State(desk): State<Arc<Desk>>) -> Response {
    desk.pile.empty();
    guard::redirect("/pile")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_differ_in_values_of_the_same_name() {
        let data = |json: &str| -> JobData { serde_json::from_str(json).unwrap() };
        let ada = data(r#"{"patient": {"first_name": "Ada"}}"#);
        let grace = data(r#"{"patient": {"first_name": "Grace"}}"#);
        let visit = data(r#"{"visit": {"date": "2026-12-14"}}"#);
        assert!(is_of_others(&ada, &grace));
        assert!(!is_of_others(&ada, &ada) && !is_of_others(&ada, &visit));
        assert!(!is_of_others(&ada, &JobData::new()));
    }
}
