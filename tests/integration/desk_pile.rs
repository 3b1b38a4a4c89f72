//! The pile of the desk: leaflets for one reader, with the same values, printed together.

use std::fs;

use crate::desk_program::{Answer, Desk, between, get, post};
use crate::fake_printer::{Behaviour, FakePrinter};
use crate::pdf_reader::PdfFile;
use crate::test_project::TestProject;

/// A name that appears nowhere but in the leaflet.
const PATIENT: &str = "Quillon";
const NAME: &str = "patient.first_name=Quillon";
const DAY: &str = "visit.date=14+December+2026";

/// Returns a project with a second leaflet, `plan`, that prints the first name and a date, and a third, `tips`, that
/// prints no value. `clinic` are lines of `clinic.yaml`.
fn project(clinic: &str) -> TestProject {
    let project = TestProject::new();
    let definition = "version: 1.0.0\nreviewed: 2026-11-21\nreview_by: 2028-11-21\nsections:\n  - section: welcome\n    \
                      role: main-message\n";
    let data = "data: [patient.first_name, { visit.date: date }]\n";
    let text = |title: &str, body: &str| {
        format!("title: {title}\nwelcome:\n  heading: Welcome\n  body: {body}\n")
    };
    project.write(
        "library/plan/handout.yaml",
        format!("id: plan\n{data}{definition}"),
    );
    let words = "Dear {{patient.first_name}}, we meet on {{date visit.date}}.";
    project.write("library/plan/text/en.yaml", text("Your plan", words));
    project.write(
        "library/tips/handout.yaml",
        format!("id: tips\n{definition}"),
    );
    project.write("library/tips/text/en.yaml", text("Tips", "Sleep well."));
    project.write("c/clinic.yaml", format!("name: Small Clinic\n{clinic}"));
    project
}

fn desk(clinic: &str, flags: &[&str]) -> (Desk, String) {
    let desk = Desk::start_in(project(clinic), &[&["-c", "c"], flags].concat());
    let cookie = desk.session();
    (desk, cookie)
}

fn add(desk: &Desk, cookie: &str, id: &str, form: &str) -> Answer {
    post(desk, cookie, &format!("/leaflets/{id}/pile"), form)
}

/// Returns what the screen says about the pile.
fn said(answer: &Answer) -> String {
    let text = answer.text();
    between(&text, "id=\"pile-status\">", "</p>").to_owned()
}

/// Prints the pile in the browser. Returns the texts of the file.
fn printed(desk: &Desk, cookie: &str) -> String {
    let press = post(desk, cookie, "/pile/print", "");
    assert_eq!(press.status, 303, "{}", press.text());
    let file = get(desk, cookie, press.header("location").unwrap());
    assert_eq!(file.header("content-type"), Some("application/pdf"));
    assert!(!file.head.contains(PATIENT));
    PdfFile::read(&file.body).texts().join(" ")
}

fn pile(desk: &Desk, cookie: &str) -> String {
    get(desk, cookie, "/pile").text()
}

#[test]
fn pile_is_for_one_reader_and_printed_together() {
    let (desk, cookie) = desk("", &[]);
    let form = |name: &str| format!("patient.first_name={name}&copies=2");
    let added = add(&desk, &cookie, "visit", &form(PATIENT));
    assert_eq!(added.status, 200);
    let page = added.text();
    assert!(page.contains("Pile, 1 leaflet</a>"), "{page}");
    assert!(
        page.contains("Print the pile") && page.contains("Empty the pile"),
        "{page}"
    );
    // The field keeps the name. The pile does not show it.
    assert_eq!(page.matches(PATIENT).count(), 1);
    let other = add(&desk, &cookie, "visit", &form("Ada"));
    assert_eq!(other.status, 409);
    assert!(said(&other).contains("leaflets for another reader that are not printed yet"));
    let again = add(&desk, &cookie, "visit", &form(PATIENT));
    assert_eq!(again.status, 409);
    assert!(said(&again).contains("This leaflet is on the pile already."));
    assert!(again.text().contains("Add it again</button>"));
    let on_purpose = format!("{}&again=yes", form(PATIENT));
    assert_eq!(add(&desk, &cookie, "visit", &on_purpose).status, 200);
    let library = get(&desk, &cookie, "/").text();
    assert!(
        library.contains("<a href=\"/pile\" class=\"btn plain\">Pile, 2 leaflets</a>"),
        "{library}"
    );

    let shown = pile(&desk, &cookie);
    assert!(!shown.contains(PATIENT), "{shown}");
    assert!(shown.contains("4 sheets together"), "{shown}");
    assert_eq!(printed(&desk, &cookie).matches(PATIENT).count(), 4);
    let first = between(&shown, "name=\"leaflet\" value=\"", "\"").to_owned();
    let remove = |number: &str| {
        let removed = post(&desk, &cookie, "/pile/remove", &format!("leaflet={number}"));
        assert_eq!(removed.header("location"), Some("/pile"));
        get(&desk, &cookie, "/").text()
    };
    assert!(remove(&first).contains("Pile, 1 leaflet</a>"));
    // A second press of the button, or a number that is none, removes nothing else.
    assert!(remove(&first).contains("Pile, 1 leaflet</a>"));
    assert!(remove("x").contains("Pile, 1 leaflet</a>"));

    let press = post(&desk, &cookie, "/pile/print", "");
    assert_eq!(post(&desk, &cookie, "/pile/empty", "").status, 303);
    assert!(pile(&desk, &cookie).contains("Nothing is on the pile."));
    assert_eq!(post(&desk, &cookie, "/pile/print", "").status, 410);
    let file = press.header("location").unwrap();
    assert_eq!(get(&desk, &cookie, file).status, 410);
    let leaflet = get(&desk, &cookie, "/leaflets/visit").text();
    assert!(!leaflet.contains("Pile, "), "{leaflet}");
    assert_eq!(desk.end(), "");
}

#[test]
fn the_next_leaflet_gets_the_values_of_the_piles_reader() {
    let (desk, cookie) = desk("", &[]);
    assert_eq!(add(&desk, &cookie, "visit", NAME).status, 200);
    // The name is taken over, and the day is asked for.
    let lacking = add(&desk, &cookie, "plan", "patient.first_name=&visit.date=");
    assert_eq!(lacking.status, 422);
    assert!(said(&lacking).contains("Nothing was added."));
    let page = lacking.text();
    assert!(
        page.contains(&format!("name=\"patient.first_name\" value=\"{PATIENT}\"")),
        "{page}"
    );
    assert!(page.contains("Fill in “Visit date”: this leaflet prints it."));
    assert_eq!(page.matches("(needed)").count(), 1, "{page}");
    assert!(page.contains("id=\"add-to-pile\""), "{page}");
    let added = add(&desk, &cookie, "plan", DAY);
    assert_eq!(added.status, 200);
    assert!(
        said(&added).contains("It has what was typed for the pile’s reader: “First name”."),
        "{}",
        said(&added)
    );
    // A leaflet without values needs none.
    let tips = add(&desk, &cookie, "tips", "");
    assert_eq!(
        (tips.status, &*said(&tips)),
        (200, "This leaflet is on the pile.")
    );
    let texts = printed(&desk, &cookie);
    assert_eq!(
        texts.matches(&format!("Dear {PATIENT}")).count(),
        2,
        "{texts}"
    );
    assert!(texts.contains("14 December 2026"), "{texts}");
    // Another day, or the same in other words.
    let again = |day: &str| {
        add(
            &desk,
            &cookie,
            "plan",
            &format!("visit.date={day}&again=yes&pile=same"),
        )
    };
    assert_eq!(again("14.12.2026").status, 200);
    let other = again("15+December+2026");
    assert_eq!(other.status, 409);
    assert!(said(&other).contains("leaflets for another reader"));
    assert_eq!(desk.end(), "");
}

#[test]
fn values_that_come_later_reach_the_leaflets_before() {
    let (desk, cookie) = desk("", &[]);
    assert_eq!(add(&desk, &cookie, "visit", "").status, 200);
    assert_eq!(add(&desk, &cookie, "plan", "").status, 200);
    let printed_for_anyone = printed(&desk, &cookie);
    assert!(!printed_for_anyone.contains(PATIENT));
    let added = add(&desk, &cookie, "visit", &format!("{NAME}&again=yes"));
    assert_eq!(added.status, 200);
    for title in ["Your visit", "Your plan"] {
        let words = format!("“{title}” on the pile has it now, too: “First name”.");
        assert!(said(&added).contains(&words), "{}", said(&added));
    }
    // What is empty stops Print of the pile, on each way.
    let page = pile(&desk, &cookie);
    assert!(
        page.contains("“Your plan”: Fill in “Visit date”: this leaflet prints it."),
        "{page}"
    );
    assert!(!page.contains("“Your visit”: Fill in"), "{page}");
    let button = between(&page, "data-pile=\"print\">", "</form>");
    assert!(button.contains(" disabled>"), "{button}");
    assert_eq!(post(&desk, &cookie, "/pile/print", "").status, 422);
    // The leaflet with the value takes the place of the one without.
    let mended = add(&desk, &cookie, "plan", DAY);
    assert_eq!(mended.status, 200, "{}", said(&mended));
    let page = pile(&desk, &cookie);
    assert_eq!(page.matches("Your plan</strong>").count(), 1, "{page}");
    let texts = printed(&desk, &cookie);
    assert_eq!(
        texts.matches(&format!("Dear {PATIENT}")).count(),
        3,
        "{texts}"
    );
    assert_eq!(desk.end(), "");
}

#[test]
fn a_gap_of_the_first_leaflet_stops_the_pile() {
    let (desk, cookie) = desk("", &[]);
    assert_eq!(add(&desk, &cookie, "plan", "").status, 200);
    assert_eq!(add(&desk, &cookie, "visit", NAME).status, 200);
    assert_eq!(post(&desk, &cookie, "/pile/print", "").status, 422);
    let number = between(&pile(&desk, &cookie), "name=\"leaflet\" value=\"", "\"").to_owned();
    post(&desk, &cookie, "/pile/remove", &format!("leaflet={number}"));
    assert!(printed(&desk, &cookie).contains(&format!("Dear {PATIENT}")));
}

#[test]
fn a_pile_that_was_printed_says_so_and_makes_way() {
    let (desk, cookie) = desk("", &["--log", "leaflets.log"]);
    let lines = || {
        let log = fs::read_to_string(desk.project.path("leaflets.log")).unwrap_or_default();
        assert!(!log.contains(PATIENT), "{log}");
        log.lines().count()
    };
    assert_eq!(add(&desk, &cookie, "visit", NAME).status, 200);
    let press = post(&desk, &cookie, "/pile/print", "");
    // Nothing was printed before the browser has the file.
    assert!(!pile(&desk, &cookie).contains("Print the pile again"));
    let file = press.header("location").unwrap();
    for _ in 0..3 {
        assert_eq!(get(&desk, &cookie, file).status, 200);
    }
    assert_eq!(lines(), 1, "one press is one line");
    let page = pile(&desk, &cookie);
    assert!(page.contains("Print the pile again"), "{page}");
    assert!(page.contains("· printed</span>"), "{page}");
    printed(&desk, &cookie);
    assert_eq!(lines(), 2);

    // What comes for the same reader is printed by itself.
    let same = add(&desk, &cookie, "plan", &format!("{NAME}&{DAY}"));
    assert_eq!(same.status, 200);
    let page = pile(&desk, &cookie);
    assert!(page.contains("Print the rest of the pile"), "{page}");
    assert!(
        page.contains("1 of 2 were printed. The rest: 1 sheet."),
        "{page}"
    );
    let texts = printed(&desk, &cookie);
    assert_eq!(texts.matches(PATIENT).count(), 1, "{texts}");
    assert_eq!(lines(), 3);

    // The values of a reader before do not reach the next one unasked.
    post(&desk, &cookie, "/pile/empty", "");
    add(&desk, &cookie, "visit", NAME);
    printed(&desk, &cookie);
    let asked = add(&desk, &cookie, "plan", "");
    assert_eq!(asked.status, 409);
    assert!(said(&asked).contains("Is this leaflet for the same reader?"));
    let page = asked.text();
    assert!(!page.contains(PATIENT), "{page}");
    assert!(page.contains("Yes, the same reader</button>"), "{page}");
    let next = add(&desk, &cookie, "plan", "pile=new");
    assert_eq!(next.status, 200);
    assert!(said(&next).contains("begins a new pile"));
    assert!(!pile(&desk, &cookie).contains("Your visit"));
    assert!(!printed(&desk, &cookie).contains(PATIENT));
    // Other values are those of another reader.
    post(&desk, &cookie, "/pile/empty", "");
    add(&desk, &cookie, "visit", NAME);
    printed(&desk, &cookie);
    let next = add(&desk, &cookie, "visit", "patient.first_name=Ada");
    assert_eq!(next.status, 200);
    assert!(said(&next).contains("begins a new pile"));
    let texts = printed(&desk, &cookie);
    assert!(
        texts.contains("Dear Ada") && !texts.contains(PATIENT),
        "{texts}"
    );
    assert_eq!(desk.end(), "");
}

/// Lines of `clinic.yaml` with a printer.
fn with_printer(printer: &FakePrinter, sides: &str) -> String {
    format!(
        "printers:\n  - {{ name: Reception, address: \"{}\", sides: {sides} }}\n",
        printer.uri()
    )
}

fn print_on_reception(desk: &Desk, cookie: &str) -> Answer {
    let page = pile(desk, cookie);
    let word = between(&page, "name=\"once\" value=\"", "\"");
    post(
        desk,
        cookie,
        "/pile/print",
        &format!("printer=Reception&once={word}"),
    )
}

#[test]
fn what_a_printer_did_not_take_is_the_rest_of_the_pile() {
    let printer = FakePrinter::new();
    let (desk, cookie) = desk(&with_printer(&printer, "two"), &[]);
    add(&desk, &cookie, "visit", NAME);
    add(&desk, &cookie, "tips", "");
    printer.plan(&[
        Behaviour::Accept,
        Behaviour::Refuse(ipp::model::StatusCode::ClientErrorDocumentFormatError),
    ]);
    let answer = print_on_reception(&desk, &cookie);
    assert_eq!((answer.status, printer.jobs().len()), (422, 1));
    assert!(answer.text().contains("Print the rest of the pile"));
    let answer = print_on_reception(&desk, &cookie);
    assert_eq!((answer.status, printer.jobs().len()), (200, 2));
    assert!(answer.text().contains("Print the pile again"));
    let texts = PdfFile::read(&printer.jobs()[1].file).texts().concat();
    assert!(!texts.contains(PATIENT), "{texts}");
}

#[test]
fn sheets_are_counted_for_the_printer_that_is_chosen() {
    let printer = FakePrinter::new();
    let (desk, cookie) = desk(&with_printer(&printer, "one"), &[]);
    desk.project.change(
        "library/tips/text/en.yaml",
        "body: Sleep well.",
        &format!("body: |\n{}", "    Sleep well.\n\n".repeat(60)),
    );
    let sheets = |form: &str| {
        let page = post(&desk, &cookie, "/leaflets/tips", form).text();
        between(&page, "id=\"sheets\">", "</p>").to_owned()
    };
    assert_eq!(sheets("copies=3"), "3 pages, 6 sheets, both sides");
    assert_eq!(
        sheets("copies=3&printer=Reception"),
        "3 pages, 9 sheets, one side"
    );
    let added = add(&desk, &cookie, "tips", "copies=3&printer=Reception").text();
    assert!(added.contains("9 sheets together."), "{added}");
    assert!(pile(&desk, &cookie).contains("6 sheets together."));
    let part = get(&desk, &cookie, "/pile?head=part&printer=Reception").text();
    assert!(part.contains("9 sheets together."), "{part}");
    assert!(part.contains("id=\"pile-head\""), "{part}");
}

#[test]
fn the_edge_to_flip_on_is_said_before_print() {
    let printer = FakePrinter::new();
    let (desk, cookie) = desk(&with_printer(&printer, "two"), &[]);
    let words = "<strong>Both sides, flip on short edge</strong>";
    let is_said = |form: &str| {
        let page = post(&desk, &cookie, "/leaflets/tips", form).text();
        let (formats, _) = between(&page, "id=\"formats\">", "id=\"print-status\"")
            .split_once("id=\"print\"")
            .unwrap();
        formats.contains(words)
    };
    assert!(is_said("paper=a5-booklet"));
    assert!(is_said("edition=short&paper=dl-trifold"));
    assert!(!is_said("paper=a4"));
    // The program tells the clinic's printers.
    assert!(!is_said("paper=a5-booklet&printer=Reception"));

    add(&desk, &cookie, "tips", "paper=a5-booklet");
    let page = pile(&desk, &cookie);
    assert!(
        page.contains(words) && page.contains(" data-folded"),
        "{page}"
    );
    let on_reception = get(&desk, &cookie, "/pile?printer=Reception").text();
    assert!(!on_reception.contains(words), "{on_reception}");
    // One print window has one edge.
    desk.project.change(
        "library/plan/text/en.yaml",
        "we meet on",
        &"We sleep well. ".repeat(400),
    );
    add(&desk, &cookie, "plan", "");
    let page = pile(&desk, &cookie);
    assert!(
        page.contains("Folded sheets need a print of their own"),
        "{page}"
    );
    assert!(!page.contains(" data-folded"), "{page}");
}
