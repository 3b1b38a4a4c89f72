//! The desk puts a letter with the reader's address before a leaflet.

use crate::desk_program::{Answer, Desk, between, get, post};
use crate::pdf_reader::PdfFile;
use crate::test_project::TestProject;

const PATIENT: &str = "Zebedee";
const STREET: &str = "12+Mill+Lane";
/// A letter with the box that is ticked, after its hidden field.
const TICKED: &str = "cover=none&cover=letter";

fn desk(defaults: &str) -> Desk {
    let project = TestProject::new();
    let clinic = format!("name: Small Clinic\naddress: 1 High Street\n{defaults}");
    project.write("c/clinic.yaml", clinic);
    Desk::start_in(project, &["-c", "c"])
}

fn form(address: &str) -> String {
    format!("{TICKED}&letter:address={address}&patient.first_name=Ada")
}

/// Returns a file of the leaflet on a page about a reader.
fn file(desk: &Desk, cookie: &str, page: &str, ending: &str) -> Answer {
    let reader = between(page, "name=\"reader\" value=\"", "\"");
    let path = format!("/readers/{reader}/files/visit.{ending}");
    get(desk, cookie, &path)
}

/// Returns the words of a PDF file.
fn words(pdf: &Answer) -> String {
    PdfFile::read(&pdf.body).texts().join("\n")
}

fn pages(page: &str) -> usize {
    page.matches("<figcaption").count()
}

#[test]
fn a_letter_is_put_before_the_leaflet() {
    let desk = desk("");
    let cookie = desk.session();
    let without = get(&desk, &cookie, "/leaflets/visit").text();
    assert!(
        without.contains("name=\"cover\" value=\"letter\">"),
        "{without}"
    );
    let address = format!("{PATIENT}+Bell%0D%0A{STREET}%0D%0AIN1+2AB");
    let answer = post(&desk, &cookie, "/leaflets/visit", &form(&address));
    let page = answer.text();
    assert_eq!(pages(&page), pages(&without) + 1);
    assert!(
        page.contains("name=\"cover\" value=\"letter\" checked>"),
        "{page}"
    );
    // The choice is in addresses; the address is in its field only.
    let shown = between(&page, "data-address=\"", "\"");
    assert!(
        shown.ends_with("&amp;cover=letter&amp;envelope=uk-dl"),
        "{shown}"
    );
    assert_eq!(page.matches(PATIENT).count(), 1);
    assert!(!answer.head.contains(PATIENT));
    let texts = words(&file(&desk, &cookie, &page, "pdf"));
    for part in ["Zebedee Bell", "12 Mill Lane", "IN1 2AB", "Dear Zebedee"] {
        assert!(texts.contains(part), "{part}: {texts}");
    }
    // Nobody posts a web page.
    for ending in ["txt", "html"] {
        let text = file(&desk, &cookie, &page, ending).text();
        assert!(text.contains("Ada") && !text.contains(PATIENT), "{text}");
    }
    let printed = post(&desk, &cookie, "/leaflets/visit/print", &form(&address));
    let printed = get(&desk, &cookie, printed.header("location").unwrap());
    assert!(words(&printed).contains("12 Mill Lane"));
    let piled = post(&desk, &cookie, "/leaflets/visit/pile", &form(&address)).text();
    assert!(piled.contains("with a letter"), "{piled}");
    assert_eq!(desk.end(), "");
}

#[test]
fn the_clinics_default_is_ticked_and_can_be_taken_back() {
    let desk = desk("defaults: { cover: letter, envelope: din-5008-b }\n");
    let cookie = desk.session();
    let page = get(&desk, &cookie, "/leaflets/visit").text();
    assert!(
        page.contains("name=\"cover\" value=\"letter\" checked>"),
        "{page}"
    );
    assert!(page.contains("<option value=\"din-5008-b\" selected>"));
    // Print waits for the address.
    assert!(page.contains("Fill in “Address”"), "{page}");
    assert!(!page.contains("Download PDF"));
    let unticked = post(&desk, &cookie, "/leaflets/visit", "cover=none").text();
    let shown = between(&unticked, "data-address=\"", "\"");
    assert!(shown.ends_with("&amp;cover=none"), "{shown}");
    assert!(unticked.contains("Download PDF"));
    assert_eq!(pages(&unticked) + 1, pages(&page));
    let again = get(&desk, &cookie, &shown.replace("&amp;", "&")).text();
    assert_eq!(pages(&again), pages(&unticked));
    // Pictures of the library have no letter.
    let library = get(&desk, &cookie, "/").text();
    assert!(!library.contains("cover="), "{library}");
}

#[test]
fn faults_of_the_address_are_beside_the_field() {
    let desk = desk("");
    let cookie = desk.session();
    let many: Vec<&str> = std::iter::repeat_n("x", 9).collect();
    for (address, words) in [
        (PATIENT, "Write the street and the town below the name."),
        (
            &many.join("%0A"),
            "The address has 9 lines, and the window of the envelope shows 6.",
        ),
        (
            &format!("{PATIENT}%0A{}", "w".repeat(200)),
            "Line 2 of the address is too long for the window of the envelope.",
        ),
    ] {
        let page = post(&desk, &cookie, "/leaflets/visit", &form(address)).text();
        let note = between(&page, "id=\"address-note\" data-part>", "</p>");
        assert!(note.contains(words), "{note}");
        assert!(note.contains("class=\"err\""), "{note}");
        assert!(!page.contains("Download PDF"), "{page}");
        assert!(page.contains("“Address”"), "{page}");
        let printed = post(&desk, &cookie, "/leaflets/visit/print", &form(address));
        assert_eq!(printed.status, 422);
    }
}

#[test]
fn each_printed_value_is_asked_for_until_it_is_filled_in() {
    let project = TestProject::new();
    project.change(
        "library/visit/handout.yaml",
        "data: [patient.first_name]",
        "data: [patient.first_name, visit.day, patient.ward]",
    );
    project.change(
        "library/visit/text/en.yaml",
        "we are glad that you come.",
        "we see you on {{visit.day}}.{{#if patient.ward}} Come to {{patient.ward}}.{{/if}}",
    );
    project.write("c/clinic.yaml", "name: Small Clinic\n");
    let desk = Desk::start_in(project, &["-c", "c"]);
    let cookie = desk.session();
    let address = format!("{TICKED}&letter:address={PATIENT}%0A{STREET}");
    let (name, day) = ("patient.first_name=Ada", "visit.day=Monday");
    for (fields, needed) in [
        // A leaflet for anyone has gaps to fill in by hand.
        ("cover=none".to_owned(), &[][..]),
        (TICKED.to_owned(), &["First name", "Visit day"]),
        (address.clone(), &["First name", "Visit day"]),
        (format!("{address}&{name}"), &["Visit day"]),
        (format!("{address}&{name}&{day}"), &[]),
        (name.to_owned(), &["Visit day"]),
        ("patient.ward=3".to_owned(), &["First name", "Visit day"]),
        (format!("{name}&{day}"), &[]),
    ] {
        let page = post(&desk, &cookie, "/leaflets/visit", &fields).text();
        assert_eq!(page.matches("(needed)").count(), needed.len(), "{fields}");
        for label in needed {
            let words = format!("Fill in “{label}”: this leaflet prints it.");
            assert!(page.contains(&words), "{fields}: {page}");
        }
        let is_complete = needed.is_empty();
        assert_eq!(page.contains("Download PDF"), is_complete, "{fields}");
        assert_ne!(page.contains("Before you print"), is_complete, "{fields}");
        let statuses = ["print", "pile"].map(|path| {
            let path = format!("/leaflets/visit/{path}");
            post(&desk, &cookie, &path, &format!("{fields}&again=1")).status
        });
        post(&desk, &cookie, "/pile/empty", "");
        let expected = if is_complete { [303, 200] } else { [422, 422] };
        assert_eq!(statuses, expected, "{fields}");
        if !is_complete && page.contains("name=\"reader\"") {
            let kept = file(&desk, &cookie, &page, "pdf");
            assert_ne!(kept.status, 200, "{fields}");
        }
    }
}

#[test]
fn envelopes_follow_the_paper() {
    let desk = desk("");
    let cookie = desk.session();
    let address = format!("{PATIENT}%0A{STREET}");
    let on = |paper: &str| {
        let form = format!("{}&paper={paper}&envelope=uk-c5", form(&address));
        post(&desk, &cookie, "/leaflets/visit", &form).text()
    };
    let a4 = on("a4");
    let choice = between(&a4, "name=\"envelope\">", "</select>");
    assert!(choice.contains("value=\"uk-c5\" selected>C5, United Kingdom"));
    assert_eq!(choice.matches("<option").count(), 4);
    let letter = on("letter");
    assert!(letter.contains("<option value=\"us-10\" selected>"));
    assert!(letter.contains("Download PDF"));
    let small = on("a5");
    assert!(small.contains("A letter needs paper of the size A4 or Letter."));
    assert!(!small.contains("Download PDF"), "{small}");
}

#[test]
fn the_text_of_a_letter_may_name_the_reader() {
    let desk = desk(
        "text: { en: { shared: { letter: { greeting: \"Dear {{address.name}},\", body: Here it is. } } } }\n",
    );
    let cookie = desk.session();
    let empty = get(&desk, &cookie, "/leaflets/visit?cover=letter").text();
    assert!(empty.contains("<h1>Your visit</h1>"), "{empty}");
    assert!(!empty.contains("could not be made"), "{empty}");
    let address = format!("{PATIENT}%0A{STREET}");
    let page = post(&desk, &cookie, "/leaflets/visit", &form(&address)).text();
    let texts = words(&file(&desk, &cookie, &page, "pdf"));
    assert!(texts.contains("Dear Zebedee,"), "{texts}");
}

#[test]
fn a_clinic_may_print_the_address_in_the_masthead() {
    let desk = desk("defaults: { cover: masthead, envelope: uk-dl }\n");
    let cookie = desk.session();
    let page = get(&desk, &cookie, "/leaflets/visit").text();
    assert!(page.contains("name=\"cover\" value=\"masthead\" checked>"));
    assert!(page.contains("Print the address on the first page"));
    let form = format!(
        "cover=none&cover=masthead&letter:address={PATIENT}%0A{STREET}&patient.first_name=Ada"
    );
    let page = post(&desk, &cookie, "/leaflets/visit", &form).text();
    let shown = between(&page, "data-address=\"", "\"");
    assert!(
        shown.ends_with("&amp;cover=masthead&amp;envelope=uk-dl"),
        "{shown}"
    );
    let texts = words(&file(&desk, &cookie, &page, "pdf"));
    assert!(texts.contains("12 Mill Lane"), "{texts}");
    assert!(!texts.contains("Kind regards"), "{texts}");
    // What is printed is the same leaflet, without a page more.
    let printed = post(&desk, &cookie, "/leaflets/visit/print", &form);
    let printed = get(&desk, &cookie, printed.header("location").unwrap());
    assert_eq!(words(&printed), texts);
    assert_eq!(PdfFile::read(&printed.body).content.len(), pages(&page));
    let short = format!("{form}&edition=short");
    let page = post(&desk, &cookie, "/leaflets/visit", &short).text();
    assert!(
        page.contains("has one page, without room for an address"),
        "{page}"
    );
    assert!(!page.contains("Download PDF"));
}
