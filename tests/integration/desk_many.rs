//! Make many: a list of readers becomes leaflets, and what it says about readers is nowhere but in them.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::desk_program::{Answer, Desk, between, get, post};
use crate::fake_printer::FakePrinter;
use crate::pdf_reader::PdfFile;
use crate::test_project::TestProject;

/// A name that appears nowhere but in the leaflet.
const PATIENT: &str = "Quillon";

/// Starts a desk for a clinic of its own, whose leaflet prints the first name and a date.
fn desk() -> (Desk, String) {
    let project = TestProject::new();
    project.write(
        "clinic/clinic.yaml",
        "name: Small Clinic\ndefaults: { date_order: dmy }\n",
    );
    desk_in(project, &[])
}

fn desk_in(project: TestProject, flags: &[&str]) -> (Desk, String) {
    let desk = Desk::start_in(project, &[&["-c", "clinic"], flags].concat());
    let cookie = desk.session();
    (desk, cookie)
}

/// Sends a form with a list.
fn upload(desk: &Desk, cookie: &str, file: &str, list: &[u8], fields: &[(&str, &str)]) -> Answer {
    let mut body = Vec::new();
    for (name, value) in fields {
        let part =
            format!("--part\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    let head = format!(
        "--part\r\nContent-Disposition: form-data; name=\"list\"; filename=\"{file}\"\r\n\r\n"
    );
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(list);
    body.extend_from_slice(b"\r\n--part--\r\n");
    let mut stream = desk.connect();
    let head = format!(
        "POST /many HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{cookie}\r\nSec-Fetch-Site: same-origin\r\n\
         Content-Type: multipart/form-data; boundary=part\r\nContent-Length: {}\r\n\r\n",
        desk.host,
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    // A list that is too large is refused before it is read.
    let _ = stream.write_all(&body);
    Answer::read(stream)
}

/// Asks until the answer is the screen that is waited for.
fn wait(desk: &Desk, cookie: &str, path: &str) -> String {
    for _ in 0..600 {
        let page = get(desk, cookie, path).text();
        if !page.contains("data-poll") {
            return page;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("{path} is not ready");
}

/// Sends a list, and returns its address and its screen.
fn checked(desk: &Desk, cookie: &str, list: &str) -> (String, String) {
    let answer = upload(desk, cookie, "Autumn recall.csv", list.as_bytes(), &[]);
    assert_eq!(answer.status, 303, "{}", answer.text());
    let address = answer.header("location").unwrap().to_owned();
    let page = wait(desk, cookie, &address);
    (address, page)
}

/// Makes the leaflets of a list, and returns the address of the run.
fn made(desk: &Desk, cookie: &str, list: &str, order: &str) -> String {
    let answer = post(desk, cookie, &format!("{list}/make"), order);
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.header("location").unwrap().to_owned()
}

const BUNDLE: &str = "what=bundle&sides=on&every=25&each=1&name=Autumn+recall";

fn folder(desk: &Desk) -> PathBuf {
    desk.project.path("clinic/made/Autumn recall")
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[test]
fn list_is_checked_repaired_and_made() {
    let (desk, cookie) = desk();
    let list = format!(
        "Leaflet,First name,NHS no.\nYour visit,{PATIENT},{PATIENT} 1\nYour vist,Ada,2\nvisit,,3\n\
         {PATIENT},{PATIENT},4\nYour visit,{PATIENT},{PATIENT} 1\n"
    );
    let (address, page) = checked(&desk, &cookie, &list);
    let mut answers = vec![page.clone()];
    // Without a name in row 3, its leaflet can be made all the same.
    assert!(page.contains("<b>3</b> rows are ready"), "{page}");
    assert!(
        page.contains("<b>2</b> <span>rows need attention"),
        "{page}"
    );
    assert!(
        page.contains("There is no leaflet of this name. Did you mean “Your visit”?"),
        "{page}"
    );
    assert!(page.contains("Use “Your visit” in 1 row"), "{page}");
    assert!(page.contains("Empty, and the leaflet prints it."), "{page}");
    assert!(
        page.contains("Leave out<span class=\"vh\"> row 4</span>"),
        "{page}"
    );
    assert!(page.contains("Ignored and not kept"), "{page}");
    let sample = between(&page, "/readers/", "\"").to_owned();
    let picture = get(&desk, &cookie, &format!("/readers/{sample}"));
    assert_eq!(picture.header("content-type"), Some("image/svg+xml"));
    let all = get(&desk, &cookie, &format!("{address}/sample")).text();
    assert!(all.contains("Sample: row 1"), "{all}");
    answers.push(all);

    let repair = between(&page, "name=\"use\" value=\"", "\"").to_owned();
    assert_eq!(
        post(&desk, &cookie, &address, &format!("do=rows&use={repair}")).status,
        303
    );
    let page = wait(&desk, &cookie, &address);
    assert!(page.contains("<b>4</b> rows are ready"), "{page}");
    let leave = between(&page, "name=\"leave\" value=\"", "\"").to_owned();
    assert_eq!(
        post(&desk, &cookie, &address, &format!("do=rows&leave={leave}")).status,
        303
    );
    let page = wait(&desk, &cookie, &address);
    assert!(page.contains("Left out by you"), "{page}");
    assert!(page.contains("Make 3 leaflets"), "{page}");
    answers.push(page);

    let run = made(&desk, &cookie, &address, BUNDLE);
    let page = wait(&desk, &cookie, &run);
    assert!(page.contains("3 leaflets are ready"), "{page}");
    assert!(page.contains("Left out</h2><p>2 of 5 rows."), "{page}");
    assert!(
        page.contains("All 5 rows of your list are accounted for."),
        "{page}"
    );
    answers.push(page);
    let file = format!("{run}/files/leaflets.pdf");
    let download = get(&desk, &cookie, &file);
    let saved_as = download.header("content-disposition").unwrap();
    assert!(
        saved_as.starts_with("attachment; filename=\"Autumn recall.pdf\""),
        "{saved_as}"
    );
    let printed = get(&desk, &cookie, &format!("{file}?for=print"));
    assert!(
        printed
            .header("content-disposition")
            .unwrap()
            .starts_with("inline")
    );
    assert_eq!(printed.body, download.body);
    let texts = PdfFile::read(&download.body).texts();
    let with = |name: &str| texts.iter().filter(|text| text.contains(name)).count();
    assert_eq!((with(PATIENT), with("Ada")), (2, 1));
    let rows = get(&desk, &cookie, &format!("{run}/rows.csv"));
    assert!(rows.text().contains("Row,Column,Why"), "{}", rows.text());
    answers.push(rows.text());

    for page in &answers {
        assert!(!page.contains(PATIENT), "{page}");
    }
    assert_eq!(
        names_in(&folder(&desk)),
        [
            "Autumn recall.pdf",
            "Autumn recall.pdf.jsonl",
            "journal.key",
            "manifest.jsonl",
            "run.json"
        ]
    );
    for name in names_in(&folder(&desk)) {
        let path = folder(&desk).join(&name);
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::PermissionsExt::mode(
                &fs::metadata(&path).unwrap().permissions(),
            );
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
        let bytes = fs::read(&path).unwrap();
        let has_name = bytes
            .windows(PATIENT.len())
            .any(|part| part == PATIENT.as_bytes());
        assert!(!has_name, "{name} has the name as it is");
    }
    // The list is gone, and so is what was made of it for the sample. Its address leads to the run.
    for path in [&address, &format!("{address}/sample")] {
        let answer = get(&desk, &cookie, path);
        assert_eq!(answer.header("location"), Some(run.as_str()), "{path}");
    }
    assert_eq!(
        get(&desk, &cookie, &format!("/readers/{sample}")).status,
        410
    );

    let asked = get(&desk, &cookie, &format!("{run}?ask=delete")).text();
    assert!(
        asked.contains("Delete 1 file") && asked.contains("Keep them"),
        "{asked}"
    );
    assert_eq!(
        post(&desk, &cookie, &format!("{run}/delete"), "").status,
        303
    );
    assert_eq!(names_in(&desk.project.path("clinic/made")), [""; 0]);
    assert_eq!(get(&desk, &cookie, &run).status, 404);
    assert_eq!(desk.end(), "");
}

#[test]
fn every_address_needs_the_session_and_its_own_page() {
    let (desk, cookie) = desk();
    let (list, _) = checked(&desk, &cookie, "Leaflet,First name\nvisit,Ada\n");
    let run = made(&desk, &cookie, &list, BUNDLE);
    wait(&desk, &cookie, &run);
    let (list, _) = checked(&desk, &cookie, "Leaflet,First name\nvisit,Ada\n");
    let read = ["", "/sample"].map(|path| format!("{list}{path}"));
    let of_run = ["", "/files/leaflets.pdf", "/rows.csv"].map(|path| format!("{run}{path}"));
    let others = ["/many", "/many/example.csv", "/pile", "/pile/name/pile.pdf"].map(str::to_owned);
    for path in read.iter().chain(&of_run).chain(&others) {
        assert_eq!(get(&desk, "X-Cookie: none", path).status, 403, "{path}");
        let line = format!("GET {path}");
        let foreign = desk.ask(&line, &[&cookie, "Sec-Fetch-Site: cross-site"], "");
        assert_eq!(foreign.status, 403, "{path}");
    }
    let of_list = ["", "/make", "/done"].map(|path| format!("{list}{path}"));
    let of_run = ["/stop", "/carry-on", "/delete", "/open"].map(|path| format!("{run}{path}"));
    let others = [
        "/many",
        "/pile/print",
        "/pile/empty",
        "/pile/remove",
        "/leaflets/visit/pile",
    ]
    .map(str::to_owned);
    for path in of_list.iter().chain(&of_run).chain(&others) {
        assert_eq!(
            post(&desk, "X-Cookie: none", path, "").status,
            403,
            "{path}"
        );
        for site in ["cross-site", "same-site", "none"] {
            let site = format!("Sec-Fetch-Site: {site}");
            let foreign = desk.ask(&format!("POST {path}"), &[&cookie, &site], "");
            assert_eq!(foreign.status, 403, "{path} {site}");
        }
        assert_ne!(get(&desk, &cookie, path).status, 204, "{path}");
    }
    assert_eq!(get(&desk, &cookie, &list).status, 200);
    assert!(
        get(&desk, &cookie, &run)
            .text()
            .contains("1 leaflet is ready")
    );
    for path in [
        "/many/..%2f..%2fclinic",
        "/many/lists/..%2f",
        "/many/Autumn%20recall",
        "/many/0/files/x.pdf",
    ] {
        let status = get(&desk, &cookie, path).status;
        assert!([404, 410].contains(&status), "{path}: {status}");
    }
}

#[test]
fn columns_and_leaflet_are_set_by_hand() {
    let (desk, cookie) = desk();
    let (address, page) = checked(&desk, &cookie, "Who\nAda\nGrace\n");
    assert!(page.contains("We found no headings"), "{page}");
    assert!(page.contains("Leaflet for all rows"), "{page}");
    assert!(page.contains("<b>0</b> rows are ready"), "{page}");
    let choice = "do=columns&column-0=data+patient.first_name";
    assert_eq!(post(&desk, &cookie, &address, choice).status, 303);
    wait(&desk, &cookie, &address);
    assert_eq!(
        post(&desk, &cookie, &address, "do=leaflet&leaflet=visit").status,
        303
    );
    let page = wait(&desk, &cookie, &address);
    assert!(page.contains("<b>2</b> rows are ready"), "{page}");
    let order = "what=files&sides=on&each=2&name=Group";
    let run = made(&desk, &cookie, &address, order);
    let page = wait(&desk, &cookie, &run);
    assert!(page.contains("2 leaflets are ready"), "{page}");
    let folder = desk.project.path("clinic/made/Group");
    let pdfs: Vec<String> = names_in(&folder)
        .into_iter()
        .filter(|name| name.ends_with(".pdf"))
        .collect();
    assert_eq!(pdfs, ["000001-visit.pdf", "000002-visit.pdf"]);
}

/// Writes a leaflet of the clinic's own.
fn own_leaflet(project: &TestProject, id: &str, title: &str) {
    let definition = format!(
        "id: {id}\nversion: 1.0.0\nreviewed: 2026-11-21\nreview_by: 2028-11-21\nsections:\n  - section: one\n    \
         role: main-message\n"
    );
    project.write(&format!("clinic/{id}/handout.yaml"), &definition);
    let texts = format!("title: \"{title}\"\none:\n  heading: One\n  body: Come.\n");
    project.write(&format!("clinic/{id}/text/en.yaml"), &texts);
}

#[test]
fn names_of_several_leaflets_are_explained() {
    let project = TestProject::new();
    project.write(
        "clinic/clinic.yaml",
        "name: Small Clinic\ntext:\n  en:\n    visit:\n      title: Our visit here\n",
    );
    own_leaflet(&project, "classes", "Our classes");
    own_leaflet(&project, "classes-2", "Our classes");
    own_leaflet(&project, "sleep-long", "Sleep: what helps?");
    own_leaflet(&project, "sleep-short", "Sleep");
    let (desk, cookie) = desk_in(project, &[]);
    let list = "Leaflet,First name\nOur classes,\nclasses-2,\nvisit;our classes,Ada\nSleep,\nSleep: what helps,\n\
                Our visit here,Ada\nYour visit,Ada\nSleep and your visit,Ada\n";
    let (address, page) = checked(&desk, &cookie, list);
    let words = "Two leaflets have this name. In your list, write <code>classes</code> for “Our classes (classes)” or \
                 <code>classes-2</code> for “Our classes (classes-2)”.";
    assert_eq!(page.matches(words).count(), 2, "{page}");
    assert!(page.contains("<b>5</b> rows are ready"), "{page}");
    // Of a row with two leaflets, no button could choose one.
    assert!(
        page.contains("Use “Our classes (classes)” in 1 row"),
        "{page}"
    );
    assert!(
        page.contains("Use “Our classes (classes-2)” in 1 row"),
        "{page}"
    );
    let repair = page.split("name=\"use\" value=\"").nth(2).unwrap();
    let repair = repair.split('"').next().unwrap();
    assert!(repair.ends_with(":classes-2"), "{repair}");
    let form = format!("do=rows&use={repair}");
    assert_eq!(post(&desk, &cookie, &address, &form).status, 303);
    let page = wait(&desk, &cookie, &address);
    assert!(page.contains("<b>6</b> rows are ready"), "{page}");
    assert!(
        page.contains("Write <code>;</code> between the names of leaflets."),
        "{page}"
    );
    assert!(
        page.contains("Use “Sleep” and “Our visit here” in 1 row"),
        "{page}"
    );
    let repair = between(&page, ":sleep-short;visit", ">").to_owned();
    let (before, _) = page
        .split_once(&format!(":sleep-short;visit{repair}"))
        .unwrap();
    let (_, index) = before.rsplit_once("value=\"").unwrap();
    let form = format!("do=rows&use={index}:sleep-short%3Bvisit");
    assert_eq!(post(&desk, &cookie, &address, &form).status, 303);
    let page = wait(&desk, &cookie, &address);
    assert!(page.contains("<b>7</b> rows are ready"), "{page}");
    let order = "what=files&sides=on&each=1&name=Group";
    let run = made(&desk, &cookie, &address, order);
    wait(&desk, &cookie, &run);
    let files = names_in(&desk.project.path("clinic/made/Group"));
    let files: Vec<&str> = files
        .iter()
        .filter_map(|name| name.strip_suffix(".pdf"))
        .collect();
    assert_eq!(
        files,
        [
            "000001-classes-2",
            "000002-classes-2",
            "000004-sleep-short",
            "000005-sleep-long",
            "000006-visit",
            "000007-visit",
            "000008-sleep-short+visit"
        ]
    );
}

#[test]
fn what_is_made_is_what_was_shown() {
    let (desk, cookie) = desk();
    let list = "Leaflet,First name\nvisit,Ada\nvisit,Grace\nnonsense,Lin\n";
    let (address, page) = checked(&desk, &cookie, list);
    let revision = |page: &str| between(page, "name=\"revision\" value=\"", "\"").to_owned();
    let first = revision(&page);
    // Another window leaves a row out.
    let leave = between(&page, "name=\"leave\" value=\"", "\"").to_owned();
    let form = format!("do=rows&leave={leave}");
    assert_eq!(post(&desk, &cookie, &address, &form).status, 303);
    let make = |order: String| post(&desk, &cookie, &format!("{address}/make"), &order);
    let refused = make(format!("{BUNDLE}&revision={first}"));
    assert_eq!(refused.status, 422);
    let page = refused.text();
    assert!(page.contains("changed in another window"), "{page}");
    let second = revision(&page);
    // The clinic writes its leaflet anew.
    desk.project
        .change("library/visit/text/en.yaml", "we are glad", "we are happy");
    let refused = make(format!("{BUNDLE}&revision={second}"));
    assert_eq!(refused.status, 422);
    assert!(
        refused.text().contains("so the list is checked again"),
        "{}",
        refused.text()
    );
    wait(&desk, &cookie, &address);
    let begun = make(format!("{BUNDLE}&revision={second}"));
    let run = begun.header("location").unwrap().to_owned();
    // The button was pressed twice.
    let again = make(format!("{BUNDLE}&revision={second}"));
    assert_eq!(again.header("location"), Some(run.as_str()));
    wait(&desk, &cookie, &run);
    let bundle = get(&desk, &cookie, &format!("{run}/files/leaflets.pdf"));
    let texts = PdfFile::read(&bundle.body).texts().concat();
    assert_eq!(texts.matches("we are happy").count(), 2, "{texts}");
    assert_eq!(
        names_in(&desk.project.path("clinic/made")),
        ["Autumn recall"]
    );
}

#[test]
fn folded_sheets_are_printed_on_both_sides() {
    let project = TestProject::new();
    project.write("clinic/clinic.yaml", "name: Small Clinic\n");
    let (desk, cookie) = desk_in(project, &[]);
    let list = "Leaflet,First name,Paper\nvisit,Ada,a4\nvisit,Grace,a5-booklet\n";
    let (address, page) = checked(&desk, &cookie, list);
    for part in [
        "name=\"sides\" checked disabled>",
        "Folded sheets are always printed on both sides.",
        // No printer turns the sheets of one file on two edges.
        "Folded and flat sheets do not go in one file",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    // A form without the box does not change that.
    let order = "what=bundle&every=25&each=1&name=A";
    let begun = post(&desk, &cookie, &address, &format!("do=order&{order}"));
    assert_eq!(begun.status, 303);
    let page = get(&desk, &cookie, &address).text();
    assert!(page.contains("name=\"sides\" checked disabled>"), "{page}");
    let run = made(&desk, &cookie, &address, order);
    let page = wait(&desk, &cookie, &run);
    assert!(
        page.contains("flip on short edge</strong> for the pages of folded sheets"),
        "{page}"
    );
}

#[test]
fn faults_that_are_mended_in_the_clinic_are_gone_on_the_list() {
    let (desk, cookie) = desk();
    let faulty = "library/visit/text/en.yaml";
    desk.project
        .change(faulty, "{{patient.first_name}}", "{{patient.frist_name}}");
    let (address, page) = checked(&desk, &cookie, "Leaflet,First name\nvisit,Ada\n");
    assert!(page.contains("<b>0</b> rows are ready"), "{page}");
    desk.project
        .change(faulty, "{{patient.frist_name}}", "{{patient.first_name}}");
    get(&desk, &cookie, &address);
    let page = wait(&desk, &cookie, &address);
    assert!(page.contains("<b>1</b> row is ready"), "{page}");
}

/// A leaflet that Print refuses is made from no list, and is made again when it is mended.
#[test]
fn leaflets_that_print_refuses_are_not_made() {
    let (desk, cookie) = desk();
    own_leaflet(&desk.project, "class", "Our class");
    let text = "library/visit/text/en.yaml";
    let long = format!("Come{}.", " soon".repeat(30));
    let short = "we are glad that you come.";
    desk.project.change(text, short, &long);
    let list = "Leaflet,First name\nvisit,Ada\nclass,Grace\nvisit,Mary\n";
    let (address, page) = checked(&desk, &cookie, list);
    assert!(page.contains("<b>1</b> row is ready"), "{page}");
    for part in [
        "“Your visit” has a sentence of more than 30 words. Make two sentences of each.",
        "href=\"/leaflets/visit?language=en\">Open the leaflet<span class=\"vh\">: “Your visit”</span>",
        "<span class=\"narrow\">Rows </span>1, 3",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let run = made(&desk, &cookie, &address, BUNDLE);
    let page = wait(&desk, &cookie, &run);
    assert!(
        page.contains("1 leaflet is ready") || page.contains("1 leaflets are ready"),
        "{page}"
    );
    assert!(
        page.contains("has a sentence of more than 30 words"),
        "{page}"
    );

    // So is a leaflet that names a number which the clinic lacks.
    desk.project.change(text, &long, short);
    desk.project.change(
        text,
        short,
        "{{#if clinic.emergency_number}}Call {{clinic.emergency_number}}.{{/if}}",
    );
    let (_, page) = checked(&desk, &cookie, list);
    assert!(page.contains("<b>1</b> row is ready"), "{page}");
    let number = "“Your visit” names your emergency number, and your clinic has none.";
    assert!(page.contains(number), "{page}");
    desk.project.change(
        "clinic/clinic.yaml",
        "name",
        "emergency_number: \"999\"\nname",
    );
    let (_, page) = checked(&desk, &cookie, list);
    assert!(page.contains("<b>3</b> rows are ready"), "{page}");
}

#[test]
fn columns_say_what_they_are_good_for() {
    let (desk, cookie) = desk();
    desk.project.change(
        "library/visit/handout.yaml",
        "data: [patient.first_name]",
        "data: [patient.first_name, patient.ward]",
    );
    let list = "Leaflet,First name,Ward,Copies\nvisit,Ada,Zork 7,3\nvisit,Grace,Zork 8,2\n";
    let (address, page) = checked(&desk, &cookie, list);
    assert!(
        page.contains("No leaflet of this list prints this column"),
        "{page}"
    );
    assert!(!page.contains("Zork"), "{page}");
    assert!(
        page.contains("Your list says how many, in column D\u{a0}·\u{a0}Copies."),
        "{page}"
    );
    assert!(page.contains("name=\"each\" disabled"), "{page}");
    // A browser sends no value of a field that is disabled.
    let run = made(&desk, &cookie, &address, "what=bundle&every=25&name=Many");
    let page = wait(&desk, &cookie, &run);
    assert!(page.contains("5 pages"), "{page}");

    let list = "Leaflet,First name,Copies\nvisit,Ada,3\nvisit,Grace,\n";
    let (_, page) = checked(&desk, &cookie, list);
    assert!(
        page.contains("For the row that has no number in column C\u{a0}·\u{a0}Copies."),
        "{page}"
    );
    assert!(page.contains("name=\"each\" value=\"1\""), "{page}");

    let list = "Leaflet,Forename,First name,Edition\nvisit,Ada,Grace,Black & white\n";
    let (_, page) = checked(&desk, &cookie, list);
    assert!(
        page.contains("Not used: column B is “First name”"),
        "{page}"
    );
    assert!(page.contains("<b>1</b> row is ready"), "{page}");
    let (_, page) = checked(&desk, &cookie, "Leaflet\nvisit\n");
    assert!(
        page.contains("No column of your list has this, and the leaflet prints it."),
        "{page}"
    );
}

#[test]
fn readers_get_the_format_that_they_need() {
    let (desk, cookie) = desk();
    let list = "Leaflet,First name,Accessible format\nvisit,Ada,Large print\nvisit,Grace,\nvisit,Mary,Braille\n";
    let (address, page) = checked(&desk, &cookie, list);
    assert!(page.contains("Format needed"), "{page}");
    assert!(page.contains("<b>2</b> rows are ready"), "{page}");
    assert!(page.contains("none in Braille"), "{page}");
    let order = "what=files&every=25&each=1&name=Autumn+recall";
    wait(&desk, &cookie, &made(&desk, &cookie, &address, order));
    let names = names_in(&folder(&desk));
    assert!(
        names.iter().any(|name| name.contains("large-print")),
        "{names:?}"
    );
}

#[test]
fn letters_of_the_clinic_are_made_from_a_list() {
    let project = TestProject::new();
    project.write(
        "clinic/clinic.yaml",
        "name: Small Clinic\ndefaults: { date_order: dmy, cover: letter, envelope: uk-dl }\n",
    );
    let (desk, cookie) = desk_in(project, &[]);
    let list = "Leaflet,First name,Addressee,Address\nvisit,Ada,Ada Bell,12 Mill Lane;IN1 2AB\nvisit,Grace,Grace Dee,\n";
    let (address, page) = checked(&desk, &cookie, list);
    assert!(page.contains("<b>1</b> row is ready"), "{page}");
    assert!(page.contains("no words below the name"), "{page}");
    // The sample is the row's leaflet with its letter.
    let sample = get(&desk, &cookie, &format!("{address}/sample")).text();
    let without = get(&desk, &cookie, "/leaflets/visit?cover=none").text();
    let pages = |page: &str| page.matches("<figcaption").count();
    assert_eq!(pages(&sample), pages(&without) + 1, "{sample}");
    let count = format!("<dt>Pages</dt><dd>{}, on ", pages(&sample));
    assert!(page.contains(&count), "{page}");
    assert!(!page.contains("looks like a placeholder"), "{page}");
    let order = "what=files&every=25&each=1&name=Autumn+recall";
    wait(&desk, &cookie, &made(&desk, &cookie, &address, order));
    let names = names_in(&folder(&desk));
    assert!(names.iter().any(|name| name.contains("uk-dl")), "{names:?}");
}

#[test]
fn parts_of_an_address_are_lines_of_the_letter() {
    let project = TestProject::new();
    project.write(
        "clinic/clinic.yaml",
        "name: Small Clinic\ndefaults: { date_order: dmy, cover: letter, envelope: uk-dl }\n",
    );
    let (desk, cookie) = desk_in(project, &[]);
    let list = "Leaflet,First name,Full name,Street,Town,Postcode\nvisit,Ada,Ada Bell,12 Mill Lane,Inham,IN1 2AB\n";
    let (address, page) = checked(&desk, &cookie, list);
    assert!(page.contains("<b>1</b> row is ready"), "{page}");
    let order = "what=files&every=25&each=1&name=Autumn+recall";
    wait(&desk, &cookie, &made(&desk, &cookie, &address, order));
    let folder = folder(&desk);
    let names = names_in(&folder);
    let file = names.iter().find(|name| name.ends_with(".pdf")).unwrap();
    let texts = PdfFile::read(&fs::read(folder.join(file)).unwrap()).texts();
    let texts = texts.join("\n");
    let places = ["Ada Bell", "12 Mill Lane", "Inham", "IN1 2AB"].map(|line| texts.find(line));
    assert!(
        places.iter().all(Option::is_some) && places.is_sorted(),
        "{texts}"
    );
}

#[test]
fn marks_that_a_letter_prints_are_said_before_it_is_made() {
    let project = TestProject::new();
    project.write(
        "clinic/clinic.yaml",
        "name: Small Clinic
defaults: { date_order: dmy, cover: letter, envelope: uk-dl }
text: { en: { shared: { letter: { greeting: \"Dear [name],\" } } } }
",
    );
    let (desk, cookie) = desk_in(project, &[]);
    let list = "Leaflet,First name,Addressee,Address\nvisit,Ada,Ada Bell,12 Mill Lane;IN1 2AB\n";
    let (_, page) = checked(&desk, &cookie, list);
    assert!(page.contains("<b>1</b> row is ready"), "{page}");
    assert!(page.contains("This looks like a placeholder"), "{page}");
}

#[test]
fn wrong_values_name_the_right_ones() {
    let (desk, cookie) = desk();
    let list = "Leaflet,First name,Language,Edition,Paper\nvisit,Ada,Klingon,,\nvisit,Ada,Swedish,,\n\
                visit,Ada,,Huge,\nvisit,Ada,,,Quarto\nvisit,Ada,,Black and white,A4\n\
                visit,Ada,,Large print + black and white,Folded\n";
    let (_, page) = checked(&desk, &cookie, list);
    for words in [
        "We do not know this language. Write English.",
        "This leaflet is not in that language. It is in English.",
        "There is no such edition. Write Standard, Large print, Extra large, Black and white, White on black or Short.",
        "There is no such paper. Write A4, ",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    // Words that a leaflet's screen has for its options are understood.
    assert!(page.contains("<b>1</b> row is ready"), "{page}");
}

#[test]
fn first_row_without_headings_is_shown_to_nobody() {
    let (desk, cookie) = desk();
    for list in [
        format!("{PATIENT},14 December 2026\nAda,15 December 2026\n"),
        format!("{PATIENT}\n"),
        format!("\n\n{PATIENT};x\n;\n"),
    ] {
        let (_, page) = checked(&desk, &cookie, &list);
        assert!(!page.contains(PATIENT), "{page}");
    }
}

#[test]
fn lists_of_other_formats_are_read() {
    let (desk, cookie) = desk();
    let json = "{\"leaflet\": \"visit\", \"patient\": {\"first_name\": \"Ada\"}}\n\
                {\"leaflet\": \"visit\", \"patient\": {\"first_name\": \"Grace\", \"dob\": \"1\"}}\n";
    let (_, page) = checked(&desk, &cookie, json);
    assert!(page.contains("<b>2</b> rows are ready"), "{page}");
    assert!(page.contains("Use column patient.first_name as"), "{page}");
    assert!(!page.contains("Grace"), "{page}");
    let workbook =
        fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/workbooks/sheets.xlsx"))
            .unwrap();
    let answer = upload(&desk, &cookie, "sheets.xlsx", &workbook, &[]);
    let address = answer.header("location").unwrap().to_owned();
    let page = wait(&desk, &cookie, &address);
    assert!(
        page.contains("<label for=\"list-sheet\">Sheet</label>"),
        "{page}"
    );
    // The first sheet has remarks, and no heading that we know.
    assert!(
        page.contains("<option value=\"1\" selected>December"),
        "{page}"
    );
    assert_eq!(
        post(&desk, &cookie, &address, "do=sheet&sheet=0").status,
        303
    );
    let other = wait(&desk, &cookie, &address);
    assert!(
        other.contains("<option value=\"0\" selected>Read me"),
        "{other}"
    );
}

#[test]
fn hostile_lists_are_refused_in_words() {
    let (desk, cookie) = desk();
    let damaged = [b"PK\x03\x04".as_slice(), &[7; 500]].concat();
    for (name, list) in [
        ("empty.csv", b"".as_slice()),
        ("form.pdf", b"%PDF-1.7\n"),
        ("page.csv", b"<html><table>"),
        ("list.json", b"[{\"leaflet\": \"visit\"}]"),
        ("damaged.xlsx", &damaged),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more"),
    ] {
        let answer = upload(&desk, &cookie, name, list, &[]);
        let text = match answer.status {
            303 => wait(&desk, &cookie, answer.header("location").unwrap()),
            status => {
                assert_eq!(status, 422, "{name}: {}", answer.text());
                answer.text()
            }
        };
        assert!(
            text.contains("We cannot read") || text.contains("nothing in this file"),
            "{name}: {text}"
        );
    }
    let name = "<script>x</script>.csv";
    let list = "<script>,First name\n<b>,Ada\n";
    let answer = upload(&desk, &cookie, name, list.as_bytes(), &[]);
    let page = wait(&desk, &cookie, answer.header("location").unwrap());
    assert!(!page.contains("<script>"), "{page}");
    assert!(!page.contains("<b>,"), "{page}");

    let large = vec![b'a'; 65 * 1024 * 1024];
    let answer = upload(&desk, &cookie, "large.csv", &large, &[]);
    assert_eq!(answer.status, 413);
    assert!(
        answer.text().contains("This list is too large"),
        "{}",
        answer.text()
    );
    // Forms of other addresses keep their limit.
    let form = format!("do=order&name={}", "a".repeat(1 << 20));
    assert_eq!(post(&desk, &cookie, "/many/lists/0", &form).status, 413);
    assert_eq!(get(&desk, &cookie, "/help").status, 200);
}

#[test]
fn orders_that_cannot_be_are_explained() {
    let (desk, cookie) = desk();
    let (address, _) = checked(&desk, &cookie, "Leaflet,First name\nvisit,Ada\n");
    let make = format!("{address}/make");
    for (order, words) in [
        (
            "what=bundle&every=25&each=1&name=..",
            "Write a name with letters or digits.",
        ),
        (
            "what=bundle&every=25&each=1&name=",
            "Write a name with letters or digits.",
        ),
        (
            "what=bundle&every=25&each=0&name=A",
            "Write a number from 1 to 20.",
        ),
        (
            "what=bundle&every=25&each=21&name=A",
            "Write a number from 1 to 20.",
        ),
    ] {
        let answer = post(&desk, &cookie, &make, order);
        assert_eq!(answer.status, 422, "{order}");
        assert!(answer.text().contains(words), "{order}: {}", answer.text());
        assert!(answer.text().contains("<title>Error: "), "{order}");
    }
    fs::create_dir_all(folder(&desk)).unwrap();
    let answer = post(&desk, &cookie, &make, BUNDLE);
    assert!(
        answer.text().contains("There are leaflets of this name."),
        "{}",
        answer.text()
    );
    // A name is never a path.
    let run = made(
        &desk,
        &cookie,
        &address,
        "what=bundle&every=25&each=1&name=..%2F..%2Fevil",
    );
    wait(&desk, &cookie, &run);
    assert_eq!(
        names_in(&desk.project.path("clinic")),
        ["clinic.yaml", "made"]
    );
    assert_eq!(
        names_in(&desk.project.path("clinic/made")),
        ["Autumn recall", "evil"]
    );
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_links() {
    let (desk, cookie) = desk();
    let outside = desk.project.path("outside");
    fs::create_dir(&outside).unwrap();
    std::os::unix::fs::symlink(&outside, desk.project.path("clinic/made")).unwrap();
    let (address, _) = checked(&desk, &cookie, "Leaflet,First name\nvisit,Ada\n");
    let answer = post(&desk, &cookie, &format!("{address}/make"), BUNDLE);
    assert_eq!(answer.status, 422);
    assert!(
        answer.text().contains("Nothing was made"),
        "{}",
        answer.text()
    );
    assert_eq!(names_in(&outside), [""; 0]);
}

#[test]
fn read_only_desk_and_example_clinic_make_nothing() {
    let project = TestProject::new();
    project.write("clinic/clinic.yaml", "name: Small Clinic\n");
    let (desk, cookie) = desk_in(project, &["--read-only"]);
    let page = get(&desk, &cookie, "/many").text();
    assert!(page.contains("Nothing can be made here"), "{page}");
    let answer = upload(&desk, &cookie, "a.csv", b"Leaflet\nvisit\n", &[]);
    assert_eq!(answer.status, 403);
    assert!(!desk.project.path("clinic/made").exists());
}

/// Reads the names of the readers in the leaflets of a folder, by file.
fn readers_in(folder: &Path) -> Vec<(String, String)> {
    let files = names_in(folder)
        .into_iter()
        .filter(|name| name.ends_with(".pdf"));
    let reader = |name: String| {
        let texts = PdfFile::read(&fs::read(folder.join(&name)).unwrap())
            .texts()
            .concat();
        let reader = between(&texts, "Dear ", ",").to_owned();
        (name, reader)
    };
    files.map(reader).collect()
}

/// Starts a run of many rows, and waits until some are made.
fn begun(desk: &Desk, cookie: &str, list: &str, what: &str) -> String {
    let (address, page) = checked(desk, cookie, list);
    assert!(page.contains(&format!("Make {ROWS} leaflets")), "{page}");
    let order = format!("what={what}&sides=on&every=25&each=1&name=Autumn+recall");
    let run = made(desk, cookie, &address, &order);
    loop {
        let page = get(desk, cookie, &run).text();
        assert!(page.contains("data-poll"), "the run is over: {page}");
        if !page.contains(&format!("<p class=\"big\">0 of {ROWS}")) {
            return run;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Enough rows that a run is not over before it is stopped.
const ROWS: u32 = if cfg!(debug_assertions) { 60 } else { 900 };
/// Leaflets of a row.
const JOINED: usize = 4;

fn many_rows() -> String {
    let handouts = ["visit"; JOINED].join(";");
    let rows = (1..=ROWS).map(|row| format!("{handouts},Reader {row}\n"));
    format!("Leaflet,First name\n{}", rows.collect::<String>())
}

/// What must hold when a run of [`many_rows`] is done: nothing twice, nothing missing.
fn judge_files(desk: &Desk) {
    let handouts = ["visit"; JOINED].join("+");
    let expected =
        (1..=ROWS).map(|row| (format!("{row:06}-{handouts}.pdf"), format!("Reader {row}")));
    let expected: Vec<(String, String)> = expected.collect();
    assert_eq!(readers_in(&folder(desk)), expected);
    let manifest = fs::read_to_string(folder(desk).join("manifest.jsonl")).unwrap();
    assert_eq!(
        manifest.matches("\"status\":\"done\"").count(),
        ROWS as usize
    );
    assert!(!folder(desk).join("journal.jsonl").exists());
}

#[test]
fn stopped_run_goes_on_in_the_same_program() {
    let (desk, cookie) = desk();
    let run = begun(&desk, &cookie, &many_rows(), "files");
    assert_eq!(post(&desk, &cookie, &format!("{run}/stop"), "").status, 303);
    let page = wait(&desk, &cookie, &run);
    assert!(page.contains("is not finished"), "{page}");
    let before = readers_in(&folder(&desk)).len();
    assert!(before > 0 && before < ROWS as usize, "{before}");
    // Only one run at a time, and none of the other leaflets is deleted with it.
    let answer = post(&desk, &cookie, &format!("{run}/carry-on"), "");
    assert_eq!(answer.header("location"), Some(run.as_str()));
    let page = wait(&desk, &cookie, &run);
    assert!(
        page.contains(&format!("{ROWS} leaflets are ready")),
        "{page}"
    );
    judge_files(&desk);
}

#[test]
fn killed_run_goes_on_after_a_restart_with_the_same_list() {
    let (mut desk, cookie) = desk();
    let run = begun(&desk, &cookie, &many_rows(), "files");
    desk.program.kill().unwrap();
    desk.program.wait().unwrap();
    let project = std::mem::replace(&mut desk.project, TestProject::new());
    drop(desk);
    assert!(
        !project
            .path("clinic/made/Autumn recall/manifest.jsonl")
            .exists()
    );

    let (desk, cookie) = desk_in(project, &[]);
    let start = get(&desk, &cookie, "/many").text();
    assert!(
        start.contains("Carry on<span class=\"vh\"> with Autumn recall</span>"),
        "{start}"
    );
    let answer = post(&desk, &cookie, &format!("{run}/carry-on"), "");
    let id = run.strip_prefix("/many/").unwrap();
    assert_eq!(
        answer.header("location"),
        Some(format!("/many?carry-on={id}").as_str())
    );
    let fields = [("carry-on", id)];
    let other = many_rows().replace("Reader 7\n", "Reader 8\n");
    let answer = upload(
        &desk,
        &cookie,
        "Autumn recall.csv",
        other.as_bytes(),
        &fields,
    );
    assert_eq!(answer.status, 422);
    assert!(
        answer.text().contains("This is not the same list"),
        "{}",
        answer.text()
    );
    let answer = upload(
        &desk,
        &cookie,
        "renamed.csv",
        many_rows().as_bytes(),
        &fields,
    );
    assert_eq!(
        answer.header("location"),
        Some(run.as_str()),
        "{}",
        answer.text()
    );
    let page = wait(&desk, &cookie, &run);
    assert!(
        page.contains(&format!("{ROWS} leaflets are ready")),
        "{page}"
    );
    judge_files(&desk);
}

#[cfg(unix)]
#[test]
fn ctrl_c_finishes_what_is_in_hand_and_the_bundle_goes_on() {
    let (mut desk, cookie) = desk();
    let run = begun(&desk, &cookie, &many_rows(), "bundle");
    let id = desk.program.id().to_string();
    let kill = std::process::Command::new("kill")
        .args(["-INT", &id])
        .status()
        .unwrap();
    assert!(kill.success());
    assert_eq!(desk.program.wait().unwrap().code(), Some(0));
    let project = std::mem::replace(&mut desk.project, TestProject::new());
    drop(desk);
    let folder = project.path("clinic/made/Autumn recall");
    assert!(
        names_in(&folder).iter().all(|name| !name.ends_with(".tmp")),
        "{:?}",
        names_in(&folder)
    );

    let (desk, cookie) = desk_in(project, &[]);
    let id = run.strip_prefix("/many/").unwrap();
    let answer = upload(
        &desk,
        &cookie,
        "a.csv",
        many_rows().as_bytes(),
        &[("carry-on", id)],
    );
    assert_eq!(answer.status, 303, "{}", answer.text());
    wait(&desk, &cookie, &run);
    let bundle = get(&desk, &cookie, &format!("{run}/files/leaflets.pdf"));
    let texts = PdfFile::read(&bundle.body).texts();
    let readers = texts
        .iter()
        .filter(|text| text.contains("Dear Reader"))
        .count();
    assert_eq!(readers, ROWS as usize * JOINED);
    // The files of single readers were for the case that the run stops.
    assert_eq!(
        names_in(&folder)
            .iter()
            .filter(|name| name.ends_with(".pdf"))
            .count(),
        1
    );
}

#[test]
fn file_name_of_a_list_names_no_run() {
    let (desk, cookie) = desk();
    let list = "Leaflet,First name\nvisit,Ada\n";
    let checked = || {
        let answer = upload(&desk, &cookie, "Zork Patient.csv", list.as_bytes(), &[]);
        let address = answer.header("location").unwrap().to_owned();
        let page = wait(&desk, &cookie, &address);
        (address, page)
    };
    let (address, page) = checked();
    assert!(page.contains("value=\"Leaflets 2026-11-21\""), "{page}");
    let order = "what=bundle&sides=on&every=25&each=1&name=Leaflets+2026-11-21";
    let run = made(&desk, &cookie, &address, order);
    wait(&desk, &cookie, &run);
    let (_, page) = checked();
    assert!(page.contains("value=\"Leaflets 2026-11-21 2\""), "{page}");
}

#[test]
fn fixed_list_makes_only_what_is_new_or_changed() {
    let (desk, cookie) = desk();
    let (address, _) = checked(
        &desk,
        &cookie,
        "Leaflet,First name\nvisit,Ada\nnonsense,Grace\nvisit,Lin\n",
    );
    let run = made(&desk, &cookie, &address, BUNDLE);
    let page = wait(&desk, &cookie, &run);
    let after = format!("/many?after={}", run.strip_prefix("/many/").unwrap());
    assert!(page.contains(&format!("href=\"{after}\"")), "{page}");
    assert!(
        get(&desk, &cookie, &after)
            .text()
            .contains("Choose the fixed list of “Autumn recall”")
    );
    // One row is new, so that the others have other numbers.
    let fixed = "Leaflet,First name\nvisit,New\nvisit,Ada\nvisit,Grace\nvisit,Lin\n";
    let fields = [("after", run.strip_prefix("/many/").unwrap())];
    let answer = upload(&desk, &cookie, "fixed.csv", fixed.as_bytes(), &fields);
    let address = answer.header("location").unwrap().to_owned();
    let page = wait(&desk, &cookie, &address);
    assert!(
        page.contains("<b class=\"muted\">2</b> <span class=\"muted\">made before"),
        "{page}"
    );
    assert!(page.contains("Make 2 leaflets"), "{page}");
    assert!(page.contains("value=\"Autumn recall 2\""), "{page}");
    let second = made(
        &desk,
        &cookie,
        &address,
        "what=bundle&sides=on&every=25&each=1&name=Autumn+recall+2",
    );
    wait(&desk, &cookie, &second);
    let bundle = get(&desk, &cookie, &format!("{second}/files/leaflets.pdf"));
    let texts = PdfFile::read(&bundle.body).texts().concat();
    for (name, is_there) in [
        ("New", true),
        ("Grace", true),
        ("Ada", false),
        ("Lin", false),
    ] {
        assert_eq!(texts.contains(&format!("Dear {name}")), is_there, "{name}");
    }
}

#[test]
fn folded_sheets_alone_are_turned_on_the_short_edge() {
    let project = TestProject::new();
    project.write(
        "clinic/clinic.yaml",
        "name: Small Clinic\ndefaults: { paper: a5-booklet }\n",
    );
    let (desk, cookie) = desk_in(project, &[]);
    let (address, page) = checked(&desk, &cookie, "Leaflet,First name\nvisit,Ada\n");
    assert!(!page.contains("do not go in one file"), "{page}");
    let run = made(&desk, &cookie, &address, BUNDLE);
    let page = wait(&desk, &cookie, &run);
    assert!(
        page.contains("<strong>Both sides, flip on short edge</strong>"),
        "{page}"
    );
}

#[test]
fn large_print_is_on_a4_where_the_usual_sheet_is_folded() {
    let project = TestProject::new();
    project.write(
        "clinic/clinic.yaml",
        "name: Small Clinic\ndefaults: { paper: a5-booklet }\n",
    );
    let (desk, cookie) = desk_in(project, &[]);
    let list = "Leaflet,First name,Accessible format,Paper\nvisit,Ada,,\nvisit,Grace,Large print,\nvisit,Mary,Large print,A5 booklet\n\
                visit,Anna,Braille,\n";
    let (address, page) = checked(&desk, &cookie, list);
    for part in [
        "<b>2</b> rows are ready",
        "Row 2: the edition “Large print” is not made for your usual paper “",
        "so it is on “A4”.",
        // The list itself asks for the paper of row 3.
        "<b>2</b> <span>rows need attention",
        "The edition “Large print” does not fit on the paper “",
        "We make no leaflet in this format, and none in Braille. Write Standard, Large print",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(
        !page.contains("`") && !page.contains("<code>large-print"),
        "{page}"
    );
    let order = "what=files&every=25&each=1&name=Autumn+recall";
    wait(&desk, &cookie, &made(&desk, &cookie, &address, order));
    let names = names_in(&folder(&desk));
    let large = names
        .iter()
        .find(|name| name.contains("large-print"))
        .unwrap();
    assert!(
        large.starts_with("000002") && !large.contains("booklet"),
        "{names:?}"
    );
    let sizes = PdfFile::read(&fs::read(folder(&desk).join(large)).unwrap())
        .pages
        .len();
    assert!(sizes > 0);
    // The sample is the same leaflet.
    let shown = post(&desk, &cookie, &address, "do=row&row=2");
    assert_ne!(shown.status, 500);
}

#[test]
fn a_letter_is_chosen_for_one_run() {
    let (desk, cookie) = desk();
    let list = "Leaflet,First name,Addressee,Address\nvisit,Ada,Ada Bell,12 Mill Lane;IN1 2AB\nvisit,Grace,Grace Dee,\n";
    let (address, page) = checked(&desk, &cookie, list);
    for part in [
        "<b>2</b> rows are ready",
        "name=\"cover\" value=\"letter\"> <span>Put a letter with the address before each leaflet",
        "<option value=\"uk-dl\" selected>DL, United Kingdom",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert_eq!(
        post(
            &desk,
            &cookie,
            &address,
            "do=letter&cover=letter&envelope=din-5008-b"
        )
        .status,
        303
    );
    let page = wait(&desk, &cookie, &address);
    for part in [
        "<b>1</b> row is ready",
        "no words below the name",
        "name=\"cover\" value=\"letter\" checked>",
        "<option value=\"din-5008-b\" selected>",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let order = "what=files&every=25&each=1&name=Autumn+recall";
    let run = made(&desk, &cookie, &address, order);
    wait(&desk, &cookie, &run);
    let names = names_in(&folder(&desk));
    assert!(
        names.iter().any(|name| name.contains("din-5008-b")),
        "{names:?}"
    );
    // A run that is carried on keeps the choice.
    let kept = fs::read_to_string(folder(&desk).join("run.json")).unwrap();
    assert!(
        kept.contains("\"cover\":\"letter\",\"envelope\":\"din-5008-b\""),
        "{kept}"
    );
    // Without the tick, there is none: also where the clinic has letters.
    let project = TestProject::new();
    project.write(
        "clinic/clinic.yaml",
        "name: Small Clinic\ndefaults: { cover: letter, envelope: uk-dl }\n",
    );
    let (desk, cookie) = desk_in(project, &[]);
    let (address, page) = checked(&desk, &cookie, "Leaflet,First name\nvisit,Ada\n");
    assert!(page.contains("<b>0</b> rows are ready"), "{page}");
    post(&desk, &cookie, &address, "do=letter&envelope=uk-dl");
    let page = wait(&desk, &cookie, &address);
    assert!(page.contains("<b>1</b> row is ready"), "{page}");
}

#[test]
fn leaflets_of_a_list_go_to_a_printer_of_the_clinic() {
    let printer = FakePrinter::new();
    let project = TestProject::new();
    let clinic = format!(
        "name: Small Clinic\ndefaults: {{ date_order: dmy }}\nprinters:\n  - {{ name: Reception, address: \"{}\", sides: two, staple: true }}\n",
        printer.uri()
    );
    project.write("clinic/clinic.yaml", clinic);
    let (desk, cookie) = desk_in(project, &[]);
    let list = format!(
        "Leaflet,First name,Copies,Paper\nvisit,{PATIENT},,\nvisit,Grace,3,a5-booklet\nslepe,Mary,,\n"
    );
    let (address, page) = checked(&desk, &cookie, &list);
    for part in [
        "value=\"printer\"><span>Print them now",
        "<option value=\"Reception\">Reception",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let wrong = "what=printer&printer=Nowhere&each=2&name=Autumn+recall";
    let answer = post(&desk, &cookie, &format!("{address}/make"), wrong);
    assert_eq!(answer.status, 422);
    assert!(answer.text().contains("no such printer"));
    let order = "what=printer&printer=Reception&each=2&name=Autumn+recall";
    let run = made(&desk, &cookie, &address, order);
    let page = wait(&desk, &cookie, &run);
    for part in [
        "2 leaflets are sent to the printer",
        "Printed on Reception",
        "No file of them is kept.",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let jobs = printer.jobs();
    let facts: Vec<[String; 3]> = jobs
        .iter()
        .map(|job| ["copies", "media", "finishings"].map(|name| job.get(name).to_owned()))
        .collect();
    assert_eq!(facts.len(), 2);
    assert_eq!(facts[0], ["2", "iso_a4_210x297mm", "20"]);
    assert_eq!(facts[1][0], "3");
    assert!(
        PdfFile::read(&jobs[0].file)
            .texts()
            .join(" ")
            .contains(PATIENT)
    );
    // No file has what the list says.
    for name in names_in(&folder(&desk)) {
        assert!(!name.ends_with(".pdf"), "{name}");
        let bytes = fs::read(folder(&desk).join(&name)).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains(PATIENT), "{name}");
    }
    // A second press of the button prints nothing.
    let again = post(&desk, &cookie, &format!("{address}/make"), order);
    assert_eq!(again.header("location"), Some(run.as_str()));
    assert_eq!(printer.jobs().len(), 2);
    // A printer that is gone leaves the run to be carried on.
    drop(printer);
    let (address, _) = checked(&desk, &cookie, "Leaflet,First name\nvisit,Ada\n");
    let order = "what=printer&printer=Reception&each=1&name=Next";
    let run = made(&desk, &cookie, &address, order);
    let page = wait(&desk, &cookie, &run);
    for part in ["is not finished", "Reception", "Carry on"] {
        assert!(page.contains(part), "{part}: {page}");
    }
}
