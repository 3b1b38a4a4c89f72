//! The pile on the screen of a leaflet and on its own: its leaflets, and the buttons that print, remove and empty.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::fields::{Fields, field};
use super::library_page::language_name;
use super::log::SentLeaflet;
use super::made;
use super::option_group::edition_label;
use super::page::{Screen, filled_icon, icon, page};
use super::pile::{Piled, Refusal, unprinted_or_all};
use super::print_on::{self, PrintRequest, PrinterChoice, Report, printer_named};
use super::sources::Loaded;
use super::things_to_know::sentences;
use super::{Desk, guard, in_background, message_page, with_sources};
use crate::escape::escaped;
use crate::leaflet::Format;
use crate::log::Action;

/// Field with the answer to the question whether a leaflet is for the reader of a pile that was printed.
pub(super) const ANSWER: &str = "pile";
/// The answers.
pub(super) const SAME_READER: &str = "same";
pub(super) const NEW_PILE: &str = "new";

impl Refusal {
    fn words(self) -> &'static str {
        match self {
            Refusal::OtherReader => {
                "Nothing was added. The pile holds leaflets for another reader that are not printed yet. Print it or \
                 empty it first."
            }
            Refusal::TooMany => "Nothing was added. The pile is full. Print it, and empty it.",
            Refusal::Again => "This leaflet is on the pile already. Nothing was added.",
            Refusal::Printed => "The pile was printed. Is this leaflet for the same reader?",
            Refusal::Faulty => "Nothing was added. Look at what is marked.",
        }
    }

    /// The answers that a person can give: each with its field, value and words.
    fn answers(self) -> &'static [(&'static str, &'static str, &'static str)] {
        match self {
            Refusal::Again => &[("again", "yes", "Add it again")],
            Refusal::Printed => &[
                (ANSWER, SAME_READER, "Yes, the same reader"),
                (ANSWER, NEW_PILE, "No, begin a new pile"),
            ],
            Refusal::OtherReader | Refusal::TooMany | Refusal::Faulty => &[],
        }
    }
}

/// What a leaflet's screen shows of the pile, as HTML.
pub(super) struct ShownPile {
    /// Link to the pile; empty if there is none.
    pub(super) link: String,
    pub(super) region: String,
    /// What the last action did.
    pub(super) said: String,
    id: String,
}

impl ShownPile {
    /// Returns the pile beside the leaflet `id`. `printer` is the clinic's printer that is chosen.
    pub(super) fn new(desk: &Desk, loaded: &Loaded, id: &str, printer: &str) -> ShownPile {
        ShownPile {
            link: link(desk, "#pile", ""),
            region: region(desk, loaded, Head::Part, printer),
            said: String::new(),
            id: escaped(id),
        }
    }

    /// Says what became of a leaflet that was to be added.
    pub(super) fn say(&mut self, added: &Result<String, Refusal>) {
        let refusal = match added {
            Ok(said) => {
                self.said = said.clone();
                return;
            }
            Err(refusal) => refusal,
        };
        self.said = refusal.words().to_owned();
        let button = |(name, value, words): &(&str, &str, &str)| {
            format!(
                "<button class=\"btn plain slim\" type=\"submit\" form=\"choices\" data-add formaction=\"/leaflets/{}/pile\" \
                 name=\"{name}\" value=\"{value}\">{words}</button>",
                self.id
            )
        };
        let buttons: String = refusal.answers().iter().map(button).collect();
        if !buttons.is_empty() {
            self.region = format!("<p class=\"acts below-s\">{buttons}</p>{}", self.region);
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

/// Writes the button that adds a leaflet.
pub(super) fn add_button(id: &str) -> String {
    format!(
        "<button class=\"link withic\" type=\"submit\" id=\"add-to-pile\" data-add formaction=\"/leaflets/{id}/pile\">{} \
         Add to pile</button>",
        icon("layers")
    )
}

/// How the pile is headed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Head {
    /// It is a part of a leaflet's screen.
    Part,
    /// It has a screen of its own.
    Screen,
}

/// Value of the field `head` with which the screen of the pile shows the part of a leaflet's screen.
const PART: &str = "part";

/// Writes the pile; nothing if it is empty. `printer` is the clinic's printer that is chosen.
fn region(desk: &Desk, loaded: &Loaded, head: Head, printer: &str) -> String {
    let leaflets = desk.pile.leaflets();
    if leaflets.is_empty() {
        return String::new();
    }
    let (label, heading) = match head {
        Head::Part => (
            "aria-labelledby=\"pile-head\"",
            "<h2 id=\"pile-head\" tabindex=\"-1\">Pile</h2><p class=\"hint\">For one reader. Kept for ten minutes, and \
             never saved.</p>",
        ),
        Head::Screen => ("aria-label=\"Pile\"", ""),
    };
    let choice = PrinterChoice {
        id: "pile-printer",
        label: "Print the pile on",
        chosen: printer,
    };
    let printers = choice.html(loaded);
    let printer = printer_named(loaded, printer);
    let items: String = leaflets.iter().map(|piled| item(piled, printer)).collect();
    let to_print = ToPrint::new(&leaflets);
    // A leaflet's screen has its own main button.
    let main = match head {
        Head::Screen if to_print.printed < to_print.of => " main",
        Head::Screen | Head::Part => "",
    };
    let sheets: u64 = to_print
        .leaflets
        .iter()
        .map(|piled| piled.sheets(printer))
        .sum();
    // A printer of the clinic gets each leaflet by itself, with its sides.
    let sides = match printer {
        Some(_) => Sides::Told,
        None => to_print.sides(),
    };
    let stops = stops(&leaflets);
    let disabled = match stops.is_empty() {
        true => "",
        false => " disabled",
    };
    format!(
        "<section class=\"card pile\" {label}>{heading}<ul class=\"piled\">{items}</ul><p class=\"small muted\">{amount}</p>\
         {stops}{sides_note}<div class=\"acts\"><form class=\"printpile\" method=\"post\" action=\"/pile/print\" target=\"_blank\" \
         data-pile=\"print\">{printers}<button class=\"btn{main}\" type=\"submit\"{folded}{disabled}>{icon} {print}</button></form>\
         <form method=\"post\" action=\"/pile/empty\" data-pile=\"empty\"><button class=\"btn plain\" type=\"submit\">\
         Empty the pile</button></form></div></section>",
        amount = to_print.amount(sheets),
        sides_note = sides.note(),
        folded = match sides {
            Sides::Short => " data-folded",
            _ => "",
        },
        icon = icon("print"),
        print = to_print.button(),
    )
}

/// The leaflets that Print prints: those that were not printed, or all again.
struct ToPrint {
    leaflets: Vec<Piled>,
    /// Leaflets of the pile that were printed.
    printed: usize,
    of: usize,
}

/// How the sheets of a file are printed on both sides.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sides {
    /// The program tells the printer.
    Told,
    Long,
    Short,
    /// Some are flipped on the long edge, others on the short edge.
    Mixed,
}

impl Sides {
    fn note(self) -> String {
        match self {
            Sides::Told | Sides::Long => String::new(),
            Sides::Short => SHORT_EDGE.to_owned(),
            Sides::Mixed => format!(
                "<div class=\"note\">{}<h3>Folded sheets need a print of their own</h3><p class=\"small\">They are flipped on \
                 the short edge, the others on the long edge. The print window has one choice for all. Remove the folded \
                 leaflets, and print each from its own page.</p></div>",
                filled_icon("info")
            ),
        }
    }
}

/// Says how sheets that are folded are printed, as HTML.
pub(super) const SHORT_EDGE: &str = "<p class=\"small flip\">This is folded after printing. In the print window choose \
    <strong>Both sides, flip on short edge</strong>.</p>";

impl ToPrint {
    fn new(leaflets: &[Piled]) -> ToPrint {
        ToPrint {
            leaflets: unprinted_or_all(leaflets),
            printed: leaflets.iter().filter(|piled| piled.is_printed).count(),
            of: leaflets.len(),
        }
    }

    fn button(&self) -> &'static str {
        match self.printed {
            0 => "Print the pile",
            printed if printed == self.of => "Print the pile again",
            _ => "Print the rest of the pile",
        }
    }

    fn amount(&self, sheets: u64) -> String {
        let sheets = counted_sheets(sheets);
        match self.printed {
            0 => format!("{sheets} together."),
            printed if printed == self.of => {
                format!("The pile was printed: {sheets} together. Empty it for the next reader.")
            }
            printed => format!("{printed} of {} were printed. The rest: {sheets}.", self.of),
        }
    }

    fn sides(&self) -> Sides {
        let is_folded = |piled: &&Piled| piled.made.choices.paper.is_folded();
        let (folded, flat): (Vec<&Piled>, Vec<&Piled>) = self.leaflets.iter().partition(is_folded);
        let is_flipped = |piled: &&Piled| piled.made.layout.pages.len() > 1;
        match (folded.is_empty(), flat.iter().any(is_flipped)) {
            (true, _) => Sides::Long,
            (false, false) => Sides::Short,
            (false, true) => Sides::Mixed,
        }
    }
}

fn counted_sheets(sheets: u64) -> String {
    match sheets {
        1 => "1 sheet".to_owned(),
        sheets => format!("{sheets} sheets"),
    }
}

/// Says what stops Print; nothing if nothing does.
fn stops(leaflets: &[Piled]) -> String {
    let stopped = leaflets.iter().filter(|piled| !piled.stops.is_empty());
    let items: String = stopped
        .map(|piled| {
            let choices = &piled.made.choices;
            let stops: Vec<String> = piled.stops.iter().map(|stop| sentences(stop, None)).collect();
            format!(
                "<li>“{title}”: {} <a href=\"/leaflets/{}?{}\">Open this leaflet<span class=\"vh\"> “{title}”</span></a></li>",
                stops.join(" "),
                escaped(&choices.id),
                choices.query(),
                title = escaped(&piled.made.title),
            )
        })
        .collect();
    match items.is_empty() {
        true => items,
        false => format!(
            "<div class=\"note\">{}<h3>Before you print</h3><ul class=\"small dots\">{items}</ul><p class=\"small\">Then add \
             the leaflet again.</p></div>",
            filled_icon("info")
        ),
    }
}

/// Writes a leaflet with the button that removes it.
fn item(piled: &Piled, printer: Option<&crate::library::PrinterFile>) -> String {
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
    facts.push(counted_sheets(piled.sheets(printer)));
    if piled.is_printed {
        facts.push("printed".to_owned());
    }
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
pub(super) async fn show(State(desk): State<Arc<Desk>>, Query(fields): Query<Fields>) -> Response {
    with_sources(&desk, move |desk, loaded| {
        let head = match field(&fields, "head") {
            Some(PART) => Head::Part,
            _ => Head::Screen,
        };
        let printer = field(&fields, "printer").unwrap_or_default();
        screen(desk, &loaded, head, None, printer)
    })
    .await
}

/// Writes the screen of the pile. `report` is what became of a print on the clinic's printer.
fn screen(
    desk: &Desk,
    loaded: &Loaded,
    head: Head,
    report: Option<&Report>,
    printer: &str,
) -> Response {
    let region = region(desk, loaded, head, printer);
    let region = match region.is_empty() {
        true => "<p class=\"doc\">Nothing is on the pile. Choose a leaflet, and press “Add to pile”.</p>"
            .to_owned(),
        false => region,
    };
    let main = format!(
        "<p class=\"crumbs\"><a href=\"/\">{} All leaflets</a></p><div class=\"head\"><div><h1>Pile</h1>\
         <p class=\"lead\">Leaflets for one reader, printed together. Kept for ten minutes, and never saved.\
         </p></div></div><div class=\"pile-alone\"><div id=\"pile\">{region}</div>\
         <p class=\"small\" role=\"status\" id=\"pile-status\">{}</p><div id=\"pile-details\">{}</div></div>",
        icon("left"),
        report.map(Report::said).unwrap_or_default(),
        report.map(Report::details).unwrap_or_default()
    );
    page(loaded, Screen::Leaflets, "Pile", &main)
}

/// Takes a leaflet off the pile.
pub(super) async fn remove(State(desk): State<Arc<Desk>>, Form(fields): Form<Fields>) -> Response {
    let number = field(&fields, "leaflet").and_then(|number| number.parse().ok());
    in_background(&desk, move |desk| {
        let _only = desk.pile.change();
        if let Some(number) = number {
            desk.pile.remove(number);
        }
        guard::redirect("/pile")
    })
    .await
}

/// Empties the pile.
pub(super) async fn empty(State(desk): State<Arc<Desk>>) -> Response {
    in_background(&desk, |desk| {
        let _only = desk.pile.change();
        desk.pile.empty();
        guard::redirect("/pile")
    })
    .await
}

/// Returns the leaflets to print. Fails with the answer if there are none, or something stops Print.
fn to_print(desk: &Desk, loaded: &Loaded, printer: &str) -> Result<Vec<Piled>, Box<Response>> {
    let leaflets = desk.pile.to_print();
    let is_stopped = desk
        .pile
        .leaflets()
        .iter()
        .any(|piled| !piled.stops.is_empty());
    if is_stopped {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        let screen = screen(desk, loaded, Head::Screen, None, printer);
        return Err(Box::new((status, screen).into_response()));
    }
    match leaflets.is_empty() {
        true => Err(Box::new(message_page::answer(
            StatusCode::GONE,
            &message_page::PILE_EMPTY,
        ))),
        false => Ok(leaflets),
    }
}

fn as_sent(leaflets: &[Piled]) -> Vec<SentLeaflet<'_>> {
    let sent = leaflets.iter().filter_map(|piled| {
        Some(SentLeaflet {
            made: &piled.made,
            loaded: piled.made.loaded()?,
            copies: piled.copies,
        })
    });
    sent.collect()
}

/// Prints the pile on the clinic's printer that is chosen, else makes a file for the browser's print window and leads
/// to it.
pub(super) async fn print(State(desk): State<Arc<Desk>>, Form(fields): Form<Fields>) -> Response {
    let Some(print) = PrintRequest::read(&fields) else {
        return with_sources(&desk, |desk, loaded| print_in_browser(desk, &loaded)).await;
    };
    let work = with_sources(&desk, move |desk, loaded| {
        let leaflets = match to_print(desk, &loaded, print.printer()) {
            Ok(leaflets) => leaflets,
            Err(response) => return *response,
        };
        match print.print(desk, &loaded, &as_sent(&leaflets)) {
            Ok(report) => {
                desk.pile.mark_printed(&leaflets[..report.taken()]);
                let printer = print.printer();
                let screen = screen(desk, &loaded, Head::Screen, Some(&report), printer);
                (report.status(), screen).into_response()
            }
            Err(response) => *response,
        }
    });
    print_on::answered(work).await
}

fn print_in_browser(desk: &Desk, loaded: &Loaded) -> Response {
    let leaflets = match to_print(desk, loaded, "") {
        Ok(leaflets) => leaflets,
        Err(response) => return *response,
    };
    match desk.pile.keep_print(leaflets) {
        Ok(name) => guard::redirect(&format!("/pile/{name}/pile.pdf")),
        Err(_) => message_page::internal(),
    }
}

/// Answers with the file for the browser's print window.
pub(super) async fn file(State(desk): State<Arc<Desk>>, Path(name): Path<String>) -> Response {
    in_background(&desk, move |desk| {
        let Some(leaflets) = desk.pile.print(&name) else {
            return message_page::answer(StatusCode::GONE, &message_page::PILE_EMPTY);
        };
        let sent = as_sent(&leaflets);
        let bytes = match made::print_together(&sent) {
            Ok(bytes) => bytes,
            Err(findings) => return message_page::faulty_files(&findings),
        };
        let record = || desk.record(Action::Printed, Format::Pdf, &sent, &bytes);
        if let Err(answer) = desk.pile.record_once(&name, record) {
            return *answer;
        }
        let headers = [
            (CONTENT_TYPE, "application/pdf"),
            (CONTENT_DISPOSITION, "inline; filename=\"pile.pdf\""),
        ];
        (headers, Body::from(bytes)).into_response()
    })
    .await
}
